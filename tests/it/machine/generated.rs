//! Generated sequences three ways: on a described computer, on a real one with the same facts, and
//! on that one with nothing done. The same steps come to the same codes and variables.

use proptest::prelude::*;
use tasq::internals::{
    compile::compile,
    computer::Host,
    elaborate::ParameterValues,
    engine::{Engine, Event, NoChildren, Program, RunOptions, VariableChange},
    host::{dry::Dry, simulated::SimulatedHost},
    model::Sequence,
    source::NoFiles,
};

use super::{machine, ways::real};

/// A computer of which everything is known that the generated steps ask.
const MACHINE: &str = r#"
make = "Dell Inc."
model = "Latitude 5440"
memory = "8GB"
os = { name = "Windows 11 23H2", architecture = "x64", language = "en-US" }
processor = { speed = "2.4GHz" }
disks = [{ letter = "C:", free = "50GB" }]
power = { ac = true }
network = [{ connected = true, wired = true }]
firmware = { type = "uefi" }
assume = "complete"
updates = [
  { name = "One", required = true },
  { name = "Two", required = false, restart = true },
]

[files]
'C:\Tools\tool.exe' = "3.2.0.0"

[registry.'HKLM\SOFTWARE\Lab']
State = "ready"

[[packages]]
id = "PS100001"

[[packages]]
id = "PS100002"
available = false

[[applications]]
name = "Good"

[[applications]]
name = "There"
installed = true

[[applications]]
name = "Bad"
exit_code = 1603

[[applications]]
name = "Wants a restart"
exit_code = 3010

[[applications]]
name = "Not for this one"
requirements_met = false

[[outcomes]]
step = "Zero*"
exit_code = 0

[[outcomes]]
step = "Nine*"
exit_code = 9

[[outcomes]]
step = "Restarts*"
exit_code = 3010
"#;

const APPLICATION: &str =
    "ScopeId_11111111-1111-1111-1111-111111111111/Application_22222222-2222-2222-2222-222222222222";

/// Steps: a name that says how the described one ends, and what makes the real one end so.
const STEPS: &[(&str, &str)] = &[
    ("Zero", "run_command_line < \"install 0 nothing\", FLAGS >"),
    ("Nine", "run_command_line < \"install 9 nothing\", FLAGS >"),
    (
        "Nine is fine",
        "run_command_line < \"install 9 nothing\", success_codes: [9], FLAGS >",
    ),
    (
        "Restarts",
        "run_command_line < \"install 3010 nothing\", FLAGS >",
    ),
    (
        "Zero with content",
        "run_command_line < \"install 0 nothing\", package: \"PS100001\", FLAGS >",
    ),
    (
        "No content",
        "run_command_line < \"install 0 nothing\", package: \"PS100002\", FLAGS >",
    ),
    ("Set", "set_variable < A = \"1\", FLAGS >"),
    ("Join", "set_variable < B = \"%A%-%_SMSTSModel%\", FLAGS >"),
    ("Clear", "set_variable < A = \"\", FLAGS >"),
    ("List", "set_variable < APP01 = \"Good\", FLAGS >"),
    ("List on", "set_variable < APP02 = \"Bad\", FLAGS >"),
    (
        "Listed",
        "install_application < base_variable: \"APP\", FLAGS >",
    ),
    (
        "Listed on",
        "install_application < base_variable: \"APP\", continue_on_install_error: true, FLAGS >",
    ),
    (
        "Application",
        "install_application < [application(\"ID\", \"APPLICATION\")], FLAGS >",
    ),
    (
        "Updates",
        "install_software_updates < target: mandatory, FLAGS >",
    ),
    (
        "All updates",
        "install_software_updates < target: all, FLAGS >",
    ),
    (
        "Download",
        "download_package_content < packages: [package(\"PS100001\")], destination_variable: \"Got\", FLAGS >",
    ),
    (
        "Dynamic",
        "set_dynamic_variables < rule when make \"Dell*\" model \"Lat*\" { C = \"%A%!\" }, D = \"%B%\", FLAGS >",
    ),
    (
        "Ready",
        "check_readiness < memory: 4GB, uefi: true, FLAGS >",
    ),
    ("Not ready", "check_readiness < memory: 64GB, FLAGS >"),
    ("Restart", "restart_computer < FLAGS >"),
];

const APPLICATIONS: &[&str] = &[
    "Good",
    "There",
    "Bad",
    "Wants a restart",
    "Not for this one",
    "Nobody lists it",
];

const CONDITIONS: &[&str] = &[
    "",
    "",
    "",
    " when A == \"1\"",
    " when exists B, not (file \"C:\\Tools\\tool.exe\")",
    " when any(C like \"1*\", file \"C:\\Tools\\tool.exe\" version >= \"3.0\")",
    " when registry \"HKEY_LOCAL_MACHINE\\SOFTWARE\\Lab\" value \"State\" == \"ready\"",
    " when _SMSTSLastActionSucceeded == \"true\"",
    " when _SMSTSLastActionRetCode == 9",
    " when folder \"C:\\Nowhere\"",
    " when wmi \"select * from Win32_ComputerSystem where Model like 'Lat%'\"",
];

