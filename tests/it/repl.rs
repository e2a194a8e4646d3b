//! Sessions at the prompt: the scripts of `tests/repl` with their answers, what must hold for any
//! line, and secrets.
//!
//! A script is a list of sessions. `=== TITLE` begins one and says what it shows; `--- file NAME`
//! puts a file at hand, until `--- enter`, behind which the entries stand. The snapshot has the
//! entries with their answers; an answer that is refused or a step that failed ends with
//! `(failed)`, and a file that was written is shown below the session.

#[cfg(target_os = "linux")]
mod local;
mod process;
#[cfg(unix)]
mod terminal;

use std::{
    cell::RefCell,
    collections::BTreeMap,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    rc::Rc,
    time::{Duration, Instant},
};

use proptest::prelude::*;
use tasq::internals::{
    repl::{
        COMMANDS, CONTINUED, Entries, OpenedFile, PROMPT, Session, SessionDisk, SessionSettings,
        Tone, candidates, hint, is_open, may_be_remembered, tones,
    },
    source::Files,
};
use tempfile::TempDir;

use crate::cases;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Files in memory.
#[derive(Clone, Default)]
pub struct Memory(Rc<RefCell<BTreeMap<String, Vec<u8>>>>);

impl Files for Memory {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        self.0
            .borrow()
            .get(path)
            .cloned()
            .ok_or_else(|| "there is no such file".to_owned())
    }

    fn sources(&self) -> Vec<String> {
        let files = self.0.borrow();
        let names = files.keys().filter(|name| name.ends_with(".tasq"));
        names.cloned().collect()
    }
}

impl SessionDisk for Memory {
    fn open(&self, path: &str) -> Result<OpenedFile, String> {
        let bytes = self
            .read(path)
            .map_err(|message| format!("cannot read {path}: {message}"))?;
        Ok(OpenedFile {
            name: path.to_owned(),
            inner: path.to_owned(),
            bytes,
            files: Rc::new(self.clone()),
        })
    }

    fn exists(&self, path: &str) -> bool {
        self.0.borrow().contains_key(path)
    }

    fn write(&mut self, path: &str, text: &str) -> Result<(), String> {
        self.0
            .borrow_mut()
            .insert(path.to_owned(), text.as_bytes().to_vec());
        Ok(())
    }

    fn list(&self, _: &str) -> Vec<(String, bool)> {
        self.0
            .borrow()
            .keys()
            .map(|name| (name.clone(), false))
            .collect()
    }

    fn here(&self) -> Rc<dyn Files> {
        Rc::new(self.clone())
    }
}

fn session(disk: &Memory) -> Session {
    Session::new(SessionSettings::default(), Box::new(disk.clone()))
}

/// The entries of some text.
fn entries(text: &str) -> Vec<String> {
    let lines = text.lines().map(|line| Ok::<_, ()>(line.to_owned()));
    Entries::new(lines)
        .map(|entry| entry.expect("a text has no faults of reading"))
        .collect()
}

