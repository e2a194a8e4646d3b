//! TQ0604: the action of a step says something else than the variables that it is made of.
//!
//! The console writes both together. Where something else changed one of them, the client starts
//! the action, and the editor shows the variables.

use crate::{
    diagnostic::{Code, Finding},
    emit::{WritingTarget, as_action_says, shape},
    lint::Facts,
    model::{Node, Override, Step},
};

/// Finds steps whose action runs something else than the editor shows.
pub fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let target = WritingTarget::of(facts.sequence);
    let mut findings = Vec::new();
    facts.sequence.walk(&mut |node, _| {
        if let Node::Step(step) = node
            && !step.common.overrides.is_empty()
        {
            findings.extend(of_step(step, target));
        }
    });
    findings
}

fn of_step(step: &Step, target: WritingTarget) -> Option<Finding> {
    let table = step.table()?;
    let mut shape = shape(step, target.for_step(step));
    let other = as_action_says(step, &mut shape);
    let first = other.first()?;
    let mut notes = step.common.overrides.iter();
    let note = notes.find(|note| matches!(note.value, Override::Action(_)));
    let span = note.map_or(step.common.name.span, |note| note.span);
    let names: Vec<&str> = other
        .iter()
        .map(|stored| {
            let mut own = table.property.iter();
            let own = own.find(|own| {
                let field = own.field.iter().any(|field| field.property == *stored);
                own.property.as_ref() == Some(stored) || field
            });
            own.map_or(stored.as_str(), |own| own.name.as_str())
        })
        .collect();
    let what = match names.as_slice() {
        [name] => format!("`{name}`"),
        _ => format!("`{}`", names.join("`, `")),
    };
    let says = format!("the action says something else than {what} of the step");
    let help = format!(
        "the client starts the action; the editor shows `{first}` and writes the action anew from it when the step is saved"
    );
    Some(
        Finding::new(Code::ActionDiffers, span, says)
            .label("this is what runs")
            .help(help),
    )
}
