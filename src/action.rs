//! What each type of step does, the same on every computer: one file a type.
//!
//! An action asks a [`Computer`] and tells it what to do. Whether that is done, only noted or made
//! up, and how a fact that nobody knows is taken, is the computer's own affair.

// An action without its row below does not compile: nothing names it.
#![deny(dead_code)]

mod by_engine;
mod check_readiness;
mod connect_network_folder;
mod download_package_content;
mod gather;
mod install_application;
mod install_mdt_application;
mod install_package;
mod install_software_updates;
mod known_end;
mod known_script;
mod process;
mod property;
mod run_command_line;
mod run_powershell_script;

use crate::{
    computer::{Computer, Outcome, SystemError, Work},
    deed::{Deed, Ending, Verb},
    model::Step,
    vocabulary::Dialect,
};

pub(crate) use install_application::{NEEDS_RETRY, STATUS, goes_on, retries};
pub(crate) use install_package::ListedProgram;
pub(crate) use process::unknown_output;
pub(crate) use property::is_true;

/// What a type of step does.
pub trait Action: Sync {
    /// The type's keyword.
    fn keyword(&self) -> &'static str;

    /// The dialect that alone has the type in this form.
    fn dialect(&self) -> Option<Dialect> {
        None
    }

    /// Whether it does all that such a step does, on real computers as well.
    fn is_whole(&self) -> bool {
        true
    }

    /// Whether it can be done twice without harm: it only reads, or only sets variables of the run.
    fn repeats(&self) -> bool {
        false
    }

    /// Whether it usually needs an administrator.
    fn elevated(&self) -> bool {
        false
    }

    /// Does it.
    fn perform(&self, on: &mut dyn Computer, work: &Work<'_>) -> Outcome;
}

/// The actions, each a row.
static ACTIONS: &[&dyn Action] = &[
    &check_readiness::CheckReadiness,
    &connect_network_folder::ConnectNetworkFolder,
    &download_package_content::DownloadPackageContent,
    &gather::Gather,
    &install_mdt_application::InstallMdtApplication,
    &install_application::InstallApplication,
    &install_package::InstallPackage,
    &install_software_updates::InstallSoftwareUpdates,
    &by_engine::RESTART_COMPUTER,
    &run_command_line::RUN_COMMAND_LINE,
    &run_powershell_script::RunPowerShellScript,
    &run_command_line::RUN_SCRIPT,
    &by_engine::RUN_TASK_SEQUENCE,
    &by_engine::SET_DYNAMIC_VARIABLES,
    &by_engine::SET_VARIABLE,
];

/// What a computer answers to a step that it cannot carry out.
pub(crate) const NOT_SUPPORTED: u32 = 0x8007_0032;

/// The action of a step; `None` when Tasq knows nothing of what it does. One for its dialect alone
/// goes before the common one.
pub fn of(step: &Step) -> Option<&'static dyn Action> {
    let table = step.table()?;
    let own = ACTIONS.iter().filter(|action| {
        let dialect = action.dialect();
        action.keyword() == table.keyword && (dialect.is_none() || dialect == table.dialect)
    });
    own.max_by_key(|action| action.dialect().is_some()).copied()
}

/// Whether Tasq can carry out a step.
pub fn carries_out(step: &Step) -> bool {
    of(step).is_some_and(Action::is_whole)
}

/// Whether a step usually needs an administrator.
pub fn needs_elevation(step: &Step) -> bool {
    of(step).is_none_or(Action::elevated)
}

/// Whether a step can be done twice without harm.
pub fn repeats(step: &Step) -> bool {
    of(step).is_some_and(Action::repeats)
}

/// Does what a step asks for.
pub fn perform(on: &mut dyn Computer, work: &Work<'_>) -> Outcome {
    let mut outcome = match of(work.step) {
        Some(action) => action.perform(on, work),
        None => {
            let table = work.step.table();
            let mut outcome =
                on.not_supported(table.map_or(&work.step.class, |table| &table.label));
            if outcome.exit_code == 0 {
                outcome.exit_code = process::assumed_code(work);
            }
            outcome
        }
    };
    outcome.assumed.extend(on.take_assumptions());
    outcome
}

/// A deed of a computer: done, or only noted.
pub(crate) fn deed(
    on: &dyn Computer,
    verb: Verb,
    object: impl Into<String>,
    detail: impl Into<String>,
) -> Deed {
    Deed {
        verb,
        object: object.into(),
        detail: detail.into(),
        ending: on.ending(),
    }
}

/// A deed that could not be done.
fn could_not(verb: Verb, object: impl Into<String>, why: impl Into<String>) -> Deed {
    Deed {
        verb,
        object: object.into(),
        detail: why.into(),
        ending: Ending::Failed,
    }
}

/// What a system's error ends a step with; never a code of success.
fn code_of(error: &SystemError) -> u32 {
    failure(error.code)
}

/// The code of a failure: those of success, with or without a restart, are none.
fn failure(code: u32) -> u32 {
    match code {
        // E_FAIL.
        0 | 1641 | 3010 => 0x8000_4005,
        code => code,
    }
}
