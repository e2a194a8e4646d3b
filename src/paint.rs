//! Colours of text for terminals. Whether a stream shows any is decided where it is written.

use std::{
    hash::{BuildHasher as _, Hasher as _, RandomState},
    sync::OnceLock,
};

use anstyle::{AnsiColor, Style};

/// What is as it should be.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// What is not.
pub const BAD: Style = AnsiColor::Red.on_default();
/// What nobody knows.
pub const UNSURE: Style = AnsiColor::Yellow.on_default();
/// What is worth a look.
pub const NOTABLE: Style = AnsiColor::Cyan.on_default();
/// What matters less.
pub const DIM: Style = AnsiColor::BrightBlack.on_default();
/// What matters more.
pub const BOLD: Style = Style::new().bold();

/// A text in a style, where there are colours. Until it is shown ([`drawn`]) its escape sequences
/// begin with [`mark`]: everything else that is in a text for people is only text.
pub fn paint(text: &str, style: Style, color: bool) -> String {
    if color {
        let (on, off) = (style.to_string(), format!("{style:#}"));
        format!("{}{text}{}", marked(&on), marked(&off))
    } else {
        text.to_owned()
    }
}

/// The same for whoever writes to the terminal at once.
pub fn painted(text: &str, style: Style, color: bool) -> String {
    drawn(&paint(text, style, color))
}

/// Escape sequences of the program's own with their mark.
pub fn marked(sequences: &str) -> String {
    sequences.replace('\u{1b}', mark())
}

/// A text with its colours, to be shown.
pub fn drawn(text: &str) -> String {
    text.replace(mark(), "\u{1b}")
}

/// What stands for the escape character: nobody who writes a name can know it, because each process
/// has another one.
fn mark() -> &'static str {
    static MARK: OnceLock<String> = OnceLock::new();
    MARK.get_or_init(|| {
        let number = RandomState::new().build_hasher().finish();
        // Characters that no text has, so that nothing that is looked for in one cuts a mark in
        // two.
        let digit = |at: u32| char::from_u32(0xFDD0 + ((number >> (4 * at)) & 0xF) as u32);
        (0..16).filter_map(digit).collect()
    })
}
