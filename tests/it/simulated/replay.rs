//! A trace tells of every variable what became of it: whoever replays `changed` over the variables
//! of the start ends with those of the end.

use std::{collections::BTreeMap, sync::Arc};

use tasq::internals::{
    engine::{Engine, Event, MASK, NoChildren, Program, RunOptions, Shown, VariableChange},
    host::simulated::SimulatedHost,
    machine::{self, Machine},
    source::Sources,
};

use super::{genuine, machines};
use crate::{cases, corpus};

/// What the engine keeps about actions and instructions; it follows from the events themselves.
const KEPT: [&str; 6] = [
    "_SMSTSLastActionRetCode",
    "_SMSTSLastActionSucceeded",
    "_SMSTSLastActionName",
    "_SMSTSCurrentActionName",
    "_SMSTSNextInstructionPointer",
    "_SMSTSInstructionTableSize",
];

type Held = BTreeMap<String, Shown>;

fn held(engine: &Engine<'_>) -> Held {
    let all = engine.variables().shown();
    let own = all.filter(|(name, _)| !KEPT.contains(name));
    own.map(|(name, value)| (name.to_lowercase(), value))
        .collect()
}

/// The changes that an event tells of.
fn changes(event: &Event) -> &[VariableChange] {
    match event {
        Event::StepRan(ran) => &ran.changed,
        Event::GroupEntered { changed, .. }
        | Event::Undecided { changed, .. }
        | Event::Failed { changed, .. }
        | Event::RestartRequested { changed, .. }
        | Event::Restarted { changed, .. } => changed,
        Event::GroupLeft { .. }
        | Event::Skipped { .. }
        | Event::NotReached { .. }
        | Event::Finished { .. } => &[],
    }
}

/// Replays a run and compares; how many changes there were.
fn replay(program: &Program<'_>, machine: &Arc<Machine>, what: &str) -> usize {
    let mut host = SimulatedHost::new(Arc::clone(machine));
    let mut engine = Engine::new(program, RunOptions::default());
    engine.begin(&host);
    let mut told = held(&engine);
    let mut count = 0;
    while let Some(event) = engine.step(&mut host) {
        for change in changes(&event) {
            count += 1;
            let key = change.name.to_lowercase();
            let before = told.get(&key).cloned().unwrap_or(Shown::Nothing);
            assert!(
                alike(&before, &change.before),
                "{what}: {change:?} where {before:?} was told, in {event:?}"
            );
            match &change.after {
                Shown::Nothing => told.remove(&key),
                after => told.insert(key, after.clone()),
            };
        }
    }
    let end = held(&engine);
    let names: std::collections::BTreeSet<&String> = told.keys().chain(end.keys()).collect();
    for name in names {
        let (told, end) = (told.get(name), end.get(name));
        let same = match (told, end) {
            (Some(told), Some(end)) => alike(told, end),
            (None, None) => true,
            _ => false,
        };
        assert!(same, "{what}: {name} is {end:?}, told was {told:?}");
    }
    count
}

/// What became a secret later is masked from then on.
fn alike(one: &Shown, other: &Shown) -> bool {
    let masked = |own: &Shown| match own {
        Shown::Masked => true,
        Shown::Text(text) => text.contains(MASK),
        _ => false,
    };
    one == other || masked(one) || masked(other)
}

#[test]
fn a_replay_of_the_changes_of_genuine_runs_ends_in_the_same_variables() {
    if corpus::folder().is_none() {
        println!("corpus absent: skipped");
        return;
    }
    let machines = machines();
    let mut count = 0;
    for name in ["deployed-laptop", "winpe-boot", "unknown"] {
        let machine = &machines[name];
        for (title, sequence) in genuine() {
            let program = Program::new(sequence, &NoChildren).expect("a program");
            count += replay(&program, machine, &format!("{title} on {name}"));
        }
    }
    println!("{count} changes replayed");
    assert!(count > 5000, "{count} changes");
}

#[test]
fn a_replay_of_the_changes_of_restarts_and_failures_ends_in_the_same_variables() {
    let machine = |text: &str| {
        let file = Sources::new().add("machine.toml", text);
        Arc::new(machine::parse(file, text).machine)
    };
    let restarts = [
        "in_winpe = true\nos = \"Windows 11 23H2\"\n[[outcomes]]\nstep = \"*\"\nexit_code = 1\n\
         sets = { SMSTSRebootRequested = \"WinPE\", SMSTSRetryRequested = \"true\" }\ntimes = 2\n",
        "[[outcomes]]\nstep = \"*\"\nexit_code = 3010\nsets = { SMSTSRebootRequested = \"HD\" }\n",
        "[[outcomes]]\nstep = \"*\"\nsets = { SMSTSRetryRequested = \"true\", A = \"1\" }\n",
    ];
    let mut count = 0;
    let mut cases = 0;
    for case in cases::all("semantics").iter().chain(&cases::all("truth")) {
        let own = case
            .sections
            .iter()
            .filter(|own| matches!(own.head.as_str(), "" | "lab.tasq"));
        for section in own.filter(|own| !own.lines.is_empty()) {
            let Some(main) = sequence_of(&section.lines.join("\n")) else {
                continue;
            };
            let Ok(program) = Program::new(&main, &NoChildren) else {
                continue;
            };
            cases += 1;
            for text in restarts {
                count += replay(&program, &machine(text), &case.title());
            }
        }
    }
    println!("{count} changes of {cases} cases replayed");
    assert!(cases > 50 && count > 1000, "{cases} cases, {count} changes");
}

/// The sequence of a source without errors.
fn sequence_of(source: &str) -> Option<tasq::internals::model::Sequence> {
    let compiled = tasq::internals::compile::compile(
        "lab.tasq",
        "lab.tasq",
        source.as_bytes().to_vec(),
        &tasq::internals::source::NoFiles,
        &tasq::internals::elaborate::ParameterValues::default(),
    );
    compiled.is_good().then_some(compiled.sequence)
}
