//! Rules of the house that a machine can see: `docs/architecture.md` names them.

use std::{
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All files below a folder with one of these endings.
fn files(folder: &str, endings: &[&str]) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut pending = vec![root().join(folder)];
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(&folder).expect("a folder can be listed") {
            let path = entry.expect("an entry can be read").path();
            if path.is_dir() {
                pending.push(path);
            } else if path
                .extension()
                .is_some_and(|ending| endings.iter().any(|wanted| ending == *wanted))
            {
                let name = path
                    .strip_prefix(root())
                    .unwrap_or(Path::new(""))
                    .to_string_lossy()
                    .replace('\\', "/");
                out.push((
                    name,
                    fs::read_to_string(&path).expect("a file is UTF-8 text"),
                ));
            }
        }
    }
    out.sort();
    out
}

#[test]
fn only_one_module_names_pest() {
    for (name, text) in files("src", &["rs"]) {
        let names = text
            .lines()
            .any(|line| line.contains("pest::") || line.contains("Rule::"));
        assert_eq!(names, name == "src/syntax/grammar.rs", "{name}");
    }
}

#[test]
fn the_core_does_no_input_or_output() {
    for (name, text) in files("src", &["rs"]) {
        let edges = [
            "src/cli",
            "src/main.rs",
            "src/host/linux",
            "src/host/windows",
            "src/host/local",
            "src/host/capture.rs",
            "src/run",
        ];
        if edges.iter().any(|edge| name.starts_with(edge)) {
            continue;
        }
        for word in [
            "std::fs",
            "std::env::var",
            "std::process",
            "std::net",
            "io::stdin",
            "io::stdout",
            "println!",
        ] {
            assert!(!text.contains(word), "{name} holds {word}");
        }
    }
}

#[test]
fn layers_depend_downwards_only() {
    let below: &[(&str, &[&str])] = &[
        ("source", &[]),
        ("diagnostic", &["source"]),
        ("syntax", &["source", "diagnostic"]),
        ("vocabulary", &[]),
        ("xml", &[]),
        ("model", &["source", "vocabulary"]),
        ("emit", &["model", "vocabulary", "xml"]),
        ("format", &["source", "diagnostic", "syntax"]),
        (
            "read",
            &[
                "source",
                "diagnostic",
                "model",
                "vocabulary",
                "xml",
                "emit",
                "write",
            ],
        ),
        ("write", &["source", "model", "vocabulary", "syntax"]),
        ("wql", &["diagnostic"]),
        ("fact", &[]),
        ("deed", &[]),
        ("computer", &["deed", "fact", "model", "site", "wql"]),
        (
            "action",
            &["computer", "deed", "fact", "machine", "model", "site"],
        ),
        (
            "machine",
            &["source", "diagnostic", "fact", "syntax", "wql"],
        ),
        (
            "host",
            &[
                "action",
                "computer",
                "deed",
                "fact",
                "model",
                "vocabulary",
                "wql",
                "machine",
                "site",
            ],
        ),
        (
            "site",
            &[
                "source",
                "diagnostic",
                "syntax",
                "machine",
                "model",
                "vocabulary",
            ],
        ),
        ("run", &["action", "engine", "host", "model", "emit", "xml"]),
        (
            "engine",
            &[
                "action",
                "computer",
                "deed",
                "fact",
                "model",
                "vocabulary",
                "emit",
                "lint",
                "wql",
                "xml",
            ],
        ),
        ("report", &["deed", "engine"]),
        (
            "ide",
            &[
                "source",
                "diagnostic",
                "syntax",
                "vocabulary",
                "compile",
                "elaborate",
                "emit",
                "lint",
                "site",
                "xml",
                "wql",
            ],
        ),
        ("simulate", &["engine", "host", "machine", "report"]),
        (
            "test_runner",
            &[
                "compile",
                "source",
                "diagnostic",
                "elaborate",
                "engine",
                "host",
                "lint",
                "load",
                "machine",
                "model",
                "read",
                "report",
                "vocabulary",
            ],
        ),
        (
            "lint",
            &[
                "source",
                "diagnostic",
                "model",
                "vocabulary",
                "emit",
                "xml",
                "wql",
            ],
        ),
        (
            "repl",
            &[
                "source",
                "diagnostic",
                "syntax",
                "vocabulary",
                "xml",
                "model",
                "emit",
                "format",
                "read",
                "write",
                "wql",
                "machine",
                "computer",
                "fact",
                "host",
                "engine",
                "report",
                "lint",
                "elaborate",
                "ide",
                "compile",
                "decompile",
                "load",
            ],
        ),
        (
            "elaborate",
            &[
                "source",
                "diagnostic",
                "syntax",
                "model",
                "vocabulary",
                "xml",
            ],
        ),
    ];
    let modules: Vec<&str> = below
        .iter()
        .map(|(module, _)| *module)
        .chain(["cli", "compile", "decompile", "load", "lsp"])
        .collect();
    for (module, allowed) in below {
        let own = |name: &str| {
            name == format!("src/{module}.rs") || name.starts_with(&format!("src/{module}/"))
        };
        for (name, text) in files("src", &["rs"]).iter().filter(|(name, _)| own(name)) {
            for other in modules
                .iter()
                .filter(|other| **other != *module && !allowed.contains(*other))
            {
                // A line of a `use` list may also name a module's own part, such as `engine::run`.
                let own_part = root().join(format!("src/{module}/{other}.rs")).exists();
                let used = text.contains(&format!("crate::{other}::"))
                    || (!own_part && text.contains(&format!("\n    {other}::")));
                assert!(!used, "{name} uses {other}");
            }
        }
    }
}

#[test]
fn files_are_small_and_say_what_they_are() {
    for (name, text) in files("src", &["rs"])
        .into_iter()
        .chain(files("tests", &["rs"]))
    {
        assert!(
            text.lines().count() <= 800,
            "{name} has more than 800 lines"
        );
        assert!(text.starts_with("//!"), "{name} begins with what it is for");
    }
    for (name, text) in files("grammar", &["pest"]) {
        assert!(
            text.lines().count() <= 800,
            "{name} has more than 800 lines"
        );
    }
}

#[test]
fn no_step_type_is_named_outside_of_the_tables() {
    let keywords: Vec<&str> = tasq::vocabulary::step_keywords().collect();
    for (name, text) in files("src", &["rs"]) {
        for line in text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
        {
            let compared = line.contains("==") || line.contains("matches!") || line.contains("=>");
            let named = keywords
                .iter()
                .any(|keyword| line.contains(&format!("\"{keyword}\"")));
            assert!(!(compared && named), "{name}: {line}");
        }
    }
}
