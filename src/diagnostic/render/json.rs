//! One JSON document for other programs. Its shape only grows while [`FORMAT_VERSION`] stays the
//! same.

use serde_json::{Value, json};

use crate::{
    diagnostic::{Finding, Safety},
    source::{Sources, Span},
};

/// The version of the document's shape.
pub const FORMAT_VERSION: u32 = 1;

/// `{ "format_version": 1, "findings": [ … ] }`; lines and columns count from 1, columns in
/// characters.
pub(super) fn json(findings: &[Finding], sources: &Sources) -> String {
    let list: Vec<Value> = findings
        .iter()
        .map(|finding| one(finding, sources))
        .collect();
    let document = json!({ "format_version": FORMAT_VERSION, "findings": list });
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

fn one(finding: &Finding, sources: &Sources) -> Value {
    let labels: Vec<Value> = finding
        .labels
        .iter()
        .map(|label| {
            let mut value = place(label.span, sources);
            value["text"] = label.text.clone().into();
            value
        })
        .collect();
    let fixes: Vec<Value> = finding
        .fixes
        .iter()
        .map(|fix| {
            let edits: Vec<Value> = fix
                .edits
                .iter()
                .map(|edit| {
                    let mut value = place(edit.span, sources);
                    value["new_text"] = edit.new.clone().into();
                    value
                })
                .collect();
            json!({ "title": fix.title, "safe": fix.safety == Safety::Safe, "edits": edits })
        })
        .collect();
    json!({
        "code": finding.code.id(),
        "severity": finding.severity.name(),
        "message": finding.message,
        "labels": labels,
        "help": finding.help,
        "fixes": fixes,
    })
}

fn place(span: Span, sources: &Sources) -> Value {
    let Some(file) = sources.get(span.file) else {
        return json!({});
    };
    let start = file.position(span.start);
    let end = file.position(span.end);
    json!({
        "file": file.name,
        "start": { "line": start.line, "column": start.column, "byte": span.start },
        "end": { "line": end.line, "column": end.column, "byte": span.end },
    })
}
