//! `tasq simulate`.

use std::{collections::HashMap, fs};

use super::{
    Failure, Status,
    args::{SimulateArgs, TraceFormat},
    disk, output,
};
use crate::{
    diagnostic::{
        Finding,
        render::{Format, Look},
    },
    elaborate::Given,
    engine::{Children, Engine, Given as Variable, Options, Program, Taken},
    host::{Host as _, simulated::SimulatedHost},
    load::{Loaded, load},
    machine,
    model::Sequence,
    report::{self, Run, Style, Summary},
    source::Sources,
};

/// Most events of a run; a sequence that restarts for ever must end all the same.
const MAX_EVENTS: usize = 1_000_000;

/// The sequences that a step can run, by identifier.
struct Beside(HashMap<String, Sequence>);

impl Children for Beside {
    fn sequence(&self, id: &str) -> Option<&Sequence> {
        self.0.get(id)
    }
}

/// Runs a sequence on a simulated machine and tells what would happen.
pub(super) fn run(args: &SimulateArgs, look: Look) -> Result<Status, Failure> {
    let machine = machine(args, look)?;
    let Some(machine) = machine else { return Ok(Status::Findings) };
    let input = disk::read(&args.file)?;
    let contents = load(&input.name, &input.inner, input.bytes, &input.files, &Given::default());
    let errors = contents.findings.iter().any(Finding::is_error);
    if errors || contents.sequences.is_empty() {
        output::findings(&contents.findings, &contents.sources, Format::Text, look);
        return Ok(Status::Findings);
    }
    let (main, others) = choose(contents.sequences, args.sequence.as_deref())?;
    let mut children = HashMap::new();
    for one in others {
        children.extend(one.id.map(|id| (id, one.sequence)));
    }
    for child in &args.child {
        let (id, path) =
            child.split_once('=').ok_or_else(|| Some(format!("--child {child}: write --child ID=FILE")))?;
        let input = disk::read(path.as_ref())?;
        let contents = load(&input.name, &input.inner, input.bytes, &input.files, &Given::default());
        let Some(first) = contents.sequences.into_iter().next() else {
            output::findings(&contents.findings, &contents.sources, Format::Text, look);
            return Ok(Status::Findings);
        };
        children.insert(id.to_owned(), first.sequence);
    }
    let run = simulate(args, &main, &Beside(children), machine)?;
    let style = Style { color: stdout_color(look), unicode: true, verbose: args.verbose };
    let text = match args.output_format {
        TraceFormat::Text => report::text(&run, style),
        TraceFormat::Json => report::json(&run),
        TraceFormat::Html => report::html(&run),
    };
    match &args.output {
        Some(path) if !disk::is_dash(path) => disk::write_whole(path, &mut |out| out.write_all(text.as_bytes()))?,
        _ => output::stdout(text.as_bytes())?,
    }
    let good = Summary::of(&run.events).result == "success";
    Ok(if good { Status::Fine } else { Status::Findings })
}

/// Colours on standard output follow the same wish as those on standard error.
fn stdout_color(look: Look) -> bool {
    look.color && std::io::IsTerminal::is_terminal(&std::io::stdout())
}

/// The machine, unless its file has errors.
fn machine(args: &SimulateArgs, look: Look) -> Result<Option<(String, machine::Machine)>, Failure> {
    let Some(path) = &args.machine else {
        return Ok(Some(("a machine of which nothing is known".to_owned(), machine::Machine::default())));
    };
    let name = path.display().to_string();
    let text = fs::read_to_string(path).map_err(|error| Some(format!("cannot read {name}: {error}")))?;
    let mut sources = Sources::new();
    let file = sources.add(name.clone(), text.as_str());
    let parsed = machine::parse(file, &text);
    output::findings(&parsed.findings, &sources, Format::Text, look);
    let good = !parsed.findings.iter().any(Finding::is_error);
    Ok(good.then_some((name, parsed.machine)))
}

/// The sequence that was meant, and the others of its file.
fn choose(mut list: Vec<Loaded>, wanted: Option<&str>) -> Result<(Loaded, Vec<Loaded>), Failure> {
    let names = || list.iter().map(|one| one.title.clone()).collect::<Vec<_>>().join(", ");
    let index = match wanted {
        Some(wanted) => list.iter().position(|one| one.title == wanted || one.id.as_deref() == Some(wanted)),
        None if list.len() == 1 => Some(0),
        None => None,
    };
    let Some(index) = index else {
        return Err(Some(format!("--sequence NAME says which of these is meant: {}", names())));
    };
    let main = list.remove(index);
    Ok((main, list))
}

fn simulate(
    args: &SimulateArgs,
    main: &Loaded,
    children: &Beside,
    (name, machine): (String, machine::Machine),
) -> Result<Run, Failure> {
    let mut host = SimulatedHost::new(machine);
    let mut options = Options { explain: true, ..Options::default() };
    if args.undecided_as_true {
        options.undecided = Taken::True;
    }
    for set in &args.set {
        let (name, value) = set.split_once('=').ok_or_else(|| Some(format!("--set {set}: write --set NAME=VALUE")))?;
        options.variables.push(Variable { name: name.trim().to_owned(), value: value.to_owned(), masked: false });
    }
    let mut variables: Vec<(String, String)> = host.variables();
    variables.extend(options.variables.iter().map(|one| (one.name.clone(), one.value.clone())));
    let program = Program::new(&main.sequence, children).map_err(|refused| Some(refused.to_string()))?;
    let mut engine = Engine::new(&program, options);
    let mut events = Vec::new();
    while let Some(event) = engine.step(&mut host) {
        events.push(event);
        if events.len() >= MAX_EVENTS {
            return Err(Some(format!("the run has more than {MAX_EVENTS} events and does not end")));
        }
    }
    Ok(Run { sequence: main.title.clone(), machine: name, variables, events })
}
