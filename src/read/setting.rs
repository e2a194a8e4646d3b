//! Properties out of variables and attributes: the tables read backwards.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::parts::{Parts, StoredVariable};
use crate::{
    model::{Reference, Setting, Value, line_ends},
    source::Span,
    vocabulary::{Field, Property, StepType, Type, Write},
    write::spell,
};

/// What the XML says about a property; `None` when a source need not mention it.
pub(super) fn of_property(
    table: &StepType,
    index: usize,
    property: &Property,
    parts: &Parts<'_>,
    span: Span,
) -> Option<Setting> {
    let said = |value: Value, span: Span| {
        // What a source cannot spell is left to a note.
        let mixed = matches!(&value, Value::Script(text) if line_ends::split(text).is_some());
        (mixed || spell::value(property, &value).is_some()).then_some(Setting {
            property: index,
            value,
            span,
        })
    };
    if !property.field.is_empty() || property.array.is_some() {
        let list = references(property, parts);
        if !list.is_empty() {
            let span = list.first().map_or(span, |reference| reference.span);
            return said(Value::References(list), span);
        }
        return None;
    }
    if property.attribute.as_deref() == Some("action") {
        let action = parts.action.as_deref()?;
        let unsaid = property.default.as_deref() == Some(action);
        return if unsaid {
            None
        } else {
            said(Value::Text(action.to_owned()), span)
        };
    }
    let stored = property
        .property
        .as_deref()
        .and_then(|name| parts.variable(name));
    let Some(variable) = stored else {
        let text = property
            .attribute
            .as_deref()
            .filter(|_| property.variable.is_none());
        let text = text.and_then(|name| parts.attribute(name))?;
        let unsaid = property.default.as_deref() == Some(text);
        return if unsaid {
            None
        } else {
            said(Value::Text(text.to_owned()), span)
        };
    };
    let value = value(table, property, variable, parts)?;
    said(value, variable.span)
}

fn value(
    table: &StepType,
    property: &Property,
    variable: &StoredVariable,
    parts: &Parts<'_>,
) -> Option<Value> {
    let text = variable.text.clone();
    if let Some(switch) = &property.switch {
        let on = parts
            .variable(&switch.property)
            .is_some_and(|switch| switch.text == "true");
        let unsaid = match property.write {
            Write::Always => property.default.as_deref().unwrap_or(""),
            Write::WhenSet => {
                return Some(if on || text.is_empty() {
                    Value::Text(text)
                } else {
                    Value::Unchecked(text)
                });
            }
        };
        return match on {
            true if text.is_empty() => None,
            true => Some(Value::Text(text)),
            false => (text != unsaid).then_some(Value::Unchecked(text)),
        };
    }
    match property.kind {
        Type::Secret => match secret(table, property, text, parts) {
            Value::Text(text)
                if property.write == Write::Always
                    && property.default.as_deref() == Some(&text) =>
            {
                None
            }
            value => Some(value),
        },
        Type::Script => script(&text),
        _ => {
            let default = match &property.default_with {
                Some(with) => {
                    let (_, other) = table.find(&with.property)?;
                    let given = other
                        .property
                        .as_deref()
                        .is_some_and(|name| parts.variable(name).is_some());
                    given.then_some(with.text.as_str())
                }
                None if property.write == Write::Always => property.default.as_deref(),
                None => None,
            };
            (default != Some(text.as_str())).then_some(Value::Text(text))
        }
    }
}

/// A password. An export holds none; where the account beside it is used, it must be entered again.
fn secret(table: &StepType, property: &Property, text: String, parts: &Parts<'_>) -> Value {
    let account = property.requires.iter().chain(
        table
            .property
            .iter()
            .filter(|other| other.kind == Type::Account)
            .map(|other| &other.name),
    );
    let account = account
        .filter_map(|name| table.find(name))
        .filter_map(|(_, other)| Some((other, parts.variable(other.property.as_deref()?)?)))
        .find(|(_, variable)| !variable.text.is_empty());
    match account {
        Some((other, variable)) => {
            let used = other.switch.as_ref().is_none_or(|switch| {
                parts
                    .variable(&switch.property)
                    .is_none_or(|variable| variable.text == "true")
            });
            if used || !text.is_empty() {
                Value::Secret(label(&variable.text))
            } else {
                Value::Text(text)
            }
        }
        None if text.is_empty() => Value::Text(text),
        None => Value::Secret(label(&property.name)),
    }
}

/// A name for a secret that a string can hold.
pub(super) fn label(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control() && !"\"'$".contains(*c))
        .take(60)
        .collect()
}

/// An inline script: text where that gives the same bytes back, else the bytes.
fn script(text: &str) -> Option<Value> {
    let bytes = STANDARD.decode(text).ok()?;
    if STANDARD.encode(&bytes) != text {
        return None;
    }
    let units = bytes
        .strip_prefix(&[0xFF, 0xFE])
        .filter(|rest| rest.len() % 2 == 0);
    let text = units.and_then(|rest| {
        let units: Vec<u16> = rest
            .chunks_exact(2)
            .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
            .collect();
        String::from_utf16(&units).ok()
    });
    match text {
        // Lines that end differently can be said by a note.
        Some(text) if spell::text(&text).is_some() || line_ends::split(&text).is_some() => {
            Some(Value::Script(text))
        }
        _ => Some(Value::Bytes(bytes)),
    }
}

/// The references of a property with fields.
fn references(property: &Property, parts: &Parts<'_>) -> Vec<Reference> {
    let Some(array) = &property.array else {
        return one(&property.field, None, parts).into_iter().collect();
    };
    if array.field.is_empty() {
        let joined = array.joined.as_ref();
        let text = joined.and_then(|joined| parts.variable(&joined.property));
        let (Some(joined), Some(variable)) =
            (joined, text.filter(|variable| !variable.text.is_empty()))
        else {
            return Vec::new();
        };
        let id = |id: &str| Reference {
            id: id.to_owned(),
            span: variable.span,
            ..Reference::default()
        };
        return variable
            .text
            .split(joined.separator.as_str())
            .map(id)
            .collect();
    }
    let mut list = Vec::new();
    while let Some(reference) = one(&array.field, Some(list.len()), parts) {
        list.push(reference);
    }
    list
}

/// One reference out of its variables; `None` without an identifier.
fn one(fields: &[Field], index: Option<usize>, parts: &Parts<'_>) -> Option<Reference> {
    let mut reference = Reference::default();
    let mut found = false;
    for field in fields {
        let name = match index {
            Some(index) => field.property.replacen('#', &index.to_string(), 1),
            None => field.property.clone(),
        };
        let Some(variable) = parts.variable(&name) else {
            continue;
        };
        let text = variable.text.as_str();
        match field.value.as_str() {
            "{id}" => {
                found = !text.is_empty();
                reference.id = text.to_owned();
                reference.span = variable.span;
            }
            "{name}" => reference.name = text.to_owned(),
            "{kind_code}" => reference.kind = text.parse().unwrap_or(0),
            "{size}" => reference.size = text.parse().unwrap_or(0),
            _ => {}
        }
    }
    // `{id}, {name}` can be taken apart once the identifier is known.
    for field in fields.iter().filter(|field| field.value == "{id}, {name}") {
        let shown = parts
            .variable(&field.property)
            .map_or("", |variable| variable.text.as_str());
        if let Some(name) = shown
            .strip_prefix(&reference.id)
            .and_then(|rest| rest.strip_prefix(", "))
        {
            reference.name = name.to_owned();
        }
    }
    if reference.name == reference.id {
        reference.name.clear();
    }
    found.then_some(reference)
}
