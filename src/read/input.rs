//! From the bytes of a file to the sequences in it. What a file is shows in its content, never in
//! its name.

use std::sync::Arc;

use super::{PositionMap, archive, package::ExportPackage, secrets};
use crate::{
    diagnostic::{Code, Finding},
    source::{FileId, Sources, Span, decode},
    xml::{self, Document, Element, LineEnd, XmlError, XmlNodeKind},
};

/// Most bytes of XML that are read. The product itself takes 2 MB; the rest is room.
pub const MAX_INPUT: usize = 64 * 1024 * 1024;

/// One sequence and where it was found.
#[derive(Clone, Debug)]
pub struct Export {
    /// What it is called where the XML has no name: the name of its file or folder.
    pub title: String,
    /// The text of the `<sequence>` element with what stands behind it.
    pub text: Arc<str>,
    /// Where the text stands in the file.
    pub map: PositionMap,
    /// What is known beside the sequence.
    pub package: ExportPackage,
    /// The file it was found in, with the member of an archive.
    pub file: FileId,
    /// The whole text of that file.
    pub source: Arc<str>,
    /// What stands behind the root element, if the text is of one line.
    pub line_end: LineEnd,
}

/// All sequences of a file.
#[derive(Debug, Default)]
pub struct Input {
    /// The texts that findings point into.
    pub sources: Sources,
    /// The sequences in the order of the file.
    pub exports: Vec<Export>,
    /// Why something could not be read.
    pub findings: Vec<Finding>,
}

/// Whether bytes look like an export and not like a source: an archive, or text that begins with
/// `<`, as such or as a reference.
pub fn is_export(bytes: &[u8]) -> bool {
    // A source can begin with neither.
    archive::is_archive(bytes)
        || matches!(begin(bytes).as_str(), text if text.starts_with('<') || is_escaped(text))
}

/// Whether a file is an export by its content, or holds nothing and is called as one.
pub fn is_export_file(name: &str, bytes: &[u8]) -> bool {
    let called = || {
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        ["xml", "zip"]
            .iter()
            .any(|own| ending.eq_ignore_ascii_case(own))
    };
    is_export(bytes) || is_blank(bytes) && called()
}

/// Whether a file holds no more than white space and a byte-order mark.
pub fn is_blank(bytes: &[u8]) -> bool {
    begin(bytes).is_empty()
}

/// The first characters behind byte-order marks and blanks. A program that joins files leaves marks
/// in their midst.
fn begin(bytes: &[u8]) -> String {
    const MARKS: [&[u8]; 3] = [&[0xEF, 0xBB, 0xBF], &[0xFF, 0xFE], &[0xFE, 0xFF]];
    let mut start = bytes;
    let mut wide = matches!(bytes, [b'<', 0, ..] | [0, b'<', ..]);
    for (index, mark) in MARKS.iter().enumerate() {
        while let Some(rest) = start.strip_prefix(*mark) {
            wide |= index > 0;
            start = rest;
        }
    }
    let significant = start
        .iter()
        .copied()
        .filter(|byte| !(byte.is_ascii_whitespace() || wide && *byte == 0));
    significant.take(MAX_REFERENCE).map(char::from).collect()
}

/// More bytes than any reference to `<` has that a program would write.
const MAX_REFERENCE: usize = 12;

/// Whether a text begins with `<` as a reference.
fn is_escaped(text: &str) -> bool {
    xml::reference_at(text).is_some_and(|(character, _)| character == '<')
}

/// Finds the sequences in a file.
pub fn open(name: &str, bytes: Vec<u8>) -> Input {
    let mut input = Input::default();
    if archive::is_archive(&bytes) {
        archive::open(&mut input, name, &bytes);
    } else {
        let title = stem(name);
        input.text(name, &title, bytes, None);
    }
    input
}

/// The last part of a path without its ending.
pub(super) fn stem(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let stem = last.rsplit_once('.').map_or(last, |(stem, _)| stem);
    if stem.is_empty() {
        "Task sequence".to_owned()
    } else {
        stem.to_owned()
    }
}

impl Input {
    /// Adds what another file gave.
    pub fn append(&mut self, other: Input) {
        let mut ids = Vec::new();
        for (_, file) in other.sources.iter() {
            ids.push(self.sources.add(file.name.clone(), Arc::clone(&file.text)));
        }
        let renumber = |file: FileId| ids.get(file.0 as usize).copied().unwrap_or(file);
        self.exports
            .extend(other.exports.into_iter().map(|mut export| {
                export.file = renumber(export.file);
                export.map.renumber(export.file);
                export
            }));
        self.findings
            .extend(other.findings.into_iter().map(|mut finding| {
                for span in finding.spans_mut() {
                    span.file = renumber(span.file);
                }
                finding
            }));
    }

