//! Model to XML, in the form of a genuine export.

mod action;
mod condition;
mod reference;
mod rules;
mod said;
mod sequence;
mod variables;

pub use reference::{ReferenceEntry, references};
pub(crate) use said::as_action_says;
pub(crate) use sequence::{Shape, group_attributes, root_attributes, shape};
pub use sequence::{WritingTarget, write_sequence};
pub(crate) use variables::XmlVariable;

use crate::{
    model::{Rule, Sequence},
    xml::{LineEnd, XmlLayout},
};

/// The XML that rules are stored as.
pub(crate) fn rules(list: &[Rule], line_end: LineEnd) -> String {
    rules::to_xml(list, line_end)
}

/// The attributes of the elements that stand for references.
pub(crate) fn reference_attributes(list: &[ReferenceEntry]) -> Vec<Vec<(String, String)>> {
    list.iter()
        .map(|entry| {
            entry
                .attributes()
                .map(|(name, text)| (name.to_owned(), text.to_owned()))
                .collect()
        })
        .collect()
}

/// The XML of a sequence as a string.
pub fn to_string(sequence: &Sequence, form: XmlLayout) -> String {
    let mut out = Vec::new();
    // Writing to memory does not fail, and the writer produces nothing but text.
    let _ = write_sequence(sequence, form, &mut out);
    String::from_utf8(out).unwrap_or_default()
}
