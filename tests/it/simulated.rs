//! Genuine sequences and the examples on the described machines of `examples/machines`: every run
//! ends, nothing is decided that nobody could know, and nearly everything is decided.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use tasq::internals::{
    compile::compile,
    computer::Host,
    decompile,
    elaborate::ParameterValues,
    engine::{
        Engine, Event, Explained, Explanation, NoChildren, NotGiven, Program, RunOptions,
        SkipReason, Verdict,
    },
    host::simulated::SimulatedHost,
    machine::{self, Machine},
    model::Sequence,
    report::{Run, TreeStyle},
    source::{NoFiles, Sources},
};

use self::world::World;
use crate::corpus;

mod alone;
mod mdt;
mod replay;
mod unseen;
mod world;

/// All genuine sequences, read once.
fn genuine() -> &'static [(String, Sequence)] {
    static ALL: OnceLock<Vec<(String, Sequence)>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all = Vec::new();
        for sample in corpus::configmgr().into_iter().chain(corpus::mdt()) {
            let input = tasq::internals::read::open(&sample.name, sample.xml.clone().into_bytes());
            for export in &input.exports {
                let options = decompile::DecompileOptions {
                    unproven: true,
                    ..decompile::DecompileOptions::default()
                };
                // A few sources have errors that the XML had, such as a read-only variable that a
                // step sets.
                let text = decompile::decompile(export, options).text.into_bytes();
                let main = compile(
                    "case.tasq",
                    "case.tasq",
                    text,
                    &NoFiles,
                    &ParameterValues::default(),
                )
                .sequence;
                all.push((sample.name.clone(), main));
            }
        }
        all
    })
}

/// All machines of the examples by name.
fn machines() -> BTreeMap<String, Arc<Machine>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/machines");
    let files = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path());
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("a machine file");
        let file = Sources::new().add("machine.toml", text.as_str());
        let parsed = machine::parse(file, &text);
        assert!(
            parsed.findings.is_empty(),
            "{}: {:?}",
            path.display(),
            parsed.findings
        );
        (
            path.file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned(),
            Arc::new(parsed.machine),
        )
    };
    files.map(read).collect()
}

fn run(program: &Program<'_>, host: &mut dyn Host, options: &RunOptions) -> Vec<Event> {
    let mut engine = Engine::new(program, options.clone());
    let mut events = Vec::new();
    while let Some(event) = engine.step(host) {
        events.push(event);
        assert!(events.len() < 50_000, "no end");
    }
    events
}

/// The condition that an event is about, with the number of its instruction.
fn condition(event: &Event) -> Option<(u32, &Explanation)> {
    let (at, found) = match event {
        Event::StepRan(ran) => (&ran.at, ran.condition.as_ref()),
        Event::GroupEntered { at, condition, .. } => (at, condition.as_ref()),
        Event::Skipped {
            at,
            because: SkipReason::Condition { explanation },
        } => (at, Some(explanation)),
        _ => return None,
    };
    Some((at.instruction, found?))
}

/// What an operand must come to by its members, by itself if it has none.
fn recomputed(operand: &Explained, place: &str) -> Verdict {
    if operand.operands.is_empty() {
        let word = &*operand.written;
        // A test that lacks a fact decides nothing.
        if !matches!(word, "all" | "any" | "none") {
            let lacks = !operand.missing.is_empty();
            assert_eq!(
                lacks,
                operand.verdict == Verdict::Undecided,
                "{place}: {operand:?}"
            );
        }
        return operand.verdict;
    }
    let members: Vec<Verdict> = operand
        .operands
        .iter()
        .map(|member| recomputed(member, place))
        .collect();
    let any = |verdict| members.contains(&verdict);
    let (settled, otherwise) = match &*operand.written {
        "all" => (any(Verdict::False).then_some(Verdict::False), Verdict::True),
        "any" => (any(Verdict::True).then_some(Verdict::True), Verdict::False),
        "none" => (any(Verdict::True).then_some(Verdict::False), Verdict::True),
        other => panic!("{place}: {other} has operands"),
    };
    settled.unwrap_or(if any(Verdict::Undecided) {
        Verdict::Undecided
    } else {
        otherwise
    })
}

