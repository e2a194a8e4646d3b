//! Values in brackets: `secrets: < NAME: "…" >`, and what stands in `secret(…)` behind the name.

use std::ops::Range;

use super::{
    apart::element_text,
    value::{self, Values, ends_word},
};

/// A part of what stands in brackets.
enum GroupPart {
    /// A string or a block.
    Literal(Range<usize>),
    /// A name, or a value without quotes.
    Bare(Range<usize>),
    Sign(char),
}

/// The next part at or behind `at`, and where it ends. A line's end is a sign.
fn part(text: &str, at: usize) -> Option<(GroupPart, usize)> {
    let rest = text.get(at..)?.trim_start_matches([' ', '\t', '\r']);
    let start = text.len() - rest.len();
    if let Some(end) = value::literal_end(text, start) {
        return Some((GroupPart::Literal(start..end), end));
    }
    let first = rest.chars().next()?;
    let ends = |c: char| ends_word(c) || matches!(c, ':' | '=');
    if ends(first) {
        return Some((GroupPart::Sign(first), start + first.len_utf8()));
    }
    let length = rest.find(ends).unwrap_or(rest.len());
    Some((GroupPart::Bare(start..start + length), start + length))
}

/// The values of `< NAME: "…", … >` behind `at`; other brackets do as well. Where they are not
/// closed, the body of what they belong to ends them.
pub(super) fn of_group(text: &str, at: usize) -> Values<'_> {
    let mut values = Values::default();
    let rest = text[at..].trim_start_matches([':', '=', ' ', '\t', '\n', '\r']);
    let closing = match rest.chars().next() {
        Some('<') => '>',
        Some('{') => '}',
        Some('[') => ']',
        _ => return values,
    };
    let mut at = text.len() - rest.len() + 1;
    let mut named = false;
    while let Some((part, end)) = part(text, at) {
        at = end;
        match part {
            GroupPart::Literal(range) => {
                values.hidden.push(range);
                named = true;
            }
            GroupPart::Bare(_) if !named && is_name(text, end) => named = true,
            GroupPart::Bare(range) => {
                values.bare.extend(text.get(range.clone()));
                values.hidden.push(range);
            }
            GroupPart::Sign(',' | '\n') => named = false,
            GroupPart::Sign('{') if closing == '>' => break,
            GroupPart::Sign(sign) if sign == closing => {
                // Pasted XML.
                values.hidden.extend(element_text(text, end - 1));
                break;
            }
            GroupPart::Sign(_) => {}
        }
    }
    values.end = at;
    values
}

/// Whether a bare word that ends at `at` has a value behind it.
fn is_name(text: &str, at: usize) -> bool {
    !matches!(
        part(text, at),
        None | Some((GroupPart::Sign(',' | '\n' | '>' | ']' | '}'), _))
    )
}

/// What stands in the parentheses at `at` behind the first argument, which is the secret's name,
/// and a literal that follows them.
pub(super) fn of_call(text: &str, at: usize) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = at + 1;
    let mut first = true;
    let mut label = "name";
    while let Some((part, end)) = part(text, at) {
        at = end;
        let is_bare = matches!(part, GroupPart::Bare(_));
        match part {
            GroupPart::Literal(range) | GroupPart::Bare(range) => {
                let is_label =
                    matches!(self::part(text, end), Some((GroupPart::Sign(':' | '='), _)));
                if is_label {
                    label = text.get(range).unwrap_or("");
                    continue;
                }
                // The secret's name has quotes; who leaves them away may mean the value.
                if !first || is_bare || label != "name" {
                    found.push(range);
                }
                first = false;
            }
            GroupPart::Sign(')') => {
                let rest = text[at..].trim_start_matches([' ', '\t', ':', '=']);
                let start = text.len() - rest.len();
                let end = value::literal_end(text, start);
                found.extend(end.map(|end| start..end));
                break;
            }
            GroupPart::Sign('<' | '>' | '{' | '}') => break,
            GroupPart::Sign(_) => {}
        }
    }
    found
}
