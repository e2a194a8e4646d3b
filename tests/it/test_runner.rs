//! `tasq test`: what it prints for the cases of `tests/test_runner`, its other forms, coverage,
//! exports, secrets, and the examples' own tests.

mod edges;

use std::{collections::BTreeMap, fs, path::Path};

use roxmltree::Document;
use serde_json::Value;
use tasq::internals::{
    check::check,
    compile::compile,
    diagnostic::{
        self, Code, Finding,
        render::{Format, Look, render},
    },
    elaborate::ParameterValues,
    source::Files,
    test_runner::{self, Coverage, FileReport, ResultStyle, TestResults, TestVerdict},
};

use crate::{
    cases::{self, Case},
    cli::Scratch,
};

/// Files by their paths.
#[derive(Default)]
struct Shelf(BTreeMap<String, Vec<u8>>);

impl Files for Shelf {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        self.0
            .get(path)
            .cloned()
            .ok_or_else(|| "there is no such file".to_owned())
    }

    fn sources(&self) -> Vec<String> {
        let names = self.0.keys().filter(|name| name.ends_with(".tasq"));
        names.cloned().collect()
    }
}

impl Shelf {
    fn of(files: &[(&str, &str)]) -> Shelf {
        Shelf(
            files
                .iter()
                .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()))
                .collect(),
        )
    }
}

/// Runs the tests of a file as the program does.
fn tested(name: &str, shelf: &Shelf) -> TestResults {
    let bytes = shelf.0.get(name).expect("the file is on the shelf").clone();
    let mut compiled = compile(name, name, bytes, shelf, &ParameterValues::default());
    let mut coverage = Coverage::default();
    let mut file = FileReport {
        name: name.to_owned(),
        ..FileReport::default()
    };
    if compiled.is_good() {
        let plan = test_runner::plan(&mut compiled, name, shelf, &ParameterValues::default());
        file.tests = test_runner::run(&plan, &|_, _| true, &mut coverage);
        file.findings = plan.findings;
    }
    file.findings.extend(compiled.findings);
    diagnostic::sort(&mut file.findings);
    file.sources = compiled.sources;
    TestResults {
        files: vec![file],
        coverage: Some(coverage),
    }
}

const STYLE: ResultStyle = ResultStyle {
    look: Look::PLAIN,
    verbose: false,
};

fn without_coverage(report: &TestResults) -> String {
    test_runner::text(
        &TestResults {
            coverage: None,
            ..report.clone()
        },
        STYLE,
    )
}

fn shelf(case: &Case) -> Shelf {
    let mut shelf = Shelf::default();
    shelf
        .0
        .insert("lab.tasq".to_owned(), case.source().join("\n").into_bytes());
    for section in &case.sections {
        if let Some(name) = section.head.strip_prefix("file ") {
            shelf
                .0
                .insert(name.to_owned(), section.lines.join("\n").into_bytes());
        }
    }
    shelf
}

#[test]
fn results_look_as_before() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots/test_runner");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let name_of = |case: &Case| case.name.replace([' ', ','], "-");
    let all = cases::all("test_runner");
    settings.bind(|| {
        for case in &all {
            let report = tested("lab.tasq", &shelf(case));
            let file = &report.files[0];
            let findings = render(Format::Short, &file.findings, &file.sources, Look::PLAIN);
            let text = without_coverage(&report);
            insta::assert_snapshot!(name_of(case), format!("{findings}{text}"));
        }
    });
    let names = all.iter().map(name_of);
    cases::snapshots_are("tests/it/snapshots/test_runner", "", names);
}

#[test]
fn findings_of_tests_are_those_of_check() {
    for case in cases::all("test_runner") {
        let shelf = shelf(&case);
        let report = tested("lab.tasq", &shelf);
        let bytes = shelf.0["lab.tasq"].clone();
        let compiled = check(
            "lab.tasq",
            "lab.tasq",
            bytes,
            &shelf,
            &ParameterValues::default(),
        );
        assert_eq!(
            compiled.findings,
            report.files[0].findings,
            "{}",
            case.title()
        );
    }
}

/// A sequence with two steps, and a test of each end: one passes, one fails.
const SMALL: &str = r#"sequence "Small" < external_variables: [Ring] >
step "One" run_command_line < "a.exe" >
step "Two" run_command_line < "b.exe" > when Ring == "pilot"

test "passes & <is> \"fine\"" < Ring = "pilot" > {
    expect step "Two" ran
}

test "fails" < machines: ["a.toml", "b.toml"], Ring = "x" > {
    expect step "Two" ran
    expect success
}
"#;

fn small() -> Shelf {
    Shelf::of(&[
        ("lab.tasq", &SMALL.replace("\\\"", "\"\"")),
        ("a.toml", "kind = \"laptop\"\n"),
        ("b.toml", "kind = \"desktop\"\n"),
    ])
}

