//! A run on the terminal: a bar that moves where there is one, plain lines elsewhere.

use std::{
    io::{self, IsTerminal as _, Write as _},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use super::{super::output, ask, screen::Screen};
use crate::{
    engine::{Event, Location, NodeKind, SkipReason, StepFailure, Then, Variables},
    report,
    run::{Console, Pause, StopSignal},
};

/// What gets the output of processes.
type Output = Box<dyn FnMut(&str)>;
/// What gets the state of downloads: bytes done, and all of them.
type Progress = Box<dyn FnMut(u64, Option<u64>)>;
/// Both.
pub(in super::super) type Watchers = (Output, Progress);

/// The lines of a run on standard output; with JSON there, on standard error.
pub(in super::super) struct Terminal {
    json: bool,
    quiet: bool,
    screen: Screen,
    /// Whether it was said what the keyboard is for.
    hinted: bool,
    stop: StopSignal,
}

impl Terminal {
    pub(in super::super) fn new(json: bool, step: bool, quiet: bool) -> Terminal {
        let moves = !json && !step && !quiet && output::can_redraw();
        Terminal {
            json,
            quiet,
            screen: Screen::new(moves, quiet || json),
            hinted: false,
            stop: StopSignal::default(),
        }
    }

    /// A line that is always there.
    pub(in super::super) fn head(&mut self, text: &str) {
        self.screen.clear();
        let text = output::readable(&format!("{text}\n"));
        // Nobody can be told that the reader is gone, and the run must not end for it.
        let _ = if self.json {
            io::stderr().write_all(text.as_bytes())
        } else {
            io::stdout().write_all(text.as_bytes())
        };
    }

    fn line(&mut self, text: &str) {
        if !self.quiet {
            self.head(text);
        }
    }

    /// With what somebody leaves the run.
    pub(in super::super) fn stop(&self) -> &StopSignal {
        &self.stop
    }

    /// Takes away the line that moves.
    pub(in super::super) fn done(&mut self) {
        self.screen.done();
    }

    /// What gets the output of processes and the state of downloads.
    pub(in super::super) fn output(&self) -> Watchers {
        let (printed, downloads) = (self.screen.clone(), self.screen.clone());
        let moves = downloads.moves();
        let output = move |text: &str| printed.output(text);
        let progress = move |done: u64, whole: Option<u64>| {
            if moves {
                let (done, whole) = (
                    done >> 20,
                    whole.map_or(String::new(), |whole| format!(" of {}", whole >> 20)),
                );
                downloads.moving(&format!("downloading: {done}{whole} MB"));
            }
        };
        (Box::new(output), Box::new(progress))
    }
}

/// `1:02:03`, `04:05`.
fn clock(elapsed: Duration) -> String {
    let seconds = elapsed.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes:02}:{seconds:02}")
    }
}

impl Console for Terminal {
    fn say(&mut self, text: &str) {
        self.head(&format!("tasq: {text}"));
    }

    fn begins(&mut self, at: &Location, elapsed: Duration) {
        if at.kind != NodeKind::Step {
            return self.line(&format!("{}{}", "  ".repeat(at.depth as usize), at.name));
        }
        let percent = if at.steps > 0 {
            u64::from(at.step.saturating_sub(1)) * 100 / u64::from(at.steps)
        } else {
            0
        };
        let text = format!(
            "[{}/{} {percent:>3}% {}] {}",
            at.step,
            at.steps,
            clock(elapsed),
            at.name
        );
        if self.screen.moves() {
            if !std::mem::replace(&mut self.hinted, true) && io::stdin().is_terminal() {
                self.line("Enter shows what a step prints, and hides it again.");
            }
            self.screen.begins(text);
        } else {
            self.line(&text);
        }
    }

    fn event(&mut self, event: &Event) {
        match event {
            Event::StepRan(ran) if ran.success && self.screen.moves() => {
                let text = format!("[{}/{}] {}", ran.at.step, ran.at.steps, ran.at.name);
                self.line(&text);
            }
            Event::StepRan(ran) if !ran.success => {
                self.head(&format!(
                    "failed: {} with exit code {}",
                    ran.at.path, ran.exit_code
                ));
                for line in self.screen.unseen() {
                    self.line(&format!("  | {line}"));
                }
                for line in &ran.did {
                    self.line(&format!("  {line}"));
                }
            }
            Event::Failed {
                at,
                failure,
                exit_code,
                then: Then::End,
                ..
            } if *failure != StepFailure::ExitCode => {
                let reason = report::failed(*failure, *exit_code);
                self.head(&format!("failed: {}: {reason}", at.path));
            }
            Event::Failed {
                then: Then::NextStep | Then::BehindGroup { .. },
                ..
            } => {
                self.line("  the run goes on all the same");
            }
            Event::Skipped {
                because: SkipReason::Group { .. },
                ..
            } => self.screen.clear(),
            Event::Skipped { at, because } => {
                let why = match because {
                    SkipReason::Disabled => "disabled",
                    SkipReason::Condition { .. } => "its condition does not hold",
                    SkipReason::Environment { .. } => "not in this environment",
                    _ => "not known",
                };
                self.line(&format!("skipped: {} ({why})", at.path));
            }
            Event::Undecided { at, missing, .. } => {
                self.head(&format!(
                    "undecided: {}; not known: {}",
                    at.path,
                    missing.join(", ")
                ));
            }
            _ => {}
        }
    }

    fn pause(&mut self, at: &Location, variables: &Variables) -> Pause {
        loop {
            let question = format!(
                "{} - continue, skip, retry the one before, variables, set NAME=VALUE, run on, quit? [c/s/r/v/n/q] ",
                at.path
            );
            let Some(answer) = ask::line(&question) else {
                return Pause::Quit;
            };
            let (word, rest) = answer.trim().split_once(' ').unwrap_or((answer.trim(), ""));
            match word {
                "" | "c" | "continue" => return Pause::Continue,
                "s" | "skip" => return Pause::Skip,
                "r" | "retry" => return Pause::Retry,
                "n" | "run" => return Pause::Run,
                "q" | "quit" => return Pause::Quit,
                "v" | "variables" => {
                    for (name, value) in variables.shown() {
                        self.head(&format!("  {name} = {value}"));
                    }
                }
                "set" => match rest.split_once('=') {
                    Some((name, value)) => {
                        return Pause::Set(name.trim().to_owned(), value.to_owned());
                    }
                    None => self.head("  write: set NAME=VALUE"),
                },
                _ => self.head("  c, s, r, v, set NAME=VALUE, n or q"),
            }
        }
    }

    fn countdown(&mut self, message: &str, seconds: u64) {
        self.head(message);
        if seconds == 0 {
            return;
        }
        if io::stdin().is_terminal() {
            self.head("Enter restarts at once.");
        }
        let early = self.screen.enter();
        let end = Instant::now() + Duration::from_secs(seconds);
        while let Some(rest) = end.checked_duration_since(Instant::now()) {
            if self.stop.is_asked() {
                return;
            }
            let left = rest.as_secs() + 1;
            if self.screen.moves() {
                self.screen.moving(&format!("restart in {left} seconds "));
            } else if left % 10 == 0 || left == seconds {
                self.head(&format!("restart in {left} seconds"));
            }
            let piece = rest.min(Duration::from_secs(1));
            match early.recv_timeout(piece) {
                Ok(()) => return,
                Err(mpsc::RecvTimeoutError::Timeout) => {}
                // Nobody types: only the time counts.
                Err(mpsc::RecvTimeoutError::Disconnected) => thread::sleep(piece),
            }
        }
    }
}
