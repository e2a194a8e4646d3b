//! Where a source holds a password in clear, found without parsing: a finding may be about a line
//! that does not parse.

/// The literals (quotes included) behind `password:`, `…_password:` and `masked NAME =`, as byte
/// ranges.
pub(super) fn literals(text: &str) -> Vec<(u32, u32)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("password") {
        let rest = &text[at + "password".len()..];
        let value = rest.trim_start_matches([' ', '\t']);
        if let Some(value) = value.strip_prefix(':') {
            found.extend(literal(text, value));
        }
    }
    for (at, _) in text.match_indices("masked ") {
        let line = text[at..].lines().next().unwrap_or("");
        if let Some((_, value)) = line.split_once('=') {
            found.extend(literal(text, value));
        }
    }
    for (at, _) in text.match_indices("secrets:") {
        found.extend(stand_ins(text, &text[at + "secrets:".len()..]));
    }
    found
}

/// The literals of a test's `secrets: < NAME: "…" >`.
fn stand_ins(text: &str, rest: &str) -> Vec<(u32, u32)> {
    let Some(inner) = rest.trim_start().strip_prefix('<') else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut inner = inner;
    while let Some(at) = inner.find(['"', '\'', '>']) {
        let value = &inner[at..];
        let Some((start, end)) = literal(text, value) else {
            break;
        };
        found.push((start, end));
        inner = &text[end as usize..];
    }
    found
}

/// The literal at the start of `value`, which is a part of `text`: to its closing quote or the
/// line's end.
fn literal(text: &str, value: &str) -> Option<(u32, u32)> {
    let value = value.trim_start_matches([' ', '\t']);
    let quote = value
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\'' | '\u{201C}' | '\u{201D}' | '\u{2018}'))?;
    let line = value.lines().next().unwrap_or("");
    let length = line[quote.len_utf8()..]
        .find(quote)
        .map_or(line.len(), |close| close + 2 * quote.len_utf8());
    let start = value.as_ptr() as usize - text.as_ptr() as usize;
    Some((start as u32, (start + length) as u32))
}
