//! Byte offsets to lines and columns, in bytes, characters and UTF-16 units.

/// A place in a text. Lines and character columns count from 1 as people do; the others from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Column in bytes, from 0.
    pub byte: u32,
    /// Column in UTF-16 units, from 0 (what editors count).
    pub utf16: u32,
}

/// Bytes between two places at which the characters before are counted once and for all: an export
/// is one line of any length, and a column must not cost the whole of it.
const STRIDE: usize = 1024;

/// The start of every line; LF, CR LF and a lone CR end a line.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// At each [`STRIDE`] bytes: the characters and UTF-16 units that begin before it.
    counts: Vec<(u32, u32)>,
}

/// The characters and UTF-16 units that begin in these bytes of a text.
fn counts(bytes: &[u8]) -> (u32, u32) {
    let characters = bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count() as u32;
    // A character of four bytes has two units.
    (
        characters,
        characters + bytes.iter().filter(|byte| **byte >= 0xF0).count() as u32,
    )
}

impl LineIndex {
    /// Finds the lines of a text.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        // A carriage return alone is rare, and line feeds are found quickly.
        if text
            .match_indices('\r')
            .all(|(at, _)| bytes.get(at + 1) == Some(&b'\n'))
        {
            starts.extend(text.match_indices('\n').map(|(at, _)| at as u32 + 1));
        } else {
            let ends = |at: usize, byte: u8| {
                byte == b'\n' || byte == b'\r' && bytes.get(at + 1) != Some(&b'\n')
            };
            let found = bytes
                .iter()
                .enumerate()
                .filter(|(at, byte)| ends(*at, **byte));
            starts.extend(found.map(|(at, _)| at as u32 + 1));
        }
        let mut total = (0, 0);
        let counts = bytes.chunks(STRIDE).map(|chunk| {
            let before = total;
            let own = counts(chunk);
            total = (total.0 + own.0, total.1 + own.1);
            before
        });
        LineIndex {
            starts,
            counts: counts.collect(),
        }
    }

    /// How many lines there are; at least one.
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// The line (from 0) that holds a byte offset.
    pub fn line_of(&self, offset: u32) -> usize {
        self.starts
            .partition_point(|start| *start <= offset)
            .saturating_sub(1)
    }

    /// First byte of a line (from 0); the last line's for one beyond the end.
    pub fn start_of(&self, line: usize) -> u32 {
        self.starts
            .get(line)
            .or(self.starts.last())
            .copied()
            .unwrap_or(0)
    }

    /// The offset of a line (from 0) and a column in UTF-16 units. A column behind the line's end
    /// is the line's end, a line behind the last one the text's end, and the middle of a pair of
    /// units the character's start.
    pub fn offset_utf16(&self, text: &str, line: u32, column: u32) -> u32 {
        let Some(start) = self.starts.get(line as usize).copied() else {
            return text.len() as u32;
        };
        let end = self
            .starts
            .get(line as usize + 1)
            .map_or(text.len(), |next| *next as usize);
        let content = text
            .get(start as usize..end)
            .unwrap_or("")
            .trim_end_matches(['\n', '\r']);
        let mut units = 0;
        for (at, letter) in content.char_indices() {
            units += letter.len_utf16() as u32;
            if units > column {
                return start + at as u32;
            }
        }
        start + content.len() as u32
    }

    /// Line and columns of an offset; an offset inside a character counts as that character's
    /// start.
    pub fn position(&self, text: &str, offset: u32) -> Position {
        let mut offset = (offset as usize).min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.line_of(offset as u32);
        let start = self.start_of(line) as usize;
        let (characters, utf16) = if offset - start < STRIDE {
            counts(text.as_bytes().get(start..offset).unwrap_or(&[]))
        } else {
            let (from, to) = (self.before(text, start), self.before(text, offset));
            (to.0 - from.0, to.1 - from.1)
        };
        Position {
            line: line as u32 + 1,
            column: characters + 1,
            byte: (offset - start) as u32,
            utf16,
        }
    }

    /// The characters and UTF-16 units before a place.
    fn before(&self, text: &str, offset: usize) -> (u32, u32) {
        let index = (offset / STRIDE).min(self.counts.len().saturating_sub(1));
        let known = self.counts.get(index).copied().unwrap_or_default();
        let own = counts(text.as_bytes().get(index * STRIDE..offset).unwrap_or(&[]));
        (known.0 + own.0, known.1 + own.1)
    }
}
