//! Model to XML, in the form of a genuine export.

mod action;
mod condition;
mod reference;
mod rules;
mod sequence;
mod variables;

pub use reference::{ReferenceEntry, references};
pub use sequence::write_sequence;

use crate::{model::Sequence, xml::Form};

/// The XML of a sequence as a string.
pub fn to_string(sequence: &Sequence, form: Form) -> String {
    let mut out = Vec::new();
    // Writing to memory does not fail, and the writer produces nothing but text.
    let _ = write_sequence(sequence, form, &mut out);
    String::from_utf8(out).unwrap_or_default()
}
