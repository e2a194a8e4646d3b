//! Expectations against what was seen: what was expected, what happened, and why.

use super::{
    observe::{End, Observed, StepObservation},
    plan::{Assertion, CheckKind, Planned, StepPlace},
    report::UnmetExpectation,
};
use crate::{
    engine::{
        Event, Explanation, MASK, RunResult, Shown, SkipReason, StepFailure as Fault, Then, Verdict,
    },
    model::{RunOutcome, Spanned, StepOutcome},
    report,
};

/// What was expected of a check and what happened; nothing when the two agree.
struct Judged {
    expected: String,
    actual: String,
    why: Vec<String>,
    upto: Option<usize>,
}

/// What of a test was not met. Reasons need a run whose events were kept.
pub(super) fn judge(
    planned: &Planned,
    observed: &Observed,
    fail_on_assumption: bool,
) -> Vec<UnmetExpectation> {
    let mut out = Vec::new();
    for (index, check) in planned.checks.iter().enumerate() {
        let judged = match &check.kind {
            CheckKind::Step(place, outcome, other) => StepCheck {
                not: check.not,
                place,
                outcome,
                other: other.as_ref(),
                answer: observed.answers.get(index).and_then(Option::as_ref),
                observed,
                seen: observed.of(place.instruction),
            }
            .judged(),
            CheckKind::Condition(_) => of_condition(observed.answers.get(index)),
            CheckKind::Run(outcome, place) => of_run(check, outcome, place.as_ref(), observed),
        };
        if let Some(Judged {
            expected,
            actual,
            why,
            upto,
        }) = judged
        {
            out.push(UnmetExpectation {
                span: check.span,
                expected,
                actual,
                why,
                upto,
            });
        }
    }
    if observed.end.is_none() {
        out.push(UnmetExpectation {
            span: planned.test.name.span,
            expected: "a run that ends".to_owned(),
            actual: "it goes on and on".to_owned(),
            why: Vec::new(),
            upto: None,
        });
    }
    out.extend(undecided(planned, observed));
    if fail_on_assumption {
        out.extend(assumed(planned, observed));
    }
    out
}

/// Steps whose outcome nobody gave.
fn assumed(planned: &Planned, observed: &Observed) -> Option<UnmetExpectation> {
    let first = observed.assumed.first()?;
    let what = match observed.assumed.len() {
        1 => first.path.clone(),
        count => format!("{count} steps"),
    };
    let steps = observed.assumed.iter();
    let why = steps.map(|own| format!("{}: nobody said {}", own.path, own.missing));
    Some(UnmetExpectation {
        span: planned.test.name.span,
        expected: "every outcome given".to_owned(),
        actual: format!("the outcome of {what} rests on an assumption"),
        why: why.collect(),
        upto: Some(first.event),
    })
}

/// Conditions that nobody could decide, and that the test does not speak of.
fn undecided(planned: &Planned, observed: &Observed) -> Option<UnmetExpectation> {
    let speaks = |check: &Assertion| {
        matches!(&check.kind, CheckKind::Run(RunOutcome::Undecided(_), _)) && !check.not
    };
    if planned.test.undecided_allowed || planned.checks.iter().any(speaks) {
        return None;
    }
    let named = |instruction: u32| {
        planned.checks.iter().any(|check| match &check.kind {
            CheckKind::Step(place, StepOutcome::Undecided, _) => {
                place.instruction == instruction && !check.not
            }
            _ => false,
        })
    };
    let left: Vec<_> = observed
        .doubts
        .iter()
        .filter(|doubt| !named(doubt.instruction))
        .collect();
    let first = left.first()?;
    let why = left.iter().map(|doubt| {
        let missing = if doubt.missing.is_empty() {
            "what is needed".to_owned()
        } else {
            doubt.missing.join(", ")
        };
        format!("{}: {}: nobody said {missing}", doubt.path, doubt.about)
    });
    let what = match (left.len(), first.about.as_str()) {
        (1, "condition") => format!("the condition of {}", first.path),
        (1, about) => format!("the {about} of {}", first.path),
        (count, _) => format!("{count} questions"),
    };
    Some(UnmetExpectation {
        span: planned.test.name.span,
        expected: "everything decided".to_owned(),
        actual: format!("nobody could decide {what}"),
        why: why.collect(),
        upto: Some(first.event),
    })
}

/// What is expected of a step, and all that is known of it.
struct StepCheck<'a> {
    not: bool,
    place: &'a StepPlace,
    outcome: &'a StepOutcome,
    /// The step that this one is to run before or after.
    other: Option<&'a StepPlace>,
    /// What the values came to that it is to set.
    answer: Option<&'a Explanation>,
    observed: &'a Observed,
    seen: StepObservation,
}

