//! TQ0508: a member of a list of numbered variables that the step never looks at, because a number
//! before it is missing or it is numbered in another way (task-sequence-steps.md: `AA01`, `AA02`
//! for applications, `AA001`, `AA002` for packages).

use std::collections::{BTreeMap, HashSet};

use crate::{
    diagnostic::{Code, Finding},
    lint::{Facts, VariableUse, may_set_anything},
    model::{Node, Sequence, Value},
};

/// A list that a step installs: its base, and how many digits a number has.
struct ListUse<'a> {
    base: &'a str,
    digits: usize,
}

/// Finds members that no step reaches.
pub fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let lists = lists(facts.sequence);
    if lists.is_empty() {
        return Vec::new();
    }
    // Somebody else may fill a gap.
    let others = may_set_anything(facts.sequence);
    let mut findings = Vec::new();
    let mut seen = HashSet::new();
    for list in lists {
        if seen.insert((list.base.to_lowercase(), list.digits)) {
            of_list(facts, &list, others, &mut findings);
        }
    }
    findings
}

/// The lists of all steps that are there without a base made at run time.
fn lists(sequence: &Sequence) -> Vec<ListUse<'_>> {
    let mut out = Vec::new();
    sequence.walk(&mut |node, _| {
        let Node::Step(step) = node else { return };
        let Some((property, list)) = step.table().and_then(|table| table.list()) else {
            return;
        };
        let setting = step.setting(&property.name);
        if let Some(Value::Text(base)) = setting.map(|setting| &setting.value)
            && !base.is_empty()
            && !base.contains('%')
        {
            let digits = list.digits;
            out.push(ListUse { base, digits });
        }
    });
    out
}

fn of_list(facts: &Facts<'_>, list: &ListUse<'_>, others: bool, findings: &mut Vec<Finding>) {
    let mut members: BTreeMap<u32, &VariableUse<'_>> = BTreeMap::new();
    let mut odd = Vec::new();
    for own in facts.uses.iter().filter(|own| own.sets && !own.base) {
        let Some(number) = number(own.name, list.base) else {
            continue;
        };
        if number.len() == list.digits {
            let number = number.parse().unwrap_or(0);
            members.entry(number).or_insert(own);
        } else {
            odd.push((own, number));
        }
    }
    for (own, number) in odd {
        let digits = list.digits;
        let number: u32 = number.parse().unwrap_or(0);
        let right = format!("{}{number:0digits$}", list.base);
        let says = format!("`{}` is no member of the list `{}`", own.name, list.base);
        findings.push(
            Finding::new(Code::NeverReached, own.span, says)
                .label("never looked at")
                .help(format!(
                    "numbers have {digits} digits and begin with 1: `{right}`"
                )),
        );
    }
    let reached = (1..)
        .take_while(|number| members.contains_key(number))
        .count() as u32;
    // Where the list begins elsewhere, nobody knows how far.
    if others || reached == 0 {
        return;
    }
    let digits = list.digits;
    let gap = format!("{}{:0digits$}", list.base, reached + 1);
    for own in members.range(reached + 1..).map(|(_, own)| own) {
        let says = format!("`{}` is never reached: nothing sets `{gap}`", own.name);
        findings.push(
            Finding::new(Code::NeverReached, own.span, says)
                .label(format!("behind a gap of the list `{}`", list.base))
                .help("a list ends at the first number that is not there"),
        );
    }
}

/// What stands behind the base of a list, if it is a number.
fn number<'n>(name: &'n str, base: &str) -> Option<&'n str> {
    let start = name.get(..base.len())?;
    let rest = &name[base.len()..];
    let digits = !rest.is_empty() && rest.len() < 9 && rest.bytes().all(|one| one.is_ascii_digit());
    (start.eq_ignore_ascii_case(base) && digits).then_some(rest)
}
