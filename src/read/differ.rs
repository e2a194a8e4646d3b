//! The facts that make what is written say what the XML says.

use std::collections::{HashMap, HashSet};

use super::parts::{Parts, StoredVariable};
use crate::{
    emit::{self, Shape},
    model::{Override, Pair, Spanned},
    source::Span,
};

/// A fact at a place.
type PlacedFact = Spanned<Override>;

/// Texts by name, the first of each.
pub(super) fn by_name<'a>(pairs: &[Pair<'a>]) -> HashMap<&'a str, &'a str> {
    pairs.iter().rev().copied().collect()
}

/// Owned pairs as borrowed ones.
pub(super) fn borrowed(pairs: &[(String, String)]) -> Vec<Pair<'_>> {
    pairs
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect()
}

/// Attributes that are written and not there, and those that are written otherwise.
pub(super) fn attributes(written: &[Pair<'_>], there: &[Pair<'_>], span: Span) -> Vec<PlacedFact> {
    let fact = |name: &str, text: Option<&str>| {
        let fact = Override::Attribute {
            name: name.to_owned(),
            text: text.map(str::to_owned),
        };
        Spanned::new(fact, span)
    };
    let (own, known) = (by_name(written), by_name(there));
    let absent = written
        .iter()
        .filter(|(name, _)| !known.contains_key(name))
        .map(|(name, _)| fact(name, None));
    let other = there
        .iter()
        .filter(|(name, text)| own.get(name) != Some(text))
        .map(|(name, text)| fact(name, Some(text)));
    absent.chain(other).collect()
}

/// What is to be said of a step's variables.
pub(super) fn variables(
    written: &[emit::XmlVariable<'_>],
    there: &[StoredVariable],
) -> Vec<PlacedFact> {
    let known: HashSet<&str> = there
        .iter()
        .map(|variable| variable.property.as_str())
        .collect();
    let by_property: HashMap<&str, &emit::XmlVariable<'_>> = written
        .iter()
        .rev()
        .map(|own| (own.property.as_ref(), own))
        .collect();
    let absent = written
        .iter()
        .filter(|own| !known.contains(own.property.as_ref()))
        .map(|own| {
            let property = own.property.clone().into_owned();
            let absent = Override::Variable {
                property,
                text: None,
            };
            Spanned::new(absent, Span::default())
        });
    let other = there.iter().filter_map(|variable| {
        let own = by_property.get(variable.property.as_str()).copied();
        Some(Spanned::new(spelled(own, variable)?, variable.span))
    });
    absent.chain(other).collect()
}

/// What is to be said of a variable; nothing where it is written as it is there.
fn spelled(own: Option<&emit::XmlVariable<'_>>, there: &StoredVariable) -> Option<Override> {
    let (name, hidden) = own.map_or((there.property.as_str(), false), |own| {
        (own.name.as_ref(), own.hidden)
    });
    let same_variable = name == there.name && hidden == there.hidden;
    if own.is_some_and(|own| own.text.as_ref() == there.text) && same_variable {
        return None;
    }
    // A name in lower case alone would be an attribute's.
    let capital = !there.property.starts_with(|c: char| c.is_ascii_lowercase());
    Some(if same_variable && capital {
        Override::Variable {
            property: there.property.clone(),
            text: Some(there.text.clone()),
        }
    } else {
        Override::WholeVariable {
            property: there.property.clone(),
            name: there.name.clone(),
            hidden: there.hidden,
            text: there.text.clone(),
        }
    })
}

/// What is to be said of the parts of a step: its action, an absent list, their order.
pub(super) fn parts(shape: &Shape<'_>, there: &Parts<'_>, span: Span) -> Vec<PlacedFact> {
    let mut facts = Vec::new();
    if shape.action != there.action {
        facts.push(Override::Action(there.action.clone()));
    }
    if there.variables.is_none() {
        facts.push(Override::NoVariableList);
    }
    let order = there.order.filter(|order| *order != shape.order);
    facts.extend(order.map(Override::PartOrder));
    facts
        .into_iter()
        .map(|fact| Spanned::new(fact, span))
        .collect()
}

/// The order of variables, where it is another one.
pub(super) fn order(
    written: &[emit::XmlVariable<'_>],
    there: &[StoredVariable],
    span: Span,
) -> Option<PlacedFact> {
    let same = written.len() == there.len()
        && written
            .iter()
            .zip(there)
            .all(|(own, variable)| own.property.as_ref() == variable.property);
    let order = there.iter().map(|variable| variable.property.clone());
    (!same).then(|| Spanned::new(Override::VariableOrder(order.collect()), span))
}
