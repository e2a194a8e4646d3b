//! What killed runs left behind: files that were written beside their places and never moved there.
//! The system lets go of a file's lock when its process ends, so a file that can be locked has no
//! writer any more.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    path::Path,
    time::Duration,
};

/// The beginning and the end of the name of a file on its way.
pub(super) const NAME: (&str, &str) = (".tasq-", ".tmp");

/// The beginning of the name of a project's folder on its way.
pub(in super::super) const DRAFT: &str = ".tasq-new-";

/// How many letters and digits stand behind the beginning.
const RANDOM: usize = 6;

/// After how long a file has no writer, where files cannot be locked.
const ABANDONED: Duration = Duration::from_secs(24 * 60 * 60);

/// Removes the files that killed runs left in a folder. What cannot be removed stays: it is in
/// nobody's way.
pub(super) fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if is_file && is_on_its_way(&entry.file_name().to_string_lossy()) {
            let path = entry.path();
            if let Some(_held) = abandoned(&path) {
                let _ = fs::remove_file(path);
            }
        }
    }
}

/// Removes the drafts of projects that killed runs left in a folder. `first` is the file that is
/// locked while a draft is written.
pub(in super::super) fn sweep_drafts(folder: &Path, first: &str) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_draft = name.strip_prefix(DRAFT).is_some_and(is_random);
        if is_draft && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            let held = abandoned(&entry.path().join(first));
            if held.is_some() {
                drop(held);
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }
}

fn is_on_its_way(name: &str) -> bool {
    name.strip_prefix(NAME.0)
        .and_then(|rest| rest.strip_suffix(NAME.1))
        .is_some_and(is_random)
}

fn is_random(text: &str) -> bool {
    text.len() == RANDOM && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The file, held, when nobody is writing it any more.
fn abandoned(path: &Path) -> Option<File> {
    // A pipe that nobody reads would be waited for.
    fs::symlink_metadata(path)
        .ok()
        .filter(fs::Metadata::is_file)?;
    let file = OpenOptions::new().write(true).open(path).ok()?;
    match file.try_lock() {
        Ok(()) => Some(file),
        Err(TryLockError::WouldBlock) => None,
        Err(TryLockError::Error(_)) => {
            let changed = file.metadata().ok()?.modified().ok()?;
            let is_old = changed.elapsed().is_ok_and(|age| age > ABANDONED);
            is_old.then_some(file)
        }
    }
}
