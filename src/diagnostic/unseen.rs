//! What is said of characters that nobody sees.

use super::{Code, Finding};
use crate::source::Span;

/// Names of those that are met most.
const NAMES: &[(char, &str)] = &[
    ('\u{AD}', "soft hyphen"),
    ('\u{200B}', "zero width space"),
    ('\u{200C}', "zero width non-joiner"),
    ('\u{200D}', "zero width joiner"),
    ('\u{200E}', "left-to-right mark"),
    ('\u{200F}', "right-to-left mark"),
    ('\u{2028}', "line separator"),
    ('\u{2029}', "paragraph separator"),
    ('\u{202A}', "left-to-right embedding"),
    ('\u{202B}', "right-to-left embedding"),
    ('\u{202C}', "pop directional formatting"),
    ('\u{202D}', "left-to-right override"),
    ('\u{202E}', "right-to-left override"),
    ('\u{2060}', "word joiner"),
    ('\u{2066}', "left-to-right isolate"),
    ('\u{2067}', "right-to-left isolate"),
    ('\u{2068}', "first strong isolate"),
    ('\u{2069}', "pop directional isolate"),
    ('\u{FEFF}', "byte-order mark"),
];

/// Whether a character changes the direction in which others are shown.
pub fn turns(c: char) -> bool {
    matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// A finding about characters that nobody sees, each told once.
pub fn unseen_characters(span: Span, found: impl IntoIterator<Item = char>) -> Finding {
    let mut told: Vec<String> = Vec::new();
    let mut several = false;
    for c in found {
        let name = NAMES.iter().find(|(own, _)| *own == c);
        let name = name.map_or(String::new(), |(_, name)| format!(" ({name})"));
        let one = format!("U+{:04X}{name}", u32::from(c));
        several = several || !told.is_empty();
        if !told.contains(&one) {
            told.push(one);
        }
    }
    let what = if several {
        "characters that nobody sees are"
    } else {
        "a character that nobody sees is"
    };
    let message = format!("{what} in this text: {}", told.join(", "));
    Finding::new(Code::UnseenCharacter, span, message).help(
        "take it out, or type the text anew: it is not what it looks like, and a name with it is another name",
    )
}
