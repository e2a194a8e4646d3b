//! What the last parse of a text found: a statement that has not changed since need not enter the
//! grammar again.

use std::sync::Arc;

use super::{
    grammar::Goal,
    tree::{TreeBuilder, TreeEntry},
};
use crate::source::TextChange;

/// The nodes of the statements of the last version.
#[derive(Debug, Default)]
pub struct ParseMemory {
    text: Option<Arc<str>>,
    change: TextChange,
    old: Vec<RememberedStatement>,
    /// Of the old ones, how many are behind us.
    passed: usize,
    now: Vec<RememberedStatement>,
}

/// A statement that fitted the grammar, the places of its nodes counted from its start.
#[derive(Debug)]
struct RememberedStatement {
    goal: Goal,
    start: u32,
    until: u32,
    entries: Vec<TreeEntry>,
    end: u32,
}

impl ParseMemory {
    /// A new parse begins.
    pub(super) fn turn(&mut self, text: &Arc<str>) {
        self.change = self
            .text
            .as_deref()
            .map_or(TextChange::default(), |old| TextChange::between(old, text));
        self.old = std::mem::take(&mut self.now);
        if self.text.is_none() {
            self.old.clear();
        }
        self.passed = 0;
        self.text = Some(Arc::clone(text));
    }

    /// Adds the nodes of a statement that has not changed; gives where it ends.
    pub(super) fn replay(
        &mut self,
        goal: Goal,
        start: u32,
        until: u32,
        builder: &mut TreeBuilder,
    ) -> Option<u32> {
        let (from, to) = self.change.old(start, until)?;
        // Statements come in their order, so the old ones are passed once.
        while self
            .old
            .get(self.passed)
            .is_some_and(|piece| piece.start < from)
        {
            self.passed += 1;
        }
        let same = |piece: &&mut RememberedStatement| {
            piece.start == from && piece.until == to && piece.goal == goal
        };
        let piece = self.old.get_mut(self.passed).filter(same)?;
        builder.replay(&piece.entries, start);
        let entries = std::mem::take(&mut piece.entries);
        let end = piece.end;
        self.passed += 1;
        self.now.push(RememberedStatement {
            goal,
            start,
            until,
            entries,
            end,
        });
        Some(start + end)
    }

    /// Keeps the nodes of a statement.
    pub(super) fn note(
        &mut self,
        goal: Goal,
        (start, until): (u32, u32),
        entries: Vec<TreeEntry>,
        end: u32,
    ) {
        self.now.push(RememberedStatement {
            goal,
            start,
            until,
            entries,
            end,
        });
    }
}