    /// Reports something about a file as a whole.
    pub(super) fn refuse(
        &mut self,
        file: FileId,
        code: Code,
        message: impl Into<String>,
        help: &str,
    ) {
        self.findings
            .push(Finding::new(code, Span::at(file, 0), message).help(help));
    }

    /// Adds the sequence of a text.
    pub(super) fn text(
        &mut self,
        name: &str,
        title: &str,
        bytes: Vec<u8>,
        package: Option<ExportPackage>,
    ) {
        if bytes.len() > MAX_INPUT {
            let file = self.sources.add(name, "");
            let message = format!("this file has more than {} MB", MAX_INPUT / 1024 / 1024);
            self.refuse(
                file,
                Code::SourceTooLarge,
                message,
                "a task sequence of more than 2 MB cannot be imported anyway",
            );
            return;
        }
        let decoded = decode(marked(bytes));
        let text: Arc<str> = decoded.text.into();
        let file = self.sources.add(name, Arc::clone(&text));
        if let Some(bad) = decoded.bad {
            let end = bad + char::REPLACEMENT_CHARACTER.len_utf8() as u32;
            let declared = declared_encoding(&text);
            let message = match declared {
                Some(declared) => format!(
                    "these bytes are no text in UTF-8 or UTF-16; the file declares `{declared}`"
                ),
                None => "these bytes are no text in UTF-8 or UTF-16".to_owned(),
            };
            let finding = Finding::new(Code::NotText, Span::new(file, bad, end), message)
                .help("save the file as UTF-8; the console exports nothing else");
            self.findings.push(finding);
            return;
        }
        self.decoded(file, &text, title, package);
    }

    fn decoded(
        &mut self,
        file: FileId,
        text: &Arc<str>,
        title: &str,
        package: Option<ExportPackage>,
    ) {
        let start = text.len()
            - text
                .trim_start_matches(|c| xml::is_blank(c) || c == '\u{FEFF}')
                .len();
        if is_escaped(&text[start..]) {
            let (mut inner, mut map) = (String::new(), PositionMap::at(file, start as u32));
            unescape(&text[start..], start as u32, &mut inner, &mut map);
            self.sequence(file, title, &inner, map, package.unwrap_or_default());
            return;
        }
        let document = match Document::parse(text) {
            Ok(document) => document,
            Err(error) => {
                self.broken(file, &PositionMap::at(file, 0), &error);
                return;
            }
        };
        let root = document.root();
        match root.name() {
            "sequence" => self.element(file, title, text, root, package.unwrap_or_default()),
            "INSTANCE" => self.instance(file, title, root, package),
            "SmsTaskSequencePackage" => {
                let package = package.unwrap_or_else(|| ExportPackage::of_elements(root));
                let data = root.child("SequenceData");
                match data.and_then(|data| data.child("sequence")) {
                    Some(found) => self.element(file, title, text, found, package),
                    None => match data.filter(|data| !xml::trim(&data.text()).is_empty()) {
                        Some(data) => self.held(file, title, data, package),
                        None => {
                            self.no_sequence(
                                file,
                                root,
                                "it holds no SequenceData with a sequence",
                            );
                        }
                    },
                }
            }
            other => self.no_sequence(file, root, &format!("its root element is <{other}>")),
        }
    }

