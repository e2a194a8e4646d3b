//! Rules for which elements and attributes stand where, in which order and how often.

use roxmltree::Node;

use super::report::{Export, Report, children, is_number};
use super::step_types;

/// What an element may hold. In both lists `!` means exactly one, `?` at most one, `+` one or more
/// and `*` any number; the order is that of the list, names joined by `|` are in any order.
pub struct Shape {
    /// The element around it, `*` where that does not matter.
    pub parent: &'static str,
    /// The element's name.
    pub name: &'static str,
    /// Its attributes in the order of writing.
    pub attributes: &'static str,
    /// The elements inside it in the order of writing.
    pub children: &'static str,
}

const fn shape(
    parent: &'static str,
    name: &'static str,
    attributes: &'static str,
    children: &'static str,
) -> Shape {
    Shape {
        parent,
        name,
        attributes,
        children,
    }
}

/// The elements of a sequence.
#[rustfmt::skip]
const SHAPES: &[Shape] = &[
    shape("", "sequence", "version!", "referenceList? globalVarList? group|step|subtasksequence*"),
    shape("sequence", "referenceList", "", "reference+"),
    shape("referenceList", "reference", "package? application? program?", ""),
    shape("sequence", "globalVarList", "", "variable+"),
    shape("globalVarList", "variable", "name! property!", ""),
    shape("*", "group",
        "name! description! disable? continueOnError?",
        "condition? group|step|subtasksequence*"),
    shape("*", "step",
        "type! name! description! disable? continueOnError? timeout? runIn! successCodeList! retryCount! runFromNet!",
        "condition? action! defaultVarList!"),
    shape("*", "subtasksequence",
        "type! name! description! disable? continueOnError? successCodeList! retryCount! runFromNet!",
        "condition? action! defaultVarList!"),
    shape("*", "action", "", ""),
    shape("*", "defaultVarList", "", "variable*"),
    shape("defaultVarList", "variable", "name! property! hidden?", ""),
    shape("*", "condition", "", "expression|operator|osConditionGroup+"),
    shape("*", "operator", "type!", "expression|operator|osConditionGroup*"),
    shape("osExpressionGroup", "expression", "type! ignoreQueryFailure!", "variable+"),
    shape("*", "expression", "type!", "variable+"),
    shape("expression", "variable", "name!", ""),
    shape("*", "osConditionGroup", "type!", "osExpressionGroup+"),
    shape("osConditionGroup", "osExpressionGroup", "type! name!", "platformKey! expression+"),
    shape("osExpressionGroup", "platformKey", "arch! type! minVer! maxVer!", ""),
];

/// The type of a Run Task Sequence step, which has an element of its own.
const SUB_SEQUENCE: &str = "SMS_TaskSequence_SubTasksequence";

/// The root is `sequence` without namespace and its version is 3.10.
pub fn root_is_a_3_10_sequence(export: &Export, report: &mut Report) {
    let root = export.document.root_element();
    if !root.has_tag_name("sequence") {
        report.on(root, "the root is not a sequence");
    }
    if root.attribute("version") != Some("3.10") {
        report.on(root, "the version is not 3.10");
    }
    for element in export.elements() {
        let declares = element
            .namespaces()
            .any(|space| space.name() != Some("xml"));
        if declares || element.tag_name().namespace().is_some() {
            report.on(element, "a namespace");
        }
    }
}

/// Only known attributes are written.
pub fn known_attributes(export: &Export, report: &mut Report) {
    attributes_are_known(export, SHAPES, report);
}

/// Attributes stand in the order of the list.
pub fn attribute_order(export: &Export, report: &mut Report) {
    attributes_are_in_order(export, SHAPES, report);
}

/// Attributes that are always written are there.
pub fn required_attributes(export: &Export, report: &mut Report) {
    attributes_are_there(export, SHAPES, report);
}

/// Only known elements stand in an element.
pub fn known_children(export: &Export, report: &mut Report) {
    children_are_known(export, SHAPES, report);
}

/// Elements stand in the order of the list: condition, action, variables.
pub fn child_order(export: &Export, report: &mut Report) {
    children_are_in_order(export, SHAPES, report);
}

/// Elements stand as often as they may: one condition at most, one action, one list of variables.
pub fn child_count(export: &Export, report: &mut Report) {
    children_are_counted(export, SHAPES, report);
}

/// Run Task Sequence, and nothing else, is the element `subtasksequence`.
pub fn run_task_sequence_has_its_own_element(export: &Export, report: &mut Report) {
    for step in export.steps() {
        let is_sub = step.attribute("type") == Some(SUB_SEQUENCE);
        if is_sub != step.has_tag_name("subtasksequence") {
            report.on(step, "type and element do not belong together");
        }
    }
}

/// Names, types and properties are not empty; a description may be.
pub fn names_are_not_empty(export: &Export, report: &mut Report) {
    for name in ["name", "type", "property"] {
        values(export, name, |value| !value.is_empty(), report);
    }
}

/// `disable` and `continueOnError` are "true" or not written.
pub fn disable_and_continue_are_only_true(export: &Export, report: &mut Report) {
    values(export, "disable", |value| value == "true", report);
    values(export, "continueOnError", |value| value == "true", report);
}

/// `timeout` is a number of seconds without a leading zero.
pub fn timeout_is_digits(export: &Export, report: &mut Report) {
    let seconds = |value: &str| is_number(value) && !value.starts_with('0');
    values(export, "timeout", seconds, report);
}

/// `runIn` is one of three words.
pub fn run_in_is_known(export: &Export, report: &mut Report) {
    let words = ["WinPE", "FullOS", "WinPEandFullOS"];
    values(export, "runIn", |value| words.contains(&value), report);
}

