//! What a program is by its content: a run goes on with the same one only.

use crate::{children::ChildSequences, emit, host::local::sha256, model::Sequence, xml::XmlLayout};

/// The SHA-256 of the sequence's XML and of those of its children: comments and layout of the
/// source do not count.
pub fn identity(main: &Sequence, children: &ChildSequences) -> String {
    let mut text = emit::to_string(main, XmlLayout::OneLine);
    for (name, child) in children.named() {
        text.push_str(&format!("\n{}\n", name.short()));
        text.push_str(&emit::to_string(child, XmlLayout::OneLine));
    }
    sha256(text.as_bytes())
}
