//! What happens in a run, as plain data: for a tree on the screen, a journal, a debugger or a test.

use std::{
    fmt::{self, Write as _},
    ops::Deref,
    sync::Arc,
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::deed::{Deed, ResultBasis};

/// What stands where a masked value would.
pub const MASK: &str = "********";

/// A text that many events share.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SharedText(Arc<str>);

impl Deref for SharedText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<&str> for SharedText {
    fn from(text: &str) -> Self {
        SharedText(text.into())
    }
}

impl From<String> for SharedText {
    fn from(text: String) -> Self {
        SharedText(text.into())
    }
}

impl fmt::Display for SharedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl fmt::Debug for SharedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl Serialize for SharedText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl<'de> Deserialize<'de> for SharedText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(SharedText::from)
    }
}

/// What an instruction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NodeKind {
    /// A group.
    Group,
    /// A step that runs another sequence.
    Child,
    /// A step.
    Step,
    /// An element in XML's own words.
    Xml,
}

/// Where a run is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    /// The names from the outside in: `"Group" / "Step"`. The second of two members with one name
    /// is `"Step"[2]`. A quotation mark in a name stands as it is.
    pub path: SharedText,
    /// The name alone.
    pub name: SharedText,
    /// What it is.
    pub kind: NodeKind,
    /// The number of the instruction as smsts.log has it, from 0.
    pub instruction: u32,
    /// Its place among the steps that the progress window counts, from 1; 0 for what it does not
    /// count.
    pub step: u32,
    /// How many steps the progress window counts.
    pub steps: u32,
    /// How many groups and child sequences are around it.
    pub depth: u32,
}

/// A value as it may be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is", content = "text")]
pub enum Shown {
    /// This text.
    Text(String),
    /// There is one, and it is not shown.
    Masked,
    /// Nobody knows; the text names what is missing.
    Unknown(String),
    /// There is none.
    Nothing,
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // Backslashes stay as they are: people read paths here.
            Shown::Text(text) => {
                f.write_str("\"")?;
                for c in text.chars() {
                    if c.is_control() {
                        write!(f, "{}", c.escape_default())?;
                    } else {
                        f.write_char(c)?;
                    }
                }
                f.write_str("\"")
            }
            Shown::Masked => f.write_str(MASK),
            Shown::Unknown(_) => f.write_str("not known"),
            Shown::Nothing => f.write_str("nothing"),
        }
    }
}

/// A variable that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariableChange {
    /// Its name in its first spelling.
    pub name: String,
    /// What it was.
    pub before: Shown,
    /// What it is.
    pub after: Shown,
}

/// Who gave the value of a `%Name%`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Giver {
    /// A variable of the sequence.
    Sequence,
    /// A default of the step.
    Step,
    /// An environment variable of the machine.
    Machine,
    /// Nobody: the text stays as it stands.
    Nobody,
}

/// What a `%Name%` became.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolved {
    /// The name between the percent signs.
    pub name: SharedText,
    /// The value.
    pub value: Shown,
    /// Who gave it.
    pub by: Giver,
}

/// The answer to a condition or a part of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It holds.
    True,
    /// It does not.
    False,
    /// What is known does not tell.
    Undecided,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Verdict::True => "true",
            Verdict::False => "false",
            Verdict::Undecided => "undecided",
        })
    }
}

/// A fact that a test looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactSeen {
    /// What it is about: a variable's name, a path, a key.
    pub what: SharedText,
    /// What it is.
    pub value: Shown,
    /// The line of the machine file that says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<SharedText>,
}

/// An operand of a condition, and what it came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explained {
    /// The operand in the words of the language; of an operator `all`, `any` or `none`.
    pub written: SharedText,
    /// What it came to.
    pub verdict: Verdict,
    /// The facts that decided it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<FactSeen>,
    /// Facts that would have been needed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// What is worth knowing beside: a variable that is not there, a comparison that depends on
    /// case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
    /// The operands of an operator.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub operands: Vec<Explained>,
}

/// A condition, and what it came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// What it came to.
    pub verdict: Verdict,
    /// Its operands; all must hold.
    pub operands: Vec<Explained>,
}

