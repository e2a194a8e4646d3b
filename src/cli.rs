//! The command line. Each verb is a file; all of them parse arguments, call the library, and print.
//!
//! Exit codes: 0 fine, 1 findings (or, for `fmt --check`, files to format), 2 wrong usage or
//! something that could not be read or written; `eval` tells true, false and undecided apart (0, 1,
//! 3). Results go to standard output, findings to standard error.

mod args;
mod build;
mod check;
mod completions;
mod decompile;
mod disk;
mod eval;
mod explain;
mod facts;
mod failure;
mod fix;
mod fmt;
mod lsp;
mod new;
mod output;
mod prompt;
mod repl;
mod resume;
mod run;
#[cfg(windows)]
mod service;
mod simulate;
mod status;
mod test;
mod variable;
mod vocabulary;

use std::process::ExitCode;

use clap::Parser as _;

pub use args::Args;
pub(crate) use failure::Failure;

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

/// Runs the program.
pub fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            let code = if error.use_stderr() { 2 } else { 0 };
            return if error.print().is_ok() || code != 0 {
                ExitCode::from(code)
            } else {
                ExitCode::from(2)
            };
        }
    };
    let worker = std::thread::Builder::new()
        .stack_size(STACK)
        .spawn(move || run_verb(args));
    match worker.map(std::thread::JoinHandle::join) {
        Ok(Ok(Status::Restart)) => restart(),
        Ok(Ok(status)) => ExitCode::from(status as u8),
        Ok(Err(_)) => {
            eprintln!(
                "tasq: this is a fault of tasq itself; nothing was written. Please report it with the input."
            );
            ExitCode::from(2)
        }
        Err(error) => {
            eprintln!("tasq: cannot start: {error}");
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

fn run_verb(args: Args) -> Status {
    let color = args.color;
    let look = output::look(color);
    let outcome = match args.verb {
        args::Verb::Build(args) => build::run(args, look),
        args::Verb::Cancel(args) => status::cancel(&args),
        args::Verb::Check(args) => check::run(args, look),
        args::Verb::Decompile(args) => decompile::run(&args, look),
        args::Verb::Fmt(args) => fmt::run(args, look),
        args::Verb::Eval(args) => eval::run(&args, look),
        args::Verb::Explain(args) => explain::run(&args),
        args::Verb::Fix(args) => fix::run(&args, look),
        args::Verb::Lsp(_) => lsp::run(),
        args::Verb::Facts(args) => facts::run(&args),
        #[cfg(windows)]
        args::Verb::Service(args) => service::run(args),
        args::Verb::New(args) => new::run(&args),
        args::Verb::Repl(args) => repl::run(&args, output::stdout_look(color)),
        args::Verb::Resume(args) => resume::run(&args, look),
        args::Verb::Run(args) => run::run(&args, look),
        args::Verb::Simulate(args) => simulate::run(&args, look),
        args::Verb::Status(args) => status::run(&args),
        args::Verb::Test(args) => test::run(&args, look),
        args::Verb::Variable(args) => variable::run(&args),
        args::Verb::Vocabulary(args) => vocabulary::run(&args),
        args::Verb::Completions(args) => completions::run(&args),
    };
    match outcome {
        Ok(status) => status,
        Err(failure) => {
            if let Some(message) = failure.message() {
                eprintln!("tasq: {message}");
            }
            failure.status()
        }
    }
}
