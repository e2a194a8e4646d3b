//! The hardware that a machine file describes, with its disks and network.

use std::collections::BTreeMap;

use super::{
    super::{
        Adapter, Board, Client, Disk, Drive, Firmware, Machine, Power, Processor, ProductType, Tpm,
        reader::{TomlReader, TomlTable},
        values,
    },
    architecture, date,
    system::system,
};
use crate::source::Span;

pub(super) fn hardware(reader: &mut TomlReader, root: TomlTable<'_>, machine: &mut Machine) {
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
        machine.processor = Some(processor(reader, table));
    }
    if let Some(table) = reader.section(root, "board") {
        machine.board = Some(board(reader, table));
    }
    if let Some(table) = reader.section(root, "power") {
        power(reader, table, machine);
    }
    if let Some(table) = reader.section(root, "firmware") {
        machine.firmware = firmware(reader, table);
    }
    machine.tpm = tpm(reader, root);
    if let Some(table) = reader.section(root, "client") {
        machine.client = client(reader, table);
    }
}

fn processor(reader: &mut TomlReader, table: TomlTable<'_>) -> Processor {
    let processor = Processor {
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
    };
    if let (Some(cores), Some(threads)) = (processor.cores, processor.threads)
        && threads < cores
    {
        let place = reader.place(table, "threads");
        let message = format!("{cores} cores have at least {cores} threads");
        reader.conflict(place, message, None);
    }
    processor
}

fn board(reader: &mut TomlReader, table: TomlTable<'_>) -> Board {
    Board {
        manufacturer: reader.text(table, "manufacturer"),
        product: reader.text(table, "product"),
        version: reader.text(table, "version"),
        serial_number: reader.text(table, "serial_number"),
    }
}

fn power(reader: &mut TomlReader, table: TomlTable<'_>, machine: &mut Machine) {
    machine.power = Power {
        ac: reader.boolean(table, "ac"),
        battery: reader.boolean(table, "battery"),
        charge: reader.number(table, "charge", 0, 100),
    };
    // What the kind of the computer says of a battery counts, too.
    if machine.battery() == Some(false) && machine.power.ac == Some(false) {
        let place = reader.place(table, "ac");
        reader.conflict(place, "a computer without a battery runs on mains", None);
    }
    if machine.battery() == Some(false) && machine.power.charge.is_some() {
        let place = reader.place(table, "charge");
        reader.conflict(place, "there is no battery that could be charged", None);
    }
}

fn firmware(reader: &mut TomlReader, table: TomlTable<'_>) -> Firmware {
    let uefi = reader
        .word(table, "type", &["bios", "uefi"])
        .map(|index| index == 1);
    let secure_boot = reader.boolean(table, "secure_boot");
    let firmware = Firmware {
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
    firmware
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

fn client(reader: &mut TomlReader, table: TomlTable<'_>) -> Client {
    let wanted = "a version such as \"5.00.9128.1000\"";
    Client {
        version: reader.formed(table, "version", wanted, values::version),
        site_code: reader.formed(table, "site_code", "three letters or digits", |text| {
            (text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_alphanumeric()))
                .then(|| text.to_owned())
        }),
    }
}

pub(super) fn storage(reader: &mut TomlReader, root: TomlTable<'_>, machine: &mut Machine) {
    if let Some(tables) = reader.list(root, "disks") {
        machine.disks = Some(disks(reader, tables));
    }
    if let Some(tables) = reader.list(root, "drives") {
        let read = |table| drive(reader, table);
        machine.drives = Some(tables.into_iter().map(read).collect());
    }
    if let Some(tables) = reader.list(root, "network") {
        let read = |table| adapter(reader, table);
        machine.network = Some(tables.into_iter().map(read).collect());
    }
}

/// The disks that have a letter, each letter's conflicts said.
fn disks(reader: &mut TomlReader, tables: Vec<TomlTable<'_>>) -> Vec<Disk> {
    let mut letters: BTreeMap<String, Span> = BTreeMap::new();
    let mut disks = Vec::new();
    for table in tables {
        let disk = disk(reader, table);
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
    disks
}

fn disk(reader: &mut TomlReader, table: TomlTable<'_>) -> Disk {
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
    disk
}

fn drive(reader: &mut TomlReader, table: TomlTable<'_>) -> Drive {
    Drive {
        model: reader.text(table, "model"),
        size: reader.size(table, "size"),
        interface: reader.text(table, "interface"),
        media: reader.text(table, "media"),
        serial_number: reader.text(table, "serial_number"),
    }
}

fn adapter(reader: &mut TomlReader, table: TomlTable<'_>) -> Adapter {
    let address = |text: &str| text.parse::<core::net::IpAddr>().is_ok();
    Adapter {
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
    }
}
