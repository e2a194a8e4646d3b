//! The examples: each compiles without findings, is formatted, and gives the XML of its snapshot,
//! which a genuine export could hold. Together they show every step type, every condition and every
//! operator.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use tasq::internals::{
    check::check,
    compile::Compiled,
    elaborate::ParameterValues,
    emit, format,
    source::{FileId, Files},
    vocabulary::{conditions, core_step_types},
    xml::XmlLayout,
};

use crate::{cases, xml_rules};

/// Fewer examples than this would mean that the folder was not found.
const LEAST: usize = 8;

/// Conditions that no example shows: no genuine export with one is known, so that its XML is not
/// certain to be right.
const NOT_SHOWN: &[&str] = &["gateway"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}

/// The files of the examples' folder.
struct Folder;

impl Files for Folder {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        fs::read(folder().join(path)).map_err(|error| error.to_string())
    }
}

/// An example: the name without extension, and the text.
struct Example {
    name: String,
    text: String,
}

impl Example {
    fn compile(&self) -> Compiled {
        let path = format!("{}.tasq", self.name);
        check(
            &path,
            &path,
            self.text.clone().into_bytes(),
            &Folder,
            &ParameterValues::default(),
        )
    }

    fn xml(&self, form: XmlLayout) -> String {
        emit::to_string(&self.compile().sequence, form)
    }
}

/// All examples, sorted by name.
fn examples() -> Vec<Example> {
    let entries = fs::read_dir(folder()).expect("the examples' folder can be listed");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry can be read").path())
        .collect();
    paths.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "tasq")
    });
    // Their tests are no examples of sequences.
    paths.retain(|path| !path.to_string_lossy().ends_with(".test.tasq"));
    paths.sort();
    assert!(
        paths.len() >= LEAST,
        "{} examples, at least {LEAST} were there",
        paths.len()
    );
    let read = |path: PathBuf| {
        let name = path
            .file_stem()
            .and_then(|stem| stem.to_str())
            .expect("a name is UTF-8")
            .to_owned();
        let text = fs::read_to_string(&path).expect("an example is UTF-8 text");
        Example { name, text }
    };
    paths.into_iter().map(read).collect()
}

#[test]
fn examples_have_no_findings() {
    for example in examples() {
        let compiled = example.compile();
        let findings: Vec<String> = compiled
            .findings
            .iter()
            .map(|finding| {
                format!(
                    "{} {} at `{}`",
                    finding.code.id(),
                    finding.message,
                    compiled.sources.text(finding.span())
                )
            })
            .collect();
        assert!(
            findings.is_empty(),
            "{}:\n{}",
            example.name,
            findings.join("\n")
        );
    }
}

#[test]
fn examples_are_formatted() {
    for example in examples() {
        let formatted =
            format::format(&example.text, FileId::default()).expect("an example can be formatted");
        assert_eq!(formatted, example.text, "{} is not formatted", example.name);
    }
}

#[test]
fn examples_give_the_xml_of_their_snapshots() {
    for example in examples() {
        insta::assert_snapshot!(example.name.as_str(), example.xml(XmlLayout::Pretty));
    }
    let names = examples().into_iter().map(|example| example.name);
    cases::snapshots_are("tests/it/snapshots", "it__examples__", names);
}

#[test]
fn examples_give_xml_as_in_genuine_exports() {
    for example in examples() {
        let violations = xml_rules::violations(&example.xml(XmlLayout::OneLine));
        assert!(
            violations.is_empty(),
            "{}:\n{}",
            example.name,
            violations.join("\n")
        );
    }
}

#[test]
fn examples_show_every_step_type_condition_and_operator() {
    let xml: String = examples()
        .iter()
        .map(|example| example.xml(XmlLayout::OneLine))
        .collect();
    let steps =
        core_step_types().map(|step| (step.keyword.as_str(), format!("type=\"{}\"", step.class)));
    let kinds = conditions().condition.iter().map(|condition| {
        let shown = match condition.keyword.word() {
            // No class of their own in the XML.
            "os" => "<osConditionGroup ".to_owned(),
            "os_language" => "SELECT OsLanguage FROM".to_owned(),
            _ => format!("type=\"{}\"", condition.class),
        };
        (condition.keyword.word(), shown)
    });
    let operators = conditions()
        .operator
        .iter()
        .map(|operator| (operator.written.as_str(), format!(">{}<", operator.xml)));
    let groups = ["and", "or", "not"].map(|kind| (kind, format!("<operator type=\"{kind}\">")));
    let absent: Vec<&str> = steps
        .chain(kinds)
        .chain(operators)
        .chain(groups)
        .filter(|(_, shown)| !xml.contains(shown.as_str()))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(core_step_types().count(), 12);
    assert_eq!(absent, NOT_SHOWN);
}

#[test]
fn the_readme_has_a_line_for_each_example() {
    let readme =
        fs::read_to_string(folder().join("README.md")).expect("the examples have a README");
    let links: BTreeSet<&str> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("| [")?.split_once(".tasq]("))
        .map(|(name, _)| name)
        .collect();
    let examples = examples();
    let names: BTreeSet<&str> = examples
        .iter()
        .map(|example| example.name.as_str())
        .collect();
    assert_eq!(links, names);
}
