//! `tasq simulate`.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Args;

use super::{
    Failure, Status,
    inputs::{self, InputKind, is_dash},
    output,
    outputs::{OutputKind, Outputs},
    sequences::{ChildArgs, children, chosen, tell_unclear},
    shared_args::TraceFormat,
    tally::Tally,
    values::{ParameterArgs, StartArgs},
};
use crate::{
    diagnostic::{Finding, render::Format},
    engine::{Program, RunOptions, UndecidedAnswer},
    machine::{self, Machine},
    report::{self, Run, Summary, TreeStyle},
    simulate::simulate,
    source::Sources,
};

/// Tell what a sequence would do on a machine, without doing it
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tasq simulate lab.tasq --machine laptop.toml
  tasq simulate export.zip --machine laptop.toml --set Ring=pilot --verbose
  tasq simulate lab.tasq -m laptop.toml --output-format html -o lab.html
  tasq simulate lab.tasq -m laptop.toml -m server.toml     a table with a line for each machine
  tasq simulate lab.tasq -m laptop.toml --fail-on-undecided --fail-on-assumption     for a build server

Exit code 0: the run ends well. 1: it fails, it rests on what a --fail-on option forbids, or the source or machine file has
errors.")]
pub(crate) struct SimulateArgs {
    /// A source or an export, or a folder or pattern that holds one; `-` is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The machine's file; without one nothing is known of the machine; several, a folder or a
    /// pattern give a table with a line each
    #[arg(short, long, value_name = "MACHINE")]
    pub machine: Vec<PathBuf>,
    #[command(flatten)]
    pub start: StartArgs,
    /// Which sequence of an export with several is meant, by name or identifier
    #[arg(long, value_name = "NAME")]
    pub sequence: Option<String>,
    #[command(flatten)]
    pub children: ChildArgs,
    #[command(flatten)]
    pub parameters: ParameterArgs,
    /// Take a condition that nobody could decide as true, not as false
    #[arg(long)]
    pub undecided_as_true: bool,
    #[command(flatten)]
    pub strict: StrictArgs,
    #[command(flatten)]
    pub trace: TraceArgs,
}

/// What a run may not rest on.
#[derive(Args, Debug, Clone, Copy)]
pub(crate) struct StrictArgs {
    /// End with 1 when there was a question that nobody could decide
    #[arg(long)]
    pub fail_on_undecided: bool,
    /// End with 1 when the outcome of a step rests on what nobody gave
    #[arg(long)]
    pub fail_on_assumption: bool,
}

impl StrictArgs {
    /// Says which runs rest on what they may not; whether there are any.
    fn refuse(self, runs: &[Run]) -> bool {
        let refused: Vec<String> = runs.iter().filter_map(|run| self.refuses(run)).collect();
        for why in &refused {
            output::remark(&format!("tasq: {why}\n"));
        }
        !refused.is_empty()
    }

    /// Why a run that ended well is not good enough.
    fn refuses(self, run: &Run) -> Option<String> {
        let Summary {
            undecided, assumed, ..
        } = Summary::of(&run.events);
        let open = if self.fail_on_undecided {
            undecided.len()
        } else {
            0
        };
        let assumed = if self.fail_on_assumption { assumed } else { 0 };
        let why = match (open, assumed) {
            (0, 0) => return None,
            (open, 0) => format!("questions that nobody could decide: {open}"),
            (0, assumed) => format!("steps on an assumption: {assumed}"),
            _ => format!(
                "questions that nobody could decide: {open}, steps on an assumption: {assumed}"
            ),
        };
        Some(format!("{}: {why}", run.machine))
    }
}

/// How a run is told.
#[derive(Args, Debug)]
pub(crate) struct TraceArgs {
    /// Show variables, resolved names, and conditions that hold
    #[arg(short, long)]
    pub verbose: bool,
    /// How to print the run
    #[arg(long, value_enum, default_value_t = TraceFormat::Text)]
    pub output_format: TraceFormat,
    /// File to write, `-` for standard output
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
    /// Write over a file that is no run that tasq wrote
    #[arg(long)]
    pub force: bool,
}

