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
    options.open(path)
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
