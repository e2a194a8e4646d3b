//! Expectations that cannot all be met, and variables that nothing could have set.

use std::collections::{HashMap, HashSet};

use super::{
    machines::TestMachine,
    plan::{Assertion, CheckKind, StepPlace},
    subject::TestSubject,
};
use crate::{
    diagnostic::{Code, Finding, nearest},
    lint,
    model::{
        Condition, ExpectationKind, ExpressionKind, Operand, Operator, RunOutcome, Sequence,
        StepOutcome, TestCase,
    },
    source::Span,
    vocabulary::is_known,
};

/// Something that an expectation says, and what it says of it.
type ExpectedFact = (String, String);

/// Reports expectations of one test that contradict each other.
pub(super) fn contradictions(checks: &[Assertion], findings: &mut Vec<Finding>) {
    let mut known: HashMap<String, (String, Span)> = HashMap::new();
    let mut reported = HashSet::new();
    for check in checks {
        for (about, value) in facts(check) {
            match known.get(&about) {
                Some((earlier, _)) if *earlier != value && !reported.insert(about.clone()) => {}
                Some((earlier, first)) if *earlier != value => {
                    let message = "this cannot be so together with another expectation";
                    let finding =
                        Finding::new(Code::ContradictingExpectations, check.span, message)
                            .label("expected here")
                            .also(*first, "and the contrary here")
                            .help("no run can meet both; remove one of the two");
                    findings.push(finding);
                    break;
                }
                Some(_) => {}
                None => {
                    known.insert(about, (value, check.span));
                }
            }
        }
    }
}

fn facts(check: &Assertion) -> Vec<ExpectedFact> {
    match &check.kind {
        CheckKind::Step(place, outcome, _) => of_step(place, outcome, check.not),
        CheckKind::Run(outcome, _) => of_run(outcome, check.not),
        CheckKind::Condition(condition) => match condition.operands.as_slice() {
            [Operand::Expression(expression)] => {
                of_variable(&expression.kind).into_iter().collect()
            }
            _ => Vec::new(),
        },
    }
}

fn of_step(place: &StepPlace, outcome: &StepOutcome, not: bool) -> Vec<ExpectedFact> {
    let fact = |about: &str, value: String| (format!("{about} {}", place.path), value);
    let holds = |about: &str, value: bool| fact(about, value.to_string());
    match (outcome, not) {
        (StepOutcome::Ran | StepOutcome::Sets(_), false) | (StepOutcome::Exits(_), false) => {
            vec![holds("ran", true)]
        }
        (StepOutcome::Before(_) | StepOutcome::After(_), false) => vec![holds("ran", true)],
        (StepOutcome::Ran, true) => vec![holds("ran", false)],
        (StepOutcome::Skipped, false) => {
            vec![
                holds("ran", false),
                holds("reached", true),
                holds("failed", false),
            ]
        }
        (StepOutcome::Reached, true) => {
            vec![
                holds("ran", false),
                holds("reached", false),
                holds("failed", false),
            ]
        }
        (StepOutcome::Reached, false) => vec![holds("reached", true)],
        (StepOutcome::Failed, false) => vec![holds("failed", true), holds("reached", true)],
        (StepOutcome::Failed, true) => vec![holds("failed", false)],
        (StepOutcome::Succeeded, false) => vec![holds("ran", true), holds("failed", false)],
        (StepOutcome::Times(count), false) => {
            vec![holds("ran", *count > 0), fact("times", count.to_string())]
        }
        _ => Vec::new(),
    }
}

fn of_run(outcome: &RunOutcome, not: bool) -> Vec<ExpectedFact> {
    let fact = |about: &str, value: String| vec![(about.to_owned(), value)];
    match (outcome, not) {
        (RunOutcome::Success, not) => fact("success", (!not).to_string()),
        (RunOutcome::Failed | RunOutcome::At(_), false) => fact("success", "false".to_owned()),
        (RunOutcome::Restarts(count), false) => fact("restarts", count.to_string()),
        (RunOutcome::Undecided(Some(count)), false) => fact("undecided", count.to_string()),
        _ => Vec::new(),
    }
}

/// `NAME == "text"` without names in the text.
fn of_variable(kind: &ExpressionKind) -> Option<ExpectedFact> {
    let ExpressionKind::Variable {
        variable,
        operator: Operator::Equals,
        value: Some(value),
    } = kind
    else {
        return None;
    };
    let about = format!("variable {}", variable.value.to_lowercase());
    (!value.value.contains('%')).then(|| (about, value.value.to_lowercase()))
}

