//! Properties of the sequence itself, those that every step or group may have, and those of quoted
//! step types.

use std::sync::OnceLock;

use serde::Deserialize;

use super::{Property, embedded};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HeaderProperties {
    property: Vec<Property>,
}

/// The properties of `sequence "…" < … >`.
pub fn header() -> &'static [Property] {
    static TABLE: OnceLock<HeaderProperties> = OnceLock::new();
    &TABLE
        .get_or_init(|| embedded("header", include_str!("../../grammar/header.toml")))
        .property
}

/// The properties of a step whose type is written in quotes.
pub fn quoted() -> &'static [Property] {
    static TABLE: OnceLock<HeaderProperties> = OnceLock::new();
    &TABLE
        .get_or_init(|| embedded("quoted", include_str!("../../grammar/quoted.toml")))
        .property
}

/// The properties that any step or group may have; `applies` says which.
pub fn common() -> &'static [Property] {
    static TABLE: OnceLock<HeaderProperties> = OnceLock::new();
    &TABLE
        .get_or_init(|| embedded("common", include_str!("../../grammar/common.toml")))
        .property
}
