//! Where a text holds a secret in clear, found without parsing it: a finding may be about a line
//! that does not fit the grammar, and what a name was meant to be is known only by its likeness.
//!
//! A value is hidden behind a name that is, or resembles, that of a secret property, of a secret
//! variable, or a word for a password; behind `masked NAME =`; and in a test's `secrets: < … >`.

mod names;
mod value;

use std::{
    borrow::Cow,
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet, HashMap},
    ops::Range,
};

pub use self::names::says_secret;
use self::names::{Likeness, Meant};
use super::{SyntaxKind, Token, tokens};
use crate::{
    diagnostic::{self, Finding},
    source::FileId,
};

/// The values that must not be shown, as bytes of the text, in its order; quotes are part of them.
/// `secret("NAME")` is none: it says where a secret is kept.
pub fn secret_values(text: &str) -> Vec<Range<usize>> {
    merged(Scan::of(text).found)
}

/// The compile-time names of a text whose value is a secret: they are called so, or are used as
/// one.
pub fn secret_names(text: &str) -> BTreeSet<&str> {
    let scan = Scan::of(text);
    let declared = scan.declared().map(|name| name.text);
    let called = declared.filter(|name| says_secret(name));
    let mut names: BTreeSet<&str> = called.collect();
    names.extend(scan.used);
    names
}

/// The shortest literal, quotes included, that is looked for in another version of its text.
const LEAST_LITERAL: usize = 5;

/// The same, and what was a secret in the version before: an edit can move a value behind another
/// name.
pub fn secret_values_after(text: &str, before: &str) -> Vec<Range<usize>> {
    let mut found = secret_values(text);
    let mut wanted = ByOpening::new();
    for range in secret_values(before) {
        let literal = before.get(range).unwrap_or("");
        if literal.len() >= LEAST_LITERAL {
            wanted.entry(opening(literal)).or_default().insert(literal);
        }
    }
    if !wanted.is_empty() {
        found.extend(again(text, &wanted));
    }
    merged(found)
}

/// Literals by the bytes that they begin with.
type ByOpening<'a> = HashMap<[u8; LEAST_LITERAL], BTreeSet<&'a str>>;

fn opening(literal: &str) -> [u8; LEAST_LITERAL] {
    let mut bytes = [0; LEAST_LITERAL];
    bytes
        .iter_mut()
        .zip(literal.bytes())
        .for_each(|(own, byte)| *own = byte);
    bytes
}

/// Where literals stand in a text, each byte looked at once; where too many begin alike, the rest
/// of the text counts as one of them.
fn again(text: &str, wanted: &ByOpening<'_>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut left = budget(text);
    for (at, window) in text.as_bytes().windows(LEAST_LITERAL).enumerate() {
        let alike = <[u8; LEAST_LITERAL]>::try_from(window).ok();
        let Some(literals) = alike.and_then(|bytes| wanted.get(&bytes)) else {
            continue;
        };
        let Some(rest) = text.get(at..) else { continue };
        let Some(fewer) = left.checked_sub(literals.len()) else {
            found.push(at..text.len());
            break;
        };
        left = fewer;
        let here = literals
            .iter()
            .filter(|literal| rest.starts_with(**literal));
        found.extend(here.map(|literal| at..at + literal.len()));
    }
    found
}

/// What looking for secrets in a text may cost, in bytes that are looked at again.
fn budget(text: &str) -> usize {
    64 * 1024 + 16 * text.len()
}

/// Keeps the secrets of a text out of the findings about it.
pub fn hide_secrets(findings: &mut [Finding], file: FileId, text: &str) {
    if findings.iter().any(|finding| finding.is_about(file)) {
        diagnostic::hide(findings, file, text, &secret_values(text));
    }
}

/// A text as it may be shown: each secret in it as asterisks, always as many.
pub fn without_secrets(text: &str) -> Cow<'_, str> {
    let values = secret_values(text);
    if values.is_empty() {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(diagnostic::masked(text, values))
    }
}

