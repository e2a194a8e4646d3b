//! A run on a described machine, from its start to its end.

use std::sync::Arc;

use crate::{
    engine::{Endless, Engine, Program, RunOptions},
    host::simulated::SimulatedHost,
    machine::Machine,
    report::Run,
};

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
    options: RunOptions,
) -> Result<Run, Endless> {
    let mut host = SimulatedHost::new(machine);
    let mut engine = Engine::new(program, options);
    engine.begin(&host);
    let variables = engine
        .variables()
        .shown()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    let events = engine.trace(&mut host).collect::<Result<_, _>>()?;
    Ok(Run {
        sequence: sequence.to_owned(),
        machine: name.to_owned(),
        variables,
        events,
    })
}
