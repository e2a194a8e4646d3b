//! Run Command Line, and MDT's step without a type, which is a command line as well.

use super::{
    Action, deed,
    process::{
        self, around, content_of, folder, native_view, package, start_in, time_out, told,
        usable_account,
    },
    property::{named, value},
};
use crate::{
    computer::{Computer, Outcome, Process, Task, Work},
    deed::Verb,
};

const COMPONENT: &str = "InstallSoftware";

/// The variable that says whether the step's account is used.
const AS_USER: &str = "_SMSTSRunCommandLineAsUser";

/// A type that runs a command line.
pub(super) struct RunCommandLine {
    keyword: &'static str,
}

/// Run Command Line.
pub(super) static RUN_COMMAND_LINE: RunCommandLine = RunCommandLine {
    keyword: "run_command_line",
};

/// MDT's step without a type.
pub(super) static RUN_SCRIPT: RunCommandLine = RunCommandLine {
    keyword: "run_script",
};

impl Action for RunCommandLine {
    fn keyword(&self) -> &'static str {
        self.keyword
    }

    fn perform(&self, on: &mut dyn Computer, work: &Work<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        let package = package(work);
        let Some(content) = content_of(on, work, package.as_ref(), &mut outcome) else {
            return outcome;
        };
        let Ok(account) = usable_account(on, work, AS_USER, COMPONENT, &mut outcome) else {
            return outcome;
        };
        let command_line = value(work, "command_line");
        let shown = told(work, command_line, &mut outcome);
        let from = package.map_or(String::new(), |package| {
            format!(" from package {}", named(&package))
        });
        let said = format!("{shown}{from}{}", around(work, AS_USER));
        outcome.did.push(deed(on, Verb::Run, "", said));
        let process = Process {
            task: Task::CommandLine(command_line),
            component: COMPONENT,
            folder: folder(start_in(work), content.as_deref()),
            content,
            time_out: time_out(work),
            account,
            native_view: native_view(work),
        };
        process::run(on, work, &process, &mut outcome);
        outcome
    }
}
