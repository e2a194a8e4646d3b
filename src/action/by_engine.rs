//! Types of steps that the engine carries out by itself: nothing is done to the computer.

use super::Action;
use crate::computer::{Computer, Outcome, Work};

/// A type that the engine carries out.
pub(super) struct EngineAction {
    keyword: &'static str,
    elevated: bool,
}

/// Restart Computer.
pub(super) static RESTART_COMPUTER: EngineAction = EngineAction {
    keyword: "restart_computer",
    elevated: true,
};

/// Run Task Sequence.
pub(super) static RUN_TASK_SEQUENCE: EngineAction = EngineAction {
    keyword: "run_task_sequence",
    elevated: false,
};

/// Set Dynamic Variables.
pub(super) static SET_DYNAMIC_VARIABLES: EngineAction = EngineAction {
    keyword: "set_dynamic_variables",
    elevated: false,
};

/// Set Task Sequence Variable.
pub(super) static SET_VARIABLE: EngineAction = EngineAction {
    keyword: "set_variable",
    elevated: false,
};

impl Action for EngineAction {
    fn keyword(&self) -> &'static str {
        self.keyword
    }

    fn repeats(&self) -> bool {
        true
    }

    fn elevated(&self) -> bool {
        self.elevated
    }

    fn perform(&self, _: &mut dyn Computer, _: &Work<'_>) -> Outcome {
        Outcome::default()
    }
}
