//! A site file's text to a [`Site`].

use std::collections::{BTreeMap, HashSet, btree_map::Entry};

use super::{
    Content, ContentFile, DeploymentType, DetectionOperator, DetectionSubject, DetectionTest,
    Meaning, ParsedSite, Restart, Shell, Site, SiteApplication, SitePackage, SiteProgram,
    SiteSequence, Superseded, is_unencrypted, is_whole, keys,
};
use crate::{
    diagnostic::{Code, Finding, sort},
    machine::{
        reader::{TomlForm, TomlItem, TomlReader, TomlTable, integer},
        values,
    },
    source::{FileId, Span},
    syntax::hide_secrets,
};

/// What is said of a site file.
const FORM: TomlForm = TomlForm {
    what: "site file",
    not_toml: Code::SiteNotToml,
    unknown: Code::UnknownSiteKey,
    bad: Code::BadSiteValue,
    conflict: Code::SiteContradiction,
    missing: Code::MissingSiteKey,
    keys: keys::of,
};

/// Reads a site file.
pub fn parse(file: FileId, text: &str) -> ParsedSite {
    let mut reader = TomlReader::new(file, FORM);
    let mut site = Site::default();
    let Some(document) = reader.document(text) else {
        return ParsedSite {
            site,
            findings: reader.findings,
        };
    };
    if reader.findings.is_empty() {
        let span = reader.span(document.span());
        let root = reader.table("", document.get_ref(), span);
        whole(&mut reader, root, &mut site);
        packages(&mut reader, root, &mut site);
        applications(&mut reader, root, &mut site);
        sequences(&mut reader, root, &mut site);
        known(&mut reader, root, &site);
        insecure(&mut reader, root, &site);
    }
    let mut findings = reader.findings;
    sort(&mut findings);
    hide_secrets(&mut findings, file, text);
    ParsedSite { site, findings }
}

fn filled(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.to_owned())
}

fn whole(reader: &mut TomlReader, root: TomlTable<'_>, site: &mut Site) {
    site.name = reader.text(root, "name");
    site.code = reader.formed(
        root,
        "code",
        "a site code of three letters and digits, such as \"PS1\"",
        |text| {
            (text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_alphanumeric()))
                .then(|| text.to_ascii_uppercase())
        },
    );
    site.sources = reader
        .texts(root, "sources", SOURCE, |text| {
            !text.trim().is_empty() && is_source(text)
        })
        .unwrap_or_default();
    site.ca = reader.formed(root, "ca", "a file of certificates in PEM", filled);
    site.cache = reader.formed(root, "cache", "a folder", filled);
    site.cache_size = reader.size(root, "cache_size");
    site.retries = reader
        .number(root, "retries", 0, 100)
        .and_then(|number| u32::try_from(number).ok());
    site.retry_delay = reader.formed(
        root,
        "retry_delay",
        "a duration such as \"15s\"",
        values::duration,
    );
    site.insecure = reader.boolean(root, "insecure").unwrap_or(false);
    if let Some((entries, _)) = reader.entries(root, "variables") {
        for (name, item) in entries {
            match item.get_ref().as_str() {
                Some(text) => site
                    .variables
                    .push((name.get_ref().to_string(), text.to_owned())),
                None => reader.bad(
                    reader.span(item.span()),
                    "the value of a variable must be a text",
                ),
            }
        }
    }
}

const SOURCE: &str = "a folder, a UNC path or a URL with http:// or https://, without an account, a password or a query";

/// Whether a text has no scheme that is not read. A site file has no secrets, so a URL has none
/// either.
fn is_source(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else {
        return true;
    };
    let host = rest.split('/').next().unwrap_or("");
    let plain = !host.is_empty() && !host.contains('@') && !rest.contains(['?', '#']);
    plain && matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https")
}

