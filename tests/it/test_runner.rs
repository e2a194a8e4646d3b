//! `tasq test`: what it prints for the cases of `tests/test_runner`, its other forms, coverage, exports, secrets, and the
//! examples' own tests.

use std::{collections::BTreeMap, fs, path::Path};

use roxmltree::Document;
use serde_json::Value;
use tasq::{
    compile::{compile, compile_sequence},
    diagnostic::{
        self, Code, Finding,
        render::{Format, Look, render},
    },
    elaborate::Given,
    source::Files,
    test_runner::{self, Coverage, FileReport, Report, Style, Verdict},
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
        self.0.get(path).cloned().ok_or_else(|| "there is no such file".to_owned())
    }
}

impl Shelf {
    fn of(files: &[(&str, &str)]) -> Shelf {
        Shelf(files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect())
    }
}

/// Runs the tests of a file as the program does.
fn tested(name: &str, shelf: &Shelf) -> Report {
    let bytes = shelf.0.get(name).expect("the file is on the shelf").clone();
    let mut compiled = compile_sequence(name, name, bytes, shelf, &Given::default());
    let mut coverage = Coverage::default();
    let mut file = FileReport { name: name.to_owned(), ..FileReport::default() };
    if compiled.is_good() {
        let plan = test_runner::plan(&mut compiled, name, shelf, &Given::default());
        file.tests = test_runner::run(&plan, &|_, _| true, &mut coverage);
        file.findings = plan.findings;
    }
    file.findings.extend(compiled.findings);
    diagnostic::sort(&mut file.findings);
    file.sources = compiled.sources;
    Report { files: vec![file], coverage: Some(coverage) }
}

const STYLE: Style = Style { look: Look::PLAIN, verbose: false };

fn without_coverage(report: &Report) -> String {
    test_runner::text(&Report { coverage: None, ..report.clone() }, STYLE)
}

