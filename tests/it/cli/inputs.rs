//! What arguments stand for: files, folders, patterns, `-`; and that a broken file costs only
//! itself.

use super::{BAD, GOOD, Scratch, files_in};

const EXPORT: &[u8] = b"<sequence version=\"3.10\"></sequence>\r\n";
const BROKEN: &[u8] = b"<sequence version=\"3.10\"><group name=\"x\"></sequence>";
const MACHINE: &[u8] = b"name = \"PC1\"\n";
const TESTED: &[u8] =
    b"step \"A\" run_command_line < \"cmd.exe /c ver\" >\n\ntest \"t\" {\n    expect success\n}\n";

/// The files in a folder and those below it, in order.
fn files_below(folder: &std::path::Path) -> Vec<String> {
    let mut out = Vec::new();
    for name in files_in(folder) {
        let inner = folder.join(&name);
        if inner.is_dir() {
            let below = files_below(&inner).into_iter();
            out.extend(below.map(|file| format!("{name}/{file}")));
        } else {
            out.push(name);
        }
    }
    out
}

#[test]
fn patterns_are_expanded_by_the_program() {
    let files: &[(&str, &[u8])] = &[
        ("a.tasq", GOOD),
        ("B.TASQ", GOOD),
        ("x/c.tasq", GOOD),
        ("x/y/d.tasq", GOOD),
        ("x/.git/e.tasq", GOOD),
        ("x/readme.txt", b"<"),
        ("what[1].tasq", GOOD),
    ];
    let cases: &[(&[&str], &[&str])] = &[
        (&["*.tasq"], &["B.xml", "a.xml", "what[1].xml"]),
        (&["?.tasq"], &["B.xml", "a.xml"]),
        (
            &["**/*.tasq"],
            &["B.xml", "a.xml", "what[1].xml", "x/c.xml", "x/y/d.xml"],
        ),
        (&["x/*"], &["c.xml"]),
        (&["x/**"], &["c.xml", "y/d.xml"]),
        (&["*/*/D.*"], &["x/y/d.xml"]),
        (&["x/.g*/*.tasq"], &[".git/e.xml"]),
        (&["x/y/../*.tasq"], &["c.xml"]),
        (&["what[1].tasq"], &["what[1].xml"]),
        (&["x", "x/*.tasq", "x/c.tasq"], &["c.xml", "y/d.xml"]),
    ];
    for (patterns, wanted) in cases {
        let scratch = Scratch::new(files);
        let args = [&["build"], *patterns, &["-o", "out/"]].concat();
        let done = scratch.run(&args);
        assert_eq!(done.code, Some(0), "{patterns:?}: {}", done.err);
        assert_eq!(files_below(&scratch.path("out")), *wanted, "{patterns:?}");
    }
    let scratch = Scratch::new(files);
    let done = scratch.run(&["build", "a.tasq", "*.zip", "-o", "out"]);
    done.fails(2, &["no .tasq file that fits *.zip", "1 written, 1 failed"]);
    scratch
        .run(&["check", "*.zip"])
        .fails(2, &["that fits *.zip"]);
}

#[cfg(unix)]
#[test]
fn links_to_files_are_followed_and_links_to_folders_end() {
    let scratch = Scratch::new(&[("p/a.tasq", GOOD), ("other/b.tasq", GOOD)]);
    let link = |from: &str, to: &str| {
        std::os::unix::fs::symlink(from, scratch.path(to)).expect("a link can be made");
    };
    link("..", "p/round");
    link("../other/b.tasq", "p/b.tasq");
    for argument in ["p", "p/**/*.tasq"] {
        scratch
            .run(&["check", argument])
            .fails(0, &["2 checked, 0 failed"]);
    }
}

#[test]
fn check_takes_all_that_is_readable_below_a_folder() {
    let files: &[(&str, &[u8])] = &[
        ("p/a.tasq", GOOD),
        ("p/lab.xml", EXPORT),
        ("p/unattend.xml", b"<unattend/>"),
        (
            "p/drivers.zip",
            b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
        ),
        ("p/bad.tasq", BAD),
        ("p/broken.xml", BROKEN),
    ];
    let scratch = Scratch::new(files);
    let done = scratch.run(&["check", "p"]);
    done.fails(1, &["TQ0201", "TQ0701", "4 checked, 2 failed"]);
    assert!(!done.err.contains("unattend"), "{}", done.err);
    let short = scratch.run(&["check", "p", "--output-format", "short"]);
    assert!(
        short.err.lines().all(|line| line.contains("[TQ")),
        "{}",
        short.err
    );
}

