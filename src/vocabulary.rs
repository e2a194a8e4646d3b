//! The vocabulary: what step types, properties, conditions and variables there are. All of it is data in `grammar/`.
//!
//! A step table is read when its keyword is first used, so that start-up costs nothing for the others.

mod conditions;
mod globals;
mod header;
mod platforms;
mod product;
mod property;
mod references;
mod step_type;
mod variables;

use std::sync::OnceLock;

pub use conditions::{ConditionType, ConditionVariable, Conditions, Hive, Operator, RegistryType, conditions};
pub use globals::global_property;
pub use header::{common, header, quoted};
pub use platforms::{Platform, platforms};
pub use product::Product;
pub use property::{Array, DefaultWith, Field, Joined, Member, OnlyWith, Property, Stored, Switch, Type, Write};
pub use references::{ReferenceKind, reference_kinds};
pub use step_type::{Assignment, Element, StepType};
pub use variables::{Access, BuiltIn, built_ins, is_known, known_names};

/// The table of one step type, read at first use.
struct Table {
    keyword: &'static str,
    text: &'static str,
    parsed: OnceLock<StepType>,
}

impl Table {
    const fn new(keyword: &'static str, text: &'static str) -> Self {
        Table { keyword, text, parsed: OnceLock::new() }
    }

    fn get(&self) -> &StepType {
        self.parsed.get_or_init(|| embedded(self.keyword, self.text))
    }
}

include!(concat!(env!("OUT_DIR"), "/tables.rs"));

/// Reads a table that is compiled into the program. A test reads each one, so a fault never reaches a user.
fn embedded<T: serde::de::DeserializeOwned>(name: &str, text: &str) -> T {
    match toml::from_str(text) {
        Ok(table) => table,
        Err(error) => panic!("the built-in table {name} is broken: {error}"),
    }
}

/// The keywords of all step types, in alphabetical order.
pub fn step_keywords() -> impl Iterator<Item = &'static str> {
    TABLES.iter().map(|table| table.keyword)
}

/// The step type with this keyword, exactly as written.
pub fn step_type(keyword: &str) -> Option<&'static StepType> {
    TABLES.iter().find(|table| table.keyword == keyword).map(Table::get)
}

/// The step type with this class, such as `SMS_TaskSequence_RebootAction`.
pub fn step_type_of_class(class: &str) -> Option<&'static StepType> {
    TABLES.iter().map(Table::get).find(|step| step.class == class)
}

/// All step types.
pub fn step_types() -> impl Iterator<Item = &'static StepType> {
    TABLES.iter().map(Table::get)
}