fn content(reader: &mut TomlReader, table: TomlTable<'_>) -> Content {
    let source = reader.formed(table, "source", SOURCE, |text| {
        filled(text).filter(|text| is_source(text))
    });
    let mut files: Vec<ContentFile> = Vec::new();
    let mut seen = HashSet::new();
    for one in reader.list(table, "files").unwrap_or_default() {
        let wanted = "a path below the content's folder, with / or \\ between its parts";
        let path = reader.formed(one, "path", wanted, inner_path);
        let size = reader
            .number(one, "size", 0, i128::from(i64::MAX))
            .and_then(|size| u64::try_from(size).ok());
        let sha256 = reader.formed(one, "sha256", "64 hexadecimal digits", |text| {
            let digits = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
            digits.then(|| text.to_ascii_lowercase())
        });
        if reader.item(one, "path").is_none() {
            reader.missing(one, "path");
        }
        let Some(path) = path else { continue };
        if !seen.insert(path.to_ascii_lowercase()) {
            let place = reader.place(one, "path");
            reader.conflict(place, format!("the file {path} stands there twice"), None);
        }
        files.push(ContentFile { path, size, sha256 });
    }
    let by_url = source
        .as_deref()
        .is_some_and(|source| source.contains("://"));
    if by_url && files.is_empty() {
        let place = reader.place(table, "source");
        reader.conflict(
            place,
            "content behind a URL needs its list of `files`: a web server gives none",
            None,
        );
    }
    Content { source, files }
}

/// A path that stays below its folder.
fn inner_path(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split(['/', '\\']).collect();
    let good =
        |part: &&str| !part.is_empty() && *part != "." && *part != ".." && !part.contains(':');
    parts.iter().all(good).then(|| parts.join("/"))
}

fn also(reader: &mut TomlReader, table: TomlTable<'_>) -> Vec<String> {
    reader
        .texts(table, "also", "an identifier", |text| {
            !text.trim().is_empty()
        })
        .unwrap_or_default()
}

/// An identifier of a package.
fn package_id(text: &str) -> Option<String> {
    let good = text.len() == 8
        && text
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    good.then(|| text.to_owned())
}

const PACKAGE_ID: &str = "an identifier of eight capitals and digits, such as \"PS100123\"";

fn packages(reader: &mut TomlReader, root: TomlTable<'_>, site: &mut Site) {
    for table in reader.list(root, "packages").unwrap_or_default() {
        if reader.item(table, "id").is_none() {
            reader.missing(table, "id");
        }
        let mut package = SitePackage {
            id: reader
                .formed(table, "id", PACKAGE_ID, package_id)
                .unwrap_or_default(),
            name: reader.text(table, "name"),
            also: also(reader, table),
            content: content(reader, table),
            programs: Vec::new(),
        };
        for one in reader.list(table, "programs").unwrap_or_default() {
            let program = program(reader, one);
            let mut others = package.programs.iter();
            if others.any(|other| other.name == program.name) {
                let place = reader.place(one, "name");
                let message = format!("the package has two programs \"{}\"", program.name);
                reader.conflict(place, message, None);
            }
            package.programs.push(program);
        }
        site.packages.push(package);
    }
}

fn program(reader: &mut TomlReader, table: TomlTable<'_>) -> SiteProgram {
    for key in ["name", "command_line"] {
        if reader.item(table, key).is_none() {
            reader.missing(table, key);
        }
    }
    let duration = "a duration such as \"30min\"";
    SiteProgram {
        name: reader
            .formed(table, "name", "the name of a program", filled)
            .unwrap_or_default(),
        command_line: reader
            .formed(table, "command_line", "a command line", filled)
            .unwrap_or_default(),
        working_directory: reader.formed(table, "working_directory", "a folder", filled),
        success_codes: codes(reader, table, "success_codes").unwrap_or_else(|| vec![0]),
        restart_codes: codes(reader, table, "restart_codes").unwrap_or_else(|| vec![3010, 1641]),
        timeout: reader.formed(table, "timeout", duration, values::duration),
    }
}

