//! The rows of WMI: those a file lists, and those that follow from its description.
//!
//! A row holds what follows for sure; its other properties are not known. Where a class has more
//! instances than a description can know, a row of which nothing is known stands for them.

use toml::de::DeValue;

use super::{
    Architecture, ClassRows, ComputerKind, Disk, ListedClass, Machine, ProductType, System,
    reader::{TomlItem, TomlReader, TomlTable, integer},
    values,
};
use crate::wql::{PropertyValue, Row};

/// The usual namespace.
const CIMV2: &str = "root\\cimv2";
const TPM: &str = "root\\cimv2\\security\\microsofttpm";
const ENCRYPTION: &str = "root\\cimv2\\security\\microsoftvolumeencryption";

/// A namespace in the form in which namespaces are compared.
pub(crate) fn namespace(text: &str) -> String {
    if text == "root\\cimv2" {
        return text.to_owned();
    }
    let text = text.trim().replace('/', "\\").to_lowercase();
    let text = text.strip_prefix("\\\\.\\").unwrap_or(&text);
    text.trim_matches('\\').to_owned()
}

/// Reads `[wmi.Class]` (properties of the derived rows), `[[wmi.Class]]` (all rows there are) and
/// both below a namespace.
pub(super) fn listed(reader: &mut TomlReader, root: TomlTable<'_>, machine: &mut Machine) {
    let Some((entries, _)) = reader.entries(root, "wmi") else {
        return;
    };
    for (key, item) in entries {
        let name: &str = key.get_ref();
        match item.get_ref().as_table() {
            Some(classes) if name.contains(['\\', '/']) => {
                for (class, item) in classes {
                    one_class(reader, &namespace(name), class.get_ref(), item, machine);
                }
            }
            _ if name.contains(['\\', '/']) => {
                reader.bad(
                    reader.span(item.span()),
                    "a namespace holds classes, `[wmi.'root\\x'.Class]`",
                );
            }
            _ => one_class(reader, CIMV2, name, item, machine),
        }
    }
}

fn one_class(
    reader: &mut TomlReader,
    namespace: &str,
    class: &str,
    item: &TomlItem<'_>,
    machine: &mut Machine,
) {
    let span = reader.span(item.span());
    let (amends, tables): (bool, Vec<&TomlItem<'_>>) = match item.get_ref() {
        DeValue::Table(_) => (true, vec![item]),
        DeValue::Array(items) => (false, items.iter().collect()),
        _ => {
            reader.bad(
                span,
                "a class is a table of properties or a list of rows; `[]` says that it has none",
            );
            return;
        }
    };
    if class.is_empty()
        || !class
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    {
        reader.bad(span, format!("`{class}` cannot be the name of a class"));
        return;
    }
    let mut rows = Vec::new();
    for table in tables {
        let Some(properties) = table.get_ref().as_table() else {
            reader.bad(reader.span(table.span()), "a row is a table of properties");
            continue;
        };
        let mut row = Vec::new();
        for (name, item) in properties {
            if let Some(fact) = fact(reader, item) {
                row.push((name.get_ref().to_string(), fact));
            }
        }
        rows.push(row);
    }
    machine.wmi.push(ListedClass {
        namespace: namespace.to_owned(),
        class: class.to_owned(),
        amends,
        rows,
    });
}

/// A value of TOML as WMI has it; `{ null = true }` is no value.
fn fact(reader: &mut TomlReader, item: &TomlItem<'_>) -> Option<PropertyValue> {
    let value = match item.get_ref() {
        DeValue::String(text) if values::is_cim(text) => {
            Some(PropertyValue::DateTime(text.to_string()))
        }
        DeValue::String(text) => Some(PropertyValue::Text(text.to_string())),
        DeValue::Boolean(value) => Some(PropertyValue::Boolean(*value)),
        DeValue::Float(number) => number.as_str().parse().ok().map(PropertyValue::Real),
        DeValue::Datetime(date) => values::cim(&date.to_string()).map(PropertyValue::DateTime),
        DeValue::Array(items) => {
            return items
                .iter()
                .map(|item| fact(reader, item))
                .collect::<Option<_>>()
                .map(PropertyValue::Array);
        }
        DeValue::Table(entries) => {
            let null = entries.iter().next().is_some_and(|(key, item)| {
                key.get_ref() == "null"
                    && item.get_ref().as_bool() == Some(true)
                    && entries.len() == 1
            });
            null.then_some(PropertyValue::Null)
        }
        other => integer(other).map(PropertyValue::Integer),
    };
    if value.is_none() {
        let wanted = "a property is a text, a number, `true` or `false`, a time with its offset, a list, or { null = true }";
        reader.bad(reader.span(item.span()), wanted);
    }
    value
}

