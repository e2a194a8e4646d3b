//! Install Application: detection before and after, requirements, dependencies, what is superseded.

use std::time::Duration;

use super::{
    Action, deed,
    process::{NO_CONTENT, ended, folder},
    property::{is_true, listed, named, references},
};
use crate::{
    computer::{
        ApplicationTest, Computer, ContentWork, Destination, Outcome, Process, Task, Wanted, Work,
    },
    deed::{Deed, ResultBasis, Verb},
    model::Reference,
    site::{DeploymentType, Meaning, Restart, SiteApplication},
};

const COMPONENT: &str = "InstallApplication";

/// How a step's applications ended.
pub(crate) const STATUS: &str = "_TSAppInstallStatus";

/// Whether an application failed that is to be tried again.
pub(crate) const NEEDS_RETRY: &str = "_SMSTSAppInstallNeedsRetry";

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

/// Install Application.
pub(super) struct InstallApplication;

/// How one application ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ApplicationEnd {
    Installed,
    /// A restart is needed.
    Restart,
    /// Its requirements are not met, or nobody knows it.
    Unmet,
    Failed(u32),
}

impl ApplicationEnd {
    fn installed(restart: bool) -> Self {
        if restart {
            ApplicationEnd::Restart
        } else {
            ApplicationEnd::Installed
        }
    }
}

/// What an application step works with.
struct Doing<'a, 'w> {
    on: &'a mut dyn Computer,
    work: &'a Work<'w>,
    outcome: &'a mut Outcome,
}

/// How the applications of a step ended together.
#[derive(Default)]
struct Sum {
    failed: Option<u32>,
    unmet: bool,
    restart: bool,
}

impl Action for InstallApplication {
    fn keyword(&self) -> &'static str {
        "install_application"
    }

    fn elevated(&self) -> bool {
        true
    }

    fn perform(&self, on: &mut dyn Computer, work: &Work<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        let dynamic = listed(work);
        let wanted: Vec<Reference> = match &dynamic {
            Some(names) => names.iter().map(|name| reference(name)).collect(),
            None => references(work, "applications"),
        };
        if wanted.is_empty() && dynamic.is_none() {
            let none = deed(on, Verb::Install, "no application", "the list is empty");
            outcome.did.push(none);
        }
        let goes_on = goes_on(work);
        let mut sum = Sum::default();
        for reference in &wanted {
            let mut doing = Doing {
                on: &mut *on,
                work,
                outcome: &mut outcome,
            };
            match doing.with_retries(reference, dynamic.is_some(), goes_on) {
                ApplicationEnd::Installed => {}
                ApplicationEnd::Restart => sum.restart = true,
                ApplicationEnd::Unmet => sum.unmet = true,
                ApplicationEnd::Failed(code) => {
                    sum.failed = sum.failed.or(Some(code));
                    if !goes_on {
                        break;
                    }
                }
            }
        }
        outcome.assumed.extend(on.take_assumptions());
        sum.close(work, wanted.is_empty(), goes_on, &mut outcome);
        outcome
    }
}

impl Sum {
    /// The step's code, and the variable that tells how it went.
    fn close(self, work: &Work<'_>, empty: bool, goes_on: bool, outcome: &mut Outcome) {
        let Sum {
            failed,
            unmet,
            restart,
        } = self;
        let status = match (failed, unmet) {
            (Some(_), _) => Some("Error"),
            _ if empty => None,
            // An application of which nothing is known may be one whose requirements are not met.
            _ if !outcome.assumed.is_empty() || outcome.basis == ResultBasis::Assumed => {
                let missing = match outcome.assumed.is_empty() {
                    true => format!("how the step \"{}\" ends", work.step.common.name.value),
                    false => outcome.assumed.join(", "),
                };
                outcome.unknown.push((STATUS.to_owned(), missing.clone()));
                outcome.unknown.push((NEEDS_RETRY.to_owned(), missing));
                None
            }
            (None, true) => Some("Warning"),
            (None, false) => Some("Success"),
        };
        outcome
            .variables
            .extend(status.map(|status| (STATUS.to_owned(), status.to_owned())));
        if status.is_some() {
            let again = failed.is_some() && !goes_on && retries(work) > 0;
            let again = (NEEDS_RETRY.to_owned(), again.to_string());
            outcome.variables.push(again);
        }
        let strict = (work.variables)("TSErrorOnWarning")
            .is_some_and(|value| value.eq_ignore_ascii_case("true"));
        outcome.exit_code = match failed.filter(|_| !goes_on) {
            Some(code) => code,
            None if failed.is_none() && unmet && strict => 1,
            None if restart => RESTART,
            None => 0,
        };
    }
}

/// A number that a variable of the run holds.
fn number(work: &Work<'_>, name: &str) -> Option<u64> {
    (work.variables)(name)?.trim().parse().ok()
}

/// How often an application that failed is tried again, where the step does not go on without it.
pub(crate) fn retries(work: &Work<'_>) -> u64 {
    number(work, "OSDAppInstallRetries").unwrap_or(0).min(100)
}

