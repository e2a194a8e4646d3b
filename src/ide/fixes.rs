//! Carrying out fixes: one engine for the editor and for `tasq fix`.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use super::{Analysis, OpenSource};
use crate::{
    diagnostic::{Edit, Finding, Fix, Safety, apply},
    elaborate::ParameterValues,
    emit,
    source::{FileId, Files},
    xml::XmlLayout,
};

/// How often fixes may bring up others. In practice twice or three times.
const MAX_ROUNDS: usize = 50;
/// The same for a large source, and the bytes that are read again until then: what is left is told.
const LEAST_ROUNDS: usize = 4;
const MAX_BYTES: usize = 500_000;

/// How often a group of fixes is tried by halves, to find those that change the meaning.
const MAX_ATTEMPTS: usize = 200;
/// The same for a large source, and the bytes that are read again until then.
const LEAST_ATTEMPTS: usize = 16;
const MAX_ATTEMPTED: usize = 20_000_000;

/// What mending gave.
#[derive(Debug)]
pub struct Mended {
    /// The new text and what is left to say about it.
    pub analysis: Analysis,
    /// What was done, in order: the finding's code and the fix's title.
    pub done: Vec<(String, String)>,
}

/// The fix of a finding that may be carried out without asking: the first safe one, else (where
/// allowed) the first.
fn chosen(finding: &Finding, unsafe_too: bool) -> Option<&Fix> {
    let own = |fix: &&Fix| {
        fix.edits.iter().all(|edit| edit.span.file == FileId(0)) && !fix.edits.is_empty()
    };
    let safe = finding
        .fixes
        .iter()
        .filter(own)
        .find(|fix| fix.safety == Safety::Safe);
    safe.or_else(|| finding.fixes.iter().filter(own).find(|_| unsafe_too))
}

/// Whether two edits change the same text, or insert at the same place, where the order would be a
/// guess.
fn meets(a: &Edit, b: &Edit) -> bool {
    let (a, b) = (a.span, b.span);
    a.start < b.end && b.start < a.end
        || a.start == b.start
        || a.is_empty() && (b.start..=b.end).contains(&a.start) && a.start == b.end
        || b.is_empty() && b.start == a.end
}

/// The fixes of some findings that can be carried out together; of two that meet, the first one.
pub fn apply_fixes(
    text: &str,
    findings: &[Finding],
    unsafe_too: bool,
) -> Option<(String, Vec<(String, String)>)> {
    let mut edits: BTreeMap<u32, &Edit> = BTreeMap::new();
    let mut done = Vec::new();
    for finding in findings {
        let Some(fix) = chosen(finding, unsafe_too) else {
            continue;
        };
        // Of those that do not meet each other, only the neighbours can meet another one.
        let met = |edit: &Edit| {
            let before = edits.range(..=edit.span.start).next_back();
            let behind = edits.range(edit.span.start..).next();
            let mut near = before.into_iter().chain(behind);
            near.any(|(_, other)| meets(edit, other))
        };
        if fix.edits.iter().any(met) {
            continue;
        }
        edits.extend(fix.edits.iter().map(|edit| (edit.span.start, edit)));
        done.push((finding.code.id().to_owned(), fix.title.clone()));
    }
    let edits: Vec<Edit> = edits.into_values().cloned().collect();
    let new = apply(text, &edits).ok()?;
    (new != text).then_some((new, done))
}

/// The same with values for the source's parameters.
pub fn mend_with(
    source: OpenSource,
    files: &dyn Files,
    given: &ParameterValues,
    unsafe_too: bool,
) -> Mended {
    let around = FixContext {
        files,
        given,
        unsafe_too,
    };
    let mut analysis = Analysis::with(source, files, given);
    let mut done = Vec::new();
    let mut seen: HashSet<Arc<str>> = HashSet::from([Arc::clone(&analysis.source.text)]);
    let rounds = MAX_BYTES / analysis.text().len().max(1);
    for _ in 0..rounds.clamp(LEAST_ROUNDS, MAX_ROUNDS) {
        let Some((next, titles)) = around.round(&analysis) else {
            break;
        };
        if !seen.insert(Arc::clone(&next.source.text)) {
            break;
        }
        analysis = next;
        done.extend(titles);
    }
    Mended { analysis, done }
}

type Round = (Analysis, Vec<(String, String)>);

/// What stays the same while a source is mended.
struct FixContext<'a> {
    files: &'a dyn Files,
    given: &'a ParameterValues,
    unsafe_too: bool,
}

impl FixContext<'_> {
    fn round(&self, analysis: &Analysis) -> Option<Round> {
        let findings = &analysis.compiled.findings;
        let all = self.attempt(analysis, findings)?;
        if self.unsafe_too || same_meaning(analysis, &all.0) {
            return Some(all);
        }
        // Some change the XML: those that do not by themselves, together if that goes well, else
        // the first of them.
        let mut good = Vec::new();
        let attempts = MAX_ATTEMPTED / analysis.text().len().max(1);
        let mut left = attempts.clamp(LEAST_ATTEMPTS, MAX_ATTEMPTS);
        self.keeping(analysis, findings, &mut left, &mut good);
        let together = self
            .attempt(analysis, &good)
            .filter(|all| same_meaning(analysis, &all.0));
        together.or_else(|| self.attempt(analysis, good.get(..1)?))
    }

    /// The findings whose fixes keep the meaning, looked for by halves.
    fn keeping(
        &self,
        analysis: &Analysis,
        findings: &[Finding],
        left: &mut usize,
        good: &mut Vec<Finding>,
    ) {
        if findings.is_empty() || *left == 0 {
            return;
        }
        *left -= 1;
        let Some(all) = self.attempt(analysis, findings) else {
            return;
        };
        if same_meaning(analysis, &all.0) {
            good.extend_from_slice(findings);
        } else if findings.len() > 1 {
            let (first, rest) = findings.split_at(findings.len() / 2);
            self.keeping(analysis, first, left, good);
            self.keeping(analysis, rest, left, good);
        }
    }

    fn attempt(&self, analysis: &Analysis, findings: &[Finding]) -> Option<Round> {
        let (text, done) = apply_fixes(analysis.text(), findings, self.unsafe_too)?;
        let source = OpenSource {
            text: text.into(),
            ..analysis.source.clone()
        };
        Some((Analysis::with(source, self.files, self.given), done))
    }
}

/// Whether a source that compiled still compiles, to the same XML.
fn same_meaning(before: &Analysis, after: &Analysis) -> bool {
    let xml =
        |analysis: &Analysis| emit::to_string(&analysis.compiled.sequence, XmlLayout::OneLine);
    !before.compiled.is_good() || after.compiled.is_good() && xml(before) == xml(after)
}
