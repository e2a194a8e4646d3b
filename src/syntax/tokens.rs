//! The tokens of a text, without grammar: for places where nobody knows yet what will be typed.

use super::{SyntaxKind, grammar, literal};

/// A token. `closed` is false for a string, block or back-quoted name whose end is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// [`SyntaxKind::WhiteSpace`], `Comment`, `String`, `Block`, `Name` (in back quotes only),
    /// `Word` (names, keywords and numbers) or `Punctuation`.
    pub kind: SyntaxKind,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// Whether the token has its end.
    pub closed: bool,
}

impl Token {
    /// Its text in the text it was read from.
    pub fn text(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize)
            .unwrap_or("")
    }
}

/// The tokens of a text, white space and comments included: every byte is in exactly one.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut out = Vec::with_capacity(text.len() / 4);
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let (kind, length, closed) = token(rest);
        let end = at + length.max(1);
        out.push(Token {
            kind,
            start: at as u32,
            end: end as u32,
            closed,
        });
        at = end;
    }
    out
}

fn token(rest: &str) -> (SyntaxKind, usize, bool) {
    let prefix = ["lf", "fold"].into_iter().find(|word| {
        rest.strip_prefix(word)
            .is_some_and(|tail| tail.starts_with("\"\"\""))
    });
    let skipped = prefix.map_or(0, str::len);
    if let Some(fence) = literal::fence(&rest[skipped..]) {
        return match literal::block_length(&rest[skipped..], fence) {
            Some(length) => (SyntaxKind::Block, skipped + length, true),
            None => (SyntaxKind::Block, rest.len(), false),
        };
    }
    match rest.as_bytes().first() {
        Some(b'"' | b'\'') => {
            let (length, closed) = literal::string_length(rest);
            (SyntaxKind::String, length, closed)
        }
        Some(b'`') => {
            let length = literal::back_quoted_length(rest);
            (
                SyntaxKind::Name,
                length,
                length > 1 && rest[..length].ends_with('`'),
            )
        }
        _ => {
            let (kind, length) = grammar::gap_token(rest);
            (kind, length, true)
        }
    }
}
