//! The description of a Linux computer from what its kernel shows. Nothing is read here: the caller
//! gives the files.

use std::collections::BTreeMap;

use super::{
    Adapter, Architecture, Board, ComputerKind, Disk, Drive, Firmware, Machine, Power, Processor,
    System, Tpm, systems, values,
};

/// What the caller reads of a computer.
#[allow(missing_debug_implementations, reason = "it holds functions")]
pub struct Linux<'a> {
    /// The text of a file; `None` when it cannot be read.
    pub read: &'a dyn Fn(&str) -> Option<String>,
    /// The names in a folder, sorted; none when it cannot be read.
    pub list: &'a dyn Fn(&str) -> Vec<String>,
    /// The architecture as Rust names it, `x86_64`.
    pub architecture: &'a str,
    /// Size and free bytes of the file system that holds `/`.
    pub root: Option<(u64, u64)>,
}

impl Linux<'_> {
    /// A file's text without white space around it; `None` when it is empty or only stands for
    /// "nothing".
    fn line(&self, path: &str) -> Option<String> {
        let text = (self.read)(path)?
            .trim_matches(|c: char| c.is_whitespace() || c == '\0')
            .to_owned();
        let filler = [
            "",
            "none",
            "not specified",
            "to be filled by o.e.m.",
            "default string",
            "system serial number",
        ];
        (!filler.contains(&text.to_lowercase().as_str())).then_some(text)
    }

    fn dmi(&self, name: &str) -> Option<String> {
        self.line(&format!("/sys/class/dmi/id/{name}"))
    }

    fn flag(&self, path: &str) -> Option<bool> {
        self.line(path).map(|text| text == "1")
    }
}

/// The description; what cannot be read is left out.
pub fn machine_of_linux(linux: &Linux<'_>) -> Machine {
    let chassis = linux
        .dmi("chassis_type")
        .and_then(|text| text.parse::<u32>().ok())
        .filter(|kind| (3..=36).contains(kind));
    let cpu = linux.line("/proc/cpuinfo").unwrap_or_default();
    let flags = cpu
        .lines()
        .find(|line| line.starts_with("flags"))
        .unwrap_or_default();
    let hypervisor = !cpu.is_empty() && flags.split_whitespace().any(|flag| flag == "hypervisor");
    Machine {
        name: linux.line("/proc/sys/kernel/hostname").filter(|name| {
            name.len() <= 255
                && name
                    .chars()
                    .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
        }),
        make: linux.dmi("sys_vendor"),
        model: linux.dmi("product_name"),
        family: linux.dmi("product_family"),
        sku_number: linux.dmi("product_sku"),
        product_version: linux.dmi("product_version"),
        serial_number: linux.dmi("product_serial"),
        asset_tag: linux.dmi("chassis_asset_tag"),
        uuid: linux
            .dmi("product_uuid")
            .and_then(|text| values::guid(&text)),
        kind: kind(chassis, hypervisor),
        chassis: chassis.into_iter().collect(),
        memory: memory(linux),
        os: Some(system(linux)),
        processor: processor(linux, &cpu),
        board: board(linux),
        power: power(linux),
        firmware: firmware(linux),
        tpm: tpm(linux),
        disks: linux.root.map(|(size, free)| {
            // Free space that is kept for the administrator never counts as more than there is.
            vec![Disk {
                letter: "C:".to_owned(),
                size: Some(size),
                free: Some(free.min(size)),
                kind: 3,
                ..Disk::default()
            }]
        }),
        drives: drives(linux),
        network: network(linux),
        ..Machine::default()
    }
}

fn kind(chassis: Option<u32>, hypervisor: bool) -> Option<ComputerKind> {
    match chassis {
        _ if hypervisor => Some(ComputerKind::Virtual),
        Some(8..=10 | 14 | 31 | 32) => Some(ComputerKind::Laptop),
        Some(11 | 30) => Some(ComputerKind::Tablet),
        Some(3..=7 | 13 | 15 | 16 | 35 | 36) => Some(ComputerKind::Desktop),
        Some(17 | 23 | 28) => Some(ComputerKind::Server),
        _ => None,
    }
}

fn memory(linux: &Linux<'_>) -> Option<u64> {
    let text = linux.line("/proc/meminfo")?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kilobytes.checked_mul(1024)
}

