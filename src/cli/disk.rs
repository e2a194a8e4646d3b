//! Files: reading sources, writing whole files or none, and the project's folder.

use std::{
    fs,
    io::{self, BufWriter, Read as _, Write},
    path::{Path, PathBuf},
};

use super::Failure;
use crate::{source::Files, syntax::MAX_SOURCE};

/// The name of the file that marks a project's folder.
pub(super) const MARKER: &str = "tasq.toml";

/// Most bytes that are read of any file; an export may be larger than a source.
const MAX_READ: u64 = crate::read::MAX_INPUT as u64 + 1;

/// Deepest folder that is searched for sources, so that a loop of links ends.
const MAX_FOLDERS: usize = 64;

/// A source as read.
pub(super) struct SourceInput {
    /// As shown in findings.
    pub name: String,
    /// Where it lies, unless it is standard input.
    pub path: Option<PathBuf>,
    /// Its bytes; one more than the most that is read when it is too large.
    pub bytes: Vec<u8>,
    /// Its place inside the project's folder.
    pub inner: String,
    /// The project's files.
    pub files: DiskFiles,
}

/// Whether a path argument means standard input or output.
pub(super) fn is_dash(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Reads a source or standard input.
///
/// # Errors
/// A message with the name.
pub(super) fn read(path: &Path) -> Result<SourceInput, Failure> {
    if is_dash(path) {
        let mut bytes = Vec::new();
        // Beyond the limit the reader only says that it is too large.
        io::stdin()
            .lock()
            .take(MAX_READ)
            .read_to_end(&mut bytes)
            .map_err(|error| Failure::Unusable(format!("cannot read standard input: {error}")))?;
        let root = std::env::current_dir().unwrap_or_default();
        return Ok(SourceInput {
            name: "<stdin>".to_owned(),
            path: None,
            bytes,
            inner: "stdin.tasq".to_owned(),
            files: DiskFiles { root },
        });
    }
    let name = path.display().to_string();
    let bytes =
        limited(path).map_err(|error| Failure::Unusable(format!("cannot read {name}: {error}")))?;
    let absolute = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let root = project_root(&absolute);
    let inner = absolute
        .strip_prefix(&root)
        .unwrap_or(&absolute)
        .to_string_lossy()
        .replace('\\', "/");
    Ok(SourceInput {
        name,
        path: Some(path.to_owned()),
        bytes,
        inner,
        files: DiskFiles { root },
    })
}

/// The bytes of any file or of standard input, up to one more than the most that is read, and its
/// name.
///
/// # Errors
/// A message with the name.
pub(super) fn read_bytes(path: &Path) -> Result<(String, Vec<u8>), Failure> {
    let input = read(path)?;
    Ok((input.name, input.bytes))
}

fn limited(path: &Path) -> io::Result<Vec<u8>> {
    if fs::metadata(path)?.is_dir() {
        return Err(io::Error::new(
            io::ErrorKind::IsADirectory,
            "it is a folder",
        ));
    }
    let mut bytes = Vec::new();
    fs::File::open(path)?
        .take(MAX_READ)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The nearest folder above a file that holds `tasq.toml`, else the file's own.
fn project_root(file: &Path) -> PathBuf {
    let own = file.parent().unwrap_or(Path::new(""));
    own.ancestors()
        .find(|folder| folder.join(MARKER).is_file())
        .unwrap_or(own)
        .to_owned()
}

/// The files of a project.
pub(super) struct DiskFiles {
    root: PathBuf,
}

impl DiskFiles {
    /// The files of the project in this folder.
    pub(super) fn new(root: &Path) -> Self {
        DiskFiles {
            root: root.to_owned(),
        }
    }
}

/// The project's folder for a file, and the file's place in it; neither needs to be there yet.
pub(super) fn locate(path: &Path) -> (String, String) {
    let folder = path.parent().unwrap_or(Path::new(""));
    let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let absolute = path
        .file_name()
        .map_or_else(|| folder.clone(), |name| folder.join(name));
    let root = project_root(&absolute);
    let inner = absolute
        .strip_prefix(&root)
        .unwrap_or(&absolute)
        .to_string_lossy()
        .replace('\\', "/");
    (root.to_string_lossy().into_owned(), inner)
}

/// Most files of a project that an editor is told.
const MAX_LISTED: usize = 2000;

/// The files below a folder that a source may name, relative to it.
pub(super) fn list(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    // What cannot be read is not offered.
    let endings = ["tasq", "toml", "ps1", "psm1", "txt", "cmd", "bat", "vbs"];
    if below(root, MAX_FOLDERS - 8, &endings, &mut found).is_err() {
        found.clear();
    }
    let inner = |path: &PathBuf| {
        Some(
            path.strip_prefix(root)
                .ok()?
                .to_string_lossy()
                .replace('\\', "/"),
        )
    };
    found.iter().filter_map(inner).take(MAX_LISTED).collect()
}

impl Files for DiskFiles {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        // Part by part: a canonical path of Windows takes no forward slashes.
        let full = path
            .split('/')
            .fold(self.root.clone(), |folder, part| folder.join(part));
        let real = fs::canonicalize(&full).map_err(|error| plain(&error))?;
        let root = fs::canonicalize(&self.root).map_err(|error| plain(&error))?;
        if !real.starts_with(root) {
            return Err("a link in it leaves the project's folder".to_owned());
        }
        let bytes = limited(&real).map_err(|error| plain(&error))?;
        if bytes.len() > MAX_SOURCE {
            Err(format!("it has more than {MAX_SOURCE} bytes"))
        } else {
            Ok(bytes)
        }
    }
}

/// An error of the system without its number.
fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}

