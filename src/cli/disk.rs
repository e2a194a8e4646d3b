//! The project's folder: where a source lies in it, and the files that a source may name.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::inputs;
use crate::{source::Files, syntax::MAX_SOURCE};

/// The name of the file that marks a project's folder.
pub(super) const MARKER: &str = "tasq.toml";

/// Deepest folder of a project whose files an editor is told.
const MAX_DEPTH: usize = 8;

/// Most files of a project that an editor is told.
const MAX_LISTED: usize = 2000;

/// The nearest folder above a file that holds `tasq.toml`, else the file's own.
fn project_root(file: &Path) -> PathBuf {
    let own = file.parent().unwrap_or(Path::new(""));
    own.ancestors()
        .find(|folder| folder.join(MARKER).is_file())
        .unwrap_or(own)
        .to_owned()
}

/// The project's folder for a file that is there, and the file's place in it.
pub(super) fn place_of(path: &Path) -> (PathBuf, String) {
    let absolute = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let root = project_root(&absolute);
    let inner = inner(&root, &absolute);
    (root, inner)
}

/// The name of the project that a file belongs to: what `tasq.toml` says, else the folder's.
pub(super) fn project_name(file: &Path) -> String {
    let absolute = fs::canonicalize(file).unwrap_or_else(|_| {
        // Standard input is where the program is.
        let here = std::env::current_dir().unwrap_or_default();
        here.join(file)
    });
    let root = project_root(&absolute);
    let said = inputs::limited(&root.join(MARKER)).ok();
    let said = said.and_then(|bytes| String::from_utf8(bytes).ok());
    let table: Option<toml::Table> = said.and_then(|text| toml::from_str(&text).ok());
    let name = table
        .as_ref()
        .and_then(|table| table.get("project")?.get("name")?.as_str());
    match name.filter(|name| !name.trim().is_empty()) {
        Some(name) => name.to_owned(),
        None => root
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
    }
}

fn inner(root: &Path, file: &Path) -> String {
    file.strip_prefix(root)
        .unwrap_or(file)
        .to_string_lossy()
        .replace('\\', "/")
}

/// The project's folder for a file, and the file's place in it; neither needs to be there yet.
pub(super) fn locate(path: &Path) -> (String, String) {
    let folder = path.parent().unwrap_or(Path::new(""));
    let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let absolute = path
        .file_name()
        .map_or_else(|| folder.clone(), |name| folder.join(name));
    let root = project_root(&absolute);
    let inner = inner(&root, &absolute);
    (root.to_string_lossy().into_owned(), inner)
}

/// The files below a folder that a source may name, relative to it.
pub(super) fn list(root: &Path) -> Vec<String> {
    let endings = ["tasq", "toml", "ps1", "psm1", "txt", "cmd", "bat", "vbs"];
    below(root, &endings).take(MAX_LISTED).collect()
}

/// The files below a folder with one of these endings, relative to it.
fn below<'r>(root: &'r Path, endings: &[&str]) -> impl Iterator<Item = String> + use<'r> {
    let found = inputs::files_below(root, MAX_DEPTH, endings).into_iter();
    found.filter_map(move |path| {
        let inner = path.strip_prefix(root).ok()?;
        Some(inner.to_string_lossy().replace('\\', "/"))
    })
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
        let bytes = inputs::limited(&real).map_err(|error| plain(&error))?;
        if bytes.len() > MAX_SOURCE {
            Err(format!("it has more than {MAX_SOURCE} bytes"))
        } else {
            Ok(bytes)
        }
    }

    fn sources(&self) -> Vec<String> {
        below(&self.root, &["tasq"]).collect()
    }
}

/// An error of the system without its number.
fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}
