//! What all processes of steps have in common.

use std::path::{Path, PathBuf};

use super::{
    code_of, could_not, known_end, known_script,
    property::{is_true, named, references, value},
};
use crate::{
    action::deed,
    computer::{
        Account, Computer, ContentWork, Destination, Outcome, Process, ProcessEnd, ProcessResult,
        SystemError, Wanted, Work,
    },
    deed::{ResultBasis, Verb},
    model::Reference,
};

/// What a step ends with when its content cannot be found.
pub(super) const NO_CONTENT: u32 = 0x8004_0102;

/// Says that a command line is not told.
const NOT_LOGGED: &str = "(not logged: OSDDoNotLogCommand is TRUE)";

/// ERROR_NOT_SUPPORTED as an HRESULT: what a step ends with that cannot do in Windows PE what it is
/// asked for. No code is documented.
pub(super) const NOT_IN_WINPE: u32 = 0x8007_0032;

/// Whether a variable of the run is `true`.
pub(super) fn is_on(work: &Work<'_>, name: &str) -> bool {
    (work.variables)(name).is_some_and(|text| text.trim().eq_ignore_ascii_case("true"))
}

/// Whether the computer is in Windows PE.
pub(super) fn in_winpe(work: &Work<'_>) -> bool {
    is_on(work, "_SMSTSInWinPE")
}

/// A command line or the name of a program as it may be told.
pub(super) fn told<'a>(work: &Work<'_>, text: &'a str, outcome: &mut Outcome) -> &'a str {
    let quiet = is_on(work, "OSDDoNotLogCommand");
    outcome.quiet |= quiet;
    if quiet { NOT_LOGGED } else { text }
}

/// The other account of a step; the step fails with one in Windows PE, which the outcome then
/// says.
pub(super) fn usable_account(
    on: &mut dyn Computer,
    work: &Work<'_>,
    switch: &str,
    component: &'static str,
    outcome: &mut Outcome,
) -> Result<Option<Account>, ()> {
    let account = account(work, switch);
    if account.is_none() || !in_winpe(work) {
        return Ok(account);
    }
    let why = "in Windows PE a step cannot run as another account";
    on.log(component, 3, why);
    outcome.did.push(could_not(Verb::Run, "it", why));
    outcome.exit_code = NOT_IN_WINPE;
    Err(())
}

/// The folder and account of a command or script, for people.
pub(super) fn around(work: &Work<'_>, switch: &str) -> String {
    let mut out = String::new();
    if !start_in(work).is_empty() {
        out += &format!(" in {}", start_in(work));
    }
    if is_as_user(work, switch) {
        out += &format!(" as {}", value(work, "run_as"));
    }
    out
}

fn is_as_user(work: &Work<'_>, switch: &str) -> bool {
    // MDT has a switch of its own.
    let mut switches = [switch, "run_as_user"].into_iter();
    let off = switches.any(|name| value(work, name).eq_ignore_ascii_case("false"));
    !value(work, "run_as").is_empty() && !off
}

/// The folder that a command or script says it starts in; MDT has another name for it.
pub(super) fn start_in<'a>(work: &'a Work<'_>) -> &'a str {
    match value(work, "working_directory") {
        "" => value(work, "start_in"),
        folder => folder,
    }
}

/// The other account of a step.
fn account(work: &Work<'_>, switch: &str) -> Option<Account> {
    is_as_user(work, switch).then(|| Account {
        name: value(work, "run_as").to_owned(),
        password: value(work, "run_as_password").to_owned(),
    })
}

/// A step's time-out in seconds.
pub(super) fn time_out(work: &Work<'_>) -> Option<u64> {
    value(work, "timeout")
        .trim()
        .parse()
        .ok()
        .filter(|seconds| *seconds > 0)
}

/// The folder a process starts in: as written, or below the content's folder; that one without.
pub(super) fn folder(written: &str, content: Option<&Path>) -> Option<PathBuf> {
    match (written.trim(), content) {
        ("", content) => content.map(Path::to_path_buf),
        (written, Some(content)) => Some(content.join(written)),
        (written, None) => Some(PathBuf::from(written)),
    }
}

/// What a step lacks when nobody knows what it prints.
pub(crate) fn unknown_output(work: &Work<'_>) -> Option<String> {
    let wanted = !value(work, "output_variable").is_empty();
    wanted.then(|| format!("output of the step \"{}\"", work.step.common.name.value))
}

