//! What `repl` and `eval` have in common: files, and how a session begins.

use std::{cell::RefCell, collections::HashMap, path::Path, rc::Rc};

use super::{
    Failure, disk,
    identity::FileIdentity,
    inputs, output,
    outputs::{InPlace, OutputKind, Outputs},
    values::StartArgs,
};
use crate::{
    repl::{Answer, OpenedFile, Session, SessionDisk},
    source::Files,
};

/// The files of this computer.
#[derive(Default)]
pub(super) struct RealDisk {
    /// The sources that were opened, as they were read: `:save!` may write them anew.
    sources: RefCell<HashMap<FileIdentity, Vec<u8>>>,
}

impl RealDisk {
    /// Writes over a source that was loaded, if it still is what was read.
    fn save_again(&self, path: &Path, identity: FileIdentity, text: &str) -> Result<(), Failure> {
        let mut sources = self.sources.borrow_mut();
        let read = sources.get(&identity).map(Vec::as_slice);
        let read = read.unwrap_or_default();
        let remark = InPlace::default().replace(path, read, text.as_bytes())?;
        output::remark(&remark.unwrap_or_default());
        sources.remove(&identity);
        // It is another file now, under the same name.
        if let Some(identity) = FileIdentity::at(path) {
            sources.insert(identity, text.as_bytes().to_vec());
        }
        Ok(())
    }
}

impl SessionDisk for RealDisk {
    fn open(&self, path: &str) -> Result<OpenedFile, String> {
        let path = Path::new(path);
        let input = inputs::read(path).map_err(Failure::into_message)?;
        let is_source = path
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("tasq"));
        if let Some(identity) = FileIdentity::at(path).filter(|_| is_source) {
            let mut sources = self.sources.borrow_mut();
            sources.insert(identity, input.bytes.clone());
        }
        Ok(OpenedFile {
            name: input.name,
            inner: input.inner,
            bytes: input.bytes,
            files: Rc::new(input.files),
        })
    }

    fn exists(&self, path: &str) -> bool {
        Path::new(path).exists()
    }

    fn write(&mut self, path: &str, text: &str) -> Result<(), String> {
        let path = Path::new(path);
        let known = FileIdentity::at(path).filter(|one| self.sources.borrow().contains_key(one));
        let written = match known {
            Some(identity) => self.save_again(path, identity, text),
            // Whether a file may be written over was asked before.
            None => Outputs::one(true, path, OutputKind::Text, text.as_bytes()),
        };
        written.map_err(Failure::into_message)
    }

    fn list(&self, folder: &str) -> Vec<(String, bool)> {
        let folder = if folder.is_empty() { "." } else { folder };
        let Ok(entries) = std::fs::read_dir(folder) else {
            return Vec::new();
        };
        let named = entries.flatten().map(|entry| {
            let is_folder = entry.path().is_dir();
            (entry.file_name().to_string_lossy().into_owned(), is_folder)
        });
        let mut list: Vec<(String, bool)> = named.collect();
        list.sort();
        list
    }

    fn here(&self) -> Rc<dyn Files> {
        Rc::new(disk::DiskFiles::new(
            &std::env::current_dir().unwrap_or_default(),
        ))
    }
}

/// Gives a session its machine and variables. Findings of the machine file that are no errors go to
/// standard error.
pub(super) fn prepare(
    session: &mut Session,
    machine: Option<&Path>,
    start: &StartArgs,
) -> Result<(), Failure> {
    if let Some(path) = machine {
        let shown = good(session.take_machine(&path.to_string_lossy()))?;
        // The last line says which machine it is.
        let findings = shown
            .trim_end()
            .rsplit_once('\n')
            .map_or("", |(findings, _)| findings);
        output::remark(findings);
    }
    start.variables()?;
    for one in &start.set {
        good(session.set(one))?;
    }
    Ok(())
}

/// A refused answer as a failure.
pub(super) fn good(answer: Answer) -> Result<String, Failure> {
    if answer.failed {
        Err(Failure::Unusable(answer.text.trim_end().to_owned()))
    } else {
        Ok(answer.text)
    }
}
