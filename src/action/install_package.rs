//! Install Package: one program, or those that variables name.

use super::{
    Action, deed,
    process::{content_of, folder, package, start, told},
    property::{is_true, listed, named, value},
};
use crate::{
    computer::{Computer, Outcome, Process, Task, Work},
    deed::Verb,
    model::Reference,
};

const COMPONENT: &str = "InstallSoftware";

/// ERROR_NOT_FOUND as an HRESULT.
const NO_PROGRAM: u32 = 0x8007_0490;

/// Restart, then go on.
const RESTART: u32 = 3010;

/// Install Package.
pub(super) struct InstallPackage;

impl Action for InstallPackage {
    fn keyword(&self) -> &'static str {
        "install_package"
    }

    fn elevated(&self) -> bool {
        true
    }

    fn perform(&self, on: &mut dyn Computer, work: &Work<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        let Some(list) = listed(work) else {
            let package = package(work).unwrap_or_default();
            outcome.exit_code = one(on, work, &package, value(work, "program"), &mut outcome);
            return outcome;
        };
        let goes_on = is_true(work, "continue_on_install_error");
        let mut restart = false;
        for entry in list {
            let code = match ListedProgram::of(&entry) {
                Ok(ListedProgram { id, program }) => {
                    let package = Reference {
                        id: id.to_owned(),
                        ..Reference::default()
                    };
                    one(on, work, &package, program, &mut outcome)
                }
                Err(_) => {
                    let shown = told(work, &entry, &mut outcome);
                    let why = format!("\"{shown}\" is not of the form PACKAGEID:Program");
                    outcome.did.push(deed(on, Verb::Fail, "", why));
                    1
                }
            };
            restart |= code == RESTART;
            if code != 0 && code != RESTART && !goes_on {
                outcome.exit_code = code;
                return outcome;
            }
        }
        outcome.exit_code = if restart { RESTART } else { 0 };
        outcome
    }
}

/// A member of a list of programs, `PACKAGEID:Program`.
pub(crate) struct ListedProgram<'a> {
    id: &'a str,
    program: &'a str,
}

impl<'a> ListedProgram<'a> {
    /// Reads one.
    ///
    /// # Errors
    /// Why it is malformed.
    pub(crate) fn of(entry: &'a str) -> Result<ListedProgram<'a>, &'static str> {
        let (id, program) = entry
            .split_once(':')
            .ok_or("no colon between package and program")?;
        let is_capital = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_uppercase();
        if id.len() != 8 || !id.bytes().all(is_capital) {
            return Err("a package identifier has eight capitals and digits");
        }
        if program.is_empty() {
            return Err("no program");
        }
        Ok(ListedProgram { id, program })
    }
}

/// Runs one program: 0, 3010 for a restart, or the code of the failure.
fn one(
    on: &mut dyn Computer,
    work: &Work<'_>,
    package: &Reference,
    name: &str,
    outcome: &mut Outcome,
) -> u32 {
    let Some(content) = content_of(on, work, Some(package), outcome) else {
        return outcome.exit_code;
    };
    let object = format!("package {}", named(package));
    let shown = told(work, name, outcome);
    let Some(program) = on.program(package, name) else {
        let why = "the site file has no such program, and case counts";
        let what = format!("to install {object}: {shown}");
        outcome.did.push(deed(on, Verb::Fail, what, why));
        let text = format!("Failed to install {object}: {shown}: {why}");
        on.log(COMPONENT, 3, &text);
        return NO_PROGRAM;
    };
    outcome.did.push(deed(on, Verb::Install, object, shown));
    let process = Process {
        task: Task::CommandLine(&program.command_line),
        component: COMPONENT,
        folder: folder(
            program.working_directory.as_deref().unwrap_or(""),
            content.as_deref(),
        ),
        content,
        time_out: program.timeout,
        account: None,
        native_view: true,
    };
    outcome.exit_code = 0;
    let Some(end) = start(on, work, &process, outcome) else {
        return outcome.exit_code;
    };
    outcome.seconds += end.milliseconds / 1000;
    outcome.output = end.output;
    match end.exit_code {
        _ if end.timed_out => 0x8007_05B4,
        code if program.success_codes.contains(&code) => 0,
        code if program.restart_codes.contains(&code) => RESTART,
        // The engine takes these two for success.
        code @ (1641 | RESTART) => 0x8007_0000 | code,
        code => code,
    }
}
