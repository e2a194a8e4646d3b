//! Install Application: detection before and after, requirements, dependencies, what is superseded.

use std::{path::PathBuf, time::Duration};

use super::{
    LocalHost,
    command::{Start, folder},
    content::{Fault, NO_CONTENT},
    detect,
    words::{self, is_true, listed, named, references},
};
use crate::{
    computer::{Outcome, Work},
    host::system::Program,
    model::Reference,
    site::{Application, DeploymentType, Meaning, Restart},
};

const COMPONENT: &str = "InstallApplication";

/// How a step's applications ended.
const STATUS: &str = "_TSAppInstallStatus";

/// Installed, and not found afterwards.
const NOT_DETECTED: u32 = 0x87D0_0324;
/// A listed application could not be installed.
const NOT_FOUND: u32 = 0x87D0_0267;
/// Time-out.
const TIME_OUT: u32 = 0x8007_05B4;
/// Restart, then go on.
const RESTART: u32 = 3010;
/// Dependencies of dependencies; more are a circle.
const MAX_DEPTH: usize = 16;

/// How one application ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ended {
    Installed,
    /// A restart is needed.
    Restart,
    /// Its requirements are not met, or nobody knows it.
    Unmet,
    Failed(u32),
}

/// What an application step works with.
struct Doing<'a, 'w> {
    host: &'a mut LocalHost,
    work: &'a Work<'w>,
    outcome: &'a mut Outcome,
}

/// Install Application.
pub(super) fn install(host: &mut LocalHost, work: &Work<'_>) -> Outcome {
    let mut outcome = Outcome::default();
    let dynamic = listed(work, 2);
    let wanted: Vec<Reference> = match &dynamic {
        Some(names) => names
            .iter()
            .map(|name| Reference {
                id: name.clone(),
                name: name.clone(),
                ..Reference::default()
            })
            .collect(),
        None => references(work, "applications"),
    };
    let goes_on = is_true(work, "continue_on_install_error");
    let number =
        |name: &str| (work.variables)(name).and_then(|text| text.trim().parse::<u64>().ok());
    let retries = if goes_on {
        0
    } else {
        number("OSDAppInstallRetries").unwrap_or(0).min(100)
    };
    let pause = Duration::from_millis(number("OSDAppInstallRetryTimeout").unwrap_or(30_000));
    let (mut failed, mut unmet, mut restart) = (None, false, false);
    for reference in &wanted {
        let mut tried = 0;
        let ended = loop {
            let mut doing = Doing {
                host: &mut *host,
                work,
                outcome: &mut outcome,
            };
            let ended = doing.application(reference, dynamic.is_some(), 0);
            if !matches!(ended, Ended::Failed(_)) || tried >= retries || doing.host.setup.dry {
                break ended;
            }
            tried += 1;
            host.line(
                COMPONENT,
                2,
                format!("Tried again in {} seconds", pause.as_secs()),
            );
            if !host.pause(pause) {
                break ended;
            }
        };
        match ended {
            Ended::Installed => {}
            Ended::Restart => restart = true,
            Ended::Unmet => unmet = true,
            Ended::Failed(code) => {
                failed = failed.or(Some(code));
                if !goes_on {
                    break;
                }
            }
        }
    }
    let status = match (failed, unmet) {
        (Some(_), _) => Some("Error"),
        _ if wanted.is_empty() => None,
        (None, true) => Some("Warning"),
        (None, false) => Some("Success"),
    };
    outcome
        .variables
        .extend(status.map(|status| (STATUS.to_owned(), status.to_owned())));
    let strict = (work.variables)("TSErrorOnWarning")
        .is_some_and(|value| value.eq_ignore_ascii_case("true"));
    outcome.exit_code = match failed.filter(|_| !goes_on) {
        Some(code) => code,
        None if failed.is_none() && unmet && strict => 1,
        None if restart => RESTART,
        None => 0,
    };
    outcome
}

