//! Passwords that a source would write to the XML in clear, past what its properties allow: in
//! `xml < … >`, in an element of its own, and in a variable that nobody masks.

use crate::{
    diagnostic::{Code, Finding},
    model::{Assigned, Node, Override, RawXml, Sequence, Spanned, Step, Value},
    source::Span,
    vocabulary::{
        Dialect, StepType, Type, is_secret_variable, may_be_literal, names_secret,
        step_type_of_class,
    },
    xml::{Document, Element},
};

/// What a place in the XML is to a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PasswordPlace {
    /// The console keeps one there, and shows it to nobody: no source may bring it.
    Kept,
    /// It goes by the name of one: everybody can read what is there.
    Open,
}

/// What `check` and `build` say. A simulation and a test may use such a value: it reaches no XML.
pub fn passwords(sequence: &Sequence) -> Vec<Finding> {
    let mut findings = Vec::new();
    for assigned in &sequence.global_variables {
        findings.extend(of_assigned(assigned, false));
    }
    for one in &sequence.overrides {
        findings.extend(of_override(one, &|_| None));
    }
    sequence.walk(&mut |node, _| match node {
        Node::Step(step) => of_step(step, &mut findings),
        Node::Xml(raw) => findings.extend(of_raw(raw, sequence.dialect)),
        Node::Group(group) => {
            let notes = group.common.overrides.iter();
            findings.extend(notes.filter_map(|one| of_override(one, &|_| None)));
        }
    });
    findings
}

fn of_step(step: &Step, findings: &mut Vec<Finding>) {
    let in_rules = step.rules.iter().flat_map(|rule| &rule.variables);
    for assigned in step.assignments.iter().chain(in_rules) {
        findings.extend(of_assigned(assigned, step.table().is_none()));
    }
    let spec = step.table().and_then(|table| table.assignment.as_ref());
    let holds_value = |property: &str| {
        let values = spec
            .iter()
            .flat_map(|spec| spec.hidden_value.iter().chain([&spec.value]));
        values.into_iter().any(|stored| stored.property == property)
    };
    let masks = step.assignments.iter().any(|assigned| assigned.masked);
    let mut names = step.assignments.iter().map(|assigned| &assigned.name.value);
    let names_one = names.any(|name| is_named(name));
    let place = |property: &str| match holds_value(property) {
        true if masks => Some(PasswordPlace::Kept),
        true if names_one => Some(PasswordPlace::Open),
        _ => of_table(step.table(), property),
    };
    for one in &step.common.overrides {
        findings.extend(of_override(one, &place));
    }
}

/// What the table of a step type says of a property of its XML.
fn of_table(table: Option<&StepType>, property: &str) -> Option<PasswordPlace> {
    match table.and_then(|table| table.stored(property)) {
        Some(own) => (own.kind == Type::Secret).then_some(PasswordPlace::Kept),
        None => is_named(property).then_some(PasswordPlace::Open),
    }
}

/// Whether a name is that of a password. A product key is secret, too, but the console writes it.
fn is_named(name: &str) -> bool {
    names_secret(name) && !(is_secret_variable(name) && name.to_lowercase().ends_with("productkey"))
}

/// Whether a text is a value itself: not nothing, no flag and not that of a variable.
fn is_clear(text: &str) -> bool {
    !text.trim().is_empty() && may_be_literal(text)
}

/// A variable that is set in clear. The variables of a step type without a table are properties of
/// the XML.
fn of_assigned(assigned: &Assigned, foreign: bool) -> Option<Finding> {
    let name = &assigned.name.value;
    let text = match &assigned.value {
        Value::Text(text) if !assigned.masked => text,
        _ => return None,
    };
    if !is_named(name) || !is_clear(text) {
        return None;
    }
    let help = if foreign {
        format!("write {name} = \"\", and enter the value in the console after the import")
    } else {
        format!("write masked {name} = secret(\"NAME\"): the console asks for it after the import")
    };
    Some(found(PasswordPlace::Open, assigned.value_span, name).help(help))
}

/// A fact of the XML in its own spelling; `place` says what its step knows of a property.
fn of_override(
    one: &Spanned<Override>,
    place: &dyn Fn(&str) -> Option<PasswordPlace>,
) -> Option<Finding> {
    let by_name = |name: &str| is_named(name).then_some(PasswordPlace::Open);
    let (name, text, place) = match &one.value {
        Override::Attribute {
            name,
            text: Some(text),
        } => (name, text, by_name(name)),
        Override::Variable {
            property,
            text: Some(text),
        } => (property, text, place(property).or(by_name(property))),
        Override::WholeVariable {
            property,
            name,
            text,
            ..
        } => {
            let known = place(property);
            (
                property,
                text,
                known.or(by_name(property)).or(by_name(name)),
            )
        }
        _ => return None,
    };
    let place = place.filter(|_| is_clear(text))?;
    let help = "leave this out: the console asks for the value after the import";
    Some(found(place, one.span, name).help(help))
}

/// A whole element of the author's own.
fn of_raw(raw: &RawXml, dialect: Dialect) -> Option<Finding> {
    let document = Document::parse(&raw.xml).ok()?;
    let mut pending = vec![document.root()];
    let mut first = None;
    while let Some(element) = pending.pop() {
        if element.name() == "step"
            && let Some(found) = password_of(element, dialect)
            && (first.is_none() || found.0 == PasswordPlace::Kept)
        {
            first = Some(found);
        }
        pending.extend(element.children());
    }
    let (place, property) = first?;
    let help = "leave its text empty: the console asks for the value after the import";
    Some(found(place, raw.span, &property).help(help))
}

/// A variable of a step's element that holds a password.
fn password_of(step: Element<'_>, dialect: Dialect) -> Option<(PasswordPlace, String)> {
    let class = step.attribute("type").unwrap_or_default();
    let table = step_type_of_class(&class, dialect);
    let lists = step
        .children()
        .filter(|child| child.name() == "defaultVarList");
    let mut open = None;
    for variable in lists.flat_map(Element::children) {
        let name = variable.attribute("name").unwrap_or_default();
        let property = variable.attribute("property");
        let property = property.unwrap_or_else(|| name.clone());
        if !is_clear(&variable.text()) {
            continue;
        }
        let by_name = || is_named(&name).then_some(PasswordPlace::Open);
        match of_table(table, &property).or_else(by_name) {
            Some(PasswordPlace::Kept) => return Some((PasswordPlace::Kept, property.into_owned())),
            Some(PasswordPlace::Open) => open = Some((PasswordPlace::Open, property.into_owned())),
            None => {}
        }
    }
    open
}

fn found(place: PasswordPlace, span: Span, name: &str) -> Finding {
    let (code, message) = match place {
        PasswordPlace::Kept => (
            Code::PasswordInText,
            format!("the password of `{name}` stands in the source"),
        ),
        PasswordPlace::Open => (
            Code::PasswordInXml,
            format!("the value of `{name}` would stand in the XML for everybody to read"),
        ),
    };
    Finding::new(code, span, message)
        .label("not shown here")
        .hides(span)
}
