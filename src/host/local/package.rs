//! Install Package.

use super::{
    LocalHost,
    command::{Start, folder},
    words::{self, is_true, listed, named, references, value},
};
use crate::{
    computer::{Outcome, Work},
    host::system::Program,
    model::Reference,
};

const COMPONENT: &str = "InstallSoftware";

/// ERROR_NOT_FOUND as an HRESULT.
const NO_PROGRAM: u32 = 0x8007_0490;

/// Restart, then go on.
const RESTART: u32 = 3010;

/// Install Package: one program, or those that variables name.
pub(super) fn install(host: &mut LocalHost, work: &Work<'_>) -> Outcome {
    let mut outcome = Outcome::default();
    let Some(list) = listed(work, 3) else {
        let references = references(work, "package");
        let reference = references.first().cloned().unwrap_or_default();
        outcome.exit_code = one(host, work, &reference, value(work, "program"), &mut outcome);
        return outcome;
    };
    let goes_on = is_true(work, "continue_on_install_error");
    let mut restart = false;
    for entry in list {
        let Some((id, program)) = entry.split_once(':') else {
            continue;
        };
        let reference = Reference {
            id: id.to_owned(),
            ..Reference::default()
        };
        let code = one(host, work, &reference, program, &mut outcome);
        restart |= code == RESTART;
        if code != 0 && code != RESTART && !goes_on {
            outcome.exit_code = code;
            return outcome;
        }
    }
    outcome.exit_code = if restart { RESTART } else { 0 };
    outcome
}

/// Runs one program: 0, 3010 for a restart, or the code of the failure.
fn one(
    host: &mut LocalHost,
    work: &Work<'_>,
    reference: &Reference,
    program: &str,
    outcome: &mut Outcome,
) -> u32 {
    let Some(content) = host.content_of(work, Some(reference), outcome) else {
        return outcome.exit_code;
    };
    let package = host
        .site
        .package(&reference.id, &reference.name)
        .cloned()
        .unwrap_or_default();
    let dry = host.setup.dry;
    let what = format!("package {}: {program}", named(reference));
    let Some(own) = package.programs.iter().find(|own| own.name == program) else {
        let why = "the site file has no such program, and case counts";
        outcome.did.push(format!(
            "{} to install {what}: {why}",
            words::FAIL.said(dry)
        ));
        host.line(COMPONENT, 3, format!("Failed to install {what}: {why}"));
        return NO_PROGRAM;
    };
    outcome
        .did
        .push(format!("{} {what}", words::INSTALL.said(dry)));
    let start = Start {
        program: Program::CommandLine(own.command_line.clone()),
        shown: &own.command_line,
        component: COMPONENT,
        folder: folder(
            own.working_directory.as_deref().unwrap_or(""),
            content.as_deref(),
        ),
        content,
        time_out: own.timeout,
        account: None,
        native_view: true,
    };
    outcome.exit_code = 0;
    let Some(ended) = host.process(work, start, outcome) else {
        return outcome.exit_code;
    };
    outcome.seconds += ended.milliseconds / 1000;
    outcome.output = ended.output;
    match ended.exit_code {
        _ if ended.timed_out => 0x8007_05B4,
        code if own.success_codes.contains(&code) => 0,
        code if own.restart_codes.contains(&code) => RESTART,
        // The engine takes these two for success.
        code @ (1641 | RESTART) => 0x8007_0000 | code,
        code => code,
    }
}
