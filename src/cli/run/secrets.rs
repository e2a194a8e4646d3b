//! The values of secrets: a file that only its owner can read, the environment, a person at the
//! terminal.

use std::{
    collections::BTreeMap,
    env,
    io::{self, IsTerminal as _},
    path::Path,
};

use super::super::{Failure, inputs};
use crate::run::{Provider, parse_file, variable_of};

/// Whoever knows values of secrets.
pub(in super::super) struct Secrets {
    file: BTreeMap<String, String>,
    ask: bool,
}

impl Secrets {
    /// With a file, and whether somebody may be asked.
    ///
    /// # Errors
    /// The file cannot be read, or others can read it, too.
    pub(in super::super) fn new(file: Option<&Path>, ask: bool) -> Result<Secrets, Failure> {
        let mut secrets = Secrets {
            file: BTreeMap::new(),
            ask: ask && io::stdin().is_terminal(),
        };
        if let Some(path) = file {
            let name = path.display();
            let text = inputs::read_text(path)?;
            is_private(path)?;
            secrets.file =
                parse_file(&text).map_err(|fault| Failure::Unusable(format!("{name}: {fault}")))?;
        }
        Ok(secrets)
    }

    /// The values of all names.
    ///
    /// # Errors
    /// The names that nobody knows.
    pub(in super::super) fn all(
        &mut self,
        names: &[String],
    ) -> Result<Vec<(String, String)>, Failure> {
        let mut out = Vec::new();
        let mut missing = Vec::new();
        for name in names {
            match self.secret(name) {
                Some(value) => out.push((name.clone(), value)),
                None => missing.push(format!("{name} ({})", variable_of(name))),
            }
        }
        if missing.is_empty() {
            return Ok(out);
        }
        let list = missing.join(", ");
        Err(Failure::Usage(format!(
            "the sequence needs secrets that nobody gave: {list}; --secret-file or the environment gives them"
        )))
    }
}

impl Provider for Secrets {
    fn secret(&mut self, name: &str) -> Option<String> {
        if let Some(value) = self.file.get(name) {
            return Some(value.clone());
        }
        if let Ok(value) = env::var(variable_of(name)) {
            return Some(value);
        }
        if !self.ask {
            return None;
        }
        let value = rpassword::prompt_password(format!("Value of the secret {name}: ")).ok()?;
        // Asked once.
        self.file.insert(name.to_owned(), value.clone());
        Some(value)
    }
}

/// Refuses a file that others can read. On Windows the folder's rights are the administrator's
/// affair.
fn is_private(path: &Path) -> Result<(), Failure> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let name = path.display();
        let data = std::fs::metadata(path)
            .map_err(|error| Failure::Unusable(format!("cannot read {name}: {error}")))?;
        if data.permissions().mode() & 0o077 != 0 {
            return Err(Failure::Unusable(format!(
                "others can read {name}, too: chmod 600 {name}"
            )));
        }
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}
