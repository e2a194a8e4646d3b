//! The variables of a step, in the order of an export.

use std::{
    borrow::Cow,
    cmp::Ordering,
    collections::{HashMap, HashSet},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{rules, sequence::WritingTarget};
use crate::{
    model::{
        Override, Reference, Setting, Step, Value,
        line_ends::{self, LineNumbers},
    },
    vocabulary::{
        Array, ArrayPart, Dialect, Field, ProductVersion, Property, StepType, Stored, Switch, Write,
    },
};

/// One `<variable>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct XmlVariable<'a> {
    pub name: Cow<'a, str>,
    pub property: Cow<'a, str>,
    pub hidden: bool,
    pub text: Cow<'a, str>,
}

impl<'a> XmlVariable<'a> {
    fn stored(stored: &'a Stored, text: impl Into<Cow<'a, str>>) -> Self {
        XmlVariable {
            name: stored.variable.as_str().into(),
            property: stored.property.as_str().into(),
            hidden: stored.hidden,
            text: text.into(),
        }
    }

    fn switch(switch: &'a Switch, on: bool) -> Self {
        XmlVariable {
            name: switch.variable.as_str().into(),
            property: switch.property.as_str().into(),
            hidden: switch.hidden,
            text: if on { "true" } else { "false" }.into(),
        }
    }
}

/// All variables of a step, its own spelling laid over them: sorted by property as the console has
/// them, in the order of the table or source for MDT.
pub(super) fn of_step(step: &Step, target: WritingTarget) -> Vec<XmlVariable<'_>> {
    let mut list = Vec::new();
    let product = target.product;
    match step.table() {
        Some(table) => {
            for (index, property) in table.property.iter().enumerate() {
                let setting = step
                    .settings
                    .iter()
                    .find(|setting| setting.property == index);
                of_switch(&mut list, property, setting, product);
                if setting.is_some() || property.in_product(product) {
                    of_property(&mut list, step, table, property, setting);
                }
            }
            of_assignment(&mut list, step, table, product);
            if let Some(stored) = &table.rules {
                list.push(XmlVariable::stored(
                    stored,
                    rules::to_xml(&step.rules, target.line_end),
                ));
            }
            numbered(&mut list, step, table);
        }
        None => foreign(&mut list, step),
    }
    lay_over(&mut list, step);
    let own_order = match step.table() {
        Some(table) => table.dialect == Some(Dialect::Mdt),
        None => target.dialect == Dialect::Mdt,
    };
    if !own_order {
        list.sort_by(|a, b| natural(&a.property, &b.property));
    }
    let mut overrides = step.common.overrides.iter();
    if let Some(order) = overrides.find_map(|one| match &one.value {
        Override::VariableOrder(names) => Some(names),
        _ => None,
    }) {
        let places: HashMap<&str, usize> = order
            .iter()
            .enumerate()
            .map(|(place, name)| (name.as_str(), place))
            .collect();
        list.sort_by_key(|variable| {
            places
                .get(variable.property.as_ref())
                .copied()
                .unwrap_or(usize::MAX)
        });
    }
    list
}

/// Numbered variables, which a source names as the XML does.
fn numbered<'a>(list: &mut Vec<XmlVariable<'a>>, step: &'a Step, table: &'a StepType) {
    for assigned in &step.assignments {
        if let Some((numbered, property)) = table.numbered(&assigned.name.value)
            && assigned.value != Value::Absent
        {
            let text = if assigned.masked {
                ""
            } else {
                assigned.value.text().unwrap_or("")
            };
            let name = assigned.name.value.as_str();
            let place = list
                .iter()
                .position(|other| numbered.before.as_deref() == Some(other.property.as_ref()));
            let variable = XmlVariable {
                name: name.into(),
                property: property.into(),
                hidden: numbered.hidden,
                text: text.into(),
            };
            list.insert(place.unwrap_or(list.len()), variable);
        }
    }
}

/// The companion variable that says whether a property is used.
fn of_switch<'a>(
    list: &mut Vec<XmlVariable<'a>>,
    property: &'a Property,
    setting: Option<&Setting>,
    product: ProductVersion,
) {
    let since = |switch: &&Switch| {
        switch
            .since
            .or(property.since)
            .is_none_or(|since| since <= product)
    };
    if let Some(switch) = property.switch.as_ref().filter(since) {
        let on = match setting.map(|setting| &setting.value) {
            Some(Value::Text(text)) => !text.is_empty(),
            _ => false,
        };
        list.push(XmlVariable::switch(switch, on));
    }
}

