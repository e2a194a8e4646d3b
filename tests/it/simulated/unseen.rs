//! Genuine sequences: no condition is decided by a variable that "is nothing" behind a step that
//! may have set it. What may set what is told here by a rule of its own, rougher than the program's.

use std::collections::HashSet;

use tasq::internals::{
    engine::{Event, Explained, NoChildren, Program, RunOptions, Shown, SkipReason, Verdict},
    host::simulated::SimulatedHost,
    model::{Assigned, Node, Sequence, Step, Value},
};

use super::{condition, genuine, machines, run};
use crate::corpus;

/// What the test takes a step to set.
enum Reach {
    Nothing,
    Names(&'static [&'static str]),
    Anything,
}

/// Programs at the beginning of genuine command lines that only do their own work.
const OWN_WORK: &[&str] = &[
    "cmd", "cmd.exe", "reg", "reg.exe", "powercfg", "powercfg.exe", "msiexec", "msiexec.exe", "net",
    "dism", "dism.exe", "manage-bde", "exit", "echo", "rundll32.exe", "notepad.exe", "wpeutil",
    "shutdown", "shutdown.exe", "xcopy", "robocopy", "wusa.exe", "bcdedit", "bcdedit.exe",
];

/// Words that lead to a script file.
const SCRIPTS: &[&str] = &["cscript", "wscript", ".ps1", ".vbs", ".wsf", "-file "];

fn reach(step: &Step) -> Reach {
    let text = |name: &str| {
        let found = step.setting(name).and_then(|setting| setting.value.text());
        found.unwrap_or_default().to_lowercase()
    };
    let Some(table) = step.table() else {
        return Reach::Anything;
    };
    match table.keyword.as_str() {
        "upgrade_operating_system" if table.dialect.is_none() => Reach::Names(&[
            "_smstsosupgradeactionreturncode",
            "_smstssetuprollback",
        ]),
        "request_state_store" => Reach::Names(&["osdstatestorepath"]),
        "gather" | "use_toolkit_package" | "install_package" => Reach::Anything,
        "run_powershell_script" | "run_mdt_powershell_script"
            if step
                .settings
                .iter()
                .all(|setting| !matches!(setting.value, Value::Script(_))) =>
        {
            Reach::Anything
        }
        "run_command_line" | "run_script" => {
            let line = text("command_line");
            let first = line.trim().trim_start_matches('"');
            let end = if line.trim().starts_with('"') { '"' } else { ' ' };
            let program = first.split(end).next().unwrap_or_default();
            let program = program.rsplit('\\').next().unwrap_or_default();
            if line.contains("ztinextphase") {
                Reach::Names(&["phase"])
            } else if SCRIPTS.iter().any(|word| line.contains(word))
                || !line.trim().is_empty() && !OWN_WORK.contains(&program)
            {
                Reach::Anything
            } else {
                Reach::Nothing
            }
        }
        _ => Reach::Nothing,
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

#[test]
fn no_variable_is_nothing_behind_a_step_that_may_set_it() {
    if corpus::folder().is_none() {
        println!("corpus absent: skipped");
        return;
    }
    let machine = machines().remove("hp-desktop").expect("a machine");
    let (mut found, mut asked, mut undecided) = (Vec::new(), 0, 0);
    for (title, sequence) in genuine() {
        let program = Program::new(sequence, &NoChildren).expect("no circle");
        let own = assigned(sequence);
        let mut names: HashSet<&str> = HashSet::new();
        let mut anything = false;
        let mut host = SimulatedHost::new(machine.clone());
        for event in run(&program, &mut host, &RunOptions::default()) {
            if let Some((_, explanation)) = condition(&event) {
                asked += 1;
                undecided += usize::from(explanation.verdict == Verdict::Undecided);
                let mut absent = Vec::new();
                nothing(&explanation.operands, &mut absent);
                let wrong = absent.iter().filter(|name| {
                    let settable = anything && !name.starts_with('_');
                    names.contains(name.as_str()) || settable && !own.contains(*name)
                });
                found.extend(wrong.map(|name| format!("{title}: {name}")));
            }
            let at = match &event {
                Event::StepRan(ran) => &ran.at,
                Event::Skipped {
                    at,
                    because: SkipReason::NotKnown { .. },
                } => at,
                _ => continue,
            };
            match program.step(at.instruction).map(reach) {
                Some(Reach::Names(own)) => names.extend(own),
                Some(Reach::Anything) | None => anything = true,
                Some(Reach::Nothing) => {}
            }
        }
    }
    println!(
        "{} sequences, {asked} conditions asked, {undecided} undecided, {} decided by nothing behind a step that may set it",
        genuine().len(),
        found.len()
    );
    let most: Vec<&String> = found.iter().take(20).collect();
    assert!(found.is_empty(), "{} of {asked}: {most:#?}", found.len());
}
