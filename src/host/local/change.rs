//! Which type of step is carried out how.

use super::{
    LocalHost, application, command, content, network, package, powershell, readiness, updates,
    words,
};
use crate::{
    computer::{Outcome, Work},
    host::known_facts,
    model::Step,
};

/// What is known of a type of step before it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Action {
    /// The type's keyword.
    pub keyword: &'static str,
    /// Whether it usually needs an administrator.
    pub elevated: bool,
    /// Whether it can be done twice without harm: it only reads, or only sets variables of the run.
    pub repeats: bool,
}

const fn action(keyword: &'static str, elevated: bool, repeats: bool) -> Action {
    Action {
        keyword,
        elevated,
        repeats,
    }
}

/// What Tasq carries out.
const ACTIONS: &[Action] = &[
    action("check_readiness", false, true),
    action("connect_network_folder", false, true),
    action("download_package_content", false, true),
    action("install_application", true, false),
    action("install_package", true, false),
    action("install_software_updates", true, false),
    action("restart_computer", true, true),
    action("run_command_line", false, false),
    action("run_powershell_script", false, false),
    action("run_task_sequence", false, true),
    action("set_dynamic_variables", false, true),
    action("set_variable", false, true),
];

fn of(step: &Step) -> Option<&'static Action> {
    let keyword = step.table().map(|table| table.keyword.as_str())?;
    ACTIONS.iter().find(|action| action.keyword == keyword)
}

/// Whether Tasq can carry out a step.
pub fn carries_out(step: &Step) -> bool {
    of(step).is_some()
}

/// Whether a step usually needs an administrator.
pub fn needs_elevation(step: &Step) -> bool {
    of(step).is_none_or(|action| action.elevated)
}

/// Whether a step can be done twice without harm.
pub fn repeats(step: &Step) -> bool {
    of(step).is_some_and(|action| action.repeats)
}

/// ERROR_NOT_SUPPORTED as an HRESULT.
const NOT_SUPPORTED: u32 = 0x8007_0032;

/// How a type of step is carried out.
type Does = fn(&mut LocalHost, &Work<'_>) -> Outcome;

/// What carries out each type.
const TABLE: &[(&str, Does)] = &[
    ("check_readiness", readiness::check),
    ("connect_network_folder", network::connect),
    ("download_package_content", content::download),
    ("install_application", application::install),
    ("install_package", package::install),
    ("install_software_updates", updates::install),
    ("restart_computer", by_the_engine),
    ("run_command_line", command::run),
    ("run_powershell_script", powershell::run),
    ("run_task_sequence", by_the_engine),
    ("set_dynamic_variables", |host, _| known_facts(host)),
    ("set_variable", by_the_engine),
];

/// The engine does it by itself.
fn by_the_engine(_: &mut LocalHost, _: &Work<'_>) -> Outcome {
    Outcome::default()
}

/// Does, or says, what a step asks for.
pub(super) fn perform(host: &mut LocalHost, work: &Work<'_>) -> Outcome {
    let keyword = of(work.step).map_or("", |action| action.keyword);
    let does = TABLE
        .iter()
        .find(|(name, _)| *name == keyword)
        .map(|(_, does)| does);
    match does {
        Some(does) => does(host, work),
        None => unknown(host, work),
    }
}

fn unknown(host: &mut LocalHost, work: &Work<'_>) -> Outcome {
    let label = work
        .step
        .table()
        .map_or(work.step.class.as_str(), |table| table.label.as_str());
    let dry = host.setup.dry;
    if host.setup.skip_unknown {
        let did = format!("{}: Tasq cannot carry out {label}", words::SKIP.said(dry));
        return Outcome {
            did: vec![did],
            ..Outcome::default()
        };
    }
    host.line("TSManager", 3, format!("Tasq cannot carry out {label}"));
    let did = format!("{}: Tasq cannot carry out {label}", words::FAIL.said(dry));
    Outcome {
        exit_code: NOT_SUPPORTED,
        did: vec![did],
        ..Outcome::default()
    }
}
