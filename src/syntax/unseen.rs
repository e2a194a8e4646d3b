//! Characters in a source that nobody sees.

use super::{SyntaxKind, tokens};
use crate::{
    diagnostic::{Edit, Finding, Fix, Safety, turns, unseen_characters},
    source::{FileId, Span, unseen},
};

/// A finding at each text of a source that holds some. Of comments only those count that change
/// what stands around them.
pub fn unseen_in(file: FileId, text: &str) -> Vec<Finding> {
    let all: Vec<(usize, char)> = unseen(text).filter(|(_, c)| is_told(*c)).collect();
    if all.is_empty() {
        return Vec::new();
    }
    let span = |at: usize, c: char| Span::new(file, at as u32, (at + c.len_utf8()) as u32);
    let mut out = Vec::new();
    let mut rest = all.as_slice();
    for token in tokens(text) {
        let before = rest.partition_point(|(at, _)| *at < token.start as usize);
        let until = rest.partition_point(|(at, _)| *at < token.end as usize);
        let own = rest.get(before..until).unwrap_or(&[]);
        rest = rest.get(until..).unwrap_or(&[]);
        let counts = |c: char| match token.kind {
            SyntaxKind::String | SyntaxKind::Block | SyntaxKind::Name => true,
            SyntaxKind::Comment => turns(c),
            // Outside of texts the grammar has no such character, and says so.
            _ => false,
        };
        let own: Vec<(usize, char)> = own.iter().copied().filter(|(_, c)| counts(*c)).collect();
        let Some((first, c)) = own.first().copied() else {
            continue;
        };
        let edits = own.iter().map(|(at, c)| Edit {
            span: span(*at, *c),
            new: String::new(),
        });
        let fix = Fix::new("take it out", Safety::Unsafe, edits.collect());
        let finding = unseen_characters(span(first, c), own.iter().map(|(_, c)| *c));
        out.push(finding.with_fix(fix));
        if rest.is_empty() {
            break;
        }
    }
    out
}

/// Whether nothing else is said of a character: XML cannot hold most control characters.
fn is_told(c: char) -> bool {
    !matches!(c, '\0'..='\u{1F}')
}
