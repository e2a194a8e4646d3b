//! What `xml < … >` lays over what would be written.

use std::fmt;

use super::line_ends::LineNumbers;
use crate::vocabulary::PartOrder;

/// One fact of the XML in its own spelling. Where a text may be `None`, that leaves the thing out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Override {
    /// An attribute of the element.
    Attribute {
        /// Its name.
        name: String,
        /// Its text.
        text: Option<String>,
    },
    /// A variable, which keeps its name and whether it is hidden.
    Variable {
        /// Its `property`; in a condition its `name`.
        property: String,
        /// Its text.
        text: Option<String>,
    },
    /// A whole variable.
    WholeVariable {
        /// Its `property`.
        property: String,
        /// Its `name`.
        name: String,
        /// Whether it has `hidden="true"`.
        hidden: bool,
        /// Its text.
        text: String,
    },
    /// The action line of a step or group.
    Action(Option<String>),
    /// The order of a step's action and variables.
    PartOrder(PartOrder),
    /// Where a group's action stands among its members.
    ActionPlace(Place),
    /// The variables in their order, by `property`; in a condition by `name`.
    VariableOrder(Vec<String>),
    /// No list of variables where it would be empty.
    NoVariableList,
    /// An empty condition.
    EmptyCondition,
    /// The lines of a script that end in the other of CR LF and LF.
    LineEnds(LineNumbers),
    /// No list of references.
    NoReferenceList,
    /// Where the global variables stand among the members of the sequence.
    GlobalsPlace(GlobalsPlace),
    /// Carriage returns in texts are written as references.
    ReferencedReturns,
}

/// A place among the members of a group or sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Behind so many of them.
    Behind(usize),
    /// Behind all of them.
    Last,
}

impl Place {
    /// Behind how many members it is.
    pub fn members_before(self) -> usize {
        match self {
            Place::Behind(count) => count,
            Place::Last => usize::MAX,
        }
    }
}

/// A place of the global variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GlobalsPlace {
    /// Before the list of references.
    BeforeReferences,
    /// Among the members.
    Among(Place),
}

/// Names that are about the parts of an element and not about an attribute.
pub const PART_NAMES: [&str; 9] = [
    "action",
    "condition",
    "defaultVarList",
    "order",
    "variables",
    "referenceList",
    "globalVarList",
    "line_ends",
    "carriage_returns",
];

/// Whether a name alone means an attribute: one that begins with a lower-case letter and is about
/// no part.
pub fn is_attribute_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase()) && !PART_NAMES.contains(&name)
}

impl Override {
    /// Its name in the source.
    pub fn written_name(&self) -> String {
        match self {
            Override::Attribute { name, .. } if is_attribute_name(name) => name.clone(),
            Override::Attribute { name, .. } => format!("@{name}"),
            Override::Variable { property, .. } | Override::WholeVariable { property, .. } => {
                property.clone()
            }
            Override::Action(_) => "action".to_owned(),
            Override::PartOrder(_) | Override::ActionPlace(_) => "order".to_owned(),
            Override::VariableOrder(_) => "variables".to_owned(),
            Override::NoVariableList => "defaultVarList".to_owned(),
            Override::EmptyCondition => "condition".to_owned(),
            Override::LineEnds(_) => "line_ends".to_owned(),
            Override::NoReferenceList => "referenceList".to_owned(),
            Override::GlobalsPlace(_) => "globalVarList".to_owned(),
            Override::ReferencedReturns => "carriage_returns".to_owned(),
        }
    }

    /// Its text in the source; `None` is `absent`. A whole variable has none.
    pub fn written_text(&self) -> Option<String> {
        match self {
            Override::Attribute { text, .. }
            | Override::Variable { text, .. }
            | Override::Action(text) => text.clone(),
            Override::WholeVariable { .. }
            | Override::NoVariableList
            | Override::NoReferenceList => None,
            Override::PartOrder(order) => Some(order.xml().to_owned()),
            Override::ActionPlace(Place::Last) => Some("members action".to_owned()),
            Override::ActionPlace(Place::Behind(count)) => Some(format!("action after {count}")),
            Override::VariableOrder(names) => Some(names.join(" ")),
            Override::EmptyCondition => Some(String::new()),
            Override::LineEnds(lines) => Some(lines.to_string()),
            Override::GlobalsPlace(place) => Some(place.to_string()),
            Override::ReferencedReturns => Some("references".to_owned()),
        }
    }

    /// Whether it is about the attribute with this name, or the variable with this property.
    pub fn is_about(&self, wanted: &str) -> bool {
        match self {
            Override::Attribute { name, .. } => name == wanted && is_attribute_name(name),
            Override::Variable { property, .. } | Override::WholeVariable { property, .. } => {
                property == wanted
            }
            Override::Action(_) => wanted == "action",
            _ => false,
        }
    }

    /// The property of the variable it is about.
    pub fn variable(&self) -> Option<&str> {
        match self {
            Override::Variable { property, .. } | Override::WholeVariable { property, .. } => {
                Some(property)
            }
            _ => None,
        }
    }

    /// Whether it gives the variable with this property a text.
    pub fn spells_variable(&self, wanted: &str) -> bool {
        let absent = matches!(self, Override::Variable { text: None, .. });
        !absent && self.variable() == Some(wanted)
    }
}

impl fmt::Display for GlobalsPlace {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            GlobalsPlace::BeforeReferences => out.write_str("first"),
            GlobalsPlace::Among(Place::Last) => out.write_str("last"),
            GlobalsPlace::Among(Place::Behind(count)) => write!(out, "after {count}"),
        }
    }
}
