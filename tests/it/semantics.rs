//! What runs come to: small sequences with facts and the trace they must give
//! (`tests/semantics/*.txt`), properties over generated models, and runs that are stored and taken
//! up again. `TASQ_UPDATE=1` writes the traces anew; read the difference before you
//! commit it.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use tasq::internals::{
    compile::compile,
    decompile,
    elaborate::ParameterValues as Values,
    engine::{
        ChildName, Children, Engine, Event, Explained, Explanation, FoundChild, GroupOutcome,
        Location, NoChildren, Program, RunOptions, RunState, Shown, SkipReason, StepRan, Then,
        UndecidedAnswer, VariableChange,
    },
    fact::{FileFacts, InstalledProduct, RegistryValue},
    model::Sequence,
    source::NoFiles,
    wql::{PropertyValue, Row},
};

use self::machine::{Machine, Mock};
use crate::cases;

mod facts;
mod machine;
mod properties;
mod trace;

// ---- cases

#[derive(Clone, Default)]
struct Case {
    title: String,
    pins: String,
    source: String,
    children: Vec<(String, String)>,
    facts: String,
    trace: String,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/semantics")
}

fn read(text: &str) -> (String, Vec<Case>) {
    let (lead, rest) = text.split_once("\n=== ").unwrap_or((text, ""));
    let parts = rest.split("\n=== ").filter(|part| !part.is_empty());
    (lead.to_owned(), parts.map(Case::read).collect())
}

impl Case {
    /// A case from its text: a title, what it pins, and sections.
    fn read(text: &str) -> Case {
        let mut case = Case::default();
        let mut section = "";
        let mut lines = text.lines();
        case.title = lines.next().unwrap_or_default().to_owned();
        for line in lines {
            if let Some(name) = line.strip_prefix("--- ") {
                section = name;
                if let Some(id) = name.strip_prefix("child ") {
                    case.children.push((id.to_owned(), String::new()));
                }
                continue;
            }
            let target = match section {
                "" => &mut case.pins,
                "source" => &mut case.source,
                "facts" => &mut case.facts,
                "trace" => &mut case.trace,
                _ => &mut case.children.last_mut().expect("a child").1,
            };
            target.push_str(line);
            target.push('\n');
        }
        case.pins = case.pins.trim().to_owned();
        case
    }
}

/// The tables of cases, in order.
fn tables() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder())
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    files
}

fn write(lead: &str, cases: &[Case]) -> String {
    let mut out = lead.trim_end().to_owned();
    out.push('\n');
    for case in cases {
        write!(
            out,
            "\n=== {}\n{}\n--- source\n{}\n",
            case.title,
            case.pins,
            case.source.trim_end()
        )
        .expect("text");
        for (id, source) in &case.children {
            write!(out, "--- child {id}\n{}\n", source.trim_end()).expect("text");
        }
        if !case.facts.trim().is_empty() {
            write!(out, "--- facts\n{}\n", case.facts.trim_end()).expect("text");
        }
        write!(out, "--- trace\n{}\n", case.trace.trim_end()).expect("text");
    }
    out
}

fn sequence(source: &str, title: &str) -> Sequence {
    // An export, where the case is about one.
    if source.trim_start().starts_with("<sequence") {
        return decompiled(source, title);
    }
    let compiled = compile(
        "case.tasq",
        "case.tasq",
        source.as_bytes().to_vec(),
        &NoFiles,
        &Values::default(),
    );
    let errors: Vec<_> = compiled
        .findings
        .iter()
        .filter(|finding| finding.is_error())
        .collect();
    assert!(errors.is_empty(), "{title}: {errors:?}");
    compiled.sequence
}

pub fn decompiled(xml: &str, title: &str) -> Sequence {
    let input = tasq::internals::read::open("case.xml", xml.trim().as_bytes().to_vec());
    let export = input
        .exports
        .first()
        .unwrap_or_else(|| panic!("{title}: {:?}", input.findings));
    sequence(
        &decompile::decompile(export, decompile::DecompileOptions::default()).text,
        title,
    )
}

struct Lookup(BTreeMap<String, Sequence>);

impl Children for Lookup {
    fn child(&self, wanted: &ChildName) -> FoundChild<'_> {
        let found = self.0.get(&wanted.id);
        found.map_or(FoundChild::Nowhere(None), FoundChild::Sequence)
    }
}

/// What a case says beside facts of the machine.
#[derive(Default)]
struct Wants {
    options: RunOptions,
    explain: bool,
    numbers: bool,
    /// Whether changes and explanations are left out.
    quiet: bool,
    end: Vec<String>,
}

// ---- traces

