//! Formatting and actions.

use lsp_types::{Position, Range, TextEdit};
use serde_json::{Value, json};
use similar::{DiffOp, TextDiff};

use super::{RequestResult, TextRequest, lines, value};
use crate::{
    format, ide,
    lsp::{capabilities, diagnostics, documents::DocumentKind, position::LineTable},
    source::{FileId, Span},
};

/// The edits that format a text, or those that meet the asked range. A source with syntax errors is
/// left as it is.
pub(super) fn formatting(about: &mut TextRequest<'_>) -> RequestResult {
    let text = std::sync::Arc::clone(&about.document.text);
    let Ok(new) = format::format(&text, FileId(0)) else {
        return Ok(Value::Null);
    };
    let index = crate::source::LineIndex::new(&text);
    let lines = LineTable {
        text: &text,
        index: &index,
    };
    let range = about.range(lines)?;
    let diff = TextDiff::from_lines(text.as_ref(), new.as_str());
    let old: Vec<&str> = diff.iter_old_slices().collect();
    let fresh: Vec<&str> = diff.iter_new_slices().collect();
    let mut starts = vec![0_u32];
    for line in &old {
        starts.push(starts.last().copied().unwrap_or(0) + line.len() as u32);
    }
    let start = |line: usize| starts.get(line).copied().unwrap_or(text.len() as u32);
    let mut edits = Vec::new();
    for op in diff
        .ops()
        .iter()
        .filter(|op| !matches!(op, DiffOp::Equal { .. }))
    {
        let (from, to) = (op.old_range(), op.new_range());
        // Lines that are changed one by one are edited one by one, so that a range takes in no
        // neighbour.
        let pairs: Vec<_> = if from.len() == to.len() {
            from.zip(to)
                .map(|(old, new)| (old..old + 1, new..new + 1))
                .collect()
        } else {
            vec![(from, to)]
        };
        for (from, to) in pairs {
            let span = Span::new(FileId(0), start(from.start), start(from.end));
            if span.start <= range.end && range.start < span.end.max(span.start + 1) {
                let new_text: String = fresh.get(to).unwrap_or(&[]).concat();
                edits.push(TextEdit {
                    range: lines.range(span),
                    new_text,
                });
            }
        }
    }
    value(edits)
}

pub(super) fn code_actions(about: &mut TextRequest<'_>) -> RequestResult {
    if about.document.kind() == DocumentKind::Export {
        return Ok(json!([conversion(&about.document.uri)]));
    }
    let analysis = about.analysis();
    let lines = lines(&analysis);
    let range = about.range(lines)?;
    let only: Vec<String> = about.parameter("/context/only").unwrap_or_default();
    let wanted = |kind: &str| {
        only.is_empty()
            || only
                .iter()
                .any(|one| kind == one || kind.starts_with(&format!("{one}.")))
    };
    let mut out = Vec::new();
    let document = about.document.clone();
    let findings = about.worker.findings(&document, &analysis);
    for action in ide::actions_of(&analysis, &findings, range) {
        let kind = if action.finding.is_some() {
            "quickfix"
        } else {
            "source.fixAll"
        };
        if !wanted(kind) {
            continue;
        }
        let edits = text_edits(&action, lines);
        let mends = action
            .finding
            .and_then(|index| findings.get(index))
            .map(|finding| diagnostics::diagnostic(finding, &analysis.compiled.sources, &document));
        out.push(json!({
            "title": action.title,
            "kind": kind,
            "isPreferred": action.safe && action.finding.is_some(),
            "diagnostics": mends.into_iter().collect::<Vec<_>>(),
            "edit": { "changes": { about.document.uri.clone(): edits } },
        }));
    }
    Ok(Value::Array(out))
}

/// The action that turns an export into a source.
fn conversion(uri: &str) -> Value {
    json!({
        "title": "Convert to Tasq",
        "kind": "refactor",
        "command": {
            "title": "Convert to Tasq",
            "command": capabilities::CONVERT,
            "arguments": [uri],
        },
    })
}

/// The edits of an action: those of a finding's fix, or the whole text anew.
fn text_edits(action: &ide::CodeAction, lines: LineTable<'_>) -> Vec<TextEdit> {
    if action.finding.is_none() {
        let text = action.edits.first().map(|edit| edit.new.clone());
        return vec![TextEdit::new(whole(lines), text.unwrap_or_default())];
    }
    let edits = action.edits.iter();
    edits
        .map(|edit| TextEdit::new(lines.range(edit.span), edit.new.clone()))
        .collect()
}

fn whole(lines: LineTable<'_>) -> Range {
    Range::new(Position::new(0, 0), lines.position(lines.text.len() as u32))
}