/// A row in the making: facts that are not there are left out.
#[derive(Default)]
struct RowProperties(Row);

impl RowProperties {
    fn known(self, name: &str, fact: PropertyValue) -> Self {
        RowProperties(self.0.with(name, fact))
    }

    fn some(self, name: &str, fact: Option<PropertyValue>) -> Self {
        match fact {
            Some(fact) => self.known(name, fact),
            None => self,
        }
    }

    fn text(self, name: &str, text: &Option<String>) -> Self {
        self.some(name, text.clone().map(PropertyValue::Text))
    }

    fn words(self, name: &str, text: &str) -> Self {
        self.known(name, PropertyValue::Text(text.to_owned()))
    }

    fn number(self, name: &str, number: Option<impl Into<i128>>) -> Self {
        self.some(
            name,
            number.map(|number| PropertyValue::Integer(number.into())),
        )
    }

    fn boolean(self, name: &str, value: Option<bool>) -> Self {
        self.some(name, value.map(PropertyValue::Boolean))
    }

    fn date(self, name: &str, date: &Option<String>) -> Self {
        self.some(name, date.clone().map(PropertyValue::DateTime))
    }

    fn texts(self, name: &str, texts: Option<&Vec<String>>) -> Self {
        self.some(
            name,
            texts.map(|texts| {
                PropertyValue::Array(texts.iter().cloned().map(PropertyValue::Text).collect())
            }),
        )
    }
}

/// All rows that are known.
pub(super) fn derive(machine: &Machine, winpe: bool) -> ClassRows {
    let mut classes = ClassRows::new();
    let mut put = |namespace: &str, class: &str, rows: Vec<RowProperties>| {
        classes.insert(
            (namespace.to_owned(), class.to_lowercase()),
            rows.into_iter().map(|row| row.0).collect(),
        );
    };
    let system = machine.system(winpe);
    let os = operating_system(machine, system, winpe);
    put(CIMV2, "Win32_OperatingSystem", vec![os]);
    let computer = computer_system(machine, system, winpe);
    put(CIMV2, "Win32_ComputerSystem", vec![computer]);
    identity(machine, &mut put);
    hardware(machine, system, &mut put);
    disks(machine, &mut put);
    drives(machine, &mut put);
    network(machine, &mut put);
    tpm(machine, &mut put);
    software(machine, winpe, &mut put);
    if machine.client.version.is_some() && !winpe {
        let client = RowProperties::default().text("ClientVersion", &machine.client.version);
        put("root\\ccm", "SMS_Client", vec![client]);
    }
    for listed in &machine.wmi {
        merge(machine, listed, &mut classes);
    }
    classes
}

/// Puts a listed class over the derived one.
fn merge(machine: &Machine, listed: &ListedClass, classes: &mut ClassRows) {
    let whole = machine.complete.has("wmi");
    let with = |row: Row, properties: &[(String, PropertyValue)]| {
        let row = properties
            .iter()
            .fold(row, |row, (name, fact)| row.with(name, fact.clone()));
        if whole { row.complete() } else { row }
    };
    let key = (listed.namespace.clone(), listed.class.to_lowercase());
    let rows = match (listed.amends, listed.rows.first()) {
        (true, Some(properties)) => {
            let derived = classes
                .remove(&key)
                .filter(|rows| !rows.is_empty())
                .unwrap_or_else(|| vec![Row::new()]);
            derived
                .into_iter()
                .map(|row| with(row, properties))
                .collect()
        }
        _ => listed
            .rows
            .iter()
            .map(|properties| with(Row::new(), properties))
            .collect(),
    };
    classes.insert(key, rows);
}

