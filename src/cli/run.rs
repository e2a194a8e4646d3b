//! `tasq run`.

mod ask;
mod load;
mod screen;
mod secrets;
mod start;
mod terminal;
mod what_if;

use std::path::PathBuf;

use super::{
    Failure, Status,
    args::{Interrupted, RunArgs, TraceFormat},
    output,
};
use crate::{
    diagnostic::render::Look,
    engine::{At, Engine, Given as Variable, NodeKind, NotGiven, Options, Program},
    host::{
        dry::Dry,
        local::LocalHost,
        system::{ResumeEntry, System},
    },
    report,
    run::{
        self, Ended, Fault, Folder, Format, Header, Limits, Lock, Log, Overview, Runner, Stopped,
    },
};

pub(super) use ask::{confirm, line};
pub(super) use load::{Loaded, Source, WholeSite, load, load_whole_site};
pub(super) use secrets::Secrets;
pub(super) use start::{equip, host, leave_on_interrupt, setup};
pub(super) use terminal::Terminal;

/// Runs a sequence on this computer.
pub(super) fn run(args: &RunArgs, look: Look) -> Result<Status, Failure> {
    let source = load::Source::of(args)?;
    let Some(loaded) = load(&source, look)? else {
        return Ok(Status::Failed);
    };
    let program = Program::new(&loaded.main, &loaded.children)
        .map_err(|refused| Some(refused.to_string()))?;
    let system = crate::host::this_computer().map_err(|error| Some(error.to_string()))?;
    let options = options(args, &loaded)?;
    let from = args
        .from
        .as_deref()
        .map(|name| find(&program, name, "--from"))
        .transpose()?;
    let until = args
        .until
        .as_deref()
        .map(|name| find(&program, name, "--until"))
        .transpose()?;
    if args.what_if {
        return what_if::run(
            args,
            &loaded,
            &program,
            system,
            options,
            (from, until),
            look,
        );
    }
    let folder = folder_of(args.state.as_ref(), system.as_ref());
    let Some(_lock) = Lock::take(folder.root()).map_err(of_fault)? else {
        return Err(Some(
            "another run is on, on this computer; `tasq status` tells about it".to_owned(),
        ));
    };
    if folder.has_run() {
        let what =
            "a run was cut off and waits: `tasq resume` goes on with it, `tasq cancel` gives it up";
        return Err(Some(what.to_owned()));
    }
    let log_folder = args.log.clone().unwrap_or_else(|| folder.logs());
    let format = if args.log_format.is_json() {
        Format::Json
    } else {
        Format::CmTrace
    };
    let log = Log::open(&log_folder, format).map_err(of_fault)?;
    let json = args.output_format == TraceFormat::Json;
    let mut terminal = Terminal::new(json, args.step, args.quiet);
    terminal.head(&format!("Log: {}", log.path().display()));
    let overview = run::overview(&program);
    announce(&mut terminal, &loaded, &overview, system.as_ref(), args);
    if !overview.unknown.is_empty() && !args.skip_unknown {
        return Err(Some(cannot(&overview)));
    }
    if !args.yes && !confirm("Run it on this computer?")? {
        return Err(Some("not started".to_owned()));
    }
    let secret_names = run::names_of(std::iter::once(&loaded.main).chain(loaded.children.values()));
    let secrets = secret_values(args, &secret_names)?;
    let options = Options { secrets, ..options };
    folder
        .prepare(&|path| system.make_private(path).map_err(|error| error.to_string()))
        .map_err(of_fault)?;
    let mut header = Header {
        id: run::now().replace([':', '.'], "-"),
        title: loaded.title.clone(),
        file: source.file.clone(),
        sequence: source.sequence.clone(),
        children: source.children.clone(),
        site: source.site.clone(),
        identity: run::identity(&loaded.main, &loaded.children),
        options: Options {
            secrets: Vec::new(),
            variables: Vec::new(),
            ..options.clone()
        },
        secrets: secret_names,
        protected: run::protected(&options.secrets, system.as_ref()),
        secret_file: args
            .secret_file
            .as_ref()
            .map(|path| std::path::absolute(path).unwrap_or_else(|_| path.clone())),
        log: std::path::absolute(&log_folder).unwrap_or(log_folder),
        json_log: format == Format::Json,
        skip_unknown: args.skip_unknown,
        until,
        entry: false,
        no_restart: args.no_restart,
    };
    if !args.no_resume_entry {
        header.entry = add_entry(system.as_ref(), &folder, args.on_interrupted, &mut terminal);
    }
    let log = log.shared();
    let entry = header.entry;
    let begun = || -> Result<Runner<'_>, Failure> {
        let host = host(
            system,
            &loaded,
            &header,
            &folder,
            &log,
            terminal.stop(),
            terminal.output(),
        )?;
        let engine = Engine::new(&program, options);
        let limits = Limits {
            step: args.step,
            keep_events: json,
        };
        let runner = Runner::new(&program, engine, host, folder.clone(), header, log, limits);
        let mut runner = runner
            .map_err(of_fault)?
            .stopped_by(terminal.stop().clone());
        runner.begin(from).map_err(of_fault)?;
        Ok(runner)
    };
    let mut runner = begun().inspect_err(|_| gone(&folder, entry))?;
    leave_on_interrupt(terminal.stop());
    let ended = runner.run(&mut terminal);
    finish(&mut terminal, &runner, ended, &loaded.title, json)
}

