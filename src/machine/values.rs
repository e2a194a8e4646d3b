//! The small forms of a machine file: sizes, speeds, durations, versions, identifiers, paths.

use crate::{vocabulary::Unit, wildcard, wql::datetime};

/// `16GB`, `15.7GB`, `512MB` in bytes; a kilobyte has 1024.
pub(crate) fn size(text: &str) -> Option<u64> {
    scaled(text, Unit::SIZES)
}

/// `2.4GHz`, `2400MHz` in MHz.
pub(super) fn speed(text: &str) -> Option<u64> {
    scaled(text, Unit::RATES).filter(|speed| *speed > 0)
}

/// `90s`, `5min`, `1h` in seconds.
pub(crate) fn duration(text: &str) -> Option<u64> {
    scaled(text, Unit::TIMES)
}

/// A number and a unit, with up to three decimals.
fn scaled(text: &str, units: &[Unit]) -> Option<u64> {
    let text = text.trim();
    let behind = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let word = text.get(behind.len()..)?;
    let unit = units
        .iter()
        .find(|unit| unit.word().eq_ignore_ascii_case(word))?
        .factor();
    let number = behind.trim_end();
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || fraction.len() > 3 {
        return None;
    }
    let parts =
        u128::from(unit) * fraction.parse::<u128>().ok()? / 10_u128.pow(fraction.len() as u32);
    u64::try_from(u128::from(whole.parse::<u64>().ok()?) * u128::from(unit) + parts).ok()
}

/// A size in the largest unit that holds it without a rest.
pub(super) fn show_size(bytes: u64) -> String {
    match Unit::Byte.largest(i128::from(bytes), Unit::SIZES) {
        Some((number, unit)) => format!("{number}{unit}"),
        None => format!("{bytes}B"),
    }
}