/// An element `testcase`, with a failure where its name says so.
fn is_a_case_of_junit(case: roxmltree::Node<'_, '_>) {
    assert_eq!(case.tag_name().name(), "testcase");
    assert!(
        case.attribute("time")
            .is_some_and(|time| time.parse::<f64>().is_ok())
    );
    assert_eq!(case.attribute("classname"), Some("lab.tasq"));
    let failures: Vec<_> = case
        .children()
        .filter(|child| child.has_tag_name("failure"))
        .collect();
    assert_eq!(
        failures.len(),
        usize::from(
            case.attribute("name")
                .is_some_and(|name| name.starts_with("fails"))
        )
    );
    for failure in failures {
        assert!(
            failure
                .attribute("message")
                .is_some_and(|text| text.contains("expected step \"Two\" ran"))
        );
        assert_eq!(failure.attribute("type"), Some("expectation"));
        assert!(
            failure
                .text()
                .is_some_and(|text| text.contains("lab.tasq:10: "))
        );
    }
}

#[test]
fn junit_is_well_formed_and_has_the_right_counts() {
    let report = tested("lab.tasq", &small());
    let xml = test_runner::junit(&report);
    let document = Document::parse(&xml).expect("the file is XML");
    let root = document.root_element();
    assert_eq!(root.tag_name().name(), "testsuites");
    let attribute =
        |node: roxmltree::Node<'_, '_>, name: &str| node.attribute(name).map(str::to_owned);
    assert_eq!(attribute(root, "tests").as_deref(), Some("3"));
    assert_eq!(attribute(root, "failures").as_deref(), Some("2"));
    assert_eq!(attribute(root, "errors").as_deref(), Some("0"));
    let suites: Vec<_> = root
        .children()
        .filter(roxmltree::Node::is_element)
        .collect();
    assert_eq!(suites.len(), 1);
    let suite = suites[0];
    assert_eq!(
        (suite.tag_name().name(), attribute(suite, "name").as_deref()),
        ("testsuite", Some("lab.tasq"))
    );
    assert_eq!(attribute(suite, "skipped").as_deref(), Some("0"));
    let cases: Vec<_> = suite
        .children()
        .filter(roxmltree::Node::is_element)
        .collect();
    let names: Vec<_> = cases
        .iter()
        .filter_map(|case| case.attribute("name"))
        .collect();
    assert_eq!(
        names,
        ["passes & <is> \"fine\"", "fails [a.toml]", "fails [b.toml]"]
    );
    for case in cases {
        is_a_case_of_junit(case);
    }
}

#[test]
fn junit_says_which_file_could_not_be_tested() {
    let shelf = Shelf::of(&[(
        "lab.tasq",
        "step \"A\" restart_computer\ntest \"t\" {\n    expect step \"B\u{1}\" ran\n}\n",
    )]);
    let mut report = tested("lab.tasq", &shelf);
    assert!(report.files[0].is_broken());
    // A character that no XML can hold reaches no XML.
    report.files[0].findings[0].message.push('\u{1}');
    let xml = test_runner::junit(&report);
    let document = Document::parse(&xml).expect("the file is XML");
    let root = document.root_element();
    assert_eq!(
        (root.attribute("tests"), root.attribute("errors")),
        (Some("1"), Some("1"))
    );
    assert_eq!(
        document
            .descendants()
            .filter(|node| node.has_tag_name("error"))
            .count(),
        1
    );
}

#[test]
fn json_has_tests_failures_and_coverage() {
    let report = tested("lab.tasq", &small());
    let value: Value =
        serde_json::from_str(&test_runner::json(&report)).expect("the output is JSON");
    assert_eq!(value["format_version"], test_runner::FORMAT_VERSION);
    assert_eq!(
        value["summary"],
        serde_json::json!({ "tests": 3, "passed": 1, "assumed": 1, "failed": 2, "broken_files": 0 })
    );
    let failed = &value["files"][0]["tests"][1];
    assert_eq!(
        (&failed["name"], &failed["machine"], &failed["line"]),
        (&"fails".into(), &"a.toml".into(), &9.into())
    );
    let failure = &failed["failures"][0];
    assert_eq!(failure["expected"], "step \"Two\" ran");
    assert_eq!(failure["actual"], "it was skipped");
    assert_eq!(failure["line"], 10);
    assert!(
        failure["because"][0]
            .as_str()
            .is_some_and(|text| text.contains("Ring is \"x\"")),
        "{failure}"
    );
    assert!(
        failed["trace"]
            .as_array()
            .is_some_and(|lines| !lines.is_empty())
    );
    let covered = &value["coverage"]["files"][0];
    assert_eq!(
        covered["steps"],
        serde_json::json!({ "covered": 2, "total": 2, "percent": 100.0 })
    );
    assert_eq!(covered["condition_sides"]["covered"], 2);
}

const COVERED: &str = r#"sequence "Covered" < external_variables: [Ring] >

