//! SARIF 2.1.0, which code hosting sites show beside the source.

use serde_json::{Value, json};

use crate::{
    diagnostic::{Code, Finding, Safety, Severity},
    source::{Sources, Span, uri_path},
};

/// One SARIF log with one run. Columns are in UTF-16 units, as `columnKind` says.
pub(super) fn sarif(findings: &[Finding], sources: &Sources) -> String {
    let mut codes: Vec<Code> = findings.iter().map(|finding| finding.code).collect();
    codes.sort_by_key(|code| code.id());
    codes.dedup();
    let rules: Vec<Value> = codes.iter().map(|code| rule(*code)).collect();
    let results: Vec<Value> = findings
        .iter()
        .map(|finding| result(finding, &codes, sources))
        .collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "tasq",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "columnKind": "utf16CodeUnits",
            "results": results,
        }],
    });
    let mut text = serde_json::to_string_pretty(&log).unwrap_or_default();
    text.push('\n');
    text
}

fn rule(code: Code) -> Value {
    json!({
        "id": code.id(),
        "shortDescription": { "text": code.title() },
        "help": { "text": code.page(), "markdown": code.page() },
        "defaultConfiguration": { "level": level(code.severity()) },
    })
}

fn level(severity: Severity) -> &'static str {
    severity.name()
}

fn result(finding: &Finding, codes: &[Code], sources: &Sources) -> Value {
    let mut message = finding.message.clone();
    if let Some(help) = &finding.help {
        message.push_str(". ");
        message.push_str(help);
    }
    let related: Vec<Value> = finding
        .labels
        .iter()
        .enumerate()
        .skip(1)
        .map(|(index, label)| {
            let mut value = location(label.span, sources);
            value["id"] = index.into();
            value["message"] = json!({ "text": label.text });
            value
        })
        .collect();
    let fixes: Vec<Value> = finding
        .fixes
        .iter()
        .filter(|fix| fix.safety == Safety::Safe)
        .map(|fix| {
            let changes: Vec<Value> = fix
                .edits
                .iter()
                .map(|edit| {
                    json!({
                        "artifactLocation": { "uri": uri(edit.span, sources) },
                        "replacements": [{
                            "deletedRegion": region(edit.span, sources),
                            "insertedContent": { "text": edit.new },
                        }],
                    })
                })
                .collect();
            json!({ "description": { "text": fix.title }, "artifactChanges": changes })
        })
        .collect();
    json!({
        "ruleId": finding.code.id(),
        "ruleIndex": codes.iter().position(|code| *code == finding.code),
        "level": level(finding.severity),
        "message": { "text": message },
        "locations": [location(finding.span(), sources)],
        "relatedLocations": related,
        "fixes": fixes,
    })
}

fn location(span: Span, sources: &Sources) -> Value {
    json!({ "physicalLocation": {
        "artifactLocation": { "uri": uri(span, sources) },
        "region": region(span, sources),
    }})
}

fn region(span: Span, sources: &Sources) -> Value {
    let Some(file) = sources.get(span.file) else {
        return json!({ "startLine": 1 });
    };
    let start = file.position(span.start);
    let end = file.position(span.end);
    json!({
        "startLine": start.line,
        "startColumn": start.utf16 + 1,
        "endLine": end.line,
        "endColumn": end.utf16 + 1,
    })
}

/// The file's name as a relative URI: forward slashes, everything unusual percent-encoded.
fn uri(span: Span, sources: &Sources) -> String {
    let name = sources
        .get(span.file)
        .map_or("", |file| file.name.as_str())
        .replace('\\', "/");
    uri_path(&name)
}
