//! `tasq fix`, and the fixes themselves: safe ones leave the meaning as it is.

use std::{
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use proptest::prelude::*;
use tasq::internals::{
    diagnostic::{Finding, Safety, apply},
    elaborate::ParameterValues,
    emit,
    ide::{Analysis, Mended, OpenSource, mend_with},
    source::{Encoding, FileId, encode},
    xml::XmlLayout,
};

use crate::cases::{self, Case, PATH, Shelf};

/// The source of a case without the marks of its findings.
fn source(case: &Case) -> String {
    let lines = case
        .source()
        .iter()
        .filter(|line| !line.trim_start().starts_with("#?"));
    let lines: Vec<String> = lines
        .map(|line| {
            let (text, mark) = line.split_once("#!").unwrap_or((line, ""));
            cases::repeated(if mark.is_empty() {
                text
            } else {
                text.trim_end()
            })
        })
        .collect();
    lines.join("\n")
}

fn analysis(text: &str) -> Analysis {
    Analysis::new(
        OpenSource {
            name: "lab.tasq".to_owned(),
            path: PATH.to_owned(),
            text: text.into(),
        },
        &Shelf,
    )
}

fn xml(analysis: &Analysis) -> String {
    emit::to_string(&analysis.compiled.sequence, XmlLayout::OneLine)
}

fn mended(text: &str, unsafe_too: bool) -> Mended {
    mend_with(
        OpenSource {
            name: "lab.tasq".to_owned(),
            path: PATH.to_owned(),
            text: text.into(),
        },
        &Shelf,
        &ParameterValues::default(),
        unsafe_too,
    )
}

#[test]
fn fix_safe_fixes_leave_the_xml_as_it_is() {
    let mut tried = 0;
    for case in cases::all("refused") {
        let text = source(&case);
        let before = analysis(&text);
        if !before.compiled.is_good() {
            continue;
        }
        for finding in &before.compiled.findings {
            for fix in finding
                .fixes
                .iter()
                .filter(|fix| fix.safety == Safety::Safe)
            {
                let after = analysis(&apply(&text, &fix.edits).expect("a fix fits its text"));
                assert!(
                    after.compiled.is_good(),
                    "{}: {} breaks it",
                    case.title(),
                    fix.title
                );
                assert_eq!(xml(&before), xml(&after), "{}: {}", case.title(), fix.title);
                tried += 1;
            }
        }
        let all = mended(&text, false);
        assert_eq!(xml(&before), xml(&all.analysis), "{}", case.title());
    }
    println!("{tried} safe fixes of sources that compile");
}

#[test]
fn fix_ends_and_leaves_no_safe_fix_behind() {
    let (mut mends, mut whole) = (0, 0);
    for case in cases::all("refused") {
        let text = source(&case);
        let before = analysis(&text);
        let has_safe =
            |finding: &Finding| finding.fixes.iter().any(|fix| fix.safety == Safety::Safe);
        if !before.compiled.findings.iter().any(has_safe) {
            assert_eq!(
                mended(&text, false).analysis.text(),
                before.text(),
                "{}: nothing safe to do",
                case.title()
            );
            continue;
        }
        mends += 1;
        let done = mended(&text, false);
        let again = mended(done.analysis.text(), false);
        assert_eq!(
            again.analysis.text(),
            done.analysis.text(),
            "{}: a second run changes nothing",
            case.title()
        );
        let left: Vec<String> = done
            .analysis
            .compiled
            .findings
            .iter()
            .filter(|finding| has_safe(finding))
            .map(|finding| format!("{} {}", finding.code.id(), finding.message))
            .collect();
        assert!(
            left.is_empty(),
            "{}: {left:?} in\n{}",
            case.title(),
            done.analysis.text()
        );
        whole += usize::from(done.analysis.compiled.is_good());
        // With the others it ends as well, wherever that is.
        mended(&text, true);
    }
    println!("{mends} cases have safe fixes; {whole} of them compile afterwards");
    assert!(mends > 30, "{mends}");
}

#[test]
fn fix_of_two_that_meet_the_first_is_carried_out() {
    // Both findings are about the same place in some sources; whatever happens, the edits never
    // overlap.
    let text = "STEP \"a\" run_command_line < “x”; timeout = 5min >\n// c\nstep \"b\" set_variable < A = \"1\" > when A = \"1\" and (B == “2”)\n";
    let done = mended(text, false);
    assert!(!done.done.is_empty());
    assert!(
        done.analysis
            .compiled
            .findings
            .iter()
            .all(|one| one.span().file == FileId(0))
    );
}

/// How many findings say the same.
fn alike(analysis: &Analysis, finding: &Finding) -> usize {
    let same = |one: &&Finding| one.code == finding.code && one.message == finding.message;
    analysis.compiled.findings.iter().filter(same).count()
}

/// The fixes that are carried out and leave their finding: none may.
#[test]
fn fix_every_fix_takes_its_finding_away() {
    let mut tried = 0;
    let mut wrong = String::new();
    for case in cases::all("refused") {
        let text = source(&case);
        let before = analysis(&text);
        let findings = before.compiled.findings.iter();
        let fixes = findings.flat_map(|one| one.fixes.iter().map(move |fix| (one, fix)));
        for (finding, fix) in fixes {
            if fix.edits.iter().any(|edit| edit.span.file != FileId(0)) {
                continue;
            }
            let after = analysis(&apply(&text, &fix.edits).expect("a fix fits its text"));
            tried += 1;
            if alike(&after, finding) >= alike(&before, finding) {
                wrong.push_str(&format!(
                    "{}: {} \"{}\" stays after \"{}\"\n",
                    case.title(),
                    finding.code.id(),
                    finding.message,
                    fix.title
                ));
            }
        }
    }
    println!("{tried} fixes");
    assert!(tried > 100 && wrong.is_empty(), "{tried} tried\n{wrong}");
}

/// Mistakes as hands make them: what is right, and what is typed for it.
const SLIPS: [(&str, &str); 14] = [
    ("==", "="),
    (",", ";"),
    (",", ""),
    ("<", "("),
    (">", ")"),
    ("\"", "”"),
    ("step", "Step"),
    (":", "="),
    ("when", "WHEN"),
    ("and", "&&"),
    ("\n", "\r\n"),
    ("true", "True"),
    ("{", "{{"),
    ("exists", "exist"),
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn fix_of_slips_ends_and_keeps_what_compiled(
        which in 0usize..1000,
        slips in proptest::collection::vec((0..SLIPS.len(), 0usize..1000), 1..4),
    ) {
        let mut names: Vec<_> = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples"))
            .expect("the examples can be listed")
            .map(|entry| entry.expect("an entry can be read").path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "tasq"))
            .collect();
        names.sort();
        let mut text = fs::read_to_string(&names[which % names.len()]).expect("an example is text");
        for (slip, place) in slips {
            let (right, wrong) = SLIPS[slip];
            let places: Vec<usize> = text.match_indices(right).map(|(at, _)| at).collect();
            if let Some(at) = places.get(place % places.len().max(1)) {
                text.replace_range(*at..*at + right.len(), wrong);
            }
        }
        let before = analysis(&text);
        let after = mended(&text, false);
        if before.compiled.is_good() {
            prop_assert!(after.analysis.compiled.is_good(), "{}", after.analysis.text());
            prop_assert_eq!(xml(&before), xml(&after.analysis));
        }
        prop_assert!(mended(after.analysis.text(), false).done.is_empty(), "a second run does nothing");
        mended(&text, true);
    }
}

