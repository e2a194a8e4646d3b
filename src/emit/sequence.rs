//! Sequence, groups and steps.

use std::{
    collections::HashSet,
    io::{self, Write},
};

use super::{
    action, condition, reference,
    variables::{self, XmlVariable},
};
use crate::{
    model::{
        Common, GlobalsPlace, Group, Node, Override, Place, RawXml, Sequence, Spanned, Step, Value,
    },
    vocabulary::{Dialect, PartOrder, ProductVersion, Property, StepElement, global_property},
    xml::{LineEnd, XmlLayout, XmlWriter},
};

/// The schema version of current exports, and of the 2007 product and MDT.
const VERSION: &str = "3.10";
const VERSION_CLASSIC: &str = "3.00";

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

/// Those that depend on the step's type, with one that only MDT has.
const OF_TYPES: [&str; 6] = [
    "startIn",
    "timeout",
    "runIn",
    "successCodeList",
    "retryCount",
    "runFromNet",
];

/// What decides how a step is written, beside the step.
#[derive(Clone, Copy, Debug)]
pub struct WritingTarget {
    /// The product version.
    pub product: ProductVersion,
    /// The flavour of XML.
    pub dialect: Dialect,
    /// The line end behind inner XML.
    pub line_end: LineEnd,
}

impl WritingTarget {
    /// What a sequence's header asks for.
    pub fn of(sequence: &Sequence) -> WritingTarget {
        let line_end = match sequence.property("line_end") {
            Some("lf") => LineEnd::Lf,
            Some("none") => LineEnd::None,
            _ => LineEnd::CrLf,
        };
        WritingTarget {
            product: sequence.product(),
            dialect: sequence.dialect,
            line_end,
        }
    }

    /// The same for a step that names a product version of its own.
    pub fn for_step(self, step: &Step) -> WritingTarget {
        WritingTarget {
            product: step.product.unwrap_or(self.product),
            ..self
        }
    }
}

/// Writes a sequence.
///
/// # Errors
/// What the output gives.
pub fn write_sequence<W: Write>(sequence: &Sequence, form: XmlLayout, out: W) -> io::Result<W> {
    let mut writer = XmlWriter::new(out, form);
    let target = WritingTarget::of(sequence);
    if has(&sequence.overrides, &Override::ReferencedReturns) {
        writer.reference_carriage_returns();
    }
    let root = root_attributes(sequence);
    let root = borrowed(&root);
    let spelled = sequence
        .overrides
        .iter()
        .any(|one| one.value.variable().is_some());
    if sequence.nodes.is_empty() && sequence.global_variables.is_empty() && !spelled {
        writer.empty("sequence", &root)?;
        return writer.finish(target.line_end);
    }
    writer.open("sequence", &root)?;
    let place = globals_place(sequence);
    let first = place == GlobalsPlace::BeforeReferences;
    if first {
        globals(&mut writer, sequence)?;
    }
    let absent =
        has(&sequence.overrides, &Override::NoReferenceList) || target.dialect == Dialect::Mdt;
    match sequence.nodes.first() {
        Some(Node::Xml(raw)) if is_reference_list(raw) => writer.raw(&raw.xml)?,
        _ if absent || has_own_references(sequence) => {}
        _ => reference::write(&mut writer, sequence)?,
    }
    let place = match place {
        GlobalsPlace::BeforeReferences => None,
        GlobalsPlace::Among(place) => Some(place.members_before()),
    };
    nodes(&mut writer, sequence, target, place)?;
    writer.close("sequence")?;
    writer.finish(target.line_end)
}

pub(crate) fn root_attributes(sequence: &Sequence) -> XmlAttributes {
    let mut attributes = Vec::new();
    if sequence.dialect == Dialect::Mdt {
        attributes.push(("version".to_owned(), VERSION_CLASSIC.to_owned()));
        let name = sequence
            .name
            .as_ref()
            .map(|name| name.value.clone())
            .unwrap_or_default();
        attributes.push(("name".to_owned(), name));
        attributes.push((
            "description".to_owned(),
            sequence.property("description").unwrap_or("").to_owned(),
        ));
    } else {
        let version = if sequence.product().is_classic() {
            VERSION_CLASSIC
        } else {
            VERSION
        };
        attributes.push(("version".to_owned(), version.to_owned()));
    }
    lay_over(attributes, &sequence.overrides)
}

