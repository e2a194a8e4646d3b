//! The real program: its verbs, its exit codes, and every kind of bad input it must survive.

mod bounds;
mod inputs;
mod linear;
mod outputs;
mod secrets;
mod unseen;
mod values;

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::Value;
use tasq::internals::vocabulary::{Dialect, step_type};

/// How often a program is killed at random: `TASQ_CRASHES` in the environment says it.
pub fn crashes() -> u32 {
    let given = std::env::var("TASQ_CRASHES").ok();
    given.and_then(|text| text.parse().ok()).unwrap_or(12)
}

/// A scratch folder with files, in which the program runs.
pub struct Scratch {
    folder: tempfile::TempDir,
}

impl Scratch {
    pub fn new(files: &[(&str, &[u8])]) -> Self {
        let scratch = Scratch {
            folder: tempfile::tempdir().expect("a scratch folder can be made"),
        };
        for (name, bytes) in files {
            let path = scratch.path(name);
            fs::create_dir_all(path.parent().expect("a file has a folder"))
                .expect("a folder can be made");
            fs::write(path, bytes).expect("a file can be written");
        }
        scratch
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tasq"));
        command
            .args(args)
            .current_dir(self.folder.path())
            .env_remove("NO_COLOR")
            .env_remove("CLICOLOR_FORCE")
            .stdin(Stdio::null());
        command
    }

    pub fn run(&self, args: &[&str]) -> Outcome {
        Outcome::of(&self.command(args).output().expect("the program starts"))
    }

    /// Runs with at most 1 GB of address space, where a shell can say so.
    pub fn bounded(&self, args: &[&str]) -> Outcome {
        if !cfg!(target_os = "linux") {
            return self.run(args);
        }
        let mut command = Command::new("sh");
        command
            .args(["-c", "ulimit -v 1000000; exec \"$0\" \"$@\""])
            .arg(env!("CARGO_BIN_EXE_tasq"))
            .args(args)
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        Outcome::of(&command.output().expect("a shell starts"))
    }

    pub fn run_with_input(&self, args: &[&str], input: &[u8]) -> Outcome {
        let mut command = self.command(args);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        // The program may stop reading early; that is its right.
        let _ = child.stdin.take().expect("input is piped").write_all(input);
        Outcome::of(&child.wait_with_output().expect("the program ends"))
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("a file can be read")
    }
}

pub struct Outcome {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Outcome {
    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Outcome {
            code: output.status.code(),
            out: text(&output.stdout),
            err: text(&output.stderr),
        }
    }

    /// Asserts the exit code and that standard error holds each of the words.
    pub fn fails(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, Some(code), "exit code; stderr:\n{}", self.err);
        for word in words {
            assert!(
                self.err.contains(word),
                "{word:?} is said; stderr:\n{}",
                self.err
            );
        }
        assert!(
            !self.err.contains("panicked"),
            "no panic; stderr:\n{}",
            self.err
        );
    }

    pub fn succeeds(&self) {
        assert_eq!(
            (self.code, self.err.as_str()),
            (Some(0), ""),
            "out:\n{}",
            self.out
        );
    }
}

const GOOD: &[u8] = b"step \"A\" run_command_line < \"cmd.exe /c ver\" >\n";
const BAD: &[u8] = b"step \"A\" run_comand_line < \"cmd.exe /c ver\" >\n";

