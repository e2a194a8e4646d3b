//! The description of a Windows computer from what WMI and the registry tell. Nothing is read here:
//! the caller asks.

use super::{
    Adapter, Architecture, Board, Client, ComputerKind, Disk, Drive, Firmware, Machine, Power,
    Processor, ProductType, System, Tpm, systems, values,
};
use crate::wql::{ClassFacts, PropertyValue, Row};

const CIMV2: &str = "root\\cimv2";
const CONTROL: &str = r"HKLM\SYSTEM\CurrentControlSet\Control";

/// The rows of a class, by its namespace and name.
pub type ClassLookup<'a> = &'a dyn Fn(&str, &str) -> ClassFacts;
/// A value of the registry as text, by its key and name.
pub type Registry<'a> = &'a dyn Fn(&str, &str) -> Option<String>;

/// The description; what Windows does not tell is left out.
pub fn machine_of_windows(classes: ClassLookup<'_>, registry: Registry<'_>) -> Machine {
    let ask = WmiQuestions { classes };
    let computer = ask.first("Win32_ComputerSystem");
    let product = ask.first("Win32_ComputerSystemProduct");
    let bios = ask.first("Win32_BIOS");
    let enclosure = ask.first("Win32_SystemEnclosure");
    let running = system(&ask.first("Win32_OperatingSystem"), &computer);
    let in_winpe = running.system_drive.as_deref() == Some("X:");
    let part_of_domain = boolean(&computer, "PartOfDomain");
    let domain = text(&computer, "Domain");
    let (os, winpe) = if in_winpe {
        (None, Some(running))
    } else {
        (Some(running), None)
    };
    let chassis: Vec<u32> = numbers(&enclosure, "ChassisTypes");
    Machine {
        name: text(&computer, "Name"),
        make: text(&computer, "Manufacturer"),
        model: text(&computer, "Model"),
        family: text(&computer, "SystemFamily"),
        sku_number: text(&computer, "SystemSKUNumber"),
        product_version: text(&product, "Version"),
        serial_number: text(&bios, "SerialNumber"),
        asset_tag: text(&enclosure, "SMBIOSAssetTag"),
        uuid: text(&product, "UUID").and_then(|uuid| values::guid(&uuid)),
        kind: kind(&computer, &chassis),
        chassis,
        memory: number(&computer, "TotalPhysicalMemory"),
        memory_modules: memory_modules(&ask),
        domain: domain.clone().filter(|_| part_of_domain == Some(true)),
        workgroup: domain.filter(|_| part_of_domain == Some(false)),
        users: users(&computer),
        in_winpe,
        hypervisor: boolean(&computer, "HypervisorPresent"),
        hotfixes: hotfixes(&ask),
        os,
        winpe,
        processor: processor(&ask),
        board: board(&ask.first("Win32_BaseBoard")),
        power: power(&ask),
        firmware: firmware(&bios, registry),
        tpm: tpm(&ask),
        client: client(&ask, registry),
        disks: disks(&ask),
        drives: drives(&ask),
        network: network(&ask),
        ..Machine::default()
    }
}

struct WmiQuestions<'a> {
    classes: ClassLookup<'a>,
}

impl WmiQuestions<'_> {
    /// All rows; `None` when WMI does not tell.
    fn rows(&self, namespace: &str, class: &str) -> Option<Vec<Row>> {
        match (self.classes)(namespace, class) {
            ClassFacts::Rows(rows) => Some(rows),
            ClassFacts::Unknown => None,
        }
    }

    /// The only row of a class, or one of which nothing is known.
    fn first(&self, class: &str) -> Row {
        self.rows(CIMV2, class)
            .and_then(|rows| rows.into_iter().next())
            .unwrap_or_default()
    }
}

