//! A query as text, in one spelling: keywords in capitals, texts in apostrophes, no needless
//! parentheses.
//!
//! Parsing what is printed gives the same tree.

use std::fmt::{self, Display, Formatter};

use super::ast::{
    Projection, Query, Select, WqlComparison, WqlExpression, WqlLiteral, WqlName, WqlOperand,
};

impl Display for Query {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Query::Select(select) => select.as_ref().fmt(f),
            Query::Association { text } | Query::Inserted { text } => f.write_str(text),
        }
    }
}

impl Display for Select {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("SELECT ")?;
        match &self.projection {
            Projection::All => f.write_str("*")?,
            Projection::Properties(names) => joined(f, names, ", ")?,
        }
        write!(f, " FROM {}", self.class)?;
        match &self.condition {
            Some(condition) => write!(f, " WHERE {condition}"),
            None => Ok(()),
        }
    }
}

impl Display for WqlName {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Display for WqlExpression {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            // What `AND` holds binds tighter; an `AND` written inside another one keeps its
            // parentheses.
            WqlExpression::All(parts) => {
                let parts = parts.iter().map(|part| Parenthesized {
                    part,
                    parentheses: matches!(part, WqlExpression::All(_) | WqlExpression::Any(_)),
                });
                joined(f, parts, " AND ")
            }
            WqlExpression::Any(parts) => {
                let parts = parts.iter().map(|part| Parenthesized {
                    part,
                    parentheses: matches!(part, WqlExpression::Any(_)),
                });
                joined(f, parts, " OR ")
            }
            WqlExpression::Not(part) => {
                let parentheses = matches!(**part, WqlExpression::All(_) | WqlExpression::Any(_));
                write!(f, "NOT {}", Parenthesized { part, parentheses })
            }
            WqlExpression::Test(test) => test.fmt(f),
            WqlExpression::Inserted(name) => name.fmt(f),
        }
    }
}

/// A part of an expression, with parentheses where it needs them.
struct Parenthesized<'a> {
    part: &'a WqlExpression,
    parentheses: bool,
}

impl Display for Parenthesized<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.parentheses {
            write!(f, "({})", self.part)
        } else {
            self.part.fmt(f)
        }
    }
}

fn joined(
    f: &mut Formatter<'_>,
    parts: impl IntoIterator<Item: Display>,
    between: &str,
) -> fmt::Result {
    for (index, part) in parts.into_iter().enumerate() {
        if index > 0 {
            f.write_str(between)?;
        }
        part.fmt(f)?;
    }
    Ok(())
}

impl Display for WqlComparison {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} {}",
            self.left,
            self.operator.written(),
            self.right
        )
    }
}

impl Display for WqlOperand {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            WqlOperand::Property(name) | WqlOperand::Inserted(name) => name.fmt(f),
            WqlOperand::Constant(literal) => literal.value.fmt(f),
        }
    }
}

impl Display for WqlLiteral {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            WqlLiteral::Text(text) => {
                write!(f, "'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
            }
            WqlLiteral::Integer(value) => value.fmt(f),
            // The form with a point or exponent, so that it is read as a real number again.
            WqlLiteral::Real(value) => write!(f, "{value:?}"),
            WqlLiteral::Boolean(true) => f.write_str("TRUE"),
            WqlLiteral::Boolean(false) => f.write_str("FALSE"),
            WqlLiteral::Null => f.write_str("NULL"),
        }
    }
}
