//! What is shipped with the program and was written by others: its licences are those that
//! `deny.toml` allows, it comes from where that file says, and `THIRD-PARTY-NOTICES.txt` has the
//! words that must go with it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use crate::cases::made_file;

const PLATFORMS: [&str; 2] = ["x86_64-unknown-linux-gnu", "x86_64-pc-windows-msvc"];

/// How files begin that hold a licence or a notice.
const TEXTS: [&str; 6] = [
    "COPYING",
    "COPYRIGHT",
    "LICENCE",
    "LICENSE",
    "NOTICE",
    "UNLICENSE",
];

struct Package {
    license: String,
    source: String,
    repository: String,
    folder: PathBuf,
}

fn metadata(platform: &str) -> Option<Value> {
    let done = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .args(["--filter-platform", platform])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo starts");
    if !done.status.success() {
        // The packages of the other system are fetched by this.
        println!("skipped: {}", String::from_utf8_lossy(&done.stderr));
        return None;
    }
    Some(serde_json::from_slice(&done.stdout).expect("JSON"))
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

fn is_macro(package: &Value) -> bool {
    let targets = package["targets"].as_array().into_iter().flatten();
    targets
        .flat_map(|target| target["kind"].as_array().into_iter().flatten())
        .any(|kind| kind == "proc-macro")
}

/// What is part of the program on a platform, by name and version: macros and build scripts work
/// at home.
fn shipped(metadata: &Value, into: &mut BTreeMap<(String, String), Package>) {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let by_id = |all: Vec<Value>| -> BTreeMap<String, Value> {
        all.into_iter()
            .map(|one| (text(&one, "id").to_owned(), one))
            .collect()
    };
    let packages = by_id(list(&metadata["packages"]));
    let nodes = by_id(list(&metadata["resolve"]["nodes"]));
    let root = text(&metadata["resolve"], "root").to_owned();
    let mut seen = BTreeSet::new();
    let mut pending = vec![root.clone()];
    while let Some(id) = pending.pop() {
        if !seen.insert(id.clone()) || is_macro(&packages[&id]) {
            continue;
        }
        let needed = list(&nodes[&id]["deps"]);
        let needed = needed.iter().filter(|one| {
            list(&one["dep_kinds"])
                .iter()
                .any(|kind| kind["kind"].is_null())
        });
        pending.extend(needed.map(|one| text(one, "pkg").to_owned()));
        if id == root {
            continue;
        }
        let package = &packages[&id];
        let manifest = Path::new(text(package, "manifest_path"));
        into.insert(
            (
                text(package, "name").to_owned(),
                text(package, "version").to_owned(),
            ),
            Package {
                license: text(package, "license").to_owned(),
                source: text(package, "source").to_owned(),
                repository: text(package, "repository").to_owned(),
                folder: manifest.parent().expect("a folder").to_owned(),
            },
        );
    }
}

fn all_shipped() -> Option<BTreeMap<(String, String), Package>> {
    let mut packages = BTreeMap::new();
    for platform in PLATFORMS {
        shipped(&metadata(platform)?, &mut packages);
    }
    Some(packages)
}

/// The licences and notices in a package, each with the ends of its lines as they are here.
fn texts(folder: &Path) -> BTreeSet<String> {
    let files = fs::read_dir(folder).expect("the package's folder");
    files
        .flatten()
        .filter(|file| {
            let name = file.file_name().to_string_lossy().to_uppercase();
            file.path().is_file() && TEXTS.iter().any(|begin| name.starts_with(begin))
        })
        .map(|file| {
            let text = fs::read(file.path()).expect("it is read");
            let text = String::from_utf8_lossy(&text).replace('\t', "    ");
            let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
            lines.join("\n").trim_matches('\n').to_owned()
        })
        .collect()
}

fn notices(packages: &BTreeMap<(String, String), Package>) -> String {
    let mut out = String::from(
        "tasq is made with the work of others. These packages are part of the program, on Windows\n\
         or Linux, under the licenses that stand beside them. The texts follow.\n\n",
    );
    let mut by_text: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut by_license: BTreeMap<&str, String> = BTreeMap::new();
    for ((name, version), package) in packages {
        let _ = writeln!(
            out,
            "{name} {version}: {}\n    {}",
            package.license, package.repository
        );
        for text in texts(&package.folder) {
            by_license
                .entry(&package.license)
                .or_insert_with(|| text.clone());
            by_text
                .entry(text)
                .or_default()
                .push(format!("{name} {version}"));
        }
    }
    for ((name, version), package) in packages {
        if texts(&package.folder).is_empty() {
            // A package without the text of its license: another one's under the same license.
            let text = by_license
                .get(package.license.as_str())
                .unwrap_or_else(|| panic!("{name} {version} has no text, nor has another one"));
            by_text
                .get_mut(text)
                .expect("it stands there")
                .push(format!("{name} {version}"));
        }
    }
    let mut entries: Vec<(Vec<String>, String)> = by_text
        .into_iter()
        .map(|(text, mut whose)| {
            whose.sort();
            (whose, text)
        })
        .collect();
    entries.sort();
    for (whose, text) in entries {
        let line = "-".repeat(80);
        let _ = write!(out, "\n{line}\n{}\n{line}\n\n{text}\n", whose.join("\n"));
    }
    out
}

#[test]
fn the_notices_are_those_of_the_packages() {
    let Some(packages) = all_shipped() else {
        return;
    };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("THIRD-PARTY-NOTICES.txt");
    made_file(&path, &notices(&packages));
}

/// Whether one choice of the alternatives of a license needs only what is allowed.
fn is_allowed(license: &str, allowed: &BTreeSet<&str>) -> bool {
    let license = license.replace('/', " OR ").replace(['(', ')'], "");
    license.split(" OR ").any(|choice| {
        choice
            .split(" AND ")
            .all(|one| allowed.contains(one.trim()))
    })
}

#[test]
fn licenses_and_sources_are_those_that_are_allowed() {
    let rules = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("deny.toml"))
        .expect("deny.toml");
    let rules: toml::Table = rules.parse().expect("deny.toml is TOML");
    let list = |section: &str, key: &str| -> Vec<String> {
        let list = rules[section][key].as_array().expect("a list");
        list.iter()
            .map(|one| one.as_str().expect("a text").to_owned())
            .collect()
    };
    let allowed = list("licenses", "allow");
    let allowed: BTreeSet<&str> = allowed.iter().map(String::as_str).collect();
    let registries = list("sources", "allow-registry");
    let Some(packages) = all_shipped() else {
        return;
    };
    assert!(packages.len() > 50, "{}", packages.len());
    let mut used = BTreeSet::new();
    for ((name, version), package) in &packages {
        let license = &package.license;
        assert!(is_allowed(license, &allowed), "{name} {version}: {license}");
        let known = registries
            .iter()
            .any(|registry| package.source == format!("registry+{registry}"));
        assert!(known, "{name} {version} is from {:?}", package.source);
        used.extend(
            allowed
                .iter()
                .filter(|one| license.contains(**one))
                .copied(),
        );
    }
    assert_eq!(used, allowed, "what nothing has is not allowed");
    assert!(!is_allowed("GPL-3.0-only", &allowed));
    assert!(!is_allowed("MIT AND GPL-3.0-only", &allowed));
}