fn system(linux: &Linux<'_>) -> System {
    let text = linux
        .line("/etc/os-release")
        .or_else(|| linux.line("/usr/lib/os-release"))
        .unwrap_or_default();
    let words: BTreeMap<&str, &str> = text
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(key, value)| (key.trim(), value.trim().trim_matches(['"', '\''])))
        .collect();
    let named = |key: &str| {
        words
            .get(key)
            .filter(|value| !value.is_empty())
            .map(|value| (*value).to_owned())
    };
    let architecture = match linux.architecture {
        "x86_64" => Some(Architecture::X64),
        "x86" => Some(Architecture::X86),
        "aarch64" => Some(Architecture::Arm64),
        _ => None,
    };
    // LANG=en_US.UTF-8
    let locale = linux
        .line("/etc/locale.conf")
        .or_else(|| linux.line("/etc/default/locale"))
        .unwrap_or_default();
    let lang = locale
        .lines()
        .find_map(|line| line.trim().strip_prefix("LANG="));
    let tag = lang
        .and_then(|lang| lang.trim_matches(['"', '\'']).split(['.', '@']).next())
        .map(|tag| tag.replace('_', "-"));
    System {
        name: named("PRETTY_NAME")
            .or_else(|| named("NAME"))
            .or(Some("Linux".to_owned())),
        version: named("VERSION_ID").and_then(|version| values::version(&version)),
        architecture,
        language: tag.and_then(|tag| systems::language(&tag)),
        ..System::default()
    }
}

fn processor(linux: &Linux<'_>, cpu: &str) -> Option<Processor> {
    let field = |name: &str| {
        cpu.lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(key, _)| key.trim() == name)
            .map(|(_, value)| value.trim().to_owned())
            .filter(|value| !value.is_empty() && value != "unknown")
    };
    let number = |name: &str| {
        field(name)
            .and_then(|value| value.parse::<i128>().ok())
            .filter(|value| *value > 0)
    };
    let khz = linux
        .line("/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq")
        .and_then(|text| text.parse::<u64>().ok());
    let named = field("model name");
    // `Intel(R) Xeon(R) CPU @ 2.20GHz`
    let written = named
        .as_deref()
        .and_then(|name| name.rsplit_once('@'))
        .and_then(|(_, speed)| values::speed(speed));
    let sockets: std::collections::BTreeSet<&str> = cpu
        .lines()
        .filter_map(|line| line.split_once(':'))
        .filter(|(key, _)| key.trim() == "physical id")
        .map(|(_, id)| id.trim())
        .collect();
    let processor = Processor {
        name: named,
        manufacturer: field("vendor_id"),
        speed: khz
            .map(|khz| khz / 1000)
            .filter(|speed| *speed > 0)
            .or(written),
        architecture: None,
        cores: number("cpu cores"),
        threads: number("siblings"),
        sockets: (!sockets.is_empty()).then_some(sockets.len() as i128),
    };
    (processor != Processor::default()).then_some(processor)
}

fn board(linux: &Linux<'_>) -> Option<Board> {
    let board = Board {
        manufacturer: linux.dmi("board_vendor"),
        product: linux.dmi("board_name"),
        version: linux.dmi("board_version"),
        serial_number: linux.dmi("board_serial"),
    };
    (board != Board::default()).then_some(board)
}

fn power(linux: &Linux<'_>) -> Power {
    let root = "/sys/class/power_supply";
    let supplies = (linux.list)(root);
    let of = |kind: &str| -> Vec<String> {
        let is =
            |name: &&String| linux.line(&format!("{root}/{name}/type")).as_deref() == Some(kind);
        supplies.iter().filter(is).cloned().collect()
    };
    // A mouse has a battery of its own.
    let own =
        |name: &String| linux.line(&format!("{root}/{name}/scope")).as_deref() != Some("Device");
    let batteries: Vec<String> = of("Battery").into_iter().filter(own).collect();
    let charge = batteries
        .first()
        .and_then(|name| linux.line(&format!("{root}/{name}/capacity"))?.parse().ok());
    let online: Vec<bool> = of("Mains")
        .iter()
        .filter_map(|name| linux.flag(&format!("{root}/{name}/online")))
        .collect();
    Power {
        ac: (!online.is_empty() && !batteries.is_empty()).then(|| online.contains(&true)),
        battery: (!supplies.is_empty()).then_some(!batteries.is_empty()),
        charge: charge.filter(|charge| (0..=100).contains(charge)),
    }
}

fn firmware(linux: &Linux<'_>) -> Firmware {
    let uefi = (linux.list)("/sys/firmware")
        .iter()
        .any(|name| name == "efi");
    let known = !(linux.list)("/sys/firmware").is_empty();
    // Four bytes of attributes, then the value.
    let secure =
        (linux.read)("/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c");
    // 01/31/2024
    let date = linux.dmi("bios_date").and_then(|text| {
        let mut parts = text.split('/');
        let (month, day, year) = (parts.next()?, parts.next()?, parts.next()?);
        values::cim(&format!("{year}-{month}-{day}"))
    });
    Firmware {
        uefi: known.then_some(uefi),
        secure_boot: secure
            .and_then(|text| text.as_bytes().get(4).map(|byte| *byte == 1))
            .filter(|_| uefi),
        manufacturer: linux.dmi("bios_vendor"),
        version: linux.dmi("bios_version"),
        date,
    }
}

fn tpm(linux: &Linux<'_>) -> Option<Option<Tpm>> {
    let listed = (linux.list)("/sys/class/tpm");
    if !listed.iter().any(|name| name == "tpm0") {
        return None;
    }
    let version = match linux
        .line("/sys/class/tpm/tpm0/tpm_version_major")
        .as_deref()
    {
        Some("2") => Some("2.0".to_owned()),
        Some("1") => Some("1.2".to_owned()),
        _ => None,
    };
    Some(Some(Tpm {
        version,
        ..Tpm::default()
    }))
}

