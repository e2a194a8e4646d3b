//! Text to a lossless tree: every byte of the source is in it, comments and white space included.
//!
//! [`parse`] cannot fail: it returns a tree and a list of findings for any input. Only [`grammar`]
//! knows pest.

mod grammar;
mod kind;
mod literal;
mod memory;
mod parse;
mod pasted;
mod recover;
mod sensitive;
mod separators;
mod skeleton;
mod tokens;
mod tree;
mod unseen;
mod words;

#[cfg(feature = "internals")]
pub use grammar::recognise;
pub use kind::SyntaxKind;
pub use literal::{StringPiece, block, block_lines, name_text, number, pieces, quoted, unquote};
pub use memory::ParseMemory;
#[cfg(feature = "internals")]
pub use parse::ParsedSource;
pub use parse::{MAX_SOURCE, parse, parse_with};
pub use sensitive::{
    hide_secrets, says_secret, secret_names, secret_values, secret_values_in_both, without_secrets,
};
pub use separators::loose_unit;
pub use skeleton::MAX_DEPTH;
pub use tokens::{Token, tokens};
pub use tree::{Node, SyntaxTree};
pub use unseen::unseen_in;
pub use words::{CONTEXTUAL, RESERVED};
