//! Nothing counts as done that nobody described, nothing vanishes, and all outputs count the same.

use serde_json::Value;

use crate::cli::{Outcome, Scratch};

const LAB: &str = r#"sequence "Fails" < external_variables: [Ring] >

step "Ready" check_readiness < memory: 32GB, ac_power: true, continue_on_error: true >
group "Work" < continue_on_error: true > {
    step "Copy" run_command_line < "cmd.exe /c copy a b" >
    step "Install" run_command_line < "setup.exe /quiet" >
    step "Never" run_command_line < "never.exe" >
    group "Inner" {
        step "Deep" run_command_line < "deep.exe" >
    }
}
step "Maybe" run_command_line < "maybe.exe" > when Ring == "pilot"
step "Off" run_command_line < "off.exe", disabled: true >
step "Restart" restart_computer < target: hard_disk >
step "End" run_command_line < "end.exe" >
group "Behind" {
    step "One" run_command_line < "one.exe" >
    step "Two" run_command_line < "two.exe" >
}

test "ends" < Ring = "broad" > {
    mock step "Install" exits 0
    expect success
}

test "described" < Ring = "broad", undecided: allow > {
    mock step "*" exits 0
    expect success
}
"#;

const MACHINE: &str = r#"name = "LAP-1"
memory = "16GB"
[power]
ac = false
[[outcomes]]
step = "Install"
exit_code = 1603
[[outcomes]]
step = "End"
exit_code = 5
"#;

/// Two commands that nobody described, and nothing else.
const TWO: &str = "step \"One\" run_command_line < \"one.exe\" >\nstep \"Two\" run_powershell_script < \"Get-Date\" >\n";

fn scratch() -> Scratch {
    Scratch::new(&[
        ("lab.tasq", LAB.as_bytes()),
        ("m.toml", MACHINE.as_bytes()),
        ("two.tasq", TWO.as_bytes()),
        (
            "given.toml",
            b"[[outcomes]]\nstep = \"*\"\nexit_code = 0\n".as_slice(),
        ),
    ])
}

fn json(outcome: &Outcome) -> Value {
    serde_json::from_str(&outcome.out)
        .unwrap_or_else(|error| panic!("{error}: {}\n{}", outcome.out, outcome.err))
}

/// The JSON of a `<script>` of a page.
fn in_page(html: &str, id: &str) -> Value {
    let start = format!("<script type=\"application/json\" id=\"{id}\">");
    let from = html.find(&start).expect("data") + start.len();
    let to = from + html[from..].find("</script>").expect("an end");
    serde_json::from_str(&html[from..to]).expect("the data is JSON")
}

#[test]
fn what_nobody_described_is_marked_and_what_was_not_reached_is_listed() {
    let scratch = scratch();
    let run = scratch.run(&["simulate", "lab.tasq", "-m", "m.toml"]);
    assert_eq!(run.code, Some(1));
    insta::assert_snapshot!("assumptions_short", run.out);
    let run = scratch.run(&["simulate", "lab.tasq", "-m", "m.toml", "--verbose"]);
    insta::assert_snapshot!("assumptions_verbose", run.out);
}

#[test]
fn text_page_and_json_count_the_same() {
    let scratch = scratch();
    let args = ["simulate", "lab.tasq", "-m", "m.toml"];
    let text = scratch.run(&args).out;
    let with =
        |format: &str| scratch.run(&[args.as_slice(), &["--output-format", format]].concat());
    let value = json(&with("json"));
    let summary = &value["summary"];
    let number = |name: &str| summary[name].as_u64().expect("a number");
    let undecided = summary["undecided"].as_array().map_or(0, Vec::len);
    let sentence = format!(
        "if {} assumption and {undecided} undecided answer hold: {} ran ({} on an assumption), {} skipped, {} not reached, {} failed, {undecided} undecided, {} restart.",
        number("assumed"),
        number("ran"),
        number("assumed"),
        number("skipped"),
        number("not_reached"),
        number("failed"),
        number("restarts")
    );
    assert!(text.contains(&sentence), "{sentence}\n{text}");
    // The page has the same numbers, and its rows are counted as they were.
    let html = with("html").out;
    assert_eq!(&in_page(&html, "run")["summary"], summary);
    let counts = in_page(&html, "counts");
    assert!(text.contains(counts["ended"].as_str().expect("words")));
    let rows = counts["events"].as_array().expect("a list");
    let counted = |word: &str| {
        let all = rows
            .iter()
            .flat_map(|row| row.as_array().into_iter().flatten());
        all.filter(|own| *own == word).count() as u64
    };
    for (word, name) in [
        ("ran", "ran"),
        ("assumed", "assumed"),
        ("skipped", "skipped"),
        ("not_reached", "not_reached"),
        ("failed", "failed"),
        ("restart", "restarts"),
    ] {
        assert_eq!(counted(word), number(name), "{word}");
    }
    assert_eq!(counted("undecided"), undecided as u64);
    // The tree has a line for each of what is skipped and not reached.
    let dots = text
        .lines()
        .filter(|line| line.trim().starts_with('·'))
        .count() as u64;
    assert_eq!(dots, number("skipped") + number("not_reached"), "{text}");
}

