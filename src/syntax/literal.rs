//! What strings, blocks, numbers and names say: lexical rules 4 to 8 of the language reference.

use std::borrow::Cow;

/// How many quotes open a block at the start of `text`: three or more with only blanks behind them
/// on the line.
pub(super) fn fence(text: &str) -> Option<usize> {
    let quotes = text.bytes().take_while(|byte| *byte == b'"').count();
    let rest = text.get(quotes..)?.trim_start_matches([' ', '\t']);
    (quotes >= 3 && (rest.is_empty() || rest.starts_with(['\n', '\r']))).then_some(quotes)
}

/// The length of the block at the start of `text`, which opens with `fence` quotes; `None` when
/// nothing closes it.
pub(super) fn block_length(text: &str, fence: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = fence;
    while let Some(end) = bytes
        .get(at..)?
        .iter()
        .position(|byte| matches!(byte, b'\n' | b'\r'))
    {
        at += end + 1;
        if bytes[at - 1] == b'\r' && bytes.get(at) == Some(&b'\n') {
            at += 1;
        }
        let blanks = bytes[at..]
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t'))
            .count();
        let quotes = bytes[at + blanks..]
            .iter()
            .take(fence)
            .take_while(|byte| **byte == b'"')
            .count();
        if quotes == fence {
            return Some(at + blanks + fence);
        }
    }
    None
}

/// Where the line begins in which `end` stands.
pub(super) fn last_line(text: &str, end: usize) -> usize {
    let before = text.as_bytes().get(..end).unwrap_or(&[]);
    let at = before
        .iter()
        .rposition(|byte| matches!(byte, b'\n' | b'\r'));
    at.map_or(0, |at| at + 1)
}

/// The length of the string at the start of `text`, and whether its closing quote is there.
pub(super) fn string_length(text: &str) -> (usize, bool) {
    let bytes = text.as_bytes();
    let quote = bytes.first().copied().unwrap_or(b'"');
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        if *byte == quote {
            if bytes.get(at + 1) != Some(&quote) {
                return (at + 1, true);
            }
            at += 1;
        } else if matches!(byte, b'\n' | b'\r') {
            break;
        }
        at += 1;
    }
    (at.min(bytes.len()), false)
}

/// The length of the back-quoted name at the start of `text`; up to the line's end when it is not
/// closed.
pub(super) fn back_quoted_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'`' if bytes.get(at + 1) == Some(&b'`') => at += 2,
            b'`' => return at + 1,
            b'\n' | b'\r' => return at,
            _ => at += 1,
        }
    }
    bytes.len().min(at)
}

/// The name a `name` token stands for: without back quotes, doubled ones single.
pub fn name_text(raw: &str) -> Cow<'_, str> {
    match raw.strip_prefix('`') {
        None => Cow::Borrowed(raw),
        Some(inner) => {
            let inner = inner.strip_suffix('`').unwrap_or(inner);
            if inner.contains("``") {
                Cow::Owned(inner.replace("``", "`"))
            } else {
                Cow::Borrowed(inner)
            }
        }
    }
}

/// A part of a string. Offsets are bytes in the token, quotes included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StringPiece<'a> {
    /// Text as it stands, quotes undoubled.
    Text(Cow<'a, str>),
    /// `${name}` or `${name.field}`.
    Insert {
        /// The names between the dots.
        path: Vec<&'a str>,
        /// Where `${…}` begins.
        start: usize,
        /// Where it ends.
        end: usize,
    },
    /// A `${` that is no insertion.
    Bad {
        /// Where it begins.
        start: usize,
        /// Where the trouble ends.
        end: usize,
    },
}

/// The parts of a string token: `'…'` is one text, `"…"` may hold insertions.
pub fn pieces(raw: &str) -> Vec<StringPiece<'_>> {
    let quote = if raw.starts_with('\'') { '\'' } else { '"' };
    let inner = raw
        .get(1..)
        .map_or("", |rest| rest.strip_suffix(quote).unwrap_or(rest));
    let doubled = if quote == '"' { "\"\"" } else { "''" };
    let plain = |text: &'_ str| text.replace(doubled, &doubled[1..]);
    if quote == '\'' || !inner.contains("${") {
        let text = if inner.contains(doubled) {
            Cow::Owned(plain(inner))
        } else {
            Cow::Borrowed(inner)
        };
        return vec![StringPiece::Text(text)];
    }
    let mut out = Vec::new();
    let mut text = String::new();
    let mut at = 0;
    while let Some(found) = inner[at..].find("${") {
        let start = at + found;
        if start > at && inner.as_bytes()[start - 1] == b'$' {
            text.push_str(&plain(&inner[at..start - 1]));
            text.push_str("${");
            at = start + 2;
            continue;
        }
        text.push_str(&plain(&inner[at..start]));
        if !text.is_empty() {
            out.push(StringPiece::Text(Cow::Owned(std::mem::take(&mut text))));
        }
        let body = &inner[start + 2..];
        let close = body
            .find(['}', '"', '$'])
            .filter(|index| body.as_bytes()[*index] == b'}');
        let path: Vec<&str> = close.map_or(Vec::new(), |index| {
            body[..index].split('.').map(str::trim).collect()
        });
        at = start + 2 + close.map_or(0, |index| index + 1);
        if path.is_empty() || !path.iter().all(|name| is_name(name)) {
            out.push(StringPiece::Bad {
                start: start + 1,
                end: at + 1,
            });
        } else {
            out.push(StringPiece::Insert {
                path,
                start: start + 1,
                end: at + 1,
            });
        }
    }
    text.push_str(&plain(&inner[at..]));
    if !text.is_empty() {
        out.push(StringPiece::Text(Cow::Owned(text)));
    }
    out
}