/// Ranges in order, those that meet as one.
fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut out: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match out.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => out.push(range),
        }
    }
    out
}

/// A word with its place.
#[derive(Clone, Copy)]
struct Word<'a> {
    text: &'a str,
    start: usize,
    end: usize,
}

struct Scan<'a> {
    text: &'a str,
    likeness: Likeness<'a>,
    /// Made at the first name that resembles one.
    tokens: OnceCell<Vec<Token>>,
    found: Vec<Range<usize>>,
    /// The compile-time names that are used as secrets.
    used: BTreeSet<&'a str>,
    /// Where the line's next `=` stands, and whether there is one: else the line ends there.
    sign: (usize, bool),
    /// What looking may still cost.
    left: usize,
}

impl<'a> Scan<'a> {
    /// All of a text, with what compile-time names bring to it.
    fn of(text: &'a str) -> Self {
        let mut scan = Scan {
            text,
            likeness: Likeness::default(),
            tokens: OnceCell::new(),
            found: Vec::new(),
            used: BTreeSet::new(),
            sign: (0, false),
            left: budget(text),
        };
        scan.whole();
        scan.follow();
        scan
    }

    /// Hides the values of compile-time names that are used as secrets, and of those that these are
    /// made of.
    fn follow(&mut self) {
        if self.found.is_empty() {
            return;
        }
        let mut declared: BTreeMap<&str, Vec<Word<'a>>> = BTreeMap::new();
        for name in self.declared() {
            declared.entry(name.text).or_default().push(name);
        }
        let mut looked = 0;
        while let Some(range) = self.found.get(looked).cloned().filter(|_| self.left > 0) {
            looked += 1;
            for name in names_in(self.text.get(range).unwrap_or("")) {
                if !self.used.insert(name) {
                    continue;
                }
                for word in declared.get(name).into_iter().flatten() {
                    let behind = self.behind_name(*word);
                    self.value(*word, behind, true);
                }
            }
        }
    }

    /// The names that `param` and `let` declare, where they are declared.
    fn declared(&self) -> impl Iterator<Item = Word<'a>> + use<'a> {
        let text = self.text;
        let mut at = 0;
        let mut before: Option<Word<'a>> = None;
        std::iter::from_fn(move || {
            loop {
                let word = next_word(text, at)?;
                at = word.end;
                let declares = before
                    .replace(word)
                    .is_some_and(|before| matches!(before.text, "param" | "let"));
                if declares {
                    return Some(word);
                }
            }
        })
    }

    fn whole(&mut self) {
        let mut before = None;
        let mut at = 0;
        while let Some(word) = next_word(self.text, at).filter(|_| self.left > 0) {
            at = word.end;
            self.word(word, before);
            before = Some(word);
        }
    }

    fn word(&mut self, word: Word<'a>, before: Option<Word<'a>>) {
        self.likeness.pass(word.text, self.begins_statement(word));
        if names::resembles_masked(word.text) {
            if let Some(sign) = self.sign_behind(word.end) {
                self.value(word, sign, true);
            }
        }
        let behind = self.behind_comma(self.behind_name(word));
        let separated = self.text[behind..].starts_with([':', '=']);
        if !separated && !self.text[behind..].starts_with(value::is_quote) {
            return;
        }
        match self.meant(word, before, separated) {
            Meant::Other => {}
            Meant::Group if separated => {
                let values = value::of_group(self.text, behind, &mut self.left);
                self.found.extend(values);
                self.value(word, behind, separated);
            }
            Meant::Group | Meant::Secret => self.value(word, behind, separated),
        }
    }

    /// Where the next `=` of a line stands.
    fn sign_behind(&mut self, at: usize) -> Option<usize> {
        if self.sign.0 < at {
            let rest = self.text.get(at..).unwrap_or("");
            let found = rest.find(['=', '\n']);
            let stop = found.map_or(self.text.len(), |found| at + found);
            self.sign = (stop, self.text[stop..].starts_with('='));
        }
        self.sign.1.then_some(self.sign.0)
    }

