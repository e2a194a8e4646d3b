//! Findings as the protocol has them.

use lsp_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Location,
    NumberOrString, Range, Uri,
};
use std::{str::FromStr as _, sync::Arc};

use super::{documents::OpenDocument, position::LineTable};
use crate::{
    decompile::findings_of_export,
    diagnostic::{Finding, Severity},
    ide::Analysis,
    read, site,
    source::{FileId, Sources, Span},
};

/// The findings of a source.
pub(super) fn of_source(
    analysis: &Analysis,
    findings: &[Finding],
    document: &OpenDocument,
) -> Vec<Diagnostic> {
    findings
        .iter()
        .map(|finding| diagnostic(finding, &analysis.compiled.sources, document))
        .collect()
}

/// The findings of a site file.
pub(super) fn of_site(document: &OpenDocument) -> Vec<Diagnostic> {
    let mut sources = Sources::new();
    let file = sources.add(document.name(), Arc::clone(&document.text));
    let findings = site::parse(file, &document.text).findings;
    findings
        .iter()
        .map(|finding| diagnostic(finding, &sources, document))
        .collect()
}

/// The findings of an exported sequence, at the places of its XML.
pub(super) fn of_export(document: &OpenDocument) -> Vec<Diagnostic> {
    let input = read::open(document.name(), document.text.as_bytes().to_vec());
    let mut findings = input.findings;
    findings.extend(input.exports.iter().flat_map(findings_of_export));
    findings
        .iter()
        .map(|finding| diagnostic(finding, &input.sources, document))
        .collect()
}

/// The place of a span, if it is in the open text.
fn range(span: Span, sources: &Sources) -> Option<Range> {
    let file = sources.get(span.file).filter(|_| span.file == FileId(0))?;
    Some(
        LineTable {
            text: &file.text,
            index: file.lines(),
        }
        .range(span),
    )
}

pub(super) fn diagnostic(
    finding: &Finding,
    sources: &Sources,
    document: &OpenDocument,
) -> Diagnostic {
    let mut message = finding.message.clone();
    if let Some(label) = finding
        .labels
        .first()
        .filter(|label| !label.text.is_empty())
    {
        message.push_str(&format!("\n{}", label.text));
    }
    if let Some(help) = &finding.help {
        message.push_str(&format!("\nhelp: {help}"));
    }
    let related: Vec<DiagnosticRelatedInformation> = finding
        .labels
        .iter()
        .skip(1)
        .filter_map(|label| {
            let location = Location::new(
                Uri::from_str(&document.uri).ok()?,
                range(label.span, sources)?,
            );
            Some(DiagnosticRelatedInformation {
                location,
                message: label.text.clone(),
            })
        })
        .collect();
    Diagnostic {
        range: range(finding.span(), sources).unwrap_or_default(),
        severity: Some(match finding.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
            Severity::Note => DiagnosticSeverity::INFORMATION,
        }),
        code: Some(NumberOrString::String(finding.code.id().to_owned())),
        code_description: None::<CodeDescription>,
        source: Some("tasq".to_owned()),
        message,
        related_information: (!related.is_empty()).then_some(related),
        tags: None,
        data: None,
    }
}
