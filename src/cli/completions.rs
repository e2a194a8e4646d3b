//! `tasq completions`.

use clap::{Args, CommandFactory as _};

use super::{CommandLine, Failure, Status, output};

/// Write a shell's completion script
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  tasq completions powershell >> $PROFILE")]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

/// Prints a shell's completion script.
pub(super) fn run(args: &CompletionsArgs) -> Result<Status, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut CommandLine::command(), "tasq", &mut script);
    output::stdout(&script)?;
    Ok(Status::Fine)
}
