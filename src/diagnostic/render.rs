//! Findings for people and for machines, one file a format. No renderer decides anything: they print what is there.

mod json;
mod plain;
mod sarif;
mod short;
mod text;

use super::Finding;
use crate::source::{Sources, Span};

pub use json::{FORMAT_VERSION, json};
pub use plain::plain;
pub use sarif::sarif;
pub use short::short;
pub use text::{Look, text};

/// How findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// With the source line, for a terminal.
    Text,
    /// Full sentences without drawing, for screen readers and logs.
    Plain,
    /// One line each: `file:line:column: severity[code]: message`.
    Short,
    /// One JSON document.
    Json,
    /// SARIF 2.1.0.
    Sarif,
}

/// Renders findings in a format. `look` matters for [`Format::Text`] only.
pub fn render(format: Format, findings: &[Finding], sources: &Sources, look: Look) -> String {
    match format {
        Format::Text => text(findings, sources, look),
        Format::Plain => plain(findings, sources),
        Format::Short => short(findings, sources),
        Format::Json => json(findings, sources),
        Format::Sarif => sarif(findings, sources),
    }
}

/// `file:line:column` of a span's start, or the file alone when its text is not at hand.
fn place(sources: &Sources, span: Span) -> String {
    match sources.get(span.file) {
        Some(file) => {
            let position = file.position(span.start);
            format!("{}:{}:{}", file.name, position.line, position.column)
        }
        None => "(unknown)".to_owned(),
    }
}