fn tasq(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_tasq"))
        .current_dir(folder)
        .args(arguments)
        .output()
        .expect("tasq runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

const BROKEN: &str =
    "step \"a\" run_command_line < \"x\" > when A = \"1\"\nstep \"b\" set_variable < A = \"1\" >\n";
const MENDED: &str = "step \"a\" run_command_line < \"x\" > when A == \"1\"\nstep \"b\" set_variable < A = \"1\" >\n";

#[test]
fn fix_writes_or_shows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.tasq");
    fs::write(&path, BROKEN).unwrap();
    let (code, out, err) = tasq(folder.path(), &["fix", "--diff", "a.tasq"]);
    assert_eq!(
        (code, err.as_str()),
        (1, ""),
        "something would change, as `tasq fmt --diff` says it"
    );
    assert!(out.starts_with("--- a.tasq\n+++ a.tasq\n@@"), "{out}");
    assert!(
        out.contains("+step \"a\" run_command_line < \"x\" > when A == \"1\""),
        "{out}"
    );
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        BROKEN,
        "--diff writes nothing"
    );
    let (code, out, err) = tasq(folder.path(), &["fix", "."]);
    assert_eq!((code, out.as_str()), (0, ""));
    assert!(err.contains("TQ0112: write `==`"), "{err}");
    assert_eq!(fs::read_to_string(&path).unwrap(), MENDED);
    let (code, out, err) = tasq(folder.path(), &["fix", "a.tasq"]);
    assert_eq!(
        (code, out.as_str(), err.as_str()),
        (0, "", ""),
        "nothing is left to do"
    );
}

#[test]
fn fix_tells_what_is_left() {
    let folder = tempfile::tempdir().unwrap();
    // A misspelled property is the author's to decide; the comparison is not.
    let text = "step \"a\" restart_computer < mesage_timeout: 60s > when A = \"1\"\nstep \"b\" set_variable < A = \"1\" >\n";
    fs::write(folder.path().join("a.tasq"), text).unwrap();
    fs::write(folder.path().join("b.tasq"), BROKEN).unwrap();
    let (code, _, err) = tasq(folder.path(), &["fix", "a.tasq", "b.tasq"]);
    assert_eq!(code, 1);
    assert!(err.contains("TQ0202"), "{err}");
    assert_eq!(
        fs::read_to_string(folder.path().join("b.tasq")).unwrap(),
        MENDED
    );
    let a = fs::read_to_string(folder.path().join("a.tasq")).unwrap();
    assert!(
        a.contains("when A == \"1\"") && a.contains("mesage_timeout"),
        "{a}"
    );
    assert_eq!(tasq(folder.path(), &["fix", "none.tasq", "a.tasq"]).0, 2);
    let export = folder.path().join("e.xml");
    fs::write(&export, "<sequence version=\"3.10\"></sequence>").unwrap();
    let (code, _, err) = tasq(folder.path(), &["fix", "e.xml"]);
    assert!(code == 2 && err.contains("decompile"), "{err}");
}

