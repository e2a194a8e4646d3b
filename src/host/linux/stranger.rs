//! Whose a file is.

use std::{env, fs, os::unix::fs::MetadataExt as _, path::Path};

/// Write for the group, and for everybody.
const GROUP: u32 = 0o020;
const EVERYBODY: u32 = 0o002;
/// In such a folder nobody takes away what is another's.
const STICKY: u32 = 0o1000;

/// Why somebody else could have written a file, or one of the folders in which it is.
pub(super) fn of(path: &Path) -> Option<String> {
    let own = rustix::process::geteuid().as_raw();
    let trusted = [Some(own), Some(0), behind_sudo(own)];
    let path = fs::canonicalize(path).ok()?;
    for (depth, place) in path.ancestors().enumerate() {
        let Ok(facts) = fs::metadata(place) else {
            continue;
        };
        let why = if !trusted.contains(&Some(facts.uid())) {
            "belongs to another account"
        } else if others_write(&facts, depth > 0) {
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
