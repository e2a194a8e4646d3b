//! `tasq fix`, and the fixes themselves: safe ones leave the meaning as it is.

use std::{fs, path::Path, process::Command};

use tasq::{
    diagnostic::{Finding, Safety, apply},
    emit,
    ide::{Analysis, Mended, Source, mend},
    source::FileId,
    xml::Form,
};

use crate::cases::{self, Case, PATH, Shelf};

/// The source of a case without the marks of its findings.
fn source(case: &Case) -> String {
    let lines = case.source().iter().filter(|line| !line.trim_start().starts_with("#?"));
    let lines: Vec<String> = lines
        .map(|line| {
            let (text, mark) = line.split_once("#!").unwrap_or((line, ""));
            cases::repeated(if mark.is_empty() { text } else { text.trim_end() })
        })
        .collect();
    lines.join("\n")
}

fn analysis(text: &str) -> Analysis {
    Analysis::new(Source { name: "lab.tasq".to_owned(), path: PATH.to_owned(), text: text.into() }, &Shelf)
}

fn xml(analysis: &Analysis) -> String {
    emit::to_string(&analysis.compiled.sequence, Form::OneLine)
}

fn mended(text: &str, unsafe_too: bool) -> Mended {
    mend(Source { name: "lab.tasq".to_owned(), path: PATH.to_owned(), text: text.into() }, &Shelf, unsafe_too)
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
            for fix in finding.fixes.iter().filter(|fix| fix.safety == Safety::Safe) {
                let after = analysis(&apply(&text, &fix.edits).expect("a fix fits its text"));
                assert!(after.compiled.is_good(), "{}: {} breaks it", case.title(), fix.title);
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
        let has_safe = |finding: &Finding| finding.fixes.iter().any(|fix| fix.safety == Safety::Safe);
        if !before.compiled.findings.iter().any(has_safe) {
            assert_eq!(mended(&text, false).analysis.text(), before.text(), "{}: nothing safe to do", case.title());
            continue;
        }
        mends += 1;
        let done = mended(&text, false);
        let again = mended(done.analysis.text(), false);
        assert_eq!(again.analysis.text(), done.analysis.text(), "{}: a second run changes nothing", case.title());
        let left: Vec<String> = done
            .analysis
            .compiled
            .findings
            .iter()
            .filter(|finding| has_safe(finding))
            .map(|finding| format!("{} {}", finding.code.id(), finding.message))
            .collect();
        assert!(left.is_empty(), "{}: {left:?} in\n{}", case.title(), done.analysis.text());
        whole += usize::from(done.analysis.compiled.is_good());
        // With the others it ends as well, wherever that is.
        mended(&text, true);
    }
    println!("{mends} cases have safe fixes; {whole} of them compile afterwards");
    assert!(mends > 30, "{mends}");
}

#[test]
fn fix_of_two_that_meet_the_first_is_carried_out() {
    // Both findings are about the same place in some sources; whatever happens, the edits never overlap.
    let text = "STEP \"a\" run_command_line < “x”; timeout = 5min >\n// c\nstep \"b\" set_variable < A = \"1\" > when A = \"1\" and (B == “2”)\n";
    let done = mended(text, false);
    assert!(!done.done.is_empty());
    assert!(done.analysis.compiled.findings.iter().all(|one| one.span().file == FileId(0)));
}

fn tasq(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_tasq")).current_dir(folder).args(arguments).output().expect("tasq runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

const BROKEN: &str = "step \"a\" run_command_line < \"x\" > when A = \"1\"\nstep \"b\" set_variable < A = \"1\" >\n";
const MENDED: &str = "step \"a\" run_command_line < \"x\" > when A == \"1\"\nstep \"b\" set_variable < A = \"1\" >\n";

#[test]
fn fix_writes_or_shows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.tasq");
    fs::write(&path, BROKEN).unwrap();
    let (code, out, err) = tasq(folder.path(), &["fix", "--diff", "a.tasq"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.starts_with("--- a.tasq\n+++ a.tasq\n@@"), "{out}");
    assert!(out.contains("+step \"a\" run_command_line < \"x\" > when A == \"1\""), "{out}");
    assert_eq!(fs::read_to_string(&path).unwrap(), BROKEN, "--diff writes nothing");
    let (code, out, err) = tasq(folder.path(), &["fix", "."]);
    assert_eq!((code, out.as_str()), (0, ""));
    assert!(err.contains("TQ0112: write `==`"), "{err}");
    assert_eq!(fs::read_to_string(&path).unwrap(), MENDED);
    let (code, out, err) = tasq(folder.path(), &["fix", "a.tasq"]);
    assert_eq!((code, out.as_str(), err.as_str()), (0, "", ""), "nothing is left to do");
}

#[test]
fn fix_tells_what_is_left() {
    let folder = tempfile::tempdir().unwrap();
    // A misspelled property is the author's to decide; the comparison is not.
    let text =
        "step \"a\" restart_computer < mesage_timeout: 60s > when A = \"1\"\nstep \"b\" set_variable < A = \"1\" >\n";
    fs::write(folder.path().join("a.tasq"), text).unwrap();
    fs::write(folder.path().join("b.tasq"), BROKEN).unwrap();
    let (code, _, err) = tasq(folder.path(), &["fix", "a.tasq", "b.tasq"]);
    assert_eq!(code, 1);
    assert!(err.contains("TQ0202"), "{err}");
    assert_eq!(fs::read_to_string(folder.path().join("b.tasq")).unwrap(), MENDED);
    let a = fs::read_to_string(folder.path().join("a.tasq")).unwrap();
    assert!(a.contains("when A == \"1\"") && a.contains("mesage_timeout"), "{a}");
    assert_eq!(tasq(folder.path(), &["fix", "none.tasq", "a.tasq"]).0, 2);
    let export = folder.path().join("e.xml");
    fs::write(&export, "<sequence version=\"3.10\"></sequence>").unwrap();
    let (code, _, err) = tasq(folder.path(), &["fix", "e.xml"]);
    assert!(code == 2 && err.contains("decompile"), "{err}");
}

#[test]
fn fix_writes_all_files_or_none() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.tasq"), BROKEN).unwrap();
    // The second one cannot be read, so the first one is not written either.
    let (code, ..) = tasq(folder.path(), &["fix", "a.tasq", "missing.tasq"]);
    assert_eq!(code, 2);
    assert_eq!(fs::read_to_string(folder.path().join("a.tasq")).unwrap(), BROKEN);
}
