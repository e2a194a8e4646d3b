//! What steps would do on a described computer, and how they end there.

use super::{
    Changes, SimulatedHost,
    content::{self, named, references},
    readiness,
};
use crate::{
    computer::{Outcome, Work},
    host::known_facts,
    machine::values::{fits, letter},
};

/// What a type of step does.
type Action = fn(&mut SimulatedHost, &Work<'_>) -> Outcome;

/// What the types of steps do; others are only named.
const ACTIONS: &[(&str, Action)] = &[
    ("check_readiness", |host, work| readiness::check(host, work)),
    ("connect_network_folder", connect),
    ("download_package_content", content::download),
    ("install_application", applications),
    ("install_package", packages),
    ("install_software_updates", updates),
    ("run_command_line", command),
    ("run_powershell_script", script),
    ("set_dynamic_variables", |host, _| known_facts(host)),
];

/// Steps that the engine does by itself: nothing is done to the computer.
const OF_THE_ENGINE: &[&str] = &["restart_computer", "run_task_sequence", "set_variable"];

/// How a step's applications ended.
const APPLICATIONS: &str = "_TSAppInstallStatus";

/// Exit codes after which something is installed.
const DONE: [u32; 3] = [0, 1641, 3010];

/// The value of a property; empty when it is not given.
fn value<'a>(work: &'a Work<'_>, name: &str) -> &'a str {
    work.values
        .iter()
        .find(|(own, _)| own == name)
        .map_or("", |(_, value)| value.as_str())
}

impl SimulatedHost {
    /// What happens: what the file says of this step, else what such a step usually does.
    pub(super) fn pretend(&mut self, work: &Work<'_>) -> Outcome {
        let mock = self.mocked(work);
        let keyword = work.step.table().map_or("", |table| table.keyword.as_str());
        let action = ACTIONS
            .iter()
            .find(|(name, _)| *name == keyword)
            .map(|(_, action)| *action);
        let before = self.changes.clone();
        let mut outcome = match action {
            Some(action) => action(self, work),
            None if OF_THE_ENGINE.contains(&keyword) => Outcome::default(),
            None => {
                let label = work
                    .step
                    .table()
                    .map_or(work.step.class.as_str(), |table| table.label.as_str());
                Outcome {
                    did: vec![format!("would do: {label}")],
                    ..Outcome::default()
                }
            }
        };
        let mut output = None;
        if let Some(mock) = mock.and_then(|index| self.outcomes.get(index)).cloned() {
            if let Some(code) = mock.exit_code {
                outcome.exit_code = code;
                outcome.assumed.clear();
                if DONE.contains(&code) {
                    settle(&mut outcome);
                } else {
                    self.undo(before, &mut outcome);
                }
            }
            outcome.seconds = mock.seconds;
            for (name, value) in mock.sets {
                outcome
                    .variables
                    .retain(|(own, _)| !own.eq_ignore_ascii_case(&name));
                outcome
                    .unknown
                    .retain(|(own, _)| !own.eq_ignore_ascii_case(&name));
                outcome.variables.push((name, value));
            }
            output = mock.output;
        }
        match output {
            Some(output) => outcome.output = output,
            // The variable would hold something that nobody knows.
            None if !value(work, "output_variable").is_empty() && outcome.exit_code == 0 => {
                outcome.assumed.push(format!(
                    "output of the step \"{}\"",
                    work.step.common.name.value
                ));
            }
            None => {}
        }
        outcome
    }

    /// What failed because the file says so changed nothing.
    fn undo(&mut self, before: Changes, outcome: &mut Outcome) {
        self.changes = before;
        outcome
            .variables
            .retain(|(name, _)| name.starts_with("_TS"));
        for (_, value) in outcome
            .variables
            .iter_mut()
            .filter(|(name, _)| name == APPLICATIONS)
        {
            *value = "Error".to_owned();
        }
        if outcome.unknown.iter().any(|(name, _)| name == APPLICATIONS) {
            outcome.unknown.retain(|(name, _)| name != APPLICATIONS);
            outcome
                .variables
                .push((APPLICATIONS.to_owned(), "Error".to_owned()));
        }
    }

    /// The number of the outcome that the file has for this step, now used once more.
    fn mocked(&mut self, work: &Work<'_>) -> Option<usize> {
        let plain = work.path.replace('"', "");
        let name = &work.step.common.name.value;
        for (index, mock) in self.outcomes.iter().enumerate() {
            let meant = match mock.exact {
                true => mock.step == work.path,
                false => {
                    fits(&mock.step, name)
                        || fits(&mock.step, work.path)
                        || fits(&mock.step, &plain)
                }
            };
            if !meant {
                continue;
            }
            let Some(times) = mock.times else {
                return Some(index);
            };
            let used = self.used.entry((index, work.path.to_owned())).or_insert(0);
            if *used < times {
                *used += 1;
                return Some(index);
            }
        }
        None
    }
}

fn connect(host: &mut SimulatedHost, work: &Work<'_>) -> Outcome {
    let (path, drive, account) = (
        value(work, "path"),
        value(work, "drive"),
        value(work, "account"),
    );
    let mut did = format!("would connect {path}");
    if let Some(drive) = letter(drive) {
        did += &format!(" as drive {drive}");
        host.changes.mapped.insert(drive, path.to_owned());
    }
    if !account.is_empty() {
        did += &format!(" with the account {account}");
    }
    Outcome {
        did: vec![did],
        ..Outcome::default()
    }
}

/// The folder and account of a command or script.
fn around(work: &Work<'_>) -> String {
    let mut out = String::new();
    if !value(work, "working_directory").is_empty() {
        out += &format!(" in {}", value(work, "working_directory"));
    }
    if !value(work, "run_as").is_empty() {
        out += &format!(" as {}", value(work, "run_as"));
    }
    out
}

fn command(host: &mut SimulatedHost, work: &Work<'_>) -> Outcome {
    let mut outcome = Outcome::default();
    let packages = references(work, "package");
    if host.has_content(&packages, &mut outcome) {
        let package = packages.first().map_or(String::new(), |package| {
            format!(" from package {}", named(package))
        });
        outcome.did.push(format!(
            "would run: {}{package}{}",
            value(work, "command_line"),
            around(work)
        ));
    }
    outcome
}

fn script(host: &mut SimulatedHost, work: &Work<'_>) -> Outcome {
    let mut outcome = Outcome::default();
    let packages = references(work, "package");
    if !host.has_content(&packages, &mut outcome) {
        return outcome;
    }
    let what = match packages.first() {
        Some(package) => format!(
            "{} from package {}",
            value(work, "script_name"),
            named(package)
        ),
        None => "the PowerShell script of this step".to_owned(),
    };
    let parameters = value(work, "parameters");
    let parameters = if parameters.is_empty() {
        String::new()
    } else {
        format!(" with {parameters}")
    };
    outcome
        .did
        .push(format!("would run {what}{parameters}{}", around(work)));
    outcome
}

/// A step that is said to succeed has passed its checks and installed its applications.
fn settle(outcome: &mut Outcome) {
    for (name, _) in std::mem::take(&mut outcome.unknown) {
        let value = if name == APPLICATIONS { "Success" } else { "1" };
        outcome.variables.push((name, value.to_owned()));
    }
}

/// A list of run-time variables, `BASE01`, `BASE02` …: those that are given with the step, else up
/// to the first that is not there.
fn listed(work: &Work<'_>, digits: usize) -> Option<Vec<String>> {
    let base = value(work, "base_variable");
    if base.is_empty() {
        return None;
    }
    let number = |name: &str| {
        let digits_of = name
            .get(base.len()..)
            .filter(|_| name.get(..base.len()).is_some_and(|own| own == base));
        digits_of
            .is_some_and(|own| own.len() == digits && own.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let given: Vec<String> = work
        .values
        .iter()
        .filter(|(name, _)| number(name))
        .map(|(_, value)| value.clone())
        .collect();
    if !given.is_empty() {
        return Some(given);
    }
    let most = 10_usize.pow(digits as u32) - 1;
    let each = (1..=most).map_while(|index| (work.variables)(&format!("{base}{index:0digits$}")));
    Some(each.take_while(|value| !value.is_empty()).collect())
}

/// How an application's installation went.
enum Installed {
    Done,
    Unmet,
    Failed(u32),
}

fn applications(host: &mut SimulatedHost, work: &Work<'_>) -> Outcome {
    let mut outcome = Outcome::default();
    let goes_on = value(work, "continue_on_install_error").eq_ignore_ascii_case("true");
    let wanted: Vec<(String, String)> = match listed(work, 2) {
        Some(names) => names
            .into_iter()
            .map(|name| (String::new(), name))
            .collect(),
        None => references(work, "applications")
            .into_iter()
            .map(|application| (application.id, application.name))
            .collect(),
    };
    if wanted.is_empty() {
        outcome
            .did
            .push("would install no application: the list is empty".to_owned());
    }
    let (mut failed, mut unmet) = (None, false);
    for (id, name) in &wanted {
        match application(host, id, name, &mut outcome) {
            Installed::Done => {}
            Installed::Unmet => unmet = true,
            Installed::Failed(code) => {
                failed = failed.or(Some(code));
                if !goes_on {
                    break;
                }
            }
        }
    }
    // An application of which nothing is known may be one whose requirements are not met.
    let status = match (failed, unmet) {
        (Some(_), _) => Some("Error"),
        _ if wanted.is_empty() => None,
        _ if !outcome.assumed.is_empty() => {
            outcome
                .unknown
                .push((APPLICATIONS.to_owned(), outcome.assumed.join(", ")));
            None
        }
        (None, true) => Some("Warning"),
        (None, false) => Some("Success"),
    };
    outcome
        .variables
        .extend(status.map(|status| (APPLICATIONS.to_owned(), status.to_owned())));
    let strict = (work.variables)("TSErrorOnWarning")
        .is_some_and(|value| value.eq_ignore_ascii_case("true"));
    if let Some(code) = failed.filter(|_| !goes_on) {
        outcome.exit_code = code;
    } else if failed.is_none() && unmet && strict {
        outcome.exit_code = 1;
    }
    outcome
}

fn application(host: &mut SimulatedHost, id: &str, name: &str, outcome: &mut Outcome) -> Installed {
    let shown = if name.is_empty() { id } else { name };
    let same =
        |own: &Option<String>, wanted: &str| !wanted.is_empty() && own.as_deref() == Some(wanted);
    let found = host
        .machine
        .applications
        .iter()
        .position(|own| same(&own.id, id) || same(&own.name, name));
    let found = found.and_then(|index| Some((index, host.machine.applications.get(index)?)));
    let Some((index, own)) = found else {
        if host.machine.complete.has("applications") {
            outcome
                .did
                .push(format!("would not find the application {shown}"));
            return Installed::Unmet;
        }
        outcome
            .assumed
            .push(format!("applications with name \"{shown}\""));
        outcome
            .did
            .push(format!("would install application {shown}"));
        return Installed::Done;
    };
    if own.installed || host.changes.installed.contains(&index) {
        outcome
            .did
            .push(format!("would find application {shown} installed already"));
        return Installed::Done;
    }
    if !own.requirements_met {
        outcome.did.push(format!(
            "would not install application {shown}: its requirements are not met"
        ));
        return Installed::Unmet;
    }
    let code = own.exit_code;
    if !DONE.contains(&code) {
        outcome.did.push(format!(
            "would fail to install application {shown}: exit code {code}"
        ));
        return Installed::Failed(code);
    }
    outcome
        .did
        .push(format!("would install application {shown}"));
    if code != 0 {
        // A restart is needed; the engine does it.
        outcome.exit_code = 3010;
    }
    host.changes.installed.insert(index);
    Installed::Done
}

fn packages(host: &mut SimulatedHost, work: &Work<'_>) -> Outcome {
    let mut outcome = Outcome::default();
    let Some(list) = listed(work, 3) else {
        let packages = references(work, "package");
        if host.has_content(&packages, &mut outcome) {
            let package = packages.first().map_or(String::new(), named);
            outcome.did.push(format!(
                "would install package {package}: {}",
                value(work, "program")
            ));
        }
        return outcome;
    };
    if list.is_empty() {
        outcome
            .did
            .push("would install no package: the list is empty".to_owned());
    }
    let goes_on = value(work, "continue_on_install_error").eq_ignore_ascii_case("true");
    for entry in list {
        let well_formed = entry.split_once(':').filter(|(id, program)| {
            let capitals = id
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
            id.len() == 8 && capitals && !program.is_empty()
        });
        let code = match well_formed {
            None => {
                outcome.did.push(format!(
                    "would fail: \"{entry}\" is not of the form PACKAGEID:Program"
                ));
                1
            }
            Some((id, _)) if !host.content(id, &mut outcome) => {
                outcome
                    .did
                    .push(format!("would find no content of package {id}"));
                content::NO_CONTENT
            }
            Some((id, program)) => {
                outcome
                    .did
                    .push(format!("would install package {id}: {program}"));
                0
            }
        };
        if code != 0 && !goes_on {
            outcome.exit_code = code;
            break;
        }
    }
    outcome
}

fn updates(host: &mut SimulatedHost, work: &Work<'_>) -> Outcome {
    let mut outcome = Outcome::default();
    let all = value(work, "target").eq_ignore_ascii_case("all");
    if host.machine.updates.is_none() && !host.machine.complete.has("updates") {
        outcome.assumed.push("updates".to_owned());
    }
    let mut restart = false;
    for (index, update) in host.machine.updates.iter().flatten().enumerate() {
        if update.installed || host.changes.updated.contains(&index) || !(all || update.required) {
            continue;
        }
        let words = [update.id.as_deref(), update.name.as_deref()];
        let shown: Vec<&str> = words.into_iter().flatten().collect();
        outcome
            .did
            .push(format!("would install update {}", shown.join(" ")));
        restart |= update.restart;
        host.changes.updated.insert(index);
    }
    if outcome.did.is_empty() {
        let kind = if all { "" } else { "required " };
        outcome
            .did
            .push(format!("would look for {kind}updates and install none"));
    }
    if restart {
        outcome
            .variables
            .push(("SMSTSRebootRequested".to_owned(), "HD".to_owned()));
    }
    outcome
}