/// Whether the step goes on with the next application behind one that failed.
pub(crate) fn goes_on(work: &Work<'_>) -> bool {
    is_true(work, "continue_on_install_error")
}

/// What a variable names.
fn reference(name: &str) -> Reference {
    Reference {
        id: name.to_owned(),
        name: name.to_owned(),
        ..Reference::default()
    }
}

impl Doing<'_, '_> {
    /// Installs one, and tries again as often as the variables of the run ask for.
    fn with_retries(
        &mut self,
        reference: &Reference,
        dynamic: bool,
        goes_on: bool,
    ) -> ApplicationEnd {
        let retries = if goes_on { 0 } else { retries(self.work) };
        let pause = number(self.work, "OSDAppInstallRetryTimeout").unwrap_or(30_000);
        let pause = Duration::from_millis(pause);
        let mut tried = 0;
        loop {
            let ended = self.application(reference, dynamic, 0);
            if !matches!(ended, ApplicationEnd::Failed(_)) || tried >= retries {
                return ended;
            }
            tried += 1;
            let text = format!("Tried again in {} seconds", pause.as_secs());
            self.on.log(COMPONENT, 2, &text);
            if !self.on.wait(pause) {
                return ended;
            }
        }
    }

    fn say(&mut self, verb: Verb, object: &str, detail: &str) {
        let said = deed(self.on, verb, object, detail);
        let text = (self.work.scrub)(&said.to_string());
        self.on.log(COMPONENT, 1, &text);
        self.outcome.did.push(said);
    }

    fn fail(&mut self, code: u32, why: &str) -> ApplicationEnd {
        let text = (self.work.scrub)(why);
        self.on.log(COMPONENT, 3, &text);
        self.outcome.did.push(Deed::remark(why));
        ApplicationEnd::Failed(code)
    }

    fn application(
        &mut self,
        reference: &Reference,
        dynamic: bool,
        depth: usize,
    ) -> ApplicationEnd {
        let shown = if reference.name.is_empty() {
            named(reference)
        } else {
            reference.name.clone()
        };
        let Some(own) = self.on.application(&reference.id, &reference.name) else {
            let what = format!("no application {shown} in {}", self.on.catalogue());
            self.say(Verb::Find, &what, "");
            // A value of a list that names nothing is passed over.
            return if dynamic {
                ApplicationEnd::Unmet
            } else {
                ApplicationEnd::Failed(NOT_FOUND)
            };
        };
        if depth > MAX_DEPTH {
            let why = format!("applications depend on {shown} in a circle");
            return self.fail(NOT_FOUND, &why);
        }
        match self.on.is_installed(self.work, &own) {
            Ok(true) => {
                let what = format!("application {shown} installed already");
                self.say(Verb::Find, &what, "");
                return ApplicationEnd::Installed;
            }
            Ok(false) => {}
            Err(what) => {
                let why = format!("cannot detect application {shown}: {what}");
                return self.fail(NOT_DETECTED, &why);
            }
        }
        if own.retired {
            let what = format!("to install application {shown}");
            self.say(Verb::Fail, &what, "it is retired");
            return ApplicationEnd::Failed(NOT_FOUND);
        }
        match self.kind(&own, &shown) {
            Ok(kind) => self.install(&own, &kind, &shown, depth),
            Err(ended) => ended,
        }
    }

    fn passes(
        &mut self,
        own: &SiteApplication,
        kind: &DeploymentType,
        test: ApplicationTest,
    ) -> Result<bool, String> {
        self.on.passes(self.work, own, kind, test)
    }

    /// The first way to install it whose requirements are met.
    fn kind(
        &mut self,
        own: &SiteApplication,
        shown: &str,
    ) -> Result<DeploymentType, ApplicationEnd> {
        for kind in &own.deployment_types {
            match self.passes(own, kind, ApplicationTest::Requirements) {
                Ok(true) => return Ok(kind.clone()),
                Ok(false) => {}
                Err(what) => {
                    let why =
                        format!("cannot tell whether application {shown} may run here: {what}");
                    return Err(self.fail(NOT_FOUND, &why));
                }
            }
        }
        let what = format!("application {shown}");
        self.say(Verb::Skip, &what, "its requirements are not met");
        Err(ApplicationEnd::Unmet)
    }

    /// Installs it behind what it needs and what it takes the place of.
    fn install(
        &mut self,
        own: &SiteApplication,
        kind: &DeploymentType,
        shown: &str,
        depth: usize,
    ) -> ApplicationEnd {
        let mut restart = false;
        for name in &kind.depends_on {
            match self.application(&reference(name), false, depth + 1) {
                ApplicationEnd::Installed => {}
                ApplicationEnd::Restart => restart = true,
                ApplicationEnd::Unmet => {
                    let why =
                        format!("application {shown} depends on {name}, which may not run here");
                    return self.fail(NOT_FOUND, &why);
                }
                ApplicationEnd::Failed(code) => return ApplicationEnd::Failed(code),
            }
        }
        if let Err(code) = self.supersede(own) {
            return ApplicationEnd::Failed(code);
        }
        match self.enforce(own, kind, shown) {
            ApplicationEnd::Installed if restart => ApplicationEnd::Restart,
            ended => ended,
        }
    }

