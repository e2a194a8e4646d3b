//! Check Readiness, compared with the described computer.

use super::SimulatedHost;
use crate::{
    computer::{Outcome, Work},
    host::wanted,
    machine::{Architecture, ProductType, Tpm, values::numbers},
};

/// What the step ends with when a check fails.
const NOT_READY: u32 = 4316;

/// The checks: the property, the variable of its result, and what it asks.
const CHECKS: &[(&str, &str, Check)] = &[
    ("memory", "_TS_CRMEMORY", memory),
    ("processor_speed", "_TS_CRSPEED", speed),
    ("disk_space", "_TS_CRDISK", disk),
    ("os_type", "_TS_CROSTYPE", os_type),
    ("os_architecture", "_TS_CRARCH", architecture),
    ("min_os_version", "_TS_CRMINOSVER", least_version),
    ("max_os_version", "_TS_CRMAXOSVER", most_version),
    ("min_client_version", "_TS_CRCLIENTMINVER", client),
    ("os_language", "_TS_CROSLANGUAGE", language),
    ("ac_power", "_TS_CRACPOWER", mains),
    ("network_connected", "_TS_CRNETWORK", connected),
    ("network_wired", "_TS_CRWIRED", wired),
    ("uefi", "_TS_CRUEFI", uefi),
    ("tpm_enabled", "_TS_CRTPMENABLED", tpm_enabled),
    ("tpm_activated", "_TS_CRTPMACTIVATED", tpm_activated),
];

type Check = fn(&SimulatedHost, &str) -> Ready;

/// A check's answer.
struct Ready {
    /// Yes or no, or the fact that is missing.
    passed: Result<bool, &'static str>,
    /// What was compared.
    said: String,
}

/// Runs all checks that are on. One that cannot be known counts as passed and says so; its variable
/// holds what nobody knows.
pub(super) fn check(host: &SimulatedHost, work: &Work<'_>) -> Outcome {
    let mut outcome = Outcome::default();
    for (property, variable, check) in CHECKS {
        let Some(wanted) = wanted(work, property) else {
            outcome
                .variables
                .push(((*variable).to_owned(), String::new()));
            continue;
        };
        let ready = check(host, wanted);
        let word = match ready.passed {
            Ok(true) => "passed",
            Ok(false) => "failed",
            Err(_) => "taken for passed",
        };
        outcome
            .did
            .push(format!("checked {property}: {} – {word}", ready.said));
        match ready.passed {
            Ok(passed) => {
                outcome
                    .variables
                    .push(((*variable).to_owned(), u8::from(passed).to_string()));
                if !passed {
                    outcome.exit_code = NOT_READY;
                }
            }
            // The step goes on, but nobody may read a result that nobody knows.
            Err(fact) => {
                outcome.assumed.push(fact.to_owned());
                outcome
                    .unknown
                    .push(((*variable).to_owned(), fact.to_owned()));
            }
        }
    }
    outcome
}

fn ready(passed: Option<bool>, fact: &'static str, said: String) -> Ready {
    Ready {
        passed: passed.ok_or(fact),
        said,
    }
}

/// A number of the step's own unit.
fn number(text: &str) -> Option<u64> {
    text.trim().parse().ok()
}

/// At least so much of something.
fn at_least(own: Option<u64>, wanted: &str, unit: &str, fact: &'static str) -> Ready {
    let shown = own.map_or("not known".to_owned(), |own| format!("{own} {unit}"));
    let passed = own.zip(number(wanted)).map(|(own, wanted)| own >= wanted);
    ready(
        passed,
        fact,
        format!("at least {wanted} {unit}, it is {shown}"),
    )
}

fn memory(host: &SimulatedHost, wanted: &str) -> Ready {
    at_least(
        host.machine.memory.map(|memory| memory >> 20),
        wanted,
        "MB",
        "memory",
    )
}

fn speed(host: &SimulatedHost, wanted: &str) -> Ready {
    at_least(
        host.machine.processor.as_ref().and_then(|own| own.speed),
        wanted,
        "MHz",
        "processor.speed",
    )
}

/// The system's drive; the largest space on a local disk where that is not listed.
fn disk(host: &SimulatedHost, wanted: &str) -> Ready {
    let local: Vec<_> = host
        .machine
        .disks
        .iter()
        .flatten()
        .filter(|disk| disk.kind == 3)
        .collect();
    let drive = host.drive();
    let free = match local.iter().find(|disk| disk.letter == drive) {
        Some(disk) => disk.free,
        None => local.iter().filter_map(|disk| disk.free).max(),
    };
    at_least(free.map(|free| free >> 20), wanted, "MB", "disks.free")
}

