//! Units as sources write them, and what each counts for.

use crate::vocabulary::Type;

/// The units a type may be written in, as multiples of its smallest.
pub(super) fn units(kind: Type) -> &'static [(&'static str, i128)] {
    match kind {
        Type::Duration => &[("s", 1), ("min", 60), ("h", 3600)],
        Type::Size => &[
            ("KB", 1),
            ("MB", 1024),
            ("GB", 1024 * 1024),
            ("TB", 1024 * 1024 * 1024),
        ],
        Type::Frequency => &[("MHz", 1), ("GHz", 1000)],
        _ => &[],
    }
}

/// What people write for a unit.
pub(super) fn alias(
    units: &'static [(&'static str, i128)],
    written: &str,
) -> Option<&'static (&'static str, i128)> {
    let meant = match written.to_lowercase().as_str() {
        "sec" | "secs" | "second" | "seconds" => "s",
        "m" | "mins" | "minute" | "minutes" => "min",
        "hr" | "hrs" | "hour" | "hours" => "h",
        "k" | "kib" => "KB",
        "mib" => "MB",
        "g" | "gib" => "GB",
        "t" | "tib" => "TB",
        _ => return None,
    };
    units.iter().find(|(unit, _)| *unit == meant)
}

/// A number of the XML's unit in the largest unit that divides it exactly.
pub(super) fn largest_unit(kind: Type, number: i64, unit: &str) -> String {
    let units = units(kind);
    let own = units
        .iter()
        .find(|(name, _)| *name == unit)
        .map_or(1, |(_, factor)| *factor);
    let total = i128::from(number) * own;
    let fits = |(_, factor): &&(&str, i128)| *factor >= own && total % factor == 0;
    match units.iter().rev().find(fits).filter(|_| number != 0) {
        Some((name, factor)) => format!("{}{name}", total / factor),
        None => format!("{number}{unit}"),
    }
}

pub(super) fn unit_words(unit: &str) -> &str {
    match unit {
        "s" => "seconds",
        "min" => "minutes",
        "KB" => "kilobytes",
        "MB" => "megabytes",
        other => other,
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
