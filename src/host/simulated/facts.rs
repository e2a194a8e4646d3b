//! Facts that Check Readiness asks a real computer for, from its description.

use super::{super::Known, of_text, unknown};
use crate::machine::{Architecture, Machine, ProductType, System};

/// A fact by its name in a machine file. `drive` is the one of the running system.
pub(super) fn of(
    machine: &Machine,
    system: Option<&System>,
    drive: &str,
    name: &str,
) -> Known<String> {
    let number =
        |number: Option<u64>| of_text(number.map(|number| number.to_string()).as_deref(), name);
    let boolean =
        |value: Option<bool>| of_text(value.map(|value| value.to_string()).as_deref(), name);
    let adapters =
        |holds: &dyn Fn(&crate::machine::Adapter) -> Option<bool>| boolean(any(machine, holds));
    match name {
        "processor.speed" => number(
            machine
                .processor
                .as_ref()
                .and_then(|processor| processor.speed),
        ),
        "disks.free" => {
            let disk = machine
                .disks
                .iter()
                .flatten()
                .find(|disk| disk.letter.eq_ignore_ascii_case(drive));
            number(disk.and_then(|disk| disk.free))
        }
        "os.architecture" => of_text(
            system
                .and_then(|system| system.architecture)
                .map(Architecture::word),
            name,
        ),
        "os.product_type" => {
            let word = |kind| match kind {
                ProductType::Workstation => "workstation",
                ProductType::Server => "server",
                ProductType::DomainController => "domain_controller",
            };
            of_text(
                system.and_then(|system| system.product_type).map(word),
                name,
            )
        }
        "os.language" => number(system.and_then(|system| system.language).map(u64::from)),
        "client.version" => of_text(machine.client.version.as_deref(), name),
        "power.ac" => boolean(machine.on_mains()),
        "network.connected" => adapters(&|adapter| adapter.connected),
        "network.wired" => adapters(&|adapter| match adapter.connected {
            Some(false) => Some(false),
            connected => Some(adapter.wired? && connected?),
        }),
        "firmware.type" => of_text(
            machine
                .firmware
                .uefi
                .map(|uefi| if uefi { "uefi" } else { "bios" }),
            name,
        ),
        "tpm.version" | "tpm.enabled" | "tpm.activated" => match &machine.tpm {
            Some(None) => Known::No,
            Some(Some(tpm)) => match name {
                "tpm.version" => of_text(tpm.version.as_deref(), name),
                "tpm.enabled" => boolean(tpm.enabled),
                _ => boolean(tpm.activated),
            },
            None => unknown("tpm"),
        },
        other => unknown(other),
    }
}

/// Whether something holds for an adapter; not known when it holds for none and one is not known.
fn any(
    machine: &Machine,
    holds: &dyn Fn(&crate::machine::Adapter) -> Option<bool>,
) -> Option<bool> {
    let answers: Vec<Option<bool>> = machine.network.as_ref()?.iter().map(holds).collect();
    if answers.contains(&Some(true)) {
        return Some(true);
    }
    (!answers.contains(&None)).then_some(false)
}
