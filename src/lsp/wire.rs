//! Messages on a stream of bytes: a header with the length, and JSON. Everything is bounded before
//! it is read, and nothing of a message is in what is said about it.

use std::io::{self, BufRead, Read as _, Write};

use lsp_server::{ErrorCode, Message};
use serde_json::{Value, json};

/// The longest message, in bytes. The largest source is far below it, whatever JSON makes of it.
const MAX_MESSAGE: u64 = 64 * 1024 * 1024;

/// The longest line of a header, in bytes, and how many there may be.
const MAX_LINE: u64 = 1024;
const MAX_LINES: usize = 32;

/// What came.
#[derive(Debug)]
pub enum Incoming {
    /// A message.
    Message(Message),
    /// Something else, which is answered; the next message can be read.
    Refused {
        /// The number that it gave itself, or null.
        id: Value,
        /// Why.
        code: ErrorCode,
        /// The same in words.
        message: &'static str,
    },
    /// The client has gone.
    End,
}

/// The next message.
///
/// # Errors
/// Where it ends cannot be told, so nothing more can be read.
pub fn read(input: &mut dyn BufRead) -> Result<Incoming, String> {
    let Some(length) = length(input)? else {
        return Ok(Incoming::End);
    };
    let mut body = Vec::new();
    let read = input.take(length).read_to_end(&mut body).map_err(lost)?;
    if (read as u64) < length {
        return Err("the input ends in the middle of a message".to_owned());
    }
    Ok(message(&body))
}

fn lost(error: io::Error) -> String {
    format!("the input cannot be read: {error}")
}

/// The length that a header tells; `None` at the end of the input.
fn length(input: &mut dyn BufRead) -> Result<Option<u64>, String> {
    let mut length = None;
    for number in 0..MAX_LINES {
        let mut line = Vec::new();
        input
            .take(MAX_LINE)
            .read_until(b'\n', &mut line)
            .map_err(lost)?;
        if line.is_empty() && number == 0 {
            return Ok(None);
        }
        let Some(line) = line.strip_suffix(b"\n") else {
            return Err("a header has a line without an end".to_owned());
        };
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            return length
                .map(Some)
                .ok_or_else(|| "a header has no Content-Length".to_owned());
        }
        let line = std::str::from_utf8(line).unwrap_or("");
        let Some((name, value)) = line.split_once(':') else {
            return Err("a header has a line without a colon".to_owned());
        };
        if name.trim().eq_ignore_ascii_case("Content-Length") {
            length = Some(bounded(value.trim())?);
        }
    }
    Err("a header has too many lines".to_owned())
}

fn bounded(text: &str) -> Result<u64, String> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits {
        return Err("Content-Length is no number".to_owned());
    }
    // What does not fit is longer than anything.
    match text.parse() {
        Ok(length) if length <= MAX_MESSAGE => Ok(length),
        _ => Err(format!(
            "Content-Length is larger than {MAX_MESSAGE} bytes, the longest message that is read"
        )),
    }
}

fn message(body: &[u8]) -> Incoming {
    let refused = |id, code, message| Incoming::Refused { id, code, message };
    let Ok(value) = serde_json::from_slice::<Value>(body) else {
        return refused(Value::Null, ErrorCode::ParseError, "the message is no JSON");
    };
    let numbered = value.get("id").is_some();
    let id = value
        .get("id")
        .filter(|id| id.is_number() || id.is_string());
    let id = id.cloned().unwrap_or(Value::Null);
    match serde_json::from_value(value) {
        // A number that is none would make a request look like something that wants no answer.
        Ok(Message::Notification(_)) if numbered => {
            let what = "the request's `id` is neither an integer nor a text";
            refused(id, ErrorCode::InvalidRequest, what)
        }
        Ok(message) => Incoming::Message(message),
        Err(_) => {
            let what = "the message is no request, no notification and no answer";
            refused(id, ErrorCode::InvalidRequest, what)
        }
    }
}

/// Answers what was no message.
///
/// # Errors
/// It cannot be written.
pub fn refuse(
    output: &mut dyn Write,
    id: &Value,
    code: ErrorCode,
    message: &str,
) -> io::Result<()> {
    let error = json!({ "code": code as i32, "message": message });
    let text = json!({ "jsonrpc": "2.0", "id": id, "error": error }).to_string();
    write!(output, "Content-Length: {}\r\n\r\n{text}", text.len())?;
    output.flush()
}
