//! What keeps a process from starting, as far as this computer can tell without starting it: its
//! folder, or its program by a full path, is not there.

use std::path::Path;

use crate::computer::{Process, SystemError, Task};

/// The folder is not there: ERROR_DIRECTORY, and ENOENT.
const NO_FOLDER: u32 = if cfg!(windows) { 267 } else { 2 };
/// The program is not there: ERROR_FILE_NOT_FOUND, and what a shell ends with.
const NO_PROGRAM: u32 = if cfg!(windows) { 2 } else { 127 };

/// What keeps a process from starting.
pub(super) struct Obstacle {
    /// What is not there.
    pub missing: String,
    /// What the start would come to.
    pub error: SystemError,
}

/// Looks for it; a folder of content that is not here yet is none.
pub(super) fn obstacle(process: &Process<'_>) -> Option<Obstacle> {
    let of = |code: u32, missing: String| {
        let error = SystemError::new(code, format!("there is no {missing}"));
        Obstacle { missing, error }
    };
    if let Some(folder) = process.folder.as_deref() {
        let content = process.content.as_deref();
        let own = content.is_some_and(|content| folder.starts_with(content));
        if !own && !folder.is_dir() {
            return Some(of(NO_FOLDER, format!("folder {}", folder.display())));
        }
    }
    let Task::CommandLine(line) = process.task else {
        return None;
    };
    let program = missing_program(line.trim())?;
    Some(of(NO_PROGRAM, format!("program {program}")))
}

/// The full path that a command line begins with, if nothing is there. A line that is more than a
/// program and plain arguments is the shell's to read.
#[cfg(not(windows))]
fn missing_program(line: &str) -> Option<String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b" _./:,+@%=-\"'".contains(&byte);
    let quote = line.chars().next().filter(|own| matches!(own, '"' | '\''));
    let program = match quote {
        Some(quote) => line[1..].split_once(quote)?.0,
        None => line.split([' ', '\t']).next()?,
    };
    let gone = program.starts_with('/') && !Path::new(program).exists();
    (line.bytes().all(plain) && gone).then(|| program.to_owned())
}

/// The full path that a command line begins with, if none of its words names a file.
#[cfg(windows)]
fn missing_program(line: &str) -> Option<String> {
    let name = match line.strip_prefix('"') {
        Some(inner) => inner.split('"').next()?,
        None => line.split([' ', '\t']).next()?,
    };
    // Whether there is a `Sysnative` depends on who looks.
    let shown = !name.to_ascii_lowercase().contains("\\sysnative\\");
    let full = shown && (name.get(1..3) == Some(":\\") || name.starts_with("\\\\"));
    let lookup = super::lookup::Lookup {
        folders: &[],
        path: &[],
        is_file: &|file| Path::new(file).is_file(),
    };
    let gone = full && super::lookup::find(line, &lookup).is_none();
    gone.then(|| name.to_owned())
}
