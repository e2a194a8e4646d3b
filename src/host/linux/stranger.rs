//! Whose a file is.

use std::{env, fs, os::unix::fs::MetadataExt as _, path::Path};

/// Write for the group, and for everybody.
const GROUP: u32 = 0o020;
const EVERYBODY: u32 = 0o002;
/// Most links that are followed one behind the other.
const MAX_LINKS: usize = 40;
/// In such a folder nobody takes away what is another's.
const STICKY: u32 = 0o1000;

/// Why somebody else could have written a file, or one of the folders in which it is.
pub(super) fn of(path: &Path) -> Option<String> {
    of_folder(path, false)
}

/// The same of a folder; one that only stands `around` the one that is meant may let others put
/// things into it which they cannot take away.
pub(super) fn of_folder(path: &Path, around: bool) -> Option<String> {
    let own = rustix::process::geteuid().as_raw();
    let trusted = [Some(own), Some(0), behind_sudo(own)];
    of_links(path, &trusted, 0).or_else(|| of_folders(path, &trusted, around))
}

/// The same of the links on the way to a file: who may put another one there leads elsewhere.
fn of_links(path: &Path, trusted: &[Option<u32>], depth: usize) -> Option<String> {
    if depth > MAX_LINKS {
        return None;
    }
    let path = std::path::absolute(path).ok()?;
    for place in path.ancestors() {
        let Some(facts) = fs::symlink_metadata(place)
            .ok()
            .filter(fs::Metadata::is_symlink)
        else {
            continue;
        };
        if !trusted.contains(&Some(facts.uid())) {
            return Some(format!("{} belongs to another account", place.display()));
        }
        let folder = place.parent()?;
        let next = fs::read_link(place).map(|next| folder.join(next));
        let found = of_folders(folder, trusted, true).or_else(|| {
            next.ok()
                .and_then(|next| of_links(&next, trusted, depth + 1))
        });
        if found.is_some() {
            return found;
        }
    }
    None
}

/// The same of a file and the folders in which it is, once no link is left.
fn of_folders(path: &Path, trusted: &[Option<u32>], around: bool) -> Option<String> {
    let path = fs::canonicalize(path).ok()?;
    for (depth, place) in path.ancestors().enumerate() {
        let Ok(facts) = fs::metadata(place) else {
            continue;
        };
        let why = if !trusted.contains(&Some(facts.uid())) {
            "belongs to another account"
        } else if others_write(&facts, around || depth > 0) {
            "can be written by other accounts"
        } else {
            continue;
        };
        return Some(format!("{} {why}", place.display()));
    }
    None
}

/// Whether more than its owner can write something. A group with the number of the owner is a group
/// of the owner alone, as Debian makes them.
fn others_write(facts: &fs::Metadata, folder: bool) -> bool {
    let mode = facts.mode();
    let shielded = folder && mode & STICKY != 0;
    let by_group = mode & GROUP != 0 && facts.gid() != facts.uid();
    !shielded && (mode & EVERYBODY != 0 || by_group)
}

/// Who became root with sudo.
fn behind_sudo(own: u32) -> Option<u32> {
    let given = env::var("SUDO_UID").ok().filter(|_| own == 0)?;
    given.parse().ok()
}
