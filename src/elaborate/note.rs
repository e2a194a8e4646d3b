//! `xml < … >`: facts of the XML in its own spelling, and whole elements in `xml """…"""`.

use super::{
    Context,
    constant::{Bare, Constant},
};
use crate::{
    diagnostic::{Code, Finding},
    model::{Note, NoteText, RawXml},
    syntax::{self, Node, SyntaxKind},
    xml,
};

impl Context<'_> {
    /// The notes of an `xml_note` or `test_note` node.
    pub(super) fn notes(&mut self, node: Node<'_>) -> Vec<Note> {
        let Some(items) = node.child(SyntaxKind::Items) else {
            if let Some(text) = node.value() {
                let finding = Finding::new(Code::UnexpectedItem, text.span(), "a whole element cannot stand here")
                    .help("`xml < NAME: \"text\" >` spells single facts; a whole element stands among the steps or in a condition");
                self.report(finding);
            }
            return Vec::new();
        };
        items
            .children()
            .filter_map(|item| self.note(item))
            .collect()
    }

    fn note(&mut self, item: Node<'_>) -> Option<Note> {
        let span = item.span();
        match item.kind() {
            SyntaxKind::Property => {
                let name_node = item.child(SyntaxKind::Name)?;
                let name = syntax::name_text(name_node.text()).into_owned();
                if !is_xml_name(&name) {
                    let finding = Finding::new(
                        Code::MalformedValue,
                        name_node.span(),
                        "no attribute or property of the XML has this name",
                    )
                    .help("a name has letters, digits, `_`, `-`, `.` and `:`, and begins with a letter or `_`");
                    self.report(finding);
                    return None;
                }
                let text = match item.child(SyntaxKind::Items) {
                    Some(items) => self.spelled_variable(items, &name)?,
                    None => {
                        let value = item
                            .children()
                            .filter(|child| child.kind().is_value())
                            .last()?;
                        match self.constant(value, Bare::Defined)? {
                            Constant::Text(text) => NoteText::Text(text),
                            Constant::Absent => NoteText::Absent,
                            other => {
                                let message = format!(
                                    "the XML's own spelling is a text or `absent`, not {}",
                                    other.noun()
                                );
                                self.error(Code::WrongType, value.span(), message);
                                return None;
                            }
                        }
                    }
                };
                Some(Note { name, text, span })
            }
            SyntaxKind::Punctuation | SyntaxKind::Error => None,
            _ => {
                let finding = Finding::new(
                    Code::UnexpectedItem,
                    span,
                    "`xml < … >` holds `NAME: \"text\"` items only",
                )
                .label("not a property");
                self.report(finding);
                None
            }
        }
    }

    /// `NAME: < name: "…", hidden: true, text: "…" >`: a variable that the tables do not know.
    fn spelled_variable(&mut self, items: Node<'_>, property: &str) -> Option<NoteText> {
        let (mut name, mut hidden, mut text) = (property.to_owned(), false, String::new());
        for item in items.children_of(SyntaxKind::Property) {
            let key = item.child(SyntaxKind::Name)?;
            let value = item
                .children()
                .filter(|child| child.kind().is_value())
                .last()?;
            match (key.text(), self.constant(value, Bare::Defined)?) {
                ("name", Constant::Text(given)) => name = given,
                ("text", Constant::Text(given)) => text = given,
                ("hidden", Constant::Boolean(given)) => hidden = given,
                _ => {
                    let finding = Finding::new(
                        Code::UnexpectedItem,
                        item.span(),
                        "this says nothing about a variable",
                    )
                    .help("a variable is spelled `< name: \"…\", hidden: true, text: \"…\" >`");
                    self.report(finding);
                    return None;
                }
            }
        }
        Some(NoteText::Variable { name, hidden, text })
    }

    /// `xml """…"""`: checked to be one well-formed element.
    pub(super) fn raw_xml(&mut self, node: Node<'_>) -> Option<RawXml> {
        let value = node.value()?;
        let text = self.text(value)?;
        if let Err(reason) = xml::well_formed(&text) {
            let finding = Finding::new(
                Code::MalformedValue,
                value.span(),
                format!("this is not one well-formed XML element: {reason}"),
            );
            self.report(finding);
            return None;
        }
        Some(RawXml {
            xml: text.trim().replace("\r\n", "\n"),
            span: node.span(),
        })
    }
}

fn is_xml_name(text: &str) -> bool {
    let text = text.strip_prefix('@').unwrap_or(text);
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || "_-.:".contains(c))
}
