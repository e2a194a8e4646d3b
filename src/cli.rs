//! The command line. Each verb is a file with its arguments; all of them call the library, and
//! print. A new verb is its file, named here twice: as a module and in the table of verbs; what
//! else it needs stands in `CONTRIBUTING.md`.
//!
//! Exit codes: 0 fine, 1 findings (or, for `fmt --check`, files to format), 2 wrong usage or
//! something that could not be read or written; `eval` tells true, false and undecided apart (0, 1,
//! 3); a run behind which the computer restarts, or must, ends with 3, on Windows 3010. Results go
//! to standard output, findings to standard error.

mod build;
mod cancel;
mod check;
mod closed;
mod completions;
mod decompile;
mod disk;
mod eval;
mod explain;
mod facts;
mod failure;
mod fix;
mod fmt;
mod identity;
mod inputs;
mod lsp;
mod new;
mod output;
mod outputs;
mod prompt;
mod repl;
mod resume;
mod run;
mod sequences;
#[cfg(windows)]
mod service;
mod shared_args;
mod simulate;
mod status;
mod tally;
mod test;
mod values;
mod variable;
mod vocabulary;

use std::{ffi::OsString, process::ExitCode};

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

pub(crate) use failure::Failure;
pub use output::Color;

/// Task sequences as text: check them, compile them to the XML that the Configuration Manager
/// console imports.
#[derive(Debug, Parser)]
#[command(
    name = "tasq",
    version,
    propagate_version = true,
    disable_help_subcommand = true
)]
#[command(after_help = "\
Examples:
  tasq new lab
  tasq check lab/lab.tasq
  tasq build lab/lab.tasq -o lab.xml
  tasq explain TQ0202")]
pub struct CommandLine {
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
    /// What to do.
    #[command(subcommand)]
    pub(crate) verb: VerbArgs,
}

/// Makes the subcommands of a table of verbs: the order is that of the help.
macro_rules! verbs {
    ($($(#[$attribute:meta])* $verb:ident($module:ident::$arguments:ident),)*) => {
        /// What to do; what the help says of each stands at its arguments.
        #[derive(Debug, Subcommand)]
        pub(crate) enum VerbArgs {
            $($(#[$attribute])* $verb($module::$arguments),)*
        }

        impl VerbArgs {
            fn run(&self) -> Result<Status, Failure> {
                match self {
                    $($(#[$attribute])* VerbArgs::$verb(arguments) => $module::run(arguments),)*
                }
            }
        }
    };
}

verbs! {
    Build(build::BuildArgs),
    Check(check::CheckArgs),
    Decompile(decompile::DecompileArgs),
    Fix(fix::FixArgs),
    Cancel(cancel::CancelArgs),
    Fmt(fmt::FmtArgs),
    Eval(eval::EvalArgs),
    Explain(explain::ExplainArgs),
    #[cfg(windows)] Service(service::ServiceArgs),
    Facts(facts::FactsArgs),
    Lsp(lsp::LspArgs),
    New(new::NewArgs),
    Repl(repl::ReplArgs),
    Resume(resume::ResumeArgs),
    Run(run::RunArgs),
    Simulate(simulate::SimulateArgs),
    Test(test::TestArgs),
    Status(status::StatusArgs),
    Variable(variable::VariableArgs),
    Vocabulary(vocabulary::VocabularyArgs),
    Completions(completions::CompletionsArgs),
}

/// Stack for the work: nesting is limited, and the limit must hold on Windows too, where the first
/// thread has 1 MB.
const STACK: usize = 64 * 1024 * 1024;

/// Ends with the code of a pending restart. That of Windows is no byte, as other systems have it.
#[cfg(windows)]
#[allow(clippy::disallowed_methods, reason = "an ExitCode has a byte only")]
fn restart() -> ExitCode {
    std::process::exit(3010)
}

/// Ends with the code of a pending restart.
#[cfg(not(windows))]
fn restart() -> ExitCode {
    ExitCode::from(3)
}

/// Reads the arguments; what clap says itself, help and usage, holds to `--color` as well.
fn parse() -> Result<CommandLine, clap::Error> {
    let given: Vec<OsString> = std::env::args_os().collect();
    let choice = output::clap_choice(output::wished_color(&given));
    let mut command = CommandLine::command().color(choice);
    let matches = command.try_get_matches_from_mut(given)?;
    CommandLine::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
}

/// Runs the program.
pub fn main() -> ExitCode {
    let args = match parse() {
        Ok(args) => args,
        Err(error) => {
            let is_lost = error.print().is_err() || closed::is_closed();
            let is_wrong = error.use_stderr() || is_lost;
            return ExitCode::from(if is_wrong { 2 } else { 0 });
        }
    };
    output::set_color(args.color);
    let worker = std::thread::Builder::new()
        .stack_size(STACK)
        .spawn(move || run_verb(&args.verb));
    match worker.map(std::thread::JoinHandle::join) {
        Ok(Ok(Status::Restart)) => restart(),
        Ok(Ok(status)) => ExitCode::from(status as u8),
        Ok(Err(_)) => {
            output::remark(
                "tasq: this is a fault of tasq itself; nothing was written. Please report it with the input.\n",
            );
            ExitCode::from(2)
        }
        Err(error) => {
            output::remark(&format!("tasq: cannot start: {error}\n"));
            ExitCode::from(2)
        }
    }
}

/// How a verb ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    /// Nothing to complain about.
    Fine = 0,
    /// Findings.
    Findings = 1,
    /// Wrong usage, or a file that could not be read or written.
    Failed = 2,
    /// What is known does not tell: `tasq eval` alone ends so.
    Undecided = 3,
    /// The computer restarts, or must; the exit code is 3, on Windows 3010.
    Restart = 4,
}

fn run_verb(verb: &VerbArgs) -> Status {
    verb.run().unwrap_or_else(|failure| {
        if let Some(message) = failure.message() {
            output::remark(&format!("tasq: {message}\n"));
        }
        failure.status()
    })
}