/// The trace of a case; with `stored`, the run is stored as JSON after every event and taken up
/// again by another engine.
fn trace(case: &Case, stored: bool) -> String {
    let main = sequence(&case.source, &case.title);
    let children = case
        .children
        .iter()
        .map(|(id, source)| (id.clone(), sequence(source, &case.title)));
    let children = Lookup(children.collect());
    let program = match Program::new(&main, &children) {
        Ok(program) => program,
        Err(refused) => return format!("refused: {refused}\n"),
    };
    let (mut machine, wants) = facts::setup(case);
    let mut engine = Engine::new(&program, wants.options.clone());
    let mut out = String::new();
    let mut events = 0;
    while let Some(event) = engine.step(&mut machine) {
        events += 1;
        assert!(events < 10_000, "{}: no end", case.title);
        // Events are data that come back as they were.
        let json = serde_json::to_string(&event).expect("an event is plain data");
        assert_eq!(
            serde_json::from_str::<Event>(&json).expect("an event can be read"),
            event,
            "{json}"
        );
        out.push_str(&trace::shown(&event, &wants));
        if stored {
            let state = serde_json::to_string(engine.state()).expect("a state is plain data");
            let state: RunState = serde_json::from_str(&state).expect("a state can be read");
            engine = Engine::resume(&program, wants.options.clone(), state);
        }
    }
    trace::end(&mut out, &engine, &wants);
    out
}

#[test]
fn cases_give_the_trace_that_is_written_down() {
    let update = cases::updates();
    let mut count = 0;
    let mut differences = Vec::new();
    let mut titles = std::collections::BTreeSet::new();
    for file in tables() {
        let text = fs::read_to_string(&file).expect("a table");
        let (lead, mut cases) = read(&text);
        for case in &mut cases {
            count += 1;
            // Book, claim, documented, inferred, observed, unstated; and what.
            let marked =
                case.pins.starts_with(['B', 'C', 'D', 'I', 'O', 'U']) && case.pins.len() > 6;
            assert!(marked, "{}: what is pinned is said", case.title);
            assert!(
                titles.insert(case.title.clone()),
                "{}: a title stands once",
                case.title
            );
            if update && std::panic::catch_unwind(|| trace(case, false)).is_err() {
                case.trace = "stops\n".to_owned();
                continue;
            }
            let found = trace(case, false);
            assert_eq!(
                trace(case, true),
                found,
                "{}: a run that is taken up again is the same",
                case.title
            );
            if found.trim() != case.trace.trim() {
                differences.push(format!(
                    "{}\nis\n{found}and not\n{}",
                    case.title, case.trace
                ));
                case.trace = found;
            }
        }
        if update {
            fs::write(&file, write(&lead, &cases)).expect("the table can be written");
        }
    }
    assert!(count >= 150, "{count} cases");
    assert!(
        update || differences.is_empty(),
        "{} differ:\n{}",
        differences.len(),
        differences.join("\n")
    );
}

/// The cases that are about what restarts change beside themselves, in the order of the files.
const RESTARTS_MATTER: &[&str] = &[
    // A step reads the code, 3010.
    "the last action's variables tell of success",
    // A condition asks for Windows PE, where the restart leads.
    "a script asks for a restart",
    // It fails at the limit.
    "a step that always asks again fails in the end",
    // Its own condition is false the second time.
    // It goes into Windows PE, which a variable tells.
    "3010 with a request goes where the request says",
];

/// Every case that restarts, run again on a machine where nothing asks for it: the same, restarts
/// aside.
#[test]
fn cases_that_restart_are_the_same_without() {
    let (mut count, mut others) = (0, Vec::new());
    for case in tables()
        .iter()
        .flat_map(|file| read(&fs::read_to_string(file).expect("a table")).1)
    {
        if !case.trace.contains("* restart to") {
            continue;
        }
        let main = sequence(&case.source, &case.title);
        let children = case
            .children
            .iter()
            .map(|(id, source)| (id.clone(), sequence(source, &case.title)));
        let children = Lookup(children.collect());
        let program = Program::new(&main, &children).expect("a program");
        let (mut asking, wants) = facts::setup(&case);
        let mut silent = asking.clone();
        for mock in silent.steps.values_mut() {
            mock.codes
                .iter_mut()
                .filter(|code| matches!(**code, 1641 | 3010))
                .for_each(|code| *code = 0);
            mock.sets.retain(|(_, name, _)| {
                !matches!(&**name, "SMSTSRebootRequested" | "SMSTSRetryRequested")
            });
        }
        count += 1;
        let with = properties::restarts_aside(&program, &wants.options, &mut asking);
        if with != properties::restarts_aside(&program, &wants.options, &mut silent) {
            others.push(case.title);
        }
    }
    assert!(count >= 20, "{count} cases restart");
    assert_eq!(others, RESTARTS_MATTER, "of {count}");
}

// ---- properties

