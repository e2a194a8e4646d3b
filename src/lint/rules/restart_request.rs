//! TQ0507: `SMSTSRebootRequested` is given a value that is neither `HD` nor `WinPE`
//! (task-sequence-variables.md lists these two).
//!
//! MDT's own scripts set `true`, and MDT knows it: its sequences are passed over.

use crate::{
    diagnostic::{Code, Finding},
    lint::Facts,
    model::{Assigned, Node, Step, Value},
    source::Span,
    vocabulary::Dialect,
};

/// The variable that asks for a restart behind the step that sets it.
const REQUEST: &str = "SMSTSRebootRequested";

/// Finds values that a restart cannot go to.
pub fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let sequence = facts.sequence;
    let mut findings = Vec::new();
    if sequence.dialect == Dialect::Mdt {
        return findings;
    }
    findings.extend(sequence.global_variables.iter().filter_map(assigned));
    sequence.walk(&mut |node, _| {
        if let Node::Step(step) = node {
            of_step(step, &mut findings);
        }
    });
    findings
}

fn of_step(step: &Step, findings: &mut Vec<Finding>) {
    let rules = step.rules.iter().flat_map(|rule| &rule.variables);
    findings.extend(step.assignments.iter().chain(rules).filter_map(assigned));
    for setting in &step.settings {
        if let Value::Script(text) = &setting.value {
            let values = in_script(text).into_iter();
            findings.extend(values.filter_map(|value| finding(value, setting.span)));
        }
    }
}

fn assigned(assigned: &Assigned) -> Option<Finding> {
    let named = assigned.name.value.trim().eq_ignore_ascii_case(REQUEST);
    let value = assigned.value.text().filter(|_| named)?;
    finding(value, assigned.value_span)
}

fn finding(value: &str, span: Span) -> Option<Finding> {
    let value = value.trim();
    let known = ["", "HD", "WinPE"];
    let known = known.iter().any(|known| value.eq_ignore_ascii_case(known));
    // What a variable of the run holds is known in the run.
    if known || value.contains('%') {
        return None;
    }
    let says = format!("`{REQUEST}` is `HD` or `WinPE`, not `{value}`");
    Some(
        Finding::new(Code::OddRestartRequest, span, says)
            .label("in Windows PE the run cannot go on behind such a restart")
            .help("`HD` starts the installed system, `WinPE` the boot image; an empty value asks for no restart"),
    )
}

/// The texts that a script of PowerShell or VBScript gives the variable.
fn in_script(text: &str) -> Vec<&str> {
    let lower = text.to_ascii_lowercase();
    let name = REQUEST.to_ascii_lowercase();
    let mut found = Vec::new();
    for (at, _) in lower.match_indices(&name) {
        let rest = &text[at + name.len()..];
        let value = rest.strip_prefix(['"', '\'']).and_then(|rest| {
            let rest = rest.trim_start().strip_prefix(')')?.trim_start();
            let rest = rest.strip_prefix('=')?.trim_start();
            let quote = rest
                .chars()
                .next()
                .filter(|own| matches!(own, '"' | '\''))?;
            let (value, _) = rest[1..].split_once(quote)?;
            Some(value)
        });
        found.extend(value.filter(|value| !value.contains('$')));
    }
    found
}
