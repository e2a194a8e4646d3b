//! Running and stepping, as the product's debugger does it: Step, Run, Set Current, Set Break,
//! Clear All Breaks.
//!
//! A step that fails does not end the run: it can be tried again after a change.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use super::{Answer, Session};
use crate::{
    diagnostic::nearest,
    engine::{
        Endless, Engine, Event, GroupOutcome, Location, NodeKind, RunResult, Target, Then, Trace,
    },
    machine::values::is_same_path,
    report::{self, Summary},
};

/// Why a run stands still.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum StopReason {
    /// It did what was asked.
    Done,
    /// Before an instruction with a break point.
    Break(Location),
    /// A step failed, and is next again.
    Failed(Location),
    /// The sequence is over.
    Over,
    /// Somebody wanted it.
    Interrupted,
    /// Somebody ended a step while it ran; it is next again.
    Ended(Location),
    /// A step wants this computer to restart.
    Restart {
        target: Target,
        message: Option<String>,
    },
    /// It does not end.
    Endless(Endless),
}

/// What a run led to.
pub(super) struct Went {
    pub events: Vec<Event>,
    pub stop: StopReason,
}

/// How far an entry runs.
struct Walk<'w> {
    /// The end of the sequence is left open, so that more steps can follow.
    open: bool,
    /// It stops behind one step.
    one: bool,
    /// The steps are done on this computer.
    real: bool,
    /// Somebody's wish to stop.
    stop: &'w AtomicBool,
    breaks: &'w BTreeSet<u32>,
}

impl Walk<'_> {
    /// Goes on instruction by instruction until there is a reason to stop.
    fn follow(&self, trace: &mut Trace<'_, '_>) -> Went {
        let mut events = Vec::new();
        let mut first = true;
        loop {
            if let Some(stop) = self.stop_before(trace.engine(), first) {
                return Went { events, stop };
            }
            let mut new = match trace.instruction() {
                Ok(new) => new,
                Err(endless) => {
                    let stop = StopReason::Endless(endless);
                    return Went { events, stop };
                }
            };
            let stop = self.stop_behind(trace.engine(), &new);
            if let Some(StopReason::Failed(_) | StopReason::Ended(_)) = stop {
                // What failed is next again, so the rest can be reached.
                new.retain(|event| !matches!(event, Event::NotReached { .. }));
            }
            events.extend(new);
            if let Some(stop) = stop {
                return Went { events, stop };
            }
            first = false;
        }
    }

    /// Why the next instruction is not carried out; a break point does not hold up the `first`.
    fn stop_before(&self, engine: &Engine<'_>, first: bool) -> Option<StopReason> {
        let state = engine.state();
        let next = state.next();
        if state.is_over() {
            return Some(StopReason::Over);
        }
        if self.open && next >= engine.length() {
            return Some(StopReason::Done);
        }
        if self.stop.load(Ordering::Relaxed) {
            return Some(StopReason::Interrupted);
        }
        let at = engine.next()?;
        (!first && self.breaks.contains(&next)).then(|| StopReason::Break(at.clone()))
    }

    /// Why a run stands still behind an instruction, which led to these events.
    fn stop_behind(&self, engine: &Engine<'_>, events: &[Event]) -> Option<StopReason> {
        if let Some(at) = events.iter().find_map(failure) {
            let ended = self.real && self.stop.load(Ordering::Relaxed);
            return Some(if ended {
                StopReason::Ended(at)
            } else {
                StopReason::Failed(at)
            });
        }
        if let Some(target) = engine.state().pending_restart().filter(|_| self.real) {
            let message = events.iter().find_map(restart_message);
            return Some(StopReason::Restart { target, message });
        }
        (self.one && !events.iter().all(is_silent)).then_some(StopReason::Done)
    }
}

