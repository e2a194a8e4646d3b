//! `tasq run`.

mod ask;
#[cfg(target_os = "linux")]
mod hangup;
mod load;
mod own;
mod screen;
mod secrets;
mod start;
mod stranger;
mod terminal;
mod what_if;

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{
    Failure, Status, inputs, output,
    sequences::{ChildArgs, tell_unclear},
    shared_args::{Interrupted, TraceFormat},
    values::{ParameterArgs, StartArgs},
};
use crate::{
    engine::{
        Engine, InitialVariable as Variable, Location, NodeKind, NotGiven, Program, RunOptions,
    },
    host::{
        dry::Dry,
        local::{LocalHost, Setup},
        system::{OperatingSystem, ResumeEntry},
    },
    machine::values::is_same_path,
    report,
    run::{
        self, Folder, Header, Limits, Lock, LogLayout, Overview, RunEnd, RunFault, Runner, Stopped,
    },
};

pub(super) use ask::{confirm, line};
pub(super) use load::{LoadedRun, RunSource, WholeSite, load, load_whole_site};
pub(super) use own::{made_state, open_log, own_state};
pub(super) use secrets::Secrets;
pub(super) use start::{equip, host, leave_on_interrupt, setup};
pub(super) use stranger::permit_site;
pub(super) use terminal::Terminal;

/// Run a sequence on this computer
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tasq run lab.tasq --what-if                says what it would do here, and does nothing
  tasq run lab.tasq --site site.toml
  tasq run export.zip --site site.toml --set Ring=pilot --yes
  tasq run lab.tasq --from \"Install Office\" --step

Exit code 0: success. 1: failed, or stopped. 2: not started. 3010 on Windows, 3 elsewhere: the computer restarts or must
be restarted, and the run goes on after it.")]
pub(crate) struct RunArgs {
    /// A source or an export
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The site file: packages, applications, sequences, where content is
    #[arg(long, value_name = "SITE")]
    pub site: Option<PathBuf>,
    #[command(flatten)]
    pub start: StartArgs,
    #[command(flatten)]
    pub parameters: ParameterArgs,
    /// Which sequence of an export with several is meant, by name or identifier
    #[arg(long, value_name = "NAME")]
    pub sequence: Option<String>,
    #[command(flatten)]
    pub children: ChildArgs,
    /// Run without a question
    #[arg(short, long)]
    pub yes: bool,
    /// Say what would be done here, and do nothing
    #[arg(long)]
    pub what_if: bool,
    /// With --what-if: run the scripts of the site file that tell whether an application is
    /// installed and may be installed; without it that is not known
    #[arg(long, requires = "what_if")]
    pub allow_detection_scripts: bool,
    /// Run the scripts and command lines of a site file that other accounts can write; --yes does
    /// not answer that
    #[arg(long)]
    pub trust_site: bool,
    /// Begin at this step or group, by its name or path
    #[arg(long, value_name = "STEP")]
    pub from: Option<String>,
    /// End behind this step or group
    #[arg(long, value_name = "STEP")]
    pub until: Option<String>,
    /// Pause before each step
    #[arg(long)]
    pub step: bool,
    /// What the start-up entry does with a step that was cut off
    #[arg(long, value_enum, value_name = "WHAT")]
    pub on_interrupted: Option<Interrupted>,
    /// Make no start-up entry: after a restart somebody runs `tasq resume`
    #[arg(long)]
    pub no_resume_entry: bool,
    /// Restart nothing: end with the code of a pending restart instead
    #[arg(long)]
    pub no_restart: bool,
    /// Pass over steps that Tasq cannot carry out
    #[arg(long)]
    pub skip_unknown: bool,
    /// The folder of smsts.log
    #[arg(long, value_name = "DIR")]
    pub log: Option<PathBuf>,
    /// The form of the log
    #[arg(long, value_enum, default_value_t = LogFormat::Cmtrace)]
    pub log_format: LogFormat,
    /// Where the run is kept; another folder than usual also has another lock
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// A TOML file with the values of secrets, which its owner alone can read; else
    /// TASQ_SECRET_NAME, else a question
    #[arg(long, value_name = "FILE")]
    pub secret_file: Option<PathBuf>,
    /// Print only the beginning, what fails, and the end
    #[arg(short, long)]
    pub quiet: bool,
    /// How to print the run: json is the whole of it at the end
    #[arg(long, value_enum, default_value_t = TraceFormat::Text)]
    pub output_format: TraceFormat,
}

/// The form of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For CMTrace, OneTrace and the like.
    Cmtrace,
    /// One object a line.
    Json,
}

