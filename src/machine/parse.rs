//! A machine file's text to a [`Machine`].

mod hardware;
mod lists;
mod system;

use toml::de::DeValue;

use super::{
    Architecture, Complete, ComputerKind, Machine, ParsedMachine, keys,
    places::MachinePlaces,
    reader::{TomlForm, TomlReader, TomlTable, integer},
    systems, values,
};
use crate::{
    diagnostic::{Code, sort},
    source::FileId,
    syntax::hide_secrets,
};

/// What is said of a machine file.
const FORM: TomlForm = TomlForm {
    what: "machine file",
    not_toml: Code::MachineNotToml,
    unknown: Code::UnknownMachineKey,
    bad: Code::BadMachineValue,
    conflict: Code::MachineContradiction,
    missing: Code::MissingMachineKey,
    keys: keys::of,
};

/// Reads a machine file that has no name.
pub fn parse(file: FileId, text: &str) -> ParsedMachine {
    parse_named("", file, text)
}

/// Reads a machine file; explanations name its lines behind this name.
pub fn parse_named(name: &str, file: FileId, text: &str) -> ParsedMachine {
    let mut reader = TomlReader::new(file, FORM);
    let mut machine = Machine::default();
    let Some(document) = reader.document(text) else {
        return ParsedMachine {
            machine,
            findings: reader.findings,
        };
    };
    // What a broken line leaves behind is not worth more findings.
    if reader.findings.is_empty() {
        let span = reader.span(document.span());
        let root = reader.table("", document.get_ref(), span);
        identity(&mut reader, root, &mut machine);
        hardware::hardware(&mut reader, root, &mut machine);
        hardware::storage(&mut reader, root, &mut machine);
        lists::lists(&mut reader, root, &mut machine);
        lists::work(&mut reader, root, &mut machine);
        super::wmi::listed(&mut reader, root, &mut machine);
        if !name.is_empty() {
            machine.places = MachinePlaces::new(name, text, document.get_ref());
        }
    }
    let mut findings = reader.findings;
    sort(&mut findings);
    hide_secrets(&mut findings, file, text);
    ParsedMachine { machine, findings }
}

fn identity(reader: &mut TomlReader, root: TomlTable<'_>, machine: &mut Machine) {
    machine.name = reader.formed(
        root,
        "name",
        "the name of a computer: letters, digits and hyphens",
        computer_name,
    );
    for (key, place) in [
        ("make", &mut machine.make),
        ("model", &mut machine.model),
        ("family", &mut machine.family),
        ("sku_number", &mut machine.sku_number),
        ("product_version", &mut machine.product_version),
        ("serial_number", &mut machine.serial_number),
        ("asset_tag", &mut machine.asset_tag),
        ("domain", &mut machine.domain),
        ("workgroup", &mut machine.workgroup),
    ] {
        *place = reader.text(root, key);
    }
    machine.uuid = reader.formed(
        root,
        "uuid",
        "a UUID such as \"4C4C4544-0058-4B10-8032-B7C04F4C4D33\"",
        values::guid,
    );
    machine.kind = reader
        .word(root, "kind", ComputerKind::WORDS)
        .map(|index| ComputerKind::ALL[index]);
    machine.chassis = chassis(reader, root);
    machine.users = reader.texts(root, "users", "a name", |text| !text.is_empty());
    machine.in_winpe = reader.boolean(root, "in_winpe").unwrap_or(false);
    machine.hypervisor = reader.boolean(root, "hypervisor");
    let wanted = "an article such as \"KB5034441\"";
    machine.hotfixes = reader.texts(root, "hotfixes", wanted, is_article);
    if machine.domain.is_some() && machine.workgroup.is_some() {
        let other = reader.place(root, "domain");
        let place = reader.place(root, "workgroup");
        reader.conflict(
            place,
            "a computer is in a domain or in a workgroup",
            Some((other, "its domain")),
        );
    }
    machine.complete = complete(reader, root);
}

fn computer_name(text: &str) -> Option<String> {
    let letters = text
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
    (!text.is_empty() && text.len() <= 255 && letters).then(|| text.to_owned())
}

/// Whether a text is the number of an article, as hotfixes have them.
fn is_article(text: &str) -> bool {
    text.strip_prefix("KB").is_some_and(|digits| {
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// The sections in which what is not listed is not there.
fn complete(reader: &mut TomlReader, root: TomlTable<'_>) -> Complete {
    let wanted = format!("one of {}", keys::COMPLETE.join(", "));
    let listed = reader.texts(root, "complete", &wanted, |text| {
        keys::COMPLETE.contains(&text)
    });
    let listed = listed.unwrap_or_default();
    let is_named = |name: &&str| listed.iter().any(|own| own == name);
    let named: Vec<&str> = keys::COMPLETE.iter().copied().filter(is_named).collect();
    let mut sections = named.clone();
    if reader.word(root, "assume", &["partial", "complete"]) == Some(1) {
        // What WMI has is too much for a list that somebody means to be whole.
        sections.extend(keys::COMPLETE.iter().copied().filter(|name| *name != "wmi"));
    }
    Complete { sections, named }
}

fn chassis(reader: &mut TomlReader, root: TomlTable<'_>) -> Vec<u32> {
    let wanted = "a case such as \"notebook\", or its number from 1 to 36";
    let one = |value: &DeValue<'_>| match value.as_str() {
        Some(word) => systems::CHASSIS
            .iter()
            .find(|(name, _)| *name == word)
            .map(|(_, number)| *number),
        None => integer(value)
            .and_then(|number| u32::try_from(number).ok())
            .filter(|number| (1..=36).contains(number)),
    };
    let read = reader.read(root, "chassis", wanted, |value| match value.as_array() {
        Some(items) => items
            .iter()
            .map(|item| one(item.get_ref()))
            .collect::<Option<Vec<u32>>>(),
        None => one(value).map(|number| vec![number]),
    });
    read.unwrap_or_default()
}

fn architecture(reader: &mut TomlReader, table: TomlTable<'_>) -> Option<Architecture> {
    reader
        .word(table, "architecture", Architecture::WORDS)
        .map(|index| Architecture::ALL[index])
}

fn date(reader: &mut TomlReader, table: TomlTable<'_>, key: &str) -> Option<String> {
    reader.read(
        table,
        key,
        "a date such as 2024-01-31 or a time with its offset, 2024-01-31T12:00:00Z",
        |value| {
            value
                .as_datetime()
                .and_then(|date| values::cim(&date.to_string()))
        },
    )
}
