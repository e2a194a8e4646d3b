//! `tasq repl`: the terminal around a session, or plain lines in and out.

mod local;
mod terminal;

use std::{
    io::{self, IsTerminal as _},
    sync::{Arc, atomic::AtomicBool},
};

use super::{Failure, Status, args::ReplArgs, disk, output, prompt};
use crate::{
    diagnostic::render::Look,
    elaborate::{Given, GivenValue},
    repl::{Answer, Entries, Session, Settings},
};

/// Begins a session and answers until the end of the input.
pub(super) fn run(args: &ReplArgs, look: Look) -> Result<Status, Failure> {
    let terminal = io::stdin().is_terminal() && io::stdout().is_terminal();
    let stop = Arc::new(AtomicBool::new(false));
    let settings = Settings {
        look,
        stop: Arc::clone(&stop),
    };
    let computer = local::ThisComputer::new(args, terminal, &stop, look)?;
    let session = Session::new(settings, Box::new(prompt::RealDisk));
    let mut session = session.with_outside(Box::new(computer));
    prompt::prepare(&mut session, args.machine.as_deref(), &args.set)?;
    if let Some(path) = &args.file {
        if disk::is_dash(path) {
            return Err(Failure::Usage(
                "standard input holds the entries; give the sequence as a file".to_owned(),
            ));
        }
        disk::read_bytes(path)?;
        let mut given = Given::default();
        for one in &args.param {
            let (name, value) = one.split_once('=').ok_or_else(|| {
                Failure::Usage(format!("--param {one}: write --param NAME=VALUE"))
            })?;
            given
                .values
                .push((name.trim().to_owned(), GivenValue::Text(value.to_owned())));
        }
        let Answer { text, failed, .. } =
            session.load_file(&path.to_string_lossy(), given, args.sequence.as_deref());
        output::stdout(text.as_bytes())?;
        if failed && !terminal {
            return Ok(Status::Findings);
        }
    }
    if terminal {
        terminal::run(session, look, &stop)
    } else {
        plain(session, args.echo)
    }
}

/// Answers the lines of standard input, one entry after the other.
fn plain(mut session: Session, echo: bool) -> Result<Status, Failure> {
    let lines = Lines {
        input: io::stdin().lock(),
        first: true,
    };
    let mut status = Status::Fine;
    for entry in Entries::new(lines) {
        let entry = entry?;
        if echo {
            output::stdout(session.echo(&entry).as_bytes())?;
        }
        let answer = session.enter(&entry);
        output::stdout(answer.text.as_bytes())?;
        if answer.failed {
            status = Status::Findings;
        }
        if answer.quit {
            break;
        }
    }
    Ok(status)
}

/// Lines of an input, without their ends and without a byte-order mark.
struct Lines<R> {
    input: R,
    first: bool,
}

impl<R: io::BufRead> Lines<R> {
    fn line(&mut self) -> io::Result<Option<String>> {
        let mut bytes = Vec::new();
        if self.input.read_until(b'\n', &mut bytes)? == 0 {
            return Ok(None);
        }
        let text = String::from_utf8_lossy(&bytes);
        let text = if std::mem::replace(&mut self.first, false) {
            text.trim_start_matches('\u{FEFF}')
        } else {
            &text
        };
        Ok(Some(text.trim_end_matches(['\n', '\r']).to_owned()))
    }
}

impl<R: io::BufRead> Iterator for Lines<R> {
    type Item = Result<String, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        let read = self
            .line()
            .map_err(|error| Failure::Unusable(format!("cannot read standard input: {error}")));
        read.transpose()
    }
}
