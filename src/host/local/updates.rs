//! Install Software Updates.

use super::{LocalHost, code_of, words};
use crate::computer::{Outcome, Work};

const COMPONENT: &str = "InstallSWUpdate";

/// Install Software Updates: looks for what is offered and installs it.
pub(super) fn install(host: &mut LocalHost, work: &Work<'_>) -> Outcome {
    let mut outcome = Outcome::default();
    let dry = host.setup.dry;
    let all = words::value(work, "target").eq_ignore_ascii_case("all");
    let kind = if all { "" } else { "required " };
    host.line(COMPONENT, 1, format!("Searching for {kind}updates"));
    let found = match host.system.find_updates() {
        Ok(found) => found,
        Err(error) => {
            outcome.exit_code = code_of(&error);
            outcome
                .did
                .push(format!("could not look for updates: {error}"));
            host.line(
                COMPONENT,
                3,
                format!("Failed to search for updates: {error}"),
            );
            return outcome;
        }
    };
    let wanted: Vec<_> = found
        .into_iter()
        .filter(|update| (all || update.required) && !host.updated.contains(&update.id))
        .collect();
    if wanted.is_empty() {
        outcome.did.push(format!(
            "{} no {kind}updates to install",
            words::FIND.said(dry)
        ));
        return outcome;
    }
    for update in &wanted {
        let title = if update.title.is_empty() {
            &update.id
        } else {
            &update.title
        };
        outcome
            .did
            .push(format!("{} update {title}", words::INSTALL.said(dry)));
    }
    let ids: Vec<String> = wanted.into_iter().map(|update| update.id).collect();
    if dry {
        outcome
            .assumed
            .push("whether the updates need a restart".to_owned());
        host.updated.extend(ids);
        return outcome;
    }
    match host.system.install_updates(&ids) {
        Ok(done) => {
            for (id, code) in &done.failed {
                outcome
                    .did
                    .push(format!("update {id} failed with 0x{code:08X}"));
                host.line(
                    COMPONENT,
                    3,
                    format!("The update {id} failed with 0x{code:08X}"),
                );
            }
            let installed = done.installed.len();
            host.line(
                COMPONENT,
                1,
                format!(
                    "{installed} updates were installed, {} failed",
                    done.failed.len()
                ),
            );
            if let Some((_, code)) = done.failed.first() {
                outcome.exit_code = if matches!(code, 0 | 1641 | 3010) {
                    0x8000_4005
                } else {
                    *code
                };
            } else if done.restart {
                outcome
                    .variables
                    .push(("SMSTSRebootRequested".to_owned(), "HD".to_owned()));
            }
        }
        Err(error) => {
            outcome.exit_code = code_of(&error);
            outcome
                .did
                .push(format!("could not install updates: {error}"));
            host.line(COMPONENT, 3, format!("Failed to install updates: {error}"));
        }
    }
    outcome
}
