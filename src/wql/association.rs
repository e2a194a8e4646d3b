//! `ASSOCIATORS OF {…}` and `REFERENCES OF {…}`. What stands between the braces is an object path,
//! a small language of its own; it is taken as it is, only its end is looked for.

use super::{ast::Query, fault::QueryFault, parse::ReadQuery};

/// Reads an association query; `None` where the text is none.
pub(super) fn association(text: &str) -> Option<ReadQuery> {
    let word = first_word(text);
    if !["ASSOCIATORS", "REFERENCES"]
        .iter()
        .any(|keyword| keyword.eq_ignore_ascii_case(word))
    {
        return None;
    }
    Some(match fault(text, word) {
        None => ReadQuery {
            query: Some(Query::Association {
                text: text.to_owned(),
            }),
            faults: Vec::new(),
        },
        Some(fault) => ReadQuery {
            query: None,
            faults: vec![fault],
        },
    })
}

fn first_word(text: &str) -> &str {
    let text = text.trim_start();
    &text[..text
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(text.len())]
}

/// The first thing that is wrong behind the first word; one is enough, for the rest is not looked
/// into.
fn fault(text: &str, word: &str) -> Option<QueryFault> {
    let upper = word.to_ascii_uppercase();
    let place = |rest: &str| text.len() - rest.len();
    let mut rest = &text[text.len() - text.trim_start().len() + word.len()..];
    let of = first_word(rest);
    rest = rest.trim_start();
    if !of.eq_ignore_ascii_case("OF") {
        let at = place(rest);
        return Some(
            QueryFault::new(at..at + of.len(), format!("`{upper}` is followed by `OF`"))
                .expected("`OF`"),
        );
    }
    rest = rest[of.len()..].trim_start();
    let open = place(rest);
    let Some(inner) = rest.strip_prefix('{') else {
        return Some(
            QueryFault::new(
                open..open,
                format!("`{upper} OF` is followed by an object in braces"),
            )
            .expected("`{Class.Key='value'}`"),
        );
    };
    let Some(close) = closing(inner) else {
        return Some(
            QueryFault::new(open..open + 1, "a brace in a query is never closed")
                .expected("opened here"),
        );
    };
    if inner[..close].trim().is_empty() {
        return Some(
            QueryFault::new(
                open..open + close + 2,
                "no object between the braces of a query",
            )
            .expected("`{Class.Key='value'}`"),
        );
    }
    rest = inner[close + 1..].trim_start();
    let next = first_word(rest);
    if !rest.is_empty() && !next.eq_ignore_ascii_case("WHERE") {
        let at = place(rest);
        let length = rest
            .chars()
            .next()
            .map_or(0, char::len_utf8)
            .max(next.len());
        return Some(
            QueryFault::new(at..at + length, "text behind the object of a query")
                .expected("`WHERE` or nothing"),
        );
    }
    None
}

/// Where the closing brace stands; braces in strings do not count.
fn closing(inner: &str) -> Option<usize> {
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in inner.char_indices() {
        match (quote, c) {
            _ if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), _) if open == c => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '}') => return Some(at),
            _ => {}
        }
    }
    None
}
