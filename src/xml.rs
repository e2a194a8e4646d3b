//! XML as Configuration Manager writes it: escaping and the exact text form. Reading is for checks
//! of small pieces.

mod compare;
mod document;
mod escape;
mod root;
mod scan;
mod writer;

#[cfg(feature = "internals")]
pub use compare::equal;
pub use compare::{Comparison, Difference, Normalisation, compare};
pub use document::{Attribute, Document, Element, XmlError, XmlNodeKind, trim};
pub use escape::text;
pub use root::root_name;
pub use scan::{is_blank, reference_at};
pub use writer::{LineEnd, XmlLayout, XmlWriter};

/// Whether a text is one well-formed element.
///
/// # Errors
/// What is wrong with it, for people.
pub fn well_formed(text: &str) -> Result<(), String> {
    match Document::parse(trim(text)) {
        Ok(document) if document.has_prolog() => {
            Err("something stands before the element".to_owned())
        }
        Ok(_) => Ok(()),
        Err(error) => Err(error.message),
    }
}
