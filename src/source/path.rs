//! Paths inside a project: relative to a source file, never out of the project's folder.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What is written with its number in the path of a URI.
const UNUSUAL: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// A path, with forward slashes, as a URI says it.
pub fn uri_path(path: &str) -> String {
    utf8_percent_encode(path, UNUSUAL).to_string()
}

/// Why a path written in a source cannot be followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinError {
    /// It begins with a drive, a slash or a server.
    Absolute,
    /// It climbs out of the project's folder.
    Leaves,
    /// It is empty or holds a character that no file name has.
    Malformed,
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            JoinError::Absolute => "the path is absolute",
            JoinError::Leaves => "the path leaves the project's folder",
            JoinError::Malformed => "this is not a file's path",
        })
    }
}

/// Joins `path` (as written, with `/` or `\`) to the folder of the file `from`. `from` is itself
/// relative to the project's folder; so is the result, with `/` between its parts.
///
/// # Errors
/// [`JoinError`] when the path is absolute, leaves the folder or is no path; nothing is ever looked
/// up on a disk here.
pub fn join_relative(from: &str, path: &str) -> Result<String, JoinError> {
    let path = path.replace('\\', "/");
    if path.starts_with('/') || path.as_bytes().get(1) == Some(&b':') {
        return Err(JoinError::Absolute);
    }
    if path.trim().is_empty()
        || path.ends_with('/')
        || path.contains(|c: char| c.is_control() || "<>:\"|?*".contains(c))
    {
        return Err(JoinError::Malformed);
    }
    let from = from.replace('\\', "/");
    let mut parts: Vec<&str> = from
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
        .collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop().ok_or(JoinError::Leaves)?;
            }
            name => parts.push(name),
        }
    }
    if parts.is_empty() {
        Err(JoinError::Malformed)
    } else {
        Ok(parts.join("/"))
    }
}
