//! Which key of a machine file a fact follows from.

use std::{collections::BTreeMap, sync::OnceLock};

use serde::Deserialize;

use super::embedded;

/// The keys that properties of WMI, and other keys, follow from.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DescribedFacts {
    /// By class and property, in small letters.
    class: BTreeMap<String, BTreeMap<String, String>>,
    /// Keys that follow from another one where they are not there.
    follows: BTreeMap<String, String>,
}

impl DescribedFacts {
    /// The key that a property of a class follows from.
    pub fn key_of(&self, class: &str, property: &str) -> Option<&str> {
        let class = self.class.get(&class.to_lowercase())?;
        class.get(&property.to_lowercase()).map(String::as_str)
    }

    /// The key that another one follows from.
    pub fn before(&self, key: &str) -> Option<&str> {
        self.follows.get(key).map(String::as_str)
    }
}

/// The table.
pub fn described_facts() -> &'static DescribedFacts {
    static TABLE: OnceLock<DescribedFacts> = OnceLock::new();
    TABLE.get_or_init(|| embedded("described", include_str!("../../grammar/described.toml")))
}
