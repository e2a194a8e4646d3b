//! Where a text holds a secret in clear, found without parsing it: a finding may be about a line
//! that does not fit the grammar, and what a name was meant to be is known only by its likeness.
//!
//! A value is hidden behind a name that is, or resembles, that of a secret property, of a secret
//! variable, or a word for a password; behind `masked NAME`, and behind that name wherever it
//! stands; in a test's `secrets: < … >`; and where a parameter or `let` is defined that stands for
//! a password.

mod apart;
mod group;
mod names;
mod value;

use std::{
    borrow::Cow,
    cell::OnceCell,
    collections::{BTreeSet, HashMap, HashSet},
    mem,
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
    let defined = scan.learnt.defined.iter().copied();
    let is_secret = |name: &&str| names::says_secret(name) || scan.likeness.is_declared(name);
    defined.filter(is_secret).collect()
}

/// How often a text is read again with the names that were learnt from it.
const MAX_ROUNDS: usize = 6;

/// The same, and each place of what is a secret in this version or another one: an edit can move a
/// value behind another name, and give it other quotes or take them away.
pub fn secret_values_in_both(text: &str, other: &str) -> Vec<Range<usize>> {
    let mut found = secret_values(text);
    let own = found.iter().filter_map(|range| text.get(range.clone()));
    let secrets: Vec<&str> = own
        .chain(
            secret_values(other)
                .into_iter()
                .filter_map(|range| other.get(range)),
        )
        .flat_map(diagnostic::telling)
        .collect();
    let mut wanted = ByOpening::new();
    for inner in secrets {
        wanted.entry(opening(inner)).or_default().insert(inner);
    }
    if !wanted.is_empty() {
        found.extend(again(text, &wanted));
    }
    merged(found)
}

/// Literals by the bytes that they begin with.
type ByOpening<'a> = HashMap<[u8; diagnostic::TELLING], BTreeSet<&'a str>>;

fn opening(literal: &str) -> [u8; diagnostic::TELLING] {
    let mut bytes = [0; diagnostic::TELLING];
    let pairs = bytes.iter_mut().zip(literal.bytes());
    pairs.for_each(|(own, byte)| *own = byte);
    bytes
}

/// Where literals stand alone in a text, each byte looked at once; where too many begin alike, the
/// rest of the text counts as one of them.
fn again(text: &str, wanted: &ByOpening<'_>) -> Vec<Range<usize>> {
    let stands_alone = |range: &Range<usize>| {
        let left = text[..range.start].chars().next_back();
        let right = text[range.end..].chars().next();
        !left.into_iter().chain(right).any(char::is_alphanumeric)
    };
    let mut found = Vec::new();
    let mut left = budget(text);
    for (at, window) in text.as_bytes().windows(diagnostic::TELLING).enumerate() {
        let alike = <[u8; diagnostic::TELLING]>::try_from(window).ok();
        let Some(literals) = alike.and_then(|bytes| wanted.get(&bytes)) else {
            continue;
        };
        let Some(rest) = text.get(at..) else { continue };
        let Some(fewer) = left.checked_sub(literals.len()) else {
            found.push(at..text.len());
            break;
        };
        left = fewer;
        let literals = literals.iter();
        let here = literals.filter(|literal| rest.starts_with(**literal));
        found.extend(here.map(|own| at..at + own.len()).filter(stands_alone));
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

/// What the text itself says of names.
#[derive(Default)]
struct Learnt<'a> {
    /// Names of masked variables, and of variables that hold what a secret is made of.
    secret: Vec<&'a str>,
    /// Bare names that stand where a secret would.
    referred: Vec<&'a str>,
    /// Compile-time names.
    defined: HashSet<&'a str>,
}

struct Scan<'a> {
    text: &'a str,
    likeness: Likeness<'a>,
    /// Made at the first name that resembles one.
    tokens: OnceCell<Vec<Token>>,
    found: Vec<Range<usize>>,
    learnt: Learnt<'a>,
    /// Where the line's next `=` stands, and whether there is one: else the line ends there.
    sign: (usize, bool),
    /// What looking may still cost. When that is spent, a text is a trap, and the rest is hidden.
    left: usize,
}

impl<'a> Scan<'a> {
    /// All of a text, with the names of secrets that it tells of.
    fn of(text: &'a str) -> Self {
        let mut scan = Scan {
            text,
            likeness: Likeness::default(),
            tokens: OnceCell::new(),
            found: Vec::new(),
            learnt: Learnt::default(),
            sign: (0, false),
            left: 0,
        };
        scan.whole();
        // What a text says of its names holds above, too.
        let mut rounds = 0;
        while scan.learns() && rounds < MAX_ROUNDS {
            rounds += 1;
            scan.found.clear();
            scan.whole();
        }
        scan
    }

    fn whole(&mut self) {
        let mut before = None;
        let mut at = 0;
        self.left = budget(self.text);
        self.sign = (0, false);
        while let Some(word) = next_word(self.text, at) {
            at = word.end;
            self.word(word, before);
            if self.left == 0 {
                self.found.push(at..self.text.len());
                break;
            }
            before = Some(word);
        }
    }

    /// Takes what was looked at between two places from what looking may cost.
    fn spend(&mut self, from: usize, to: usize) {
        self.left = self.left.saturating_sub(to.saturating_sub(from));
    }

    /// Whether the text told of a name that nobody knew to be that of a secret.
    fn learns(&mut self) -> bool {
        let mut secret = mem::take(&mut self.learnt.secret);
        let referred = mem::take(&mut self.learnt.referred);
        let defined = &self.learnt.defined;
        secret.extend(referred.iter().filter(|name| defined.contains(*name)));
        self.likeness.declare(&secret)
    }

