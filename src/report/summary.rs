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
                Event::StepRan(_) => summary.ran += 1,
                Event::Skipped { because, .. } => {
                    let own = !matches!(because, crate::engine::Because::Group { .. });
                    summary.skipped += usize::from(own);
                }
                Event::Failed { .. } => summary.failed += 1,
                Event::RestartRequested { .. } => summary.restarts += 1,
                Event::Undecided { at, missing, .. } => {
                    summary.undecided.push((at.path.to_string(), missing.clone()));
                }
                Event::Finished { result, code, failed, .. } => {
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
}