/// A list of exit codes.
fn codes(reader: &mut TomlReader, table: TomlTable<'_>, key: &str) -> Option<Vec<u32>> {
    let wanted = "a list of exit codes of 32 bits, such as [0, 3010]";
    reader.read(table, key, wanted, |value| {
        value
            .as_array()?
            .iter()
            .map(|item| exit_code(integer(item.get_ref())?))
            .collect()
    })
}

fn exit_code(number: i128) -> Option<u32> {
    u32::try_from(number)
        .ok()
        .or(i32::try_from(number).ok().map(|number| number as u32))
}

fn applications(reader: &mut TomlReader, root: TomlTable<'_>, site: &mut Site) {
    for table in reader.list(root, "applications").unwrap_or_default() {
        if reader.item(table, "name").is_none() {
            reader.missing(table, "name");
        }
        let mut application = SiteApplication {
            id: reader.formed(
                table,
                "id",
                "an identifier such as \"ScopeId_…/Application_…\"",
                filled,
            ),
            name: reader
                .formed(table, "name", "the name of an application", filled)
                .unwrap_or_default(),
            also: also(reader, table),
            retired: reader.boolean(table, "retired").unwrap_or(false),
            supersedes: Vec::new(),
            deployment_types: Vec::new(),
        };
        for one in reader.list(table, "supersedes").unwrap_or_default() {
            if reader.item(one, "application").is_none() {
                reader.missing(one, "application");
            }
            application.supersedes.push(Superseded {
                application: reader
                    .formed(one, "application", "an application", filled)
                    .unwrap_or_default(),
                uninstall: reader.boolean(one, "uninstall").unwrap_or(false),
            });
        }
        if reader.item(table, "deployment_types").is_none() {
            reader.missing(table, "deployment_types");
        }
        for one in reader.list(table, "deployment_types").unwrap_or_default() {
            let made = deployment_type(reader, one);
            application.deployment_types.push(made);
        }
        site.applications.push(application);
    }
}

fn deployment_type(reader: &mut TomlReader, table: TomlTable<'_>) -> DeploymentType {
    for key in ["install", "detection"] {
        if reader.item(table, key).is_none() {
            reader.missing(table, key);
        }
    }
    DeploymentType {
        name: reader.text(table, "name").unwrap_or_default(),
        content: content(reader, table),
        install: reader
            .formed(table, "install", "a command line", filled)
            .unwrap_or_default(),
        uninstall: reader.formed(table, "uninstall", "a command line", filled),
        repair: reader.formed(table, "repair", "a command line", filled),
        working_directory: reader.formed(table, "working_directory", "a folder", filled),
        timeout: reader.formed(
            table,
            "timeout",
            "a duration such as \"30min\"",
            values::duration,
        ),
        detection: tests(reader, table, "detection"),
        requirements: tests(reader, table, "requirements"),
        depends_on: reader
            .texts(table, "depends_on", "an application", |text| {
                !text.is_empty()
            })
            .unwrap_or_default(),
        return_codes: return_codes(reader, table),
        restart: reader
            .word(table, "restart", Restart::WORDS)
            .map_or(Restart::ByCode, |index| Restart::ALL[index]),
    }
}

fn return_codes(reader: &mut TomlReader, table: TomlTable<'_>) -> BTreeMap<u32, Meaning> {
    let mut out = BTreeMap::new();
    let Some((entries, _)) = reader.entries(table, "return_codes") else {
        return out;
    };
    for (key, item) in entries {
        let text: &str = key.get_ref();
        let code = match text.strip_prefix("0x").or(text.strip_prefix("0X")) {
            Some(digits) => u32::from_str_radix(digits, 16).ok(),
            None => text.parse().ok().and_then(exit_code),
        };
        let word = item
            .get_ref()
            .as_str()
            .and_then(|word| Meaning::WORDS.iter().position(|own| *own == word));
        match (code, word) {
            (Some(code), Some(word)) => {
                out.insert(code, Meaning::ALL[word]);
            }
            (None, _) => reader.bad(
                reader.span(key.span()),
                "an exit code has 32 bits, such as 3010 or 0x80070005",
            ),
            (_, None) => {
                let words: Vec<String> = Meaning::WORDS
                    .iter()
                    .map(|word| format!("\"{word}\""))
                    .collect();
                reader.bad(
                    reader.span(item.span()),
                    format!("a return code means one of {}", words.join(", ")),
                );
            }
        }
    }
    out
}

