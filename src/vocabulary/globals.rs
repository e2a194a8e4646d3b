//! Global variables whose property is not their name.

use std::sync::OnceLock;

use serde::Deserialize;

use super::embedded;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GlobalTable {
    global: Vec<Global>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Global {
    variable: String,
    property: String,
}

/// The `property` of a variable of the `globalVarList`, where it is not the name.
pub fn global_property(variable: &str) -> Option<&'static str> {
    static TABLE: OnceLock<GlobalTable> = OnceLock::new();
    let table =
        TABLE.get_or_init(|| embedded("globals", include_str!("../../grammar/globals.toml")));
    table
        .global
        .iter()
        .find(|global| global.variable == variable)
        .map(|global| global.property.as_str())
}
