//! Units of quantities: their words, what each counts for, and what people write for them.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Type;

/// A unit as sources and tables write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum Unit {
    /// Of time; the smallest.
    #[serde(rename = "s")]
    Second,
    /// Of time.
    #[serde(rename = "min")]
    Minute,
    /// Of time.
    #[serde(rename = "h")]
    Hour,
    /// Of storage; the smallest, which only machine files have.
    #[serde(rename = "B")]
    Byte,
    /// Of storage.
    #[serde(rename = "KB")]
    Kilobyte,
    /// Of storage.
    #[serde(rename = "MB")]
    Megabyte,
    /// Of storage.
    #[serde(rename = "GB")]
    Gigabyte,
    /// Of storage.
    #[serde(rename = "TB")]
    Terabyte,
    /// Of a clock rate; the smallest.
    #[serde(rename = "MHz")]
    Megahertz,
    /// Of a clock rate.
    #[serde(rename = "GHz")]
    Gigahertz,
}

use Unit::{
    Byte, Gigabyte, Gigahertz, Hour, Kilobyte, Megabyte, Megahertz, Minute, Second, Terabyte,
};

impl Unit {
    /// All units, each kind from the smallest to the largest.
    pub const ALL: [Unit; 10] = [
        Second, Minute, Hour, Byte, Kilobyte, Megabyte, Gigabyte, Terabyte, Megahertz, Gigahertz,
    ];
    /// Units of time.
    pub const TIMES: &'static [Unit] = &[Second, Minute, Hour];
    /// Units of storage, the byte among them.
    pub const SIZES: &'static [Unit] = &[Byte, Kilobyte, Megabyte, Gigabyte, Terabyte];
    /// Units of clock rates.
    pub const RATES: &'static [Unit] = &[Megahertz, Gigahertz];

    /// The units a value of this type may be written in, the smallest first.
    pub fn of(kind: Type) -> &'static [Unit] {
        match kind {
            Type::Duration => Unit::TIMES,
            Type::Size => &[Kilobyte, Megabyte, Gigabyte, Terabyte],
            Type::Frequency => Unit::RATES,
            _ => &[],
        }
    }

    /// The word behind a number.
    pub fn word(self) -> &'static str {
        match self {
            Second => "s",
            Minute => "min",
            Hour => "h",
            Byte => "B",
            Kilobyte => "KB",
            Megabyte => "MB",
            Gigabyte => "GB",
            Terabyte => "TB",
            Megahertz => "MHz",
            Gigahertz => "GHz",
        }
    }

    /// What it is called in a sentence.
    pub fn noun(self) -> &'static str {
        match self {
            Second => "seconds",
            Minute => "minutes",
            Kilobyte => "kilobytes",
            Megabyte => "megabytes",
            other => other.word(),
        }
    }

    /// How many of the smallest unit of its kind it is. A kilobyte has 1024 bytes.
    pub fn factor(self) -> u64 {
        match self {
            Second | Byte | Megahertz => 1,
            Minute => 60,
            Hour => 3600,
            Kilobyte => 1 << 10,
            Megabyte => 1 << 20,
            Gigabyte => 1 << 30,
            Terabyte => 1 << 40,
            Gigahertz => 1000,
        }
    }

    /// The unit with this word.
    pub fn parse(word: &str) -> Option<Unit> {
        Unit::ALL.into_iter().find(|unit| unit.word() == word)
    }

    /// The unit that people mean by a word: its own in any case, or a longer one.
    pub fn meant(word: &str) -> Option<Unit> {
        let own = |unit: &Unit| unit.word().eq_ignore_ascii_case(word);
        Unit::ALL.into_iter().find(own).or_else(|| {
            Some(match word.to_lowercase().as_str() {
                "sec" | "secs" | "second" | "seconds" => Second,
                "m" | "mins" | "minute" | "minutes" => Minute,
                "hr" | "hrs" | "hour" | "hours" => Hour,
                "k" | "kib" => Kilobyte,
                "mib" => Megabyte,
                "g" | "gib" => Gigabyte,
                "t" | "tib" => Terabyte,
                _ => return None,
            })
        })
    }

    /// A number of this unit in the largest of `units` that divides it exactly; `None` where none
    /// does, or the number is 0.
    pub fn largest(self, number: i128, units: &[Unit]) -> Option<(i128, Unit)> {
        let total = number.checked_mul(i128::from(self.factor()))?;
        let fits = |unit: &&Unit| total % i128::from(unit.factor()) == 0;
        let unit = *units.iter().rev().find(fits).filter(|_| number != 0)?;
        Some((total / i128::from(unit.factor()), unit))
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.word())
    }
}
