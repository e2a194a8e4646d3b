//! Machine files: a computer described in TOML, for simulations and tests.
//!
//! [`parse`] reads one and reports everything wrong with it at once. What is not said is not known;
//! the rows of WMI follow from the description ([`Machine::classes`]), and a property that does not
//! follow is not known either.

mod installed;
pub mod keys;
#[cfg(any(not(windows), feature = "internals"))]
mod linux;
mod parse;
mod places;
pub(crate) mod reader;
mod systems;
pub(crate) mod values;
#[cfg(any(windows, feature = "internals"))]
mod windows;
pub(crate) mod wmi;
mod write;

use std::{
    collections::{BTreeMap, HashMap},
    sync::OnceLock,
};

#[cfg(any(not(windows), feature = "internals"))]
pub use linux::{Linux, machine_of_linux};
pub use parse::{parse, parse_named};
pub use places::MachinePlaces;
#[cfg(any(windows, feature = "internals"))]
pub use windows::machine_of_windows;
pub use write::write;

use crate::{
    diagnostic::Finding,
    fact::{FileFacts, RegistryValue},
    wql::{PropertyValue, Row},
};

/// A machine file as read.
#[derive(Clone, Debug, Default)]
pub struct ParsedMachine {
    /// The computer, as far as the file could be understood.
    pub machine: Machine,
    /// What is wrong with the file, in its order.
    pub findings: Vec<Finding>,
}

/// What a computer is used as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is the file's word")]
pub enum ComputerKind {
    Laptop,
    Tablet,
    Desktop,
    Workstation,
    Server,
    Virtual,
}

impl ComputerKind {
    /// The words of a machine file, in the order of the variants.
    pub const WORDS: &'static [&'static str] = &[
        "laptop",
        "tablet",
        "desktop",
        "workstation",
        "server",
        "virtual",
    ];
    const ALL: [ComputerKind; 6] = [
        ComputerKind::Laptop,
        ComputerKind::Tablet,
        ComputerKind::Desktop,
        ComputerKind::Workstation,
        ComputerKind::Server,
        ComputerKind::Virtual,
    ];

    /// Its word.
    pub fn word(self) -> &'static str {
        ComputerKind::WORDS[self as usize]
    }

    /// Whether it has a battery unless something else is said.
    pub fn is_portable(self) -> bool {
        matches!(self, ComputerKind::Laptop | ComputerKind::Tablet)
    }
}

/// What Windows says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProductType {
    /// A client.
    Workstation = 1,
    /// A domain controller.
    DomainController = 2,
    /// Another server.
    Server = 3,
}

/// The architecture of a processor or an operating system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Architecture {
    /// 32 bits.
    X86,
    /// 64 bits.
    X64,
    /// 64 bits of ARM.
    Arm64,
}

impl Architecture {
    /// The words of a machine file, in the order of the variants.
    pub const WORDS: &'static [&'static str] = &["x86", "x64", "arm64"];
    const ALL: [Architecture; 3] = [Architecture::X86, Architecture::X64, Architecture::Arm64];

    /// Its word.
    pub fn word(self) -> &'static str {
        Architecture::WORDS[self as usize]
    }
}

/// An operating system, installed or of a boot image.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct System {
    /// Its name, without the edition: `Windows 11`.
    pub name: Option<String>,
    /// `Enterprise`.
    pub edition: Option<String>,
    /// `23H2`.
    pub release: Option<String>,
    /// `10.0.22631`.
    pub version: Option<String>,
    /// `22631`.
    pub build: Option<u32>,
    /// Client or server.
    pub product_type: Option<ProductType>,
    /// Its architecture.
    pub architecture: Option<Architecture>,
    /// The number of its language.
    pub language: Option<u32>,
    /// The number of the language of its formats.
    pub locale: Option<u32>,
    /// The number of its edition.
    pub sku: Option<i128>,
    /// Its service pack.
    pub service_pack: Option<i128>,
    /// When it was installed, as a CIM datetime.
    pub installed: Option<String>,
    /// Its drive, `C:`.
    pub system_drive: Option<String>,
    /// Whether it is Windows.
    pub windows: bool,
}

/// A processor.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Processor {
    /// Its name.
    pub name: Option<String>,
    /// `GenuineIntel`.
    pub manufacturer: Option<String>,
    /// In MHz.
    pub speed: Option<u64>,
    /// Its architecture.
    pub architecture: Option<Architecture>,
    /// Cores of one processor.
    pub cores: Option<i128>,
    /// Threads of one processor.
    pub threads: Option<i128>,
    /// How many processors there are.
    pub sockets: Option<i128>,
}

/// The main board.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Board {
    pub manufacturer: Option<String>,
    pub product: Option<String>,
    pub version: Option<String>,
    pub serial_number: Option<String>,
}

