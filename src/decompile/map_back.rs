//! Findings in a text that was made from XML, shown where they are in the XML.

use super::{Attempt, attempt, compile_text, settled};
use crate::{
    compile::Compiled,
    diagnostic::{self, Code, Finding},
    read::{Export, StepBackPlan},
    source::Span,
    write::{HEADER, Marks, Scripts, Written},
};

/// Steps back wherever the compiler refused a piece; false when nothing changed.
pub(super) fn step_back(compiled: &Compiled, written: &Written, plan: &mut StepBackPlan) -> bool {
    let mut changed = false;
    let marks = written.marks_by_place();
    for finding in compiled
        .findings
        .iter()
        .filter(|finding| finding.is_error())
    {
        if let Some(mark) = marks.at(finding.span().start as usize) {
            changed |= plan.step_back(mark.node, mark.part);
        }
    }
    changed
}

/// What `tasq check` says about an export: the findings of its source, at the places of the XML.
pub fn findings_of_export(export: &Export) -> Vec<Finding> {
    let options = super::DecompileOptions {
        scripts: Scripts::Inline,
        unproven: false,
    };
    let (last, done) = settled(export, options);
    let mut findings = done.findings;
    // The first form, before anything stepped back, is what the export says; what was refused in it
    // are its errors.
    let first = attempt(export, Scripts::Inline, &StepBackPlan::default());
    if !of_text(&first, export, &mut findings) {
        // Rules for the whole sequence wait for a form without errors.
        of_text(&last, export, &mut findings);
    }
    diagnostic::sort(&mut findings);
    findings
}

/// Adds the findings of an attempt's text; false when one of them is an error.
fn of_text(attempt: &Attempt, export: &Export, findings: &mut Vec<Finding>) -> bool {
    let compiled = compile_text(attempt.written.text.clone(), &[]);
    let good = compiled.is_good();
    let marks = attempt.written.marks_by_place();
    for mut finding in compiled
        .findings
        .into_iter()
        .filter(|finding| !about_spelling(finding.code))
    {
        for label in &mut finding.labels {
            label.span = place(&marks, label.span, export);
        }
        // The edits are for a text that nobody has, and the secrets are not in it.
        finding.fixes.clear();
        finding.sensitive.clear();
        findings.push(finding);
    }
    good
}

/// Findings about how the text is written, which an export cannot deserve.
fn about_spelling(code: Code) -> bool {
    code.id().starts_with("TQ01")
}

fn place(marks: &Marks<'_>, span: Span, export: &Export) -> Span {
    let whole = Span::at(export.file, export.map.offset(0));
    match marks.at(span.start as usize) {
        Some(mark) if mark.node == HEADER && mark.span == Span::default() => whole,
        Some(mark) => mark.span,
        None => whole,
    }
}
