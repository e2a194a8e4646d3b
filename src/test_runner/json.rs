//! The results for programs.

use serde_json::{Value, json as value};

use super::{
    coverage::{Coverage, FileCoverage, Ratio},
    report::{FileReport, TestReport, TestResults, TestVerdict},
    text::trace,
};
use crate::diagnostic::render::Look;

/// The version of the form; it changes when a reader would have to.
pub const FORMAT_VERSION: u32 = 1;

/// The results as JSON.
pub fn json(report: &TestResults) -> String {
    let mut document = value!({
        "format_version": FORMAT_VERSION,
        "summary": {
            "tests": report.total(),
            "passed": report.total() - report.failed(),
            "assumed": report.assumed(),
            "failed": report.failed(),
            "broken_files": report.broken(),
        },
        "files": report.files.iter().map(file).collect::<Vec<_>>(),
    });
    if let (Some(coverage), Some(document)) = (&report.coverage, document.as_object_mut()) {
        document.insert("coverage".to_owned(), covered(coverage));
    }
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

fn file(file: &FileReport) -> Value {
    value!({
        "file": file.name,
        "broken": file.is_broken(),
        "tests": file.tests.iter().map(|one| test(file, one)).collect::<Vec<_>>(),
    })
}

fn test(file: &FileReport, test: &TestReport) -> Value {
    let failures = test.failures.iter().map(|failure| {
        let position = file
            .sources
            .get(failure.span.file)
            .map(|source| source.position(failure.span.start));
        value!({
            "line": position.map(|position| position.line),
            "column": position.map(|position| position.column),
            "expected": failure.expected,
            "actual": failure.actual,
            "because": failure.why,
        })
    });
    let look = Look {
        unicode: true,
        ..Look::PLAIN
    };
    let trace = if test.verdict == TestVerdict::Failed {
        trace(test, true, look)
    } else {
        Vec::new()
    };
    value!({
        "name": test.name,
        "machine": test.machine,
        "line": file.line(test.span),
        "tested": test.subject,
        "result": if test.verdict == TestVerdict::Passed { "passed" } else { "failed" },
        "failures": failures.collect::<Vec<_>>(),
        "remarks": test.remarks,
        "run": { "ended": test.ended, "steps": test.steps, "restarts": test.restarts },
        "assumed": test.assumed,
        "seconds": (test.seconds * 1e6).round() / 1e6,
        "trace": trace,
    })
}

fn ratio(ratio: Ratio) -> Value {
    value!({ "covered": ratio.covered, "total": ratio.total, "percent": (ratio.percent() * 100.0).floor() / 100.0 })
}

fn covered(coverage: &Coverage) -> Value {
    let one = |file: &FileCoverage| {
        let missing = file.missing();
        let missing = missing
            .iter()
            .map(|(line, what)| value!({ "line": line, "what": what }));
        value!({
            "file": file.name,
            "sequence": file.title,
            "exported": file.exported,
            "steps": ratio(file.steps()),
            "condition_sides": ratio(file.sides()),
            "all": ratio(file.whole()),
            "missing": missing.collect::<Vec<_>>(),
        })
    };
    value!({
        "steps": ratio(coverage.steps()),
        "condition_sides": ratio(coverage.sides()),
        "all": ratio(coverage.whole()),
        "files": coverage.files().iter().map(one).collect::<Vec<_>>(),
    })
}
