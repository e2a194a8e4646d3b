//! Built-in task sequence variables, and the environment variables of Windows.

use std::{
    collections::{HashMap, HashSet},
    sync::OnceLock,
};

use serde::{Deserialize, Serialize};

use super::embedded;

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
    /// `text`, `integer`, `boolean`, `seconds`, `milliseconds`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The values it may have.
    #[serde(default)]
    pub values: Vec<String>,
    /// Its value when nobody set it.
    #[serde(default)]
    pub default: Option<String>,
    /// The step that sets it.
    #[serde(default)]
    pub set_by: Option<String>,
    /// Whether it holds a secret.
    #[serde(default)]
    pub secret: bool,
    /// One sentence.
    pub help: String,
    /// Where the facts are from.
    #[serde(default)]
    pub source: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Family {
    pattern: String,
    #[allow(dead_code, reason = "shown by the vocabulary verb through the raw table")]
    access: Access,
    #[allow(dead_code, reason = "shown by the vocabulary verb through the raw table")]
    help: String,
}

#[derive(Debug, Deserialize)]
struct Named {
    name: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    variable: Vec<BuiltIn>,
    #[serde(default)]
    family: Vec<Family>,
    #[serde(default)]
    environment: Vec<Named>,
    #[serde(default)]
    mdt: Vec<Named>,
}

/// All variables that are there without anybody setting them.
#[derive(Debug)]
pub struct Variables {
    table: Table,
    by_name: HashMap<String, usize>,
    environment: HashSet<String>,
}

impl Variables {
    /// The built-in variable of this name; case does not count.
    pub fn built_in(&self, name: &str) -> Option<&BuiltIn> {
        self.by_name.get(&name.to_lowercase()).and_then(|index| self.table.variable.get(*index))
    }

    /// All built-in variables.
    pub fn all(&self) -> &[BuiltIn] {
        &self.table.variable
    }

    /// Whether the name is a built-in variable, a member of a built-in array, or an environment variable of Windows.
    pub fn is_known(&self, name: &str) -> bool {
        let lower = name.to_lowercase();
        self.by_name.contains_key(&lower)
            || self.environment.contains(&lower)
            || self.table.family.iter().any(|family| fits(&family.pattern.to_lowercase(), &lower))
    }
}

/// `#` stands for digits, `@` for a package identifier, `*` for anything.
fn fits(pattern: &str, name: &str) -> bool {
    match pattern.find(['#', '*', '@']) {
        None => pattern == name,
        Some(at) => {
            let Some(rest) = name.strip_prefix(&pattern[..at]) else { return false };
            let tail = &pattern[at + 1..];
            if pattern.as_bytes()[at] == b'*' {
                return (0..=rest.len()).any(|skip| rest.get(skip..).is_some_and(|rest| fits(tail, rest)));
            }
            if pattern.as_bytes()[at] == b'@' {
                let is_id = rest.get(..8).is_some_and(|id| id.bytes().all(|byte| byte.is_ascii_alphanumeric()));
                return is_id && fits(tail, &rest[8..]);
            }
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            digits > 0 && fits(tail, &rest[digits..])
        }
    }
}

/// The table of variables.
pub fn variables() -> &'static Variables {
    static TABLE: OnceLock<Variables> = OnceLock::new();
    TABLE.get_or_init(|| {
        let table: Table = embedded("variables", include_str!("../../grammar/variables.toml"));
        let by_name =
            table.variable.iter().enumerate().map(|(index, item)| (item.name.to_lowercase(), index)).collect();
        let environment = table.environment.iter().chain(&table.mdt).map(|item| item.name.to_lowercase()).collect();
        Variables { table, by_name, environment }
    })
}
