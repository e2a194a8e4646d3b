//! The computer that the program stands on: it carries out what the actions of steps ask.
//!
//! Everything here is the same on every operating system; what differs is behind
//! [`OperatingSystem`].

mod channel;
mod content;
mod detect;
mod effects;
mod environment;
mod fetch;
mod files;
mod process;
mod trust;

use std::{
    collections::BTreeMap,
    ffi::OsString,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use super::system::OperatingSystem;
use crate::{
    action,
    computer::{Beginning, Facts, Host, Layer, Outcome, Work, overlaid},
    fact::Fact,
    site::Site,
};

pub use channel::{Channel, ChannelClient, ChannelReply, RUN, Request};
pub(crate) use environment::environment_variable;
pub(crate) use files::{create_private, create_private_folder, open_own, read_own, sha256};
pub use trust::certificates;

/// The file in the run's own folder that notes which process was started last.
pub const STARTED: &str = "process";

/// What somebody who watches a run is told while a step works. Secrets are taken out before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProgressNote {
    /// A line for the log.
    Line {
        /// The part of the product that would write it.
        component: &'static str,
        /// 1 information, 2 warning, 3 error.
        severity: u8,
        /// The line.
        text: String,
    },
    /// What a process printed.
    Output(String),
    /// How far a download is: bytes done, and all of them where that is known.
    Download(u64, Option<u64>),
}

/// Somebody who watches a run.
pub trait Watch {
    /// Something happened.
    fn note(&mut self, note: ProgressNote);
    /// Whether the step goes on; `false` ends its processes.
    fn goes_on(&mut self) -> bool {
        true
    }
}

/// Nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn note(&mut self, _: ProgressNote) {}
}

/// How steps are carried out.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// Steps of unknown types are passed over, not failed.
    pub skip_unknown: bool,
    /// The folder of the site file; paths in it begin here.
    pub base: PathBuf,
    /// The certificates (DER) of the only authorities whose servers are trusted; without any, those
    /// that the system trusts.
    pub authorities: Vec<Vec<u8>>,
    /// Where downloaded content is kept.
    pub cache: PathBuf,
    /// A folder that only the run's account can read; it must be there unless the run is dry.
    pub private: PathBuf,
    /// The folder of the log.
    pub log: PathBuf,
    /// What the environment of each process gets.
    pub environment: Vec<(String, OsString)>,
    /// Nothing is done, and no script of the site file runs.
    pub dry: bool,
    /// Scripts of the site file that only look at the computer run in a dry run, too.
    pub dry_scripts: bool,
}

/// The computer itself.
#[allow(missing_debug_implementations, reason = "it holds a watcher")]
pub struct LocalHost {
    system: Box<dyn OperatingSystem>,
    site: Arc<Site>,
    setup: Setup,
    watch: Box<dyn Watch>,
    channel: Option<Channel>,
    began: Instant,
    /// Where the content of packages went in this run.
    placed: BTreeMap<String, PathBuf>,
    scripts: u32,
    /// Whether the log has what is said once about downloads.
    warned: bool,
    /// What a dry run takes for true, because no script may tell it.
    assumed: Vec<String>,
}

impl LocalHost {
    /// This computer, with what a site would know.
    pub fn new(system: Box<dyn OperatingSystem>, site: impl Into<Arc<Site>>, setup: Setup) -> Self {
        LocalHost {
            system,
            site: site.into(),
            setup,
            watch: Box::new(Unwatched),
            channel: None,
            began: Instant::now(),
            placed: BTreeMap::new(),
            scripts: 0,
            warned: false,
            assumed: Vec::new(),
        }
    }

    /// Tells somebody what happens.
    pub fn watched(mut self, watch: Box<dyn Watch>) -> Self {
        self.watch = watch;
        self
    }

    /// Lets scripts read and set variables.
    pub fn with_channel(mut self, channel: Channel) -> Self {
        self.channel = Some(channel);
        self
    }

    /// The operating system.
    pub fn system(&self) -> &dyn OperatingSystem {
        self.system.as_ref()
    }

    /// Where it is noted what was started; nowhere without a folder for it.
    fn track(&self) -> Option<PathBuf> {
        let folder = Some(&self.setup.private).filter(|path| !path.as_os_str().is_empty())?;
        Some(folder.join(STARTED)).filter(|_| !self.setup.dry)
    }

    /// Waits, unless the run is given up meanwhile; whether it goes on.
    fn pause(&mut self, time: Duration) -> bool {
        let until = Instant::now() + time;
        while let Some(rest) = until
            .checked_duration_since(Instant::now())
            .filter(|rest| !rest.is_zero())
        {
            if !self.watch.goes_on() {
                return false;
            }
            std::thread::sleep(rest.min(Duration::from_millis(300)));
        }
        true
    }

    fn line(&mut self, component: &'static str, severity: u8, text: impl Into<String>) {
        self.watch.note(ProgressNote::Line {
            component,
            severity,
            text: text.into(),
        });
    }
}

impl Layer for LocalHost {
    fn behind(&self) -> &dyn Facts {
        self.system.as_ref()
    }

    fn with_variables(&self, behind: Vec<(String, String)>) -> Vec<(String, String)> {
        let path = |path: &PathBuf| {
            let known = !path.as_os_str().is_empty();
            known.then(|| path.display().to_string())
        };
        let own = Beginning {
            name: self.system.fact(Fact::Name).yes().cloned(),
            by_itself: true,
            site_code: self.site.code.clone(),
            log_path: path(&self.setup.log),
            data_path: path(&self.setup.cache),
            ..Beginning::default()
        };
        // The description speaks of a run that the client starts.
        let out = overlaid(behind, own.variables());
        overlaid(out, self.site.variables.iter().cloned())
    }
}

impl Host for LocalHost {
    fn perform(&mut self, work: &Work<'_>) -> Outcome {
        action::perform(self, work)
    }

    fn clock(&self) -> u64 {
        self.began.elapsed().as_secs()
    }

    fn has_shell(&self) -> bool {
        self.system.family() != "windows"
    }
}
