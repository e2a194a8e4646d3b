//! `tasq facts`.

use super::{Failure, Status, args::FactsArgs, disk, output};
use crate::machine::{Machine, write};

/// Writes the machine file of this computer.
pub(super) fn run(args: &FactsArgs) -> Result<Status, Failure> {
    let machine = machine()?;
    let mut text = String::from("# This computer. What could not be read is left out.\n");
    if cfg!(target_os = "linux") && machine.disks.is_some() {
        text.push_str("# The disk C: stands for the file system that holds /.\n");
    }
    text.push_str(&write(&machine));
    match args.output.as_deref().filter(|path| !disk::is_dash(path)) {
        Some(path) => disk::write_whole(path, &mut |out| out.write_all(text.as_bytes()))?,
        None => output::stdout(text.as_bytes())?,
    }
    Ok(Status::Fine)
}

#[cfg(target_os = "linux")]
fn machine() -> Result<Machine, Failure> {
    Ok(crate::host::linux::machine())
}

#[cfg(windows)]
fn machine() -> Result<Machine, Failure> {
    Ok(crate::host::windows::machine())
}

#[cfg(not(any(target_os = "linux", windows)))]
fn machine() -> Result<Machine, Failure> {
    Err(Some("the facts of this system cannot be read yet; only those of Windows and Linux can".to_owned()))
}
