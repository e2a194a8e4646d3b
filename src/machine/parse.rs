//! A machine file's text to a [`Machine`].

mod lists;

use std::collections::BTreeMap;

use toml::de::DeValue;

use super::{
    Adapter, Architecture, Board, Client, Complete, ComputerKind, Disk, Drive, Firmware, Machine,
    ParsedMachine, Power, Processor, ProductType, System, Tpm, keys,
    reader::{TomlForm, TomlReader, TomlTable, integer},
    systems, values,
};
use crate::{
    diagnostic::{Code, sort},
    source::{FileId, Span},
    syntax::hide_secrets,
};

/// What is said of a machine file.
const FORM: TomlForm = TomlForm {
    what: "machine file",
    not_toml: Code::MachineNotToml,
    unknown: Code::UnknownMachineKey,
    bad: Code::BadMachineValue,
    conflict: Code::MachineContradiction,
    missing: Code::MissingMachineKey,
    keys: keys::of,
};

/// Reads a machine file.
pub fn parse(file: FileId, text: &str) -> ParsedMachine {
    let mut reader = TomlReader::new(file, FORM);
    let mut machine = Machine::default();
    let Some(document) = reader.document(text) else {
        return ParsedMachine {
            machine,
            findings: reader.findings,
        };
    };
    // What a broken line leaves behind is not worth more findings.
    if reader.findings.is_empty() {
        let span = reader.span(document.span());
        let root = reader.table("", document.get_ref(), span);
        identity(&mut reader, root, &mut machine);
        hardware(&mut reader, root, &mut machine);
        storage(&mut reader, root, &mut machine);
        lists::lists(&mut reader, root, &mut machine);
        lists::work(&mut reader, root, &mut machine);
        super::wmi::listed(&mut reader, root, &mut machine);
    }
    let mut findings = reader.findings;
    sort(&mut findings);
    hide_secrets(&mut findings, file, text);
    ParsedMachine { machine, findings }
}

fn identity(reader: &mut TomlReader, root: TomlTable<'_>, machine: &mut Machine) {
    machine.name = reader.formed(
        root,
        "name",
        "the name of a computer: letters, digits and hyphens",
        |text| {
            let letters = text
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
            (!text.is_empty() && text.len() <= 255 && letters).then(|| text.to_owned())
        },
    );
    for (key, place) in [
        ("make", &mut machine.make),
        ("model", &mut machine.model),
        ("family", &mut machine.family),
        ("sku_number", &mut machine.sku_number),
        ("product_version", &mut machine.product_version),
        ("serial_number", &mut machine.serial_number),
        ("asset_tag", &mut machine.asset_tag),
        ("domain", &mut machine.domain),
        ("workgroup", &mut machine.workgroup),
    ] {
        *place = reader.text(root, key);
    }
    machine.uuid = reader.formed(
        root,
        "uuid",
        "a UUID such as \"4C4C4544-0058-4B10-8032-B7C04F4C4D33\"",
        values::guid,
    );
    machine.kind = reader
        .word(root, "kind", ComputerKind::WORDS)
        .map(|index| ComputerKind::ALL[index]);
    machine.chassis = chassis(reader, root);
    machine.users = reader.texts(root, "users", "a name", |text| !text.is_empty());
    machine.in_winpe = reader.boolean(root, "in_winpe").unwrap_or(false);
    machine.hypervisor = reader.boolean(root, "hypervisor");
    machine.hotfixes = reader.texts(
        root,
        "hotfixes",
        "an article such as \"KB5034441\"",
        |text| {
            text.strip_prefix("KB").is_some_and(|digits| {
                !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
            })
        },
    );
    if machine.domain.is_some() && machine.workgroup.is_some() {
        let other = reader.place(root, "domain");
        let place = reader.place(root, "workgroup");
        reader.conflict(
            place,
            "a computer is in a domain or in a workgroup",
            Some((other, "its domain")),
        );
    }
    let mut complete = Vec::new();
    if let Some(names) = reader.texts(
        root,
        "complete",
        &format!("one of {}", keys::COMPLETE.join(", ")),
        |text| keys::COMPLETE.contains(&text),
    ) {
        complete.extend(
            keys::COMPLETE
                .iter()
                .copied()
                .filter(|name| names.iter().any(|own| own == name)),
        );
    }
    if reader.word(root, "assume", &["partial", "complete"]) == Some(1) {
        // What WMI has is too much for a list that somebody means to be whole.
        complete.extend(keys::COMPLETE.iter().copied().filter(|name| *name != "wmi"));
    }
    machine.complete = Complete(complete);
}

