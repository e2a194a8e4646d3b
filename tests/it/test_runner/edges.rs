//! Secrets, files of tests, and the verb itself.

use super::*;

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
    assert!(
        !report.files[0].is_broken(),
        "{:?}",
        report.files[0].findings
    );
    assert_eq!(report.failed(), 1);
    assert!(
        report
            .tests()
            .next()
            .is_some_and(|test| test.failures.len() >= 7),
        "{}",
        without_coverage(&report)
    );
    let looks = [
        Look::PLAIN,
        Look {
            color: true,
            unicode: true,
            width: 60,
        },
    ];
    let texts = looks.into_iter().flat_map(|look| {
        [true, false].map(|verbose| test_runner::text(&report, ResultStyle { look, verbose }))
    });
    let mut all: Vec<String> = texts.collect();
    all.push(test_runner::json(&report));
    all.push(test_runner::junit(&report));
    // A comparison with another text than the secret is nobody's secret; it is the author's own.
    for text in &all {
        for secret in [
            "hunter2-global",
            "hunter2-share",
            "hunter2-key",
            "hunter2-runas",
            "hunter2-given",
        ] {
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
    let compiled = check(
        "lab.tasq",
        "lab.tasq",
        text.clone().into_bytes(),
        &shelf,
        &ParameterValues::default(),
    );
    assert!(compiled.findings.iter().any(Finding::is_error));
    for format in [
        Format::Text,
        Format::Plain,
        Format::Short,
        Format::Json,
        Format::Sarif,
    ] {
        let shown = render(format, &compiled.findings, &compiled.sources, Look::PLAIN);
        assert!(!shown.contains("hunter2-share"), "{shown}");
    }
}

#[test]
fn a_file_tests_what_its_name_says() {
    let step = |name: &str| format!("step \"{name}\" restart_computer\n");
    let test = "test \"t\" {\n    expect step \"Source\" ran\n}\n";
    let shelf = Shelf::of(&[
        ("a.test.tasq", test),
        ("a.tasq", &step("Source")),
        ("a.xml", "<sequence/>"),
    ]);
    let report = tested("a.test.tasq", &shelf);
    assert!(
        report.is_good(),
        "a source wins over an export\n{}",
        without_coverage(&report)
    );
    let alone = tested("a.test.tasq", &Shelf::of(&[("a.test.tasq", test)]));
    let codes: Vec<Code> = alone.files[0]
        .findings
        .iter()
        .map(|finding| finding.code)
        .collect();
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
        (
            "sub/other.test.tasq",
            b"test \"other\" {\n    expect restarts 1\n}\n",
        ),
    ])
}

#[test]
fn files_lines_and_patterns_choose_tests() {
    let scratch = scratch();
    let all = scratch.run(&["test"]);
    assert_eq!(all.code, Some(1), "{}{}", all.out, all.err);
    assert!(
        all.out
            .ends_with("4 tests: 2 passed (1 on assumptions), 2 failed\n"),
        "{}",
        all.out
    );
    let line = scratch.run(&["test", "lab.tasq:5"]);
    assert_eq!(
        (line.code, line.out.lines().last()),
        (Some(0), Some("1 test: 1 passed (1 on assumptions)")),
        "{}",
        line.out
    );
    let folder = scratch.run(&["test", "sub"]);
    assert_eq!(
        (folder.code, folder.out.lines().last()),
        (Some(0), Some("1 test: 1 passed"))
    );
    let filter = scratch.run(&["test", "--filter", "FAIL*"]);
    assert_eq!(
        (filter.code, filter.out.lines().last()),
        (Some(1), Some("2 tests: 0 passed, 2 failed"))
    );
    let part = scratch.run(&["test", "--filter", "the"]);
    assert_eq!(
        (part.code, part.out.lines().last()),
        (Some(0), Some("1 test: 1 passed")),
        "{}",
        part.out
    );
    for nothing in [
        &["test", "--filter", "nothing like it"][..],
        &["test", "sub/other.tasq"],
        &["test", "lab.tasq:1"],
        &["test", "no.tasq"],
    ] {
        let outcome = scratch.run(nothing);
        assert_eq!(
            outcome.code,
            Some(2),
            "{nothing:?} {}{}",
            outcome.out,
            outcome.err
        );
        assert!(outcome.err.starts_with("tasq: "), "{}", outcome.err);
    }
}

