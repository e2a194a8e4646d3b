//! Files that are written and synced beside their places, and moved there at the end.

use std::{
    fs::{self, TryLockError},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use tempfile::{NamedTempFile, TempPath};

use super::{is_special, leftover::NAME, place::folder_of};

/// How often a name is tried that another run's cleaning takes away.
const ATTEMPTS: usize = 16;

/// A file that is ready.
pub(super) enum Staged<'a> {
    /// Written and synced, and not yet at its place.
    File(NamedTempFile, PathBuf),
    /// A device or a pipe, which is written when all others are ready.
    Special(PathBuf, &'a [u8]),
}

impl<'a> Staged<'a> {
    /// Writes beside a path.
    pub fn new(target: &Path, bytes: &'a [u8]) -> io::Result<Staged<'a>> {
        if is_special(target) {
            return Ok(Staged::Special(target.to_owned(), bytes));
        }
        let existing = fs::metadata(target).ok();
        if existing.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(io::Error::new(
                io::ErrorKind::IsADirectory,
                "it is a folder",
            ));
        }
        if existing.is_some() {
            can_be_written(target)?;
        }
        let mut file = beside(target, existing.is_some())?;
        file.write_all(bytes)?;
        if let Some(data) = existing {
            file.as_file().set_permissions(data.permissions())?;
        }
        file.as_file().sync_all()?;
        Ok(Staged::File(file, target.to_owned()))
    }

    fn place(&self) -> &Path {
        match self {
            Staged::File(_, place) | Staged::Special(place, _) => place,
        }
    }

    fn commit(self) -> io::Result<()> {
        match self {
            Staged::File(file, place) => file.persist(place).map(drop).map_err(|error| error.error),
            Staged::Special(place, bytes) => {
                let mut out = fs::OpenOptions::new().write(true).open(place)?;
                out.write_all(bytes)
            }
        }
    }
}

/// Refuses what a move would replace although nobody may write it.
pub(super) fn can_be_written(target: &Path) -> io::Result<()> {
    if fs::metadata(target)?.permissions().readonly() {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "it is read-only",
        ));
    }
    fs::OpenOptions::new().write(true).open(target).map(drop)
}

/// An empty file beside a place, locked for as long as it is held, so that no other run takes it
/// for one that was left behind. `private`: nobody else may read it until its rights are those of
/// the file that it replaces.
pub(super) fn beside(target: &Path, private: bool) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(NAME.0).suffix(NAME.1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // A new file is readable as the umask says.
        let mode = if private { 0o600 } else { 0o666 };
        builder.permissions(fs::Permissions::from_mode(mode));
    }
    #[cfg(not(unix))]
    let _ = private;
    for _ in 0..ATTEMPTS {
        let file = builder.tempfile_in(folder_of(target)).map_err(nameless)?;
        let locked = file.as_file().try_lock();
        let is_there = || file.path().symlink_metadata().is_ok();
        // Where files cannot be locked, their age alone protects them.
        if matches!(locked, Err(TryLockError::Error(_))) || locked.is_ok() && is_there() {
            return Ok(file);
        }
    }
    Err(io::Error::other(
        "files beside it are taken away again and again",
    ))
}

/// The message without the name of the file beside, which nobody asked for.
fn nameless(error: io::Error) -> io::Error {
    let text = error.to_string();
    let short = text.split(" at path ").next().unwrap_or(&text).to_owned();
    io::Error::new(error.kind(), short)
}

/// Moves all files to their places. When one cannot be moved, those before it are taken back.
pub(super) fn commit(ready: Vec<(&Path, Staged)>) -> Result<(), (PathBuf, io::Error)> {
    let alone = ready.len() == 1;
    let mut before: Vec<Replaced> = Vec::new();
    for (path, staged) in ready {
        let kept = if alone {
            Ok(Replaced::Nothing)
        } else {
            Replaced::of(&staged)
        };
        match kept.and_then(|kept| staged.commit().map(|()| kept)) {
            Ok(kept) => before.push(kept),
            Err(error) => {
                before.into_iter().rev().for_each(Replaced::restore);
                return Err((path.to_owned(), error));
            }
        }
    }
    Ok(())
}

/// What stood at a place before.
enum Replaced {
    /// Nothing that could be given back.
    Nothing,
    /// No file.
    Missing(PathBuf),
    /// This file.
    File(TempPath, PathBuf),
}

impl Replaced {
    fn of(staged: &Staged) -> io::Result<Replaced> {
        let place = staged.place();
        if matches!(staged, Staged::Special(..)) {
            return Ok(Replaced::Nothing);
        }
        if !place.exists() {
            return Ok(Replaced::Missing(place.to_owned()));
        }
        let mut builder = tempfile::Builder::new();
        builder.prefix(NAME.0).suffix(NAME.1);
        // Not every file system has hard links.
        let kept = builder.make_in(folder_of(place), |kept| {
            fs::hard_link(place, kept).or_else(|_| fs::copy(place, kept).map(drop))
        })?;
        Ok(Replaced::File(kept.into_temp_path(), place.to_owned()))
    }

    fn restore(self) {
        // What fails here is said by the failure that led here.
        let _ = match self {
            Replaced::Nothing => Ok(()),
            Replaced::Missing(place) => fs::remove_file(place),
            Replaced::File(kept, place) => kept.persist(place).map_err(|error| error.error),
        };
    }
}

/// Folders that were made for files, taken away again unless they are kept.
#[derive(Default)]
pub(super) struct Folders(Vec<PathBuf>);

impl Folders {
    /// Makes a folder and those above it.
    pub fn make(&mut self, folder: &Path) -> io::Result<()> {
        let missing: Vec<&Path> = folder
            .ancestors()
            .take_while(|one| !one.as_os_str().is_empty() && !one.exists())
            .collect();
        for one in missing.into_iter().rev() {
            match fs::create_dir(one) {
                Ok(()) => self.0.push(one.to_owned()),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && one.is_dir() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// They stay.
    pub fn keep(mut self) {
        self.0.clear();
    }
}

impl Drop for Folders {
    fn drop(&mut self) {
        for folder in self.0.iter().rev() {
            // One that somebody put something into meanwhile stays.
            let _ = fs::remove_dir(folder);
        }
    }
}
