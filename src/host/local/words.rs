//! What was done in words: a dry run says what it would do with the same words, so that both can be
//! compared.

use crate::{
    computer::Work,
    model::{Reference, Value},
};

/// A verb: what would be done, and what was done.
#[derive(Clone, Copy)]
pub(super) struct Verb(&'static str, &'static str);

pub(super) const RUN: Verb = Verb("run", "ran");
pub(super) const INSTALL: Verb = Verb("install", "installed");
pub(super) const UNINSTALL: Verb = Verb("uninstall", "uninstalled");
pub(super) const CONNECT: Verb = Verb("connect", "connected");
pub(super) const DOWNLOAD: Verb = Verb("download", "downloaded");
pub(super) const FIND: Verb = Verb("find", "found");
pub(super) const FAIL: Verb = Verb("fail", "failed");
pub(super) const SKIP: Verb = Verb("skip", "skipped");

/// The verbs: what a dry run says, and what a real one does.
pub const VERBS: &[(&str, &str)] = &[
    ("would run", "ran"),
    ("would install", "installed"),
    ("would uninstall", "uninstalled"),
    ("would connect", "connected"),
    ("would download", "downloaded"),
    ("would find", "found"),
    ("would fail", "failed"),
    ("would skip", "skipped"),
];

impl Verb {
    /// The sentence's beginning.
    pub(super) fn said(self, dry: bool) -> String {
        if dry {
            format!("would {}", self.0)
        } else {
            self.1.to_owned()
        }
    }
}

/// The value of a property; empty when it is not given.
pub(super) fn value<'a>(work: &'a Work<'_>, name: &str) -> &'a str {
    work.values
        .iter()
        .find(|(own, _)| own == name)
        .map_or("", |(_, value)| value.as_str())
}

/// Whether the value of a property is `true`.
pub(super) fn is_true(work: &Work<'_>, name: &str) -> bool {
    value(work, name).trim().eq_ignore_ascii_case("true")
}

/// The references of a property. A variable may have named others: their identifiers, with commas
/// between them.
pub(super) fn references(work: &Work<'_>, property: &str) -> Vec<Reference> {
    let own = match work.step.setting(property).map(|setting| &setting.value) {
        Some(Value::References(references)) => references.as_slice(),
        _ => &[],
    };
    let ids = value(work, property)
        .split(',')
        .map(str::trim)
        .filter(|id| !id.is_empty());
    let given: Vec<Reference> = ids
        .map(|id| {
            let known = own.iter().find(|reference| reference.id == id).cloned();
            known.unwrap_or_else(|| Reference {
                id: id.to_owned(),
                ..Reference::default()
            })
        })
        .collect();
    if given.is_empty() {
        own.to_vec()
    } else {
        given
    }
}

/// A reference by its identifier and name, for people.
pub(super) fn named(reference: &Reference) -> String {
    if reference.name.is_empty() {
        reference.id.clone()
    } else {
        format!("{} ({})", reference.id, reference.name)
    }
}

/// A list of run-time variables, `BASE01`, `BASE02` …, that the engine gave with the step; `None`
/// without a base.
pub(super) fn listed(work: &Work<'_>, digits: usize) -> Option<Vec<String>> {
    let base = value(work, "base_variable");
    if base.is_empty() {
        return None;
    }
    let number = |name: &str| {
        let rest = name
            .get(base.len()..)
            .filter(|_| name.get(..base.len()).is_some_and(|own| own == base));
        rest.is_some_and(|own| own.len() == digits && own.bytes().all(|byte| byte.is_ascii_digit()))
    };
    Some(
        work.values
            .iter()
            .filter(|(name, _)| number(name))
            .map(|(_, value)| value.clone())
            .collect(),
    )
}
