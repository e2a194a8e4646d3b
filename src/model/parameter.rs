//! Values given for parameters from outside.

use serde::{Deserialize, Serialize};

/// A value given for a parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum GivenValue {
    /// From `--param name=value`: text that the parameter's type reads.
    Text(String),
    /// From a file.
    Boolean(bool),
    /// From a file.
    Integer(i64),
    /// From a file.
    List(Vec<String>),
}

/// Values given for parameters, by name.
#[derive(Clone, Debug, Default)]
pub struct ParameterValues {
    /// Name and value; a later one of the same name wins.
    pub values: Vec<(String, GivenValue)>,
}
