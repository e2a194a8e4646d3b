//! Lists of a machine file: variables, paths, the registry, work that steps ask for.

use std::collections::{BTreeMap, HashSet};

use toml::de::{DeTable, DeValue};

use super::{
    super::{
        Application, Key, Listed, Machine, Mock, Package, Software, Update,
        reader::{TomlItem, TomlReader, TomlTable, integer},
        values,
    },
    date,
};
use crate::{
    fact::{FileFacts, RegistryValue},
    source::Span,
};

/// Pairs of a table whose keys are the file's own, in the order of the file.
fn pairs<'a>(
    reader: &mut TomlReader,
    root: TomlTable<'a>,
    section: &str,
) -> Vec<(String, Span, &'a TomlItem<'a>)> {
    let Some((entries, _)) = reader.entries(root, section) else {
        return Vec::new();
    };
    let mut out: Vec<_> = entries
        .iter()
        .map(|(key, item)| (key.get_ref().to_string(), reader.span(key.span()), item))
        .collect();
    out.sort_by_key(|(_, span, _)| span.start);
    out
}

pub(super) fn lists(reader: &mut TomlReader, root: TomlTable<'_>, machine: &mut Machine) {
    machine.variables = texts_of(reader, root, "variables");
    for (name, _, item) in pairs(reader, root, "environment") {
        let value = match item.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            DeValue::Boolean(false) => None,
            _ => {
                reader.bad(
                    reader.span(item.span()),
                    "an environment variable is a text, or `false` when it is not there",
                );
                continue;
            }
        };
        machine.environment.insert(name.to_lowercase(), value);
    }
    machine.files = paths(reader, root, "files");
    machine.folders = paths(reader, root, "folders");
    registry(reader, root, machine);
    for table in reader.list(root, "software").unwrap_or_default() {
        let wanted = "a GUID such as \"{90160000-008C-0000-1000-0000000FF1CE}\"";
        let software = Software {
            product_code: reader.formed(table, "product_code", wanted, values::guid),
            upgrade_code: reader.formed(table, "upgrade_code", wanted, values::guid),
            name: reader.text(table, "name"),
            version: reader.text(table, "version"),
        };
        machine.software.push(software);
    }
}

/// Pairs of a name and a text; numbers and truth values stand for their text.
fn texts_of(reader: &mut TomlReader, root: TomlTable<'_>, section: &str) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = Vec::new();
    let mut seen = HashSet::new();
    for (name, place, item) in pairs(reader, root, section) {
        if name.is_empty() || name.contains(['%', '=', ' ']) {
            reader.bad(place, format!("`{name}` cannot be the name of a variable"));
            continue;
        }
        let key = name.to_ascii_lowercase();
        if seen.contains(&key) {
            reader.conflict(place, format!("the variable `{name}` has two values"), None);
        }
        match item.get_ref() {
            DeValue::String(text) => out.push((name, text.to_string())),
            DeValue::Boolean(value) => out.push((name, value.to_string())),
            other => match integer(other) {
                Some(number) => out.push((name, number.to_string())),
                None => {
                    let span = reader.span(item.span());
                    reader.bad(span, "the value of a variable is a text");
                    continue;
                }
            },
        }
        seen.insert(key);
    }
    out
}

fn paths(
    reader: &mut TomlReader,
    root: TomlTable<'_>,
    section: &'static str,
) -> BTreeMap<String, Listed> {
    let mut out = BTreeMap::new();
    for (path, place, item) in pairs(reader, root, section) {
        if !values::is_whole_path(&path) {
            reader.bad(
                place,
                "a path begins with its drive or server, `C:\\…` or `\\\\server\\…`; one of Unix with `/`",
            );
            continue;
        }
        let span = reader.span(item.span());
        let facts = match item.get_ref() {
            DeValue::Boolean(there) => there.then(FileFacts::default),
            DeValue::String(text) if section == "files" => {
                let version = values::version(text);
                if version.is_none() {
                    reader.bad(
                        span,
                        "a file's version has two to four numbers, \"10.0.22621.1\"",
                    );
                }
                Some(FileFacts {
                    version,
                    modified: None,
                })
            }
            DeValue::Table(entries) => {
                let table = reader.table(section, entries, span);
                let wanted = "a version such as \"10.0.22621.1\"";
                Some(FileFacts {
                    version: reader.formed(table, "version", wanted, values::version),
                    modified: date(reader, table, "modified"),
                })
            }
            _ => {
                reader.bad(
                    span,
                    "write `true` or `false` (it is there or not), or a table of its facts",
                );
                continue;
            }
        };
        let listed = Listed {
            path: path.clone(),
            facts,
        };
        if out.insert(values::path(&path), listed).is_some() {
            reader.conflict(place, format!("`{path}` is listed twice"), None);
        }
    }
    out
}

