//! The properties of a task sequence object, as the console exports it.

use std::sync::OnceLock;

use serde::Deserialize;

use super::embedded;

/// The class that a property is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectClass {
    /// The task sequence's own.
    Own,
    /// That of all packages.
    Base,
}

/// What holds the values of a property.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectForm {
    /// One value.
    #[default]
    One,
    /// A list of values.
    Array,
    /// A list of instances of the class that the type names.
    Objects,
}

/// One property.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectProperty {
    /// Its name in the class.
    pub name: String,
    /// The class that it is from.
    pub class: ObjectClass,
    /// Whether exports call it propagated.
    #[serde(default)]
    pub propagated: bool,
    /// Whether it is the object's key.
    #[serde(default)]
    pub key: bool,
    /// Its type, or the class of its instances.
    #[serde(rename = "type")]
    pub kind: String,
    /// What holds its values.
    #[serde(default)]
    pub form: ObjectForm,
    /// What it holds when nothing is said; nothing at all without it.
    #[serde(default)]
    pub value: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ObjectTable {
    property: Vec<ObjectProperty>,
}

/// All properties, in the order of an export.
pub fn object_properties() -> &'static [ObjectProperty] {
    static TABLE: OnceLock<ObjectTable> = OnceLock::new();
    &TABLE
        .get_or_init(|| embedded("object", include_str!("../../grammar/object.toml")))
        .property
}
