//! Everything that happened, one line of JSON each, only ever added to.

use std::{
    fs,
    io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{RunFault, now};
use crate::{
    engine::Event,
    host::local::{open_own, read_own},
};

/// A line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JournalEntry {
    /// The run began, on a sequence of this name.
    Started(String),
    /// The run was taken up again.
    Resumed,
    /// A step was cut off; what is done about it.
    Interrupted {
        /// Its path.
        path: String,
        /// `retry`, `skip`, `fail`, or `again` for what does no harm.
        done: String,
    },
    /// The engine's own.
    Event(Box<Event>),
    /// Somebody at the console did something.
    Operator(String),
    /// The computer is restarted now.
    Restarting,
    /// The run was given up, stopped at a step, or ended by a fault.
    Ended(String),
}

#[derive(Serialize, Deserialize)]
struct JournalLine {
    time: String,
    #[serde(flatten)]
    entry: JournalEntry,
}

/// The journal of a run.
#[derive(Debug)]
pub struct Journal {
    file: fs::File,
    path: PathBuf,
    length: u64,
}

impl Journal {
    /// Opens it, to add to it. A line that was cut off by a crash is ended first.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn open(path: &Path) -> Result<Journal, RunFault> {
        let fault = |error: io::Error| RunFault::io("cannot write", path, &error);
        let mut options = fs::OpenOptions::new();
        options.create(true).append(true).read(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        let mut file = open_own(&mut options, path).map_err(fault)?;
        let mut length = file.metadata().map_err(fault)?.len();
        let mut last = [b'\n'];
        if length > 0 {
            file.seek(SeekFrom::End(-1))
                .and_then(|_| file.read_exact(&mut last))
                .map_err(fault)?;
        }
        if last != [b'\n'] {
            file.write_all(b"\n").map_err(fault)?;
            length += 1;
        }
        Ok(Journal {
            file,
            path: path.to_owned(),
            length,
        })
    }

    /// Adds a line.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn add(&mut self, entry: JournalEntry) -> Result<(), RunFault> {
        let line = JournalLine { time: now(), entry };
        let mut text =
            serde_json::to_string(&line).map_err(|error| RunFault::new(error.to_string()))?;
        text.push('\n');
        self.file
            .write_all(text.as_bytes())
            .map_err(|error| RunFault::io("cannot write", &self.path, &error))?;
        self.length += text.len() as u64;
        Ok(())
    }

    /// How long it is, in bytes.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Makes sure that it is on the disk.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn sync(&self) -> Result<(), RunFault> {
        self.file
            .sync_all()
            .map_err(|error| RunFault::io("cannot write", &self.path, &error))
    }

    /// All lines with their times; one that was cut off is left out.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn read(path: &Path) -> Result<Vec<(String, JournalEntry)>, RunFault> {
        Journal::read_behind(path, 0)
    }

    /// The lines behind so many bytes.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn read_behind(path: &Path, length: u64) -> Result<Vec<(String, JournalEntry)>, RunFault> {
        let mut file = match read_own(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(RunFault::io("cannot read", path, &error)),
        };
        file.seek(SeekFrom::Start(length))
            .map_err(|error| RunFault::io("cannot read", path, &error))?;
        let mut out = Vec::new();
        for line in BufReader::new(file).split(b'\n') {
            let line = line.map_err(|error| RunFault::io("cannot read", path, &error))?;
            if let Ok(JournalLine { time, entry }) = serde_json::from_slice(&line) {
                out.push((time, entry));
            }
        }
        Ok(out)
    }
}