/// A run that could not even be stored once leaves nothing behind.
fn gone(folder: &Folder, entry: bool) {
    let _ = std::fs::remove_dir_all(folder.run());
    if entry && let Ok(system) = crate::host::this_computer() {
        let _ = system.remove_resume_entry();
    }
}

pub(super) fn of_fault(fault: Fault) -> Failure {
    Some(fault.message)
}

/// The folder of the program's state.
pub(super) fn folder_of(given: Option<&PathBuf>, system: &dyn System) -> Folder {
    let folder = given.cloned().unwrap_or_else(|| system.state_folder());
    Folder::new(std::path::absolute(&folder).unwrap_or(folder))
}

fn options(args: &RunArgs, loaded: &Loaded) -> Result<Options, Failure> {
    let mut options = Options {
        external: NotGiven::Unset,
        built_in: NotGiven::Unset,
        ..Options::default()
    };
    // A script of a real run says by itself what it sets; what a dry one would set is not known.
    options.script = if args.what_if {
        NotGiven::Unknown
    } else {
        NotGiven::Unset
    };
    for set in &args.set {
        let (name, value) = set
            .split_once('=')
            .ok_or_else(|| Some(format!("--set {set}: write --set NAME=VALUE")))?;
        options.variables.push(Variable {
            name: name.trim().to_owned(),
            value: value.to_owned(),
            masked: false,
        });
    }
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
    let plain = |at: &At| at.path.replace('"', "");
    let own = |at: &&At| !program.is_end(at.instruction);
    let fits = |at: &&At| &*at.path == wanted || plain(at) == wanted || &*at.name == wanted;
    let found: Vec<&At> = program.instructions().filter(own).filter(fits).collect();
    match found.as_slice() {
        [one] => Ok(one.instruction),
        [] => {
            let steps = program
                .instructions()
                .filter(own)
                .filter(|at| at.kind == NodeKind::Step);
            let near = crate::diagnostic::nearest(wanted, steps.map(|at| &*at.name));
            let near = near.map_or(String::new(), |near| format!("; did you mean \"{near}\"?"));
            Err(Some(format!(
                "{argument}: no step is called \"{wanted}\"{near}"
            )))
        }
        several => {
            let paths: Vec<String> = several.iter().map(|at| at.path.to_string()).collect();
            Err(Some(format!(
                "{argument}: \"{wanted}\" may be any of {}",
                paths.join(", ")
            )))
        }
    }
}

fn announce(
    terminal: &mut Terminal,
    loaded: &Loaded,
    overview: &Overview,
    system: &dyn System,
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
    system: &dyn System,
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
    ended: Result<Ended, Stopped>,
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
        Ok(Ended::Success) => (Status::Fine, "Success".to_owned()),
        Ok(Ended::Failed) => (Status::Findings, "Failed".to_owned()),
        Ok(Ended::Until) => (Status::Fine, "Done as far as was wanted".to_owned()),
        Ok(Ended::Quit) => (Status::Findings, "Left; `tasq resume` goes on".to_owned()),
        Ok(Ended::Cancelled) => (Status::Findings, "Cancelled".to_owned()),
        Ok(Ended::Restarting) => (Status::Restart, "The computer restarts".to_owned()),
        Ok(Ended::RestartPending) => (
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
fn dry(system: Box<dyn System>, loaded: &Loaded, args: &RunArgs) -> Dry<LocalHost> {
    let folder = folder_of(args.state.as_ref(), system.as_ref());
    let log = args.log.clone().unwrap_or_else(|| folder.logs());
    let log = std::path::absolute(&log).unwrap_or(log);
    let setup = setup(loaded, &folder, log, args.skip_unknown);
    Dry::new(LocalHost::new(system, loaded.site.clone(), setup))
}
