//! How often properties are said, which orders the offers of editors and nothing else.

use std::{collections::BTreeMap, sync::OnceLock};

use super::embedded;

/// Counts by step type and property.
type UsageTable = BTreeMap<String, BTreeMap<String, u32>>;

/// How often public exports and the project's examples say a property of a step type; 0 when rarely
/// or never.
pub fn usage(keyword: &str, property: &str) -> u32 {
    static TABLE: OnceLock<UsageTable> = OnceLock::new();
    let table = TABLE.get_or_init(|| embedded("usage", include_str!("../../grammar/usage.toml")));
    table
        .get(keyword)
        .and_then(|properties| properties.get(property))
        .copied()
        .unwrap_or(0)
}
