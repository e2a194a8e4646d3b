//! Findings for people and for machines, one file a format. No renderer decides anything: they
//! print what is there.

mod json;
mod plain;
mod sarif;
mod short;
mod text;

use std::sync::Arc;

use super::{
    Finding,
    hide::{masked, telling, tells},
};
use crate::source::{Sources, Span};

use self::{json::json, plain::plain, sarif::sarif, short::short, text::text};

pub use self::text::Look;

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

/// Renders findings in a format. `look` matters for [`Format::Text`] only. Here, and nowhere else,
/// what findings must not show becomes unreadable.
pub fn render(format: Format, findings: &[Finding], sources: &Sources, look: Look) -> String {
    let hidden: Vec<Span> = findings
        .iter()
        .flat_map(|finding| finding.sensitive.iter().copied())
        .collect();
    if hidden.is_empty() {
        return written(format, findings, sources, look);
    }
    let findings = without_telling_fixes(findings, sources);
    written(format, &findings, &without(&hidden, sources), look)
}

fn written(format: Format, findings: &[Finding], sources: &Sources, look: Look) -> String {
    match format {
        Format::Text => text(findings, sources, look),
        Format::Plain => plain(findings, sources),
        Format::Short => short(findings, sources),
        Format::Json => json(findings, sources),
        Format::Sarif => sarif(findings, sources),
    }
}

/// The sources with these places made unreadable. Every other place stays where it is.
fn without(hidden: &[Span], sources: &Sources) -> Sources {
    let mut out = Sources::new();
    for (id, file) in sources.iter() {
        let own = hidden.iter().filter(|span| span.file == id);
        let mut own = own.map(|span| span.range()).peekable();
        if own.peek().is_some() {
            out.add(file.name.clone(), masked(&file.text, own));
        } else {
            out.add(file.name.clone(), Arc::clone(&file.text));
        }
    }
    out
}

/// The findings without fixes whose new text has a secret in it.
fn without_telling_fixes(findings: &[Finding], sources: &Sources) -> Vec<Finding> {
    let mut findings = findings.to_vec();
    for finding in &mut findings {
        let secrets: Vec<&str> = finding
            .sensitive
            .iter()
            .filter_map(|span| telling(sources.text(*span)))
            .collect();
        finding.fixes.retain(|fix| !tells(fix, &secrets));
    }
    findings
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
