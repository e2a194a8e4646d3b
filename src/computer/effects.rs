//! What a computer does for the actions of steps.

use std::{error::Error, fmt, path::PathBuf, time::Duration};

use super::{Facts, Outcome, Work};
use crate::{
    deed::Ending,
    model::Reference,
    site::{DeploymentType, SiteApplication, SiteProgram},
};

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
    #[cfg_attr(not(windows), allow(dead_code, reason = "only Windows asks"))]
    pub password: String,
}

impl fmt::Debug for Account {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Account")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// How a process ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProcessResult {
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
    #[cfg_attr(not(windows), allow(dead_code, reason = "only Windows asks"))]
    pub account: Option<Account>,
}

/// An update that is offered to this computer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OfferedUpdate {
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

/// How a fact that nobody knows is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// For what lets the step go on; the outcome says that it rests on an assumption.
    Assume,
    /// For what is not so.
    Refuse,
}

/// A script of PowerShell.
#[derive(Clone)]
#[allow(missing_debug_implementations, reason = "a script can hold a secret")]
pub enum Script<'a> {
    /// Its text.
    Inline(&'a str),
    /// Its file.
    File(PathBuf),
}

/// What a process is started for.
#[derive(Clone)]
#[allow(missing_debug_implementations, reason = "it can hold a secret")]
pub enum Task<'a> {
    /// A command line.
    CommandLine(&'a str),
    /// A script.
    Script {
        /// The program that reads it.
        powershell: PathBuf,
        /// The script.
        script: Script<'a>,
        /// Its parameters, in PowerShell's own words.
        parameters: &'a str,
        /// The execution policy; empty for none.
        policy: &'a str,
    },
}

/// A process of a step.
#[derive(Clone)]
#[allow(missing_debug_implementations, reason = "it can hold a secret")]
pub struct Process<'a> {
    /// What is started.
    pub task: Task<'a>,
    /// The component of the log.
    pub component: &'static str,
    /// The folder it starts in.
    pub folder: Option<PathBuf>,
    /// The folder of the content that it needs.
    pub content: Option<PathBuf>,
    /// In seconds.
    pub time_out: Option<u64>,
    /// Another account than that of the run.
    pub account: Option<Account>,
    /// The 64-bit view.
    pub native_view: bool,
}

/// How a process of a step ended, and the variables that it set.
#[derive(Clone, Debug, Default)]
pub struct ProcessEnd {
    /// How it ended.
    pub ended: ProcessResult,
    /// Names and values.
    pub variables: Vec<(String, String)>,
}

/// What needs content.
#[derive(Clone, Copy, Debug)]
pub enum Wanted<'a> {
    /// A package.
    Package(&'a Reference),
    /// A way to install an application.
    Application(&'a SiteApplication, &'a DeploymentType),
}

/// Where content goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// It can stay where it is.
    Anywhere,
    /// The working folder of the run.
    Working,
    /// The cache of the client; the number of the package in its list, from 1.
    Cache(usize),
    /// A folder below this one, named after the package.
    Below(String),
}

/// How far content is brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentWork {
    /// It is only looked for.
    Find,
    /// It is there afterwards.
    Bring,
}

/// What is asked of one way to install an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApplicationTest {
    /// Whether it is found on this computer.
    Detection,
    /// Whether it may be installed here.
    Requirements,
}

/// A computer that can be restarted. This one effect is asked for by the engine as well, because
/// any step can end with the wish for it.
pub trait Restarts {
    /// Whether the computer can restart into a system at all; asked before anything is stored. What
    /// nobody knows is taken for good.
    ///
    /// # Errors
    /// Why it cannot.
    fn can_restart(&self, winpe: bool) -> Result<(), SystemError> {
        let _ = winpe;
        Ok(())
    }

    /// Restarts the computer; `winpe` when the next system is Windows PE. `message` is what people
    /// are shown, empty for nothing. It does not wait: whoever keeps a run stores it first.
    ///
    /// # Errors
    /// The system refuses.
    fn restart(&mut self, winpe: bool, message: &str) -> Result<(), SystemError>;
}

