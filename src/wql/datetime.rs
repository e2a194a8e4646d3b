//! CIM's dates and lengths of time: `yyyymmddHHMMSS.mmmmmm±UUU` and `ddddddddHHMMSS.mmmmmm:000`.

use jiff::{civil, tz::Offset};

/// A date or a length of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DateTime {
    /// Microseconds since 1970 in UTC.
    Instant(i64),
    /// A length of time in microseconds.
    Interval(i64),
}

/// Reads the full form. Parts left open with `*`, and the other forms that WMI may take, are
/// `None`.
pub fn date_time(text: &str) -> Option<DateTime> {
    let bytes = text.as_bytes();
    if bytes.len() != 25 || bytes.get(14) != Some(&b'.') {
        return None;
    }
    let number = |from: usize, to: usize| -> Option<i64> {
        let digits = text.get(from..to)?;
        if digits.bytes().all(|byte| byte.is_ascii_digit()) {
            digits.parse().ok()
        } else {
            None
        }
    };
    let small =
        |from: usize, to: usize| number(from, to).and_then(|value| i8::try_from(value).ok());
    let (micro, zone) = (number(15, 21)?, number(22, 25)?);
    let (hour, minute, second) = (small(8, 10)?, small(10, 12)?, small(12, 14)?);
    let zone = match bytes.get(21) {
        Some(b'+') => zone,
        Some(b'-') => -zone,
        Some(b':') if zone == 0 => {
            if hour > 23 || minute > 59 || second > 59 {
                return None;
            }
            let seconds = ((number(0, 8)? * 24 + i64::from(hour)) * 60 + i64::from(minute)) * 60
                + i64::from(second);
            return Some(DateTime::Interval(seconds * 1_000_000 + micro));
        }
        _ => return None,
    };
    let (year, month, day) = (
        i16::try_from(number(0, 4)?).ok()?,
        small(4, 6)?,
        small(6, 8)?,
    );
    let nanosecond = i32::try_from(micro).ok()? * 1000;
    let date = civil::DateTime::new(year, month, day, hour, minute, second, nanosecond).ok()?;
    let offset = Offset::from_seconds(i32::try_from(zone).ok()? * 60).ok()?;
    Some(DateTime::Instant(
        offset.to_timestamp(date).ok()?.as_microsecond(),
    ))
}
