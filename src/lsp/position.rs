//! Bytes to lines and UTF-16 units, and back.

use lsp_types::{Position, Range};

use crate::source::{LineIndex, Span};

/// A text with its lines.
#[derive(Clone, Copy)]
pub(super) struct LineTable<'t> {
    pub text: &'t str,
    pub index: &'t LineIndex,
}

impl LineTable<'_> {
    pub fn position(self, offset: u32) -> Position {
        let place = self.index.position(self.text, offset);
        Position::new(place.line - 1, place.utf16)
    }

    pub fn range(self, span: Span) -> Range {
        Range::new(self.position(span.start), self.position(span.end))
    }

    pub fn offset(self, position: Position) -> u32 {
        self.index
            .offset_utf16(self.text, position.line, position.character)
    }

    pub fn span(self, range: Range) -> Span {
        Span::new(
            crate::source::FileId(0),
            self.offset(range.start),
            self.offset(range.end),
        )
    }
}