/// What a computer does for the actions of steps, and what it knows of what a site offers.
///
/// Whether things are done, only noted or made up is the computer's own affair, and so is what is
/// taken for true where nobody knows: [`Effects::take_assumptions`] tells it afterwards.
pub trait Effects: Restarts {
    /// `windows` or `linux`.
    fn family(&self) -> &'static str;

    /// The PowerShell to use; `None` when there is none.
    fn powershell(&self) -> Option<PathBuf>;

    /// How what it does ends: done, or only noted.
    fn ending(&self) -> Ending;

    /// How a fact that nobody knows is taken.
    fn doubt(&self) -> Doubt;

    /// What lists packages and applications, for people.
    fn catalogue(&self) -> &'static str;

    /// What was taken for true since this was asked last.
    fn take_assumptions(&mut self) -> Vec<String>;

    /// A line for the log: 1 information, 2 warning, 3 error.
    fn log(&mut self, component: &'static str, severity: u8, text: &str);

    /// Waits before something is tried again; whether another try makes sense.
    fn wait(&mut self, time: Duration) -> bool;

    /// Starts a process and waits for it; `None` where it is not started and its end is taken for
    /// good.
    ///
    /// # Errors
    /// It cannot be started.
    fn start(
        &mut self,
        work: &Work<'_>,
        process: &Process<'_>,
    ) -> Result<Option<ProcessEnd>, SystemError>;

    /// Connects a network folder.
    ///
    /// # Errors
    /// The system refuses, or it cannot at all.
    fn connect(&mut self, share: &Share) -> Result<(), SystemError>;

    /// Looks for content or brings it to this computer, and gives the folder that it then is in.
    ///
    /// # Errors
    /// Why there is none; empty when there is no more to say.
    fn content(
        &mut self,
        work: &Work<'_>,
        wanted: Wanted<'_>,
        to: &Destination,
        how: ContentWork,
    ) -> Result<PathBuf, String>;

    /// Removes downloaded content.
    fn forget_content(&mut self, id: &str);

    /// A program of a package by its name, in its exact case.
    fn program(&self, package: &Reference, name: &str) -> Option<SiteProgram>;

    /// Updates that are offered; `None` when nobody knows which.
    ///
    /// # Errors
    /// There is no update service, or the search failed.
    fn find_updates(&mut self) -> Result<Option<Vec<OfferedUpdate>>, SystemError>;

    /// Installs updates.
    ///
    /// # Errors
    /// Nothing could be begun.
    fn install_updates(&mut self, updates: &[OfferedUpdate]) -> Result<Updated, SystemError>;

    /// An application by its identifier, else by its name; `None` when there is none.
    fn application(&mut self, id: &str, name: &str) -> Option<SiteApplication>;

    /// The name of an application by its identifier, where it is known; nothing is taken for true.
    fn application_name(&self, id: &str) -> Option<String> {
        let _ = id;
        None
    }

    /// Whether an application is found on this computer.
    ///
    /// # Errors
    /// What is not known.
    fn is_installed(
        &mut self,
        work: &Work<'_>,
        application: &SiteApplication,
    ) -> Result<bool, String>;

    /// Whether one way to install an application passes a test.
    ///
    /// # Errors
    /// What is not known.
    fn passes(
        &mut self,
        work: &Work<'_>,
        application: &SiteApplication,
        kind: &DeploymentType,
        test: ApplicationTest,
    ) -> Result<bool, String>;

    /// Starts what installs an application, or takes it away, as [`Effects::start`].
    ///
    /// # Errors
    /// It cannot be started.
    fn enforce(
        &mut self,
        work: &Work<'_>,
        application: &SiteApplication,
        process: &Process<'_>,
    ) -> Result<Option<ProcessEnd>, SystemError>;

    /// What a step comes to that no action carries out; `label` is its type.
    fn not_supported(&mut self, label: &str) -> Outcome;
}

/// A computer as the actions of steps see it.
pub trait Computer: Facts + Effects {}

impl<C: Facts + Effects> Computer for C {}
