//! Check Readiness.

use super::Action;
use crate::{
    computer::{Computer, Doubt, Outcome, Work},
    deed::{Deed, Ending, Verb},
    fact::{Fact, Known},
    machine::values::numbers,
};

/// What the step ends with when a check fails.
const NOT_READY: u32 = 4316;

/// Check Readiness.
pub(super) struct CheckReadiness;

/// A check: the property, the variable of its result, the fact, and what it asks of it.
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
    /// A later version than this one.
    Later,
    /// An earlier version than this one.
    Earlier,
    /// The same language.
    Language,
    /// It is this; the words say what that means.
    Is(&'static str, &'static str),
    /// A TPM 2.0, and the fact is so.
    Tpm(&'static str),
}

#[rustfmt::skip]
const CHECKS: &[Check] = &[
    check("memory", "_TS_CRMEMORY", Fact::Memory, Asks::Megabytes),
    check("processor_speed", "_TS_CRSPEED", Fact::ProcessorSpeed, Asks::Megahertz),
    check("disk_space", "_TS_CRDISK", Fact::DisksFree, Asks::Megabytes),
    check("os_type", "_TS_CROSTYPE", Fact::OsProductType, Asks::Type),
    check("os_architecture", "_TS_CRARCH", Fact::OsArchitecture, Asks::Bits),
    check("min_os_version", "_TS_CRMINOSVER", Fact::OsVersion, Asks::Later),
    check("max_os_version", "_TS_CRMAXOSVER", Fact::OsVersion, Asks::Earlier),
    check("min_client_version", "_TS_CRCLIENTMINVER", Fact::ClientVersion, Asks::Least),
    check("os_language", "_TS_CROSLANGUAGE", Fact::OsLanguage, Asks::Language),
    check("ac_power", "_TS_CRACPOWER", Fact::PowerAc, Asks::Is("true", "on mains")),
    check("network_connected", "_TS_CRNETWORK", Fact::NetworkConnected, Asks::Is("true", "connected to a network")),
    check("network_wired", "_TS_CRWIRED", Fact::NetworkWired, Asks::Is("true", "connected by cable")),
    check("uefi", "_TS_CRUEFI", Fact::FirmwareType, Asks::Is("uefi", "UEFI")),
    check("tpm_enabled", "_TS_CRTPMENABLED", Fact::TpmEnabled, Asks::Tpm("a TPM 2.0 that is enabled")),
    check("tpm_activated", "_TS_CRTPMACTIVATED", Fact::TpmActivated, Asks::Tpm("a TPM 2.0 that is activated")),
];

const fn check(property: &'static str, variable: &'static str, fact: Fact, asks: Asks) -> Check {
    Check {
        property,
        variable,
        fact,
        asks,
    }
}

/// A check's answer: yes or no, `None` when nobody knows, and what was compared.
struct CheckAnswer {
    passed: Option<bool>,
    said: String,
}

impl Action for CheckReadiness {
    fn keyword(&self) -> &'static str {
        "check_readiness"
    }

    fn repeats(&self) -> bool {
        true
    }

    /// Runs all checks that are on. The variable of one that is taken for passed because nobody
    /// knows holds what nobody knows.
    fn perform(&self, on: &mut dyn Computer, work: &Work<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        for check in CHECKS {
            let variable = check.variable.to_owned();
            let Some(wanted) = wanted(work, check.property) else {
                outcome.variables.push((variable, String::new()));
                continue;
            };
            let CheckAnswer { passed, said } = check.answer(on, wanted);
            let ending = match (passed, on.doubt()) {
                (Some(true), _) => Ending::Passed,
                (None, Doubt::Assume) => Ending::Assumed,
                (Some(false), _) | (None, Doubt::Refuse) => Ending::NotPassed,
            };
            let failed = ending == Ending::NotPassed;
            let (severity, word) = if failed { (3, "failed") } else { (1, "passed") };
            let text = format!("Check {}: {said} - {word}", check.property);
            on.log("CheckReadiness", severity, &text);
            outcome.did.push(Deed {
                verb: Verb::Check,
                object: check.property.to_owned(),
                detail: said,
                ending,
            });
            if ending == Ending::Assumed {
                let name = check.fact.name();
                let installed = on.installed_by().filter(|_| name.starts_with("os."));
                let fact = match installed {
                    Some(path) => format!("{name} behind {path}"),
                    None => name.to_owned(),
                };
                outcome.assumed.push(fact.clone());
                outcome.unknown.push((variable, fact));
                continue;
            }
            outcome
                .variables
                .push((variable, u8::from(!failed).to_string()));
            if failed {
                outcome.exit_code = NOT_READY;
            }
        }
        outcome
    }
}

/// The value of a check that is on: its flag is set, or it is a flag itself.
fn wanted<'a>(work: &'a Work<'_>, property: &str) -> Option<&'a str> {
    let value = |wanted: &str| {
        let found = work.values.iter().find(|(name, _)| name == wanted);
        found
            .map(|(_, value)| value.trim())
            .filter(|value| !value.is_empty())
    };
    let flag = work
        .step
        .table()
        .and_then(|table| table.find(property))
        .and_then(|(_, property)| property.switch.as_ref());
    let on = match flag.and_then(|flag| value(&flag.variable)) {
        Some(flag) => flag.eq_ignore_ascii_case("true"),
        None => true,
    };
    value(property).filter(|value| on && !value.eq_ignore_ascii_case("false"))
}

