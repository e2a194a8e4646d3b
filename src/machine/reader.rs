//! TOML with the place of everything: each question that a value does not answer is a finding, and
//! the rest is read on.

use toml::de::{DeTable, DeValue};

use super::{keys, values};
use crate::{
    diagnostic::{Code, Finding, nearest},
    source::{FileId, Span},
    syntax::MAX_SOURCE,
};

/// Behind so many findings nothing is offered any more: looking for what was meant takes time.
const MAX_OFFERED: usize = 200;

/// A value and where it stands.
pub(crate) type TomlItem<'a> = toml::Spanned<DeValue<'a>>;

/// A table of such a file.
#[derive(Clone, Copy)]
pub(crate) struct TomlTable<'a> {
    /// Its section, by which its keys are known.
    pub section: &'static str,
    /// Its entries.
    pub entries: &'a DeTable<'a>,
    /// Its place.
    pub span: Span,
}

/// A kind of file: its name, its codes, and the keys of its sections.
#[derive(Clone, Copy)]
pub(crate) struct TomlForm {
    /// `machine file`.
    pub what: &'static str,
    /// What is not TOML.
    pub not_toml: Code,
    /// A key that is not known.
    pub unknown: Code,
    /// A value that does not do.
    pub bad: Code,
    /// Values that do not go together.
    pub conflict: Code,
    /// A key that is missing.
    pub missing: Code,
    /// The keys of a section.
    pub keys: fn(&str) -> &'static [&'static str],
}

/// Reads values and collects what is wrong with them.
pub(crate) struct TomlReader {
    file: FileId,
    form: TomlForm,
    /// What was found.
    pub findings: Vec<Finding>,
}

impl TomlReader {
    pub(crate) fn new(file: FileId, form: TomlForm) -> Self {
        TomlReader {
            file,
            form,
            findings: Vec::new(),
        }
    }

