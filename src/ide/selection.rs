//! Selections that grow: the word, the value, the item, the statement, the body, the file.

use super::{Analysis, node::path_at};
use crate::{source::Span, syntax::SyntaxKind};

/// The spans around a byte, the smallest first; each holds the one before and is larger.
pub fn selection(analysis: &Analysis, offset: u32) -> Vec<Span> {
    let path = path_at(analysis.tree(), offset);
    let mut out: Vec<Span> = Vec::new();
    let mut add = |span: Span| {
        let grows = out
            .last()
            .is_none_or(|last| span.start <= last.start && last.end <= span.end && span != *last);
        if grows && !span.is_empty() {
            out.push(span);
        }
    };
    if let Some(leaf) = path.last() {
        let span = leaf.span();
        if let Some(word) = word(analysis.text(), span, offset) {
            add(word);
        }
        if leaf.kind() == SyntaxKind::String && span.len() > 2 {
            add(Span::new(span.file, span.start + 1, span.end - 1));
        }
    }
    for node in path.iter().rev().filter(|node| !node.kind().is_trivia()) {
        let span = node.span();
        if matches!(
            node.kind(),
            SyntaxKind::Body | SyntaxKind::Items | SyntaxKind::List | SyntaxKind::Arguments
        ) && span.len() > 2
        {
            add(Span::new(span.file, span.start + 1, span.end - 1));
        }
        add(span);
    }
    out
}

/// The letters, digits and underscores around a byte, within a token.
fn word(text: &str, token: Span, offset: u32) -> Option<Span> {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let bytes = text.as_bytes();
    let (at, start, end) = (offset as usize, token.start as usize, token.end as usize);
    let before = bytes
        .get(start..at)?
        .iter()
        .rev()
        .take_while(|byte| is_word(byte))
        .count();
    let behind = bytes
        .get(at..end)?
        .iter()
        .take_while(|byte| is_word(byte))
        .count();
    (before + behind > 0).then(|| Span::new(token.file, (at - before) as u32, (at + behind) as u32))
}
