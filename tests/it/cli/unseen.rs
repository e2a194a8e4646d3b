//! What a terminal would obey, or nobody would see, is written out in everything that people read.

use std::io::{Cursor, Write as _};

use super::Scratch;

/// Names and commands with such characters.
const SOURCE: &str = "sequence \"Lab\u{202e}\" < external_variables: [Ring] >\n\
    step \"A\u{9b}31mEVIL\u{200b}\" run_command_line < \"cmd\u{202e}exe /c x\u{7f}\" >\n\
    group \"G\u{2066}\" { step \"B\u{feff}\" set_variable < R = \"v\u{200e}w\" > when Ring == \"\u{85}\" }\n\
    test \"T\u{202d}\" { expect R == \"other\u{200b}\" }\n";

/// The characters that may not be there; the program's own colours are taken out before.
fn unseen(shown: &str) -> Option<String> {
    let mut rest = shown.to_owned();
    while let Some(at) = rest.find("\u{1b}[") {
        let tail = &rest[at + 2..];
        let end = tail.find(|c: char| !c.is_ascii_digit() && c != ';')?;
        if !tail[end..].starts_with('m') {
            break;
        }
        rest.replace_range(at..at + 2 + end + 1, "");
    }
    let bad = |c: &char| {
        matches!(*c, '\0'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}')
            || matches!(*c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
            || matches!(*c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fdd0}'..='\u{fdef}')
    };
    let found = rest.chars().find(bad)?;
    Some(format!("{found:?} in {shown:?}"))
}

const VERBS: &[&[&str]] = &[
    &["check", "a.tasq"],
    &["check", "a.tasq", "--output-format", "plain"],
    &["check", "a.tasq", "--output-format", "short"],
    &["check", "bad.tasq"],
    &["check", "bad.tasq", "--output-format", "plain"],
    &["check", "bad.tasq", "--output-format", "short"],
    &["simulate", "a.tasq", "--set", "Ring=\u{85}", "-v"],
    &["simulate", "a.tasq", "-o", "-"],
    &["test", "a.tasq", "-v"],
    &["fmt", "a.tasq", "--diff"],
    &["fix", "a.tasq", "--diff", "--unsafe"],
    &["run", "a.tasq", "--what-if"],
    &["eval", "R == \"x\u{202e}y\"", "--set", "R=a\u{200b}"],
    &["simulate", "no\u{1b}[31mfile\u{202e}.tasq"],
    &["check", "x\u{1b}[2J.xml"],
    &["check", "x\u{1b}[2J.xml", "--output-format", "short"],
    &["check", "bad.zip"],
    &["decompile", "bad.zip", "-o", "out"],
    &["simulate", "evil.xml"],
];

fn scratch() -> Scratch {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let name = "SMS_TaskSequencePackage/a\u{1b}[31m\n\u{7}\u{202e}/object.xml";
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file(name, options).expect("a member");
    zip.write_all(b"<sequence><broken</sequence>")
        .expect("written");
    let zip = zip.finish().expect("a zip").into_inner();
    let evil = "<sequence version=\"3.10\"><step type=\"SMS_TaskSequence_RunCommandLineAction\" name=\"E&#x202E;v\u{200b}\" description=\"\" runIn=\"WinPEandFullOS\" successCodeList=\"0 3010\" retryCount=\"0\" runFromNet=\"false\"><action>smsswd.exe /run: a&#x200B;b</action><defaultVarList><variable name=\"CommandLine\" property=\"CommandLine\" hidden=\"true\">a&#x200B;b</variable></defaultVarList></step></sequence>";
    let bad = "step \"A\u{1b}[31mEVIL\u{1b}]0;pwn\u{7}\" run_command_line < \"x\u{1b}[2J\", bog\u{200b}us: 1 >\n";
    let mut files: Vec<(&str, &[u8])> = vec![
        ("a.tasq", SOURCE.as_bytes()),
        ("bad.tasq", bad.as_bytes()),
        ("evil.xml", evil.as_bytes()),
        ("bad.zip", &zip),
    ];
    // Windows has no such names; there the file is missing, and named all the same.
    if cfg!(unix) {
        files.push(("x\u{1b}[2J.xml", b"<sequence><broken</sequence>"));
    }
    Scratch::new(&files)
}

#[test]
fn no_verb_shows_a_terminal_what_it_would_obey() {
    let scratch = scratch();
    for args in VERBS {
        for color in ["never", "always"] {
            let outcome = scratch.run(&[args, &["--color", color][..]].concat());
            for shown in [&outcome.out, &outcome.err] {
                assert_eq!(unseen(shown), None, "{args:?} {color}");
            }
            let all = format!("{}{}", outcome.out, outcome.err);
            let told = ["\\u{", "U+202E", "U+001B"];
            let told = told.iter().any(|sign| all.contains(sign));
            assert!(told, "{args:?} {color}: {all}");
            if args.contains(&"short") {
                let one = |line: &str| line.contains("[TQ") || line.starts_with("tasq: ");
                assert!(all.lines().all(one), "{all}");
            }
        }
    }
}

/// A line end in a member's name would begin a line that looks like one of the program's own.
#[test]
fn a_name_in_a_zip_forges_no_line() {
    let out = scratch().run(&["decompile", "bad.zip", "-o", "out"]);
    let all = format!("{}{}", out.out, out.err);
    assert!(all.contains("\\n\\u{7}"), "{all}");
}

#[test]
fn a_prompt_shows_what_nobody_sees() {
    let scratch = scratch();
    let entries = format!(
        "{}\nR == \"q\u{200b}\"\n:list\nlet x = \"\u{202e}\"\n",
        SOURCE.lines().nth(1).unwrap_or("")
    );
    for color in ["never", "always"] {
        let args = ["repl", "--echo", "--color", color];
        let outcome = scratch.run_with_input(&args, entries.as_bytes());
        assert_eq!(unseen(&outcome.out), None);
        assert_eq!(unseen(&outcome.err), None);
        assert!(outcome.out.contains("\\u{202e}"), "{}", outcome.out);
    }
}

#[test]
fn a_page_shows_what_nobody_sees() {
    let scratch = scratch();
    let page = scratch.run(&["simulate", "a.tasq", "--output-format", "html"]);
    assert_eq!(unseen(&page.out.replace('\r', "")), None);
    // JSON is for programs: what was there is there.
    let json = scratch.run(&["simulate", "a.tasq", "--output-format", "json"]);
    let run: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    assert!(run.to_string().contains("EVIL\u{200b}"), "{run}");
}

#[test]
fn what_nobody_sees_is_a_finding() {
    let scratch = scratch();
    let codes = |name: &str| {
        let out = scratch.run(&["check", name, "--output-format", "short"]);
        let all = format!("{}{}", out.out, out.err);
        let places = all.lines().filter(|line| line.contains("[TQ0117]"));
        let place = |line: &str| line.split(": ").next().unwrap_or("").to_owned();
        places.map(place).collect::<Vec<_>>()
    };
    let wanted = [
        "1:14", "2:8", "2:43", "3:10", "3:20", "3:46", "3:70", "4:8", "4:34",
    ];
    let found = codes("a.tasq");
    assert_eq!(found.len(), wanted.len(), "{found:?}");
    assert!(codes("evil.xml").len() >= 3, "{:?}", codes("evil.xml"));
    // An ordinary text, in whatever script, is none.
    let plain =
        "step \"Größe 日本語 👩\u{200d}💻 ⚙\u{fe0f} می\u{200c}خواهم\" run_command_line < \"x\" >\n";
    let scratch = Scratch::new(&[("a.tasq", plain.as_bytes())]);
    let out = scratch.run(&["check", "a.tasq"]);
    assert_eq!((out.code, out.err.as_str()), (Some(0), ""));
}
