//! The stored run: one file that is replaced whole or not at all.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};

use super::{Fault, Folder};
use crate::{
    engine::{Options, State, Target},
    host::local::create_private,
};

/// The version of the form; another one is refused.
pub const FORMAT_VERSION: u32 = 1;

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
    /// What the program is by its content.
    pub identity: String,
    /// The engine's switches; variables of the start are in the state, and secrets nowhere.
    pub options: Options,
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
    /// When this was written.
    pub time: String,
    /// The start of the system in which it was written.
    pub boot_id: Option<String>,
    /// What is being done.
    pub in_flight: Option<InFlight>,
    /// What is waited for.
    pub restart: Option<PendingRestart>,
    /// What stands for the secrets in the variables, by number.
    pub slots: Vec<Slot>,
    /// What the engine knows, without secrets.
    pub state: State,
}

/// What is read before the rest is understood.
#[derive(Deserialize)]
struct Version {
    format_version: u32,
}

impl Checkpoint {
    /// Reads the stored run; `None` when there is none.
    ///
    /// # Errors
    /// It cannot be read, or another version of Tasq wrote it.
    pub fn read(folder: &Folder) -> Result<Option<Checkpoint>, Fault> {
        let path = folder.checkpoint();
        let size = match fs::metadata(&path) {
            Ok(data) => data.len(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Fault::io("cannot read", &path, &error)),
        };
        if size > MAX_CHECKPOINT {
            return Err(Fault::new(format!("{} is too large", path.display())));
        }
        let text = fs::read_to_string(&path).map_err(|error| Fault::io("cannot read", &path, &error))?;
        let broken = |error: serde_json::Error| Fault::new(format!("{} is damaged: {error}", path.display()));
        let version: Version = serde_json::from_str(&text).map_err(broken)?;
        if version.format_version != FORMAT_VERSION {
            let (own, other) = (FORMAT_VERSION, version.format_version);
            return Err(Fault::new(format!(
                "{} has version {other}, this program writes version {own}: resume with the program that began the run",
                path.display()
            )));
        }
        serde_json::from_str(&text).map(Some).map_err(broken)
    }

    /// Writes the stored run: beside its place, synced, renamed, and the folder synced. Space that was kept for it is used
    /// when the disk is full; the fault then still says so.
    ///
    /// # Errors
    /// It cannot be written; the one before is untouched then, unless the fault says that the disk is full and the run is
    /// stored all the same.
    pub fn write(&self, folder: &Folder) -> Result<(), Fault> {
        let text = serde_json::to_vec(self).map_err(|error| Fault::new(format!("cannot store the run: {error}")))?;
        let path = folder.checkpoint();
        match replace(&path, &text) {
            Ok(()) => Ok(()),
            Err(error) => {
                let fault = Fault::io("cannot store the run in", &path, &error);
                if fault.full && folder.free_reserve() && replace(&path, &text).is_ok() {
                    return Err(Fault {
                        message: format!("{}; the run is stored with the last space there was", fault.message),
                        full: true,
                    });
                }
                Err(fault)
            }
        }
    }
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let part = path.with_extension("tmp");
    let write = || -> io::Result<()> {
        let mut file = create_private(&part)?;
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
    crash::point("renamed");
    sync_folder(path)
}

/// Windows refuses while another program, such as a scanner for viruses, has the file open; that passes.
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    const PATIENCE: Duration = Duration::from_secs(3);
    let began = Instant::now();
    loop {
        match fs::rename(from, to) {
            // ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION.
            Err(error)
                if cfg!(windows) && matches!(error.raw_os_error(), Some(5 | 32)) && began.elapsed() < PATIENCE =>
            {
                thread::sleep(Duration::from_millis(20));
            }
            ended => return ended,
        }
    }
}

/// Lets the tests of a crash end the program at a chosen write. Release builds have none of it.
mod crash {
    /// Ends the program without any chance to tidy up when `TASQ_CRASH_AT` names this place: `7 written` is the seventh
    /// checkpoint, after its bytes and before its name.
    #[cfg(all(debug_assertions, target_os = "linux"))]
    pub(super) fn point(stage: &str) {
        use std::sync::atomic::{AtomicU32, Ordering};
        static WRITES: AtomicU32 = AtomicU32::new(0);
        let number = WRITES.fetch_add(u32::from(stage == "before"), Ordering::Relaxed) + u32::from(stage == "before");
        if std::env::var("TASQ_CRASH_AT").is_ok_and(|wanted| wanted == format!("{number} {stage}")) {
            let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
        }
    }

    #[cfg(not(all(debug_assertions, target_os = "linux")))]
    pub(super) fn point(_: &str) {}
}

/// A name is safe on the disk only when its folder is. Windows has no such call: NTFS keeps names in its own journal.
fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if cfg!(unix) => fs::File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}
