//! Tasq: task sequences as text.
pub mod cli;
pub mod compile;
pub mod decompile;
pub mod diagnostic;
pub mod elaborate;
pub mod emit;
pub mod format;
pub mod host;
pub mod lint;
pub mod model;
pub mod read;
pub mod source;
pub mod syntax;
pub mod vocabulary;
pub mod wql;
pub mod write;
pub mod xml;
