//! Products of Windows Installer.
#![allow(unsafe_code, reason = "Windows Installer fills buffers")]

use windows_sys::Win32::System::ApplicationInstallationAndServicing::{
    INSTALLSTATE_DEFAULT, MsiEnumRelatedProductsW, MsiGetProductInfoW, MsiQueryProductStateW,
};

use super::text::{narrow, wide};
use crate::fact::{InstalledProduct, Known};

const SUCCESS: u32 = 0;
const MORE_DATA: u32 = 234;
const NO_MORE_ITEMS: u32 = 259;
/// A code with its braces, and the null.
const CODE_LENGTH: usize = 39;

/// A code as Windows Installer wants it; `None` for what is no GUID.
fn braced(code: &str) -> Option<Vec<u16>> {
    crate::machine::values::guid(code).map(|code| wide(format!("{{{code}}}")))
}

/// A product by its product code.
pub(super) fn product(code: &str) -> Known<InstalledProduct> {
    braced(code)
        .and_then(|code| installed(&code))
        .map_or(Known::No, Known::Yes)
}

/// The installed products with an upgrade code.
pub(super) fn products(upgrade_code: &str) -> Known<Vec<InstalledProduct>> {
    let Some(upgrade) = braced(upgrade_code) else {
        return Known::No;
    };
    let mut found = Vec::new();
    for index in 0.. {
        let mut code = [0_u16; CODE_LENGTH];
        // SAFETY: the upgrade code ends with a null, and the buffer has the 39 units that the
        // function writes.
        match unsafe { MsiEnumRelatedProductsW(upgrade.as_ptr(), 0, index, code.as_mut_ptr()) } {
            SUCCESS => found.extend(installed(&code)),
            NO_MORE_ITEMS => break,
            error => {
                return Known::Unknown(format!(
                    "software with upgrade_code \"{upgrade_code}\" (error {error})"
                ));
            }
        }
    }
    if found.is_empty() {
        Known::No
    } else {
        Known::Yes(found)
    }
}

/// A product, when it is installed for this account or the computer; advertised ones are not.
fn installed(code: &[u16]) -> Option<InstalledProduct> {
    // SAFETY: the code ends with a null.
    let state = unsafe { MsiQueryProductStateW(code.as_ptr()) };
    (state == INSTALLSTATE_DEFAULT).then(|| InstalledProduct {
        product_code: Some(narrow(code)).filter(|code| !code.is_empty()),
        name: property(code, "ProductName").or_else(|| property(code, "InstalledProductName")),
        version: property(code, "VersionString"),
    })
}

fn property(code: &[u16], name: &str) -> Option<String> {
    let name = wide(name);
    let mut buffer = vec![0_u16; 256];
    for _ in 0..2 {
        let mut length = u32::try_from(buffer.len()).ok()?;
        // SAFETY: both texts end with a null, and the length is that of the buffer.
        let done = unsafe {
            MsiGetProductInfoW(
                code.as_ptr(),
                name.as_ptr(),
                buffer.as_mut_ptr(),
                &mut length,
            )
        };
        match done {
            SUCCESS => return Some(narrow(&buffer)).filter(|text| !text.is_empty()),
            // The length does not count the null.
            MORE_DATA => buffer.resize(usize::try_from(length).ok()? + 1, 0),
            _ => return None,
        }
    }
    None
}