/// The transcript of one session of a script.
fn play(script: &str) -> String {
    let (title, rest) = script.split_once('\n').unwrap_or((script, ""));
    let disk = Memory::default();
    let (files, typed) = rest.rsplit_once("--- enter\n").unwrap_or(("", rest));
    for file in files.split("--- file ").skip(1) {
        let (name, text) = file.split_once('\n').expect("a file has a name");
        // A file of the project stands for itself.
        let bytes = match name.split_once(" from ") {
            Some((_, path)) => {
                fs::read(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
            }
            None => text.as_bytes().to_vec(),
        };
        let name = name.split(" from ").next().unwrap_or(name);
        disk.0.borrow_mut().insert(name.to_owned(), bytes);
    }
    let before = disk.0.borrow().clone();
    let mut session = session(&disk);
    let mut out = format!("=== {title}\n");
    for entry in entries(typed) {
        if entry.trim().is_empty() {
            continue;
        }
        for (index, line) in entry.lines().enumerate() {
            out.push_str(&format!(
                "{}{line}\n",
                if index == 0 { PROMPT } else { CONTINUED }
            ));
        }
        let answer = session.enter(&entry);
        out.push_str(&answer.text);
        if answer.failed {
            out.push_str("(failed)\n");
        }
        if answer.quit {
            out.push_str("(the end)\n");
            break;
        }
    }
    for (name, bytes) in disk
        .0
        .borrow()
        .iter()
        .filter(|(name, bytes)| before.get(*name) != Some(*bytes))
    {
        out.push_str(&format!("--- {name}\n{}", String::from_utf8_lossy(bytes)));
    }
    out
}

#[test]
fn repl_scripts_are_answered() {
    let mut names: Vec<PathBuf> = fs::read_dir(root().join("tests/repl"))
        .expect("the folder of the scripts can be listed")
        .map(|entry| entry.expect("an entry can be read").path())
        .collect();
    names.sort();
    assert!(names.len() >= 6, "the scripts are there");
    let mut played = Vec::new();
    for path in names {
        let text = fs::read_to_string(&path).expect("a script is text");
        let name = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let transcript: Vec<String> = text.split("=== ").skip(1).map(play).collect();
        insta::assert_snapshot!(format!("repl_{name}"), transcript.join("\n"));
        played.push(name);
    }
    cases::snapshots_are("tests/it/snapshots", "it__repl__repl_", played);
}

#[test]
fn repl_every_command_is_shown_in_a_script() {
    let mut all = String::new();
    for entry in
        fs::read_dir(root().join("tests/repl")).expect("the folder of the scripts can be listed")
    {
        all += &fs::read_to_string(entry.expect("an entry can be read").path())
            .expect("a script is text");
    }
    for command in COMMANDS {
        assert!(
            all.contains(&format!("\n:{}", command.name)),
            "no script has :{}",
            command.name
        );
        assert!(!command.help.is_empty(), ":{} has help", command.name);
    }
}

#[test]
fn repl_an_entry_is_open_until_its_brackets_and_blocks_are_closed() {
    let open = [
        "step \"A\" run_command_line <",
        "group \"A\" {",
        "group \"A\" {\n    step \"B\" set_variable < C = \"1\" >\n",
        "step \"A\" run_powershell_script <\n    \"\"\"\n    Get-Date",
        "A == \"1\" and",
        "A == \"1\" and all(B == \"2\"",
        "let x =",
        "step \"A\" set_variable < B = \"1\" > when",
        ":time group \"A\" {",
    ];
    let closed = [
        "",
        "# a comment with {",
        "step \"A {\" set_variable < B = \"<\" >",
        "group \"A\" { }",
        "A < 5",
        ":load some {file",
        "let x = [\"a\", \"b\"]",
        "step \"A\" run_command_line < \"unclosed >",
        "} step",
    ];
    open.iter()
        .for_each(|entry| assert!(is_open(entry), "open: {entry}"));
    closed
        .iter()
        .for_each(|entry| assert!(!is_open(entry), "closed: {entry}"));
}

#[test]
fn repl_lines_with_secrets_are_not_remembered() {
    let kept = [
        "set Ring = pilot",
        "step \"A\" set_variable < Key = secret(\"KEY\") >",
        ":load a.tasq",
        "A == \"1\"",
        "exists ApiToken",
        "step \"Set the token\" run_command_line < \"x\" >",
    ];
    let dropped = [
        "set masked Key = hunter22",
        ":set masked Key = hunter22",
        "step \"A\" set_variable < masked Key = \"hunter22\" >",
        "step \"A\" join_domain < account_password: \"hunter22\" >",
        "set OSDJoinPassword = hunter22",
        ":facts variables.OSDJoinPassword = \"hunter22\"",
        "set ApiToken = hunter22",
        ":set ApiKey=hunter22",
        "set BiosPwd1 = hunter22",
        "let client_secret = \"hunter22\"",
        "param wifi_pw: text = \"hunter22\"",
        ":load a.tasq admin_pwd=hunter22",
        "step \"A\" \"Vendor_Action\" < JoinToken = \"hunter22\" >",
    ];
    kept.iter()
        .for_each(|entry| assert!(may_be_remembered(entry), "{entry}"));
    dropped
        .iter()
        .for_each(|entry| assert!(!may_be_remembered(entry), "{entry}"));
}

#[test]
fn repl_secrets_reach_no_answer_and_no_file() {
    const SECRET: &str = "Hunter2-correct-horse";
    let disk = Memory::default();
    let mut session = session(&disk);
    let entries = [
        format!("set masked First = {SECRET}"),
        format!("step \"A\" set_variable < masked Second = \"{SECRET}\" >"),
        format!("step \"B\" set_dynamic_variables < masked Third = \"{SECRET}\" >"),
        format!(
            "step \"C\" connect_network_folder < path: \"\\\\a\\b\", drive: \"P:\", account: \"a\\b\", password: \"{SECRET}\" >"
        ),
        format!("set OSDJoinPassword = \"{SECRET}\""),
        format!("First == \"{SECRET}\""),
        "\"%First% %Second% %Third%\"".to_owned(),
        "step \"D\" run_command_line < \"cmd.exe /c echo %First%%Second%\" >".to_owned(),
        "First".to_owned(),
        ":vars".to_owned(),
        ":set".to_owned(),
        ":why".to_owned(),
        ":steps".to_owned(),
        ":xml all".to_owned(),
        format!(":goto {SECRET}"),
        format!(":{SECRET}"),
        ":save out".to_owned(),
        ":undo".to_owned(),
        ":undo".to_owned(),
        ":undo".to_owned(),
        ":undo".to_owned(),
        ":undo".to_owned(),
        ":undo".to_owned(),
        format!("{SECRET} =="),
        ":reset all".to_owned(),
        format!("\"{SECRET}\""),
    ];
    let mut saved = false;
    for entry in &entries {
        let shown = session.echo(entry);
        let answer = session.enter(entry);
        assert!(!answer.text.contains(SECRET), "{entry}\n{}", answer.text);
        let before = entry == &entries[0];
        assert!(before || !shown.contains(SECRET), "{entry}: {shown}");
        saved |= entry.starts_with(":save") && !answer.failed;
    }
    assert!(saved, "the file was written");
    let files = disk.0.borrow();
    assert!(!files.is_empty());
    for (name, bytes) in files.iter() {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains(SECRET), "{name}: {text}");
        assert!(text.contains("secret(\"Second\")"), "{text}");
    }
}