fn number(text: &str) -> Option<u64> {
    text.trim().parse().ok()
}

impl Check {
    fn answer(&self, on: &dyn Computer, wanted: &str) -> CheckAnswer {
        let own = match on.fact(self.fact) {
            Known::Yes(value) => value,
            Known::No => return self.absent(wanted),
            Known::Unknown(_) => {
                let passed = self.refuses_anyway(on).then_some(false);
                return self.unknown(wanted, passed);
            }
        };
        match self.asks {
            Asks::Megabytes => {
                let own = number(&own).map(|bytes| bytes >> 20);
                at_least(own, wanted, "MB")
            }
            Asks::Megahertz => at_least(number(&own), wanted, "MHz"),
            Asks::Type => {
                let word = if own == "workstation" {
                    "CLIENT"
                } else {
                    "SERVER"
                };
                compared(word.eq_ignore_ascii_case(wanted), self.said(wanted, word))
            }
            Asks::Bits => {
                let bits = if own == "x86" { "32" } else { "64" };
                compared(bits == wanted, self.said(wanted, bits))
            }
            Asks::Least | Asks::Later | Asks::Earlier => {
                let (mut found, mut asked) = (numbers(&own), numbers(wanted));
                let length = found.len().max(asked.len());
                found.resize(length, 0);
                asked.resize(length, 0);
                let passed = match self.asks {
                    Asks::Least => found >= asked,
                    Asks::Later => found > asked,
                    _ => found < asked,
                };
                compared(passed, self.said(wanted, &own))
            }
            Asks::Language => {
                let same = number(&own).zip(number(wanted));
                let passed = same.map(|(own, wanted)| own == wanted);
                let said = self.said(wanted, &own);
                CheckAnswer { passed, said }
            }
            Asks::Is(word, words) => is(Some(own.eq_ignore_ascii_case(word)), words),
            Asks::Tpm(words) => {
                let passed = match (own == "true", is_version_two(on)) {
                    (false, _) | (_, Some(false)) => Some(false),
                    (true, two) => two,
                };
                is(passed, words)
            }
        }
    }

    /// Whether the check fails although its own fact is not known: a TPM of another version.
    fn refuses_anyway(&self, on: &dyn Computer) -> bool {
        matches!(self.asks, Asks::Tpm(_)) && is_version_two(on) == Some(false)
    }

    /// What was compared.
    fn said(&self, wanted: &str, own: &str) -> String {
        match self.asks {
            Asks::Megabytes | Asks::Megahertz => {
                let unit = if matches!(self.asks, Asks::Megabytes) {
                    "MB"
                } else {
                    "MHz"
                };
                format!("at least {wanted} {unit}, it is {own}")
            }
            Asks::Type => format!("{wanted}, it is {own}"),
            Asks::Bits => format!("{wanted} bits, it has {own}"),
            Asks::Least => format!("at least {wanted}, it is {own}"),
            Asks::Later => format!("later than {wanted}, it is {own}"),
            Asks::Earlier => format!("earlier than {wanted}, it is {own}"),
            Asks::Language => format!("language {wanted}, it is {own}"),
            Asks::Is(_, words) | Asks::Tpm(words) => format!("{words}: {own}"),
        }
    }

    fn absent(&self, wanted: &str) -> CheckAnswer {
        match self.asks {
            Asks::Is(_, words) | Asks::Tpm(words) => is(Some(false), words),
            _ => compared(false, self.said(wanted, "not there")),
        }
    }

    fn unknown(&self, wanted: &str, passed: Option<bool>) -> CheckAnswer {
        match self.asks {
            Asks::Is(_, words) | Asks::Tpm(words) => is(passed, words),
            _ => CheckAnswer {
                passed,
                said: self.said(wanted, "not known"),
            },
        }
    }
}

fn is_version_two(on: &dyn Computer) -> Option<bool> {
    match on.fact(Fact::TpmVersion) {
        Known::Yes(version) => Some(version == "2" || version.starts_with("2.")),
        Known::No => Some(false),
        Known::Unknown(_) => None,
    }
}

fn compared(passed: bool, said: String) -> CheckAnswer {
    CheckAnswer {
        passed: Some(passed),
        said,
    }
}

/// At least so much of something.
fn at_least(own: Option<u64>, wanted: &str, unit: &str) -> CheckAnswer {
    let shown = own.map_or("not known".to_owned(), |own| format!("{own} {unit}"));
    CheckAnswer {
        passed: own.zip(number(wanted)).map(|(own, wanted)| own >= wanted),
        said: format!("at least {wanted} {unit}, it is {shown}"),
    }
}

fn is(passed: Option<bool>, words: &str) -> CheckAnswer {
    let shown = match passed {
        Some(true) => "it is",
        Some(false) => "it is not",
        None => "not known",
    };
    CheckAnswer {
        passed,
        said: format!("{words}: {shown}"),
    }
}