fn operating_system(machine: &Machine, system: Option<&System>, winpe: bool) -> RowProperties {
    let row = RowProperties::default().text("CSName", if winpe { &None } else { &machine.name });
    let Some(system) = system else { return row };
    let caption = match (&system.name, &system.edition) {
        (Some(name), Some(edition)) if system.windows => {
            Some(format!("Microsoft {name} {edition}"))
        }
        (Some(name), None) if !system.windows => Some(name.clone()),
        _ => None,
    };
    let bits = system.architecture.map(|architecture| match architecture {
        Architecture::X86 => "32-bit",
        Architecture::X64 => "64-bit",
        Architecture::Arm64 => "ARM 64-bit Processor",
    });
    let row = row
        .text("Caption", &caption)
        .text("Version", &system.version)
        .text("BuildNumber", &system.build.map(|build| build.to_string()))
        .number("ProductType", system.product_type.map(|kind| kind as i128))
        .text("OSArchitecture", &bits.map(str::to_owned))
        .number("OSLanguage", system.language)
        .text(
            "Locale",
            &system.locale.map(|locale| format!("{locale:04x}")),
        )
        .number("OperatingSystemSKU", system.sku)
        .number("ServicePackMajorVersion", system.service_pack)
        .date("InstallDate", &system.installed)
        .number(
            "TotalVisibleMemorySize",
            machine.memory.map(|memory| memory / 1024),
        );
    if !system.windows {
        return row;
    }
    let drive = drive(Some(system), winpe);
    row.number("OSType", Some(18))
        .words("Manufacturer", "Microsoft Corporation")
        .words("SystemDrive", &drive)
        .words("WindowsDirectory", &format!("{drive}\\Windows"))
        .words("SystemDirectory", &format!("{drive}\\Windows\\system32"))
}

/// The drive of the running system: Windows PE has X, Windows C unless something else is said.
pub(crate) fn drive(system: Option<&System>, winpe: bool) -> String {
    let usual = if winpe { "X:" } else { "C:" };
    system
        .and_then(|system| system.system_drive.clone())
        .unwrap_or_else(|| usual.to_owned())
}

fn computer_system(machine: &Machine, system: Option<&System>, winpe: bool) -> RowProperties {
    let hypervisor = machine
        .hypervisor
        .or((machine.kind == Some(ComputerKind::Virtual)).then_some(true));
    let mut row = RowProperties::default()
        .text("Manufacturer", &machine.make)
        .text("Model", &machine.model)
        .text("SystemFamily", &machine.family)
        .text("SystemSKUNumber", &machine.sku_number)
        .number("TotalPhysicalMemory", machine.memory)
        .number("PCSystemType", machine.kind.and_then(pc_system_type))
        .boolean("HypervisorPresent", hypervisor);
    if let Some(processor) = &machine.processor {
        let sockets = processor.sockets.unwrap_or(1);
        row = row.number("NumberOfProcessors", Some(sockets)).number(
            "NumberOfLogicalProcessors",
            processor.threads.map(|threads| threads * sockets),
        );
    }
    let architecture = system.and_then(|system| system.architecture);
    let kind = architecture.map(|architecture| match architecture {
        Architecture::X86 => "X86-based PC".to_owned(),
        Architecture::X64 => "x64-based PC".to_owned(),
        Architecture::Arm64 => "ARM64-based PC".to_owned(),
    });
    row = row.text("SystemType", &kind);
    // Windows PE has a name of its own and no domain.
    if winpe {
        return row;
    }
    row = row
        .text("Name", &machine.name)
        .text("Caption", &machine.name)
        .text("DNSHostName", &machine.name);
    row = membership(machine, system, row);
    let user = machine.users.as_ref().map(|users| or_null(users.first()));
    row.some("UserName", user)
}