#[test]
fn repl_secrets_of_a_machine_file_are_masked_from_the_beginning() {
    let disk = Memory::default();
    let text = b"[variables]\nOSDJoinPassword = \"hunter22\"\n".to_vec();
    disk.0.borrow_mut().insert("pc.toml".to_owned(), text);
    let mut session = session(&disk);
    for entry in [
        ":machine pc.toml",
        ":facts",
        ":facts variables",
        ":vars",
        "OSDJoinPassword",
        ":reset",
        ":facts",
        ":undo",
    ] {
        let answer = session.enter(entry);
        assert!(
            !answer.failed && !answer.text.contains("hunter22"),
            "{entry}: {}",
            answer.text
        );
    }
}

#[test]
fn repl_time_says_how_long_an_entry_took() {
    let mut session = session(&Memory::default());
    let answer = session.enter(":time step \"A\" set_variable < A = \"1\" >");
    assert!(
        answer.text.starts_with("✓ A  A = \"1\"\ntook ") && answer.text.ends_with(" ms\n"),
        "{}",
        answer.text
    );
}

#[test]
fn repl_an_export_with_several_sequences_asks_which() {
    let disk = Memory::default();
    let step = |name: &str| {
        format!(
            "<sequence version=\"3.10\"><step type=\"SMS_TaskSequence_SetVariableAction\" name=\"{name}\" description=\"\" runIn=\"WinPEandFullOS\" successCodeList=\"0\" retryCount=\"0\" runFromNet=\"false\"><action>tsenv.exe \"A=1\" /hiddenflag:False</action><defaultVarList><variable name=\"DoNotShowVariableValue\" property=\"DoNotShowVariableValue\" hidden=\"true\">false</variable><variable name=\"VariableName\" property=\"VariableName\" hidden=\"true\">A</variable><variable name=\"VariableValue\" property=\"VariableValue\" hidden=\"true\">1</variable></defaultVarList></step></sequence>"
        )
    };
    let mut bytes = std::io::Cursor::new(Vec::new());
    let mut zip = zip::ZipWriter::new(&mut bytes);
    for name in ["first", "second"] {
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(format!("{name}.xml"), options)
            .expect("a member");
        zip.write_all(step(name).as_bytes()).expect("its bytes");
    }
    zip.finish().expect("an archive");
    disk.0
        .borrow_mut()
        .insert("two.zip".to_owned(), bytes.into_inner());
    let mut session = session(&disk);
    let answer = session.enter(":load two.zip");
    assert!(
        answer.failed && answer.text.contains("first, second"),
        "{}",
        answer.text
    );
    let answer = session.enter(":load two.zip \"second\"");
    assert!(!answer.failed, "{}", answer.text);
    assert_eq!(session.enter(":steps").text, ">    0  second\n");
}

