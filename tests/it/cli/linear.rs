//! Long and broken text costs no more than it is long. What is counted is what is said, never a
//! clock; memory has a limit where the system knows one.

use std::fmt::Write as _;

use super::Scratch;

/// What a kind of broken text is made of: before it, what is repeated, behind it.
const BROKEN: [(&str, &str, &str, &str); 13] = [
    ("braces", "", "{}", ""),
    ("step", "", "step ", ""),
    ("use", "", "use ", ""),
    ("properties", "sequence \"x\" < ", "a: ", "\""),
    ("commas", "sequence \"x\" < ", "< , ", ""),
    ("let", "param x: one_of(\"a\",", "let ", "])"),
    (
        "secrets",
        "step \"A\" run_command_line < ",
        "secret(\"X\") ",
        "",
    ),
    (
        "open brackets",
        "step \"A\" run_command_line < \"x\" > when ",
        "(",
        "",
    ),
    ("brackets", "let x = ", "[]", ""),
    (
        "items",
        "step \"A\" install_application < ",
        "application(\"a\", \"b\"), ",
        ">",
    ),
    (
        "names",
        "step \"A\" install_application < [",
        "application(Nobody, \"b\"), ",
        "] >",
    ),
    ("quotes", "step ", "\"a\" ", ""),
    (
        "or",
        "step \"A\" run_command_line < \"x\" > when ",
        "A = \"1\" or ",
        "A = \"1\"",
    ),
];

#[test]
fn twice_the_broken_text_has_at_most_twice_the_findings() {
    for (what, before, again, behind) in BROKEN {
        let of = |count: usize| format!("{before}{}{behind}\n", again.repeat(count));
        let (short, long) = (of(5_000), of(10_000));
        let files: &[(&str, &[u8])] = &[("s.tasq", short.as_bytes()), ("l.tasq", long.as_bytes())];
        let scratch = Scratch::new(files);
        let said = |name: &str| {
            let done = scratch.bounded(&["check", name, "--output-format", "short"]);
            assert!(matches!(done.code, Some(0 | 1)), "{what}: {}", done.err);
            done.err.lines().count()
        };
        let (few, many) = (said("s.tasq"), said("l.tasq"));
        assert!(
            many <= 2 * few,
            "{what}: {few} findings of one half, {many} of both"
        );
        let fixed = scratch.bounded(&["fix", "--diff", "l.tasq"]);
        assert!(matches!(fixed.code, Some(0 | 1)), "{what}: {}", fixed.err);
    }
}

#[test]
fn a_machine_file_of_very_many_variables_is_read() {
    let mut text = "[variables]\n".to_owned();
    for number in 0..100_000 {
        writeln!(text, "V{number} = \"x\"").expect("a text grows");
    }
    text += "V7 = \"last\"\n";
    let files: &[(&str, &[u8])] = &[
        ("m.toml", text.as_bytes()),
        ("a.tasq", b"step \"A\" run_command_line < \"x\" >\n"),
    ];
    let done = Scratch::new(files).bounded(&["simulate", "a.tasq", "-m", "m.toml"]);
    assert_eq!(done.code, Some(1), "{}", done.err);
    assert!(done.err.contains("V7"), "{}", done.err);
}
