//! Where the value behind a name ends.

use std::ops::Range;

use crate::syntax::literal;

/// Whether it opens a string, as typed or as a word processor makes it.
pub(super) fn is_quote(c: char) -> bool {
    matches!(
        c,
        '"' | '\'' | '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{2018}' | '\u{2019}'
    )
}

/// The literals of a test's `secrets: < NAME: "…" >`.
pub(super) fn of_group(text: &str, at: usize, left: &mut usize) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let rest = text[at..].trim_start_matches([':', '=', ' ', '\t', '\n', '\r']);
    let mut at = text.len() - rest.len();
    if !rest.starts_with('<') {
        return found;
    }
    loop {
        let next = text[at..].find(|c| is_quote(c) || c == '>');
        let start = next.map_or(text.len(), |next| at + next);
        let end = string_end(text, start);
        if !spend(left, end.unwrap_or(start) - at) {
            found.push(at..text.len());
            break;
        }
        let Some(end) = end else { break };
        found.push(start..end);
        at = end;
    }
    found
}

/// Takes from what looking may still cost. When that is spent, a text is a trap: whoever asks hides
/// all the rest of it.
fn spend(left: &mut usize, bytes: usize) -> bool {
    let rest = left.checked_sub(bytes + 1).filter(|rest| *rest > 0);
    *left = rest.unwrap_or(0);
    rest.is_some()
}

/// The literals of the value at `at`, behind a name: those that follow each other, and those in
/// brackets. `bare` says whether a word or a number may be a value, too.
pub(super) fn behind(text: &str, at: usize, bare: bool, left: &mut usize) -> Vec<Range<usize>> {
    let rest = text[at..].trim_start_matches([':', '=', '>', ' ', '\t']);
    // A value may stand on the next line.
    let rest = if rest.len() < text[at..].len() {
        rest.trim_start()
    } else {
        rest
    };
    let mut value = Value {
        text,
        at: text.len() - rest.len(),
        depth: 0,
        looked: 0,
        found: Vec::new(),
    };
    loop {
        let from = value.at;
        let more = value.next(bare);
        if !spend(left, value.at - from + std::mem::take(&mut value.looked)) {
            value.found.push(from..text.len());
            break;
        }
        if !more {
            break;
        }
    }
    value.found
}

struct Value<'a> {
    text: &'a str,
    at: usize,
    /// Brackets that are open.
    depth: usize,
    /// Bytes that were looked at ahead.
    looked: usize,
    found: Vec<Range<usize>>,
}

impl Value<'_> {
    /// Takes the next part; false where the value has ended.
    fn next(&mut self, bare: bool) -> bool {
        let rest = &self.text[self.at..];
        let trimmed = rest.trim_start_matches([' ', '\t']);
        let rest = if self.depth > 0 {
            rest.trim_start()
        } else {
            trimmed
        };
        self.at = self.text.len() - rest.len();
        let Some(first) = rest.chars().next() else {
            return false;
        };
        if let Some(end) = literal_end(self.text, self.at) {
            self.take(end);
            return true;
        }
        match first {
            '(' | '[' => self.depth += 1,
            ')' | ']' | ',' if self.depth > 0 => {
                self.depth -= usize::from(first != ',');
            }
            _ => return self.word(bare),
        }
        self.at += 1;
        true
    }

    fn take(&mut self, end: usize) {
        self.found.push(self.at..end);
        self.at = end;
    }

    /// A word: the function of a call, or a value without quotes.
    fn word(&mut self, bare: bool) -> bool {
        let rest = &self.text[self.at..];
        let length = rest.find(ends_word).unwrap_or(rest.len());
        self.looked += length;
        let word = &rest[..length];
        if word.is_empty() {
            return false;
        }
        // The type of a parameter stands before its value.
        let behind = rest[length..].trim_start_matches([' ', '\t']);
        if behind.starts_with('=') {
            self.at = self.text.len() - behind.len() + 1;
            return true;
        }
        if rest[length..].starts_with(['(', '[']) {
            self.at += length;
            return word != "secret";
        }
        let alone = self.found.is_empty() || self.depth > 0;
        let hidden = bare && alone && !is_reference(word);
        if hidden {
            self.take(self.at + length);
        }
        hidden
    }
}

/// Whether a bare word says where the value is, or that there is none.
fn is_reference(word: &str) -> bool {
    matches!(word, "absent" | "true" | "false" | "lf" | "fold")
        || word.starts_with(['$', '-', '/'])
        || super::names::says_secret(word)
}

fn ends_word(c: char) -> bool {
    c.is_whitespace()
        || is_quote(c)
        || matches!(c, ',' | '<' | '>' | '(' | ')' | '[' | ']' | '{' | '}')
}

/// The end of the string or block at `at`, if one begins there.
fn literal_end(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    let prefix = ["lf", "fold"].into_iter().find(|word| {
        rest.strip_prefix(word)
            .is_some_and(|tail| tail.starts_with("\"\"\""))
    });
    let skipped = prefix.map_or(0, str::len);
    if let Some(fence) = literal::fence(&rest[skipped..]) {
        let length = literal::block_length(&rest[skipped..], fence);
        return Some(length.map_or(text.len(), |length| at + skipped + length));
    }
    string_end(text, at)
}

/// The end of the string at `at`: behind its closing quote, or where the line ends.
fn string_end(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    let quote = rest.chars().next().filter(|c| is_quote(*c))?;
    if quote.is_ascii() {
        return Some(at + literal::string_length(rest).0);
    }
    let line = rest.lines().next().unwrap_or("");
    let inner = &line[quote.len_utf8()..];
    let closes = |c| {
        matches!(
            (quote, c),
            ('\u{2018}' | '\u{2019}', '\u{2018}' | '\u{2019}' | '\'')
        ) || !matches!(quote, '\u{2018}' | '\u{2019}')
            && is_quote(c)
            && !matches!(c, '\'' | '\u{2018}' | '\u{2019}')
    };
    let end = inner.char_indices().find(|(_, c)| closes(*c));
    Some(
        at + end.map_or(line.len(), |(place, c)| {
            quote.len_utf8() + place + c.len_utf8()
        }),
    )
}
