//! Properties of the sequence itself, and those that every step or group may have.

use std::sync::OnceLock;

use serde::Deserialize;

use super::{Property, embedded};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Properties {
    property: Vec<Property>,
}

/// The properties of `sequence "…" < … >`.
pub fn header() -> &'static [Property] {
    static TABLE: OnceLock<Properties> = OnceLock::new();
    &TABLE.get_or_init(|| embedded("header", include_str!("../../grammar/header.toml"))).property
}

/// The properties that any step or group may have; `applies` says which.
pub fn common() -> &'static [Property] {
    static TABLE: OnceLock<Properties> = OnceLock::new();
    &TABLE.get_or_init(|| embedded("common", include_str!("../../grammar/common.toml"))).property
}