    /// The root of a document; what is wrong with its TOML is among the findings. `None` when it is
    /// too large.
    pub(crate) fn document<'a>(&mut self, text: &'a str) -> Option<toml::Spanned<DeTable<'a>>> {
        if text.len() > MAX_SOURCE {
            let message = format!("the {} has more than {MAX_SOURCE} bytes", self.form.what);
            self.findings.push(Finding::new(
                Code::SourceTooLarge,
                Span::at(self.file, 0),
                message,
            ));
            return None;
        }
        let (document, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            let place = error
                .span()
                .map_or(Span::at(self.file, 0), |range| self.span(range));
            let message = error.message().trim().trim_end_matches('.').to_owned();
            let finding = Finding::new(
                self.form.not_toml,
                place,
                format!("this is not TOML: {message}"),
            );
            let escape = message.contains("escape") || message.contains("unicode");
            self.findings.push(if escape {
                finding.help("between double quotes a backslash begins an escape; write paths between single quotes")
            } else {
                finding
            });
        }
        Some(document)
    }

    /// A range of bytes as a place.
    pub(crate) fn span(&self, range: std::ops::Range<usize>) -> Span {
        Span::new(self.file, range.start as u32, range.end as u32)
    }

    /// A table whose keys are checked against those of its section.
    pub(crate) fn table<'a>(
        &mut self,
        section: &'static str,
        entries: &'a DeTable<'a>,
        span: Span,
    ) -> TomlTable<'a> {
        let known = (self.form.keys)(section);
        for (key, _) in entries {
            let name: &str = key.get_ref();
            if known.contains(&name) {
                continue;
            }
            let place = self.span(key.span());
            let of = if section.is_empty() {
                format!("a {}", self.form.what)
            } else {
                format!("`{section}`")
            };
            let mut finding = Finding::new(
                self.form.unknown,
                place,
                format!("there is no key `{name}` in {of}"),
            );
            let meant = keys::meant(name).filter(|word| known.contains(word));
            let few = self.findings.len() < MAX_OFFERED;
            let near = || nearest(name, known.iter().copied().filter(|_| few));
            finding = match meant.or_else(near) {
                Some(near) => finding.label(format!("did you mean `{near}`?")).unsafe_fix(
                    format!("write `{near}`"),
                    place,
                    near.to_owned(),
                ),
                None => finding.help(format!("the keys are {}", known.join(", "))),
            };
            self.findings.push(finding);
        }
        TomlTable {
            section,
            entries,
            span,
        }
    }

    /// Says that a value does not do.
    pub(crate) fn bad(&mut self, span: Span, message: impl Into<String>) {
        self.findings
            .push(Finding::new(self.form.bad, span, message));
    }

    /// Says that two facts do not go together.
    pub(crate) fn conflict(
        &mut self,
        span: Span,
        message: impl Into<String>,
        other: Option<(Span, &str)>,
    ) {
        let finding = Finding::new(self.form.conflict, span, message);
        self.findings.push(match other {
            Some((span, text)) => finding.also(span, text),
            None => finding,
        });
    }

    /// The value of a key.
    pub(crate) fn item<'a>(&self, table: TomlTable<'a>, key: &str) -> Option<&'a TomlItem<'a>> {
        table
            .entries
            .iter()
            .find(|(name, _)| name.get_ref() == key)
            .map(|(_, item)| item)
    }

    /// The place of a key's value.
    pub(crate) fn place(&self, table: TomlTable<'_>, key: &str) -> Span {
        self.item(table, key)
            .map_or(table.span, |item| self.span(item.span()))
    }

    /// Says that a key is not there.
    pub(crate) fn missing(&mut self, table: TomlTable<'_>, key: &str) {
        let message = format!("an entry of `{}` needs `{key}`", table.section);
        self.findings
            .push(Finding::new(self.form.missing, table.span, message));
    }

    /// A value through a function; `None` of it is a finding that says what is wanted.
    pub(crate) fn read<T>(
        &mut self,
        table: TomlTable<'_>,
        key: &str,
        wanted: &str,
        read: impl Fn(&DeValue<'_>) -> Option<T>,
    ) -> Option<T> {
        let item = self.item(table, key)?;
        let value = read(item.get_ref());
        if value.is_none() {
            let span = self.span(item.span());
            let name = if table.section.is_empty() {
                key.to_owned()
            } else {
                format!("{}.{key}", table.section)
            };
            self.findings.push(
                Finding::new(self.form.bad, span, format!("`{name}` must be {wanted}"))
                    .label(format!("this is {}", said(item.get_ref()))),
            );
        }
        value
    }

    /// A text, which may be empty.
    pub(crate) fn text(&mut self, table: TomlTable<'_>, key: &str) -> Option<String> {
        self.read(table, key, "a text", |value| {
            value.as_str().map(str::to_owned)
        })
    }

    /// A text of a form.
    pub(crate) fn formed<T>(
        &mut self,
        table: TomlTable<'_>,
        key: &str,
        wanted: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        self.read(table, key, wanted, |value| value.as_str().and_then(&read))
    }

    /// One of some words, by its number.
    pub(crate) fn word(
        &mut self,
        table: TomlTable<'_>,
        key: &str,
        words: &[&str],
    ) -> Option<usize> {
        let item = self.item(table, key)?;
        let index = item
            .get_ref()
            .as_str()
            .and_then(|text| words.iter().position(|word| *word == text));
        if index.is_none() {
            let span = self.span(item.span());
            let name = if table.section.is_empty() {
                key.to_owned()
            } else {
                format!("{}.{key}", table.section)
            };
            let listed: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
            let mut finding = Finding::new(
                self.form.bad,
                span,
                format!("`{name}` must be one of {}", listed.join(", ")),
            );
            if let Some(near) = item
                .get_ref()
                .as_str()
                .and_then(|text| nearest(text, words.iter().copied()))
            {
                finding = finding.label(format!("did you mean \"{near}\"?"));
            }
            self.findings.push(finding);
        }
        index
    }

    /// `true` or `false`.
    pub(crate) fn boolean(&mut self, table: TomlTable<'_>, key: &str) -> Option<bool> {
        self.read(table, key, "`true` or `false`", |value| match value {
            DeValue::Boolean(value) => Some(*value),
            _ => None,
        })
    }

    /// A whole number between two others.
    pub(crate) fn number(
        &mut self,
        table: TomlTable<'_>,
        key: &str,
        least: i128,
        most: i128,
    ) -> Option<i128> {
        self.read(
            table,
            key,
            &format!("a whole number from {least} to {most}"),
            |value| integer(value).filter(|number| (least..=most).contains(number)),
        )
    }

    /// A size with a unit, in bytes.
    pub(crate) fn size(&mut self, table: TomlTable<'_>, key: &str) -> Option<u64> {
        self.formed(
            table,
            key,
            "a size with a unit, such as \"16GB\"",
            values::size,
        )
    }

    /// An exit code: a number of 32 bits, or its hexadecimal digits in quotes.
    pub(crate) fn exit_code(&mut self, table: TomlTable<'_>, key: &str) -> Option<u32> {
        self.read(
            table,
            key,
            "an exit code of 32 bits, such as 1603, -2147024891 or \"0x80070005\"",
            |value| match value.as_str() {
                Some(text) => {
                    let digits = text.strip_prefix("0x").or(text.strip_prefix("0X"))?;
                    u32::from_str_radix(digits, 16).ok()
                }
                None => {
                    let number = integer(value)?;
                    u32::try_from(number)
                        .ok()
                        .or(i32::try_from(number).ok().map(|number| number as u32))
                }
            },
        )
    }

    /// A list of texts; one text stands for a list of one.
    pub(crate) fn texts(
        &mut self,
        table: TomlTable<'_>,
        key: &str,
        wanted: &str,
        fits: impl Fn(&str) -> bool,
    ) -> Option<Vec<String>> {
        let item = self.item(table, key)?;
        let mut out = Vec::new();
        let mut one = |reader: &mut Self, item: &TomlItem<'_>| match item
            .get_ref()
            .as_str()
            .filter(|text| fits(text))
        {
            Some(text) => out.push(text.to_owned()),
            None => reader.bad(
                reader.span(item.span()),
                format!("an entry of `{key}` must be {wanted}"),
            ),
        };
        match item.get_ref() {
            DeValue::Array(items) => {
                for item in items {
                    one(self, item);
                }
            }
            _ => one(self, item),
        }
        Some(out)
    }

    /// The table of a key.
    pub(crate) fn section<'a>(
        &mut self,
        table: TomlTable<'a>,
        key: &'static str,
    ) -> Option<TomlTable<'a>> {
        let entries = self.entries(table, key)?;
        Some(self.table(key, entries.0, entries.1))
    }

    /// The entries of a table whose keys are the file's own.
    pub(crate) fn entries<'a>(
        &mut self,
        table: TomlTable<'a>,
        key: &str,
    ) -> Option<(&'a DeTable<'a>, Span)> {
        let item = self.item(table, key)?;
        let span = self.span(item.span());
        match item.get_ref().as_table() {
            Some(entries) => Some((entries, span)),
            None => {
                self.bad(span, format!("`{key}` must be a table, `[{key}]`"));
                None
            }
        }
    }

    /// The tables of a list, `[[key]]`.
    pub(crate) fn list<'a>(
        &mut self,
        table: TomlTable<'a>,
        key: &'static str,
    ) -> Option<Vec<TomlTable<'a>>> {
        let item = self.item(table, key)?;
        let Some(items) = item.get_ref().as_array() else {
            self.bad(
                self.span(item.span()),
                format!("`{key}` must be a list of tables, `[[{key}]]`"),
            );
            return None;
        };
        let mut out = Vec::new();
        for item in items {
            let span = self.span(item.span());
            match item.get_ref().as_table() {
                Some(entries) => out.push(self.table(key, entries, span)),
                None => self.bad(span, format!("an entry of `{key}` must be a table")),
            }
        }
        Some(out)
    }
}

/// A whole number of any base.
pub(crate) fn integer(value: &DeValue<'_>) -> Option<i128> {
    let number = value.as_integer()?;
    i128::from_str_radix(number.as_str(), number.radix()).ok()
}

/// What a value is, for people.
fn said(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) if text.chars().count() <= 40 => format!("\"{text}\""),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(number) => number.to_string(),
        DeValue::Boolean(value) => value.to_string(),
        other => match other.type_str() {
            "array" => "a list".to_owned(),
            "string" => "a long text".to_owned(),
            "datetime" => "a date".to_owned(),
            other => format!("a {other}"),
        },
    }
}
