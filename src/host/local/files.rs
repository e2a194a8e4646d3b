//! Files that only the run's account can read, hashes, and folders that are copied.

use std::{
    fs,
    io::{self, Read as _, Write as _},
    path::Path,
};

use ring::digest;

/// The most folders in folders that are copied.
const MAX_DEPTH: usize = 64;

/// Writes a file that its owner alone can read.
///
/// # Errors
/// Those of the file system.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = create_private(path)?;
    file.write_all(bytes)
}

/// Makes a file that its owner alone can read; on Windows its folder decides.
///
/// # Errors
/// Those of the file system.
pub(crate) fn create_private(path: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    open_own(&mut options, path)
}

/// Opens a file of the run's own: never through a link that lies in its place, and never a pipe or
/// a device.
///
/// # Errors
/// Those of the file system, and that it is no file.
pub(crate) fn open_own(options: &mut fs::OpenOptions, path: &Path) -> io::Result<fs::File> {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt as _;
        // A pipe that nobody reads would be waited for.
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        options.custom_flags(flags.bits().cast_signed());
    }
    #[cfg(windows)]
    {
        use std::os::windows::fs::OpenOptionsExt as _;
        use windows_sys::Win32::Storage::FileSystem::FILE_FLAG_OPEN_REPARSE_POINT;
        // The link itself is opened, and then seen to be one.
        options.custom_flags(FILE_FLAG_OPEN_REPARSE_POINT);
    }
    let no_file = |what: &str| io::Error::new(io::ErrorKind::InvalidInput, what);
    let opened = options.open(path);
    if fs::symlink_metadata(path).is_ok_and(|facts| facts.is_symlink()) {
        return Err(no_file("it is a link, which is not followed here"));
    }
    let file = opened?;
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(no_file("it is no file")),
    }
}

/// Opens a file of the run's own to read it.
///
/// # Errors
/// As of [`open_own`].
pub(crate) fn read_own(path: &Path) -> io::Result<fs::File> {
    open_own(fs::OpenOptions::new().read(true), path)
}

/// Makes a folder that its owner alone can enter; on Windows the caller makes it so.
///
/// # Errors
/// Those of the file system.
pub(crate) fn create_private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(path)
}

/// Bytes as small hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// The SHA-256 of bytes in small hexadecimal digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(digest::digest(&digest::SHA256, bytes).as_ref())
}

/// The SHA-256 of a file in small hexadecimal digits.
///
/// # Errors
/// The file cannot be read.
pub(crate) fn sha256_of(path: &Path) -> io::Result<String> {
    if is_special(path) {
        let what = "it is a pipe or a device, no file";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
    }
    let mut file = fs::File::open(path)?;
    let mut context = digest::Context::new(&digest::SHA256);
    let mut buffer = vec![0; 256 * 1024];
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            return Ok(hex(context.finish().as_ref()));
        }
        context.update(buffer.get(..count).unwrap_or(&[]));
    }
}

/// Whether a path leads to a pipe or a device: who reads one may wait for ever.
fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|facts| !facts.is_file() && !facts.is_dir())
}

/// Copies a folder with all it holds; files that are there with the same size and time stay.
///
/// # Errors
/// Those of the file system, with the path.
pub(super) fn copy_folder(from: &Path, to: &Path) -> io::Result<u64> {
    copy(from, to, 0)
}

fn copy(from: &Path, to: &Path, depth: usize) -> io::Result<u64> {
    let named =
        |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", from.display()));
    if depth > MAX_DEPTH {
        return Err(named(io::Error::other("folders in more than 64 folders")));
    }
    fs::create_dir_all(to)
        .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", to.display())))?;
    let mut bytes = 0;
    for entry in fs::read_dir(from).map_err(named)? {
        let entry = entry.map_err(named)?;
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if is_special(&path) {
            let what = format!("{}: it is a pipe or a device, no file", path.display());
            return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
        }
        if path.is_dir() {
            bytes += copy(&path, &target, depth + 1)?;
            continue;
        }
        // Beside its place first: a copy that was cut off must not look whole.
        let part = to.join(format!(".{}.part", entry.file_name().to_string_lossy()));
        bytes += fs::copy(&path, &part)
            .and_then(|count| fs::rename(&part, &target).map(|()| count))
            .map_err(|error| {
                io::Error::new(error.kind(), format!("{}: {error}", path.display()))
            })?;
    }
    Ok(bytes)
}
