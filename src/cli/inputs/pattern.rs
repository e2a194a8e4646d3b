//! Patterns: the shells of Windows hand them over as they are, so the program expands them.
//!
//! `*` and `?` stand for characters of one name, `**` for any folders. Case does not count. Names
//! that begin with a dot are found only by a part that begins with one.

use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

use super::expand::MAX_FOLDERS;
use crate::wildcard::matches;

/// A pattern: a folder, and what must stand below it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PathPattern {
    /// The folder in front of the first part with a wildcard; empty for the current one.
    base: PathBuf,
    /// The parts from there, in small letters.
    parts: Vec<Vec<char>>,
}

impl PathPattern {
    /// The pattern that an argument is; `None` for one without wildcards, and for a file that has
    /// this very name.
    pub fn of(path: &Path) -> Option<PathPattern> {
        let text = path.to_str()?;
        let verbatim = text.starts_with(r"\\?\");
        if verbatim || !text.contains(['*', '?']) || path.symlink_metadata().is_ok() {
            return None;
        }
        let mut base = PathBuf::new();
        let mut parts = Vec::new();
        for component in path.components() {
            let text = component.as_os_str().to_string_lossy();
            let wild = matches!(component, Component::Normal(_)) && text.contains(['*', '?']);
            if wild || !parts.is_empty() {
                parts.push(small(&text));
            } else {
                base.push(component);
            }
        }
        Some(PathPattern { base, parts })
    }

    /// The folder in front of the first part with a wildcard; empty for the current one.
    pub fn base(&self) -> &Path {
        &self.base
    }

    /// The files that fit, in order. Folders that cannot be read are told to `unreadable`.
    pub fn files(&self, unreadable: &mut dyn FnMut(&Path, io::Error)) -> Vec<PathBuf> {
        let mut out = Vec::new();
        let mut search = Search {
            out: &mut out,
            unreadable,
        };
        search.below(&self.base, &self.parts, 0);
        out.sort();
        out.dedup();
        out
    }
}

/// A search on its way.
struct Search<'a> {
    out: &'a mut Vec<PathBuf>,
    unreadable: &'a mut dyn FnMut(&Path, io::Error),
}

impl Search<'_> {
    fn below(&mut self, folder: &Path, parts: &[Vec<char>], depth: usize) {
        let Some((part, rest)) = parts.split_first() else {
            return;
        };
        if part.as_slice() == ['.', '.'] {
            return self.below(&folder.join(".."), rest, depth);
        }
        let any_depth = part.as_slice() == ['*', '*'];
        if any_depth && rest.is_empty() {
            // `x/**` means all files below x.
            return self.below(folder, &[part.clone(), vec!['*']], depth);
        }
        if any_depth {
            self.below(folder, rest, depth);
        }
        let listed = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        match fs::read_dir(listed) {
            Ok(entries) => {
                for entry in entries.flatten() {
                    self.entry(folder, &entry, (part, any_depth), (parts, rest), depth);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => (self.unreadable)(listed, error),
        }
    }

    fn entry(
        &mut self,
        folder: &Path,
        entry: &fs::DirEntry,
        (part, any_depth): (&[char], bool),
        (parts, rest): (&[Vec<char>], &[Vec<char>]),
        depth: usize,
    ) {
        let name = entry.file_name();
        let text = small(&name.to_string_lossy());
        if text.first() == Some(&'.') && part.first() != Some(&'.') {
            return;
        }
        let path = folder.join(&name);
        let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
        let is_folder = path.is_dir();
        if any_depth {
            // A link could lead round in a circle.
            if is_folder && !is_link && depth < MAX_FOLDERS {
                self.below(&path, parts, depth + 1);
            }
        } else if matches(part, &text) {
            match (rest.is_empty(), is_folder) {
                (true, false) => self.out.push(path),
                (false, true) => self.below(&path, rest, depth + 1),
                _ => {}
            }
        }
    }
}

fn small(text: &str) -> Vec<char> {
    text.chars().flat_map(char::to_lowercase).collect()
}