/// The sources that arguments name; a folder stands for every `.tasq` file below it, in order.
///
/// # Errors
/// A message when a folder cannot be read or holds no source.
pub(super) fn sources(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut out = Vec::new();
    for path in paths {
        if !is_dash(path) && path.is_dir() {
            let before = out.len();
            below(path, 0, &["tasq"], &mut out).map_err(|error| {
                Failure::Unusable(format!("cannot read {}: {error}", path.display()))
            })?;
            if out.len() == before {
                return Err(Failure::Unusable(format!(
                    "there is no .tasq file in {}",
                    path.display()
                )));
            }
        } else {
            out.push(path.clone());
        }
    }
    Ok(out)
}

/// Every `.tasq` file below a folder, in order.
///
/// # Errors
/// A message when it cannot be read.
pub(super) fn sources_below(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut out = Vec::new();
    below(folder, 0, &["tasq"], &mut out)
        .map_err(|error| Failure::Unusable(format!("cannot read {}: {error}", folder.display())))?;
    Ok(out)
}

/// The exports that arguments name, and whether each was named itself; a folder stands for every
/// `.xml` and `.zip` file below it, in order.
///
/// # Errors
/// A message when a folder cannot be read.
pub(super) fn exports(paths: &[PathBuf]) -> Result<Vec<(PathBuf, bool)>, Failure> {
    let mut out = Vec::new();
    for path in paths {
        if !is_dash(path) && path.is_dir() {
            let mut found = Vec::new();
            below(path, 0, &["xml", "zip"], &mut found).map_err(|error| {
                Failure::Unusable(format!("cannot read {}: {error}", path.display()))
            })?;
            out.extend(found.into_iter().map(|path| (path, false)));
        } else {
            out.push((path.clone(), true));
        }
    }
    Ok(out)
}

fn below(folder: &Path, depth: usize, endings: &[&str], out: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries: Vec<_> = fs::read_dir(folder)?.collect::<io::Result<_>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let kind = entry.file_type()?;
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if kind.is_dir() && !hidden && depth < MAX_FOLDERS {
            below(&entry.path(), depth + 1, endings, out)?;
        } else if kind.is_file()
            && entry.path().extension().is_some_and(|own| {
                endings
                    .iter()
                    .any(|ending| own.eq_ignore_ascii_case(ending))
            })
        {
            out.push(entry.path());
        }
    }
    Ok(())
}

