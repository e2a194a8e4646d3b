//! Switches for what the product's sources leave open; `docs/semantics.md` says why each default is
//! as it is.

use serde::{Deserialize, Serialize};

pub use super::event::UndecidedAnswer;

/// What a comparison with a variable that is not there comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Undefined {
    /// The variable counts as an empty text.
    #[default]
    Empty,
    /// No comparison holds.
    False,
    /// Nobody knows.
    Undecided,
}

/// What an `any` without operands comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmptyOperator {
    /// What logic says: none of nothing holds, so `any` is false.
    #[default]
    Logic,
    /// As if it were not there.
    Ignored,
}

/// What happens to a step whose `runIn` does not fit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WrongEnvironment {
    /// It is skipped.
    #[default]
    Skip,
    /// It fails.
    Fail,
    /// It runs.
    Run,
}

/// What happens to a step that sets a read-only variable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadOnly {
    /// It fails.
    #[default]
    Fail,
    /// Nothing is set.
    Ignore,
}

/// What a variable is that somebody else sets and nobody gave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotGiven {
    /// Its value is not known, and tests of it are undecided.
    #[default]
    Unknown,
    /// It is not there.
    Unset,
}

/// A variable that a run begins with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InitialVariable {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Whether the value is kept out of every event.
    #[serde(default)]
    pub masked: bool,
}

/// How a run decides what the sources leave open, and what it begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RunOptions {
    /// How an undecided condition is taken.
    pub undecided: UndecidedAnswer,
    /// Whether texts are compared with regard to case.
    pub case_sensitive: bool,
    /// Comparisons with a variable that is not there.
    pub undefined: Undefined,
    /// Whether `%Name%` in the value of a variable test is resolved.
    pub resolve_values: bool,
    /// An `any` without operands.
    pub empty_operator: EmptyOperator,
    /// A step in the wrong environment.
    pub wrong_environment: WrongEnvironment,
    /// A step that sets a read-only variable.
    pub read_only: ReadOnly,
    /// Whether 1641 among the success codes restarts the computer.
    pub restart_on_1641: bool,
    /// Whether 3010 restarts the computer where the author took it off the success codes. The step
    /// fails without.
    pub restart_outside_list: bool,
    /// Whether any other value of `SMSTSRebootRequested` than `HD` and `WinPE` restarts into the
    /// installed system.
    pub reboot_requested_any: bool,
    /// Variables that the header names as set from outside, and nobody gave.
    pub external: NotGiven,
    /// Read-only variables of the product that the host did not give.
    pub built_in: NotGiven,
    /// Variables that a script, a program or a step that is not carried out sets or may set, and
    /// the host did not.
    pub script: NotGiven,
    /// How often a step may ask to be run again.
    pub retry_limit: u32,
    /// The code of a step that took longer than its time-out.
    pub time_out_code: u32,
    /// Whether conditions that hold are explained, too.
    pub explain: bool,
    /// Variables of collections, the device, media or the command line; later ones win.
    pub variables: Vec<InitialVariable>,
    /// Values of `secret("NAME")` by name. They are masked.
    pub secrets: Vec<(String, String)>,
}

impl Default for RunOptions {
    fn default() -> Self {
        RunOptions {
            undecided: UndecidedAnswer::False,
            case_sensitive: false,
            undefined: Undefined::Empty,
            resolve_values: true,
            empty_operator: EmptyOperator::Logic,
            wrong_environment: WrongEnvironment::Skip,
            read_only: ReadOnly::Fail,
            restart_on_1641: true,
            restart_outside_list: false,
            reboot_requested_any: true,
            external: NotGiven::Unknown,
            built_in: NotGiven::Unknown,
            script: NotGiven::Unknown,
            retry_limit: 32,
            time_out_code: 0x8007_05B4,
            explain: true,
            variables: Vec::new(),
            secrets: Vec::new(),
        }
    }
}
