//! Names of attributes and variables that look like misspelt ones.

use std::collections::HashSet;

use super::Context;
use crate::{
    diagnostic::{Code, Finding, misspelt},
    model::{Override, Spanned, Step, is_attribute_name},
    source::Span,
    vocabulary::{StepType, conditions},
};

/// Whose XML is spelled.
#[derive(Clone, Copy)]
pub(in crate::elaborate) enum Overridden<'a> {
    /// The `<sequence>`.
    Sequence,
    /// A group.
    Group,
    /// A step, of a type that has a table or not.
    Step(Option<&'a StepType>),
    /// A test of a condition, by its keyword; none where it could not be read.
    Test(Option<&'a str>),
}

/// Attributes of steps, and those that groups have alone.
const OF_STEPS: [&str; 11] = [
    "type",
    "name",
    "description",
    "disable",
    "continueOnError",
    "timeout",
    "runIn",
    "successCodeList",
    "retryCount",
    "runFromNet",
    "startIn",
];
const OF_GROUPS: [&str; 5] = [
    "name",
    "description",
    "disable",
    "continueOnError",
    "expand",
];
const OF_SEQUENCES: [&str; 3] = ["version", "name", "description"];
const OF_TESTS: [&str; 2] = ["type", "ignoreQueryFailure"];

impl<'a> Overridden<'a> {
    /// What it is called in messages.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Overridden::Sequence => "a sequence",
            Overridden::Group => "a group",
            Overridden::Step(_) => "this step",
            Overridden::Test(_) => "a test",
        }
    }

    pub(super) fn table(self) -> Option<&'a StepType> {
        match self {
            Overridden::Step(table) => table,
            _ => None,
        }
    }

    pub(super) fn is_step(self) -> bool {
        matches!(self, Overridden::Step(_))
    }

    /// The attributes that such an element has.
    fn attributes(self) -> &'static [&'static str] {
        match self {
            Overridden::Sequence => &OF_SEQUENCES,
            Overridden::Group => &OF_GROUPS,
            Overridden::Step(_) => &OF_STEPS,
            Overridden::Test(_) => &OF_TESTS,
        }
    }

    /// Names of parts that are easily misspelt.
    fn parts(self) -> &'static [&'static str] {
        match self {
            Overridden::Sequence => &["referenceList", "globalVarList", "carriage_returns"],
            Overridden::Group => &["action", "order", "condition"],
            Overridden::Step(_) => &[
                "action",
                "order",
                "condition",
                "defaultVarList",
                "variables",
                "line_ends",
            ],
            Overridden::Test(_) => &["variables"],
        }
    }

    /// The variables that the tables know; `#` in one stands for a number.
    fn variables(self) -> Vec<&'a str> {
        match self {
            Overridden::Step(Some(table)) => variables_of(table),
            Overridden::Test(Some(keyword)) => conditions()
                .condition
                .iter()
                .filter(|condition| condition.keyword == keyword)
                .flat_map(|condition| &condition.variable)
                .map(|variable| variable.name.as_str())
                .collect(),
            _ => Vec::new(),
        }
    }
}

/// The properties of all variables that a step type may write.
fn variables_of(table: &StepType) -> Vec<&str> {
    let mut list: Vec<&str> = Vec::new();
    for property in &table.property {
        list.extend(property.property.as_deref());
        list.extend(property.switch.iter().map(|one| one.property.as_str()));
        list.extend(property.field.iter().map(|one| one.property.as_str()));
        if let Some(array) = &property.array {
            let stored = array.count.iter().chain(&array.total);
            list.extend(stored.map(|one| one.property.as_str()));
            list.extend(array.joined.iter().map(|one| one.property.as_str()));
            list.extend(array.field.iter().map(|one| one.property.as_str()));
        }
    }
    list.extend(table.numbered.iter().map(|one| one.property.as_str()));
    if let Some(stored) = &table.assignment {
        let optional = stored.masked.iter().chain(&stored.hidden_value);
        let all = [&stored.name, &stored.value].into_iter().chain(optional);
        list.extend(all.map(|one| one.property.as_str()));
    }
    list.extend(table.rules.iter().map(|one| one.property.as_str()));
    list
}

