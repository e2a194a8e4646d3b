//! What a real host asks of the operating system under it.
//!
//! [`System`] is the only thing that differs between Windows, Linux and a test's double. Everything
//! above it, the twelve steps' actions, content, the site file, is written once in `host/local`.

use std::{
    error::Error,
    ffi::OsString,
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};

use crate::computer::Facts;

/// Why the system did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemError {
    /// The system's code as an HRESULT or Win32 code; on Linux the errno. 0 when there is none.
    pub code: u32,
    /// What was tried and what the system said, one sentence without a full stop.
    pub message: String,
}

impl SystemError {
    /// An error with a code.
    pub fn new(code: u32, message: impl Into<String>) -> Self {
        SystemError {
            code,
            message: message.into(),
        }
    }

    /// What this system cannot do at all; the message says what and, if there is one, the way
    /// round.
    pub fn not_supported(message: impl Into<String>) -> Self {
        // ERROR_NOT_SUPPORTED.
        SystemError {
            code: 50,
            message: message.into(),
        }
    }
}

impl fmt::Display for SystemError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl Error for SystemError {}

/// An account that a process runs as, or that connects a folder.
#[derive(Clone)]
pub struct Account {
    /// `DOMAIN\user` or `user@domain`.
    pub name: String,
    /// Its password.
    pub password: String,
}

impl fmt::Debug for Account {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Account")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// What is started.
#[derive(Clone)]
pub enum Program {
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
    pub program: Program,
    /// The folder it starts in.
    pub folder: Option<PathBuf>,
    /// Folders in which the program is looked for before all others: a package's content.
    pub search: Vec<PathBuf>,
    /// Variables added to the environment, which is otherwise the run's own without
    /// `TASQ_SECRET_…`.
    pub environment: Vec<(String, OsString)>,
    /// After this the whole tree of processes is ended.
    pub time_out: Option<Duration>,
    /// Another account than that of the run.
    pub account: Option<Account>,
    /// Whether the 32-bit view of the system is left off (`disableWow64Redirection`); without
    /// meaning on Linux.
    pub native_view: bool,
}

/// How a process ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    /// The exit code as 32 bits; on Linux 128 + the signal for a process that was killed, as shells
    /// say it.
    pub exit_code: u32,
    /// The end of standard output and standard error, in the order in which they came; at least the
    /// last 64 KB.
    pub output: String,
    /// Whether the time-out ended it.
    pub timed_out: bool,
    /// How long it ran, in milliseconds.
    pub milliseconds: u64,
}

/// A folder of the network.
#[derive(Clone, Debug)]
pub struct Share {
    /// The UNC path.
    pub path: String,
    /// The drive it becomes, `Z:`.
    pub drive: Option<String>,
    /// Who connects; the run's own account without.
    pub account: Option<Account>,
}

/// An update that is offered to this computer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Update {
    /// How the system names it: an update identifier, or a Debian package with its version.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Whether it must be installed (a mandatory assignment; on Debian: a security update).
    pub required: bool,
}

/// How the installation of updates ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Updated {
    /// Identifiers of what was installed.
    pub installed: Vec<String>,
    /// What failed: identifier and code.
    pub failed: Vec<(String, u32)>,
    /// Whether the computer must restart.
    pub restart: bool,
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
pub trait System: Facts {
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
    ) -> Result<Ended, SystemError>;

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
    fn find_updates(&self) -> Result<Vec<Update>, SystemError>;

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

    /// The reverse of [`System::protect`].
    fn unprotect(&self, data: &[u8]) -> Option<Vec<u8>>;

    /// Makes a file or folder readable for its owner (and administrators) only.
    ///
    /// # Errors
    /// The file system cannot.
    fn make_private(&self, path: &Path) -> Result<(), SystemError>;

    /// The certificates of the authorities that this computer trusts for servers, as DER; empty
    /// when it does not tell.
    fn authorities(&self) -> Vec<Vec<u8>>;

    /// Where the program keeps its state: `%ProgramData%\Tasq`, `/var/lib/tasq`.
    fn state_folder(&self) -> PathBuf;

    /// Something that changes with every start of the system, to know whether it was restarted
    /// since.
    fn boot_id(&self) -> Option<String>;
}
