//! A run, as far as expectations and coverage ask about it.

use super::plan::{CheckKind, Planned};
use crate::{
    engine::{
        Engine, Event, Explanation, GroupOutcome, InitialVariable, Location, NodeKind, Program,
        RunOptions, RunResult, SkipReason, StepRan, Verdict,
    },
    host::simulated::SimulatedHost,
    machine::Machine,
    model::{Condition, Expression, ExpressionKind, Operand, Operator, StepOutcome, TestCase},
};
use std::sync::Arc;

/// What happened to a step or group.
#[derive(Clone, Debug, Default)]
pub(super) struct StepObservation {
    /// How often it ran, or the group was entered.
    pub ran: u32,
    /// The event with which it first ran.
    pub first: Option<usize>,
    /// The last event of its running.
    pub last: Option<usize>,
    /// The last event about it.
    pub latest: Option<usize>,
    pub skipped: bool,
    pub failed: bool,
    /// The exit code of its last run.
    pub code: u32,
    pub undecided: bool,
}

/// How the run ended.
#[derive(Clone, Debug)]
pub(super) struct End {
    pub result: RunResult,
    pub code: u32,
    pub failed: Option<Location>,
    pub restarts: u32,
    pub ran: u32,
}

/// A question that nobody could decide.
#[derive(Clone, Debug)]
pub(super) struct UndecidedQuestion {
    pub instruction: u32,
    pub path: String,
    /// `condition`, `rule 2`, `sequence` or `element`.
    pub about: String,
    pub missing: Vec<String>,
    /// The event.
    pub event: usize,
}

/// A step whose outcome rests on what nobody gave.
#[derive(Clone, Debug)]
pub(super) struct AssumedStep {
    pub path: String,
    /// What nobody said.
    pub missing: String,
    /// The event.
    pub event: usize,
}

/// What was seen of a run.
#[derive(Debug, Default)]
pub(super) struct Observed {
    /// By instruction.
    pub steps: Vec<StepObservation>,
    /// `None` when the run did not end.
    pub end: Option<End>,
    pub doubts: Vec<UndecidedQuestion>,
    /// Steps whose outcome rests on what nobody gave.
    pub assumed: Vec<AssumedStep>,
    /// By the number of the check: what a condition came to, in the end or behind a step.
    pub answers: Vec<Option<Explanation>>,
    /// What happened, if it was to be kept.
    pub events: Vec<Event>,
    /// The conditions that held and that did not, by instruction.
    pub sides: Vec<(bool, bool)>,
    /// The rules of Set Dynamic Variables that held and that did not: instruction, number of the
    /// rule from 1, which side.
    pub rules: Vec<(u32, u32, bool)>,
    /// Values that must not be shown.
    pub secrets: Vec<String>,
    count: usize,
}

/// Runs a test once on one machine. With `keep` the events are kept, with explanations.
pub(super) fn observe(
    program: &Program<'_>,
    planned: &Planned,
    machine: &Arc<Machine>,
    instructions: usize,
    keep: bool,
) -> Observed {
    let mut host =
        SimulatedHost::new(Arc::clone(machine)).with_outcomes(planned.mocks.iter().cloned());
    let mut engine = Engine::new(program, options(&planned.test, keep));
    let mut observed = Observed {
        steps: vec![StepObservation::default(); instructions],
        sides: vec![(false, false); instructions],
        answers: vec![None; planned.checks.len()],
        ..Observed::default()
    };
    let watched = watched(planned);
    let mut trace = engine.trace(&mut host);
    while let Some(Ok(event)) = trace.next() {
        observed.event(&event);
        if let Event::StepRan(ran) = &event {
            let own = |(_, place, _): &&(usize, u32, Condition)| *place == ran.at.instruction;
            for (check, _, condition) in watched.iter().filter(own) {
                let answer = trace.engine().evaluate(condition, trace.host());
                observed.answer(*check, answer);
            }
        }
        if keep {
            observed.events.push(event);
        }
        observed.count += 1;
    }
    for (check, place) in planned.checks.iter().zip(&mut observed.answers) {
        if let CheckKind::Condition(condition) = &check.kind {
            *place = Some(engine.evaluate(condition, &host));
        }
    }
    observed.secrets = engine.variables().secrets().map(str::to_owned).collect();
    observed
}

/// What a test begins its run with.
fn options(test: &TestCase, explain: bool) -> RunOptions {
    let variables = test.variables.iter().map(|one| InitialVariable {
        name: one.name.value.clone(),
        value: one.value.clone(),
        masked: one.masked,
    });
    let secrets = test.secrets.iter();
    let secrets = secrets.map(|(name, value)| (name.value.clone(), value.clone()));
    RunOptions {
        explain,
        variables: variables.collect(),
        secrets: secrets.collect(),
        ..RunOptions::default()
    }
}

