//! `tasq explain`.

use clap::Args;

use super::{Failure, Status, output};
use crate::diagnostic::{Code, nearest};

/// Explain a finding's code
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tasq explain TQ0202
  tasq explain                               all codes")]
pub(crate) struct ExplainArgs {
    /// A code such as TQ0202; without one, all codes
    #[arg(value_name = "CODE")]
    pub code: Option<String>,
}

/// Prints the page of a code, or all codes.
pub(super) fn run(args: &ExplainArgs) -> Result<Status, Failure> {
    let text = match &args.code {
        None => Code::ALL
            .iter()
            .map(|code| {
                format!(
                    "{}  {:7}  {}\n",
                    code.id(),
                    code.severity().name(),
                    code.title()
                )
            })
            .collect::<String>(),
        Some(wanted) => match Code::parse(wanted) {
            Some(code) => code.page().to_owned(),
            None => {
                let near = nearest(wanted, Code::ALL.iter().map(|code| code.id()));
                let hint = near.map_or(String::new(), |near| format!("; did you mean {near}?"));
                return Err(Failure::Usage(format!(
                    "there is no code {wanted}{hint} `tasq explain` lists all codes"
                )));
            }
        },
    };
    output::stdout(text.as_bytes())?;
    Ok(Status::Fine)
}