pub fn files_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder can be listed");
    let mut names: Vec<String> = entries
        .map(|entry| {
            entry
                .expect("an entry can be read")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

#[test]
fn build_writes_xml_to_standard_output_or_a_file() {
    let scratch = Scratch::new(&[("a.tasq", GOOD)]);
    let shown = scratch.run(&["build", "a.tasq"]);
    shown.succeeds();
    assert!(
        shown
            .out
            .starts_with("<sequence version=\"3.10\"><step type=")
            && shown.out.ends_with("</sequence>\r\n")
    );
    scratch.run(&["build", "a.tasq", "-o", "a.xml"]).succeeds();
    assert_eq!(scratch.read("a.xml"), shown.out);
    scratch
        .run(&["build", "a.tasq", "--pretty", "-o", "p.xml"])
        .succeeds();
    assert!(
        scratch
            .read("p.xml")
            .starts_with("<sequence version=\"3.10\">\r\n  <step type=")
    );
    let piped = scratch.run_with_input(&["build", "-"], GOOD);
    piped.succeeds();
    assert_eq!(piped.out, shown.out);
}

#[test]
fn build_of_several_sources_needs_a_folder() {
    let scratch = Scratch::new(&[("a.tasq", GOOD), ("b.tasq", GOOD)]);
    scratch
        .run(&["build", "a.tasq", "b.tasq"])
        .fails(2, &["-o DIR"]);
    scratch
        .run(&["build", "a.tasq", "b.tasq", "-o", "out"])
        .fails(0, &["2 written, 0 failed"]);
    assert_eq!(files_in(&scratch.path("out")), ["a.xml", "b.xml"]);
    let once = scratch.run(&["build", "a.tasq", "./a.tasq"]);
    once.succeeds();
    assert_eq!(once.out, scratch.read("out/a.xml"));
}

#[test]
fn parameters_come_from_arguments_and_from_files() {
    let source = b"param ring: one_of(\"pilot\", \"broad\")\nparam n: integer = 1\nstep \"A ${ring} ${n}\" run_command_line < \"x\" >\n";
    let scratch = Scratch::new(&[
        ("a.tasq", source),
        ("v.toml", b"ring = \"pilot\"\nn = 7\n"),
        ("v.json", b"{ \"ring\": \"pilot\", \"n\": 8 }"),
        ("bad.toml", b"n = 1.5\n"),
        ("bad.json", b"ring = 1"),
    ]);
    assert!(
        scratch
            .run(&["build", "a.tasq", "--param", "ring=broad"])
            .out
            .contains("name=\"A broad 1\"")
    );
    assert!(
        scratch
            .run(&["build", "a.tasq", "--param-file", "v.toml"])
            .out
            .contains("name=\"A pilot 7\"")
    );
    assert!(
        scratch
            .run(&[
                "build",
                "a.tasq",
                "--param-file",
                "v.toml",
                "--param",
                "ring=broad"
            ])
            .out
            .contains("A broad 7")
    );
    scratch
        .run(&["build", "a.tasq"])
        .fails(1, &["TQ0215", "--param ring="]);
    scratch
        .run(&["build", "a.tasq", "--param", "ring=all"])
        .fails(1, &["TQ0215", "pilot"]);
    scratch
        .run(&["build", "a.tasq", "--param", "rung=pilot"])
        .fails(1, &["did you mean `ring`"]);
    scratch
        .run(&["build", "a.tasq", "--param", "ring"])
        .fails(2, &["NAME=VALUE"]);
    scratch
        .run(&["build", "a.tasq", "--param-file", "bad.toml"])
        .fails(2, &["the value of `n`"]);
    scratch
        .run(&["build", "a.tasq", "--param-file", "bad.json"])
        .fails(2, &["bad.json is not JSON"]);
    let out = scratch
        .run(&["build", "a.tasq", "--param-file", "v.json"])
        .out;
    assert!(out.contains("name=\"A pilot 8\""), "{out}");
    scratch
        .run(&["build", "a.tasq", "--param-file", "none.toml"])
        .fails(2, &["cannot read none.toml"]);
}

#[test]
fn colours_follow_the_argument_then_the_environment_then_the_terminal() {
    let scratch = Scratch::new(&[
        ("good.tasq", b"step \"A\" run_command_line < \"x\" >\n"),
        ("bad.tasq", b"step \"A\" run_comand_line < \"x\" >\n"),
    ]);
    let cases: [(&[&str], &[&str], bool); 10] = [
        (&[], &[], false),
        (&["NO_COLOR=1"], &[], false),
        (&["CLICOLOR_FORCE=1"], &[], true),
        // A 0 forces nothing.
        (&["CLICOLOR_FORCE=0"], &[], false),
        (&["CLICOLOR_FORCE=0", "CLICOLOR=1"], &[], false),
        (&["CLICOLOR_FORCE=0"], &["--color", "always"], true),
        (&["NO_COLOR=1", "CLICOLOR_FORCE=1"], &[], false),
        (&["NO_COLOR=1"], &["--color", "always"], true),
        (&["CLICOLOR_FORCE=1"], &["--color", "never"], false),
        (&["CLICOLOR_FORCE=1"], &["--color", "auto"], true),
    ];
    for (names, args, colored) in cases {
        // A result on standard output, findings on standard error, and what clap says.
        for verb in [
            &["simulate", "good.tasq"][..],
            &["check", "bad.tasq"],
            &["help!"],
            &["--help"],
        ] {
            let mut command = scratch.command(verb);
            command
                .args(args)
                .envs(names.iter().filter_map(|pair| pair.split_once('=')));
            let out = Outcome::of(&command.output().expect("the program starts"));
            let shown = format!("{}{}", out.out, out.err);
            assert!(!shown.is_empty());
            let what = format!("{names:?} {args:?} {verb:?}: {shown}");
            assert_eq!(shown.contains('\u{1b}'), colored, "{what}");
        }
    }
    // What a program reads has none.
    let args = ["build", "good.tasq", "--color", "always"];
    assert!(!scratch.run(&args).out.contains('\u{1b}'));
}

/// A sequence with one parameter and one variable from outside, and a test of it.
fn with_parameter_and_variable() -> Scratch {
    let source = b"sequence \"S\" < external_variables: [Site] >\n\
        param ring: text = \"pilot\"\n\
        step \"A ${ring}\" run_command_line < \"x\" > when Site == \"1\"\n";
    let test = b"test \"t\" {\n    expect step \"A pilot\" ran\n}\n";
    Scratch::new(&[("a.tasq", source), ("a.test.tasq", test)])
}

#[test]
fn set_and_param_are_two_words() {
    let scratch = with_parameter_and_variable();
    // Nothing runs: --set is answered with --param.
    for verb in ["build", "check", "fix"] {
        scratch
            .run(&[verb, "a.tasq", "--set", "ring=broad"])
            .fails(2, &["use --param ring=broad"]);
    }
    // No source: --param is answered with --set.
    scratch
        .run(&["eval", "Site == \"1\"", "--param", "Site=1"])
        .fails(2, &["use --set Site=1"]);
    // What no `param` declares may be a variable.
    let verbs: [&[&str]; 4] = [&["build"], &["simulate"], &["run", "--what-if"], &["repl"]];
    for verb in verbs {
        let out = scratch.run(&[verb, &["a.tasq", "--param", "Site=1"]].concat());
        let said = format!("{}{}", out.out, out.err);
        assert!(said.contains("--set Site=VALUE"), "{verb:?}: {said}");
    }
    // A variable with the name of a parameter is most likely a mistake, and no more.
    let verbs: [&[&str]; 4] = [
        &["simulate", "a.tasq", "--set", "Site=1"],
        &["run", "--what-if", "a.tasq"],
        &["repl", "a.tasq"],
        &["test", ".", "--set", "Site=1"],
    ];
    for verb in verbs {
        let out = scratch.run(&[verb, &["--set", "RING=broad"]].concat());
        let warned = out.err.contains("warning: --set RING=") && out.err.contains("--param ring=");
        assert!(warned, "{verb:?}: {}", out.err);
        assert_ne!(out.code, Some(2), "{verb:?}: {}", out.err);
    }
}

#[test]
fn set_and_param_each_do_their_own() {
    let scratch = with_parameter_and_variable();
    let given = ["a.tasq", "--set", "Site=1", "--param", "ring=broad"];
    let out = scratch.run(&[&["simulate"], &given[..]].concat());
    assert!(
        out.out.contains("? A broad") && out.err.is_empty(),
        "{}",
        out.out
    );
    let out = scratch.run(&[&["run", "--what-if"], &given[..]].concat());
    assert!(out.out.contains("A broad"), "{}{}", out.out, out.err);
    assert_eq!(scratch.run(&["test", "."]).code, Some(1));
    assert_eq!(scratch.run(&["test", ".", "--set", "Site=1"]).code, Some(0));
}

#[test]
fn check_prints_every_format_and_lets_warnings_fail_on_request() {
    let warns = b"step \"A\" run_command_line < \"echo %Nowhere%\" >\n";
    let scratch = Scratch::new(&[
        ("bad.tasq", BAD),
        ("warns.tasq", warns),
        ("good.tasq", GOOD),
    ]);
    scratch.run(&["check", "good.tasq"]).succeeds();
    scratch.run(&["check", "bad.tasq"]).fails(
        1,
        &["TQ0201", "did you mean `run_command_line`?", "1 error"],
    );
    scratch
        .run(&["check", "warns.tasq"])
        .fails(0, &["TQ0503", "1 warning"]);
    scratch
        .run(&["check", "warns.tasq", "--warnings-as-errors"])
        .fails(1, &["TQ0503", "1 error"]);
    scratch
        .run(&["check", "bad.tasq", "--output-format", "plain"])
        .fails(1, &["Error TQ0201:", "At bad.tasq:1:10"]);
    let short = scratch.run(&["check", ".", "--output-format", "short"]);
    short.fails(1, &["bad.tasq:1:10: error[TQ0201]:", "warns.tasq:1:"]);
    let json = scratch.run(&["check", ".", "--output-format", "json"]);
    assert_eq!(json.code, Some(1));
    let document: Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(document["format_version"], 1);
    assert_eq!(document["findings"][0]["code"], "TQ0201");
    assert_eq!(document["findings"][0]["labels"][0]["start"]["column"], 10);
    assert_eq!(
        document["findings"][0]["fixes"][0]["edits"][0]["new_text"],
        "run_command_line"
    );
    assert_eq!(json.err, "", "machine formats leave standard error alone");
}

#[test]
fn sarif_is_valid() {
    let wide = "# é😀\nstep \"😀\" run_comand_line < \"x\" >\n".as_bytes();
    let scratch = Scratch::new(&[
        ("ä b.tasq", wide),
        (
            "password.tasq",
            b"step \"A\" connect_network_folder < path: \"\\\\a\\b\", account: \"x\", password: \"hunter2\" >\n",
        ),
    ]);
    let sarif = scratch.run(&["check", ".", "--output-format", "sarif"]);
    let log: Value = serde_json::from_str(&sarif.out).expect("JSON");
    let mut schema: Value = serde_json::from_str(include_str!("../schema/sarif-2.1.0.json"))
        .expect("the schema is JSON");
    // The published schema's pattern of this property has a stray bracket and is no regular
    // expression.
    for owner in ["run", "toolComponent"] {
        schema["definitions"][owner]["properties"]["language"]["pattern"] =
            "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$".into();
    }
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    let problems: Vec<String> = validator
        .iter_errors(&log)
        .map(|error| format!("{} at {}", error, error.instance_path()))
        .collect();
    assert!(problems.is_empty(), "{problems:?}");
    let region =
        |index: usize| log["runs"][0]["results"][index]["locations"][0]["physicalLocation"].clone();
    let results = log["runs"][0]["results"].as_array().expect("results").len();
    assert_eq!(results, 2);
    let wide = (0..results)
        .map(region)
        .find(|place| place["artifactLocation"]["uri"] == "./%C3%A4%20b.tasq")
        .expect("the file's URI");
    // `😀` is two UTF-16 units.
    assert_eq!(
        (&wide["region"]["startLine"], &wide["region"]["startColumn"]),
        (&2.into(), &11.into())
    );
    assert!(!sarif.out.contains("hunter2"));
}

#[test]
fn fmt_rewrites_checks_and_shows() {
    let ugly = b"step 'A' run_command_line<'x',timeout:5min>";
    let pretty = "step \"A\" run_command_line < \"x\", timeout: 5min >\n";
    let scratch = Scratch::new(&[("a.tasq", ugly), ("bad.tasq", b"step < \n")]);
    let checked = scratch.run(&["fmt", "--check", "a.tasq"]);
    assert_eq!((checked.code, checked.out.as_str()), (Some(1), "a.tasq\n"));
    let diff = scratch.run(&["fmt", "--diff", "a.tasq"]);
    assert_eq!(diff.code, Some(1));
    assert!(
        diff.out.contains("+step \"A\" run_command_line"),
        "{}",
        diff.out
    );
    assert_eq!(scratch.read("a.tasq").as_bytes(), ugly, "neither writes");
    scratch.run(&["fmt", "a.tasq"]).succeeds();
    assert_eq!(scratch.read("a.tasq"), pretty);
    scratch.run(&["fmt", "--check", "a.tasq"]).succeeds();
    assert_eq!(scratch.run_with_input(&["fmt", "-"], ugly).out, pretty);
    scratch.run(&["fmt", "bad.tasq"]).fails(1, &["TQ0101"]);
    assert_eq!(
        scratch.read("bad.tasq"),
        "step < \n",
        "a source with errors is left as it is"
    );
}

#[test]
fn fmt_keeps_windows_line_ends_and_drops_nothing_of_the_rest() {
    let scratch = Scratch::new(&[(
        "a.tasq",
        b"# c\r\nstep  \"A\" run_command_line < \"x\" >\r\n",
    )]);
    scratch.run(&["fmt", "a.tasq"]).succeeds();
    assert_eq!(
        scratch.read("a.tasq"),
        "# c\r\nstep \"A\" run_command_line < \"x\" >\r\n"
    );
}

#[test]
fn explain_new_vocabulary_and_completions_work() {
    let scratch = Scratch::new(&[]);
    assert!(
        scratch
            .run(&["explain", "tq0202"])
            .out
            .starts_with("# TQ0202")
    );
    assert!(scratch.run(&["explain"]).out.lines().count() > 60);
    scratch
        .run(&["explain", "TQ9999"])
        .fails(2, &["there is no code TQ9999"]);
    let made = scratch.run(&["new", "lab"]);
    made.succeeds();
    scratch
        .run(&["check", "lab", "--warnings-as-errors"])
        .fails(0, &["2 checked, 0 failed"]);
    assert_eq!(scratch.run(&["fmt", "lab", "--check"]).code, Some(0));
    scratch
        .run(&["build", "lab/lab.tasq", "-o", "lab.xml"])
        .succeeds();
    scratch.run(&["new", "lab"]).fails(2, &["not empty"]);
    for step in tasq::internals::vocabulary::step_keywords() {
        let shown = scratch.run(&["vocabulary", step]);
        shown.succeeds();
        let table = [Dialect::ConfigMgr, Dialect::Mdt]
            .into_iter()
            .find_map(|dialect| step_type(step, dialect));
        for property in &table.expect("a table").property {
            assert!(
                shown.out.contains(&format!("  {}: ", property.name)),
                "{step}.{}",
                property.name
            );
        }
    }
    for topic in ["conditions", "variables", "platforms", "header", "common"] {
        scratch.run(&["vocabulary", topic]).succeeds();
        let json = scratch.run(&["vocabulary", topic, "--output-format", "json"]);
        let document: Value = serde_json::from_str(&json.out).expect("JSON");
        assert!(
            document[topic].is_object() || document[topic].is_array(),
            "{topic}"
        );
    }
    scratch
        .run(&["vocabulary", "restart"])
        .fails(2, &["did you mean restart_computer"]);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(scratch.run(&["completions", shell]).out.contains("tasq"));
    }
}

#[test]
fn every_verb_has_help_with_an_example() {
    let scratch = Scratch::new(&[]);
    let help = scratch.run(&["--help"]).out;
    let list = help.lines().skip_while(|line| *line != "Commands:");
    let list = list.skip(1).take_while(|line| !line.is_empty());
    let verbs: Vec<&str> = list
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(verbs.contains(&"build"), "{help}");
    for verb in verbs {
        let help = scratch.run(&[verb, "--help"]);
        help.succeeds();
        assert!(
            help.out.contains("Example") && help.out.contains(&format!("  tasq {verb}")),
            "{}",
            help.out
        );
    }
    scratch.run(&[]).fails(2, &["Usage"]);
    scratch.run(&["bild"]).fails(2, &["build"]);
}

#[test]
fn unreadable_sources_are_named_and_the_others_are_checked() {
    let scratch = Scratch::new(&[("bad.tasq", BAD), ("empty/readme.txt", b"")]);
    scratch
        .run(&["check", "none.tasq", "bad.tasq"])
        .fails(2, &["cannot read none.tasq", "TQ0201"]);
    scratch
        .run(&["check", "empty"])
        .fails(2, &["no .tasq, .xml or .zip file in empty"]);
    scratch
        .run(&["build", "empty"])
        .fails(2, &["no .tasq file in empty"]);
}

#[test]
fn wrong_encodings_are_said_or_read() {
    let utf16: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(
            String::from_utf8_lossy(GOOD)
                .encode_utf16()
                .flat_map(u16::to_le_bytes),
        )
        .collect();
    let mut odd = utf16.clone();
    odd.push(0xD8);
    let marked: Vec<u8> = [0xEF, 0xBB, 0xBF]
        .into_iter()
        .chain(GOOD.iter().copied())
        .collect();
    let scratch = Scratch::new(&[
        ("utf16.tasq", &utf16),
        ("odd.tasq", &odd),
        ("marked.tasq", &marked),
        (
            "ansi.tasq",
            b"step \"gr\xFC\xDFe\" run_command_line < \"x\" >\n",
        ),
    ]);
    scratch
        .run(&["build", "utf16.tasq"])
        .fails(0, &["TQ0002", "UTF-8"]);
    scratch
        .run(&["check", "odd.tasq"])
        .fails(1, &["TQ0001", "not UTF-16"]);
    scratch.run(&["check", "marked.tasq"]).succeeds();
    scratch
        .run(&["check", "ansi.tasq"])
        .fails(1, &["TQ0001", "1:9", "Windows-1252"]);
}

#[test]
fn a_huge_source_is_refused_at_once() {
    let scratch = Scratch::new(&[("huge.tasq", b"")]);
    let file = fs::File::create(scratch.path("huge.tasq")).expect("a file can be made");
    // 200 MB without taking the disk.
    file.set_len(200 * 1024 * 1024)
        .expect("a sparse file can be made");
    scratch.run(&["check", "huge.tasq"]).fails(1, &["TQ0003"]);
    scratch.run(&["fmt", "huge.tasq"]).fails(1, &["TQ0003"]);
}

#[test]
fn nesting_of_any_depth_is_an_error_and_not_a_crash() {
    let deep =
        |open: &str, close: &str| format!("{}{}", open.repeat(100_000), close.repeat(100_000));
    let groups = deep("group \"g\" {\n", "}\n");
    let conditions = format!(
        "step \"a\" run_command_line < \"x\" > when {}A == 1{}",
        "(".repeat(100_000),
        ")".repeat(100_000)
    );
    let lists = format!(
        "step \"a\" run_command_line < success_codes: {} >",
        deep("[", "]")
    );
    let items = format!("step \"a\" run_command_line < {} >", deep("x: <", ">"));
    let open = "all(".repeat(100_000);
    for text in [groups, conditions, lists, items, open] {
        let scratch = Scratch::new(&[("deep.tasq", text.as_bytes())]);
        scratch
            .run(&["check", "deep.tasq", "--output-format", "short"])
            .fails(1, &["TQ0004"]);
        scratch.run(&["fmt", "deep.tasq"]).fails(1, &["TQ0004"]);
    }
}

#[test]
fn nesting_up_to_the_limit_works() {
    let deep = |open: &str, close: &str, n: usize| format!("{}{}", open.repeat(n), close.repeat(n));
    let groups = format!(
        "{}step \"a\" run_command_line < \"x\" >\n{}",
        "group \"g\" {\n".repeat(198),
        "}\n".repeat(198)
    );
    let conditions = format!(
        "step \"a\" run_command_line < \"x\" > when {}A == 1{}\n",
        "all(".repeat(199),
        ")".repeat(199)
    );
    let lists = format!(
        "let x = {}\nstep \"a\" run_command_line < \"x\" >\n",
        deep("[", "]", 199)
    );
    for text in [groups, conditions, lists] {
        let scratch = Scratch::new(&[("deep.tasq", text.as_bytes())]);
        let outcome = scratch.run(&["build", "deep.tasq"]);
        assert_eq!(outcome.code, Some(0), "{}", outcome.err);
        assert_eq!(scratch.run(&["fmt", "deep.tasq"]).code, Some(0));
    }
}

#[test]
fn paths_do_not_leave_the_project() {
    let script = |path: &str| {
        format!("step \"a\" run_powershell_script < file(\"{path}\"), execution_policy: bypass >\n")
            .into_bytes()
    };
    let (inside, up, absolute) = (
        script("scripts/x.ps1"),
        script("../../secret.ps1"),
        script("/etc/passwd"),
    );
    let (drive, linked, folder) = (script("C:\\x.ps1"), script("link.ps1"), script("scripts"));
    let scratch = Scratch::new(&[
        ("secret.ps1", b"exit 1"),
        ("p/tasq.toml", b""),
        ("p/scripts/x.ps1", b"exit 0"),
        ("p/inside.tasq", &inside),
        ("p/sub/up.tasq", &up),
        ("p/absolute.tasq", &absolute),
        ("p/drive.tasq", &drive),
        ("p/linked.tasq", &linked),
        ("p/folder.tasq", &folder),
    ]);
    scratch.run(&["check", "p/inside.tasq"]).succeeds();
    scratch
        .run(&["check", "p/sub/up.tasq"])
        .fails(1, &["TQ0006", "leaves"]);
    scratch
        .run(&["check", "p/absolute.tasq"])
        .fails(1, &["TQ0006", "absolute"]);
    scratch
        .run(&["check", "p/drive.tasq"])
        .fails(1, &["TQ0006", "absolute"]);
    scratch
        .run(&["check", "p/folder.tasq"])
        .fails(1, &["TQ0005", "folder"]);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(scratch.path("secret.ps1"), scratch.path("p/link.ps1"))
            .expect("a link can be made");
        scratch
            .run(&["check", "p/linked.tasq"])
            .fails(1, &["TQ0005", "leaves the project"]);
    }
}