/// The domain or the workgroup, if it has one of them.
fn membership(machine: &Machine, system: Option<&System>, row: RowProperties) -> RowProperties {
    let joined = machine.domain.is_some();
    if !joined && machine.workgroup.is_none() {
        return row;
    }
    let kind = system.and_then(|system| system.product_type);
    let role = kind.and_then(|kind| match kind {
        ProductType::Workstation => Some(i128::from(joined)),
        ProductType::Server => Some(2 + i128::from(joined)),
        ProductType::DomainController => None,
    });
    let domain = if joined {
        &machine.domain
    } else {
        &machine.workgroup
    };
    row.boolean("PartOfDomain", Some(joined))
        .text("Domain", domain)
        .known("Workgroup", or_null(machine.workgroup.as_ref()))
        .number("DomainRole", role)
}

/// A text, or the value that says that there is none.
fn or_null(text: Option<&String>) -> PropertyValue {
    text.map_or(PropertyValue::Null, |text| {
        PropertyValue::Text(text.clone())
    })
}

/// What the firmware calls it; a virtual machine says "desktop".
fn pc_system_type(kind: ComputerKind) -> Option<i128> {
    match kind {
        ComputerKind::Laptop | ComputerKind::Tablet => Some(2),
        ComputerKind::Desktop | ComputerKind::Virtual => Some(1),
        ComputerKind::Workstation => Some(3),
        // An enterprise server and a performance server are both usual.
        ComputerKind::Server => None,
    }
}

fn battery(machine: &Machine) -> RowProperties {
    RowProperties::default()
        // 2 is "on mains", 1 "discharging".
        .number(
            "BatteryStatus",
            machine.power.ac.map(|ac| if ac { 2 } else { 1 }),
        )
        .number("EstimatedChargeRemaining", machine.power.charge)
}

fn processors(machine: &Machine, system: Option<&System>) -> Vec<RowProperties> {
    let processor = machine.processor.clone().unwrap_or_default();
    let named = processor.name.clone().unwrap_or_default().to_lowercase();
    let manufacturer = processor.manufacturer.clone().or_else(|| {
        let known = [("intel", "GenuineIntel"), ("amd ", "AuthenticAMD")];
        known
            .iter()
            .find(|(word, _)| named.contains(word))
            .map(|(_, maker)| (*maker).to_owned())
    });
    let architecture = processor
        .architecture
        .or(system.and_then(|system| system.architecture));
    let row = || {
        RowProperties::default()
            .text("Name", &processor.name)
            .text("Manufacturer", &manufacturer)
            .number("MaxClockSpeed", processor.speed)
            .number("NumberOfCores", processor.cores)
            .number("NumberOfLogicalProcessors", processor.threads)
            .number(
                "Architecture",
                architecture.map(|architecture| match architecture {
                    Architecture::X86 => 0,
                    Architecture::X64 => 9,
                    Architecture::Arm64 => 12,
                }),
            )
            .number(
                "AddressWidth",
                system
                    .and_then(|system| system.architecture)
                    .map(|architecture| {
                        if architecture == Architecture::X86 {
                            32
                        } else {
                            64
                        }
                    }),
            )
    };
    (0..processor.sockets.unwrap_or(1))
        .map(|index| row().words("DeviceID", &format!("CPU{index}")))
        .collect()
}