/// Reports variables in expectations that neither the sequence nor the test could have set.
pub(super) fn variables(
    test: &TestCase,
    subject: &TestSubject,
    machines: &[TestMachine],
    findings: &mut Vec<Finding>,
) {
    if sequences(subject).any(lint::may_set_anything) {
        return;
    }
    let known = KnownVariables::of(test, subject, machines);
    let scripts = scripts(sequences(subject));
    let mut reported = HashSet::new();
    for (name, span) in asked(test) {
        let lower = name.to_lowercase();
        if known.has(&lower)
            || is_known(&lower)
            || scripts.contains(&lower)
            || !reported.insert(lower)
        {
            continue;
        }
        let finding = Finding::new(
            Code::ExpectedVariable,
            span,
            format!("nothing sets `{name}`"),
        );
        findings.push(
            match nearest(&name, known.names.iter().map(String::as_str)) {
                Some(near) => finding.label(format!("did you mean `{near}`?")).unsafe_fix(
                    format!("write `{near}`"),
                    span,
                    near,
                ),
                None => finding.label("no step, no mock and no machine of this test sets it"),
            },
        );
    }
}

/// The variables that something in a test could set, or that are read in its sequences.
#[derive(Default)]
struct KnownVariables {
    /// In small letters.
    keys: HashSet<String>,
    /// As they are spelled where they first stand.
    names: Vec<String>,
    /// The names, in small letters, behind which stands a number.
    bases: Vec<String>,
}

impl KnownVariables {
    fn of(test: &TestCase, subject: &TestSubject, machines: &[TestMachine]) -> KnownVariables {
        let mut known = KnownVariables::default();
        for sequence in sequences(subject) {
            for one in lint::variable_uses(sequence) {
                if one.base {
                    known.bases.push(one.name.to_lowercase());
                } else {
                    // What is read is spelled right, or has a finding of its own.
                    known.add(one.name);
                }
            }
        }
        let machines = || machines.iter().map(|machine| &machine.machine);
        let outcomes = machines().flat_map(|machine| &machine.outcomes);
        let given = test.variables.iter().map(|variable| &variable.name.value);
        let mocked = test.mocks.iter().flat_map(|mock| &mock.sets);
        let of_machines = machines().flat_map(|machine| &machine.variables);
        let pairs = mocked
            .chain(of_machines)
            .chain(outcomes.flat_map(|mock| &mock.sets));
        for name in given.chain(pairs.map(|(name, _)| name)) {
            known.add(name);
        }
        known
    }

    fn add(&mut self, name: &str) {
        if self.keys.insert(name.to_lowercase()) {
            self.names.push(name.to_owned());
        }
    }

    /// Whether a name in small letters is one of them.
    fn has(&self, key: &str) -> bool {
        let numbered = |base: &String| key.strip_prefix(base.as_str()).is_some_and(is_number);
        self.keys.contains(key) || self.bases.iter().any(numbered)
    }
}

/// The sequences whose steps a test can run.
fn sequences(subject: &TestSubject) -> impl Iterator<Item = &Sequence> {
    std::iter::once(&subject.sequence).chain(subject.children.sequences())
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn scripts<'a>(sequences: impl Iterator<Item = &'a Sequence>) -> String {
    sequences.map(lint::scripts).collect()
}

/// The variables that a test's expectations ask for, with the places of their names.
fn asked(test: &TestCase) -> Vec<(String, Span)> {
    let mut out = Vec::new();
    for expectation in &test.expectations {
        match &expectation.kind {
            ExpectationKind::Condition(condition) => in_condition(condition, &mut out),
            ExpectationKind::Step { outcomes, .. } => {
                let sets = outcomes.iter().flat_map(|wanted| match &wanted.what {
                    StepOutcome::Sets(sets) => sets.as_slice(),
                    _ => &[],
                });
                out.extend(sets.map(|(name, _)| (name.value.clone(), name.span)));
            }
            ExpectationKind::Run(_) => {}
        }
    }
    out
}

fn in_condition(condition: &Condition, out: &mut Vec<(String, Span)>) {
    let mut pending: Vec<&Operand> = condition.operands.iter().rev().collect();
    while let Some(operand) = pending.pop() {
        match operand {
            Operand::Operator { operands, .. } => pending.extend(operands.iter().rev()),
            Operand::Expression(expression) => {
                if let ExpressionKind::Variable { variable, .. } = &expression.kind {
                    out.push((variable.value.clone(), variable.span));
                }
            }
            Operand::Os(_) | Operand::Xml(_) => {}
        }
    }
}
