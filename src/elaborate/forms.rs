//! Forms of texts: identifiers, drives, versions and their checks.

use crate::vocabulary::{Pattern, PlatformRange};

/// Why a text does not have a form: what it should look like.
pub(super) fn check(pattern: Pattern, text: &str) -> Result<(), &'static str> {
    let good = match pattern {
        Pattern::Drive => is_drive(text),
        Pattern::Unc => is_unc(text),
        Pattern::OsVersion => is_version(text, 3),
        Pattern::ClientVersion => is_version(text, 4),
        Pattern::PackageId => return id_form(text),
        Pattern::Lcid => {
            !text.is_empty() && text.len() <= 6 && text.bytes().all(|byte| byte.is_ascii_digit())
        }
        Pattern::Platform => return platform(text),
    };
    // A run-time reference can only be judged when the step runs.
    if good || text.contains('%') {
        Ok(())
    } else {
        Err(shape(pattern))
    }
}

/// Nothing in a header waits for a run.
fn id_form(text: &str) -> Result<(), &'static str> {
    match is_package_id(text) {
        true => Ok(()),
        false => Err(shape(Pattern::PackageId)),
    }
}

fn shape(pattern: Pattern) -> &'static str {
    match pattern {
        Pattern::Drive => "a drive from D: to Z:, but not X:, which Windows PE uses",
        Pattern::Unc => "a share, \\\\server\\share",
        Pattern::OsVersion => "three numbers, such as 10.0.19045",
        Pattern::ClientVersion => "four numbers, such as 5.00.9096.1000",
        Pattern::Lcid => "a decimal language code, such as 1033",
        Pattern::PackageId => {
            "the site's three characters and five hexadecimal digits, such as PS100241"
        }
        Pattern::Platform => "an operating system of the table, or a range of versions",
    }
}

/// What the object holds has no reference that is resolved later.
fn platform(text: &str) -> Result<(), &'static str> {
    match PlatformRange::parse(text) {
        Some(_) => Ok(()),
        None => Err(shape(Pattern::Platform)),
    }
}

fn is_drive(text: &str) -> bool {
    matches!(text.as_bytes(), [letter, b':'] if (b'D'..=b'Z').contains(letter) && *letter != b'X')
}

fn is_unc(text: &str) -> bool {
    let mut parts = text.strip_prefix("\\\\").unwrap_or("").splitn(3, '\\');
    parts.next().is_some_and(|server| !server.is_empty())
        && parts.next().is_some_and(|share| !share.is_empty())
}

fn is_version(text: &str, parts: usize) -> bool {
    let mut count = 0;
    for part in text.split('.') {
        if part.is_empty() || part.len() > 9 || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return false;
        }
        count += 1;
    }
    count == parts
}

/// Digits and dots, one to four parts: what a file version is compared with.
pub(super) fn is_any_version(text: &str) -> bool {
    text.contains('%') || (1..=4).any(|parts| is_version(text, parts))
}

/// Three letters or digits and five upper-case hexadecimal digits, or the placeholder `00000000`.
pub fn is_package_id(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 8
        && bytes[..3]
            .iter()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && bytes[3..]
            .iter()
            .all(|byte| byte.is_ascii_digit() || (b'A'..=b'F').contains(byte))
}

/// `ScopeId_GUID/Application_guid`; the kinds of configuration items that exports name are
/// accepted.
pub(super) fn is_application_id(text: &str) -> bool {
    let Some((scope, object)) = text.split_once('/') else {
        return false;
    };
    let object = ["Application_", "GLOBALSETTINGS_", "GlobalCondition_"]
        .iter()
        .find_map(|prefix| object.strip_prefix(prefix));
    scope.strip_prefix("ScopeId_").is_some_and(is_guid) && object.is_some_and(is_guid)
}

/// A GUID without braces.
pub(super) fn is_guid(text: &str) -> bool {
    let lengths = [8, 4, 4, 4, 12];
    let mut parts = text.split('-');
    lengths.iter().all(|length| {
        parts.next().is_some_and(|part| {
            part.len() == *length && part.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
    }) && parts.next().is_none()
}

/// A GUID in braces.
pub(super) fn is_braced_guid(text: &str) -> bool {
    text.strip_prefix('{')
        .and_then(|text| text.strip_suffix('}'))
        .is_some_and(is_guid)
}

/// The first character that XML 1.0 cannot hold.
pub(super) fn unwritable(text: &str) -> Option<char> {
    text.chars()
        .find(|c| matches!(c, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}'))
}