    fn instance(
        &mut self,
        file: FileId,
        title: &str,
        root: Element<'_>,
        package: Option<ExportPackage>,
    ) {
        let mut own = ExportPackage::of_instance(root);
        own.names = package.map(|package| package.names).unwrap_or_default();
        let named = |child: &Element<'_>| {
            child
                .attribute("NAME")
                .is_some_and(|name| name == "Sequence")
        };
        let value = root
            .children()
            .find(named)
            .and_then(|property| property.child("VALUE"));
        match value.filter(|value| !xml::trim(&value.text()).is_empty()) {
            Some(value) => self.held(file, title, value, own),
            None => {
                let class = root.attribute("CLASSNAME").unwrap_or_default();
                self.no_sequence(
                    file,
                    root,
                    &format!("it is an instance of {class} without the property Sequence"),
                );
            }
        }
    }

    /// A sequence in the text of an element: as CDATA, or escaped.
    fn held(&mut self, file: FileId, title: &str, element: Element<'_>, package: ExportPackage) {
        if element.holds(XmlNodeKind::Element) {
            self.no_sequence(
                file,
                element,
                &format!("its <{}> holds elements beside a text", element.name()),
            );
            return;
        }
        let mut inner = String::new();
        let mut map = PositionMap::at(file, element.text_range().0);
        // CDATA that holds `]]>` stands in two pieces.
        for (raw, cdata, offset) in element.pieces() {
            map.jump(inner.len() as u32, offset);
            if cdata {
                inner.push_str(raw);
            } else {
                unescape(raw, offset, &mut inner, &mut map);
            }
        }
        self.sequence(file, title, &inner, map, package);
    }

    /// A `<sequence>` that is an element of the file; what stands behind it belongs to it only if
    /// it is the root.
    fn element(
        &mut self,
        file: FileId,
        title: &str,
        text: &str,
        element: Element<'_>,
        package: ExportPackage,
    ) {
        let (start, end) = element.range();
        let behind = text.get(end as usize..).unwrap_or("");
        let end = if xml::trim(behind).is_empty() {
            text.len()
        } else {
            end as usize
        };
        let own = &text[start as usize..end];
        self.sequence(file, title, own, PositionMap::at(file, start), package);
    }

    fn sequence(
        &mut self,
        file: FileId,
        title: &str,
        text: &str,
        map: PositionMap,
        package: ExportPackage,
    ) {
        let lead = text.len() - text.trim_start_matches(xml::is_blank).len();
        let mut shifted = map;
        shifted.shift(lead as u32);
        let own = &text[lead..];
        if let Err(error) = Document::parse(own).and_then(|document| {
            let wrong = document.root().name() != "sequence";
            let message = format!("expected <sequence>, found <{}>", document.root().name());
            if wrong {
                Err(XmlError {
                    offset: 0,
                    message,
                    too_deep: false,
                })
            } else {
                Ok(())
            }
        }) {
            self.broken(file, &shifted, &error);
            return;
        }
        let line_end = match own.trim_end_matches(xml::is_blank).len() {
            length if own[length..].contains('\r') => LineEnd::CrLf,
            length if own[length..].contains('\n') => LineEnd::Lf,
            length => one_line(&own[..length]),
        };
        let source = self.sources.get(file);
        self.exports.push(Export {
            title: title.to_owned(),
            text: own.into(),
            map: shifted,
            package,
            file,
            source: source.map_or_else(|| Arc::from(""), |file| Arc::clone(&file.text)),
            line_end,
        });
    }

    fn broken(&mut self, file: FileId, map: &PositionMap, error: &XmlError) {
        let at = map.span((error.offset as u32, error.offset as u32));
        let (code, help) = if error.too_deep {
            (
                Code::NestedTooDeep,
                "no task sequence nests that deep; is this file one?",
            )
        } else {
            (
                Code::NotWellFormed,
                "is the file whole? Export the sequence once more, or take the copy before the last edit",
            )
        };
        let mut finding = Finding::new(code, at, error.message.clone()).help(help);
        if let Some(source) = self.sources.get(file) {
            for range in secrets::in_broken(&source.text, at.start as usize) {
                finding = finding.hides(Span::new(file, range.start as u32, range.end as u32));
            }
        }
        self.findings.push(finding);
    }

    fn no_sequence(&mut self, file: FileId, root: Element<'_>, why: &str) {
        let map = PositionMap::at(file, 0);
        let finding = Finding::new(
            Code::NotASequence,
            map.span(root.name_range()),
            format!("no task sequence in this file: {why}"),
        )
        .help("tasq reads a <sequence>, the object.xml or zip of the console's export, and MDT's ts.xml");
        self.findings.push(finding);
    }
}

/// Nothing behind the root: of one line that is a fact, in an indented file the usual form.
fn one_line(text: &str) -> LineEnd {
    if xml::trim(text).contains('\n') {
        LineEnd::CrLf
    } else {
        LineEnd::None
    }
}

/// Puts a mark before UTF-16 that has none, so that it is recognised.
fn marked(bytes: Vec<u8>) -> Vec<u8> {
    let mark: &[u8] = match bytes.as_slice() {
        [b'<', 0, ..] => &[0xFF, 0xFE],
        [0, b'<', ..] => &[0xFE, 0xFF],
        _ => return bytes,
    };
    [mark, &bytes].concat()
}

/// What the XML declaration says about the encoding.
fn declared_encoding(text: &str) -> Option<&str> {
    let declaration = text.strip_prefix("<?xml")?.split("?>").next()?;
    let value = declaration
        .split("encoding")
        .nth(1)?
        .trim_start()
        .strip_prefix('=')?
        .trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..]
        .split(quote)
        .next()
        .map(str::trim)
        .filter(|name| name.len() < 40)
}

/// Takes one level of escaping off a text that stands at `offset`, and remembers where each piece
/// stood.
fn unescape(raw: &str, offset: u32, out: &mut String, map: &mut PositionMap) {
    out.reserve(raw.len());
    let mut at = 0;
    while let Some(place) = raw[at..].find('&') {
        out.push_str(&raw[at..at + place]);
        at += place;
        // In a file that is escaped as a whole nobody has looked at the references yet: the reader
        // does.
        let (character, length) = xml::reference_at(&raw[at..]).unwrap_or(('&', 1));
        out.push(character);
        at += length;
        map.jump(out.len() as u32, offset + at as u32);
    }
    out.push_str(&raw[at..]);
}
