//! Scripts that are known by their name, and what comes of them without running them.

use crate::{
    computer::{Outcome, ProcessResult, Task, Work},
    vocabulary::known_script,
};

/// What a script that is not started comes to: how it ends, where that is always the same. What it
/// sets and starts next is then in the outcome.
pub(super) fn end_of(
    work: &Work<'_>,
    task: &Task<'_>,
    outcome: &mut Outcome,
) -> Option<ProcessResult> {
    let Task::CommandLine(command) = task else {
        return None;
    };
    let (script, arguments) = known_script(command)?;
    if script.makes_winpe_next(arguments) {
        outcome.boots_winpe = true;
    }
    if let Some(moved) = &script.moves {
        // What nobody knows stays so.
        let now = (work.variables)(&moved.variable);
        let next = now.map(|now| moved.behind(&now, work.variables).to_owned());
        outcome
            .variables
            .extend(next.map(|next| (moved.variable.clone(), next)));
    }
    script.exit_code.map(|exit_code| ProcessResult {
        exit_code,
        ..ProcessResult::default()
    })
}
