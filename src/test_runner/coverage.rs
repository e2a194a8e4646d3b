//! Which steps ran, and which conditions held and did not.
//!
//! A step that is disabled cannot run, and what is kept as XML cannot be simulated: neither is
//! counted. Steps of child sequences belong to the child's own file. A condition that nobody could
//! decide is neither side.

use std::{collections::HashMap, sync::Arc};

use super::{
    catalogue::Catalogue,
    observe::{Observed, has_condition},
    subject::TestSubject,
};
use crate::{
    engine::NodeKind,
    model::{Common, Node, Sequence},
    source::{SourceFile, Span},
};

/// Both sides of a condition or rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sides {
    /// Its place in the source.
    pub span: Span,
    /// Whether it held in some test.
    pub held: bool,
    /// Whether it did not hold in some test.
    pub failed_to: bool,
}

impl Sides {
    fn covered(&self) -> usize {
        usize::from(self.held) + usize::from(self.failed_to)
    }

    /// What no test showed, in words; nothing when both sides were seen.
    pub fn missing(&self) -> Option<&'static str> {
        match (self.held, self.failed_to) {
            (true, true) => None,
            (true, false) => Some("always held"),
            (false, true) => Some("never held"),
            (false, false) => Some("was never decided"),
        }
    }
}

/// A step or group of a source, and what tests saw of it.
#[derive(Clone, Debug)]
pub struct Point {
    /// Its path.
    pub path: String,
    /// Its statement.
    pub span: Span,
    /// Whether it is a step that counts; groups count by their conditions only.
    pub step: bool,
    /// Whether it can run at all.
    pub enabled: bool,
    /// How often it ran or was entered in all tests.
    pub ran: u32,
    /// Its condition.
    pub condition: Option<Sides>,
    /// Its rules, where they ask something.
    pub rules: Vec<Option<Sides>>,
    /// Its instruction.
    instruction: u32,
}

impl Point {
    /// Its condition and rules, as far as they count.
    pub fn sides(&self) -> impl Iterator<Item = &Sides> {
        let counted = self.enabled;
        self.condition
            .iter()
            .chain(self.rules.iter().flatten())
            .filter(move |_| counted)
    }

    /// Whether it counts as a step.
    pub fn counts(&self) -> bool {
        self.step && self.enabled
    }
}

/// How much of something was covered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ratio {
    /// How much was.
    pub covered: usize,
    /// How much there is.
    pub total: usize,
}

impl Ratio {
    /// In percent; nothing to cover is all covered.
    pub fn percent(self) -> f64 {
        if self.total == 0 {
            100.0
        } else {
            100.0 * self.covered as f64 / self.total as f64
        }
    }

    fn plus(self, other: Ratio) -> Ratio {
        Ratio {
            covered: self.covered + other.covered,
            total: self.total + other.total,
        }
    }
}

/// The coverage of a sequence.
#[derive(Clone, Debug)]
pub struct FileCoverage {
    /// The file, as shown.
    pub name: String,
    /// The sequence's name, where its file has several.
    pub title: Option<String>,
    /// The source; of an export, the one it was turned into.
    pub source: SourceFile,
    /// Whether it is from an export.
    pub exported: bool,
    /// Its steps and groups, in order.
    pub points: Vec<Point>,
}

impl FileCoverage {
    /// Steps that ran at least once.
    pub fn steps(&self) -> Ratio {
        let counted = self.points.iter().filter(|point| point.counts());
        counted.fold(Ratio::default(), |sum, point| {
            sum.plus(Ratio {
                covered: usize::from(point.ran > 0),
                total: 1,
            })
        })
    }

    /// Sides of conditions and rules: two each.
    pub fn sides(&self) -> Ratio {
        let sides = self.points.iter().flat_map(Point::sides);
        sides.fold(Ratio::default(), |sum, sides| {
            sum.plus(Ratio {
                covered: sides.covered(),
                total: 2,
            })
        })
    }

    /// Steps and sides together.
    pub fn whole(&self) -> Ratio {
        self.steps().plus(self.sides())
    }

    /// The file with the sequence's name where there are several.
    pub fn label(&self) -> String {
        match &self.title {
            Some(title) => format!("{} ({title})", self.name),
            None => self.name.clone(),
        }
    }

    /// What no test ran or showed: the line from 1, and what it is.
    pub fn missing(&self) -> Vec<(u32, String)> {
        let line = |span: Span| self.source.position(span.start).line;
        let mut out = Vec::new();
        for point in &self.points {
            if point.counts() && point.ran == 0 {
                out.push((line(point.span), format!("{} never ran", point.path)));
            }
            if !point.enabled {
                continue;
            }
            if let Some((sides, what)) = point
                .condition
                .as_ref()
                .and_then(|sides| Some((sides, sides.missing()?)))
            {
                out.push((
                    line(sides.span),
                    format!("the condition of {} {what}", point.path),
                ));
            }
            for (index, sides) in point.rules.iter().enumerate() {
                if let Some((sides, what)) = sides
                    .as_ref()
                    .and_then(|sides| Some((sides, sides.missing()?)))
                {
                    out.push((
                        line(sides.span),
                        format!("rule {} of {} {what}", index + 1, point.path),
                    ));
                }
            }
        }
        out
    }
}

