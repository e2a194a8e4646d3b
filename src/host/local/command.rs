//! Run Command Line, and what all processes of steps have in common.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{
    LocalHost, Note, code_of,
    words::{self, is_true, named, references, value},
};
use crate::{
    computer::{Outcome, Work},
    host::system::{Account, Ended, Launch, Program, SystemError},
};

/// What runs a command line in the product, and the component of its log lines.
pub(super) const COMPONENT: &str = "InstallSoftware";

/// Carries a command line past the list of processes.
const COMMAND_LINE: &str = "TASQ_COMMAND_LINE";

/// A line that is longer is shown in pieces, in bytes.
const LONG_LINE: usize = 64 * 1024;

/// A process of a step.
pub(super) struct Start<'a> {
    /// What is started.
    pub program: Program,
    /// What the log says of it.
    pub shown: &'a str,
    /// The component of the log.
    pub component: &'static str,
    /// Its folder.
    pub folder: Option<PathBuf>,
    /// The package's folder.
    pub content: Option<PathBuf>,
    /// In seconds.
    pub time_out: Option<u64>,
    /// Another account.
    pub account: Option<Account>,
    /// The 64-bit view.
    pub native_view: bool,
}

/// Run Command Line.
pub(super) fn run(host: &mut LocalHost, work: &Work<'_>) -> Outcome {
    let mut outcome = Outcome::default();
    let packages = references(work, "package");
    let Some(content) = host.content_of(work, packages.first(), &mut outcome) else {
        return outcome;
    };
    let command_line = value(work, "command_line");
    let package = packages.first().map_or(String::new(), |package| {
        format!(" from package {}", named(package))
    });
    let around = around(work, "run_as", "_SMSTSRunCommandLineAsUser");
    outcome.did.push(format!(
        "{}: {command_line}{package}{around}",
        words::RUN.said(host.setup.dry)
    ));
    let start = Start {
        program: Program::CommandLine(command_line.to_owned()),
        shown: command_line,
        component: COMPONENT,
        folder: folder(value(work, "working_directory"), content.as_deref()),
        content,
        time_out: time_out(work),
        account: account(work, "_SMSTSRunCommandLineAsUser"),
        native_view: is_true(work, "disable_wow64_redirection"),
    };
    if let Some(ended) = host.process(work, start, &mut outcome) {
        finish(work, &ended, &mut outcome);
    }
    outcome
}

/// The folder and account of a command or script, for people.
pub(super) fn around(work: &Work<'_>, run_as: &str, switch: &str) -> String {
    let mut out = String::new();
    if !value(work, "working_directory").is_empty() {
        out += &format!(" in {}", value(work, "working_directory"));
    }
    if is_as_user(work, switch) {
        out += &format!(" as {}", value(work, run_as));
    }
    out
}

fn is_as_user(work: &Work<'_>, switch: &str) -> bool {
    !value(work, "run_as").is_empty() && !value(work, switch).eq_ignore_ascii_case("false")
}

