//! Storing a run so that a crash at any time leaves one that is whole.
//!
//! `checkpoint.json` has everything and is replaced whole: written beside its place, synced,
//! renamed, and its folder synced. Between two instructions only what changed since is written,
//! into the [places](super::places) beside it. Each write has a number, and the highest that is
//! whole counts.

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
    thread,
    time::{Duration, Instant},
};

use super::{Checkpoint, Folder, RunFault, crash, places::Places};
use crate::host::local::create_private;

/// What stores a run.
#[derive(Debug)]
pub(super) struct Store {
    folder: Folder,
    places: Option<Places>,
    /// How often the run was stored.
    number: u64,
}

impl Store {
    /// For a run that was stored so often before.
    pub(super) fn new(folder: Folder, number: u64) -> Store {
        Store {
            folder,
            places: None,
            number,
        }
    }

    /// Goes on behind what was stored before.
    pub(super) fn behind(&mut self, number: u64) {
        self.number = self.number.max(number + 1);
    }

    /// Lets go of its file: Windows removes no folder in which one is open.
    pub(super) fn close(&mut self) {
        self.places = None;
    }

    /// Stores everything. Space that was kept for it is used when the disk is full; the fault then
    /// still says so.
    ///
    /// # Errors
    /// It cannot be written; what was stored before is untouched then, unless the fault says that
    /// the disk is full and the run is stored all the same.
    pub(super) fn whole(&mut self, mut checkpoint: Checkpoint) -> Result<(), RunFault> {
        checkpoint.number = self.number;
        let text = serde_json::to_vec(&checkpoint).map_err(cannot)?;
        let path = self.folder.checkpoint();
        let stored = match replace(&path, &text) {
            Ok(()) => Ok(()),
            Err(error) => {
                let fault = RunFault::io("cannot store the run in", &path, &error);
                if fault.full && self.folder.free_reserve() && replace(&path, &text).is_ok() {
                    self.number += 1;
                    return Err(RunFault {
                        message: format!(
                            "{}; the run is stored with the last space there was",
                            fault.message
                        ),
                        full: true,
                    });
                }
                Err(fault)
            }
        };
        self.number += u64::from(stored.is_ok());
        stored
    }

    /// Stores where the run stands between two instructions.
    ///
    /// # Errors
    /// As of [`Store::whole`].
    pub(super) fn moment(&mut self, mut checkpoint: Checkpoint) -> Result<(), RunFault> {
        checkpoint.number = self.number;
        let Some(moment) = checkpoint.moment() else {
            return self.whole(checkpoint);
        };
        let text = serde_json::to_vec(&moment).map_err(cannot)?;
        if !self
            .places
            .as_ref()
            .is_some_and(|places| places.holds(text.len()))
        {
            // Everything is stored before the places change; a disk without room for them makes
            // each write a whole one.
            self.whole(checkpoint)?;
            self.places = Places::make(&self.folder.moments(), text.len()).ok();
            return Ok(());
        }
        let written = self
            .places
            .as_mut()
            .map(|places| places.write(self.number, &text));
        match written {
            Some(Ok(())) => {
                self.number += 1;
                Ok(())
            }
            // A place that cannot be written is given up.
            Some(Err(_)) | None => {
                self.places = None;
                self.whole(checkpoint)
            }
        }
    }
}

fn cannot(error: serde_json::Error) -> RunFault {
    RunFault::new(format!("cannot store the run: {error}"))
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let part = path.with_extension("tmp");
    let write = || -> io::Result<()> {
        let mut file = create_private(&part)?;
        if crash::is_at("torn") {
            file.write_all(bytes.get(..bytes.len() / 2).unwrap_or(&[]))?;
            crash::point("torn");
        }
        file.write_all(bytes)?;
        file.sync_all()
    };
    crash::point("before");
    if let Err(error) = write() {
        let _ = fs::remove_file(&part);
        return Err(error);
    }
    crash::point("written");
    rename(&part, path)?;
    crash::point("stored");
    sync_folder(path)
}

/// A name is safe on the disk only when its folder is. Windows has no such call: NTFS keeps names
/// in its own journal.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if cfg!(unix) => fs::File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

/// Windows refuses while another program, such as a scanner for viruses, has the file open; that
/// passes.
pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    const PATIENCE: Duration = Duration::from_secs(3);
    let began = Instant::now();
    loop {
        match fs::rename(from, to) {
            // ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION.
            Err(error)
                if cfg!(windows)
                    && matches!(error.raw_os_error(), Some(5 | 32))
                    && began.elapsed() < PATIENCE =>
            {
                thread::sleep(Duration::from_millis(20));
            }
            ended => return ended,
        }
    }
}
