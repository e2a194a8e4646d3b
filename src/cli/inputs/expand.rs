//! What arguments stand for: files, folders with all that is readable below them, patterns, `-`.

use std::{
    collections::HashSet,
    fs, io,
    path::{Component, Path, PathBuf},
};

use super::{Failure, is_dash, pattern::PathPattern};

/// Deepest folder that is searched, so that a loop ends.
pub(super) const MAX_FOLDERS: usize = 64;

/// Which files a verb can read; a folder stands for those below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum InputKind {
    /// Sources.
    Sources,
    /// Exports.
    Exports,
    /// Both.
    Sequences,
    /// Machine files.
    Machines,
}

impl InputKind {
    /// The endings by which they are found in a folder.
    fn endings(self) -> &'static [&'static str] {
        match self {
            InputKind::Sources => &["tasq"],
            InputKind::Exports => &["xml", "zip"],
            InputKind::Sequences => &["tasq", "xml", "zip"],
            InputKind::Machines => &["toml"],
        }
    }

    /// What they are called.
    fn words(self) -> &'static str {
        match self {
            InputKind::Sources => "no .tasq file",
            InputKind::Exports => "no exported task sequence (.xml or .zip)",
            InputKind::Sequences => "no .tasq, .xml or .zip file",
            InputKind::Machines => "no machine file (.toml)",
        }
    }
}

/// A file that an argument stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct InputFile {
    /// Where it is.
    pub path: PathBuf,
    /// The folder in which it was found, below the folder that an argument names or a pattern
    /// begins with; empty for one that lies there itself, and for one that was named.
    pub inner: PathBuf,
    /// Whether it was named itself. One that was found, in a folder or by a pattern, and turns out
    /// to be something else is passed over.
    pub named: bool,
}

/// What all arguments stand for.
#[derive(Debug, Default)]
pub(in super::super) struct Inputs {
    /// The files, each once.
    pub files: Vec<InputFile>,
    /// Arguments that stand for nothing, and folders that cannot be read.
    pub troubles: Vec<Failure>,
    /// Whether an argument stands for any number of files.
    pub grouped: bool,
}

impl Inputs {
    /// Whether there may be several results, however many there are today.
    pub fn several(&self) -> bool {
        self.grouped || self.files.len() > 1
    }

    /// The files without those that lead to one that stands before them, through links.
    pub fn each_once(&self) -> impl Iterator<Item = &Path> {
        let mut seen = HashSet::new();
        let paths = self.files.iter().map(|file| file.path.as_path());
        paths.filter(move |path| {
            let whole = fs::canonicalize(path).ok().filter(|_| !is_dash(path));
            whole.is_none_or(|whole| seen.insert(whole))
        })
    }

    /// Nothing is left that could be worked on.
    ///
    /// # Errors
    /// Why.
    pub fn not_empty(mut self) -> Result<Inputs, Failure> {
        if self.files.is_empty() && self.troubles.len() == 1 {
            return Err(self.troubles.remove(0));
        }
        Ok(self)
    }
}

/// The files that arguments stand for, in order, each once.
pub(in super::super) fn expand<P: AsRef<Path>>(paths: &[P], wanted: InputKind) -> Inputs {
    let mut inputs = Inputs::default();
    for path in paths {
        let path = path.as_ref();
        if let Some((base, found)) = group(path, wanted, &mut inputs.troubles) {
            inputs.grouped = true;
            if found.is_empty() {
                inputs.troubles.push(nothing(path, wanted));
            }
            let files = found.into_iter().map(|path| InputFile {
                inner: inner(&base, &path),
                path,
                named: false,
            });
            inputs.files.extend(files);
        } else {
            inputs.files.push(InputFile {
                path: path.to_owned(),
                inner: PathBuf::new(),
                named: true,
            });
        }
    }
    // One that is named and found counts as named.
    let key = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let named: HashSet<PathBuf> = inputs
        .files
        .iter()
        .filter(|file| file.named)
        .map(|file| key(&file.path))
        .collect();
    let mut seen = HashSet::new();
    inputs
        .files
        .retain(|file| is_dash(&file.path) || seen.insert(key(&file.path)));
    for file in &mut inputs.files {
        file.named |= named.contains(&key(&file.path));
    }
    inputs
}

