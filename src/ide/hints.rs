//! Small texts between the words of a source: what a quantity is in seconds, what a compile-time
//! name stands for.

use super::{
    Analysis,
    hover::property_around,
    node::{path_at, value_of},
};
use crate::{
    source::Span,
    syntax::{self, Node, SyntaxKind},
    vocabulary::{Property, Type, Unit},
};

/// Most characters of a hint.
const MAX_HINT: usize = 40;

/// A text behind a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The byte it stands behind.
    pub offset: u32,
    /// The text.
    pub text: String,
}

/// The hints of a part of a source.
pub fn hints(analysis: &Analysis, range: Span) -> Vec<Hint> {
    let mut out = Vec::new();
    for node in analysis.tree().nodes() {
        if node.span().start > range.end {
            break;
        }
        if node.kind() != SyntaxKind::Property || node.span().end < range.start {
            continue;
        }
        let Some((name, value)) = node.child(SyntaxKind::Name).zip(value_of(node)) else {
            continue;
        };
        let text = match value.kind() {
            SyntaxKind::Number => {
                let path = path_at(analysis.tree(), value.span().start);
                property_around(analysis, &path, &syntax::name_text(name.text()))
                    .and_then(|property| stored(property, value.text()))
            }
            SyntaxKind::Name => resolved(analysis, node, value),
            _ => None,
        };
        out.extend(text.map(|text| Hint {
            offset: value.span().end,
            text: format!("= {text}"),
        }));
    }
    out
}

/// A quantity in the unit that the XML stores; seconds for times. `None` when it is written in it.
pub(super) fn stored(property: &Property, written: &str) -> Option<String> {
    let number = syntax::number(written);
    let value = number.value()?;
    let known = Unit::of(property.kind);
    let target = if property.kind == Type::Duration {
        Unit::Second
    } else {
        property.unit.filter(|unit| known.contains(unit))?
    };
    let unit = Unit::parse(number.unit).filter(|unit| *unit != target && known.contains(unit))?;
    let amount = value
        .checked_mul(i128::from(unit.factor()))?
        .checked_div(i128::from(target.factor()))?;
    Some(format!("{amount} {target}"))
}

/// The value of a compile-time name.
fn resolved(analysis: &Analysis, property: Node<'_>, value: Node<'_>) -> Option<String> {
    let name = syntax::name_text(value.text());
    let path = path_at(analysis.tree(), value.span().start);
    let owner = property.child(SyntaxKind::Name)?;
    let table = property_around(analysis, &path, &syntax::name_text(owner.text()))?;
    let is_other = table.kind == Type::Variable || table.member(&name).is_some();
    let known = analysis.value(&name).filter(|_| !is_other)?;
    let short: String = known.chars().take(MAX_HINT).collect();
    let dots = if short.len() < known.len() { "…" } else { "" };
    Some(format!("{short}{dots}"))
}