/// Pieces that entries are made of, and a few that they are not.
const PIECES: [&str; 48] = [
    "step",
    "\"A\"",
    "group",
    "set_variable",
    "run_command_line",
    "<",
    ">",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "=",
    "==",
    ",",
    ":",
    "when",
    "and",
    "or",
    "not",
    "all",
    "exists",
    "wmi",
    "file",
    "registry",
    "let",
    "param",
    "x",
    "Ring",
    "5min",
    "\"",
    "\"\"\"",
    "\n",
    "#",
    ":load",
    ":goto",
    ":facts",
    ":break",
    ":set",
    "set",
    "masked",
    "secret(\"K\")",
    "%Ring%",
    "`",
    "${x}",
    "é",
    "\u{0}",
];

fn soup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => proptest::sample::select(&PIECES[..]).prop_map(str::to_owned),
        1 => proptest::sample::select(COMMANDS.iter().map(|command| format!(":{}", command.name)).collect::<Vec<_>>()),
        1 => "\\PC{0,8}",
    ];
    proptest::collection::vec(piece, 0..10).prop_map(|pieces| pieces.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn repl_any_line_leaves_the_session_usable(lines in proptest::collection::vec(soup(), 1..6), at in 0usize..40) {
        let disk = Memory::default();
        let mut session = session(&disk);
        for line in &lines {
            let cursor = (0..=at.min(line.len())).rev().find(|at| line.is_char_boundary(*at)).unwrap_or(0);
            is_open(line);
            let covered = tones(line);
            prop_assert!(covered.iter().all(|(range, _)| line.get(range.clone()).is_some()), "{line:?}");
            let (start, found) = candidates(&mut session, line, cursor);
            prop_assert!(start <= cursor && line.is_char_boundary(start), "{line:?} {cursor}: {start} {found:?}");
            hint(&mut session, line);
            let answer = session.enter(line);
            prop_assert!(answer.text.is_empty() || answer.text.ends_with('\n'), "{line:?}: {:?}", answer.text);
            prop_assert!(!answer.failed || !answer.text.is_empty(), "a refusal says why: {line:?}");
        }
        let answer = session.enter("step \"Probe\" set_variable < Probe = \"here\" >");
        prop_assert!(!answer.failed, "{lines:?}: {}", answer.text);
        let answer = session.enter("Probe == \"here\"");
        prop_assert!(answer.text.starts_with("true\n"), "{lines:?}: {}", answer.text);
    }
}

