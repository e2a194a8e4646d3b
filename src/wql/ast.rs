//! The tree of a query.

use std::{ops::Range, sync::Arc};

/// A query.
#[derive(Clone, Debug, PartialEq)]
pub enum Query {
    /// `SELECT … FROM … [WHERE …]`.
    Select(Box<Select>),
    /// `ASSOCIATORS OF {…} …` or `REFERENCES OF {…} …`: read, not looked into.
    Association {
        /// The query as written.
        text: String,
    },
    /// The query begins with a task sequence variable, so its text is known at run time only.
    Inserted {
        /// The query as written.
        text: String,
    },
}

impl Query {
    /// The class that is asked; none where that is known at run time only.
    pub fn class(&self) -> Option<&str> {
        match self {
            Query::Select(select) => Some(&select.class.text),
            Query::Association { .. } | Query::Inserted { .. } => None,
        }
    }
}

/// A data query.
#[derive(Clone, Debug, PartialEq)]
pub struct Select {
    /// What is asked for.
    pub projection: Projection,
    /// The class.
    pub class: WqlName,
    /// What stands behind `WHERE`.
    pub condition: Option<WqlExpression>,
}

/// What stands between `SELECT` and `FROM`.
#[derive(Clone, Debug, PartialEq)]
pub enum Projection {
    /// `*`.
    All,
    /// The named properties; at least one.
    Properties(Vec<WqlName>),
}

/// The name of a class or property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WqlName {
    /// As written; the parts of a path (`TargetInstance.Name`) are joined with points.
    pub text: String,
    /// Its bytes in the query.
    pub range: Range<usize>,
    /// The name of a task sequence variable that stands in it; what the name is then is known at
    /// run time only.
    pub inserted: Option<String>,
}

/// What stands behind `WHERE`, or a part of it.
#[derive(Clone, Debug, PartialEq)]
pub enum WqlExpression {
    /// `… AND …`: two or more.
    All(Vec<WqlExpression>),
    /// `… OR …`: two or more.
    Any(Vec<WqlExpression>),
    /// `NOT …`.
    Not(Box<WqlExpression>),
    /// One comparison.
    Test(WqlComparison),
    /// `%Name%` in place of a whole comparison.
    Inserted(WqlName),
}

/// A comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct WqlComparison {
    /// The left side.
    pub left: WqlOperand,
    /// How the sides are compared.
    pub operator: WqlOperator,
    /// The right side.
    pub right: WqlOperand,
    /// All of it in normal spelling.
    pub written: Arc<str>,
    /// Its bytes in the query.
    pub range: Range<usize>,
}

/// A side of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub enum WqlOperand {
    /// A property.
    Property(WqlName),
    /// A constant.
    Constant(Literal),
    /// `%Name%` outside of quotes.
    Inserted(WqlName),
}

/// A constant and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Literal {
    /// The value.
    pub value: WqlLiteral,
    /// Its bytes in the query.
    pub range: Range<usize>,
}

/// The value of a constant.
#[derive(Clone, Debug, PartialEq)]
pub enum WqlLiteral {
    /// A text, its escapes resolved. Dates are texts too.
    Text(String),
    /// A whole number.
    Integer(i128),
    /// A number with a fraction or exponent; finite.
    Real(f64),
    /// `TRUE` or `FALSE`.
    Boolean(bool),
    /// `NULL`.
    Null,
}

/// How two sides are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WqlOperator {
    /// `=`.
    Equal,
    /// `!=`, `<>`.
    NotEqual,
    /// `<`.
    Less,
    /// `<=`.
    LessEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterEqual,
    /// `LIKE`.
    Like,
    /// `IS`, with `NULL` only.
    Is,
    /// `IS NOT`, with `NULL` only.
    IsNot,
    /// `ISA`.
    IsA,
}

impl WqlOperator {
    /// The operator as WQL spells it.
    pub fn written(self) -> &'static str {
        match self {
            WqlOperator::Equal => "=",
            WqlOperator::NotEqual => "<>",
            WqlOperator::Less => "<",
            WqlOperator::LessEqual => "<=",
            WqlOperator::Greater => ">",
            WqlOperator::GreaterEqual => ">=",
            WqlOperator::Like => "LIKE",
            WqlOperator::Is => "IS",
            WqlOperator::IsNot => "IS NOT",
            WqlOperator::IsA => "ISA",
        }
    }

    /// Whether it asks which of two values is the greater.
    pub fn is_order(self) -> bool {
        matches!(
            self,
            WqlOperator::Less
                | WqlOperator::LessEqual
                | WqlOperator::Greater
                | WqlOperator::GreaterEqual
        )
    }

    /// The operator that says the same with its sides exchanged.
    #[must_use]
    pub fn mirrored(self) -> WqlOperator {
        match self {
            WqlOperator::Less => WqlOperator::Greater,
            WqlOperator::LessEqual => WqlOperator::GreaterEqual,
            WqlOperator::Greater => WqlOperator::Less,
            WqlOperator::GreaterEqual => WqlOperator::LessEqual,
            other => other,
        }
    }
}
