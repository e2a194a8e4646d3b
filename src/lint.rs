//! Checks of a whole sequence: what no single step can know. One file a rule in [`rules`].

mod reads;
pub mod rules;
mod secrets;

use crate::{diagnostic::Finding, model::Sequence, source::Sources};

pub(crate) use rules::variable_never_set::{opaque as may_set_anything, scripts};

pub use reads::{VariableUse, inserted_names, variable_uses};
pub use secrets::{ToEnter, to_enter};

/// What rules look at: the sequence, and what several of them need to know about it.
pub struct Facts<'a> {
    /// The sequence.
    pub sequence: &'a Sequence,
    /// All uses of run-time variables.
    pub uses: Vec<VariableUse<'a>>,
    /// The texts that the sequence's spans point into.
    pub sources: &'a Sources,
}

/// A rule: looks at a sequence, gives findings.
pub type Rule = fn(&Facts<'_>) -> Vec<Finding>;

/// All rules, in the order of their codes.
pub const RULES: &[Rule] = &[
    rules::wmi_query::check,
    rules::variable_never_set::check,
    rules::variable_case::check,
    rules::sequence_size::check,
    rules::empty_sequence::check,
    rules::names_differ_in_case::check,
];

/// What all rules find.
pub fn check(sequence: &Sequence, sources: &Sources) -> Vec<Finding> {
    let facts = Facts { sequence, uses: variable_uses(sequence), sources };
    RULES.iter().flat_map(|rule| rule(&facts)).collect()
}
