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

pub fn shown(event: &Event, wants: &Wants) -> String {
    let mut out = String::new();
    let number = |at: &Location| {
        if wants.numbers {
            format!("#{} ", at.instruction)
        } else {
            String::new()
        }
    };
    let _ = match event {
        Event::GroupEntered {
            at,
            condition: found,
        } => {
            let done = writeln!(out, "{}> {}", number(at), path(at));
            if let Some(found) = found.as_ref().filter(|_| wants.explain) {
                condition(&mut out, found);
            }
            done
        }
        Event::GroupLeft {
            at,
            outcome: GroupOutcome::Completed,
        } => writeln!(out, "{}< {}", number(at), path(at)),
        Event::GroupLeft { at, outcome } => {
            writeln!(out, "{}< {} {}", number(at), path(at), word(outcome))
        }
        Event::StepRan(ran) => {
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
                number(at),
                at.step,
                at.steps,
                path(at)
            );
            if let Some(found) = ran.condition.as_ref().filter(|_| wants.explain) {
                condition(&mut out, found);
            }
            for name in &ran.overridden {
                let _ = writeln!(out, "  {name} is overridden");
            }
            for found in &ran.resolved {
                let _ = writeln!(
                    out,
                    "  %{}% is {} by {}",
                    found.name,
                    found.value,
                    word(&found.by)
                );
            }
            for rule in &ran.rules {
                let _ = write!(
                    out,
                    "  rule {}{}: ",
                    rule.number,
                    if rule.applied { " applied" } else { "" }
                );
                explained(&mut out, &rule.test, 0);
            }
            for item in &ran.list {
                let fault = item
                    .fault
                    .as_ref()
                    .map(|fault| format!(" ({fault})"))
                    .unwrap_or_default();
                let _ = writeln!(out, "  installs {} {}{fault}", item.variable, item.value);
            }
            for did in &ran.did {
                let _ = writeln!(out, "  {did}");
            }
            for change in ran.changed.iter().filter(|_| !wants.quiet) {
                let _ = writeln!(
                    out,
                    "  {}: {} -> {}",
                    change.name, change.before, change.after
                );
            }
            for remark in &ran.remarks {
                let _ = writeln!(out, "  ~ {remark}");
            }
            for assumed in &ran.assumed {
                let _ = writeln!(out, "  ? {assumed}");
            }
            Ok(())
        }
        Event::NotReached { at, group: None } => {
            writeln!(out, "{}. {} not reached", number(at), path(at))
        }
        Event::NotReached {
            at,
            group: Some(group),
        } => writeln!(out, "{}. {} not reached with {group}", number(at), path(at)),
        Event::Skipped { at, because } => match because {
            SkipReason::Disabled => writeln!(out, "{}- {} disabled", number(at), path(at)),
            SkipReason::Group { path: group } => {
                writeln!(out, "{}- {} with {group}", number(at), path(at))
            }
            SkipReason::Environment { run_in } => {
                writeln!(out, "- {} runs in {run_in} only", path(at))
            }
            SkipReason::NotKnown { missing } => {
                writeln!(out, "- {} not known: {missing}", path(at))
            }
            SkipReason::Condition { explanation } => {
                let done = writeln!(
                    out,
                    "{}- {} condition {}",
                    number(at),
                    path(at),
                    explanation.verdict
                );
                if explanation.verdict == tasq::internals::engine::Verdict::False {
                    condition(&mut out, explanation);
                }
                done
            }
        },
        Event::Undecided {
            at,
            about,
            taken,
            missing,
            explanation,
            changed,
        } => {
            let done = writeln!(
                out,
                "? {} {about}, taken as {}; missing {}",
                path(at),
                word(taken),
                missing.join(", ")
            );
            for change in changed.iter().filter(|_| !wants.quiet) {
                let _ = writeln!(
                    out,
                    "  {}: {} -> {}",
                    change.name, change.before, change.after
                );
            }
            if let Some(found) = explanation {
                condition(&mut out, found);
            }
            done
        }
        Event::Failed {
            at,
            exit_code,
            failure,
            then,
        } => {
            let then = match then {
                Then::NextStep => "next step".to_owned(),
                Then::BehindGroup { path } => format!("behind {path}"),
                Then::End => "end".to_owned(),
            };
            writeln!(
                out,
                "! {} {:#X} {}: {then}",
                path(at),
                exit_code,
                word(failure)
            )
        }
        Event::RestartRequested {
            target,
            cause,
            again,
            message,
            delay,
            ..
        } => {
            let again = if *again { ", then again" } else { "" };
            let message = message
                .as_ref()
                .map(|text| format!(", {text:?}"))
                .unwrap_or_default();
            let delay = delay
                .map(|seconds| format!(", {seconds} s"))
                .unwrap_or_default();
            writeln!(
                out,
                "* restart to {target} by {}{again}{message}{delay}",
                word(cause)
            )
        }
        Event::Finished {
            result,
            code,
            failed,
            ran,
            ignored,
            restarts,
            post_action,
        } => {
            let failed = failed
                .as_ref()
                .map(|at| format!(" by {}", path(at)))
                .unwrap_or_default();
            let _ = write!(out, "= {} {code:#X}{failed}, {ran} ran", word(result));
            if *ignored > 0 {
                let _ = write!(out, ", {ignored} ignored");
            }
            if *restarts > 0 {
                let _ = write!(out, ", {restarts} restarts");
            }
            let done = writeln!(out);
            if let Some(command) = post_action {
                let _ = writeln!(out, "  at the end: {command}");
            }
            done
        }
    };
    out
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
