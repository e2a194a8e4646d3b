//! What the site file has: packages, applications, task sequences, programs.

use super::{CompletionKind, Offers};
use crate::{
    ide::{
        SiteName, describe_site_name,
        site::{kind_of_call, kind_of_type, package_around, program_of},
    },
    site::{EntryKind, EntryPlace},
    syntax,
    vocabulary::{self, Property, Type},
};

/// The call that names a kind of entry.
fn call_of(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Package => "package",
        EntryKind::Application => "application",
        EntryKind::Sequence => "task_sequence",
    }
}

fn quoted(text: &str) -> String {
    syntax::quoted(text).unwrap_or_else(|| "\"\"".to_owned())
}

impl Offers<'_> {
    /// Entries as whole values: identifier and name.
    pub(super) fn site_references(&mut self, kind: Type) {
        let (Some(file), Some(kind)) = (self.site, kind_of_type(kind)) else {
            return;
        };
        for entry in file.of(kind) {
            let (id, name) = file.named(entry);
            let label = match (id.filter(|id| !id.is_empty()), name) {
                (Some(id), Some(name)) => {
                    format!("{}({}, {})", call_of(kind), quoted(id), quoted(name))
                }
                (Some(id), None) => quoted(id),
                // A sequence needs an identifier.
                (None, _) => continue,
            };
            self.site_entry(entry, label);
        }
    }

    /// Identifiers, for inside of quotes.
    pub(super) fn site_identifiers(&mut self, kind: Type) {
        let (Some(file), Some(kind)) = (self.site, kind_of_type(kind)) else {
            return;
        };
        for entry in file.of(kind) {
            if let Some(id) = file.named(entry).0.filter(|id| !id.is_empty()) {
                self.site_entry(entry, id.to_owned());
            }
        }
    }

    /// The first and second argument of `package(…)` and its like: an identifier, and the name that
    /// goes with it.
    pub(super) fn site_names(&mut self, call: &str, index: usize, quotes: bool) {
        let (Some(file), Some(kind)) = (self.site, kind_of_call(call)) else {
            return;
        };
        let before = self
            .analysis
            .text()
            .get(..self.cursor.word.start as usize)
            .unwrap_or("");
        let typed = before
            .rfind('(')
            .and_then(|open| before.get(open + 1..))
            .unwrap_or("");
        let first = typed.split(['"', '\'']).nth(1).filter(|_| index == 1);
        // The name of the identifier that stands there comes first.
        let own = first.and_then(|id| file.find(kind, id, ""));
        let others = file.of(kind).filter(|entry| own != Some(*entry));
        for entry in own.into_iter().chain(others).collect::<Vec<_>>() {
            let (id, name) = file.named(entry);
            let text = if index == 0 { id } else { name };
            if let Some(text) = text.filter(|text| !text.is_empty()) {
                self.site_entry(
                    entry,
                    if quotes {
                        quoted(text)
                    } else {
                        text.to_owned()
                    },
                );
            }
        }
    }

    fn site_entry(&mut self, entry: &EntryPlace, label: String) {
        let Some(file) = self.site else { return };
        let (id, name) = file.named(entry);
        let detail = name
            .or(id)
            .filter(|text| !label.contains(text))
            .unwrap_or(entry.kind.noun())
            .to_owned();
        let documentation = describe_site_name(file, SiteName::Entry(entry));
        let insert = label.clone();
        self.push(
            CompletionKind::Value,
            label,
            detail,
            documentation,
            insert,
            None,
        );
    }

    /// The programs of the step's package; of all packages where it names none.
    pub(super) fn site_programs(&mut self, property: &Property, quotes: bool) {
        let Some(file) = self.site else { return };
        let keyword = self.cursor.step_type.clone().unwrap_or_default();
        let table = vocabulary::step_type(&keyword, self.analysis.dialect());
        if table
            .and_then(program_of)
            .is_none_or(|(program, _)| program.name != property.name)
        {
            return;
        }
        let own = package_around(self.analysis, self.cursor.offset)
            .and_then(|package| file.find(EntryKind::Package, &package.id, &package.name));
        let packages: Vec<&EntryPlace> = match own {
            Some(own) => vec![own],
            None => file.of(EntryKind::Package).collect(),
        };
        for entry in packages {
            for (index, (name, _)) in entry.programs.iter().enumerate() {
                let label = if quotes { quoted(name) } else { name.clone() };
                let documentation = describe_site_name(file, SiteName::Program(entry, index));
                let of = file.named(entry).1.unwrap_or("program").to_owned();
                self.push(
                    CompletionKind::Value,
                    label.clone(),
                    of,
                    documentation,
                    label,
                    None,
                );
            }
        }
    }
}
