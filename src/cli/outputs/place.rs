//! Where results go, and what they are called.

use std::{
    ffi::{OsStr, OsString},
    fs,
    path::{Path, PathBuf},
};

use super::super::{Failure, inputs::is_dash};

/// Most links that are followed one behind the other.
const MAX_LINKS: usize = 40;

/// Where results go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum ResultPlace {
    /// Standard output.
    Stdout,
    /// One file.
    File(PathBuf),
    /// A folder, a file each.
    Folder(PathBuf),
}

impl ResultPlace {
    /// What `-o` says: a folder that is there, a path that ends in a slash, or any path where
    /// there may be several results (`grouped`, or a count beyond one). `what` are the results.
    ///
    /// # Errors
    /// Several results have no folder to go to.
    pub fn of(
        output: Option<&Path>,
        count: usize,
        grouped: bool,
        what: &str,
    ) -> Result<ResultPlace, Failure> {
        match output.filter(|path| !is_dash(path)) {
            None if count > 1 => Err(Failure::Usage(format!(
                "{count} {what} need a folder to write to: -o DIR"
            ))),
            None => Ok(ResultPlace::Stdout),
            Some(path) if path.is_dir() || grouped || count > 1 || ends_open(path) => {
                Ok(ResultPlace::Folder(path.to_owned()))
            }
            Some(path) => Ok(ResultPlace::File(path.to_owned())),
        }
    }
}

/// Whether a path is written as a folder's.
fn ends_open(path: &Path) -> bool {
    path.to_string_lossy().ends_with(['/', '\\'])
}

/// The name of a result: that of the source up to `.tasq`, with another ending.
pub(in super::super) fn result_name(source: &Path, ending: &str) -> OsString {
    let is_source = source
        .extension()
        .is_some_and(|own| own.eq_ignore_ascii_case("tasq"));
    let stem = if is_source {
        source.file_stem()
    } else {
        source.file_name()
    };
    let mut name = stem.unwrap_or(OsStr::new("stdin")).to_owned();
    name.push(ending);
    name
}

/// Where a path leads: links are followed, also one to a file that is not there yet.
pub(super) fn followed(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        if let Ok(whole) = fs::canonicalize(&path) {
            return whole;
        }
        let Ok(next) = fs::read_link(&path) else {
            break;
        };
        path = folder_of(&path).join(next);
    }
    let folder = fs::canonicalize(folder_of(&path));
    match (folder, path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path,
    }
}

/// The folder of a file.
pub(super) fn folder_of(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// The same for two paths that are one on a system to which case is nothing.
pub(super) fn key(path: &Path) -> String {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    whole.to_string_lossy().to_lowercase()
}
