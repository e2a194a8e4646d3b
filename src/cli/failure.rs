//! Why a verb could not do its work.

use super::Status;

/// Why a verb could not do its work, and the exit code that says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Nobody reads our output any more, which is fine.
    ReaderGone,
    /// Findings were told, and say it all.
    Findings,
    /// What was asked for was not begun; what was told says why.
    Refused,
    /// The arguments ask for what there is not.
    Usage(String),
    /// A file, or this computer, could not be read, written or asked.
    Unusable(String),
    /// A run cannot begin, go on, or come to an end.
    Run(String),
    /// A fault of the program itself.
    Internal(String),
}

impl Failure {
    /// How the verb ended.
    pub(crate) fn status(&self) -> Status {
        match self {
            Failure::ReaderGone => Status::Fine,
            Failure::Findings => Status::Findings,
            Failure::Refused
            | Failure::Usage(_)
            | Failure::Unusable(_)
            | Failure::Run(_)
            | Failure::Internal(_) => Status::Failed,
        }
    }

    /// What is left to say.
    pub(crate) fn message(&self) -> Option<&str> {
        match self {
            Failure::ReaderGone | Failure::Findings | Failure::Refused => None,
            Failure::Usage(message)
            | Failure::Unusable(message)
            | Failure::Run(message)
            | Failure::Internal(message) => Some(message),
        }
    }

    /// The same for whoever asks on; empty where nothing is left to say.
    pub(crate) fn into_message(self) -> String {
        self.message().unwrap_or_default().to_owned()
    }
}