/// The checks that ask for variables behind a step: the check's number, the step's instruction, the
/// condition.
fn watched(planned: &Planned) -> Vec<(usize, u32, Condition)> {
    let mut out = Vec::new();
    for (index, check) in planned.checks.iter().enumerate() {
        let CheckKind::Step(place, StepOutcome::Sets(sets), _) = &check.kind else {
            continue;
        };
        let operands = sets.iter().map(|(name, value)| {
            let kind = ExpressionKind::Variable {
                variable: name.clone(),
                operator: Operator::Equals,
                value: Some(value.clone()),
            };
            Operand::Expression(Box::new(Expression {
                kind,
                overrides: Vec::new(),
                span: name.span.to(value.span),
            }))
        });
        out.push((
            index,
            place.instruction,
            Condition {
                operands: operands.collect(),
                span: check.span,
            },
        ));
    }
    out
}

impl Observed {
    fn seen(&mut self, at: &Location) -> Option<&mut StepObservation> {
        let count = self.count;
        let seen = self.steps.get_mut(at.instruction as usize)?;
        seen.latest = Some(count);
        Some(seen)
    }

    fn side(&mut self, at: &Location, holds: bool) {
        if let Some(sides) = self.sides.get_mut(at.instruction as usize) {
            if holds {
                sides.0 = true;
            } else {
                sides.1 = true;
            }
        }
    }

    /// Keeps what a check's condition came to; the last time counts.
    fn answer(&mut self, check: usize, answer: Explanation) {
        if let Some(place) = self.answers.get_mut(check) {
            *place = Some(answer);
        }
    }

    fn event(&mut self, event: &Event) {
        let now = self.count;
        match event {
            Event::GroupEntered { at, .. } => {
                self.entered(at);
                self.held(at);
            }
            Event::GroupLeft { at, outcome } => {
                if let Some(seen) = self.seen(at) {
                    seen.failed |= *outcome != GroupOutcome::Completed;
                    seen.last = Some(now);
                }
            }
            Event::StepRan(ran) => self.step(ran),
            Event::Skipped { at, because } => self.skipped(at, because),
            Event::Undecided {
                at, about, missing, ..
            } => {
                if let Some(seen) = self.seen(at) {
                    seen.undecided |= about == "condition";
                }
                self.doubts.push(UndecidedQuestion {
                    instruction: at.instruction,
                    path: at.path.to_string(),
                    about: about.clone(),
                    missing: missing.clone(),
                    event: now,
                });
            }
            Event::Failed { at, exit_code, .. } => {
                if let Some(seen) = self.seen(at) {
                    seen.failed = true;
                    seen.code = *exit_code;
                }
            }
            Event::RestartRequested { .. } | Event::Restarted { .. } | Event::NotReached { .. } => {
            }
            Event::Finished {
                result,
                code,
                failed,
                restarts,
                ran,
                ..
            } => {
                self.end = Some(End {
                    result: *result,
                    code: *code,
                    failed: failed.clone(),
                    restarts: *restarts,
                    ran: *ran,
                });
            }
        }
    }

    /// A step or group ran.
    fn entered(&mut self, at: &Location) -> Option<&mut StepObservation> {
        let now = self.count;
        let seen = self.seen(at)?;
        seen.ran += 1;
        seen.first.get_or_insert(now);
        seen.last = Some(now);
        Some(seen)
    }

    fn step(&mut self, ran: &StepRan) {
        if let Some(seen) = self.entered(&ran.at) {
            seen.code = ran.exit_code;
        }
        self.held(&ran.at);
        self.assumed(ran);
        let rules = ran.rules.iter();
        let decided = rules.filter(|rule| rule.test.verdict != Verdict::Undecided);
        let sides = decided.map(|rule| (ran.at.instruction, rule.number, rule.applied));
        self.rules.extend(sides);
    }

    /// Notes on what the outcome of a step rests; the first time counts.
    fn assumed(&mut self, ran: &StepRan) {
        let known = self.assumed.iter().any(|own| own.path == *ran.at.path);
        if known || !ran.is_assumed() {
            return;
        }
        let end = ran.has_assumed_end().then(|| "how it ends".to_owned());
        let missing: Vec<String> = end.into_iter().chain(ran.assumed.iter().cloned()).collect();
        self.assumed.push(AssumedStep {
            path: ran.at.path.to_string(),
            missing: missing.join(", "),
            event: self.count,
        });
    }

    fn skipped(&mut self, at: &Location, because: &SkipReason) {
        if let Some(seen) = self.seen(at) {
            seen.skipped = true;
        }
        match because {
            SkipReason::Condition { explanation } if explanation.verdict == Verdict::False => {
                self.side(at, false);
            }
            // It was asked before.
            SkipReason::NotKnown { .. } | SkipReason::Environment { .. } => self.held(at),
            _ => {}
        }
    }

    /// What ran had a condition that held, unless nobody could decide it.
    fn held(&mut self, at: &Location) {
        let undecided = self
            .steps
            .get(at.instruction as usize)
            .is_some_and(|seen| seen.undecided);
        if !undecided {
            self.side(at, true);
        }
    }

    /// What was seen of a step or group.
    pub fn of(&self, instruction: u32) -> StepObservation {
        self.steps
            .get(instruction as usize)
            .cloned()
            .unwrap_or_default()
    }
}

/// Whether an instruction's condition counts: steps, groups and child sequences have one.
pub(super) fn has_condition(kind: NodeKind) -> bool {
    kind != NodeKind::Xml
}
