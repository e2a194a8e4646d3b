//! What is known about a computer's WMI, as the caller gives it.

use std::collections::BTreeMap;

/// Where facts come from: a file, a test's table, a computer.
pub trait Rows {
    /// The rows of a class, or that they are not known. Neither name's case counts.
    fn class(&self, namespace: &str, class: &str) -> ClassFacts;

    /// The rows of a class among which all are that meet a condition, given as what stands behind `WHERE`. A class such as
    /// `CIM_DataFile` has more rows than anybody wants to see.
    fn narrowed(&self, namespace: &str, class: &str, condition: &str) -> ClassFacts {
        let _ = condition;
        self.class(namespace, class)
    }
}

/// What is known of a class.
#[derive(Clone, Debug, PartialEq)]
pub enum ClassFacts {
    /// Nothing.
    Unknown,
    /// All of its rows; none is an answer too.
    Rows(Vec<Row>),
}

/// One row: an instance of a class.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    properties: BTreeMap<String, Fact>,
    complete: bool,
}

/// The value of a property.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// Nobody said.
    Unknown,
    /// It has no value.
    Null,
    /// A text.
    Text(String),
    /// A whole number of any width.
    Integer(i128),
    /// A number with a fraction.
    Real(f64),
    /// True or false.
    Boolean(bool),
    /// A date or a length of time, as WMI spells it: `20240131120000.000000+060`.
    DateTime(String),
    /// Several values.
    Array(Vec<Fact>),
}

impl Row {
    /// A row of which nothing is known.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a property; its name's case does not count.
    #[must_use]
    pub fn with(mut self, name: &str, fact: Fact) -> Self {
        self.properties.insert(name.to_lowercase(), fact);
        self
    }

    /// Says that properties that are not named have no value.
    #[must_use]
    pub fn complete(mut self) -> Self {
        self.complete = true;
        self
    }

    /// The value of a property.
    pub fn property(&self, name: &str) -> Fact {
        match self.properties.get(&name.to_lowercase()) {
            Some(fact) => fact.clone(),
            // System properties are in no list of values, and a path leads into another object.
            None if self.complete && !name.starts_with("__") && !name.contains('.') => Fact::Null,
            None => Fact::Unknown,
        }
    }
}
