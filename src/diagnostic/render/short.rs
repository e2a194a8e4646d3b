//! One line for each finding, for editors' problem matchers and `grep`.

use super::ShownSources;
use crate::{diagnostic::Finding, source::shown_in_line};

/// `file:line:column: severity[code]: message`, one line each.
pub(super) fn short(findings: &[Finding], sources: &ShownSources<'_>) -> String {
    let mut out = String::new();
    for finding in findings {
        out.push_str(&format!(
            "{}: {}[{}]: {}\n",
            sources.place(finding.span()),
            finding.severity.name(),
            finding.code.id(),
            shown_in_line(&finding.message)
        ));
    }
    out
}