/// `successCodeList` is whole numbers with one blank between two of them.
pub fn success_codes_are_numbers(export: &Export, report: &mut Report) {
    // A cmdlet's code is a signed number of 32 bits.
    let numbers = |value: &str| {
        value
            .split(' ')
            .all(|code| is_number(code.strip_prefix('-').unwrap_or(code)))
    };
    values(export, "successCodeList", numbers, report);
}

/// `retryCount` is digits.
pub fn retry_count_is_digits(export: &Export, report: &mut Report) {
    values(export, "retryCount", is_number, report);
}

/// `runFromNet` is "false"; steps outside of the twelve may say "true".
pub fn run_from_net_is_false(export: &Export, report: &mut Report) {
    for step in export.steps() {
        let value = step.attribute("runFromNet").unwrap_or("false");
        if value != "false" && (value != "true" || step_types::of(step).is_some()) {
            report.on(step, format!("runFromNet is {value:?}"));
        }
    }
}

/// `hidden` is "true" or not written.
pub fn hidden_is_only_true(export: &Export, report: &mut Report) {
    values(export, "hidden", |value| value == "true", report);
}

/// Checks the value of an attribute wherever it is written.
fn values(export: &Export, name: &str, holds: impl Fn(&str) -> bool, report: &mut Report) {
    for element in export.elements() {
        if let Some(value) = element.attribute(name)
            && !holds(value)
        {
            report.on(element, format!("{name} is {value:?}"));
        }
    }
}

/// The elements that have a shape, each with it.
fn shaped<'e, 'i: 'e>(
    export: &'e Export<'i>,
    shapes: &'static [Shape],
) -> impl Iterator<Item = (Node<'e, 'i>, &'static Shape)> {
    export.elements().filter_map(move |element| {
        let parent = element.parent_element();
        let parent = parent.map_or("", |parent| parent.tag_name().name());
        shapes
            .iter()
            .find(|shape| {
                element.has_tag_name(shape.name) && (shape.parent == parent || shape.parent == "*")
            })
            .map(|shape| (element, shape))
    })
}

/// The entries of a shape's list: the names without the mark, and the mark.
fn slots(list: &'static str) -> impl Iterator<Item = (Vec<&'static str>, char)> {
    list.split(' ').filter(|slot| !slot.is_empty()).map(|slot| {
        let (names, mark) = slot.split_at(slot.len() - 1);
        (
            names.split('|').collect(),
            mark.chars().next().unwrap_or(' '),
        )
    })
}

/// The place of a name in a shape's list.
fn slot_of(list: &'static str, name: &str) -> Option<usize> {
    slots(list).position(|(names, _)| names.contains(&name))
}

/// Reports attributes that the shapes do not know.
pub fn attributes_are_known(export: &Export, shapes: &'static [Shape], report: &mut Report) {
    for (element, shape) in shaped(export, shapes) {
        for attribute in element.attributes() {
            if slot_of(shape.attributes, attribute.name()).is_none() {
                report.on(
                    element,
                    format!("attribute {} is unknown", attribute.name()),
                );
            }
        }
    }
}

/// Reports attributes that stand after one they should precede.
pub fn attributes_are_in_order(export: &Export, shapes: &'static [Shape], report: &mut Report) {
    for (element, shape) in shaped(export, shapes) {
        let places: Vec<usize> = element
            .attributes()
            .filter_map(|attribute| slot_of(shape.attributes, attribute.name()))
            .collect();
        if !places.is_sorted() {
            report.on(element, format!("the order is not {}", shape.attributes));
        }
    }
}

/// Reports attributes that the shapes require and that are missing.
pub fn attributes_are_there(export: &Export, shapes: &'static [Shape], report: &mut Report) {
    for (element, shape) in shaped(export, shapes) {
        for (names, mark) in slots(shape.attributes) {
            if mark == '!' && names.iter().all(|name| !element.has_attribute(*name)) {
                report.on(element, format!("attribute {} is missing", names.join("|")));
            }
        }
    }
}

/// Reports elements that the shapes do not know in their place.
pub fn children_are_known(export: &Export, shapes: &'static [Shape], report: &mut Report) {
    for (element, shape) in shaped(export, shapes) {
        for inner in children(element) {
            let name = inner.tag_name().name();
            if slot_of(shape.children, name).is_none() {
                let around = shape.name;
                report.on(inner, format!("{name} does not belong into {around}"));
            }
        }
    }
}

/// Reports elements that stand after one they should precede.
pub fn children_are_in_order(export: &Export, shapes: &'static [Shape], report: &mut Report) {
    for (element, shape) in shaped(export, shapes) {
        let places: Vec<usize> = children(element)
            .filter_map(|inner| slot_of(shape.children, inner.tag_name().name()))
            .collect();
        if !places.is_sorted() {
            report.on(element, format!("the order is not {}", shape.children));
        }
    }
}

/// Reports elements that are missing or stand too often.
pub fn children_are_counted(export: &Export, shapes: &'static [Shape], report: &mut Report) {
    for (element, shape) in shaped(export, shapes) {
        for (names, mark) in slots(shape.children) {
            let count = children(element)
                .filter(|inner| names.contains(&inner.tag_name().name()))
                .count();
            let names = names.join("|");
            if count == 0 && matches!(mark, '!' | '+') {
                report.on(element, format!("{names} is missing"));
            }
            if count > 1 && matches!(mark, '!' | '?') {
                report.on(element, format!("more than one {names}"));
            }
        }
    }
}
