//! What a run did, as the cases write it down.

use super::*;

fn path(at: &Location) -> String {
    at.path.to_string()
}

fn explained(out: &mut String, one: &Explained, depth: usize) {
    let facts: Vec<String> = one
        .facts
        .iter()
        .map(|fact| format!("{}: {}", fact.what, fact.value))
        .collect();
    let seen = if facts.is_empty() {
        String::new()
    } else {
        format!(" [{}]", facts.join("; "))
    };
    let _ = writeln!(
        out,
        "{}{}{seen} -> {}",
        "  ".repeat(depth),
        one.written,
        one.verdict
    );
    for missing in &one.missing {
        let _ = writeln!(out, "{}missing {missing}", "  ".repeat(depth + 1));
    }
    for remark in &one.remarks {
        let _ = writeln!(out, "{}~ {remark}", "  ".repeat(depth + 1));
    }
    for operand in &one.operands {
        explained(out, operand, depth + 1);
    }
}

fn condition(out: &mut String, explanation: &Explanation) {
    for one in &explanation.operands {
        explained(out, one, 1);
    }
}

fn word<T: serde::Serialize>(value: &T) -> String {
    let text = serde_json::to_value(value).expect("plain data");
    text.as_str().unwrap_or_default().replace('_', " ")
}

/// The number of an instruction, where a case wants it.
fn number(at: &Location, wants: &Wants) -> String {
    if wants.numbers {
        format!("#{} ", at.instruction)
    } else {
        String::new()
    }
}

pub fn shown(event: &Event, wants: &Wants) -> String {
    let mut out = String::new();
    match event {
        Event::GroupEntered {
            at,
            condition: found,
            ..
        } => {
            let _ = writeln!(out, "{}> {}", number(at, wants), path(at));
            if let Some(found) = found.as_ref().filter(|_| wants.explain) {
                condition(&mut out, found);
            }
        }
        Event::GroupLeft { at, outcome } => {
            let how = match outcome {
                GroupOutcome::Completed => String::new(),
                outcome => format!(" {}", word(outcome)),
            };
            let _ = writeln!(out, "{}< {}{how}", number(at, wants), path(at));
        }
        Event::StepRan(ran) => step_ran(&mut out, ran, wants),
        Event::Skipped { at, because } => skipped(&mut out, at, because, wants),
        Event::NotReached { at, group } => {
            let with = group
                .as_ref()
                .map_or(String::new(), |group| format!(" with {group}"));
            let _ = writeln!(out, "{}. {} not reached{with}", number(at, wants), path(at));
        }
        Event::Undecided { .. } => undecided(&mut out, event, wants),
        Event::Failed { .. } => failed(&mut out, event),
        Event::RestartRequested { .. } => restart_requested(&mut out, event),
        // What it changes is told by the trace of a run, and held against it elsewhere.
        Event::Restarted { .. } => {}
        Event::Finished { .. } => finished(&mut out, event),
    }
    out
}

fn step_ran(out: &mut String, ran: &StepRan, wants: &Wants) {
    let at = &ran.at;
    let code = if ran.exit_code > 0xFFFF {
        format!("{:#X}", ran.exit_code)
    } else {
        ran.exit_code.to_string()
    };
    let again = if ran.attempt > 0 {
        format!(" again ({})", ran.attempt)
    } else {
        String::new()
    };
    let bad = if ran.success { "" } else { " failed" };
    let _ = writeln!(
        out,
        "{}{}/{} {}{again} = {code}{bad}",
        number(at, wants),
        at.step,
        at.steps,
        path(at)
    );
    if let Some(found) = ran.condition.as_ref().filter(|_| wants.explain) {
        condition(out, found);
    }
    step_took(out, ran);
    step_did(out, ran, wants);
}

/// What a step took up: overridden and resolved names, rules, and its list.
fn step_took(out: &mut String, ran: &StepRan) {
    for name in &ran.overridden {
        let _ = writeln!(out, "  {name} is overridden");
    }
    for found in &ran.resolved {
        let by = word(&found.by);
        let _ = writeln!(out, "  %{}% is {} by {by}", found.name, found.value);
    }
    for rule in &ran.rules {
        let applied = if rule.applied { " applied" } else { "" };
        let _ = write!(out, "  rule {}{applied}: ", rule.number);
        explained(out, &rule.test, 0);
    }
    for item in &ran.list {
        let fault = item.fault.as_ref();
        let fault = fault.map_or_else(String::new, |fault| format!(" ({fault})"));
        let _ = writeln!(out, "  installs {} {}{fault}", item.variable, item.value);
    }
}

