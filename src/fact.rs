//! What can be known of a computer, below everything that asks and everything that answers.

use serde::{Deserialize, Deserializer, de::Error as _};

/// A fact of a machine.
#[derive(Clone, Debug, PartialEq)]
pub enum Known<T> {
    /// It is there, with these facts.
    Yes(T),
    /// It is not there.
    No,
    /// Nobody knows; the text names what is missing, as a machine file would spell it.
    Unknown(String),
}

impl<T> Known<T> {
    /// The facts, if they are known.
    pub fn yes(&self) -> Option<&T> {
        match self {
            Known::Yes(facts) => Some(facts),
            _ => None,
        }
    }
}

/// A file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileFacts {
    /// Its version resource, four numbers; `None` when it has none, or it is not known which.
    pub version: Option<String>,
    /// Its time in UTC as a CIM datetime; `None` when it is not known.
    pub modified: Option<String>,
}

/// A value of the registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistryValue {
    /// The type in the XML's words, `REG_SZ`.
    pub kind: String,
    /// The data as text: numbers in decimal, multi strings separated by line feeds, binary as
    /// hexadecimal digits.
    pub data: String,
}

/// A product of Windows Installer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InstalledProduct {
    /// Its name.
    pub name: Option<String>,
    /// Its version.
    pub version: Option<String>,
}

/// A fact that has a name, and a text for its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fact {
    /// Its name in the network.
    Name,
    /// Who made it.
    Make,
    /// Its model.
    Model,
    /// Its serial number.
    SerialNumber,
    /// Its asset tag.
    AssetTag,
    /// The UUID of its firmware.
    Uuid,
    /// Its domain.
    Domain,
    /// Its workgroup.
    Workgroup,
    /// Addresses of its adapters, with `,` between them.
    MacAddresses,
    /// Its IP addresses, with `,` between them.
    IpAddresses,
    /// Its gateways, with `,` between them.
    Gateways,
    /// `x86`, `x64`, `arm64`: of the running system, else of the processor.
    Architecture,
    /// The running system's name.
    OsName,
    /// Its version.
    OsVersion,
    /// Its architecture.
    OsArchitecture,
    /// `workstation`, `server`, `domain_controller`.
    OsProductType,
    /// The number of its language.
    OsLanguage,
    /// Memory in bytes.
    Memory,
    /// The processor's speed in MHz.
    ProcessorSpeed,
    /// Free bytes on the system's drive.
    DisksFree,
    /// The version of the client.
    ClientVersion,
    /// `true` on mains.
    PowerAc,
    /// `true` with a connected adapter.
    NetworkConnected,
    /// `true` with an adapter that is connected by cable.
    NetworkWired,
    /// `uefi` or `bios`.
    FirmwareType,
    /// The version of the TPM.
    TpmVersion,
    /// Whether the TPM is enabled.
    TpmEnabled,
    /// Whether the TPM is activated.
    TpmActivated,
}

impl Fact {
    /// Every fact with its name, as machine files and site files spell it.
    pub const NAMES: &'static [(Fact, &'static str)] = &[
        (Fact::Name, "name"),
        (Fact::Make, "make"),
        (Fact::Model, "model"),
        (Fact::SerialNumber, "serial_number"),
        (Fact::AssetTag, "asset_tag"),
        (Fact::Uuid, "uuid"),
        (Fact::Domain, "domain"),
        (Fact::Workgroup, "workgroup"),
        (Fact::MacAddresses, "mac_addresses"),
        (Fact::IpAddresses, "ip_addresses"),
        (Fact::Gateways, "gateways"),
        (Fact::Architecture, "architecture"),
        (Fact::OsName, "os.name"),
        (Fact::OsVersion, "os.version"),
        (Fact::OsArchitecture, "os.architecture"),
        (Fact::OsProductType, "os.product_type"),
        (Fact::OsLanguage, "os.language"),
        (Fact::Memory, "memory"),
        (Fact::ProcessorSpeed, "processor.speed"),
        (Fact::DisksFree, "disks.free"),
        (Fact::ClientVersion, "client.version"),
        (Fact::PowerAc, "power.ac"),
        (Fact::NetworkConnected, "network.connected"),
        (Fact::NetworkWired, "network.wired"),
        (Fact::FirmwareType, "firmware.type"),
        (Fact::TpmVersion, "tpm.version"),
        (Fact::TpmEnabled, "tpm.enabled"),
        (Fact::TpmActivated, "tpm.activated"),
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        Fact::NAMES
            .iter()
            .find(|(fact, _)| *fact == self)
            .map_or("", |(_, name)| name)
    }

    /// The fact with this name.
    pub fn of_name(name: &str) -> Option<Fact> {
        Fact::NAMES
            .iter()
            .find(|(_, own)| *own == name)
            .map(|(fact, _)| *fact)
    }
}

impl<'de> Deserialize<'de> for Fact {
    /// Reads its name.
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Fact, D::Error> {
        let name = String::deserialize(from)?;
        Fact::of_name(&name).ok_or_else(|| D::Error::custom(format!("no fact {name}")))
    }
}

/// Whether the command interpreter makes a name up for its own lines (`set /?`): such a name stands
/// in no environment and is no variable of a sequence. The name is in small letters.
pub fn is_made_up_by_cmd(name: &str) -> bool {
    const NAMES: [&str; 8] = [
        "cd",
        "cmdcmdline",
        "cmdextversion",
        "date",
        "errorlevel",
        "highestnumanodenumber",
        "random",
        "time",
    ];
    NAMES.contains(&name)
}