fn is_name(text: &str) -> bool {
    let bytes = text.as_bytes();
    let quoted = text.len() > 2 && text.starts_with('`') && text.ends_with('`');
    quoted
        || bytes
            .first()
            .is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
            && bytes
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

/// The text of a string token if nothing is inserted into it.
pub fn unquote(raw: &str) -> Option<Cow<'_, str>> {
    let mut parts = pieces(raw);
    match (parts.pop(), parts.is_empty()) {
        (Some(StringPiece::Text(text)), true) => Some(text),
        (None, _) => Some(Cow::Borrowed("")),
        _ => None,
    }
}

/// The text as a string token, if one line can hold it without doubling a quote.
pub fn quoted(text: &str) -> Option<String> {
    if text.contains(['\n', '\r']) {
        return None;
    }
    if !text.contains('"') {
        return Some(format!("\"{}\"", text.replace("${", "$${")));
    }
    (!text.contains('\'')).then(|| format!("'{text}'"))
}

/// What stands before a block's quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockPrefix {
    /// Nothing: line ends are CR LF.
    None,
    /// `lf`: line ends are LF.
    Lf,
    /// `fold`: a line end with the blanks around it is one blank.
    Fold,
}

/// A block taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// `lf`, `fold` or nothing.
    pub prefix: BlockPrefix,
    /// The text, line ends as the prefix says.
    pub text: String,
    /// Lines that do not begin with the closing quotes' blanks: byte ranges in the token.
    pub misfits: Vec<(usize, usize)>,
}

/// Takes a block token apart.
pub fn block(raw: &str) -> Block {
    let prefix = if raw.starts_with("lf") {
        BlockPrefix::Lf
    } else if raw.starts_with("fold") {
        BlockPrefix::Fold
    } else {
        BlockPrefix::None
    };
    let lines = lines(raw);
    let indent = lines.last().map_or("", |(_, line)| {
        &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
    });
    let mut misfits = Vec::new();
    let mut kept: Vec<&str> = Vec::new();
    let inner = lines
        .get(1..lines.len().saturating_sub(1))
        .unwrap_or_default();
    for (start, line) in inner {
        match line.strip_prefix(indent) {
            Some(rest) => kept.push(rest),
            None if line.trim_matches([' ', '\t']).is_empty() => kept.push(""),
            None => {
                let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
                misfits.push((*start, *start + line.len()));
                kept.push(&line[blanks..]);
            }
        }
    }
    let text = match prefix {
        BlockPrefix::None => kept.join("\r\n"),
        BlockPrefix::Lf => kept.join("\n"),
        BlockPrefix::Fold => fold(&kept),
    };
    Block {
        prefix,
        text,
        misfits,
    }
}

/// The lines of a block token without the closing quotes' blanks, as they would be written again.
pub fn block_lines(raw: &str) -> Vec<&str> {
    let lines = lines(raw);
    let indent = lines.last().map_or("", |(_, line)| {
        &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
    });
    let inner = lines
        .get(1..lines.len().saturating_sub(1))
        .unwrap_or_default();
    inner
        .iter()
        .map(|(_, line)| {
            line.strip_prefix(indent)
                .unwrap_or(line.trim_start_matches([' ', '\t']))
        })
        .collect()
}

fn fold(lines: &[&str]) -> String {
    let last = lines.len().saturating_sub(1);
    let trimmed = lines.iter().enumerate().map(|(index, line)| {
        let line = if index > 0 {
            line.trim_start_matches([' ', '\t'])
        } else {
            line
        };
        if index < last {
            line.trim_end_matches([' ', '\t'])
        } else {
            line
        }
    });
    trimmed.collect::<Vec<_>>().join(" ")
}

/// The lines of a text with the byte each begins at; line ends (LF, CR LF, CR) not included.
fn lines(text: &str) -> Vec<(usize, &str)> {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while at < bytes.len() {
        if matches!(bytes[at], b'\n' | b'\r') {
            out.push((start, &text[start..at]));
            if bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n') {
                at += 1;
            }
            start = at + 1;
        }
        at += 1;
    }
    out.push((start, &text[start..]));
    out
}

/// A number token taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number<'a> {
    /// Sign and digits as written, `0x` included.
    pub digits: &'a str,
    /// The letters behind the digits; empty for a plain integer.
    pub unit: &'a str,
}

impl Number<'_> {
    /// The value, if it fits 128 bits.
    pub fn value(&self) -> Option<i128> {
        let (negative, digits) = match self.digits.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, self.digits),
        };
        let value = match digits.strip_prefix("0x") {
            Some(hex) => i128::from_str_radix(hex, 16).ok()?,
            None => digits.parse().ok()?,
        };
        Some(if negative { -value } else { value })
    }
}

/// Takes a number token apart.
pub fn number(raw: &str) -> Number<'_> {
    let sign = usize::from(raw.starts_with('-'));
    let body = &raw[sign..];
    let length = match body.strip_prefix("0x") {
        Some(hex) => 2 + hex.bytes().take_while(u8::is_ascii_hexdigit).count(),
        None => body.bytes().take_while(u8::is_ascii_digit).count(),
    };
    let (digits, unit) = raw.split_at(sign + length);
    Number { digits, unit }
}
