//! Arguments that several verbs have.

use clap::ValueEnum;

/// How a run is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TraceFormat {
    /// A tree for people.
    Text,
    /// For programs.
    Json,
    /// One page for a browser.
    Html,
}

/// How tables are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TableFormat {
    /// For people
    Text,
    /// JSON
    Json,
}

/// What is done with a step that was cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Interrupted {
    /// It runs again.
    Retry,
    /// The run goes on behind it.
    Skip,
    /// It has failed.
    Fail,
}

impl Interrupted {
    pub(crate) fn choice(self) -> crate::run::OnInterrupted {
        match self {
            Interrupted::Retry => crate::run::OnInterrupted::Retry,
            Interrupted::Skip => crate::run::OnInterrupted::Skip,
            Interrupted::Fail => crate::run::OnInterrupted::Fail,
        }
    }
}
