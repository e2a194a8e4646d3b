//! Whether a folder is this account's alone, in which a run keeps what it believes later, or writes
//! what others may lead elsewhere.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{super::Failure, folder_of, of_fault};
use crate::{
    host::{local::create_private_folder, system::OperatingSystem},
    run::{Folder, Log, LogLayout},
};

/// What a folder is for, in words.
const STATE: &str = "the state of a run";
const LOG: &str = "the log";

/// The folder of the program's state, once it is known that nobody else can write in it.
///
/// # Errors
/// Somebody can, or it is no folder.
pub(in super::super) fn own_state(
    given: Option<&PathBuf>,
    system: &dyn OperatingSystem,
) -> Result<Folder, Failure> {
    let folder = folder_of(given, system);
    refused(folder.root(), STATE, system).map_or(Ok(folder), Err)
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
    made(folder.root(), STATE, system).map(|()| folder)
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
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let why = match fs::symlink_metadata(&folder) {
        Ok(facts) if facts.is_symlink() => {
            "it is a link; give the folder to which it leads".to_owned()
        }
        Ok(facts) if !facts.is_dir() => "it is there, and no folder".to_owned(),
        Ok(_) => system.intruder(&folder, false)?,
        Err(_) => above(&folder, system)?,
    };
    let shown = folder.display();
    Some(Failure::Run(format!(
        "cannot use {shown} for {purpose}: {why}"
    )))
}

/// What is wrong with the folder in which one would have to be made.
fn above(folder: &Path, system: &dyn OperatingSystem) -> Option<String> {
    let place = folder.ancestors().find(|place| place.exists())?;
    if !place.is_dir() {
        return Some(format!("{} is no folder", place.display()));
    }
    system.intruder(place, true)
}