/// The first answer to each condition.
fn answers(events: &[Event], place: &str) -> BTreeMap<u32, Verdict> {
    let mut all = BTreeMap::new();
    for (instruction, explanation) in events.iter().filter_map(condition) {
        let members = explanation
            .operands
            .iter()
            .map(|operand| recomputed(operand, place));
        let verdict = members.fold(Verdict::True, |whole, one| match (whole, one) {
            (Verdict::False, _) | (_, Verdict::False) => Verdict::False,
            (Verdict::True, Verdict::True) => Verdict::True,
            _ => Verdict::Undecided,
        });
        assert_eq!(
            verdict, explanation.verdict,
            "{place}, instruction {instruction}"
        );
        all.entry(instruction).or_insert(verdict);
    }
    all
}

/// What is counted of runs.
#[derive(Default)]
struct Counts {
    ran: usize,
    /// Those aside that are undecided by what a step may have set.
    conditions: usize,
    unseen: usize,
    decided: usize,
    /// Answers that were the same in another world.
    compared: usize,
}

impl Counts {
    fn add(&mut self, other: &Counts) {
        self.ran += other.ran;
        self.conditions += other.conditions;
        self.unseen += other.unseen;
        self.decided += other.decided;
        self.compared += other.compared;
    }
}

/// A sequence on a machine, and in the worlds that the machine's file leaves open: what was decided
/// without must not change.
fn run_in_every_world(place: &str, sequence: &Sequence, machine: &Arc<Machine>) -> Counts {
    let program =
        Program::new(sequence, &NoChildren).unwrap_or_else(|error| panic!("{place}: {error}"));
    let mut host = SimulatedHost::new(machine.clone());
    let events = run(&program, &mut host, &RunOptions::default());
    assert!(
        matches!(events.last(), Some(Event::Finished { .. })),
        "{place}"
    );
    let found = answers(&events, place);
    let mut decided = found.clone();
    decided.retain(|_, verdict| *verdict != Verdict::Undecided);
    let mut compared = 0;
    for there in [false, true] {
        let mut world = World {
            own: SimulatedHost::new(machine.clone()),
            there,
            names: unseen::settable(sequence),
        };
        compared += same_in_another_world(place, &program, &mut world, &decided);
    }
    let unseen = unseen_instructions(&events);
    Counts {
        ran: events
            .iter()
            .filter(|event| matches!(event, Event::StepRan(_)))
            .count(),
        conditions: found.keys().filter(|at| !unseen.contains(at)).count(),
        unseen: unseen.len(),
        decided: decided.len(),
        compared,
    }
}

/// The instructions whose condition lacks what a step may have set.
fn unseen_instructions(events: &[Event]) -> BTreeSet<u32> {
    let lacking = events.iter().filter_map(|event| match event {
        Event::Undecided { at, missing, .. } => Some((at.instruction, missing)),
        _ => None,
    });
    lacking
        .filter(|(_, missing)| missing.iter().any(|what| unseen::is_unseen(what)))
        .map(|(instruction, _)| instruction)
        .collect()
}

/// How many answers are given in a world where everything unknown is there, or not, as well; they
/// must be the same.
fn same_in_another_world(
    place: &str,
    program: &Program<'_>,
    world: &mut World,
    decided: &BTreeMap<u32, Verdict>,
) -> usize {
    let settled = RunOptions {
        external: NotGiven::Unset,
        built_in: NotGiven::Unset,
        script: NotGiven::Unset,
        ..RunOptions::default()
    };
    let there = world.there;
    let other = answers(&run(program, world, &settled), place);
    let mut compared = 0;
    for (instruction, verdict) in decided {
        let Some(settled) = other
            .get(instruction)
            .filter(|settled| **settled != Verdict::Undecided)
        else {
            continue;
        };
        compared += 1;
        let at = program
            .instructions()
            .nth(*instruction as usize)
            .map(|at| at.path.to_string());
        assert_eq!(
            settled, verdict,
            "{place}: {at:?} rests on what is not known ({there})"
        );
    }
    compared
}

