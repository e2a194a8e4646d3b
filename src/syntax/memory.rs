//! What earlier parses of a text found: a statement that has not changed need not enter the grammar again.

use std::collections::HashMap;

use super::{
    grammar::Goal,
    tree::{Builder, Entry},
};

/// The nodes of statements by their text. What one parse does not use is forgotten before the next.
#[derive(Debug, Default)]
pub struct Memory {
    old: HashMap<Box<str>, Piece>,
    now: HashMap<Box<str>, Piece>,
}

/// A statement that fitted the grammar, its places counted from its start.
#[derive(Debug)]
struct Piece {
    goal: Goal,
    entries: Vec<Entry>,
    end: u32,
}

impl Memory {
    /// A new parse begins.
    pub(super) fn turn(&mut self) {
        self.old = std::mem::take(&mut self.now);
    }

    /// Adds the nodes of a statement seen before; gives where it ends.
    pub(super) fn replay(&mut self, goal: Goal, text: &str, base: u32, builder: &mut Builder) -> Option<u32> {
        if !self.now.contains_key(text) {
            let (key, piece) = self.old.remove_entry(text)?;
            self.now.insert(key, piece);
        }
        let piece = self.now.get(text).filter(|piece| piece.goal == goal)?;
        builder.replay(&piece.entries, base);
        Some(base + piece.end)
    }

    /// Keeps the nodes of a statement.
    pub(super) fn note(&mut self, goal: Goal, text: &str, entries: Vec<Entry>, end: u32) {
        self.now.insert(text.into(), Piece { goal, entries, end });
    }
}
