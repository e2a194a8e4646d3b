//! Built-in task sequence variables, and the environment variables of Windows.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize, de::IgnoredAny};

use super::{BuiltInType, embedded};
use crate::fact::Fact;

/// Who may set a built-in variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Only the product.
    ReadOnly,
    /// A step, a script, a collection or a device.
    Settable,
}

/// A built-in variable.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct BuiltIn {
    /// Its name as documented.
    pub name: String,
    /// Who may set it.
    pub access: Access,
    /// What its text is.
    #[serde(rename = "type")]
    pub kind: BuiltInType,
    /// The values it may have.
    #[serde(default)]
    pub values: Vec<String>,
    /// Its value when nobody set it.
    #[serde(default)]
    pub default: Option<String>,
    /// The step in whose XML it stands.
    #[serde(default)]
    pub own_value_of: Option<String>,
    /// The fact of the computer that it is filled with.
    #[serde(default, skip_serializing)]
    pub fact: Option<Fact>,
    /// Whether it holds a secret.
    #[serde(default)]
    pub secret: bool,
    /// One sentence.
    pub help: String,
    /// Where the facts are from.
    #[serde(default)]
    pub source: Option<String>,
}

include!(concat!(env!("OUT_DIR"), "/names.rs"));

/// The names of the other sections are read by `build.rs`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct VariableTable {
    variable: Vec<BuiltIn>,
    #[serde(rename = "family")]
    _family: IgnoredAny,
    #[serde(rename = "environment")]
    _environment: IgnoredAny,
    #[serde(rename = "mdt")]
    _mdt: IgnoredAny,
}

/// All built-in variables. Reads the whole table at its first use; [`is_known`] does without.
pub fn built_ins() -> &'static [BuiltIn] {
    static TABLE: OnceLock<VariableTable> = OnceLock::new();
    &TABLE
        .get_or_init(|| embedded("variables", include_str!("../../grammar/variables.toml")))
        .variable
}

/// Whether the name is a built-in variable, a member of a built-in array, an environment variable
/// of Windows, or one of MDT's. Case does not count.
pub fn is_known(name: &str) -> bool {
    let lower = name.to_lowercase();
    NAMES.binary_search(&lower.as_str()).is_ok()
        || FAMILIES.iter().any(|pattern| fits(pattern, &lower))
}

/// Whether a name in small letters is that of an environment variable that Windows has by itself.
pub fn is_of_windows(name: &str) -> bool {
    ENVIRONMENT.binary_search(&name).is_ok()
}

/// The names that [`is_known`] knows, in lower case and alphabetical order.
#[cfg(feature = "internals")]
pub fn known_names() -> &'static [&'static str] {
    NAMES
}

/// Whether a name in small letters fits a pattern of such: `#` stands for digits, `@` for a package
/// identifier, `*` for anything.
pub(crate) fn fits(pattern: &str, name: &str) -> bool {
    match pattern.find(['#', '*', '@']) {
        None => pattern == name,
        Some(at) => {
            let Some(rest) = name.strip_prefix(&pattern[..at]) else {
                return false;
            };
            let tail = &pattern[at + 1..];
            if pattern.as_bytes()[at] == b'*' {
                return (0..=rest.len())
                    .any(|skip| rest.get(skip..).is_some_and(|rest| fits(tail, rest)));
            }
            if pattern.as_bytes()[at] == b'@' {
                let is_id = rest
                    .get(..8)
                    .is_some_and(|id| id.bytes().all(|byte| byte.is_ascii_alphanumeric()));
                return is_id && fits(tail, &rest[8..]);
            }
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            digits > 0 && fits(tail, &rest[digits..])
        }
    }
}
