//! A source with a mark before each line: what ran, what did not, and what ran on one side only.

use std::fmt::Write as _;

use super::coverage::{FileCoverage, Point};
use crate::syntax::without_secrets;

/// How well a line is covered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CoverageMark {
    Full,
    Half,
    Missed,
}

impl CoverageMark {
    fn of(point: &Point) -> CoverageMark {
        let half = point.sides().any(|sides| sides.missing().is_some());
        match (point.ran > 0, half) {
            (false, _) => CoverageMark::Missed,
            (true, true) => CoverageMark::Half,
            (true, false) => CoverageMark::Full,
        }
    }

    fn sign(self) -> &'static str {
        match self {
            CoverageMark::Full => "✓",
            CoverageMark::Half => "◐",
            CoverageMark::Missed => "✗",
        }
    }
}

/// Whether a text is a source with marks, told from its first line.
pub fn is_marked(text: &str) -> bool {
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default();
    let counts = first.rsplit_once(": steps ").map(|(_, counts)| counts);
    let is_head = |counts: &str| counts.contains(", condition sides ") && counts.ends_with('%');
    counts.is_some_and(is_head) && lines.next() == Some("")
}

/// The source of a sequence, a mark before each line of a step or group, and behind a condition
/// what no test showed.
pub fn marked(file: &FileCoverage) -> String {
    let shown = without_secrets(&file.source.text);
    let lines: Vec<&str> = shown.lines().collect();
    let mut marks: Vec<Option<CoverageMark>> = vec![None; lines.len()];
    let mut notes: Vec<Vec<String>> = vec![Vec::new(); lines.len()];
    let line = |offset: u32| (file.source.position(offset).line as usize).saturating_sub(1);
    for point in file.points.iter().filter(|point| point.enabled) {
        let first = line(point.span.start);
        // Of a group only what stands before its members.
        let last = match (point.step, &point.condition) {
            (true, _) => line(point.span.end.saturating_sub(1).max(point.span.start)),
            (false, Some(sides)) => line(sides.span.end.saturating_sub(1)),
            (false, None) => first,
        };
        for place in marks.iter_mut().take(last + 1).skip(first) {
            *place = Some(CoverageMark::of(point));
        }
        // A step that never ran has no side worth a word.
        for sides in point.sides().filter(|_| point.ran > 0 || !point.step) {
            if let (Some(what), Some(notes)) =
                (sides.missing(), notes.get_mut(line(sides.span.start)))
            {
                notes.push(what.to_owned());
            }
        }
    }
    let (steps, sides) = (file.steps(), file.sides());
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{}: steps {}/{}, condition sides {}/{}, all {:.1}%\n",
        file.label(),
        steps.covered,
        steps.total,
        sides.covered,
        sides.total,
        file.whole().percent()
    );
    let width = lines.len().to_string().len();
    for (index, text) in lines.iter().enumerate() {
        let sign = marks
            .get(index)
            .copied()
            .flatten()
            .map_or(" ", CoverageMark::sign);
        let _ = write!(out, "{sign} {:>width$} | {text}", index + 1);
        if let Some(notes) = notes.get(index).filter(|notes| !notes.is_empty()) {
            let _ = write!(out, "   <- {}", notes.join(", "));
        }
        while out.ends_with(' ') {
            out.pop();
        }
        out.push('\n');
    }
    out
}