impl LogFormat {
    fn format(self) -> LogLayout {
        match self {
            LogFormat::Cmtrace => LogLayout::CmTrace,
            LogFormat::Json => LogLayout::Json,
        }
    }
}

/// Runs a sequence on this computer.
pub(super) fn run(args: &RunArgs) -> Result<Status, Failure> {
    let source = load::RunSource::of(args)?;
    warn(args, &source);
    let loaded = load(&source)?;
    tell_unclear(&loaded.children);
    let program = Program::new(&loaded.main, &loaded.children)
        .map_err(|refused| Failure::Run(refused.to_string()))?;
    let system = this_computer()?;
    let mut options = options(args, &loaded)?;
    let place = |name: &Option<String>, argument| {
        (name.as_ref().map(|name| find(&program, name, argument))).transpose()
    };
    let (from, until) = (place(&args.from, "--from")?, place(&args.until, "--until")?);
    if args.what_if {
        return what_if::run(args, &loaded, &program, system, options, (from, until));
    }
    let folder = made_state(args.state.as_ref(), system.as_ref())?;
    let log_folder = args.log.clone().unwrap_or_else(|| folder.logs());
    let _lock = lock(&folder)?;
    let log = open_log(&log_folder, args.log_format.format(), system.as_ref())?;
    let json = args.output_format == TraceFormat::Json;
    let mut terminal = Terminal::new(json, args.step, args.quiet);
    terminal.head(&format!("Log: {}", log.path().display()));
    let trusts_site = permit(&mut terminal, &loaded, &program, system.as_ref(), args)?;
    let names = run::names_of(std::iter::once(&loaded.main).chain(loaded.children.sequences()));
    options.secrets = secret_values(args, &names)?;
    folder
        .prepare(&|path| system.make_private(path).map_err(|error| error.to_string()))
        .map_err(of_fault)?;
    let mut header = Header {
        log: std::path::absolute(&log_folder).unwrap_or(log_folder),
        until,
        secrets: names,
        trusts_site,
        ..header(args, &source, &loaded, &options, system.as_ref())
    };
    if !args.no_resume_entry {
        header.entry = add_entry(system.as_ref(), &folder, args.on_interrupted, &mut terminal);
    }
    let (log, entry) = (log.shared(), header.entry);
    let watchers = terminal.output();
    let begun = || -> Result<Runner<'_>, Failure> {
        let stop = terminal.stop();
        let host = host(system, &loaded, &header, &folder, &log, stop, watchers)?;
        let engine = Engine::new(&program, options);
        let limits = Limits {
            step: args.step,
            keep_events: json,
        };
        let runner = Runner::new(&program, engine, host, folder.clone(), header, log, limits);
        let mut runner = runner.map_err(of_fault)?.stopped_by(stop.clone());
        runner.begin(from).map_err(of_fault)?;
        Ok(runner)
    };
    let mut runner = begun().inspect_err(|_| gone(&folder, entry))?;
    leave_on_interrupt(terminal.stop());
    let ended = runner.run(&mut terminal);
    finish(&mut terminal, &runner, ended, &loaded.title, json)
}

fn this_computer() -> Result<Box<dyn OperatingSystem>, Failure> {
    crate::host::this_computer().map_err(|error| Failure::Unusable(error.to_string()))
}

/// Warns of variables that are most likely meant for parameters. A file that cannot be read is told
/// when it is loaded.
fn warn(args: &RunArgs, source: &load::RunSource) {
    if let Ok(mut input) = inputs::read(&source.file) {
        input.name = args.file.display().to_string();
        args.start.warn_of_file(&input);
    }
}

/// The lock of a run that begins.
///
/// # Errors
/// Another run is on, or one waits.
pub(super) fn lock(folder: &Folder) -> Result<Lock, Failure> {
    let Some(lock) = Lock::take(folder.root()).map_err(of_fault)? else {
        return Err(Failure::Run(
            "another run is on, on this computer; `tasq status` tells about it".to_owned(),
        ));
    };
    if folder.has_run() {
        let what =
            "a run was cut off and waits: `tasq resume` goes on with it, `tasq cancel` gives it up";
        return Err(Failure::Run(what.to_owned()));
    }
    Ok(lock)
}

