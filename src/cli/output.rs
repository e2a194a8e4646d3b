//! Printing: the one place that decides what a stream can show, standard output, and the line that
//! counts findings.

use std::{
    ffi::OsString,
    io::{self, IsTerminal as _, Write},
};

use anstream::{AutoStream, ColorChoice, stream::RawStream};
use clap::ValueEnum;

use super::Failure;
use crate::{
    diagnostic::{
        Finding, Severity,
        render::{Format, Look, render},
    },
    paint::drawn,
    source::{Sources, shown},
};

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// In a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The colours that arguments ask for, before anybody has understood them.
pub(super) fn wished_color(given: &[OsString]) -> Color {
    let mut words = given
        .iter()
        .take_while(|word| *word != "--")
        .filter_map(|word| word.to_str());
    let mut wish = None;
    while let Some(word) = words.next() {
        match word.strip_prefix("--color") {
            Some("") => wish = words.next(),
            Some(rest) => wish = rest.strip_prefix('=').or(wish),
            None => {}
        }
    }
    wish.and_then(|word| Color::from_str(word, false).ok())
        .unwrap_or(Color::Auto)
}

/// Holds to a wish from here on. Without one the streams and NO_COLOR, CLICOLOR, CLICOLOR_FORCE and
/// TERM decide.
pub(super) fn set_color(color: Color) {
    let choice = match color {
        Color::Auto => ColorChoice::Auto,
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
    };
    choice.write_global();
}

/// What standard error can show.
pub(super) fn look() -> Look {
    let size = terminal_size::terminal_size_of(io::stderr());
    look_of(&io::stderr(), supports_unicode::Stream::Stderr, size)
}

/// What standard output can show.
pub(super) fn stdout_look() -> Look {
    let size = terminal_size::terminal_size_of(io::stdout());
    look_of(&io::stdout(), supports_unicode::Stream::Stdout, size)
}

type Size = Option<(terminal_size::Width, terminal_size::Height)>;

fn look_of<S: RawStream>(stream: &S, name: supports_unicode::Stream, size: Size) -> Look {
    Look {
        color: AutoStream::choice(stream) != ColorChoice::Never,
        unicode: !stream.is_terminal() || supports_unicode::on(name),
        width: size.map_or(120, |(width, _)| usize::from(width.0)),
    }
}

/// Whether a line that stands on the terminal can be taken away and drawn again. On Windows this
/// asks the console to understand how.
pub(super) fn can_redraw() -> bool {
    let asked = anstyle_query::windows::enable_ansi_colors();
    io::stderr().is_terminal()
        && io::stdout().is_terminal()
        && asked.unwrap_or_else(anstyle_query::term_supports_ansi_color)
}

/// Takes away the line on which the cursor stands, where [`can_redraw`] says so.
pub(super) const CLEAR_LINE: &str = "\r\x1b[2K";

/// Writes a result for programs to standard output, to the byte.
///
/// # Errors
/// It cannot be written, or the reader has gone.
pub(super) fn stdout(bytes: &[u8]) -> Result<(), Failure> {
    put(&mut io::stdout().lock(), bytes)
}

/// Writes a result for programs, which people see where standard output is a terminal.
///
/// # Errors
/// It cannot be written, or the reader has gone.
pub(super) fn result(text: &str) -> Result<(), Failure> {
    if io::stdout().is_terminal() {
        print(text)
    } else {
        stdout(text.as_bytes())
    }
}

/// A text for people: what nobody sees, or a terminal would obey, is written out; the program's own
/// colours are none of that.
pub(super) fn readable(text: &str) -> String {
    drawn(&shown(text))
}

/// What a process printed, for people: a carriage return that goes back in its line begins another
/// one.
pub(super) fn of_process(text: &str) -> String {
    let mut lines = text.replace("\r\n", "\n");
    if lines.contains('\r') {
        lines = lines.replace('\r', "\n");
    }
    shown(&lines).into_owned()
}

/// Writes a result for people to standard output: colours as the console understands them.
///
/// # Errors
/// It cannot be written, or the reader has gone.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let text = &readable(text);
    match AutoStream::choice(&io::stdout()) {
        ColorChoice::Never => stdout(text.as_bytes()),
        choice => put(
            &mut AutoStream::new(io::stdout().lock(), choice),
            text.as_bytes(),
        ),
    }
}

fn put(out: &mut dyn Write, bytes: &[u8]) -> Result<(), Failure> {
    out.write_all(bytes)
        .and_then(|()| out.flush())
        .map_err(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::ReaderGone,
            _ => Failure::Unusable(format!("cannot write to standard output: {error}")),
        })
}

/// Writes text for people to standard error. Nobody can be told that it is gone.
pub(super) fn remark(text: &str) {
    let text = &readable(text);
    let _ = match AutoStream::choice(&io::stderr()) {
        ColorChoice::Never => io::stderr().write_all(text.as_bytes()),
        choice => AutoStream::new(io::stderr().lock(), choice).write_all(text.as_bytes()),
    };
}

/// Prints findings to standard error and counts them there.
pub(super) fn findings(findings: &[Finding], sources: &Sources, format: Format) {
    if findings.is_empty() {
        return;
    }
    let mut text = render(format, findings, sources, look());
    if matches!(format, Format::Json | Format::Sarif) {
        // Nobody can be told that it is gone.
        let _ = io::stderr().write_all(text.as_bytes());
        return;
    }
    if matches!(format, Format::Text | Format::Plain) {
        text.push_str(&summary(findings));
        text.push('\n');
    }
    remark(&text);
}

/// `2 errors, 1 warning`.
pub(super) fn summary(findings: &[Finding]) -> String {
    let mut parts = Vec::new();
    for (severity, word) in [
        (Severity::Error, "error"),
        (Severity::Warning, "warning"),
        (Severity::Note, "note"),
    ] {
        let count = findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .count();
        if count > 0 {
            parts.push(format!(
                "{count} {word}{}",
                if count == 1 { "" } else { "s" }
            ));
        }
    }
    parts.join(", ")
}