/// The folder of a file below another one. What does not go straight down is as if it lay there
/// itself.
fn inner(base: &Path, path: &Path) -> PathBuf {
    let below = path.strip_prefix(base).ok().and_then(Path::parent);
    let straight = |folder: &&Path| {
        let mut parts = folder.components();
        parts.all(|part| matches!(part, Component::Normal(_)))
    };
    below
        .filter(straight)
        .map(Path::to_path_buf)
        .unwrap_or_default()
}

/// The one file that an argument stands for.
///
/// # Errors
/// It stands for none, or for several.
pub(in super::super) fn one(path: &Path, wanted: InputKind) -> Result<PathBuf, Failure> {
    let mut inputs = expand(&[path], wanted).not_empty()?;
    if let Some(trouble) = inputs.troubles.into_iter().next() {
        return Err(trouble);
    }
    match inputs.files.len() {
        1 => Ok(inputs.files.remove(0).path),
        count => {
            let shown = inputs
                .files
                .iter()
                .take(5)
                .map(|file| file.path.display().to_string());
            let more = if count > 5 { ", …" } else { "" };
            Err(Failure::Usage(format!(
                "one file is wanted, and {} stands for {count}: {}{more}",
                path.display(),
                shown.collect::<Vec<_>>().join(", ")
            )))
        }
    }
}

/// The folder that an argument names or a pattern begins with, and the files that it stands for;
/// `None` for an argument that is a file itself.
fn group(
    path: &Path,
    wanted: InputKind,
    troubles: &mut Vec<Failure>,
) -> Option<(PathBuf, Vec<PathBuf>)> {
    let mut unreadable = |folder: &Path, error: io::Error| {
        let folder = folder.display();
        troubles.push(Failure::Unusable(format!("cannot read {folder}: {error}")));
    };
    if is_dash(path) {
        return None;
    }
    if path.is_dir() {
        let mut found = Vec::new();
        below(
            path,
            MAX_FOLDERS,
            wanted.endings(),
            &mut found,
            &mut unreadable,
        );
        return Some((path.to_owned(), found));
    }
    let pattern = PathPattern::of(path)?;
    let mut found = pattern.files(&mut unreadable);
    found.retain(|path| has_ending(path, wanted.endings()));
    Some((pattern.base().to_owned(), found))
}

fn nothing(path: &Path, wanted: InputKind) -> Failure {
    let shown = path.display();
    let words = wanted.words();
    Failure::Unusable(if path.is_dir() {
        format!("there is {words} in {shown}")
    } else {
        format!("there is {words} that fits {shown}")
    })
}

/// The files at most so many folders below one, with one of these endings. Folders that cannot be
/// read are passed over.
pub(in super::super) fn files_below(folder: &Path, depth: usize, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    below(folder, depth, endings, &mut found, &mut |_, _| {});
    found
}

/// The files below a folder with one of these endings, in order; `unreadable` is told of folders
/// that cannot be read. Links to files are followed, links to folders are not: they could lead
/// round in a circle.
fn below(
    folder: &Path,
    depth: usize,
    endings: &[&str],
    out: &mut Vec<PathBuf>,
    unreadable: &mut dyn FnMut(&Path, io::Error),
) {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let mut entries = match entries {
        Ok(entries) => entries,
        Err(error) => return unreadable(folder, error),
    };
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        let path = entry.path();
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if kind.is_dir() && !hidden && depth > 0 {
            below(&path, depth - 1, endings, out, unreadable);
        } else if has_ending(&path, endings)
            && (kind.is_file() || kind.is_symlink() && path.is_file())
        {
            out.push(path);
        }
    }
}

fn has_ending(path: &Path, endings: &[&str]) -> bool {
    path.extension()
        .is_some_and(|own| endings.iter().any(|one| own.eq_ignore_ascii_case(one)))
}