/// Power.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Power {
    /// Whether it runs on mains.
    pub ac: Option<bool>,
    /// Whether it has a battery.
    pub battery: Option<bool>,
    /// The battery's charge in percent.
    pub charge: Option<i128>,
}

/// Firmware.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Firmware {
    /// UEFI, else BIOS.
    pub uefi: Option<bool>,
    /// Secure boot is on.
    pub secure_boot: Option<bool>,
    /// Who made it.
    pub manufacturer: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// Its date as a CIM datetime.
    pub date: Option<String>,
}

/// A TPM.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tpm {
    /// `2.0`, or all that WMI gives: `2.0, 0, 1.59`.
    pub version: Option<String>,
    /// Whether it is enabled.
    pub enabled: Option<bool>,
    /// Whether it is activated.
    pub activated: Option<bool>,
    /// Whether it has an owner.
    pub owned: Option<bool>,
}

/// The client of Configuration Manager.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Client {
    /// Its version.
    pub version: Option<String>,
    /// Its site.
    pub site_code: Option<String>,
}

/// A drive with a letter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Disk {
    /// `C:`.
    pub letter: String,
    /// In bytes.
    pub size: Option<u64>,
    /// In bytes.
    pub free: Option<u64>,
    /// The number of its kind, `DriveType`: 3 is a local disk.
    pub kind: u8,
    /// `NTFS`.
    pub file_system: Option<String>,
    /// Its name.
    pub label: Option<String>,
    /// Whether BitLocker protects it.
    pub bitlocker: Option<bool>,
}

/// A device that holds data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Drive {
    pub model: Option<String>,
    pub size: Option<u64>,
    pub interface: Option<String>,
    pub media: Option<String>,
    pub serial_number: Option<String>,
}

/// A network adapter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Adapter {
    /// Its name.
    pub name: Option<String>,
    /// With colons and in capitals.
    pub mac: Option<String>,
    /// Its addresses.
    pub ip: Option<Vec<String>>,
    /// Its gateways.
    pub gateway: Option<Vec<String>>,
    /// Whether it has a cable.
    pub wired: Option<bool>,
    /// Whether it is connected.
    pub connected: Option<bool>,
    /// Whether its addresses come from DHCP.
    pub dhcp: Option<bool>,
}

/// Something of a file system, as listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// The path as written.
    pub path: String,
    /// Its facts; `None` when it is not there.
    pub facts: Option<FileFacts>,
}

/// A key of the registry, as listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Key {
    /// The key as written.
    pub path: String,
    /// Its values by name in small letters, `None` for one that is not there; no map when the key
    /// is not there.
    pub values: Option<BTreeMap<String, Option<RegistryValue>>>,
}

/// A product of Windows Installer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Software {
    /// In capitals without braces.
    pub product_code: Option<String>,
    /// In capitals without braces.
    pub upgrade_code: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Its version.
    pub version: Option<String>,
}

/// An application.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Application {
    /// `ScopeId_…/Application_…`.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Whether its detection finds it.
    pub installed: bool,
    /// Whether its requirements are met.
    pub requirements_met: bool,
    /// What its installation ends with.
    pub exit_code: u32,
}

/// A package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Package {
    /// `PS100123`.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// Whether its content can be found.
    pub available: bool,
    /// Where it is or goes.
    pub path: Option<String>,
}

/// A software update that is offered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Update {
    /// `KB5034441`.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Whether it has a deadline.
    pub required: bool,
    /// Whether it is installed already.
    pub installed: bool,
    /// Whether it needs a restart.
    pub restart: bool,
}

/// How steps end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mock {
    /// The steps: their name or path, with `*` and `?`.
    pub step: String,
    /// The exit code, where it is not what the step would come to by itself.
    pub exit_code: Option<u32>,
    /// What it prints.
    pub output: Option<String>,
    /// In seconds.
    pub seconds: u64,
    /// Variables it sets.
    pub sets: Vec<(String, String)>,
    /// Only for so many first attempts of a step.
    pub times: Option<u32>,
    /// Whether `step` is the path of one step, letter by letter.
    pub exact: bool,
}

/// A class of WMI, as listed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListedClass {
    /// The namespace.
    pub namespace: String,
    /// The class.
    pub class: String,
    /// Whether the properties are added to those of each derived row; else the rows are all there
    /// are.
    pub amends: bool,
    /// The rows.
    pub rows: Vec<Vec<(String, PropertyValue)>>,
}

/// The sections that hold all there is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Complete {
    sections: Vec<&'static str>,
    /// Those that are named one by one.
    named: Vec<&'static str>,
}

impl Complete {
    /// Whether a section holds all there is.
    pub fn has(&self, section: &str) -> bool {
        self.sections.contains(&section)
    }

