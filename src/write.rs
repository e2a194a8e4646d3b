//! Model to source text: what a person would have written.
//!
//! The text is laid out roughly, the formatter does the rest. Marks say which piece of it stands
//! for what, so that a finding in the text can be shown where it is in the XML.

mod condition;
mod fragment;
mod items;
mod scripts;
mod sequence;
pub mod spell;

use crate::source::{Nested, Span};

pub use scripts::{Scripts, file_name};
pub use sequence::{HEADER, MAX_GROUPS, write_source};

/// A part of the source that was written for a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WrittenPart {
    /// The node itself.
    Whole,
    /// Its name.
    Name,
    /// Its description.
    Description,
    /// A property, by its index in the table.
    Property(usize),
    /// Its rules or assignments.
    Variables,
    /// An operand of its condition, numbered from the front.
    Operand(usize),
}

/// A piece of the text and what it stands for.
#[derive(Clone, Copy, Debug)]
pub struct SourceMark {
    /// Its bytes.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
    /// The node, by the byte of the XML file that it begins at.
    pub node: u32,
    /// Which part of the node.
    pub part: WrittenPart,
    /// The place in the XML.
    pub span: Span,
}

/// A source.
#[derive(Clone, Debug, Default)]
pub struct Written {
    /// The text, not yet formatted.
    pub text: String,
    /// What its pieces stand for; outer ones before inner ones.
    pub marks: Vec<SourceMark>,
    /// Scripts that go into files of their own: path beside the source, and text.
    pub files: Vec<(String, String)>,
}

/// The marks of a source by place.
#[derive(Clone, Debug)]
pub struct Marks<'a> {
    marks: &'a [SourceMark],
    nested: Nested,
}

impl<'a> Marks<'a> {
    /// The innermost mark that holds a place.
    pub fn at(&self, place: usize) -> Option<&'a SourceMark> {
        self.marks.get(self.nested.innermost(place)?)
    }
}

impl Written {
    /// The marks, ready to be asked for places.
    pub fn marks_by_place(&self) -> Marks<'_> {
        let nested = Nested::new(
            self.marks
                .iter()
                .map(|mark| mark.start..mark.end.max(mark.start + 1)),
        );
        Marks {
            marks: &self.marks,
            nested,
        }
    }
}
