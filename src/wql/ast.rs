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

/// A data query.
#[derive(Clone, Debug, PartialEq)]
pub struct Select {
    /// What is asked for.
    pub projection: Projection,
    /// The class.
    pub class: Name,
    /// What stands behind `WHERE`.
    pub condition: Option<Expression>,
}

/// What stands between `SELECT` and `FROM`.
#[derive(Clone, Debug, PartialEq)]
pub enum Projection {
    /// `*`.
    All,
    /// The named properties; at least one.
    Properties(Vec<Name>),
}

/// The name of a class or property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
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
pub enum Expression {
    /// `… AND …`: two or more.
    All(Vec<Expression>),
    /// `… OR …`: two or more.
    Any(Vec<Expression>),
    /// `NOT …`.
    Not(Box<Expression>),
    /// One comparison.
    Test(Test),
    /// `%Name%` in place of a whole comparison.
    Inserted(Name),
}

/// A comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    /// The left side.
    pub left: Operand,
    /// How the sides are compared.
    pub operator: Operator,
    /// The right side.
    pub right: Operand,
    /// All of it in normal spelling.
    pub written: Arc<str>,
    /// Its bytes in the query.
    pub range: Range<usize>,
}

/// A side of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// A property.
    Property(Name),
    /// A constant.
    Constant(Literal),
    /// `%Name%` outside of quotes.
    Inserted(Name),
}

/// A constant and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Literal {
    /// The value.
    pub value: Constant,
    /// Its bytes in the query.
    pub range: Range<usize>,
}

/// The value of a constant.
#[derive(Clone, Debug, PartialEq)]
pub enum Constant {
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
pub enum Operator {
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

impl Operator {
    /// The operator as WQL spells it.
    pub fn written(self) -> &'static str {
        match self {
            Operator::Equal => "=",
            Operator::NotEqual => "<>",
            Operator::Less => "<",
            Operator::LessEqual => "<=",
            Operator::Greater => ">",
            Operator::GreaterEqual => ">=",
            Operator::Like => "LIKE",
            Operator::Is => "IS",
            Operator::IsNot => "IS NOT",
            Operator::IsA => "ISA",
        }
    }

    /// Whether it asks which of two values is the greater.
    pub fn is_order(self) -> bool {
        matches!(
            self,
            Operator::Less | Operator::LessEqual | Operator::Greater | Operator::GreaterEqual
        )
    }

    /// The operator that says the same with its sides exchanged.
    #[must_use]
    pub fn mirrored(self) -> Operator {
        match self {
            Operator::Less => Operator::Greater,
            Operator::LessEqual => Operator::GreaterEqual,
            Operator::Greater => Operator::Less,
            Operator::GreaterEqual => Operator::LessEqual,
            other => other,
        }
    }
}
