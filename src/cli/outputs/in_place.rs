//! Sources that are written anew where they are: by `fmt` and `fix`.

use std::{
    collections::HashSet,
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use super::{
    super::inputs::limited,
    Failure, attributes, leftover,
    place::{folder_of, followed},
    staged::{beside, can_be_written},
    unwritten,
};

/// Writes sources anew where they are.
#[derive(Default)]
pub(in super::super) struct InPlace {
    /// The folders in which nothing of killed runs is left.
    swept: HashSet<PathBuf>,
}

impl InPlace {
    /// Clears away what killed runs left beside a source.
    pub fn clear(&mut self, path: &Path) {
        let folder = folder_of(&followed(path)).to_owned();
        if !self.swept.contains(&folder) {
            leftover::sweep(&folder);
            self.swept.insert(folder);
        }
    }

    /// Replaces the content of a file by another one, whole or not at all, when it is still what
    /// was read. A link stays a link; owner, group, rights and attributes stay as they are. What a
    /// person should know of it is answered.
    ///
    /// # Errors
    /// Why the file is as it was.
    pub fn replace(
        &mut self,
        path: &Path,
        read: &[u8],
        new: &[u8],
    ) -> Result<Option<String>, Failure> {
        self.clear(path);
        let target = followed(path);
        let fault = |error| unwritten(path, &error);
        let others = other_names(&target).map_err(fault)?;
        can_be_written(&target).map_err(fault)?;
        let staged = stage(&target, new).map_err(fault)?;
        if limited(&target).map_err(fault)? != read {
            return Err(Failure::Unusable(format!(
                "{} was changed by somebody else while it was worked on; it is left as it is",
                path.display()
            )));
        }
        attributes::exchange(staged, &target).map_err(fault)?;
        Ok((others > 0).then(|| {
            let names = if others == 1 { "name, which keeps" } else { "names, which keep" };
            let path = path.display();
            format!("{path} has {others} other {names} the old text: a file replaced whole is a new one\n")
        }))
    }
}

/// The new content beside the file, with the attributes of the old one.
fn stage(target: &Path, new: &[u8]) -> io::Result<NamedTempFile> {
    let mut staged = beside(target, true)?;
    staged.write_all(new)?;
    attributes::copy(&fs::File::open(target)?, staged.as_file())?;
    staged.as_file().sync_all()?;
    Ok(staged)
}

/// How many other names the file has: hard links.
fn other_names(target: &Path) -> io::Result<u64> {
    let data = fs::metadata(target)?;
    if !data.is_file() {
        return Err(io::Error::other("it is no ordinary file"));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        Ok(data.nlink().saturating_sub(1))
    }
    #[cfg(windows)]
    {
        let names = crate::host::windows::file_names(&fs::File::open(target)?);
        Ok(u64::from(names.unwrap_or(1)).saturating_sub(1))
    }
}
