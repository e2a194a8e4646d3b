//! LIKE: `%` any text, `_` one character, `[abc]` and `[a-z]` one of a set, `[^abc]` one that is
//! not of it.
//!
//! Three things are read differently by different sources: whether `=` makes a range as `-` does
//! (the documentation of WQL prints `[a=f]`), whether `!` turns a set round (it does in Visual
//! Basic's LIKE, and only `^` is documented for WQL), and how a range is compared without regard to
//! case where it spans more than letters of one case. A pattern is therefore matched in every
//! reading, and only what all of them agree on is an answer.

use crate::wildcard::{self, Wildcard};

/// Whether a text fits a pattern; case does not count. `None` where the pattern can be read in two
/// ways that disagree, or has a set that is not closed, is empty or runs backwards.
pub fn like(text: &str, pattern: &str) -> Option<bool> {
    if pattern.is_ascii() && text.is_ascii() && !pattern.contains('[') {
        return Some(wildcard::matches(pattern.as_bytes(), text.as_bytes()));
    }
    let mut answer = None;
    for number in 0..8_u8 {
        let reading = PatternReading {
            equals_is_range: number & 1 != 0,
            bang_turns_round: number & 2 != 0,
            capitals: number & 4 != 0,
        };
        let elements = reading.elements(pattern)?;
        let text: Vec<char> = text.chars().map(|c| reading.fold(c)).collect();
        let matched = wildcard::matches(&elements, &text);
        if *answer.get_or_insert(matched) != matched {
            return None;
        }
    }
    answer
}

/// A byte of a pattern without sets: there is one way to read it, and nothing to be made ready.
impl Wildcard<u8> for u8 {
    fn is_run(&self) -> bool {
        *self == b'%'
    }

    fn fits(&self, c: &u8) -> bool {
        *self == b'_' || self.eq_ignore_ascii_case(c)
    }
}

/// One way to read a pattern.
#[derive(Clone, Copy)]
struct PatternReading {
    equals_is_range: bool,
    bang_turns_round: bool,
    capitals: bool,
}

/// A part of a pattern.
enum PatternElement {
    Any,
    One,
    Character(char),
    Set {
        ranges: Vec<(char, char)>,
        inside: bool,
    },
}

impl PatternReading {
    /// One character for one: what becomes two letters in the other case stays as it is.
    fn fold(self, c: char) -> char {
        let single = |mut all: Box<dyn Iterator<Item = char>>| match (all.next(), all.next()) {
            (Some(one), None) => one,
            _ => c,
        };
        if c.is_ascii() {
            return if self.capitals {
                c.to_ascii_uppercase()
            } else {
                c.to_ascii_lowercase()
            };
        }
        if self.capitals {
            single(Box::new(c.to_uppercase()))
        } else {
            single(Box::new(c.to_lowercase()))
        }
    }

    fn elements(self, pattern: &str) -> Option<Vec<PatternElement>> {
        let mut chars = pattern.chars();
        let mut elements = Vec::new();
        while let Some(c) = chars.next() {
            elements.push(match c {
                '%' => PatternElement::Any,
                '_' => PatternElement::One,
                '[' => {
                    let close = chars.as_str().find(']')?;
                    let inner = &chars.as_str()[..close];
                    let set = self.set(inner)?;
                    chars = chars.as_str()[close + 1..].chars();
                    set
                }
                _ => PatternElement::Character(self.fold(c)),
            });
        }
        Some(elements)
    }

    fn set(self, inner: &str) -> Option<PatternElement> {
        let turned = inner
            .strip_prefix('^')
            .or_else(|| inner.strip_prefix('!').filter(|_| self.bang_turns_round));
        let members: Vec<char> = turned.unwrap_or(inner).chars().collect();
        if members.is_empty() {
            return None;
        }
        let is_range = |c: char| c == '-' || (c == '=' && self.equals_is_range);
        let mut ranges = Vec::new();
        let mut at = 0;
        while let Some(first) = members.get(at) {
            match (members.get(at + 1), members.get(at + 2)) {
                (Some(between), Some(last)) if is_range(*between) => {
                    let (first, last) = (self.fold(*first), self.fold(*last));
                    if first > last {
                        return None;
                    }
                    ranges.push((first, last));
                    at += 3;
                }
                _ => {
                    ranges.push((self.fold(*first), self.fold(*first)));
                    at += 1;
                }
            }
        }
        Some(PatternElement::Set {
            ranges,
            inside: turned.is_none(),
        })
    }
}

impl Wildcard<char> for PatternElement {
    fn is_run(&self) -> bool {
        matches!(self, PatternElement::Any)
    }

    fn fits(&self, c: &char) -> bool {
        match self {
            PatternElement::Any | PatternElement::One => true,
            PatternElement::Character(wanted) => wanted == c,
            PatternElement::Set { ranges, inside } => {
                ranges
                    .iter()
                    .any(|(first, last)| (first..=last).contains(&c))
                    == *inside
            }
        }
    }
}
