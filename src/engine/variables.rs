//! The variables of a run: one environment for a sequence and all of its children.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashSet},
    mem,
};

use serde::{Deserialize, Serialize};

use super::{
    event::{MASK, Shown, VariableChange},
    unseen::UnseenVariables,
};
use crate::{
    computer::RunVariable,
    shell::{in_double, in_single},
    vocabulary::{may_be_literal, names_secret},
};

/// What a variable holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum VariableValue {
    /// This text, never empty.
    Text(String),
    /// Something that nobody knows; the text names the missing fact.
    Unknown(String),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct VariableEntry {
    /// The first spelling.
    name: String,
    held: VariableValue,
    masked: bool,
}

/// The variables by name; case does not count.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Variables {
    map: BTreeMap<String, VariableEntry>,
    /// Every value that was ever masked, except those that a mask would say nothing about.
    secrets: BTreeSet<String>,
    /// What may be there although nobody knows.
    #[serde(default)]
    pub(super) unseen: UnseenVariables,
    /// What was there before the step that runs.
    #[serde(skip)]
    journal: Vec<(String, Option<VariableEntry>)>,
    /// The names in the journal.
    #[serde(skip)]
    noted: HashSet<String>,
}

/// What stands for a secret in a stored run: characters for private use around its number, and
/// around the number of its form behind it where that is not the whole.
fn mark(index: usize, form: usize) -> String {
    match form {
        0 => format!("\u{F0000}{index}\u{F0001}"),
        form => format!("\u{F0000}{index}.{form}\u{F0001}"),
    }
}

/// A secret, and with its number what is left of it where a path or a line loses the blanks, or the
/// separators, at its ends, and what it is in the quotes of a shell.
fn forms(secret: &str) -> impl Iterator<Item = (usize, Cow<'_, str>)> {
    let trimmed = secret.trim();
    let folder = trimmed.trim_end_matches(['/', '\\']);
    let changed = |text: &Cow<'_, str>| *text != secret;
    let all = [
        Some(secret.into()),
        (trimmed != secret).then(|| trimmed.into()),
        (folder != trimmed).then(|| folder.into()),
        Some(in_single(secret)).filter(changed),
        Some(in_double(secret)).filter(changed),
    ];
    let all = all.into_iter().enumerate();
    all.filter_map(|(form, text)| Some((form, text.filter(|text| !text.is_empty())?)))
}

/// Puts another text in each place of one.
fn exchange(text: &mut String, one: &str, other: &str) {
    if text.contains(one) {
        *text = text.replace(one, other);
    }
}

/// Whether a text has a secret in it.
fn holds(text: &str, secret: &str) -> bool {
    forms(secret).any(|(_, form)| text.contains(&*form))
}

/// A name as variables are looked up by.
pub(super) fn key(name: &str) -> String {
    name.trim().to_lowercase()
}

/// Whether only the product may set it.
pub fn is_read_only(name: &str) -> bool {
    name.trim_start().starts_with('_')
}

impl Variables {
    /// What a variable holds.
    pub fn get(&self, name: &str) -> Option<&VariableValue> {
        self.by_key(&key(name))
    }

    pub(super) fn by_key(&self, key: &str) -> Option<&VariableValue> {
        self.map.get(key).map(|entry| &entry.held)
    }

    /// The text of a variable, if it has one that is known.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Some(VariableValue::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The variables whose names are a beginning and a number: the name and the number's digits.
    pub(super) fn numbered(&self, base: &str) -> Vec<(&str, &str)> {
        let start = key(base);
        let from = self.map.range(start.clone()..);
        let own = from.take_while(|(key, _)| key.starts_with(&start));
        let numbered = own.filter_map(|(key, entry)| {
            let digits = &key[start.len()..];
            let is_number = !digits.is_empty() && digits.bytes().all(|one| one.is_ascii_digit());
            is_number.then_some((entry.name.as_str(), digits))
        });
        numbered.collect()
    }

