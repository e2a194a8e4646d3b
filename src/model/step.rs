//! Groups, steps and what they hold.

use super::{Condition, Override, Reference, Rule, Spanned};
use crate::{
    source::Span,
    vocabulary::{ProductVersion, StepType},
};

/// A member of a sequence or group.
#[derive(Clone, Debug)]
pub enum Node {
    /// A group.
    Group(Box<Group>),
    /// A step.
    Step(Box<Step>),
    /// An element that Tasq has no words for.
    Xml(RawXml),
}

impl Node {
    /// Name, description, condition and so on; `None` for raw XML.
    pub fn common(&self) -> Option<&Common> {
        match self {
            Node::Group(group) => Some(&group.common),
            Node::Step(step) => Some(&step.common),
            Node::Xml(_) => None,
        }
    }
}

/// What groups and steps have in common.
#[derive(Clone, Debug, Default)]
pub struct Common {
    /// The name shown in the console.
    pub name: Spanned<String>,
    /// The description; the XML always has one unless it is absent.
    pub description: Option<Spanned<String>>,
    /// The console's "Disable this step".
    pub disabled: bool,
    /// The console's "Continue on error".
    pub continue_on_error: bool,
    /// The options tab's conditions.
    pub condition: Option<Condition>,
    /// Where the XML is spelled otherwise than Tasq would.
    pub overrides: Vec<Spanned<Override>>,
    /// The whole statement.
    pub span: Span,
}

/// A group.
#[derive(Clone, Debug, Default)]
pub struct Group {
    /// Name, condition and so on.
    pub common: Common,
    /// Its members in order.
    pub nodes: Vec<Node>,
}

/// What a step is.
#[derive(Clone, Copy, Debug)]
pub enum StepKind {
    /// A type of the vocabulary.
    Known(&'static StepType),
    /// A type given in quotes, for which there is no table: its class and action are among
    /// [`Step::foreign`].
    Foreign,
}

/// A step.
#[derive(Clone, Debug)]
pub struct Step {
    /// Name, condition and so on.
    pub common: Common,
    /// Its type.
    pub kind: StepKind,
    /// The class as written, for a foreign type.
    pub class: String,
    /// The place of the type in the source.
    pub kind_span: Span,
    /// `runIn`, where it differs from the type's own.
    pub run_in: Option<Spanned<String>>,
    /// The product version for this step alone.
    pub product: Option<ProductVersion>,
    /// What is said about its properties, by their index in the table, in the order of the source.
    pub settings: Vec<Setting>,
    /// The variables it sets, or (foreign types) the XML's variables.
    pub assignments: Vec<Assigned>,
    /// Its rules.
    pub rules: Vec<Rule>,
    /// The action text of a foreign type.
    pub action: Option<Spanned<String>>,
}

impl Step {
    /// A step of a type of which nothing is said yet.
    pub fn new(common: Common, kind: StepKind, class: String, kind_span: Span) -> Step {
        Step {
            common,
            kind,
            class,
            kind_span,
            run_in: None,
            product: None,
            settings: Vec::new(),
            assignments: Vec::new(),
            rules: Vec::new(),
            action: None,
        }
    }

    /// The table of its type, if it has one.
    pub fn table(&self) -> Option<&'static StepType> {
        match self.kind {
            StepKind::Known(table) => Some(table),
            StepKind::Foreign => None,
        }
    }

    /// What is said about the property of this name.
    pub fn setting(&self, name: &str) -> Option<&Setting> {
        let (index, _) = self.table()?.find(name)?;
        self.settings
            .iter()
            .find(|setting| setting.property == index)
    }
}

/// A property and its value.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Index in the table of properties.
    pub property: usize,
    /// What was said.
    pub value: Value,
    /// The place of the value.
    pub span: Span,
}

/// A value as far as the XML is concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// The text of the XML variable, in the XML's unit and spelling.
    Text(String),
    /// The variable or attribute is not written.
    Absent,
    /// A check's value whose check is off.
    Unchecked(String),
    /// Packages, applications or a sequence.
    References(Vec<Reference>),
    /// The name of a secret; nothing of it is written.
    Secret(String),
    /// A script's text.
    Script(String),
    /// A script's bytes, where text cannot carry them.
    Bytes(Vec<u8>),
}

impl Value {
    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Value::Text(text) | Value::Unchecked(text) => Some(text),
            _ => None,
        }
    }
}

/// A variable and the value it gets.
#[derive(Clone, Debug)]
pub struct Assigned {
    /// The variable's name as spelled.
    pub name: Spanned<String>,
    /// The value: text, a secret, or absent.
    pub value: Value,
    /// The place of the value.
    pub value_span: Span,
    /// "Do not display this value".
    pub masked: bool,
}

/// An element in XML's own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawXml {
    /// The element, well-formed.
    pub xml: String,
    /// Its place in the source.
    pub span: Span,
}
