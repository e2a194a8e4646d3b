//! A node on one line: its tokens with the one style's blanks between them.

use std::borrow::Cow;

use crate::syntax::{self, Node, SyntaxKind};

/// The text of a node on one line; `None` when it holds a comment or a block, which need lines of
/// their own.
pub(super) fn flat(node: Node<'_>) -> Option<String> {
    let mut line = FlatLine::default();
    line.node(node, node.kind()).then_some(line.text)
}

/// A token as the formatter writes it.
pub(super) fn token(node: Node<'_>) -> Cow<'_, str> {
    if node.kind() == SyntaxKind::String {
        string(node.text())
    } else {
        Cow::Borrowed(node.text())
    }
}

/// `"…"` where the text has no quote, else `'…'` where it has no apostrophe, else as it is.
fn string(raw: &str) -> Cow<'_, str> {
    let single = raw.starts_with('\'');
    match syntax::unquote(raw) {
        // In '…' nothing is inserted: `${` would need an escape in "…".
        Some(text) if !(single && text.contains("${")) => match syntax::quoted(&text) {
            Some(new) if !(new.starts_with('\'') && raw.contains("${")) => Cow::Owned(new),
            _ => Cow::Borrowed(raw),
        },
        _ => Cow::Borrowed(raw),
    }
}

#[derive(Default)]
struct FlatLine {
    text: String,
    glue: bool,
}

impl FlatLine {
    fn node(&mut self, node: Node<'_>, parent: SyntaxKind) -> bool {
        if node.is_leaf() {
            return self.leaf(node, parent);
        }
        // In these the commas are ours.
        let separated = matches!(
            node.kind(),
            SyntaxKind::Items | SyntaxKind::List | SyntaxKind::RuleItem | SyntaxKind::OsTest
        );
        let mut earlier = false;
        // Those between the tests of a rule stand before its brace, and mean something.
        let mut ours = separated && node.kind() != SyntaxKind::RuleItem;
        for child in node.all_children() {
            match child.kind() {
                SyntaxKind::WhiteSpace => continue,
                SyntaxKind::Comment | SyntaxKind::Block | SyntaxKind::Error => return false,
                SyntaxKind::Punctuation if ours && child.text() == "," => continue,
                SyntaxKind::Punctuation => ours |= separated && child.text() == "{",
                _ => {}
            }
            let entry = separated && is_entry(node, child);
            if entry && earlier {
                self.text.push(',');
                self.glue = false;
            }
            earlier |= entry;
            if !self.node(child, node.kind()) {
                return false;
            }
        }
        true
    }

    fn leaf(&mut self, node: Node<'_>, parent: SyntaxKind) -> bool {
        if matches!(
            node.kind(),
            SyntaxKind::Comment | SyntaxKind::Block | SyntaxKind::Error
        ) {
            return false;
        }
        let text = token(node);
        let (before, after) = spacing(&text, node.kind(), parent);
        if before && !self.glue && !self.text.is_empty() {
            self.text.push(' ');
        }
        self.text.push_str(&text);
        self.glue = !after;
        true
    }
}

/// Whether a child is one of the things between commas.
pub(super) fn is_entry(parent: Node<'_>, child: Node<'_>) -> bool {
    match parent.kind() {
        SyntaxKind::RuleItem => child.kind() == SyntaxKind::Assignment,
        SyntaxKind::OsTest => child.kind() == SyntaxKind::OsEntry,
        SyntaxKind::Quantifier => child.kind() == SyntaxKind::Condition,
        SyntaxKind::Arguments => child.kind() == SyntaxKind::Argument,
        _ => !matches!(
            child.kind(),
            SyntaxKind::Punctuation | SyntaxKind::WhiteSpace | SyntaxKind::Comment
        ),
    }
}

/// Whether a blank may stand before and after a token.
fn spacing(text: &str, kind: SyntaxKind, parent: SyntaxKind) -> (bool, bool) {
    if kind != SyntaxKind::Punctuation {
        return (true, true);
    }
    match (text, parent) {
        ("${", _) => (true, false),
        (_, SyntaxKind::Insertion) => (false, text == "}"),
        (_, SyntaxKind::Range) => (false, false),
        (_, SyntaxKind::Index) => (false, text == "]"),
        ("(", SyntaxKind::Negation | SyntaxKind::Parentheses) => (true, false),
        ("(", _) => (false, false),
        ("[", _) => (true, false),
        (")" | "]" | "," | ":", _) => (false, true),
        _ => (true, true),
    }
}