impl Session {
    /// Runs: from `start` or from where the run is, until the end, a break point, or a failure.
    /// `open` leaves the end open, so that more steps can follow; `one` stops behind one step.
    pub(super) fn go(&mut self, start: Option<u32>, open: bool, one: bool) -> Result<Went, String> {
        let sequence = Arc::clone(&self.world.document.sequence);
        self.get_secrets(&sequence)?;
        let stop = self.settings.stop.clone();
        let real = self.is_local();
        let breaks = self.world.breaks.clone();
        self.world.fresh = false;
        self.world.changed();
        self.world.engine(|engine, host| {
            if real {
                // Whoever goes on says that the restart need not be done.
                engine.restarted(host);
            }
            if let Some(start) = start {
                engine.take_up(start);
            }
            let walk = Walk {
                open,
                one,
                real,
                stop: &stop,
                breaks: &breaks,
            };
            let went = walk.follow(&mut engine.trace(host));
            if let StopReason::Failed(at) | StopReason::Ended(at) = &went.stop {
                engine.take_up(at.instruction);
            }
            went
        })
    }

    /// The line that says why a run stands still.
    pub(super) fn stopped(&self, stop: &StopReason) -> String {
        match stop {
            StopReason::Done => String::new(),
            StopReason::Break(at) => format!("break point: {} is next\n", place(at)),
            StopReason::Failed(at) => {
                format!(
                    "{} failed and is next again: `:next` tries it once more, `:goto STEP` goes elsewhere\n",
                    place(at)
                )
            }
            StopReason::Over => "the sequence is over\n".to_owned(),
            StopReason::Ended(at) => {
                format!("interrupted: {} was ended and is next again\n", place(at))
            }
            // It is asked for.
            StopReason::Restart { .. } => String::new(),
            StopReason::Interrupted => "interrupted; `:run` goes on\n".to_owned(),
            StopReason::Endless(endless) => format!("stopped: {endless}\n"),
        }
    }

    fn answer(&mut self, went: Result<Went, String>) -> Answer {
        let Went { events, stop } = match went {
            Ok(went) => went,
            Err(message) => return Answer::refused(message),
        };
        self.log(&events);
        let mut text = report::debugged(&events, self.style(false));
        self.count(&events);
        if let Some(end) = events
            .iter()
            .find_map(|event| ending(event, &self.world.counts, self.is_local()))
        {
            text.push_str(&end);
        } else {
            text.push_str(&self.stopped(&stop));
        }
        if stop == StopReason::Done {
            text.push_str(&self.next_line());
        }
        self.keep_events(events);
        self.settle(text, &stop)
    }

    /// The answer to an entry that ran something: a restart is asked for behind what is to be read
    /// before.
    pub(super) fn settle(&mut self, text: String, stop: &StopReason) -> Answer {
        if let StopReason::Restart { target, message } = stop {
            return self.ask_restart(*target, message.as_deref(), text);
        }
        let failed = matches!(
            stop,
            StopReason::Failed(_) | StopReason::Ended(_) | StopReason::Endless(_)
        );
        Answer {
            text,
            failed,
            quit: false,
        }
    }

    /// What was done on the computer itself is logged.
    pub(super) fn log(&mut self, events: &[Event]) {
        if self.is_local() {
            let hidden = self.hidden.clone();
            self.outside
                .happened(events, &|text| hidden.scrub(text.to_owned()));
        }
    }

    /// What is next.
    fn next_line(&mut self) -> String {
        // What only ends a group is nothing to wait for.
        let next = self.world.engine(|engine, _| {
            let next = engine.state().next();
            engine
                .places()
                .map(|(at, _)| at)
                .find(|at| at.instruction >= next)
                .cloned()
        });
        match next {
            Ok(Some(at)) => self.dim(&format!("next: {}", place(&at))) + "\n",
            _ => self.dim("the end is next") + "\n",
        }
    }

    /// Counts what happened since the run began.
    pub(super) fn count(&mut self, events: &[Event]) {
        for event in events {
            self.world.counts.add(event);
        }
    }

    /// Keeps what happened for `:why`.
    pub(super) fn keep_events(&mut self, events: Vec<Event>) {
        if !events.is_empty() {
            self.world.events = Arc::new(events);
        }
    }