#[test]
fn genuine_sequences_run_on_every_machine_and_nothing_unknown_is_decided() {
    if corpus::folder().is_none() {
        println!("corpus absent: skipped");
        return;
    }
    let machines = machines();
    assert!(machines.len() >= 10, "{} machines", machines.len());
    let mut all = Counts::default();
    for (name, machine) in &machines {
        let mut own = Counts::default();
        for (title, sequence) in genuine() {
            own.add(&run_in_every_world(
                &format!("{title} on {name}"),
                sequence,
                machine,
            ));
        }
        println!(
            "{name:<18} {:>6} steps ran, {:>5} conditions, {:>5.1} % decided",
            own.ran,
            own.conditions,
            percent(own.decided, own.conditions)
        );
        all.add(&own);
    }
    // What is undecided because a step may have set it is right so, and counted apart.
    let decided = percent(all.decided + all.unseen, all.conditions + all.unseen);
    println!(
        "{} sequences on {} machines: {} conditions, {} more undecided by what steps may set; \
         {decided:.1} % of all as they should be; {} answers the same whatever is not known",
        genuine().len(),
        machines.len(),
        all.conditions,
        all.unseen,
        all.compared
    );
    assert!(decided > 90.0, "{decided:.1} %");
}

fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        100.0
    } else {
        part as f64 * 100.0 / whole as f64
    }
}

#[test]
fn every_form_of_a_genuine_run_can_be_written() {
    let Some((machine, facts)) = machines()
        .into_iter()
        .find(|(name, _)| name == "hp-desktop")
    else {
        panic!("a machine")
    };
    for (title, sequence) in genuine().iter().step_by(7) {
        let program = Program::new(sequence, &NoChildren).expect("no circle");
        let done = tasq::internals::simulate::simulate(
            &program,
            title,
            &machine,
            facts.clone(),
            RunOptions::default(),
        );
        let done: Run = done.expect("an end");
        let style = TreeStyle {
            color: true,
            unicode: false,
            verbose: true,
        };
        assert!(
            tasq::internals::report::text(&done, style).contains("ran"),
            "{title}"
        );
        let page = tasq::internals::report::html(&done);
        assert!(page.ends_with("</html>\n"), "{title}");
        let json: serde_json::Value =
            serde_json::from_str(&tasq::internals::report::json(&[done])).expect("JSON");
        assert!(json["summary"]["result"].is_string(), "{title}");
    }
}

#[test]
fn archives_of_the_console_are_simulated() {
    let Some(folder) = corpus::folder() else {
        println!("corpus absent: skipped");
        return;
    };
    let machine = machines().remove("surface").expect("a machine");
    let files = fs::read_dir(folder.join("configmgr-zip"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path());
    let mut files: Vec<PathBuf> = files
        .filter(|path| path.extension().is_some_and(|ending| ending == "zip"))
        .collect();
    files.sort();
    let mut ran = 0;
    for path in files.iter().step_by(3) {
        let name = path.display().to_string();
        let bytes = fs::read(path).expect("an archive");
        let contents =
            tasq::internals::load::load(&name, &name, bytes, &NoFiles, &ParameterValues::default());
        assert!(
            !contents.sequences.is_empty(),
            "{name}: {:?}",
            contents.findings
        );
        for one in &contents.sequences {
            let program = Program::new(&one.sequence, &NoChildren).expect("no circle");
            let done = tasq::internals::simulate::simulate(
                &program,
                &one.title,
                "surface",
                machine.clone(),
                RunOptions::default(),
            );
            assert!(
                matches!(
                    done.expect("an end").events.last(),
                    Some(Event::Finished { .. })
                ),
                "{name}"
            );
            ran += 1;
        }
    }
    println!("{ran} sequences of {} archives", files.len().div_ceil(3));
    assert!(ran > 0 || files.is_empty());
}
