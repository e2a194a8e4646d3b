//! Numbers as messages show them, and exit codes.

use crate::vocabulary::{Property, Unit};

/// A number of a property's unit in the largest unit that divides it exactly.
pub(super) fn largest_unit(property: &Property, number: i64) -> String {
    let units = Unit::of(property.kind);
    let largest = property
        .unit
        .and_then(|unit| unit.largest(i128::from(number), units));
    match largest {
        Some((number, unit)) => format!("{number}{unit}"),
        None => format!("{number}{}", property.unit_word()),
    }
}

pub(super) fn article(word: &str) -> String {
    let shown = word.replace('_', " ");
    if shown.starts_with('a') {
        format!("an {shown}")
    } else {
        format!("a {shown}")
    }
}

/// A 32-bit exit code. Hexadecimal becomes the signed number that the cmdlet's `Int32` would hold;
/// decimal stays.
pub(super) fn exit_code(text: &str) -> Option<i64> {
    let value = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(hex) => i64::from(u32::from_str_radix(hex, 16).ok()?.cast_signed()),
        None => text.parse().ok()?,
    };
    (i64::from(i32::MIN)..=i64::from(u32::MAX))
        .contains(&value)
        .then_some(value)
}
