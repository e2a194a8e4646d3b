//! Following a started process: what it prints, when it ends, and what happens when it takes too
//! long.
//!
//! The system's own part says what happens, as [`Signals`]; this part is the same everywhere.

use std::time::{Duration, Instant};
#[cfg(windows)]
use std::{
    io::Read,
    sync::mpsc::{Receiver, RecvTimeoutError, Sender},
};

use super::system::ProcessResult;

/// How much of the output is kept, in bytes.
const KEPT: usize = 256 * 1024;
/// How long output is waited for when the process has ended but something it started still holds
/// the pipe.
const AFTERWARDS: Duration = Duration::from_millis(250);
/// How long output is read at most when the process has ended: something it left behind may print
/// for ever.
const AT_MOST: Duration = Duration::from_secs(3);
/// How often a silent process is looked at.
const LOOK: Duration = Duration::from_secs(1);
/// How long the end of a tree that was told to end is waited for.
const ENDING: Duration = Duration::from_secs(10);

/// What happens to a process.
#[derive(Debug)]
pub(super) enum Signal {
    /// It printed.
    Output(Vec<u8>),
    /// Nobody can print any more.
    Closed,
    /// It ended with this exit code.
    Ended(u32),
}

/// Whoever tells what happens to a process.
pub(super) trait Signals {
    /// What happens next; [`Nothing`] when that takes longer than the given time.
    fn next(&mut self, wait: Duration) -> Result<Signal, Nothing>;
}

/// Nothing happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nothing {
    /// Not in the time given.
    Yet,
    /// And nothing will.
    #[cfg(windows)]
    Ever,
}

#[cfg(windows)]
impl Signals for &Receiver<Signal> {
    fn next(&mut self, wait: Duration) -> Result<Signal, Nothing> {
        self.recv_timeout(wait).map_err(|error| match error {
            RecvTimeoutError::Timeout => Nothing::Yet,
            RecvTimeoutError::Disconnected => Nothing::Ever,
        })
    }
}

/// Reads a pipe until it is closed.
#[cfg(windows)]
pub(super) fn read(mut pipe: impl Read, to: &Sender<Signal>) {
    let mut buffer = [0; 8192];
    loop {
        match pipe.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => {
                if to.send(Signal::Output(buffer[..length].to_vec())).is_err() {
                    return;
                }
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    let _ = to.send(Signal::Closed);
}

/// Follows a process to its end. `end_tree` ends it and all it started.
pub(super) fn follow(
    mut signals: impl Signals,
    time_out: Option<Duration>,
    decode: fn(&[u8]) -> String,
    watch: &mut dyn FnMut(&str) -> bool,
    end_tree: &mut dyn FnMut(),
) -> ProcessResult {
    let began = Instant::now();
    // A time-out that no clock can count to is none.
    let mut deadline = time_out.and_then(|time| began.checked_add(time));
    let mut said = Said {
        decode,
        ..Said::default()
    };
    let (mut code, mut closed, mut timed_out, mut stopped) = (None, false, false, false);
    let mut read_until: Option<Instant> = None;
    while code.is_none() || !closed {
        if read_until.is_some_and(|until| Instant::now() >= until) {
            break;
        }
        let text = match signals.next(patience(code.is_some(), deadline)) {
            Ok(Signal::Output(bytes)) => said.add(&bytes),
            Ok(Signal::Closed) => {
                closed = true;
                continue;
            }
            Ok(Signal::Ended(ended)) => {
                code = Some(ended);
                read_until = Instant::now().checked_add(AT_MOST);
                continue;
            }
            Err(Nothing::Yet) if code.is_none() => String::new(),
            Err(_) => break,
        };
        let over = deadline.is_some_and(|deadline| Instant::now() >= deadline);
        // It was told to end and does not.
        if stopped && over {
            break;
        }
        let goes_on = watch(&text);
        if code.is_none() && !stopped && (over || !goes_on) {
            (timed_out, stopped, deadline) = (over, true, Instant::now().checked_add(ENDING));
            end_tree();
        }
    }
    let rest = said.finish();
    if !rest.is_empty() {
        watch(&rest);
    }
    ProcessResult {
        exit_code: code.unwrap_or(ERROR_TIMEOUT),
        output: said.kept,
        timed_out,
        milliseconds: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
    }
}

/// How long the next signal is waited for.
fn patience(ended: bool, deadline: Option<Instant>) -> Duration {
    if ended {
        return AFTERWARDS;
    }
    let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
    left.map_or(LOOK, |left| left.min(LOOK))
}

/// The code of Windows for something that took too long.
pub(super) const ERROR_TIMEOUT: u32 = 1460;

/// What a process said so far.
struct Said {
    /// Bytes that may be the beginning of a character.
    pending: Vec<u8>,
    kept: String,
    decode: fn(&[u8]) -> String,
}

impl Default for Said {
    fn default() -> Self {
        Said {
            pending: Vec::new(),
            kept: String::new(),
            decode: lossy,
        }
    }
}

impl Said {
    /// Adds bytes and gives the text that is whole now.
    fn add(&mut self, bytes: &[u8]) -> String {
        self.pending.extend_from_slice(bytes);
        let whole = self.pending.len() - unfinished(&self.pending);
        let rest = self.pending.split_off(whole);
        let text = (self.decode)(&std::mem::replace(&mut self.pending, rest));
        self.keep(&text);
        text
    }

    fn finish(&mut self) -> String {
        let text = (self.decode)(&std::mem::take(&mut self.pending));
        self.keep(&text);
        text
    }

    fn keep(&mut self, text: &str) {
        self.kept.push_str(text);
        if self.kept.len() > KEPT {
            let mut from = self.kept.len() - KEPT / 2;
            while !self.kept.is_char_boundary(from) {
                from += 1;
            }
            self.kept.drain(..from);
        }
    }
}

/// UTF-8, with what is none replaced.
pub(super) fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// How many bytes at the end are the beginning of a character of UTF-8 that is not whole yet.
fn unfinished(bytes: &[u8]) -> usize {
    let tail = bytes.len().saturating_sub(3);
    for (at, byte) in bytes.iter().enumerate().skip(tail) {
        let wants = match byte {
            0xC2..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xF4 => 4,
            _ => continue,
        };
        if at + wants > bytes.len() {
            return bytes.len() - at;
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_that_comes_in_two_pieces_stays_whole() {
        let mut said = Said::default();
        let bytes = "größer €".as_bytes();
        let text: String = bytes.iter().map(|byte| said.add(&[*byte])).collect();
        assert_eq!(text, "größer €");
        assert_eq!(said.finish(), "");
        assert_eq!(said.kept, "größer €");
    }

    #[test]
    fn what_is_no_character_is_not_waited_for_for_ever() {
        let mut said = Said::default();
        assert_eq!(said.add(b"a\xE2"), "a");
        assert_eq!(said.add(b"bc"), "\u{FFFD}bc");
        assert_eq!(said.add(b"\xF0"), "");
        assert_eq!(said.finish(), "\u{FFFD}");
    }

    #[test]
    fn the_end_of_long_output_is_kept() {
        let mut said = Said::default();
        for _ in 0..100 {
            said.add("0123456789é".repeat(1000).as_bytes());
        }
        said.add(b"the end");
        assert!(
            said.kept.ends_with("the end")
                && said.kept.len() > 64 * 1024
                && said.kept.len() <= KEPT
        );
    }
}
