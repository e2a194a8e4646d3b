//! `tasq run --what-if`: the same engine on the same computer, and nothing is done.

use super::{
    super::{Failure, Status, output, shared_args::TraceFormat},
    Loaded, RunArgs, dry,
};
use crate::{
    engine::{Engine, Options, Program},
    host::system::System,
    report::{self, Run, Style, Summary},
};

/// Most events of a run; a sequence that restarts for ever must end all the same.
const MAX_EVENTS: usize = 1_000_000;

/// Says what a run would do here.
pub(super) fn run(
    args: &RunArgs,
    loaded: &Loaded,
    program: &Program<'_>,
    system: Box<dyn System>,
    options: Options,
    (from, until): (Option<u32>, Option<u32>),
) -> Result<Status, Failure> {
    let mut host = dry(system, loaded, args);
    let mut engine = Engine::new(program, options);
    engine.begin(&host);
    let variables = engine
        .variables()
        .shown()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    if let Some(from) = from {
        engine.jump(from);
    }
    let behind = until.and_then(|until| program.behind(until));
    let mut events = Vec::new();
    loop {
        let past =
            behind.is_some_and(|behind| engine.next().is_some_and(|at| at.instruction >= behind));
        if past && !engine.state().has_waiting() {
            break;
        }
        let Some(event) = engine.step(&mut host) else {
            break;
        };
        events.push(event);
        if events.len() >= MAX_EVENTS {
            return Err(Failure::Run(format!(
                "the run has more than {MAX_EVENTS} events and does not end"
            )));
        }
    }
    let run = Run {
        sequence: loaded.title.clone(),
        machine: "this computer".to_owned(),
        variables,
        events,
    };
    let text = match args.output_format {
        TraceFormat::Text => report::text(
            &run,
            Style {
                color: output::stdout_look().color,
                unicode: true,
                verbose: false,
            },
        ),
        TraceFormat::Json => report::json(std::slice::from_ref(&run)),
        TraceFormat::Html => report::html(&run),
    };
    output::print(&text)?;
    let result = Summary::of(&run.events).result;
    Ok(
        if result == "success" || until.is_some() && result.is_empty() {
            Status::Fine
        } else {
            Status::Findings
        },
    )
}
