//! Whether a folder is this account's alone, in which a run keeps what it believes later, or writes
//! what others may lead elsewhere.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use super::{super::Failure, folder_of, of_fault};
use crate::{
    host::{
        local::{create_private, create_private_folder},
        system::OperatingSystem,
    },
    run::{Folder, Log, LogLayout},
};

/// What a folder is for, in words.
const STATE: &str = "the state of a run";
const LOG: &str = "the log";

/// The file by which a folder of state is known: what lies in such a folder is removed when a run
/// ends, so none that holds anything else is ever taken for one.
const MARK: &str = ".tasq-state";
/// Its text, for who finds it.
const MARK_TEXT: &str = "This folder holds what tasq knows of its runs.\n";
/// What is made in such a folder as a folder.
const PARTS: [&str; 4] = ["run", "history", "cache", "logs"];

/// The folder of the program's state, once it is known that nobody else can write in it.
///
/// # Errors
/// Somebody can, it is no folder, or it holds other things.
pub(in super::super) fn own_state(
    given: Option<&PathBuf>,
    system: &dyn OperatingSystem,
) -> Result<Folder, Failure> {
    let folder = folder_of(given, system);
    let not_ours = || foreign(folder.root()).map(|why| cannot(folder.root(), STATE, &why));
    let refused = refused(folder.root(), STATE, system).or_else(not_ours);
    refused.map_or(Ok(folder), Err)
}

/// The same; the folder is made where it is not there yet.
///
/// # Errors
/// As of [`own_state`], or it cannot be made.
pub(in super::super) fn made_state(
    given: Option<&PathBuf>,
    system: &dyn OperatingSystem,
) -> Result<Folder, Failure> {
    let folder = own_state(given, system)?;
    made(folder.root(), STATE, system)?;
    let mark = folder.root().join(MARK);
    if !mark.exists() {
        let written =
            create_private(&mark).and_then(|mut file| file.write_all(MARK_TEXT.as_bytes()));
        let shown = mark.display();
        written.map_err(|error| Failure::Run(format!("cannot write {shown}: {error}")))?;
    }
    Ok(folder)
}

/// What a folder holds that no run made; `None` for one that is not there or empty.
fn foreign(folder: &Path) -> Option<String> {
    let mut names = fs::read_dir(folder).ok()?.flatten();
    let first = names.next()?.file_name();
    if !folder.join(MARK).is_file() {
        return Some(format!(
            "it holds other things, such as {}; give an empty folder, or a new one",
            Path::new(&first).display()
        ));
    }
    let is_link =
        |part: &&str| fs::symlink_metadata(folder.join(part)).is_ok_and(|facts| facts.is_symlink());
    let link = PARTS.into_iter().find(is_link)?;
    Some(format!("{link} in it is a link"))
}

/// Opens the log in a folder, which is made where it is not there yet.
///
/// # Errors
/// Somebody else can write in it, it is no folder, or it cannot be written.
pub(in super::super) fn open_log(
    folder: &Path,
    layout: LogLayout,
    system: &dyn OperatingSystem,
) -> Result<Log, Failure> {
    made(folder, LOG, system)?;
    Log::open(folder, layout).map_err(of_fault)
}

fn made(folder: &Path, purpose: &str, system: &dyn OperatingSystem) -> Result<(), Failure> {
    if let Some(failure) = refused(folder, purpose, system) {
        return Err(failure);
    }
    if folder.is_dir() {
        return Ok(());
    }
    let shown = folder.display();
    create_private_folder(folder)
        .map_err(|error| Failure::Run(format!("cannot make the folder {shown}: {error}")))?;
    system
        .close(folder)
        .map_err(|error| Failure::Run(error.to_string()))?;
    // Somebody may have been quicker.
    refused(folder, purpose, system).map_or(Ok(()), Err)
}

/// Why a folder cannot be used.
fn refused(folder: &Path, purpose: &str, system: &dyn OperatingSystem) -> Option<Failure> {
    // Without a `/` at its end, which would follow a link.
    let folder: PathBuf = folder.components().collect();
    let folder = std::path::absolute(&folder).unwrap_or(folder);
    let why = match fs::symlink_metadata(&folder) {
        Ok(facts) if facts.is_symlink() => {
            "it is a link; give the folder to which it leads".to_owned()
        }
        Ok(facts) if !facts.is_dir() => "it is there, and no folder".to_owned(),
        Ok(_) => system.intruder(&folder, false)?,
        Err(_) => above(&folder, system)?,
    };
    Some(cannot(&folder, purpose, &why))
}

fn cannot(folder: &Path, purpose: &str, why: &str) -> Failure {
    let shown = folder.display();
    Failure::Run(format!("cannot use {shown} for {purpose}: {why}"))
}

/// What is wrong with the folder in which one would have to be made.
fn above(folder: &Path, system: &dyn OperatingSystem) -> Option<String> {
    let place = folder.ancestors().find(|place| place.exists())?;
    if !place.is_dir() {
        return Some(format!("{} is no folder", place.display()));
    }
    system.intruder(place, true)
}
