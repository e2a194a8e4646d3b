//! Any bytes as what an editor sends: once as they are, headers and all, and once with a header
//! before each line, so that what is inside of messages is reached.
//!
//! `fuzz/run.sh server 3600`

#![no_main]

use std::{io::BufRead, sync::Arc, thread};

use libfuzzer_sys::fuzz_target;
use lsp_server::{Connection, Message};
use tasq::internals::lsp::{Incoming, Project, SessionEnd, read, refuse, serve};

const HELLO: &str = r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"capabilities":{}}}
{"jsonrpc":"2.0","method":"initialized","params":{}}
"#;
const GOODBYE: &str = r#"
{"jsonrpc":"2.0","id":"the last","method":"shutdown"}
{"jsonrpc":"2.0","method":"exit"}
"#;

/// A project of two files.
struct Little;

impl Project for Little {
    fn locate(&self, path: &str) -> (String, String) {
        (
            "/lab".to_owned(),
            path.trim_start_matches("/lab/").to_owned(),
        )
    }

    fn read(&self, _root: &str, path: &str) -> Result<Vec<u8>, String> {
        match path {
            "lab.tasq" => Ok(b"step \"One\" restart_computer <>\n".to_vec()),
            "pc.toml" => Ok(b"[computer]\nname = \"PC1\"\n".to_vec()),
            _ => Err("no such file".to_owned()),
        }
    }

    fn list(&self, _root: &str) -> Vec<String> {
        vec!["lab.tasq".to_owned(), "pc.toml".to_owned()]
    }
}

/// What the program does with its standard input, in a server of its own.
fn session(mut input: &[u8]) -> Option<SessionEnd> {
    let (server, client) = Connection::memory();
    let (from_client, to_client) = (client.sender, client.receiver);
    let reader = thread::spawn(move || {
        for message in to_client {
            message
                .write(&mut Vec::new())
                .expect("an answer is written");
        }
    });
    let working = thread::spawn(move || serve(&server, Arc::new(Little)));
    loop {
        match read(&mut input as &mut dyn BufRead) {
            Ok(Incoming::Message(message)) => {
                let last = matches!(&message, Message::Notification(one) if one.method == "exit");
                if from_client.send(message).is_err() || last {
                    break;
                }
            }
            Ok(Incoming::Refused { id, code, message }) => {
                refuse(&mut Vec::new(), &id, code, message).expect("a refusal is written");
            }
            Ok(Incoming::End) | Err(_) => break,
        }
    }
    drop(from_client);
    let ended = working.join().expect("the server does not panic");
    reader.join().expect("every answer was written");
    ended.ok()
}

fuzz_target!(|data: &[u8]| {
    session(data);
    let text = String::from_utf8_lossy(data);
    let mut framed = Vec::new();
    for line in HELLO.lines().chain(text.lines()).chain(GOODBYE.lines()) {
        let header = format!("Content-Length: {}\r\n\r\n", line.len());
        framed.extend_from_slice(header.as_bytes());
        framed.extend_from_slice(line.as_bytes());
    }
    assert!(session(&framed).is_some(), "the server answers to the end");
});
