//! The scanner behind [`super::Document`].

use std::{borrow::Cow, collections::HashSet};

use super::document::{MAX_DEPTH, Pair, XmlEntry, XmlError, XmlNodeKind};

/// Fewer attributes than this are compared one by one.
const FEW: usize = 16;
/// Most attributes of an element.
const MAX_ATTRIBUTES: usize = 1000;
/// Most bytes of a reference, from `&` to before `;`.
const MAX_REFERENCE: usize = 12;

/// Reads a document from front to back with a stack of its own.
pub(super) struct XmlScanner<'a> {
    text: &'a str,
    at: usize,
    pub entries: Vec<XmlEntry>,
    pub attributes: Vec<Pair>,
    open: Vec<u32>,
}

impl<'a> XmlScanner<'a> {
    pub fn new(text: &'a str) -> Self {
        XmlScanner {
            text,
            at: 0,
            entries: Vec::new(),
            attributes: Vec::new(),
            open: Vec::new(),
        }
    }

    fn error<T>(&self, offset: usize, message: impl Into<String>) -> Result<T, XmlError> {
        Err(XmlError {
            offset: offset.min(self.text.len()),
            message: message.into(),
            too_deep: false,
        })
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
    }

    /// The whole document; gives the root element's number.
    pub fn document(&mut self) -> Result<u32, XmlError> {
        let mut root = None;
        loop {
            let rest = self.rest();
            if rest.is_empty() {
                break;
            }
            if !rest.starts_with('<') {
                self.text(root)?;
            } else if rest.starts_with("<!--") {
                self.delimited("<!--", "-->", XmlNodeKind::Comment, "a comment")?;
            } else if rest.starts_with("<![CDATA[") {
                if self.open.is_empty() {
                    return self.error(self.at, "CDATA stands outside of the root element");
                }
                self.delimited("<![CDATA[", "]]>", XmlNodeKind::CData, "a CDATA section")?;
            } else if rest.starts_with("<?") {
                self.delimited("<?", "?>", XmlNodeKind::Instruction, "an instruction")?;
            } else if rest.starts_with("<!") {
                return self.error(self.at, "a document type is not read; an export has none");
            } else if rest.starts_with("</") {
                self.end_tag()?;
            } else {
                if self.open.is_empty() && root.is_some() {
                    return self.error(self.at, "a second root element; a document has one");
                }
                let index = self.start_tag()?;
                root.get_or_insert(index);
            }
        }
        if let Some(open) = self.open.last() {
            let entry = self.entries[*open as usize];
            let name = &self.text[entry.inner.0 as usize..entry.inner.1 as usize];
            let line = self.text[..entry.start as usize].matches('\n').count() + 1;
            let message = format!("the text ends inside <{name}>, which begins in line {line}");
            return self.error(self.text.len(), message);
        }
        match root {
            Some(root) => Ok(root),
            None => self.error(0, "there is no element"),
        }
    }

    fn push(&mut self, kind: XmlNodeKind, start: usize, inner: (usize, usize)) -> u32 {
        let index = self.entries.len() as u32;
        self.entries.push(XmlEntry {
            kind,
            closed_itself: false,
            start: start as u32,
            end: self.at as u32,
            inner: (inner.0 as u32, inner.1 as u32),
            next: index + 1,
            attributes: (0, 0),
        });
        index
    }

    fn text(&mut self, root: Option<u32>) -> Result<(), XmlError> {
        let start = self.at;
        let raw = self.rest();
        let raw = &raw[..raw.find('<').unwrap_or(raw.len())];
        self.at += raw.len();
        if self.open.is_empty() {
            if let Some(place) = raw.find(|c: char| !is_blank(c) && c != '\u{FEFF}') {
                let message = match root {
                    Some(_) => "text behind the root element",
                    None => "text before the root element",
                };
                return self.error(start + place, message);
            }
            return Ok(());
        }
        self.characters(raw, start)?;
        if let Some(place) = raw.find("]]>") {
            return self.error(start + place, "`]]>` cannot stand in a text");
        }
        self.push(XmlNodeKind::Text, start, (start, self.at));
        Ok(())
    }

