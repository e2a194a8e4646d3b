//! Text under construction, with marks relative to its start.

use super::WrittenPart;
use crate::source::Span;

/// A piece of text and what its parts stand for.
#[derive(Clone, Debug, Default)]
pub(super) struct Fragment {
    pub text: String,
    pub marks: Vec<(usize, usize, WrittenPart, Span)>,
}

impl Fragment {
    pub fn new(text: impl Into<String>) -> Self {
        Fragment {
            text: text.into(),
            marks: Vec::new(),
        }
    }

    /// The whole of it stands for a part.
    pub fn marked(mut self, part: WrittenPart, span: Span) -> Self {
        self.marks.insert(0, (0, self.text.len(), part, span));
        self
    }

    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub fn append(&mut self, other: Fragment) {
        let offset = self.text.len();
        self.text.push_str(&other.text);
        self.marks.extend(
            other
                .marks
                .into_iter()
                .map(|(start, end, part, span)| (start + offset, end + offset, part, span)),
        );
    }

    /// Fragments with something between each two.
    pub fn join(list: Vec<Fragment>, between: &str) -> Fragment {
        let mut out = Fragment::default();
        for (index, one) in list.into_iter().enumerate() {
            if index > 0 {
                out.push(between);
            }
            out.append(one);
        }
        out
    }

    /// Characters, if it is of one line; else more than any line has.
    pub fn width(&self) -> usize {
        if self.text.contains('\n') {
            usize::MAX / 2
        } else {
            self.text.chars().count()
        }
    }
}
