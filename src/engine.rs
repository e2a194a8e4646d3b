//! The engine: runs a sequence on a [`Host`](crate::computer::Host), one instruction at a time.
//!
//! [`Program`] is a sequence with its children, made ready once for any number of machines.
//! [`Engine`] walks through it; each call of [`Engine::step`] gives the next [`Event`]. What a run
//! knows is its [`RunState`]: plain data that can be stored and taken up again. The engine owns
//! order, conditions, variables and errors; the host does the work.
//!
//! Every rule is in `docs/semantics.md` with its source. Where the sources are silent,
//! [`RunOptions`] decides.

mod ask;
mod child;
mod compare;
mod condition;
mod doubt;
mod event;
mod expand;
mod extent;
mod inputs;
mod kept;
mod lite_touch;
mod options;
mod plan;
mod program;
mod restart;
mod rules;
mod run;
mod state;
mod step;
mod stored;
mod test;
mod trace;
mod unseen;
mod variables;

pub use ask::{Expanded, WouldRun};
pub use child::{ChildName, Children, FoundChild, NoChildren, named_children, wanted_children};
pub use event::{
    Event, Explained, Explanation, GroupOutcome, Location, MASK, NodeKind, RestartCause,
    RuleOutcome, RunResult, Shown, SkipReason, StepFailure, StepRan, Target, Then, UndecidedAnswer,
    VariableChange, Verdict,
};
pub use options::{InitialVariable, NotGiven, RunOptions};
pub use program::Program;
pub use run::Engine;
pub use state::RunState;
pub use trace::{Endless, Trace};
pub use variables::{Variables, is_read_only};
