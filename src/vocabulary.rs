//! The vocabulary: what step types, properties, conditions and variables there are. All of it is
//! data in `grammar/`.
//!
//! A step table is read when its keyword is first used, so that start-up costs nothing for the
//! others.

mod conditions;
mod described;
mod gather;
mod globals;
mod header;
mod mdt;
mod object;
mod platforms;
mod product;
mod programs;
mod property;
mod references;
mod secrets;
mod step_type;
mod text;
mod unit;
mod usage;
mod variables;
mod words;

use std::sync::OnceLock;

pub use conditions::{ConditionKeyword, ConditionType, conditions};
pub use described::described_facts;
pub use gather::{CountedRows, GatheredVariable, Reading, gathered};
pub use globals::global_property;
pub use header::{common, header, quoted};
pub use mdt::lite_touch;
pub use object::{ObjectClass, ObjectForm, ObjectProperty, object_properties};
pub use platforms::{Platform, PlatformRange, is_name_only, platform, platform_up_to, platforms};
pub use product::ProductVersion;
pub use programs::{KnownScript, known_programs, known_script};
pub(crate) use programs::{first_word, script_of};
pub use property::{
    Array, Field, Joined, List, Member, Members, Property, Started, Stored, Switch, Type, Write,
};
pub use references::reference_kinds;
pub use secrets::{
    folded, is_plain_property, is_secret_variable, may_be_literal, names_secret, secret_properties,
    without_digits, words,
};
pub use step_type::{
    Assignment, ByEngine, Dialect, InstalledSystem, StartedSystem, StepElement, StepType,
    is_password,
};
pub use text::{property_text, step_text};
pub use unit::Unit;
pub use usage::usage;
pub(crate) use variables::fits;
#[cfg(feature = "internals")]
pub use variables::known_names;
pub use variables::{Access, BuiltIn, built_ins, is_known, is_of_windows};
pub use words::{
    ArrayPart, BuiltInType, Family, Holder, Overridable, PartOrder, Pattern, Referenced,
};

/// The table of one step type, read at first use.
struct StepTable {
    keyword: &'static str,
    class: &'static str,
    mdt: bool,
    core: bool,
    text: &'static str,
    parsed: OnceLock<StepType>,
}

impl StepTable {
    const fn new(
        keyword: &'static str,
        class: &'static str,
        mdt: bool,
        core: bool,
        text: &'static str,
    ) -> Self {
        StepTable {
            keyword,
            class,
            mdt,
            core,
            text,
            parsed: OnceLock::new(),
        }
    }

    /// Whether it may be meant in a sequence of this dialect.
    fn speaks(&self, dialect: Dialect) -> bool {
        !self.mdt || dialect == Dialect::Mdt
    }

    fn get(&self) -> &StepType {
        self.parsed
            .get_or_init(|| embedded(self.keyword, self.text))
    }
}

include!(concat!(env!("OUT_DIR"), "/tables.rs"));

/// Reads a table that is compiled into the program. A test reads each one, so a fault never reaches
/// a user.
fn embedded<T: serde::de::DeserializeOwned>(name: &str, text: &str) -> T {
    match toml::from_str(text) {
        Ok(table) => table,
        Err(error) => panic!("the built-in table {name} is broken: {error}"),
    }
}

/// The keywords of all step types, in alphabetical order, each once.
pub fn step_keywords() -> impl Iterator<Item = &'static str> {
    let mut before = "";
    TABLES
        .iter()
        .map(|table| table.keyword)
        .filter(move |keyword| std::mem::replace(&mut before, keyword) != *keyword)
}

/// The step type with this keyword, exactly as written. A dialect's own table goes before the
/// common one.
pub fn step_type(keyword: &str, dialect: Dialect) -> Option<&'static StepType> {
    let named = TABLES
        .iter()
        .filter(|table| table.keyword == keyword && table.speaks(dialect));
    named.max_by_key(|table| table.mdt).map(StepTable::get)
}

/// The step type with this class, such as `SMS_TaskSequence_RebootAction`; MDT has one without a
/// class.
pub fn step_type_of_class(class: &str, dialect: Dialect) -> Option<&'static StepType> {
    let named = TABLES
        .iter()
        .filter(|table| table.class == class && table.speaks(dialect));
    named.max_by_key(|table| table.mdt).map(StepTable::get)
}

/// The keyword of the step type that is documented to set a variable by itself; MDT's own tables
/// say nothing of it.
pub fn output_of(name: &str) -> Option<&'static str> {
    let lower = name.to_lowercase();
    let mut outputs = OUTPUTS.iter();
    outputs
        .find(|(pattern, _)| fits(pattern, &lower))
        .map(|(_, keyword)| *keyword)
}

/// The step types of which the engine does something by itself.
pub fn engine_types() -> &'static [&'static StepType] {
    static TYPES: OnceLock<Vec<&'static StepType>> = OnceLock::new();
    TYPES.get_or_init(|| {
        let own = TABLES.iter();
        // Most tables need not be read for it.
        own.filter(|table| table.text.contains("\nby_engine = "))
            .map(StepTable::get)
            .collect()
    })
}

/// All step types of all dialects.
pub fn step_types() -> impl Iterator<Item = &'static StepType> {
    TABLES.iter().map(StepTable::get)
}

/// The step types of sequences that deploy no operating system.
pub fn core_step_types() -> impl Iterator<Item = &'static StepType> {
    TABLES
        .iter()
        .filter(|table| table.core && !table.mdt)
        .map(StepTable::get)
}
