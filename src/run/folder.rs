//! Where a run keeps what it knows, and the lock of the computer.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use super::RunFault;
use crate::host::local::{STARTED, create_private, create_private_folder, open_own};

/// How many bytes wait for the day on which the disk is full.
const RESERVE: usize = 512 * 1024;
/// How many journals of old runs are kept.
const KEPT: usize = 20;

/// The folder of the program's state.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// A folder that need not be there yet.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Folder { root: root.into() }
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What belongs to the run that is on, readable for its account alone.
    pub fn run(&self) -> PathBuf {
        self.root.join("run")
    }

    /// The stored run.
    pub fn checkpoint(&self) -> PathBuf {
        self.run().join("checkpoint.json")
    }

    /// Where the run stands since the checkpoint was written.
    pub fn moments(&self) -> PathBuf {
        self.run().join("moments")
    }

    /// The events of the run.
    pub fn journal(&self) -> PathBuf {
        self.run().join("journal.jsonl")
    }

    /// How the process that was started last is found again.
    pub fn started(&self) -> PathBuf {
        self.run().join(STARTED)
    }

    /// Space for the last checkpoint on a full disk.
    pub fn reserve(&self) -> PathBuf {
        self.run().join("reserve")
    }

    /// While this file is there, the run ends at its next chance.
    pub fn cancel(&self) -> PathBuf {
        self.run().join("cancel")
    }

    /// Downloaded content.
    pub fn cache(&self) -> PathBuf {
        self.root.join("cache")
    }

    /// The usual folder of the log.
    pub fn logs(&self) -> PathBuf {
        self.root.join("logs")
    }

    /// The journal of the run that ended last.
    pub fn last(&self) -> Option<PathBuf> {
        self.old_journals().pop()
    }

    /// Journals of runs that have ended, the oldest first.
    fn old_journals(&self) -> Vec<PathBuf> {
        let names = fs::read_dir(self.history())
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path());
        let mut out: Vec<PathBuf> = names
            .filter(|path| path.extension().is_some_and(|ending| ending == "jsonl"))
            .collect();
        out.sort();
        out
    }

    fn history(&self) -> PathBuf {
        self.root.join("history")
    }

    /// Whether a run is stored.
    pub fn has_run(&self) -> bool {
        self.checkpoint().is_file()
    }

    /// Makes the folders of a run, and what lets a last checkpoint be written on a full disk.
    ///
    /// # Errors
    /// The folder cannot be made or written.
    pub fn prepare(
        &self,
        make_private: &dyn Fn(&Path) -> Result<(), String>,
    ) -> Result<(), RunFault> {
        let run = self.run();
        for folder in [&self.root, &run] {
            create_private_folder(folder)
                .map_err(|error| RunFault::io("cannot make the folder", folder, &error))?;
        }
        make_private(&run).map_err(|why| {
            RunFault::new(format!("cannot make {} private: {why}", run.display()))
        })?;
        let reserve = self.reserve();
        let fill = || -> io::Result<()> {
            let mut file = create_private(&reserve)?;
            // Not zeros: some file systems keep no blocks for them.
            let block: Vec<u8> = (0..RESERVE).map(|index| (index % 251) as u8).collect();
            file.write_all(&block)
        };
        fill().map_err(|error| RunFault::io("cannot write", &reserve, &error))
    }

    /// Gives the reserve back to the disk; whether there was one.
    pub fn free_reserve(&self) -> bool {
        fs::remove_file(self.reserve()).is_ok()
    }

    /// Ends a run: its journal goes to the history, the rest is removed.
    pub fn retire(&self, id: &str) {
        let history = self.history();
        if create_private_folder(&history).is_ok() {
            let name: String = id
                .chars()
                .map(|c| {
                    if c.is_ascii_alphanumeric() || c == '-' {
                        c
                    } else {
                        '-'
                    }
                })
                .collect();
            let _ = fs::rename(self.journal(), history.join(format!("{name}.jsonl")));
            for path in self.old_journals().iter().rev().skip(KEPT) {
                let _ = fs::remove_file(path);
            }
        }
        // The checkpoint goes first: what is left without one is no run.
        let _ = fs::remove_file(self.checkpoint());
        let _ = fs::remove_dir_all(self.run());
    }
}

/// The right to run on this computer; the system gives it back when the process ends, however that
/// happens.
#[derive(Debug)]
pub struct Lock {
    _file: fs::File,
}

impl Lock {
    /// Takes the lock; `None` when another process has it.
    ///
    /// # Errors
    /// The folder cannot be made or written.
    pub fn take(folder: &Path) -> Result<Option<Lock>, RunFault> {
        create_private_folder(folder)
            .map_err(|error| RunFault::io("cannot make the folder", folder, &error))?;
        let path = folder.join("lock");
        let mut options = fs::OpenOptions::new();
        options.create(true).truncate(false).write(true);
        let file = open_own(&mut options, &path);
        let file = file.map_err(|error| RunFault::io("cannot write", &path, &error))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Lock { _file: file })),
            Err(fs::TryLockError::WouldBlock) => Ok(None),
            Err(fs::TryLockError::Error(error)) => Err(RunFault::io("cannot lock", &path, &error)),
        }
    }
}