fn chassis(reader: &mut TomlReader, root: TomlTable<'_>) -> Vec<u32> {
    let wanted = "a case such as \"notebook\", or its number from 1 to 36";
    let one = |value: &DeValue<'_>| match value.as_str() {
        Some(word) => systems::CHASSIS
            .iter()
            .find(|(name, _)| *name == word)
            .map(|(_, number)| *number),
        None => integer(value)
            .and_then(|number| u32::try_from(number).ok())
            .filter(|number| (1..=36).contains(number)),
    };
    let read = reader.read(root, "chassis", wanted, |value| match value.as_array() {
        Some(items) => items
            .iter()
            .map(|item| one(item.get_ref()))
            .collect::<Option<Vec<u32>>>(),
        None => one(value).map(|number| vec![number]),
    });
    read.unwrap_or_default()
}

fn hardware(reader: &mut TomlReader, root: TomlTable<'_>, machine: &mut Machine) {
    machine.memory = reader.size(root, "memory");
    machine.memory_modules = reader
        .texts(
            root,
            "memory_modules",
            "a size with a unit, such as \"8GB\"",
            |text| values::size(text).is_some(),
        )
        .map(|sizes| sizes.iter().filter_map(|size| values::size(size)).collect());
    machine.os = system(reader, root, "os");
    machine.winpe = system(reader, root, "winpe");
    if let Some(winpe) = &mut machine.winpe {
        winpe.windows = true;
        winpe.product_type = winpe.product_type.or(Some(ProductType::Workstation));
    }
    if let Some(table) = reader.section(root, "processor") {
        machine.processor = Some(Processor {
            name: reader.text(table, "name"),
            manufacturer: reader.text(table, "manufacturer"),
            speed: reader.formed(
                table,
                "speed",
                "a clock rate with a unit, such as \"2.4GHz\"",
                values::speed,
            ),
            architecture: architecture(reader, table),
            cores: reader.number(table, "cores", 1, 1024),
            threads: reader.number(table, "threads", 1, 4096),
            sockets: reader.number(table, "sockets", 1, 64),
        });
        let own = machine.processor.as_ref();
        if let Some((cores, threads)) = own.and_then(|own| Some((own.cores?, own.threads?)))
            && threads < cores
        {
            let place = reader.place(table, "threads");
            reader.conflict(
                place,
                format!("{cores} cores have at least {cores} threads"),
                None,
            );
        }
    }
    if let Some(table) = reader.section(root, "board") {
        machine.board = Some(Board {
            manufacturer: reader.text(table, "manufacturer"),
            product: reader.text(table, "product"),
            version: reader.text(table, "version"),
            serial_number: reader.text(table, "serial_number"),
        });
    }
    if let Some(table) = reader.section(root, "power") {
        machine.power = Power {
            ac: reader.boolean(table, "ac"),
            battery: reader.boolean(table, "battery"),
            charge: reader.number(table, "charge", 0, 100),
        };
        if machine.battery() == Some(false) && machine.power.ac == Some(false) {
            let place = reader.place(table, "ac");
            reader.conflict(place, "a computer without a battery runs on mains", None);
        }
        if machine.battery() == Some(false) && machine.power.charge.is_some() {
            let place = reader.place(table, "charge");
            reader.conflict(place, "there is no battery that could be charged", None);
        }
    }
    if let Some(table) = reader.section(root, "firmware") {
        let uefi = reader
            .word(table, "type", &["bios", "uefi"])
            .map(|index| index == 1);
        let secure_boot = reader.boolean(table, "secure_boot");
        machine.firmware = Firmware {
            // Only UEFI starts securely.
            uefi: uefi.or(secure_boot.filter(|on| *on)),
            secure_boot,
            manufacturer: reader.text(table, "manufacturer"),
            version: reader.text(table, "version"),
            date: date(reader, table, "date"),
        };
        if uefi == Some(false) && secure_boot == Some(true) {
            let other = reader.place(table, "type");
            let place = reader.place(table, "secure_boot");
            reader.conflict(
                place,
                "only UEFI has secure boot",
                Some((other, "this is not UEFI")),
            );
        }
    }
    machine.tpm = tpm(reader, root);
    if let Some(table) = reader.section(root, "client") {
        let wanted = "a version such as \"5.00.9128.1000\"";
        machine.client = Client {
            version: reader.formed(table, "version", wanted, values::version),
            site_code: reader.formed(table, "site_code", "three letters or digits", |text| {
                (text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_alphanumeric()))
                    .then(|| text.to_owned())
            }),
        };
    }
}

