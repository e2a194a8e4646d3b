//! What a step did, as data. Words are made of it where it is shown.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Makes the verbs of a table: each with the words of what would be done and of what was done.
macro_rules! verbs {
    ($($verb:ident = $would:literal, $did:literal;)*) => {
        /// What was done.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each variant is its verb")]
        pub enum Verb {
            $($verb,)*
            /// Nothing of these: the object is the whole sentence.
            Remark,
        }

        impl Verb {
            /// The words of all verbs: of what would be done, and of what was done.
            #[cfg(feature = "internals")]
            pub const WORDS: &'static [(&'static str, &'static str)] = &[$(($would, $did),)*];

            fn words(self) -> (&'static str, &'static str) {
                match self {
                    $(Verb::$verb => ($would, $did),)*
                    Verb::Remark => ("", ""),
                }
            }
        }
    };
}

verbs! {
    Check = "check", "checked";
    Connect = "connect", "connected";
    Do = "do", "did";
    Download = "download", "downloaded";
    Fail = "fail", "failed";
    Find = "find", "found";
    Install = "install", "installed";
    Look = "look", "looked";
    Run = "run", "ran";
    Skip = "skip", "skipped";
    Start = "start", "started";
    Uninstall = "uninstall", "uninstalled";
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It was done.
    Done,
    /// It would be done: nothing is done to this computer.
    Would,
    /// It could not be done; the detail says why.
    Failed,
    /// A check that passed.
    Passed,
    /// A check that did not pass.
    NotPassed,
    /// Nobody said how it ends: a check is taken for passed, anything else for done well.
    Assumed,
}

/// What the end of a step rests on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResultBasis {
    /// It happened, somebody described it, or it follows from what is known.
    #[default]
    Given,
    /// Nobody said how it ends: it is taken for a success.
    Assumed,
}

/// One thing that a step did, or would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub struct Deed {
    /// What.
    pub verb: Verb,
    /// With what; empty when the detail says it all.
    pub object: String,
    /// More about it: a command line, a reason; empty when there is none.
    pub detail: String,
    /// How it ended.
    pub ending: Ending,
}

impl Deed {
    /// A sentence that is no deed of the list.
    pub fn remark(text: impl Into<String>) -> Deed {
        Deed {
            verb: Verb::Remark,
            object: text.into(),
            detail: String::new(),
            ending: Ending::Done,
        }
    }

    /// The same without what a function takes out of its texts.
    #[must_use]
    pub fn scrubbed(self, scrub: impl Fn(String) -> String) -> Deed {
        Deed {
            object: scrub(self.object),
            detail: scrub(self.detail),
            ..self
        }
    }
}

impl fmt::Display for Deed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (would, did) = self.verb.words();
        match self.ending {
            _ if self.verb == Verb::Remark => {}
            Ending::Assumed if self.verb != Verb::Check => write!(out, "would {would}")?,
            Ending::Would => write!(out, "would {would}")?,
            Ending::Failed => write!(out, "could not {would}")?,
            _ => out.write_str(did)?,
        }
        if !self.object.is_empty() {
            let blank = if self.verb == Verb::Remark { "" } else { " " };
            write!(out, "{blank}{}", self.object)?;
        }
        if !self.detail.is_empty() {
            write!(out, ": {}", self.detail)?;
        }
        match self.ending {
            Ending::Passed => out.write_str(" – passed"),
            Ending::NotPassed => out.write_str(" – failed"),
            Ending::Assumed if self.verb == Verb::Check => out.write_str(" – taken for passed"),
            Ending::Assumed => out.write_str(" – assumed to succeed"),
            Ending::Done | Ending::Would | Ending::Failed => Ok(()),
        }
    }
}

impl From<Deed> for String {
    fn from(deed: Deed) -> String {
        deed.to_string()
    }
}

/// What is read back is a sentence: nothing asks a stored run for more.
impl From<String> for Deed {
    fn from(text: String) -> Deed {
        Deed::remark(text)
    }
}
