//! What each word of a source is, for colours: what only the vocabulary and the names of the file
//! can tell.

use super::{Analysis, Role, Symbol};
use crate::{
    source::Span,
    syntax::{Node, SyntaxKind},
};

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum HighlightKind {
    Comment,
    Keyword,
    String,
    Number,
    Operator,
    StepType,
    Property,
    Member,
    Variable,
    Constant,
    Function,
    Type,
}

/// A word and what it is; on one line, and none meets another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Highlight {
    /// The word.
    pub span: Span,
    /// What it is.
    pub kind: HighlightKind,
    /// Whether it is defined or set there.
    pub declares: bool,
}

/// The words of a part of a source, in order.
pub fn highlights(analysis: &Analysis, range: Span) -> Vec<Highlight> {
    let names = analysis.index().occurrences();
    let mut at = names.partition_point(|one| one.span.end < range.start);
    let mut out = Vec::new();
    let mut parents: Vec<Node<'_>> = Vec::new();
    for node in analysis.tree().nodes() {
        let span = node.span();
        if span.start > range.end {
            break;
        }
        while parents.last().is_some_and(|parent| {
            parent.span().end <= span.start && !span.is_empty() && parent.span().end < span.end
        }) {
            parents.pop();
        }
        if !node.is_leaf() {
            parents.retain(|parent| parent.span().end >= span.end);
            parents.push(node);
            continue;
        }
        if span.end < range.start {
            continue;
        }
        let parent = parents
            .iter()
            .rev()
            .find(|parent| parent.span().start <= span.start && span.end <= parent.span().end);
        while names.get(at).is_some_and(|one| one.span.end <= span.start) {
            at += 1;
        }
        let inside: Vec<Highlight> = names[at..]
            .iter()
            .take_while(|one| one.span.start < span.end)
            .filter(|one| one.span.start >= span.start && one.span.end <= span.end)
            .filter_map(|one| {
                Some(Highlight {
                    span: one.span,
                    kind: of_symbol(&one.symbol)?,
                    declares: one.role != Role::Read,
                })
            })
            .collect();
        match of_leaf(node, parent.copied()) {
            Some(kind) => split(analysis.text(), span, kind, &inside, &mut out),
            None => inside.into_iter().for_each(|one| push(&mut out, one)),
        }
    }
    out
}

fn push(out: &mut Vec<Highlight>, one: Highlight) {
    if out
        .last()
        .is_none_or(|last| last.span.end <= one.span.start)
        && !one.span.is_empty()
    {
        out.push(one);
    }
}

fn of_symbol(symbol: &Symbol) -> Option<HighlightKind> {
    match symbol {
        Symbol::Variable(_) => Some(HighlightKind::Variable),
        Symbol::Constant(..) => Some(HighlightKind::Constant),
        Symbol::Fragment(_) => Some(HighlightKind::Function),
        Symbol::Step(_) | Symbol::Reference(_) => None,
    }
}

fn of_leaf(node: Node<'_>, parent: Option<Node<'_>>) -> Option<HighlightKind> {
    let parent_kind = parent.map(Node::kind);
    Some(match node.kind() {
        SyntaxKind::Comment => HighlightKind::Comment,
        SyntaxKind::Word | SyntaxKind::Punctuation if parent_kind == Some(SyntaxKind::Operator) => {
            HighlightKind::Operator
        }
        SyntaxKind::Word | SyntaxKind::Literal => HighlightKind::Keyword,
        SyntaxKind::String | SyntaxKind::Block => HighlightKind::String,
        SyntaxKind::Number => HighlightKind::Number,
        SyntaxKind::Operator => HighlightKind::Operator,
        SyntaxKind::Name => {
            let first = parent
                .and_then(|parent| parent.child(SyntaxKind::Name))
                .is_some_and(|name| name.index() == node.index());
            match parent_kind? {
                SyntaxKind::Step => HighlightKind::StepType,
                SyntaxKind::Property | SyntaxKind::Argument
                    if first
                        && parent.is_some_and(|parent| {
                            parent
                                .children()
                                .nth(1)
                                .is_some_and(|next| next.text() == ":")
                        }) =>
                {
                    HighlightKind::Property
                }
                SyntaxKind::Property | SyntaxKind::List | SyntaxKind::Argument => {
                    HighlightKind::Member
                }
                SyntaxKind::Call => HighlightKind::Function,
                SyntaxKind::TypeName => HighlightKind::Type,
                SyntaxKind::RegistryTest => HighlightKind::Member,
                SyntaxKind::Outcome => HighlightKind::Keyword,
                _ => return None,
            }
        }
        _ => return None,
    })
}

/// A token without the names in it, line by line.
fn split(
    text: &str,
    span: Span,
    kind: HighlightKind,
    inside: &[Highlight],
    out: &mut Vec<Highlight>,
) {
    let mut at = span.start;
    let piece = |from: u32, to: u32, out: &mut Vec<Highlight>| {
        let mut start = from;
        for line in text
            .get(from as usize..to as usize)
            .unwrap_or("")
            .split_inclusive(['\n', '\r'])
        {
            let end = start + line.trim_end_matches(['\n', '\r']).len() as u32;
            push(
                out,
                Highlight {
                    span: Span::new(span.file, start, end),
                    kind,
                    declares: false,
                },
            );
            start += line.len() as u32;
        }
    };
    for one in inside {
        // A whole token that is a name is that name.
        piece(at.min(one.span.start), one.span.start, out);
        push(out, *one);
        at = at.max(one.span.end);
    }
    piece(at, span.end, out);
}