    /// Why there is nothing to run, if there is nothing.
    fn nothing_to_run(&mut self) -> Option<Answer> {
        if self.world.length == 0 {
            return Some(Answer::refused(
                "there is no step yet; type one, or `:load FILE`",
            ));
        }
        let over = self.world.state.is_over();
        over.then(|| {
            Answer::refused("the sequence is over; `:reset` begins anew, `:goto STEP` goes back")
        })
    }

    /// `:run`
    pub(super) fn run(&mut self, _: &str) -> Answer {
        if let Some(answer) = self.nothing_to_run() {
            return answer;
        }
        let went = self.go(None, false, false);
        self.answer(went)
    }

    /// `:next`
    pub(super) fn next(&mut self, count: &str) -> Answer {
        let count = match count {
            "" => 1,
            count => match count.parse::<u32>() {
                Ok(count) if count > 0 => count,
                _ => {
                    return Answer::refused(format!(
                        "`:next {count}`: write how many steps, as a number"
                    ));
                }
            },
        };
        if let Some(answer) = self.nothing_to_run() {
            return answer;
        }
        let mut all = Vec::new();
        for _ in 1..count {
            match self.go(None, false, true) {
                Ok(Went {
                    events,
                    stop: StopReason::Done,
                }) => all.extend(events),
                Ok(Went { events, stop }) => {
                    all.extend(events);
                    return self.answer(Ok(Went { events: all, stop }));
                }
                Err(message) => return Answer::refused(message),
            }
        }
        let went = self.go(None, false, true).map(|went| {
            all.extend(went.events);
            Went {
                events: all,
                stop: went.stop,
            }
        });
        self.answer(went)
    }

    /// `:goto`
    pub(super) fn goto(&mut self, wanted: &str) -> Answer {
        if wanted.is_empty() {
            return Answer::refused("write `:goto NUMBER` or `:goto NAME`; `:steps` shows both");
        }
        let at = match self.find(wanted) {
            Ok(at) => at,
            Err(message) => return Answer::refused(message),
        };
        let moved = self
            .world
            .engine(|engine, _| engine.take_up(at.instruction));
        self.world.fresh = false;
        self.world.changed();
        match moved {
            Ok(()) => Answer::good(format!("next: {}; nothing between was run", place(&at))),
            Err(message) => Answer::refused(message),
        }
    }

    /// `:break`
    pub(super) fn break_at(&mut self, words: &str) -> Answer {
        let (off, wanted) = match words
            .strip_prefix("off")
            .filter(|rest| rest.is_empty() || rest.starts_with(' '))
        {
            Some(rest) => (true, rest.trim()),
            None => (false, words),
        };
        match (off, wanted) {
            (true, "") => {
                let count = self.world.breaks.len();
                self.world.breaks.clear();
                self.world.changed();
                Answer::good(format!("break points cleared: {count}"))
            }
            (false, "") => self.breaks(),
            (off, wanted) => match self.find(wanted) {
                Ok(at) if off => {
                    let was = self.world.breaks.remove(&at.instruction);
                    self.world.changed();
                    Answer::good(
                        if was {
                            "cleared"
                        } else {
                            "there was no break point"
                        }
                        .to_owned(),
                    )
                }
                Ok(at) => {
                    self.world.breaks.insert(at.instruction);
                    self.world.changed();
                    Answer::good(format!("a run stops before {}", place(&at)))
                }
                Err(message) => Answer::refused(message),
            },
        }
    }

    fn breaks(&mut self) -> Answer {
        let breaks = self.world.breaks.clone();
        let list = self.world.engine(|engine, _| {
            let here = engine
                .places()
                .filter(|(at, _)| breaks.contains(&at.instruction));
            here.map(|(at, _)| format!("{}\n", place(at)))
                .collect::<String>()
        });
        match list {
            Ok(list) if list.is_empty() => Answer::good("no break points; `:break STEP` sets one"),
            Ok(list) => Answer::good(list),
            Err(message) => Answer::refused(message),
        }
    }

