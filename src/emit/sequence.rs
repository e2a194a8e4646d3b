//! Sequence, groups and steps.

use std::io::{self, Write};

use super::{action, condition, reference, variables};
use crate::{
    model::{Assigned, Common, Group, Node, NoteText, Sequence, Step, Value},
    vocabulary::{Element, Product, Property, global_property},
    xml::{Form, Writer},
};

/// The schema version of current exports.
const VERSION: &str = "3.10";

/// Order of a step's attributes, as exports have it.
const ATTRIBUTES: [&str; 10] = [
    "type",
    "name",
    "description",
    "disable",
    "continueOnError",
    "timeout",
    "runIn",
    "successCodeList",
    "retryCount",
    "runFromNet",
];

/// Writes a sequence.
///
/// # Errors
/// What the output gives.
pub fn write_sequence<W: Write>(sequence: &Sequence, form: Form, out: W) -> io::Result<W> {
    let mut writer = Writer::new(out, form);
    let root = [("version", VERSION)];
    if sequence.nodes.is_empty() && sequence.global_variables.is_empty() {
        writer.empty("sequence", &root)?;
        return writer.finish();
    }
    writer.open("sequence", &root)?;
    reference::write(&mut writer, sequence)?;
    globals(&mut writer, &sequence.global_variables)?;
    nodes(&mut writer, sequence)?;
    writer.close("sequence")?;
    writer.finish()
}

fn globals<W: Write>(writer: &mut Writer<W>, list: &[Assigned]) -> io::Result<()> {
    if list.is_empty() {
        return Ok(());
    }
    writer.open("globalVarList", &[])?;
    for variable in list {
        let name = variable.name.value.as_str();
        let text = variable.value.text().filter(|_| !variable.masked).unwrap_or("");
        let property = global_property(name).unwrap_or(name);
        writer.text("variable", &[("name", name), ("property", property)], text)?;
    }
    writer.close("globalVarList")
}

/// Groups and steps, with a stack of our own: nesting never costs the program's.
fn nodes<W: Write>(writer: &mut Writer<W>, sequence: &Sequence) -> io::Result<()> {
    let product = sequence.product();
    let mut stack = vec![sequence.nodes.iter()];
    while let Some(members) = stack.last_mut() {
        match members.next() {
            Some(Node::Step(step)) => write_step(writer, step, step.product.unwrap_or(product))?,
            Some(Node::Xml(raw)) => writer.raw(&raw.xml)?,
            Some(Node::Group(group)) => {
                if open_group(writer, group)? {
                    stack.push(group.nodes.iter());
                }
            }
            None => {
                stack.pop();
                if !stack.is_empty() {
                    writer.close("group")?;
                }
            }
        }
    }
    Ok(())
}

/// Writes a group's start; true when it stays open for members.
fn open_group<W: Write>(writer: &mut Writer<W>, group: &Group) -> io::Result<bool> {
    let mut attributes = Vec::new();
    common_attributes(&mut attributes, &group.common);
    let attributes = noted(attributes, &group.common);
    let shown = borrowed(&attributes);
    if group.nodes.is_empty() && group.common.condition.is_none() {
        writer.empty("group", &shown)?;
        return Ok(false);
    }
    writer.open("group", &shown)?;
    if let Some(found) = &group.common.condition {
        condition::write(writer, found)?;
    }
    Ok(true)
}

fn write_step<W: Write>(writer: &mut Writer<W>, step: &Step, product: Product) -> io::Result<()> {
    let element = step.table().map_or(Element::Step, |table| table.element).name();
    let list = variables::of_step(step, product);
    let attributes = noted(step_attributes(step, product), &step.common);
    writer.open(element, &borrowed(&attributes))?;
    if let Some(found) = &step.common.condition {
        condition::write(writer, found)?;
    }
    match note(&step.common, "action") {
        Some(NoteText::Text(text)) => writer.text("action", &[], text)?,
        Some(_) => {}
        None => writer.text("action", &[], &action::of_step(step, &list))?,
    }
    if list.is_empty() {
        writer.empty("defaultVarList", &[])?;
    } else {
        writer.open("defaultVarList", &[])?;
        for variable in &list {
            let hidden = ("hidden", "true");
            let pairs = [("name", variable.name.as_ref()), ("property", variable.property.as_ref()), hidden];
            writer.text("variable", if variable.hidden { &pairs } else { &pairs[..2] }, &variable.text)?;
        }
        writer.close("defaultVarList")?;
    }
    writer.close(element)
}

