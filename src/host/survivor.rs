//! What is left of a process whose starter was ended in the middle.
//!
//! Before a process of a step may work, it is noted how it can be found again; a run that is taken
//! up looks there. How a system notes and finds it is its own; the file is the same everywhere.

use std::{
    fs,
    io::{self, Read as _, Write as _},
    path::Path,
};

use serde::{Serialize, de::DeserializeOwned};

use super::local::{open_own, read_own};

/// The size of a note, in bytes. It is written over in place, so that a full disk, on which nothing
/// new can be stored, has room for it all the same.
const SIZE: usize = 1024;
/// Most bytes of a note that are read.
const MAX_NOTE: u64 = 64 * 1024;

/// What still runs of a process that was noted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survivor {
    /// The process that was started, when it is still there.
    pub program: Option<u32>,
    /// What it started in its turn, and what is still there.
    pub others: Vec<u32>,
    /// Whether the time-out of the step is over.
    pub overdue: bool,
}

impl Survivor {
    /// What runs, in words.
    pub fn words(&self) -> String {
        let listed = |ids: &[u32]| {
            let ids: Vec<String> = ids.iter().map(u32::to_string).collect();
            format!(
                "{} {}",
                if ids.len() == 1 {
                    "process"
                } else {
                    "processes"
                },
                ids.join(", ")
            )
        };
        match (self.program, self.others.as_slice()) {
            (Some(program), []) => format!("its program is still running (process {program})"),
            (Some(program), others) => format!(
                "its program is still running (process {program}), and so is what that started ({})",
                listed(others)
            ),
            (None, others) => format!(
                "its program has ended, and what that started is still running ({})",
                listed(others)
            ),
        }
    }
}

/// Writes a note; where that cannot be done there is none.
pub(super) fn write(path: &Path, note: &impl Serialize) {
    let put = || -> io::Result<()> {
        let text = serde_json::to_string(note)?;
        in_place(path, text.as_bytes())
    };
    let _ = put();
}

/// Blanks a note: the next step has started nothing yet.
pub fn forget(path: &Path) {
    if path.exists() {
        let _ = in_place(path, b"");
    }
}

fn in_place(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut record = text.to_vec();
    record.resize(text.len().max(SIZE), b' ');
    let mut options = fs::OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    open_own(&mut options, path)?.write_all(&record)
}

/// Reads a note; one that is blank, or was cut off, is none.
pub(super) fn read<T: DeserializeOwned>(path: &Path) -> Option<T> {
    let mut text = Vec::new();
    let file = read_own(path).ok()?;
    file.take(MAX_NOTE).read_to_end(&mut text).ok()?;
    serde_json::from_slice(&text).ok()
}