    /// `:steps`
    pub(super) fn steps(&mut self, _: &str) -> Answer {
        let breaks = self.world.breaks.clone();
        let list = self.world.engine(|engine, _| {
            let next = engine.state().next();
            let over = engine.state().is_over();
            let mut out = String::new();
            let mut pointed = over;
            for (at, disabled) in engine.places() {
                let pointer = if at.instruction >= next && !pointed {
                    '>'
                } else {
                    ' '
                };
                pointed |= pointer == '>';
                let stop = if breaks.contains(&at.instruction) {
                    '*'
                } else {
                    ' '
                };
                let indent = "  ".repeat(at.depth as usize);
                let kind = if at.kind == NodeKind::Group {
                    "group "
                } else {
                    ""
                };
                let off = if disabled { " (disabled)" } else { "" };
                let _ = writeln!(
                    out,
                    "{pointer}{stop}{:4}  {indent}{kind}{}{off}",
                    at.instruction, at.name
                );
            }
            if (over || !pointed) && !out.is_empty() {
                out.push_str(">       the end\n");
            }
            out
        });
        match list {
            Ok(list) if list.is_empty() => Answer::good("no steps yet"),
            Ok(list) => Answer::good(list),
            Err(message) => Answer::refused(message),
        }
    }

    /// An instruction by its number, its name or its path.
    pub(super) fn find(&mut self, wanted: &str) -> Result<Location, String> {
        let places: Vec<Location> = self
            .world
            .engine(|engine, _| engine.places().map(|(at, _)| at.clone()).collect())?;
        if let Ok(number) = wanted.parse::<u32>() {
            let found = places.iter().find(|at| at.instruction == number);
            return found
                .cloned()
                .ok_or_else(|| format!("there is no step {number}; `:steps` shows the numbers"));
        }
        let bare = wanted.trim_matches('"');
        let same =
            |at: &&Location| is_same_path(wanted, &at.path) || at.name.eq_ignore_ascii_case(bare);
        let mut found = places.iter().filter(same);
        match (found.next(), found.next()) {
            (Some(one), None) => Ok(one.clone()),
            (Some(_), Some(_)) => {
                let numbers: Vec<String> = places
                    .iter()
                    .filter(same)
                    .map(|at| at.instruction.to_string())
                    .collect();
                Err(format!(
                    "several steps are called {bare}: write one of the numbers {}",
                    numbers.join(", ")
                ))
            }
            _ => {
                let near = nearest(bare, places.iter().map(|at| &*at.name));
                let near = near.map_or(String::new(), |near| format!("; did you mean \"{near}\"?"));
                Err(format!("there is no step called {bare}{near}"))
            }
        }
    }
}

/// An instruction in words.
pub(super) fn place(at: &Location) -> String {
    format!("{} \"{}\"", at.instruction, at.name)
}

/// The step that ended the run by failing.
fn failure(event: &Event) -> Option<Location> {
    match event {
        Event::Failed {
            at,
            then: Then::End,
            ..
        } => Some(at.clone()),
        Event::Finished {
            result: RunResult::Failed | RunResult::Stopped,
            failed: Some(at),
            ..
        } => Some(at.clone()),
        _ => None,
    }
}

/// What no line is printed for.
fn is_silent(event: &Event) -> bool {
    matches!(
        event,
        Event::GroupLeft {
            outcome: GroupOutcome::Completed,
            ..
        }
    )
}

/// The text of a restart that a step wants.
fn restart_message(event: &Event) -> Option<String> {
    match event {
        Event::RestartRequested { message, .. } => message.clone(),
        _ => None,
    }
}

/// The last lines of a run that ended well.
fn ending(event: &Event, counts: &Summary, real: bool) -> Option<String> {
    let Event::Finished {
        result: RunResult::Success,
        post_action,
        ..
    } = event
    else {
        return None;
    };
    let at_last = if real {
        "its post action was not started"
    } else {
        "at last it starts"
    };
    let post = post_action
        .as_ref()
        .map_or(String::new(), |command| format!("{at_last}: {command}\n"));
    let counts = counts.sentence();
    Some(format!("the sequence is over\n{counts}\n{post}"))
}
