//! Text and errors as the system's functions have them.
#![allow(unsafe_code, reason = "the system's functions take pointers")]

use std::{ffi::OsStr, io, os::windows::ffi::OsStrExt as _, path::Path};

use windows_sys::Win32::{
    Foundation::{CloseHandle, GetLastError, HANDLE, INVALID_HANDLE_VALUE},
    Globalization::{CP_OEMCP, MultiByteToWideChar},
};

use super::super::system::SystemError;

/// A text with the null at its end.
pub(super) fn wide(text: impl AsRef<OsStr>) -> Vec<u16> {
    text.as_ref().encode_wide().chain([0]).collect()
}

/// A path with the null at its end; `None` for one that holds a null itself.
pub(super) fn wide_path(path: &Path) -> Option<Vec<u16>> {
    let wide = wide(path);
    (!wide[..wide.len() - 1].contains(&0)).then_some(wide)
}

/// The text up to the first null.
pub(super) fn narrow(wide: &[u16]) -> String {
    let end = wide
        .iter()
        .position(|unit| *unit == 0)
        .unwrap_or(wide.len());
    String::from_utf16_lossy(&wide[..end])
}

/// What the system said to the last call of this thread.
pub(super) fn last_error(what: &str) -> SystemError {
    // SAFETY: it takes nothing and reads a number of this thread.
    of_code(what, unsafe { GetLastError() })
}

/// An error of the system by its number.
pub(super) fn of_code(what: &str, code: u32) -> SystemError {
    let message = io::Error::from_raw_os_error(code.cast_signed()).to_string();
    let message = message
        .rsplit_once(" (os error")
        .map_or(message.as_str(), |(text, _)| text)
        .trim_end_matches(['.', ' ']);
    SystemError::new(code, format!("{what}: {message} ({code})"))
}

/// What a program printed: UTF-8, else the code page of consoles.
pub(super) fn printed(bytes: &[u8]) -> String {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let Ok(length) = i32::try_from(bytes.len()) else {
        return String::from_utf8_lossy(bytes).into_owned();
    };
    let mut out = vec![0_u16; bytes.len()];
    // SAFETY: both lengths are those of the slices; a code page has at most one unit for each byte.
    let units = unsafe {
        MultiByteToWideChar(
            CP_OEMCP,
            0,
            bytes.as_ptr(),
            length,
            out.as_mut_ptr(),
            length,
        )
    };
    match usize::try_from(units) {
        Ok(units) if units > 0 => String::from_utf16_lossy(&out[..units.min(out.len())]),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// A handle that is closed when it is no longer used.
#[derive(Debug)]
pub(super) struct Handle(pub(super) HANDLE);

// SAFETY: a handle of the kernel belongs to the process, not to a thread.
unsafe impl Send for Handle {}
// SAFETY: the kernel's functions may be called with one handle from several threads.
unsafe impl Sync for Handle {}

impl Handle {
    /// A handle that a function gave; `None` for the two values that stand for failure.
    pub(super) fn new(handle: HANDLE) -> Option<Self> {
        // Not `then_some`: what it would drop closes a handle, which changes the last error.
        (!handle.is_null() && handle != INVALID_HANDLE_VALUE).then(|| Handle(handle))
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: the handle is open, and nobody else closes it.
        unsafe { CloseHandle(self.0) };
    }
}