impl StepCheck<'_> {
    fn judged(&self) -> Option<Judged> {
        if self.holds() != self.not {
            return None;
        }
        let word = if self.place.group { "group" } else { "step" };
        let not = if self.not { "not " } else { "" };
        let wanted = self.wanted();
        Some(Judged {
            expected: format!("{word} {} {not}{wanted}", self.place.path),
            actual: self.actual(),
            why: self.why(),
            upto: self.seen.latest,
        })
    }

    fn holds(&self) -> bool {
        let seen = &self.seen;
        match self.outcome {
            StepOutcome::Ran => seen.ran > 0,
            StepOutcome::Skipped => seen.skipped && seen.ran == 0,
            StepOutcome::Failed => seen.failed,
            StepOutcome::Succeeded => seen.ran > 0 && !seen.failed,
            StepOutcome::Reached => seen.latest.is_some(),
            StepOutcome::Undecided => seen.undecided,
            StepOutcome::Times(count) => seen.ran == *count,
            StepOutcome::Exits(codes) => seen.ran > 0 && codes.contains(&seen.code),
            StepOutcome::Before(_) => before(seen, &self.seen_of_other()),
            StepOutcome::After(_) => before(&self.seen_of_other(), seen),
            StepOutcome::Sets(_) => self
                .answer
                .is_some_and(|answer| answer.verdict == Verdict::True),
        }
    }

    /// The outcome in the words of the language.
    fn wanted(&self) -> String {
        let other = self.other.map_or("", |other| other.path.as_str());
        match self.outcome {
            StepOutcome::Ran => "ran".to_owned(),
            StepOutcome::Skipped => "skipped".to_owned(),
            StepOutcome::Failed => "failed".to_owned(),
            StepOutcome::Succeeded => "succeeded".to_owned(),
            StepOutcome::Reached => "reached".to_owned(),
            StepOutcome::Undecided => "undecided".to_owned(),
            StepOutcome::Times(count) => format!("times {count}"),
            StepOutcome::Exits(codes) => format!("exits {}", list_of(codes)),
            StepOutcome::Before(_) => format!("before {other}"),
            StepOutcome::After(_) => format!("after {other}"),
            StepOutcome::Sets(sets) => sets_of(sets, self.answer),
        }
    }

    fn seen_of_other(&self) -> StepObservation {
        self.other
            .map(|other| self.observed.of(other.instruction))
            .unwrap_or_default()
    }

    fn actual(&self) -> String {
        let ran = self.seen.ran > 0;
        match (self.outcome, self.answer, self.other) {
            (StepOutcome::Sets(_), Some(answer), _) if ran => values(answer),
            (StepOutcome::Before(_) | StepOutcome::After(_), _, Some(other)) if ran => {
                self.order(other)
            }
            (StepOutcome::Undecided, ..) if !self.not => {
                let actual = happened(&self.seen, self.place);
                format!("its condition was decided: {actual}")
            }
            _ => happened(&self.seen, self.place),
        }
    }

    /// In which order this step and another one ran.
    fn order(&self, other: &StepPlace) -> String {
        let theirs = self.seen_of_other();
        match theirs.ran {
            0 => format!("{} did not run: {}", other.path, happened(&theirs, other)),
            _ if before(&self.seen, &theirs) => format!("it ran before {}", other.path),
            _ if before(&theirs, &self.seen) => format!("it ran after {}", other.path),
            _ => "both ran in turns".to_owned(),
        }
    }

    fn why(&self) -> Vec<String> {
        let ordered = matches!(self.outcome, StepOutcome::Before(_) | StepOutcome::After(_));
        if let Some(other) = self.other.filter(|_| ordered && self.seen.ran > 0)
            && self.seen_of_other().ran == 0
        {
            let why: Vec<String> = reasons(other, self.observed, false).collect();
            if !why.is_empty() {
                return why;
            }
        }
        // Why something ran matters only where it should not have.
        let running = matches!(
            self.outcome,
            StepOutcome::Times(0)
                | StepOutcome::Ran
                | StepOutcome::Skipped
                | StepOutcome::Reached
                | StepOutcome::Undecided
        );
        reasons(self.place, self.observed, running).collect()
    }
}

/// Whether all of the first one's runs were before all of the second one's.
fn before(first: &StepObservation, second: &StepObservation) -> bool {
    match (first.last, second.first) {
        (Some(last), Some(first_of)) if first.ran > 0 && second.ran > 0 => last < first_of,
        _ => false,
    }
}

/// What a step is expected to set, as far as it may be shown.
fn sets_of(sets: &[(Spanned<String>, Spanned<String>)], answer: Option<&Explanation>) -> String {
    let is_masked = |name: &str| {
        let facts = answer.iter().flat_map(|answer| &answer.operands);
        facts
            .flat_map(|operand| &operand.facts)
            .any(|fact| fact.value == Shown::Masked && fact.what.eq_ignore_ascii_case(name))
    };
    let sets = sets.iter().map(|(name, value)| {
        let value = if is_masked(&name.value) {
            MASK
        } else {
            &value.value
        };
        format!("{} = \"{value}\"", name.value)
    });
    format!("sets {}", sets.collect::<Vec<_>>().join(", "))
}

