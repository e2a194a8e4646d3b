//! `tasq repl`: the terminal around a session, or plain lines in and out.

mod local;
mod terminal;

use std::{
    io::{self, IsTerminal as _},
    path::PathBuf,
    sync::{Arc, atomic::AtomicBool},
};

use clap::Args;

use super::{
    Failure, Status,
    inputs::{self, InputKind, is_dash},
    output, prompt,
    sequences::ChildArgs,
    values::{ParameterArgs, StartArgs},
};
use crate::{
    compile::read as text_of,
    read,
    repl::{Answer, Entries, Session, SessionSettings},
    source::FileId,
};

/// Try steps and conditions at a prompt; step through a sequence
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tasq repl                                  on a machine of which nothing is known
  tasq repl lab.tasq --machine laptop.toml   load a sequence; :next, :run and :break step through it
  tasq repl export.zip -m laptop.toml
  tasq repl < commands.txt                   plain answers; --echo shows the entries, too
  tasq repl lab.tasq --site site.toml        `:host local` then carries steps out on this computer

Exit code, when the entries do not come from a terminal: 0 all were answered, 1 one was refused or a step failed.")]
pub(crate) struct ReplArgs {
    /// A source or an export to begin with
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// The machine's file; without one nothing is known of the machine
    #[arg(short, long, value_name = "MACHINE")]
    pub machine: Option<PathBuf>,
    #[command(flatten)]
    pub start: StartArgs,
    #[command(flatten)]
    pub parameters: ParameterArgs,
    /// Which sequence of an export with several is meant, by name or identifier
    #[arg(long, value_name = "NAME")]
    pub sequence: Option<String>,
    #[command(flatten)]
    pub children: ChildArgs,
    /// Show each entry before its answer when entries do not come from a terminal
    #[arg(long)]
    pub echo: bool,
    /// The site file for `:host local`: packages, applications, sequences, where content is
    #[arg(long, value_name = "SITE")]
    pub site: Option<PathBuf>,
    /// Answer yes to the question of `:host local`; a restart is asked for all the same
    #[arg(short, long)]
    pub yes: bool,
    /// Let `:host local` run the scripts and command lines of a site file that other accounts can
    /// write; --yes does not answer that
    #[arg(long)]
    pub trust_site: bool,
    /// Where `:host local` keeps its lock, its log and downloaded content, as `tasq run` does
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// A TOML file with the values of secrets for `:host local`; else TASQ_SECRET_NAME, else a
    /// question
    #[arg(long, value_name = "FILE")]
    pub secret_file: Option<PathBuf>,
}

/// Begins a session and answers until the end of the input.
pub(super) fn run(args: &ReplArgs) -> Result<Status, Failure> {
    let terminal = io::stdin().is_terminal() && io::stdout().is_terminal();
    let stop = Arc::new(AtomicBool::new(false));
    let settings = SessionSettings {
        look: output::stdout_look(),
        stop: Arc::clone(&stop),
    };
    let computer = local::ThisComputer::new(args, terminal, &stop)?;
    let session = Session::new(settings, Box::new(prompt::RealDisk::default()));
    let named = args.children.read()?;
    let mut session = session
        .with_outside(Box::new(computer))
        .with_children(named);
    prompt::prepare(&mut session, args.machine.as_deref(), &args.start)?;
    if let Some(path) = &args.file {
        if is_dash(path) {
            return Err(Failure::Usage(
                "standard input holds the entries; give the sequence as a file".to_owned(),
            ));
        }
        let path = inputs::one(path, InputKind::Sequences)?;
        let (name, bytes) = inputs::read_bytes(&path)?;
        if !read::is_export_file(&name, &bytes) {
            let (text, _) = text_of(bytes, FileId(0));
            args.start.warn_of_parameters(&name, &text);
        }
        let given = args.parameters.given()?;
        let Answer { text, failed, .. } =
            session.load_file(&path.to_string_lossy(), given, args.sequence.as_deref());
        output::print(&text)?;
        if failed && !terminal {
            return Ok(Status::Findings);
        }
    }
    if terminal {
        terminal::run(session, &stop)
    } else {
        plain(session, args.echo)
    }
}

/// Answers the lines of standard input, one entry after the other.
fn plain(mut session: Session, echo: bool) -> Result<Status, Failure> {
    let lines = InputLines {
        input: io::stdin().lock(),
        first: true,
    };
    let mut status = Status::Fine;
    for entry in Entries::new(lines) {
        let entry = entry?;
        if echo {
            output::print(&session.echo(&entry))?;
        }
        let answer = session.enter(&entry);
        output::print(&answer.text)?;
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
struct InputLines<R> {
    input: R,
    first: bool,
}

impl<R: io::BufRead> InputLines<R> {
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

impl<R: io::BufRead> Iterator for InputLines<R> {
    type Item = Result<String, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        let read = self
            .line()
            .map_err(|error| Failure::Unusable(format!("cannot read standard input: {error}")));
        read.transpose()
    }
}
