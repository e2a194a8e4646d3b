//! Tasq: task sequences as text.
pub mod diagnostic;
pub mod elaborate;
pub mod emit;
pub mod lint;
pub mod model;
pub mod source;
pub mod syntax;
pub mod vocabulary;
pub mod xml;
