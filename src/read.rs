//! XML to model: the way back.
//!
//! Reading never decides by itself that it understood. A step is read into what a person would have
//! written, written out again by [`crate::emit`], and every fact in which the two differ becomes a
//! note in the XML's own spelling. What no note can say becomes a step type in quotes, and what
//! that cannot say an element in XML's own words.

mod archive;
mod condition;
mod differ;
mod even;
mod input;
mod package;
mod parts;
mod plan;
mod product;
mod rules;
mod secrets;
mod sequence;
mod setting;
mod step;
mod unseen;

use crate::source::{FileId, Span};

pub use condition::operand_of;
pub use even::with_even_rules;
pub use input::{Export, Input, MAX_INPUT, is_blank, is_export, is_export_file, open};
pub use plan::StepBackPlan;
pub use secrets::hide_repeated;
pub use sequence::{Read, read_sequence};
pub use unseen::unseen_in_export;

/// Where the bytes of a sequence's text stand in the file it was taken from.
#[derive(Clone, Debug, Default)]
pub struct PositionMap {
    file: FileId,
    /// Pairs of inner and outer offset, in order; between two the distance stays the same.
    steps: Vec<(u32, u32)>,
    /// One place for everything: for a text that was taken out of a value.
    whole: Option<Span>,
}

impl PositionMap {
    /// A text that stands in one piece at `offset`.
    pub fn at(file: FileId, offset: u32) -> Self {
        PositionMap {
            file,
            steps: vec![(0, offset)],
            whole: None,
        }
    }

    /// A text of which nothing but the place of the whole is known.
    pub fn whole(span: Span) -> Self {
        PositionMap {
            file: span.file,
            steps: Vec::new(),
            whole: Some(span),
        }
    }

    /// Says that the file has another number.
    pub(crate) fn renumber(&mut self, file: FileId) {
        self.file = file;
    }

    /// Drops the first bytes of the text.
    pub(crate) fn shift(&mut self, bytes: u32) {
        let start = self.offset(bytes);
        self.steps.retain(|(inner, _)| *inner > bytes);
        self.steps.insert(0, (bytes, start));
        for (inner, _) in &mut self.steps {
            *inner -= bytes;
        }
    }

    /// Says that the text goes on elsewhere.
    pub(crate) fn jump(&mut self, inner: u32, outer: u32) {
        self.steps.pop_if(|(last, _)| *last == inner);
        self.steps.push((inner, outer));
    }

    /// A place of the text, in the file.
    pub fn offset(&self, inner: u32) -> u32 {
        let after = self.steps.partition_point(|(start, _)| *start <= inner);
        let (start, outer) = after
            .checked_sub(1)
            .and_then(|at| self.steps.get(at))
            .copied()
            .unwrap_or_default();
        outer + (inner - start)
    }

    /// A range of the text, in the file.
    pub fn span(&self, range: (u32, u32)) -> Span {
        self.whole
            .unwrap_or_else(|| Span::new(self.file, self.offset(range.0), self.offset(range.1)))
    }
}