fn os_type(host: &SimulatedHost, wanted: &str) -> Ready {
    let own = host.system().and_then(|system| system.product_type);
    let word = own.map(|kind| {
        if kind == ProductType::Workstation {
            "CLIENT"
        } else {
            "SERVER"
        }
    });
    let said = format!("{wanted}, it is {}", word.unwrap_or("not known"));
    ready(
        word.map(|word| word.eq_ignore_ascii_case(wanted)),
        "os.product_type",
        said,
    )
}

fn architecture(host: &SimulatedHost, wanted: &str) -> Ready {
    let own = host.system().and_then(|system| system.architecture);
    let bits = own.map(|architecture| {
        if architecture == Architecture::X86 {
            "32"
        } else {
            "64"
        }
    });
    let said = format!("{wanted} bits, it has {}", bits.unwrap_or("not known"));
    ready(bits.map(|bits| bits == wanted), "os.architecture", said)
}

fn version(
    own: Option<&str>,
    wanted: &str,
    fact: &'static str,
    words: &str,
    fits: fn(&[u64], &[u64]) -> bool,
) -> Ready {
    let passed = own.map(|own| {
        let (mut own, mut wanted) = (numbers(own), numbers(wanted));
        let length = own.len().max(wanted.len());
        own.resize(length, 0);
        wanted.resize(length, 0);
        fits(&own, &wanted)
    });
    ready(
        passed,
        fact,
        format!("{words} {wanted}, it is {}", own.unwrap_or("not known")),
    )
}

fn least_version(host: &SimulatedHost, wanted: &str) -> Ready {
    let own = host.system().and_then(|system| system.version.as_deref());
    version(own, wanted, "os.version", "at least", |own, wanted| {
        own >= wanted
    })
}

fn most_version(host: &SimulatedHost, wanted: &str) -> Ready {
    let own = host.system().and_then(|system| system.version.as_deref());
    version(own, wanted, "os.version", "at most", |own, wanted| {
        own <= wanted
    })
}

fn client(host: &SimulatedHost, wanted: &str) -> Ready {
    version(
        host.machine.client.version.as_deref(),
        wanted,
        "client.version",
        "at least",
        |own, wanted| own >= wanted,
    )
}

fn language(host: &SimulatedHost, wanted: &str) -> Ready {
    let own = host
        .system()
        .and_then(|system| system.language)
        .map(u64::from);
    let shown = own.map_or("not known".to_owned(), |own| own.to_string());
    let passed = own.zip(number(wanted)).map(|(own, wanted)| own == wanted);
    ready(
        passed,
        "os.language",
        format!("language {wanted}, it is {shown}"),
    )
}

fn mains(host: &SimulatedHost, _: &str) -> Ready {
    switch(host.machine.on_mains(), "power.ac", "on mains")
}

fn connected(host: &SimulatedHost, _: &str) -> Ready {
    switch(
        any_connected(host, false),
        "network.connected",
        "connected to a network",
    )
}

fn wired(host: &SimulatedHost, _: &str) -> Ready {
    switch(
        any_connected(host, true),
        "network.wired",
        "connected by cable",
    )
}

/// Whether an adapter is connected, by cable if that is asked.
fn any_connected(host: &SimulatedHost, wired: bool) -> Option<bool> {
    let adapters = host.machine.network.as_ref()?;
    let each = adapters
        .iter()
        .map(|adapter| match (adapter.connected, wired, adapter.wired) {
            (Some(false), ..) | (_, true, Some(false)) => Some(false),
            (Some(true), false, _) | (Some(true), true, Some(true)) => Some(true),
            _ => None,
        });
    let each: Vec<Option<bool>> = each.collect();
    if each.contains(&Some(true)) {
        return Some(true);
    }
    (!each.contains(&None)).then_some(false)
}

fn uefi(host: &SimulatedHost, _: &str) -> Ready {
    switch(host.machine.firmware.uefi, "firmware.type", "UEFI")
}

fn tpm_enabled(host: &SimulatedHost, _: &str) -> Ready {
    switch(
        tpm(host, |tpm| tpm.enabled),
        "tpm.enabled",
        "a TPM 2.0 that is enabled",
    )
}

fn tpm_activated(host: &SimulatedHost, _: &str) -> Ready {
    switch(
        tpm(host, |tpm| tpm.activated),
        "tpm.activated",
        "a TPM 2.0 that is activated",
    )
}

fn tpm(host: &SimulatedHost, pick: fn(&Tpm) -> Option<bool>) -> Option<bool> {
    match host.machine.tpm.as_ref()? {
        None => Some(false),
        Some(tpm) => match (&tpm.version, pick(tpm)) {
            (Some(version), _) if !version.starts_with("2.") => Some(false),
            (_, Some(false)) => Some(false),
            (Some(_), on) => on,
            (None, _) => None,
        },
    }
}

fn switch(own: Option<bool>, fact: &'static str, words: &str) -> Ready {
    let shown = match own {
        Some(true) => "it is",
        Some(false) => "it is not",
        None => "not known",
    };
    ready(own, fact, format!("{words}: {shown}"))
}
