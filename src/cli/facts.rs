//! `tasq facts`.

use std::path::PathBuf;

use clap::Args;

use super::{Failure, Status, disk, output};
use crate::machine::{Machine, write};

/// Write the machine file of this computer
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tasq facts                                 on standard output
  tasq facts -o build-server.toml")]
pub(crate) struct FactsArgs {
    /// File to write, `-` for standard output
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
}

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
        None => output::result(&text)?,
    }
    Ok(Status::Fine)
}

/// The description of this computer, and whether its root file system is in it as the disk C:.
#[cfg(target_os = "linux")]
pub(super) fn this_computer() -> Result<(Machine, bool), Failure> {
    let machine = crate::host::linux::machine();
    let root = machine.disks.is_some();
    Ok((machine, root))
}

/// The description of this computer; its disks have their own letters.
#[cfg(windows)]
pub(super) fn this_computer() -> Result<(Machine, bool), Failure> {
    Ok((crate::host::windows::machine(), false))
}

/// Only two systems can be asked.
#[cfg(not(any(target_os = "linux", windows)))]
pub(super) fn this_computer() -> Result<(Machine, bool), Failure> {
    Err(Failure::Unusable(
        "the facts of this system cannot be read yet; only those of Windows and Linux can"
            .to_owned(),
    ))
}
