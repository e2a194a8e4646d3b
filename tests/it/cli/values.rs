//! Values for parameters and variables: where they go, and what is said where they cannot.

use super::Scratch;

const WAITING: &[u8] = b"param ring: text\n\
    step \"A\" set_variable < X = \"${ring}\" >\n\
    test \"one\" < parameters: < ring: \"x\" > > { expect X == \"x\" }\n\
    test \"two\" < parameters: < ring: \"y\" > > { expect X == \"y\" }\n";

#[test]
fn tests_give_a_parameter_without_a_default_in_their_own_file() {
    let scratch = Scratch::new(&[("w.tasq", WAITING)]);
    let out = scratch.run(&["test", "w.tasq"]);
    assert_eq!(out.code, Some(0), "{}{}", out.out, out.err);
    assert!(out.out.contains("2 passed"), "{}", out.out);
    // A test wins over the command line.
    let out = scratch.run(&["test", "w.tasq", "--param", "ring=z"]);
    assert_eq!(out.code, Some(0), "{}{}", out.out, out.err);
    // Nobody gives it to a build.
    scratch
        .run(&["build", "w.tasq"])
        .fails(1, &["TQ0215", "`ring` has no value"]);
}

#[test]
fn a_test_that_gives_no_value_is_named_and_the_others_run() {
    let mut source = WAITING.to_vec();
    source.extend(b"test \"three\" { expect success }\n");
    let scratch = Scratch::new(&[("w.tasq", &source)]);
    let out = scratch.run(&["test", "w.tasq"]);
    assert_eq!(out.code, Some(1), "{}{}", out.out, out.err);
    for said in ["TQ0215", "`ring` has no value in this test", "w.tasq:5:6"] {
        assert!(out.err.contains(said), "{said}:\n{}", out.err);
    }
    assert!(out.out.contains("2 passed"), "{}", out.out);
    let out = scratch.run(&["test", "w.tasq", "--param", "ring=z"]);
    assert_eq!(out.code, Some(0), "{}{}", out.out, out.err);
    // Another error is one.
    source.extend(b"step \"B\" bogus\n");
    let scratch = Scratch::new(&[("w.tasq", &source)]);
    scratch
        .run(&["test", "w.tasq"])
        .fails(1, &["`ring` has no value", "bogus"]);
}

#[test]
fn a_file_of_tests_passes_parameters_on() {
    let source = b"param ring: text\nstep \"A\" set_variable < X = \"${ring}\" >\n";
    let test =
        b"param own: text = \"a\"\ntest \"t\" < Y = own > { expect X == \"cli\" and Y == \"b\" }\n";
    let scratch = Scratch::new(&[("q.tasq", source), ("q.test.tasq", test)]);
    let both = ["--param", "ring=cli", "--param", "own=b"];
    let out = scratch.run(&[&["test", "q.test.tasq"], &both[..]].concat());
    assert_eq!(out.code, Some(0), "{}{}", out.out, out.err);
    let out = scratch.run(&[&["check", "q.test.tasq"], &both[..]].concat());
    assert_eq!(out.code, Some(0), "{}{}", out.out, out.err);
    let out = scratch.run(&["test", "q.test.tasq", "--param", "ring=cli"]);
    assert_eq!(out.code, Some(1), "{}{}", out.out, out.err);
    assert!(out.out.contains("Y is \"a\""), "{}", out.out);
    // What no file declares is still said.
    scratch
        .run(&[&["test", "q.test.tasq", "--param", "rung=x"], &both[..]].concat())
        .fails(1, &["`rung`", "no such parameter"]);
    scratch
        .run(&["test", "q.test.tasq"])
        .fails(1, &["q.tasq cannot be tested: `ring` has no value"]);
}

#[test]
fn advice_can_be_followed() {
    let scratch = Scratch::new(&[("a.tasq", b"step \"A\" set_variable < X = \"1\" >\n")]);
    for verb in ["build", "check"] {
        for wrong in ["Site", "=x", ""] {
            let out = scratch.run(&[verb, "a.tasq", "--set", wrong]);
            assert!(
                out.err.contains("use --param NAME=VALUE for"),
                "{}",
                out.err
            );
        }
        scratch
            .run(&[verb, "a.tasq", "--set", "Site=x"])
            .fails(2, &["use --param Site=x for"]);
    }
    for wrong in ["Site", "=x"] {
        scratch
            .run(&["eval", "X", "--param", wrong])
            .fails(2, &["use --set NAME=VALUE for"]);
    }
    let out = scratch.run(&["eval", "X", "--param-file", "v.toml"]);
    assert_eq!(out.code, Some(2));
    assert!(out.err.contains("use --set NAME=VALUE for"), "{}", out.err);
    assert!(!out.err.contains("--param'"), "{}", out.err);
}

#[test]
fn a_variable_named_like_a_parameter_is_told_where_the_parameter_has_no_value() {
    let source = b"param ring: text\nstep \"A\" set_variable < X = \"${ring}\" >\n";
    let test = b"test \"t\" { expect X == \"x\" }\n";
    let own = b"param ring: text\nstep \"A\" set_variable < X = \"${ring}\" >\ntest \"t\" { expect success }\n";
    let scratch = Scratch::new(&[("a.tasq", source), ("a.test.tasq", test), ("own.tasq", own)]);
    let verbs: [&[&str]; 5] = [
        &["simulate", "a.tasq"],
        &["run", "--what-if", "a.tasq"],
        &["test", "a.test.tasq"],
        &["test", "own.tasq"],
        &["repl", "a.tasq"],
    ];
    for verb in verbs {
        let out = scratch.run(&[verb, &["--set", "ring=x"]].concat());
        let warning = "warning: --set ring=";
        let told = out.err.matches(warning).count();
        assert_eq!(told, 1, "{verb:?}: {}{}", out.out, out.err);
        let value = format!("{}{}", out.out, out.err);
        assert!(
            value.contains("`ring` has no value")
                || value.contains("parameter `ring` has no value"),
            "{verb:?}: {value}"
        );
    }
}
