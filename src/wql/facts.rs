//! What is known about a computer's WMI, as the caller gives it.

use std::collections::BTreeMap;

/// Where facts come from: a file, a test's table, a computer.
pub trait Rows {
    /// The rows of a class, or that they are not known. Neither name's case counts.
    fn class(&self, namespace: &str, class: &str) -> ClassFacts;

    /// Shows the same without a copy of the rows, for sources that hold them; `None` if they are
    /// not known.
    fn look(&self, namespace: &str, class: &str, look: &mut dyn FnMut(Option<&[Row]>)) {
        match self.class(namespace, class) {
            ClassFacts::Unknown => look(None),
            ClassFacts::Rows(rows) => look(Some(&rows)),
        }
    }

    /// Of a class with more rows than anybody wants to see, such as `CIM_DataFile`: rows among
    /// which all are that meet a condition, given as what stands behind `WHERE`. `None` for a class
    /// of which all rows can be shown.
    fn narrowed(
        &self,
        namespace: &str,
        class: &str,
        condition: &dyn Fn() -> String,
    ) -> Option<ClassFacts> {
        let _ = (namespace, class, condition);
        None
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
    properties: BTreeMap<String, PropertyValue>,
    complete: bool,
}

/// The value of a property.
#[derive(Clone, Debug, PartialEq)]
pub enum PropertyValue {
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
    Array(Vec<PropertyValue>),
}

impl Row {
    /// A row of which nothing is known.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a property; its name's case does not count.
    #[must_use]
    pub fn with(mut self, name: &str, fact: PropertyValue) -> Self {
        self.properties.insert(name.to_lowercase(), fact);
        self
    }

    /// Says that properties that are not named have no value.
    #[must_use]
    pub fn complete(mut self) -> Self {
        self.complete = true;
        self
    }

    /// The properties that are named, in small letters, with their values.
    pub fn named(&self) -> impl Iterator<Item = (&str, &PropertyValue)> {
        self.properties
            .iter()
            .map(|(name, fact)| (name.as_str(), fact))
    }

    /// The value of a property.
    pub fn property(&self, name: &str) -> PropertyValue {
        let plain = name
            .bytes()
            .all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
        let found = if plain {
            self.properties.get(name)
        } else {
            self.properties.get(&name.to_lowercase())
        };
        match found {
            Some(fact) => fact.clone(),
            // System properties are in no list of values, and a path leads into another object.
            None if self.complete && !name.starts_with("__") && !name.contains('.') => {
                PropertyValue::Null
            }
            None => PropertyValue::Unknown,
        }
    }
}
