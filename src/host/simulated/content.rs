//! Packages: where their content is, and steps that need it.

use super::SimulatedHost;
use crate::{
    computer::{Outcome, Work},
    machine::{Package, values::path as path_of},
    model::{Reference, Value},
};

/// What a step ends with when its content cannot be found.
pub(super) const NO_CONTENT: u32 = 0x8004_0102;

/// The references of a property.
pub(super) fn references(work: &Work<'_>, property: &str) -> Vec<Reference> {
    match work.step.setting(property).map(|setting| &setting.value) {
        Some(Value::References(references)) => references.clone(),
        _ => Vec::new(),
    }
}

/// A package by its identifier and name, for people.
pub(super) fn named(reference: &Reference) -> String {
    if reference.name.is_empty() {
        reference.id.clone()
    } else {
        format!("{} ({})", reference.id, reference.name)
    }
}

impl SimulatedHost {
    fn package(&self, id: &str) -> Option<&Package> {
        self.machine
            .packages
            .iter()
            .find(|package| package.id.eq_ignore_ascii_case(id))
    }

    /// Whether a package's content can be found; what the file does not list is taken to be there,
    /// and said.
    pub(super) fn content(&self, id: &str, outcome: &mut Outcome) -> bool {
        match self.package(id) {
            Some(package) => package.available,
            None if self.machine.complete.has("packages") => false,
            None => {
                outcome.assumed.push(format!("packages with id \"{id}\""));
                true
            }
        }
    }

    /// Whether all packages of a step have content; it fails without.
    pub(super) fn has_content(&self, references: &[Reference], outcome: &mut Outcome) -> bool {
        for reference in references {
            if !self.content(&reference.id, outcome) {
                outcome.did.push(format!(
                    "would find no content of package {}",
                    named(reference)
                ));
                outcome.exit_code = NO_CONTENT;
                return false;
            }
        }
        true
    }
}

/// Download Package Content.
pub(super) fn download(host: &mut SimulatedHost, work: &Work<'_>) -> Outcome {
    let mut outcome = Outcome::default();
    let value = |name: &str| {
        work.values
            .iter()
            .find(|(own, _)| own == name)
            .map_or("", |(_, value)| value.as_str())
    };
    let goes_on = value("continue_download").eq_ignore_ascii_case("true");
    // Some write the name between percent signs.
    let base = value("destination_variable").trim_matches('%').to_owned();
    let location = value("location").to_lowercase();
    let custom = value("path").trim_end_matches('\\').to_owned();
    let working = (work.variables)("_SMSTSMDataPath")
        .unwrap_or_else(|| format!("{}\\_SMSTaskSequence", host.drive()));
    for (index, reference) in references(work, "packages").iter().enumerate() {
        if !host.content(&reference.id, &mut outcome) {
            outcome.did.push(format!(
                "would find no content of package {}",
                named(reference)
            ));
            if goes_on {
                continue;
            }
            outcome.exit_code = NO_CONTENT;
            break;
        }
        let own = host
            .package(&reference.id)
            .and_then(|package| package.path.clone());
        let path = match (own, location.as_str()) {
            (Some(path), _) => path,
            (None, "custom" | "custom_path") => format!("{custom}\\{}", reference.id),
            (None, "ccmcache" | "client_cache") => {
                // The folders of the cache have names that nobody can foresee.
                outcome
                    .assumed
                    .push(format!("path of the package \"{}\"", reference.id));
                format!("{}\\Windows\\ccmcache\\{}", host.drive(), index + 1)
            }
            _ => format!("{working}\\Packages\\{}", reference.id),
        };
        outcome.did.push(format!(
            "would download package {} to {path}",
            named(reference)
        ));
        host.changes.downloaded.insert(path_of(&path));
        outcome.variables.retain(|(name, _)| name != LAST);
        outcome.variables.push((LAST.to_owned(), path.clone()));
        if !base.is_empty() {
            outcome
                .variables
                .push((format!("{base}{:02}", index + 1), path));
        }
    }
    outcome
}

const LAST: &str = "_SMSTSLastContentDownloadLocation";
