//! What steps do on a described machine: `tests/machine/steps.txt`.

use std::fmt::Write as _;

use tasq::internals::{
    compile::compile,
    computer::{Host as _, Outcome, Work},
    deed::ResultBasis,
    elaborate::ParameterValues,
    host::simulated::SimulatedHost,
    model::{Node, Step, Value},
};

use super::{answer, cases_of, machine, text_of};
use crate::cases::{self, Case, Rewrites, Shelf};

/// All steps with their paths.
fn steps<'a>(nodes: &'a [Node], above: &str, out: &mut Vec<(String, &'a Step)>) {
    for node in nodes {
        let Some(common) = node.common() else {
            continue;
        };
        let start = if above.is_empty() {
            String::new()
        } else {
            format!("{above} / ")
        };
        let path = format!("{start}\"{}\"", common.name.value);
        match node {
            Node::Group(group) => steps(&group.nodes, &path, out),
            Node::Step(step) => out.push((path, step)),
            Node::Xml(_) => {}
        }
    }
}

fn work_of<'a>(
    step: &'a Step,
    path: &'a str,
    values: &'a [(String, String)],
    look: &'a dyn Fn(&str) -> Option<String>,
) -> Work<'a> {
    Work {
        step,
        path,
        values,
        success: &[0, 1641, 3010],
        variables: look,
        scrub: &|text| text.to_owned(),
        all: &Vec::new,
    }
}

fn shown(outcome: &Outcome) -> Vec<String> {
    let assumed = match outcome.basis {
        ResultBasis::Given => "",
        ResultBasis::Assumed => " assumed",
    };
    let mut out = vec![format!("exit {}{assumed}", outcome.exit_code)];
    if outcome.seconds > 0 {
        out.push(format!("seconds {}", outcome.seconds));
    }
    if !outcome.output.is_empty() {
        out.push(format!("output {}", outcome.output));
    }
    out.extend(outcome.did.iter().map(|line| format!("did {line}")));
    out.extend(
        outcome
            .variables
            .iter()
            .map(|(name, value)| format!("set {name}={value}")),
    );
    out.extend(outcome.assumed.iter().map(|fact| format!("assumed {fact}")));
    out
}

/// Calls a function for each step of a case, in order.
pub(super) fn each_step(case: &Case, with: &mut dyn FnMut(&Work<'_>)) {
    let source = case.section("steps").unwrap_or_default().join("\n");
    let compiled = compile(
        "lab.tasq",
        "lab.tasq",
        source.into_bytes(),
        &Shelf,
        &ParameterValues::default(),
    );
    let bad: Vec<_> = compiled
        .findings
        .iter()
        .filter(|finding| finding.is_error())
        .collect();
    assert!(bad.is_empty(), "{}: {bad:#?}", case.title());
    let sequence = compiled.sequence;
    let mut all = Vec::new();
    steps(&sequence.nodes, "", &mut all);
    let variables: Vec<(&str, &str)> = case
        .section("variables")
        .unwrap_or_default()
        .iter()
        .filter_map(|line| line.split_once('='))
        .collect();
    let look = |name: &str| {
        variables
            .iter()
            .find(|(own, _)| *own == name)
            .map(|(_, value)| (*value).to_owned())
    };
    for (path, step) in &all {
        let table = step.table().expect("a known type");
        let value = |value: &Value| match value {
            Value::Script(text) => Some(text.clone()),
            other => other.text().map(str::to_owned),
        };
        let values: Vec<(String, String)> = step
            .settings
            .iter()
            .filter_map(|setting| {
                Some((
                    table.property[setting.property].name.clone(),
                    value(&setting.value)?,
                ))
            })
            .collect();
        with(&work_of(step, path, &values, &look));
    }
}

#[test]
fn steps_do_what_the_machine_says() {
    let mut failures = String::new();
    let mut rewrites = Rewrites::default();
    for case in cases_of("steps") {
        let mut host = SimulatedHost::new(machine(&case.title(), &text_of(&case)));
        let mut found: Vec<String> = Vec::new();
        each_step(&case, &mut |work| {
            found.push(format!("{}:", work.path));
            let outcome = host.perform(work);
            found.extend(shown(&outcome).into_iter().map(|line| format!("  {line}")));
        });
        found.push(format!("clock {}", host.clock()));
        for question in case.section("questions").unwrap_or_default() {
            found.push(format!("{question} => {}", answer(&mut host, question)));
        }
        let wanted = case.section("outcomes").unwrap_or_default();
        let same = found
            .iter()
            .map(|line| line.trim_end())
            .eq(wanted.iter().map(|line| line.trim_end()));
        if !same {
            let _ = writeln!(failures, "{}\n{}\n", case.title(), found.join("\n"));
            rewrites.section(&case, "outcomes", found);
        }
    }
    if cases::updates() {
        return rewrites.write();
    }
    assert!(failures.is_empty(), "{failures}");
}
