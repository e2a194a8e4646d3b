//! Step types.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Product, Property, Stored};

/// The XML element of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Element {
    /// `<step>`.
    Step,
    /// `<subtasksequence>`, which only Run Task Sequence is.
    SubTaskSequence,
}

impl Element {
    /// The element's name.
    pub fn name(self) -> &'static str {
        match self {
            Element::Step => "step",
            Element::SubTaskSequence => "subtasksequence",
        }
    }
}

/// How a step stores the variable it sets.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Assignment {
    /// `single`: exactly one.
    pub mode: String,
    /// The variable's name.
    pub name: Stored,
    /// Its value.
    pub value: Stored,
    /// Whether it is masked.
    pub masked: Stored,
    /// Where a masked value is kept; exported empty.
    pub hidden_value: Stored,
}

/// One step type.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct StepType {
    /// The word in the source.
    pub keyword: String,
    /// The console's label.
    pub label: String,
    /// The console's menu.
    #[serde(default)]
    pub menu: Option<String>,
    /// The cmdlet that makes one.
    #[serde(default)]
    pub cmdlet: Option<String>,
    /// The WMI class, which is the XML's `type`.
    pub class: String,
    /// The XML element.
    pub element: Element,
    /// The action's text with `{Property}` for the text of a variable.
    pub action: String,
    /// One sentence.
    pub help: String,
    /// The product version that brought it.
    #[serde(default)]
    pub since: Option<Product>,
    /// Whether it may set run-time variables that its properties do not name.
    #[serde(default)]
    pub sets_anything: bool,
    /// The attributes that are always written, with their default text.
    pub attributes: BTreeMap<String, String>,
    /// Its properties, in the order of the console.
    #[serde(default)]
    pub property: Vec<Property>,
    /// For the step that sets one variable.
    #[serde(default)]
    pub assignment: Option<Assignment>,
    /// For the step that holds rules.
    #[serde(default)]
    pub rules: Option<Stored>,
}

impl StepType {
    /// The property with this name and its index.
    pub fn find(&self, name: &str) -> Option<(usize, &Property)> {
        self.property.iter().enumerate().find(|(_, property)| property.name == name)
    }

    /// The property that may be written first and without its name.
    pub fn principal(&self) -> Option<(usize, &Property)> {
        self.property.iter().enumerate().find(|(_, property)| property.principal)
    }
}
