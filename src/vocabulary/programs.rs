//! What programs on a command line do with the variables of a sequence.

use std::sync::OnceLock;

use serde::Deserialize;

use super::embedded;

/// A script file that is known by its name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownScript {
    /// Its name in small letters.
    pub name: String,
    /// The only variables that it sets.
    pub sets: Vec<String>,
}

/// Programs of which it is known what they set.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownPrograms {
    /// Those that set nothing, in small letters without `.exe`.
    pub quiet: Vec<String>,
    /// Commands of the command interpreter.
    pub interpreter: Vec<String>,
    /// Script files.
    pub script: Vec<KnownScript>,
}

/// The programs and scripts that are known.
pub fn known_programs() -> &'static KnownPrograms {
    static TABLE: OnceLock<KnownPrograms> = OnceLock::new();
    TABLE.get_or_init(|| embedded("programs", include_str!("../../grammar/programs.toml")))
}
