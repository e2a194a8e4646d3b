//! Characters in an export that nobody sees.

use super::Export;
use crate::{
    diagnostic::{Finding, unseen_characters},
    source::unseen,
    xml::Document,
};

/// A finding at each attribute and text of an export that holds some. Carriage returns are left to
/// whoever reads scripts.
pub fn unseen_in_export(export: &Export) -> Vec<Finding> {
    // Nearly every export has none, written out or as a reference.
    if !export.text.contains("&#") && unseen(&export.text).next().is_none() {
        return Vec::new();
    }
    let Ok(document) = Document::parse(&export.text) else {
        return Vec::new();
    };
    let mut out = Vec::new();
    let mut look = |text: &str, range: (u32, u32)| {
        let found = unseen(text).map(|(_, c)| c);
        let found: Vec<char> = found.filter(|c| *c != '\r').collect();
        if !found.is_empty() {
            out.push(unseen_characters(export.map.span(range), found));
        }
    };
    let mut pending = vec![document.root()];
    while let Some(element) = pending.pop() {
        for attribute in element.attributes() {
            look(&attribute.text(), attribute.range);
        }
        if element.children().next().is_none() {
            look(&element.text(), element.text_range());
        }
        pending.extend(element.children());
    }
    out
}
