//! Values that no colon and no `=` parts from their name: behind another operator, without
//! anything between, on the next line, and before the name.

use std::ops::Range;

use super::{
    Scan, Word,
    names::Meant,
    next_word,
    value::{self, is_quote},
};
use crate::syntax::SyntaxKind;

/// Most operators between a name and its value: `not like`, `-not -like`.
const MAX_OPERATORS: usize = 3;

/// How far the rest of an item is read: who writes it on one line can see that much of it.
const MAX_TAIL: usize = 4096;

/// Words that end what a name is compared with.
const OTHERS: &[&str] = &[
    "and", "or", "when", "if", "else", "xml", "step", "group", "sequence", "test", "param", "let",
    "expect", "mock", "rule", "file", "folder", "registry", "wmi", "software", "os", "value",
    "sets", "masked",
];

/// Words of comparisons, and such as people write for one.
const COMPARISONS: &[&str] = &[
    "exists",
    "not",
    "like",
    "in",
    "as",
    "matches",
    "contains",
    "version",
    "modified",
    "ran",
    "skipped",
    "failed",
    "succeeded",
    "reached",
    "exits",
    "times",
];

/// Where the literal is that stands at `at` behind operators; it may stand in brackets. `words`
/// says whether words can be operators, not only signs and `-eq`.
pub(super) fn behind_operators(text: &str, at: usize, words: bool) -> Option<usize> {
    let mut rest = &text[at..];
    for _ in 0..=MAX_OPERATORS {
        rest = rest.trim_start_matches([' ', '\t']);
        let inner = rest.strip_prefix(['[', '(']).map(str::trim_start);
        if inner.unwrap_or(rest).starts_with(is_quote) {
            return Some(text.len() - rest.len());
        }
        let behind = rest.trim_start_matches(|c| "!=<>~:+*|&?;.)：＝".contains(c));
        if behind.len() < rest.len() {
            // `NAME.value` of other languages.
            rest = match rest.starts_with('.') {
                true => behind.trim_start_matches(char::is_alphanumeric),
                false => behind,
            };
            continue;
        }
        if let Some(behind) = rest.strip_prefix("- ") {
            rest = behind;
            continue;
        }
        let dashed = rest.strip_prefix('-');
        let word = dashed.unwrap_or(rest);
        let length = word.find(|c: char| !c.is_alphanumeric() && c != '_');
        let (word, behind) = word.split_at(length.unwrap_or(word.len()));
        if word.is_empty() || dashed.is_none() && (!words || OTHERS.contains(&word)) {
            return None;
        }
        rest = behind;
    }
    None
}

/// The text of the XML element in whose tag an attribute has ended at `at`.
pub(super) fn element_text(text: &str, at: usize) -> Option<Range<usize>> {
    let start = at + text[at..].find(['<', '>', '\n'])?;
    let start = start + text[start..].strip_prefix('>').map(|_| 1)?;
    let end = start + text[start..].find('<')?;
    (start < end && text[end..].starts_with("</")).then_some(start..end)
}

/// Where the value is that an item of its own gives to the variable whose name has ended at `at`:
/// `name: "NAME", value: "…"`.
fn other_item(text: &str, at: usize) -> Option<usize> {
    let rest = text[at..].strip_prefix(',')?.trim_start();
    let label = ["value", "text", "default"]
        .into_iter()
        .find_map(|label| rest.strip_prefix(label))?;
    let sign = label.trim_start_matches([' ', '\t']);
    sign.starts_with([':', '='])
        .then_some(text.len() - sign.len())
}

/// The literals in the rest of an item whose value ends at `at` for those who know the grammar, but
/// goes on: `"a" + "b"`, `if x then "a" else "b"`. Where `fresh`, nothing stands before a comma.
pub(super) fn tail(text: &str, at: usize, fresh: bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut at, mut depth, mut fresh) = (at, 0_usize, fresh);
    let furthest = at + MAX_TAIL;
    while at < furthest {
        let rest = text[at..].trim_start_matches([' ', '\t']);
        at = text.len() - rest.len();
        let Some(first) = rest.chars().next() else {
            return found;
        };
        if let Some(end) = value::literal_end(text, at) {
            found.push(at..end);
            (at, fresh) = (end, false);
            continue;
        }
        if first.is_alphanumeric() || first == '_' {
            match behind_word(text, at) {
                Some(end) => (at, fresh) = (end, false),
                None => return found,
            }
            continue;
        }
        let is_arrow = || text[..at].ends_with(['=', '-']);
        let goes_on = match first {
            ',' if fresh => rest[1..]
                .trim_start_matches([' ', '\t'])
                .starts_with(is_quote),
            ',' => depth > 0,
            '>' => is_arrow(),
            '\n' | '\r' | '<' | '#' => false,
            ')' | ']' | '}' => depth > 0,
            _ => true,
        };
        if !goes_on {
            return found;
        }
        match first {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        (at, fresh) = (at + first.len_utf8(), false);
    }
    found
}

