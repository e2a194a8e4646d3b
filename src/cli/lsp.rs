//! `tasq lsp`: the language server on standard input and output.

use std::{
    io::{self, Write as _},
    panic,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use clap::Args;
use lsp_server::{Connection, ErrorCode, Message};
use serde_json::Value;

use super::{Failure, Status, disk, output};
use crate::lsp::{Incoming, Project, SessionEnd, read, refuse, serve};

/// Serve an editor (language server protocol on standard input and output)
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  tasq lsp                                   started by an editor; see docs/how-to/editors.md

Exit code 0: the editor said `shutdown` and `exit`. 1: it went away without. 2: what it sent could not be read.")]
pub(crate) struct LspArgs {
    /// Standard input and output are used in any case; editors often say so
    #[arg(long)]
    pub stdio: bool,
}

/// Serves until the editor says `exit`.
pub(super) fn run(_: &LspArgs) -> Result<Status, Failure> {
    // What a fault says of itself can have the text that it was about.
    panic::set_hook(Box::new(|fault| {
        let place = fault.location().map(ToString::to_string);
        output::remark(&format!(
            "tasq: a fault of tasq itself at {}\n",
            place.unwrap_or_default()
        ));
    }));
    let (server, client) = Connection::memory();
    let (from_client, to_client) = (client.sender, client.receiver);
    let writer = thread::spawn(move || {
        for message in to_client {
            // An editor that has gone wants nothing more.
            let _ = message.write(&mut io::stdout().lock());
        }
    });
    let broken = Arc::new(Mutex::new(None));
    let told = Arc::clone(&broken);
    // Nobody waits for it: it may stand in the middle of a read when the editor has said `exit`.
    thread::spawn(move || {
        if let Err(why) = listen(&|message| from_client.send(message).is_ok()) {
            let mut out = io::stdout().lock();
            let _ = refuse(&mut out, &Value::Null, ErrorCode::ParseError, &why);
            *told.lock().unwrap_or_else(PoisonError::into_inner) = Some(why);
        }
        // The server hears that there is no more.
        drop(from_client);
    });
    let ended = serve(&server, Arc::new(ServerDisk));
    drop(server);
    let _ = writer.join();
    let _ = io::stdout().flush();
    let broken = broken.lock().unwrap_or_else(PoisonError::into_inner).take();
    match (broken, ended) {
        (Some(why), _) | (None, Err(why)) => Err(Failure::Unusable(why)),
        (None, Ok(SessionEnd::Goodbye)) => Ok(Status::Fine),
        (None, Ok(SessionEnd::Abrupt)) => Ok(Status::Findings),
    }
}

/// Hands on what the editor says, until it has gone or nobody takes it.
///
/// # Errors
/// What it sends cannot be read.
fn listen(hand_on: &dyn Fn(Message) -> bool) -> Result<(), String> {
    let mut input = io::stdin().lock();
    loop {
        match read(&mut input)? {
            Incoming::End => return Ok(()),
            Incoming::Refused { id, code, message } => {
                let _ = refuse(&mut io::stdout().lock(), &id, code, message);
            }
            Incoming::Message(message) => {
                let last = matches!(&message, Message::Notification(one) if one.method == "exit");
                if !hand_on(message) || last {
                    return Ok(());
                }
            }
        }
    }
}

/// The disk as the server sees it.
struct ServerDisk;

impl Project for ServerDisk {
    fn locate(&self, path: &str) -> (String, String) {
        disk::locate(Path::new(path))
    }

    fn read(&self, root: &str, path: &str) -> Result<Vec<u8>, String> {
        crate::source::Files::read(&disk::DiskFiles::new(Path::new(root)), path)
    }

    fn list(&self, root: &str) -> Vec<String> {
        disk::list(Path::new(root))
    }
}