impl Doing<'_, '_> {
    fn say(&mut self, verb: words::Verb, rest: &str) {
        let said = format!("{} {rest}", verb.said(self.host.setup.dry));
        self.host.line(COMPONENT, 1, (self.work.scrub)(&said));
        self.outcome.did.push(said);
    }

    fn fail(&mut self, code: u32, why: &str) -> Ended {
        self.host.line(COMPONENT, 3, (self.work.scrub)(why));
        self.outcome.did.push(why.to_owned());
        Ended::Failed(code)
    }

    fn application(&mut self, reference: &Reference, dynamic: bool, depth: usize) -> Ended {
        let shown = if reference.name.is_empty() {
            named(reference)
        } else {
            reference.name.clone()
        };
        let Some(own) = self
            .host
            .site
            .application(&reference.id, &reference.name)
            .cloned()
        else {
            self.say(
                words::FIND,
                &format!("no application {shown} in the site file"),
            );
            // A value of a list that names nothing is passed over.
            return if dynamic {
                Ended::Unmet
            } else {
                Ended::Failed(NOT_FOUND)
            };
        };
        if depth > MAX_DEPTH {
            return self.fail(
                NOT_FOUND,
                &format!("applications depend on {shown} in a circle"),
            );
        }
        match self.is_installed(&own) {
            Ok(true) => {
                self.say(
                    words::FIND,
                    &format!("application {shown} installed already"),
                );
                return Ended::Installed;
            }
            Ok(false) => {}
            Err(what) => {
                return self.fail(
                    NOT_DETECTED,
                    &format!("cannot detect application {shown}: {what}"),
                );
            }
        }
        if own.retired {
            self.say(
                words::FAIL,
                &format!("to install application {shown}: it is retired"),
            );
            return Ended::Failed(NOT_FOUND);
        }
        let kind = own.deployment_types.iter().find_map(|kind| {
            match detect::all(self.host, self.work, &kind.requirements, None) {
                Ok(true) => Some(Ok(kind)),
                Ok(false) => None,
                Err(what) => Some(Err(what)),
            }
        });
        let kind = match kind {
            Some(Ok(kind)) => kind,
            Some(Err(what)) => {
                return self.fail(
                    NOT_FOUND,
                    &format!("cannot tell whether application {shown} may run here: {what}"),
                );
            }
            None => {
                self.say(
                    words::SKIP,
                    &format!("application {shown}: its requirements are not met"),
                );
                return Ended::Unmet;
            }
        };
        let mut restart = false;
        for name in &kind.depends_on {
            let reference = Reference {
                id: name.clone(),
                name: name.clone(),
                ..Reference::default()
            };
            match self.application(&reference, false, depth + 1) {
                Ended::Installed => {}
                Ended::Restart => restart = true,
                Ended::Unmet => {
                    return self.fail(
                        NOT_FOUND,
                        &format!("application {shown} depends on {name}, which may not run here"),
                    );
                }
                Ended::Failed(code) => return Ended::Failed(code),
            }
        }
        if let Err(code) = self.supersede(&own) {
            return Ended::Failed(code);
        }
        match self.enforce(&own, kind, &shown) {
            Ended::Installed if restart => Ended::Restart,
            ended => ended,
        }
    }

