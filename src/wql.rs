//! WQL, the query language of WMI conditions: text to tree, and what a tree says about known facts.
//!
//! [`parse`] reads a query and reports every fault with its place. [`evaluate`] asks facts, given
//! through [`Rows`], whether the query would give at least one row. Where the facts or the
//! documentation do not say, the answer is "undecided" with the reason, never a guess.
//!
//! The language is what a condition of a task sequence can use: data queries
//! (`SELECT … FROM … WHERE …`), and the two kinds of association queries, which are read but not
//! looked into. Event queries and SQL are recognised and refused.

mod association;
mod ast;
pub mod classes;
mod compare;
pub mod datetime;
mod evaluate;
mod facts;
mod fault;
mod lexer;
mod like;
mod parse;
mod print;

#[cfg(feature = "internals")]
pub use ast::Projection;
pub use ast::{
    Literal, Query, WqlComparison, WqlExpression, WqlLiteral, WqlName, WqlOperand, WqlOperator,
};
#[cfg(feature = "internals")]
pub use evaluate::Missing;
pub use evaluate::{QueryOutcome, QueryVerdict, Reason, evaluate};
pub use facts::{ClassFacts, PropertyValue, Row, Rows};
pub use fault::{QueryFault, Replacement};
#[cfg(feature = "internals")]
pub use like::like;
pub use parse::parse;
#[cfg(feature = "internals")]
pub use parse::{MAX_DEPTH, MAX_FAULTS};
