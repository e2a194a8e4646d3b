//! A run in numbers.

use serde::Serialize;

use crate::engine::{Event, RunResult};

/// How many of what there were.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// How the run ended: `success`, `failed`, `stopped`; empty when it did not end.
    pub result: String,
    /// The code that the product reports.
    pub code: u32,
    /// Steps that ran.
    pub ran: usize,
    /// Steps among them whose outcome rests on facts that nobody gave.
    pub assumed: usize,
    /// Steps and groups that were skipped by their own condition or because they are disabled.
    pub skipped: usize,
    /// Steps that failed.
    pub failed: usize,
    /// Restarts.
    pub restarts: usize,
    /// Questions that nobody could decide: where, and what is missing.
    pub undecided: Vec<(String, Vec<String>)>,
    /// The step that made the run fail.
    pub cause: Option<String>,
}

impl Summary {
    /// Counts events.
    pub fn of(events: &[Event]) -> Summary {
        let mut summary = Summary::default();
        for event in events {
            match event {
                Event::StepRan(ran) => {
                    summary.ran += 1;
                    summary.assumed += usize::from(!ran.assumed.is_empty());
                }
                Event::Skipped { because, .. } => {
                    let own = !matches!(because, crate::engine::SkipReason::Group { .. });
                    summary.skipped += usize::from(own);
                }
                Event::Failed { .. } => summary.failed += 1,
                Event::RestartRequested { refused, .. } => {
                    summary.restarts += usize::from(refused.is_none());
                }
                Event::Undecided { at, missing, .. } => {
                    summary
                        .undecided
                        .push((at.path.to_string(), missing.clone()));
                }
                Event::Finished {
                    result,
                    code,
                    failed,
                    ..
                } => {
                    summary.result = match result {
                        RunResult::Success => "success",
                        RunResult::Failed => "failed",
                        RunResult::Stopped => "stopped",
                    }
                    .to_owned();
                    summary.code = *code;
                    summary.cause = failed.as_ref().map(|at| at.path.to_string());
                }
                Event::GroupEntered { .. } | Event::GroupLeft { .. } => {}
            }
        }
        summary
    }

    /// How the run ended, in one sentence: `Success: 6 ran (1 on an assumption), 2 skipped.`
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
            1 => parts.push("1 restart".to_owned()),
            many => parts.push(format!("{many} restarts")),
        }
        format!("{}: {}.", self.ended(), parts.join(", "))
    }

    /// How the run ended, in a few words.
    pub fn ended(&self) -> String {
        match (self.result.as_str(), &self.cause) {
            ("success", _) => "Success".to_owned(),
            ("failed", Some(cause)) => format!("Failed at {cause} with {}", code(self.code)),
            ("failed", None) => format!("Failed with {}", code(self.code)),
            ("stopped", _) => "Stopped at what nobody could decide".to_owned(),
            _ => "Not finished".to_owned(),
        }
    }
}

/// A code as people look for it: small ones in decimal, others in hexadecimal beside it.
pub(crate) fn code(code: u32) -> String {
    if code < 0x1_0000 {
        code.to_string()
    } else {
        format!("{code} (0x{code:08X})")
    }
}