fn shelf(case: &Case) -> Shelf {
    let mut shelf = Shelf::default();
    shelf.0.insert("lab.tasq".to_owned(), case.source().join("\n").into_bytes());
    for section in &case.sections {
        if let Some(name) = section.head.strip_prefix("file ") {
            shelf.0.insert(name.to_owned(), section.lines.join("\n").into_bytes());
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
    settings.bind(|| {
        for case in cases::all("test_runner") {
            let report = tested("lab.tasq", &shelf(&case));
            let file = &report.files[0];
            let findings = render(Format::Short, &file.findings, &file.sources, Look::PLAIN);
            let text = without_coverage(&report);
            insta::assert_snapshot!(case.name.replace([' ', ','], "-"), format!("{findings}{text}"));
        }
    });
}

#[test]
fn findings_of_tests_are_those_of_check() {
    for case in cases::all("test_runner") {
        let shelf = shelf(&case);
        let report = tested("lab.tasq", &shelf);
        let bytes = shelf.0["lab.tasq"].clone();
        let compiled = compile("lab.tasq", "lab.tasq", bytes, &shelf, &Given::default());
        assert_eq!(compiled.findings, report.files[0].findings, "{}", case.title());
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

#[test]
fn junit_is_well_formed_and_has_the_right_counts() {
    let report = tested("lab.tasq", &small());
    let xml = test_runner::junit(&report);
    let document = Document::parse(&xml).expect("the file is XML");
    let root = document.root_element();
    assert_eq!(root.tag_name().name(), "testsuites");
    let attribute = |node: roxmltree::Node<'_, '_>, name: &str| node.attribute(name).map(str::to_owned);
    assert_eq!(attribute(root, "tests").as_deref(), Some("3"));
    assert_eq!(attribute(root, "failures").as_deref(), Some("2"));
    assert_eq!(attribute(root, "errors").as_deref(), Some("0"));
    let suites: Vec<_> = root.children().filter(roxmltree::Node::is_element).collect();
    assert_eq!(suites.len(), 1);
    let suite = suites[0];
    assert_eq!((suite.tag_name().name(), attribute(suite, "name").as_deref()), ("testsuite", Some("lab.tasq")));
    assert_eq!(attribute(suite, "skipped").as_deref(), Some("0"));
    let cases: Vec<_> = suite.children().filter(roxmltree::Node::is_element).collect();
    let names: Vec<_> = cases.iter().filter_map(|case| case.attribute("name")).collect();
    assert_eq!(names, ["passes & <is> \"fine\"", "fails [a.toml]", "fails [b.toml]"]);
    for case in &cases {
        assert_eq!(case.tag_name().name(), "testcase");
        assert!(case.attribute("time").is_some_and(|time| time.parse::<f64>().is_ok()));
        assert_eq!(case.attribute("classname"), Some("lab.tasq"));
        let failures: Vec<_> = case.children().filter(|child| child.has_tag_name("failure")).collect();
        assert_eq!(failures.len(), usize::from(case.attribute("name").is_some_and(|name| name.starts_with("fails"))));
        for failure in failures {
            assert!(failure.attribute("message").is_some_and(|text| text.contains("expected step \"Two\" ran")));
            assert_eq!(failure.attribute("type"), Some("expectation"));
            assert!(failure.text().is_some_and(|text| text.contains("lab.tasq:10: ")));
        }
    }
}

#[test]
fn junit_says_which_file_could_not_be_tested() {
    let shelf =
        Shelf::of(&[("lab.tasq", "step \"A\" restart_computer\ntest \"t\" {\n    expect step \"B\u{1}\" ran\n}\n")]);
    let mut report = tested("lab.tasq", &shelf);
    assert!(report.files[0].is_broken());
    // A character that no XML can hold reaches no XML.
    report.files[0].findings[0].message.push('\u{1}');
    let xml = test_runner::junit(&report);
    let document = Document::parse(&xml).expect("the file is XML");
    let root = document.root_element();
    assert_eq!((root.attribute("tests"), root.attribute("errors")), (Some("1"), Some("1")));
    assert_eq!(document.descendants().filter(|node| node.has_tag_name("error")).count(), 1);
}

#[test]
fn json_has_tests_failures_and_coverage() {
    let report = tested("lab.tasq", &small());
    let value: Value = serde_json::from_str(&test_runner::json(&report)).expect("the output is JSON");
    assert_eq!(value["format_version"], test_runner::FORMAT_VERSION);
    assert_eq!(value["summary"], serde_json::json!({ "tests": 3, "passed": 1, "failed": 2, "broken_files": 0 }));
    let failed = &value["files"][0]["tests"][1];
    assert_eq!((&failed["name"], &failed["machine"], &failed["line"]), (&"fails".into(), &"a.toml".into(), &9.into()));
    let failure = &failed["failures"][0];
    assert_eq!(failure["expected"], "step \"Two\" ran");
    assert_eq!(failure["actual"], "it was skipped");
    assert_eq!(failure["line"], 10);
    assert!(failure["because"][0].as_str().is_some_and(|text| text.contains("Ring is \"x\"")), "{failure}");
    assert!(failed["trace"].as_array().is_some_and(|lines| !lines.is_empty()));
    let covered = &value["coverage"]["files"][0];
    assert_eq!(covered["steps"], serde_json::json!({ "covered": 2, "total": 2, "percent": 100.0 }));
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
    insta::assert_snapshot!("coverage", test_runner::text(&report, Style { verbose: true, ..STYLE }));
    insta::assert_snapshot!("marked", test_runner::marked(file));
}

/// The texts of the exports that the project has.
fn export(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exports").join(name)).expect("an export of the project")
}

/// A zip with one member, stored.
fn zipped(member: &str, bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    writer.start_file(member, options).expect("a member can be begun");
    writer.write_all(bytes).expect("a member can be written");
    writer.finish().expect("the archive can be closed").into_inner()
}

#[test]
fn exports_are_tested_without_converting_them() {
    let mut names: Vec<String> = Vec::new();
    for (file, bytes) in [
        ("lab.xml", export("classic.xml")),
        ("lab.zip", zipped("SMS_TaskSequencePackage/PS100001/object.xml", &export("classic.xml"))),
    ] {
        let mut shelf = Shelf::default();
        shelf.0.insert(file.to_owned(), bytes);
        let blank = "test \"all\" < undecided: allow > {\n    expect step \"*\" reached\n}\n";
        shelf.0.insert("lab.test.tasq".to_owned(), blank.as_bytes().to_vec());
        let report = tested("lab.test.tasq", &shelf);
        let found = &report.files[0];
        assert!(!found.is_broken(), "{file}: {}", render(Format::Short, &found.findings, &found.sources, Look::PLAIN));
        let coverage = report.coverage.as_ref().expect("it was asked for");
        let covered = &coverage.files()[0];
        assert_eq!((covered.name.as_str(), covered.exported), (file, true));
        assert!(covered.steps().total > 1, "{file} has steps");
        names.extend(covered.points.iter().map(|point| point.path.clone()));
        assert!(test_runner::marked(covered).contains("step \""), "the marked source is the decompiled one");
    }
    let half = names.len() / 2;
    assert_eq!(names[..half], names[half..], "the zip holds what the XML holds");
}

#[test]
fn every_genuine_export_can_be_tested() {
    let Some(folder) = crate::corpus::folder() else { return println!("there is no corpus") };
    let mut count = 0;
    for kind in ["configmgr-zip", "configmgr"] {
        let mut paths: Vec<_> =
            fs::read_dir(folder.join(kind)).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
        paths.sort();
        for path in paths.iter().take(5) {
            let mut shelf = Shelf::default();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            shelf.0.insert(name.clone(), fs::read(path).expect("an export can be read"));
            let text =
                format!("test \"all\" < of: \"{name}\", undecided: allow > {{\n    expect not undecided 100000\n}}\n");
            shelf.0.insert("all.tasq".to_owned(), text.into_bytes());
            let report = tested("all.tasq", &shelf);
            let file = &report.files[0];
            let several = file.findings.iter().any(|finding| finding.message.contains(" sequences"));
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

/// Secrets and masked values in all places, and tests that fail over each.
const SECRETS: &str = r#"sequence "Secrets" < masked Global = secret("GLOBAL") >

step "Connect" connect_network_folder <
    path: "\\server\share"
    account: "CORP\a"
    password: secret("SHARE")
>
step "Key" set_variable < masked Key = secret("KEY") >
step "Copy" set_variable < Plain = "x %Key% y %Given%" >
step "Run" run_command_line < "tool.exe %Key% %Given%", run_as: "CORP\b", run_as_password: secret("RUNAS") >
step "Odd" run_command_line < "odd.exe" > when Key == "Wrong"

test "fails over hunter2-key" <
    secrets: < GLOBAL: "hunter2-global", SHARE: "hunter2-share", KEY: "hunter2-key", RUNAS: "hunter2-runas" >
    masked Given = "hunter2-given"
> {
    mock step "Run" exits 5 prints "hunter2-key" sets Leak = "hunter2-key and hunter2-given"
    expect Key == "hunter2-kex"
    expect Plain == "hunter2-key"
    expect Leak == "nothing"
    expect Global == "x"
    expect Given == "x"
    expect step "Odd" ran
    expect step "Key" sets Key = "hunter2-given"
    expect success
}
"#;

#[test]
fn secrets_are_in_no_output() {
    let report = tested("lab.tasq", &Shelf::of(&[("lab.tasq", SECRETS)]));
    assert!(!report.files[0].is_broken(), "{:?}", report.files[0].findings);
    assert_eq!(report.failed(), 1);
    assert!(report.tests().next().is_some_and(|test| test.failures.len() >= 7), "{}", without_coverage(&report));
    let looks = [Look::PLAIN, Look { color: true, unicode: true, width: 60 }];
    let texts = looks
        .into_iter()
        .flat_map(|look| [true, false].map(|verbose| test_runner::text(&report, Style { look, verbose })));
    let mut all: Vec<String> = texts.collect();
    all.push(test_runner::json(&report));
    all.push(test_runner::junit(&report));
    // A comparison with another text than the secret is nobody's secret; it is the author's own.
    for text in &all {
        for secret in ["hunter2-global", "hunter2-share", "hunter2-key", "hunter2-runas", "hunter2-given"] {
            assert!(!text.contains(secret), "{secret} is in\n{text}");
        }
    }
}

#[test]
fn findings_do_not_show_stand_ins_for_secrets() {
    let text = SECRETS
        .replace("expect step \"Odd\" ran", "expect step \"Ood\" ran")
        .replace("    masked Given", "    machne: \"a\"\n    masked Given");
    let shelf = Shelf::of(&[("lab.tasq", &text)]);
    let compiled = compile("lab.tasq", "lab.tasq", text.clone().into_bytes(), &shelf, &Given::default());
    assert!(compiled.findings.iter().any(Finding::is_error));
    for format in [Format::Text, Format::Plain, Format::Short, Format::Json, Format::Sarif] {
        let shown = render(format, &compiled.findings, &compiled.sources, Look::PLAIN);
        assert!(!shown.contains("hunter2-share"), "{shown}");
    }
}

#[test]
fn a_file_tests_what_its_name_says() {
    let step = |name: &str| format!("step \"{name}\" restart_computer\n");
    let test = "test \"t\" {\n    expect step \"Source\" ran\n}\n";
    let shelf = Shelf::of(&[("a.test.tasq", test), ("a.tasq", &step("Source")), ("a.xml", "<sequence/>")]);
    let report = tested("a.test.tasq", &shelf);
    assert!(report.is_good(), "a source wins over an export\n{}", without_coverage(&report));
    let alone = tested("a.test.tasq", &Shelf::of(&[("a.test.tasq", test)]));
    let codes: Vec<Code> = alone.files[0].findings.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, [Code::NoTestedSequence]);
}

#[test]
fn a_test_file_that_tests_itself_is_refused() {
    let test = "test \"t\" < of: \"a.test.tasq\" > {\n    expect success\n}\n";
    let report = tested("a.test.tasq", &Shelf::of(&[("a.test.tasq", test)]));
    assert!(report.total() <= 1, "and it ends");
}

const LAPTOP: &[u8] = b"kind = \"laptop\"\n";

fn scratch() -> Scratch {
    let text = SMALL.replace("\\\"", "\"\"");
    Scratch::new(&[
        ("tasq.toml", b""),
        ("lab.tasq", text.as_bytes()),
        ("a.toml", LAPTOP),
        ("b.toml", LAPTOP),
        ("sub/other.tasq", b"step \"Other\" restart_computer\n"),
        ("sub/other.test.tasq", b"test \"other\" {\n    expect restarts 1\n}\n"),
    ])
}

#[test]
fn files_lines_and_patterns_choose_tests() {
    let scratch = scratch();
    let all = scratch.run(&["test"]);
    assert_eq!(all.code, Some(1), "{}{}", all.out, all.err);
    assert!(all.out.ends_with("4 tests: 2 passed, 2 failed\n"), "{}", all.out);
    let line = scratch.run(&["test", "lab.tasq:5"]);
    assert_eq!((line.code, line.out.lines().last()), (Some(0), Some("1 test: 1 passed")), "{}", line.out);
    let folder = scratch.run(&["test", "sub"]);
    assert_eq!((folder.code, folder.out.lines().last()), (Some(0), Some("1 test: 1 passed")));
    let filter = scratch.run(&["test", "--filter", "FAIL*"]);
    assert_eq!((filter.code, filter.out.lines().last()), (Some(1), Some("2 tests: 0 passed, 2 failed")));
    let part = scratch.run(&["test", "--filter", "the"]);
    assert_eq!((part.code, part.out.lines().last()), (Some(0), Some("1 test: 1 passed")), "{}", part.out);
    for nothing in [
        &["test", "--filter", "nothing like it"][..],
        &["test", "sub/other.tasq"],
        &["test", "lab.tasq:1"],
        &["test", "no.tasq"],
    ] {
        let outcome = scratch.run(nothing);
        assert_eq!(outcome.code, Some(2), "{nothing:?} {}{}", outcome.out, outcome.err);
        assert!(outcome.err.starts_with("tasq: "), "{}", outcome.err);
    }
}

#[test]
fn results_are_written_to_files() {
    let scratch = scratch();
    let outcome =
        scratch.run(&["test", "--junit", "out/results.xml", "--coverage-source", "marks", "--output-format", "json"]);
    assert_eq!(outcome.code, Some(1));
    let value: Value = serde_json::from_str(&outcome.out).expect("the output is JSON");
    assert_eq!(value["summary"]["tests"], 4);
    let results = scratch.read("out/results.xml");
    assert_eq!(Document::parse(&results).expect("XML").root_element().attribute("tests"), Some("4"));
    assert!(
        scratch.read("marks/lab.tasq.txt").contains("✓  2 | step \"One\""),
        "{}",
        scratch.read("marks/lab.tasq.txt")
    );
    assert!(scratch.read("marks/other.tasq.txt").replace('\\', "/").starts_with("sub/other.tasq: "));
}

#[test]
fn too_little_coverage_fails() {
    let scratch = scratch();
    assert_eq!(scratch.run(&["test", "lab.tasq", "--filter", "passes", "--fail-under", "75"]).code, Some(0));
    let short = scratch.run(&["test", "lab.tasq", "--filter", "passes", "--fail-under", "76"]);
    assert_eq!(short.code, Some(1));
    assert!(short.err.contains("75.0% is covered"), "{}", short.err);
    assert_eq!(scratch.run(&["test", "--fail-under", "101"]).code, Some(2));
}

#[test]
fn broken_files_are_findings_and_do_not_stop_the_others() {
    let scratch = Scratch::new(&[
        ("a.tasq", b"step \"A\" restart\ntest \"a\" {\n    expect success\n}\n"),
        ("b.tasq", b"step \"B\" restart_computer\ntest \"b\" {\n    expect success\n}\n"),
    ]);
    let outcome = scratch.run(&["test"]);
    assert_eq!(outcome.code, Some(1));
    assert!(outcome.err.contains("TQ0201"), "{}", outcome.err);
    assert!(outcome.out.ends_with("1 test: 1 passed; 1 file has errors\n"), "{}", outcome.out);
}

#[test]
fn a_file_of_tests_is_no_sequence_to_build() {
    let scratch = scratch();
    assert_eq!(scratch.run(&["check", "sub/other.test.tasq"]).code, Some(0));
    let outcome = scratch.run(&["build", "sub/other.test.tasq"]);
    assert_eq!((outcome.code, outcome.out.as_str()), (Some(2), ""));
    assert!(outcome.err.contains("holds tests and no sequence"), "{}", outcome.err);
}

#[test]
fn a_new_project_passes_its_own_tests() {
    let scratch = Scratch::new(&[]);
    assert_eq!(scratch.run(&["new", "lab"]).code, Some(0));
    let check = scratch.run(&["check", "lab", "--warnings-as-errors"]);
    assert_eq!(check.code, Some(0), "{}", check.err);
    assert_eq!(scratch.run(&["fmt", "--check", "lab"]).code, Some(0));
    let outcome = scratch.run(&["test", "lab"]);
    assert_eq!(outcome.code, Some(0), "{}{}", outcome.out, outcome.err);
}

#[test]
fn every_example_is_tested_and_well_covered() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut shelf = Shelf::default();
    let mut pending = vec![folder.clone()];
    while let Some(path) = pending.pop() {
        for entry in fs::read_dir(path).expect("a folder can be listed") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                pending.push(path);
            } else {
                let name = path.strip_prefix(&folder).expect("below").to_string_lossy().replace('\\', "/");
                shelf.0.insert(name, fs::read(&path).expect("a file can be read"));
            }
        }
    }
    let sequences: Vec<String> =
        shelf.0.keys().filter(|name| name.ends_with(".tasq") && !name.ends_with(".test.tasq")).cloned().collect();
    assert!(sequences.len() >= 8, "the examples were found");
    for name in sequences {
        let tests = name.replace(".tasq", ".test.tasq");
        let text = shelf.0.get(&tests).unwrap_or_else(|| panic!("{name} has no tests beside it"));
        let text = String::from_utf8(text.clone()).expect("UTF-8");
        let formatted = tasq::format::format(&text, tasq::source::FileId(0)).expect("it can be formatted");
        assert_eq!(formatted, text, "{tests} is formatted");
        let report = tested(&tests, &shelf);
        assert!(report.files[0].findings.is_empty(), "{tests}: {:?}", report.files[0].findings);
        assert!(
            report.tests().all(|test| test.verdict == Verdict::Passed && test.remarks.is_empty()),
            "{}",
            without_coverage(&report)
        );
        let coverage = report.coverage.as_ref().expect("it was asked for");
        let percent = coverage.whole().percent();
        assert!(percent > 90.0, "{name}: {percent:.1}%\n{}", test_runner::text(&report, STYLE));
    }
}
