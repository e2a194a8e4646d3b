//! What the log says of an event: the patterns that readers of the product's log know, as far as
//! public logs show them.

use super::LogLine;
use crate::engine::{
    Event, Explained, GroupOutcome, Location, NodeKind, RestartCause, RunResult, Shown, SkipReason,
    StepFailure, StepRan, Then, VariableChange,
};

/// The lines of an event.
pub fn of(event: &Event) -> Vec<LogLine> {
    let mut out = Vec::new();
    match event {
        Event::GroupEntered { at, condition, .. } => {
            if let Some(condition) = condition {
                condition_lines(at, &condition.operands, &mut out);
            }
            out.push(group_entered(at));
        }
        Event::GroupLeft { at, outcome } => out.extend(group_left(at, *outcome)),
        Event::StepRan(ran) => step_ran(ran, &mut out),
        Event::Skipped { at, because } => skipped(at, because, &mut out),
        // The product's log says nothing of them here.
        Event::NotReached { .. } | Event::Restarted { .. } => {}
        Event::Undecided {
            at, about, missing, ..
        } => out.push(undecided(at, about, missing)),
        Event::Failed {
            at,
            exit_code,
            failure,
            then,
            ..
        } => failed(at, *exit_code, *failure, then, &mut out),
        Event::RestartRequested { .. } => out.extend(restart_requested(event)),
        Event::Finished {
            result,
            failed,
            ignored,
            post_action,
            ..
        } => {
            finished(
                *result,
                failed.as_ref(),
                *ignored,
                post_action.as_deref(),
                &mut out,
            );
        }
    }
    out
}

fn group_entered(at: &Location) -> LogLine {
    let what = if at.kind == NodeKind::Child {
        "task sequence"
    } else {
        "group"
    };
    line(
        at,
        1,
        format!("The {what} ({}) has been successfully started", at.name),
    )
}

/// The lines of a restart; `delay` is how long it is announced, in seconds, and in which words.
fn restart_requested(event: &Event) -> Vec<LogLine> {
    let Event::RestartRequested {
        at,
        target,
        cause,
        message,
        delay,
        refused,
        ..
    } = event
    else {
        return Vec::new();
    };
    if let Some(why) = refused {
        let text = format!("The computer is not restarted: {why}");
        return vec![line(at, 3, text)];
    }
    let message = message.as_deref().unwrap_or("");
    let cause = match cause {
        RestartCause::Step => "the step is a restart",
        RestartCause::ExitCode => "the exit code asks for it",
        RestartCause::Variable => "SMSTSRebootRequested asks for it",
    };
    let requested = format!(
        "A restart into {target} was requested by the action ({}): {cause}",
        at.name
    );
    let announced =
        delay.map(|delay| format!("The restart is announced for {delay} seconds: {message}"));
    let result = "Execution engine result code: Reboot".to_owned();
    [Some(requested), announced, Some(result)]
        .into_iter()
        .flatten()
        .map(|text| line(at, 1, text))
        .collect()
}

/// The line with which an instruction begins.
pub(super) fn begins(at: &Location, kind: &str, disabled: bool) -> LogLine {
    line(
        at,
        1,
        format!(
            "Start executing an instruction. Instruction name: '{}'.  Pointer: {}. Type: '{kind}'. Disabled: {}",
            at.name,
            at.instruction,
            u8::from(disabled)
        ),
    )
}

fn line(at: &Location, severity: u8, message: String) -> LogLine {
    LogLine {
        instruction: Some(at.instruction),
        ..LogLine::new(severity, message)
    }
}

fn undecided(at: &Location, about: &str, missing: &[String]) -> LogLine {
    let missing = missing.join(", ");
    let name = &at.name;
    let text = format!("The {about} of ({name}) cannot be decided; not known: {missing}");
    line(at, 2, text)
}

fn group_left(at: &Location, outcome: GroupOutcome) -> Vec<LogLine> {
    let name = &at.name;
    match outcome {
        GroupOutcome::Completed => vec![line(
            at,
            1,
            format!("The group ({name}) has been successfully completed"),
        )],
        GroupOutcome::Failed => vec![line(
            at,
            3,
            format!(
                "The execution of the group ({name}) has failed and the execution has been aborted. An action failed.\n\
                 Operation aborted (Error: 80004004; Source: Windows)"
            ),
        )],
        GroupOutcome::FailureIgnored => {
            vec![line(
                at,
                2,
                format!(
                    "The group ({name}) ignored the failure of an action and goes on behind it"
                ),
            )]
        }
    }
}

fn condition_lines(at: &Location, operands: &[Explained], out: &mut Vec<LogLine>) {
    for operand in operands {
        let facts: Vec<String> = operand
            .facts
            .iter()
            .map(|fact| format!("{} is {}", fact.what, fact.value))
            .collect();
        let facts = if facts.is_empty() {
            String::new()
        } else {
            format!(" ({})", facts.join(", "))
        };
        let text = format!(
            "Evaluated condition: {} is {}{facts}",
            operand.written, operand.verdict
        );
        out.push(line(at, 1, text));
        condition_lines(at, &operand.operands, out);
    }
}

