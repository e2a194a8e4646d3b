//! Inputs of a few kilobytes that would take all memory, and those that never end: an error, in
//! little memory where the system can limit it.

use std::fmt::Write as _;

use super::Scratch;

/// `let` lines, each made of the one before.
fn chain(first: &str, length: usize, next: impl Fn(&str) -> String) -> String {
    let mut text = format!("let a0 = {first}\n");
    for number in 1..length {
        let value = next(&format!("a{}", number - 1));
        writeln!(text, "let a{number} = {value}").expect("a text grows");
    }
    text
}

#[test]
fn compile_time_values_that_double_are_one_error() {
    let cases = [
        (
            "texts",
            chain("\"xx\"", 60, |name| format!("\"${{{name}}}${{{name}}}\"")),
            "TQ0007",
        ),
        (
            "lists",
            chain("[\"xx\"]", 60, |name| format!("[{name}, {name}]")),
            "TQ0007",
        ),
        (
            "inserted lists",
            chain("[\"xx\"]", 60, |name| format!("[${{{name}}}, ${{{name}}}]")),
            "TQ0007",
        ),
        (
            "calls",
            chain("package(\"x\")", 60, |name| {
                format!("package({name}, {name})")
            }),
            "TQ0007",
        ),
        (
            "depth",
            chain("[\"xx\"]", 5000, |name| format!("[{name}]")),
            "TQ0004",
        ),
    ];
    for (what, text, code) in cases {
        let scratch = Scratch::new(&[("a.tasq", text.as_bytes())]);
        for verb in ["check", "build", "simulate"] {
            let done = scratch.bounded(&[verb, "a.tasq"]);
            assert_eq!(done.code, Some(1), "{what}, {verb}: {}", done.err);
            assert_eq!(done.err.matches(code).count(), 1, "{what}, {verb}");
        }
    }
}

#[test]
fn files_count_towards_what_values_make() {
    let script = "x".repeat(1_000_000);
    let step = "step \"A\" run_powershell_script < file(\"a.ps1\") >\n".repeat(40);
    let files: &[(&str, &[u8])] = &[("a.ps1", script.as_bytes()), ("a.tasq", step.as_bytes())];
    let done = Scratch::new(files).bounded(&["check", "a.tasq"]);
    assert_eq!(
        (done.code, done.err.matches("TQ0007").count()),
        (Some(1), 1)
    );
}

#[test]
fn values_of_a_run_that_double_become_unknown() {
    let mut text = "step \"S\" set_variable < A = \"xxxx\" >\n".to_owned();
    text += &"step \"D\" set_variable < A = \"%A%%A%\" >\n".repeat(200);
    text += &"step \"C\" set_variable < B = \"%A%\" >\n".repeat(200);
    text += "step \"Q\" run_command_line < \"cmd.exe /c rem\" > when A == \"x\"\n";
    let scratch = Scratch::new(&[("a.tasq", text.as_bytes())]);
    let done = scratch.bounded(&["simulate", "a.tasq"]);
    assert_eq!(done.code, Some(0), "{}", done.err);
    assert!(
        done.out.contains("a text of more than 32773 bytes"),
        "{}",
        done.out.len()
    );
    assert!(
        done.out.len() < 1_000_000,
        "{} bytes are said",
        done.out.len()
    );
}

#[cfg(target_os = "linux")]
#[test]
fn pipes_and_devices_are_no_files() {
    let source = b"step \"A\" run_powershell_script < file(\"pipe\") >\n";
    let good = b"step \"A\" run_command_line < \"x\" >\n";
    let scratch = Scratch::new(&[
        ("a.tasq", source),
        ("b.tasq", good),
        ("site.toml", b"ca = \"pipe\"\n"),
    ]);
    let made = std::process::Command::new("mkfifo")
        .arg(scratch.path("pipe"))
        .status();
    assert!(made.is_ok_and(|made| made.success()));
    std::os::unix::fs::symlink("pipe", scratch.path("pipe.tasq")).expect("a link can be made");
    std::os::unix::fs::symlink("/dev/zero", scratch.path("zero.tasq")).expect("a link");
    let why = "a pipe or a device";
    let cases: &[&[&str]] = &[
        &["check", "pipe.tasq"],
        &["check", "zero.tasq"],
        &["fmt", "pipe.tasq"],
        &["fix", "zero.tasq"],
        &["build", "pipe.tasq"],
        &["decompile", "zero.tasq"],
        &["simulate", "b.tasq", "-m", "pipe"],
        &["simulate", "b.tasq", "-m", "/dev/zero"],
        &["run", "b.tasq", "--what-if", "--site", "pipe"],
        &["check", "b.tasq", "--param-file", "pipe"],
        &["run", "b.tasq", "--what-if", "--site", "site.toml"],
    ];
    for args in cases {
        let done = scratch.bounded(args);
        assert_eq!(done.code, Some(2), "{args:?}: {}", done.err);
        assert!(done.err.contains(why), "{args:?}: {}", done.err);
    }
    let done = scratch.bounded(&["check", "a.tasq"]);
    assert_eq!(done.code, Some(1), "{}", done.err);
    assert!(
        done.err.contains("TQ0005") && done.err.contains(why),
        "{}",
        done.err
    );
}
