//! Keeping secrets out of findings: out of the excerpts that are shown with them, and out of their
//! words.

use std::ops::Range;

use super::{Finding, Fix};
use crate::source::{FileId, LineIndex, Span};

/// A secret in a finding's words.
const MASK: &str = "***";

/// Shortest secret that is looked for in words: shorter ones are found in every word.
pub(crate) const TELLING: usize = 3;

/// Most secrets that one finding carries one by one; what lies between more of them is hidden, too.
const MAX_CARRIED: usize = 64;

/// Lets each finding carry the secrets of `file` that an excerpt around its places would show, and
/// takes them out of its words. `secrets` are in the order of the text.
pub fn hide(findings: &mut [Finding], file: FileId, text: &str, secrets: &[Range<usize>]) {
    if secrets.is_empty() {
        return;
    }
    let lines = LineIndex::new(text);
    for finding in findings.iter_mut() {
        let labels = finding.labels.iter().map(|label| label.span);
        let own: Vec<Span> = labels.filter(|span| span.file == file).collect();
        let near = |more| {
            let of_one = |span: &Span| within(secrets, around(&lines, text, *span, more), file);
            own.iter().flat_map(of_one).collect::<Vec<Span>>()
        };
        // Words are about what stands in the line itself; an excerpt has its neighbours, too.
        let said = near(0);
        let said = said.iter().filter_map(|span| text.get(span.range()));
        let said: Vec<&str> = said.flat_map(telling).collect();
        let shown = near(1);
        scrub(finding, &said);
        carry(finding, shown);
    }
}

fn carry(finding: &mut Finding, near: Vec<Span>) {
    finding.sensitive.extend(near);
    finding.sensitive.sort_unstable();
    finding.sensitive.dedup();
}

/// The bytes of the lines that a span touches, with some lines before and behind.
fn around(lines: &LineIndex, text: &str, span: Span, more: usize) -> Range<usize> {
    let first = lines.line_of(span.start).saturating_sub(more);
    let last = lines.line_of(span.end) + more;
    let end = if last + 1 < lines.count() {
        lines.start_of(last + 1) as usize
    } else {
        text.len()
    };
    lines.start_of(first) as usize..end
}

/// The secrets that meet a range.
fn within(secrets: &[Range<usize>], range: Range<usize>, file: FileId) -> Vec<Span> {
    let first = secrets.partition_point(|secret| secret.end < range.start);
    let behind = secrets.partition_point(|secret| secret.start <= range.end);
    let span = |start: usize, end: usize| Span::new(file, start as u32, end as u32);
    match secrets.get(first..behind).unwrap_or_default() {
        [one, .., last] if behind - first > MAX_CARRIED => vec![span(one.start, last.end)],
        few => few.iter().map(|one| span(one.start, one.end)).collect(),
    }
}

/// What a literal says, as far as that is long enough to be looked for: the whole, what stands
/// between quotes and line ends in it, or between signs where it has no quotes, and each without
/// the signs around it.
pub(crate) fn telling(literal: &str) -> impl Iterator<Item = &str> {
    let is_quote = |c: char| {
        let quotes = "\"'\u{201C}\u{201D}\u{201E}\u{2018}\u{2019}";
        quotes.contains(c)
    };
    let inner = literal.trim_matches(is_quote).trim();
    let bare = !literal.starts_with(is_quote);
    let parts = inner.split(move |c: char| {
        is_quote(c) || matches!(c, '\n' | '\r') || bare && !c.is_alphanumeric() && c != '_'
    });
    let parts = parts.map(str::trim).filter(move |part| *part != inner);
    let parts = std::iter::once(inner).chain(parts.take(MAX_CARRIED));
    let each = |part| {
        let plain = str::trim_matches(part, |c: char| !c.is_alphanumeric());
        [Some(part), (plain != part).then_some(plain)]
    };
    let telling = |part: &&str| (TELLING..4096).contains(&part.len());
    parts.flat_map(each).flatten().filter(telling)
}

fn scrub(finding: &mut Finding, said: &[&str]) {
    for secret in said {
        scrub_text(&mut finding.message, secret);
        for label in &mut finding.labels {
            scrub_text(&mut label.text, secret);
        }
        if let Some(help) = &mut finding.help {
            scrub_text(help, secret);
        }
        for fix in &mut finding.fixes {
            scrub_text(&mut fix.title, secret);
        }
    }
}

/// Replaces a secret that is no part of a longer word.
fn scrub_text(text: &mut String, secret: &str) {
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find(secret)) {
        let (start, end) = (at + found, at + found + secret.len());
        let before = text[..start].chars().next_back();
        let behind = text[end..].chars().next();
        if before.into_iter().chain(behind).any(char::is_alphanumeric) {
            at = end;
        } else {
            text.replace_range(start..end, MASK);
            at = start + MASK.len();
        }
    }
}

/// Whether a fix would write one of these secrets, so that showing it would show the secret.
pub(super) fn tells(fix: &Fix, secrets: &[&str]) -> bool {
    let tells = |new: &str| secrets.iter().any(|secret| new.contains(secret));
    fix.edits.iter().any(|edit| tells(&edit.new))
}

/// What is shown for a secret, however long it is.
pub const STARS: &str = "********";

/// A text with [`STARS`] in the place of what must not be shown; its lines stay.
pub fn masked(text: &str, hidden: impl IntoIterator<Item = Range<usize>>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for piece in hidden.into_iter().flat_map(|range| pieces(text, range)) {
        if piece.start < done {
            continue;
        }
        out.push_str(text.get(done..piece.start).unwrap_or(""));
        out.push_str(STARS);
        done = piece.end;
    }
    out.push_str(text.get(done..).unwrap_or(""));
    out
}

/// The parts of a range that stand in different lines. A range that cuts a character in two is none
/// of this text.
pub(super) fn pieces(text: &str, range: Range<usize>) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = range.start;
    let whole = text.get(range).unwrap_or("");
    whole.split_inclusive('\n').filter_map(move |line| {
        let start = at;
        at += line.len();
        let end = start + line.trim_end_matches(['\r', '\n']).len();
        (start < end).then_some(start..end)
    })
}