/// Runs a sequence on simulated machines and tells what would happen.
pub(super) fn run(args: &SimulateArgs) -> Result<Status, Failure> {
    let options = options(args)?;
    let given = args.parameters.given()?;
    let (machines, status) = machines(&args.machine)?;
    if machines.len() > 1 && args.trace.output_format == TraceFormat::Html {
        return Err(Failure::Usage(
            "a page shows one machine: give one --machine, or another --output-format".to_owned(),
        ));
    }
    let input = inputs::read(&inputs::one(&args.file, InputKind::Sequences)?)?;
    args.start.warn_of_file(&input);
    let main = chosen(input, &given, args.sequence.as_deref(), "--sequence NAME")?;
    let children = children(&main, &args.children.read()?, &[]);
    tell_unclear(&children);
    let program = Program::new(&main.own.sequence, &children)
        .map_err(|refused| Failure::Run(refused.to_string()))?;
    let mut runs = Vec::new();
    for (name, machine) in machines {
        let run = simulate(&program, &main.own.title, &name, machine, options.clone());
        runs.push(run.map_err(|endless| Failure::Run(endless.to_string()))?);
    }
    let told = tell(&runs, &args.trace)?.max(status);
    Ok(if args.strict.refuse(&runs) {
        told.max(Status::Findings)
    } else {
        told
    })
}

/// Prints runs, or writes them into a file. Findings, if one of them did not end well.
pub(super) fn tell(runs: &[Run], how: &TraceArgs) -> Result<Status, Failure> {
    let file = how.output.as_deref().filter(|path| !is_dash(path));
    let look = output::stdout_look();
    let style = TreeStyle {
        color: look.color && file.is_none(),
        unicode: look.unicode,
        verbose: how.verbose,
    };
    let text = match (how.output_format, runs) {
        (TraceFormat::Text, [run]) => report::text(run, style),
        (TraceFormat::Text, runs) => {
            let traces = runs
                .iter()
                .filter(|_| how.verbose)
                .map(|run| report::text(run, style) + "\n");
            traces.chain([report::machines(runs)]).collect()
        }
        (TraceFormat::Json, runs) => report::json(runs),
        (TraceFormat::Html, runs) => runs.first().map(report::html).unwrap_or_default(),
    };
    let for_people = how.output_format == TraceFormat::Text;
    match file {
        Some(path) => {
            let text = if for_people {
                output::readable(&text)
            } else {
                text
            };
            Outputs::one(how.force, path, OutputKind::Run, text.as_bytes())?;
        }
        None if for_people => output::print(&text)?,
        None => output::stdout(text.as_bytes())?,
    }
    let good = runs
        .iter()
        .all(|run| Summary::of(&run.events).result == "success");
    Ok(if good { Status::Fine } else { Status::Findings })
}

/// What the arguments say about the run.
fn options(args: &SimulateArgs) -> Result<RunOptions, Failure> {
    let mut options = RunOptions {
        variables: args.start.variables()?,
        ..RunOptions::default()
    };
    if args.undecided_as_true {
        options.undecided = UndecidedAnswer::True;
    }
    Ok(options)
}

/// A machine and what reports call it.
type NamedMachine = (String, Arc<Machine>);

/// All machines; faults of their files are told. A broken one costs only itself, and the verb then
/// ends with what is answered beside them.
fn machines(paths: &[PathBuf]) -> Result<(Vec<NamedMachine>, Status), Failure> {
    if paths.is_empty() {
        let unknown = "a machine of which nothing is known".to_owned();
        return Ok((vec![(unknown, Arc::default())], Status::Fine));
    }
    let inputs = inputs::expand(paths, InputKind::Machines).not_empty()?;
    let mut tally = Tally::of(&inputs);
    let mut list = Vec::new();
    for file in &inputs.files {
        match machine(&file.path) {
            Ok(Some(machine)) => list.push((file.path.display().to_string(), Arc::new(machine))),
            Ok(None) => tally.faulty(),
            Err(failure) => tally.cost(failure)?,
        }
    }
    match (list.is_empty(), tally.status()) {
        (true, Status::Findings) => Err(Failure::Findings),
        (true, _) => Err(Failure::Refused),
        (false, status) => Ok((list, status)),
    }
}

/// The machine, unless its file has errors; what is found in it is printed.
pub(super) fn machine(path: &Path) -> Result<Option<Machine>, Failure> {
    let name = path.display().to_string();
    let text = inputs::read_text(path)?;
    let mut sources = Sources::new();
    let file = sources.add(name.clone(), text.as_str());
    let parsed = machine::parse_named(&name, file, &text);
    output::findings(&parsed.findings, &sources, Format::Text);
    let good = !parsed.findings.iter().any(Finding::is_error);
    Ok(good.then_some(parsed.machine))
}
