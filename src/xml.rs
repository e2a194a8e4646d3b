//! XML as Configuration Manager writes it: escaping and the exact text form. Reading is for checks of small pieces.

mod escape;
mod writer;

pub use escape::{attribute, text};
pub use writer::{Form, Writer};

/// Whether a text is one well-formed element.
///
/// # Errors
/// What is wrong with it, for people.
pub fn well_formed(text: &str) -> Result<(), String> {
    let options = roxmltree::ParsingOptions { allow_dtd: false, nodes_limit: 100_000, ..Default::default() };
    roxmltree::Document::parse_with_options(text.trim(), options).map(|_| ()).map_err(|error| error.to_string())
}
