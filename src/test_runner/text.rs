//! The results for a terminal.

use std::fmt::Write as _;

use super::{
    coverage::{Coverage, FileCoverage, Ratio},
    report::{FileReport, TestReport, TestResults, TestVerdict, scrub},
};
use crate::{
    diagnostic::{
        Finding,
        render::{self, Format, Look},
    },
    paint::{BAD, BOLD, GOOD, NOTABLE, UNSURE, paint},
    report,
    source::{FileId, Sources, Span},
    syntax::hide_secrets,
};

/// How results are drawn.
#[derive(Clone, Copy, Debug)]
pub struct ResultStyle {
    /// What the terminal can show.
    pub look: Look,
    /// Show the whole of a failed test's run, with variables, and every place that is not covered.
    pub verbose: bool,
}

/// Most lines of a failed test's run that are shown without `verbose`.
const LINES: usize = 12;
/// Most places that are not covered, shown without `verbose`.
const PLACES: usize = 20;

/// The results: a line a test, then what failed, then the coverage, then the sum.
pub fn text(report: &TestResults, style: ResultStyle) -> String {
    let mut out = String::new();
    for file in report.files.iter().filter(|file| !file.tests.is_empty()) {
        let _ = writeln!(out, "{}", file.name);
        for test in &file.tests {
            let good = test.verdict == TestVerdict::Passed;
            let rests = test.rests_on().filter(|_| good);
            let rests = rests.map_or(String::new(), |rests| {
                paint(&format!(", {rests}"), UNSURE, style.look.color)
            });
            let _ = writeln!(out, "  {} {}{rests}", sign(good, style), test.title());
            for path in test.assumed.iter().filter(|_| style.verbose) {
                let _ = writeln!(out, "      on an assumption: {path}");
            }
            for remark in &test.remarks {
                let _ = writeln!(out, "      {remark}");
            }
        }
        out.push('\n');
    }
    for file in &report.files {
        for test in file
            .tests
            .iter()
            .filter(|test| test.verdict == TestVerdict::Failed)
        {
            failed(&mut out, file, test, style);
        }
    }
    if let Some(coverage) = &report.coverage {
        covered(&mut out, coverage, style);
    }
    let (total, failed, broken) = (report.total(), report.failed(), report.broken());
    let _ = write!(
        out,
        "{total} {}: {} passed",
        if total == 1 { "test" } else { "tests" },
        total - failed
    );
    if report.assumed() > 0 {
        let _ = write!(out, " ({} on assumptions)", report.assumed());
    }
    if failed > 0 {
        let _ = write!(out, ", {failed} failed");
    }
    if broken > 0 {
        let _ = write!(
            out,
            "; {broken} {} errors",
            if broken == 1 {
                "file has"
            } else {
                "files have"
            }
        );
    }
    out.push('\n');
    out
}

fn sign(good: bool, style: ResultStyle) -> String {
    let sign = match (good, style.look.unicode) {
        (true, true) => "✓",
        (true, false) => "+",
        (false, true) => "✗",
        (false, false) => "x",
    };
    paint(sign, if good { GOOD } else { BAD }, style.look.color)
}

fn failed(out: &mut String, file: &FileReport, test: &TestReport, style: ResultStyle) {
    let _ = writeln!(
        out,
        "{} {}",
        sign(false, style),
        paint(&test.title(), BOLD, style.look.color)
    );
    for failure in &test.failures {
        let mut finding = [Finding::new(
            crate::diagnostic::Code::ExpectationNotMet,
            failure.span,
            format!("expected {}", failure.expected),
        )
        .label(failure.actual.clone())];
        for (id, file) in file.sources.iter() {
            hide_secrets(&mut finding, id, &file.text);
        }
        let hidden = stand_ins(&file.sources, failure.span.file, &test.secrets);
        finding[0].sensitive.extend(hidden);
        let shown = render::render(Format::Text, &finding, &file.sources, style.look);
        out.push_str(shown.trim_end());
        out.push('\n');
        for (index, line) in failure.why.iter().enumerate() {
            let word = if index == 0 { "because" } else { "       " };
            let _ = writeln!(out, "  {} {line}", paint(word, NOTABLE, style.look.color));
        }
        out.push('\n');
    }
    let lines = trace(test, style.verbose, style.look);
    if !lines.is_empty() {
        let _ = writeln!(out, "  the run on the way there:");
        for line in lines {
            let _ = writeln!(out, "    {line}");
        }
    }
    if !out.ends_with("\n\n") {
        out.push('\n');
    }
}

