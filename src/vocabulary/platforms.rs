//! Operating systems that an `os` condition can name.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::embedded;

/// One operating system with the queries that recognise it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
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

/// An operating system of the table.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct KnownPlatform {
    /// What stands in a sequence.
    #[serde(flatten)]
    pub platform: Platform,
    /// Whether its queries stand in no source and were made as those of another one: name and
    /// range are known all the same.
    #[serde(default)]
    pub inferred: bool,
}

impl KnownPlatform {
    /// What is worth knowing of it in few words.
    pub fn remark(&self) -> &'static str {
        if self.inferred {
            "queries inferred"
        } else {
            ""
        }
    }

    /// Whether its name alone means it; sites of other versions have another range under it.
    pub fn is_first(&self) -> bool {
        platform(&self.platform.name).is_some_and(|first| std::ptr::eq(first, &self.platform))
    }
}

/// An operating system of which nothing but the name is known.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NamedPlatform {
    name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlatformTable {
    platform: Vec<KnownPlatform>,
    name_only: Vec<NamedPlatform>,
}

fn table() -> &'static PlatformTable {
    static TABLE: OnceLock<PlatformTable> = OnceLock::new();
    TABLE.get_or_init(|| embedded("platforms", include_str!("../../grammar/platforms.toml")))
}

/// All known operating systems.
pub fn platforms() -> &'static [KnownPlatform] {
    &table().platform
}

/// Whether an operating system is known by its name, and its queries are not.
pub fn is_name_only(name: &str) -> bool {
    let mut names = table().name_only.iter();
    names.any(|own| own.name.eq_ignore_ascii_case(name))
}

/// The operating system that a name alone means.
pub fn platform(name: &str) -> Option<&'static Platform> {
    let mut named = platforms().iter().map(|known| &known.platform);
    named.find(|platform| platform.name == name)
}

/// The operating system of a name with this highest version.
pub fn platform_up_to(name: &str, max_version: &str) -> Option<&'static Platform> {
    let mut all = platforms().iter().map(|known| &known.platform);
    all.find(|platform| platform.name == name && platform.max_version == max_version)
}
