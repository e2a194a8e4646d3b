//! Finds what is left of a process of an earlier run of this program.
//!
//! Three things tell its processes from others that got their numbers since: the start of the
//! system, when each was started, and the mark that all of them inherit. A program that throws its
//! environment away is still found by its group.

use std::{
    fs,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use rustix::process::{
    Pid, PidfdFlags, Signal as Kill, kill_process, pidfd_open, pidfd_send_signal,
};
use serde::{Deserialize, Serialize};

use super::{
    super::{
        survivor::{self, Survivor},
        system::SystemError,
    },
    power, process,
};

/// How long the end of what was ended is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// How a process is found again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct ProcessNote {
    boot: Option<String>,
    mark: String,
    /// Known when it was started.
    group: Option<GroupNote>,
    /// The time-out of the step, in seconds.
    time_out: Option<u64>,
}

/// The group that a process leads.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct GroupNote {
    id: u32,
    session: u32,
    /// When its leader was started, in ticks of the kernel.
    started: u64,
}

impl ProcessNote {
    /// Notes the mark, before anything is started that could carry it.
    pub(super) fn before(path: &Path, mark: &str, time_out: Option<Duration>) -> ProcessNote {
        let note = ProcessNote {
            boot: power::boot_id(),
            mark: mark.to_owned(),
            group: None,
            time_out: time_out.map(|time| time.as_secs()),
        };
        survivor::write(path, &note);
        note
    }

    /// Notes the group of what was started.
    pub(super) fn started(mut self, path: &Path, id: u32) {
        self.group = Seen::of(id).map(|seen| GroupNote {
            id,
            session: seen.session,
            started: seen.started,
        });
        survivor::write(path, &self);
    }

    /// All that is still there.
    fn processes(&self) -> Vec<Seen> {
        if self.boot != power::boot_id() {
            return Vec::new();
        }
        let leader = self
            .group
            .as_ref()
            .and_then(|group| Seen::whatever(group.id));
        let all = fs::read_dir("/proc").into_iter().flatten().flatten();
        all.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
            .filter_map(Seen::of)
            .filter(|seen| {
                self.has(seen, leader.as_ref()) || process::has_mark(seen.id, &self.mark)
            })
            .collect()
    }

    /// Whether a process is in the group. While the leader's number is in use it says whose group
    /// it is now; later only the session does, which this program shared with the group.
    fn has(&self, seen: &Seen, leader: Option<&Seen>) -> bool {
        self.group.as_ref().is_some_and(|group| {
            seen.group == group.id
                && match leader {
                    Some(leader) => leader.started == group.started,
                    None => seen.session == group.session && seen.started >= group.started,
                }
        })
    }

    /// Which of them was started by this program.
    fn program(&self, all: &[Seen]) -> Option<Seen> {
        match &self.group {
            Some(group) => all
                .iter()
                .find(|seen| seen.id == group.id && seen.started == group.started)
                .copied(),
            // It was ended before it could note more than the mark.
            None => all
                .iter()
                .filter(|seen| seen.id == seen.group)
                .min_by_key(|seen| seen.started)
                .copied(),
        }
    }
}

/// What the kernel says of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Seen {
    id: u32,
    group: u32,
    session: u32,
    started: u64,
    over: bool,
}

impl Seen {
    /// A process that is at work.
    fn of(id: u32) -> Option<Seen> {
        Seen::whatever(id).filter(|seen| !seen.over)
    }

    /// A process, or what is left of one that nobody asked for its end.
    fn whatever(id: u32) -> Option<Seen> {
        Seen::read(id, &fs::read_to_string(format!("/proc/{id}/stat")).ok()?)
    }

    fn read(id: u32, stat: &str) -> Option<Seen> {
        // The name may hold anything.
        let (_, rest) = stat.rsplit_once(')')?;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        Some(Seen {
            id,
            group: fields.get(2)?.parse().ok()?,
            session: fields.get(3)?.parse().ok()?,
            started: fields.get(19)?.parse().ok()?,
            over: matches!(*fields.first()?, "Z" | "X" | "x"),
        })
    }

    /// How long it has been there.
    fn age(&self) -> Option<Duration> {
        let ticks = rustix::param::clock_ticks_per_second();
        let up = fs::read_to_string("/proc/uptime").ok()?;
        let up: f64 = up.split(' ').next()?.parse().ok()?;
        Duration::try_from_secs_f64(up - self.started as f64 / ticks as f64).ok()
    }

    /// Ends it, and no other one that has its number by now.
    fn end(&self) {
        let Some(pid) = i32::try_from(self.id).ok().and_then(Pid::from_raw) else {
            return;
        };
        let handle = pidfd_open(pid, PidfdFlags::empty());
        if Seen::of(self.id).is_none_or(|now| now.started != self.started) {
            return;
        }
        let _ = match handle {
            Ok(handle) => pidfd_send_signal(handle, Kill::KILL),
            // Kernels before 5.3 have none.
            Err(_) => kill_process(pid, Kill::KILL),
        };
    }
}

/// What is left of the process that was noted.
pub(super) fn find(path: &Path) -> Option<Survivor> {
    let note: ProcessNote = survivor::read(path)?;
    let all = note.processes();
    let program = note.program(&all);
    let age = program.and_then(|program| program.age());
    let overdue = note
        .time_out
        .zip(age)
        .is_some_and(|(limit, age)| age.as_secs() >= limit);
    let mut others: Vec<u32> = all.iter().map(|seen| seen.id).collect();
    others.retain(|id| program.is_none_or(|program| program.id != *id));
    others.sort_unstable();
    (!all.is_empty()).then_some(Survivor {
        program: program.map(|program| program.id),
        others,
        overdue,
    })
}

/// Ends all that is left of it. Each round finds what was started meanwhile.
pub(super) fn end(path: &Path) -> Result<(), SystemError> {
    let Some(note) = survivor::read::<ProcessNote>(path) else {
        return Ok(());
    };
    let until = Instant::now() + PATIENCE;
    loop {
        let left = note.processes();
        let Some(first) = left.first() else {
            return Ok(());
        };
        if Instant::now() >= until {
            let text = format!("process {} cannot be ended", first.id);
            return Err(SystemError::new(1, text));
        }
        left.iter().for_each(Seen::end);
        thread::sleep(Duration::from_millis(5));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(group: Option<GroupNote>) -> ProcessNote {
        ProcessNote {
            boot: power::boot_id(),
            mark: "no process has this mark".to_owned(),
            group,
            time_out: None,
        }
    }

    fn group_of(seen: Seen, started: u64) -> GroupNote {
        GroupNote {
            id: seen.group,
            session: seen.session,
            started,
        }
    }

    #[test]
    fn a_process_that_got_the_number_later_is_another_one() {
        let own = Seen::of(std::process::id()).expect("this process");
        let leader = Seen::whatever(own.group).map_or(own.started, |leader| leader.started);
        assert!(note(Some(group_of(own, leader))).processes().contains(&own));
        assert_eq!(note(Some(group_of(own, leader + 1))).processes(), []);
        let mut before = note(Some(group_of(own, leader)));
        before.boot = Some("another start".to_owned());
        assert_eq!(before.processes(), []);
    }

    #[test]
    fn a_process_that_has_ended_is_not_at_work() {
        let stat = "7 (a ) Z) Z 1 5 6 0 -1 0 0 0 0 0 0 0 0 0 0 0 1 0 4711 0";
        let seen = Seen::read(7, stat).expect("its line");
        assert!(seen.over && (seen.group, seen.session, seen.started) == (5, 6, 4711));
    }
}
