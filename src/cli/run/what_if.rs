//! `tasq run --what-if`: the same engine on the same computer, and nothing is done.

use super::{
    super::{Failure, Status, output, shared_args::TraceFormat},
    LoadedRun, RunArgs, dry,
};
use crate::{
    engine::{Engine, Program, RunOptions},
    host::system::OperatingSystem,
    report::{self, Run, Summary, TreeStyle},
};

/// Says what a run would do here.
pub(super) fn run(
    args: &RunArgs,
    loaded: &LoadedRun,
    program: &Program<'_>,
    system: Box<dyn OperatingSystem>,
    options: RunOptions,
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
    let mut trace = engine.trace(&mut host);
    while !behind.is_some_and(|behind| trace.has_reached(behind))
        && let Some(event) = trace.next()
    {
        events.push(event.map_err(|endless| Failure::Run(endless.to_string()))?);
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
            TreeStyle {
                color: output::stdout_look().color,
                unicode: true,
                verbose: false,
            },
        ),
        TraceFormat::Json => report::json(std::slice::from_ref(&run)),
        TraceFormat::Html => report::html(&run),
    };
    match args.output_format {
        TraceFormat::Text => output::print(&text)?,
        TraceFormat::Json | TraceFormat::Html => output::stdout(text.as_bytes())?,
    }
    let result = Summary::of(&run.events).result;
    Ok(
        if result == "success" || until.is_some() && result.is_empty() {
            Status::Fine
        } else {
            Status::Findings
        },
    )
}
