//! Where the value behind a name ends.

use std::ops::Range;

use super::names::Likeness;
use crate::syntax::literal;

/// Whether it opens a string, as typed or as a word processor makes it.
pub(super) fn is_quote(c: char) -> bool {
    matches!(
        c,
        '"' | '\'' | '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{2018}' | '\u{2019}'
    )
}

/// What stands behind the name of a secret.
#[derive(Default)]
pub(super) struct Values<'a> {
    /// What must not be shown.
    pub hidden: Vec<Range<usize>>,
    /// Names that may be those of compile-time values.
    pub bare: Vec<&'a str>,
    /// Variables that the secret is the value of.
    pub variables: Vec<&'a str>,
    /// Where they end.
    pub end: usize,
}

/// The literals of the value at `at`, behind a name: those that follow each other, and those in
/// brackets. `bare` says whether words and numbers may be a value, too.
pub(super) fn behind<'a>(
    text: &'a str,
    at: usize,
    bare: bool,
    likeness: &Likeness<'_>,
) -> Values<'a> {
    let rest = text[at..].trim_start_matches([':', '=', '>', ' ', '\t']);
    // A value may stand on the next line.
    let rest = if rest.len() < text[at..].len() {
        rest.trim_start()
    } else {
        rest
    };
    let mut reader = Reader {
        text,
        likeness,
        at: text.len() - rest.len(),
        depth: 0,
        only_words: true,
        values: Values::default(),
    };
    while reader.next(bare) {}
    reader.values.end = reader.at;
    reader.values
}

struct Reader<'a, 'l> {
    text: &'a str,
    likeness: &'l Likeness<'l>,
    at: usize,
    /// Brackets that are open.
    depth: usize,
    /// Whether everything until here was without quotes.
    only_words: bool,
    values: Values<'a>,
}

impl Reader<'_, '_> {
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
            self.only_words = false;
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
        let literal = &self.text[self.at..end];
        self.values.bare.extend(inserted(literal));
        self.values.variables.extend(variable(literal));
        self.values.hidden.push(self.at..end);
        self.at = end;
    }

    /// A word: the function of a call, or a value without quotes.
    fn word(&mut self, bare: bool) -> bool {
        let rest = &self.text[self.at..];
        let length = rest.find(ends_word).unwrap_or(rest.len());
        let word = &rest[..length];
        if let Some(name) = rest.strip_prefix("${") {
            let end = name.find(|c: char| !c.is_alphanumeric() && c != '_');
            self.values.bare.push(&name[..end.unwrap_or(name.len())]);
            return false;
        }
        if word.is_empty() {
            return false;
        }
        // The type of a parameter stands before its value.
        let behind = rest[length..].trim_start_matches([' ', '\t']);
        if behind.starts_with('=') {
            self.at = self.text.len() - behind.len() + 1;
            return true;
        }
        // Also where the sign between the two is missing.
        if word == "text" && self.values.hidden.is_empty() {
            self.at += length;
            return true;
        }
        if is_call(word, &rest[length..]) {
            if word == "secret" {
                return false;
            }
            self.at += length;
            return true;
        }
        let last = self.values.hidden.last().map(|last| last.end);
        let sticks = last == Some(self.at);
        let alone = self.depth > 0 || self.only_words && !is_named(word, behind, last.is_some());
        if !(sticks || bare && alone) {
            return false;
        }
        if !sticks && self.is_reference(word) {
            // That a name says so by itself need not be learnt.
            self.values.bare.push(word);
            return false;
        }
        self.values.bare.push(word);
        let blank = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let whole = rest[..blank].trim_end_matches(|c| ",<>()[]{}".contains(c));
        self.values
            .hidden
            .push(self.at..self.at + whole.len().max(length));
        self.at += whole.len().max(length);
        true
    }

    /// Whether a bare word says where the value is, or that there is none.
    fn is_reference(&self, word: &str) -> bool {
        matches!(word, "absent" | "true" | "false" | "lf" | "fold" | "when")
            || self.likeness.is_declared(word)
            || super::names::says_secret(word)
    }
}

/// Whether a word is the function of a call with a text.
fn is_call(word: &str, behind: &str) -> bool {
    let inner = behind.strip_prefix(['(', '[']).map(str::trim_start);
    inner.is_some_and(|inner| inner.starts_with(is_quote) || word == "secret")
        && word.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// Whether a further word belongs to what follows the value.
fn is_named(word: &str, behind: &str, further: bool) -> bool {
    further && (word == "when" || word.ends_with([':', '=']) || behind.starts_with([':', '=', '<']))
}

/// The compile-time names that are inserted into a text.
fn inserted(literal: &str) -> impl Iterator<Item = &str> {
    let parts = literal.split("${").skip(1);
    parts.filter_map(|part| part.split(['}', '.']).next())
}

/// The variable that a text is the value of.
fn variable(literal: &str) -> Option<&str> {
    let inner = literal.trim_matches(is_quote);
    let name = inner.strip_prefix('%')?.strip_suffix('%')?;
    (!name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_')).then_some(name)
}

pub(super) fn ends_word(c: char) -> bool {
    c.is_whitespace()
        || is_quote(c)
        || matches!(c, ',' | '<' | '>' | '(' | ')' | '[' | ']' | '{' | '}')
}

/// The end of the string or block at `at`, if one begins there.
pub(super) fn literal_end(text: &str, at: usize) -> Option<usize> {
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
        let end = at + literal::string_length(rest).0;
        return Some(escaped_end(text, at, end).unwrap_or(end));
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

/// The end of the string from `at` to `end`, if its last quote was meant to be a part of it: other
/// languages write `\"` for one, or a back quote before it.
fn escaped_end(text: &str, at: usize, end: usize) -> Option<usize> {
    let quote = text[at..].chars().next()?;
    let inner = text.get(at + 1..end)?.strip_suffix(quote)?;
    let escape = inner.chars().next_back()?;
    if !matches!(escape, '\\' | '`') {
        return None;
    }
    let line = text[end..].lines().next().unwrap_or("");
    let tail = line.trim_start_matches([' ', '\t']);
    let closed = tail.is_empty() || tail.starts_with([',', '>', ')', ']', '}', '#']);
    let even = line.matches(quote).count().is_multiple_of(2);
    if closed && even && !line.contains(&format!("{escape}{quote}")) {
        return None;
    }
    let mut before = ' ';
    for (place, c) in line.char_indices() {
        if c == quote && before != escape {
            return Some(end + place + 1);
        }
        before = c;
    }
    Some(end + line.len())
}