/// What is typed up to `|`, and what one of the offers makes of the last word.
const COMPLETIONS: &[(&str, &str)] = &[
    (":mach|", ":machine"),
    (":machine lap|", "laptop.toml"),
    (":load my|", "\"my lab.tasq\""),
    (":load my la|", "\"my lab.tasq\""),
    (":load \"my|", "\"my lab.tasq\""),
    (":machine 'lap|", "'laptop.toml'"),
    (":host lo|", "local"),
    (":xml |", "\"The first\""),
    (":xml al|", "all"),
    (":break o|", "off"),
    (":facts mem|", "memory"),
    (":facts os.ver|", "version"),
    (":facts wmi Win32_Bat|", "Win32_Battery"),
    ("step \"R\" restart_computer < target: |", "hard_disk"),
    (":goto The|", "\"The first\""),
    (":goto|", ":goto"),
    (":explain TQ020|", "TQ0202"),
    (":help run_comm|", "run_command_line"),
    (":reset |", "all"),
    (":vars Ring|", "RingOfTheLab"),
    (":set Ring|", "RingOfTheLab = "),
    (":time Ring|", "RingOfTheLab"),
    ("set Ring|", "RingOfTheLab = "),
    ("set SMSTSPost|", "SMSTSPostAction = "),
    ("st|", "step "),
    ("run_comm|", "run_command_line"),
    ("Ring|", "RingOfTheLab"),
    ("RingOfTheLab == \"a\" and Alp|", "Alpha"),
    ("exists Al|", "Alpha"),
    ("wm|", "wmi"),
    ("\"C:\\%Ring|", "RingOfTheLab%"),
    ("\"C:\\%Ring|%\"", "RingOfTheLab"),
    ("step \"A\" run_comm|", "run_command_line"),
    (
        "step \"A\" run_command_line < \"cmd.exe\", succ|",
        "success_codes:",
    ),
    (
        "step \"A\" run_command_line < \"cmd.exe\" > when Ring|",
        "RingOfTheLab",
    ),
    (
        "step \"A\" run_command_line < \"echo %Ring|",
        "RingOfTheLab%",
    ),
    (
        "step \"A\" run_command_line < working_directory: folder|",
        "folder_of_the_lab",
    ),
];