/// Where a word in the rest of an item ends, with the name of a secret that it calls for; nothing
/// where it begins something else.
fn behind_word(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
    let (word, behind) = rest.split_at(length.unwrap_or(rest.len()));
    let behind = behind.trim_start_matches([' ', '\t']);
    let is_name = behind.starts_with([':', '=']) && !behind.starts_with("==");
    let is_branch = matches!(word, "if" | "else");
    if is_name && !behind.starts_with("=>") || OTHERS.contains(&word) && !is_branch {
        return None;
    }
    let end = at + word.len();
    if word == "secret" && behind.starts_with('(') {
        return Some(
            text[end..]
                .find([')', '\n'])
                .map_or(text.len(), |length| end + length + 1),
        );
    }
    Some(end)
}

impl<'a> Scan<'a> {
    /// Hides the value of a name that has no sign behind it.
    pub(super) fn apart(&mut self, word: Word<'a>, before: Option<Word<'a>>, end: usize) {
        match self.meant(word, before, false) {
            Meant::Other => return,
            Meant::Group if self.text[end..].starts_with(['<', '{', '[']) => {
                return self.group(end);
            }
            Meant::Group | Meant::Secret => {}
        }
        self.before(word, before, end);
        let in_code = self.in_code(word);
        if self.text[..word.start].ends_with(['"', '\'']) {
            self.found.extend(element_text(self.text, end));
        }
        if let Some(at) = behind_operators(self.text, end, in_code) {
            return self.value(word, at, false);
        }
        if let Some(at) = other_item(self.text, end) {
            return self.value(word, at, true);
        }
        if !in_code || !self.begins_item(word) {
            return;
        }
        if let Some(at) = self.next_line(end) {
            let line = self.text[at..].lines().next().unwrap_or("");
            let line = line.trim_end_matches([' ', '\t', ',', '>', '}']);
            let alone = !line.is_empty() && line.chars().all(|c| !value::ends_word(c));
            if line.starts_with(is_quote) || alone && !line.ends_with([':', '=']) {
                self.value(word, at, true);
            }
        } else if let Some(at) = self.bare(end) {
            self.value(word, at, true);
        }
    }

    /// Where a value begins that stands in the line below a name, which nothing follows in its own.
    pub(super) fn next_line(&self, end: usize) -> Option<usize> {
        let rest = &self.text[end..];
        let next = rest.trim_start();
        rest.starts_with(['\n', '\r'])
            .then_some(self.text.len() - next.len())
    }

    /// Where a value without quotes begins.
    fn bare(&self, end: usize) -> Option<usize> {
        let word = next_word(self.text, end)?;
        let between = self.text[end..word.start].trim_start_matches([' ', '\t', '(', '[']);
        let is_part = between
            .chars()
            .all(|c| !c.is_whitespace() && !value::ends_word(c) && c != '#');
        let start = word.start - between.len();
        let is_keyword =
            between.is_empty() && (OTHERS.contains(&word.text) || COMPARISONS.contains(&word.text));
        (is_part && !is_keyword).then_some(start)
    }

    /// Whether a word is the first of an item.
    fn begins_item(&self, word: Word<'_>) -> bool {
        let before = self.text[..word.start].trim_end_matches(['"', '\'', '`', '@']);
        let before = before.trim_end_matches([' ', '\t']);
        before.is_empty() || before.ends_with(['\n', '\r', '<', ',', '{', '('])
    }

    /// Hides a literal that the variable of a secret is compared with, on its left side.
    pub(super) fn before(&mut self, word: Word<'a>, before: Option<Word<'a>>, end: usize) {
        let text: &'a str = self.text;
        let head = text[..word.start].trim_end_matches([' ', '\t', '%', '$', '{', '"', '\'']);
        let sign = head.trim_end_matches(['=', '!', '<', '>', '~']);
        let left = if head.len() - sign.len() > 0 && head[sign.len()..].contains('=') {
            sign
        } else {
            let word = head.trim_end_matches(|c: char| c.is_ascii_alphabetic());
            match word.strip_suffix('-') {
                Some(left) if word.len() < head.len() => left,
                _ => return,
            }
        };
        let left = left.trim_end_matches([' ', '\t']);
        // What has a value of its own behind it is the left side itself.
        let is_right = !text[end..].starts_with([':', '=']);
        if !left.ends_with(is_quote) || !is_right {
            return;
        }
        if self.meant(word, before, false) == Meant::Other {
            return;
        }
        let token = self.token(left.len() - 1);
        if let Some(token) = token
            .filter(|token| token.kind == SyntaxKind::String && token.end as usize == left.len())
        {
            self.found.push(token.start as usize..left.len());
        }
    }
}