/// Says what would be run, and asks for a yes; whether a site file of somebody else is trusted.
///
/// # Errors
/// A step cannot be carried out, or nobody said yes.
fn permit(
    terminal: &mut Terminal,
    loaded: &LoadedRun,
    program: &Program<'_>,
    system: &dyn OperatingSystem,
    args: &RunArgs,
) -> Result<bool, Failure> {
    let overview = run::overview(program);
    announce(terminal, loaded, &overview, system, args);
    if !overview.unknown.is_empty() && !args.skip_unknown {
        return Err(Failure::Run(cannot(&overview)));
    }
    if !args.yes && !confirm("Run it on this computer?")? {
        return Err(Failure::Run("not started".to_owned()));
    }
    let (path, site) = (args.site.as_deref(), &loaded.site);
    let say = &mut |text: &str| terminal.head(text);
    permit_site(path, site, system, args.trust_site, say)
}

/// What is stored of the arguments and the sequence.
fn header(
    args: &RunArgs,
    source: &RunSource,
    loaded: &LoadedRun,
    options: &RunOptions,
    system: &dyn OperatingSystem,
) -> Header {
    Header {
        id: run::now().replace([':', '.'], "-"),
        title: loaded.title.clone(),
        file: source.file.clone(),
        sequence: source.sequence.clone(),
        children: source.children.clone(),
        site: source.site.clone(),
        parameters: source.given.values.clone(),
        identity: run::identity(&loaded.main, &loaded.children),
        options: RunOptions {
            secrets: Vec::new(),
            variables: Vec::new(),
            ..options.clone()
        },
        protected: run::protected(&options.secrets, system),
        secret_file: args
            .secret_file
            .as_ref()
            .map(|path| std::path::absolute(path).unwrap_or_else(|_| path.clone())),
        json_log: args.log_format == LogFormat::Json,
        skip_unknown: args.skip_unknown,
        no_restart: args.no_restart,
        ..Header::default()
    }
}

/// A run that could not even be stored once leaves nothing behind.
fn gone(folder: &Folder, entry: bool) {
    let _ = std::fs::remove_dir_all(folder.run());
    if entry && let Ok(system) = crate::host::this_computer() {
        let _ = system.remove_resume_entry();
    }
}

pub(super) fn of_fault(fault: RunFault) -> Failure {
    Failure::Run(fault.message)
}

/// The folder of the program's state.
fn folder_of(given: Option<&PathBuf>, system: &dyn OperatingSystem) -> Folder {
    let folder = given.cloned().unwrap_or_else(|| system.state_folder());
    Folder::new(std::path::absolute(&folder).unwrap_or(folder))
}

fn options(args: &RunArgs, loaded: &LoadedRun) -> Result<RunOptions, Failure> {
    let mut options = RunOptions {
        external: NotGiven::Unset,
        built_in: NotGiven::Unset,
        ..RunOptions::default()
    };
    // A script of a real run says by itself what it sets; what a dry one would set is not known.
    options.script = if args.what_if {
        NotGiven::Unknown
    } else {
        NotGiven::Unset
    };
    options.variables = args.start.variables()?;
    let given = |name: &str| Variable {
        name: name.to_owned(),
        ..Variable::default()
    };
    let package = Variable {
        value: loaded.id.clone().unwrap_or_default(),
        ..given("_SMSTSPackageID")
    };
    let title = Variable {
        value: loaded.title.clone(),
        ..given("_SMSTSPackageName")
    };
    options.variables.extend(
        [package, title]
            .into_iter()
            .filter(|one| !one.value.is_empty()),
    );
    Ok(options)
}

/// The instruction that a name or a path means.
fn find(program: &Program<'_>, wanted: &str, argument: &str) -> Result<u32, Failure> {
    let plain = |at: &Location| at.path.replace('"', "");
    let own = |at: &&Location| !program.is_end(at.instruction);
    let fits = |at: &&Location| {
        is_same_path(wanted, &at.path) || plain(at) == wanted || &*at.name == wanted
    };
    let found: Vec<&Location> = program.instructions().filter(own).filter(fits).collect();
    match found.as_slice() {
        [one] => Ok(one.instruction),
        [] => {
            let steps = program
                .instructions()
                .filter(own)
                .filter(|at| at.kind == NodeKind::Step);
            let near = crate::diagnostic::nearest(wanted, steps.map(|at| &*at.name));
            let near = near.map_or(String::new(), |near| format!("; did you mean \"{near}\"?"));
            Err(Failure::Usage(format!(
                "{argument}: no step is called \"{wanted}\"{near}"
            )))
        }
        several => {
            let paths: Vec<String> = several.iter().map(|at| at.path.to_string()).collect();
            Err(Failure::Usage(format!(
                "{argument}: \"{wanted}\" may be any of {}",
                paths.join(", ")
            )))
        }
    }
}

