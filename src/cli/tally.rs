//! What came of several files: a broken one costs only itself, and a last line sums up.

use std::{
    fmt::Display,
    time::{Duration, Instant},
};

use super::{Failure, Status, inputs::Inputs, output};

/// After how long work counts as long, so that its progress is shown.
const LONG: Duration = Duration::from_millis(500);

/// What came of the files of a verb so far.
pub(super) struct Tally {
    status: Status,
    /// How many files there are, and how many were begun.
    total: usize,
    begun: usize,
    /// How many could not be worked on, or have errors.
    pub failed: usize,
    several: bool,
    since: Instant,
}

impl Tally {
    /// Of these inputs; those that stand for nothing are told at once.
    pub fn of(inputs: &Inputs) -> Tally {
        let mut tally = Tally {
            status: Status::Fine,
            total: inputs.files.len(),
            begun: 0,
            failed: 0,
            several: inputs.several() || !inputs.troubles.is_empty(),
            since: Instant::now(),
        };
        for trouble in &inputs.troubles {
            tally.trouble(trouble);
        }
        tally
    }

    /// There is so much to do, where that is not the number of files.
    pub fn expect(&mut self, total: usize) {
        self.total = total;
    }

    /// One of all is begun. In a terminal, long work shows how far it is.
    pub fn begin(&mut self, name: &dyn Display) {
        self.begun += 1;
        if self.total > 1 && self.since.elapsed() > LONG {
            let (begun, total) = (self.begun, self.total);
            output::progress(&format!("[{begun}/{total}] {name}"));
        }
    }

    /// A file could not be worked on; the others are.
    ///
    /// # Errors
    /// Nobody reads our output any more, so that nothing is left to do.
    pub fn cost(&mut self, failure: Failure) -> Result<(), Failure> {
        match failure {
            Failure::ReaderGone => Err(failure),
            failure => {
                self.trouble(&failure);
                Ok(())
            }
        }
    }

    fn trouble(&mut self, failure: &Failure) {
        self.failed += 1;
        self.end(failure.status());
        if let Some(message) = failure.message() {
            output::remark(&format!("tasq: {message}\n"));
        }
    }

    /// A file has errors, which were told.
    pub fn faulty(&mut self) {
        self.failed += 1;
        self.end(Status::Findings);
    }

    /// Something calls for at least this end.
    pub fn end(&mut self, status: Status) {
        self.status = self.status.max(status);
    }

    /// The last line, where several files were meant: counts with their words, those of failures
    /// among them. `results` is how many there are.
    pub fn sum_up(&self, results: usize, counts: &[(usize, &str)]) {
        output::clear_progress();
        if self.several || results > 1 {
            let counts = counts.iter().map(|(count, word)| format!("{count} {word}"));
            let line = counts.collect::<Vec<_>>().join(", ");
            output::remark(&format!("{line}\n"));
        }
    }

    /// How the verb ends.
    pub fn status(&self) -> Status {
        self.status
    }
}
