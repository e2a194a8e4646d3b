//! What the last version of a source gave: a step that has not changed since, with the same names
//! and header before it, means what it meant.

use std::{fmt::Write as _, sync::Arc};

use super::{Context, ParameterValues, moved::Move};
use crate::{
    diagnostic::Finding,
    model::{Node as ModelNode, Sequence, Step},
    source::{Span, TextChange},
    syntax::{Node, SyntaxKind},
};

/// The steps of the last version.
#[derive(Debug, Default)]
pub struct Kept {
    text: Option<Arc<str>>,
    /// All that a step may depend on beside its own text, if that is known.
    ground: Option<String>,
    change: TextChange,
    old: Vec<KeptStep>,
    passed: usize,
    now: Vec<KeptStep>,
}

/// A step that depends on nothing around it, and what was said of it.
#[derive(Debug)]
struct KeptStep {
    span: Span,
    findings: Vec<Finding>,
    step: Option<Box<Step>>,
}

impl Kept {
    /// Takes the steps of the last version back, whose sequence nobody needs any more.
    pub fn recycle(&mut self, sequence: Sequence) {
        let mut list = self.now.iter_mut();
        let mut next = list.next();
        let mut pending: Vec<ModelNode> = sequence.nodes;
        pending.reverse();
        while let Some(node) = pending.pop() {
            match node {
                ModelNode::Group(group) => pending.extend(group.nodes.into_iter().rev()),
                ModelNode::Step(step) => {
                    let start = step.common.span.start;
                    while next.as_ref().is_some_and(|one| one.span.start < start) {
                        next = list.next();
                    }
                    if let Some(one) = next.as_mut().filter(|one| one.span == step.common.span) {
                        one.step = Some(step);
                    }
                }
                ModelNode::Xml(_) => {}
            }
        }
    }

    /// A new version begins.
    pub(super) fn turn(
        &mut self,
        root: Node<'_>,
        text: &Arc<str>,
        path: &str,
        given: &ParameterValues,
    ) {
        let ground = ground(root, path, given);
        self.old = std::mem::take(&mut self.now);
        self.passed = 0;
        match &self.text {
            Some(old) if ground.is_some() && ground == self.ground => {
                self.change = TextChange::between(old, text);
            }
            _ => self.old.clear(),
        }
        self.ground = ground;
        self.text = Some(Arc::clone(text));
    }

    /// The step at a place of the new version, if it is one of the old ones.
    fn take(&mut self, span: Span) -> Option<(Box<Step>, Vec<Finding>)> {
        let (start, end) = self.change.old(span.start, span.end)?;
        while self
            .old
            .get(self.passed)
            .is_some_and(|one| one.span.start < start)
        {
            self.passed += 1;
        }
        let from = Span::new(span.file, start, end);
        let one = self
            .old
            .get_mut(self.passed)
            .filter(|one| one.span == from)?;
        let mut step = one.step.take()?;
        let mut findings = std::mem::take(&mut one.findings);
        if start != span.start {
            let by = Move::new(from, span.start);
            by.step(&mut step);
            findings.iter_mut().for_each(|finding| by.finding(finding));
        }
        Some((step, findings))
    }
}

/// The header and the compile-time names as written, and what is given for them; `None` when they
/// are not all of it.
fn ground(root: Node<'_>, path: &str, given: &ParameterValues) -> Option<String> {
    let mut out = format!("{path}\n{given:?}\n");
    for node in root.children() {
        if matches!(
            node.kind(),
            SyntaxKind::Header | SyntaxKind::Param | SyntaxKind::Binding
        ) {
            if depends(node) {
                return None;
            }
            // A value that a name stands for has the place of its definition.
            let start = if node.kind() == SyntaxKind::Header {
                0
            } else {
                node.span().start
            };
            let _ = writeln!(out, "{start} {}", node.text());
        }
    }
    Some(out)
}

/// Whether something in a node is broken, or read from another file: then it is worked out each
/// time.
fn depends(node: Node<'_>) -> bool {
    let reads = |inner: Node<'_>| {
        inner
            .child(SyntaxKind::Name)
            .is_some_and(|name| name.text() == "file")
    };
    node.descendants().any(|inner| {
        inner.kind() == SyntaxKind::Error || inner.kind() == SyntaxKind::Call && reads(inner)
    })
}

/// Whether a finding is about this place alone.
fn is_within(finding: &Finding, span: Span) -> bool {
    let inside =
        |place: Span| place.file == span.file && span.start <= place.start && place.end <= span.end;
    finding.labels.iter().all(|label| inside(label.span))
        && finding
            .fixes
            .iter()
            .flat_map(|fix| &fix.edits)
            .all(|edit| inside(edit.span))
}

impl Context<'_> {
    /// A `step` statement; one that is known is not worked out again.
    pub(super) fn known_step(&mut self, node: Node<'_>) -> Option<Box<Step>> {
        let Some(kept) = &mut self.kept else {
            return self.step(node).map(Box::new);
        };
        let span = node.span();
        let lone = span.start > 0 && !depends(node);
        if lone && let Some((step, findings)) = kept.take(span) {
            self.findings.extend(findings.iter().cloned());
            kept.now.push(KeptStep {
                span,
                findings,
                step: None,
            });
            return Some(step);
        }
        let before = self.findings.len();
        let step = self.step(node)?;
        let own = self.findings.get(before..).unwrap_or(&[]);
        if lone && own.iter().all(|finding| is_within(finding, span)) {
            let findings = own.to_vec();
            if let Some(kept) = &mut self.kept {
                kept.now.push(KeptStep {
                    span,
                    findings,
                    step: None,
                });
            }
        }
        Some(Box::new(step))
    }
}
