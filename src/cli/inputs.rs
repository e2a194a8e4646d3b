//! Inputs: what arguments name, and reading it. Every verb that takes files takes them through
//! here, so that all of them understand folders, patterns and `-` alike, and what a run has read
//! is known when something is written.

mod expand;
mod pattern;

use std::{
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

pub(super) use expand::{InputFile, InputKind, Inputs, expand, files_below, one};

use super::{
    Failure,
    disk::{self, DiskFiles},
    identity,
};

/// Most bytes that are read of any file; an export may be larger than a source.
const MAX_READ: u64 = crate::read::MAX_INPUT as u64 + 1;

/// Most bytes of a file of settings: machine, site, parameters, secrets.
const MAX_SETTINGS: usize = 16 * 1024 * 1024;

/// A source as read.
pub(super) struct SourceInput {
    /// As shown in findings.
    pub name: String,
    /// Where it lies, unless it is standard input.
    pub path: Option<PathBuf>,
    /// Its bytes; one more than the most that is read when it is too large.
    pub bytes: Vec<u8>,
    /// Its place inside the project's folder.
    pub inner: String,
    /// The project's files.
    pub files: DiskFiles,
}

/// Whether a path argument means standard input or output.
pub(super) fn is_dash(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Reads a file or standard input.
///
/// # Errors
/// A message with the name.
pub(super) fn read(path: &Path) -> Result<SourceInput, Failure> {
    if is_dash(path) {
        let root = std::env::current_dir().unwrap_or_default();
        return Ok(SourceInput {
            name: "<stdin>".to_owned(),
            path: None,
            bytes: standard_input()?,
            inner: "stdin.tasq".to_owned(),
            files: DiskFiles::new(&root),
        });
    }
    let name = path.display().to_string();
    let bytes = limited(path).map_err(|error| unread(&name, &error))?;
    let (root, inner) = disk::place_of(path);
    Ok(SourceInput {
        name,
        path: Some(path.to_owned()),
        bytes,
        inner,
        files: DiskFiles::new(&root),
    })
}

/// The bytes of any file or of standard input, up to one more than the most that is read, and its
/// name.
///
/// # Errors
/// A message with the name.
pub(super) fn read_bytes(path: &Path) -> Result<(String, Vec<u8>), Failure> {
    let input = read(path)?;
    Ok((input.name, input.bytes))
}

/// The text of a file of settings, without a byte-order mark.
///
/// # Errors
/// A message with the name: it cannot be read, is too large, or is no text.
pub(super) fn read_text(path: &Path) -> Result<String, Failure> {
    let (name, bytes) = read_bytes(path)?;
    if bytes.len() > MAX_SETTINGS {
        return Err(Failure::Unusable(format!(
            "{name} has more than {MAX_SETTINGS} bytes"
        )));
    }
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::Unusable(format!("{name} is not text in UTF-8")))?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

/// Standard input, up to one byte more than the most that is read: beyond the limit a reader only
/// says that it is too large.
fn standard_input() -> Result<Vec<u8>, Failure> {
    static TAKEN: AtomicBool = AtomicBool::new(false);
    if TAKEN.swap(true, Ordering::Relaxed) {
        return Err(Failure::Usage(
            "standard input is there once: only one `-` can stand for it".to_owned(),
        ));
    }
    let mut bytes = Vec::new();
    io::stdin()
        .lock()
        .take(MAX_READ)
        .read_to_end(&mut bytes)
        .map_err(|error| unread("standard input", &error))?;
    Ok(bytes)
}

fn unread(name: &str, error: &io::Error) -> Failure {
    Failure::Unusable(format!("cannot read {name}: {error}"))
}

/// The bytes of a file, up to one more than the most that is read. From here on nothing is written
/// onto it.
pub(super) fn limited(path: &Path) -> io::Result<Vec<u8>> {
    if fs::metadata(path)?.is_dir() {
        return Err(io::Error::new(
            io::ErrorKind::IsADirectory,
            "it is a folder",
        ));
    }
    let file = opened(path)?;
    identity::note_input(&file);
    let mut bytes = Vec::new();
    file.take(MAX_READ).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Opens a file that is one: a pipe without a writer, or a device, would be waited for, or never
/// end.
fn opened(path: &Path) -> io::Result<fs::File> {
    let special = || {
        io::Error::new(
            io::ErrorKind::InvalidInput,
            "it is a pipe or a device, no file; `-` reads standard input",
        )
    };
    // Asked before it is opened, because opening a pipe waits, and once more of what was opened.
    if !fs::metadata(path)?.is_file() {
        return Err(special());
    }
    let file = fs::File::open(path)?;
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(special()),
    }
}