/// The other account of a step.
pub(super) fn account(work: &Work<'_>, switch: &str) -> Option<Account> {
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

/// What the end of a process means for its step.
pub(super) fn finish(work: &Work<'_>, ended: &Ended, outcome: &mut Outcome) {
    outcome.exit_code = ended.exit_code;
    outcome.output = ended.output.clone();
    outcome.seconds = ended.milliseconds / 1000;
    if ended.timed_out {
        // The engine judges by the time.
        outcome.seconds = outcome
            .seconds
            .max(time_out(work).map_or(0, |limit| limit + 1));
    }
}

impl LocalHost {
    /// Starts a process and waits for it. `None` when it could not be started, which the outcome
    /// then says, or in a dry run, where its end is taken for good.
    pub(super) fn process(
        &mut self,
        work: &Work<'_>,
        start: Start<'_>,
        outcome: &mut Outcome,
    ) -> Option<Ended> {
        if self.setup.dry {
            if !value(work, "output_variable").is_empty() {
                outcome.assumed.push(format!(
                    "output of the step \"{}\"",
                    work.step.common.name.value
                ));
            }
            return None;
        }
        self.announce(work, &start);
        let mut environment = self.open(work);
        let program = self.hidden(work, start.program, &mut environment);
        let launch = Launch {
            program,
            folder: start.folder,
            search: start.content.into_iter().collect(),
            environment,
            time_out: start.time_out.map(Duration::from_secs),
            account: start.account,
            native_view: start.native_view,
        };
        let ended = self.launch(work, &launch);
        if let Some(channel) = &self.channel {
            outcome.variables.extend(channel.close());
        }
        match ended {
            Ok(ended) => {
                self.line(
                    start.component,
                    1,
                    format!("Process completed with exit code {}", ended.exit_code),
                );
                if ended.timed_out {
                    self.line(
                        start.component,
                        3,
                        "The process ran longer than its time-out and was ended",
                    );
                }
                Some(ended)
            }
            Err(error) => {
                outcome.exit_code = code_of(&error);
                outcome.did.push(format!("could not start it: {error}"));
                let text = (work.scrub)(&format!("Failed to start the process: {error}"));
                self.line(start.component, 3, text);
                None
            }
        }
    }

    /// Everybody can list processes with their arguments. Where a shell reads the command line, one
    /// that carries a secret is handed over in the environment, which only the account itself can
    /// see.
    fn hidden(
        &self,
        work: &Work<'_>,
        program: Program,
        environment: &mut Vec<(String, OsString)>,
    ) -> Program {
        match program {
            Program::CommandLine(text)
                if self.system.family() != "windows" && (work.scrub)(&text) != text =>
            {
                environment.push((COMMAND_LINE.to_owned(), text.into()));
                let shell =
                    format!("__tasq=${COMMAND_LINE}; unset {COMMAND_LINE}; eval \"$__tasq\"");
                Program::CommandLine(shell)
            }
            other => other,
        }
    }

    /// What a process finds in its environment; scripts can then read and set variables.
    fn open(&mut self, work: &Work<'_>) -> Vec<(String, OsString)> {
        let mut environment = self.setup.environment.clone();
        if let Some(channel) = &self.channel {
            environment.extend(channel.open((work.all)()));
        }
        environment
    }

    fn launch(&mut self, work: &Work<'_>, launch: &Launch) -> Result<Ended, SystemError> {
        let LocalHost { system, watch, .. } = self;
        let mut held = String::new();
        let ended = system.run(launch, &mut |text| {
            if !text.is_empty() {
                // A secret may come in two pieces: a line that goes on is waited for.
                held.push_str(text);
                held = (work.scrub)(&held);
                let whole = held.rfind(['\n', '\r']).map_or(0, |at| at + 1);
                let rest = held.split_off(if held.len() > LONG_LINE {
                    held.len()
                } else {
                    whole
                });
                let lines = std::mem::replace(&mut held, rest);
                if !lines.is_empty() {
                    watch.note(Note::Output(lines));
                }
            }
            watch.goes_on()
        });
        if !held.is_empty() {
            watch.note(Note::Output((work.scrub)(&held)));
        }
        ended
    }

    /// The lines of the log before a process. A command line that carries a secret is not among
    /// them.
    fn announce(&mut self, work: &Work<'_>, start: &Start<'_>) {
        let quiet = (work.variables)("OSDDoNotLogCommand")
            .is_some_and(|text| text.eq_ignore_ascii_case("true"));
        let secret = (work.scrub)(start.shown) != start.shown;
        let shown = match (quiet, secret) {
            (true, _) => "(not logged: OSDDoNotLogCommand is TRUE)",
            (_, true) => "(not logged: it carries a secret)",
            _ => start.shown,
        };
        let shown = shown.to_owned();
        if let Some(folder) = &start.folder {
            let text = (work.scrub)(&format!("Working directory is {}", folder.display()));
            self.line(start.component, 1, text);
        }
        if let Some(account) = &start.account {
            self.line(
                start.component,
                1,
                format!("The command line runs as {}", account.name),
            );
        }
        self.line(
            start.component,
            1,
            format!("Executing command line: {shown}"),
        );
    }
}
