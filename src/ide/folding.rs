//! What can be folded away.

use super::Analysis;
use crate::syntax::SyntaxKind;

/// What kind of thing is folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoldKind {
    /// Code.
    Region,
    /// Comment lines.
    Comment,
    /// Import statements.
    Imports,
}

/// Lines that can be folded into their first one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fold {
    /// First line, from 0.
    pub start: u32,
    /// Last line that disappears.
    pub end: u32,
    /// What it is.
    pub kind: FoldKind,
}

/// The foldable parts of a source, in order.
pub fn folding(analysis: &Analysis) -> Vec<Fold> {
    let line = |offset: u32| analysis.position(offset).line - 1;
    let mut out = Vec::new();
    for node in analysis.tree().nodes() {
        let span = node.span();
        match node.kind() {
            // The closing bracket stays in sight.
            SyntaxKind::Body
            | SyntaxKind::Items
            | SyntaxKind::List
            | SyntaxKind::Arguments
            | SyntaxKind::TestCase => {
                let (start, end) = (line(span.start), line(span.end.saturating_sub(1)));
                out.push(Fold {
                    start,
                    end: end.saturating_sub(1),
                    kind: FoldKind::Region,
                });
            }
            SyntaxKind::Block => {
                let (start, end) = (line(span.start), line(span.end.saturating_sub(1)));
                out.push(Fold {
                    start,
                    end: end.saturating_sub(1),
                    kind: FoldKind::Region,
                });
            }
            _ => {}
        }
    }
    out.extend(runs(analysis, SyntaxKind::Comment, FoldKind::Comment));
    out.extend(runs(analysis, SyntaxKind::Import, FoldKind::Imports));
    out.retain(|fold| fold.end > fold.start);
    out.sort_by_key(|fold| (fold.start, std::cmp::Reverse(fold.end)));
    out.dedup_by_key(|fold| fold.start);
    out
}

/// Neighbouring lines that begin with the same kind of thing.
fn runs(analysis: &Analysis, kind: SyntaxKind, fold: FoldKind) -> Vec<Fold> {
    let text = analysis.text();
    let alone = |start: u32| {
        let before = text.get(..start as usize).unwrap_or("");
        before
            .rsplit(['\n', '\r'])
            .next()
            .is_none_or(|line| line.trim().is_empty())
    };
    let mut out: Vec<Fold> = Vec::new();
    for node in analysis
        .tree()
        .nodes()
        .filter(|node| node.kind() == kind && alone(node.span().start))
    {
        let line = analysis.position(node.span().start).line - 1;
        match out.last_mut() {
            Some(last) if last.end + 1 == line => last.end = line,
            _ => out.push(Fold {
                start: line,
                end: line,
                kind: fold,
            }),
        }
    }
    out
}
