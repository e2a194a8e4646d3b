//! The stored run: a file that is replaced whole or not at all, and beside it the moments since
//! ([`super::Store`]).

use std::{
    collections::BTreeMap,
    io::{self, Read as _},
    path::PathBuf,
};

use serde::{Deserialize, Serialize};

use super::{Folder, RunFault, places};
use crate::{
    engine::{RunOptions, RunState, Target},
    host::local::read_own,
    model::GivenValue,
};

/// The version of the form; another one is refused.
pub const FORMAT_VERSION: u32 = 2;

/// The largest checkpoint that is read, in bytes.
const MAX_CHECKPOINT: u64 = 256 * 1024 * 1024;

/// What stays the same through a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// The run's own name: when it began.
    pub id: String,
    /// The sequence's name.
    pub title: String,
    /// The source or export.
    pub file: PathBuf,
    /// Which of its sequences.
    pub sequence: Option<String>,
    /// Further sequences: identifier and file.
    pub children: Vec<(String, PathBuf)>,
    /// The site file.
    pub site: Option<PathBuf>,
    /// Values for the parameters of the source.
    #[serde(default)]
    pub parameters: Vec<(String, GivenValue)>,
    /// What the program is by its content.
    pub identity: String,
    /// The engine's switches; variables of the start are in the state, and secrets nowhere.
    pub options: RunOptions,
    /// The names of secrets that the sequence uses.
    pub secrets: Vec<String>,
    /// Their values where the system protects them for this computer, by name, in Base64.
    #[serde(default)]
    pub protected: BTreeMap<String, String>,
    /// A file with them.
    pub secret_file: Option<PathBuf>,
    /// The folder of the log.
    pub log: PathBuf,
    /// Whether the log is JSON.
    pub json_log: bool,
    /// Whether steps that Tasq cannot carry out are passed over.
    pub skip_unknown: bool,
    /// The instruction behind which the run ends.
    pub until: Option<u32>,
    /// Whether a start-up entry was made.
    pub entry: bool,
    /// Whether somebody trusts the site file though others can write it.
    #[serde(default)]
    pub trusts_site: bool,
    /// Whether a restart is left to somebody else.
    pub no_restart: bool,
}

/// A secret of the stored variables, which itself is not stored in clear.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// The name in `secret("NAME")`.
    pub secret: Option<String>,
    /// A variable that is nothing but it.
    pub variable: Option<String>,
    /// The value, protected by the system for this computer, in Base64.
    pub protected: Option<String>,
}

/// An instruction that was begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InFlight {
    /// Its number.
    pub instruction: u32,
    /// Its path.
    pub path: String,
    /// How often it was tried before.
    pub attempt: u32,
    /// When it was begun.
    pub since: String,
    /// Whether it can be done again without harm.
    pub repeats: bool,
}

/// A restart that the run waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingRestart {
    /// What the computer starts.
    pub target: Target,
    /// What people are told.
    pub message: Option<String>,
    /// How long, in seconds.
    pub delay: Option<u64>,
}

/// A stored run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Checkpoint {
    /// See [`FORMAT_VERSION`].
    pub format_version: u32,
    /// What stays the same.
    pub header: Header,
    /// How often the run was stored before. Of all that is stored the highest number counts.
    pub number: u64,
    /// When this was written.
    pub time: String,
    /// The start of the system in which it was written.
    pub boot_id: Option<String>,
    /// What is being done.
    pub in_flight: Option<InFlight>,
    /// What is waited for.
    pub restart: Option<PendingRestart>,
    /// How long the journal was then, in bytes.
    pub journal: u64,
    /// What stands for the secrets in the variables, by number.
    pub slots: Vec<Slot>,
    /// What the engine knows, without secrets.
    pub state: RunState,
}

/// What of a stored run changes from one instruction to the next.
#[derive(Serialize)]
pub(super) struct Moment<'a> {
    run: &'a str,
    number: u64,
    time: &'a str,
    in_flight: &'a Option<InFlight>,
    journal: u64,
    slots: &'a [Slot],
    state: &'a RunState,
}

/// The same, read.
#[derive(Deserialize)]
struct StoredMoment {
    run: String,
    number: u64,
    time: String,
    in_flight: Option<InFlight>,
    journal: u64,
    slots: Vec<Slot>,
    state: RunState,
}

/// What is read before the rest is understood.
#[derive(Deserialize)]
struct StoredVersion {
    format_version: u32,
}

impl Checkpoint {
    /// Reads the stored run; `None` when there is none.
    ///
    /// # Errors
    /// It cannot be read, or another version of Tasq wrote it.
    pub fn read(folder: &Folder) -> Result<Option<Checkpoint>, RunFault> {
        let path = folder.checkpoint();
        let fault = |error: io::Error| RunFault::io("cannot read", &path, &error);
        let file = match read_own(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(fault(error)),
        };
        let mut text = String::new();
        file.take(MAX_CHECKPOINT + 1)
            .read_to_string(&mut text)
            .map_err(fault)?;
        if text.len() as u64 > MAX_CHECKPOINT {
            return Err(RunFault::new(format!("{} is too large", path.display())));
        }
        let broken = |error: serde_json::Error| {
            RunFault::new(format!("{} is damaged: {error}", path.display()))
        };
        let version: StoredVersion = serde_json::from_str(&text).map_err(broken)?;
        if version.format_version != FORMAT_VERSION {
            let (own, other) = (FORMAT_VERSION, version.format_version);
            return Err(RunFault::new(format!(
                "{} has version {other}, this program writes version {own}: resume with the program that began the run",
                path.display()
            )));
        }
        let mut stored: Checkpoint = serde_json::from_str(&text).map_err(broken)?;
        let path = folder.moments();
        for record in
            places::read(&path).map_err(|error| RunFault::io("cannot read", &path, &error))?
        {
            // The place was whole: what cannot be understood now was written by another version.
            let moment: StoredMoment = serde_json::from_slice(&record).map_err(|error| {
                RunFault::new(format!("{} is damaged: {error}", path.display()))
            })?;
            stored.go_on(moment);
        }
        Ok(Some(stored))
    }

    /// Takes a moment over that is of this run and newer.
    fn go_on(&mut self, moment: StoredMoment) {
        let StoredMoment {
            run,
            number,
            time,
            in_flight,
            journal,
            slots,
            state,
        } = moment;
        if run == self.header.id && number > self.number {
            (self.number, self.time, self.in_flight, self.journal) =
                (number, time, in_flight, journal);
            (self.slots, self.state, self.restart) = (slots, state, None);
        }
    }

    /// What changes from one instruction to the next; `None` when more than that is to be stored.
    pub(super) fn moment(&self) -> Option<Moment<'_>> {
        let Checkpoint {
            header,
            number,
            time,
            in_flight,
            restart,
            journal,
            slots,
            state,
            ..
        } = self;
        let (run, number, journal) = (header.id.as_str(), *number, *journal);
        restart.is_none().then_some(Moment {
            run,
            number,
            time,
            in_flight,
            journal,
            slots,
            state,
        })
    }
}
