//! The unit of systemd that goes on with a run after a restart.

use std::{
    ffi::{OsStr, OsString},
    fs,
    io::{self, Write as _},
    os::unix::fs::{PermissionsExt as _, symlink},
    path::{Path, PathBuf},
    process::Stdio,
};

use super::{
    super::system::{ResumeEntry, SystemError},
    failed,
    power::has_systemd,
};

const UNIT: &str = "tasq-resume.service";
const WANTED_BY: &str = "multi-user.target.wants";
const FOLDER: &str = "/etc/systemd/system";

/// Puts the unit in place and enables it.
pub(super) fn add(entry: &ResumeEntry, folder: Option<&Path>) -> Result<(), SystemError> {
    let text = unit(entry)?;
    if folder.is_none() && !has_systemd() {
        return Err(SystemError::not_supported(
            "systemd does not run this computer, so nothing can go on with the run after a restart; \
             `--no-resume-entry` does without, and `tasq resume` goes on",
        ));
    }
    let (file, link) = places(folder);
    let put = || -> io::Result<()> {
        if let Some(parent) = link.parent() {
            fs::create_dir_all(parent)?;
        }
        write_whole(&file, &text)?;
        remove_file(&link)?;
        symlink(&file, &link)
    };
    put().map_err(|error| failed(&format!("cannot write {}", file.display()), &error))?;
    if folder.is_none() { reload() } else { Ok(()) }
}

/// Takes the unit away.
pub(super) fn remove(folder: Option<&Path>) -> Result<(), SystemError> {
    let (file, link) = places(folder);
    let was = file.exists() || link.is_symlink();
    remove_file(&link)
        .and_then(|()| remove_file(&file))
        .map_err(|error| failed(&format!("cannot remove {}", file.display()), &error))?;
    if was && folder.is_none() && has_systemd() {
        reload()
    } else {
        Ok(())
    }
}

fn places(folder: Option<&Path>) -> (PathBuf, PathBuf) {
    let folder = folder.unwrap_or(Path::new(FOLDER));
    (folder.join(UNIT), folder.join(WANTED_BY).join(UNIT))
}

/// All or nothing: beside it, synced, renamed.
fn write_whole(path: &Path, text: &str) -> io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(Path::new("/")))?;
    file.write_all(text.as_bytes())?;
    file.as_file()
        .set_permissions(fs::Permissions::from_mode(0o644))?;
    file.as_file().sync_all()?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

fn remove_file(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            Ok(())
        }
        done => done,
    }
}

fn reload() -> Result<(), SystemError> {
    let mut command = super::tool("systemctl");
    let out = command.arg("daemon-reload").stdin(Stdio::null()).output();
    let out = out.map_err(|error| failed("cannot tell systemd about the unit", &error))?;
    let said = String::from_utf8_lossy(&out.stderr);
    match out.status.success() {
        true => Ok(()),
        false => Err(SystemError::new(
            1,
            format!("systemd did not take the unit: {}", said.trim()),
        )),
    }
}

fn unit(entry: &ResumeEntry) -> Result<String, SystemError> {
    let words = [entry.program.as_os_str()]
        .into_iter()
        .chain(entry.arguments.iter().map(OsString::as_os_str));
    let words: Vec<String> = words.map(word).collect::<Result<_, _>>()?;
    Ok(format!(
        "# Written by tasq; it takes the file away when the run is over.\n\
         [Unit]\n\
         Description=Goes on with a task sequence after a restart\n\
         Wants=network-online.target\n\
         After=network-online.target\n\
         \n\
         [Service]\n\
         Type=exec\n\
         ExecStart={}\n\
         KillMode=process\n\
         \n\
         [Install]\n\
         WantedBy=multi-user.target\n",
        words.join(" ")
    ))
}

/// A word of a command line as systemd reads it: in quotation marks, with `%` and `$` doubled.
fn word(word: &OsStr) -> Result<String, SystemError> {
    let text = word
        .to_str()
        .filter(|text| !text.contains(char::is_control));
    let text = text.ok_or_else(|| {
        SystemError::new(22, "a unit of systemd cannot hold this path or argument")
    })?;
    let escaped = text
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('%', "%%")
        .replace('$', "$$");
    Ok(format!("\"{escaped}\""))
}
