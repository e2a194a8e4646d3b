//! Genuine sequences: no condition is decided by a variable that "is nothing" behind a step that
//! may have set it. What may set what is told here by a rule of its own, rougher than that of the
//! program.

use std::collections::HashSet;

use tasq::internals::{
    engine::{
        Event, Explained, Explanation, NoChildren, Program, RunOptions, Shown, SkipReason, Verdict,
    },
    host::simulated::SimulatedHost,
    lint::variable_uses,
    model::{Assigned, Node, Sequence, Setting, Step, Value},
    vocabulary::{Dialect, gathered},
};

use super::{condition, genuine, machines, run};
use crate::corpus;

/// What the test takes a step to set.
pub enum Reach {
    Nothing,
    Names(&'static [&'static str]),
    Anything,
}

/// Programs at the beginning of genuine command lines that only do their own work.
const OWN_WORK: &[&str] = &[
    "cmd",
    "cmd.exe",
    "reg",
    "reg.exe",
    "powercfg",
    "powercfg.exe",
    "msiexec",
    "msiexec.exe",
    "net",
    "dism",
    "dism.exe",
    "manage-bde",
    "exit",
    "echo",
    "rundll32.exe",
    "notepad.exe",
    "wpeutil",
    "shutdown",
    "shutdown.exe",
    "xcopy",
    "robocopy",
    "wusa.exe",
    "bcdedit",
    "bcdedit.exe",
];

/// Words that lead to a script file.
const SCRIPTS: &[&str] = &["cscript", "wscript", ".ps1", ".vbs", ".wsf", "-file "];

pub fn reach(step: &Step) -> Reach {
    let Some(table) = step.table() else {
        return Reach::Anything;
    };
    let inline = |setting: &Setting| matches!(setting.value, Value::Script(_));
    match table.keyword.as_str() {
        "upgrade_operating_system" if table.dialect.is_none() => {
            Reach::Names(&["_SMSTSOSUpgradeActionReturnCode", "_SMSTSSetupRollback"])
        }
        "request_state_store" => Reach::Names(&["OSDStateStorePath"]),
        "gather" | "install_package" => Reach::Anything,
        "run_powershell_script" | "run_mdt_powershell_script"
            if !step.settings.iter().any(inline) =>
        {
            Reach::Anything
        }
        "run_command_line" | "run_script" => of_command(step),
        _ => Reach::Nothing,
    }
}

fn of_command(step: &Step) -> Reach {
    let line = step.setting("command_line");
    let line = line.and_then(|setting| setting.value.text());
    let line = line.unwrap_or_default().trim().to_lowercase();
    let end = if line.starts_with('"') { '"' } else { ' ' };
    let program = line.trim_start_matches('"').split(end).next();
    let program = program.and_then(|program| program.rsplit('\\').next());
    if line.contains("ztinextphase") {
        Reach::Names(&["PHASE"])
    } else if line.is_empty() {
        Reach::Nothing
    } else if SCRIPTS.iter().any(|word| line.contains(word))
        || !OWN_WORK.contains(&program.unwrap_or_default())
    {
        Reach::Anything
    } else {
        Reach::Nothing
    }
}

/// Names that the sequence itself gives a value, in small letters.
fn assigned(sequence: &Sequence) -> HashSet<String> {
    let mut names: HashSet<String> = HashSet::new();
    let mut add = |list: &[Assigned]| {
        names.extend(list.iter().map(|one| one.name.value.trim().to_lowercase()));
    };
    add(&sequence.global_variables);
    sequence.walk(&mut |node, _| {
        if let Node::Step(step) = node {
            if step.table().is_some_and(|table| table.assignment.is_some()) {
                add(&step.assignments);
            }
            step.rules.iter().for_each(|rule| add(&rule.variables));
        }
    });
    names
}

/// The variables of a condition that were nothing and helped to decide it.
fn nothing(operands: &[Explained], out: &mut Vec<String>) {
    for operand in operands {
        nothing(&operand.operands, out);
        if operand.verdict == Verdict::Undecided {
            continue;
        }
        let facts = operand.facts.iter();
        let absent = facts.filter(|fact| fact.value == Shown::Nothing);
        // A path or key has a backslash, a version or time blanks.
        let names = absent.filter(|fact| !fact.what.contains(['\\', ' ', ':', '{']));
        out.extend(names.map(|fact| fact.what.to_lowercase()));
    }
}

