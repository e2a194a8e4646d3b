//! The steps and groups of a sequence, as tests name them.

use std::collections::HashSet;

use crate::{
    engine::{NodeKind, Program},
    machine::values::fits,
    model::StepPath,
};

/// A step or group.
#[derive(Clone, Debug)]
pub struct CatalogueEntry {
    /// Its path as runs print it: `"Group" / "Step"[2]`.
    pub path: String,
    /// The names from the outside in, and which one of several with this name each is, from 1.
    pub parts: Vec<(String, u32)>,
    /// What it is.
    pub kind: NodeKind,
    /// The number of its instruction.
    pub instruction: u32,
    /// Whether it can run: a step that neither is disabled nor stands in something disabled.
    pub counted: bool,
    /// Whether it belongs to a child sequence.
    pub of_child: bool,
}

impl CatalogueEntry {
    /// Its path as a test has to write it.
    pub fn written(&self) -> String {
        let part = |(name, number): &(String, u32)| {
            let index = (*number > 1).then(|| format!("[{number}]"));
            format!(
                "\"{}\"{}",
                name.replace('"', "\"\""),
                index.unwrap_or_default()
            )
        };
        let parts: Vec<String> = self.parts.iter().map(part).collect();
        parts.join(" / ")
    }

    /// Its own name.
    pub fn name(&self) -> &str {
        self.parts.last().map_or("", |(name, _)| name.as_str())
    }
}

/// All steps and groups of a sequence, in its order, those of child sequences among them.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    entries: Vec<CatalogueEntry>,
    /// How many instructions the program has.
    instructions: usize,
}

/// Which of the steps a path means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PathMatches {
    /// Nothing.
    Nothing,
    /// These; more than one only for a pattern.
    These(Vec<usize>),
    /// One of these, and it is not clear which.
    OneOf(Vec<usize>),
}

impl Catalogue {
    /// The steps and groups of a program.
    pub fn of(program: &Program<'_>) -> Self {
        let mut entries: Vec<CatalogueEntry> = Vec::new();
        // The indices of the groups and child sequences around the present place.
        let mut around: Vec<usize> = Vec::new();
        let mut seen = HashSet::new();
        for at in program.instructions() {
            // The end of a group has the group's path.
            if !seen.insert(at.path.to_string()) {
                continue;
            }
            around.truncate(at.depth as usize);
            let parent = around.last().and_then(|index| entries.get(*index));
            let mut parts =
                parent.map_or_else(Vec::new, |parent: &CatalogueEntry| parent.parts.clone());
            let inside =
                parent.is_some_and(|parent| parent.of_child || parent.kind == NodeKind::Child);
            parts.push((at.name.to_string(), number(&at.path)));
            around.push(entries.len());
            entries.push(CatalogueEntry {
                path: at.path.to_string(),
                parts,
                kind: at.kind,
                instruction: at.instruction,
                counted: at.step > 0,
                of_child: inside,
            });
        }
        Catalogue {
            entries,
            instructions: program.instruction_count(),
        }
    }

    /// All of them.
    pub fn entries(&self) -> &[CatalogueEntry] {
        &self.entries
    }

    /// One of them.
    pub(super) fn get(&self, index: usize) -> Option<&CatalogueEntry> {
        self.entries.get(index)
    }

    /// How many instructions the program has.
    pub(super) fn instructions(&self) -> usize {
        self.instructions
    }

    /// What a path means. The names may begin anywhere on the way from the outside to the step; a
    /// path that begins outermost wins. With `pattern`, names that nothing has may hold `*` and
    /// `?`.
    pub(super) fn find(&self, wanted: &StepPath, kinds: &[NodeKind], pattern: bool) -> PathMatches {
        let of_kind = || {
            self.entries
                .iter()
                .enumerate()
                .filter(|(_, entry)| kinds.contains(&entry.kind))
        };
        let same = |name: &str, own: &str| name == own;
        let mut list: Vec<usize> = of_kind()
            .filter(|(_, entry)| ends_with(entry, wanted, same))
            .map(|(index, _)| index)
            .collect();
        if list.len() > 1 {
            let whole = |index: &usize| self.entries[*index].parts.len() == wanted.parts.len();
            let outermost: Vec<usize> = list.iter().copied().filter(whole).collect();
            if outermost.len() == 1 {
                list = outermost;
            }
        }
        match list.len() {
            0 => {}
            1 => return PathMatches::These(list),
            _ => return PathMatches::OneOf(list),
        }
        let has_wildcard = wanted
            .parts
            .iter()
            .any(|(name, _)| name.contains(['*', '?']));
        if !(pattern && has_wildcard) {
            return PathMatches::Nothing;
        }
        let list: Vec<usize> = of_kind()
            .filter(|(_, entry)| ends_with(entry, wanted, fits))
            .map(|(index, _)| index)
            .collect();
        if list.is_empty() {
            PathMatches::Nothing
        } else {
            PathMatches::These(list)
        }
    }

    /// The names of a kind, each once.
    pub(super) fn names(&self, kinds: &[NodeKind]) -> Vec<&str> {
        let mut seen = HashSet::new();
        let names = self
            .entries
            .iter()
            .filter(|entry| kinds.contains(&entry.kind))
            .map(CatalogueEntry::name);
        names.filter(|name| seen.insert(*name)).collect()
    }
}

/// Which one of several members with one name a path ends in.
fn number(path: &str) -> u32 {
    let digits = path
        .strip_suffix(']')
        .and_then(|rest| rest.rsplit_once("\"["));
    digits
        .and_then(|(_, digits)| digits.parse().ok())
        .unwrap_or(1)
}

fn ends_with(entry: &CatalogueEntry, wanted: &StepPath, same: fn(&str, &str) -> bool) -> bool {
    let own = entry.parts.iter().rev();
    wanted.parts.len() <= entry.parts.len()
        && wanted
            .parts
            .iter()
            .rev()
            .zip(own)
            .all(|((name, index), (own, number))| {
                same(name, own) && index.is_none_or(|index| index == *number)
            })
}
