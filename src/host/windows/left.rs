//! Finds what is left of a process of an earlier run of this program.
//!
//! A job cannot be asked: when the program that made it is gone, so is its name. A process is known
//! by its number together with the moment at which it was made, and what it started by its parent.
#![allow(
    unsafe_code,
    reason = "processes are looked up with structures and handles"
)]

use std::{
    path::Path,
    thread,
    time::{Duration, Instant, SystemTime},
};

use serde::{Deserialize, Serialize};
use windows_sys::Win32::{
    Foundation::{FILETIME, HANDLE, WAIT_TIMEOUT},
    System::{
        Diagnostics::ToolHelp::{
            CreateToolhelp32Snapshot, PROCESSENTRY32W, Process32FirstW, Process32NextW,
            TH32CS_SNAPPROCESS,
        },
        Threading::{
            GetProcessId, GetProcessTimes, OpenProcess, PROCESS_QUERY_LIMITED_INFORMATION,
            PROCESS_SYNCHRONIZE, PROCESS_TERMINATE, TerminateProcess, WaitForSingleObject,
        },
    },
};

use super::{
    super::{
        capture,
        survivor::{self, Survivor},
        system::SystemError,
    },
    power,
    text::Handle,
};

/// How long the end of what was ended is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// 1970 in the system's time, which counts 100 nanoseconds from 1601.
const UNIX_EPOCH: u64 = 116_444_736_000_000_000;
/// How many of the system's units are a second.
const SECOND: u64 = 10_000_000;

/// How a process is found again.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct StartNote {
    boot: Option<String>,
    id: u32,
    /// When it was made, in the system's time.
    made: u64,
    /// The time-out of the step, in seconds.
    time_out: Option<u64>,
}

/// A process that is at work.
struct Found {
    id: u32,
    made: u64,
    handle: Handle,
}

impl Found {
    fn open(id: u32) -> Option<Found> {
        let rights = PROCESS_QUERY_LIMITED_INFORMATION | PROCESS_SYNCHRONIZE;
        // To end it may be forbidden where to look is not.
        let handle = open(rights | PROCESS_TERMINATE, id).or_else(|| open(rights, id))?;
        let made = made(handle.0)?;
        Some(Found { id, made, handle }).filter(Found::is_at_work)
    }

    fn is_at_work(&self) -> bool {
        // SAFETY: the handle is open.
        unsafe { WaitForSingleObject(self.handle.0, 0) == WAIT_TIMEOUT }
    }
}

fn open(rights: u32, id: u32) -> Option<Handle> {
    // SAFETY: only numbers are given.
    Handle::new(unsafe { OpenProcess(rights, 0, id) })
}

/// When a process was made.
fn made(process: HANDLE) -> Option<u64> {
    let (mut made, mut ended) = (FILETIME::default(), FILETIME::default());
    let (mut kernel, mut user) = (FILETIME::default(), FILETIME::default());
    // SAFETY: the handle is open, and the four times are ours to be written to.
    let done =
        unsafe { GetProcessTimes(process, &mut made, &mut ended, &mut kernel, &mut user) } != 0;
    done.then(|| u64::from(made.dwHighDateTime) << 32 | u64::from(made.dwLowDateTime))
}

/// Notes a process that was made and does not work yet.
pub(super) fn note(path: &Path, process: &Handle, time_out: Option<Duration>) {
    // SAFETY: the handle is open.
    let id = unsafe { GetProcessId(process.0) };
    if let Some(made) = made(process.0).filter(|_| id != 0) {
        let note = StartNote {
            boot: power::boot_id(),
            id,
            made,
            time_out: time_out.map(|time| time.as_secs()),
        };
        survivor::write(path, &note);
    }
}

/// Each process with its parent's number.
fn parents() -> Vec<(u32, u32)> {
    // SAFETY: only numbers are given.
    let list = Handle::new(unsafe { CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0) });
    let Some(list) = list else {
        return Vec::new();
    };
    let mut out = Vec::new();
    let mut entry = PROCESSENTRY32W {
        dwSize: u32::try_from(size_of::<PROCESSENTRY32W>()).unwrap_or(0),
        ..PROCESSENTRY32W::default()
    };
    // SAFETY: the list is open, and the entry says how large it is.
    let mut more = unsafe { Process32FirstW(list.0, &mut entry) } != 0;
    while more {
        out.push((entry.th32ProcessID, entry.th32ParentProcessID));
        // SAFETY: as above.
        more = unsafe { Process32NextW(list.0, &mut entry) } != 0;
    }
    out
}

impl StartNote {
    /// The note, if the process that it is about is still there. What a process started is known by
    /// the number of its parent only, which another one may have by now: without the process
    /// itself, nothing is taken for its work.
    fn read(path: &Path) -> Option<(StartNote, Found)> {
        let note: StartNote = survivor::read(path)?;
        let found = Found::open(note.id)?;
        let same = note.boot == power::boot_id() && note.made == found.made;
        same.then_some((note, found))
    }

    /// Whether the time-out is over.
    fn is_overdue(&self) -> bool {
        let now = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .map_or(0, |since| since.as_secs());
        let made = self.made.saturating_sub(UNIX_EPOCH) / SECOND;
        self.time_out
            .is_some_and(|limit| now.saturating_sub(made) >= limit)
    }
}

/// What these processes started, by their numbers and when they were made.
fn started_by(roots: &[(u32, u64)]) -> Vec<Found> {
    let parents = parents();
    let (mut out, mut look) = (Vec::<Found>::new(), roots.to_vec());
    while let Some((parent, since)) = look.pop() {
        let children = parents.iter().filter(|(_, of)| *of == parent);
        for found in children.filter_map(|(id, _)| Found::open(*id)) {
            let known = roots.iter().any(|(id, _)| *id == found.id)
                || out.iter().any(|other| other.id == found.id);
            if found.made >= since && !known {
                look.push((found.id, found.made));
                out.push(found);
            }
        }
    }
    out
}

/// What is left of the process that was noted.
pub(super) fn find(path: &Path) -> Option<Survivor> {
    let (note, program) = StartNote::read(path)?;
    let others = started_by(&[(program.id, program.made)]);
    Some(Survivor {
        overdue: note.is_overdue(),
        program: Some(program.id),
        others: others.iter().map(|found| found.id).collect(),
    })
}

/// Ends all that is left of it. What was found is held until the end: as long as a handle is open,
/// nobody else gets the number. It is over when all had ended before a look that found no more.
pub(super) fn end(path: &Path) -> Result<(), SystemError> {
    let Some((_, program)) = StartNote::read(path) else {
        return Ok(());
    };
    let until = Instant::now() + PATIENCE;
    let mut held = vec![program];
    loop {
        let at_work = held.iter().find(|found| found.is_at_work());
        let at_work = at_work.map(|found| found.id);
        let roots: Vec<(u32, u64)> = held.iter().map(|found| (found.id, found.made)).collect();
        let more = started_by(&roots);
        let Some(first) = at_work.or_else(|| more.first().map(|found| found.id)) else {
            return Ok(());
        };
        held.extend(more);
        if Instant::now() >= until {
            let text = format!("process {first} cannot be ended");
            return Err(SystemError::new(5, text));
        }
        for found in held.iter().filter(|found| found.is_at_work()) {
            // SAFETY: the handle is open; one without the right is refused.
            unsafe { TerminateProcess(found.handle.0, capture::ERROR_TIMEOUT) };
        }
        thread::sleep(Duration::from_millis(20));
    }
}
