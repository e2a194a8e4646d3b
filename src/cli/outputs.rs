//! Outputs: every verb that writes files hands them over here.
//!
//! Nothing is written onto a file that this run has read, whatever it is called, nor onto a file
//! that is there and is not what the verb writes, unless `--force` says so. All results are
//! written beside their places first and moved there together: all or none.

mod attributes;
mod in_place;
mod leftover;
mod own;
mod place;
mod staged;

use std::{
    collections::{HashMap, HashSet},
    fs,
    path::{Path, PathBuf},
};

pub(super) use in_place::InPlace;
pub(super) use leftover::{DRAFT, sweep_drafts};
pub(super) use own::OutputKind;
pub(super) use place::{ResultPlace, result_name};

use super::{Failure, identity};
use staged::{Folders, Staged};

/// What a verb is about to write.
pub(super) struct Outputs {
    /// Whether files may be written over that are none of the verb's own.
    force: bool,
    files: Vec<OutputFile>,
}

/// A file that is to be written.
struct OutputFile {
    /// As people named it.
    path: PathBuf,
    /// Where it leads, links followed.
    target: PathBuf,
    kind: OutputKind,
    bytes: Vec<u8>,
}

impl Outputs {
    /// Nothing yet.
    pub fn new(force: bool) -> Outputs {
        Outputs {
            force,
            files: Vec::new(),
        }
    }

    /// One file alone, written at once.
    ///
    /// # Errors
    /// As of [`Outputs::write`].
    pub fn one(force: bool, path: &Path, kind: OutputKind, bytes: &[u8]) -> Result<(), Failure> {
        let mut outputs = Outputs::new(force);
        outputs.add(path.to_owned(), kind, bytes.to_vec());
        outputs.write()
    }

    /// One more file.
    pub fn add(&mut self, path: PathBuf, kind: OutputKind, bytes: Vec<u8>) {
        let target = place::followed(&path);
        self.files.push(OutputFile {
            path,
            target,
            kind,
            bytes,
        });
    }

    /// Writes all files, or none. Folders that are missing are made.
    ///
    /// # Errors
    /// Why nothing was written: all files that are in the way, or what the system said.
    pub fn write(self) -> Result<(), Failure> {
        let refused = self.refused();
        if !refused.is_empty() {
            return Err(Failure::Unusable(refused.join("\ntasq: ")));
        }
        // Dropped behind the files, so that a folder is empty when it is taken away.
        let mut folders = Folders::default();
        let mut ready = Vec::new();
        let mut swept = HashSet::new();
        for file in &self.files {
            let fault = |error| unwritten(&file.path, &error);
            let folder = place::folder_of(&file.target);
            folders.make(folder).map_err(fault)?;
            if swept.insert(folder.to_owned()) {
                leftover::sweep(folder);
            }
            let staged = Staged::new(&file.target, &file.bytes).map_err(fault)?;
            ready.push((file.path.as_path(), staged));
        }
        staged::commit(ready).map_err(|(path, error)| unwritten(&path, &error))?;
        folders.keep();
        Ok(())
    }

    /// Why not, a line for each file that is in the way.
    fn refused(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let mut taken: HashMap<String, &Path> = HashMap::new();
        let mut same = HashMap::new();
        for file in &self.files {
            let shown = file.path.display();
            let known = taken.insert(place::key(&file.target), &file.path);
            let identity = identity::FileIdentity::at(&file.target);
            let known = known.or(identity.and_then(|one| same.insert(one, file.path.as_path())));
            if let Some(known) = known.filter(|_| !is_special(&file.target)) {
                let known = known.display();
                lines.push(format!(
                    "two results would be written to one file: {known} and {shown}; nothing was written"
                ));
            } else if identity::is_input(&file.target) {
                lines.push(format!(
                    "{shown} is an input of this very run and would be lost; nothing was written"
                ));
            } else if !self.force
                && let Some(what) = file.in_the_way()
            {
                lines.push(format!(
                    "{shown} is there and {what}; --force writes over it"
                ));
            }
        }
        lines
    }
}

impl OutputFile {
    /// What is in the way: a file that is none of the verb's own.
    fn in_the_way(&self) -> Option<&'static str> {
        let there = fs::metadata(&self.target).is_ok_and(|data| data.is_file());
        if !there || self.kind.is_own(&self.target, &self.bytes) {
            return None;
        }
        Some(self.kind.otherwise())
    }
}

/// Whether a path leads to a device or a pipe, which takes whatever comes.
fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|data| !data.is_file() && !data.is_dir())
}

fn unwritten(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Unusable(format!("cannot write {}: {error}", path.display()))
}
