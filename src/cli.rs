//! The command line. Each verb is a file; all of them parse arguments, call the library, and print.
//!
//! Exit codes: 0 fine, 1 findings (or, for `fmt --check`, files to format), 2 wrong usage or something that could not
//! be read or written. Results go to standard output, findings to standard error.

mod args;
mod build;
mod check;
mod completions;
mod decompile;
mod disk;
mod explain;
mod facts;
mod fmt;
mod new;
mod output;
#[cfg(windows)]
mod service;
mod simulate;
mod test;
mod vocabulary;

use std::process::ExitCode;

use clap::Parser as _;

pub use args::Args;

/// Stack for the work: nesting is limited, and the limit must hold on Windows too, where the first thread has 1 MB.
const STACK: usize = 64 * 1024 * 1024;

/// Runs the program.
pub fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            let code = if error.use_stderr() { 2 } else { 0 };
            return if error.print().is_ok() || code != 0 { ExitCode::from(code) } else { ExitCode::from(2) };
        }
    };
    let worker = std::thread::Builder::new().stack_size(STACK).spawn(move || run(args));
    match worker.map(std::thread::JoinHandle::join) {
        Ok(Ok(status)) => ExitCode::from(status as u8),
        Ok(Err(_)) => {
            eprintln!("tasq: this is a fault of tasq itself; nothing was written. Please report it with the input.");
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
}

/// Why a verb could not do its work: a message for people. `None` when the reader of our output has gone, which is fine.
pub(crate) type Failure = Option<String>;

fn run(args: Args) -> Status {
    let look = output::look(args.color);
    let outcome = match args.verb {
        args::Verb::Build(args) => build::run(args, look),
        args::Verb::Check(args) => check::run(args, look),
        args::Verb::Decompile(args) => decompile::run(&args, look),
        args::Verb::Fmt(args) => fmt::run(args, look),
        args::Verb::Explain(args) => explain::run(&args),
        args::Verb::Facts(args) => facts::run(&args),
        #[cfg(windows)]
        args::Verb::Service(args) => service::run(args),
        args::Verb::New(args) => new::run(&args),
        args::Verb::Simulate(args) => simulate::run(&args, look),
        args::Verb::Test(args) => test::run(&args, look),
        args::Verb::Vocabulary(args) => vocabulary::run(&args),
        args::Verb::Completions(args) => completions::run(&args),
    };
    match outcome {
        Ok(status) => status,
        Err(None) => Status::Fine,
        Err(Some(message)) => {
            eprintln!("tasq: {message}");
            Status::Failed
        }
    }
}
