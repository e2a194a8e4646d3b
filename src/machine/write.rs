//! A description as the text of a machine file.

use std::fmt::Write as _;

use super::{Architecture, ComputerKind, Machine, Processor, ProductType, System, systems, values};

/// Writes what describes a computer: everything but the sections for simulations (lists of files,
/// outcomes and so on).
pub fn write(machine: &Machine) -> String {
    let mut out = TomlText::default();
    identity(&mut out, machine);
    system(&mut out, "os", machine.os.as_ref());
    system(&mut out, "winpe", machine.winpe.as_ref());
    hardware(&mut out, machine);
    out.table("[client]", |out| {
        out.text("version", &machine.client.version);
        out.text("site_code", &machine.client.site_code);
    });
    storage(&mut out, machine);
    network(&mut out, machine);
    out.0
}

/// What stands before all tables.
fn identity(out: &mut TomlText, machine: &Machine) {
    for (key, text) in [
        ("name", &machine.name),
        ("make", &machine.make),
        ("model", &machine.model),
        ("family", &machine.family),
        ("sku_number", &machine.sku_number),
        ("product_version", &machine.product_version),
        ("serial_number", &machine.serial_number),
        ("asset_tag", &machine.asset_tag),
        ("uuid", &machine.uuid),
    ] {
        out.text(key, text);
    }
    let word = |kind: ComputerKind| ComputerKind::WORDS[kind as usize];
    out.word("kind", machine.kind.map(word));
    let chassis: Vec<String> = machine.chassis.iter().map(u32::to_string).collect();
    let list = (!chassis.is_empty()).then(|| format!("[{}]", chassis.join(", ")));
    out.raw("chassis", list);
    out.size("memory", machine.memory);
    let sizes = machine.memory_modules.as_ref().map(|sizes| {
        let sizes = sizes.iter().map(|size| values::show_size(*size));
        sizes.collect()
    });
    out.texts("memory_modules", sizes.as_ref());
    out.text("domain", &machine.domain);
    out.text("workgroup", &machine.workgroup);
    out.texts("users", machine.users.as_ref());
    out.boolean("in_winpe", machine.in_winpe.then_some(true));
    out.boolean("hypervisor", machine.hypervisor);
    out.texts("hotfixes", machine.hotfixes.as_ref());
    if machine.tpm == Some(None) {
        out.boolean("tpm", Some(false));
    }
}

fn hardware(out: &mut TomlText, machine: &Machine) {
    if let Some(processor) = &machine.processor {
        self::processor(out, processor);
    }
    if let Some(board) = &machine.board {
        out.table("[board]", |out| {
            out.text("manufacturer", &board.manufacturer);
            out.text("product", &board.product);
            out.text("version", &board.version);
            out.text("serial_number", &board.serial_number);
        });
    }
    out.table("[power]", |out| {
        out.boolean("ac", machine.power.ac);
        out.boolean("battery", machine.power.battery);
        out.number("charge", machine.power.charge);
    });
    out.table("[firmware]", |out| {
        let firmware = &machine.firmware;
        let word = |uefi: bool| if uefi { "uefi" } else { "bios" };
        out.word("type", firmware.uefi.map(word));
        out.boolean("secure_boot", firmware.secure_boot);
        out.text("manufacturer", &firmware.manufacturer);
        out.text("version", &firmware.version);
        out.date("date", firmware.date.as_deref());
    });
    if let Some(Some(tpm)) = &machine.tpm {
        out.line("\n[tpm]");
        out.text("version", &tpm.version);
        out.boolean("enabled", tpm.enabled);
        out.boolean("activated", tpm.activated);
        out.boolean("owned", tpm.owned);
    }
}

fn storage(out: &mut TomlText, machine: &Machine) {
    // A local disk is the usual one.
    let words = [(2, "removable"), (4, "network"), (5, "cd"), (6, "ram")];
    for disk in machine.disks.iter().flatten() {
        out.line("\n[[disks]]");
        out.text("letter", &Some(disk.letter.clone()));
        out.size("size", disk.size);
        out.size("free", disk.free);
        let known = words.iter().find(|(kind, _)| *kind == disk.kind);
        out.word("type", known.map(|(_, word)| *word));
        out.text("file_system", &disk.file_system);
        out.text("label", &disk.label);
        out.boolean("bitlocker", disk.bitlocker);
    }
    for drive in machine.drives.iter().flatten() {
        out.line("\n[[drives]]");
        out.text("model", &drive.model);
        out.size("size", drive.size);
        out.text("interface", &drive.interface);
        out.text("media", &drive.media);
        out.text("serial_number", &drive.serial_number);
    }
}

