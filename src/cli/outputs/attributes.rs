//! What a file has beside its content, carried over to the file that replaces it. Where it cannot
//! be carried over, nothing is replaced.

use std::{fs::File, io, path::Path};

use tempfile::NamedTempFile;

/// Moves a file over another one, to which its attributes were copied.
#[cfg(not(windows))]
pub(super) fn exchange(file: NamedTempFile, target: &Path) -> io::Result<()> {
    file.persist(target).map(drop).map_err(|error| error.error)
}

/// Moves a file over another one. The system carries over rights, owner, attributes and further
/// streams by itself.
#[cfg(windows)]
pub(super) fn exchange(file: NamedTempFile, target: &Path) -> io::Result<()> {
    // Closed first: a file that is open is not moved.
    let path = file.into_temp_path();
    crate::host::windows::replace_file(target, &path)?;
    // It is no longer there.
    let _ = path.keep();
    Ok(())
}

/// The system does it when files are exchanged.
#[cfg(windows)]
pub(super) fn copy(_from: &File, _to: &File) -> io::Result<()> {
    Ok(())
}

/// Copies owner, group, rights and extended attributes.
///
/// # Errors
/// One of them cannot be kept.
#[cfg(unix)]
pub(super) fn copy(from: &File, to: &File) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let (old, new) = (from.metadata()?, to.metadata()?);
    if (old.uid(), old.gid()) != (new.uid(), new.gid()) {
        fchown(to, Some(old.uid()), Some(old.gid())).map_err(|error| {
            let (owner, group) = (old.uid(), old.gid());
            let text = format!("its owner {owner} and group {group} cannot be kept: {error}");
            io::Error::new(error.kind(), text)
        })?;
    }
    // Behind the owner: a change of owner takes some rights away.
    to.set_permissions(old.permissions())?;
    #[cfg(target_os = "linux")]
    extended::copy(from, to)?;
    Ok(())
}

/// Extended attributes, access lists and labels among them.
#[cfg(target_os = "linux")]
mod extended {
    use std::{ffi::CString, fs::File, io};

    use rustix::{
        fs::{XattrFlags, fgetxattr, flistxattr, fremovexattr, fsetxattr},
        io::Errno,
    };

    /// Signatures of the content, which the kernel makes.
    const OF_CONTENT: [&[u8]; 2] = [b"security.ima", b"security.evm"];

    /// Longest list of names, and longest value: the limits of the kernel.
    const MAX: usize = 64 * 1024;

    pub(super) fn copy(from: &File, to: &File) -> io::Result<()> {
        let wanted = names(from)?;
        // A folder gives new files an access list, which the old one need not have.
        for name in names(to)?.iter().filter(|name| !wanted.contains(name)) {
            fremovexattr(to, name.as_c_str()).map_err(|error| unkept(name, error))?;
        }
        for name in &wanted {
            let fault = |error| unkept(name, error);
            let value = value(from, name).map_err(fault)?;
            if self::value(to, name).is_ok_and(|own| own == value) {
                continue;
            }
            fsetxattr(to, name.as_c_str(), &value, XattrFlags::empty()).map_err(fault)?;
        }
        Ok(())
    }

    fn names(file: &File) -> io::Result<Vec<CString>> {
        let mut buffer = vec![0_u8; MAX];
        let length = match flistxattr(file, buffer.as_mut_slice()) {
            Ok(length) => length,
            // A file system without them.
            Err(Errno::NOTSUP) => 0,
            Err(error) => return Err(error.into()),
        };
        let names = buffer[..length].split(|byte| *byte == 0);
        Ok(names
            .filter(|name| !name.is_empty() && !OF_CONTENT.contains(name))
            .filter_map(|name| CString::new(name).ok())
            .collect())
    }

    fn value(file: &File, name: &CString) -> rustix::io::Result<Vec<u8>> {
        let mut buffer = vec![0_u8; MAX];
        let length = fgetxattr(file, name.as_c_str(), buffer.as_mut_slice())?;
        buffer.truncate(length);
        Ok(buffer)
    }

    fn unkept(name: &CString, error: Errno) -> io::Error {
        let error = io::Error::from(error);
        let text = format!(
            "its attribute {} cannot be kept: {error}",
            name.to_string_lossy()
        );
        io::Error::new(error.kind(), text)
    }
}
