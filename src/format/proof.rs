//! The proof that two trees mean the same: the same nodes and tokens but for white space, commas
//! and quotes, and the same comments.

use std::borrow::Cow;

use crate::{
    source::Span,
    syntax::{self, Node, StringPiece, SyntaxKind, SyntaxTree},
};

/// Where the old tree first differs from the new one in more than white space, commas and quotes.
pub(super) fn differs(old: &SyntaxTree, new: &SyntaxTree) -> Option<Span> {
    let mut left = old.nodes().filter(|node| counts(*node));
    let mut right = new.nodes().filter(|node| counts(*node));
    loop {
        match (left.next(), right.next()) {
            (None, None) => break,
            (Some(a), Some(b)) if same(a, b) => {}
            (Some(a), _) => return Some(a.span()),
            (None, Some(_)) => return Some(old.root().span()),
        }
    }
    let comments = |tree: &SyntaxTree| -> Vec<String> {
        let found = tree
            .nodes()
            .filter(|node| node.kind() == SyntaxKind::Comment);
        found
            .map(|node| node.text().trim_end().to_owned())
            .collect()
    };
    (comments(old) != comments(new)).then(|| old.root().span())
}

fn counts(node: Node<'_>) -> bool {
    let comma = node.kind() == SyntaxKind::Punctuation && node.text() == ",";
    !comma && !node.kind().is_trivia()
}

fn same(a: Node<'_>, b: Node<'_>) -> bool {
    if a.kind() != b.kind() {
        return false;
    }
    match a.kind() {
        // A file of white space alone is a leaf on one side only.
        _ if !a.is_leaf() || !b.is_leaf() || a.kind() == SyntaxKind::File => true,
        SyntaxKind::String => pieces(a.text()) == pieces(b.text()),
        SyntaxKind::Block => {
            let (a, b) = (syntax::block(a.text()), syntax::block(b.text()));
            (a.prefix, a.text) == (b.prefix, b.text)
        }
        _ => a.text() == b.text(),
    }
}

/// What a string says, without where.
fn pieces(raw: &str) -> Vec<Result<String, Vec<&str>>> {
    syntax::pieces(raw)
        .into_iter()
        .map(|piece| match piece {
            StringPiece::Text(text) => Ok(Cow::into_owned(text)),
            StringPiece::Insert { path, .. } => Err(path),
            StringPiece::Bad { start, end } => Ok(format!("bad {start} {end}")),
        })
        .collect()
}
