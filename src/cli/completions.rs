//! `tasq completions`.

use clap::CommandFactory as _;

use super::{Args, Failure, Status, args::CompletionsArgs, output};

/// Prints a shell's completion script.
pub(super) fn run(args: &CompletionsArgs) -> Result<Status, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "tasq", &mut script);
    output::stdout(&script)?;
    Ok(Status::Fine)
}
