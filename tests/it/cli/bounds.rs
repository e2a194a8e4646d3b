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

/// Steps of which each sets a variable.
fn sets(first: &str, count: usize, next: &str, more: &str) -> String {
    let mut text = format!("step \"S\" set_variable < A = \"{first}\" >\n");
    text +=
        &format!("step \"D\" set_variable < {next}, continue_on_error: {more} >\n").repeat(count);
    text
}

#[test]
fn values_of_a_run_that_double_fail_the_step_that_would_set_them() {
    let hundred = format!("A = \"{}\"", "%A%".repeat(100));
    for next in ["A = \"%A%%A%\"", hundred.as_str()] {
        let text = sets("xxxx", 200, next, "false");
        let scratch = Scratch::new(&[("a.tasq", text.as_bytes())]);
        let done = scratch.bounded(&["simulate", "a.tasq"]);
        assert_eq!(done.code, Some(1), "{}", done.err);
        for said in [
            "A would get more than 4000 characters",
            "it sets a value that is too long",
            "Failed at",
        ] {
            assert!(done.out.contains(said), "no {said:?} for {next}");
        }
        assert!(done.out.len() < 100_000, "{} bytes", done.out.len());
    }
    // Where each goes on, the variable keeps what it held.
    let text = sets("xxxx", 200, "A = \"%A%%A%\"", "true");
    let scratch = Scratch::new(&[("a.tasq", text.as_bytes())]);
    let done = scratch.bounded(&["simulate", "a.tasq", "--output-format", "json"]);
    assert_eq!(done.code, Some(0), "{}", done.err);
    assert_eq!(done.out.matches("\"value_too_long\"").count(), 191);
}

#[test]
fn what_the_variables_of_a_run_make_together_has_a_limit() {
    let long = "x".repeat(3900);
    let eight: String = (0..8).map(|_| "%A%").collect();
    let command = format!("step \"C\" run_command_line < \"{eight}\", continue_on_error: true >\n");
    let copies = (0..4000).map(|n| format!("step \"C\" set_variable < B{n} = \"%A%\" >\n"));
    for rest in [command.repeat(600), copies.collect()] {
        let text = format!("step \"S\" set_variable < A = \"{long}\" >\n{rest}");
        let scratch = Scratch::new(&[("a.tasq", text.as_bytes())]);
        let done = scratch.bounded(&["simulate", "a.tasq"]);
        assert_eq!(done.code, Some(1), "{}", done.err);
        let said = "the run's variables made more than 16777216 bytes of text";
        assert_eq!(done.out.matches(said).count(), 1, "nothing continues it");
    }
}

/// A sequence that runs another one so often.
fn runs(next: usize, count: usize) -> String {
    let id = format!("PS1{next:05}");
    format!("step \"R\" run_task_sequence < task_sequence: task_sequence(\"{id}\", \"C\") >\n")
        .repeat(count)
}

#[test]
fn children_that_run_children_are_counted_before_they_are_laid_out() {
    let cases = [
        (12, 10, "more than 200000 instructions"),
        (60, 1, "more than 50 deep"),
    ];
    for (length, count, said) in cases {
        let scratch = Scratch::new(&[]);
        let mut site = String::new();
        for number in 0..=length {
            let text = match number == length {
                true => "step \"End\" run_command_line < \"true\" >\n".to_owned(),
                false => runs(number + 1, count),
            };
            std::fs::write(scratch.path(&format!("c{number}.tasq")), text).expect("written");
            writeln!(
                site,
                "[[sequences]]\nid = \"PS1{number:05}\"\nfile = \"c{number}.tasq\""
            )
            .expect("a text grows");
        }
        std::fs::write(scratch.path("site.toml"), site).expect("written");
        let args = ["run", "c0.tasq", "--what-if", "--site", "site.toml"];
        scratch.bounded(&args).fails(2, &[said]);
    }
}

#[test]
fn members_of_an_archive_that_lie_over_each_other_or_claim_too_much_are_refused() {
    let archive = archive_of(&[("a.xml", LAB), ("b.xml", LAB)]);
    // The directory's entries: where a member lies stands 42 bytes behind the beginning of its
    // entry, and how large it is 24 bytes behind it.
    let entries: Vec<usize> = (0..archive.len() - 4)
        .filter(|at| archive[*at..].starts_with(b"PK\x01\x02"))
        .collect();
    let mut over = archive.clone();
    over[entries[1] + 42..entries[1] + 46].fill(0);
    let mut claims = archive.clone();
    claims[entries[0] + 24] += 9;
    for (bytes, said) in [(over, "lie over each other"), (claims, "its entry claims")] {
        let scratch = Scratch::new(&[("x.zip", &bytes)]);
        for verb in ["check", "decompile", "simulate"] {
            let done = scratch.bounded(&[verb, "x.zip"]);
            assert_ne!(done.code, Some(0), "{verb}");
            assert!(done.err.contains(said), "{verb}: {}", done.err);
        }
    }
}

const LAB: &str = "<sequence version=\"3.10\"></sequence>";

/// An archive with these members, not compressed.
fn archive_of(members: &[(&str, &str)]) -> Vec<u8> {
    use std::io::Write as _;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, text) in members {
        zip.start_file(*name, options).expect("a member begins");
        zip.write_all(text.as_bytes()).expect("a member is written");
    }
    zip.finish().expect("the archive is whole").into_inner()
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
