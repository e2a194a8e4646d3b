//! Findings for people and for machines, one file a format. No renderer decides anything: they
//! print what is there.

mod json;
mod plain;
mod sarif;
mod short;
mod shown;
mod text;

use std::borrow::Cow;

use super::{
    Finding,
    hide::{telling, tells},
};
use crate::source::{Sources, Span, shown};

use self::{json::json, plain::plain, sarif::sarif, short::short, shown::ShownSources, text::text};

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
/// what findings must not show becomes unreadable, and what nobody sees is written out where people
/// read it.
pub fn render(format: Format, findings: &[Finding], sources: &Sources, look: Look) -> String {
    let hidden: Vec<Span> = findings
        .iter()
        .flat_map(|finding| finding.sensitive.iter().copied())
        .collect();
    let findings = match hidden.is_empty() {
        true => Cow::Borrowed(findings),
        false => Cow::Owned(without_telling_fixes(findings, sources)),
    };
    match format {
        // They show nothing of the text, and programs want their characters as they are.
        Format::Json => return json(&findings, sources),
        Format::Sarif => return sarif(&findings, sources),
        Format::Text | Format::Plain | Format::Short => {}
    }
    let sources = ShownSources::new(sources, &hidden);
    let findings: Vec<Finding> = findings.iter().map(readable).collect();
    match format {
        Format::Plain => plain(&findings, &sources),
        Format::Short => short(&findings, &sources),
        _ => text(&findings, &sources, look),
    }
}

/// The same finding with its words as people are shown them.
fn readable(finding: &Finding) -> Finding {
    let mut finding = finding.clone();
    let readable = |text: &mut String| {
        if let Cow::Owned(instead) = shown(text) {
            *text = instead;
        }
    };
    readable(&mut finding.message);
    finding
        .labels
        .iter_mut()
        .for_each(|label| readable(&mut label.text));
    finding.help.iter_mut().for_each(readable);
    finding
        .fixes
        .iter_mut()
        .for_each(|fix| readable(&mut fix.title));
    finding
}

/// The findings without fixes whose new text has a secret in it.
fn without_telling_fixes(findings: &[Finding], sources: &Sources) -> Vec<Finding> {
    let mut findings = findings.to_vec();
    for finding in &mut findings {
        let secrets: Vec<&str> = finding
            .sensitive
            .iter()
            .flat_map(|span| telling(sources.text(*span)))
            .collect();
        finding.fixes.retain(|fix| !tells(fix, &secrets));
    }
    findings
}
