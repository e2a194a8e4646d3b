//! One line for each finding, for editors' problem matchers and `grep`.

use super::place;
use crate::{diagnostic::Finding, source::Sources};

/// `file:line:column: severity[code]: message`, one line each.
pub(super) fn short(findings: &[Finding], sources: &Sources) -> String {
    let mut out = String::new();
    for finding in findings {
        out.push_str(&format!(
            "{}: {}[{}]: {}\n",
            place(sources, finding.span()),
            finding.severity.name(),
            finding.code.id(),
            finding.message
        ));
    }
    out
}
