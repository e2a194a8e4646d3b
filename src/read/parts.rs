//! A step or group as the XML has it, if it has only what steps and groups have.

use std::collections::HashSet;

use super::PositionMap;
use crate::{
    source::Span,
    vocabulary::PartOrder,
    xml::{Attribute, Element, XmlNodeKind},
};

/// A variable of a step.
#[derive(Clone, Debug)]
pub(super) struct StoredVariable {
    pub name: String,
    pub property: String,
    pub hidden: bool,
    pub text: String,
    pub span: Span,
}

/// The parts of a step.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts<'d> {
    pub attributes: Vec<(String, String)>,
    pub condition: Option<Element<'d>>,
    pub action: Option<String>,
    pub variables: Option<Vec<StoredVariable>>,
    /// The order of action and variables, where both are there.
    pub order: Option<PartOrder>,
}

impl Parts<'_> {
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, text)| text.as_str())
    }

    pub fn variable(&self, property: &str) -> Option<&StoredVariable> {
        self.variables
            .iter()
            .flatten()
            .find(|variable| variable.property == property)
    }
}

/// Whether a source can name it at all.
fn can_be_named(name: &str) -> bool {
    name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || "_-.:".contains(c))
}

/// An element's attributes, if a source can say all of them.
pub(super) fn attributes(element: Element<'_>) -> Option<Vec<(String, String)>> {
    let text = |attribute: Attribute<'_>| {
        can_be_named(attribute.name)
            .then(|| (attribute.name.to_owned(), attribute.text().into_owned()))
    };
    element.attributes().map(text).collect()
}

/// The parts of a step; `None` when it holds anything else.
pub(super) fn of_step<'d>(element: Element<'d>, map: &PositionMap) -> Option<Parts<'d>> {
    if element.stray_text().is_some() {
        return None;
    }
    let mut parts = Parts {
        attributes: attributes(element)?,
        ..Parts::default()
    };
    for child in element.children() {
        match child.name() {
            "condition" if parts.condition.is_none() => parts.condition = Some(child),
            "action" if parts.action.is_none() && is_text(child) => {
                parts.action = Some(child.text().into_owned());
                let behind = parts.variables.is_some();
                parts.order = behind.then_some(PartOrder::VariablesFirst);
            }
            "defaultVarList"
                if parts.variables.is_none() && child.attributes().next().is_none() =>
            {
                parts.variables = Some(variables(child, map)?);
                let behind = parts.action.is_some();
                parts.order = behind.then_some(PartOrder::ActionFirst);
            }
            _ => return None,
        }
    }
    Some(parts)
}

/// Whether an element holds text alone and has no attributes.
fn is_text(element: Element<'_>) -> bool {
    element.attributes().next().is_none() && !element.holds(XmlNodeKind::Element)
}

/// A list of variables, each with a name and a property of its own.
pub(super) fn variables(list: Element<'_>, map: &PositionMap) -> Option<Vec<StoredVariable>> {
    if list.stray_text().is_some() {
        return None;
    }
    let mut out: Vec<StoredVariable> = Vec::new();
    let mut seen = HashSet::new();
    for element in list.children() {
        let variable = variable(element, map)?;
        if !seen.insert(variable.property.clone()) {
            return None;
        }
        out.push(variable);
    }
    Some(out)
}

/// A `<variable name= property= hidden="true">`.
pub(super) fn variable(element: Element<'_>, map: &PositionMap) -> Option<StoredVariable> {
    if element.name() != "variable" || element.holds(XmlNodeKind::Element) {
        return None;
    }
    let (mut name, mut property, mut hidden) = (None, None, false);
    for attribute in element.attributes() {
        match attribute.name {
            "name" => name = Some(attribute.text().into_owned()),
            "property" => property = Some(attribute.text().into_owned()),
            "hidden" if attribute.text() == "true" => hidden = true,
            _ => return None,
        }
    }
    let text = element.text().into_owned();
    Some(StoredVariable {
        name: name?,
        property: property?,
        hidden,
        text,
        span: map.span(element.text_range()),
    })
}

/// The variables of an expression, which have a name and nothing else, each once.
pub(super) fn named(element: Element<'_>) -> Option<Vec<(String, String)>> {
    let mut out: Vec<(String, String)> = Vec::new();
    let mut seen = HashSet::new();
    if element.stray_text().is_some() {
        return None;
    }
    for child in element.children() {
        let mut attributes = child.attributes();
        let name = attributes
            .next()
            .filter(|attribute| attribute.name == "name")?
            .text()
            .into_owned();
        let alone = attributes.next().is_none()
            && child.name() == "variable"
            && !child.holds(XmlNodeKind::Element);
        if !alone || !seen.insert(name.clone()) {
            return None;
        }
        out.push((name, child.text().into_owned()));
    }
    Some(out)
}