/// Whether a list of references stands among the members: then none is worked out.
fn has_own_references(sequence: &Sequence) -> bool {
    sequence
        .nodes
        .iter()
        .any(|node| matches!(node, Node::Xml(raw) if is_reference_list(raw)))
}

fn is_reference_list(raw: &RawXml) -> bool {
    raw.xml
        .strip_prefix("<referenceList")
        .is_some_and(|rest| rest.starts_with(['>', '/', ' ', '\r', '\n', '\t']))
}

fn globals<W: Write>(writer: &mut XmlWriter<W>, sequence: &Sequence) -> io::Result<()> {
    let mut list: Vec<(&str, &str, bool, &str)> = Vec::new();
    for variable in &sequence.global_variables {
        let name = variable.name.value.as_str();
        let text = variable
            .value
            .text()
            .filter(|_| !variable.masked)
            .unwrap_or("");
        list.push((name, global_property(name).unwrap_or(name), false, text));
    }
    for one in &sequence.overrides {
        match &one.value {
            Override::Variable {
                property,
                text: Some(text),
            } => list.push((property, property, false, text)),
            Override::WholeVariable {
                property,
                name,
                hidden,
                text,
            } => list.push((name, property, *hidden, text)),
            _ => {}
        }
    }
    if list.is_empty() {
        return Ok(());
    }
    writer.open("globalVarList", &[])?;
    for (name, property, hidden, text) in list {
        let pairs = [("name", name), ("property", property), ("hidden", "true")];
        writer.text("variable", if hidden { &pairs } else { &pairs[..2] }, text)?;
    }
    writer.close("globalVarList")
}

/// Where the global variables stand: before all members, unless the source says otherwise.
fn globals_place(sequence: &Sequence) -> GlobalsPlace {
    let found = sequence.overrides.iter().find_map(|one| match one.value {
        Override::GlobalsPlace(place) => Some(place),
        _ => None,
    });
    found.unwrap_or(GlobalsPlace::Among(Place::Behind(0)))
}

/// A group that is being written, or the whole sequence.
struct OpenGroup<'a> {
    members: std::slice::Iter<'a, Node>,
    group: Option<&'a Group>,
    /// How many members are written.
    written: usize,
    /// Behind how many of them something else is still to be written.
    place: Option<usize>,
}

/// Groups and steps, with a stack of our own: nesting never costs the program's. The global
/// variables stand behind `place` members.
fn nodes<W: Write>(
    writer: &mut XmlWriter<W>,
    sequence: &Sequence,
    target: WritingTarget,
    place: Option<usize>,
) -> io::Result<()> {
    let mut stack = vec![OpenGroup {
        members: sequence.nodes.iter(),
        group: None,
        written: 0,
        place,
    }];
    let mut begin = true;
    while let Some(level) = stack.last_mut() {
        let next = level.members.next();
        let top = level.group.is_none();
        // A list of references that stands first was written before the global variables.
        let start = std::mem::replace(&mut begin, false);
        if level
            .place
            .is_some_and(|place| level.written >= place || next.is_none())
        {
            level.place = None;
            match level.group {
                Some(group) => group_action(writer, group)?,
                None => globals(writer, sequence)?,
            }
        }
        level.written +=
            usize::from(!(top && matches!(next, Some(Node::Xml(raw)) if is_reference_list(raw))));
        match next {
            Some(Node::Step(step)) => write_step(writer, step, target.for_step(step))?,
            Some(Node::Xml(raw)) if top && start && is_reference_list(raw) => {}
            Some(Node::Xml(raw)) => writer.raw(&raw.xml)?,
            Some(Node::Group(group)) => {
                if open_group(writer, group, target)? {
                    let action = action_of(&group.common.overrides).map(|_| action_place(group));
                    stack.push(OpenGroup {
                        members: group.nodes.iter(),
                        group: Some(group),
                        written: 0,
                        place: action,
                    });
                }
            }
            None => {
                if stack.pop().is_some_and(|level| level.group.is_some()) {
                    writer.close("group")?;
                }
            }
        }
    }
    Ok(())
}

/// Writes a group's start; true when it stays open for members.
fn open_group<W: Write>(
    writer: &mut XmlWriter<W>,
    group: &Group,
    target: WritingTarget,
) -> io::Result<bool> {
    let attributes = group_attributes(group, target);
    let shown = borrowed(&attributes);
    let overrides = &group.common.overrides;
    let spelled = action_of(overrides).is_some() || has(overrides, &Override::EmptyCondition);
    if group.nodes.is_empty() && group.common.condition.is_none() && !spelled {
        writer.empty("group", &shown)?;
        return Ok(false);
    }
    writer.open("group", &shown)?;
    write_condition(writer, &group.common, target)?;
    Ok(true)
}

