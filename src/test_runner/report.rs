//! What came of tests: plain data for the renderers.

use std::sync::Arc;

use super::coverage::Coverage;
use crate::{
    diagnostic::Finding,
    engine::{Event, MASK},
    source::{Sources, Span},
};

/// How a test ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TestVerdict {
    /// Everything was as expected.
    Passed,
    /// Something was not.
    Failed,
}

/// An expectation that was not met.
#[derive(Clone, Debug)]
pub struct UnmetExpectation {
    /// Its place.
    pub span: Span,
    /// What was expected.
    pub expected: String,
    /// What happened.
    pub actual: String,
    /// Why, one reason a line.
    pub why: Vec<String>,
    /// The event up to which the run explains it; `None` is the whole run.
    pub upto: Option<usize>,
}

/// A test on one machine.
#[derive(Clone, Debug)]
pub struct TestReport {
    /// Its name.
    pub name: String,
    /// The machine, where the test runs on several.
    pub machine: Option<String>,
    /// The whole test.
    pub span: Span,
    /// The file that was tested.
    pub subject: String,
    /// How it ended.
    pub verdict: TestVerdict,
    /// What was not as expected.
    pub failures: Vec<UnmetExpectation>,
    /// What is worth knowing beside: a run that failed, and nobody asked.
    pub remarks: Vec<String>,
    /// How the run ended, in words.
    pub ended: String,
    /// How many steps ran.
    pub steps: u32,
    /// How many restarts there were.
    pub restarts: u32,
    /// Steps whose outcome rests on what nobody gave.
    pub assumed: Vec<String>,
    /// What happened; only of a test that failed.
    pub events: Vec<Event>,
    /// How long it took to run, in seconds.
    pub seconds: f64,
    /// Values that must not be shown.
    pub(super) secrets: Arc<[String]>,
}

impl TestReport {
    /// Its name, with the machine where it runs on several.
    pub fn title(&self) -> String {
        match &self.machine {
            Some(machine) => format!("{} [{machine}]", self.name),
            None => self.name.clone(),
        }
    }

    /// On how much the verdict rests: `if 2 assumptions hold`; `None` where all was given.
    pub fn rests_on(&self) -> Option<String> {
        match self.assumed.len() {
            0 => None,
            1 => Some("if 1 assumption holds".to_owned()),
            many => Some(format!("if {many} assumptions hold")),
        }
    }
}

/// The tests of a file.
#[derive(Clone, Debug, Default)]
pub struct FileReport {
    /// The file, as shown.
    pub name: String,
    /// The texts that places point into; the first one is the file.
    pub sources: Sources,
    /// Its tests.
    pub tests: Vec<TestReport>,
    /// What is wrong with the file. Tests with errors did not run.
    pub findings: Vec<Finding>,
}

impl FileReport {
    /// Whether it has errors, so that something of it could not be tested.
    pub fn is_broken(&self) -> bool {
        self.findings.iter().any(Finding::is_error)
    }

    /// The line of a place, from 1.
    pub fn line(&self, span: Span) -> u32 {
        self.sources
            .get(span.file)
            .map_or(0, |file| file.position(span.start).line)
    }
}

/// All tests that were run.
#[derive(Clone, Debug, Default)]
pub struct TestResults {
    /// The files, in order.
    pub files: Vec<FileReport>,
    /// How much of the sequences was run, if that was asked.
    pub coverage: Option<Coverage>,
}

impl TestResults {
    /// All tests.
    pub fn tests(&self) -> impl Iterator<Item = &TestReport> {
        self.files.iter().flat_map(|file| &file.tests)
    }

    /// How many tests there were.
    pub fn total(&self) -> usize {
        self.tests().count()
    }

    /// How many of them failed.
    pub fn failed(&self) -> usize {
        self.tests()
            .filter(|test| test.verdict == TestVerdict::Failed)
            .count()
    }

    /// How many passed only if assumptions hold.
    pub fn assumed(&self) -> usize {
        self.tests()
            .filter(|test| test.verdict == TestVerdict::Passed && !test.assumed.is_empty())
            .count()
    }

    /// How many files have errors.
    pub fn broken(&self) -> usize {
        self.files.iter().filter(|file| file.is_broken()).count()
    }

    /// Whether everything was as expected.
    pub fn is_good(&self) -> bool {
        self.failed() == 0 && self.broken() == 0
    }
}

/// A text without values that must not be shown.
pub(super) fn scrub(text: &str, secrets: &[String]) -> String {
    let mut found: Vec<&String> = secrets
        .iter()
        .filter(|secret| text.contains(secret.as_str()))
        .collect();
    found.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    found.into_iter().fold(text.to_owned(), |text, secret| {
        text.replace(secret.as_str(), MASK)
    })
}