fn step_ran(ran: &StepRan, out: &mut Vec<LogLine>) {
    let at = &ran.at;
    if let Some(condition) = &ran.condition {
        condition_lines(at, &condition.operands, out);
    }
    for resolved in &ran.resolved {
        let text = match &resolved.value {
            Shown::Nothing => format!(
                "Expand a string: %{}% is not defined and stays as it is",
                resolved.name
            ),
            value => format!("Expand a string: %{}% is {value}", resolved.name),
        };
        out.push(line(at, 1, text));
    }
    for done in &ran.did {
        out.push(line(at, 1, done.to_string()));
    }
    for missing in &ran.assumed {
        out.push(line(at, 2, format!("Not known, and assumed: {missing}")));
    }
    for remark in &ran.remarks {
        out.push(line(at, 2, remark.clone()));
    }
    for change in &ran.changed {
        out.push(line(at, 1, changed(change)));
    }
    if ran.success {
        let text = format!(
            "Successfully completed the action ({}) with the exit win32 code {}",
            at.name, ran.exit_code
        );
        out.push(line(at, 1, text));
    }
}

fn changed(change: &VariableChange) -> String {
    let value = match &change.after {
        Shown::Text(text) => text.clone(),
        Shown::Masked => "********".to_owned(),
        Shown::Unknown(_) => "(not known)".to_owned(),
        Shown::Nothing => String::new(),
    };
    format!("Set a global environment variable {}={value}", change.name)
}

fn skipped(at: &Location, because: &SkipReason, out: &mut Vec<LogLine>) {
    let what = if at.kind == NodeKind::Group {
        "group"
    } else {
        "action"
    };
    let why = match because {
        SkipReason::Disabled => "it is disabled".to_owned(),
        SkipReason::Condition { explanation } => {
            condition_lines(at, &explanation.operands, out);
            "the condition evaluates to false".to_owned()
        }
        SkipReason::Group { path } => format!("its group {path} is skipped"),
        SkipReason::Environment { run_in } => format!("it runs in {run_in} only"),
        SkipReason::NotKnown { missing } => format!("it is not known: {missing}"),
    };
    out.push(line(
        at,
        1,
        format!("The {what} ({}) has been skipped because {why}", at.name),
    ));
}

fn failed(at: &Location, code: u32, failure: StepFailure, then: &Then, out: &mut Vec<LogLine>) {
    let why = match failure {
        StepFailure::ExitCode => "The exit code is none of success",
        StepFailure::TimeOut => "It ran longer than its time-out",
        StepFailure::TooOften => "It asked to run again too often",
        StepFailure::ReadOnly => "It sets a read-only variable",
        StepFailure::ValueTooLong => "It sets a value that is too long",
        StepFailure::MalformedList => "A member of its list is malformed",
        StepFailure::Environment => "It may not run in this environment",
        StepFailure::DisabledSequence => "The sequence that it runs is disabled",
        StepFailure::Interrupted => "It was cut off",
        StepFailure::OddRestartRequest => {
            "In Windows PE the run goes on only behind a restart to HD or WinPE"
        }
    };
    out.push(line(
        at,
        3,
        format!(
            "Failed to run the action: {}.\n{why} (Error: {code:08X}; Source: Windows)",
            at.name
        ),
    ));
    match then {
        Then::NextStep => {
            out.push(line(
                at,
                2,
                format!("The action ({}) failed, and it continues on error", at.name),
            ));
        }
        Then::BehindGroup { path } => {
            out.push(line(
                at,
                2,
                format!("Let the parent group {path} decide: it continues on error"),
            ));
        }
        Then::End => {}
    }
}

fn finished(
    result: RunResult,
    failed: Option<&Location>,
    ignored: u32,
    post_action: Option<&str>,
    out: &mut Vec<LogLine>,
) {
    if result == RunResult::Success {
        if ignored > 0 {
            out.push(LogLine::new(2, format!("{ignored} failures were ignored")));
        }
        out.push(LogLine::new(1, "Execution engine result code: Success"));
    } else {
        if let Some(at) = failed {
            let text = format!(
                "Failed to run the last action: {}. Execution of task sequence failed.",
                at.name
            );
            out.push(line(
                at,
                3,
                format!("{text}\nUnspecified error (Error: 80004005; Source: Windows)"),
            ));
        }
        out.push(LogLine::new(
            3,
            "Task Sequence Engine failed! Code: enExecutionFail",
        ));
        out.push(LogLine::new(
            3,
            "Task sequence execution failed with error code 80004005",
        ));
    }
    if let Some(command) = post_action {
        out.push(LogLine::new(1, format!("Post action: {command}")));
    }
}
