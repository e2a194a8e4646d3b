//! A bounded walk over the events of a run.

use std::fmt;

use super::{event::Event, run::Engine};
use crate::computer::Host;

/// Most events of a walk: a sequence that restarts for ever must end all the same.
pub const MAX_EVENTS: usize = 1_000_000;

/// A run that goes on behind [`MAX_EVENTS`] events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Endless;

impl fmt::Display for Endless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the run has more than {MAX_EVENTS} events and does not end"
        )
    }
}

impl std::error::Error for Endless {}

/// Walks over the events of a run, one at a time; nothing is kept. Whoever walks stops where they
/// want, and can look at the engine between two events. Behind [`MAX_EVENTS`] nothing more is done
/// and every further item is [`Endless`].
#[allow(missing_debug_implementations, reason = "a host is anything")]
pub struct Trace<'t, 'p> {
    engine: &'t mut Engine<'p>,
    host: &'t mut dyn Host,
    left: usize,
}

impl<'p> Engine<'p> {
    /// The events from here on.
    pub fn trace<'t>(&'t mut self, host: &'t mut dyn Host) -> Trace<'t, 'p> {
        Trace {
            engine: self,
            host,
            left: MAX_EVENTS,
        }
    }
}

impl<'p> Trace<'_, 'p> {
    /// The engine as it is behind the last event.
    pub fn engine(&self) -> &Engine<'p> {
        self.engine
    }

    /// The computer.
    pub fn host(&self) -> &dyn Host {
        self.host
    }

    /// Whether everything before an instruction has happened, as far as the run gets there.
    pub fn has_reached(&self, instruction: u32) -> bool {
        let next = self.engine.next();
        !self.engine.state.has_waiting() && next.is_some_and(|at| at.instruction >= instruction)
    }

    /// Carries out one instruction and gives all that it led to. Nothing at the end of the run.
    ///
    /// # Errors
    /// If there were too many events before.
    pub fn instruction(&mut self) -> Result<Vec<Event>, Endless> {
        let mut events: Vec<Event> = self.next().transpose()?.into_iter().collect();
        events.extend(self.engine.state.queue.drain(..));
        self.left = self.left.saturating_sub(events.len().saturating_sub(1));
        Ok(events)
    }
}

impl Iterator for Trace<'_, '_> {
    type Item = Result<Event, Endless>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.left == 0 {
            return (!self.engine.state.is_over()).then_some(Err(Endless));
        }
        self.left -= 1;
        self.engine.step(self.host).map(Ok)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        engine::{NoChildren, Program, RunOptions},
        host::simulated::SimulatedHost,
        machine::Machine,
        model::Sequence,
    };

    #[test]
    fn a_walk_ends_where_its_limit_is_and_does_nothing_behind_it() {
        let sequence = Sequence::default();
        let program = Program::new(&sequence, &NoChildren).expect("nothing can run");
        let mut host = SimulatedHost::new(Machine::default());
        let mut engine = Engine::new(&program, RunOptions::default());
        let mut trace = engine.trace(&mut host);
        trace.left = 0;
        assert_eq!(trace.next(), Some(Err(Endless)));
        assert_eq!(trace.instruction(), Err(Endless));
        assert!(!trace.engine().state().has_started());
        trace.left = 1;
        assert!(matches!(trace.next(), Some(Ok(Event::Finished { .. }))));
        // The limit is reached, and so is the end.
        assert_eq!(trace.left, 0);
        assert_eq!(trace.next(), None);
        assert_eq!(trace.instruction(), Ok(Vec::new()));
    }
}
