//! Printing: what the terminal can show, standard output, and the line that counts findings.

use std::io::{self, IsTerminal as _, Write as _};

use super::{Failure, args::Color};
use crate::{
    diagnostic::{
        Finding, Severity,
        render::{Format, Look, render},
    },
    source::Sources,
};

/// What standard error can show.
pub(super) fn look(color: Color) -> Look {
    let terminal = io::stderr().is_terminal();
    let color = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        }
    };
    let width = terminal_size::terminal_size_of(io::stderr())
        .map_or(120, |(width, _)| usize::from(width.0));
    let unicode = !terminal || supports_unicode::on(supports_unicode::Stream::Stderr);
    Look {
        color,
        unicode,
        width,
    }
}

/// What standard output can show.
pub(super) fn stdout_look(color: Color) -> Look {
    let terminal = io::stdout().is_terminal();
    let color = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        }
    };
    let width = terminal_size::terminal_size_of(io::stdout())
        .map_or(120, |(width, _)| usize::from(width.0));
    let unicode = !terminal || supports_unicode::on(supports_unicode::Stream::Stdout);
    Look {
        color,
        unicode,
        width,
    }
}

/// Whether standard output is a terminal.
pub(super) fn stdout_is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Writes bytes to standard output.
///
/// # Errors
/// A message; `None` when the reader has gone.
pub(super) fn stdout(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)
        .and_then(|()| out.flush())
        .map_err(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::ReaderGone,
            _ => Failure::Unusable(format!("cannot write to standard output: {error}")),
        })
}

/// Prints findings to standard error and counts them there.
pub(super) fn findings(findings: &[Finding], sources: &Sources, format: Format, look: Look) {
    if findings.is_empty() {
        return;
    }
    let mut text = render(format, findings, sources, look);
    if matches!(format, Format::Text | Format::Plain) {
        text.push_str(&summary(findings));
        text.push('\n');
    }
    // Nobody can be told that standard error is gone.
    let _ = io::stderr().write_all(text.as_bytes());
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
