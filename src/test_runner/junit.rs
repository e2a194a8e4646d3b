//! The results as JUnit's XML, in the form that Jenkins, GitLab, Azure DevOps and the actions of
//! GitHub read: one `testsuite` a file, one `testcase` a test and machine. A file with errors is an
//! `error`; tests of it that could run are there, too.

use std::fmt::Write as _;

use super::{
    report::{FileReport, TestReport, TestResults, TestVerdict, UnmetExpectation},
    text::trace,
};
use crate::diagnostic::{Finding, render::Look};

/// The results as JUnit's XML.
pub fn junit(report: &TestResults) -> String {
    let seconds: f64 = report.tests().map(|test| test.seconds).sum();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let total = report.total() + report.broken();
    let _ = writeln!(
        out,
        "<testsuites name=\"tasq test\" tests=\"{total}\" failures=\"{}\" errors=\"{}\" time=\"{seconds:.6}\">",
        report.failed(),
        report.broken()
    );
    for file in report
        .files
        .iter()
        .filter(|file| !file.tests.is_empty() || file.is_broken())
    {
        suite(&mut out, file);
    }
    out.push_str("</testsuites>\n");
    out
}

fn suite(out: &mut String, file: &FileReport) {
    let failures = file
        .tests
        .iter()
        .filter(|test| test.verdict == TestVerdict::Failed)
        .count();
    let errors = usize::from(file.is_broken());
    let seconds: f64 = file.tests.iter().map(|test| test.seconds).sum();
    let _ = writeln!(
        out,
        "  <testsuite name={} tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"0\" time=\"{seconds:.6}\">",
        quoted(&file.name),
        file.tests.len() + errors,
    );
    if file.is_broken() {
        broken(out, file);
    }
    for test in &file.tests {
        case(out, file, test);
    }
    out.push_str("  </testsuite>\n");
}

fn broken(out: &mut String, file: &FileReport) {
    let errors: Vec<&Finding> = file
        .findings
        .iter()
        .filter(|finding| finding.is_error())
        .collect();
    let first = errors
        .first()
        .map_or("", |finding| finding.message.as_str());
    let _ = writeln!(
        out,
        "    <testcase name=\"has no errors\" classname={} time=\"0.000000\">",
        quoted(&file.name)
    );
    let _ = write!(
        out,
        "      <error message={} type=\"finding\">",
        quoted(first)
    );
    for finding in errors {
        let line = format!(
            "{}:{}: {}: {}\n",
            file.name,
            file.line(finding.span()),
            finding.code.id(),
            finding.message
        );
        out.push_str(&escaped(&line));
    }
    out.push_str("</error>\n    </testcase>\n");
}

fn case(out: &mut String, file: &FileReport, test: &TestReport) {
    let _ = write!(
        out,
        "    <testcase name={} classname={} file={} line=\"{}\" time=\"{:.6}\"",
        quoted(&test.title()),
        quoted(&file.name),
        quoted(&file.name),
        file.line(test.span),
        test.seconds,
    );
    let Some(first) = test.failures.first() else {
        return passed(out, test);
    };
    // One `failure` a test: some readers take only the first.
    let message = format!("expected {}; {}", first.expected, first.actual);
    let _ = write!(
        out,
        ">\n      <failure message={} type=\"expectation\">",
        quoted(&message)
    );
    for failure in &test.failures {
        out.push_str(&escaped(&reason(file, failure)));
    }
    out.push_str("</failure>\n      <system-out>");
    for line in trace(
        test,
        true,
        Look {
            unicode: true,
            ..Look::PLAIN
        },
    ) {
        out.push_str(&escaped(&line));
        out.push('\n');
    }
    out.push_str("</system-out>\n    </testcase>\n");
}

fn passed(out: &mut String, test: &TestReport) {
    let rests = test
        .rests_on()
        .map(|rests| format!("passed, {rests}: {}\n", test.assumed.join(", ")));
    let remarks = test.remarks.iter().map(|remark| format!("{remark}\n"));
    let remarks: String = remarks.chain(rests).collect();
    if remarks.is_empty() {
        out.push_str("/>\n");
        return;
    }
    let remarks = escaped(&remarks);
    let _ = writeln!(
        out,
        ">\n      <system-out>{remarks}</system-out>\n    </testcase>"
    );
}

/// What was not met, and below it why.
fn reason(file: &FileReport, failure: &UnmetExpectation) -> String {
    let mut text = format!(
        "{}:{}: expected {}; {}\n",
        file.name,
        file.line(failure.span),
        failure.expected,
        failure.actual
    );
    for line in &failure.why {
        let _ = writeln!(text, "  because {line}");
    }
    text
}

/// An attribute's value with its quotes.
fn quoted(text: &str) -> String {
    let text = escaped(text)
        .replace('"', "&quot;")
        .replace('\n', "&#10;")
        .replace('\t', "&#9;");
    format!("\"{text}\"")
}

/// Text as XML may hold it; a character that it may not is shown as U+FFFD.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#13;"),
            '\t' | '\n' => out.push(character),
            '\0'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => out.push('\u{FFFD}'),
            other => out.push(other),
        }
    }
    out
}
