//! `tasq new`.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use clap::Args;

use super::{Failure, Status, disk, output, outputs};

/// Make a new project folder
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  tasq new lab                               lab/lab.tasq and what belongs to it")]
pub(crate) struct NewArgs {
    /// The folder to make; it must not exist, or be empty
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
}

/// The files of a new project: path and text, `NAME` standing for the folder's name.
const TEMPLATE: &[(&str, &str)] = &[
    (disk::MARKER, include_str!("../../templates/new/tasq.toml")),
    (
        ".gitattributes",
        include_str!("../../templates/new/gitattributes"),
    ),
    ("NAME.tasq", include_str!("../../templates/new/NAME.tasq")),
    (
        "NAME.test.tasq",
        include_str!("../../templates/new/NAME.test.tasq"),
    ),
    (
        "machines/laptop.toml",
        include_str!("../../templates/new/machines/laptop.toml"),
    ),
    (
        "scripts/inventory.ps1",
        include_str!("../../templates/new/scripts/inventory.ps1"),
    ),
];

/// Makes the folder with a sequence to start from: whole or not at all.
pub(super) fn run(args: &NewArgs) -> Result<Status, Failure> {
    let folder = &args.folder;
    let message = |error: &dyn std::fmt::Display| {
        Failure::Unusable(format!("cannot make {}: {error}", folder.display()))
    };
    let name = folder
        .file_name()
        .and_then(|name| name.to_str())
        .ok_or_else(|| message(&"it needs a name"))?;
    if folder.exists() {
        let empty = fs::read_dir(folder)
            .map_err(|error| message(&error))?
            .next()
            .is_none();
        if !empty {
            return Err(message(&"it is there already and not empty"));
        }
    }
    let parent = folder
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(|error| message(&error))?;
    outputs::sweep_drafts(parent, disk::MARKER);
    let draft = draft(parent, name).map_err(|error| message(&error))?;
    if folder.exists() {
        fs::remove_dir(folder).map_err(|error| message(&error))?;
    }
    fs::rename(draft.path(), folder).map_err(|error| message(&error))?;
    // Renamed: there is nothing left to clean up.
    let _ = draft.keep();
    let shown = folder.display();
    output::stdout(
        format!(
            "made {shown}\n\n  tasq check {shown}\n  tasq test {shown}\n  tasq build {shown}/{name}.tasq --pretty\n"
        )
        .as_bytes(),
    )?;
    Ok(Status::Fine)
}

/// The project beside its place, under another name.
fn draft(parent: &Path, name: &str) -> io::Result<tempfile::TempDir> {
    let draft = tempfile::Builder::new()
        .prefix(outputs::DRAFT)
        .tempdir_in(parent)?;
    // Held for as long as there is something to write: no other run then takes the draft for one
    // that was left behind. Where files cannot be locked, its age alone protects it.
    let held = fs::File::create(draft.path().join(disk::MARKER))?;
    let _ = held.try_lock();
    for (path, text) in TEMPLATE {
        let text = text.replace("NAME", name);
        if *path == disk::MARKER {
            (&held).write_all(text.as_bytes())?;
            continue;
        }
        let path = draft.path().join(path.replace("NAME", name));
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&path, text)?;
    }
    open_folder(draft.path())?;
    Ok(draft)
}

/// A temporary folder is closed to others; a project is an ordinary one.
#[cfg(unix)]
fn open_folder(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let sample = fs::metadata(folder.join("scripts"))?.permissions().mode();
    fs::set_permissions(folder, fs::Permissions::from_mode(sample))
}

#[cfg(not(unix))]
fn open_folder(_folder: &Path) -> std::io::Result<()> {
    Ok(())
}