    /// The names and values, by name, as they may be shown.
    pub fn shown(&self) -> impl Iterator<Item = (&str, Shown)> {
        self.map
            .values()
            .map(|entry| (entry.name.as_str(), self.show_entry(Some(entry))))
    }

    pub(super) fn show(&self, key: &str) -> Shown {
        self.show_entry(self.map.get(key))
    }

    /// Those that are known, with their values; of secret ones, too.
    pub(super) fn all(&self) -> Vec<RunVariable> {
        let known = self.map.values().filter_map(|entry| match &entry.held {
            VariableValue::Text(value) => Some(RunVariable {
                name: entry.name.clone(),
                value: value.clone(),
                masked: entry.masked || self.secrets.iter().any(|secret| holds(value, secret)),
            }),
            VariableValue::Unknown(_) => None,
        });
        known.collect()
    }

    /// Takes every secret out: a mark with its number stands where it was. The list has the secrets
    /// in the order of their numbers, each with the name of a variable that is nothing but it.
    pub(super) fn seal(&mut self) -> Vec<(String, Option<String>)> {
        let secrets: Vec<String> = mem::take(&mut self.secrets).into_iter().collect();
        let mut order: Vec<usize> = (0..secrets.len()).collect();
        order.sort_by_key(|index| std::cmp::Reverse(secrets[*index].len()));
        let mut names: Vec<Option<String>> = vec![None; secrets.len()];
        for entry in self.map.values_mut() {
            let VariableValue::Text(text) = &mut entry.held else {
                continue;
            };
            for index in &order {
                if text == &secrets[*index] && names[*index].is_none() {
                    names[*index] = Some(entry.name.clone());
                }
                for (form, own) in forms(&secrets[*index]) {
                    exchange(text, &own, &mark(*index, form));
                }
            }
        }
        secrets.into_iter().zip(names).collect()
    }