#[test]
fn a_broken_pipe_is_no_failure() {
    let scratch = Scratch::new(&[("a.tasq", GOOD)]);
    let mut child = scratch
        .command(&["vocabulary", "variables"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("the program ends").code(), Some(0));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_and_loses_nothing() {
    let scratch = Scratch::new(&[("a.tasq", GOOD)]);
    scratch
        .run(&["build", "a.tasq", "-o", "/dev/full"])
        .fails(2, &["cannot write /dev/full", "No space left"]);
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .expect("/dev/full is there");
    let output = scratch
        .command(&["build", "a.tasq"])
        .stdout(full)
        .output()
        .expect("the program starts");
    Outcome::of(&output).fails(2, &["cannot write to standard output"]);
    scratch
        .run(&["build", "a.tasq", "-o", "/dev/null"])
        .succeeds();
    scratch
        .run(&["build", "a.tasq", "-o", "no/such/folder/a.xml"])
        .succeeds();
    scratch
        .run(&["build", "a.tasq", "-o", "a.tasq/a.xml"])
        .fails(2, &["cannot write a.tasq/a.xml"]);
}

#[test]
fn a_killed_build_leaves_the_old_file_or_the_new_one() {
    let mut big = String::new();
    for index in 0..4000 {
        big.push_str(&format!(
            "step \"Step {index}\" run_command_line < \"cmd.exe /c echo {index}\" >\n"
        ));
    }
    let scratch = Scratch::new(&[("big.tasq", big.as_bytes()), ("out.xml", b"")]);
    let whole = scratch.run(&["build", "big.tasq"]).out;
    let (mut old, mut new) = (0, 0);
    for delay in 0..12 {
        fs::write(scratch.path("out.xml"), "<sequence/>").expect("a file can be written");
        let mut child = scratch
            .command(&["build", "big.tasq", "-o", "out.xml"])
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        std::thread::sleep(std::time::Duration::from_millis(delay * 60));
        // It may have ended by itself.
        let _ = child.kill();
        child.wait().expect("the program ends");
        match scratch.read("out.xml") {
            text if text == "<sequence/>" => old += 1,
            text if text == whole => new += 1,
            other => panic!("a part of a file: {} bytes", other.len()),
        }
    }
    assert_eq!(old + new, 12);
}
