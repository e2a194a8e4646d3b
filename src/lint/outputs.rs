//! Which variables a step sets that stand in none of its own assignments: what its type is
//! documented to set, what an inline script names, and whether something of unknown content runs.

mod command;
mod script;

use crate::{
    model::{Setting, Step, Value},
    vocabulary::{Started, StepType, Write},
};

pub(super) use script::spoken_names;

/// What may set any variable, because nobody can see what it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UnseenContent {
    /// A program.
    Program,
    /// A script in a file, or one that makes up the names it sets.
    Script,
    /// A step whose type may set anything.
    Kind,
}

/// What a step may set beside its own assignments, rules and the output it keeps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepOutputs {
    /// Names and patterns from the table of its type.
    pub documented: Vec<&'static str>,
    /// Names that it is known to set, to what nobody can tell.
    pub named: Vec<String>,
    /// What may set any other variable.
    pub anything: Option<UnseenContent>,
}

impl StepOutputs {
    fn name(&mut self, name: &str) {
        let name = name.trim();
        let known = self.named.iter().any(|own| own.eq_ignore_ascii_case(name));
        if !name.is_empty() && !name.contains('%') && !known {
            self.named.push(name.to_owned());
        }
    }

    fn hides(&mut self, content: UnseenContent) {
        self.anything = self.anything.max(Some(content));
    }
}

/// What a step may set.
pub fn step_outputs(step: &Step) -> StepOutputs {
    let mut out = StepOutputs::default();
    let Some(table) = step.table() else {
        of_action(step, &mut out);
        return out;
    };
    out.documented = table.outputs().collect();
    let off = table.sets_anything_unless.as_deref();
    if table.sets_anything && !off.is_some_and(|name| is_on(step, table, name)) {
        out.hides(UnseenContent::Kind);
    }
    for setting in &step.settings {
        of_setting(table, setting, &mut out);
    }
    for assigned in &step.assignments {
        let numbered = table.numbered(&assigned.name.value);
        if numbered.is_some_and(|(numbered, _)| numbered.sets_variable)
            && let Some(name) = assigned.value.text()
        {
            out.name(name);
        }
    }
    out
}

/// Whether a property of a step is true, as it is written or by itself.
fn is_on(step: &Step, table: &StepType, name: &str) -> bool {
    let written = match step.setting(name).map(|setting| &setting.value) {
        Some(value) => value.text(),
        None => table.find(name).and_then(|(_, property)| {
            let always = property.write == Write::Always;
            property.default.as_deref().filter(|_| always)
        }),
    };
    written.is_some_and(|text| text.trim().eq_ignore_ascii_case("true"))
}

fn of_setting(table: &StepType, setting: &Setting, out: &mut StepOutputs) {
    let runs = table.property.get(setting.property);
    match (runs.and_then(|property| property.runs), &setting.value) {
        (_, Value::Script(text)) => script::inline(text, out),
        (_, Value::Bytes(_)) => out.hides(UnseenContent::Script),
        (Some(Started::Command), Value::Text(text)) => command::line(text, out),
        (Some(_), Value::Text(text)) if text.trim().is_empty() => {}
        (Some(Started::Script), Value::Text(_)) => out.hides(UnseenContent::Script),
        (Some(Started::Program), Value::Text(_) | Value::References(_)) => {
            out.hides(UnseenContent::Program);
        }
        _ => {}
    }
}

/// A step without a table is its action, if that says all.
fn of_action(step: &Step, out: &mut StepOutputs) {
    let action = step.action.as_ref().map_or("", |action| &action.value);
    command::line(action, out);
    if action.trim().is_empty() || out.anything == Some(UnseenContent::Program) {
        out.hides(UnseenContent::Kind);
    }
}