impl Explanation {
    /// All facts that would have been needed, each once.
    pub fn missing(&self) -> Vec<String> {
        missing(&self.operands)
    }
}

/// All facts that undecided ones of these lack, each once.
pub(super) fn missing(explained: &[Explained]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let mut stack: Vec<&Explained> = explained.iter().rev().collect();
    while let Some(one) = stack.pop() {
        if one.verdict != Verdict::Undecided {
            continue;
        }
        for fact in &one.missing {
            if !all.contains(fact) {
                all.push(fact.clone());
            }
        }
        stack.extend(one.operands.iter().rev());
    }
    all
}

/// Why something was skipped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "reason")]
pub enum SkipReason {
    /// It is disabled.
    Disabled,
    /// Its condition does not hold, or is undecided and was taken so.
    Condition {
        /// What it came to.
        explanation: Explanation,
    },
    /// The group around it was skipped.
    Group {
        /// The path of the group.
        path: SharedText,
    },
    /// It may not run in this environment: Windows PE, or the full system.
    Environment {
        /// The XML's `runIn`.
        run_in: String,
    },
    /// Its condition holds or there is none, but what it is is not known: another sequence, or raw
    /// XML.
    NotKnown {
        /// What is missing.
        missing: String,
    },
}

/// How an undecided question was answered all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UndecidedAnswer {
    /// As if it did not hold.
    False,
    /// As if it held.
    True,
    /// Not at all: the run ends.
    Stop,
}

/// How a group ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupOutcome {
    /// All of its members that were to run did.
    Completed,
    /// A member failed, and the group with it; the rest of its members did not run.
    Failed,
    /// The same, and the run goes on behind the group.
    FailureIgnored,
}

/// Why a step failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepFailure {
    /// Its exit code is not among its success codes.
    ExitCode,
    /// It took longer than its time-out.
    TimeOut,
    /// It asked to be run again too often.
    TooOften,
    /// It would have set a variable that is read-only.
    ReadOnly,
    /// A member of its list is malformed.
    MalformedList,
    /// It may not run in this environment.
    Environment,
    /// The sequence that it runs is disabled, which no continue on error mends.
    DisabledSequence,
    /// The computer restarted while it ran.
    Interrupted,
    /// It asks for a restart in a word that leads nowhere, which no continue on error mends.
    OddRestartRequest,
    /// It would have set a value that is longer than a variable holds, or more than all hold
    /// together.
    ValueTooLong,
}

/// What a failure leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "then")]
pub enum Then {
    /// The step itself continues on error: the next one runs.
    NextStep,
    /// The run goes on behind this group, which continues on error.
    BehindGroup {
        /// The path of the group.
        path: SharedText,
    },
    /// The sequence fails.
    End,
}

/// What the computer starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Target {
    /// The installed system.
    #[serde(rename = "HD")]
    HardDisk,
    /// Windows PE.
    #[serde(rename = "WinPE")]
    WinPe,
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Target::HardDisk => "HD",
            Target::WinPe => "WinPE",
        })
    }
}

/// Who wants a restart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RestartCause {
    /// The step is a restart.
    Step,
    /// The exit code.
    ExitCode,
    /// `SMSTSRebootRequested`.
    Variable,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunResult {
    /// Every failure was ignored, or there was none.
    Success,
    /// A failure reached the top.
    Failed,
    /// A question could not be decided, and the options say to stop then.
    Stopped,
}

/// A rule of Set Dynamic Variables, and what it came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleOutcome {
    /// Which rule, from 1.
    pub number: u32,
    /// What its test came to.
    pub test: Explained,
    /// Whether its variables were set.
    pub applied: bool,
}

/// A member of a dynamic list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListItem {
    /// The variable, `APP01` or `PKG001`.
    pub variable: String,
    /// The application's name, or `PACKAGE:Program`.
    pub value: Shown,
    /// Why it cannot be installed.
    pub fault: Option<String>,
}

