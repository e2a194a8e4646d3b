//! What MDT's Gather fills from the computer.

use std::sync::OnceLock;

use serde::Deserialize;

use super::embedded;
use crate::fact::Fact;

/// Which rows of a class count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountedRows {
    /// The first.
    #[default]
    First,
    /// `True` where any gives it.
    Any,
    /// `True` where there are rows and none gives it.
    None,
}

/// A pattern for what was read, and what the variable then holds.
pub type Reading = (String, String);

/// Rows that do not count, by the first value of a property.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowsPassedOver {
    /// The property.
    pub property: String,
    /// Its values in such rows.
    pub values: Vec<String>,
}

/// A variable that Gather fills.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GatheredVariable {
    /// Its name; `#` at its end stands for the numbers of a list.
    pub name: String,
    /// What it holds in Windows PE.
    #[serde(default)]
    pub in_winpe: Option<String>,
    /// Facts that it is made of.
    #[serde(default)]
    pub facts: Vec<Fact>,
    /// The namespace of the class, where it is not the usual one.
    #[serde(default)]
    pub namespace: Option<String>,
    /// A class of WMI.
    #[serde(default)]
    pub class: Option<String>,
    /// The property of that class.
    #[serde(default)]
    pub property: Option<String>,
    /// The rows that count.
    #[serde(default)]
    pub rows: CountedRows,
    /// Rows that never count.
    #[serde(default)]
    pub passed_over: Option<RowsPassedOver>,
    /// Of a list: the property that is true for the rows that count.
    #[serde(default, rename = "where")]
    pub only: Option<String>,
    /// Of a list: patterns of values that are left out.
    #[serde(default)]
    pub without: Vec<String>,
    /// A file that is looked for.
    #[serde(default)]
    pub file: Option<String>,
    /// What a number is divided by.
    #[serde(default)]
    pub divide_by: Option<u64>,
    /// What the variable holds for what was read.
    #[serde(default)]
    pub words: Vec<Reading>,
    /// The same for the machine's kind, where nothing else is known.
    #[serde(default)]
    pub by_kind: Vec<Reading>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GatherTable {
    variable: Vec<GatheredVariable>,
}

/// The variables in the order of the script.
pub fn gathered() -> &'static [GatheredVariable] {
    static TABLE: OnceLock<GatherTable> = OnceLock::new();
    &TABLE
        .get_or_init(|| embedded("gather", include_str!("../../grammar/gather.toml")))
        .variable
}
