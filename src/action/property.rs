//! What a step says: values of its properties.

use crate::{
    computer::Work,
    model::{Reference, Value},
};

/// The value of a property; empty when it is not given.
pub(super) fn value<'a>(work: &'a Work<'_>, name: &str) -> &'a str {
    work.values
        .iter()
        .find(|(own, _)| own == name)
        .map_or("", |(_, value)| value.as_str())
}

/// Whether the value of a property is `true`.
pub(crate) fn is_true(work: &Work<'_>, name: &str) -> bool {
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

/// A list of run-time variables, `BASE01`, `BASE02` …: those that the engine gave with the step,
/// else up to the first that is not there; `None` without a base.
pub(super) fn listed(work: &Work<'_>) -> Option<Vec<String>> {
    let base = value(work, "base_variable");
    if base.is_empty() {
        return None;
    }
    let (_, list) = work.step.table()?.list()?;
    let digits = list.digits;
    let number = |name: &str| {
        let rest = name
            .get(base.len()..)
            .filter(|_| name.get(..base.len()).is_some_and(|own| own == base));
        rest.is_some_and(|own| own.len() == digits && own.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let given: Vec<String> = work
        .values
        .iter()
        .filter(|(name, _)| number(name))
        .map(|(_, value)| value.clone())
        .collect();
    if !given.is_empty() {
        return Some(given);
    }
    let most = 10_usize.pow(digits as u32) - 1;
    let each = (1..=most).map_while(|index| (work.variables)(&format!("{base}{index:0digits$}")));
    Some(each.take_while(|value| !value.is_empty()).collect())
}
