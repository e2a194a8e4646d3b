//! The exact text form of an export: everything on one line, or two blanks a level.

use std::io::{self, Write};

use super::escape;

/// How elements are laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum XmlLayout {
    /// One line, as the console exports it.
    #[default]
    OneLine,
    /// Indented, as the community hub stores it.
    Pretty,
}

/// What stands behind the root element of one line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LineEnd {
    /// CR LF, as the console writes it.
    #[default]
    CrLf,
    /// LF.
    Lf,
    /// Nothing.
    None,
}

impl LineEnd {
    /// Its characters.
    pub fn text(self) -> &'static str {
        match self {
            LineEnd::CrLf => "\r\n",
            LineEnd::Lf => "\n",
            LineEnd::None => "",
        }
    }
}

/// Writes elements. Values are never self-closed, empty containers are: both as exports have it.
pub struct XmlWriter<W> {
    out: W,
    form: XmlLayout,
    depth: usize,
    begun: bool,
    references: bool,
}

impl<W: Write> XmlWriter<W> {
    /// A writer at the start of a document.
    pub fn new(out: W, form: XmlLayout) -> Self {
        XmlWriter {
            out,
            form,
            depth: 0,
            begun: false,
            references: false,
        }
    }

    /// Writes carriage returns in texts as references from now on.
    pub fn reference_carriage_returns(&mut self) {
        self.references = true;
    }

    fn line(&mut self) -> io::Result<()> {
        if self.form == XmlLayout::Pretty && self.begun {
            self.out.write_all(b"\r\n")?;
            for _ in 0..self.depth {
                self.out.write_all(b"  ")?;
            }
        }
        self.begun = true;
        Ok(())
    }

    fn start(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        self.line()?;
        write!(self.out, "<{name}")?;
        for (key, value) in attributes {
            self.out.write_all(b" ")?;
            self.out.write_all(key.as_bytes())?;
            self.out.write_all(b"=\"")?;
            self.out.write_all(escape::attribute(value).as_bytes())?;
            self.out.write_all(b"\"")?;
        }
        Ok(())
    }

    /// Opens an element that holds others.
    ///
    /// # Errors
    /// What the output gives.
    pub fn open(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        self.start(name, attributes)?;
        self.depth += 1;
        self.out.write_all(b">")
    }

    /// Closes it.
    ///
    /// # Errors
    /// What the output gives.
    pub fn close(&mut self, name: &str) -> io::Result<()> {
        self.depth = self.depth.saturating_sub(1);
        self.line()?;
        write!(self.out, "</{name}>")
    }

    /// A container without members.
    ///
    /// # Errors
    /// What the output gives.
    pub fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        self.start(name, attributes)?;
        self.out.write_all(if self.form == XmlLayout::Pretty {
            b" />"
        } else {
            b"/>"
        })
    }

    /// An element with a text, which may be empty.
    ///
    /// # Errors
    /// What the output gives.
    pub fn text(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) -> io::Result<()> {
        self.start(name, attributes)?;
        self.out.write_all(b">")?;
        let text = if self.references {
            escape::text_with_references(text)
        } else {
            escape::text(text)
        };
        self.out.write_all(text.as_bytes())?;
        write!(self.out, "</{name}>")
    }

    /// XML that is written as it stands.
    ///
    /// # Errors
    /// What the output gives.
    pub fn raw(&mut self, xml: &str) -> io::Result<()> {
        self.line()?;
        self.out.write_all(xml.as_bytes())
    }

    /// The end: exports of one line have a line end behind the root element, indented ones have
    /// none.
    ///
    /// # Errors
    /// What the output gives.
    pub fn finish(mut self, line_end: LineEnd) -> io::Result<W> {
        if self.form == XmlLayout::OneLine {
            self.out.write_all(line_end.text().as_bytes())?;
        }
        Ok(self.out)
    }
}
