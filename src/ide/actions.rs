//! What can be done about findings at a place.

use super::{Analysis, fixes::apply_fixes};
use crate::{
    diagnostic::{Edit, Finding, Safety},
    source::{FileId, Span},
};

/// Something that can be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeAction {
    /// What it does, as a command.
    pub title: String,
    /// The finding it mends, by its place in the list; `None` for one that mends all.
    pub finding: Option<usize>,
    /// Whether it says what the author meant beyond doubt.
    pub safe: bool,
    /// The edits.
    pub edits: Vec<Edit>,
}

/// The same for any findings of a source: those of a site file, too.
pub fn actions_of(analysis: &Analysis, findings: &[Finding], range: Span) -> Vec<CodeAction> {
    let mut out = Vec::new();
    // Whole lines: a cursor anywhere on a line means the findings of that line.
    let text = analysis.text();
    let before = text.get(..range.start as usize).unwrap_or(text);
    let start = before.rfind(['\n', '\r']).map_or(0, |at| at + 1) as u32;
    let behind = text.get(range.end as usize..).unwrap_or("");
    let range = Span::new(
        range.file,
        start,
        range.end + behind.find(['\n', '\r']).unwrap_or(behind.len()) as u32,
    );
    for (index, finding) in findings.iter().enumerate() {
        let touches = |span: Span| {
            span.file == FileId(0) && span.start <= range.end && range.start <= span.end
        };
        let near = finding
            .labels
            .first()
            .is_some_and(|label| touches(label.span));
        for fix in finding
            .fixes
            .iter()
            .filter(|fix| near || fix.edits.iter().any(|edit| touches(edit.span)))
        {
            if fix.edits.iter().all(|edit| edit.span.file == FileId(0)) {
                out.push(CodeAction {
                    title: fix.title.clone(),
                    finding: Some(index),
                    safe: fix.safety == Safety::Safe,
                    edits: fix.edits.clone(),
                });
            }
        }
    }
    if let Some((text, done)) = apply_fixes(analysis.text(), findings, false)
        && !done.is_empty()
    {
        let all = Span::new(FileId(0), 0, analysis.text().len() as u32);
        let title = format!(
            "mend all of this file ({} safe fix{})",
            done.len(),
            if done.len() == 1 { "" } else { "es" }
        );
        out.push(CodeAction {
            title,
            finding: None,
            safe: true,
            edits: vec![Edit {
                span: all,
                new: text,
            }],
        });
    }
    out
}