fn of_property<'a>(
    list: &mut Vec<XmlVariable<'a>>,
    step: &'a Step,
    table: &'a StepType,
    property: &'a Property,
    setting: Option<&'a Setting>,
) {
    let value = setting.map(|setting| &setting.value);
    if let Some(Value::References(references)) = value {
        of_references(list, property, references);
        return;
    }
    let text: Option<Cow<'a, str>> = match value {
        Some(Value::Text(text) | Value::Unchecked(text)) => Some(text.as_str().into()),
        Some(Value::Secret(_)) => Some("".into()),
        Some(Value::Script(text)) => match line_ends_of(step) {
            Some(lines) => Some(script(&line_ends::apply(text, lines)).into()),
            None => Some(script(text).into()),
        },
        Some(Value::Bytes(bytes)) => Some(STANDARD.encode(bytes).into()),
        Some(Value::Absent | Value::References(_)) => None,
        None => unsaid(step, table, property).map(Into::into),
    };
    if value.is_none() || matches!(value, Some(Value::Text(text)) if text.is_empty()) {
        let array = property.array.as_ref();
        let empty =
            array.filter(|array| text.is_some() || array.empty.contains(&ArrayPart::Joined));
        if let Some(joined) = empty.and_then(|array| array.joined.as_ref()) {
            list.push(joined_variable(joined, ""));
        }
    }
    if let (Some(text), Some(name), Some(stored)) = (text, &property.variable, &property.property) {
        let variable = XmlVariable {
            name: name.as_str().into(),
            property: stored.as_str().into(),
            hidden: property.hidden,
            text,
        };
        // A later property may stand for a field of an earlier one (the shown name of a child
        // sequence).
        list.retain(|earlier| earlier.property != variable.property);
        list.push(variable);
    }
}

/// What is written for a property that the source does not mention.
fn unsaid<'a>(step: &Step, table: &StepType, property: &'a Property) -> Option<&'a str> {
    if let Some(with) = &property.default_with {
        let (other, _) = table.find(&with.property)?;
        let said = step
            .settings
            .iter()
            .any(|setting| setting.property == other && setting.value != Value::Absent);
        return said.then_some(with.text.as_str());
    }
    if property.write == Write::Always {
        property.default.as_deref()
    } else {
        None
    }
}

fn of_references<'a>(
    list: &mut Vec<XmlVariable<'a>>,
    property: &'a Property,
    references: &'a [Reference],
) {
    for field in &property.field {
        if let Some(reference) = references.first() {
            list.push(of_field(field, reference, None));
        }
    }
    if let Some(array) = &property.array {
        of_array(list, array, references);
    }
}

fn of_array<'a>(list: &mut Vec<XmlVariable<'a>>, array: &'a Array, references: &'a [Reference]) {
    let count = references.len().to_string();
    list.extend(
        array
            .count
            .iter()
            .map(|stored| XmlVariable::stored(stored, count.clone())),
    );
    list.extend(
        array
            .total
            .iter()
            .map(|stored| XmlVariable::stored(stored, count.clone())),
    );
    if let Some(joined) = &array.joined {
        let ids: Vec<_> = references
            .iter()
            .map(|reference| reference.id.as_str())
            .collect();
        list.push(joined_variable(joined, ids.join(&joined.separator)));
    }
    for (index, reference) in references.iter().enumerate() {
        list.extend(
            array
                .field
                .iter()
                .map(|field| of_field(field, reference, Some(index))),
        );
    }
}

fn joined_variable<'a>(
    joined: &'a crate::vocabulary::Joined,
    text: impl Into<Cow<'a, str>>,
) -> XmlVariable<'a> {
    XmlVariable {
        name: joined.variable.as_str().into(),
        property: joined.property.as_str().into(),
        hidden: joined.hidden,
        text: text.into(),
    }
}

fn of_field<'a>(
    field: &'a Field,
    reference: &'a Reference,
    index: Option<usize>,
) -> XmlVariable<'a> {
    let numbered = |text: &'a str| match index {
        Some(index) => Cow::Owned(text.replacen('#', &index.to_string(), 1)),
        None => Cow::Borrowed(text),
    };
    // Without a name the identifier is shown, once.
    let name = if reference.name.is_empty() {
        &reference.id
    } else {
        &reference.name
    };
    let template = if reference.name.is_empty() {
        field.value.replace("{id}, {name}", "{id}")
    } else {
        field.value.clone()
    };
    let text = template
        .replace("{kind_code}", &reference.kind.to_string())
        .replace("{size}", &reference.size.to_string())
        .replace("{id}", &reference.id)
        .replace("{name}", name);
    XmlVariable {
        name: numbered(&field.variable),
        property: numbered(&field.property),
        hidden: field.hidden,
        text: text.into(),
    }
}

