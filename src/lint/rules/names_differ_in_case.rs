//! TQ0603: two steps or groups of one group whose names differ only in case are told apart by
//! nobody in a log.

use std::collections::HashMap;

use crate::{
    diagnostic::{Code, Finding},
    lint::Facts,
    model::{Node, Spanned},
};

/// Finds names that differ from a sibling's only in case.
pub fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let sequence = facts.sequence;
    let mut findings = Vec::new();
    siblings(&sequence.nodes, &mut findings);
    sequence.walk(&mut |node, _| {
        if let Node::Group(group) = node {
            siblings(&group.nodes, &mut findings);
        }
    });
    findings
}

fn siblings(nodes: &[Node], findings: &mut Vec<Finding>) {
    let mut first: HashMap<String, &Spanned<String>> = HashMap::new();
    for name in nodes.iter().filter_map(|node| Some(&node.common()?.name)) {
        let known = first.entry(name.value.to_lowercase()).or_insert(name);
        if known.value != name.value {
            findings.push(
                Finding::new(
                    Code::NamesDifferInCase,
                    name.span,
                    format!(
                        "`{}` differs from `{}` only in case",
                        name.value, known.value
                    ),
                )
                .also(known.span, "this one")
                .help("give them names that a log reader can tell apart"),
            );
        }
    }
}
