//! Times in conditions: RFC 3339 with a zone in the source, CIM datetime in UTC in the XML.

/// `2024-01-31T00:00:00Z` to `20240131000000.000000+000`.
///
/// # Errors
/// What is wrong with it, for people.
pub(super) fn to_cim(text: &str) -> Result<String, String> {
    let time: jiff::Timestamp = text.parse().map_err(|_| {
        "write date, time and zone: \"2024-01-31T00:00:00Z\", or with an offset, \"2024-01-31T01:00:00+01:00\""
            .to_owned()
    })?;
    let civil = jiff::tz::TimeZone::UTC.to_datetime(time);
    Ok(format!(
        "{:04}{:02}{:02}{:02}{:02}{:02}.{:06}+000",
        civil.year(),
        civil.month(),
        civil.day(),
        civil.hour(),
        civil.minute(),
        civil.second(),
        civil.subsec_nanosecond() / 1000
    ))
}
