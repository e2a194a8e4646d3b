//! MDT's Install Application: one by its identifier, or those that the user and the rules chose.

use super::{Action, property::value};
use crate::{
    computer::{Computer, Outcome, Work},
    deed::{Deed, Ending, ResultBasis, Verb},
    vocabulary::Dialect,
};

/// Lists of identifiers that MDT installs where the step names no application.
const CHOSEN: [&str; 2] = ["MandatoryApplications", "Applications"];

/// The most members of a list that MDT looks at.
const MOST: usize = 100;

/// MDT's Install Application.
pub(super) struct InstallMdtApplication;

impl Action for InstallMdtApplication {
    fn keyword(&self) -> &'static str {
        "install_application"
    }

    fn dialect(&self) -> Option<Dialect> {
        Some(Dialect::Mdt)
    }

    /// Only MDT's script installs it.
    fn is_whole(&self) -> bool {
        false
    }

    fn perform(&self, on: &mut dyn Computer, work: &Work<'_>) -> Outcome {
        let label = work.step.table().map_or("", |table| &table.label);
        let mut outcome = on.not_supported(label);
        if outcome.basis != ResultBasis::Assumed {
            return outcome;
        }
        let install = |object: String| Deed {
            verb: Verb::Install,
            object,
            detail: String::new(),
            ending: Ending::Assumed,
        };
        let id = value(work, "application").trim();
        outcome.did = match id {
            "" => chosen(on, work).into_iter().map(install).collect(),
            id => vec![install(named(on, id))],
        };
        outcome
    }
}

/// An application for people: with its name, where the computer knows it.
fn named(on: &mut dyn Computer, id: &str) -> String {
    let name = on.application_name(id);
    name.map_or_else(
        || format!("the application {id}"),
        |name| format!("the application {name} ({id})"),
    )
}

/// The applications that were chosen before the step, as far as anybody knows.
fn chosen(on: &mut dyn Computer, work: &Work<'_>) -> Vec<String> {
    let mut out = Vec::new();
    for base in CHOSEN {
        let member = |number| (work.variables)(&format!("{base}{number:03}"));
        let members: Vec<String> = (1..=MOST).map_while(member).collect();
        out.extend(members.iter().map(|id| named(on, id)));
    }
    if out.is_empty() {
        out.push("the applications that the user and the rules chose".to_owned());
    }
    out
}
