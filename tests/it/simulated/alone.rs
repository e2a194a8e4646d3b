//! Conditions of genuine sequences asked alone, before anything has run, of a laptop that ten lines
//! describe: how many of them it decides.

use std::collections::{BTreeMap, BTreeSet};

use tasq::internals::{
    engine::{Engine, Explained, NoChildren, Program, RunOptions, Verdict},
    host::simulated::SimulatedHost,
    model::Node,
};

/// The least part of the conditions that is decided.
const LEAST: f64 = 94.0;

#[test]
fn conditions_asked_alone_are_decided_by_ten_lines() {
    let all = super::genuine();
    if all.is_empty() {
        println!("corpus absent: skipped");
        return;
    }
    let machine = super::machines().remove("dell-laptop").expect("the laptop");
    let (mut asked, mut decided, mut apart) = (0_u32, 0_u32, 0_u32);
    let mut lacks: BTreeMap<String, u32> = BTreeMap::new();
    for (name, sequence) in all {
        let program = Program::new(sequence, &NoChildren).expect(name);
        let host = SimulatedHost::new(machine.clone());
        let mut engine = Engine::new(&program, RunOptions::default());
        engine.begin(&host);
        let mut conditions = Vec::new();
        sequence.walk(&mut |node: &Node, _| {
            conditions.extend(node.common().and_then(|common| common.condition.as_ref()));
        });
        for condition in conditions {
            let told = engine.explain(condition, sequence.dialect, &host);
            let missing: BTreeSet<String> = told.operands.iter().flat_map(missing).collect();
            // What MDT's wizard and rules may have set before the first step is counted apart.
            if told.verdict != Verdict::Undecided {
                decided += 1;
            } else if missing.iter().any(|what| super::unseen::is_unseen(what)) {
                apart += 1;
                continue;
            }
            asked += 1;
            let open = missing
                .into_iter()
                .filter(|_| told.verdict == Verdict::Undecided);
            open.for_each(|one| *lacks.entry(one).or_default() += 1);
        }
    }
    println!("{apart} more are undecided by what may be set before the first step");
    let (right, all) = (decided + apart, asked + apart);
    let percent = f64::from(right) * 100.0 / f64::from(all.max(1));
    println!("{decided} of {asked} conditions asked alone are decided: {percent:.1} %");
    let mut lacks: Vec<_> = lacks.into_iter().collect();
    lacks.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for (what, count) in lacks.iter().take(20) {
        println!("{count:>6} lack {what}");
    }
    assert!(asked + apart > 200, "conditions: {asked} and {apart}");
    assert!(percent >= LEAST, "{percent:.1} %: {lacks:?}");
}

/// What a test and its operands lack.
fn missing(own: &Explained) -> Vec<String> {
    let below = own.operands.iter().flat_map(missing);
    own.missing.iter().cloned().chain(below).collect()
}
