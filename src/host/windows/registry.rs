//! The registry.

use std::io;

use winreg::{
    HKEY, RegKey, RegValue,
    enums::{
        HKEY_CLASSES_ROOT, HKEY_CURRENT_CONFIG, HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE, HKEY_USERS,
        KEY_READ, KEY_WOW64_32KEY, KEY_WOW64_64KEY, RegType,
    },
};

use crate::fact::{Known, RegistryValue};

/// Which of the two views of a 64-bit Windows is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RegistryView {
    /// That of 64-bit programs, the one that `regedit` shows.
    Native,
    /// That of 32-bit programs: `SOFTWARE` is `SOFTWARE\WOW6432Node`.
    Small,
}

/// Opens a key, whichever way its hive is spelled: `HKLM`, `HKEY_LOCAL_MACHINE`, `HKLM:`, with
/// slashes of both kinds.
fn open(key: &str, view: RegistryView) -> io::Result<RegKey> {
    let spelled = key.trim().replace('/', "\\");
    let spelled = spelled.trim_matches('\\');
    let (hive, path) = spelled.split_once('\\').unwrap_or((spelled, ""));
    let hive: HKEY = match hive.trim_end_matches(':').to_ascii_uppercase().as_str() {
        "HKLM" | "HKEY_LOCAL_MACHINE" => HKEY_LOCAL_MACHINE,
        "HKCU" | "HKEY_CURRENT_USER" => HKEY_CURRENT_USER,
        "HKU" | "HKEY_USERS" => HKEY_USERS,
        "HKCR" | "HKEY_CLASSES_ROOT" => HKEY_CLASSES_ROOT,
        "HKCC" | "HKEY_CURRENT_CONFIG" => HKEY_CURRENT_CONFIG,
        _ => return Err(io::ErrorKind::NotFound.into()),
    };
    let flag = match view {
        RegistryView::Native => KEY_WOW64_64KEY,
        RegistryView::Small => KEY_WOW64_32KEY,
    };
    let path: Vec<&str> = path.split('\\').filter(|part| !part.is_empty()).collect();
    RegKey::predef(hive).open_subkey_with_flags(path.join("\\"), KEY_READ | flag)
}

/// Whether a key is there.
pub(super) fn key(key: &str, view: RegistryView) -> Known<()> {
    match open(key, view) {
        Ok(_) => Known::Yes(()),
        Err(error) => refused(&error, || format!("registry.'{key}'")),
    }
}

/// A value of a key; an empty name is the default value.
pub(super) fn value(key: &str, name: &str, view: RegistryView) -> Known<RegistryValue> {
    let value = open(key, view).and_then(|key| key.get_raw_value(name));
    match value {
        Ok(value) => Known::Yes(RegistryValue {
            kind: kind(&value).to_owned(),
            data: data(&value),
        }),
        Err(error) => refused(&error, || format!("registry.'{key}'.'{name}'")),
    }
}

fn refused<T>(error: &io::Error, name: impl Fn() -> String) -> Known<T> {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::InvalidInput => Known::No,
        _ => Known::Unknown(format!("{} ({error})", name())),
    }
}

fn kind(value: &RegValue<'_>) -> &'static str {
    match value.vtype {
        RegType::REG_SZ => "REG_SZ",
        RegType::REG_EXPAND_SZ => "REG_EXPAND_SZ",
        RegType::REG_DWORD | RegType::REG_DWORD_BIG_ENDIAN => "REG_DWORD",
        RegType::REG_QWORD => "REG_QWORD",
        RegType::REG_MULTI_SZ => "REG_MULTI_SZ",
        RegType::REG_NONE => "REG_NONE",
        _ => "REG_BINARY",
    }
}

/// The data as text; what is shorter than its type says is given as its bytes.
fn data(value: &RegValue<'_>) -> String {
    let bytes = value.bytes.as_ref();
    let hexadecimal = || {
        bytes
            .iter()
            .map(|byte| format!("{byte:02X}"))
            .collect::<String>()
    };
    let units = || {
        let pairs = bytes
            .chunks_exact(2)
            .map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        String::from_utf16_lossy(&pairs.collect::<Vec<u16>>())
    };
    match value.vtype {
        RegType::REG_SZ | RegType::REG_EXPAND_SZ => {
            let text = units();
            text.split('\0').next().unwrap_or_default().to_owned()
        }
        RegType::REG_MULTI_SZ => units().trim_end_matches('\0').replace('\0', "\n"),
        RegType::REG_DWORD => bytes
            .try_into()
            .map(u32::from_le_bytes)
            .map_or_else(|_| hexadecimal(), |n| n.to_string()),
        RegType::REG_DWORD_BIG_ENDIAN => bytes
            .try_into()
            .map(u32::from_be_bytes)
            .map_or_else(|_| hexadecimal(), |n| n.to_string()),
        RegType::REG_QWORD => bytes
            .try_into()
            .map(u64::from_le_bytes)
            .map_or_else(|_| hexadecimal(), |n| n.to_string()),
        _ => hexadecimal(),
    }
}

/// A text of this computer's own settings.
pub(super) fn text(path: &str, name: &str) -> Option<String> {
    value(path, name, RegistryView::Native)
        .yes()
        .map(|value| value.data.clone())
}
