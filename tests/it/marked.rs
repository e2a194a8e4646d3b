//! Cases of machine and site files with the marks of their faults: `#! TQ0803@10-12` at the end of
//! a line, and in a section `says` a part of each message.

use tasq::internals::{diagnostic::Finding, source::SourceFile};

use crate::cases::{self, Case, Rewrites};

/// The code and the columns of a finding, as a mark has them.
fn mark(finding: &Finding, file: &SourceFile) -> String {
    let (start, end) = (
        file.position(finding.span().start),
        file.position(finding.span().end),
    );
    let to = if end.line == start.line {
        end.column.to_string()
    } else {
        format!("{}:{}", end.line, end.column)
    };
    format!("{}@{}-{to}", finding.code.id(), start.column)
}

/// The lines of a case with the marks of what is found.
fn remarked(case: &Case, findings: &[Finding], file: &SourceFile) -> Vec<String> {
    let mut out = Vec::new();
    for (index, line) in case.source().iter().enumerate() {
        let marks: Vec<String> = findings
            .iter()
            .filter(|found| file.position(found.span().start).line as usize == index + 1)
            .map(|found| mark(found, file))
            .collect();
        let plain = line
            .split_once("#!")
            .map_or(line.as_str(), |(text, _)| text);
        let lead = if marks.is_empty() { "" } else { " #! " };
        out.push(format!("{}{lead}{}", plain.trim_end(), marks.join(" ")));
    }
    out
}

/// The marks of a line.
fn marks(line: &str) -> Vec<&str> {
    let (_, marks) = line.split_once("#!").unwrap_or_default();
    marks.split_whitespace().collect()
}

/// Holds the findings about each case's text against its marks.
pub fn faults_are_as_marked(
    all: Vec<Case>,
    text_of: fn(&Case) -> String,
    parse: fn(&str) -> Vec<Finding>,
) {
    let mut failures = Vec::new();
    let mut rewrites = Rewrites::default();
    for case in all {
        let text = text_of(&case);
        let findings = parse(&text);
        assert!(!findings.is_empty(), "{}: no finding", case.title());
        for found in &findings {
            let message = &found.message;
            assert!(
                !message.ends_with('.') && !message.contains('\n'),
                "{message}"
            );
        }
        let found = remarked(&case, &findings, &SourceFile::new("case", text.as_str()));
        let said: Vec<String> = findings
            .iter()
            .map(|found| {
                let label = found.labels.first().map_or("", |label| label.text.as_str());
                let both = [found.message.as_str(), label].join(" – ");
                both.trim_end_matches(" – ").to_owned()
            })
            .collect();
        let mut pairs = found.iter().zip(case.source());
        let same = pairs.all(|(found, line)| marks(found) == marks(line));
        let is_said = case.section("says").is_none_or(|wanted| {
            let mut pairs = said.iter().zip(wanted);
            said.len() == wanted.len() && pairs.all(|(said, wanted)| said.contains(wanted))
        });
        if !(same && is_said) {
            let (found, said) = (found.join("\n    "), said.join("\n    "));
            failures.push(format!(
                "{}\n    {found}\n    --- says\n    {said}",
                case.title()
            ));
        }
        if !same {
            rewrites.section(&case, "", found);
        }
        if !is_said {
            rewrites.section(&case, "says", said);
        }
    }
    if cases::updates() {
        return rewrites.write();
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
