//! Runs a plan.

use std::{sync::Arc, time::Instant};

use super::{
    coverage::Coverage,
    judge::{ended, judge},
    machines::TestMachine,
    observe::observe,
    plan::{CheckKind, Planned, TestPlan},
    report::{TestReport, TestVerdict, scrub},
    subject::TestSubject,
};
use crate::{
    engine::{Program, RunResult},
    model::{RunOutcome, StepOutcome},
    source::Span,
};

/// Which tests of a plan are to run.
pub type TestFilter<'a> = &'a dyn Fn(&str, Span) -> bool;

/// Runs the tests of a plan that are wanted, by their names and places, each on each of its
/// machines; what they cover is added to `coverage`.
pub fn run(plan: &TestPlan, wanted: TestFilter<'_>, coverage: &mut Coverage) -> Vec<TestReport> {
    let programs: Vec<Option<Program<'_>>> = plan
        .subjects
        .iter()
        .map(|subject| Program::new(&subject.sequence, &subject.children).ok())
        .collect();
    let mut out = Vec::new();
    for planned in &plan.tests {
        let (Some(subject), Some(Some(program))) = (
            plan.subjects.get(planned.subject),
            programs.get(planned.subject),
        ) else {
            continue;
        };
        if !wanted(&planned.test.name.value, planned.test.span) {
            continue;
        }
        let test_run = TestRun {
            program,
            subject,
            planned,
            fail_on_assumption: plan.fail_on_assumption,
        };
        for machine in &planned.machines {
            out.push(test_run.on(machine, coverage));
        }
    }
    out
}

/// A test that is to run.
struct TestRun<'a> {
    program: &'a Program<'a>,
    subject: &'a TestSubject,
    planned: &'a Planned,
    fail_on_assumption: bool,
}

impl TestRun<'_> {
    fn on(&self, machine: &TestMachine, coverage: &mut Coverage) -> TestReport {
        let planned = self.planned;
        let instructions = self.subject.catalogue.instructions();
        let observed = |keep| observe(self.program, planned, &machine.machine, instructions, keep);
        let start = Instant::now();
        let mut kept = observed(false);
        coverage.add(self.subject, &kept);
        let mut failures = judge(planned, &kept, self.fail_on_assumption);
        if !failures.is_empty() {
            // The same once more, with reasons.
            kept = observed(true);
            failures = judge(planned, &kept, self.fail_on_assumption);
        }
        let secrets = secrets(planned, &kept.secrets);
        let clean = |text: &str| scrub(text, &secrets);
        for failure in &mut failures {
            failure.expected = clean(&failure.expected);
            failure.actual = clean(&failure.actual);
            failure.why = failure.why.iter().map(|line| clean(line)).collect();
        }
        let end = kept.end.as_ref();
        let surprise =
            end.filter(|end| end.result != RunResult::Success && !speaks_of_end(planned));
        let remark = |end| clean(&format!("{}, and the test does not say so", ended(end)));
        let several = planned.machines.len() > 1;
        TestReport {
            name: clean(&planned.test.name.value),
            machine: machine.name.clone().filter(|_| several),
            span: planned.test.span,
            subject: self.subject.name.clone(),
            verdict: if failures.is_empty() {
                TestVerdict::Passed
            } else {
                TestVerdict::Failed
            },
            failures,
            remarks: surprise.map(remark).into_iter().collect(),
            ended: end.map_or_else(
                || "the run did not end".to_owned(),
                |end| clean(&ended(end)),
            ),
            steps: end.map_or(0, |end| end.ran),
            restarts: end.map_or(0, |end| end.restarts),
            assumed: kept.assumed.iter().map(|own| clean(&own.path)).collect(),
            events: kept.events,
            seconds: start.elapsed().as_secs_f64(),
            secrets,
        }
    }
}

/// Whether a test says how its run ends.
fn speaks_of_end(planned: &Planned) -> bool {
    planned.checks.iter().any(|check| match &check.kind {
        CheckKind::Run(outcome, _) => {
            matches!(
                outcome,
                RunOutcome::Failed | RunOutcome::Success | RunOutcome::At(_) | RunOutcome::Exits(_)
            )
        }
        CheckKind::Step(_, outcome, _) => matches!(outcome, StepOutcome::Failed) && !check.not,
        CheckKind::Condition(_) => false,
    })
}

/// The values that a test gives for secrets and masked variables, and those that its run masked.
fn secrets(planned: &Planned, of_run: &[String]) -> Arc<[String]> {
    let test = &planned.test;
    let masked = test
        .variables
        .iter()
        .filter(|variable| variable.masked)
        .map(|variable| variable.value.clone());
    let stand_ins = test.secrets.iter().map(|(_, value)| value.clone());
    let mut all: Vec<String> = masked
        .chain(stand_ins)
        .chain(of_run.iter().cloned())
        .filter(|value| !value.is_empty())
        .collect();
    all.sort();
    all.dedup();
    all.into()
}