    /// Takes away what is superseded and to be uninstalled.
    fn supersede(&mut self, own: &SiteApplication) -> Result<(), u32> {
        for older in own.supersedes.iter().filter(|older| older.uninstall) {
            let name = &older.application;
            let Some(old) = self.on.application(name, name) else {
                continue;
            };
            for kind in &old.deployment_types {
                let Some(uninstall) = &kind.uninstall else {
                    continue;
                };
                if self.passes(&old, kind, ApplicationTest::Detection) != Ok(true) {
                    continue;
                }
                let what = format!("application {}, which {} supersedes", old.name, own.name);
                self.say(Verb::Uninstall, &what, "");
                let code = self.command(&old, kind, uninstall)?;
                if let Some(code) = code
                    && kind.meaning(code) == Meaning::Failure
                {
                    let why = format!("could not uninstall {}: exit code {code}", old.name);
                    self.fail(code, &why);
                    return Err(code);
                }
            }
        }
        Ok(())
    }

    /// Runs a command line of a deployment type; its exit code, or nothing where it is not run.
    fn command(
        &mut self,
        own: &SiteApplication,
        kind: &DeploymentType,
        command_line: &str,
    ) -> Result<Option<u32>, u32> {
        let mut content = None;
        if kind.content.source.is_some() || !kind.content.files.is_empty() {
            let wanted = Wanted::Application(own, kind);
            let (to, how) = (&Destination::Anywhere, ContentWork::Bring);
            let brought = self.on.content(self.work, wanted, to, how);
            match brought {
                Ok(folder) => content = Some(folder),
                Err(why) => {
                    let why = format!("no content of application {}: {why}", own.name);
                    self.fail(NO_CONTENT, &why);
                    return Err(NO_CONTENT);
                }
            }
        }
        let process = Process {
            task: Task::CommandLine(command_line),
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
        let started = self.on.enforce(self.work, own, &process);
        let Some(end) = ended(self.on, COMPONENT, self.work, started, self.outcome) else {
            return match self.outcome.exit_code {
                0 => Ok(None),
                code => Err(code),
            };
        };
        self.outcome.seconds += end.milliseconds / 1000;
        self.outcome.output = end.output;
        if end.timed_out {
            Err(TIME_OUT)
        } else {
            Ok(Some(end.exit_code))
        }
    }

    /// Runs the installation and looks whether it is there afterwards.
    fn enforce(
        &mut self,
        own: &SiteApplication,
        kind: &DeploymentType,
        shown: &str,
    ) -> ApplicationEnd {
        let what = format!("application {shown}");
        self.say(Verb::Install, &what, "");
        let code = match self.command(own, kind, &kind.install) {
            Ok(Some(code)) => code,
            Ok(None) => return ApplicationEnd::installed(kind.restart == Restart::Always),
            Err(code) => return ApplicationEnd::Failed(code),
        };
        let meaning = kind.meaning(code);
        let word = Meaning::WORDS[meaning as usize];
        let text = format!("Exit code {code} means {word}");
        self.on.log(COMPONENT, 1, &text);
        if matches!(meaning, Meaning::Failure | Meaning::FastRetry) {
            return self.fail_install(code, shown);
        }
        let asks = matches!(meaning, Meaning::SoftReboot | Meaning::HardReboot);
        let restart = match kind.restart {
            Restart::ByCode => asks,
            Restart::Never => false,
            Restart::Always => true,
        };
        if let Some(failed) = self.undetected(own, kind, shown)
            // What waits for a restart need not be found before it.
            && !restart
        {
            return self.fail(NOT_DETECTED, &failed);
        }
        if is_true(self.work, "clear_cache") {
            let id = own.id.as_deref().unwrap_or(&own.name);
            self.on.forget_content(id);
        }
        ApplicationEnd::installed(restart)
    }

    /// Ends an installation that was begun and whose exit code means failure.
    fn fail_install(&mut self, code: u32, shown: &str) -> ApplicationEnd {
        // The engine takes these for success.
        let code = match code {
            0 | 1641 | 3010 => 0x8007_0000 | code.max(1),
            code => code,
        };
        let text = format!("application {shown} failed with exit code {code}");
        let text = (self.work.scrub)(&text);
        self.on.log(COMPONENT, 3, &text);
        // It was not installed, as was said before.
        self.outcome.did.pop();
        let what = format!("to install application {shown}");
        let why = format!("exit code {code}");
        let failed = deed(self.on, Verb::Fail, what, why);
        self.outcome.did.push(failed);
        ApplicationEnd::Failed(code)
    }

    /// Why it cannot be told that it is there now.
    fn undetected(
        &mut self,
        own: &SiteApplication,
        kind: &DeploymentType,
        shown: &str,
    ) -> Option<String> {
        match self.passes(own, kind, ApplicationTest::Detection) {
            Ok(true) => None,
            Ok(false) => Some(format!(
                "application {shown} was installed and is not detected"
            )),
            Err(what) => Some(format!("cannot detect application {shown}: {what}")),
        }
    }
}
