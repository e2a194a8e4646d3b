//! Escaping: `&lt; &gt; &amp;` in text, and also `&quot;` and control characters in attributes, as
//! exports have it.

use std::borrow::Cow;

/// Text between tags. Line ends stay as they are.
pub fn text(raw: &str) -> Cow<'_, str> {
    escape(raw, false)
}

/// Text between tags with each carriage return as a reference: then XML readers keep it.
pub(super) fn text_with_references(raw: &str) -> Cow<'_, str> {
    match text(raw) {
        text if text.contains('\r') => Cow::Owned(text.replace('\r', "&#xD;")),
        text => text,
    }
}

/// An attribute's value, without the quotes.
pub fn attribute(raw: &str) -> Cow<'_, str> {
    escape(raw, true)
}

fn escape(raw: &str, attribute: bool) -> Cow<'_, str> {
    let special = |byte: u8| match byte {
        b'<' | b'>' | b'&' => true,
        b'"' | b'\n' | b'\r' | b'\t' => attribute,
        _ => false,
    };
    let Some(first) = raw.bytes().position(special) else {
        return Cow::Borrowed(raw);
    };
    let mut out = String::with_capacity(raw.len() + 16);
    out.push_str(&raw[..first]);
    for character in raw[first..].chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' if attribute => out.push_str("&quot;"),
            '\n' if attribute => out.push_str("&#xA;"),
            '\r' if attribute => out.push_str("&#xD;"),
            '\t' if attribute => out.push_str("&#x9;"),
            other => out.push(other),
        }
    }
    Cow::Owned(out)
}
