//! The signals that end a program without a keyboard.

use std::{fs, thread};

use signal_hook::{
    consts::{SIGHUP, SIGTERM},
    iterator::Signals,
};

use super::start::{LEFT, say};
use crate::run::StopSignal;

/// Leaves the run on SIGTERM and SIGHUP. They may come twice, from the terminal and from a shell:
/// once more changes nothing.
pub(super) fn leave_on_end(stop: &StopSignal) {
    let stop = stop.clone();
    let mut wanted = vec![SIGTERM];
    // With `nohup` the run outlives its session.
    wanted.extend(Some(SIGHUP).filter(|one| !is_ignored(*one)));
    // Without it the program ends as the system has it.
    let Ok(mut signals) = Signals::new(wanted) else {
        return;
    };
    let wait = move || {
        for _ in signals.forever() {
            if !stop.ask() {
                say(&format!("{LEFT}; `tasq resume` goes on with it\n"));
            }
        }
    };
    let _ = thread::Builder::new()
        .name("signals".to_owned())
        .spawn(wait);
}

/// Whether whoever started the program had it ignore a signal.
fn is_ignored(signal: i32) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| (mask >> (signal - 1)) & 1 == 1)
}
