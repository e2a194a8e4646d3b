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
    /// Its product code; `None` where nobody said it.
    pub product_code: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Its version.
    pub version: Option<String>,
}

/// Makes the facts of a table: each with the name that machine files and site files have for it.
macro_rules! facts {
    ($($(#[$doc:meta])* $fact:ident = $name:literal;)*) => {
        /// A fact that has a name, and a text for its value.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Fact {
            $($(#[$doc])* $fact,)*
        }

        impl Fact {
            /// Its name, as machine files and site files spell it.
            pub fn name(self) -> &'static str {
                match self { $(Fact::$fact => $name,)* }
            }

            /// The fact with this name.
            pub fn of_name(name: &str) -> Option<Fact> {
                match name { $($name => Some(Fact::$fact),)* _ => None }
            }
        }
    };
}

facts! {
    /// Its name in the network.
    Name = "name";
    /// Who made it.
    Make = "make";
    /// Its model.
    Model = "model";
    /// What it is used as.
    Kind = "kind";
    /// Its serial number.
    SerialNumber = "serial_number";
    /// Its asset tag.
    AssetTag = "asset_tag";
    /// The UUID of its firmware.
    Uuid = "uuid";
    /// Its domain.
    Domain = "domain";
    /// Its workgroup.
    Workgroup = "workgroup";
    /// Addresses of its adapters, with `,` between them.
    MacAddresses = "mac_addresses";
    /// Its IP addresses, with `,` between them.
    IpAddresses = "ip_addresses";
    /// Its gateways, with `,` between them.
    Gateways = "gateways";
    /// `x86`, `x64`, `arm64`: of the running system, else of the processor.
    Architecture = "architecture";
    /// The running system's name.
    OsName = "os.name";
    /// Its version.
    OsVersion = "os.version";
    /// Its architecture.
    OsArchitecture = "os.architecture";
    /// `workstation`, `server`, `domain_controller`.
    OsProductType = "os.product_type";
    /// The number of its language.
    OsLanguage = "os.language";
    /// Memory in bytes.
    Memory = "memory";
    /// The processor's speed in MHz.
    ProcessorSpeed = "processor.speed";
    /// Free bytes on the system's drive.
    DisksFree = "disks.free";
    /// The version of the client.
    ClientVersion = "client.version";
    /// `true` on mains.
    PowerAc = "power.ac";
    /// `true` with a connected adapter.
    NetworkConnected = "network.connected";
    /// `true` with an adapter that is connected by cable.
    NetworkWired = "network.wired";
    /// `uefi` or `bios`.
    FirmwareType = "firmware.type";
    /// The version of the firmware, as the BIOS of WMI has it.
    FirmwareVersion = "firmware.version";
    /// The version of the TPM.
    TpmVersion = "tpm.version";
    /// Whether the TPM is enabled.
    TpmEnabled = "tpm.enabled";
    /// Whether the TPM is activated.
    TpmActivated = "tpm.activated";
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