/// The package of a step, and the folder of its content: `Some(None)` when it needs none, `None`
/// when there is no content, which the outcome then says.
pub(super) fn content_of(
    on: &mut dyn Computer,
    work: &Work<'_>,
    package: Option<&Reference>,
    outcome: &mut Outcome,
) -> Option<Option<PathBuf>> {
    let Some(package) = package else {
        return Some(None);
    };
    let wanted = Wanted::Package(package);
    match on.content(work, wanted, &Destination::Anywhere, ContentWork::Bring) {
        Ok(folder) => Some(Some(folder)),
        Err(why) => {
            no_content(on, package, &why, outcome);
            None
        }
    }
}

/// Says that there is no content.
pub(super) fn no_content(
    on: &mut dyn Computer,
    package: &Reference,
    why: &str,
    outcome: &mut Outcome,
) {
    let what = named(package);
    let text = format!("Failed to resolve the content of {what}: {why}");
    on.log("ContentAccess", 3, &text);
    let object = format!("no content of package {what}");
    outcome.did.push(deed(on, Verb::Find, object, why));
    outcome.exit_code = NO_CONTENT;
}

/// The step's own package.
pub(super) fn package(work: &Work<'_>) -> Option<Reference> {
    references(work, "package").into_iter().next()
}

/// What ends a step that is taken to have succeeded: 0, if that is a code of success, else the
/// first one, of a restart only where there is no other.
pub(crate) fn assumed_code(work: &Work<'_>) -> u32 {
    let codes = work.success;
    let restarts = |code: &&u32| matches!(**code, 1641 | 3010);
    match codes.iter().find(|code| !restarts(code)).or(codes.first()) {
        Some(first) if !codes.contains(&0) => *first,
        _ => 0,
    }
}

/// Starts a process, of which the last deed tells: how it ended. Nothing where it was not started,
/// which the outcome then says. One that is not started here and whose own text says its exit code
/// ends with that.
pub(super) fn start(
    on: &mut dyn Computer,
    work: &Work<'_>,
    process: &Process<'_>,
    outcome: &mut Outcome,
) -> Option<ProcessResult> {
    let started = on.start(work, process);
    if !matches!(started, Ok(None)) {
        return ended(on, process.component, work, started, outcome);
    }
    if let Some(end) = known_script::end_of(work, &process.task, outcome) {
        return Some(end);
    }
    let Some(own) = known_end::of(&process.task, on.family()) else {
        return ended(on, process.component, work, started, outcome);
    };
    if !own.silent {
        outcome.assumed.extend(unknown_output(work));
    }
    Some(ProcessResult {
        exit_code: own.exit_code,
        ..ProcessResult::default()
    })
}

/// What came of the start of a process: how it ended, or nothing where it was not started, which
/// the outcome then says.
pub(super) fn ended(
    on: &mut dyn Computer,
    component: &'static str,
    work: &Work<'_>,
    started: Result<Option<ProcessEnd>, SystemError>,
    outcome: &mut Outcome,
) -> Option<ProcessResult> {
    match started {
        Ok(Some(ProcessEnd { ended, variables })) => {
            outcome.variables.extend(variables);
            Some(ended)
        }
        Ok(None) => {
            outcome.assume_success();
            outcome.assumed.extend(unknown_output(work));
            None
        }
        Err(error) => {
            outcome.exit_code = code_of(&error);
            // The system's words can have the program's name in them.
            let why = match outcome.quiet {
                true => format!("error {}", error.code),
                false => error.to_string(),
            };
            let text = (work.scrub)(&format!("Failed to start the process: {why}"));
            outcome.did.push(could_not(Verb::Start, "it", why));
            on.log(component, 3, &text);
            None
        }
    }
}

/// Starts the process of a command or script, and takes its end for the step's.
pub(super) fn run(
    on: &mut dyn Computer,
    work: &Work<'_>,
    process: &Process<'_>,
    outcome: &mut Outcome,
) {
    let Some(end) = start(on, work, process, outcome) else {
        if outcome.basis == ResultBasis::Assumed {
            outcome.exit_code = assumed_code(work);
        }
        return;
    };
    outcome.exit_code = end.exit_code;
    outcome.seconds = end.milliseconds / 1000;
    outcome.output = end.output;
    if end.timed_out {
        // The engine judges by the time.
        let limit = time_out(work).map_or(0, |limit| limit + 1);
        outcome.seconds = outcome.seconds.max(limit);
    }
}

/// Whether the 64-bit view is asked for.
pub(super) fn native_view(work: &Work<'_>) -> bool {
    is_true(work, "disable_wow64_redirection")
}