    /// Checks the references and characters of a raw text that stands at `start`.
    fn characters(&self, raw: &str, start: usize) -> Result<(), XmlError> {
        let mut from = 0;
        while let Some(place) = raw[from..].find('&') {
            let here = from + place;
            match reference_at(&raw[here..]) {
                Some(_) => from = here + 1,
                None => {
                    let shown: String = raw[here..].chars().take(12).collect();
                    let message = format!(
                        "`{shown}` is no reference that XML knows; there are &lt; &gt; &amp; &quot; &apos; and numbers such as &#10;"
                    );
                    return self.error(start + here, message);
                }
            }
        }
        // Almost all texts have no such byte, and looking for bytes is faster than for characters.
        let odd = |byte: u8| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r') || byte == 0xEF;
        if raw.bytes().any(odd)
            && let Some((place, c)) = raw.char_indices().find(|(_, c)| !is_character(*c))
        {
            return self.error(
                start + place,
                format!("the character U+{:04X} cannot stand in XML", u32::from(c)),
            );
        }
        Ok(())
    }

    fn delimited(
        &mut self,
        open: &str,
        close: &str,
        kind: XmlNodeKind,
        what: &str,
    ) -> Result<(), XmlError> {
        let start = self.at;
        let inner = start + open.len();
        let Some(length) = self.text.get(inner..).and_then(|rest| rest.find(close)) else {
            return self.error(start, format!("{what} that begins here is never closed"));
        };
        self.characters_plain(inner, length)?;
        self.at = inner + length + close.len();
        self.push(kind, start, (inner, inner + length));
        Ok(())
    }

    fn characters_plain(&self, start: usize, length: usize) -> Result<(), XmlError> {
        match self.text[start..start + length]
            .char_indices()
            .find(|(_, c)| !is_character(*c))
        {
            Some((place, c)) => self.error(
                start + place,
                format!("the character U+{:04X} cannot stand in XML", u32::from(c)),
            ),
            None => Ok(()),
        }
    }

    fn name(&mut self) -> Result<(usize, usize), XmlError> {
        let start = self.at;
        let rest = self.rest();
        let length = rest.find(|c: char| !is_name(c)).unwrap_or(rest.len());
        let first = rest.chars().next();
        if length == 0 || first.is_some_and(|c| c.is_ascii_digit() || c == '-' || c == '.') {
            return self.error(start, "a name is expected here");
        }
        self.at += length;
        Ok((start, self.at))
    }

    fn start_tag(&mut self) -> Result<u32, XmlError> {
        let start = self.at;
        self.at += 1;
        let name = self.name()?;
        if self.open.len() >= MAX_DEPTH {
            let message = format!("nested deeper than {MAX_DEPTH} elements");
            return Err(XmlError {
                offset: start,
                message,
                too_deep: true,
            });
        }
        let first = self.attributes.len();
        let mut names = HashSet::new();
        loop {
            let before = self.at;
            self.blanks();
            let rest = self.rest();
            if rest.is_empty() {
                return self.error(start, "this tag is never closed");
            }
            let closed_itself = rest.starts_with("/>");
            if closed_itself || rest.starts_with('>') {
                self.at += if closed_itself { 2 } else { 1 };
                let index = self.push(XmlNodeKind::Element, start, name);
                let entry = &mut self.entries[index as usize];
                entry.attributes = (first as u32, self.attributes.len() as u32);
                entry.closed_itself = closed_itself;
                if !closed_itself {
                    self.open.push(index);
                }
                return Ok(index);
            }
            if before == self.at {
                return self.error(self.at, "a blank is expected before an attribute");
            }
            self.attribute(first, &mut names)?;
        }
    }

    fn attribute(&mut self, first: usize, names: &mut HashSet<&'a str>) -> Result<(), XmlError> {
        let name = self.name()?;
        self.blanks();
        if !self.rest().starts_with('=') {
            return self.error(self.at, "`=` is expected behind an attribute's name");
        }
        self.at += 1;
        self.blanks();
        let Some(quote) = self
            .rest()
            .chars()
            .next()
            .filter(|c| matches!(c, '"' | '\''))
        else {
            return self.error(self.at, "an attribute's value stands in quotes");
        };
        let start = self.at + 1;
        let Some(length) = self.text.get(start..).and_then(|rest| rest.find(quote)) else {
            return self.error(
                self.at,
                "an attribute's value that begins here is never closed",
            );
        };
        let raw = &self.text[start..start + length];
        if let Some(place) = raw.find('<') {
            return self.error(start + place, "`<` cannot stand in an attribute's value");
        }
        self.characters(raw, start)?;
        self.at = start + length + 1;
        self.twice(first, name, names)?;
        self.attributes.push(Pair {
            name: (name.0 as u32, name.1 as u32),
            value: (start as u32, (start + length) as u32),
        });
        Ok(())
    }