/// The attributes of a group, its own spelling laid over them.
pub(crate) fn group_attributes(group: &Group, target: WritingTarget) -> XmlAttributes {
    let mut attributes = Vec::new();
    common_attributes(&mut attributes, &group.common, target.dialect);
    if target.dialect == Dialect::Mdt {
        attributes.push(("expand".to_owned(), "true".to_owned()));
    }
    lay_over(attributes, &group.common.overrides)
}

/// Behind how many members a group's action stands, which only MDT's templates have.
fn action_place(group: &Group) -> usize {
    let place = group
        .common
        .overrides
        .iter()
        .find_map(|one| match one.value {
            Override::ActionPlace(place) => Some(place.members_before()),
            _ => None,
        });
    place.unwrap_or(0)
}

fn group_action<W: Write>(writer: &mut XmlWriter<W>, group: &Group) -> io::Result<()> {
    match action_of(&group.common.overrides) {
        Some(Some("")) => writer.empty("action", &[]),
        Some(Some(text)) => writer.text("action", &[], text),
        _ => Ok(()),
    }
}

fn write_condition<W: Write>(
    writer: &mut XmlWriter<W>,
    common: &Common,
    target: WritingTarget,
) -> io::Result<()> {
    match &common.condition {
        Some(found) => condition::write(writer, found, target.dialect),
        None if has(&common.overrides, &Override::EmptyCondition) => {
            writer.text("condition", &[], "")
        }
        None => Ok(()),
    }
}

/// A step as it is written, its own spelling laid over it.
#[derive(Debug)]
pub(crate) struct Shape<'a> {
    /// The element's name.
    pub element: &'static str,
    /// Its attributes in order.
    pub attributes: Vec<(String, String)>,
    /// The action line; `None` where there is no such element.
    pub action: Option<String>,
    /// The variables in order; `None` where there is no list.
    pub variables: Option<Vec<XmlVariable<'a>>>,
    /// The order of the parts.
    pub order: PartOrder,
}

/// What is written for a step.
pub(crate) fn shape<'a>(step: &'a Step, target: WritingTarget) -> Shape<'a> {
    let overrides = &step.common.overrides;
    let list = variables::of_step(step, target);
    let action = match action_of(overrides) {
        Some(said) => said.map(str::to_owned),
        None => Some(action::of_step(step, &list)),
    };
    let order = overrides.iter().find_map(|one| match one.value {
        Override::PartOrder(order) => Some(order),
        _ => None,
    });
    let order = order
        .or_else(|| step.table().and_then(|table| table.children))
        .unwrap_or_default();
    let absent = list.is_empty() && has(overrides, &Override::NoVariableList);
    Shape {
        element: step
            .table()
            .map_or(StepElement::Step, |table| table.element)
            .name(),
        attributes: lay_over(step_attributes(step, target), overrides),
        action,
        variables: (!absent).then_some(list),
        order,
    }
}

fn write_step<W: Write>(
    writer: &mut XmlWriter<W>,
    step: &Step,
    target: WritingTarget,
) -> io::Result<()> {
    let shape = shape(step, target);
    writer.open(shape.element, &borrowed(&shape.attributes))?;
    write_condition(writer, &step.common, target)?;
    if shape.order == PartOrder::ActionFirst {
        write_action(writer, &shape)?;
    }
    if let Some(list) = &shape.variables {
        write_variables(writer, list)?;
    }
    if shape.order == PartOrder::VariablesFirst {
        write_action(writer, &shape)?;
    }
    writer.close(shape.element)
}

fn write_action<W: Write>(writer: &mut XmlWriter<W>, shape: &Shape<'_>) -> io::Result<()> {
    match &shape.action {
        Some(action) => writer.text("action", &[], action),
        None => Ok(()),
    }
}

