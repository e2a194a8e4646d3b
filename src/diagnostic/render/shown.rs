//! The texts of sources as people may see them: secrets are asterisks, always as many, and what
//! nobody sees is written out. Places keep their lines and columns; where they are in the shown
//! text is worked out here.

use std::{borrow::Cow, collections::BTreeMap, ops::Range};

use crate::{
    diagnostic::hide::pieces,
    source::{FileId, SourceFile, Sources, Span, escaped, shown_in_line, unseen},
};

/// A stretch of a text, and what is shown for it.
#[derive(Debug)]
struct Stretch {
    own: Range<usize>,
    shown: Range<usize>,
}

/// A file as it is shown.
#[derive(Debug)]
pub(super) struct ShownFile<'a> {
    /// The file as it is.
    pub file: &'a SourceFile,
    /// Its name as it is shown.
    pub name: Cow<'a, str>,
    /// Its text as it is shown.
    pub text: Cow<'a, str>,
    stretches: Vec<Stretch>,
}

impl<'a> ShownFile<'a> {
    fn new(file: &'a SourceFile, hidden: Vec<Range<usize>>) -> Self {
        let text: &str = &file.text;
        let mut changes: Vec<(Range<usize>, Cow<'static, str>)> = hidden
            .into_iter()
            .flat_map(|range| pieces(text, range))
            .map(|piece| (piece, Cow::Borrowed(crate::diagnostic::STARS)))
            .collect();
        let written = unseen(text).map(|(at, c)| (at..at + c.len_utf8(), escaped(c).into()));
        changes.extend(written);
        changes.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
        let mut out = ShownFile {
            file,
            name: shown_in_line(&file.name),
            text: Cow::Borrowed(text),
            stretches: Vec::new(),
        };
        if !changes.is_empty() {
            out.change(changes);
        }
        out
    }

    fn change(&mut self, changes: Vec<(Range<usize>, Cow<'static, str>)>) {
        let own: &str = &self.file.text;
        let mut text = String::with_capacity(own.len());
        let mut done = 0;
        for (range, instead) in changes {
            // One in another is shown with it.
            if range.start < done {
                continue;
            }
            text.push_str(own.get(done..range.start).unwrap_or(""));
            let start = text.len();
            text.push_str(&instead);
            done = range.end;
            self.stretches.push(Stretch {
                own: range,
                shown: start..text.len(),
            });
        }
        text.push_str(own.get(done..).unwrap_or(""));
        self.text = Cow::Owned(text);
    }

    /// Where a place of the file is in the shown text; `end` for the end of something.
    pub fn to_shown(&self, place: usize, end: bool) -> usize {
        let index = self.stretches.partition_point(|stretch| {
            stretch.own.start < place || stretch.own.start == place && !end
        });
        let Some(stretch) = index.checked_sub(1).and_then(|at| self.stretches.get(at)) else {
            return place.min(self.text.len());
        };
        let shown = if place >= stretch.own.end {
            stretch.shown.end + (place - stretch.own.end)
        } else if end {
            stretch.shown.end
        } else {
            stretch.shown.start
        };
        shown.min(self.text.len())
    }

    /// Where a place of the shown text is in the file.
    pub fn to_own(&self, place: usize) -> usize {
        let index = self
            .stretches
            .partition_point(|stretch| stretch.shown.start <= place);
        let Some(stretch) = index.checked_sub(1).and_then(|at| self.stretches.get(at)) else {
            return place;
        };
        if place >= stretch.shown.end {
            stretch.own.end + (place - stretch.shown.end)
        } else {
            stretch.own.start
        }
    }

    /// A span as a range of the shown text.
    pub fn range(&self, span: Span) -> Range<usize> {
        let start = self.to_shown(span.start as usize, false);
        let end = match span.is_empty() {
            true => start,
            false => self.to_shown(span.end as usize, true),
        };
        start..end.max(start)
    }
}

/// All files as they are shown.
#[derive(Debug)]
pub(super) struct ShownSources<'a>(Vec<ShownFile<'a>>);

impl<'a> ShownSources<'a> {
    /// The sources without what stands at these places.
    pub fn new(sources: &'a Sources, hidden: &[Span]) -> Self {
        let mut places: BTreeMap<FileId, Vec<Range<usize>>> = BTreeMap::new();
        for span in hidden {
            places.entry(span.file).or_default().push(span.range());
        }
        let of = |(id, file)| ShownFile::new(file, places.remove(&id).unwrap_or_default());
        ShownSources(sources.iter().map(of).collect())
    }

    /// The file with this number.
    pub fn get(&self, id: FileId) -> Option<&ShownFile<'a>> {
        self.0.get(id.0 as usize)
    }

    /// What is shown of a span.
    pub fn text(&self, span: Span) -> &str {
        let file = self.get(span.file);
        file.and_then(|file| file.text.get(file.range(span)))
            .unwrap_or("")
    }

    /// `file:line:column` of a span's start, or the file alone when its text is not at hand.
    pub fn place(&self, span: Span) -> String {
        match self.get(span.file) {
            Some(shown) => {
                let position = shown.file.position(span.start);
                format!("{}:{}:{}", shown.name, position.line, position.column)
            }
            None => "(unknown)".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ShownFile;
    use crate::source::{FileId, SourceFile, Span};

    #[test]
    fn places_follow_what_is_shown_for_a_text() {
        let file = SourceFile::new("a\u{1b}.tasq", "pw: \"secret\", x\u{202e}y\nz");
        let shown = ShownFile::new(&file, std::iter::once(4..12).collect());
        assert_eq!(shown.name, "a\\u{1b}.tasq");
        assert_eq!(shown.text, "pw: ********, x\\u{202e}y\nz");
        let text = |start, end| &shown.text[shown.range(Span::new(FileId(0), start, end))];
        assert_eq!(text(4, 12), "********");
        assert_eq!(text(0, 3), "pw:");
        assert_eq!(text(14, 15), "x");
        assert_eq!(text(15, 18), "\\u{202e}");
        assert_eq!(text(18, 19), "y");
        assert_eq!(text(6, 8), "********");
        for (own, there) in [(0, 0), (12, 12), (14, 14), (18, 23), (20, 25)] {
            assert_eq!(
                (shown.to_shown(own, false), shown.to_own(there)),
                (there, own)
            );
        }
    }
}
