//! TQ0504: one variable, spelled with different capitals. It works, names ignore case; a reader
//! takes it for two.

use std::collections::{HashMap, HashSet};

use crate::{
    diagnostic::{Code, Finding},
    lint::{Facts, VariableUse},
    vocabulary::is_known,
};

/// Finds spellings that differ from the first one only in case, each spelling once.
pub fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let uses = &facts.uses;
    let mut first: HashMap<String, &VariableUse<'_>> = HashMap::new();
    let mut findings = Vec::new();
    let mut spellings = HashSet::new();
    for one in uses {
        // A spelling met before tells nothing new.
        if !spellings.insert(one.name) {
            continue;
        }
        let known = first.entry(one.name.to_lowercase()).or_insert(one);
        if known.name != one.name && !is_known(one.name) {
            let finding = Finding::new(
                Code::VariableCase,
                one.span,
                format!("`{}` and `{}` are the same variable", one.name, known.name),
            )
            .label("spelled this way here")
            .also(known.span, format!("and `{}` here", known.name))
            .help("variable names ignore case; use one spelling");
            findings.push(finding);
        }
    }
    findings
}
