//! TQ0602: a sequence without steps does nothing, and importers refuse it.

use crate::{
    diagnostic::{Code, Finding},
    lint::Facts,
    model::Sequence,
    source::Span,
};

/// Finds a sequence without a single step.
pub fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let sequence = facts.sequence;
    if !sequence.nodes.is_empty() && (sequence.step_count() > 0 || has_raw(sequence)) {
        return Vec::new();
    }
    let span = sequence
        .name
        .as_ref()
        .map_or_else(Span::default, |name| name.span);
    vec![
        Finding::new(Code::EmptySequence, span, "this sequence has no steps")
            .help("importers refuse a sequence that holds nothing"),
    ]
}

fn has_raw(sequence: &Sequence) -> bool {
    let mut found = false;
    sequence.walk(&mut |node, _| found |= matches!(node, crate::model::Node::Xml(_)));
    found
}
