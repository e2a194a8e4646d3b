//! What an administrator must enter in the console after the import, because no XML holds it.

use crate::model::{Assigned, Node, Sequence, Step, Value};

/// A value to enter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToEnter {
    /// The step's name.
    pub step: String,
    /// The property's name, or the masked variable's.
    pub what: String,
    /// The name in `secret("NAME")`; `None` for a masked variable without one.
    pub secret: Option<String>,
}

/// All values that the XML leaves empty, in the order of the sequence.
pub fn to_enter(sequence: &Sequence) -> Vec<ToEnter> {
    let mut out = Vec::new();
    sequence.walk(&mut |node, _| {
        if let Node::Step(step) = node {
            of_step(step, &mut out);
        }
    });
    out
}

fn of_step(step: &Step, out: &mut Vec<ToEnter>) {
    let mut push = |what: &str, secret: Option<&String>| {
        out.push(ToEnter {
            step: step.common.name.value.clone(),
            what: what.to_owned(),
            secret: secret.cloned(),
        });
    };
    for setting in &step.settings {
        if let (Value::Secret(name), Some(table)) = (&setting.value, step.table()) {
            let property = table
                .property
                .get(setting.property)
                .map_or("", |property| property.name.as_str());
            push(property, Some(name));
        }
    }
    let masked = |assigned: &&Assigned| assigned.masked;
    let in_rules = step.rules.iter().flat_map(|rule| &rule.variables);
    for assigned in step.assignments.iter().chain(in_rules).filter(masked) {
        let secret = if let Value::Secret(name) = &assigned.value {
            Some(name)
        } else {
            None
        };
        push(&assigned.name.value, secret);
    }
}
