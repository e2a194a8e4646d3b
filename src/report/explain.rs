//! What a condition came to, one line a part, each with the facts that decided it.

use super::TreeStyle;
use crate::{
    engine::{Explained, Explanation, Verdict},
    paint::{BAD, DIM, GOOD, UNSURE, paint},
};

/// The parts of a condition below each other.
pub fn explanation(explanation: &Explanation, style: TreeStyle) -> String {
    let mut out = String::new();
    for operand in &explanation.operands {
        part(&mut out, operand, 1, style);
    }
    out
}

/// One part with those below it.
pub fn explained(operand: &Explained, style: TreeStyle) -> String {
    let mut out = String::new();
    part(&mut out, operand, 1, style);
    out
}

fn part(out: &mut String, operand: &Explained, depth: usize, style: TreeStyle) {
    let indent = "  ".repeat(depth);
    let (sign, color) = match (operand.verdict, style.unicode) {
        (Verdict::True, true) => ("✓", GOOD),
        (Verdict::True, false) => ("+", GOOD),
        (Verdict::False, true) => ("✗", BAD),
        (Verdict::False, false) => ("x", BAD),
        (Verdict::Undecided, _) => ("?", UNSURE),
    };
    let sign = paint(sign, color, style.color);
    out.push_str(&format!("{indent}{sign} {}\n", operand.written));
    let mut note = |text: String| {
        let text = paint(&text, DIM, style.color);
        out.push_str(&format!("{indent}    {text}\n"));
    };
    for fact in &operand.facts {
        let place = fact.place.as_ref();
        let place = place.map_or_else(String::new, |place| format!(" [{place}]"));
        note(format!("{} is {}{place}", fact.what, fact.value));
    }
    if operand.verdict == Verdict::Undecided {
        operand
            .missing
            .iter()
            .for_each(|missing| note(format!("nobody said {missing}")));
    }
    operand
        .remarks
        .iter()
        .for_each(|remark| note(remark.clone()));
    for member in &operand.operands {
        part(out, member, depth + 1, style);
    }
}