fn list_of(codes: &[u32]) -> String {
    let codes: Vec<String> = codes.iter().map(|code| report::code(*code)).collect();
    if codes.len() == 1 {
        codes.join("")
    } else {
        format!("[{}]", codes.join(", "))
    }
}

/// What happened to a step or group.
fn happened(seen: &StepObservation, place: &StepPlace) -> String {
    if seen.ran > 0 {
        let times = if seen.ran > 1 {
            format!(" {} times", seen.ran)
        } else {
            String::new()
        };
        return match (place.group, seen.failed) {
            (true, true) => "it was entered and failed".to_owned(),
            (true, false) => "it was entered".to_owned(),
            (false, true) => format!(
                "it ran{times} and failed with exit code {}",
                report::code(seen.code)
            ),
            (false, false) => format!("it ran{times} with exit code {}", report::code(seen.code)),
        };
    }
    let text = match (seen.skipped, seen.failed, seen.latest) {
        (true, ..) => "it was skipped",
        (_, true, _) => "it failed before it ran",
        (_, _, None) => "the run never came to it",
        _ => "it did not run",
    };
    text.to_owned()
}

/// Why what happened to a step happened; with `running` also why it ran.
fn reasons(place: &StepPlace, observed: &Observed, running: bool) -> impl Iterator<Item = String> {
    let mut out = Vec::new();
    if observed.of(place.instruction).latest.is_none() {
        out.extend(not_reached(observed));
    }
    let here = |instruction: u32| instruction == place.instruction;
    for event in &observed.events {
        match event {
            Event::StepRan(ran) if running && here(ran.at.instruction) => {
                out.clear();
                out.push(match &ran.condition {
                    Some(condition) => format!("its condition holds: {}", report::why(condition)),
                    None => "it has no condition".to_owned(),
                });
            }
            Event::GroupEntered { at, condition, .. } if running && here(at.instruction) => {
                out.push(match condition {
                    Some(condition) => format!("its condition holds: {}", report::why(condition)),
                    None => "it has no condition".to_owned(),
                });
            }
            Event::Skipped { at, because } if here(at.instruction) => {
                out.push(skipped(because, observed));
            }
            Event::Failed {
                at,
                exit_code,
                failure,
                ..
            } if here(at.instruction) => {
                out.push(report::failed(*failure, *exit_code));
            }
            _ => {}
        }
    }
    out.into_iter()
}

fn skipped(because: &SkipReason, observed: &Observed) -> String {
    match because {
        SkipReason::Disabled => "it is disabled".to_owned(),
        SkipReason::Condition { explanation } if explanation.verdict == Verdict::Undecided => {
            format!(
                "nobody could decide its condition: nobody said {}",
                explanation.missing().join(", ")
            )
        }
        SkipReason::Condition { explanation } => {
            format!("its condition: {}", report::why_not(explanation))
        }
        SkipReason::Environment { run_in } => format!("it runs in {run_in} only"),
        SkipReason::NotKnown { missing } => format!("not known: {missing}"),
        SkipReason::Group { path } => {
            let own = observed.events.iter().find_map(|event| match event {
                Event::Skipped { at, because } if at.path == *path => Some(skipped_group(because)),
                _ => None,
            });
            format!(
                "{path} is skipped{}",
                own.map_or(String::new(), |own| format!(": {own}"))
            )
        }
    }
}

fn skipped_group(because: &SkipReason) -> String {
    match because {
        SkipReason::Condition { explanation } if explanation.verdict == Verdict::Undecided => {
            format!("nobody said {}", explanation.missing().join(", "))
        }
        SkipReason::Condition { explanation } => report::why_not(explanation),
        SkipReason::Disabled => "it is disabled".to_owned(),
        _ => "with what is around it".to_owned(),
    }
}

/// Why the run never came to a step: the failure before it.
fn not_reached(observed: &Observed) -> Option<String> {
    observed.events.iter().rev().find_map(|event| match event {
        Event::Failed {
            at,
            exit_code,
            failure,
            then,
            ..
        } => {
            let then = match then {
                Then::End => "and the sequence with it".to_owned(),
                Then::BehindGroup { path } => format!("and the run went on behind {path}"),
                Then::NextStep => return None,
            };
            let why = match failure {
                Fault::ExitCode => format!("failed with exit code {}", report::code(*exit_code)),
                other => format!("failed: {}", report::failed(*other, *exit_code)),
            };
            Some(format!("{} {why}, {then}", at.path))
        }
        _ => None,
    })
}