fn of_assignment<'a>(
    list: &mut Vec<XmlVariable<'a>>,
    step: &'a Step,
    table: &'a StepType,
    product: ProductVersion,
) {
    let (Some(spec), Some(assigned)) = (&table.assignment, step.assignments.first()) else {
        return;
    };
    let text = if assigned.masked {
        ""
    } else {
        assigned.value.text().unwrap_or("")
    };
    list.push(XmlVariable::stored(
        &spec.name,
        assigned.name.value.as_str(),
    ));
    if assigned.value != Value::Absent {
        list.push(XmlVariable::stored(&spec.value, text));
    }
    let masked = spec
        .masked
        .as_ref()
        .filter(|stored| assigned.masked || stored.since.is_none_or(|since| since <= product));
    list.extend(
        masked.map(|stored| {
            XmlVariable::stored(stored, if assigned.masked { "true" } else { "false" })
        }),
    );
}

/// A step type in quotes: its assignments are the XML's variables.
fn foreign<'a>(list: &mut Vec<XmlVariable<'a>>, step: &'a Step) {
    for assigned in &step.assignments {
        if assigned.value == Value::Absent {
            continue;
        }
        let name = assigned.name.value.as_str();
        let text = if assigned.masked {
            ""
        } else {
            assigned.value.text().unwrap_or("")
        };
        list.push(XmlVariable {
            name: name.into(),
            property: name.into(),
            hidden: false,
            text: text.into(),
        });
    }
}

/// The lines of a step's script that end otherwise than the rest.
fn line_ends_of(step: &Step) -> Option<&LineNumbers> {
    step.common
        .overrides
        .iter()
        .find_map(|one| match &one.value {
            Override::LineEnds(lines) => Some(lines),
            _ => None,
        })
}

/// Lays what is said of variables over them.
fn lay_over<'a>(list: &mut Vec<XmlVariable<'a>>, step: &'a Step) {
    let mut overrides = step
        .common
        .overrides
        .iter()
        .filter_map(|one| Some((one.value.variable()?, &one.value)))
        .peekable();
    if overrides.peek().is_none() {
        return;
    }
    let mut places: HashMap<String, usize> = HashMap::new();
    for (place, variable) in list.iter().enumerate() {
        places.entry(variable.property.to_string()).or_insert(place);
    }
    let mut absent = HashSet::new();
    for (property, said) in overrides {
        let at = places
            .get(property)
            .copied()
            .filter(|at| !absent.contains(at));
        let old = at.and_then(|at| list.get(at));
        let Some(variable) = overridden(said, old) else {
            absent.extend(at);
            continue;
        };
        match at {
            Some(at) => list[at] = variable,
            None => {
                places.insert(property.to_owned(), list.len());
                list.push(variable);
            }
        }
    }
    if !absent.is_empty() {
        let mut place = 0..;
        list.retain(|_| place.next().is_none_or(|place| !absent.contains(&place)));
    }
}

/// A variable as it is spelled, in place of an old one or as a new one; `None` where it is left
/// out.
fn overridden<'a>(said: &'a Override, old: Option<&XmlVariable<'a>>) -> Option<XmlVariable<'a>> {
    match said {
        Override::Variable { property, text } => {
            let text = text.as_deref()?;
            Some(XmlVariable {
                name: old.map_or(property.into(), |old| old.name.clone()),
                property: property.into(),
                hidden: old.is_some_and(|old| old.hidden),
                text: text.into(),
            })
        }
        Override::WholeVariable {
            property,
            name,
            hidden,
            text,
        } => Some(XmlVariable {
            name: name.into(),
            property: property.into(),
            hidden: *hidden,
            text: text.into(),
        }),
        _ => None,
    }
}

/// Base64 of UTF-16, least significant byte first, with a byte-order mark: how exports store inline
/// scripts.
fn script(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len() * 2 + 2);
    bytes.extend([0xFF, 0xFE]);
    bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    STANDARD.encode(bytes)
}

/// Ordinal order, upper case before lower case, digits inside a name as a number.
pub(super) fn natural(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.as_bytes(), b.as_bytes());
    loop {
        match (left.first(), right.first()) {
            (Some(x), Some(y)) if x.is_ascii_digit() && y.is_ascii_digit() => {
                let digits = |bytes: &[u8]| {
                    bytes
                        .iter()
                        .take_while(|byte| byte.is_ascii_digit())
                        .count()
                };
                let (m, n) = (digits(left), digits(right));
                let trim = |bytes: &[u8]| {
                    bytes
                        .iter()
                        .skip_while(|byte| **byte == b'0')
                        .copied()
                        .collect::<Vec<u8>>()
                };
                let (p, q) = (trim(&left[..m]), trim(&right[..n]));
                let order = p
                    .len()
                    .cmp(&q.len())
                    .then_with(|| p.cmp(&q))
                    .then_with(|| m.cmp(&n));
                if order != Ordering::Equal {
                    return order;
                }
                (left, right) = (&left[m..], &right[n..]);
            }
            (Some(x), Some(y)) if x == y => (left, right) = (&left[1..], &right[1..]),
            (x, y) => return x.cmp(&y),
        }
    }
}