/// The coverage of all sequences that were tested.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    files: Vec<FileCoverage>,
    known: HashMap<(String, Option<String>), usize>,
}

impl Coverage {
    /// The sequences, in the order in which they were first tested.
    pub fn files(&self) -> &[FileCoverage] {
        &self.files
    }

    /// Steps of all sequences.
    pub fn steps(&self) -> Ratio {
        self.files
            .iter()
            .map(FileCoverage::steps)
            .fold(Ratio::default(), Ratio::plus)
    }

    /// Sides of conditions of all sequences.
    pub fn sides(&self) -> Ratio {
        self.files
            .iter()
            .map(FileCoverage::sides)
            .fold(Ratio::default(), Ratio::plus)
    }

    /// Everything together.
    pub fn whole(&self) -> Ratio {
        self.steps().plus(self.sides())
    }

    /// Adds what a run saw.
    pub(super) fn add(&mut self, subject: &TestSubject, observed: &Observed) {
        let key = (subject.name.clone(), subject.title.clone());
        let index = *self.known.entry(key).or_insert_with(|| {
            self.files.push(FileCoverage {
                name: subject.name.clone(),
                title: subject.title.clone(),
                source: SourceFile::new(subject.name.clone(), Arc::clone(&subject.text)),
                exported: subject.exported,
                points: subject.points.clone(),
            });
            self.files.len() - 1
        });
        let Some(file) = self.files.get_mut(index) else {
            return;
        };
        // With other values for its parameters a sequence has the same steps: only texts differ.
        let mut numbers: HashMap<u32, usize> = HashMap::new();
        for (index, (point, own)) in file.points.iter_mut().zip(&subject.points).enumerate() {
            let seen = observed.of(own.instruction);
            point.ran = point.ran.saturating_add(seen.ran);
            let (held, failed_to) = observed
                .sides
                .get(own.instruction as usize)
                .copied()
                .unwrap_or_default();
            if let Some(sides) = &mut point.condition {
                sides.held |= held;
                sides.failed_to |= failed_to;
            }
            if !own.rules.is_empty() {
                numbers.insert(own.instruction, index);
            }
        }
        for (instruction, number, held) in &observed.rules {
            let point = numbers
                .get(instruction)
                .and_then(|index| file.points.get_mut(*index));
            let rule =
                point.and_then(|point| point.rules.get_mut((*number as usize).checked_sub(1)?));
            if let Some(Some(sides)) = rule {
                if *held {
                    sides.held = true;
                } else {
                    sides.failed_to = true;
                }
            }
        }
    }
}

/// The steps and groups of a sequence that its own file has.
pub(super) fn points(sequence: &Sequence, catalogue: &Catalogue) -> Vec<Point> {
    let own = catalogue
        .entries()
        .iter()
        .filter(|entry| !entry.of_child && has_condition(entry.kind));
    let mut nodes: Vec<(&Node, bool)> = Vec::new();
    // Whether something around is disabled, by depth.
    let mut around: Vec<bool> = Vec::new();
    sequence.walk(&mut |node, depth| {
        around.truncate(depth);
        let outer = around.last().copied().unwrap_or(false);
        let disabled = outer || node.common().is_some_and(|common| common.disabled);
        around.push(disabled);
        if node.common().is_some() {
            nodes.push((node, disabled));
        }
    });
    let mut out = Vec::new();
    for (entry, (node, disabled)) in own.zip(nodes) {
        let Some(common) = node.common() else {
            continue;
        };
        // The engine knows about steps; groups and child sequences are not counted by the progress
        // window.
        let enabled = if entry.kind == NodeKind::Step {
            entry.counted
        } else {
            !disabled
        };
        out.push(Point {
            path: entry.path.clone(),
            span: common.span,
            step: entry.kind != NodeKind::Group,
            enabled,
            ran: 0,
            condition: condition(common),
            rules: match node {
                Node::Step(step) => {
                    let sides = |span| Sides {
                        span,
                        ..Sides::default()
                    };
                    step.rules
                        .iter()
                        .map(|rule| rule.test.as_ref().map(|_| sides(rule.span)))
                        .collect()
                }
                _ => Vec::new(),
            },
            instruction: entry.instruction,
        });
    }
    out
}

fn condition(common: &Common) -> Option<Sides> {
    let condition = common
        .condition
        .as_ref()
        .filter(|condition| !condition.operands.is_empty())?;
    Some(Sides {
        span: condition.span,
        ..Sides::default()
    })
}
