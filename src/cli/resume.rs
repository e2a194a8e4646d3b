//! `tasq resume`.

use std::{io::IsTerminal as _, path::PathBuf};

use clap::Args;

use super::{
    Failure, Status,
    run::{self as begin, LoadedRun, Secrets, Terminal, confirm},
    shared_args::{Interrupted, TraceFormat},
};
use crate::{
    engine::{Engine, Program},
    host::system::OperatingSystem,
    run::{
        self, Checkpoint, Folder, Header, Limits, Lock, LogLayout, OnInterrupted, Resumed, Runner,
        StepInDoubt,
    },
};

/// Go on with a run that was cut off or waits for a restart
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tasq resume
  tasq resume --on-interrupted retry         the step that was cut off runs again

Exit codes: those of `tasq run`.")]
pub(crate) struct ResumeArgs {
    /// What is done with a step that was cut off; without it somebody is asked, and where nobody
    /// is, it has failed
    #[arg(long, value_enum, value_name = "WHAT")]
    pub on_interrupted: Option<Interrupted>,
    /// Go on without a question
    #[arg(short, long)]
    pub yes: bool,
    /// Run the scripts and command lines of a site file that other accounts can write; said once
    /// at the beginning it holds for the whole run
    #[arg(long)]
    pub trust_site: bool,
    /// Pause before each step
    #[arg(long)]
    pub step: bool,
    /// Restart nothing: end with the code of a pending restart instead
    #[arg(long)]
    pub no_restart: bool,
    /// Where the run is kept
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// A TOML file with the values of secrets; without it that of the run's beginning
    #[arg(long, value_name = "FILE")]
    pub secret_file: Option<PathBuf>,
    /// Print only the beginning, what fails, and the end
    #[arg(short, long)]
    pub quiet: bool,
    /// How to print the run: json is the whole of it at the end
    #[arg(long, value_enum, default_value_t = TraceFormat::Text)]
    pub output_format: TraceFormat,
}

/// Goes on with a run that was cut off, or waits for a restart.
pub(super) fn run(args: &ResumeArgs) -> Result<Status, Failure> {
    let system =
        crate::host::this_computer().map_err(|error| Failure::Unusable(error.to_string()))?;
    let folder = begin::made_state(args.state.as_ref(), system.as_ref())?;
    let Some(_lock) = Lock::take(folder.root()).map_err(begin::of_fault)? else {
        return Err(Failure::Run(
            "the run is on; `tasq status` tells about it".to_owned(),
        ));
    };
    let stored = stored(&folder)?;
    let mut header = stored.header.clone();
    let format = match header.json_log {
        true => LogLayout::Json,
        false => LogLayout::CmTrace,
    };
    let log = begin::open_log(&header.log, format, system.as_ref())?;
    let json = args.output_format == TraceFormat::Json;
    let mut terminal = Terminal::new(json, args.step, args.quiet);
    terminal.head(&format!("Log: {}", log.path().display()));
    let loaded = same_as_begun(&header)?;
    let program = Program::new(&loaded.main, &loaded.children)
        .map_err(|refused| Failure::Run(refused.to_string()))?;
    let doubt = run::doubt(&stored, &folder, system.as_ref()).map_err(begin::of_fault)?;
    let choice = choose(args, doubt.as_ref(), &mut terminal)?;
    if !args.yes && doubt.is_none() && !confirm(&format!("Go on with {}?", header.title))? {
        return Err(Failure::Run("not resumed".to_owned()));
    }
    header.trusts_site |= args.trust_site;
    permit_site(&mut header, &loaded, system.as_ref(), &mut terminal)?;
    let mut secrets = secrets(args, &header)?;
    let resumed =
        Resumed::new(stored.clone(), system.as_ref(), &mut secrets).map_err(begin::of_fault)?;
    let Checkpoint {
        state,
        header: with_secrets,
        ..
    } = resumed.checkpoint;
    folder
        .prepare(&|path| system.make_private(path).map_err(|error| error.to_string()))
        .map_err(begin::of_fault)?;
    let log = log.shared();
    header.no_restart |= args.no_restart;
    let (stop, watchers) = (terminal.stop(), terminal.output());
    let host = begin::host(system, &loaded, &header, &folder, &log, stop, watchers)?;
    let engine = Engine::resume(&program, with_secrets.options, state);
    let limits = Limits {
        step: args.step,
        keep_events: json,
    };
    let runner = Runner::new(&program, engine, host, folder, header, log, limits)
        .map_err(begin::of_fault)?;
    let mut runner = runner.stopped_by(terminal.stop().clone());
    begin::leave_on_interrupt(terminal.stop());
    let taken = runner
        .take_up(&stored, doubt.as_ref(), choice)
        .map_err(begin::of_fault)?;
    let ended = taken.map_or_else(|| runner.run(&mut terminal), Ok);
    begin::finish(&mut terminal, &runner, ended, &loaded.title, json)
}

