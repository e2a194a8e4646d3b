//! Telling that a text is a run which was told here, so that a newer one may take its place.

use super::machines::HEAD;

/// Whether a text is a run as text, as a table of machines, or as a page. JSON is left to whoever
/// reads JSON.
pub fn is_report(text: &str) -> bool {
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default();
    let is_page = || {
        let head = text.lines().take(20);
        head.into_iter().any(|line| line == GENERATOR)
    };
    let is_table = || first.split_whitespace().eq(HEAD);
    let mut is_tree =
        || first.contains(" on ") && lines.next() == Some("") && text.lines().any(is_end);
    is_table() || is_page() || is_tree()
}

/// The line by which the page is known; it stands in `page.html`.
const GENERATOR: &str = "<meta name=\"generator\" content=\"tasq\">";

/// Whether a line is the sentence at the end of a run: `Success: 2 ran, 1 skipped.`
fn is_end(line: &str) -> bool {
    let Some((_, counts)) = line.rsplit_once(": ") else {
        return false;
    };
    let rest = counts.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.len() < counts.len() && rest.starts_with(" ran") && rest.ends_with('.')
}