/// A step that ran.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepRan {
    /// Which.
    pub at: Location,
    /// How often it ran before in a row.
    pub attempt: u32,
    /// The exit code as 32 bits.
    pub exit_code: u32,
    /// Whether the code is one of success.
    pub success: bool,
    /// Whether somebody gave how it ends.
    #[serde(default)]
    pub basis: ResultBasis,
    /// The line of the machine file that says how it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub described_at: Option<SharedText>,
    /// How long it took; 0 when not known.
    pub seconds: u64,
    /// What its condition came to; `None` without one, or when the options ask for no explanations.
    pub condition: Option<Explanation>,
    /// Variables that changed, without those that the engine itself keeps
    /// (`_SMSTSLastActionRetCode` …).
    pub changed: Vec<VariableChange>,
    /// What each `%Name%` became.
    pub resolved: Vec<Resolved>,
    /// Properties whose value came from a variable of the sequence instead of the step: the
    /// variables' names.
    pub overridden: Vec<SharedText>,
    /// Rules of Set Dynamic Variables.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<RuleOutcome>,
    /// The members of a dynamic list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub list: Vec<ListItem>,
    /// What was done, one line each.
    pub did: Vec<Deed>,
    /// Facts that were missing to know the outcome for sure.
    pub assumed: Vec<String>,
    /// What is worth knowing beside.
    pub remarks: Vec<String>,
}

impl StepRan {
    /// Whether how it ended rests on what nobody gave.
    pub fn is_assumed(&self) -> bool {
        self.has_assumed_end() || !self.assumed.is_empty()
    }

    /// Whether nobody said how it ends, so that it was taken for a success.
    pub fn has_assumed_end(&self) -> bool {
        self.basis == ResultBasis::Assumed
    }
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum Event {
    /// A group or a child sequence began.
    GroupEntered {
        /// Which.
        at: Location,
        /// What its condition came to.
        condition: Option<Explanation>,
        /// Variables that a child sequence sets when it begins.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        changed: Vec<VariableChange>,
    },
    /// A group or a child sequence ended.
    GroupLeft {
        /// Which.
        at: Location,
        /// How.
        outcome: GroupOutcome,
    },
    /// A step ran.
    StepRan(Box<StepRan>),
    /// Something did not run.
    Skipped {
        /// What.
        at: Location,
        /// Why.
        because: SkipReason,
    },
    /// Something was not reached, because a step before it failed or the run stopped.
    NotReached {
        /// What.
        at: Location,
        /// The group around it that was not reached either.
        group: Option<SharedText>,
    },
    /// A question that nobody could decide; the event of what was done follows.
    Undecided {
        /// Where.
        at: Location,
        /// What is asked: `condition`, `rule 2`, `sequence`, `element`.
        about: String,
        /// How it was answered.
        taken: UndecidedAnswer,
        /// Facts that would have been needed.
        missing: Vec<String>,
        /// What a condition came to.
        explanation: Option<Explanation>,
        /// Variables that what is not run would have set: nobody knows them from now on.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        changed: Vec<VariableChange>,
    },
    /// A step failed; the event of its run came before.
    Failed {
        /// Which.
        at: Location,
        /// The exit code.
        exit_code: u32,
        /// Why that is a failure.
        failure: StepFailure,
        /// What it leads to.
        then: Then,
        /// Variables that the engine itself changed.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        changed: Vec<VariableChange>,
    },
    /// The computer has to restart now. The engine tells the host when it is asked for its next
    /// event.
    RestartRequested {
        /// Where.
        at: Location,
        /// What it starts.
        target: Target,
        /// Who wants it.
        cause: RestartCause,
        /// Whether the same step runs again.
        again: bool,
        /// The text shown before, if there is one.
        message: Option<String>,
        /// How many seconds it is shown; `None` when nobody said.
        delay: Option<u64>,
        /// Why this computer cannot; the run fails then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        refused: Option<String>,
        /// Variables that the engine itself changed.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        changed: Vec<VariableChange>,
    },
    /// The computer has restarted.
    Restarted {
        /// What was started.
        target: Target,
        /// Variables that are others in what was started.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        changed: Vec<VariableChange>,
    },
    /// The run ended.
    Finished {
        /// How.
        result: RunResult,
        /// The code that the product reports.
        code: u32,
        /// The step that made it fail.
        failed: Option<Location>,
        /// How many steps ran.
        ran: u32,
        /// How many failures were ignored.
        ignored: u32,
        /// How many restarts there were.
        restarts: u32,
        /// The command that is started at the very end.
        post_action: Option<String>,
    },
}