fn drives(linux: &Linux<'_>) -> Option<Vec<Drive>> {
    let virtual_ones = ["loop", "ram", "zram", "dm-", "sr", "md", "fd", "nbd"];
    let names = (linux.list)("/sys/block");
    let real = names
        .iter()
        .filter(|name| !virtual_ones.iter().any(|start| name.starts_with(start)));
    let drives: Vec<Drive> = real
        .filter_map(|name| {
            let sectors: u64 = linux
                .line(&format!("/sys/block/{name}/size"))?
                .parse()
                .ok()?;
            let size = sectors.checked_mul(512).filter(|size| *size > 0)?;
            Some(Drive {
                model: linux.line(&format!("/sys/block/{name}/device/model")),
                size: Some(size),
                ..Drive::default()
            })
        })
        .collect();
    (!drives.is_empty()).then_some(drives)
}

fn network(linux: &Linux<'_>) -> Option<Vec<Adapter>> {
    let routes = linux.line("/proc/net/route").unwrap_or_default();
    let root = "/sys/class/net";
    let names = (linux.list)(root);
    let adapters: Vec<Adapter> = names
        .iter()
        .filter(|name| name.as_str() != "lo")
        // Only a card has a device behind it.
        .filter(|name| {
            (linux.list)(&format!("{root}/{name}"))
                .iter()
                .any(|entry| entry == "device")
        })
        .map(|name| {
            let entries = (linux.list)(&format!("{root}/{name}"));
            let wireless = entries
                .iter()
                .any(|entry| entry == "wireless" || entry == "phy80211");
            let gateway: Vec<String> = routes
                .lines()
                .filter_map(|line| gateway(line, name))
                .collect();
            Adapter {
                name: Some(name.clone()),
                mac: linux
                    .line(&format!("{root}/{name}/address"))
                    .and_then(|text| values::mac(&text)),
                wired: Some(!wireless),
                connected: linux.flag(&format!("{root}/{name}/carrier")),
                ip: addresses(linux, &routes, name),
                gateway: (!gateway.is_empty()).then_some(gateway),
                dhcp: None,
            }
        })
        .collect();
    (!adapters.is_empty()).then_some(adapters)
}

/// The gateway of a line of the table of routes, when it is the default one of this adapter.
fn gateway(line: &str, adapter: &str) -> Option<String> {
    let mut fields = line.split_whitespace();
    let (name, target, gateway) = (fields.next()?, fields.next()?, fields.next()?);
    if name != adapter || target != "00000000" {
        return None;
    }
    // The bytes stand in the order of a little computer.
    let address = u32::from_str_radix(gateway, 16)
        .ok()
        .filter(|address| *address != 0)?;
    Some(core::net::Ipv4Addr::from(address.swap_bytes()).to_string())
}

/// The addresses of an adapter: those of this computer that lie in a network that a route leads to
/// through it, and those that IPv6 lists by adapter. `None` when the kernel shows no addresses at
/// all.
fn addresses(linux: &Linux<'_>, routes: &str, adapter: &str) -> Option<Vec<String>> {
    let trie = linux.line("/proc/net/fib_trie")?;
    let own_networks: Vec<(u32, u32)> = routes
        .lines()
        .filter_map(|line| network_of(line, adapter))
        .collect();
    let lines: Vec<&str> = trie.lines().map(str::trim).collect();
    let local = lines.windows(2).filter(|pair| pair[1] == "/32 host LOCAL");
    let mut found: Vec<core::net::Ipv4Addr> = local
        .filter_map(|pair| pair[0].strip_prefix("|-- ")?.parse().ok())
        .collect();
    found.retain(|address| {
        own_networks
            .iter()
            .any(|(network, mask)| u32::from(*address) & mask == *network)
    });
    // Two tables list each address.
    found.sort_unstable();
    found.dedup();
    let listed = linux.line("/proc/net/if_inet6").unwrap_or_default();
    let six = listed
        .lines()
        .filter(|line| line.split_whitespace().last() == Some(adapter));
    let six = six.filter_map(|line| u128::from_str_radix(line.split_whitespace().next()?, 16).ok());
    let six = six.map(|address| core::net::Ipv6Addr::from(address).to_string());
    Some(found.iter().map(ToString::to_string).chain(six).collect())
}

/// The network and its mask of a route without a gateway, when it leads through this adapter.
fn network_of(line: &str, adapter: &str) -> Option<(u32, u32)> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let [name, network, "00000000", .., mask, _, _, _] = fields.as_slice() else {
        return None;
    };
    let number = |text: &str| u32::from_str_radix(text, 16).ok().map(u32::swap_bytes);
    // A mask of nothing is the way to everywhere.
    let (network, mask) = (number(network)?, number(mask)?);
    (*name == adapter && mask != 0).then_some((network, mask))
}
