//! A reader that keeps the place of everything: elements, attributes and texts know their bytes in
//! the file.
//!
//! It is flat, so depth costs nothing, and it reads no document type: an export has none, and
//! entities of one's own are how XML attacks its readers.

use std::borrow::Cow;

use super::scan::{self, XmlScanner};

/// Deepest nesting that is read. A source can be nested 200 levels, and a sequence needs fewer.
pub const MAX_DEPTH: usize = 256;

/// Why a text is not XML that can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XmlError {
    /// The byte it is about.
    pub offset: usize,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// Whether it is only nested deeper than [`MAX_DEPTH`].
    pub too_deep: bool,
}

/// What stands in an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum XmlNodeKind {
    /// An element.
    Element,
    /// Text, with references such as `&lt;`.
    Text,
    /// Text in `<![CDATA[ … ]]>`.
    CData,
    /// A comment.
    Comment,
    /// A processing instruction, the declaration included.
    Instruction,
}

/// One entry; parents stand before their children.
#[derive(Clone, Copy, Debug)]
pub(super) struct XmlEntry {
    pub kind: XmlNodeKind,
    /// An element's `/>`.
    pub closed_itself: bool,
    /// The whole of it.
    pub start: u32,
    pub end: u32,
    /// The name of an element, the inner text of others.
    pub inner: (u32, u32),
    /// The entry behind it and all it holds.
    pub next: u32,
    /// Its attributes in the list of all.
    pub attributes: (u32, u32),
}

/// An attribute's name and raw value, as bytes of the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    pub name: (u32, u32),
    pub value: (u32, u32),
}

/// A document.
#[derive(Debug)]
pub struct Document<'a> {
    text: &'a str,
    entries: Vec<XmlEntry>,
    attributes: Vec<Pair>,
    root: u32,
}

impl<'a> Document<'a> {
    /// Reads a text.
    ///
    /// # Errors
    /// The first thing that is not well-formed, a document type, or nesting deeper than
    /// [`MAX_DEPTH`].
    pub fn parse(text: &'a str) -> Result<Self, XmlError> {
        let mut scanner = XmlScanner::new(text);
        let root = scanner.document()?;
        Ok(Document {
            text,
            entries: scanner.entries,
            attributes: scanner.attributes,
            root,
        })
    }

    /// The root element.
    pub fn root(&self) -> Element<'_> {
        Element {
            document: self,
            index: self.root,
        }
    }

    /// Whether comments or instructions stand outside of the root element, the declaration among
    /// them.
    pub fn has_prolog(&self) -> bool {
        self.entries
            .first()
            .is_some_and(|entry| entry.kind != XmlNodeKind::Element)
    }

    /// The element with this number.
    pub fn element(&self, number: u32) -> Option<Element<'_>> {
        let known = self
            .entries
            .get(number as usize)
            .is_some_and(|entry| entry.kind == XmlNodeKind::Element);
        known.then_some(Element {
            document: self,
            index: number,
        })
    }

    fn slice(&self, range: (u32, u32)) -> &'a str {
        self.text
            .get(range.0 as usize..range.1 as usize)
            .unwrap_or("")
    }

    fn entry(&self, index: u32) -> XmlEntry {
        self.entries[index as usize]
    }
}

/// An element of a document.
#[derive(Clone, Copy, Debug)]
pub struct Element<'d> {
    document: &'d Document<'d>,
    index: u32,
}

/// A text without XML's blanks around it.
pub fn trim(text: &str) -> &str {
    text.trim_matches(scan::is_blank)
}

/// A text with one kind of line end.
fn line_feeds(raw: &str) -> Cow<'_, str> {
    if raw.contains('\r') {
        Cow::Owned(raw.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(raw)
    }
}

/// An attribute of an element.
#[derive(Clone, Copy, Debug)]
pub struct Attribute<'d> {
    /// Its name, with a prefix if it has one.
    pub name: &'d str,
    /// The value as written, between the quotes.
    pub raw: &'d str,
    /// The bytes of the value.
    pub range: (u32, u32),
    /// The kind of quotes around it.
    pub quote: char,
}

