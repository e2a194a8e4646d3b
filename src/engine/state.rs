//! What a run knows between two instructions.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::{
    event::{Event, RunResult, Target},
    variables::Variables,
};

/// The whole of a run between two calls, as plain data. It holds values that events mask: store it
/// with care.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct RunState {
    pub(super) variables: Variables,
    pub(super) started: bool,
    /// The next instruction.
    pub(super) next: u32,
    /// How often the step there was tried.
    pub(super) attempt: u32,
    /// Events that are not yet handed out.
    pub(super) queue: VecDeque<Event>,
    /// The restart that the host was not yet told.
    pub(super) restart: Option<Target>,
    /// Whether a step made Windows PE what the computer starts next.
    #[serde(default)]
    pub(super) boots_winpe: bool,
    pub(super) restarts: u32,
    pub(super) ran: u32,
    pub(super) ignored: u32,
    /// Bytes that variables put into texts, and that were set.
    #[serde(default)]
    pub(super) made: usize,
    pub(super) finished: bool,
    #[serde(default)]
    pub(super) result: Option<RunResult>,
}

impl RunState {
    /// The variables.
    pub fn variables(&self) -> &Variables {
        &self.variables
    }

    /// The number of the next instruction.
    pub fn next(&self) -> u32 {
        self.next
    }

    /// Whether the variables of the start are set.
    pub fn has_started(&self) -> bool {
        self.started
    }

    /// Whether the run ended; events may still wait to be handed out.
    pub fn is_finished(&self) -> bool {
        self.finished
    }

    /// Whether the run ended, and everything was said of it.
    pub fn is_over(&self) -> bool {
        self.finished && self.queue.is_empty()
    }

    /// Whether events wait to be handed out.
    pub fn has_waiting(&self) -> bool {
        !self.queue.is_empty()
    }

    /// A copy without any secret, and the secrets, each with the name of a variable that is nothing
    /// but it.
    pub fn sealed(&self) -> (RunState, Vec<(String, Option<String>)>) {
        let mut copy = self.clone();
        let secrets = copy.variables.seal();
        (copy, secrets)
    }

    /// Puts the secrets back, in the order in which [`RunState::sealed`] gave them.
    pub fn unseal(&mut self, secrets: &[String]) {
        self.variables.unseal(secrets);
    }

    /// How the run ended, if it did.
    pub fn result(&self) -> Option<RunResult> {
        self.result
    }

    /// The restart that comes before the next instruction.
    pub fn pending_restart(&self) -> Option<Target> {
        self.restart
    }
}
