//! MDT's stock Client template, and what is built on it: each kind of deployment goes through its
//! phases, and nothing is claimed that nobody knows.

use std::sync::Arc;

use tasq::internals::{
    engine::{
        Event, Explained, NoChildren, Program, RunOptions, Shown, SkipReason, Target, Verdict,
    },
    host::simulated::SimulatedHost,
    machine::{self, Machine},
    model::Sequence,
    source::Sources,
};

use super::{genuine, run};
use crate::corpus;

/// A new computer in Windows PE, no disk formatted.
const BARE: &str = "make = \"HP\"\nmodel = \"EliteBook\"\nkind = \"laptop\"\nin_winpe = true\n\
    firmware = { type = \"uefi\" }\ndisks = []\n";

/// A computer with a system.
const USED: &str = "name = \"LAP-1\"\nmake = \"HP\"\nmodel = \"EliteBook\"\nkind = \"laptop\"\n\
    os = \"Windows 10 Enterprise 22H2\"\nfirmware = { type = \"bios\" }\n";

/// The phases of the template.
const PHASES: [&str; 6] = [
    "Validation",
    "State Capture",
    "Preinstall",
    "Install",
    "Postinstall",
    "State Restore",
];

fn machine(text: &str) -> Arc<Machine> {
    let file = Sources::new().add("machine.toml", text);
    let parsed = machine::parse(file, text);
    assert!(parsed.findings.is_empty(), "{:?}", parsed.findings);
    Arc::new(parsed.machine)
}

/// The sequences that have all phases of the template.
fn clients() -> Vec<&'static (String, Sequence)> {
    let all = genuine().iter();
    let stock = all.filter(|(name, sequence)| {
        let mut groups = Vec::new();
        sequence.walk(&mut |node, depth| {
            if depth == 0 {
                let own = node.common().filter(|common| !common.disabled);
                groups.extend(own.map(|common| common.name.value.clone()));
            }
        });
        let has = |phase: &&str| groups.iter().any(|group| group == *phase);
        PHASES.iter().all(has) && name.contains("Modern-Deployment-Toolkit")
    });
    stock.collect()
}

/// What a run enters of the phases, and where it restarts to.
fn walk(sequence: &Sequence, description: &str) -> (Vec<String>, Vec<Target>) {
    let program = Program::new(sequence, &NoChildren).expect("a program");
    let mut host = SimulatedHost::new(machine(description));
    let events = run(&program, &mut host, &RunOptions::default());
    nothing_is_made_up(&events);
    let (mut entered, mut restarts) = (Vec::new(), Vec::new());
    for event in &events {
        match event {
            Event::GroupEntered { at, .. } if at.depth == 0 => entered.push(at.name.to_string()),
            Event::RestartRequested { target, .. } => restarts.push(*target),
            Event::Failed { at, .. } => panic!("{} failed", at.path),
            _ => {}
        }
    }
    entered.retain(|name| PHASES.contains(&name.as_str()));
    (entered, restarts)
}

/// No condition is decided by a variable that is nothing: the rules or the wizard may have set it.
fn nothing_is_made_up(events: &[Event]) {
    for event in events {
        let Event::Skipped {
            at,
            because: SkipReason::Condition { explanation },
        } = event
        else {
            continue;
        };
        let mut parts: Vec<&Explained> = explanation.operands.iter().collect();
        while let Some(part) = parts.pop() {
            parts.extend(&part.operands);
            let nothing = part.facts.iter().any(|fact| fact.value == Shown::Nothing);
            let variable = !part.written.starts_with("wmi");
            assert!(
                !(nothing && variable && part.verdict != Verdict::Undecided),
                "{}: {part:?}",
                at.path
            );
        }
    }
}

#[test]
fn the_stock_client_template_goes_through_its_phases() {
    if corpus::folder().is_none() {
        println!("corpus absent: skipped");
        return;
    }
    let clients = clients();
    assert!(!clients.is_empty(), "the stock template is in the corpus");
    for (name, sequence) in clients {
        let (entered, restarts) = walk(sequence, BARE);
        assert_eq!(entered, PHASES[2..], "{name} on a new computer");
        assert_eq!(restarts, [Target::HardDisk], "{name} on a new computer");
        let (entered, restarts) = walk(sequence, USED);
        assert_eq!(entered, PHASES, "{name} as a refresh");
        assert_eq!(
            restarts,
            [Target::WinPe, Target::HardDisk],
            "{name} as a refresh"
        );
    }
}