impl<'d> Attribute<'d> {
    /// What the value says: references resolved, each line end and tab a blank as XML has it.
    pub fn text(&self) -> Cow<'d, str> {
        scan::resolve(self.raw, true)
    }
}

impl<'d> Element<'d> {
    /// The name, with a prefix if it has one.
    pub fn name(self) -> &'d str {
        self.document.slice(self.document.entry(self.index).inner)
    }

    /// The number of the element in its document: parents come before their children.
    pub fn number(self) -> u32 {
        self.index
    }

    /// The number of the last thing in it, or its own.
    pub fn last_number(self) -> u32 {
        self.document.entry(self.index).next.saturating_sub(1)
    }

    /// The bytes of the whole element.
    pub fn range(self) -> (u32, u32) {
        let entry = self.document.entry(self.index);
        (entry.start, entry.end)
    }

    /// The bytes of the name.
    pub fn name_range(self) -> (u32, u32) {
        self.document.entry(self.index).inner
    }

    /// The whole element as written.
    pub fn raw(self) -> &'d str {
        self.document.slice(self.range())
    }

    /// Whether it is written `<a/>`.
    pub fn closed_itself(self) -> bool {
        self.document.entry(self.index).closed_itself
    }

    /// Its attributes in order.
    pub fn attributes(self) -> impl Iterator<Item = Attribute<'d>> {
        let (start, end) = self.document.entry(self.index).attributes;
        let document = self.document;
        document.attributes[start as usize..end as usize]
            .iter()
            .map(move |pair| Attribute {
                name: document.slice(pair.name),
                raw: document.slice(pair.value),
                range: pair.value,
                quote: document
                    .slice((pair.value.0.saturating_sub(1), pair.value.0))
                    .chars()
                    .next()
                    .unwrap_or('"'),
            })
    }

    /// What an attribute says.
    pub fn attribute(self, name: &str) -> Option<Cow<'d, str>> {
        self.attributes()
            .find(|attribute| attribute.name == name)
            .map(|attribute| attribute.text())
    }

    fn entries(self) -> impl Iterator<Item = (u32, XmlEntry)> {
        let document = self.document;
        let end = document.entry(self.index).next;
        let mut at = self.index + 1;
        std::iter::from_fn(move || {
            (at < end).then(|| {
                let index = at;
                let entry = document.entry(index);
                at = entry.next;
                (index, entry)
            })
        })
    }

    /// The elements directly in it.
    pub fn children(self) -> impl Iterator<Item = Element<'d>> {
        let document = self.document;
        let elements = self
            .entries()
            .filter(|(_, entry)| entry.kind == XmlNodeKind::Element);
        elements.map(move |(index, _)| Element { document, index })
    }

    /// The first element of this name directly in it.
    pub fn child(self, name: &str) -> Option<Element<'d>> {
        self.children().find(|child| child.name() == name)
    }

    /// All text directly in it; references are resolved, CDATA is taken as it stands, line ends
    /// stay.
    pub fn text(self) -> Cow<'d, str> {
        let mut whole = Cow::Borrowed("");
        for (_, entry) in self.entries() {
            let part = match entry.kind {
                XmlNodeKind::Text => scan::resolve(self.document.slice(entry.inner), false),
                XmlNodeKind::CData => Cow::Borrowed(self.document.slice(entry.inner)),
                _ => continue,
            };
            whole = if whole.is_empty() { part } else { whole + part };
        }
        whole
    }

    /// Its text as XML readers give it: a line end that is written as such is a line feed, a
    /// carriage return that is written as a reference stays.
    pub(super) fn normal_text(self) -> String {
        let mut whole = String::new();
        for (_, entry) in self.entries() {
            let raw = self.document.slice(entry.inner);
            match entry.kind {
                XmlNodeKind::Text => whole.push_str(&scan::resolve(&line_feeds(raw), false)),
                XmlNodeKind::CData => whole.push_str(&line_feeds(raw)),
                _ => {}
            }
        }
        whole
    }

    /// How its text has carriage returns: as such, and as references.
    pub fn carriage_returns(self) -> (bool, bool) {
        let mut found = (false, false);
        for (_, entry) in self.entries() {
            let raw = self.document.slice(entry.inner);
            if matches!(entry.kind, XmlNodeKind::Text | XmlNodeKind::CData) {
                found.0 |= raw.contains('\r');
            }
            if entry.kind == XmlNodeKind::Text && raw.contains("&#") {
                found.1 |= ["&#xD;", "&#xd;", "&#13;", "&#x0D;", "&#x0d;"]
                    .iter()
                    .any(|own| raw.contains(own));
            }
        }
        found
    }

    /// The bytes of its text, from the first to the last piece; an empty range behind the start tag
    /// if it has none.
    pub fn text_range(self) -> (u32, u32) {
        let mut pieces = self
            .entries()
            .filter(|(_, entry)| matches!(entry.kind, XmlNodeKind::Text | XmlNodeKind::CData));
        let Some((_, first)) = pieces.next() else {
            let entry = self.document.entry(self.index);
            let tag = self
                .document
                .slice((entry.start, entry.end))
                .find('>')
                .map_or(0, |at| at as u32 + 1);
            return (entry.start + tag, entry.start + tag);
        };
        let last = pieces.last().map_or(first, |(_, entry)| entry);
        (first.inner.0, last.inner.1)
    }

    /// The pieces of text directly in it as written, each with whether it is CDATA and its first
    /// byte. Blanks before and behind CDATA lay it out and are left out.
    pub fn pieces(self) -> Vec<(&'d str, bool, u32)> {
        let text = |entry: &XmlEntry| matches!(entry.kind, XmlNodeKind::Text | XmlNodeKind::CData);
        let mut pieces: Vec<_> = self
            .entries()
            .filter(|(_, entry)| text(entry))
            .map(|(_, entry)| {
                (
                    self.document.slice(entry.inner),
                    entry.kind == XmlNodeKind::CData,
                    entry.inner.0,
                )
            })
            .collect();
        if pieces.iter().any(|(_, cdata, _)| *cdata) {
            let says = |(text, cdata, _): &(&str, bool, u32)| *cdata || !trim(text).is_empty();
            let end = pieces.iter().rposition(says).map_or(0, |last| last + 1);
            pieces.truncate(end);
            pieces.drain(..pieces.iter().position(says).unwrap_or(0));
        }
        pieces
    }

    /// The first text between elements that is more than XML's blanks.
    pub fn stray_text(self) -> Option<(u32, u32)> {
        let stray = |entry: &XmlEntry| match entry.kind {
            XmlNodeKind::Text => !trim(self.document.slice(entry.inner)).is_empty(),
            XmlNodeKind::CData => true,
            _ => false,
        };
        self.entries()
            .map(|(_, entry)| entry)
            .find(stray)
            .map(|entry| entry.inner)
    }

    /// The text before, between and behind its elements.
    pub(super) fn text_pieces(self) -> Vec<String> {
        let mut pieces = vec![String::new()];
        for (_, entry) in self.entries() {
            let text = match entry.kind {
                XmlNodeKind::Element => {
                    pieces.push(String::new());
                    continue;
                }
                XmlNodeKind::Text => scan::resolve(self.document.slice(entry.inner), false),
                XmlNodeKind::CData => Cow::Borrowed(self.document.slice(entry.inner)),
                XmlNodeKind::Comment | XmlNodeKind::Instruction => continue,
            };
            if let Some(last) = pieces.last_mut() {
                last.push_str(&text.replace("\r\n", "\n").replace('\r', "\n"));
            }
        }
        pieces
    }

    /// Whether a kind of thing stands directly in it.
    pub fn holds(self, kind: XmlNodeKind) -> bool {
        self.entries().any(|(_, entry)| entry.kind == kind)
    }
}
