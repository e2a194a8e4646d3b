//! Secrets and private files.
#![allow(unsafe_code, reason = "the system allocates what it gives")]

use std::{path::Path, ptr, slice};

use windows_sys::Win32::{
    Foundation::LocalFree,
    Security::{
        Authorization::{ConvertStringSecurityDescriptorToSecurityDescriptorW, SDDL_REVISION_1},
        Cryptography::{
            CRYPT_INTEGER_BLOB, CRYPTPROTECT_LOCAL_MACHINE, CRYPTPROTECT_UI_FORBIDDEN,
            CertCloseStore, CertEnumCertificatesInStore, CertOpenSystemStoreW, CryptProtectData,
            CryptUnprotectData,
        },
        DACL_SECURITY_INFORMATION, PROTECTED_DACL_SECURITY_INFORMATION, SetFileSecurityW,
    },
};

use super::{
    super::system::SystemError,
    account,
    text::{last_error, wide, wide_path},
};

/// For the machine, not the account: after a restart another account (the system's) goes on with
/// the run.
const FLAGS: u32 = CRYPTPROTECT_LOCAL_MACHINE | CRYPTPROTECT_UI_FORBIDDEN;

/// The certificates of the store `ROOT`: the company's, too, where a policy put them there.
pub(super) fn authorities() -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    let name = wide("ROOT");
    // SAFETY: the name ends with a zero. Each certificate is valid until the next one is asked for,
    // which frees it; the last answer is null, and nothing is kept when the store is closed.
    unsafe {
        let store = CertOpenSystemStoreW(0, name.as_ptr());
        if store.is_null() {
            return out;
        }
        let mut certificate = CertEnumCertificatesInStore(store, ptr::null());
        while !certificate.is_null() {
            let (bytes, length) = (
                (*certificate).pbCertEncoded,
                (*certificate).cbCertEncoded as usize,
            );
            if !bytes.is_null() {
                out.push(slice::from_raw_parts(bytes, length).to_vec());
            }
            certificate = CertEnumCertificatesInStore(store, certificate);
        }
        CertCloseStore(store, 0);
    }
    out
}

/// Encrypts with DPAPI.
pub(super) fn protect(secret: &[u8]) -> Option<Vec<u8>> {
    let input = blob(secret)?;
    let mut output = CRYPT_INTEGER_BLOB {
        cbData: 0,
        pbData: ptr::null_mut(),
    };
    // SAFETY: the input is as long as it says and is only read; what may be null is null.
    let done = unsafe {
        CryptProtectData(
            &raw const input,
            ptr::null(),
            ptr::null(),
            ptr::null(),
            ptr::null(),
            FLAGS,
            &mut output,
        )
    };
    taken(done, &output)
}

/// Decrypts what [`protect`] gave.
pub(super) fn unprotect(data: &[u8]) -> Option<Vec<u8>> {
    let input = blob(data)?;
    let mut output = CRYPT_INTEGER_BLOB {
        cbData: 0,
        pbData: ptr::null_mut(),
    };
    // SAFETY: as above.
    let done = unsafe {
        CryptUnprotectData(
            &raw const input,
            ptr::null_mut(),
            ptr::null(),
            ptr::null(),
            ptr::null(),
            CRYPTPROTECT_UI_FORBIDDEN,
            &mut output,
        )
    };
    taken(done, &output)
}

fn blob(bytes: &[u8]) -> Option<CRYPT_INTEGER_BLOB> {
    Some(CRYPT_INTEGER_BLOB {
        cbData: u32::try_from(bytes.len()).ok()?,
        pbData: bytes.as_ptr().cast_mut(),
    })
}

/// A copy of what the system gave; its own is wiped and freed.
fn taken(done: i32, output: &CRYPT_INTEGER_BLOB) -> Option<Vec<u8>> {
    if done == 0 || output.pbData.is_null() {
        return None;
    }
    let length = usize::try_from(output.cbData).ok()?;
    // SAFETY: on success the system gave so many bytes, for us to change and free, and nobody else
    // has them.
    let bytes = unsafe {
        let given = slice::from_raw_parts_mut(output.pbData, length);
        let bytes = given.to_vec();
        given.fill(0);
        LocalFree(output.pbData.cast());
        bytes
    };
    Some(bytes)
}

/// Leaves a file or folder to the system, administrators and the run's own account; what it
/// inherited is gone.
pub(super) fn make_private(path: &Path) -> Result<(), SystemError> {
    let what = format!("cannot make {} private", path.display());
    let sid = account::own_sid().ok_or_else(|| last_error(&what))?;
    let inherit = if path.is_dir() { "OICI" } else { "" };
    let grant = |who: &str| format!("(A;{inherit};FA;;;{who})");
    restrict(
        path,
        &what,
        &format!("D:P{}{}{}", grant("SY"), grant("BA"), grant(&sid)),
    )
}

/// Leaves writing in a folder to the system and administrators, and to the run's own account where
/// that is none; others may read, as a step that runs as another account must. The account of an
/// administrator would be strange to that of the system, which goes on after a restart.
pub(super) fn close(folder: &Path) -> Result<(), SystemError> {
    let what = format!("cannot close {} to others", folder.display());
    let grant = |rights: &str, who: &str| format!("(A;OICI;{rights};;;{who})");
    let mut rules = format!(
        "D:P{}{}{}",
        grant("FA", "SY"),
        grant("FA", "BA"),
        grant("0x1200a9", "BU")
    );
    if !account::is_elevated() {
        let sid = account::own_sid().ok_or_else(|| last_error(&what))?;
        rules += &grant("FA", &sid);
    }
    restrict(folder, &what, &rules)
}

/// Gives a file or folder these rights, in the system's own words for them, and no others.
fn restrict(path: &Path, what: &str, rules: &str) -> Result<(), SystemError> {
    let rules = wide(rules);
    let name =
        wide_path(path).ok_or_else(|| SystemError::new(123, format!("{what}: it is no path")))?;
    let mut descriptor = ptr::null_mut();
    // SAFETY: the rules end with a null; the descriptor is written on success only.
    let made = unsafe {
        ConvertStringSecurityDescriptorToSecurityDescriptorW(
            rules.as_ptr(),
            SDDL_REVISION_1,
            &mut descriptor,
            ptr::null_mut(),
        )
    };
    if made == 0 {
        return Err(last_error(what));
    }
    let parts = DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION;
    // SAFETY: the name ends with a null, and the descriptor is one that the system made.
    let done = unsafe { SetFileSecurityW(name.as_ptr(), parts, descriptor) };
    let result = if done == 0 {
        Err(last_error(what))
    } else {
        Ok(())
    };
    // SAFETY: the descriptor was given for us to free.
    unsafe { LocalFree(descriptor) };
    result
}
