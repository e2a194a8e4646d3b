//! `tasq eval`.

use std::io::Write as _;

use super::{
    Failure, Status,
    args::{EvalArgs, TableFormat},
    output, prompt,
};
use crate::{
    diagnostic::render::Look,
    engine::Verdict,
    repl::{Asked, Reply, Session, Settings},
};

/// Answers one condition, value or name.
pub(super) fn run(args: &EvalArgs, look: Look) -> Result<Status, Failure> {
    // Findings go to standard error, so that the look of that one counts.
    let mut session = Session::new(
        Settings {
            look,
            ..Settings::default()
        },
        Box::new(prompt::RealDisk),
    );
    prompt::prepare(&mut session, args.machine.as_deref(), &args.set)?;
    let reply = match session.ask(&args.expression) {
        Asked::Reply(reply, warnings) => {
            let _ = std::io::stderr().write_all(session.clean(warnings).as_bytes());
            reply
        }
        Asked::Refused(text) => {
            let _ = std::io::stderr().write_all(session.clean(text).as_bytes());
            return Err(Failure::Refused);
        }
    };
    let session = session.with_look(Look {
        color: prompt::stdout_color(look),
        ..look
    });
    let text = match args.output_format {
        TableFormat::Text => session.words(&reply),
        TableFormat::Json => {
            let mut text =
                serde_json::to_string_pretty(&reply.json(&args.expression)).unwrap_or_default();
            text.push('\n');
            text
        }
    };
    output::stdout(session.clean(text).as_bytes())?;
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