/// Two to four numbers with points between them.
pub(crate) fn version(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split('.').collect();
    let number = |part: &&str| {
        !part.is_empty() && part.len() <= 10 && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    ((2..=4).contains(&parts.len()) && parts.iter().all(number)).then(|| text.to_owned())
}

/// A version's numbers.
pub(crate) fn numbers(version: &str) -> Vec<u64> {
    version
        .split('.')
        .map(|part| part.trim().parse().unwrap_or(0))
        .collect()
}

/// A GUID in capitals without braces.
pub(crate) fn guid(text: &str) -> Option<String> {
    let inner = text.trim();
    let inner = inner
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        .unwrap_or(inner);
    let lengths: Vec<usize> = inner.split('-').map(str::len).collect();
    let digits = inner
        .bytes()
        .all(|byte| byte == b'-' || byte.is_ascii_hexdigit());
    (digits && lengths == [8, 4, 4, 4, 12]).then(|| inner.to_ascii_uppercase())
}

/// A MAC address with colons and in capitals.
pub(super) fn mac(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split([':', '-']).collect();
    let fits = parts.len() == 6
        && parts
            .iter()
            .all(|part| part.len() == 2 && u8::from_str_radix(part, 16).is_ok());
    fits.then(|| parts.join(":").to_ascii_uppercase())
}

/// A letter of a drive as `C:`.
pub(crate) fn letter(text: &str) -> Option<String> {
    let letter = text
        .trim_end_matches('\\')
        .strip_suffix(':')
        .unwrap_or(text);
    let mut chars = letter.chars();
    match (chars.next(), chars.next()) {
        (Some(letter), None) if letter.is_ascii_alphabetic() => {
            Some(format!("{}:", letter.to_ascii_uppercase()))
        }
        _ => None,
    }
}

/// A whole path in the form in which paths are compared, without `.` and `..`. One of Unix begins
/// with a single `/`, its capitals count, and its `..` stays: a link may stand before it.
pub(crate) fn path(text: &str) -> String {
    let text = text.trim().trim_matches('"');
    if is_unix_path(text) {
        let parts = text.split('/').filter(|part| !matches!(*part, "" | "."));
        return format!("/{}", parts.collect::<Vec<_>>().join("/"));
    }
    without_dots(text).to_lowercase()
}

/// A path of Windows as the system reads it: `..` leads up, to the drive or the share at most.
pub(crate) fn without_dots(text: &str) -> String {
    let text = text.replace('/', "\\");
    let network = text.starts_with("\\\\");
    let mut parts: Vec<&str> = Vec::new();
    for part in text.split('\\') {
        match part {
            "" | "." => {}
            ".." => {
                let drive = usize::from(parts.first().is_some_and(|first| first.ends_with(':')));
                let root = if network { 2 } else { drive };
                parts.truncate(parts.len().saturating_sub(1).max(root));
            }
            part => parts.push(part),
        }
    }
    format!("{}{}", if network { "\\\\" } else { "" }, parts.join("\\"))
}

/// Whether only the disk knows which path this is, in the form in which paths are compared: a short
/// name (`progra~1`), or `..` on a Unix.
pub(crate) fn is_veiled(path: &str) -> bool {
    let is_short = |part: &str| {
        let (base, end) = part.split_once('.').unwrap_or((part, ""));
        let number = base.rsplit_once('~').map_or("", |(_, number)| number);
        let digits = number.bytes().all(|byte| byte.is_ascii_digit());
        !number.is_empty() && digits && base.chars().count() <= 8 && end.chars().count() <= 3
    };
    match is_unix_path(path) {
        true => path.split('/').any(|part| part == ".."),
        false => path.split('\\').any(is_short),
    }
}

/// Whether a path is one of Unix, from the root on.
pub(crate) fn is_unix_path(text: &str) -> bool {
    text.starts_with('/') && !text.starts_with("//")
}

/// A path on drive `C:` as a Unix has it, whose description calls its root so.
pub(crate) fn below_root(path: &str) -> Option<String> {
    let rest = path.strip_prefix(['C', 'c'])?.strip_prefix(':')?;
    if !rest.is_empty() && !rest.starts_with(['\\', '/']) {
        return None;
    }
    let inner = rest.replace('\\', "/");
    Some(format!("/{}", inner.trim_start_matches('/')))
}

/// Whether a path names its drive or server, or begins at the root of a Unix.
pub(super) fn is_whole_path(text: &str) -> bool {
    let bytes = text.as_bytes();
    is_unix_path(text)
        || text.starts_with("\\\\")
        || bytes.len() >= 2
            && bytes[0].is_ascii_alphabetic()
            && bytes[1] == b':'
            && matches!(bytes.get(2), None | Some(b'\\' | b'/'))
}

/// A registry key in the form in which keys are compared; `None` without a known hive.
pub(crate) fn registry_key(text: &str) -> Option<String> {
    let text = text.trim().replace('/', "\\");
    let mut parts = text.split('\\').filter(|part| !part.is_empty());
    let hive = parts.next()?.trim_end_matches(':').to_ascii_uppercase();
    let hive = match hive.as_str() {
        "HKLM" | "HKEY_LOCAL_MACHINE" => "hklm",
        "HKCU" | "HKEY_CURRENT_USER" => "hkcu",
        "HKU" | "HKEY_USERS" => "hku",
        "HKCR" | "HKEY_CLASSES_ROOT" => "hkcr",
        "HKCC" | "HKEY_CURRENT_CONFIG" => "hkcc",
        _ => return None,
    };
    let mut out = hive.to_owned();
    for part in parts {
        out.push('\\');
        out.push_str(&part.to_lowercase());
    }
    Some(out)
}

/// What one key of the registry is called for the engine, which runs as SYSTEM, in the form in
/// which keys are compared: itself first. `HKCR` shows the keys of two others.
pub(crate) fn names_of_key(path: &str) -> Vec<String> {
    const OWN: [&str; 3] = ["hkcu", "hku\\s-1-5-18", "hku\\.default"];
    const PROFILE: [&str; 2] = [
        "hkcc",
        "hklm\\system\\currentcontrolset\\hardware profiles\\current",
    ];
    let mut names = vec![path.to_owned()];
    if let Some(rest) = below_key(path, "hkcr") {
        names.push(format!("hklm\\software\\classes{rest}"));
        names.extend(OWN.map(|own| format!("{own}\\software\\classes{rest}")));
    }
    for group in [&OWN[..], &PROFILE[..]] {
        let rest = group.iter().find_map(|own| below_key(path, own));
        let others = rest.into_iter();
        names.extend(others.flat_map(|rest| group.iter().map(move |own| format!("{own}{rest}"))));
    }
    names
}

/// Keys that may be the same as another one, or not: only the registry knows.
pub(crate) fn kin_of_key(path: &str) -> Vec<String> {
    const SETS: [&str; 4] = [
        "hklm\\system\\currentcontrolset",
        "hklm\\system\\controlset001",
        "hklm\\system\\controlset002",
        "hklm\\system\\controlset003",
    ];
    let names = names_of_key(path);
    let classes = names.iter().filter_map(|name| {
        let (hive, rest) = name.split_once("\\software\\classes")?;
        let is_below = rest.is_empty() || rest.starts_with('\\');
        (is_below && !hive.contains("\\software")).then(|| format!("hkcr{rest}"))
    });
    let rest = SETS.iter().find_map(|set| below_key(path, set));
    let sets = rest.into_iter();
    let sets = sets.flat_map(|rest| SETS.iter().map(move |set| format!("{set}{rest}")));
    classes.chain(sets).collect()
}

/// What stands behind a key in the path of one below it, or of itself.
fn below_key<'p>(path: &'p str, key: &str) -> Option<&'p str> {
    let rest = path.strip_prefix(key)?;
    (rest.is_empty() || rest.starts_with('\\')).then_some(rest)
}

