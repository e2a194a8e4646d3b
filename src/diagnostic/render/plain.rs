//! Full sentences and nothing drawn, for screen readers and log files.

use super::ShownSources;
use crate::diagnostic::Finding;

/// A paragraph for each finding.
pub(super) fn plain(findings: &[Finding], sources: &ShownSources<'_>) -> String {
    let mut out = String::new();
    for finding in findings {
        let severity = finding.severity.name();
        let mut sentence = format!("{severity} {}: {}.\n", finding.code.id(), finding.message);
        sentence[..1].make_ascii_uppercase();
        out.push_str(&sentence);
        for (index, label) in finding.labels.iter().enumerate() {
            let lead = if index == 0 { "At" } else { "See also" };
            let text = sources.text(label.span).lines().next().unwrap_or("").trim();
            let shown: String = text.chars().take(60).collect();
            out.push_str(&format!("  {lead} {}", sources.place(label.span)));
            if !shown.is_empty() {
                out.push_str(&format!(", at the text `{shown}`"));
            }
            if !label.text.is_empty() {
                out.push_str(&format!(": {}", label.text));
            }
            out.push_str(stop(&out));
        }
        if let Some(help) = &finding.help {
            out.push_str(&format!("  Help: {help}"));
            out.push_str(stop(&out));
        }
        for fix in &finding.fixes {
            out.push_str(&format!("  Fix: {}", fix.title));
            out.push_str(stop(&out));
        }
        out.push('\n');
    }
    out
}

/// The end of a sentence, whose own mark is enough.
fn stop(text: &str) -> &'static str {
    if text.ends_with(['?', '.', '…']) {
        "\n"
    } else {
        ".\n"
    }
}
