//! The formatter: one style, no options. It changes white space, commas and quotes only, and proves
//! it.

mod flat;
mod print;
mod proof;

use std::sync::Arc;

use crate::{
    diagnostic::{Code, Finding},
    source::{FileId, Span},
    syntax::{self, SyntaxTree},
};

/// The width beyond which items are written one a line.
pub(crate) const WIDTH: usize = 120;

/// Blanks of one level.
pub(crate) const INDENT: usize = 4;

/// The formatted text of a source.
///
/// # Errors
/// The source's syntax errors; or [`Code::FormatNotProven`] when the new text cannot be shown to
/// mean the same, in which case nothing must be written.
pub fn format(text: &str, file: FileId) -> Result<String, Vec<Finding>> {
    let mut parsed = syntax::parse(Arc::from(text), file);
    if !parsed.is_clean() {
        syntax::hide_secrets(&mut parsed.findings, file, text);
        return Err(parsed.findings);
    }
    let formatted = format_tree(&parsed.tree);
    let again = syntax::parse(Arc::from(formatted.as_str()), file);
    match proof::differs(&parsed.tree, &again.tree) {
        None if again.is_clean() => Ok(formatted),
        place => {
            let span = place.unwrap_or(Span::at(file, 0));
            let mut findings = vec![Finding::new(
                Code::FormatNotProven,
                span,
                "the formatted text is not proven to mean the same as this source",
            )
            .label("the first difference is here")
            .help("the file is left as it was; this is a fault of the formatter, please report it")];
            syntax::hide_secrets(&mut findings, file, text);
            Err(findings)
        }
    }
}

fn format_tree(tree: &SyntaxTree) -> String {
    let text = print::file(tree);
    // One kind of line end for the whole file: the one its first line has.
    let first = tree.text().find('\n');
    if first.is_some_and(|at| tree.text()[..at].ends_with('\r')) {
        text.replace('\n', "\r\n")
    } else {
        text
    }
}