    fn word(&mut self, word: Word<'a>, before: Option<Word<'a>>) {
        let begins = self.begins_statement(word);
        self.likeness.pass(word.text, begins);
        if begins {
            self.define(word);
        }
        if names::resembles_masked(word.text) || self.is_hidden(word) {
            self.masked(word);
        }
        let end = self.behind_name(word);
        if word.text.eq_ignore_ascii_case("secret") && self.text[end..].starts_with('(') {
            let values = group::of_call(self.text, end);
            self.spend(end, values.last().map_or(end, |last| last.end));
            self.found.extend(values);
            return;
        }
        let behind = self.behind_comma(end);
        let separated = self.text[behind..].starts_with([':', '=']);
        if !separated && !self.text[behind..].starts_with(value::is_quote) {
            return self.apart(word, before, end);
        }
        match self.meant(word, before, separated) {
            Meant::Other => {}
            Meant::Group | Meant::Secret if separated => {
                self.group(behind);
                self.value(word, behind, separated);
            }
            Meant::Group | Meant::Secret => self.value(word, behind, separated),
        }
        self.before(word, before, end);
    }

    /// Takes notice of a compile-time name.
    fn define(&mut self, word: Word<'a>) {
        if word.text == "fragment" {
            let line = word.end + self.text[word.end..].find('\n').unwrap_or(0);
            self.spend(word.end, line);
            let mut at = word.end;
            while let Some(name) = next_word(self.text, at).filter(|name| name.end <= line) {
                self.learnt.defined.insert(name.text);
                at = name.end;
            }
        } else if names::resembles_definition(word.text)
            && let Some(name) = next_word(self.text, word.end)
        {
            self.learnt.defined.insert(name.text);
        }
    }

    /// `masked NAME = …`, also with another sign or none.
    fn masked(&mut self, word: Word<'a>) {
        if let Some(sign) = self.sign_behind(word.end) {
            self.value(word, sign, true);
        }
        let between = |name: &Word| {
            let between = &self.text[word.end..name.start];
            between.chars().all(|c| " \t\"'`%${@".contains(c))
        };
        let Some(name) = next_word(self.text, word.end).filter(between) else {
            return;
        };
        let end = self.behind_comma(self.behind_name(name));
        let rest = &self.text[end..];
        // `masked` can be a name itself.
        if self.in_code(word) && !rest.starts_with([',', '>', '}']) {
            self.learnt.secret.push(name.text);
        }
        if rest.starts_with([':', '=']) {
            self.group(end);
            self.value(name, end, true);
        } else if let Some(at) = apart::behind_operators(self.text, end, self.in_code(word)) {
            self.value(name, at, false);
        } else if !rest.starts_with([',', '>', '{', '}', '(']) {
            self.value(name, self.next_line(end).unwrap_or(end), true);
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

    /// Whether a word is the XML's own for `masked`, before a name.
    fn is_hidden(&self, word: Word<'_>) -> bool {
        let behind = &self.text[word.end..];
        let name = behind.trim_start_matches([' ', '\t']);
        word.text == "hidden"
            && name.len() < behind.len()
            && name.starts_with(is_word)
            && self.in_code(word)
    }

    /// Hides what stands in the brackets behind a name and its sign.
    fn group(&mut self, at: usize) {
        let values = group::of_group(self.text, at);
        self.spend(at, values.end);
        self.learnt.referred.extend(values.bare);
        self.found.extend(values.hidden);
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

    /// Where a name has ended, with its quotes, its signs of an insertion and the blanks behind it.
    fn behind_name(&self, word: Word<'_>) -> usize {
        let mut rest = &self.text[word.end..];
        for opened in self.text[..word.start].chars().rev().take(4) {
            let closing = match opened {
                '@' | '$' => continue,
                '{' => '}',
                '%' | '`' => opened,
                quote if value::is_quote(quote) => quote,
                _ => break,
            };
            let Some(behind) = rest.strip_prefix(closing) else {
                break;
            };
            rest = behind;
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
        let token = self.around(name);
        let kind = token.map(|token| token.kind);
        if let Some(string) = token.filter(|_| kind == Some(SyntaxKind::String))
            && self.ends_there(at, string.end as usize)
        {
            return;
        }
        let bare = separated && self.in_code(name);
        let values = value::behind(self.text, at, bare, &self.likeness);
        self.spend(at, values.end + 1);
        if bare {
            let fresh = values.hidden.is_empty() && values.bare.is_empty();
            let tail = apart::tail(self.text, values.end, fresh);
            self.spend(values.end, tail.last().map_or(values.end, |last| last.end));
            self.found.extend(tail);
        }
        self.learnt.referred.extend(values.bare);
        self.learnt.secret.extend(values.variables);
        self.found.extend(values.hidden);
    }

    /// The token that a name is only a part of. A name in quotes of its own is code.
    fn around(&self, name: Word<'_>) -> Option<Token> {
        let is_name = |token: &Token| {
            token.start as usize + 2 >= name.start && token.end as usize <= name.end + 2
        };
        let token = self.token(name.start);
        token.filter(|token| token.closed && !is_name(token))
    }

    /// Whether a name stands in no text and no comment.
    fn in_code(&self, name: Word<'_>) -> bool {
        let kind = self.around(name).map(|token| token.kind);
        !matches!(
            kind,
            Some(SyntaxKind::String | SyntaxKind::Block | SyntaxKind::Comment)
        )
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
