//! Printing: the one place that decides what a stream can show, standard output, and the line that
//! counts findings.

use std::{
    env,
    ffi::OsString,
    io::{self, IsTerminal as _, Write},
    sync::atomic::{AtomicBool, Ordering},
};

use anstream::{AutoStream, ColorChoice, stream::RawStream};
use clap::ValueEnum;

use super::{Failure, closed};
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

/// Whether the environment says that colours are not forced. Other programs take a 0 so; anstream
/// takes any text for a wish.
fn is_unforced() -> bool {
    env::var_os("CLICOLOR_FORCE").is_some_and(|text| text == "0")
}

/// What anstream chooses for a stream, but that `CLICOLOR_FORCE=0` forces nothing.
fn choice_for<S: RawStream>(stream: &S) -> ColorChoice {
    let choice = AutoStream::choice(stream);
    let is_wish = ColorChoice::global() != ColorChoice::Auto;
    if choice == ColorChoice::Never || is_wish || !is_unforced() {
        return choice;
    }
    let wish = anstyle_query::clicolor();
    let shows = anstyle_query::term_supports_color() || anstyle_query::is_ci();
    if stream.is_terminal() && wish.unwrap_or(shows) {
        ColorChoice::Always
    } else {
        ColorChoice::Never
    }
}

/// The choice for what clap prints itself, to either stream.
pub(super) fn clap_choice(color: Color) -> clap::ColorChoice {
    let is_plain = || {
        let choices = [choice_for(&io::stdout()), choice_for(&io::stderr())];
        choices.contains(&ColorChoice::Never)
    };
    match color {
        Color::Auto if is_unforced() && is_plain() => clap::ColorChoice::Never,
        Color::Auto => clap::ColorChoice::Auto,
        Color::Always => clap::ColorChoice::Always,
        Color::Never => clap::ColorChoice::Never,
    }
}

type Size = Option<(terminal_size::Width, terminal_size::Height)>;

fn look_of<S: RawStream>(stream: &S, name: supports_unicode::Stream, size: Size) -> Look {
    Look {
        color: choice_for(stream) != ColorChoice::Never,
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

/// Whether a line of progress stands on the terminal.
static PROGRESS: AtomicBool = AtomicBool::new(false);

/// Shows how far long work is, in a terminal; what is printed next takes the line's place.
pub(super) fn progress(text: &str) {
    let asked = anstyle_query::windows::enable_ansi_colors();
    let can_redraw = asked.unwrap_or_else(anstyle_query::term_supports_ansi_color);
    if !io::stderr().is_terminal() || !can_redraw {
        return;
    }
    let width = look().width.saturating_sub(1);
    // What a name holds must not move the cursor.
    let shown = text.chars().map(|c| if c.is_control() { '?' } else { c });
    let line: String = shown.take(width).collect();
    PROGRESS.store(true, Ordering::Relaxed);
    let _ = write!(io::stderr(), "{CLEAR_LINE}{line}");
}

/// Takes the line of progress away.
pub(super) fn clear_progress() {
    if PROGRESS.swap(false, Ordering::Relaxed) {
        let _ = write!(io::stderr(), "{CLEAR_LINE}");
    }
}

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
    match choice_for(&io::stdout()) {
        ColorChoice::Never => stdout(text.as_bytes()),
        choice => put(
            &mut AutoStream::new(io::stdout().lock(), choice),
            text.as_bytes(),
        ),
    }
}

fn put(out: &mut dyn Write, bytes: &[u8]) -> Result<(), Failure> {
    clear_progress();
    if closed::is_closed() && !bytes.is_empty() {
        let why = "cannot write to standard output: it is closed";
        return Err(Failure::Unusable(why.to_owned()));
    }
    out.write_all(bytes)
        .and_then(|()| out.flush())
        .map_err(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::ReaderGone,
            _ => Failure::Unusable(format!("cannot write to standard output: {error}")),
        })
}

/// Writes text for people to standard error. Nobody can be told that it is gone.
pub(super) fn remark(text: &str) {
    clear_progress();
    let text = &readable(text);
    let _ = match choice_for(&io::stderr()) {
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
