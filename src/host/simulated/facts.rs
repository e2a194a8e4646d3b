//! Facts with a name, from a description.

use super::unknown;
use crate::{
    fact::{Fact, Known},
    machine::{Adapter, Architecture, ComputerKind, Machine, ProductType, System, Tpm},
};

/// A fact; `drive` is the one of the running system.
pub(super) fn of(
    machine: &Machine,
    system: Option<&System>,
    drive: &str,
    fact: Fact,
) -> Known<String> {
    let text = |value: Option<&str>| of_text(value, fact);
    let number = |own: Option<u64>| text(own.map(|own| own.to_string()).as_deref());
    let boolean = |value: Option<bool>| text(value.map(|value| value.to_string()).as_deref());
    let architecture = system.and_then(|system| system.architecture);
    let processor = machine.processor.as_ref();
    match fact {
        Fact::Name => text(machine.name.as_deref()),
        Fact::Make => text(machine.make.as_deref()),
        Fact::Model => text(machine.model.as_deref()),
        Fact::Kind => text(machine.kind.map(ComputerKind::word)),
        Fact::SerialNumber => text(machine.serial_number.as_deref()),
        Fact::AssetTag => text(machine.asset_tag.as_deref()),
        Fact::Uuid => text(machine.uuid.as_deref()),
        Fact::Domain => text(machine.domain.as_deref()),
        Fact::Workgroup => text(machine.workgroup.as_deref()),
        Fact::MacAddresses => addresses(machine, "mac", &|adapter| {
            adapter.mac.clone().map(|mac| vec![mac])
        }),
        Fact::IpAddresses => addresses(machine, "ip", &|adapter| adapter.ip.clone()),
        Fact::Gateways => addresses(machine, "gateway", &|adapter| adapter.gateway.clone()),
        Fact::Architecture => {
            let own = architecture.or(processor.and_then(|processor| processor.architecture));
            of_text(own.map(Architecture::word), Fact::OsArchitecture)
        }
        Fact::OsName => text(system.and_then(|system| system.name.as_deref())),
        Fact::OsVersion => text(system.and_then(|system| system.version.as_deref())),
        Fact::OsArchitecture => text(architecture.map(Architecture::word)),
        Fact::OsProductType => text(system.and_then(|own| own.product_type).map(product_type)),
        Fact::OsLanguage => number(system.and_then(|system| system.language).map(u64::from)),
        Fact::Memory => number(machine.memory),
        Fact::ProcessorSpeed => number(processor.and_then(|processor| processor.speed)),
        Fact::DisksFree => number(free(machine, drive)),
        Fact::ClientVersion => text(machine.client.version.as_deref()),
        Fact::PowerAc => boolean(machine.on_mains()),
        Fact::NetworkConnected => boolean(any(machine, &|adapter| adapter.connected)),
        Fact::NetworkWired => boolean(any(machine, &|adapter| match (
            adapter.connected,
            adapter.wired,
        ) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (connected, wired) => Some(wired? && connected?),
        })),
        Fact::FirmwareType => {
            let word = |uefi| if uefi { "uefi" } else { "bios" };
            text(machine.firmware.uefi.map(word))
        }
        Fact::FirmwareVersion => text(machine.firmware.version.as_deref()),
        Fact::TpmVersion => of_tpm(machine, |tpm| text(tpm.version.as_deref())),
        Fact::TpmEnabled => of_tpm(machine, |tpm| boolean(tpm.enabled)),
        Fact::TpmActivated => of_tpm(machine, |tpm| boolean(tpm.activated)),
    }
}

fn of_text(value: Option<&str>, fact: Fact) -> Known<String> {
    match value {
        None => unknown(fact.name()),
        Some("") => Known::No,
        Some(text) => Known::Yes(text.to_owned()),
    }
}

fn product_type(kind: ProductType) -> &'static str {
    match kind {
        ProductType::Workstation => "workstation",
        ProductType::Server => "server",
        ProductType::DomainController => "domain_controller",
    }
}

fn of_tpm(machine: &Machine, pick: impl Fn(&Tpm) -> Known<String>) -> Known<String> {
    match &machine.tpm {
        Some(Some(tpm)) => pick(tpm),
        Some(None) => Known::No,
        None => unknown("tpm"),
    }
}

/// Free space on the system's drive; the largest on a local disk where that one is not listed.
fn free(machine: &Machine, drive: &str) -> Option<u64> {
    let disks = machine.disks.iter().flatten();
    let local = disks.filter(|disk| disk.kind == 3);
    let own = local
        .clone()
        .find(|disk| disk.letter.eq_ignore_ascii_case(drive));
    match own {
        Some(disk) => disk.free,
        None => local.filter_map(|disk| disk.free).max(),
    }
}

/// What adapters have, with `,` between them.
fn addresses(
    machine: &Machine,
    what: &str,
    pick: &dyn Fn(&Adapter) -> Option<Vec<String>>,
) -> Known<String> {
    let Some(adapters) = &machine.network else {
        return unknown("network");
    };
    // An adapter that is not connected has no addresses.
    let each = adapters.iter().enumerate().map(|(index, adapter)| {
        pick(adapter)
            .or((adapter.connected == Some(false) && what != "mac").then(Vec::new))
            .ok_or(index)
    });
    match each.collect::<Result<Vec<_>, usize>>() {
        Ok(lists) => match lists.concat() {
            list if list.is_empty() => Known::No,
            list => Known::Yes(list.join(",")),
        },
        Err(index) => unknown(format!("network[{index}].{what}")),
    }
}

/// Whether something holds for an adapter; not known when it holds for none and one is not known.
fn any(machine: &Machine, holds: &dyn Fn(&Adapter) -> Option<bool>) -> Option<bool> {
    let answers: Vec<Option<bool>> = machine.network.as_ref()?.iter().map(holds).collect();
    if answers.contains(&Some(true)) {
        return Some(true);
    }
    (!answers.contains(&None)).then_some(false)
}
