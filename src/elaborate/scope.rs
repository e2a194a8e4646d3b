//! Compile-time names: parameters and `let`.

use std::collections::{HashMap, HashSet};

use super::constant::ConstantValue;
use crate::source::Span;

/// A name's value and where it was defined.
#[derive(Clone, Debug)]
pub(super) struct Definition {
    pub value: ConstantValue,
    pub span: Span,
}

/// The compile-time names known at a place.
#[derive(Debug, Default)]
pub(super) struct NameScope {
    names: HashMap<String, Definition>,
    order: Vec<String>,
    faulty: HashSet<String>,
}

impl NameScope {
    pub fn get(&self, name: &str) -> Option<&Definition> {
        self.names.get(name)
    }

    /// Defines a name; gives the earlier definition's place when there is one, which then stays.
    pub fn define(&mut self, name: &str, value: ConstantValue, span: Span) -> Option<Span> {
        if let Some(earlier) = self.names.get(name) {
            return Some(earlier.span);
        }
        self.order.push(name.to_owned());
        self.names
            .insert(name.to_owned(), Definition { value, span });
        None
    }

    /// Notes a name whose definition has an error: using it is not another one.
    pub fn spoil(&mut self, name: &str) {
        self.faulty.insert(name.to_owned());
    }

    pub fn is_faulty(&self, name: &str) -> bool {
        self.faulty.contains(name)
    }

    /// All names with their values as `${…}` would insert them, in the order of their definitions.
    pub fn values(&self) -> impl Iterator<Item = (&str, Option<String>, Span)> {
        let defined = |name: &String| {
            self.names
                .get(name)
                .map(|found| (found.value.shown(), found.span))
        };
        self.order
            .iter()
            .filter_map(move |name| defined(name).map(|(value, span)| (name.as_str(), value, span)))
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.order.iter().map(String::as_str)
    }
}