/// Every combination of failing steps of the documented groups, against the documented rule in its
/// own words.
#[test]
fn failures_reach_as_far_as_documented() {
    let source = r#"
group "G1" < continue_on_error: true > {
    step "1" run_command_line < "1", continue_on_error: true >
    step "2" run_command_line < "2" >
    step "3" run_command_line < "3" >
}
group "G2" {
    step "4" run_command_line < "4" >
    step "5" run_command_line < "5" >
    step "6" run_command_line < "6" >
}
"#;
    let main = sequence(source, "table");
    let program = Program::new(&main, &NoChildren).expect("a program");
    for failing in 0..64_u32 {
        let fails = |step: u32| failing & (1 << (step - 1)) != 0;
        let mut machine = Machine::default();
        for step in (1..=6).filter(|step| fails(*step)) {
            machine.steps.insert(
                step.to_string(),
                Mock {
                    codes: vec![1],
                    ..Mock::default()
                },
            );
        }
        let mut wanted = vec!["1", "2"];
        if !fails(2) {
            wanted.push("3");
        }
        for (step, name) in [(4, "4"), (5, "5"), (6, "6")] {
            wanted.push(name);
            if fails(step) {
                break;
            }
        }
        let mut ran = Vec::new();
        let mut code = None;
        for event in Engine::new(&program, RunOptions::default()).trace(&mut machine) {
            match event.expect("the run ends") {
                Event::StepRan(step) => ran.push(step.at.name.to_string()),
                Event::Finished { code: last, .. } => code = Some(last),
                _ => {}
            }
        }
        assert_eq!(ran, wanted, "{failing:b}");
        assert_eq!(
            code,
            Some(if fails(4) || fails(5) || fails(6) {
                0x8000_4005
            } else {
                0
            }),
            "{failing:b}"
        );
    }
}

// ---- what a debugger and a runner do

#[test]
fn a_runner_restarts_by_itself() {
    let source = "step \"A\" restart_computer < target: boot_image >\nstep \"B\" run_command_line < \"b\" >\n";
    let main = sequence(source, "runner");
    let program = Program::new(&main, &NoChildren).expect("a program");
    let mut machine = Machine::default();
    let mut engine = Engine::new(&program, RunOptions::default());
    while let Some(event) = engine.step(&mut machine) {
        if matches!(event, Event::RestartRequested { .. }) {
            break;
        }
    }
    // The host is told at the next call only: before it, the run is stored, and another program
    // takes it up.
    assert_eq!(machine.restarts, Vec::<bool>::new());
    let state = serde_json::to_string(engine.state()).expect("plain data");
    let mut machine = Machine {
        winpe: true,
        ..Machine::default()
    };
    let mut engine = Engine::resume(
        &program,
        RunOptions::default(),
        serde_json::from_str(&state).expect("a state"),
    );
    engine.restarted(&machine);
    assert_eq!(engine.variables().text("_SMSTSInWinPE"), Some("true"));
    let names: Vec<String> = std::iter::from_fn(|| engine.step(&mut machine))
        .filter_map(|event| {
            if let Event::StepRan(ran) = event {
                Some(ran.at.name.to_string())
            } else {
                None
            }
        })
        .collect();
    assert_eq!(names, ["B"]);
    assert_eq!(machine.restarts, Vec::<bool>::new());
}

#[test]
fn a_restart_that_nobody_asked_for_is_tried_again() {
    // Applications are tried twice more, a command line never.
    let apps = "ScopeId_6F1B2C3D-4E5F-4A6B-8C7D-9E0F1A2B3C4D/Application_0d2b7a51-3c94-4be0-9f6e-51a7c08d2e11";
    for (source, allowed) in [
        (
            format!("step \"A\" install_application < [application(\"{apps}\", \"7-Zip\")] >\n"),
            2,
        ),
        ("step \"A\" run_command_line < \"a\" >\n".to_owned(), 0),
    ] {
        let main = sequence(&source, "interrupted");
        let program = Program::new(&main, &NoChildren).expect("a program");
        let mut engine = Engine::new(&program, RunOptions::default());
        for _ in 0..allowed {
            engine.interrupted(&Machine::default());
            assert!(!engine.state().is_finished());
        }
        engine.interrupted(&Machine::default());
        assert!(engine.state().is_finished());
        let first = engine.step(&mut Machine::default());
        assert!(
            matches!(
                first,
                Some(Event::Failed {
                    failure: tasq::internals::engine::StepFailure::Interrupted,
                    ..
                })
            ),
            "{first:?}"
        );
    }
}

#[test]
fn a_debugger_jumps_and_sets_variables() {
    let source = "step \"A\" run_command_line < \"a\" >\ngroup \"G\" {\n    step \"B\" run_command_line < \"b\" > when X == \"1\"\n}\n";
    let main = sequence(source, "debugger");
    let program = Program::new(&main, &NoChildren).expect("a program");
    assert_eq!(
        program
            .instructions()
            .map(|at| at.path.to_string())
            .collect::<Vec<_>>(),
        ["\"A\"", "\"G\"", "\"G\" / \"B\"", "\"G\""]
    );
    let mut engine = Engine::new(&program, RunOptions::default());
    let mut machine = Machine::default();
    engine.jump(2);
    engine.set_variable("X", "1");
    assert_eq!(
        engine.next().map(|at| at.name.to_string()).as_deref(),
        Some("B")
    );
    assert!(matches!(engine.step(&mut machine), Some(Event::StepRan(_))));
    engine.jump(99);
    assert!(matches!(
        engine.step(&mut machine),
        Some(Event::Finished { ran: 1, .. })
    ));
    assert!(engine.step(&mut machine).is_none());
}