/// What the firmware says of the computer as a whole.
fn identity(machine: &Machine, put: &mut impl FnMut(&str, &str, Vec<RowProperties>)) {
    let product = RowProperties::default()
        .text("Name", &machine.model)
        .text("Vendor", &machine.make)
        .text("Version", &machine.product_version)
        .text("IdentifyingNumber", &machine.serial_number)
        .text("UUID", &machine.uuid);
    put(CIMV2, "Win32_ComputerSystemProduct", vec![product]);
    let bios = RowProperties::default()
        .text("Manufacturer", &machine.firmware.manufacturer)
        .text("SMBIOSBIOSVersion", &machine.firmware.version)
        .text("SerialNumber", &machine.serial_number)
        .date("ReleaseDate", &machine.firmware.date);
    put(CIMV2, "Win32_BIOS", vec![bios]);
    let number = |number: &u32| PropertyValue::Integer(i128::from(*number));
    let chassis: Vec<PropertyValue> = machine.chassis.iter().map(number).collect();
    let chassis = (!chassis.is_empty()).then_some(PropertyValue::Array(chassis));
    let enclosure = RowProperties::default()
        .some("ChassisTypes", chassis)
        .text("Manufacturer", &machine.make)
        .text("SerialNumber", &machine.serial_number)
        .text("SMBIOSAssetTag", &machine.asset_tag);
    put(CIMV2, "Win32_SystemEnclosure", vec![enclosure]);
    let board = machine.board.clone().unwrap_or_default();
    let board = RowProperties::default()
        .text("Manufacturer", &board.manufacturer)
        .text("Product", &board.product)
        .text("Version", &board.version)
        .text("SerialNumber", &board.serial_number);
    put(CIMV2, "Win32_BaseBoard", vec![board]);
}

fn hardware(
    machine: &Machine,
    system: Option<&System>,
    put: &mut impl FnMut(&str, &str, Vec<RowProperties>),
) {
    if let Some(there) = machine.battery() {
        let rows = there.then(|| battery(machine)).into_iter().collect();
        put(CIMV2, "Win32_Battery", rows);
    }
    if machine.processor.is_some() {
        put(CIMV2, "Win32_Processor", processors(machine, system));
    }
    if let Some(modules) = &machine.memory_modules {
        let row = |size: &u64| RowProperties::default().number("Capacity", Some(*size));
        let rows = modules.iter().map(row).collect();
        put(CIMV2, "Win32_PhysicalMemory", rows);
    }
}

fn disks(machine: &Machine, put: &mut impl FnMut(&str, &str, Vec<RowProperties>)) {
    let Some(disks) = &machine.disks else { return };
    let rows = disks.iter().map(logical_disk).collect();
    put(CIMV2, "Win32_LogicalDisk", rows);
    // Partitions without a letter are volumes, too.
    let hidden = || RowProperties::default().known("DriveLetter", PropertyValue::Null);
    let volumes = disks.iter().filter(|disk| disk.kind != 4).map(volume);
    put(CIMV2, "Win32_Volume", volumes.chain([hidden()]).collect());
    let local = disks.iter().filter(|disk| disk.kind == 3);
    let rows = local.map(encryptable).chain([hidden()]).collect();
    put(ENCRYPTION, "Win32_EncryptableVolume", rows);
}

fn drives(machine: &Machine, put: &mut impl FnMut(&str, &str, Vec<RowProperties>)) {
    let Some(drives) = &machine.drives else {
        return;
    };
    let row = |(index, drive): (usize, &super::Drive)| {
        RowProperties::default()
            .number("Index", Some(index as u64))
            .words("DeviceID", &format!("\\\\.\\PHYSICALDRIVE{index}"))
            .words("Name", &format!("\\\\.\\PHYSICALDRIVE{index}"))
            .text("Model", &drive.model)
            .text("Caption", &drive.model)
            .number("Size", drive.size)
            .text("InterfaceType", &drive.interface)
            .text("MediaType", &drive.media)
            .text("SerialNumber", &drive.serial_number)
    };
    let rows = drives.iter().enumerate().map(row).collect();
    put(CIMV2, "Win32_DiskDrive", rows);
}

fn logical_disk(disk: &Disk) -> RowProperties {
    RowProperties::default()
        .words("DeviceID", &disk.letter)
        .words("Name", &disk.letter)
        .words("Caption", &disk.letter)
        .number("DriveType", Some(disk.kind))
        .number("Size", disk.size)
        .number("FreeSpace", disk.free)
        .text("FileSystem", &disk.file_system)
        .text("VolumeName", &disk.label)
}

