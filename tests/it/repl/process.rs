//! The prompt and `eval` as processes.

use super::*;

/// Runs the program with some input; its output and exit code.
pub fn tasq(folder: &Path, arguments: &[&str], input: &str) -> (String, String, i32) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tasq"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program can be started");
    // A program that ends early reads no more.
    let _ = child
        .stdin
        .take()
        .expect("standard input")
        .write_all(input.as_bytes());
    let output = child.wait_with_output().expect("the program ends");
    let text = |bytes: Vec<u8>| {
        String::from_utf8(bytes)
            .expect("the output is UTF-8")
            .replace("\r\n", "\n")
    };
    (
        text(output.stdout),
        text(output.stderr),
        output.status.code().expect("an exit code"),
    )
}

#[test]
fn repl_standard_input_gives_plain_answers() {
    let scratch = TempDir::new().expect("a scratch folder can be made");
    let (stdout, stderr, code) = tasq(
        scratch.path(),
        &["repl"],
        "set Ring = pilot\r\nRing == \"pilot\"\r\n",
    );
    assert_eq!((stderr.as_str(), code), ("", 0));
    assert_eq!(
        stdout,
        "Ring = \"pilot\"\ntrue\n  ✓ Ring == \"pilot\"\n      Ring is \"pilot\"\n"
    );
    assert!(
        !stdout.contains('\u{1b}') && !stdout.contains("tasq>"),
        "{stdout:?}"
    );
}

#[test]
fn repl_echo_shows_entries_and_hides_secrets() {
    let scratch = TempDir::new().expect("a scratch folder can be made");
    let typed = "set Ring = pilot\nset masked Key = hunter22\ngroup \"A\" {\n}\n";
    let (stdout, _, code) = tasq(scratch.path(), &["repl", "--echo"], typed);
    assert_eq!(code, 0);
    let wanted = "tasq> set Ring = pilot\nRing = \"pilot\"\ntasq> ********\nKey = ********\ntasq> group \"A\" {\n    | }\n▸ A\n";
    assert_eq!(stdout, wanted);
}

#[test]
fn repl_a_refused_entry_ends_with_one_and_the_rest_is_answered() {
    let scratch = TempDir::new().expect("a scratch folder can be made");
    let (stdout, _, code) = tasq(
        scratch.path(),
        &["repl"],
        ":nonsense\nset A = 1\n:quit\nset B = 2\n",
    );
    assert_eq!(code, 1);
    assert!(
        stdout.contains("there is no command :nonsense") && stdout.ends_with("A = \"1\"\n"),
        "{stdout}"
    );
}

#[test]
fn repl_what_cannot_be_read_is_a_wrong_usage() {
    let scratch = TempDir::new().expect("a scratch folder can be made");
    let (_, stderr, code) = tasq(scratch.path(), &["repl", "--machine", "none.toml"], "");
    assert_eq!(code, 2, "{stderr}");
    assert!(stderr.contains("none.toml"), "{stderr}");
    let (_, stderr, code) = tasq(scratch.path(), &["repl", "none.tasq"], "");
    assert!(code == 2 && stderr.contains("none.tasq"), "{stderr}");
    fs::write(scratch.path().join("wrong.tasq"), "step").expect("a file can be written");
    let (stdout, _, code) = tasq(scratch.path(), &["repl", "wrong.tasq"], "set A = 1\n");
    assert!(
        code == 1 && stdout.contains("TQ0101") && !stdout.contains("A ="),
        "{stdout}"
    );
    let (_, stderr, code) = tasq(scratch.path(), &["repl", "--set", "Ring"], "");
    assert!(code == 2 && stderr.contains("NAME=VALUE"), "{stderr}");
}

#[test]
fn eval_tells_true_false_undecided_and_wrong_apart() {
    let scratch = TempDir::new().expect("a scratch folder can be made");
    let eval = |arguments: &[&str]| {
        let arguments: Vec<&str> = ["eval"].iter().chain(arguments).copied().collect();
        tasq(scratch.path(), &arguments, "")
    };
    let (stdout, stderr, code) = eval(&["Ring == \"pilot\"", "--set", "Ring=pilot"]);
    assert!(
        stdout.starts_with("true\n") && stderr.is_empty() && code == 0,
        "{stdout}{stderr}"
    );
    let (stdout, _, code) = eval(&["Ring == \"pilot\"", "--set", "Ring=broad"]);
    assert!(
        stdout.starts_with("false\n") && stdout.contains("Ring is \"broad\"") && code == 1,
        "{stdout}"
    );
    let (stdout, _, code) = eval(&["file 'C:\\a.txt'"]);
    assert!(
        stdout.starts_with("undecided\n")
            && stdout.contains("nobody said files.'C:\\a.txt'")
            && code == 3,
        "{stdout}"
    );
    let (stdout, stderr, code) = eval(&["Ring ="]);
    assert!(
        stdout.is_empty() && stderr.contains("TQ0") && code == 2,
        "{stdout}{stderr}"
    );
    let (stdout, _, code) = eval(&["\"%Ring%-1\"", "--set", "Ring=pilot"]);
    assert!(stdout.starts_with("\"pilot-1\"\n") && code == 0, "{stdout}");
    let (_, stderr, code) = eval(&["wmi \"SELEC\""]);
    assert!(stderr.contains("TQ0409") && code == 3, "{stderr}");
}

#[test]
fn eval_answers_programs_in_json() {
    let scratch = TempDir::new().expect("a scratch folder can be made");
    fs::write(scratch.path().join("pc.toml"), "make = \"LENOVO\"\n")
        .expect("a file can be written");
    let arguments = [
        "eval",
        "make == \"x\"",
        "--output-format",
        "json",
        "--machine",
        "pc.toml",
        "--set",
        "make=y",
    ];
    let (stdout, _, code) = tasq(scratch.path(), &arguments, "");
    let json: serde_json::Value = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!(code, 1);
    assert_eq!(
        (json["verdict"].as_str(), json["format_version"].as_i64()),
        (Some("false"), Some(1))
    );
    assert_eq!(json["operands"][0]["facts"][0]["value"]["text"], "y");
    let (stdout, _, _) = tasq(
        scratch.path(),
        &["eval", "\"%A%\"", "--output-format", "json"],
        "",
    );
    let json: serde_json::Value = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!(json["value"], "%A%");
    assert_eq!(json["missing"][0], "environment.A");
}

#[test]
fn eval_never_shows_a_secret() {
    let scratch = TempDir::new().expect("a scratch folder can be made");
    for format in ["text", "json"] {
        for expression in [
            "OSDJoinPassword == \"hunter22\"",
            "\"%OSDJoinPassword%\"",
            "OSDJoinPassword",
        ] {
            let arguments = [
                "eval",
                expression,
                "--set",
                "OSDJoinPassword=hunter22",
                "--output-format",
                format,
            ];
            let (stdout, stderr, _) = tasq(scratch.path(), &arguments, "");
            assert!(
                !stdout.contains("hunter22") && !stderr.contains("hunter22"),
                "{expression}: {stdout}{stderr}"
            );
        }
    }
}