/// Asks about a site file that others can write, unless somebody trusted it before.
fn permit_site(
    header: &mut Header,
    loaded: &LoadedRun,
    system: &dyn OperatingSystem,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    let (path, trusted) = (header.site.as_deref(), header.trusts_site);
    let say = &mut |text: &str| terminal.head(text);
    header.trusts_site = begin::permit_site(path, &loaded.site, system, trusted, say)?;
    Ok(())
}

/// The run that waits.
fn stored(folder: &Folder) -> Result<Checkpoint, Failure> {
    let stored = Checkpoint::read(folder).map_err(begin::of_fault)?;
    stored.ok_or_else(|| Failure::Run(format!("no run waits in {}", folder.root().display())))
}

/// The sequence that the run began with.
///
/// # Errors
/// It is another one now.
fn same_as_begun(header: &Header) -> Result<LoadedRun, Failure> {
    let loaded = begin::load(&begin::RunSource::of_header(header))?;
    if run::identity(&loaded.main, &loaded.children) == header.identity {
        return Ok(loaded);
    }
    Err(Failure::Run(format!(
        "{} is not the sequence that the run began with: put the old one back, or give the run up with `tasq cancel`",
        header.file.display()
    )))
}

/// Whoever knows the secrets. The file of the beginning may be gone where the system protects the
/// values; if it does not, they are asked for by name.
fn secrets(args: &ResumeArgs, header: &Header) -> Result<Secrets, Failure> {
    let begun_with = header.secret_file.as_deref().filter(|path| path.exists());
    let file = args.secret_file.as_deref().or(begun_with);
    Secrets::new(file, !args.yes)
}

/// What is done with a step in doubt: as was said, as somebody answers, else it has failed.
fn choose(
    args: &ResumeArgs,
    doubt: Option<&StepInDoubt>,
    terminal: &mut Terminal,
) -> Result<Option<OnInterrupted>, Failure> {
    let given = args.on_interrupted.map(Interrupted::choice);
    let Some(doubt) = doubt else { return Ok(given) };
    terminal.head("A step was cut off:");
    for fact in doubt.facts() {
        terminal.head(&format!("  {fact}"));
    }
    let asks = given.is_none() && !args.yes && std::io::stdin().is_terminal();
    let choice = if asks { Some(ask()?) } else { given };
    let done = choice.unwrap_or_default();
    if !asks {
        terminal.head(&format!("  --on-interrupted {}", done.word()));
    }
    if doubt.left.is_some() {
        terminal.head(&format!("  {}", done.of_survivor()));
    }
    Ok(choice)
}

/// What somebody at the terminal wants.
fn ask() -> Result<OnInterrupted, Failure> {
    loop {
        let answer = begin::line("retry it, skip it, let it fail, or leave the run? [r/s/f/q] ");
        match answer.as_deref().map(str::trim) {
            Some("r" | "retry") => return Ok(OnInterrupted::Retry),
            Some("s" | "skip") => return Ok(OnInterrupted::Skip),
            Some("f" | "fail") => return Ok(OnInterrupted::Fail),
            Some("q" | "quit") | None => return Err(Failure::Run("not resumed".to_owned())),
            Some(_) => {}
        }
    }
}