/// Names that the sequence reads and gives no value, for a computer whose scripts set them. What
/// MDT's start and its Gather set counts as given a value.
pub fn settable(sequence: &Sequence) -> Vec<String> {
    let mut own = assigned(sequence);
    if sequence.dialect == Dialect::Mdt {
        own.extend(["phase", "deploymenttype"].map(str::to_owned));
    }
    sequence.walk(&mut |node, _| {
        let table = match node {
            Node::Step(step) => step.table(),
            _ => None,
        };
        if table.is_some_and(|table| table.keyword == "gather") {
            own.extend(gathered().iter().map(|one| one.name.to_lowercase()));
        }
    });
    let uses = variable_uses(sequence).into_iter();
    let read = uses.filter(|one| !one.sets && !one.name.starts_with('_'));
    let names = read.map(|one| one.name.to_owned());
    names
        .filter(|name| !own.contains(&name.to_lowercase()))
        .collect()
}

/// What may have been set so far.
#[derive(Default)]
struct SoFar {
    names: HashSet<String>,
    anything: bool,
}

impl SoFar {
    /// The variables that were nothing, decided something and may have been set, own ones aside.
    fn wrong(&self, explanation: &Explanation, own: &HashSet<String>) -> Vec<String> {
        let mut absent = Vec::new();
        nothing(&explanation.operands, &mut absent);
        absent.retain(|name| {
            let settable = self.anything && !name.starts_with('_') && !own.contains(name);
            self.names.contains(name) || settable
        });
        absent
    }

    /// A step ran, or nobody knows what it does.
    fn add(&mut self, step: Option<&Step>) {
        match step.map(reach) {
            Some(Reach::Names(own)) => self.names.extend(own.iter().map(|own| own.to_lowercase())),
            Some(Reach::Anything) | None => self.anything = true,
            Some(Reach::Nothing) => {}
        }
    }
}

/// Whether a fact is missing because a step may have set a variable.
pub fn is_unseen(missing: &str) -> bool {
    missing.starts_with("variable ")
        && [" may set", " after \"", " at the start"]
            .iter()
            .any(|how| missing.contains(how))
}

#[test]
fn no_variable_is_nothing_behind_a_step_that_may_set_it() {
    if corpus::folder().is_none() {
        println!("corpus absent: skipped");
        return;
    }
    let machine = machines().remove("hp-desktop").expect("a machine");
    let (mut found, mut asked, mut undecided, mut unseen) = (Vec::new(), 0, 0, 0);
    for (title, sequence) in genuine() {
        let program = Program::new(sequence, &NoChildren).expect("no circle");
        let own = assigned(sequence);
        let mut so_far = SoFar::default();
        let mut host = SimulatedHost::new(machine.clone());
        for event in run(&program, &mut host, &RunOptions::default()) {
            if let Some((_, explanation)) = condition(&event) {
                asked += 1;
                undecided += usize::from(explanation.verdict == Verdict::Undecided);
                unseen += usize::from(explanation.missing().iter().any(|what| is_unseen(what)));
                let wrong = so_far.wrong(explanation, &own);
                found.extend(wrong.iter().map(|name| format!("{title}: {name}")));
            }
            match &event {
                Event::StepRan(ran) => so_far.add(program.step(ran.at.instruction)),
                Event::Skipped {
                    at,
                    because: SkipReason::NotKnown { .. },
                } => so_far.add(program.step(at.instruction)),
                _ => {}
            }
        }
    }
    println!(
        "{} sequences, {asked} conditions asked, {undecided} undecided ({unseen} by what a step may set), {} decided by nothing behind a step that may set it",
        genuine().len(),
        found.len()
    );
    let most: Vec<&String> = found.iter().take(20).collect();
    assert!(found.is_empty(), "{} of {asked}: {most:#?}", found.len());
}
