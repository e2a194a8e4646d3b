//! Files, folders and version resources.
#![allow(unsafe_code, reason = "version resources are read through pointers")]

use std::{fs, io, path::Path, ptr};

use windows_sys::Win32::Storage::FileSystem::{
    GetFileVersionInfoSizeW, GetFileVersionInfoW, VS_FIXEDFILEINFO, VerQueryValueW,
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