fn registry(reader: &mut TomlReader, root: TomlTable<'_>, machine: &mut Machine) {
    for (path, place, item) in pairs(reader, root, "registry") {
        let Some(key) = values::registry_key(&path) else {
            reader.bad(
                place,
                "a registry key begins with its hive: HKLM, HKCU, HKU, HKCR or HKCC",
            );
            continue;
        };
        let values = match item.get_ref() {
            DeValue::Boolean(there) => there.then(BTreeMap::new),
            DeValue::Table(entries) => Some(registry_values(reader, entries)),
            _ => {
                reader.bad(
                    reader.span(item.span()),
                    "write `true` or `false` (the key is there or not), or a table of its values",
                );
                continue;
            }
        };
        let listed = Key {
            path: path.clone(),
            values,
        };
        if machine.registry.insert(key, listed).is_some() {
            reader.conflict(place, format!("`{path}` is listed twice"), None);
        }
    }
}

/// The values of a registry key by their names in small letters.
fn registry_values(
    reader: &mut TomlReader,
    entries: &DeTable<'_>,
) -> BTreeMap<String, Option<RegistryValue>> {
    let mut values = BTreeMap::new();
    for (name, item) in entries {
        if let Some(value) = registry_value(reader, item) {
            values.insert(name.get_ref().to_lowercase(), value);
        }
    }
    values
}

/// A value of the registry; the inner `None` is one that is not there.
fn registry_value(reader: &mut TomlReader, item: &TomlItem<'_>) -> Option<Option<RegistryValue>> {
    let span = reader.span(item.span());
    let value = match item.get_ref() {
        DeValue::Boolean(false) => return Some(None),
        DeValue::Table(entries) => {
            let table = reader.table("registry", entries, span);
            return typed_value(reader, table).map(Some);
        }
        DeValue::String(text) => Some(("REG_SZ", text.to_string())),
        DeValue::Array(items) => {
            let texts = items.iter().map(|item| item.get_ref().as_str());
            let texts: Option<Vec<&str>> = texts.collect();
            texts.map(|texts| ("REG_MULTI_SZ", texts.join("\n")))
        }
        other => integer(other)
            .and_then(|number| u64::try_from(number).ok())
            .map(|number| match u32::try_from(number) {
                Ok(_) => ("REG_DWORD", number.to_string()),
                Err(_) => ("REG_QWORD", number.to_string()),
            }),
    };
    let Some((kind, data)) = value else {
        reader.bad(
            span,
            "a registry value is a text, a number from 0, a list of texts, `false` (not there), \
             or { type, data }",
        );
        return None;
    };
    Some(Some(RegistryValue {
        kind: kind.to_owned(),
        data,
    }))
}

/// A value of the registry that says its type.
fn typed_value(reader: &mut TomlReader, table: TomlTable<'_>) -> Option<RegistryValue> {
    for key in ["type", "data"] {
        if reader.item(table, key).is_none() {
            reader.missing(table, key);
        }
    }
    let words = [
        "REG_SZ",
        "REG_EXPAND_SZ",
        "REG_DWORD",
        "REG_QWORD",
        "REG_MULTI_SZ",
        "REG_BINARY",
        "REG_NONE",
    ];
    let kind = words[reader.word(table, "type", &words)?];
    let data = reader.read(table, "data", "a text or a number", |value| {
        match value.as_str() {
            Some(text) => Some(text.to_owned()),
            None => integer(value).map(|number| number.to_string()),
        }
    })?;
    if !can_hold(kind, &data) {
        let place = reader.place(table, "data");
        reader.bad(place, format!("{kind} cannot hold this"));
    }
    Some(RegistryValue {
        kind: kind.to_owned(),
        data,
    })
}

/// Whether a type of registry value can hold this data.
fn can_hold(kind: &str, data: &str) -> bool {
    match kind {
        "REG_DWORD" => data.parse::<u32>().is_ok(),
        "REG_QWORD" => data.parse::<u64>().is_ok(),
        "REG_BINARY" => {
            data.len().is_multiple_of(2) && data.bytes().all(|byte| byte.is_ascii_hexdigit())
        }
        _ => true,
    }
}

