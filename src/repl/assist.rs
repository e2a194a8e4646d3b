//! Help while typing: colours, completion, hints.

/// What a piece of typed text is, for its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Tone {
    Keyword,
    Type,
    Property,
    Text,
    Number,
    Comment,
    Command,
}

/// A completion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// What is put in.
    pub text: String,
    /// What the list shows.
    pub shown: String,
}

use super::Session;

/// Pieces of an entry with their tones, in order.
pub fn tones(_entry: &str) -> Vec<(std::ops::Range<usize>, Tone)> {
    Vec::new()
}

/// What may stand at a place, and where it begins.
pub fn candidates(_session: &mut Session, _entry: &str, at: usize) -> (usize, Vec<Candidate>) {
    (at, Vec::new())
}

/// What may follow, as grey text behind the cursor.
pub fn hint(_session: &mut Session, _entry: &str) -> Option<String> {
    None
}