#[test]
fn repl_completion_offers_what_fits() {
    let disk = Memory::default();
    disk.0
        .borrow_mut()
        .insert("laptop.toml".to_owned(), b"make = \"x\"".to_vec());
    disk.0
        .borrow_mut()
        .insert("my lab.tasq".to_owned(), b"".to_vec());
    let mut session = session(&disk);
    session.enter("set RingOfTheLab = pilot");
    session.enter("let folder_of_the_lab = \"C:\\Lab\"");
    session.enter("step \"The first\" set_variable < Alpha = \"1\" >");
    let mut wrong = String::new();
    for (typed, wanted) in COMPLETIONS {
        let at = typed.find('|').expect("a cursor");
        let (start, found) = candidates(&mut session, &typed.replace('|', ""), at);
        let texts: Vec<&str> = found.iter().map(|one| one.text.as_str()).collect();
        if !texts.iter().take(5).any(|text| text.starts_with(wanted)) {
            wrong.push_str(&format!("{typed}: {:?} {texts:?}\n", &typed[start..at]));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    let (_, found) = candidates(&mut session, "Ring", 4);
    assert!(
        found
            .iter()
            .any(|one| one.shown == "RingOfTheLab = \"pilot\""),
        "with the present value: {found:?}"
    );
    session.enter("set masked RingKey = hunter22");
    let (_, found) = candidates(&mut session, "RingK", 5);
    assert!(
        found.iter().any(|one| one.shown == "RingKey = ********"),
        "{found:?}"
    );
}

#[test]
fn repl_completion_of_nothing_offers_what_can_be_read() {
    let mut session = session(&Memory::default());
    session.enter("set RingOfTheLab = pilot");
    for typed in [
        "group \"A\" when ",
        "\"C:\\%",
        "exists ",
        "file \"a\" ",
        "step \"A\" run_command_line < \"a\" > ",
    ] {
        let (_, found) = candidates(&mut session, typed, typed.len());
        let texts: Vec<&str> = found.iter().map(|one| one.text.trim()).collect();
        assert!(
            !texts.is_empty() && texts.len() < 40,
            "{typed}: {} {texts:?}",
            texts.len()
        );
        assert!(!texts.contains(&"fragment"), "{typed}: {texts:?}");
        let variable = texts.iter().any(|text| text.starts_with("RingOfTheLab"));
        assert_eq!(
            variable,
            !typed.ends_with("\" ") && !typed.ends_with("> "),
            "{typed}: {texts:?}"
        );
    }
    let inside = "group \"A\" {\n    st";
    let (_, found) = candidates(&mut session, inside, inside.len());
    assert!(found.iter().any(|one| one.text == "step "), "{found:?}");
}

#[test]
fn repl_completion_is_quick_in_a_large_sequence() {
    let disk = Memory::default();
    let mut source = String::new();
    for number in 0..5_000 {
        source.push_str(&format!(
            "step \"Step {number}\" set_variable < Variable{number} = \"{number}\" >\n\n"
        ));
    }
    disk.0
        .borrow_mut()
        .insert("long.tasq".to_owned(), source.into_bytes());
    let mut session = session(&disk);
    assert!(!session.enter(":load long.tasq").failed);
    assert!(!session.enter(":run").failed);
    let mut slowest = Duration::ZERO;
    for (typed, wanted) in [
        ("step \"A\" run_comm", 1),
        (":goto Step 49", 111),
        ("exists Variable499", 11),
        ("step \"A\" run_command_line < \"%Variable4999", 1),
    ] {
        // The first one reads the vocabulary.
        candidates(&mut session, typed, typed.len());
        let start = Instant::now();
        let (_, found) = candidates(&mut session, typed, typed.len());
        hint(&mut session, typed);
        slowest = slowest.max(start.elapsed());
        assert!(found.len() >= wanted, "{typed}: {}", found.len());
    }
    // Far above what it takes, even without optimisation and on a busy machine: it must not grow
    // with the steps' number.
    println!("slowest completion: {slowest:?}");
    assert!(slowest < Duration::from_secs(5), "{slowest:?}");
}

#[test]
fn repl_hints_say_what_follows() {
    let disk = Memory::default();
    let mut session = session(&disk);
    session.enter("set Ring = pilot");
    assert_eq!(
        hint(&mut session, ":load").as_deref(),
        Some(" FILE [NAME=VALUE …]")
    );
    assert_eq!(
        hint(&mut session, ":load ").as_deref(),
        Some("FILE [NAME=VALUE …]")
    );
    assert_eq!(hint(&mut session, ":load a").as_deref(), None);
    assert_eq!(hint(&mut session, "Ring").as_deref(), Some("  = \"pilot\""));
    assert_eq!(
        hint(&mut session, "set_variable").as_deref(),
        Some("  Set Task Sequence Variable")
    );
    assert_eq!(
        hint(&mut session, "step \"A\" run_command_line").as_deref(),
        Some(" < command_line >")
    );
}

#[test]
fn repl_tones_follow_the_syntax() {
    let shown = |entry: &str| -> Vec<(String, Tone)> {
        tones(entry)
            .into_iter()
            .map(|(range, tone)| (entry[range].to_owned(), tone))
            .collect()
    };
    let has = |entry: &str, word: &str, tone: Tone| {
        assert!(
            shown(entry).contains(&(word.to_owned(), tone)),
            "{entry}: {:?}",
            shown(entry)
        );
    };
    has(":load lab.tasq", ":load", Tone::Command);
    has("set Ring = pilot", "set", Tone::Keyword);
    let step = "step \"A\" run_command_line < \"cmd.exe\", timeout: 5min >  # comment";
    has(step, "step", Tone::Keyword);
    has(step, "run_command_line", Tone::Type);
    has(step, "timeout", Tone::Property);
    has(step, "\"cmd.exe\"", Tone::Text);
    has(step, "# comment", Tone::Comment);
    has("Ring == \"pilot\" and exists A", "and", Tone::Keyword);
    has("Ring == \"pilot\" and exists A", "Ring", Tone::Variable);
    has("Ring == \"pilot\" and exists A", "\"pilot\"", Tone::Text);
}

// ---- the program