    /// Refuses an attribute that the element has already; `names` is filled where comparing with
    /// each would be slow.
    fn twice(
        &self,
        first: usize,
        name: (usize, usize),
        names: &mut HashSet<&'a str>,
    ) -> Result<(), XmlError> {
        let text: &'a str = self.text;
        let text_of = |pair: &Pair| &text[pair.name.0 as usize..pair.name.1 as usize];
        let own = &text[name.0..name.1];
        let given = &self.attributes[first..];
        let there = if given.len() < FEW {
            given.iter().any(|pair| text_of(pair) == own)
        } else if given.len() > MAX_ATTRIBUTES {
            return self.error(name.0, format!("more than {MAX_ATTRIBUTES} attributes"));
        } else {
            if names.is_empty() {
                names.extend(given.iter().map(text_of));
            }
            !names.insert(own)
        };
        if there {
            self.error(name.0, format!("the attribute `{own}` is given twice"))
        } else {
            Ok(())
        }
    }

    fn end_tag(&mut self) -> Result<(), XmlError> {
        let start = self.at;
        self.at += 2;
        let name = self.name()?;
        self.blanks();
        if !self.rest().starts_with('>') {
            return self.error(self.at, "`>` is expected here");
        }
        self.at += 1;
        let own = &self.text[name.0..name.1];
        let Some(index) = self.open.pop() else {
            return self.error(start, format!("</{own}> closes nothing"));
        };
        let count = self.entries.len() as u32;
        let entry = &mut self.entries[index as usize];
        entry.end = self.at as u32;
        entry.next = count;
        let opened = entry.inner;
        let opened = &self.text[opened.0 as usize..opened.1 as usize];
        if opened != own {
            return self.error(
                start,
                format!("</{own}> stands where <{opened}> must be closed"),
            );
        }
        Ok(())
    }
}

/// One of the four characters that XML takes for white space; a no-break space is text.
pub fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | ':' | '-' | '.')
}

fn is_character(c: char) -> bool {
    !matches!(c, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}')
}

/// The reference that a text begins with: what it stands for, and its length in bytes.
pub fn reference_at(text: &str) -> Option<(char, usize)> {
    let end = text
        .bytes()
        .take(MAX_REFERENCE + 1)
        .position(|byte| byte == b';')?;
    let name = text.strip_prefix('&')?.get(..end.checked_sub(1)?)?;
    Some((reference(name)?, end + 1))
}

/// What a reference between `&` and `;` stands for.
fn reference(name: &str) -> Option<char> {
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let digits = name.strip_prefix('#')?;
            let number = match digits.strip_prefix('x') {
                Some(hex) if hex.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                    u32::from_str_radix(hex, 16).ok()?
                }
                None if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse().ok()?,
                _ => return None,
            };
            char::from_u32(number).filter(|c| is_character(*c))
        }
    }
}

/// A raw text with its references resolved. In an attribute a line end or tab that is written as
/// such is a blank.
pub(super) fn resolve(raw: &str, attribute: bool) -> Cow<'_, str> {
    let special = |byte: u8| byte == b'&' || attribute && matches!(byte, b'\r' | b'\n' | b'\t');
    if !raw.bytes().any(special) {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.bytes().position(special) {
        out.push_str(&rest[..at]);
        if rest.as_bytes()[at] != b'&' {
            out.push(' ');
            rest = rest[at..].strip_prefix("\r\n").unwrap_or(&rest[at + 1..]);
        } else if let Some((character, length)) = reference_at(&rest[at..]) {
            out.push(character);
            rest = &rest[at + length..];
        } else {
            out.push('&');
            rest = &rest[at + 1..];
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}
