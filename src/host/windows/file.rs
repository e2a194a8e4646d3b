//! Files, folders and version resources.
#![allow(unsafe_code, reason = "the system's functions take pointers")]

use std::{fs, io, os::windows::io::AsRawHandle as _, path::Path, ptr};

use windows_sys::Win32::Storage::FileSystem::{
    BY_HANDLE_FILE_INFORMATION, GetFileInformationByHandle, GetFileVersionInfoSizeW,
    GetFileVersionInfoW, ReplaceFileW, VS_FIXEDFILEINFO, VerQueryValueW,
};

use super::text::{wide, wide_path};
use crate::{
    fact::{FileFacts, Known},
    machine::values,
};

/// What is at a path, when it is of the kind that is asked for.
pub(super) fn facts(path: &str, folder: bool) -> Known<FileFacts> {
    match fs::metadata(path) {
        Ok(facts) if facts.is_dir() != folder => Known::No,
        Ok(facts) => Known::Yes(FileFacts {
            version: if folder {
                None
            } else {
                version(Path::new(path))
            },
            modified: facts.modified().ok().and_then(values::cim_of),
        }),
        Err(error) if is_absent(&error) => Known::No,
        Err(error) => {
            let section = if folder { "folders" } else { "files" };
            Known::Unknown(format!("{section}.'{path}' ({error})"))
        }
    }
}

/// Whether an error says that nothing is there. A drive, a server or a share that is not there is
/// an answer as well.
fn is_absent(error: &io::Error) -> bool {
    // ERROR_INVALID_DRIVE, ERROR_NOT_READY, ERROR_BAD_NETPATH, ERROR_BAD_NET_NAME,
    // ERROR_INVALID_NAME, ERROR_BAD_PATHNAME.
    const CODES: [i32; 6] = [15, 21, 53, 67, 123, 161];
    let kinds = [
        io::ErrorKind::NotFound,
        io::ErrorKind::NotADirectory,
        io::ErrorKind::InvalidInput,
    ];
    kinds.contains(&error.kind())
        || error
            .raw_os_error()
            .is_some_and(|code| CODES.contains(&code))
}

/// The four numbers of a file's version resource; `None` without one.
pub(super) fn version(path: &Path) -> Option<String> {
    let path = wide_path(path)?;
    // SAFETY: the path ends with a null; the second parameter may be null.
    let length = unsafe { GetFileVersionInfoSizeW(path.as_ptr(), ptr::null_mut()) };
    if length == 0 {
        return None;
    }
    let mut block = vec![0_u8; usize::try_from(length).ok()?];
    // SAFETY: the block has the length that is given.
    if unsafe { GetFileVersionInfoW(path.as_ptr(), 0, length, block.as_mut_ptr().cast()) } == 0 {
        return None;
    }
    let mut found = ptr::null_mut();
    let mut size = 0;
    let root = wide("\\");
    // SAFETY: the block was filled by the function above; it gives a place inside of it and how
    // much is there.
    let known =
        unsafe { VerQueryValueW(block.as_ptr().cast(), root.as_ptr(), &mut found, &mut size) } != 0;
    if !known || found.is_null() || usize::try_from(size).ok()? < size_of::<VS_FIXEDFILEINFO>() {
        return None;
    }
    // SAFETY: there are at least as many bytes as the structure has; nothing is said about their
    // alignment.
    let info = unsafe { ptr::read_unaligned(found.cast::<VS_FIXEDFILEINFO>()) };
    let [high, low] = [info.dwFileVersionMS, info.dwFileVersionLS];
    Some(format!(
        "{}.{}.{}.{}",
        high >> 16,
        high & 0xFFFF,
        low >> 16,
        low & 0xFFFF
    ))
}

/// What the system knows of an open file.
fn information(file: &fs::File) -> Option<BY_HANDLE_FILE_INFORMATION> {
    let mut information = BY_HANDLE_FILE_INFORMATION::default();
    // SAFETY: the handle is open for as long as the file is, and the structure is ours.
    let known = unsafe { GetFileInformationByHandle(file.as_raw_handle(), &mut information) };
    (known != 0).then_some(information)
}

/// The volume of an open file and its number there: the same for all names of the file.
pub fn file_identity(file: &fs::File) -> Option<(u64, u64)> {
    let known = information(file)?;
    let number = (u64::from(known.nFileIndexHigh) << 32) | u64::from(known.nFileIndexLow);
    Some((u64::from(known.dwVolumeSerialNumber), number))
}

/// How many names an open file has.
pub fn file_names(file: &fs::File) -> Option<u32> {
    information(file).map(|known| known.nNumberOfLinks)
}

/// Puts a file into the place of another one. Rights, owner, attributes and further streams stay
/// those of the old one.
///
/// # Errors
/// What the system says; nothing was replaced then.
pub fn replace_file(old: &Path, new: &Path) -> io::Result<()> {
    let without_null = || io::Error::from(io::ErrorKind::InvalidInput);
    let old = wide_path(old).ok_or_else(without_null)?;
    let new = wide_path(new).ok_or_else(without_null)?;
    // SAFETY: both paths end with a null; the others may be null.
    let replaced = unsafe {
        ReplaceFileW(
            old.as_ptr(),
            new.as_ptr(),
            ptr::null(),
            0,
            ptr::null(),
            ptr::null(),
        )
    };
    if replaced == 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(())
    }
}
