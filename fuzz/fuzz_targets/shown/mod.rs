//! Findings in every form they are shown in.

use tasq::internals::{
    diagnostic::{
        Finding,
        render::{Format, Look, render},
    },
    source::Sources,
};

/// Draws findings in each format: no renderer may stumble over what a source says.
pub fn show(findings: &[Finding], sources: &Sources) {
    for one in [
        Format::Text,
        Format::Plain,
        Format::Short,
        Format::Json,
        Format::Sarif,
    ] {
        render(one, findings, sources, Look::PLAIN);
    }
}