#[test]
fn a_broken_export_costs_only_itself() {
    let files: &[(&str, &[u8])] = &[
        ("p/bad.xml", BROKEN),
        ("p/cut.zip", b"PK\x03\x04cut"),
        ("p/good.xml", EXPORT),
    ];
    let scratch = Scratch::new(files);
    let done = scratch.run(&["decompile", "p", "none.xml", "-o", "out"]);
    done.fails(
        2,
        &[
            "cannot read none.xml",
            "TQ0701",
            "1 written, 3 failed, 0 kept as XML",
        ],
    );
    assert_eq!(files_in(&scratch.path("out")), ["good.tasq"]);
    let done = scratch.run(&["decompile", "p/*.xml", "-o", "out2"]);
    done.fails(1, &["1 written, 1 failed"]);
    let json = scratch.run(&["decompile", "p", "--output-format", "json"]);
    assert_eq!(json.code, Some(1));
    let document: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(document["sequences"].as_array().map(Vec::len), Some(1));
    assert!(
        document["findings"]
            .as_array()
            .is_some_and(|list| !list.is_empty())
    );
}

#[test]
fn a_broken_file_costs_only_itself_in_every_verb() {
    let files: &[(&str, &[u8])] = &[
        ("p/a.tasq", b"step   \"A\" run_command_line < \"x\" >\n"),
        ("p/bad.tasq", b"step \"A\" run_command_line < \n"),
        ("p/raw.tasq", b"step \"\xff\" run_command_line < \"x\" >\n"),
        ("p/t.test.tasq", TESTED),
    ];
    let scratch = Scratch::new(files);
    let verbs: &[(&[&str], i32, &str)] = &[
        (
            &["fmt", "--check", "p"],
            1,
            "1 would be formatted, 2 failed, 1 unchanged",
        ),
        (
            &["fmt", "p", "none.tasq"],
            2,
            "1 formatted, 3 failed, 1 unchanged",
        ),
        (&["fix", "p"], 1, "0 mended, 2 failed, 2 unchanged"),
        (&["check", "p"], 1, "4 checked, 2 failed"),
        (&["build", "p", "-o", "out"], 1, "2 written, 2 failed"),
    ];
    for (args, code, line) in verbs {
        let done = scratch.run(args);
        assert_eq!(done.code, Some(*code), "{args:?}: {}", done.err);
        assert_eq!(
            done.err.lines().last(),
            Some(*line),
            "{args:?}: {}",
            done.err
        );
    }
    let done = scratch.run(&["test", "none.tasq", "p/t.test.tasq"]);
    done.fails(2, &["cannot read none.tasq", "1 tested, 1 failed"]);
    assert!(done.out.contains("1 passed"), "{}", done.out);
}

#[test]
fn machines_may_be_a_folder_and_a_broken_one_costs_only_itself() {
    let files: &[(&str, &[u8])] = &[
        ("lab.tasq", GOOD),
        ("m/a.toml", MACHINE),
        ("m/b.toml", b"name = "),
        ("m/c.toml", MACHINE),
    ];
    let scratch = Scratch::new(files);
    let done = scratch.run(&["simulate", "lab.tasq", "-m", "m"]);
    done.fails(1, &["b.toml"]);
    assert!(
        done.out.contains("a.toml") && done.out.contains("c.toml"),
        "{}",
        done.out
    );
    assert_eq!(
        scratch
            .run(&["simulate", "lab.tasq", "-m", "m/[ac].toml"])
            .code,
        Some(2)
    );
    assert_eq!(
        scratch
            .run(&["simulate", "lab.tasq", "-m", "m/?.toml"])
            .code,
        Some(1)
    );
}

#[test]
fn one_file_may_be_a_folder_that_holds_one() {
    let scratch = Scratch::new(&[("p/a.tasq", GOOD), ("q/a.tasq", GOOD), ("q/b.xml", EXPORT)]);
    assert_eq!(scratch.run(&["simulate", "p"]).code, Some(0));
    assert_eq!(scratch.run(&["simulate", "p/*.tasq"]).code, Some(0));
    scratch
        .run(&["simulate", "q"])
        .fails(2, &["one file is wanted, and q stands for 2"]);
}

#[test]
fn standard_input_stands_for_one_file() {
    let scratch = Scratch::new(&[]);
    let done = scratch.run_with_input(&["simulate", "-", "-m", "-"], MACHINE);
    done.fails(2, &["only one `-` can stand for it"]);
    let done = scratch.run_with_input(&["check", "-", "-"], GOOD);
    done.fails(2, &["only one `-`"]);
}
