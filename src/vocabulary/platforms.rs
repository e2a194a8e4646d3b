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

/// The versions of Windows that a sequence may run on, as its object has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlatformRange {
    /// `x64` or `I386`.
    pub platform: String,
    /// Lowest version.
    pub min_version: String,
    /// Highest version.
    pub max_version: String,
}

/// What stands between the versions of a range that is spelled out.
const TO: &str = " to ";

impl PlatformRange {
    /// What a name of the table stands for, or a range that is spelled out:
    /// `x64 10.00.0000.0 to 10.00.19999.9999`.
    pub fn parse(text: &str) -> Option<PlatformRange> {
        if let Some(known) = self::platform(text) {
            return Some(PlatformRange {
                platform: in_object(&known.arch).to_owned(),
                min_version: known.min_version.clone(),
                max_version: known.max_version.clone(),
            });
        }
        let (platform, versions) = text.split_once(' ')?;
        let (min, max) = versions.split_once(TO)?;
        let is_word = platform.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let good = is_word && !platform.is_empty() && is_version(min) && is_version(max);
        good.then(|| PlatformRange {
            platform: platform.to_owned(),
            min_version: min.to_owned(),
            max_version: max.to_owned(),
        })
    }

    /// How a header says it: by its name, if the table has it; `None` for what none can say.
    pub fn spelled(&self) -> Option<String> {
        let same = |known: &&Platform| {
            in_object(&known.arch) == self.platform
                && known.min_version == self.min_version
                && known.max_version == self.max_version
        };
        // The name alone means the first of those that have it.
        let named = platforms().iter().filter(|known| known.is_first());
        if let Some(known) = named.map(|known| &known.platform).find(same) {
            return Some(known.name.clone());
        }
        let (min, max) = (&self.min_version, &self.max_version);
        let text = format!("{} {min}{TO}{max}", self.platform);
        PlatformRange::parse(&text)
            .is_some_and(|again| again == *self)
            .then_some(text)
    }
}

/// The word of an object for that of a condition.
fn in_object(arch: &str) -> &str {
    if arch.eq_ignore_ascii_case("x86") {
        "I386"
    } else {
        arch
    }
}

fn is_version(text: &str) -> bool {
    let mut parts = text.split('.');
    parts.all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}
