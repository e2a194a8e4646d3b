//! Which of many ranges that hold each other is the innermost at a place.

use std::ops::Range;

/// Ranges in the order of their starts, outer ones before inner ones, with the one around each. Two
/// of them either hold each other or lie apart.
#[derive(Clone, Debug, Default)]
pub struct Nested {
    ranges: Vec<(Range<usize>, Option<usize>)>,
}

impl Nested {
    /// Takes ranges in order.
    pub fn new(ranges: impl IntoIterator<Item = Range<usize>>) -> Self {
        let mut out: Vec<(Range<usize>, Option<usize>)> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        for range in ranges {
            while open
                .last()
                .is_some_and(|last| out[*last].0.end <= range.start)
            {
                open.pop();
            }
            open.push(out.len());
            let around = open
                .len()
                .checked_sub(2)
                .and_then(|at| open.get(at))
                .copied();
            out.push((range, around));
        }
        Nested { ranges: out }
    }

    /// The number of the innermost range that holds a place.
    pub fn innermost(&self, place: usize) -> Option<usize> {
        let behind = self
            .ranges
            .partition_point(|(range, _)| range.start <= place);
        let mut at = behind.checked_sub(1);
        while let Some(index) = at {
            let (range, around) = &self.ranges[index];
            if range.contains(&place) {
                return Some(index);
            }
            at = *around;
        }
        None
    }
}