    /// What a name is about. A blank may have come into it.
    fn meant(&mut self, word: Word<'a>, before: Option<Word<'a>>, separated: bool) -> Meant {
        let meant = self.likeness.of(word.text, separated);
        let beside = |before: &Word| before.end + 1 == word.start;
        match before.filter(beside) {
            Some(before) if meant == Meant::Other => self.likeness.of_two(before.text, word.text),
            _ => meant,
        }
    }

    /// Whether a word is the first of its line, or of a body.
    fn begins_statement(&self, word: Word<'_>) -> bool {
        let before = self.text[..word.start].trim_end_matches([' ', '\t']);
        before.is_empty() || before.ends_with(['\n', '\r', '{', '}'])
    }

    /// Where a name has ended, with its quote and the blanks behind it.
    fn behind_name(&self, word: Word<'_>) -> usize {
        let mut rest = &self.text[word.end..];
        let quote = self.text[..word.start].chars().next_back();
        if let Some(quote) = quote.filter(|quote| value::is_quote(*quote) || *quote == '`') {
            rest = rest.strip_prefix(quote).unwrap_or(rest);
        }
        self.text.len() - rest.trim_start_matches([' ', '\t']).len()
    }

    /// The literal behind a comma that stands in the place of a colon, if it is so.
    fn behind_comma(&self, at: usize) -> usize {
        let behind = self.text[at..].strip_prefix(',').unwrap_or("");
        let literal = behind.trim_start_matches([' ', '\t']);
        if literal.starts_with(value::is_quote) {
            self.text.len() - literal.len()
        } else {
            at
        }
    }

    /// Hides the value behind `at`, where a name has ended.
    fn value(&mut self, name: Word<'_>, at: usize, separated: bool) {
        // A name in quotes of its own is code.
        let is_name = |token: &Token| {
            token.start as usize + 1 >= name.start && token.end as usize <= name.end + 1
        };
        let token = self.token(name.start);
        let token = token.filter(|token| token.closed && !is_name(token));
        let kind = token.map(|token| token.kind);
        if let Some(string) = token.filter(|_| kind == Some(SyntaxKind::String))
            && self.ends_there(at, string.end as usize)
        {
            return;
        }
        let in_code = !matches!(
            kind,
            Some(SyntaxKind::String | SyntaxKind::Block | SyntaxKind::Comment)
        );
        let values = value::behind(self.text, at, separated && in_code, &mut self.left);
        self.found.extend(values);
    }

    /// Whether what looks like a value is only the end of the string that a name stands in.
    fn ends_there(&self, at: usize, end: usize) -> bool {
        let rest = self.text[at..].trim_start_matches([' ', '\t', ':', '=']);
        let next = self.text.len() - rest.len();
        let behind = self.text[end..].chars().next();
        // A string is followed by a letter only where the quotes of a line do not match.
        next + 1 == end && !behind.is_some_and(char::is_alphanumeric)
    }

    fn token(&self, at: usize) -> Option<Token> {
        let tokens = self.tokens.get_or_init(|| tokens(self.text));
        let index = tokens.partition_point(|token| token.end as usize <= at);
        tokens.get(index).copied()
    }
}

/// The compile-time names in a value: a bare one, and those that are inserted in a text.
fn names_in(value: &str) -> impl Iterator<Item = &str> {
    let bare = Some(value).filter(|value| !value.is_empty() && value.chars().all(is_word));
    let inserted = value.split("${").skip(1).filter_map(|rest| {
        let end = rest.find(|c| !is_word(c))?;
        rest.get(..end)
    });
    bare.into_iter().chain(inserted)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-')
}

fn next_word(text: &str, at: usize) -> Option<Word<'_>> {
    let start = at + text.get(at..)?.find(is_word)?;
    let length = text[start..].find(|c| !is_word(c));
    let end = length.map_or(text.len(), |length| start + length);
    Some(Word {
        text: &text[start..end],
        start,
        end,
    })
}
