//! Rules for the text itself: one line or indented, tags, white space and entities.

use std::ops::Range;

use super::report::{Export, Report};

/// The elements that hold a value; all others hold elements.
const VALUES: &[&str] = &["action", "variable", "Variable"];

/// A piece of the text: a tag, or what stands between two tags.
enum Piece {
    Start { name: String, empty: bool },
    End { name: String },
    Text,
}

/// A piece of the text with its place.
struct Token {
    piece: Piece,
    range: Range<usize>,
}

/// The text begins with the root and holds no declaration, comment or CDATA section.
pub fn nothing_but_elements(export: &Export, report: &mut Report) {
    if !export.text.starts_with('<') || export.text.starts_with("<?") {
        report.at(export, 0, "the text does not begin with the root element");
    }
    for (mark, what) in [
        ("<?", "a declaration or processing instruction"),
        ("<!", "a comment, CDATA section or document type"),
    ] {
        for (offset, _) in export.text.match_indices(mark) {
            report.at(export, offset, format!("{what} is never written"));
        }
    }
}

/// After the root comes nothing or, in the one-line form, one line end.
pub fn one_line_end_at_the_end(export: &Export, report: &mut Report) {
    let tail = &export.text[export.document.root_element().range().end..];
    let allowed: &[&str] = if export.is_indented() {
        &[""]
    } else {
        &["", "\r\n", "\n"]
    };
    if !allowed.contains(&tail) {
        report.at(
            export,
            export.text.len(),
            format!("{tail:?} stands after the root"),
        );
    }
}

/// All line ends of a text are CR LF, or all are LF.
pub fn line_ends_alike(export: &Export, report: &mut Report) {
    let text = export.text;
    let returns = text.contains('\r');
    for (offset, _) in text.match_indices('\n') {
        if returns && !text[..offset].ends_with('\r') {
            report.at(export, offset, "a line ends with LF, others with CR LF");
        }
    }
    for (offset, _) in text.match_indices('\r') {
        if !text[offset..].starts_with("\r\n") {
            report.at(export, offset, "a CR stands alone");
        }
    }
}

/// Between elements stands nothing, or in the indented form a line end and two blanks a level.
pub fn layout(export: &Export, report: &mut Report) {
    let line_end = if export.text.contains('\r') {
        "\r\n"
    } else {
        "\n"
    };
    let indentation = |depth: usize| -> String {
        if export.is_indented() {
            format!("{line_end}{}", "  ".repeat(depth))
        } else {
            String::new()
        }
    };
    // Of each open element whether an element was seen inside it.
    let mut open: Vec<bool> = Vec::new();
    let mut before = 0..0;
    let mut in_value = false;
    for Token { piece, range } in tokens(export.text) {
        let written = &export.text[before.clone()];
        match piece {
            Piece::Text => {
                before = range;
                continue;
            }
            Piece::Start { name, empty } => {
                if !open.is_empty() && written != indentation(open.len()) {
                    report.at(export, range.start, between(written, "before this tag"));
                }
                if let Some(parent) = open.last_mut() {
                    *parent = true;
                }
                if !empty {
                    open.push(false);
                }
                in_value = !empty && VALUES.contains(&name.as_str());
            }
            Piece::End { .. } => {
                let elements = open.pop().unwrap_or_default();
                let expected = if elements {
                    indentation(open.len())
                } else {
                    String::new()
                };
                if !in_value && written != expected {
                    report.at(export, before.start, between(written, "before an end tag"));
                }
                in_value = false;
            }
        }
        before = range.end..range.end;
    }
}

fn between(written: &str, place: &str) -> String {
    format!("{written:?} between elements, {place}")
}

/// An empty value has a start and an end tag; any other empty element is one tag, with a blank
/// before the slash in the indented form only.
pub fn empty_elements(export: &Export, report: &mut Report) {
    let indented = export.is_indented();
    let mut last_start = None;
    for Token { piece, range } in tokens(export.text) {
        match piece {
            Piece::Start { name, empty: true } => {
                let blank = export.text[range.clone()].ends_with(" />");
                if VALUES.contains(&name.as_str()) {
                    report.at(export, range.start, "an empty value is one tag");
                } else if blank && !indented {
                    report.at(export, range.start, "a blank before the slash");
                } else if indented && !blank {
                    report.at(export, range.start, "no blank before the slash");
                }
            }
            Piece::Start { name, empty: false } => last_start = Some((name, range.end)),
            Piece::End { name } => {
                if !VALUES.contains(&name.as_str()) && last_start == Some((name, range.start)) {
                    report.at(export, range.start, "an empty element has two tags");
                }
            }
            Piece::Text => {}
        }
    }
}

