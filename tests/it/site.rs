//! Site files: what is wrong with them (`tests/site/refused.txt`), the published schema, the
//! example, how references are found.

use std::{collections::BTreeSet, fs, path::Path};

use tasq::internals::{
    compile::compile,
    diagnostic::Code,
    site::{ParsedSite, Site, keys, parse, unknown_references},
    source::{FileId, NoFiles},
};

use crate::{
    cases::{self, Case},
    marked,
};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn refused() -> Vec<Case> {
    cases::all("site")
}

/// The text of a case without its marks.
fn plain(case: &Case) -> String {
    let lines = case.source().iter().map(|line| {
        line.split_once("#!")
            .map_or(line.as_str(), |(text, _)| text)
            .trim_end()
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn faults_are_as_marked() {
    let findings = |text: &str| parse(FileId(0), text).findings;
    marked::faults_are_as_marked(refused(), plain, findings);
}

fn schema() -> serde_json::Value {
    let text = fs::read_to_string(root().join("docs/schemas/site.json")).expect("the schema");
    serde_json::from_str(&text).expect("the schema is JSON")
}

fn document(text: &str) -> Option<serde_json::Value> {
    let table: toml::Table = toml::from_str(text).ok()?;
    serde_json::to_value(table).ok()
}

fn example() -> String {
    fs::read_to_string(root().join("examples/site/site.toml")).expect("the example")
}

#[test]
fn the_example_is_good_and_fits_the_schema() {
    let ParsedSite { findings, site } = parse(FileId(0), &example());
    assert!(findings.is_empty(), "{findings:#?}");
    assert!(
        !site.packages.is_empty() && !site.applications.is_empty() && !site.sequences.is_empty()
    );
    let validator = jsonschema::validator_for(&schema()).expect("the schema is a schema");
    let document = document(&example()).expect("TOML");
    let errors: Vec<String> = validator
        .iter_errors(&document)
        .map(|error| error.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn the_schema_has_the_keys_of_the_parser() {
    let schema = schema();
    for (section, wanted) in keys::SECTIONS {
        let place = match *section {
            "" => &schema["properties"],
            section => &schema["$defs"][section]["properties"],
        };
        let own: BTreeSet<&str> = place
            .as_object()
            .into_iter()
            .flatten()
            .map(|(key, _)| key.as_str())
            .collect();
        assert_eq!(
            own,
            wanted.iter().copied().collect(),
            "the keys of `{section}`"
        );
    }
}

#[test]
fn the_schema_refuses_what_the_parser_refuses() {
    let validator = jsonschema::validator_for(&schema()).expect("the schema is a schema");
    let taken =
        |case: &Case| document(&plain(case)).is_some_and(|document| validator.is_valid(&document));
    // A schema sees one value at a time, and no names.
    let seen =
        |case: &Case| !case.name.contains("contradict") && !case.name.contains("parser alone");
    let open: Vec<String> = refused()
        .into_iter()
        .filter(|case| seen(case) && taken(case))
        .map(|case| case.name)
        .collect();
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn every_code_has_a_case() {
    let marks: BTreeSet<String> = refused()
        .iter()
        .flat_map(|case| case.source().to_vec())
        .filter_map(|line| Some(line.split_once("#!")?.1.to_owned()))
        .flat_map(|mark| {
            mark.split_whitespace()
                .map(|one| one[..6].to_owned())
                .collect::<Vec<_>>()
        })
        .collect();
    let codes: BTreeSet<String> = Code::ALL
        .iter()
        .map(|code| code.id().to_owned())
        .filter(|id| id.starts_with("TQ10") && *id != Code::NotInSite.id())
        .collect();
    assert_eq!(marks, codes);
}

fn site(text: &str) -> Site {
    let ParsedSite { site, findings } = parse(FileId(0), text);
    assert!(findings.is_empty(), "{findings:#?}");
    site
}

#[test]
fn references_are_found_by_identifier_by_another_sites_and_by_name() {
    let site = site("[[packages]]\nid = \"PS100123\"\nname = \"Drivers\"\nalso = \"LAB00001\"\n");
    for (id, name) in [
        ("PS100123", ""),
        ("ps100123", ""),
        ("LAB00001", ""),
        ("XXX00001", "drivers"),
    ] {
        assert!(site.package(id, name).is_some(), "{id} {name}");
    }
    for (id, name) in [("XXX00001", ""), ("XXX00001", "driver"), ("", "")] {
        assert!(site.package(id, name).is_none(), "{id} {name}");
    }
}

#[test]
fn references_that_are_not_there_are_findings_but_in_disabled_steps() {
    let site = site("[[packages]]\nid = \"PS100123\"\n");
    let source = "step \"Good\" run_command_line < \"x\", package: \"PS100123\" >\n\
        step \"Bad\" run_command_line < \"x\", package: \"PS100124\" >\n\
        group \"Off\" {\n  step \"Off\" run_command_line < \"x\", package: \"PS100125\", disabled: true >\n}\n\
        step \"Child\" run_task_sequence < task_sequence: \"PS100126\" >\n";
    let compiled = compile(
        "lab.tasq",
        "lab.tasq",
        source.as_bytes().to_vec(),
        &NoFiles,
        &Default::default(),
    );
    assert!(compiled.is_good(), "{:#?}", compiled.findings);
    let findings = unknown_references(&compiled.sequence, &site, &|_| false);
    let said: Vec<&str> = findings
        .iter()
        .map(|finding| finding.message.as_str())
        .collect();
    assert_eq!(
        said,
        [
            "the site file has no package PS100124",
            "the site file has no task sequence PS100126"
        ]
    );
}
