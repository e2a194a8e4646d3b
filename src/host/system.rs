//! What a real host asks of the operating system under it.
//!
//! [`OperatingSystem`] is the only thing that differs between Windows, Linux and a test's double.
//! Everything above it is written once: content and the site file in `host/local`, what steps do in
//! `action`.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    time::Duration,
};

pub use super::survivor::{Survivor, forget};
use crate::computer::Facts;
pub use crate::computer::{Account, OfferedUpdate, ProcessResult, Share, SystemError, Updated};

/// Whether a variable of the environment is the program's own: its secrets, its folders, the way to
/// another run. Neither `%Name%` nor a process of a step sees one that the program was started
/// with.
pub fn is_own_variable(name: &str) -> bool {
    name.get(..OWN.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(OWN))
}

/// How the names of the program's own variables begin.
const OWN: &str = "TASQ_";

/// What is started.
#[derive(Clone)]
pub enum ProgramStart {
    /// A command line as an author wrote it: the system's own rules split it. On Windows
    /// `CreateProcess` gets it whole, with the lookup that the product documents (`.com`, `.exe`,
    /// `.bat`, then the file association); on Linux `/bin/sh -c`.
    CommandLine(String),
    /// A program and its arguments, each quoted as the system needs it.
    Arguments(PathBuf, Vec<OsString>),
}

/// A process to start. No `Debug`: a command line can hold a secret.
#[derive(Clone)]
#[allow(
    missing_debug_implementations,
    reason = "a command line can hold a secret"
)]
pub struct Launch {
    /// What is started.
    pub program: ProgramStart,
    /// The folder it starts in.
    pub folder: Option<PathBuf>,
    /// Folders in which the program is looked for before all others: a package's content.
    pub search: Vec<PathBuf>,
    /// Variables added to the environment, which is otherwise the run's own without
    /// what is this program's ([`is_own_variable`]).
    pub environment: Vec<(String, OsString)>,
    /// After this the whole tree of processes is ended.
    pub time_out: Option<Duration>,
    /// Another account than that of the run.
    pub account: Option<Account>,
    /// Whether the 32-bit view of the system is left off (`disableWow64Redirection`); without
    /// meaning on Linux.
    #[cfg_attr(not(windows), allow(dead_code, reason = "only Windows asks"))]
    pub native_view: bool,
    /// The file in which it is noted how the process is found again, should this program be ended
    /// before it ([`OperatingSystem::survivor`]).
    pub track: Option<PathBuf>,
}

/// What starts the run again after a restart: a service on Windows, a unit of systemd on Linux.
#[derive(Clone, Debug)]
pub struct ResumeEntry {
    /// The program, an absolute path.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
}

/// The operating system of this computer. Facts answer [`Known::Unknown`] with what is missing when
/// the system refuses to tell; nothing is guessed.
pub trait OperatingSystem: Facts {
    /// `windows` or `linux`.
    fn family(&self) -> &'static str;

    /// Starts a process and waits for it. `watch` gets what it prints, as it comes, and says
    /// whether to go on: `false` ends the whole tree. It is also called with an empty text about
    /// once a second, so that a silent process can be ended.
    ///
    /// # Errors
    /// The program is not there, may not be started, or the account is refused.
    fn run(
        &self,
        launch: &Launch,
        watch: &mut dyn FnMut(&str) -> bool,
    ) -> Result<ProcessResult, SystemError>;

    /// What is still there of the process that was noted in this file ([`Launch::track`]); `None`
    /// when nothing is. A process that only has the number of one that was noted is another one.
    fn survivor(&self, note: &Path) -> Option<Survivor>;

    /// Ends what is still there of it.
    ///
    /// # Errors
    /// Some of it does not end.
    fn end_survivor(&self, note: &Path) -> Result<(), SystemError>;

    /// The PowerShell to use: `powershell.exe`, else `pwsh`. `None` when neither is there.
    fn powershell(&self) -> Option<PathBuf>;

    /// Whether the run may change the machine: an elevated administrator, or root.
    fn is_elevated(&self) -> bool;

    /// Connects a network folder.
    ///
    /// # Errors
    /// The system refuses, with its code; or it cannot at all.
    fn connect(&self, share: &Share) -> Result<(), SystemError>;

    /// Looks for updates that are not installed.
    ///
    /// # Errors
    /// There is no update service, or the search failed.
    fn find_updates(&self) -> Result<Vec<OfferedUpdate>, SystemError>;

    /// Downloads and installs updates by their identifiers.
    ///
    /// # Errors
    /// Nothing could be begun; single failures are in [`Updated`].
    fn install_updates(&self, ids: &[String]) -> Result<Updated, SystemError>;

    /// Restarts the computer now. Does not wait.
    ///
    /// # Errors
    /// The system refuses.
    fn restart(&self, message: &str) -> Result<(), SystemError>;

    /// Puts the start-up entry in place; one that is there is replaced.
    ///
    /// # Errors
    /// No right to do so, or the system has no such thing.
    fn add_resume_entry(&self, entry: &ResumeEntry) -> Result<(), SystemError>;

    /// Takes the start-up entry away; none is fine.
    ///
    /// # Errors
    /// No right to do so.
    fn remove_resume_entry(&self) -> Result<(), SystemError>;

    /// Encrypts for this machine only (DPAPI); `None` where the system has nothing of the kind.
    fn protect(&self, secret: &[u8]) -> Option<Vec<u8>>;

    /// The reverse of [`OperatingSystem::protect`].
    fn unprotect(&self, data: &[u8]) -> Option<Vec<u8>>;

    /// Makes a file or folder readable for its owner (and administrators) only.
    ///
    /// # Errors
    /// The file system cannot.
    fn make_private(&self, path: &Path) -> Result<(), SystemError>;

    /// Why a file may hold what neither this account nor an administrator wrote: somebody else owns
    /// it, or can write to it or put another one in its place. `None` when nobody else can.
    fn stranger(&self, path: &Path) -> Option<String>;

    /// Why somebody else could put something into a folder that is there, or, of one that only
    /// stands around the folder that is meant, could take that away; `None` when nobody can.
    fn intruder(&self, folder: &Path, around: bool) -> Option<String>;

    /// Leaves writing in a folder that was just made to this account and administrators.
    ///
    /// # Errors
    /// The file system cannot.
    fn close(&self, folder: &Path) -> Result<(), SystemError>;

    /// The certificates of the authorities that this computer trusts for servers, as DER; empty
    /// when it does not tell.
    fn authorities(&self) -> Vec<Vec<u8>>;

    /// Where the program keeps its state: `%ProgramData%\Tasq`, `/var/lib/tasq`.
    fn state_folder(&self) -> PathBuf;

    /// Something that changes with every start of the system, to know whether it was restarted
    /// since.
    fn boot_id(&self) -> Option<String>;
}