fn of_condition(answer: Option<&Option<Explanation>>) -> Option<Judged> {
    let answer = answer.and_then(Option::as_ref)?;
    if answer.verdict == Verdict::True {
        return None;
    }
    let expected: Vec<String> = answer
        .operands
        .iter()
        .map(|operand| operand.written.to_string())
        .collect();
    let expected = match answer.operands.first() {
        Some(operand) if !operand.operands.is_empty() => "a condition that holds".to_owned(),
        _ => expected.join(", "),
    };
    let actual = match answer.verdict {
        Verdict::Undecided => format!(
            "nobody could decide it: nobody said {}",
            answer.missing().join(", ")
        ),
        _ => values(answer),
    };
    let why = if answer
        .operands
        .iter()
        .any(|operand| !operand.operands.is_empty())
    {
        vec![report::why_not(answer)]
    } else {
        Vec::new()
    };
    Some(Judged {
        expected,
        actual,
        why,
        upto: None,
    })
}

/// The facts of a condition's operands that do not hold.
fn values(answer: &Explanation) -> String {
    let mut out: Vec<String> = Vec::new();
    let mut pending: Vec<_> = answer.operands.iter().rev().collect();
    while let Some(operand) = pending.pop() {
        pending.extend(operand.operands.iter().rev());
        for fact in &operand.facts {
            let text = format!("{} is {}", fact.what, fact.value);
            if !out.contains(&text) {
                out.push(text);
            }
        }
    }
    if out.is_empty() {
        "it does not hold".to_owned()
    } else {
        out.join(", ")
    }
}

fn of_run(
    check: &Assertion,
    outcome: &RunOutcome,
    place: Option<&StepPlace>,
    observed: &Observed,
) -> Option<Judged> {
    let end = observed.end.as_ref()?;
    let holds = match outcome {
        RunOutcome::Success => end.result == RunResult::Success,
        RunOutcome::Failed => end.result != RunResult::Success,
        RunOutcome::At(_) => {
            let at = end.failed.as_ref().map(|at| at.instruction);
            place.is_some_and(|place| at == Some(place.instruction))
        }
        RunOutcome::Exits(codes) => codes.contains(&end.code),
        RunOutcome::Restarts(count) => end.restarts == *count,
        RunOutcome::Undecided(Some(count)) => observed.doubts.len() == *count as usize,
        RunOutcome::Undecided(None) => !observed.doubts.is_empty(),
    };
    if holds != check.not {
        return None;
    }
    let text = match outcome {
        RunOutcome::Success => "success".to_owned(),
        RunOutcome::Failed => "failed".to_owned(),
        RunOutcome::At(_) => format!(
            "failed at {}",
            place.map_or("", |place| place.path.as_str())
        ),
        RunOutcome::Exits(codes) => format!("exits {}", list_of(codes)),
        RunOutcome::Restarts(count) => format!("restarts {count}"),
        RunOutcome::Undecided(Some(count)) => format!("undecided {count}"),
        RunOutcome::Undecided(None) => "undecided".to_owned(),
    };
    let expected = format!("the run {}{text}", if check.not { "not " } else { "" });
    let actual = match outcome {
        RunOutcome::Restarts(_) => count(end.restarts, "restart"),
        RunOutcome::Undecided(_) => count(observed.doubts.len() as u32, "undecided question"),
        _ => ended(end),
    };
    let why = match outcome {
        RunOutcome::Restarts(_) => restarts(observed),
        RunOutcome::Undecided(_) => observed
            .doubts
            .iter()
            .map(|doubt| format!("{}: {}", doubt.path, doubt.missing.join(", ")))
            .collect(),
        _ if end.result != RunResult::Success => not_reached(observed).into_iter().collect(),
        _ => Vec::new(),
    };
    Some(Judged {
        expected,
        actual,
        why,
        upto: None,
    })
}

fn count(number: u32, word: &str) -> String {
    format!("{number} {word}{}", if number == 1 { "" } else { "s" })
}

fn restarts(observed: &Observed) -> Vec<String> {
    let each = observed.events.iter().filter_map(|event| match event {
        Event::RestartRequested { at, target, .. } => {
            Some(format!("{} restarts into {target}", at.path))
        }
        _ => None,
    });
    each.collect()
}

/// How a run ended, in words.
pub(super) fn ended(end: &End) -> String {
    match (&end.result, &end.failed) {
        (RunResult::Success, _) => "the run ended well".to_owned(),
        (RunResult::Failed, Some(at)) => format!(
            "the run failed at {} with {}",
            at.path,
            report::code(end.code)
        ),
        (RunResult::Failed, None) => format!("the run failed with {}", report::code(end.code)),
        (RunResult::Stopped, _) => "the run stopped at what nobody could decide".to_owned(),
    }
}
