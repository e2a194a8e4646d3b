//! Check Readiness, compared with this computer.

use super::LocalHost;
use crate::{
    computer::{Outcome, Work},
    fact::{Fact, Known},
    host::wanted,
    machine::values::numbers,
};

/// What the step ends with when a check fails.
const NOT_READY: u32 = 4316;

/// A check: the property, the variable of its result, the facts it needs, and what it asks of them.
struct Check {
    property: &'static str,
    variable: &'static str,
    fact: Fact,
    asks: Asks,
}

/// What is asked of a fact.
#[derive(Clone, Copy)]
enum Asks {
    /// At least so many megabytes.
    Megabytes,
    /// At least so many megahertz.
    Megahertz,
    /// `CLIENT` or `SERVER`.
    Type,
    /// 32 or 64 bits.
    Bits,
    /// At least this version.
    Least,
    /// At most this version.
    Most,
    /// The same number.
    Number,
    /// It is so; the words say what.
    Is(&'static str, &'static str),
    /// A TPM 2.0, and the fact is so.
    Tpm(&'static str),
}

const CHECKS: &[Check] = &[
    check_of("memory", "_TS_CRMEMORY", Fact::Memory, Asks::Megabytes),
    check_of(
        "processor_speed",
        "_TS_CRSPEED",
        Fact::ProcessorSpeed,
        Asks::Megahertz,
    ),
    check_of("disk_space", "_TS_CRDISK", Fact::DisksFree, Asks::Megabytes),
    check_of("os_type", "_TS_CROSTYPE", Fact::OsProductType, Asks::Type),
    check_of(
        "os_architecture",
        "_TS_CRARCH",
        Fact::OsArchitecture,
        Asks::Bits,
    ),
    check_of(
        "min_os_version",
        "_TS_CRMINOSVER",
        Fact::OsVersion,
        Asks::Least,
    ),
    check_of(
        "max_os_version",
        "_TS_CRMAXOSVER",
        Fact::OsVersion,
        Asks::Most,
    ),
    check_of(
        "min_client_version",
        "_TS_CRCLIENTMINVER",
        Fact::ClientVersion,
        Asks::Least,
    ),
    check_of(
        "os_language",
        "_TS_CROSLANGUAGE",
        Fact::OsLanguage,
        Asks::Number,
    ),
    check_of(
        "ac_power",
        "_TS_CRACPOWER",
        Fact::PowerAc,
        Asks::Is("true", "on mains"),
    ),
    check_of(
        "network_connected",
        "_TS_CRNETWORK",
        Fact::NetworkConnected,
        Asks::Is("true", "connected to a network"),
    ),
    check_of(
        "network_wired",
        "_TS_CRWIRED",
        Fact::NetworkWired,
        Asks::Is("true", "connected by cable"),
    ),
    check_of(
        "uefi",
        "_TS_CRUEFI",
        Fact::FirmwareType,
        Asks::Is("uefi", "UEFI"),
    ),
    check_of(
        "tpm_enabled",
        "_TS_CRTPMENABLED",
        Fact::TpmEnabled,
        Asks::Tpm("a TPM 2.0 that is enabled"),
    ),
    check_of(
        "tpm_activated",
        "_TS_CRTPMACTIVATED",
        Fact::TpmActivated,
        Asks::Tpm("a TPM 2.0 that is activated"),
    ),
];

const fn check_of(property: &'static str, variable: &'static str, fact: Fact, asks: Asks) -> Check {
    Check {
        property,
        variable,
        fact,
        asks,
    }
}

/// Runs all checks that are on. One whose fact the system does not tell counts as failed: nobody
/// takes for true what nobody knows.
pub(super) fn check(host: &mut LocalHost, work: &Work<'_>) -> Outcome {
    let mut outcome = Outcome::default();
    for check in CHECKS {
        let Some(wanted) = wanted(work, check.property) else {
            outcome
                .variables
                .push((check.variable.to_owned(), String::new()));
            continue;
        };
        let (passed, said) = answer(host, check, wanted);
        let word = if passed { "passed" } else { "failed" };
        host.line(
            "CheckReadiness",
            if passed { 1 } else { 3 },
            format!("Check {}: {said} - {word}", check.property),
        );
        outcome
            .did
            .push(format!("checked {}: {said} – {word}", check.property));
        outcome
            .variables
            .push((check.variable.to_owned(), u8::from(passed).to_string()));
        if !passed {
            outcome.exit_code = NOT_READY;
        }
    }
    outcome
}

fn answer(host: &LocalHost, check: &Check, wanted: &str) -> (bool, String) {
    let fact = |fact: Fact| match host.system.fact(fact) {
        Known::Yes(value) => Some(value),
        Known::No => Some(String::new()),
        Known::Unknown(_) => None,
    };
    let own = fact(check.fact);
    let told = own.clone().unwrap_or_else(|| "not known".to_owned());
    let number = |text: &str| text.trim().parse::<u64>().ok();
    let at_least = |own: Option<u64>, unit: &str| {
        let shown = own.map_or("not known".to_owned(), |own| format!("{own} {unit}"));
        let passed = own
            .zip(number(wanted))
            .is_some_and(|(own, wanted)| own >= wanted);
        (passed, format!("at least {wanted} {unit}, it is {shown}"))
    };
    let version = |fits: fn(&[u64], &[u64]) -> bool, words: &str| {
        let passed = own
            .as_deref()
            .filter(|own| !own.is_empty())
            .is_some_and(|own| {
                let (mut own, mut wanted) = (numbers(own), numbers(wanted));
                let length = own.len().max(wanted.len());
                own.resize(length, 0);
                wanted.resize(length, 0);
                fits(&own, &wanted)
            });
        let told = if told.is_empty() { "not there" } else { &told };
        (passed, format!("{words} {wanted}, it is {told}"))
    };
    let is = |passed: bool, words: &str| {
        let shown = match (&own, passed) {
            (None, _) => "not known",
            (_, true) => "it is",
            (_, false) => "it is not",
        };
        (passed, format!("{words}: {shown}"))
    };
    match check.asks {
        Asks::Megabytes => at_least(
            own.as_deref().and_then(number).map(|bytes| bytes >> 20),
            "MB",
        ),
        Asks::Megahertz => at_least(own.as_deref().and_then(number), "MHz"),
        Asks::Type => {
            let word = own.as_deref().map(|kind| {
                if kind == "workstation" {
                    "CLIENT"
                } else {
                    "SERVER"
                }
            });
            let passed = word.is_some_and(|word| word.eq_ignore_ascii_case(wanted));
            (
                passed,
                format!("{wanted}, it is {}", word.unwrap_or("not known")),
            )
        }
        Asks::Bits => {
            let bits = own
                .as_deref()
                .map(|architecture| if architecture == "x86" { "32" } else { "64" });
            (
                bits == Some(wanted),
                format!("{wanted} bits, it has {}", bits.unwrap_or("not known")),
            )
        }
        Asks::Least => version(|own, wanted| own >= wanted, "at least"),
        Asks::Most => version(|own, wanted| own <= wanted, "at most"),
        Asks::Number => {
            let passed = own
                .as_deref()
                .and_then(number)
                .zip(number(wanted))
                .is_some_and(|(own, wanted)| own == wanted);
            (passed, format!("{wanted}, it is {told}"))
        }
        Asks::Is(word, words) => is(
            own.as_deref()
                .is_some_and(|own| own.eq_ignore_ascii_case(word)),
            words,
        ),
        Asks::Tpm(words) => {
            let is_two = fact(Fact::TpmVersion).is_some_and(|version| version.starts_with('2'));
            is(is_two && own.as_deref() == Some("true"), words)
        }
    }
}