fn announce(
    terminal: &mut Terminal,
    loaded: &LoadedRun,
    overview: &Overview,
    system: &dyn OperatingSystem,
    args: &RunArgs,
) {
    terminal.head(&format!("{}: {} steps", loaded.title, overview.steps));
    for (label, count) in &overview.types {
        terminal.head(&format!("  {count} {label}"));
    }
    for (path, label) in overview.unknown.iter().filter(|_| args.skip_unknown) {
        terminal.head(&format!("  passed over: {path} ({label})"));
    }
    if !system.is_elevated() {
        let who = if system.family() == "windows" {
            "an administrator"
        } else {
            "root"
        };
        terminal.head(&format!(
            "This account is not {who}: steps that change the system may fail."
        ));
        for path in &overview.elevated {
            terminal.head(&format!("  needs it: {path}"));
        }
    }
}

fn cannot(overview: &Overview) -> String {
    let list: Vec<String> = overview
        .unknown
        .iter()
        .map(|(path, label)| format!("  {path} ({label})"))
        .collect();
    format!(
        "Tasq cannot carry out these steps; --skip-unknown passes them over:\n{}",
        list.join("\n")
    )
}

/// The values of all secrets that the sequence uses.
fn secret_values(args: &RunArgs, names: &[String]) -> Result<Vec<(String, String)>, Failure> {
    Secrets::new(args.secret_file.as_deref(), !args.yes)?.all(names)
}

/// Puts the start-up entry in place.
fn add_entry(
    system: &dyn OperatingSystem,
    folder: &Folder,
    on_interrupted: Option<Interrupted>,
    terminal: &mut Terminal,
) -> bool {
    let Ok(program) = std::env::current_exe() else {
        return false;
    };
    let mut arguments: Vec<std::ffi::OsString> =
        vec!["resume".into(), "--yes".into(), "--state".into()];
    arguments.push(folder.root().as_os_str().to_owned());
    if let Some(what) = on_interrupted {
        arguments.extend(["--on-interrupted".into(), what.choice().word().into()]);
    }
    match system.add_resume_entry(&ResumeEntry { program, arguments }) {
        Ok(()) => true,
        Err(error) => {
            terminal.head(&format!("No start-up entry: {error}."));
            false
        }
    }
}

/// What is said at the end, and the exit code.
pub(super) fn finish(
    terminal: &mut Terminal,
    runner: &Runner<'_>,
    ended: Result<RunEnd, Stopped>,
    title: &str,
    json: bool,
) -> Result<Status, Failure> {
    terminal.done();
    if json {
        let variables = runner.variables().to_vec();
        let run = report::Run {
            sequence: title.to_owned(),
            machine: "this computer".to_owned(),
            variables,
            events: runner.events().to_vec(),
        };
        output::stdout(report::json(&[run]).as_bytes())?;
    }
    let (status, text) = match ended {
        Ok(RunEnd::Success) => (Status::Fine, "Success".to_owned()),
        Ok(RunEnd::Failed) => (Status::Findings, "Failed".to_owned()),
        Ok(RunEnd::Until) => (Status::Fine, "Done as far as was wanted".to_owned()),
        Ok(RunEnd::Quit) => (Status::Findings, "Left; `tasq resume` goes on".to_owned()),
        Ok(RunEnd::Cancelled) => (Status::Findings, "Cancelled".to_owned()),
        Ok(RunEnd::Restarting) => (Status::Restart, "The computer restarts".to_owned()),
        Ok(RunEnd::RestartPending) => (
            Status::Restart,
            "The computer must restart; then `tasq resume` goes on".to_owned(),
        ),
        Err(Stopped { fault, before }) => {
            let text = format!(
                "Stopped before {before}: {fault}. Nothing more was begun; `tasq resume` goes on"
            );
            (Status::Findings, text)
        }
    };
    terminal.head(&text);
    Ok(status)
}

/// This computer, to which nothing is done.
fn dry(system: Box<dyn OperatingSystem>, loaded: &LoadedRun, args: &RunArgs) -> Dry<LocalHost> {
    let folder = folder_of(args.state.as_ref(), system.as_ref());
    let log = args.log.clone().unwrap_or_else(|| folder.logs());
    let log = std::path::absolute(&log).unwrap_or(log);
    let setup = Setup {
        dry: true,
        dry_scripts: args.allow_detection_scripts,
        ..setup(loaded, &folder, log, args.skip_unknown)
    };
    Dry::new(LocalHost::new(system, loaded.site.clone(), setup))
}
