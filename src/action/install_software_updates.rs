//! Install Software Updates: looks for what is offered and installs it.

use super::{Action, code_of, could_not, deed, failure, property::value};
use crate::{
    computer::{Computer, OfferedUpdate, Outcome, Updated, Work},
    deed::{Deed, Verb},
};

const COMPONENT: &str = "InstallSWUpdate";

/// Install Software Updates.
pub(super) struct InstallSoftwareUpdates;

impl Action for InstallSoftwareUpdates {
    fn keyword(&self) -> &'static str {
        "install_software_updates"
    }

    fn elevated(&self) -> bool {
        true
    }

    fn perform(&self, on: &mut dyn Computer, work: &Work<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        let all = value(work, "target").eq_ignore_ascii_case("all");
        let kind = if all { "" } else { "required " };
        on.log(COMPONENT, 1, &format!("Searching for {kind}updates"));
        let found = match on.find_updates() {
            Ok(Some(found)) => found,
            Ok(None) => {
                let object = format!("the {kind}updates that are offered");
                outcome.did.push(deed(on, Verb::Install, object, ""));
                outcome.assume_success();
                return outcome;
            }
            Err(error) => {
                outcome.exit_code = code_of(&error);
                let why = error.to_string();
                outcome.did.push(could_not(Verb::Look, "for updates", why));
                let text = format!("Failed to search for updates: {error}");
                on.log(COMPONENT, 3, &text);
                return outcome;
            }
        };
        let wanted = found.into_iter().filter(|update| all || update.required);
        let wanted: Vec<OfferedUpdate> = wanted.collect();
        if wanted.is_empty() {
            let object = format!("no {kind}updates to install");
            outcome.did.push(deed(on, Verb::Find, object, ""));
            return outcome;
        }
        for update in &wanted {
            let title = if update.title.is_empty() {
                &update.id
            } else {
                &update.title
            };
            let object = format!("update {title}");
            outcome.did.push(deed(on, Verb::Install, object, ""));
        }
        match on.install_updates(&wanted) {
            Ok(done) => finish(on, &done, &mut outcome),
            Err(error) => {
                outcome.exit_code = code_of(&error);
                let why = error.to_string();
                outcome.did.push(could_not(Verb::Install, "updates", why));
                let text = format!("Failed to install updates: {error}");
                on.log(COMPONENT, 3, &text);
            }
        }
        outcome
    }
}

fn finish(on: &mut dyn Computer, done: &Updated, outcome: &mut Outcome) {
    for (id, code) in &done.failed {
        let text = format!("update {id} failed with 0x{code:08X}");
        on.log(COMPONENT, 3, &format!("The {text}"));
        outcome.did.push(Deed::remark(text));
    }
    let (installed, failed) = (done.installed.len(), done.failed.len());
    let text = format!("{installed} updates were installed, {failed} failed");
    on.log(COMPONENT, 1, &text);
    if let Some((_, code)) = done.failed.first() {
        outcome.exit_code = failure(*code);
    } else if done.restart {
        let wish = ("SMSTSRebootRequested".to_owned(), "HD".to_owned());
        outcome.variables.push(wish);
    }
}
