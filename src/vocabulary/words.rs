//! The words that the tables choose from. Another word is a fault of the table.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The form that a text must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Pattern {
    /// A drive that a share can be connected to.
    Drive,
    /// `\\server\share`.
    Unc,
    /// Three numbers.
    OsVersion,
    /// Four numbers.
    ClientVersion,
    /// The decimal code of a language.
    Lcid,
    /// The identifier of a package or a sequence.
    PackageId,
    /// An operating system: a name of the table, or a range of versions.
    Platform,
}

/// Whether a run-time variable of an XML variable's name overrides a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Overridable {
    /// A source says so.
    Yes,
    /// A source says that it does not.
    No,
    /// No source says so, but the variable is not hidden.
    Implied,
}

/// The sequences that a step type is for, where it is not those that deploy no operating system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// Operating system deployment.
    Deployment,
    /// The Microsoft Deployment Toolkit.
    Mdt,
}

/// What a property adds to the list of references.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Referenced {
    /// A package.
    Package,
    /// A package with the program that the step names.
    PackageProgram,
    /// An application.
    Application,
    /// A sequence, with any program.
    TaskSequence,
}

/// The order of a step's parts in the XML.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub enum PartOrder {
    /// The action line, then the variables.
    #[default]
    #[serde(rename = "action defaultVarList")]
    ActionFirst,
    /// The variables, then the action line.
    #[serde(rename = "defaultVarList action")]
    VariablesFirst,
}

impl PartOrder {
    /// Both.
    pub const ALL: [PartOrder; 2] = [PartOrder::ActionFirst, PartOrder::VariablesFirst];

    /// The names of the two elements in their order.
    pub fn xml(self) -> &'static str {
        match self {
            PartOrder::ActionFirst => "action defaultVarList",
            PartOrder::VariablesFirst => "defaultVarList action",
        }
    }
}

/// What a common property may stand on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    /// A step.
    Step,
    /// A group.
    Group,
}

/// A part of a list that is written, empty, when there is no list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ArrayPart {
    /// All identifiers in one text.
    Joined,
}

/// The type of a built-in variable's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BuiltInType {
    /// Any text.
    Text,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// A number of seconds.
    Seconds,
    /// A number of milliseconds.
    Milliseconds,
}

impl fmt::Display for BuiltInType {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            BuiltInType::Text => "text",
            BuiltInType::Integer => "integer",
            BuiltInType::Boolean => "boolean",
            BuiltInType::Seconds => "seconds",
            BuiltInType::Milliseconds => "milliseconds",
        })
    }
}