fn tests(reader: &mut TomlReader, table: TomlTable<'_>, key: &'static str) -> Vec<DetectionTest> {
    let list = reader.list(table, key).unwrap_or_default();
    list.into_iter()
        .filter_map(|one| test(reader, one))
        .collect()
}

fn test(reader: &mut TomlReader, table: TomlTable<'_>) -> Option<DetectionTest> {
    let key = subject_key(reader, table)?;
    let text = reader.formed(table, key, "a text that is not empty", filled);
    let value = reader.text(table, "value");
    let shell = reader.word(table, "shell", &["powershell", "command"]);
    for (own, of) in [("value", "registry"), ("shell", "script")] {
        if reader.item(table, own).is_some() && key != of {
            let place = reader.place(table, own);
            reader.conflict(place, format!("`{own}` belongs to `{of}`"), None);
        }
    }
    let text = text?;
    let subject = match key {
        "product_code" => DetectionSubject::Product(text),
        "file" => DetectionSubject::File(text),
        "folder" => DetectionSubject::Folder(text),
        "registry" => {
            if values::registry_key(&text).is_none() {
                let place = reader.place(table, key);
                reader.bad(place, "a registry key begins with its hive, such as HKLM");
            }
            DetectionSubject::Registry(text, value)
        }
        "script" => {
            let shell = match shell {
                Some(1) => Shell::Command,
                _ => Shell::PowerShell,
            };
            DetectionSubject::Script(text, shell)
        }
        "fact" => DetectionSubject::Fact(text),
        _ => DetectionSubject::Variable(text),
    };
    Some(DetectionTest {
        subject,
        compared: compared(reader, table),
    })
}