const FLAGS: &[&str] = &["", "", "continue_on_error: true", "disabled: true"];

fn flagged(text: &str, flags: &str) -> String {
    if flags.is_empty() {
        text.replace(", FLAGS", "").replace("< FLAGS >", "")
    } else {
        text.replace("FLAGS", flags)
    }
}

fn step() -> impl Strategy<Value = String> {
    let parts = (
        prop::sample::select(STEPS),
        prop::sample::select(FLAGS),
        prop::sample::select(CONDITIONS),
        prop::sample::select(APPLICATIONS),
    );
    parts.prop_map(|((name, kind), flags, when, application)| {
        let kind = kind.replace("ID", APPLICATION);
        let kind = flagged(&kind.replace("APPLICATION", application), flags);
        format!("step \"{name}\" {kind}{when}\n")
    })
}

/// A sequence, two groups deep.
fn source() -> impl Strategy<Value = String> {
    let nodes = step().prop_recursive(2, 24, 6, |inner| {
        let parts = (
            prop::collection::vec(inner, 1..6),
            prop::sample::select(&FLAGS[..4]),
            prop::sample::select(CONDITIONS),
        );
        parts.prop_map(|(members, flags, when)| {
            let flags = if flags.is_empty() {
                String::new()
            } else {
                format!(" < {flags} >")
            };
            let members = members.concat();
            format!("group \"Group\"{flags}{when} {{\n{members}}}\n")
        })
    });
    prop::collection::vec(nodes, 1..8).prop_map(|nodes| nodes.concat())
}

/// What must be the same of a step that ran, was skipped or failed, and of the end.
fn line(event: &Event) -> Option<String> {
    match event {
        Event::StepRan(ran) => {
            let changed: Vec<String> = ran.changed.iter().map(written).collect();
            let (path, code) = (&ran.at.path, ran.exit_code);
            Some(format!("ran {path}: {code} {} {changed:?}", ran.success))
        }
        Event::Skipped { at, .. } => Some(format!("skipped {}", at.path)),
        Event::Failed { at, failure, .. } => Some(format!("failed {}: {failure:?}", at.path)),
        Event::RestartRequested { at, .. } => Some(format!("restart behind {}", at.path)),
        Event::Finished { result, code, .. } => Some(format!("{result:?} {code}")),
        _ => None,
    }
}

/// A change of a variable; each computer has paths of its own.
fn written(change: &VariableChange) -> String {
    let after = format!("{:?}", change.after);
    let is_path = after.contains(['/', '\\']);
    format!(
        "{}={}",
        change.name,
        if is_path { "a path" } else { &after }
    )
}

fn essence(events: &[Event]) -> Vec<String> {
    events.iter().filter_map(line).collect()
}

/// Whether a dry run said of an event of its essence that it rests on an assumption.
fn is_open(events: &[Event], index: usize) -> bool {
    let mut known = events.iter().filter(|event| line(event).is_some());
    matches!(known.nth(index), Some(Event::StepRan(ran)) if !ran.assumed.is_empty())
}

/// Whether a step ended with what only its process tells. A dry run takes success for granted.
fn tells_a_code(line: &str) -> bool {
    let codes = [" 9 ", " 3010 ", " 1603 ", " 16389 "];
    codes.iter().any(|code| line.contains(code))
}

fn run(sequence: &Sequence, host: &mut dyn Host) -> Vec<Event> {
    let program = Program::new(sequence, &NoChildren).expect("no step runs a child");
    let mut engine = Engine::new(&program, RunOptions::default());
    let events: Result<Vec<Event>, _> = engine.trace(host).collect();
    events.expect("the run ends")
}

fn compiled(text: &str) -> Sequence {
    let bytes = text.as_bytes().to_vec();
    let given = ParameterValues::default();
    let done = compile("lab.tasq", "lab.tasq", bytes, &NoFiles, &given);
    assert!(done.is_good(), "{:#?}\n{text}", done.findings);
    done.sequence
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 150, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn generated_sequences_come_to_the_same_described_dry_and_done(text in source()) {
        let machine = machine("generated", MACHINE);
        let sequence = compiled(&text);
        let place = tempfile::tempdir().expect("a folder");
        std::fs::create_dir_all(place.path().join("private")).expect("a folder");
        let described = run(&sequence, &mut SimulatedHost::new(machine.clone()));
        let done = run(&sequence, &mut real(&machine, place.path()).0);
        prop_assert_eq!(essence(&described), essence(&done), "described, and done: {}", text);
        let events = run(&sequence, &mut Dry::new(real(&machine, place.path()).0));
        let (dry, done) = (essence(&events), essence(&done));
        let known = dry.iter().zip(&done).take_while(|(dry, done)| dry == done).count();
        prop_assert!(
            known == dry.len() || is_open(&events, known) || tells_a_code(&done[known]),
            "dry, and done: {}\n{:#?}\n{:#?}", text, dry, done
        );
    }
}
