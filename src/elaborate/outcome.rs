//! `mock` and `expect`: which words they take, and what stands behind each.

use super::{
    Context,
    constant::{Bare, ConstantValue},
};
use crate::{
    diagnostic::{Code, Finding, nearest},
    model::{
        Condition, Expectation, ExpectationKind, Expected, RunOutcome, Spanned, StepOutcome,
        StepPath, TestMock,
    },
    source::Span,
    syntax::{Node, SyntaxKind},
    vocabulary::Unit,
};

/// The words behind `mock step "NAME"`.
const OF_MOCKS: &[&str] = &["exits", "prints", "sets", "takes", "times"];

/// The words behind `expect step "NAME"`.
const OF_STEPS: &[&str] = &[
    "after",
    "before",
    "exits",
    "failed",
    "ran",
    "reached",
    "sets",
    "skipped",
    "succeeded",
    "times",
    "undecided",
];

/// The words of `expect` about the run.
const OF_RUNS: &[&str] = &["at", "exits", "failed", "restarts", "success", "undecided"];

impl Context<'_> {
    /// `mock step "NAME" exits 3010`.
    pub(super) fn mock(&mut self, node: Node<'_>) -> Option<TestMock> {
        let step = self.step_path(node.child(SyntaxKind::StepPath)?)?;
        let mut mock = TestMock {
            step,
            ..TestMock::default()
        };
        let mut seen: Vec<(String, Span)> = Vec::new();
        for outcome in node.children_of(SyntaxKind::Outcome) {
            let Some(word) = outcome.children().next() else {
                continue;
            };
            if word.text() != "sets" && self.outcome_twice(word, &mut seen) {
                continue;
            }
            match word.text() {
                "exits" => {
                    mock.exits = self
                        .codes(outcome, word)
                        .and_then(|codes| self.one_code(&codes, outcome));
                }
                "prints" => mock.prints = self.outcome_text(outcome, word),
                "takes" => mock.takes = self.seconds(outcome, word),
                "times" => mock.times = self.count(outcome, word, 1),
                "sets" => {
                    let sets = self.outcome_sets(outcome, word);
                    mock.sets.extend(
                        sets.into_iter()
                            .map(|(name, value)| (name.value, value.value)),
                    );
                }
                _ => self.unknown_outcome(word, OF_MOCKS, "a mock"),
            }
        }
        if node.children_of(SyntaxKind::Outcome).next().is_none() {
            let finding = Finding::new(
                Code::BadOutcome,
                node.span(),
                "this mock says nothing about the step",
            )
            .help(
                "mock step \"NAME\" exits 3010; the words are exits, prints, takes, sets and times",
            );
            self.report(finding);
        }
        Some(mock)
    }

    /// `expect …`.
    pub(super) fn expect(&mut self, node: Node<'_>) -> Option<Expectation> {
        let span = node.span();
        if let Some(chain) = node.child(SyntaxKind::Condition) {
            let operand = self.chain(chain)?;
            let condition = Condition {
                operands: vec![operand],
                span: chain.span(),
            };
            return Some(Expectation {
                kind: ExpectationKind::Condition(condition),
                span,
            });
        }
        let Some(path) = node.child(SyntaxKind::StepPath) else {
            let outcomes = self.outcomes(node, Self::run_outcome);
            return Some(Expectation {
                kind: ExpectationKind::Run(outcomes),
                span,
            });
        };
        let step = self.step_path(path)?;
        let group = node
            .children_of(SyntaxKind::Word)
            .any(|word| word.text() == "group");
        let outcomes = self.outcomes(node, Self::step_outcome);
        if node.child(SyntaxKind::Outcome).is_none() {
            let finding = Finding::new(Code::BadOutcome, span, "this says nothing of the step")
                .label("ran, skipped, failed, or what else?")
                .help(format!("the words are {}", OF_STEPS.join(", ")));
            self.report(finding);
            return None;
        }
        Some(Expectation {
            kind: ExpectationKind::Step {
                group,
                step,
                outcomes,
            },
            span,
        })
    }

    fn outcomes<T>(
        &mut self,
        node: Node<'_>,
        mut read: impl FnMut(&mut Self, Node<'_>, Node<'_>) -> Option<T>,
    ) -> Vec<Expected<T>> {
        let mut out = Vec::new();
        let mut not: Option<Span> = None;
        for child in node.children() {
            match child.kind() {
                SyntaxKind::Word if child.text() == "not" => not = Some(child.span()),
                SyntaxKind::Outcome => {
                    let negated = not.take();
                    let span = negated.map_or(child.span(), |not| not.to(child.span()));
                    if let Some(word) = child.children().next()
                        && let Some(what) = read(self, word, child)
                    {
                        out.push(Expected {
                            not: negated.is_some(),
                            what,
                            span,
                        });
                    }
                }
                _ => {}
            }
        }
        out
    }

    fn step_outcome(&mut self, word: Node<'_>, outcome: Node<'_>) -> Option<StepOutcome> {
        let plain = match word.text() {
            "ran" => StepOutcome::Ran,
            "skipped" => StepOutcome::Skipped,
            "failed" => StepOutcome::Failed,
            "succeeded" => StepOutcome::Succeeded,
            "reached" => StepOutcome::Reached,
            "undecided" => StepOutcome::Undecided,
            "times" => return self.count(outcome, word, 0).map(StepOutcome::Times),
            "exits" => return self.codes(outcome, word).map(StepOutcome::Exits),
            "before" => return self.order(outcome, word).map(StepOutcome::Before),
            "after" => return self.order(outcome, word).map(StepOutcome::After),
            "sets" => {
                let sets = self.outcome_sets(outcome, word);
                return (!sets.is_empty()).then_some(StepOutcome::Sets(sets));
            }
            _ => {
                self.unknown_outcome(word, OF_STEPS, "a step");
                return None;
            }
        };
        self.nothing_behind(outcome, word);
        Some(plain)
    }

    fn run_outcome(&mut self, word: Node<'_>, outcome: Node<'_>) -> Option<RunOutcome> {
        let plain = match word.text() {
            "success" => RunOutcome::Success,
            "failed" => RunOutcome::Failed,
            "at" => return self.order(outcome, word).map(RunOutcome::At),
            "exits" => return self.codes(outcome, word).map(RunOutcome::Exits),
            "restarts" => return self.count(outcome, word, 0).map(RunOutcome::Restarts),
            "undecided" if Self::behind(outcome, word).is_some() => {
                return self
                    .count(outcome, word, 0)
                    .map(|count| RunOutcome::Undecided(Some(count)));
            }
            "undecided" => return Some(RunOutcome::Undecided(None)),
            _ => {
                self.unknown_outcome(word, OF_RUNS, "a run");
                return None;
            }
        };
        self.nothing_behind(outcome, word);
        Some(plain)
    }

    fn unknown_outcome(&mut self, word: Node<'_>, known: &[&str], owner: &str) {
        let text = word.text();
        let mut finding = Finding::new(
            Code::BadOutcome,
            word.span(),
            format!("`{text}` says nothing about {owner}"),
        )
        .help(format!("the words are {}", known.join(", ")));
        if let Some(near) = nearest(text, known.iter().copied()) {
            finding = finding.label(format!("did you mean `{near}`?")).unsafe_fix(
                format!("write `{near}`"),
                word.span(),
                near,
            );
        }
        self.report(finding);
    }

    fn outcome_twice(&mut self, word: Node<'_>, seen: &mut Vec<(String, Span)>) -> bool {
        let earlier = seen
            .iter()
            .find(|(known, _)| known == word.text())
            .map(|(_, span)| *span);
        if self.given_twice(word.text(), word.span(), earlier) {
            return true;
        }
        seen.push((word.text().to_owned(), word.span()));
        false
    }

    /// The value behind a word, which is a name itself.
    fn behind<'n>(outcome: Node<'n>, word: Node<'n>) -> Option<Node<'n>> {
        outcome
            .children()
            .find(|child| child.index() != word.index() && child.kind().is_value())
    }

    fn wants(&mut self, outcome: Node<'_>, word: Node<'_>, what: &str) {
        let at = Self::behind(outcome, word).unwrap_or(word);
        let finding = Finding::new(
            Code::BadOutcome,
            at.span(),
            format!("`{}` takes {what}", word.text()),
        );
        self.report(finding);
    }

    fn nothing_behind(&mut self, outcome: Node<'_>, word: Node<'_>) {
        if let Some(value) = Self::behind(outcome, word) {
            let finding = Finding::new(
                Code::BadOutcome,
                value.span(),
                format!("`{}` takes no value", word.text()),
            );
            self.report(finding);
        }
    }

    /// One exit code, or a list of them.
    fn codes(&mut self, outcome: Node<'_>, word: Node<'_>) -> Option<Vec<u32>> {
        let wanted = "an exit code, such as 3010, -1 or 0x80070005";
        let Some(value) = Self::behind(outcome, word) else {
            self.wants(outcome, word, wanted);
            return None;
        };
        let list = match self.constant(value, Bare::Defined)? {
            ConstantValue::List(list) => list.into_iter().map(|(one, _)| one).collect(),
            one => vec![one],
        };
        let codes: Option<Vec<u32>> = list.iter().map(code).collect();
        match codes {
            Some(codes) if !codes.is_empty() => Some(codes),
            _ => {
                self.wants(outcome, word, wanted);
                None
            }
        }
    }

    fn one_code(&mut self, codes: &[u32], outcome: Node<'_>) -> Option<u32> {
        if codes.len() > 1 {
            let finding = Finding::new(Code::BadOutcome, outcome.span(), "a step ends with one exit code").help(
                "a step that ends differently each time is mocked for its first run, and again: exits 1618 times 1",
            );
            self.report(finding);
            return None;
        }
        codes.first().copied()
    }

    fn count(&mut self, outcome: Node<'_>, word: Node<'_>, least: u32) -> Option<u32> {
        let value = Self::behind(outcome, word);
        let constant = match value {
            Some(value) => Some(self.constant(value, Bare::Defined)?),
            None => None,
        };
        match constant {
            Some(ConstantValue::Integer { value, .. })
                if value >= i128::from(least) && value <= 1_000_000 =>
            {
                u32::try_from(value).ok()
            }
            _ => {
                self.wants(outcome, word, &format!("a number from {least} to 1000000"));
                None
            }
        }
    }

    fn seconds(&mut self, outcome: Node<'_>, word: Node<'_>) -> Option<u64> {
        let value = Self::behind(outcome, word);
        let constant = match value {
            Some(value) => Some(self.constant(value, Bare::Defined)?),
            None => None,
        };
        let seconds = match constant {
            Some(ConstantValue::Quantity { value, unit }) => {
                let unit = Unit::parse(&unit).filter(|unit| Unit::TIMES.contains(unit));
                unit.and_then(|unit| u64::try_from(value).ok()?.checked_mul(unit.factor()))
            }
            _ => None,
        };
        if seconds.is_none() {
            self.wants(outcome, word, "a duration, such as 45s, 20min or 2h");
        }
        seconds
    }

    fn outcome_text(&mut self, outcome: Node<'_>, word: Node<'_>) -> Option<String> {
        let Some(value) = Self::behind(outcome, word) else {
            self.wants(outcome, word, "a text");
            return None;
        };
        match self.constant(value, Bare::Defined)?.inserted() {
            Some(text) => Some(text),
            None => {
                self.wants(outcome, word, "a text");
                None
            }
        }
    }

    fn outcome_sets(
        &mut self,
        outcome: Node<'_>,
        word: Node<'_>,
    ) -> Vec<(Spanned<String>, Spanned<String>)> {
        let assignments: Vec<Node<'_>> = outcome.children_of(SyntaxKind::Assignment).collect();
        if assignments.is_empty() {
            self.wants(outcome, word, "variables: sets NAME = \"VALUE\"");
        }
        assignments
            .into_iter()
            .filter_map(|node| self.plain_assignment(node))
            .collect()
    }

    fn order(&mut self, outcome: Node<'_>, word: Node<'_>) -> Option<StepPath> {
        match outcome.child(SyntaxKind::StepPath) {
            Some(path) => self.step_path(path),
            None => {
                self.wants(outcome, word, "the name of a step");
                None
            }
        }
    }

    fn step_path(&mut self, node: Node<'_>) -> Option<StepPath> {
        let mut path = StepPath {
            parts: Vec::new(),
            span: node.span(),
        };
        for child in node.children() {
            match child.kind() {
                SyntaxKind::String => path.parts.push((self.text(child)?, None)),
                SyntaxKind::Index => {
                    let number = child.child(SyntaxKind::Number)?;
                    let value = match self.constant(number, Bare::Defined)? {
                        ConstantValue::Integer { value, .. } => {
                            u32::try_from(value).ok().filter(|value| *value > 0)
                        }
                        _ => None,
                    };
                    if value.is_none() {
                        let message = "the first of several steps with one name is [1]";
                        self.error(Code::BadOutcome, number.span(), message);
                        return None;
                    }
                    if let Some(last) = path.parts.last_mut() {
                        last.1 = value;
                    }
                }
                _ => {}
            }
        }
        (!path.parts.is_empty()).then_some(path)
    }
}

/// An exit code as 32 bits: signed or not.
fn code(constant: &ConstantValue) -> Option<u32> {
    let ConstantValue::Integer { value, .. } = constant else {
        return None;
    };
    let signed = i32::try_from(*value).ok().map(|value| value as u32);
    signed.or_else(|| u32::try_from(*value).ok())
}
