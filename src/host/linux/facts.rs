//! The description of this computer from what its kernel shows.

use std::{fs, io::Read as _};

use crate::machine::{Linux, Machine, machine_of_linux};

/// The longest file of the kernel that is read.
const MAX_FACT: u64 = 4 * 1024 * 1024;

/// The description; what cannot be read is left out.
pub fn machine() -> Machine {
    machine_of_linux(&Linux {
        read: &read,
        list: &list,
        architecture: std::env::consts::ARCH,
        root: root(),
    })
}

/// A file of the kernel; what is no text loses what is none.
fn read(path: &str) -> Option<String> {
    let mut bytes = Vec::new();
    fs::File::open(path)
        .ok()?
        .take(MAX_FACT)
        .read_to_end(&mut bytes)
        .ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn list(path: &str) -> Vec<String> {
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Size and free space of the file system that holds `/`, as `df` tells them.
fn root() -> Option<(u64, u64)> {
    let facts = rustix::fs::statvfs("/").ok()?;
    Some((
        facts.f_blocks.checked_mul(facts.f_frsize)?,
        facts.f_bavail.checked_mul(facts.f_frsize)?,
    ))
}
