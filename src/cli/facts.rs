//! `tasq facts`.

use std::path::PathBuf;

use clap::Args;

use super::{
    Failure, Status,
    inputs::is_dash,
    output,
    outputs::{OutputKind, Outputs},
};
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
    /// Write over a file that is not as `tasq facts` wrote it
    #[arg(long)]
    pub force: bool,
}

/// Writes the machine file of this computer.
pub(super) fn run(args: &FactsArgs) -> Result<Status, Failure> {
    let (machine, root) = this_computer()?;
    let mut text = String::from("# This computer. What could not be read is left out.\n");
    if root {
        text.push_str("# The disk C: stands for the file system that holds /.\n");
    }
    text.push_str(&write(&machine));
    match args.output.as_deref().filter(|path| !is_dash(path)) {
        Some(path) => {
            let text = sealed(&text);
            Outputs::one(args.force, path, OutputKind::Facts, text.as_bytes())?;
        }
        None => output::result(&text)?,
    }
    Ok(Status::Fine)
}

/// What stands before the seal of a file: people take these files as a beginning and write on, and
/// then they are nobody's to write over.
const SEAL: &str = "# As `tasq facts` wrote it while the checksum of the other lines is ";

/// A machine file that tells whether somebody has changed it.
fn sealed(text: &str) -> String {
    format!("{SEAL}{}\n{text}", checksum(text.lines()))
}

/// Whether a file is as [`sealed`] made it. The ends of its lines do not count.
pub(super) fn is_untouched(text: &str) -> bool {
    let mut lines = text.lines();
    let seal = lines.next().and_then(|line| line.strip_prefix(SEAL));
    seal.is_some_and(|seal| seal == checksum(lines))
}

fn checksum<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let mut context = ring::digest::Context::new(&ring::digest::SHA256);
    for line in lines {
        context.update(line.as_bytes());
        context.update(b"\n");
    }
    let digest = context.finish();
    let digits = digest.as_ref().iter().take(8);
    digits.map(|byte| format!("{byte:02x}")).collect()
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
