//! A query as text, in one spelling: keywords in capitals, texts in apostrophes, no needless
//! parentheses.
//!
//! Parsing what is printed gives the same tree.

use std::fmt::{self, Display, Formatter};

use super::ast::{Constant, Expression, Name, Operand, Projection, Query, Select, Test};

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

impl Display for Name {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Display for Expression {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            // What `AND` holds binds tighter; an `AND` written inside another one keeps its
            // parentheses.
            Expression::All(parts) => {
                let parts = parts.iter().map(|part| Inner {
                    part,
                    parentheses: matches!(part, Expression::All(_) | Expression::Any(_)),
                });
                joined(f, parts, " AND ")
            }
            Expression::Any(parts) => {
                let parts = parts.iter().map(|part| Inner {
                    part,
                    parentheses: matches!(part, Expression::Any(_)),
                });
                joined(f, parts, " OR ")
            }
            Expression::Not(part) => {
                let parentheses = matches!(**part, Expression::All(_) | Expression::Any(_));
                write!(f, "NOT {}", Inner { part, parentheses })
            }
            Expression::Test(test) => test.fmt(f),
            Expression::Inserted(name) => name.fmt(f),
        }
    }
}

/// A part of an expression, with parentheses where it needs them.
struct Inner<'a> {
    part: &'a Expression,
    parentheses: bool,
}

impl Display for Inner<'_> {
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

impl Display for Test {
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

impl Display for Operand {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Operand::Property(name) | Operand::Inserted(name) => name.fmt(f),
            Operand::Constant(literal) => literal.value.fmt(f),
        }
    }
}

impl Display for Constant {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Constant::Text(text) => {
                write!(f, "'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
            }
            Constant::Integer(value) => value.fmt(f),
            // The form with a point or exponent, so that it is read as a real number again.
            Constant::Real(value) => write!(f, "{value:?}"),
            Constant::Boolean(true) => f.write_str("TRUE"),
            Constant::Boolean(false) => f.write_str("FALSE"),
            Constant::Null => f.write_str("NULL"),
        }
    }
}
