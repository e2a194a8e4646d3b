//! A run on a real computer: it is stored before and after every instruction, and taken up again
//! after a restart or a crash.
//!
//! [`Runner`] moves the [engine](crate::engine) on a [`LocalHost`](crate::host::local::LocalHost)
//! and keeps
//! - a [`Checkpoint`], replaced whole or not at all, and the moments since; neither holds a secret
//!   in clear;
//! - a [`Journal`] of all events, one line of JSON each;
//! - a [`Log`] in the format of CMTrace;
//! - a [`Lock`], so that one run at a time changes a computer.
//!
//! Nothing here asks or prints: that is behind [`Console`].

mod checkpoint;
mod crash;
mod folder;
mod identity;
mod journal;
mod log;
mod messages;
mod overview;
mod places;
mod resume;
mod runner;
mod secrets;
mod stop;
mod store;

use std::{fmt, io, path::Path};

pub use checkpoint::{Checkpoint, FORMAT_VERSION, Header, InFlight, PendingRestart, Slot};
pub use folder::{Folder, Lock};
pub use identity::identity;
pub use journal::{Journal, JournalEntry};
pub use log::{Log, LogLayout, LogLine, SharedLog};
pub use messages::of as lines_of;
pub use overview::{Overview, overview};
pub use resume::{OnInterrupted, Resumed, StepInDoubt, doubt};
#[cfg(feature = "internals")]
pub use runner::Quiet;
pub use runner::{Console, Limits, LogWatch, Pause, RunEnd, Runner, Stopped};
pub use secrets::{Provider, names_of, parse_file, protected, variable_of};
pub use stop::StopSignal;

/// Why a run could not begin, be stored, or be taken up again.
#[derive(Debug)]
pub struct RunFault {
    /// One sentence without a full stop.
    pub message: String,
    /// Whether the disk is full.
    pub full: bool,
}

impl RunFault {
    /// A fault in words.
    pub fn new(message: impl Into<String>) -> Self {
        RunFault {
            message: message.into(),
            full: false,
        }
    }

    /// What the file system said about a path.
    pub fn io(what: &str, path: &Path, error: &io::Error) -> Self {
        let full = matches!(
            error.kind(),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
        );
        RunFault {
            message: format!("{what} {}: {error}", path.display()),
            full,
        }
    }
}

impl fmt::Display for RunFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl std::error::Error for RunFault {}

/// The time now in UTC, `2026-01-31T12:00:00.123Z`.
pub fn now() -> String {
    let stamp = jiff::Timestamp::now();
    stamp
        .round(jiff::Unit::Millisecond)
        .unwrap_or(stamp)
        .to_string()
}
