//! TQ0504: one variable, spelled with different capitals. It works, names ignore case; a reader takes it for two.

use std::collections::HashMap;

use crate::{
    diagnostic::{Code, Finding},
    lint::{VariableUse, variable_uses},
    model::Sequence,
    vocabulary::variables,
};

/// Finds spellings that differ from the first one only in case, each spelling once.
pub fn check(sequence: &Sequence) -> Vec<Finding> {
    let uses = variable_uses(sequence);
    let mut first: HashMap<String, &VariableUse> = HashMap::new();
    let mut reported = std::collections::HashSet::new();
    let mut findings = Vec::new();
    for one in &uses {
        let known = first.entry(one.name.to_lowercase()).or_insert(one);
        if known.name != one.name && variables().built_in(&one.name).is_none() && reported.insert(one.name.clone()) {
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