    /// Takes sections for lists of which nobody knows whether they are whole.
    fn forget(&mut self, sections: &[&str]) {
        self.sections.retain(|own| !sections.contains(own));
    }

    /// Whether the list of sections names it.
    pub(crate) fn is_named(&self, section: &str) -> bool {
        self.named.contains(&section)
    }
}

/// A computer.
#[derive(Clone, Debug, Default)]
pub struct Machine {
    /// Its name.
    pub name: Option<String>,
    /// Who made it.
    pub make: Option<String>,
    /// Its model.
    pub model: Option<String>,
    /// Its family.
    pub family: Option<String>,
    /// The maker's number of the model.
    pub sku_number: Option<String>,
    /// The version of the product; Lenovo keeps the name here.
    pub product_version: Option<String>,
    /// Its serial number.
    pub serial_number: Option<String>,
    /// Its asset tag.
    pub asset_tag: Option<String>,
    /// Its UUID.
    pub uuid: Option<String>,
    /// What it is used as.
    pub kind: Option<ComputerKind>,
    /// The numbers of its case.
    pub chassis: Vec<u32>,
    /// The memory that Windows sees, in bytes.
    pub memory: Option<u64>,
    /// The sizes of the modules.
    pub memory_modules: Option<Vec<u64>>,
    /// Its domain.
    pub domain: Option<String>,
    /// Its workgroup, without a domain.
    pub workgroup: Option<String>,
    /// Who is signed in, the console's first.
    pub users: Option<Vec<String>>,
    /// Whether it begins in Windows PE.
    pub in_winpe: bool,
    /// Whether a hypervisor runs.
    pub hypervisor: Option<bool>,
    /// Installed hotfixes.
    pub hotfixes: Option<Vec<String>>,
    /// The installed operating system.
    pub os: Option<System>,
    /// The boot image.
    pub winpe: Option<System>,
    /// The processor.
    pub processor: Option<Processor>,
    /// The main board.
    pub board: Option<Board>,
    /// Power.
    pub power: Power,
    /// Firmware.
    pub firmware: Firmware,
    /// The TPM: `None` not known, `Some(None)` there is none.
    pub tpm: Option<Option<Tpm>>,
    /// The client.
    pub client: Client,
    /// Drives with a letter, all of them.
    pub disks: Option<Vec<Disk>>,
    /// Devices that hold data.
    pub drives: Option<Vec<Drive>>,
    /// Physical network adapters, all of them.
    pub network: Option<Vec<Adapter>>,
    /// Variables of its collections and its own.
    pub variables: Vec<(String, String)>,
    /// Environment variables by name in small letters; `None` for one that is not there.
    pub environment: BTreeMap<String, Option<String>>,
    /// Files by path in small letters.
    pub files: BTreeMap<String, Listed>,
    /// Folders by path in small letters.
    pub folders: BTreeMap<String, Listed>,
    /// Keys by path in small letters.
    pub registry: BTreeMap<String, Key>,
    /// Installed products.
    pub software: Vec<Software>,
    /// Applications.
    pub applications: Vec<Application>,
    /// Packages.
    pub packages: Vec<Package>,
    /// Updates, if anything is said about them.
    pub updates: Option<Vec<Update>>,
    /// How steps end.
    pub outcomes: Vec<Mock>,
    /// Classes of WMI.
    pub wmi: Vec<ListedClass>,
    /// Which lists are complete.
    pub complete: Complete,
    /// Where its file says what.
    pub places: MachinePlaces,
    /// The step that installed another system than the one that is described.
    pub installed_by: Option<String>,
    derived: OnceLock<[ClassRows; 2]>,
}

/// Rows by namespace and class, in small letters.
pub type ClassRows = HashMap<(String, String), Vec<Row>>;

impl Machine {
    /// The rows of WMI that are known, in Windows or in Windows PE. They are worked out at the
    /// first question.
    pub fn classes(&self, winpe: bool) -> &ClassRows {
        let [full, small] = self
            .derived
            .get_or_init(|| [wmi::derive(self, false), wmi::derive(self, true)]);
        if winpe { small } else { full }
    }

    /// The operating system that runs, in Windows or in Windows PE.
    pub fn system(&self, winpe: bool) -> Option<&System> {
        if winpe {
            self.winpe.as_ref()
        } else {
            self.os.as_ref()
        }
    }

    /// Whether it has a battery, if that is known.
    pub fn battery(&self) -> Option<bool> {
        self.power
            .battery
            .or_else(|| self.kind.map(ComputerKind::is_portable))
    }

    /// Whether it runs on mains, if that is known; without a battery there is no other way.
    pub fn on_mains(&self) -> Option<bool> {
        self.power
            .ac
            .or_else(|| (self.battery() == Some(false)).then_some(true))
    }
}