#[test]
fn fix_a_file_that_cannot_be_read_costs_only_itself() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.tasq"), BROKEN).unwrap();
    let (code, ..) = tasq(folder.path(), &["fix", "a.tasq", "missing.tasq"]);
    assert_eq!(code, 2);
    assert_ne!(
        fs::read_to_string(folder.path().join("a.tasq")).unwrap(),
        BROKEN
    );
}

#[test]
fn fix_keeps_how_a_file_is_stored() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.tasq");
    let (broken, mended) = (BROKEN.replace('\n', "\r\n"), MENDED.replace('\n', "\r\n"));
    for encoding in [
        Encoding::Utf8,
        Encoding::Utf8Mark,
        Encoding::Utf16Le,
        Encoding::Utf16Be,
    ] {
        fs::write(&path, encode(&broken, encoding)).unwrap();
        let (code, _, err) = tasq(folder.path(), &["fix", "a.tasq"]);
        let wide = matches!(encoding, Encoding::Utf16Le | Encoding::Utf16Be);
        assert_eq!(
            (code, err.contains("TQ0002")),
            (i32::from(wide), wide),
            "{err}"
        );
        assert_eq!(
            fs::read(&path).unwrap(),
            encode(&mended, encoding),
            "{encoding:?}"
        );
    }
}

#[test]
fn fix_standard_input_goes_to_standard_output_as_it_was_stored() {
    let run = |arguments: &[&str], bytes: &[u8]| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tasq"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("tasq runs");
        child
            .stdin
            .take()
            .expect("standard input")
            .write_all(bytes)
            .expect("it reads");
        let output = child.wait_with_output().expect("tasq ends");
        (
            output.status.code(),
            output.stdout,
            String::from_utf8(output.stderr).expect("UTF-8"),
        )
    };
    let (code, out, err) = run(&["fix", "-"], &encode(BROKEN, Encoding::Utf8Mark));
    assert_eq!((code, out), (Some(0), encode(MENDED, Encoding::Utf8Mark)));
    assert!(err.contains("<stdin>: TQ0112: write `==`"), "{err}");
    let (code, out, _) = run(&["fix", "-", "--diff"], BROKEN.as_bytes());
    assert!(
        code == Some(1) && out.starts_with(b"--- <stdin>\n+++ <stdin>\n"),
        "{out:?}"
    );
    // What cannot be understood comes out as it went in.
    let (code, out, _) = run(&["fix", "-"], b"step \"a\" <<<\n");
    assert_eq!(
        (code, out.as_slice()),
        (Some(1), b"step \"a\" <<<\n".as_slice())
    );
}

#[test]
fn fix_a_file_that_cannot_be_written_costs_only_itself() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.tasq", "b.tasq"] {
        fs::write(folder.path().join(name), BROKEN).unwrap();
    }
    let locked = folder.path().join("b.tasq");
    let mut rights = fs::metadata(&locked).unwrap().permissions();
    rights.set_readonly(true);
    fs::set_permissions(&locked, rights).unwrap();
    let (code, out, err) = tasq(folder.path(), &["fix", "a.tasq", "b.tasq"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(
        err.contains("cannot write b.tasq: it is read-only")
            && err.contains("a.tasq: TQ0112")
            && !err.contains("b.tasq: TQ0112"),
        "{err}"
    );
    for (name, same) in [("a.tasq", false), ("b.tasq", true)] {
        let left = fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(left == BROKEN, same, "{name}");
    }
    let names: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(names.len(), 2, "nothing else is left behind");
}

#[test]
fn fix_a_file_that_is_named_twice_is_mended_once() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.tasq"), BROKEN).unwrap();
    let (code, _, err) = tasq(folder.path(), &["fix", "a.tasq", ".", "./a.tasq"]);
    assert_eq!((code, err.matches("TQ0112").count()), (0, 1), "{err}");
    assert_eq!(
        fs::read_to_string(folder.path().join("a.tasq")).unwrap(),
        MENDED
    );
}

#[test]
fn fix_values_of_parameters_are_given_as_for_a_check() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.tasq");
    let text = "param ring: text\n\nstep \"A\" set_variable < A = ring > when A = \"1\"\n";
    fs::write(&path, text).unwrap();
    let (code, _, err) = tasq(folder.path(), &["fix", "--diff", "a.tasq"]);
    assert!(code == 1 && err.contains("TQ0215"), "{err}");
    let (code, _, err) = tasq(folder.path(), &["fix", "--param", "ring=pilot", "a.tasq"]);
    assert!(code == 0 && !err.contains("TQ0215"), "{err}");
    assert!(
        fs::read_to_string(&path)
            .unwrap()
            .contains("when A == \"1\"")
    );
}