/// What a step did: deeds, changed variables, and what is remarked and assumed.
fn step_did(out: &mut String, ran: &StepRan, wants: &Wants) {
    for did in &ran.did {
        let _ = writeln!(out, "  {did}");
    }
    changed(out, &ran.changed, wants);
    for remark in &ran.remarks {
        let _ = writeln!(out, "  ~ {remark}");
    }
    for assumed in &ran.assumed {
        let _ = writeln!(out, "  ? {assumed}");
    }
}

fn changed(out: &mut String, changes: &[VariableChange], wants: &Wants) {
    for change in changes.iter().filter(|_| !wants.quiet) {
        let _ = writeln!(
            out,
            "  {}: {} -> {}",
            change.name, change.before, change.after
        );
    }
}

fn skipped(out: &mut String, at: &Location, because: &SkipReason, wants: &Wants) {
    let (number, path) = (number(at, wants), path(at));
    let _ = match because {
        SkipReason::Disabled => writeln!(out, "{number}- {path} disabled"),
        SkipReason::Group { path: group } => writeln!(out, "{number}- {path} with {group}"),
        SkipReason::Environment { run_in } => writeln!(out, "- {path} runs in {run_in} only"),
        SkipReason::NotKnown { missing } => writeln!(out, "- {path} not known: {missing}"),
        SkipReason::Condition { explanation } => {
            let verdict = explanation.verdict;
            let done = writeln!(out, "{number}- {path} condition {verdict}");
            if verdict == tasq::internals::engine::Verdict::False {
                condition(out, explanation);
            }
            done
        }
    };
}

fn undecided(out: &mut String, event: &Event, wants: &Wants) {
    let Event::Undecided {
        at,
        about,
        taken,
        missing,
        explanation,
        changed: changes,
    } = event
    else {
        return;
    };
    let _ = writeln!(
        out,
        "? {} {about}, taken as {}; missing {}",
        path(at),
        word(taken),
        missing.join(", ")
    );
    changed(out, changes, wants);
    if let Some(found) = explanation {
        condition(out, found);
    }
}

fn failed(out: &mut String, event: &Event) {
    let Event::Failed {
        at,
        exit_code,
        failure,
        then,
        ..
    } = event
    else {
        return;
    };
    let then = match then {
        Then::NextStep => "next step".to_owned(),
        Then::BehindGroup { path } => format!("behind {path}"),
        Then::End => "end".to_owned(),
    };
    let (path, failure) = (path(at), word(failure));
    let _ = writeln!(out, "! {path} {exit_code:#X} {failure}: {then}");
}

fn restart_requested(out: &mut String, event: &Event) {
    let Event::RestartRequested {
        target,
        cause,
        again,
        message,
        delay,
        ..
    } = event
    else {
        return;
    };
    let _ = write!(out, "* restart to {target} by {}", word(cause));
    if *again {
        out.push_str(", then again");
    }
    if let Some(text) = message {
        let _ = write!(out, ", {text:?}");
    }
    if let Some(seconds) = delay {
        let _ = write!(out, ", {seconds} s");
    }
    out.push('\n');
}

fn finished(out: &mut String, event: &Event) {
    let Event::Finished {
        result,
        code,
        failed,
        ran,
        ignored,
        restarts,
        post_action,
    } = event
    else {
        return;
    };
    let _ = write!(out, "= {} {code:#X}", word(result));
    if let Some(at) = failed {
        let _ = write!(out, " by {}", path(at));
    }
    let _ = write!(out, ", {ran} ran");
    if *ignored > 0 {
        let _ = write!(out, ", {ignored} ignored");
    }
    if *restarts > 0 {
        let _ = write!(out, ", {restarts} restarts");
    }
    out.push('\n');
    if let Some(command) = post_action {
        let _ = writeln!(out, "  at the end: {command}");
    }
}

pub fn end(out: &mut String, engine: &Engine<'_>, wants: &Wants) {
    for name in &wants.end {
        let found = engine
            .variables()
            .shown()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        let (name, value) = found.map_or((name.as_str(), Shown::Nothing), |(name, value)| {
            (name, value)
        });
        let _ = writeln!(out, "{name} is {value}");
    }
}