/// Whether a name is one of these, where `#` stands for a number.
fn is_among(names: &[&str], name: &str) -> bool {
    names.iter().any(|known| match known.split_once('#') {
        None => *known == name,
        Some((start, end)) => name
            .strip_prefix(start)
            .and_then(|rest| rest.strip_suffix(end))
            .is_some_and(|number| {
                !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
            }),
    })
}

impl Context<'_> {
    /// Reports a name that is most likely a misspelt one.
    pub(super) fn check_override_name(&mut self, name: &str, span: Span, of: Overridden<'_>) {
        let mut known = of.attributes().iter().chain(of.parts()).copied();
        let open = matches!(of, Overridden::Step(None) | Overridden::Sequence);
        // Any name is a variable's there; but hardly that of an attribute with a capital letter.
        if open
            && !is_attribute_name(name)
            && !known.clone().any(|known| known.eq_ignore_ascii_case(name))
        {
            return;
        }
        let variables = of.variables();
        if of.attributes().contains(&name) || is_among(&variables, name) {
            return;
        }
        let named = variables.into_iter().filter(|known| !known.contains('#'));
        let Some(near) = misspelt(name, named.chain(&mut known)) else {
            return;
        };
        let finding = Finding::new(
            Code::UnknownXmlName,
            span,
            format!("nothing of {} is called `{name}` in the XML", of.noun()),
        )
        .label(format!("did you mean `{near}`?"))
        .help(if is_attribute_name(name) {
            format!("an attribute that is really called so is written `@{name}` in back quotes")
        } else {
            format!("a variable that is really called so is written `{name}: < text: \"…\" >`")
        });
        let fix = format!("write `{near}`");
        self.report(finding.unsafe_fix(fix, span, near));
    }

    /// Reports names in the order of variables that no variable has.
    pub(in crate::elaborate) fn check_variable_order(
        &mut self,
        overrides: &[Spanned<Override>],
        assigned: &[&str],
        of: Overridden<'_>,
    ) {
        let orders = overrides.iter().filter_map(|one| match &one.value {
            Override::VariableOrder(names) => Some((names, one.span)),
            _ => None,
        });
        let of_tables = of.variables();
        let mut known: HashSet<&str> = of_tables.iter().chain(assigned).copied().collect();
        known.extend(overrides.iter().filter_map(|one| one.value.variable()));
        for (names, span) in orders {
            let is_unknown =
                |name: &&String| !known.contains(name.as_str()) && !is_among(&of_tables, name);
            for name in names.iter().filter(is_unknown) {
                let mut finding = Finding::new(
                    Code::UnknownXmlName,
                    span,
                    format!("no variable of {} is called `{name}` in the XML", of.noun()),
                );
                let named = of_tables
                    .iter()
                    .copied()
                    .filter(|known| !known.contains('#'));
                if let Some(near) = misspelt(name, named) {
                    finding = finding.label(format!("did you mean `{near}`?"));
                }
                self.report(finding);
            }
        }
    }

    /// What can be said of a step's facts only when all of it is known.
    pub(in crate::elaborate) fn check_overrides(&mut self, step: &Step) {
        if step.common.overrides.is_empty() {
            return;
        }
        let numbered = |name: &str| step.table().and_then(|table| table.numbered(name));
        // Numbered variables are among the table's.
        let assigned: Vec<&str> = step
            .assignments
            .iter()
            .map(|assigned| assigned.name.value.as_str())
            .filter(|name| numbered(name).is_none())
            .collect();
        let of = Overridden::Step(step.table());
        self.check_variable_order(&step.common.overrides, &assigned, of);
        self.check_line_ends(step);
    }
}