#[test]
fn instructions_have_the_numbers_of_the_log() {
    let scratch = scratch();
    let args = [
        "simulate",
        "lab.tasq",
        "-m",
        "m.toml",
        "--output-format",
        "json",
    ];
    let value = json(&scratch.run(&args));
    let events = value["events"].as_array().expect("a list");
    let number = |name: &str| {
        let own = events.iter().find(|event| event["at"]["name"] == name);
        own.and_then(|event| event["at"]["instruction"].as_u64())
    };
    // A group takes a number where it begins and one where it ends.
    let found = [
        "Ready", "Work", "Never", "Inner", "Deep", "Maybe", "Behind", "Two",
    ]
    .map(number);
    assert_eq!(found, [0, 1, 4, 5, 6, 9, 13, 15].map(Some));
    let steps = scratch
        .run_with_input(&["repl"], b":load lab.tasq\n:steps\n")
        .out;
    for line in [
        "     4    Never",
        "     6      Deep",
        "     9  Maybe",
        "    15    Two",
    ] {
        assert!(steps.contains(line), "{line}\n{steps}");
    }
}

#[test]
fn the_prompt_marks_and_counts_as_a_simulation_does() {
    let scratch = scratch();
    let said = scratch.run(&["simulate", "two.tasq"]).out;
    let sentence = said.lines().last().expect("a line");
    assert_eq!(
        sentence,
        "Success, if 2 assumptions hold: 2 ran (2 on an assumption)."
    );
    let typed = b":load two.tasq\n:next\n:run\n:why Two\n:reset\n:run\n";
    let session = scratch.run_with_input(&["repl"], typed).out;
    assert_eq!(session.matches(sentence).count(), 2, "{session}");
    assert_eq!(
        session
            .matches("? One  would run: one.exe – assumed to succeed")
            .count(),
        2,
        "{session}"
    );
}

#[test]
fn a_failed_step_at_the_prompt_can_still_reach_the_rest() {
    let source = "step \"A\" run_command_line < \"cmd.exe /c exit 5\" >\nstep \"B\" run_command_line < \"b.exe\" >\n";
    let scratch = Scratch::new(&[("a.tasq", source.as_bytes())]);
    let session = scratch
        .run_with_input(&["repl"], b":load a.tasq\n:run\n")
        .out;
    assert!(
        session.contains("exit code 5 is none of success"),
        "{session}"
    );
    assert!(!session.contains("not reached"), "{session}");
}

#[test]
fn a_build_server_can_refuse_what_is_open() {
    let scratch = scratch();
    scratch.run(&["simulate", "two.tasq"]).succeeds();
    scratch
        .run(&["simulate", "two.tasq", "--fail-on-undecided"])
        .succeeds();
    scratch
        .run(&["simulate", "two.tasq", "--fail-on-assumption"])
        .fails(1, &["steps on an assumption: 2"]);
    scratch
        .run(&[
            "simulate",
            "two.tasq",
            "-m",
            "given.toml",
            "--fail-on-assumption",
        ])
        .succeeds();
    let open = "step \"Maybe\" set_variable < A = \"b\" > when Ring == \"pilot\"\n";
    let open = format!("sequence \"Open\" < external_variables: [Ring] >\n{open}");
    let other = Scratch::new(&[("open.tasq", open.as_bytes())]);
    let run = other.run(&["simulate", "open.tasq", "--fail-on-assumption"]);
    run.succeeds();
    assert!(
        run.out
            .contains("Success, if 1 undecided answer holds: 0 ran"),
        "{}",
        run.out
    );
    other
        .run(&["simulate", "open.tasq", "--fail-on-undecided"])
        .fails(1, &["questions that nobody could decide: 1"]);
    other
        .run(&[
            "simulate",
            "open.tasq",
            "--fail-on-undecided",
            "--set",
            "Ring=x",
        ])
        .succeeds();
}

#[test]
fn tests_say_on_how_much_they_rest() {
    let scratch = scratch();
    let run = scratch.run(&["test", "lab.tasq", "--junit", "-"]);
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    for line in [
        "✓ ends, if 7 assumptions hold",
        "✓ described\n",
        "2 tests: 2 passed (1 on assumptions)",
        "<system-out>passed, if 7 assumptions hold: &quot;Ready&quot;",
    ] {
        let plain = line.replace("&quot;", "\"");
        assert!(
            run.out.contains(line) || run.out.contains(&plain),
            "{line}\n{}",
            run.out
        );
    }
    let value = json(&scratch.run(&["test", "lab.tasq", "--output-format", "json"]));
    let tests = &value["files"][0]["tests"];
    assert_eq!(tests[0]["assumed"].as_array().map(Vec::len), Some(7));
    assert_eq!(tests[1]["assumed"].as_array().map(Vec::len), Some(0));
    let strict = scratch.run(&["test", "lab.tasq", "--fail-on-assumption"]);
    assert_eq!(strict.code, Some(1));
    for line in [
        "expected every outcome given",
        "the outcome of 7 steps rests on an assumption",
        "\"Work\" / \"Copy\": nobody said how it ends",
        "2 tests: 1 passed, 1 failed",
    ] {
        assert!(strict.out.contains(line), "{line}\n{}", strict.out);
    }
}
