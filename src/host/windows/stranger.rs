//! Whose a file is.
#![allow(unsafe_code, reason = "the system allocates what it gives")]

use std::{fs, path::Path, ptr, slice};

use windows_sys::Win32::{
    Foundation::LocalFree,
    Security::{
        Authorization::{
            ConvertSecurityDescriptorToStringSecurityDescriptorW, GetNamedSecurityInfoW,
            SDDL_REVISION_1, SE_FILE_OBJECT,
        },
        DACL_SECURITY_INFORMATION, OWNER_SECURITY_INFORMATION,
    },
};

use super::{
    super::rights,
    account,
    text::{narrow, wide_path},
};

/// Why somebody else could have written a file, or may put another one into its folder. Folders
/// further up are not asked: who may rename them is hardly ever open to others on Windows.
pub(super) fn of(path: &Path) -> Option<String> {
    let path = fs::canonicalize(path).ok()?;
    let own = account::own_sid().unwrap_or_default();
    let folder = path.parent().map(Path::to_path_buf);
    let mut places = [Some(path.clone()), folder].into_iter().flatten();
    places.find_map(|place| told(&place, &own))
}

/// Why somebody else could put something into a folder. The one above it is not asked: everybody
/// may make folders in `%ProgramData%`, and nobody may rename what is another's there.
pub(super) fn in_folder(folder: &Path) -> Option<String> {
    let folder = fs::canonicalize(folder).ok()?;
    told(&folder, &account::own_sid().unwrap_or_default())
}

/// What owner and rights of one file or folder say.
fn told(place: &Path, own: &str) -> Option<String> {
    let shown = place.display().to_string();
    let shown = shown.trim_start_matches("\\\\?\\");
    let why = match described(place) {
        Some(text) => rights::stranger(&text, own),
        None => Some("does not tell who may write to it"),
    };
    why.map(|why| format!("{shown} {why}"))
}

/// Owner and rights of a file or folder, in the system's own words for them.
fn described(path: &Path) -> Option<String> {
    let name = wide_path(path)?;
    let parts = OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;
    let mut descriptor = ptr::null_mut();
    // SAFETY: the name ends with a null; what may be null is null, and the descriptor is written on
    // success only.
    let failed = unsafe {
        GetNamedSecurityInfoW(
            name.as_ptr(),
            SE_FILE_OBJECT,
            parts,
            ptr::null_mut(),
            ptr::null_mut(),
            ptr::null_mut(),
            ptr::null_mut(),
            &mut descriptor,
        )
    };
    if failed != 0 || descriptor.is_null() {
        return None;
    }
    let (mut text, mut length) = (ptr::null_mut(), 0);
    // SAFETY: the descriptor is the system's; text and length are written on success only.
    let done = unsafe {
        ConvertSecurityDescriptorToStringSecurityDescriptorW(
            descriptor,
            SDDL_REVISION_1,
            parts,
            &mut text,
            &mut length,
        )
    };
    let mut out = None;
    if done != 0 && !text.is_null() {
        // SAFETY: so many units were just written.
        let units = unsafe { slice::from_raw_parts(text, length as usize) };
        out = Some(narrow(units));
        // SAFETY: the text was given for us to free.
        unsafe { LocalFree(text.cast()) };
    }
    // SAFETY: the descriptor was given for us to free.
    unsafe { LocalFree(descriptor) };
    out
}
