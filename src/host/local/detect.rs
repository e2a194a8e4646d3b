//! Tests of a site file: whether something is found on this computer.

use std::{cmp::Ordering, path::PathBuf, time::Duration};

use super::LocalHost;
use crate::{
    computer::Work,
    fact::{Fact, Known},
    host::system::{Launch, ProgramStart},
    machine::values::numbers,
    site::{DetectionOperator, DetectionSubject, DetectionTest, Shell},
};

/// How long a script of a site file may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// What tests come to.
pub(super) enum DetectionVerdict {
    /// All of them hold.
    Holds,
    /// One of them does not.
    Fails,
    /// A script that a dry run does not start decides.
    Withheld,
}

/// Whether all tests hold. What is not known is an error that names it.
pub(super) fn all(
    host: &LocalHost,
    work: &Work<'_>,
    tests: &[DetectionTest],
    content: Option<&PathBuf>,
) -> Result<DetectionVerdict, String> {
    let withheld = |test: &DetectionTest| {
        let dry = host.setup.dry && !host.setup.dry_scripts;
        dry && matches!(test.subject, DetectionSubject::Script(..))
    };
    // What can be told without a script may decide alone.
    for test in tests.iter().filter(|test| !withheld(test)) {
        if !one(host, work, test, content)? {
            return Ok(DetectionVerdict::Fails);
        }
    }
    Ok(if tests.iter().any(withheld) {
        DetectionVerdict::Withheld
    } else {
        DetectionVerdict::Holds
    })
}

fn one(
    host: &LocalHost,
    work: &Work<'_>,
    test: &DetectionTest,
    content: Option<&PathBuf>,
) -> Result<bool, String> {
    let system = &host.system;
    // What is there, with what it is compared by.
    let there: Option<Option<String>> = match &test.subject {
        DetectionSubject::Product(code) => {
            known(system.product(code))?.map(|product| product.version)
        }
        DetectionSubject::File(path) => {
            known(system.file(&expand(host, path)))?.map(|file| file.version)
        }
        DetectionSubject::Folder(path) => known(system.folder(&expand(host, path)))?.map(|_| None),
        DetectionSubject::Registry(key, Some(value)) => {
            known(system.registry_value(key, value))?.map(|value| Some(value.data))
        }
        DetectionSubject::Registry(key, None) => known(system.registry_key(key))?.map(|()| None),
        DetectionSubject::Fact(name) if name == "system" => Some(Some(system.family().to_owned())),
        DetectionSubject::Fact(name) => match Fact::of_name(name) {
            Some(fact) => known(system.fact(fact))?.map(Some),
            None => return Err(name.clone()),
        },
        DetectionSubject::Variable(name) => (work.variables)(name).map(Some),
        DetectionSubject::Script(text, shell) => script(host, text, *shell, content)?.map(Some),
    };
    Ok(match (there, &test.compared) {
        (None, compared) => matches!(compared, Some((DetectionOperator::NotEquals, _))),
        (Some(_), None) => true,
        (Some(own), Some((operator, wanted))) => {
            holds(own.as_deref().unwrap_or(""), *operator, wanted)
        }
    })
}

fn known<T>(fact: Known<T>) -> Result<Option<T>, String> {
    match fact {
        Known::Yes(facts) => Ok(Some(facts)),
        Known::No => Ok(None),
        Known::Unknown(what) => Err(what),
    }
}

/// Variables of the environment, `%ProgramFiles%`, in a path.
fn expand(host: &LocalHost, path: &str) -> String {
    let mut out = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        match after.split_once('%') {
            Some((name, behind)) => {
                match host.system.environment(name) {
                    Known::Yes(value) => out.push_str(&value),
                    _ => out.push_str(&format!("%{name}%")),
                }
                rest = behind;
            }
            None => {
                out.push('%');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// Versions are compared number by number, numbers as numbers, the rest as text without regard to
/// case.
fn holds(own: &str, operator: DetectionOperator, wanted: &str) -> bool {
    let order = compare(own.trim(), wanted.trim());
    match operator {
        DetectionOperator::Equals => order == Ordering::Equal,
        DetectionOperator::NotEquals => order != Ordering::Equal,
        DetectionOperator::AtLeast => order != Ordering::Less,
        DetectionOperator::AtMost => order != Ordering::Greater,
    }
}

fn compare(own: &str, wanted: &str) -> Ordering {
    let is_version = |text: &str| {
        !text.is_empty()
            && text
                .split('.')
                .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    if is_version(own) && is_version(wanted) {
        let (mut own, mut wanted) = (numbers(own), numbers(wanted));
        let length = own.len().max(wanted.len());
        own.resize(length, 0);
        wanted.resize(length, 0);
        return own.cmp(&wanted);
    }
    own.to_lowercase().cmp(&wanted.to_lowercase())
}

/// What a script prints: found when it ends with 0 and prints something, as the product has it.
fn script(
    host: &LocalHost,
    text: &str,
    shell: Shell,
    content: Option<&PathBuf>,
) -> Result<Option<String>, String> {
    let program = match shell {
        Shell::Command => ProgramStart::CommandLine(text.to_owned()),
        Shell::PowerShell => {
            let Some(powershell) = host.system.powershell() else {
                return Err("neither powershell.exe nor pwsh is on this computer".to_owned());
            };
            let arguments = [
                "-NoLogo",
                "-NoProfile",
                "-NonInteractive",
                "-ExecutionPolicy",
                "Bypass",
                "-Command",
                text,
            ];
            ProgramStart::Arguments(powershell, arguments.iter().map(Into::into).collect())
        }
    };
    let launch = Launch {
        program,
        folder: content.cloned(),
        search: content.cloned().into_iter().collect(),
        environment: host.setup.environment.clone(),
        time_out: Some(PATIENCE),
        account: None,
        native_view: true,
        track: host.track(),
    };
    let ended = host
        .system
        .run(&launch, &mut |_| true)
        .map_err(|error| error.to_string())?;
    let output = ended.output.trim();
    Ok((ended.exit_code == 0 && !ended.timed_out && !output.is_empty()).then(|| output.to_owned()))
}
