//! Where the entries of a site file stand, and the names that each goes by: what an editor asks of
//! the text beside what [`parse`](super::parse) makes of it.

use toml::de::{DeTable, DeValue};

use crate::{
    source::{FileId, Span},
    syntax::MAX_SOURCE,
};

/// What an entry of a site file describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A package.
    Package,
    /// An application.
    Application,
    /// A task sequence.
    Sequence,
}

impl EntryKind {
    /// What people call it.
    pub fn noun(self) -> &'static str {
        match self {
            EntryKind::Package => "package",
            EntryKind::Application => "application",
            EntryKind::Sequence => "task sequence",
        }
    }
}

/// An entry of a site file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryPlace {
    /// What it describes.
    pub kind: EntryKind,
    /// Its number among the entries of its kind, as in the lists of [`Site`](super::Site).
    pub index: usize,
    /// Its identifiers and its name with the places of their texts: `id` first, then `name`, then
    /// those of `also`.
    pub names: Vec<(String, Span)>,
    /// The names of a package's programs.
    pub programs: Vec<(String, Span)>,
    /// The applications that it supersedes or depends on, as written.
    pub uses: Vec<(String, Span)>,
}

impl EntryPlace {
    /// The place that stands for the whole entry: its identifier, else its name.
    pub fn span(&self) -> Span {
        self.names
            .first()
            .map(|(_, span)| *span)
            .unwrap_or_default()
    }

    /// Whether it goes by this identifier or name; case does not count.
    pub fn is(&self, wanted: &str) -> bool {
        !wanted.is_empty()
            && self
                .names
                .iter()
                .any(|(name, _)| name.eq_ignore_ascii_case(wanted))
    }
}

/// The entries of a site file, in its order. A text that is no TOML has those that can be made out.
pub fn places(file: FileId, text: &str) -> Vec<EntryPlace> {
    if text.len() > MAX_SOURCE {
        return Vec::new();
    }
    let (document, _) = DeTable::parse_recoverable(text);
    let seeker = Seeker { file, text };
    let mut out = Vec::new();
    for (key, kind) in [
        ("packages", EntryKind::Package),
        ("applications", EntryKind::Application),
        ("sequences", EntryKind::Sequence),
    ] {
        for (index, entry) in tables(document.get_ref(), key).into_iter().enumerate() {
            out.push(seeker.entry(kind, index, entry));
        }
    }
    out.sort_by_key(|entry| entry.span().start);
    out
}

/// A value with its place.
type Item<'a> = toml::Spanned<DeValue<'a>>;

fn item<'a>(table: &'a DeTable<'a>, key: &str) -> Option<&'a Item<'a>> {
    table
        .iter()
        .find(|(name, _)| name.get_ref() == key)
        .map(|(_, item)| item)
}

/// The tables of a list, counted as the reader counts them.
fn tables<'a>(table: &'a DeTable<'a>, key: &str) -> Vec<&'a DeTable<'a>> {
    let list = item(table, key).and_then(|item| item.get_ref().as_array());
    list.into_iter()
        .flatten()
        .filter_map(|item| item.get_ref().as_table())
        .collect()
}

struct Seeker<'t> {
    file: FileId,
    text: &'t str,
}

impl Seeker<'_> {
    /// A text and its place without the quotes.
    fn text(&self, item: &Item<'_>) -> Option<(String, Span)> {
        let text = item.get_ref().as_str()?;
        let range = item.span();
        let written = self.text.get(range.clone())?;
        // What was made out of a line that is no TOML may have none, or no second one.
        let quote = ["\"\"\"", "'''", "\"", "'"]
            .into_iter()
            .find(|quote| written.starts_with(quote))
            .unwrap_or_default();
        let inner = written.strip_prefix(quote)?;
        let inner = inner.strip_suffix(quote).unwrap_or(inner);
        let start = range.start + quote.len();
        let end = start + inner.len();
        Some((
            text.to_owned(),
            Span::new(self.file, start as u32, end as u32),
        ))
    }

    fn named(&self, table: &DeTable<'_>, key: &str) -> Option<(String, Span)> {
        self.text(item(table, key)?)
    }

    /// The texts of a list, or a text that stands for a list of one.
    fn texts(&self, table: &DeTable<'_>, key: &str) -> Vec<(String, Span)> {
        let Some(item) = item(table, key) else {
            return Vec::new();
        };
        match item.get_ref().as_array() {
            Some(list) => list.iter().filter_map(|item| self.text(item)).collect(),
            None => self.text(item).into_iter().collect(),
        }
    }

    fn entry(&self, kind: EntryKind, index: usize, table: &DeTable<'_>) -> EntryPlace {
        let mut names: Vec<(String, Span)> = Vec::new();
        names.extend(self.named(table, "id"));
        names.extend(self.named(table, "name"));
        names.extend(self.texts(table, "also"));
        let programs = tables(table, "programs")
            .into_iter()
            .filter_map(|one| self.named(one, "name"))
            .collect();
        let older = tables(table, "supersedes")
            .into_iter()
            .filter_map(|one| self.named(one, "application"));
        let needed = tables(table, "deployment_types")
            .into_iter()
            .flat_map(|one| self.texts(one, "depends_on"));
        EntryPlace {
            kind,
            index,
            names,
            programs,
            uses: older.chain(needed).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_what_is_no_toml_have_places_inside_of_it() {
        let mut count = 0;
        for (text, name) in [
            ("[[packages]]\nid = \u{ad}/x\u{0}\n", "\u{ad}/x\u{0}"),
            ("[[packages]]\nid = \u{ad}", "\u{ad}"),
            ("[[packages]]\nid = \"PS1", "PS1"),
            ("[[packages]]\nid = \"PS1\"\n", "PS1"),
            ("[[packages]]\nid = \"\"\"PS1\"\"\"\n", "PS1"),
        ] {
            let places = places(FileId(0), text);
            for (found, span) in places.iter().flat_map(|place| &place.names) {
                assert_eq!(text.get(span.range()), Some(name), "{text:?}: {found:?}");
                count += 1;
            }
        }
        assert!(count >= 3, "{count}");
    }
}
