//! What a run is about to do, before it does it.

use crate::{
    action::{carries_out, needs_elevation},
    engine::{Location, NodeKind, Program},
};

/// A run in numbers and names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overview {
    /// Steps that the progress window counts.
    pub steps: u32,
    /// How many steps of each type there are, by the console's name, the most frequent first.
    pub types: Vec<(String, u32)>,
    /// Steps that Tasq cannot carry out: path, and type or what is missing.
    pub unknown: Vec<(String, String)>,
    /// Steps that usually need an administrator.
    pub elevated: Vec<String>,
}

/// What a program is about to do.
pub fn overview(program: &Program<'_>) -> Overview {
    let mut out = Overview::default();
    for at in program.instructions() {
        if let Some(missing) = program.missing_child(at.instruction) {
            let label = format!("{missing} is not at hand");
            out.unknown.push((at.path.to_string(), label));
        }
    }
    let counted: Vec<&Location> = program
        .instructions()
        .filter(|at| at.kind == NodeKind::Step && at.step > 0)
        .collect();
    for at in counted {
        out.steps = at.steps;
        let Some(step) = program.step(at.instruction) else {
            continue;
        };
        let label = step
            .table()
            .map_or_else(|| step.class.clone(), |table| table.label.clone());
        match out.types.iter_mut().find(|(name, _)| *name == label) {
            Some((_, count)) => *count += 1,
            None => out.types.push((label.clone(), 1)),
        }
        if !carries_out(step) {
            out.unknown.push((at.path.to_string(), label));
        } else if needs_elevation(step) {
            out.elevated.push(at.path.to_string());
        }
    }
    out.types
        .sort_by(|(one, few), (other, many)| many.cmp(few).then_with(|| one.cmp(other)));
    out
}
