//! What `repl` and `eval` have in common: files, and how a session begins.

use std::{path::Path, rc::Rc};

use super::{Failure, disk, output, values::StartArgs};
use crate::{
    repl::{Answer, OpenedFile, Session, SessionDisk},
    source::Files,
};

/// The files of this computer.
pub(super) struct RealDisk;

impl SessionDisk for RealDisk {
    fn open(&self, path: &str) -> Result<OpenedFile, String> {
        let input = disk::read(Path::new(path)).map_err(Failure::into_message)?;
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
        disk::write_whole(Path::new(path), &mut |out| out.write_all(text.as_bytes()))
            .map_err(Failure::into_message)
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
