//! Operating systems that an `os` condition can name.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::embedded;

/// One operating system with the queries that recognise it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Platform {
    /// The name the console shows.
    pub name: String,
    /// `x64` or `X86`, as exported.
    pub arch: String,
    /// Lowest version.
    pub min_version: String,
    /// Highest version.
    pub max_version: String,
    /// `Win_NT`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The WMI queries; all must hold.
    pub queries: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlatformTable {
    platform: Vec<Platform>,
}

/// All known operating systems.
pub fn platforms() -> &'static [Platform] {
    static TABLE: OnceLock<PlatformTable> = OnceLock::new();
    &TABLE
        .get_or_init(|| embedded("platforms", include_str!("../../grammar/platforms.toml")))
        .platform
}
