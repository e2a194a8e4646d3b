//! Where a machine file says what: its lines, by what stands there.

use std::collections::BTreeMap;

use toml::de::{DeArray, DeTable, DeValue};

use super::{Machine, values, wmi};

/// Deeper tables are not looked into; no key of a machine file is that deep.
const DEEPEST: usize = 6;

/// The lines of a machine file, from 1, by path: `firmware.type`, `disks[0]`, `files.c:\a.exe`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MachinePlaces {
    /// The file's name, as it was given.
    file: String,
    lines: BTreeMap<String, u32>,
}

impl MachinePlaces {
    /// The places of a document.
    pub(super) fn new(file: &str, text: &str, document: &DeTable<'_>) -> MachinePlaces {
        let mut starts = vec![0];
        starts.extend(text.match_indices('\n').map(|(at, _)| at + 1));
        let mut places = MachinePlaces {
            file: file.to_owned(),
            lines: BTreeMap::new(),
        };
        places.table(document, "", &starts, 0);
        places
    }

    fn table(&mut self, table: &DeTable<'_>, above: &str, starts: &[usize], depth: usize) {
        if depth > DEEPEST {
            return;
        }
        for (key, item) in table {
            let path = path_of(above, key.get_ref());
            let line = line_of(starts, key.span().start);
            self.put(path.clone(), line);
            match item.get_ref() {
                DeValue::Table(inner) => self.table(inner, &path, starts, depth + 1),
                DeValue::Array(items) => self.list(items, &path, starts, depth + 1),
                _ => {}
            }
        }
    }

    fn list(&mut self, items: &DeArray<'_>, path: &str, starts: &[usize], depth: usize) {
        for (index, item) in items.iter().enumerate() {
            let path = format!("{path}[{index}]");
            self.put(path.clone(), line_of(starts, item.span().start));
            if let DeValue::Table(inner) = item.get_ref() {
                self.table(inner, &path, starts, depth);
            }
        }
    }

    fn put(&mut self, path: String, line: u32) {
        self.lines.entry(path).or_insert(line);
    }

    /// The place of a path, or of what it stands in: `laptop.toml:7`.
    pub fn of(&self, path: &str) -> Option<String> {
        let mut path = path;
        loop {
            if let Some(line) = self.lines.get(path) {
                return Some(format!("{}:{line}", self.file));
            }
            path = &path[..path.rfind('.')?];
        }
    }

    /// The same without what stands below some of the file's own keys, where other things are said.
    #[must_use]
    pub fn without(mut self, keys: &[&str]) -> MachinePlaces {
        let first = |path: &str| path.split(['.', '[']).next().unwrap_or_default().to_owned();
        self.lines
            .retain(|path, _| !keys.contains(&first(path).as_str()));
        self
    }

    /// The place of a path and of nothing above it.
    pub fn exactly(&self, path: &str) -> Option<String> {
        let line = self.lines.get(path)?;
        Some(format!("{}:{line}", self.file))
    }
}

fn line_of(starts: &[usize], at: usize) -> u32 {
    starts.partition_point(|start| *start <= at) as u32
}

/// The path of a key, in the form in which it is looked for.
fn path_of(above: &str, key: &str) -> String {
    match above {
        "" => key.to_owned(),
        "files" | "folders" => format!("{above}.{}", values::path(key)),
        "registry" => {
            let path = values::registry_key(key).unwrap_or_else(|| key.to_lowercase());
            format!("{above}.{path}")
        }
        "wmi" if key.contains(['\\', '/']) => format!("wmi.{}", wmi::namespace(key)),
        _ => format!("{above}.{}", key.to_lowercase()),
    }
}

impl Machine {
    /// The place of the key that says that a section holds all there is.
    pub(crate) fn completeness(&self, section: &str) -> Option<String> {
        let named = self.complete.is_named(section);
        self.places
            .exactly(if named { "complete" } else { "assume" })
    }
}