type Attributes = Vec<(String, String)>;

fn common_attributes(attributes: &mut Attributes, common: &Common) {
    let mut push = |name: &str, text: &str| attributes.push((name.to_owned(), text.to_owned()));
    push("name", &common.name.value);
    push("description", common.description.as_ref().map_or("", |text| text.value.as_str()));
    if common.disabled {
        push("disable", "true");
    }
    if common.continue_on_error {
        push("continueOnError", "true");
    }
}

fn step_attributes(step: &Step, product: Product) -> Attributes {
    let mut attributes = vec![("type".to_owned(), step.class.clone())];
    common_attributes(&mut attributes, &step.common);
    for name in &ATTRIBUTES[5..] {
        let text = match (*name, &step.run_in) {
            ("runIn", Some(run_in)) => Some(run_in.value.clone()),
            _ => own_attribute(step, name, product).unwrap_or_else(|| default_attribute(step, name)),
        };
        if let Some(text) = text {
            attributes.push(((*name).to_owned(), text));
        }
    }
    attributes
}

/// What a property that carries an attribute says about it; `None` when there is no such property, or nothing is said.
fn own_attribute(step: &Step, name: &str, product: Product) -> Option<Option<String>> {
    let carries = |(_, property): &(usize, &Property)| property.attribute.as_deref() == Some(name);
    let (index, property) = step.table()?.property.iter().enumerate().find(carries)?;
    match step.settings.iter().find(|setting| setting.property == index).map(|setting| &setting.value) {
        Some(Value::Text(text)) => Some(Some(text.clone())),
        Some(_) => Some(None),
        None => property.default.clone().filter(|_| property.in_product(product)).map(Some),
    }
}

fn default_attribute(step: &Step, name: &str) -> Option<String> {
    match step.table() {
        Some(table) => table.attributes.get(name).cloned(),
        None => match name {
            "runIn" => Some("WinPEandFullOS".to_owned()),
            "successCodeList" | "retryCount" => Some("0".to_owned()),
            "runFromNet" => Some("false".to_owned()),
            _ => None,
        },
    }
}

/// The note on a name, if there is one.
fn note<'a>(common: &'a Common, name: &str) -> Option<&'a NoteText> {
    common.notes.iter().find(|note| note.name == name).map(|note| &note.text)
}

/// Lays notes on attributes over them.
fn noted(mut attributes: Attributes, common: &Common) -> Attributes {
    for note in &common.notes {
        if !note.name.starts_with(|c: char| c.is_ascii_lowercase()) || note.name == "action" {
            continue;
        }
        let at = attributes.iter().position(|(name, _)| *name == note.name);
        match (&note.text, at) {
            (NoteText::Text(text), Some(at)) => attributes[at].1.clone_from(text),
            (NoteText::Text(text), None) => {
                // A known attribute goes to its place, any other to the end.
                let rank = |name: &str| ATTRIBUTES.iter().position(|known| *known == name);
                let place = rank(&note.name)
                    .and_then(|own| attributes.iter().position(|(name, _)| rank(name).is_none_or(|other| other > own)));
                let place = place.unwrap_or(attributes.len());
                attributes.insert(place, (note.name.clone(), text.clone()));
            }
            (_, Some(at)) => {
                attributes.remove(at);
            }
            (_, None) => {}
        }
    }
    attributes
}

fn borrowed(attributes: &Attributes) -> Vec<(&str, &str)> {
    attributes.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect()
}