    /// Whether any deployment type is found.
    fn is_installed(&mut self, own: &Application) -> Result<bool, String> {
        if self.host.installed.contains(&own.name) {
            return Ok(true);
        }
        for kind in own
            .deployment_types
            .iter()
            .filter(|kind| !kind.detection.is_empty())
        {
            if detect::all(self.host, self.work, &kind.detection, None)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Takes away what is superseded and to be uninstalled.
    fn supersede(&mut self, own: &Application) -> Result<(), u32> {
        for older in own.supersedes.iter().filter(|older| older.uninstall) {
            let Some(old) = self
                .host
                .site
                .application(&older.application, &older.application)
                .cloned()
            else {
                continue;
            };
            for kind in &old.deployment_types {
                let Some(uninstall) = &kind.uninstall else {
                    continue;
                };
                if detect::all(self.host, self.work, &kind.detection, None) != Ok(true) {
                    continue;
                }
                self.say(
                    words::UNINSTALL,
                    &format!("application {}, which {} supersedes", old.name, own.name),
                );
                let code = self.command(&old, kind, uninstall)?;
                if let (Some(code), false) = (code, self.host.setup.dry)
                    && kind.meaning(code) == Meaning::Failure
                {
                    self.fail(
                        code,
                        &format!("could not uninstall {}: exit code {code}", old.name),
                    );
                    return Err(code);
                }
            }
        }
        Ok(())
    }

    /// Runs a command line of a deployment type; its exit code, or nothing in a dry run.
    fn command(
        &mut self,
        own: &Application,
        kind: &DeploymentType,
        command_line: &str,
    ) -> Result<Option<u32>, u32> {
        let id = own.id.as_deref().unwrap_or(&own.name);
        let mut content: Option<PathBuf> = None;
        if kind.content.source.is_some() || !kind.content.files.is_empty() {
            let brought = self.host.bring(self.work, id, &kind.content, None);
            match brought {
                Ok(folder) => content = Some(folder),
                Err(Fault(why)) => {
                    self.fail(
                        NO_CONTENT,
                        &format!("no content of application {}: {why}", own.name),
                    );
                    return Err(NO_CONTENT);
                }
            }
        }
        let start = Start {
            program: Program::CommandLine(command_line.to_owned()),
            shown: command_line,
            component: COMPONENT,
            folder: folder(
                kind.working_directory.as_deref().unwrap_or(""),
                content.as_deref(),
            ),
            content,
            time_out: kind.timeout,
            account: None,
            native_view: true,
        };
        self.outcome.exit_code = 0;
        let Some(ended) = self.host.process(self.work, start, self.outcome) else {
            return match self.outcome.exit_code {
                0 => Ok(None),
                code => Err(code),
            };
        };
        self.outcome.seconds += ended.milliseconds / 1000;
        self.outcome.output = ended.output;
        if ended.timed_out {
            Err(TIME_OUT)
        } else {
            Ok(Some(ended.exit_code))
        }
    }

    fn enforce(&mut self, own: &Application, kind: &DeploymentType, shown: &str) -> Ended {
        self.say(words::INSTALL, &format!("application {shown}"));
        let code = match self.command(own, kind, &kind.install) {
            Ok(Some(code)) => code,
            Ok(None) => {
                self.host.installed.insert(own.name.clone());
                return if kind.restart == Restart::Always {
                    Ended::Restart
                } else {
                    Ended::Installed
                };
            }
            Err(code) => return Ended::Failed(code),
        };
        let meaning = kind.meaning(code);
        self.host.line(
            COMPONENT,
            1,
            format!(
                "Exit code {code} means {}",
                Meaning::WORDS[meaning as usize]
            ),
        );
        if matches!(meaning, Meaning::Failure | Meaning::FastRetry) {
            // The engine takes these for success.
            let code = if matches!(code, 0 | 1641 | 3010) {
                0x8007_0000 | code.max(1)
            } else {
                code
            };
            return self.fail(
                code,
                &format!("application {shown} failed with exit code {code}"),
            );
        }
        let asks = matches!(meaning, Meaning::SoftReboot | Meaning::HardReboot);
        let restart = match kind.restart {
            Restart::ByCode => asks,
            Restart::Never => false,
            Restart::Always => true,
        };
        match detect::all(self.host, self.work, &kind.detection, None) {
            Ok(true) => {}
            // What waits for a restart need not be found before it.
            _ if restart => {}
            Ok(false) => {
                return self.fail(
                    NOT_DETECTED,
                    &format!("application {shown} was installed and is not detected"),
                );
            }
            Err(what) => {
                return self.fail(
                    NOT_DETECTED,
                    &format!("cannot detect application {shown}: {what}"),
                );
            }
        }
        if is_true(self.work, "clear_cache") {
            self.host.forget(own.id.as_deref().unwrap_or(&own.name));
        }
        if restart {
            Ended::Restart
        } else {
            Ended::Installed
        }
    }
}
