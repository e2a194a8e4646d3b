//! Which file a path leads to: two paths that lead to one file, through links or hard links, have
//! one identity. And which files were read.

use std::{
    collections::HashSet,
    fs::{self, File},
    path::Path,
    sync::{Mutex, PoisonError},
};

/// A file, whatever it is called: its volume and its number there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct FileIdentity {
    volume: u64,
    number: u64,
}

impl FileIdentity {
    /// Of an open file; `None` where the system does not tell.
    #[cfg(unix)]
    pub(super) fn of(file: &File) -> Option<FileIdentity> {
        file.metadata().ok().as_ref().map(of_data)
    }

    /// Of an open file; `None` where the system does not tell.
    #[cfg(windows)]
    pub(super) fn of(file: &File) -> Option<FileIdentity> {
        let (volume, number) = crate::host::windows::file_identity(file)?;
        Some(FileIdentity { volume, number })
    }

    /// Of the file to which a path leads; `None` where there is none.
    #[cfg(unix)]
    pub(super) fn at(path: &Path) -> Option<FileIdentity> {
        fs::metadata(path).ok().as_ref().map(of_data)
    }

    /// Of the file to which a path leads; `None` where there is none that can be opened.
    #[cfg(windows)]
    pub(super) fn at(path: &Path) -> Option<FileIdentity> {
        use std::os::windows::fs::OpenOptionsExt as _;
        // Without any right to its content: the attributes are enough.
        let open = fs::OpenOptions::new().access_mode(0).open(path);
        FileIdentity::of(&open.ok()?)
    }
}

#[cfg(unix)]
fn of_data(data: &fs::Metadata) -> FileIdentity {
    use std::os::unix::fs::MetadataExt as _;
    FileIdentity {
        volume: data.dev(),
        number: data.ino(),
    }
}

/// The files that this process has read. One for the whole process: whoever reads a file is far
/// from whoever writes one, and neither may forget it.
static INPUTS: Mutex<Option<HashSet<FileIdentity>>> = Mutex::new(None);

/// Notes a file that is read: nothing may be written onto it.
pub(super) fn note_input(file: &File) {
    // A pipe, a device or a terminal holds nothing that could be lost.
    if !file.metadata().is_ok_and(|data| data.is_file()) {
        return;
    }
    if let Some(identity) = FileIdentity::of(file) {
        let mut inputs = INPUTS.lock().unwrap_or_else(PoisonError::into_inner);
        inputs.get_or_insert_default().insert(identity);
    }
}

/// Whether a path leads to a file that was read.
pub(super) fn is_input(path: &Path) -> bool {
    let inputs = INPUTS.lock().unwrap_or_else(PoisonError::into_inner);
    FileIdentity::at(path)
        .zip(inputs.as_ref())
        .is_some_and(|(identity, inputs)| inputs.contains(&identity))
}
