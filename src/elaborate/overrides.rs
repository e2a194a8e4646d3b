//! `xml < … >`: facts of the XML in its own spelling, and whole elements in `xml """…"""`.

mod names;
mod parts;

pub(super) use names::Overridden;

use super::{
    Context,
    constant::{Bare, ConstantValue},
};
use crate::{
    diagnostic::{Code, Finding},
    model::{Override, PART_NAMES, RawXml, Spanned},
    source::Span,
    syntax::{self, Node, SyntaxKind},
    xml,
};

impl Context<'_> {
    /// The facts of an `xml_note` or `test_note` node.
    pub(super) fn overrides(
        &mut self,
        node: Node<'_>,
        of: Overridden<'_>,
    ) -> Vec<Spanned<Override>> {
        let Some(items) = node.child(SyntaxKind::Items) else {
            if let Some(text) = node.value() {
                let finding = Finding::new(
                    Code::UnexpectedItem,
                    text.span(),
                    "a whole element cannot stand here",
                )
                .help("`xml < NAME: \"text\" >` spells single facts; a whole element stands among the steps or in a condition");
                self.report(finding);
            }
            return Vec::new();
        };
        items
            .children()
            .filter_map(|item| self.override_item(item, of))
            .collect()
    }

    fn override_item(&mut self, item: Node<'_>, of: Overridden<'_>) -> Option<Spanned<Override>> {
        match item.kind() {
            SyntaxKind::Property => {
                let found = self.named_override(item, of)?;
                Some(Spanned::new(found, item.span()))
            }
            SyntaxKind::Punctuation | SyntaxKind::Error => None,
            _ => {
                let finding = Finding::new(
                    Code::UnexpectedItem,
                    item.span(),
                    "`xml < … >` holds `NAME: \"text\"` items only",
                )
                .label("not a property");
                self.report(finding);
                None
            }
        }
    }

    fn named_override(&mut self, item: Node<'_>, of: Overridden<'_>) -> Option<Override> {
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
        if let Some(items) = item.child(SyntaxKind::Items) {
            return self.whole_variable(items, &name, of);
        }
        let value = item
            .children()
            .filter(|child| child.kind().is_value())
            .last()?;
        let text = self.override_text(value)?;
        if PART_NAMES.contains(&name.as_str()) {
            return self.part(&name, text, item.span(), of);
        }
        if let Some(attribute) = name.strip_prefix('@') {
            let name = attribute.to_owned();
            return Some(Override::Attribute { name, text });
        }
        self.check_override_name(&name, name_node.span(), of);
        Some(if name.starts_with(|c: char| c.is_ascii_lowercase()) {
            Override::Attribute { name, text }
        } else {
            Override::Variable {
                property: name,
                text,
            }
        })
    }

    /// The text of a fact, or `None` for `absent`; nothing after a finding.
    fn override_text(&mut self, value: Node<'_>) -> Option<Option<String>> {
        match self.constant(value, Bare::Defined)? {
            ConstantValue::Text(text) => Some(Some(text)),
            ConstantValue::Absent => Some(None),
            other => {
                let message = format!(
                    "the XML's own spelling is a text or `absent`, not {}",
                    other.noun()
                );
                self.error(Code::WrongType, value.span(), message);
                None
            }
        }
    }

    /// `NAME: < name: "…", hidden: true, text: "…" >`: a variable that the tables do not know.
    fn whole_variable(
        &mut self,
        items: Node<'_>,
        property: &str,
        of: Overridden<'_>,
    ) -> Option<Override> {
        if let Overridden::Test(_) = of {
            let finding = Finding::new(
                Code::BadXmlFact,
                items.span(),
                "a variable of a test has a text and nothing else",
            );
            self.report(finding.help(format!("write `{property}: \"…\"`")));
            return None;
        }
        let (mut name, mut hidden, mut text) = (property.to_owned(), false, String::new());
        for item in items.children_of(SyntaxKind::Property) {
            let key = item.child(SyntaxKind::Name)?;
            let value = item
                .children()
                .filter(|child| child.kind().is_value())
                .last()?;
            match (key.text(), self.constant(value, Bare::Defined)?) {
                ("name", ConstantValue::Text(given)) => name = given,
                ("text", ConstantValue::Text(given)) => text = given,
                ("hidden", ConstantValue::Boolean(given)) => hidden = given,
                _ => {
                    self.no_part_of_variable(item.span());
                    return None;
                }
            }
        }
        Some(Override::WholeVariable {
            property: property.to_owned(),
            name,
            hidden,
            text,
        })
    }

    fn no_part_of_variable(&mut self, span: Span) {
        let finding = Finding::new(
            Code::UnexpectedItem,
            span,
            "this says nothing about a variable",
        )
        .help("a variable is spelled `< name: \"…\", hidden: true, text: \"…\" >`");
        self.report(finding);
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
