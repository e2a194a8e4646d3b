//! What can be started from a line.

use super::Analysis;
use crate::{
    source::Span,
    syntax::{self, Node, SyntaxKind},
};

/// What is started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LensKind {
    /// This test.
    RunTest(String),
    /// The sequence on a simulated machine, until this step has run: the number of the step in the
    /// file, from 0.
    SimulateUpTo(String, usize),
}

/// Something to start, above a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lens {
    /// The statement's head.
    pub span: Span,
    /// What is started.
    pub kind: LensKind,
}

/// The tests and steps of a source. Steps in fragments have no place in the sequence of their own,
/// so they have none.
pub fn lenses(analysis: &Analysis) -> Vec<Lens> {
    let mut out = Vec::new();
    let mut number = 0;
    let mut skip_until = 0;
    for node in analysis.tree().nodes() {
        match node.kind() {
            SyntaxKind::Fragment => skip_until = node.span().end,
            SyntaxKind::TestCase => {
                let Some(head) = node.child(SyntaxKind::TestHead) else {
                    continue;
                };
                let Some((name, span)) = title(head) else {
                    continue;
                };
                out.push(Lens {
                    span,
                    kind: LensKind::RunTest(name),
                });
            }
            SyntaxKind::Step if node.span().start >= skip_until => {
                let own = number;
                number += 1;
                let Some((name, span)) = title(node) else {
                    continue;
                };
                out.push(Lens {
                    span,
                    kind: LensKind::SimulateUpTo(name, own),
                });
            }
            _ => {}
        }
    }
    out
}

fn title(node: Node<'_>) -> Option<(String, Span)> {
    let string = node.child(SyntaxKind::String)?;
    Some((syntax::unquote(string.text())?.into_owned(), string.span()))
}