    /// The reverse of [`Variables::seal`].
    pub(super) fn unseal(&mut self, secrets: &[String]) {
        for (index, secret) in secrets.iter().enumerate() {
            let forms: Vec<(String, Cow<'_, str>)> = forms(secret)
                .map(|(form, own)| (mark(index, form), own))
                .collect();
            for entry in self.map.values_mut() {
                let VariableValue::Text(text) = &mut entry.held else {
                    continue;
                };
                for (mark, own) in &forms {
                    exchange(text, mark, own);
                }
            }
            self.hide(secret);
        }
    }

    fn show_entry(&self, entry: Option<&VariableEntry>) -> Shown {
        match entry {
            None => Shown::Nothing,
            Some(VariableEntry {
                masked: true,
                held: VariableValue::Text(_),
                ..
            }) => Shown::Masked,
            Some(VariableEntry {
                held: VariableValue::Text(text),
                ..
            }) => Shown::Text(self.scrub(text.clone())),
            Some(VariableEntry {
                held: VariableValue::Unknown(what),
                ..
            }) => Shown::Unknown(what.clone()),
        }
    }

    /// Sets a variable; an empty text deletes it.
    pub(super) fn set(&mut self, name: &str, held: VariableValue, masked: bool) {
        let key = key(name);
        self.note(&key);
        match &held {
            VariableValue::Text(text) if text.is_empty() => self.unseen.deleted(&key),
            _ => self.unseen.set(&key),
        }
        self.put(key, name, held, masked);
    }

    /// Sets a variable as whoever began the run has it, or a debugger.
    pub(super) fn give(&mut self, name: &str, value: &str, masked: bool) {
        self.set(name, VariableValue::Text(value.to_owned()), masked);
        self.unseen.given(&key(name));
    }

    /// Of a variable that is not there: what would have to be known of the step that may have set
    /// it.
    pub(super) fn setter(&self, key: &str, name: &str) -> Option<String> {
        match self.map.contains_key(key) {
            true => None,
            false => self.unseen.setter(key, name),
        }
    }

    /// Whether whoever began the run said what a variable is; one that is not there, too.
    pub(super) fn is_given(&self, key: &str) -> bool {
        self.unseen.is_given(key)
    }

    /// What a variable is shown as, also where only a step that may have set it is known.
    pub(super) fn show_named(&self, key: &str, name: &str) -> Shown {
        let setter = self.setter(key, name);
        setter.map_or_else(|| self.show(key), Shown::Unknown)
    }

    /// Sets one of the engine's own, which no list of changes has.
    pub(super) fn keep(&mut self, key: &str, name: &str, text: &str) {
        if text.is_empty() {
            self.map.remove(key);
            return;
        }
        match self.map.get_mut(key) {
            Some(VariableEntry {
                held: VariableValue::Text(old),
                ..
            }) => {
                old.clear();
                old.push_str(text);
            }
            _ => self.put(
                key.to_owned(),
                name,
                VariableValue::Text(text.to_owned()),
                false,
            ),
        }
    }

    fn put(&mut self, key: String, name: &str, held: VariableValue, masked: bool) {
        if matches!(&held, VariableValue::Text(text) if text.is_empty()) || key.is_empty() {
            self.map.remove(&key);
            return;
        }
        let entry = self.map.entry(key);
        let entry = entry.or_insert_with(|| VariableEntry {
            name: name.trim().to_owned(),
            held: VariableValue::Text(String::new()),
            masked: false,
        });
        // What is masked stays so until it is deleted. A name can tell what nobody said.
        let gives_away = |text: &str| may_be_literal(text) && names_secret(name);
        entry.masked |= masked || matches!(&held, VariableValue::Text(text) if gives_away(text));
        entry.held = held;
        if let (true, VariableValue::Text(text)) = (entry.masked, &entry.held) {
            self.secrets.insert(text.clone());
        }
    }

    pub(super) fn delete(&mut self, name: &str) {
        let key = key(name);
        self.note(&key);
        self.unseen.deleted(&key);
        self.map.remove(&key);
    }

    /// Keeps a value out of every text.
    pub(super) fn hide(&mut self, value: &str) {
        if !value.is_empty() && !self.secrets.contains(value) {
            self.secrets.insert(value.to_owned());
        }
    }

    pub(super) fn has_secrets(&self) -> bool {
        !self.secrets.is_empty()
    }

    /// Every value that was masked at some time of the run. Nothing of it may be shown.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        self.secrets.iter().map(String::as_str)
    }

    /// A text without the values that are masked, the longest first.
    pub fn scrub(&self, text: String) -> String {
        if self.secrets.is_empty() {
            return text;
        }
        let forms = self.secrets.iter().flat_map(|secret| forms(secret));
        let mut found: Vec<Cow<'_, str>> = forms
            .map(|(_, form)| form)
            .filter(|form| text.contains(&**form))
            .collect();
        found.sort_by_key(|form| std::cmp::Reverse(form.len()));
        found
            .into_iter()
            .fold(text, |text, form| text.replace(&*form, MASK))
    }

    fn note(&mut self, key: &str) {
        if !self.noted.contains(key) {
            self.noted.insert(key.to_owned());
            self.journal
                .push((key.to_owned(), self.map.get(key).cloned()));
        }
    }

    /// Forgets what changed until now.
    pub(super) fn forget_changes(&mut self) {
        self.journal.clear();
        self.noted.clear();
    }

    /// What changed since it was last asked.
    pub(super) fn changes(&mut self) -> Vec<VariableChange> {
        if self.journal.is_empty() {
            return Vec::new();
        }
        let journal = mem::take(&mut self.journal);
        self.noted.clear();
        let changed = journal
            .iter()
            .filter(|(key, before)| self.map.get(key) != before.as_ref());
        changed
            .map(|(key, before)| {
                let after = self.map.get(key);
                let name = after
                    .or(before.as_ref())
                    .map_or_else(|| key.clone(), |entry| entry.name.clone());
                VariableChange {
                    name,
                    before: self.show_entry(before.as_ref()),
                    after: self.show_entry(after),
                }
            })
            .collect()
    }
}
