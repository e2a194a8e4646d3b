//! `tasq facts`.

use std::{fs, io::Read as _, process::Command};

use super::{Failure, Status, args::FactsArgs, disk, output};
use crate::machine::{Linux, Machine, machine_of_linux, write};

/// The longest file of the kernel that is read.
const MAX_FACT: u64 = 4 * 1024 * 1024;

/// Writes the machine file of this computer.
pub(super) fn run(args: &FactsArgs) -> Result<Status, Failure> {
    let (machine, root) = this_computer()?;
    let mut text = String::from("# This computer. What could not be read is left out.\n");
    if root {
        text.push_str("# The disk C: stands for the file system that holds /.\n");
    }
    text.push_str(&write(&machine));
    match args.output.as_deref().filter(|path| !disk::is_dash(path)) {
        Some(path) => disk::write_whole(path, &mut |out| out.write_all(text.as_bytes()))?,
        None => output::stdout(text.as_bytes())?,
    }
    Ok(Status::Fine)
}

/// The description of this computer, and whether its root file system is in it as the disk C:.
pub(super) fn this_computer() -> Result<(Machine, bool), Failure> {
    if !cfg!(target_os = "linux") {
        return Err(Some("the facts of this system cannot be read yet; only those of Linux can".to_owned()));
    }
    let linux = Linux { read: &read, list: &list, architecture: std::env::consts::ARCH, root: root() };
    Ok((machine_of_linux(&linux), linux.root.is_some()))
}

/// A file of the kernel; what is no text loses what is none.
fn read(path: &str) -> Option<String> {
    let mut bytes = Vec::new();
    fs::File::open(path).ok()?.take(MAX_FACT).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn list(path: &str) -> Vec<String> {
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Size and free space of the file system that holds `/`, as `df` tells.
fn root() -> Option<(u64, u64)> {
    let out = Command::new("df").args(["-P", "-B1", "/"]).output().ok().filter(|out| out.status.success())?;
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    let mut fields = text.lines().nth(1)?.split_whitespace().skip(1);
    let size = fields.next()?.parse().ok()?;
    let free = fields.nth(1)?.parse().ok()?;
    Some((size, free))
}
