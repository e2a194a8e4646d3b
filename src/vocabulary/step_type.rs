//! Step types.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Family, List, PartOrder, ProductVersion, Property, Stored, Type, may_be_literal, names_secret,
};

/// The XML element of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum StepElement {
    /// `<step>`.
    Step,
    /// `<subtasksequence>`, which only Run Task Sequence is.
    SubTaskSequence,
}

impl StepElement {
    /// The element's name.
    pub fn name(self) -> &'static str {
        match self {
            StepElement::Step => "step",
            StepElement::SubTaskSequence => "subtasksequence",
        }
    }
}

/// A system that a computer starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum StartedSystem {
    /// The installed one.
    #[serde(rename = "HD")]
    Installed,
    /// Windows PE.
    #[serde(rename = "WinPE")]
    WinPe,
}

/// What a step makes of the installed system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum InstalledSystem {
    /// Another one takes its place.
    New,
    /// It becomes another version.
    Upgrade,
}

/// The flavour of XML.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// What the console of Configuration Manager exports, version 3.10.
    #[default]
    ConfigMgr,
    /// The `ts.xml` of the Microsoft Deployment Toolkit, version 3.00.
    Mdt,
}

/// Variables that are numbered, `#` standing for the number; a source writes them
/// `OSDPartitions0Type = "…"`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Numbered {
    /// Their `name`.
    pub variable: String,
    /// Their `property`.
    pub property: String,
    /// Whether they have `hidden="true"`.
    #[serde(default)]
    pub hidden: bool,
    /// Where the order is the table's: the property before which they stand.
    #[serde(default)]
    pub before: Option<String>,
    /// Whether the step stores into the variable that they name.
    #[serde(default)]
    pub sets_variable: bool,
}

impl Numbered {
    /// The property of a variable with this name, if it is one of these.
    pub fn property_of(&self, name: &str) -> Option<String> {
        let (start, end) = self.variable.split_once('#')?;
        let number = name.strip_prefix(start)?.strip_suffix(end)?;
        let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| self.property.replacen('#', number, 1))
    }
}

/// How a step stores the variable it sets.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Assignment {
    /// The variable's name.
    pub name: Stored,
    /// Its value.
    pub value: Stored,
    /// Whether it is masked.
    #[serde(default)]
    pub masked: Option<Stored>,
    /// Where a masked value is kept; exported empty.
    #[serde(default)]
    pub hidden_value: Option<Stored>,
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
    pub element: StepElement,
    /// The action's text with `{Property}` for the text of a variable.
    pub action: String,
    /// One sentence.
    pub help: String,
    /// The product version that brought it.
    #[serde(default)]
    pub since: Option<ProductVersion>,
    /// Variables that it is documented to set by itself; `#` stands for a number, `*` for any text.
    #[serde(default)]
    pub sets: Vec<String>,
    /// The variable that it leaves its own exit code in, as a number without a sign.
    #[serde(default)]
    pub exit_code_in: Option<String>,
    /// The system that it starts when it has done its work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restarts_into: Option<StartedSystem>,
    /// The property with which it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restarts_unless: Option<String>,
    /// What it makes of the installed system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installs: Option<InstalledSystem>,
    /// The property with which it only looks whether it could.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installs_unless: Option<String>,
    /// Whether it may set any variable beside those.
    #[serde(default)]
    pub sets_anything: bool,
    /// The property with which it does not.
    #[serde(default)]
    pub sets_anything_unless: Option<String>,
    /// None for the step types of sequences that deploy no operating system.
    #[serde(default)]
    pub family: Option<Family>,
    /// Whether a sequence with such a step may be one that deploys no operating system, although
    /// the type belongs to a family.
    #[serde(default, skip_serializing)]
    pub generic: bool,
    /// The dialect that alone has it in this form; its variables then stand in the order of the
    /// table.
    #[serde(default)]
    pub dialect: Option<Dialect>,
    /// The order of the step's parts in the XML, where it is not the usual one.
    #[serde(default)]
    pub children: Option<PartOrder>,
    /// The attributes that are always written, with their default text.
    pub attributes: BTreeMap<String, String>,
    /// Its properties, in the order of the console.
    #[serde(default)]
    pub property: Vec<Property>,
    /// Its numbered variables.
    #[serde(default)]
    pub numbered: Vec<Numbered>,
    /// What the engine does by itself for such a step, and for one of no known type that has the
    /// same program in its action.
    #[serde(default, skip_serializing)]
    pub by_engine: Option<ByEngine>,
    /// For the step that sets one variable.
    #[serde(default)]
    pub assignment: Option<Assignment>,
    /// For the step that holds rules.
    #[serde(default)]
    pub rules: Option<Stored>,
}

/// What the engine does by itself.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum ByEngine {
    /// Sets a variable.
    SetsVariable,
    /// Restarts the computer.
    Restarts,
    /// Runs another sequence.
    RunsSequence,
}

/// Whether a variable of a step's XML is a password: what the table calls a secret; without a
/// table, or where that does not know it, one that is called so and holds neither a flag nor the
/// name of a variable.
pub fn is_password(table: Option<&StepType>, property: &str, text: &str) -> bool {
    match table.and_then(|table| table.stored(property)) {
        Some(own) => own.kind == Type::Secret,
        None => names_secret(property) && may_be_literal(text),
    }
}

impl StepType {
    /// The property of this name in the XML.
    pub fn stored(&self, name: &str) -> Option<&Property> {
        let mut all = self.property.iter();
        all.find(|own| own.property.as_deref() == Some(name))
    }

    /// The program of its action, the first word.
    pub fn program(&self) -> &str {
        self.action.split_whitespace().next().unwrap_or("")
    }

    /// The variables that it is documented to set by itself: names and patterns.
    pub fn outputs(&self) -> impl Iterator<Item = &str> {
        let sets = self.sets.iter().chain(&self.exit_code_in);
        sets.map(String::as_str)
    }

    /// The property that names a list of numbered variables, and the list.
    pub fn list(&self) -> Option<(&Property, List)> {
        let lists = self.property.iter();
        lists
            .filter_map(|property| Some((property, property.list?)))
            .next()
    }

    /// The property with this name and its index.
    pub fn find(&self, name: &str) -> Option<(usize, &Property)> {
        self.property
            .iter()
            .enumerate()
            .find(|(_, property)| property.name == name)
    }

    /// The numbered variables that a name belongs to, and its `property`.
    pub fn numbered(&self, name: &str) -> Option<(&Numbered, String)> {
        self.numbered
            .iter()
            .find_map(|numbered| Some((numbered, numbered.property_of(name)?)))
    }

    /// The property that is the action line itself.
    pub fn action_property(&self) -> Option<(usize, &Property)> {
        self.property
            .iter()
            .enumerate()
            .find(|(_, property)| property.attribute.as_deref() == Some("action"))
    }

    /// The property that may be written first and without its name.
    pub fn principal(&self) -> Option<(usize, &Property)> {
        self.property
            .iter()
            .enumerate()
            .find(|(_, property)| property.principal)
    }
}