fn write_variables<W: Write>(
    writer: &mut XmlWriter<W>,
    list: &[XmlVariable<'_>],
) -> io::Result<()> {
    if list.is_empty() {
        return writer.empty("defaultVarList", &[]);
    }
    writer.open("defaultVarList", &[])?;
    for variable in list {
        let pairs = [
            ("name", variable.name.as_ref()),
            ("property", variable.property.as_ref()),
            ("hidden", "true"),
        ];
        writer.text(
            "variable",
            if variable.hidden { &pairs } else { &pairs[..2] },
            &variable.text,
        )?;
    }
    writer.close("defaultVarList")
}

type XmlAttributes = Vec<(String, String)>;

fn common_attributes(attributes: &mut XmlAttributes, common: &Common, dialect: Dialect) {
    let mut push = |name: &str, text: &str| attributes.push((name.to_owned(), text.to_owned()));
    push("name", &common.name.value);
    push(
        "description",
        common
            .description
            .as_ref()
            .map_or("", |text| text.value.as_str()),
    );
    // MDT writes both always, the console only what is true.
    let mut flag = |name: &str, value: bool| match (value, dialect) {
        (true, _) => push(name, "true"),
        (false, Dialect::Mdt) => push(name, "false"),
        (false, Dialect::ConfigMgr) => {}
    };
    flag("disable", common.disabled);
    flag("continueOnError", common.continue_on_error);
}

fn step_attributes(step: &Step, target: WritingTarget) -> XmlAttributes {
    let mut attributes = Vec::new();
    if !step.class.is_empty() {
        attributes.push(("type".to_owned(), step.class.clone()));
    }
    common_attributes(&mut attributes, &step.common, target.dialect);
    for name in &OF_TYPES {
        let text = match (*name, &step.run_in) {
            ("runIn", Some(run_in)) => Some(run_in.value.clone()),
            // Neither the product of 2007 nor MDT has them.
            ("retryCount" | "runFromNet", _)
                if target.product.is_classic() || target.dialect == Dialect::Mdt =>
            {
                None
            }
            _ => own_attribute(step, name, target.product)
                .unwrap_or_else(|| default_attribute(step, name)),
        };
        if let Some(text) = text {
            attributes.push(((*name).to_owned(), text));
        }
    }
    attributes
}

/// What a property that carries an attribute says about it; `None` when there is no such property,
/// or nothing is said.
fn own_attribute(step: &Step, name: &str, product: ProductVersion) -> Option<Option<String>> {
    let carries = |(_, property): &(usize, &Property)| property.attribute.as_deref() == Some(name);
    let (index, property) = step.table()?.property.iter().enumerate().find(carries)?;
    match step
        .settings
        .iter()
        .find(|setting| setting.property == index)
        .map(|setting| &setting.value)
    {
        Some(Value::Text(text)) => Some(Some(text.clone())),
        Some(_) => Some(None),
        None => property
            .default
            .clone()
            .filter(|_| property.in_product(product))
            .map(Some),
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

/// Whether a fact that holds nothing more is said.
fn has(overrides: &[Spanned<Override>], wanted: &Override) -> bool {
    overrides.iter().any(|one| one.value == *wanted)
}

/// What is said of the action line: its text, or that there is none.
fn action_of(overrides: &[Spanned<Override>]) -> Option<Option<&str>> {
    overrides.iter().find_map(|one| match &one.value {
        Override::Action(text) => Some(text.as_deref()),
        _ => None,
    })
}

/// Lays what is said of attributes over them.
fn lay_over(mut attributes: XmlAttributes, overrides: &[Spanned<Override>]) -> XmlAttributes {
    // Of many facts most are about attributes that no step type has: those need no search.
    let mut names: HashSet<String> = attributes.iter().map(|(name, _)| name.clone()).collect();
    for one in overrides {
        let Override::Attribute { name, text } = &one.value else {
            continue;
        };
        let there = !names.insert(name.clone());
        let at = there
            .then(|| attributes.iter().position(|(known, _)| known == name))
            .flatten();
        match (text, at) {
            (Some(text), Some(at)) => attributes[at].1.clone_from(text),
            (Some(text), None) => {
                let place = attribute_place(&attributes, name);
                attributes.insert(place, (name.clone(), text.clone()));
            }
            (None, Some(at)) => {
                attributes.remove(at);
            }
            (None, None) => {}
        }
    }
    attributes
}

/// A known attribute goes to its place, any other to the end.
fn attribute_place(attributes: &XmlAttributes, name: &str) -> usize {
    let rank = |name: &str| ATTRIBUTES.iter().position(|known| *known == name);
    let place = rank(name).and_then(|own| {
        attributes
            .iter()
            .position(|(other, _)| rank(other).is_none_or(|other| other > own))
    });
    place.unwrap_or(attributes.len())
}

fn borrowed(attributes: &XmlAttributes) -> Vec<(&str, &str)> {
    attributes
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect()
}
