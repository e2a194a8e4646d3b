//! A run in numbers, made here and nowhere else: the tree, the page, the table of machines, JSON
//! and the prompt show these.

use serde::Serialize;

use crate::engine::{Event, RunResult, SkipReason, Verdict};

/// How many of what there were.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// How the run ended: `success`, `failed`, `stopped`; empty when it did not end.
    pub result: String,
    /// The code that the product reports.
    pub code: u32,
    /// How often steps ran.
    pub ran: usize,
    /// Those of them whose outcome rests on what nobody gave.
    pub assumed: usize,
    /// Steps and groups that were skipped by their own condition, because they are disabled or may
    /// not run there.
    pub skipped: usize,
    /// Steps and groups that were not reached. A group counts as one, with all it holds.
    pub not_reached: usize,
    /// Steps that failed.
    pub failed: usize,
    /// Restarts.
    pub restarts: usize,
    /// Questions that nobody could decide: where, and what is missing.
    pub undecided: Vec<(String, Vec<String>)>,
    /// The step that made the run fail.
    pub cause: Option<String>,
}

/// What an event counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum CountedAs {
    Ran,
    Assumed,
    Skipped,
    NotReached,
    Failed,
    Restart,
    Undecided,
}

/// What an event counts as; most count as one thing, some as nothing.
pub(super) fn counted(event: &Event) -> &'static [CountedAs] {
    match event {
        Event::StepRan(ran) if ran.is_assumed() => &[CountedAs::Ran, CountedAs::Assumed],
        Event::StepRan(_) => &[CountedAs::Ran],
        // With its group, or as a question.
        Event::Skipped { because, .. } if !is_own(because) => &[],
        Event::Skipped { .. } => &[CountedAs::Skipped],
        Event::NotReached { group: Some(_), .. } => &[],
        Event::NotReached { .. } => &[CountedAs::NotReached],
        Event::Failed { .. } => &[CountedAs::Failed],
        Event::RestartRequested { refused: None, .. } => &[CountedAs::Restart],
        Event::RestartRequested { .. } => &[CountedAs::Failed],
        Event::Undecided { .. } => &[CountedAs::Undecided],
        Event::Finished { .. }
        | Event::GroupEntered { .. }
        | Event::GroupLeft { .. }
        | Event::Restarted { .. } => &[],
    }
}

/// Whether something was skipped by itself, and for certain.
fn is_own(because: &SkipReason) -> bool {
    match because {
        SkipReason::Disabled | SkipReason::Environment { .. } => true,
        SkipReason::Condition { explanation } => explanation.verdict != Verdict::Undecided,
        SkipReason::Group { .. } | SkipReason::NotKnown { .. } => false,
    }
}

impl Summary {
    /// Counts events.
    pub fn of(events: &[Event]) -> Summary {
        let mut summary = Summary::default();
        events.iter().for_each(|event| summary.add(event));
        summary
    }

    /// Counts one more event.
    pub fn add(&mut self, event: &Event) {
        for what in counted(event) {
            match what {
                CountedAs::Ran => self.ran += 1,
                CountedAs::Assumed => self.assumed += 1,
                CountedAs::Skipped => self.skipped += 1,
                CountedAs::NotReached => self.not_reached += 1,
                CountedAs::Failed => self.failed += 1,
                CountedAs::Restart => self.restarts += 1,
                // They are listed.
                CountedAs::Undecided => {}
            }
        }
        match event {
            Event::Undecided { at, missing, .. } => {
                let question = (at.path.to_string(), missing.clone());
                self.undecided.push(question);
            }
            Event::Finished {
                result,
                code,
                failed,
                ..
            } => {
                self.result = match result {
                    RunResult::Success => "success",
                    RunResult::Failed => "failed",
                    RunResult::Stopped => "stopped",
                }
                .to_owned();
                self.code = *code;
                self.cause = failed.as_ref().map(|at| at.path.to_string());
            }
            _ => {}
        }
    }

    /// How the run ended, in one sentence:
    /// `Success, if 1 assumption holds: 6 ran (1 on an assumption), 2 skipped.`
    pub fn sentence(&self) -> String {
        let mut parts = vec![format!("{} ran", self.ran)];
        if self.assumed > 0 {
            parts = vec![format!(
                "{} ran ({} on an assumption)",
                self.ran, self.assumed
            )];
        }
        let others = [
            (self.skipped, "skipped"),
            (self.not_reached, "not reached"),
            (self.failed, "failed"),
            (self.undecided.len(), "undecided"),
        ];
        parts.extend(
            others
                .iter()
                .filter(|(count, _)| *count > 0)
                .map(|(count, word)| format!("{count} {word}")),
        );
        match self.restarts {
            0 => {}
            count => parts.push(many(count, "restart")),
        }
        format!("{}: {}.", self.ended(), parts.join(", "))
    }

    /// How the run ended, in a few words, and on how much that rests.
    pub fn ended(&self) -> String {
        let rests = self.rests_on();
        match (self.result.as_str(), &self.cause) {
            ("success", _) => format!("Success{rests}"),
            ("failed", Some(cause)) => {
                format!("Failed at {cause} with {}{rests}", code(self.code))
            }
            ("failed", None) => format!("Failed with {}{rests}", code(self.code)),
            ("stopped", _) => "Stopped at what nobody could decide".to_owned(),
            _ => "Not finished".to_owned(),
        }
    }

    /// `, if 21 assumptions hold`; nothing where all was known.
    fn rests_on(&self) -> String {
        let assumptions = many(self.assumed, "assumption");
        let answers = many(self.undecided.len(), "undecided answer");
        let verb = |count| if count == 1 { "holds" } else { "hold" };
        match (self.assumed, self.undecided.len()) {
            (0, 0) => String::new(),
            (count, 0) => format!(", if {assumptions} {}", verb(count)),
            (0, count) => format!(", if {answers} {}", verb(count)),
            _ => format!(", if {assumptions} and {answers} hold"),
        }
    }
}

fn many(count: usize, word: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {word}{plural}")
}

/// A code as people look for it: small ones in decimal, others in hexadecimal beside it.
pub(crate) fn code(code: u32) -> String {
    if code < 0x1_0000 {
        code.to_string()
    } else {
        format!("{code} (0x{code:08X})")
    }
}