/// What happened up to the last expectation that was not met; the end of it unless everything is
/// wanted.
pub(super) fn trace(test: &TestReport, whole: bool, look: Look) -> Vec<String> {
    let points: Option<Vec<usize>> = test.failures.iter().map(|failure| failure.upto).collect();
    let end = points
        .and_then(|points| points.into_iter().max())
        .map_or(test.events.len(), |last| last + 1);
    let events = test.events.get(..end).unwrap_or(&test.events);
    let drawn = report::tree(
        events,
        report::TreeStyle {
            color: look.color,
            unicode: look.unicode,
            verbose: whole,
        },
    );
    let lines: Vec<String> = drawn
        .lines()
        .map(|line| scrub(line, &test.secrets))
        .collect();
    let skip = if whole {
        0
    } else {
        lines.len().saturating_sub(LINES)
    };
    let more = (skip > 0).then(|| if look.unicode { "…" } else { "..." }.to_owned());
    more.into_iter()
        .chain(lines.into_iter().skip(skip))
        .collect()
}

/// Where stand-ins for secrets are in the file of a finding.
fn stand_ins(sources: &Sources, id: FileId, secrets: &[String]) -> Vec<Span> {
    let text = sources.get(id).map_or("", |file| &*file.text);
    let mut out = Vec::new();
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        // A short one would be found inside of words: only where it is all there is between
        // quotes.
        let quoted = |at: usize| {
            let around = |quote: char| {
                text[..at].ends_with(quote) && text[at + secret.len()..].starts_with(quote)
            };
            secret.len() >= 4 || around('"') || around('\'')
        };
        let found = text.match_indices(secret.as_str()).map(|(at, _)| at);
        let span = |at: usize| Span::new(id, at as u32, (at + secret.len()) as u32);
        out.extend(found.filter(|at| quoted(*at)).map(span));
    }
    out
}

fn covered(out: &mut String, coverage: &Coverage, style: ResultStyle) {
    let width = coverage
        .files()
        .iter()
        .map(|file| file.label().chars().count())
        .max()
        .unwrap_or(0)
        .max(8);
    let line = |out: &mut String, name: &str, steps: Ratio, sides: Ratio, whole: Ratio| {
        let _ = writeln!(
            out,
            "  {name:width$}  {:>14}  {:>16}  {:>6}",
            shown(steps),
            shown(sides),
            percent(whole)
        );
    };
    let _ = writeln!(
        out,
        "  {:width$}  {:>14}  {:>16}  {:>6}",
        "coverage", "steps", "condition sides", "all"
    );
    for file in coverage.files() {
        line(out, &file.label(), file.steps(), file.sides(), file.whole());
    }
    if coverage.files().len() > 1 {
        line(
            out,
            "total",
            coverage.steps(),
            coverage.sides(),
            coverage.whole(),
        );
    }
    out.push('\n');
    let missing: Vec<String> = coverage.files().iter().flat_map(missing_places).collect();
    let most = if style.verbose { missing.len() } else { PLACES };
    for line in missing.iter().take(most) {
        let _ = writeln!(out, "  {line}");
    }
    if missing.len() > most {
        let _ = writeln!(
            out,
            "  and {} more; --verbose names all",
            missing.len() - most
        );
    }
    if !missing.is_empty() {
        out.push('\n');
    }
}

/// A line for each place of a file that is not covered.
fn missing_places(file: &FileCoverage) -> impl Iterator<Item = String> {
    // The lines of an export's source are those of the marked source.
    let name = if file.exported {
        format!("{} (decompiled)", file.label())
    } else {
        file.label()
    };
    let missing = file.missing().into_iter();
    missing.map(move |(line, what)| format!("{name}:{line}: {what}"))
}

fn shown(ratio: Ratio) -> String {
    format!("{}/{} {}", ratio.covered, ratio.total, percent(ratio))
}

/// Rounded down, so that 100 % is all.
fn percent(ratio: Ratio) -> String {
    format!("{}%", ratio.percent().floor() as u32)
}
