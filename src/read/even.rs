//! Rules whose lines do not all end alike. No source can hold such a text, and the step would stay
//! an element in XML's own words; but rules are XML, to which every line end is the same one.

use std::borrow::Cow;

use super::{Export, PositionMap};
use crate::{
    source::Span,
    vocabulary::step_types,
    xml::{self, Document, Element},
};

/// An export to be looked at rather than written: its rules have one kind of line end. Places in
/// one that was changed are not those of the file.
pub fn with_even_rules(export: &Export) -> Cow<'_, Export> {
    let Ok(document) = Document::parse(&export.text) else {
        return Cow::Borrowed(export);
    };
    let mut uneven = uneven_rules(&document);
    if uneven.is_empty() {
        return Cow::Borrowed(export);
    }
    uneven.sort_by_key(|((start, _), _)| std::cmp::Reverse(*start));
    let mut text = export.text.to_string();
    for ((start, end), rules) in uneven {
        text.replace_range(start as usize..end as usize, &xml::text(&rules));
    }
    let mut even = export.clone();
    even.text = text.into();
    even.map = PositionMap::whole(Span::new(export.file, 0, 0));
    Cow::Owned(even)
}

/// The places of such rules, and what they are with one kind of line end.
fn uneven_rules(document: &Document<'_>) -> Vec<((u32, u32), String)> {
    let mut found = Vec::new();
    let mut stack = vec![document.root()];
    while let Some(element) = stack.pop() {
        if holds_rules(element) {
            let text = element.text();
            if !is_even(&text) {
                let even = text.replace("\r\n", "\n").replace('\r', "\n");
                found.push((element.text_range(), even));
            }
        }
        stack.extend(element.children());
    }
    found
}

fn holds_rules(element: Element<'_>) -> bool {
    let Some(property) = element.attribute("property") else {
        return false;
    };
    let mut stored = step_types().filter_map(|table| table.rules.as_ref());
    element.name() == "variable"
        && stored.any(|stored| stored.property == *property)
        && element.children().next().is_none()
}

/// Whether all lines end in the same way, and in one that a source can say.
fn is_even(text: &str) -> bool {
    let pairs = text.matches("\r\n").count();
    let returns = text.matches('\r').count();
    let feeds = text.matches('\n').count();
    returns == pairs && (pairs == 0 || feeds == pairs)
}
