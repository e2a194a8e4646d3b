//! Rules of the house that a machine can see: `docs/architecture.md` and `CONTRIBUTING.md` name
//! them.

mod functions;
mod house;
mod names;
mod rooms;
mod snapshots;
mod text;

use std::{
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All files below a folder with one of these endings.
fn files(folder: &str, endings: &[&str]) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut pending = vec![root().join(folder)];
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(&folder).expect("a folder can be listed") {
            let path = entry.expect("an entry can be read").path();
            let ending = path.extension().unwrap_or_default();
            if path.is_dir() {
                pending.push(path);
            } else if endings.iter().any(|wanted| ending == *wanted) {
                let text = fs::read_to_string(&path).expect("a file is UTF-8 text");
                out.push((name_of(&path), text));
            }
        }
    }
    out.sort();
    out
}

/// A path inside the project, with slashes.
fn name_of(path: &Path) -> String {
    let inner = path.strip_prefix(root()).unwrap_or(path);
    inner.to_string_lossy().replace('\\', "/")
}

/// Fails with all that is in a list.
fn none(what: &str, list: &[String]) {
    assert!(list.is_empty(), "{what}:\n  {}", list.join("\n  "));
}

/// Holds counts against what is left of the old ones: they may only become smaller.
fn only_down<const N: usize>(what: &str, limits: [usize; N], lists: &[Vec<String>; N]) {
    let counts = lists.each_ref().map(Vec::len);
    if counts == limits {
        return;
    }
    let said: Vec<String> = lists.iter().map(|list| list.join("\n  ")).collect();
    let grown = counts
        .iter()
        .zip(limits)
        .any(|(count, limit)| *count > limit);
    let advice = if grown {
        "too many"
    } else {
        "write the smaller number"
    };
    panic!(
        "{what}: {counts:?} where {limits:?} are known, {advice}\n  {}",
        said.join("\n\n  ")
    );
}
