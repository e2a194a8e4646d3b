//! Colours of text for terminals. Whether a stream shows any is decided where it is written.

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

/// A text in a style, where there are colours.
pub fn paint(text: &str, style: Style, color: bool) -> String {
    if color {
        format!("{style}{text}{style:#}")
    } else {
        text.to_owned()
    }
}