/// The key that says what a test is about, of which it has one.
fn subject_key(reader: &mut TomlReader, table: TomlTable<'_>) -> Option<&'static str> {
    let keys = keys::SUBJECTS.iter().copied();
    let given: Vec<&str> = keys
        .filter(|key| reader.item(table, key).is_some())
        .collect();
    match given.as_slice() {
        [one] => return Some(*one),
        [] => reader.missing(table, &keys::SUBJECTS.join("`, `")),
        [first, second, ..] => one_of_two(reader, table, first, second),
    }
    None
}

fn one_of_two(reader: &mut TomlReader, table: TomlTable<'_>, first: &str, second: &str) {
    let other = reader.place(table, first);
    let place = reader.place(table, second);
    reader.conflict(
        place,
        format!("a test has `{first}` or `{second}`"),
        Some((other, "and this")),
    );
}

/// What a test compares with; of several the last one.
fn compared(reader: &mut TomlReader, table: TomlTable<'_>) -> Option<(DetectionOperator, String)> {
    let mut compared: Option<(DetectionOperator, String, &str)> = None;
    let operators = DetectionOperator::ALL.into_iter();
    for (operator, word) in operators.zip(DetectionOperator::WORDS) {
        let Some(text) = reader.text(table, word) else {
            continue;
        };
        if let Some((_, _, first)) = compared {
            one_of_two(reader, table, first, word);
        }
        compared = Some((operator, text, word));
    }
    compared.map(|(operator, text, _)| (operator, text))
}

fn sequences(reader: &mut TomlReader, root: TomlTable<'_>, site: &mut Site) {
    for table in reader.list(root, "sequences").unwrap_or_default() {
        for key in ["id", "file"] {
            if reader.item(table, key).is_none() {
                reader.missing(table, key);
            }
        }
        site.sequences.push(SiteSequence {
            id: reader
                .formed(table, "id", PACKAGE_ID, package_id)
                .unwrap_or_default(),
            name: reader.text(table, "name"),
            also: also(reader, table),
            file: reader
                .formed(table, "file", "a path", filled)
                .unwrap_or_default(),
            span: Some(reader.place(table, "file")),
        });
    }
}

/// What entries say of each other: identifiers are there once, and what is depended on is there.
fn known(reader: &mut TomlReader, root: TomlTable<'_>, site: &Site) {
    let mut seen: BTreeMap<String, Span> = BTreeMap::new();
    for key in ["packages", "applications", "sequences"] {
        for table in silently(reader, root, key) {
            known_once(reader, table, &mut seen);
        }
    }
    for table in silently(reader, root, "applications") {
        for of in silently(reader, table, "deployment_types") {
            let names = reader
                .item(of, "depends_on")
                .and_then(|item| item.get_ref().as_array());
            for item in names.into_iter().flatten() {
                known_application(reader, item, site);
            }
        }
        for of in silently(reader, table, "supersedes") {
            if let Some(item) = reader.item(of, "application") {
                known_application(reader, item, site);
            }
        }
    }
}

fn known_once(reader: &mut TomlReader, table: TomlTable<'_>, seen: &mut BTreeMap<String, Span>) {
    let item = reader.item(table, "id");
    let Some(id) = item.and_then(|item| item.get_ref().as_str()) else {
        return;
    };
    let place = reader.place(table, "id");
    match seen.entry(id.to_ascii_lowercase()) {
        Entry::Occupied(first) => reader.conflict(
            place,
            format!("{id} stands there twice"),
            Some((*first.get(), "the first one")),
        ),
        Entry::Vacant(free) => {
            free.insert(place);
        }
    }
}

fn known_application(reader: &mut TomlReader, item: &TomlItem<'_>, site: &Site) {
    let Some(name) = item.get_ref().as_str() else {
        return;
    };
    if site.application(name, name).is_none() {
        let message = format!("no application of this file is called \"{name}\"");
        reader.conflict(reader.span(item.span()), message, None);
    }
}

/// Files that anybody on the way could change: taken all the same, or refused when they are wanted.
fn insecure(reader: &mut TomlReader, root: TomlTable<'_>, site: &Site) {
    if site.insecure {
        let place = reader.place(root, "insecure");
        let message = "files without a hash are taken over http://, where anybody on the way can \
                       change them";
        let finding = Finding::new(Code::InsecureContent, place, message)
            .help("give each file its `sha256`, or use https://, and take this line out");
        return reader.findings.push(finding);
    }
    let open_source = site.sources.iter().any(|source| is_unencrypted(source));
    let mut owners = silently(reader, root, "packages");
    for application in silently(reader, root, "applications") {
        owners.extend(silently(reader, application, "deployment_types"));
    }
    for owner in owners {
        let source = reader
            .item(owner, "source")
            .and_then(|item| item.get_ref().as_str());
        let open = match source {
            Some(own) if own.contains("://") => is_unencrypted(own),
            Some(own) if is_whole(own) => false,
            _ => open_source,
        };
        if open {
            hashless(reader, owner);
        }
    }
}

/// A finding at each file of some content that has no hash.
fn hashless(reader: &mut TomlReader, owner: TomlTable<'_>) {
    for file in silently(reader, owner, "files") {
        if reader.item(file, "sha256").is_some() {
            continue;
        }
        let place = reader.place(file, "path");
        let message = "a file without a hash is not taken over http://";
        let finding = Finding::new(Code::InsecureContent, place, message).help(
            "add its `sha256`, use https://, or write `insecure = true` at the top of the file",
        );
        reader.findings.push(finding);
    }
}

/// The tables of a list that was read before, without saying again what is wrong with them.
fn silently<'a>(
    reader: &mut TomlReader,
    table: TomlTable<'a>,
    key: &'static str,
) -> Vec<TomlTable<'a>> {
    let count = reader.findings.len();
    let list = reader.list(table, key).unwrap_or_default();
    reader.findings.truncate(count);
    list
}