fn network(out: &mut TomlText, machine: &Machine) {
    for adapter in machine.network.iter().flatten() {
        out.line("\n[[network]]");
        out.text("name", &adapter.name);
        out.text("mac", &adapter.mac);
        out.texts("ip", adapter.ip.as_ref());
        out.texts("gateway", adapter.gateway.as_ref());
        out.boolean("wired", adapter.wired);
        out.boolean("connected", adapter.connected);
        out.boolean("dhcp", adapter.dhcp);
    }
}

fn system(out: &mut TomlText, section: &str, system: Option<&System>) {
    let Some(system) = system else { return };
    out.table(&format!("[{section}]"), |out| {
        out.text("name", &system.name);
        out.text("edition", &system.edition);
        out.text("release", &system.release);
        out.text("version", &system.version);
        out.number("build", system.build.map(i128::from));
        out.word(
            "product_type",
            system.product_type.map(|kind| match kind {
                ProductType::Workstation => "workstation",
                ProductType::DomainController => "domain_controller",
                ProductType::Server => "server",
            }),
        );
        out.word("architecture", system.architecture.map(Architecture::word));
        for (key, number) in [("language", system.language), ("locale", system.locale)] {
            match number.map(|number| (number, systems::language_tag(number))) {
                Some((_, Some(tag))) => out.word(key, Some(tag)),
                Some((number, None)) => out.number(key, Some(i128::from(number))),
                None => {}
            }
        }
        out.number("sku", system.sku);
        out.number("service_pack", system.service_pack);
        out.date("installed", system.installed.as_deref());
        out.text("system_drive", &system.system_drive);
    });
}

fn processor(out: &mut TomlText, processor: &Processor) {
    out.table("[processor]", |out| {
        out.text("name", &processor.name);
        out.text("manufacturer", &processor.manufacturer);
        out.text("speed", &processor.speed.map(|speed| format!("{speed}MHz")));
        out.word(
            "architecture",
            processor.architecture.map(Architecture::word),
        );
        out.number("cores", processor.cores);
        out.number("threads", processor.threads);
        out.number("sockets", processor.sockets);
    });
}

#[derive(Default)]
struct TomlText(String);

impl TomlText {
    fn line(&mut self, line: &str) {
        self.0.push_str(line);
        self.0.push('\n');
    }

    /// A table, unless it holds nothing.
    fn table(&mut self, head: &str, fill: impl FnOnce(&mut TomlText)) {
        let mut inner = TomlText::default();
        fill(&mut inner);
        if !inner.0.is_empty() {
            self.line(&format!("\n{head}"));
            self.0.push_str(&inner.0);
        }
    }

    fn raw(&mut self, key: &str, value: Option<String>) {
        if let Some(value) = value {
            // Writing to a text does not fail.
            let _ = writeln!(self.0, "{key} = {value}");
        }
    }

    fn text(&mut self, key: &str, value: &Option<String>) {
        self.raw(key, value.as_deref().map(quoted));
    }

    fn word(&mut self, key: &str, value: Option<&str>) {
        self.raw(key, value.map(quoted));
    }

    fn texts(&mut self, key: &str, texts: Option<&Vec<String>>) {
        let quoted = texts.map(|texts| texts.iter().map(|text| quoted(text)).collect::<Vec<_>>());
        self.raw(key, quoted.map(|quoted| format!("[{}]", quoted.join(", "))));
    }

    fn boolean(&mut self, key: &str, value: Option<bool>) {
        self.raw(key, value.map(|value| value.to_string()));
    }

    fn number(&mut self, key: &str, value: Option<i128>) {
        self.raw(key, value.map(|value| value.to_string()));
    }

    fn size(&mut self, key: &str, value: Option<u64>) {
        self.text(key, &value.map(values::show_size));
    }

    /// A CIM datetime in UTC as one of TOML.
    fn date(&mut self, key: &str, value: Option<&str>) {
        let part =
            |value: &str, from: usize, to: usize| value.get(from..to).unwrap_or("00").to_owned();
        self.raw(
            key,
            value.map(|value| {
                let [year, month, day] =
                    [(0, 4), (4, 6), (6, 8)].map(|(from, to)| part(value, from, to));
                let [hour, minute, second] =
                    [(8, 10), (10, 12), (12, 14)].map(|(from, to)| part(value, from, to));
                if [&hour, &minute, &second].iter().all(|part| *part == "00") {
                    return format!("{year}-{month}-{day}");
                }
                format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z")
            }),
        );
    }
}

/// A text as TOML spells it.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
