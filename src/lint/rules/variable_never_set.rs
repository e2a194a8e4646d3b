//! TQ0503: a variable is read that nothing sets.
//!
//! Not reported for built-in variables, for Windows' environment variables, for the header's
//! `external_variables`, and in a sequence that calls a child, runs a script file or has a step of
//! an unknown type: those may set anything. A name that an inline script speaks of counts as set.
//! In MDT's sequences the wizard and the rules may have set anything before them.
//! A program of unknown content may set a variable as well, but hardly any does: the finding says
//! so.

use std::collections::{BTreeMap, HashSet};

use crate::{
    diagnostic::{Code, Finding, nearest},
    lint::{Facts, UnseenContent, VariableUse, step_outputs},
    model::{Node, Sequence, Value},
    vocabulary::{Dialect, built_ins, fits, is_known},
};

/// Finds variables that nothing sets, each at its first reading.
pub fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let uses = &facts.uses;
    if uses.iter().all(|one| one.sets) {
        return Vec::new();
    }
    let setters = Setters::of(facts.sequence);
    if setters.anything {
        return Vec::new();
    }
    let sets: BTreeMap<String, &VariableUse<'_>> = uses
        .iter()
        .filter(|one| one.sets)
        .map(|one| (one.name.to_lowercase(), one))
        .collect();
    let bases: HashSet<&str> = sets
        .iter()
        .filter(|(_, one)| one.base)
        .map(|(name, _)| name.as_str())
        .collect();
    let mut seen = HashSet::new();
    let mut findings = Vec::new();
    let mut spellings = HashSet::new();
    let mut scripts_text = None;
    let mut compared = 0;
    for one in uses
        .iter()
        .filter(|one| !one.sets && spellings.insert(one.name))
    {
        let lower = one.name.to_lowercase();
        // A list's base is no variable itself: its elements must be set.
        let set = sets.contains_key(&lower) && !one.base;
        if !seen.insert(lower.clone()) || set || is_known(&lower) || setters.has(&lower) {
            continue;
        }
        let numbered = lower.trim_end_matches(|c: char| c.is_ascii_digit());
        let from_base = numbered.len() < lower.len() && bases.contains(numbered);
        let feeds_base = one.base && sets.keys().any(|name| is_element(name, &lower));
        if from_base
            || feeds_base
            || scripts_text
                .get_or_insert_with(|| scripts(facts.sequence))
                .contains(&lower)
        {
            continue;
        }
        let cost = sets.len() + built_ins().len();
        let near = if compared < MAX_COMPARED {
            nearest_name(one.name, &sets)
        } else {
            None
        };
        compared += cost;
        findings.push(finding(one, near, setters.program));
    }
    findings
}

/// `apps01` is an element of the list `apps`.
fn is_element(name: &str, base: &str) -> bool {
    name.strip_prefix(base)
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Names that are compared in search of one that may be meant, in all findings together. Who has
/// that many findings has not mistyped.
const MAX_COMPARED: usize = 200_000;

/// The name that may be meant: one that is set, else a built-in one.
fn nearest_name(name: &str, sets: &BTreeMap<String, &VariableUse<'_>>) -> Option<String> {
    let own = nearest(name, sets.values().map(|one| one.name)).map(str::to_owned);
    // The table is read only where a built-in name may be meant: its own spelling is shown.
    own.or_else(|| {
        nearest(
            name,
            built_ins().iter().map(|variable| variable.name.as_str()),
        )
        .map(str::to_owned)
    })
}

fn finding(one: &VariableUse<'_>, near: Option<String>, program: Option<&str>) -> Finding {
    let what = if one.base {
        "nothing sets an element of the list"
    } else {
        "nothing sets"
    };
    let finding = Finding::new(Code::VariableNeverSet, one.span, format!("{what} `{}`", one.name)).help(format!(
        "if a collection, a device or media sets it, name it in the header: external_variables: [{}]",
        if one.name.contains('-') { format!("`{}`", one.name) } else { one.name.to_owned() }
    ));
    match (near, program) {
        (Some(near), _) => finding.label(format!("did you mean `{near}`?")),
        (None, None) => finding.label("read here; no step before or after sets it"),
        (None, Some(step)) => finding.label(format!(
            "read here; no step sets it, unless the program of \"{step}\" or another one does"
        )),
    }
}

/// What the steps of a sequence set beside their own assignments.
#[derive(Default)]
struct Setters<'a> {
    /// In small letters; of types, patterns as well.
    names: Vec<String>,
    /// Whether a script or a step that nobody can see into may set anything.
    anything: bool,
    /// The first step with a program that nobody can see into.
    program: Option<&'a str>,
}

impl<'a> Setters<'a> {
    fn of(sequence: &'a Sequence) -> Self {
        let mut setters = Setters::default();
        sequence.walk(&mut |node, _| setters.node(node));
        // MDT's wizard and rules set variables before the first step.
        setters.anything |= sequence.dialect == Dialect::Mdt;
        setters
    }

    fn node(&mut self, node: &'a Node) {
        let step = match node {
            Node::Step(step) => step,
            Node::Xml(_) => return self.anything = true,
            Node::Group(_) => return,
        };
        let outputs = step_outputs(step);
        let names = outputs.named.iter().map(String::as_str);
        let names = names.chain(outputs.documented);
        self.names.extend(names.map(str::to_lowercase));
        match outputs.anything {
            Some(UnseenContent::Script | UnseenContent::Kind) => self.anything = true,
            Some(UnseenContent::Program) => {
                self.program.get_or_insert(&step.common.name.value);
            }
            None => {}
        }
    }

    /// Whether a name in small letters is one of them.
    fn has(&self, name: &str) -> bool {
        self.names.iter().any(|pattern| fits(pattern, name))
    }
}

/// All inline scripts in lower case: one that speaks of a variable may set it in a way that is not
/// `.Value("NAME")`.
pub(crate) fn scripts(sequence: &Sequence) -> String {
    let mut all = String::new();
    sequence.walk(&mut |node, _| {
        let Node::Step(step) = node else { return };
        for setting in &step.settings {
            if let Value::Script(text) = &setting.value {
                all.push_str(&text.to_ascii_lowercase());
                all.push('\n');
            }
        }
    });
    all
}

/// Whether something in the sequence may set variables that cannot be seen.
pub(crate) fn opaque(sequence: &Sequence) -> bool {
    Setters::of(sequence).anything
}