/// A tag is written `<name attribute="value">` with one blank before each attribute and no other.
pub fn tags_without_spare_blanks(export: &Export, report: &mut Report) {
    for Token { piece, range } in tokens(export.text) {
        let tag = &export.text[range.clone()];
        let inner = match &piece {
            Piece::Text => continue,
            Piece::End { name } => {
                if tag != format!("</{name}>") {
                    report.at(export, range.start, format!("{tag:?} has spare blanks"));
                }
                continue;
            }
            Piece::Start { name, .. } => &tag[1 + name.len()..tag.len() - 1],
        };
        let mut rest = match inner.strip_suffix('/') {
            Some(attributes) => attributes.strip_suffix(' ').unwrap_or(attributes),
            None => inner,
        };
        while !rest.is_empty() {
            let Some(after) = attribute(rest) else {
                report.at(
                    export,
                    range.start,
                    format!("at {rest:?} the tag is not one blank, a name and a quoted value"),
                );
                break;
            };
            rest = after;
        }
    }
}

/// Takes ` name="value"` off the front.
fn attribute(text: &str) -> Option<&str> {
    let name = text.strip_prefix(' ')?;
    let (name, rest) = name.split_once('=')?;
    let (_, rest) = rest.strip_prefix('"')?.split_once('"')?;
    (!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(rest)
}

/// An attribute holds no line end and no tab.
pub fn no_line_end_in_attributes(export: &Export, report: &mut Report) {
    for element in export.elements() {
        for attribute in element.attributes() {
            if attribute.value().contains(['\r', '\n', '\t'])
                || export.text[attribute.range_value()].contains(['\r', '\n', '\t'])
            {
                report.on(
                    element,
                    format!("a line end or tab inside {}", attribute.name()),
                );
            }
        }
    }
}

/// Escaped are `<`, `>` and `&`, in attributes also `"`, by these names and nothing else.
pub fn entities(export: &Export, report: &mut Report) {
    for Token { piece, range } in tokens(export.text) {
        if matches!(piece, Piece::Text) {
            check_entities(export, range, &["lt", "gt", "amp"], report);
        }
    }
    for element in export.elements() {
        for attribute in element.attributes() {
            let names = &["lt", "gt", "amp", "quot"];
            check_entities(export, attribute.range_value(), names, report);
        }
    }
}

fn check_entities(export: &Export, range: Range<usize>, names: &[&str], report: &mut Report) {
    let text = &export.text[range.clone()];
    for (offset, character) in text.match_indices(['&', '>']) {
        let at = range.start + offset;
        if character == ">" {
            report.at(export, at, "'>' is not escaped");
            continue;
        }
        let name = text[offset + 1..].split(';').next().unwrap_or_default();
        if !names.contains(&name) {
            report.at(export, at, format!("&{name}; is never written here"));
        }
    }
}

/// Cuts a text that is known to be well formed into tags and what stands between; empty for a text
/// with comments and the like, which `nothing_but_elements` reports.
fn tokens(text: &str) -> Vec<Token> {
    if text.contains("<!") || text.contains("<?") {
        return Vec::new();
    }
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let (piece, length) = if rest.starts_with('<') {
            tag(rest)
        } else {
            (Piece::Text, rest.find('<').unwrap_or(rest.len()))
        };
        tokens.push(Token {
            piece,
            range: at..at + length,
        });
        at += length;
    }
    tokens
}

/// The tag at the front and its length; a `>` inside quotes does not end it.
fn tag(text: &str) -> (Piece, usize) {
    let mut quote = None;
    let end = text.bytes().position(|byte| match (quote, byte) {
        (None, b'>') => true,
        (None, b'"' | b'\'') => {
            quote = Some(byte);
            false
        }
        (Some(open), _) if open == byte => {
            quote = None;
            false
        }
        _ => false,
    });
    let length = end.map_or(text.len(), |end| end + 1);
    let name = |from: usize| {
        text[from..]
            .split([' ', '\t', '\r', '\n', '/', '>'])
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let piece = if text.starts_with("</") {
        Piece::End { name: name(2) }
    } else {
        Piece::Start {
            name: name(1),
            empty: text[..length].ends_with("/>"),
        }
    };
    (piece, length)
}
