//! Characters that nobody sees, or that change how what stands around them is shown: control
//! characters, marks for the direction of writing, characters without a width.
//!
//! A terminal obeys the first, the second let a text look like another one, the third let two names
//! look the same. Where people read a text, each is written as `\u{…}`.

use std::borrow::Cow;

/// Ranges of characters that are not seen anywhere, in order.
const UNSEEN: &[(u32, u32)] = &[
    (0x00, 0x08),
    (0x0B, 0x0C),
    (0x0E, 0x1F),
    (0x7F, 0x9F),
    // Soft hyphen, grapheme joiner, Arabic letter mark, fillers of Hangul and Khmer.
    (0xAD, 0xAD),
    (0x34F, 0x34F),
    (0x61C, 0x61C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    // Zero width; U+200C and U+200D join letters and pictures and are judged by their neighbours.
    (0x200B, 0x200B),
    (0x200E, 0x200F),
    // Separators of lines and paragraphs; directions.
    (0x2028, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF9, 0xFFFB),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE01EF),
];

/// Joiners and selectors of a variant: part of what is written where they stand between characters
/// beyond ASCII.
fn joins(c: char) -> bool {
    matches!(c, '\u{200C}' | '\u{200D}' | '\u{FE00}'..='\u{FE0F}')
}

fn is_listed(c: char) -> bool {
    let code = u32::from(c);
    let at = UNSEEN.partition_point(|(_, last)| *last < code);
    UNSEEN.get(at).is_some_and(|(first, _)| *first <= code)
}

/// Whether a text is plain: no such character can be in it. Most are, and this is quick.
fn is_plain(text: &str) -> bool {
    let seen = |byte: &u8| matches!(byte, b' '..=b'~' | b'\n' | b'\t');
    text.as_bytes().iter().all(seen)
}

/// The characters of a text that nobody sees, with their places. Tabs and line ends are not among
/// them, a carriage return without its line feed is.
pub fn unseen(text: &str) -> impl Iterator<Item = (usize, char)> + '_ {
    let text = if is_plain(text) { "" } else { text };
    let mut before = None;
    let mut letters = text.char_indices().peekable();
    std::iter::from_fn(move || {
        loop {
            let (at, c) = letters.next()?;
            let next = letters.peek().map(|(_, next)| *next);
            let hidden = match c {
                '\r' => next != Some('\n'),
                c if joins(c) => !joined(before, c, next),
                c => is_listed(c),
            };
            before = Some(c);
            if hidden {
                return Some((at, c));
            }
        }
    })
}

/// Whether a joiner or selector belongs to what stands around it.
fn joined(before: Option<char>, c: char, next: Option<char>) -> bool {
    let written = |c: char| !c.is_ascii() && !is_listed(c);
    let selects = !matches!(c, '\u{200C}' | '\u{200D}');
    // The digit of a key cap has its selector before the frame.
    let keycap = next == Some('\u{20E3}');
    before.is_some_and(|before| written(before) || selects && keycap)
        && (selects || next.is_some_and(written))
}

/// A character as people are shown it.
pub fn escaped(c: char) -> String {
    match c {
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        c => format!("\\u{{{:x}}}", u32::from(c)),
    }
}

/// A text as people are shown it; its lines stay.
pub fn shown(text: &str) -> Cow<'_, str> {
    let mut found = unseen(text).peekable();
    if found.peek().is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut done = 0;
    for (at, c) in found {
        out.push_str(text.get(done..at).unwrap_or(""));
        out.push_str(&escaped(c));
        done = at + c.len_utf8();
    }
    out.push_str(text.get(done..).unwrap_or(""));
    Cow::Owned(out)
}

/// A text as people are shown it, in one line.
pub fn shown_in_line(text: &str) -> Cow<'_, str> {
    let text = shown(text);
    if text.contains(['\n', '\r', '\t']) {
        let of = |c: char| match c {
            '\n' | '\r' | '\t' => Cow::Owned(escaped(c)),
            c => Cow::Owned(c.to_string()),
        };
        Cow::Owned(text.chars().map(of).collect())
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::{shown, shown_in_line};

    #[test]
    fn what_nobody_sees_is_written_out() {
        for (text, wanted) in [
            ("plain\ttext\r\n", "plain\ttext\r\n"),
            ("a\u{1b}[31mb\u{7}", "a\\u{1b}[31mb\\u{7}"),
            ("one\rtwo", "one\\rtwo"),
            ("exe\u{202e}gpj", "exe\\u{202e}gpj"),
            ("Z\u{200b}", "Z\\u{200b}"),
            ("pass\u{200d}word", "pass\\u{200d}word"),
            ("x\u{fe0f}", "x\\u{fe0f}"),
            (
                "\u{85}\u{2028}\u{feff}\u{ad}",
                "\\u{85}\\u{2028}\\u{feff}\\u{ad}",
            ),
            ("\u{e0041}", "\\u{e0041}"),
        ] {
            assert_eq!(shown(text), wanted);
        }
        // Written languages and pictures stay as they are.
        for text in [
            "Größe – ö",
            "می\u{200c}خواهم",
            "👩\u{200d}💻 ⚙\u{fe0f} 1\u{fe0f}\u{20e3}",
            "日本語",
        ] {
            assert_eq!(shown(text), text);
        }
        assert_eq!(shown_in_line("a\r\nb\tc"), "a\\r\\nb\\tc");
    }
}
