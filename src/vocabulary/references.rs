//! Kinds of objects that a sequence refers to.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::embedded;

/// A kind of object and its number in the XML.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ReferenceKind {
    /// In the source, such as `driver_package`.
    pub name: String,
    /// The number, such as 3.
    pub code: u32,
    /// One sentence.
    pub help: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReferenceTable {
    kind: Vec<ReferenceKind>,
}

/// All kinds.
pub fn reference_kinds() -> &'static [ReferenceKind] {
    static TABLE: OnceLock<ReferenceTable> = OnceLock::new();
    &TABLE
        .get_or_init(|| embedded("references", include_str!("../../grammar/references.toml")))
        .kind
}
