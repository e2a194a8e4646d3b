//! Tests: what a sequence is run with, and what is expected of the run.

use super::{Condition, Spanned};
use crate::source::Span;

/// A `test` block.
#[derive(Clone, Debug, Default)]
pub struct TestCase {
    /// Its name.
    pub name: Spanned<String>,
    /// The whole block.
    pub span: Span,
    /// The file of the sequence, where it is not the one the block stands in or belongs to by its
    /// name.
    pub of: Option<Spanned<String>>,
    /// Which sequence of an export with several.
    pub sequence: Option<Spanned<String>>,
    /// Machine files; the test runs once on each. None is a machine of which nothing is known.
    pub machines: Vec<Spanned<String>>,
    /// Facts in TOML that are laid over each machine.
    pub facts: Option<Spanned<String>>,
    /// Variables at the start.
    pub variables: Vec<TestVariable>,
    /// Values for the parameters of the source, as `--param` takes them.
    pub parameters: Vec<(Spanned<String>, String)>,
    /// Stand-ins for secrets, by their names.
    pub secrets: Vec<(Spanned<String>, String)>,
    /// The files of child sequences, by the sequences' identifiers.
    pub children: Vec<(Spanned<String>, Spanned<String>)>,
    /// Whether a condition may stay undecided.
    pub undecided_allowed: bool,
    /// How steps end.
    pub mocks: Vec<TestMock>,
    /// What is expected.
    pub expectations: Vec<Expectation>,
}

/// A variable at the start of a test.
#[derive(Clone, Debug, Default)]
pub struct TestVariable {
    /// Its name.
    pub name: Spanned<String>,
    /// Its value.
    pub value: String,
    /// Whether the value is kept out of everything that is printed.
    pub masked: bool,
}

/// A step or group as a test names it: its name, with as many of those around it as are needed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepPath {
    /// The names from the outside in, and which one of several with this name is meant, from 1.
    pub parts: Vec<(String, Option<u32>)>,
    /// Its place.
    pub span: Span,
}

impl StepPath {
    /// As it is written: `"Group" / "Step"[2]`.
    pub fn written(&self) -> String {
        let part = |(name, index): &(String, Option<u32>)| {
            let index = index.map_or(String::new(), |index| format!("[{index}]"));
            format!("\"{}\"{index}", name.replace('"', "\"\""))
        };
        self.parts.iter().map(part).collect::<Vec<_>>().join(" / ")
    }
}

/// How a step ends, whatever it would come to by itself.
#[derive(Clone, Debug, Default)]
pub struct TestMock {
    /// The step, or a pattern of names.
    pub step: StepPath,
    /// The exit code as 32 bits.
    pub exits: Option<u32>,
    /// What it prints.
    pub prints: Option<String>,
    /// How long it takes, in seconds.
    pub takes: Option<u64>,
    /// Variables that it sets: name and value.
    pub sets: Vec<(String, String)>,
    /// Only for so many first runs of the step.
    pub times: Option<u32>,
}

/// An `expect` statement.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// What it is about.
    pub kind: ExpectationKind,
    /// The whole statement.
    pub span: Span,
}

/// What an expectation is about.
#[derive(Clone, Debug)]
pub enum ExpectationKind {
    /// A step or group.
    Step {
        /// Whether `group` was written.
        group: bool,
        /// Which, or a pattern of names.
        step: StepPath,
        /// All of these must be so.
        outcomes: Vec<Expected<StepOutcome>>,
    },
    /// Variables, and anything else that a condition can ask, when the run is over.
    Condition(Condition),
    /// The run.
    Run(Vec<Expected<RunOutcome>>),
}

/// Something that must be so, or must not.
#[derive(Clone, Debug)]
pub struct Expected<T> {
    /// Whether it must not be so.
    pub not: bool,
    /// What.
    pub what: T,
    /// Its place.
    pub span: Span,
}

/// What can be expected of a step or group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepOutcome {
    /// It ran.
    Ran,
    /// It was skipped: by its condition, because it is disabled, or with its group.
    Skipped,
    /// It failed.
    Failed,
    /// It ran and did not fail.
    Succeeded,
    /// The run came to it, whether it was skipped then or not.
    Reached,
    /// Its condition could not be decided.
    Undecided,
    /// It ran so often.
    Times(u32),
    /// Its last exit code is one of these.
    Exits(Vec<u32>),
    /// All of its runs were before the first one of this step.
    Before(StepPath),
    /// All of its runs were after the last one of this step.
    After(StepPath),
    /// After its last run, variables have these values.
    Sets(Vec<(Spanned<String>, Spanned<String>)>),
}

/// What can be expected of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunOutcome {
    /// It ended well.
    Success,
    /// It failed.
    Failed,
    /// This step made it fail.
    At(StepPath),
    /// The code that the product reports.
    Exits(Vec<u32>),
    /// So many restarts.
    Restarts(u32),
    /// So many questions that nobody could decide; `None` is any number of them but none.
    Undecided(Option<u32>),
}
