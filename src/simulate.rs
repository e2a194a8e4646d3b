//! A run on a described machine, from its start to its end.

use std::{fmt, sync::Arc};

use crate::{
    engine::{Engine, Options, Program},
    host::simulated::SimulatedHost,
    machine::Machine,
    report::Run,
};

/// Most events of a run; a sequence that restarts for ever must end all the same.
pub const MAX_EVENTS: usize = 1_000_000;

/// A run that has more than [`MAX_EVENTS`].
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

/// Runs a program on a machine; `sequence` and `name` are what the report calls them. Nothing is
/// done to any computer: the machine may be a described one, or this computer's description
/// ([`machine_of_linux`](crate::machine::machine_of_linux)).
///
/// # Errors
/// If the run does not end.
pub fn simulate(
    program: &Program<'_>,
    sequence: &str,
    name: &str,
    machine: impl Into<Arc<Machine>>,
    options: Options,
) -> Result<Run, Endless> {
    let mut host = SimulatedHost::new(machine);
    let mut engine = Engine::new(program, options);
    engine.begin(&host);
    let variables = engine
        .variables()
        .shown()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    let mut events = Vec::new();
    while let Some(event) = engine.step(&mut host) {
        events.push(event);
        if events.len() > MAX_EVENTS {
            return Err(Endless);
        }
    }
    Ok(Run {
        sequence: sequence.to_owned(),
        machine: name.to_owned(),
        variables,
        events,
    })
}