/// What steps find and do.
pub(super) fn work(reader: &mut TomlReader, root: TomlTable<'_>, machine: &mut Machine) {
    for table in reader.list(root, "applications").unwrap_or_default() {
        machine.applications.push(application(reader, table));
    }
    for table in reader.list(root, "packages").unwrap_or_default() {
        machine.packages.push(package(reader, table));
    }
    if let Some(tables) = reader.list(root, "updates") {
        let read = |table| update(reader, table);
        machine.updates = Some(tables.into_iter().map(read).collect());
    }
    let tables = reader.list(root, "outcomes").unwrap_or_default();
    outcomes(reader, tables, machine);
}

fn application(reader: &mut TomlReader, table: TomlTable<'_>) -> Application {
    if reader.item(table, "id").is_none() && reader.item(table, "name").is_none() {
        reader.missing(table, "name");
    }
    Application {
        id: reader.text(table, "id"),
        name: reader.text(table, "name"),
        installed: reader.boolean(table, "installed").unwrap_or(false),
        requirements_met: reader.boolean(table, "requirements_met").unwrap_or(true),
        exit_code: reader.exit_code(table, "exit_code").unwrap_or(0),
    }
}

fn package(reader: &mut TomlReader, table: TomlTable<'_>) -> Package {
    if reader.item(table, "id").is_none() {
        reader.missing(table, "id");
    }
    let identifier = |text: &str| {
        (text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_alphanumeric()))
            .then(|| text.to_owned())
    };
    let wanted = "a package identifier such as \"PS100123\"";
    Package {
        id: reader
            .formed(table, "id", wanted, identifier)
            .unwrap_or_default(),
        name: reader.text(table, "name"),
        available: reader.boolean(table, "available").unwrap_or(true),
        path: reader.text(table, "path"),
    }
}

fn update(reader: &mut TomlReader, table: TomlTable<'_>) -> Update {
    Update {
        id: reader.text(table, "id"),
        name: reader.text(table, "name"),
        required: reader.boolean(table, "required").unwrap_or(true),
        installed: reader.boolean(table, "installed").unwrap_or(false),
        restart: reader.boolean(table, "restart").unwrap_or(false),
    }
}

/// What steps come to; one behind another that fits all its steps is never used.
fn outcomes(reader: &mut TomlReader, tables: Vec<TomlTable<'_>>, machine: &mut Machine) {
    let mut whole: Vec<(String, Span)> = Vec::new();
    for table in tables {
        if reader.item(table, "step").is_none() {
            reader.missing(table, "step");
            continue;
        }
        let place = reader.place(table, "step");
        let outcome = outcome(reader, table);
        if let Some((_, first)) = whole.iter().find(|(step, _)| covers(step, &outcome.step)) {
            let message = format!("this outcome of \"{}\" is never used", outcome.step);
            reader.conflict(
                place,
                message,
                Some((*first, "this one comes first and has no `times`")),
            );
        }
        if outcome.times.is_none() {
            whole.push((outcome.step.clone(), place));
        }
        machine.outcomes.push(outcome);
    }
}

fn outcome(reader: &mut TomlReader, table: TomlTable<'_>) -> Mock {
    let pattern = "the name or path of steps, which may have `*` and `?`";
    let duration = "a duration such as \"5min\"";
    Mock {
        step: reader
            .formed(table, "step", pattern, |text| {
                (!text.trim().is_empty()).then(|| text.to_owned())
            })
            .unwrap_or_default(),
        exit_code: reader.exit_code(table, "exit_code"),
        output: reader.text(table, "output"),
        seconds: reader
            .formed(table, "duration", duration, values::duration)
            .unwrap_or(0),
        sets: texts_of(reader, table, "sets"),
        times: reader
            .number(table, "times", 1, 1_000_000)
            .and_then(|times| u32::try_from(times).ok()),
        exact: false,
    }
}

/// Whether a pattern has all names that another one has.
fn covers(pattern: &str, other: &str) -> bool {
    // A `*` stands for nothing and for much.
    ["", "\u{1}\u{1}\u{1}"]
        .iter()
        .all(|run| values::fits(pattern, &other.replace('*', run)))
}