/// Writes a file whole or not at all: beside it under another name, synced, then renamed over it.
///
/// # Errors
/// A message with the path; the old file is then untouched.
pub(super) fn write_whole(
    path: &Path,
    write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    attempt(path, write).map_err(|error| unwritten(path, &error))
}

fn unwritten(path: &Path, error: &io::Error) -> Failure {
    Failure::Unusable(format!("cannot write {}: {error}", path.display()))
}

/// Folders that were made for files, taken away again unless they are kept.
#[derive(Default)]
struct Folders(Vec<PathBuf>);

impl Folders {
    /// Makes a folder and those above it.
    fn make(&mut self, folder: &Path) -> io::Result<()> {
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

    fn keep(mut self) {
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

fn attempt(path: &Path, write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    match prepare(path, write)? {
        Some(ready) => ready.commit(),
        None => Ok(()),
    }
}

/// Writes several files: all of them beside their places first, so that a full disk leaves none
/// half done.
///
/// # Errors
/// A message with the path.
pub(super) fn write_all(files: &[(PathBuf, &[u8])]) -> Result<(), Failure> {
    // Dropped behind the files, so that a folder is empty when it is taken away.
    let mut folders = Folders::default();
    let mut ready = Vec::new();
    for (path, bytes) in files {
        if let Some(folder) = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            folders
                .make(folder)
                .map_err(|error| unwritten(path, &error))?;
        }
        let one = prepare(path, &mut |out| out.write_all(bytes))
            .map_err(|error| unwritten(path, &error))?;
        ready.push((path, one));
    }
    for (path, one) in ready {
        if let Some(one) = one {
            one.commit().map_err(|error| unwritten(path, &error))?;
        }
    }
    folders.keep();
    Ok(())
}

/// Whether there is a file with another content.
pub(super) fn differs(path: &Path, bytes: &[u8]) -> bool {
    path.is_file() && fs::read(path).map_or(true, |there| there != bytes)
}

/// A file that is written and synced, and not yet at its place.
struct StagedFile {
    file: tempfile::NamedTempFile,
    target: PathBuf,
}

impl StagedFile {
    fn commit(self) -> io::Result<()> {
        self.file
            .persist(&self.target)
            .map(drop)
            .map_err(|error| error.error)
    }
}

/// Writes beside a path; `None` when the path is a device, which was written at once.
fn prepare(
    path: &Path,
    write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
) -> io::Result<Option<StagedFile>> {
    // A link stays a link, and a device such as /dev/null cannot be replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let existing = fs::metadata(&target).ok();
    if existing.as_ref().is_some_and(fs::Metadata::is_dir) {
        return Err(io::Error::new(
            io::ErrorKind::IsADirectory,
            "it is a folder",
        ));
    }
    if existing.as_ref().is_some_and(|data| !data.is_file()) {
        let mut out = BufWriter::new(fs::OpenOptions::new().write(true).open(&target)?);
        write(&mut out)?;
        return out.flush().map(|()| None);
    }
    if existing
        .as_ref()
        .is_some_and(|data| data.permissions().readonly())
    {
        // A rename would not mind.
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "it is read-only",
        ));
    }
    let folder = target
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".tasq-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // As any new file: readable as the umask says.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder).map_err(|error| {
        // The message ends in the name of the file beside it, which nobody asked for.
        let text = error.to_string();
        io::Error::new(
            error.kind(),
            text.split(" at path ").next().unwrap_or(&text).to_owned(),
        )
    })?;
    let mut out = BufWriter::with_capacity(64 * 1024, file.as_file_mut());
    write(&mut out)?;
    out.flush()?;
    drop(out);
    if let Some(data) = existing {
        file.as_file().set_permissions(data.permissions())?;
    }
    file.as_file().sync_all()?;
    Ok(Some(StagedFile { file, target }))
}