fn text(row: &Row, name: &str) -> Option<String> {
    match row.property(name) {
        PropertyValue::Text(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        _ => None,
    }
}

/// A number; WMI gives some as text.
fn number<T: TryFrom<i128>>(row: &Row, name: &str) -> Option<T> {
    let number = match row.property(name) {
        PropertyValue::Integer(number) => number,
        PropertyValue::Text(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    T::try_from(number).ok()
}

fn numbers(row: &Row, name: &str) -> Vec<u32> {
    let PropertyValue::Array(facts) = row.property(name) else {
        return Vec::new();
    };
    let number = |fact: PropertyValue| {
        if let PropertyValue::Integer(number) = fact {
            u32::try_from(number).ok()
        } else {
            None
        }
    };
    facts
        .into_iter()
        .filter_map(number)
        .filter(|number| (1..=36).contains(number))
        .collect()
}

fn boolean(row: &Row, name: &str) -> Option<bool> {
    if let PropertyValue::Boolean(value) = row.property(name) {
        Some(value)
    } else {
        None
    }
}

fn texts(row: &Row, name: &str) -> Option<Vec<String>> {
    match row.property(name) {
        PropertyValue::Array(facts) => Some(
            facts
                .into_iter()
                .filter_map(|fact| {
                    if let PropertyValue::Text(text) = fact {
                        Some(text)
                    } else {
                        None
                    }
                })
                .collect(),
        ),
        PropertyValue::Null => Some(Vec::new()),
        _ => None,
    }
}

/// An address without the zone that some systems put behind it.
fn address(text: &str) -> Option<String> {
    let address: core::net::IpAddr = text.split('%').next()?.parse().ok()?;
    Some(address.to_string())
}

/// A time as a CIM datetime in UTC.
fn date(row: &Row, name: &str) -> Option<String> {
    let (PropertyValue::DateTime(text) | PropertyValue::Text(text)) = row.property(name) else {
        return None;
    };
    values::cim_in_utc(&text)
}

fn system(row: &Row, computer: &Row) -> System {
    let caption = text(row, "Caption").unwrap_or_default();
    let known = systems::windows(&caption);
    let build: Option<u32> = number(row, "BuildNumber");
    let version = text(row, "Version").and_then(|version| values::version(&version));
    let release =
        known.and_then(|(windows, _)| windows.releases.iter().find(|(_, own)| Some(*own) == build));
    // A name that does not fit the version, as compatibility settings give it, says less than the
    // version does.
    let fits = known.filter(|(windows, _)| {
        version
            .as_ref()
            .is_none_or(|version| version.starts_with(&format!("{}.", windows.version)))
    });
    let role: Option<u32> = number(row, "ProductType");
    System {
        name: fits
            .map(|(windows, _)| windows.name.to_owned())
            .or(Some(caption.clone()).filter(|name| !name.is_empty())),
        edition: fits
            .map(|(_, rest)| rest.to_owned())
            .filter(|edition| !edition.is_empty()),
        release: release
            .map(|(name, _)| (*name).to_owned())
            .filter(|name| fits.is_some() && !name.is_empty()),
        version,
        build,
        product_type: match role {
            Some(1) => Some(ProductType::Workstation),
            Some(2) => Some(ProductType::DomainController),
            Some(3) => Some(ProductType::Server),
            _ => None,
        },
        architecture: architecture_of(row, computer),
        language: number(row, "OSLanguage"),
        locale: text(row, "Locale").and_then(|locale| u32::from_str_radix(&locale, 16).ok()),
        sku: number(row, "OperatingSystemSKU").filter(|sku: &i128| *sku > 0),
        service_pack: number(row, "ServicePackMajorVersion")
            .filter(|pack: &i128| (0..=9).contains(pack)),
        installed: date(row, "InstallDate"),
        system_drive: text(row, "SystemDrive").and_then(|drive| values::letter(&drive)),
        windows: true,
    }
}

/// `64-bit`, `ARM 64-bit Processor`, in any language; the computer's own words say which of the
/// two.
fn architecture_of(row: &Row, computer: &Row) -> Option<Architecture> {
    let kind = text(computer, "SystemType")
        .unwrap_or_default()
        .to_lowercase();
    let bits = text(row, "OSArchitecture").unwrap_or_default();
    match () {
        () if bits.contains("32") => Some(Architecture::X86),
        () if kind.starts_with("arm") || bits.starts_with("ARM") => Some(Architecture::Arm64),
        () if bits.contains("64") || kind.starts_with("x64") => Some(Architecture::X64),
        () if kind.starts_with("x86") => Some(Architecture::X86),
        () => None,
    }
}

fn kind(computer: &Row, chassis: &[u32]) -> Option<ComputerKind> {
    // A hypervisor also runs on computers of flesh and blood, so the model decides.
    const VIRTUAL: [&str; 7] = [
        "virtual machine",
        "virtualbox",
        "vmware",
        "kvm",
        "standard pc",
        "hvm domu",
        "google compute",
    ];
    let model = text(computer, "Model").unwrap_or_default().to_lowercase();
    if VIRTUAL.iter().any(|word| model.contains(word)) {
        return Some(ComputerKind::Virtual);
    }
    match number::<u32>(computer, "PCSystemType")? {
        2 if chassis.iter().any(|kind| matches!(kind, 11 | 30)) => Some(ComputerKind::Tablet),
        2 => Some(ComputerKind::Laptop),
        1 => Some(ComputerKind::Desktop),
        3 => Some(ComputerKind::Workstation),
        4 | 5 | 7 => Some(ComputerKind::Server),
        _ => None,
    }
}

fn memory_modules(ask: &WmiQuestions<'_>) -> Option<Vec<u64>> {
    let rows = ask.rows(CIMV2, "Win32_PhysicalMemory")?;
    let sizes = rows.iter().filter_map(|row| number(row, "Capacity"));
    let sizes: Vec<u64> = sizes.collect();
    (!sizes.is_empty()).then_some(sizes)
}

fn users(computer: &Row) -> Option<Vec<String>> {
    match computer.property("UserName") {
        PropertyValue::Text(user) => Some(vec![user]),
        PropertyValue::Null => Some(Vec::new()),
        _ => None,
    }
}

fn hotfixes(ask: &WmiQuestions<'_>) -> Option<Vec<String>> {
    let rows = ask.rows(CIMV2, "Win32_QuickFixEngineering")?;
    let names = rows.iter().filter_map(|row| text(row, "HotFixID"));
    Some(names.collect())
}

fn client(ask: &WmiQuestions<'_>, registry: Registry<'_>) -> Client {
    let rows = ask.rows("root\\ccm", "SMS_Client");
    Client {
        version: rows.and_then(|rows| text(rows.first()?, "ClientVersion")),
        site_code: registry(
            r"HKLM\SOFTWARE\Microsoft\SMS\Mobile Client",
            "AssignedSiteCode",
        ),
    }
}

fn processor(ask: &WmiQuestions<'_>) -> Option<Processor> {
    let rows = ask.rows(CIMV2, "Win32_Processor")?;
    let row = rows.first()?;
    Some(Processor {
        name: text(row, "Name"),
        manufacturer: text(row, "Manufacturer"),
        speed: number(row, "MaxClockSpeed").filter(|speed| *speed > 0),
        architecture: match number::<u32>(row, "Architecture") {
            Some(0) => Some(Architecture::X86),
            Some(9) => Some(Architecture::X64),
            Some(12) => Some(Architecture::Arm64),
            _ => None,
        },
        cores: number(row, "NumberOfCores").filter(|count: &i128| *count > 0),
        threads: number(row, "NumberOfLogicalProcessors").filter(|count: &i128| *count > 0),
        sockets: i128::try_from(rows.len()).ok(),
    })
}

fn board(row: &Row) -> Option<Board> {
    let board = Board {
        manufacturer: text(row, "Manufacturer"),
        product: text(row, "Product"),
        version: text(row, "Version"),
        serial_number: text(row, "SerialNumber"),
    };
    (board != Board::default()).then_some(board)
}

fn power(ask: &WmiQuestions<'_>) -> Power {
    let Some(rows) = ask.rows(CIMV2, "Win32_Battery") else {
        return Power::default();
    };
    let Some(row) = rows.first() else {
        return Power {
            battery: Some(false),
            ..Power::default()
        };
    };
    Power {
        battery: Some(true),
        // 1 is "discharging", 4 "low" and 5 "critical"; the others have mains.
        ac: number::<u32>(row, "BatteryStatus").map(|status| !matches!(status, 1 | 4 | 5)),
        charge: number(row, "EstimatedChargeRemaining").filter(|charge| (0..=100).contains(charge)),
    }
}

fn firmware(bios: &Row, registry: Registry<'_>) -> Firmware {
    let uefi = match registry(CONTROL, "PEFirmwareType").as_deref() {
        Some("1") => Some(false),
        Some("2") => Some(true),
        _ => None,
    };
    let secure = registry(
        &format!(r"{CONTROL}\SecureBoot\State"),
        "UEFISecureBootEnabled",
    );
    Firmware {
        uefi,
        secure_boot: secure
            .map(|value| value == "1")
            .filter(|_| uefi != Some(false)),
        manufacturer: text(bios, "Manufacturer"),
        version: text(bios, "SMBIOSBIOSVersion"),
        date: date(bios, "ReleaseDate"),
    }
}

fn tpm(ask: &WmiQuestions<'_>) -> Option<Option<Tpm>> {
    let rows = ask.rows("root\\cimv2\\security\\microsofttpm", "Win32_Tpm")?;
    Some(rows.first().map(|row| Tpm {
        version: text(row, "SpecVersion").filter(|version| version != "Not Supported"),
        enabled: boolean(row, "IsEnabled_InitialValue"),
        activated: boolean(row, "IsActivated_InitialValue"),
        owned: boolean(row, "IsOwned_InitialValue"),
    }))
}

fn disks(ask: &WmiQuestions<'_>) -> Option<Vec<Disk>> {
    let encrypted = ask.rows(
        "root\\cimv2\\security\\microsoftvolumeencryption",
        "Win32_EncryptableVolume",
    );
    let encrypted = encrypted.unwrap_or_default();
    let bitlocker = |letter: &str| {
        let row = encrypted
            .iter()
            .find(|row| text(row, "DriveLetter").as_deref() == Some(letter))?;
        // 2 is "unknown": the volume is locked.
        number::<u32>(row, "ProtectionStatus")
            .filter(|status| *status < 2)
            .map(|status| status == 1)
    };
    let rows = ask.rows(CIMV2, "Win32_LogicalDisk")?;
    let disks: Vec<Disk> = rows
        .iter()
        .filter_map(|row| {
            let letter = values::letter(&text(row, "DeviceID")?)?;
            let kind = number(row, "DriveType").filter(|kind| (2..=6).contains(kind))?;
            let size: Option<u64> = number(row, "Size");
            let free: Option<u64> = number(row, "FreeSpace");
            let free = free.map(|free| size.map_or(free, |size| free.min(size)));
            let (file_system, label) = (text(row, "FileSystem"), text(row, "VolumeName"));
            Some(Disk {
                bitlocker: bitlocker(&letter),
                letter,
                size,
                free,
                kind,
                file_system,
                label,
            })
        })
        .collect();
    (!disks.is_empty()).then_some(disks)
}

fn drives(ask: &WmiQuestions<'_>) -> Option<Vec<Drive>> {
    let mut rows = ask.rows(CIMV2, "Win32_DiskDrive")?;
    rows.sort_by_key(|row| number::<u32>(row, "Index"));
    let drive = |row: &Row| Drive {
        model: text(row, "Model"),
        size: number(row, "Size"),
        interface: text(row, "InterfaceType"),
        media: text(row, "MediaType"),
        serial_number: text(row, "SerialNumber"),
    };
    (!rows.is_empty()).then(|| rows.iter().map(drive).collect())
}

/// Physical adapters with their addresses, which are in another class.
fn network(ask: &WmiQuestions<'_>) -> Option<Vec<Adapter>> {
    let cards = ask.rows(CIMV2, "Win32_NetworkAdapter")?;
    let configured = ask
        .rows(CIMV2, "Win32_NetworkAdapterConfiguration")
        .unwrap_or_default();
    let physical = cards
        .iter()
        .filter(|row| boolean(row, "PhysicalAdapter") == Some(true));
    let adapter = |card: &Row| {
        let index: Option<u32> = number(card, "Index");
        let own = configured
            .iter()
            .find(|row| index.is_some() && number(row, "Index") == index);
        let nothing = Row::new();
        let own = own.unwrap_or(&nothing);
        Adapter {
            name: text(card, "Name"),
            mac: text(card, "MACAddress").and_then(|mac| values::mac(&mac)),
            ip: texts(own, "IPAddress")
                .map(|list| list.iter().filter_map(|text| address(text)).collect()),
            gateway: texts(own, "DefaultIPGateway"),
            wired: None,
            connected: number::<u32>(card, "NetConnectionStatus").map(|status| status == 2),
            dhcp: boolean(own, "DHCPEnabled"),
        }
    };
    Some(physical.map(adapter).collect())
}
