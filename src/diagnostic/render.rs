//! Findings for people and for machines, one file a format. No renderer decides anything: they
//! print what is there.

mod json;
mod plain;
mod sarif;
mod secrets;
mod short;
mod text;

use std::collections::HashSet;

use super::{Code, Finding};
use crate::source::{Sources, Span};

use self::{json::json, plain::plain, sarif::sarif, short::short, text::text};

pub use self::{
    json::FORMAT_VERSION,
    text::{Look, MAX_SHOWN},
};

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
    let masked = without_secrets(findings, sources);
    let sources = masked.as_ref().unwrap_or(sources);
    match format {
        Format::Text => text(findings, sources, look),
        Format::Plain => plain(findings, sources),
        Format::Short => short(findings, sources),
        Format::Json => json(findings, sources),
        Format::Sarif => sarif(findings, sources),
    }
}

/// The sources with every password made unreadable, so that no renderer can show one: what a
/// finding is about, and every literal that stands where a password belongs.
fn without_secrets(findings: &[Finding], sources: &Sources) -> Option<Sources> {
    if findings.is_empty() {
        return None;
    }
    let about = |finding: &&Finding| {
        matches!(
            finding.code,
            Code::PasswordInText | Code::ValueIgnored | Code::LiteralPassword
        )
    };
    let mut hidden: Vec<Span> = findings.iter().filter(about).map(Finding::span).collect();
    hidden.extend(repeated(findings, sources));
    for (id, file) in sources.iter() {
        hidden.extend(
            secrets::literals(&file.text)
                .into_iter()
                .map(|(start, end)| Span::new(id, start, end)),
        );
    }
    if hidden.is_empty() {
        return None;
    }
    let mut masked = Sources::new();
    for (id, file) in sources.iter() {
        let mut text = file.text.to_string();
        for span in hidden.iter().filter(|span| span.file == id) {
            // As many bytes as before, so that every other place stays where it is.
            if let Some(secret) = text.get(span.range()) {
                let stars: String = secret.bytes().map(mask).collect();
                text.replace_range(span.range(), &stars);
            }
        }
        masked.add(file.name.clone(), text);
    }
    Some(masked)
}

/// Whether a text has a literal where a password belongs.
pub fn holds_literal_password(text: &str) -> bool {
    !secrets::literals(text).is_empty()
}

/// Shortest password that is looked for elsewhere: shorter ones are found in every word.
const TELLING: usize = 4;

/// Every other place where an export has the text of a password: the action line has it, too.
fn repeated(findings: &[Finding], sources: &Sources) -> Vec<Span> {
    let mut out = Vec::new();
    let mut seen = HashSet::new();
    for finding in findings
        .iter()
        .filter(|finding| finding.code == Code::LiteralPassword)
    {
        let span = finding.span();
        let secret = sources.text(span);
        if secret.len() >= TELLING
            && seen.insert((span.file, secret))
            && let Some(file) = sources.get(span.file)
        {
            let place = |(at, text): (usize, &str)| {
                Span::new(span.file, at as u32, (at + text.len()) as u32)
            };
            out.extend(file.text.match_indices(secret).map(place));
        }
    }
    out
}

fn mask(byte: u8) -> char {
    if matches!(byte, b'\n' | b'\r') {
        char::from(byte)
    } else {
        '*'
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