fn tpm(reader: &mut TomlReader, root: TomlTable<'_>) -> Option<Option<Tpm>> {
    let item = reader.item(root, "tpm")?;
    if item.get_ref().as_bool() == Some(false) {
        return Some(None);
    }
    let table = reader.section(root, "tpm")?;
    let tpm = Tpm {
        version: reader.formed(
            table,
            "version",
            "\"2.0\", \"1.2\", or what WMI gives, \"2.0, 0, 1.59\"",
            |text| {
                text.split(',')
                    .next()
                    .and_then(|first| values::version(first.trim()))
                    .map(|_| text.to_owned())
            },
        ),
        enabled: reader.boolean(table, "enabled"),
        activated: reader.boolean(table, "activated"),
        owned: reader.boolean(table, "owned"),
    };
    Some(Some(tpm))
}

fn architecture(reader: &mut TomlReader, table: TomlTable<'_>) -> Option<Architecture> {
    reader
        .word(table, "architecture", Architecture::WORDS)
        .map(|index| Architecture::ALL[index])
}

fn date(reader: &mut TomlReader, table: TomlTable<'_>, key: &str) -> Option<String> {
    reader.read(
        table,
        key,
        "a date such as 2024-01-31 or a time with its offset, 2024-01-31T12:00:00Z",
        |value| {
            value
                .as_datetime()
                .and_then(|date| values::cim(&date.to_string()))
        },
    )
}

/// The operating system: a text such as `Windows 11 Enterprise 23H2`, or a table.
fn system(reader: &mut TomlReader, root: TomlTable<'_>, section: &'static str) -> Option<System> {
    let item = reader.item(root, section)?;
    let mut system = System::default();
    let span = reader.span(item.span());
    let table = match item.get_ref() {
        DeValue::String(name) => {
            system.name = Some(name.to_string());
            None
        }
        _ => {
            let table = reader.section(root, section)?;
            system = System {
                name: reader.text(table, "name"),
                edition: reader.text(table, "edition"),
                release: reader.text(table, "release"),
                version: reader.formed(
                    table,
                    "version",
                    "a version such as \"10.0.22631\"",
                    values::version,
                ),
                build: reader
                    .number(table, "build", 1, 999_999)
                    .and_then(|build| u32::try_from(build).ok()),
                product_type: reader
                    .word(
                        table,
                        "product_type",
                        &["workstation", "domain_controller", "server"],
                    )
                    .map(|index| {
                        [
                            ProductType::Workstation,
                            ProductType::DomainController,
                            ProductType::Server,
                        ][index]
                    }),
                architecture: architecture(reader, table),
                language: language(reader, table, "language"),
                locale: language(reader, table, "locale"),
                sku: reader.number(table, "sku", 0, 65_535),
                service_pack: reader.number(table, "service_pack", 0, 9),
                installed: date(reader, table, "installed"),
                system_drive: reader.formed(
                    table,
                    "system_drive",
                    "a letter such as \"C:\"",
                    values::letter,
                ),
                windows: false,
            };
            Some(table)
        }
    };
    complete_system(reader, table, span, &mut system);
    Some(system)
}

/// What follows from the name.
fn complete_system(
    reader: &mut TomlReader,
    table: Option<TomlTable<'_>>,
    span: Span,
    system: &mut System,
) {
    let place =
        |reader: &TomlReader, key: &str| table.map_or(span, |table| reader.place(table, key));
    let name = system.name.clone().unwrap_or_default();
    if let Some((windows, rest)) = systems::windows(&name) {
        system.windows = true;
        system.name = Some(windows.name.to_owned());
        let mut words: Vec<&str> = rest.split_whitespace().collect();
        let listed = |word: &str| {
            windows
                .releases
                .iter()
                .any(|(release, _)| release.eq_ignore_ascii_case(word))
        };
        if let Some(at) = words.iter().position(|word| listed(word)) {
            let release = words.remove(at).to_uppercase();
            system.release.get_or_insert(release);
        }
        if !words.is_empty() {
            system.edition.get_or_insert(words.join(" "));
        }
        let wanted = system.release.clone().unwrap_or_default();
        let release = windows
            .releases
            .iter()
            .find(|(release, _)| release.eq_ignore_ascii_case(&wanted));
        if release.is_none()
            && !wanted.is_empty()
            && system.build.is_none()
            && system.version.is_none()
        {
            let names: Vec<&str> = windows
                .releases
                .iter()
                .map(|(release, _)| *release)
                .collect();
            let place = place(reader, "release");
            reader.bad(
                place,
                format!("the releases of {} are {}", windows.name, names.join(", ")),
            );
        }
        match (release, system.build) {
            (Some((_, build)), None) if system.version.is_none() => system.build = Some(*build),
            (Some((release, known)), Some(build)) if *known != build => {
                let place = place(reader, "build");
                let known = format!("{} {release}", windows.name).trim_end().to_owned()
                    + &format!(" is build {known}");
                reader.conflict(place, known, None);
            }
            _ => {}
        }
        if let (None, Some(build)) = (&system.version, system.build) {
            system.version = Some(format!("{}.{build}", windows.version));
        }
        if let Some(version) = system.version.clone()
            && !version.starts_with(&format!("{}.", windows.version))
        {
            let place = place(reader, "version");
            reader.conflict(
                place,
                format!(
                    "the version of {} begins with {}",
                    windows.name, windows.version
                ),
                None,
            );
        }
        let usual = if windows.server {
            ProductType::Server
        } else {
            ProductType::Workstation
        };
        if let Some(own) = system.product_type
            && (own == ProductType::Workstation) == windows.server
        {
            let place = place(reader, "product_type");
            reader.conflict(place, format!("{} is not of this type", windows.name), None);
        }
        system.product_type.get_or_insert(usual);
    } else if name.to_lowercase().contains("windows") {
        system.windows = true;
    }
    let third = system
        .version
        .as_deref()
        .and_then(|version| version.split('.').nth(2)?.parse::<u32>().ok());
    match (third, system.build) {
        (Some(third), Some(build)) if third != build => {
            let place = place(reader, "build");
            reader.conflict(place, format!("the version says build {third}"), None);
        }
        (Some(third), None) if system.windows => system.build = Some(third),
        _ => {}
    }
    if let Some(edition) = &system.edition {
        system.sku = system.sku.or_else(|| systems::sku(edition));
    }
    // Since Windows 8 there are none.
    if system.windows
        && system
            .version
            .as_deref()
            .is_some_and(|version| values::numbers(version) >= vec![6, 2])
    {
        system.service_pack.get_or_insert(0);
    }
}

