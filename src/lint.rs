//! Checks of a whole sequence: what no single step can know. One file a rule in [`rules`].

mod outputs;
mod passwords;
mod reads;
pub mod rules;
mod secrets;
mod shell;

use crate::{diagnostic::Finding, model::Sequence, source::Sources};

pub(crate) use rules::variable_never_set::{opaque as may_set_anything, scripts};

pub use outputs::{UnseenContent, step_outputs};
pub use passwords::passwords;
pub use reads::{VariableUse, inserted_names, variable_uses};
pub use secrets::{ToEnter, to_enter};
pub use shell::values_for_shell;

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
pub type LintRule = fn(&Facts<'_>) -> Vec<Finding>;

/// All rules, in the order of their codes.
pub const RULES: &[LintRule] = &[
    rules::wmi_query::check,
    rules::variable_never_set::check,
    rules::variable_case::check,
    rules::restart_request::check,
    rules::never_reached::check,
    rules::sequence_size::check,
    rules::empty_sequence::check,
    rules::names_differ_in_case::check,
    rules::action_differs::check,
];

/// From so many steps on the XML is measured on a thread of its own.
const MANY_STEPS: usize = 500;

/// The stack of that thread: nesting is limited to what fits.
const STACK: usize = 64 * 1024 * 1024;

/// What all rules find.
pub fn check(sequence: &Sequence, sources: &Sources) -> Vec<Finding> {
    let facts = Facts {
        sequence,
        uses: variable_uses(sequence),
        sources,
    };
    if sequence.step_count() < MANY_STEPS {
        return RULES.iter().flat_map(|rule| rule(&facts)).collect();
    }
    // The XML of many steps takes as long to measure as all other rules together: it is done beside
    // them.
    let beside =
        |rule: &LintRule| std::ptr::fn_addr_eq(*rule, rules::sequence_size::check as LintRule);
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().stack_size(STACK);
        let size = builder.spawn_scoped(scope, || rules::sequence_size::check(&facts));
        let others: Vec<_> = RULES
            .iter()
            .map(|rule| {
                if beside(rule) {
                    None
                } else {
                    Some(rule(&facts))
                }
            })
            .collect();
        let mut size = match size {
            Ok(thread) => thread.join().ok(),
            Err(_) => None,
        };
        let own = |found: Option<Vec<Finding>>| match found {
            Some(found) => found,
            None => size
                .take()
                .unwrap_or_else(|| rules::sequence_size::check(&facts)),
        };
        others.into_iter().flat_map(own).collect()
    })
}
