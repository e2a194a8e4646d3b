//! The notes that make what is written say what the XML says.

use std::collections::{HashMap, HashSet};

use super::parts::{self, Parts, Variable};
use crate::{
    emit::{self, Shape},
    model::{Note, NoteText},
    source::Span,
};

fn note(name: &str, text: NoteText, span: Span) -> Note {
    Note {
        name: name.to_owned(),
        text,
        span,
    }
}

/// The name of a note on an attribute.
fn attribute_note(name: &str) -> String {
    if parts::is_plain(name) {
        name.to_owned()
    } else {
        format!("@{name}")
    }
}

/// Texts by name, the first of each.
pub(super) fn by_name(pairs: &[(String, String)]) -> HashMap<&str, &str> {
    pairs
        .iter()
        .rev()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect()
}

/// Notes on attributes: those that are not written, and those that are written otherwise.
pub(super) fn attributes(
    written: &[(String, String)],
    there: &[(String, String)],
    span: Span,
) -> Vec<Note> {
    let mut notes = Vec::new();
    let (own, known) = (by_name(written), by_name(there));
    for (name, _) in written {
        if !known.contains_key(name.as_str()) {
            notes.push(note(&attribute_note(name), NoteText::Absent, span));
        }
    }
    for (name, text) in there {
        if own.get(name.as_str()) != Some(&text.as_str()) {
            notes.push(note(
                &attribute_note(name),
                NoteText::Text(text.clone()),
                span,
            ));
        }
    }
    notes
}

/// Notes on a step's variables.
pub(super) fn variables(written: &[emit::Variable<'_>], there: &[Variable]) -> Vec<Note> {
    let mut notes = Vec::new();
    let known: HashSet<&str> = there
        .iter()
        .map(|variable| variable.property.as_str())
        .collect();
    let by_property: HashMap<&str, &emit::Variable<'_>> = written
        .iter()
        .rev()
        .map(|own| (own.property.as_ref(), own))
        .collect();
    for own in written {
        if !known.contains(own.property.as_ref()) {
            notes.push(note(&own.property, NoteText::Absent, Span::default()));
        }
    }
    for variable in there {
        let own = by_property.get(variable.property.as_str()).copied();
        let (name, hidden) = own.map_or((variable.property.as_str(), false), |own| {
            (own.name.as_ref(), own.hidden)
        });
        let same_variable = name == variable.name && hidden == variable.hidden;
        if own.is_some_and(|own| own.text.as_ref() == variable.text) && same_variable {
            continue;
        }
        // A name in lower case alone would be an attribute's.
        let capital = !variable
            .property
            .starts_with(|c: char| c.is_ascii_lowercase());
        let text = if same_variable && capital {
            NoteText::Text(variable.text.clone())
        } else {
            NoteText::Variable {
                name: variable.name.clone(),
                hidden: variable.hidden,
                text: variable.text.clone(),
            }
        };
        notes.push(note(&variable.property, text, variable.span));
    }
    notes
}

/// Notes on the parts of a step: its action, an absent list, their order.
pub(super) fn parts(shape: &Shape<'_>, there: &Parts<'_>, span: Span) -> Vec<Note> {
    let mut notes = Vec::new();
    match (&shape.action, &there.action) {
        (Some(own), Some(text)) if own == text => {}
        (_, Some(text)) => notes.push(note("action", NoteText::Text(text.clone()), span)),
        (Some(_), None) => notes.push(note("action", NoteText::Absent, span)),
        (None, None) => {}
    }
    if there.variables.is_none() {
        notes.push(note("defaultVarList", NoteText::Absent, span));
    }
    if let Some(order) = there.order.filter(|order| *order != shape.order) {
        notes.push(note("order", NoteText::Text(order.xml().to_owned()), span));
    }
    notes
}

/// A note on the order of variables, where it is another one.
pub(super) fn order(
    written: &[emit::Variable<'_>],
    there: &[Variable],
    span: Span,
) -> Option<Note> {
    let same = written.len() == there.len()
        && written
            .iter()
            .zip(there)
            .all(|(own, variable)| own.property.as_ref() == variable.property);
    let order: Vec<_> = there
        .iter()
        .map(|variable| variable.property.as_str())
        .collect();
    (!same).then(|| note("variables", NoteText::Text(order.join(" ")), span))
}
