//! Exports written for these tests: the source each gives, its account, and what `check` says at
//! the places of the XML.

use std::{
    fs,
    path::{Path, PathBuf},
};

use tasq::internals::{
    compile::compile,
    decompile::{DecompileOptions, decompile, findings_of_export},
    diagnostic::render::{Format, Look, render},
    elaborate::ParameterValues,
    model::line_ends,
    read,
    source::NoFiles,
};

use crate::cases;

const PLAIN: Look = Look {
    color: false,
    unicode: true,
    width: 120,
};

/// Everything that is printed for an export.
fn printed(name: &str, bytes: Vec<u8>) -> String {
    let input = read::open(name, bytes);
    assert!(input.findings.is_empty(), "{name}: {:?}", input.findings);
    let export = input.exports.first().expect("a sequence");
    let done = decompile(export, DecompileOptions::default());
    let ledger = &done.ledger;
    let mut out = format!("{}\n---- account\n{}", done.text, ledger.verdict.name());
    out.push_str(&format!(
        "{}: {} exact, {} normalised, {} kept, {} lost\n",
        if ledger.same_bytes {
            ", the same bytes"
        } else {
            ""
        },
        ledger.exact,
        ledger.normalised,
        ledger.kept,
        ledger.lost
    ));
    for (rule, (count, _)) in &ledger.rules {
        out.push_str(&format!("{}: {count}\n", rule.title()));
    }
    for one in &ledger.to_enter {
        out.push_str(&format!("enter {} of {:?}\n", one.what, one.step));
    }
    out.push_str("---- check\n");
    out.push_str(&render(
        Format::Short,
        &findings_of_export(export),
        &input.sources,
        PLAIN,
    ));
    out
}

/// The exports of the tests.
fn exports() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exports");
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("the exports")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.sort();
    assert!(files.len() >= 7);
    files
}

#[test]
fn an_export_hands_over_the_sequence_of_its_text() {
    for path in exports() {
        let name = path.to_string_lossy().into_owned();
        let input = read::open(&name, fs::read(&path).expect("an export"));
        for export in &input.exports {
            let done = decompile(export, DecompileOptions::default());
            let compiled = compile(
                "decompiled.tasq",
                "decompiled.tasq",
                done.text.into_bytes(),
                &NoFiles,
                &ParameterValues::default(),
            );
            let of_text = compiled.is_good().then_some(compiled.sequence);
            assert!(of_text.is_some(), "{name} is refused");
            let same = format!("{:?}", done.sequence) == format!("{of_text:?}");
            assert!(same, "{name}: another sequence than that of the text");
        }
    }
}

#[test]
fn exports_give_what_their_snapshots_show() {
    let mut shown = Vec::new();
    for path in exports() {
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let text = printed(&format!("{name}.xml"), fs::read(&path).expect("an export"));
        assert!(!text.contains("S3cret"), "{name}: a secret is shown");
        insta::assert_snapshot!(format!("export_{name}"), text);
        shown.push(name);
    }
    cases::snapshots_are("tests/it/snapshots", "it__exports__export_", shown);
}

#[test]
fn no_form_of_a_finding_shows_the_password_of_an_export() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exports/secrets.xml");
    let input = read::open("secrets.xml", fs::read(path).expect("the export"));
    let export = input.exports.first().expect("a sequence");
    let findings = findings_of_export(export);
    assert!(findings.iter().any(|finding| finding.code.id() == "TQ0706"));
    for format in [
        Format::Text,
        Format::Plain,
        Format::Short,
        Format::Json,
        Format::Sarif,
    ] {
        let shown = render(format, &findings, &input.sources, PLAIN);
        assert!(!shown.contains("S3cret"), "{format:?}:\n{shown}");
    }
}

proptest::proptest! {
    /// A script keeps every line end, whatever mix of them it has.
    #[test]
    fn mixed_line_ends_are_said_and_come_back(text in "([ab]{0,2}(\r\n|\n)){0,12}[ab]{0,2}") {
        if let Some((even, numbers)) = line_ends::split(&text) {
            let feeds = even.matches('\n').count();
            proptest::prop_assert!(even.matches("\r\n").count() == feeds || !even.contains('\r'));
            proptest::prop_assert_eq!(line_ends::apply(&even, &numbers), text);
        }
    }
}
