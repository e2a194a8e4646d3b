//! `tasq eval`.

use std::path::PathBuf;

use clap::Args;

use super::{
    Failure, Status, output, prompt,
    shared_args::TableFormat,
    values::{StartArgs, pair},
};
use crate::{
    engine::Verdict,
    repl::{Asked, Reply, Session, SessionSettings},
};

/// Tell what a condition or a value comes to on a machine, and why
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tasq eval 'Ring == \"pilot\"' --set Ring=pilot
  tasq eval 'wmi \"SELECT * FROM Win32_Battery\"' --machine laptop.toml
  tasq eval '\"%Ring%-%OSDComputerName%\"' -m laptop.toml --output-format json

Exit code 0: it holds, or it is a value. 1: it does not hold. 2: it cannot be understood. 3: what is known of the machine does not tell.")]
pub(crate) struct EvalArgs {
    /// A condition, a value, or a name
    #[arg(value_name = "EXPRESSION", allow_hyphen_values = true)]
    pub expression: String,
    /// The machine's file; without one nothing is known of the machine
    #[arg(short, long, value_name = "MACHINE")]
    pub machine: Option<PathBuf>,
    #[command(flatten)]
    pub start: StartArgs,
    /// Other verbs'; here it means --set
    #[arg(long, value_name = "NAME=VALUE", hide = true)]
    pub param: Vec<String>,
    /// Other verbs'; here it means --set
    #[arg(long, value_name = "FILE", hide = true)]
    pub param_file: Vec<PathBuf>,
    /// How to print the answer
    #[arg(long, value_enum, default_value_t = TableFormat::Text)]
    pub output_format: TableFormat,
}

/// Answers one condition, value or name.
pub(super) fn run(args: &EvalArgs) -> Result<Status, Failure> {
    if let Some(one) = args.param.first() {
        return Err(Failure::Usage(format!(
            "--param {one}: there is no source here that declares it; use --set {} for a task sequence variable",
            pair(one)
        )));
    }
    if let Some(file) = args.param_file.first() {
        return Err(Failure::Usage(format!(
            "--param-file {}: there is no source here that declares parameters; use --set NAME=VALUE for a task sequence variable",
            file.display()
        )));
    }
    // Findings go to standard error, so that the look of that one counts.
    let mut session = Session::new(
        SessionSettings {
            look: output::look(),
            ..SessionSettings::default()
        },
        Box::new(prompt::RealDisk::default()),
    );
    prompt::prepare(&mut session, args.machine.as_deref(), &args.start)?;
    let reply = match session.ask(&args.expression) {
        Asked::Reply(reply, warnings) => {
            output::remark(&session.clean(warnings));
            reply
        }
        Asked::Refused(text) => {
            output::remark(&session.clean(text));
            return Err(Failure::Refused);
        }
    };
    let session = session.with_look(output::stdout_look());
    let text = match args.output_format {
        TableFormat::Text => session.words(&reply),
        TableFormat::Json => {
            let mut text =
                serde_json::to_string_pretty(&reply.json(&args.expression)).unwrap_or_default();
            text.push('\n');
            text
        }
    };
    let text = session.clean(text);
    match args.output_format {
        TableFormat::Text => output::print(&text)?,
        TableFormat::Json => output::stdout(text.as_bytes())?,
    }
    Ok(status(&reply))
}

fn status(reply: &Reply) -> Status {
    match reply.verdict() {
        Some(Verdict::True) => Status::Fine,
        Some(Verdict::False) => Status::Findings,
        Some(Verdict::Undecided) => Status::Undecided,
        None if reply.missing().is_empty() => Status::Fine,
        None => Status::Undecided,
    }
}