group "Pilot" when Ring == "pilot" {
    step "One" run_command_line < "a.exe" > when Ring == "pilot"
}

step "Never" run_command_line < "b.exe" > when Ring == "none"
step "Off" run_command_line < "c.exe", disabled: true > when Ring == "none"

group "Disabled" < disabled: true > {
    step "Inside" run_command_line < "d.exe" >
}

step "Choose" set_dynamic_variables <
    Set = "a"
    rule when Ring == "pilot" { Set = "b" }
    rule when Ring == "x" { Set = "c" }
>

step "Unknown" run_command_line < "e.exe" > when file "C:\a.txt"

test "pilot" < Ring = "pilot", undecided: allow > {
    expect step "One" ran
}

test "broad" < Ring = "broad", undecided: allow > {
    expect step "One" skipped
}
"#;

#[test]
fn coverage_counts_steps_and_both_sides_of_conditions() {
    let report = tested("lab.tasq", &Shelf::of(&[("lab.tasq", COVERED)]));
    assert_eq!(report.failed(), 0, "{}", without_coverage(&report));
    let coverage = report.coverage.as_ref().expect("it was asked for");
    let file = &coverage.files()[0];
    // One and Choose ran, Never and Unknown did not; what is disabled does not count.
    assert_eq!((file.steps().covered, file.steps().total), (2, 4));
    // Pilot both, One held, Never did not, the rules 2 and 1, nobody knows of Unknown.
    assert_eq!((file.sides().covered, file.sides().total), (7, 12));
    insta::assert_snapshot!(
        "coverage",
        test_runner::text(
            &report,
            ResultStyle {
                verbose: true,
                ..STYLE
            }
        )
    );
    insta::assert_snapshot!("marked", test_runner::marked(file));
}

/// The texts of the exports that the project has.
fn export(name: &str) -> Vec<u8> {
    fs::read(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/exports")
            .join(name),
    )
    .expect("an export of the project")
}

/// A zip with one member, stored.
fn zipped(member: &str, bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    writer
        .start_file(member, options)
        .expect("a member can be begun");
    writer.write_all(bytes).expect("a member can be written");
    writer
        .finish()
        .expect("the archive can be closed")
        .into_inner()
}

#[test]
fn exports_are_tested_without_converting_them() {
    let mut names: Vec<String> = Vec::new();
    for (file, bytes) in [
        ("lab.xml", export("classic.xml")),
        (
            "lab.zip",
            zipped(
                "SMS_TaskSequencePackage/PS100001/object.xml",
                &export("classic.xml"),
            ),
        ),
    ] {
        let mut shelf = Shelf::default();
        shelf.0.insert(file.to_owned(), bytes);
        let blank = "test \"all\" < undecided: allow > {\n    expect step \"*\" reached\n}\n";
        shelf
            .0
            .insert("lab.test.tasq".to_owned(), blank.as_bytes().to_vec());
        let report = tested("lab.test.tasq", &shelf);
        let found = &report.files[0];
        assert!(
            !found.is_broken(),
            "{file}: {}",
            render(Format::Short, &found.findings, &found.sources, Look::PLAIN)
        );
        let coverage = report.coverage.as_ref().expect("it was asked for");
        let covered = &coverage.files()[0];
        assert_eq!((covered.name.as_str(), covered.exported), (file, true));
        assert!(covered.steps().total > 1, "{file} has steps");
        names.extend(covered.points.iter().map(|point| point.path.clone()));
        assert!(
            test_runner::marked(covered).contains("step \""),
            "the marked source is the decompiled one"
        );
    }
    let half = names.len() / 2;
    assert_eq!(
        names[..half],
        names[half..],
        "the zip holds what the XML holds"
    );
}

#[test]
fn every_genuine_export_can_be_tested() {
    let Some(folder) = crate::corpus::folder() else {
        return println!("there is no corpus");
    };
    let mut count = 0;
    for kind in ["configmgr-zip", "configmgr"] {
        let mut paths: Vec<_> = fs::read_dir(folder.join(kind))
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path())
            .collect();
        paths.sort();
        for path in paths.iter().take(5) {
            let mut shelf = Shelf::default();
            let name = path
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            shelf
                .0
                .insert(name.clone(), fs::read(path).expect("an export can be read"));
            let text = format!(
                "test \"all\" < of: \"{name}\", undecided: allow > {{\n    expect not undecided 100000\n}}\n"
            );
            shelf.0.insert("all.tasq".to_owned(), text.into_bytes());
            let report = tested("all.tasq", &shelf);
            let file = &report.files[0];
            let several = file
                .findings
                .iter()
                .any(|finding| finding.message.contains(" sequences"));
            let findings = render(Format::Short, &file.findings, &file.sources, Look::PLAIN);
            assert!(
                several || (!file.is_broken() && report.failed() == 0),
                "{name}\n{findings}{}",
                without_coverage(&report)
            );
            count += 1;
        }
    }
    println!("{count} genuine exports were tested");
}
