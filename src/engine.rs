//! The engine: runs a sequence on a [`Host`](crate::computer::Host), one instruction at a time.
//!
//! [`Program`] is a sequence with its children, made ready once for any number of machines.
//! [`Engine`] walks through it; each call of [`Engine::step`] gives the next [`Event`]. What a run
//! knows is its [`State`]: plain data that can be stored and taken up again. The engine owns order,
//! conditions, variables and errors; the host does the work.
//!
//! Every rule is in `docs/semantics.md` with its source. Where the sources are silent, [`Options`]
//! decides.

mod ask;
mod compare;
mod condition;
mod doubt;
mod event;
mod expand;
mod options;
mod plan;
mod program;
mod rules;
mod run;
mod state;
mod step;
mod test;
mod trace;
mod variables;

pub use ask::Expanded;
pub use event::{
    At, Because, Change, Event, Explained, Explanation, FactSeen, Failure, Giver, GroupOutcome,
    ListItem, MASK, NodeKind, Resolved, RestartCause, RuleOutcome, RunResult, Shown, StepRan,
    Taken, Target, Text, Then, Verdict,
};
pub use options::{EmptyOperator, Given, NotGiven, Options, ReadOnly, Undefined, WrongEnvironment};
pub use program::{Children, MAX_INSTRUCTIONS, NoChildren, Program, Refused};
pub use run::Engine;
pub use state::State;
pub use trace::{Endless, MAX_EVENTS, Trace};
pub use variables::{Held, Variables, is_read_only};

/// The variables that the engine itself keeps, by the key they are looked up by: those about
/// actions and instructions.
const KEPT: [(&str, &str); 6] = [
    ("_smstslastactionretcode", "_SMSTSLastActionRetCode"),
    ("_smstslastactionsucceeded", "_SMSTSLastActionSucceeded"),
    ("_smstslastactionname", "_SMSTSLastActionName"),
    ("_smstscurrentactionname", "_SMSTSCurrentActionName"),
    (
        "_smstsnextinstructionpointer",
        "_SMSTSNextInstructionPointer",
    ),
    ("_smstsinstructiontablesize", "_SMSTSInstructionTableSize"),
];

fn keeps(key: &str) -> bool {
    KEPT.iter().any(|(kept, _)| *kept == key)
}
