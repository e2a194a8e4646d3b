//! Where the values of secrets come from: a file, the environment, a person. None of them is ever
//! stored in clear.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::RunFault;
use crate::{
    host::system::OperatingSystem,
    model::{Assigned, Node, Sequence, Value},
};

/// Whoever knows values of secrets.
pub trait Provider {
    /// The value of a secret by its name, or of a masked variable by its own; `None` when nobody
    /// knows it.
    fn secret(&mut self, name: &str) -> Option<String>;
}

impl Provider for BTreeMap<String, String> {
    fn secret(&mut self, name: &str) -> Option<String> {
        self.get(name).cloned()
    }
}

/// Values of secrets by name, in Base64, as the system protects them for this computer; none where
/// it does not.
pub fn protected(
    secrets: &[(String, String)],
    system: &dyn OperatingSystem,
) -> BTreeMap<String, String> {
    let one = |(name, value): &(String, String)| {
        Some((
            name.clone(),
            STANDARD.encode(system.protect(value.as_bytes())?),
        ))
    };
    secrets.iter().filter_map(one).collect()
}

/// The environment variable of a secret: `TASQ_SECRET_JOIN_PASSWORD` for `join-password`.
pub fn variable_of(name: &str) -> String {
    let letters = name.chars().map(|c| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_uppercase()
        } else {
            '_'
        }
    });
    format!("TASQ_SECRET_{}", letters.collect::<String>())
}

/// A file of secrets: TOML with a text for each name.
///
/// # Errors
/// It is none. No message has anything of the file's text.
pub fn parse_file(text: &str) -> Result<BTreeMap<String, String>, RunFault> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        let line = error.span().map_or(0, |span| {
            text.get(..span.start).unwrap_or("").lines().count()
        });
        RunFault::new(format!("it is no TOML near line {}", line.max(1)))
    })?;
    let mut out = BTreeMap::new();
    for (name, value) in table {
        match value {
            toml::Value::String(value) => out.insert(name, value),
            _ => return Err(RunFault::new(format!("the value of {name} must be a text"))),
        };
    }
    Ok(out)
}

/// The names in `secret("NAME")` of a sequence, each once, in order.
pub fn names_of<'s>(sequences: impl IntoIterator<Item = &'s Sequence>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut add = |value: &Value| {
        if let Value::Secret(name) = value
            && !out.contains(name)
        {
            out.push(name.clone());
        }
    };
    for sequence in sequences {
        let of = |assigned: &Assigned, add: &mut dyn FnMut(&Value)| add(&assigned.value);
        for assigned in &sequence.global_variables {
            of(assigned, &mut add);
        }
        sequence.walk(&mut |node, _| {
            let Node::Step(step) = node else { return };
            for setting in &step.settings {
                add(&setting.value);
            }
            for assigned in step
                .assignments
                .iter()
                .chain(step.rules.iter().flat_map(|rule| &rule.variables))
            {
                of(assigned, &mut add);
            }
        });
    }
    out
}