fn language(reader: &mut TomlReader, table: TomlTable<'_>, key: &str) -> Option<u32> {
    reader.read(
        table,
        key,
        "a language such as \"en-US\", or its number such as 1033",
        |value| match value.as_str() {
            Some(text) => systems::language(text),
            None => integer(value)
                .and_then(|number| u32::try_from(number).ok())
                .filter(|number| (1..=65_535).contains(number)),
        },
    )
}

fn storage(reader: &mut TomlReader, root: TomlTable<'_>, machine: &mut Machine) {
    if let Some(tables) = reader.list(root, "disks") {
        let mut letters: BTreeMap<String, Span> = BTreeMap::new();
        let mut disks = Vec::new();
        for table in tables {
            if reader.item(table, "letter").is_none() {
                reader.missing(table, "letter");
            }
            // The words of `DriveType`, from 2.
            let words = ["removable", "local", "network", "cd", "ram"];
            let disk = Disk {
                letter: reader
                    .formed(table, "letter", "a letter such as \"C:\"", values::letter)
                    .unwrap_or_default(),
                size: reader.size(table, "size"),
                free: reader.size(table, "free"),
                kind: reader
                    .word(table, "type", &words)
                    .map_or(3, |index| index as u8 + 2),
                file_system: reader.text(table, "file_system"),
                label: reader.text(table, "label"),
                bitlocker: reader.boolean(table, "bitlocker"),
            };
            if let (Some(size), Some(free)) = (disk.size, disk.free)
                && free > size
            {
                let (place, other) = (reader.place(table, "free"), reader.place(table, "size"));
                reader.conflict(
                    place,
                    "more is free than there is",
                    Some((other, "its size")),
                );
            }
            if disk.letter.is_empty() {
                continue;
            }
            let place = reader.place(table, "letter");
            if let Some(first) = letters.get(&disk.letter) {
                reader.conflict(
                    place,
                    format!("there are two disks {}", disk.letter),
                    Some((*first, "the first")),
                );
            }
            letters.insert(disk.letter.clone(), place);
            disks.push(disk);
        }
        machine.disks = Some(disks);
    }
    if let Some(tables) = reader.list(root, "drives") {
        let read = |table| Drive {
            model: reader.text(table, "model"),
            size: reader.size(table, "size"),
            interface: reader.text(table, "interface"),
            media: reader.text(table, "media"),
            serial_number: reader.text(table, "serial_number"),
        };
        machine.drives = Some(tables.into_iter().map(read).collect());
    }
    if let Some(tables) = reader.list(root, "network") {
        let address = |text: &str| text.parse::<core::net::IpAddr>().is_ok();
        let read = |table| Adapter {
            name: reader.text(table, "name"),
            mac: reader.formed(
                table,
                "mac",
                "a MAC address such as \"00:15:5D:01:0A:2B\"",
                values::mac,
            ),
            ip: reader.texts(table, "ip", "an address such as \"10.1.2.3\"", address),
            gateway: reader.texts(table, "gateway", "an address such as \"10.1.2.1\"", address),
            wired: reader.boolean(table, "wired"),
            connected: reader.boolean(table, "connected"),
            dhcp: reader.boolean(table, "dhcp"),
        };
        machine.network = Some(tables.into_iter().map(read).collect());
    }
}
