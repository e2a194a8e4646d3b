//! Several machines against one sequence: a line each.

use std::fmt::Write as _;

use super::{Run, Summary};

pub(super) const HEAD: [&str; 9] = [
    "machine",
    "ran",
    "assumed",
    "skipped",
    "not reached",
    "failed",
    "undecided",
    "restarts",
    "result",
];

/// A table with a line for each run.
pub fn machines(runs: &[Run]) -> String {
    let mut rows = vec![HEAD.map(str::to_owned)];
    for run in runs {
        let summary = Summary::of(&run.events);
        let numbers = [
            summary.ran,
            summary.assumed,
            summary.skipped,
            summary.not_reached,
            summary.failed,
            summary.undecided.len(),
            summary.restarts,
        ];
        let [
            ran,
            assumed,
            skipped,
            not_reached,
            failed,
            undecided,
            restarts,
        ] = numbers.map(|number| number.to_string());
        rows.push([
            run.machine.clone(),
            ran,
            assumed,
            skipped,
            not_reached,
            failed,
            undecided,
            restarts,
            summary.ended(),
        ]);
    }
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: [usize; 9] = std::array::from_fn(width);
    let mut out = String::new();
    for run in runs.iter().take(1) {
        let _ = writeln!(out, "{} on {} machines\n", run.sequence, runs.len());
    }
    for row in &rows {
        let mut line = String::new();
        for (column, (cell, width)) in row.iter().zip(widths).enumerate() {
            let _ = match column {
                0 | 8 => write!(line, "{cell:<width$}  "),
                _ => write!(line, "{cell:>width$}  "),
            };
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}
