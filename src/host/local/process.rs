//! Processes of steps.

use std::{ffi::OsString, fs, path::PathBuf, time::Duration};

use super::{LocalHost, ProgressNote};
use crate::{
    computer::{Process, ProcessEnd, ProcessResult, Script, SystemError, Task, Work},
    host::system::{Launch, ProgramStart},
};

/// Carries a command line past the list of processes.
const COMMAND_LINE: &str = "TASQ_COMMAND_LINE";

/// A line that is longer is shown in pieces, in bytes.
const LONG_LINE: usize = 64 * 1024;

/// ERROR_FILE_NOT_FOUND as an HRESULT.
const NOT_FOUND: u32 = 0x8007_0002;

/// What is started, what the log says of it, and a file that goes afterwards.
struct Ready {
    program: ProgramStart,
    shown: String,
    script: Option<PathBuf>,
}

impl LocalHost {
    /// Starts a process and waits for it.
    pub(super) fn process(
        &mut self,
        work: &Work<'_>,
        process: &Process<'_>,
    ) -> Result<ProcessEnd, SystemError> {
        let Ready {
            program,
            shown,
            script,
        } = self.ready(work, &process.task)?;
        self.announce(work, process, &shown);
        let mut environment = self.open(work);
        let program = self.hidden(work, program, &mut environment);
        let launch = Launch {
            program,
            folder: process.folder.clone(),
            search: process.content.iter().cloned().collect(),
            environment,
            time_out: process.time_out.map(Duration::from_secs),
            account: process.account.clone(),
            native_view: process.native_view,
            track: self.track(),
        };
        let ended = self.launch(work, &launch);
        let set = self.channel.as_ref().map(super::Channel::close);
        if let Some(script) = script {
            let _ = fs::remove_file(script);
        }
        let ended = ended?;
        let text = format!("Process completed with exit code {}", ended.exit_code);
        self.line(process.component, 1, text);
        if ended.timed_out {
            let text = "The process ran longer than its time-out and was ended";
            self.line(process.component, 3, text);
        }
        Ok(ProcessEnd {
            ended,
            variables: set.unwrap_or_default(),
        })
    }

    fn ready(&mut self, work: &Work<'_>, task: &Task<'_>) -> Result<Ready, SystemError> {
        let (powershell, script, parameters, policy) = match task {
            Task::CommandLine(text) => {
                return Ok(Ready {
                    program: ProgramStart::CommandLine((*text).to_owned()),
                    shown: (*text).to_owned(),
                    script: None,
                });
            }
            Task::Script {
                powershell,
                script,
                parameters,
                policy,
            } => (powershell, script, *parameters, *policy),
        };
        let (path, own) = match script {
            Script::File(path) => (path.clone(), None),
            Script::Inline(text) => {
                let path = self.written(text).map_err(|why| {
                    SystemError::new(NOT_FOUND, format!("the script cannot be written: {why}"))
                })?;
                (path.clone(), Some(path))
            }
        };
        let mut arguments: Vec<OsString> = vec![
            "-NoLogo".into(),
            "-NoProfile".into(),
            "-NonInteractive".into(),
        ];
        if !policy.is_empty() && !policy.eq_ignore_ascii_case("Undefined") {
            arguments.extend(["-ExecutionPolicy".into(), policy.into()]);
        }
        // Parameters are in PowerShell's own words: only -Command reads them so.
        let quoted = path.display().to_string().replace('\'', "''");
        let call = format!("& '{quoted}' {parameters}; exit $LASTEXITCODE");
        arguments.extend(["-Command".into(), call.into()]);
        let log_parameters = (work.variables)("OSDLogPowerShellParameters")
            .is_some_and(|text| text.eq_ignore_ascii_case("true"));
        let shown = match (log_parameters, parameters) {
            (_, "") => path.display().to_string(),
            (true, parameters) => format!("{} {parameters}", path.display()),
            (false, _) => format!("{} (parameters are not logged)", path.display()),
        };
        Ok(Ready {
            program: ProgramStart::Arguments(powershell.clone(), arguments),
            shown,
            script: own,
        })
    }

    /// Writes a script where only the run's account can read it.
    fn written(&mut self, text: &str) -> Result<PathBuf, String> {
        self.scripts += 1;
        let folder = self.setup.private.join("scripts");
        fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        let path = folder.join(format!("{}.ps1", self.scripts));
        let bytes = if self.system.family() == "windows" {
            // Signed scripts must be Unicode, and without a mark Windows PowerShell reads the
            // machine's code page.
            let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
            units.flat_map(u16::to_le_bytes).collect()
        } else {
            text.as_bytes().to_vec()
        };
        super::files::write_private(&path, &bytes).map_err(|error| error.to_string())?;
        self.system
            .make_private(&path)
            .map_err(|error| error.to_string())?;
        Ok(path)
    }

    /// Everybody can list processes with their arguments. Where a shell reads the command line, one
    /// that carries a secret is handed over in the environment, which only the account itself can
    /// see.
    fn hidden(
        &self,
        work: &Work<'_>,
        program: ProgramStart,
        environment: &mut Vec<(String, OsString)>,
    ) -> ProgramStart {
        match program {
            ProgramStart::CommandLine(text)
                if self.system.family() != "windows" && (work.scrub)(&text) != text =>
            {
                environment.push((COMMAND_LINE.to_owned(), text.into()));
                let shell =
                    format!("__tasq=${COMMAND_LINE}; unset {COMMAND_LINE}; eval \"$__tasq\"");
                ProgramStart::CommandLine(shell)
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

    fn launch(&mut self, work: &Work<'_>, launch: &Launch) -> Result<ProcessResult, SystemError> {
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
                    watch.note(ProgressNote::Output(lines));
                }
            }
            watch.goes_on()
        });
        if !held.is_empty() {
            watch.note(ProgressNote::Output((work.scrub)(&held)));
        }
        ended
    }

    /// The lines of the log before a process. A command line that carries a secret is not among
    /// them.
    fn announce(&mut self, work: &Work<'_>, start: &Process<'_>, shown: &str) {
        let quiet = (work.variables)("OSDDoNotLogCommand")
            .is_some_and(|text| text.eq_ignore_ascii_case("true"));
        let secret = (work.scrub)(shown) != shown;
        let shown = match (quiet, secret) {
            (true, _) => "(not logged: OSDDoNotLogCommand is TRUE)",
            (_, true) => "(not logged: it carries a secret)",
            _ => shown,
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
