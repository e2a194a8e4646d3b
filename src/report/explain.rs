//! What a condition came to, one line a part, each with the facts that decided it.

use super::Style;
use crate::engine::{Explained, Explanation, Verdict};

/// The parts of a condition below each other.
pub fn explanation(explanation: &Explanation, style: Style) -> String {
    let mut out = String::new();
    for operand in &explanation.operands {
        part(&mut out, operand, 1, style);
    }
    out
}

/// One part with those below it.
pub fn explained(operand: &Explained, style: Style) -> String {
    let mut out = String::new();
    part(&mut out, operand, 1, style);
    out
}

fn part(out: &mut String, operand: &Explained, depth: usize, style: Style) {
    let indent = "  ".repeat(depth);
    let (sign, color) = match (operand.verdict, style.unicode) {
        (Verdict::True, true) => ("✓", 32),
        (Verdict::True, false) => ("+", 32),
        (Verdict::False, true) => ("✗", 31),
        (Verdict::False, false) => ("x", 31),
        (Verdict::Undecided, _) => ("?", 33),
    };
    let sign = if style.color {
        format!("\x1b[{color}m{sign}\x1b[0m")
    } else {
        sign.to_owned()
    };
    out.push_str(&format!("{indent}{sign} {}\n", operand.written));
    let mut note = |text: String| {
        let (on, off) = if style.color {
            ("\x1b[90m", "\x1b[0m")
        } else {
            ("", "")
        };
        out.push_str(&format!("{indent}    {on}{text}{off}\n"));
    };
    for fact in &operand.facts {
        note(format!("{} is {}", fact.what, fact.value));
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