fn volume(disk: &Disk) -> RowProperties {
    RowProperties::default()
        .words("DriveLetter", &disk.letter)
        .words("Name", &format!("{}\\", disk.letter))
        .number("DriveType", Some(disk.kind))
        .number("Capacity", disk.size)
        .number("FreeSpace", disk.free)
        .text("FileSystem", &disk.file_system)
        .text("Label", &disk.label)
}

fn encryptable(disk: &Disk) -> RowProperties {
    RowProperties::default()
        .words("DriveLetter", &disk.letter)
        .number("ProtectionStatus", disk.bitlocker.map(i128::from))
}

fn network(machine: &Machine, put: &mut impl FnMut(&str, &str, Vec<RowProperties>)) {
    let Some(adapters) = &machine.network else {
        return;
    };
    // Windows has adapters of its own beside those that can be touched.
    let others = |row: RowProperties| (!machine.complete.has("network")).then_some(row);
    let adapter = |adapter: &super::Adapter| {
        RowProperties::default()
            .text("Name", &adapter.name)
            .text("MACAddress", &adapter.mac)
            .number(
                "NetConnectionStatus",
                adapter
                    .connected
                    .map(|connected| if connected { 2 } else { 7 }),
            )
            .known("PhysicalAdapter", PropertyValue::Boolean(true))
    };
    let rest =
        others(RowProperties::default().known("PhysicalAdapter", PropertyValue::Boolean(false)));
    put(
        CIMV2,
        "Win32_NetworkAdapter",
        adapters.iter().map(adapter).chain(rest).collect(),
    );
    let configuration = |adapter: &super::Adapter| {
        let bound = adapter
            .connected
            .filter(|connected| *connected)
            .and(adapter.ip.as_ref())
            .map(|ip| !ip.is_empty());
        RowProperties::default()
            .text("Description", &adapter.name)
            .text("MACAddress", &adapter.mac)
            .texts("IPAddress", adapter.ip.as_ref())
            .texts("DefaultIPGateway", adapter.gateway.as_ref())
            .boolean(
                "IPEnabled",
                if adapter.connected == Some(false) {
                    Some(false)
                } else {
                    bound
                },
            )
            .boolean("DHCPEnabled", adapter.dhcp)
    };
    let rest = others(RowProperties::default());
    put(
        CIMV2,
        "Win32_NetworkAdapterConfiguration",
        adapters.iter().map(configuration).chain(rest).collect(),
    );
}

fn tpm(machine: &Machine, put: &mut impl FnMut(&str, &str, Vec<RowProperties>)) {
    let Some(tpm) = &machine.tpm else { return };
    let row = tpm.as_ref().map(|tpm| {
        RowProperties::default()
            .text(
                "SpecVersion",
                &tpm.version.clone().filter(|version| version.contains(',')),
            )
            .boolean("IsEnabled_InitialValue", tpm.enabled)
            .boolean("IsActivated_InitialValue", tpm.activated)
            .boolean("IsOwned_InitialValue", tpm.owned)
    });
    put(TPM, "Win32_Tpm", row.into_iter().collect());
}

fn software(machine: &Machine, winpe: bool, put: &mut impl FnMut(&str, &str, Vec<RowProperties>)) {
    // What is listed is about the system that the file begins in.
    if winpe != machine.in_winpe {
        return;
    }
    let more = |section: &str| (!machine.complete.has(section)).then(RowProperties::default);
    if !machine.software.is_empty() || machine.complete.has("software") {
        let row = |software: &super::Software| {
            let code = software
                .product_code
                .as_ref()
                .map(|code| format!("{{{code}}}"));
            RowProperties::default()
                .text("IdentifyingNumber", &code)
                .text("Name", &software.name)
                .text("Version", &software.version)
        };
        put(
            CIMV2,
            "Win32_Product",
            machine
                .software
                .iter()
                .map(row)
                .chain(more("software"))
                .collect(),
        );
    }
    if let Some(hotfixes) = &machine.hotfixes {
        let row = |hotfix: &String| RowProperties::default().words("HotFixID", hotfix);
        put(
            CIMV2,
            "Win32_QuickFixEngineering",
            hotfixes.iter().map(row).chain(more("hotfixes")).collect(),
        );
    }
}