/// A date of TOML with its offset, or a date alone (midnight in UTC), as a CIM datetime in UTC.
pub(super) fn cim(date: &str) -> Option<String> {
    let text = if date.len() == 10 {
        format!("{date}T00:00:00Z")
    } else {
        date.to_owned()
    };
    let stamp: jiff::Timestamp = text.parse().ok()?;
    Some(datetime_text(stamp))
}

/// A CIM datetime of any zone as one in UTC; `None` for a length of time and what is none.
#[cfg(any(windows, feature = "internals"))]
pub(super) fn cim_in_utc(text: &str) -> Option<String> {
    match datetime::date_time(text)? {
        datetime::DateTime::Instant(microseconds) => {
            jiff::Timestamp::from_microsecond(microseconds)
                .ok()
                .map(datetime_text)
        }
        datetime::DateTime::Interval(_) => None,
    }
}

/// A time of the system as a CIM datetime in UTC; `None` when no calendar has it.
pub(crate) fn cim_of(time: std::time::SystemTime) -> Option<String> {
    jiff::Timestamp::try_from(time).ok().map(datetime_text)
}

/// An instant as a CIM datetime in UTC.
fn datetime_text(stamp: jiff::Timestamp) -> String {
    let date = jiff::tz::Offset::UTC.to_datetime(stamp);
    format!(
        "{:04}{:02}{:02}{:02}{:02}{:02}.{:06}+000",
        date.year(),
        date.month(),
        date.day(),
        date.hour(),
        date.minute(),
        date.second(),
        date.subsec_nanosecond() / 1000
    )
}

/// Whether a text is a CIM datetime.
pub(crate) fn is_cim(text: &str) -> bool {
    datetime::date_time(text).is_some()
}

/// Whether somebody writes a path of steps, `"Group" / "Step"`: with a quotation mark of a name as
/// it is, or twice as the language has it.
pub(crate) fn is_same_path(written: &str, path: &str) -> bool {
    let plain = |text: &str| text.replace('"', "");
    written == path || written.starts_with('"') && plain(written) == plain(path)
}

/// Whether a name fits a pattern of `*` (any run) and `?` (one character); case does not count.
pub(crate) fn fits(pattern: &str, name: &str) -> bool {
    let lower = |text: &str| -> Vec<char> { text.chars().flat_map(char::to_lowercase).collect() };
    wildcard::matches(&lower(pattern), &lower(name))
}