#[test]
fn results_are_written_to_files() {
    let scratch = scratch();
    let outcome = scratch.run(&[
        "test",
        "--junit",
        "out/results.xml",
        "--coverage-source",
        "marks",
        "--output-format",
        "json",
    ]);
    assert_eq!(outcome.code, Some(1));
    let value: Value = serde_json::from_str(&outcome.out).expect("the output is JSON");
    assert_eq!(value["summary"]["tests"], 4);
    let results = scratch.read("out/results.xml");
    assert_eq!(
        Document::parse(&results)
            .expect("XML")
            .root_element()
            .attribute("tests"),
        Some("4")
    );
    assert!(
        scratch
            .read("marks/lab.tasq.txt")
            .contains("✓  2 | step \"One\""),
        "{}",
        scratch.read("marks/lab.tasq.txt")
    );
    assert!(
        scratch
            .read("marks/other.tasq.txt")
            .replace('\\', "/")
            .starts_with("sub/other.tasq: ")
    );
}

#[test]
fn too_little_coverage_fails() {
    let scratch = scratch();
    assert_eq!(
        scratch
            .run(&[
                "test",
                "lab.tasq",
                "--filter",
                "passes",
                "--fail-under",
                "75"
            ])
            .code,
        Some(0)
    );
    let short = scratch.run(&[
        "test",
        "lab.tasq",
        "--filter",
        "passes",
        "--fail-under",
        "76",
    ]);
    assert_eq!(short.code, Some(1));
    assert!(short.err.contains("75.0% is covered"), "{}", short.err);
    assert_eq!(scratch.run(&["test", "--fail-under", "101"]).code, Some(2));
}

#[test]
fn broken_files_are_findings_and_do_not_stop_the_others() {
    let scratch = Scratch::new(&[
        (
            "a.tasq",
            b"step \"A\" restart\ntest \"a\" {\n    expect success\n}\n",
        ),
        (
            "b.tasq",
            b"step \"B\" restart_computer\ntest \"b\" {\n    expect success\n}\n",
        ),
    ]);
    let outcome = scratch.run(&["test"]);
    assert_eq!(outcome.code, Some(1));
    assert!(outcome.err.contains("TQ0201"), "{}", outcome.err);
    assert!(
        outcome
            .out
            .ends_with("1 test: 1 passed; 1 file has errors\n"),
        "{}",
        outcome.out
    );
}

#[test]
fn a_file_of_tests_is_no_sequence_to_build() {
    let scratch = scratch();
    assert_eq!(scratch.run(&["check", "sub/other.test.tasq"]).code, Some(0));
    let outcome = scratch.run(&["build", "sub/other.test.tasq"]);
    assert_eq!((outcome.code, outcome.out.as_str()), (Some(2), ""));
    assert!(
        outcome.err.contains("holds tests and no sequence"),
        "{}",
        outcome.err
    );
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
                let name = path
                    .strip_prefix(&folder)
                    .expect("below")
                    .to_string_lossy()
                    .replace('\\', "/");
                shelf
                    .0
                    .insert(name, fs::read(&path).expect("a file can be read"));
            }
        }
    }
    let sequences: Vec<String> = shelf
        .0
        .keys()
        .filter(|name| name.ends_with(".tasq") && !name.ends_with(".test.tasq"))
        .cloned()
        .collect();
    assert!(sequences.len() >= 8, "the examples were found");
    for name in sequences {
        let tests = name.replace(".tasq", ".test.tasq");
        let text = shelf
            .0
            .get(&tests)
            .unwrap_or_else(|| panic!("{name} has no tests beside it"));
        let text = String::from_utf8(text.clone()).expect("UTF-8");
        let formatted = tasq::internals::format::format(&text, tasq::internals::source::FileId(0))
            .expect("it can be formatted");
        assert_eq!(formatted, text, "{tests} is formatted");
        let report = tested(&tests, &shelf);
        assert!(
            report.files[0].findings.is_empty(),
            "{tests}: {:?}",
            report.files[0].findings
        );
        assert!(
            report
                .tests()
                .all(|test| test.verdict == TestVerdict::Passed && test.remarks.is_empty()),
            "{}",
            without_coverage(&report)
        );
        let coverage = report.coverage.as_ref().expect("it was asked for");
        let percent = coverage.whole().percent();
        assert!(
            percent > 90.0,
            "{name}: {percent:.1}%\n{}",
            test_runner::text(&report, STYLE)
        );
    }
}
