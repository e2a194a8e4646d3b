//! `sequence "NAME" < … >`.

use super::{Context, overrides::Overridden};
use crate::{
    diagnostic::{Code, Finding},
    model::{Spanned, Value},
    source::Span,
    syntax::{self, Node, SyntaxKind},
    vocabulary::{self, Dialect},
};

impl Context<'_> {
    /// The header's name and items.
    pub(super) fn header(&mut self, node: Node<'_>) {
        self.dialect(node);
        self.sequence_name(node);
        let Some(items) = node.child(SyntaxKind::Items) else {
            return;
        };
        let mut given: Vec<(String, Span)> = Vec::new();
        for item in items.children() {
            self.header_item(item, &mut given);
        }
        self.header_needs(&given);
        let globals = std::mem::take(&mut self.sequence.global_variables);
        // A ts.xml may have a variable twice: the workbench writes it so.
        if self.sequence.dialect == Dialect::ConfigMgr {
            self.repeated(&globals);
        }
        self.sequence.global_variables = globals;
    }

    fn sequence_name(&mut self, node: Node<'_>) {
        let Some(name) = node.child(SyntaxKind::String) else {
            return;
        };
        let Some(text) = self.text(name) else { return };
        let length = text.chars().count();
        if text.is_empty() {
            self.error(Code::EmptyText, name.span(), "a sequence needs a name");
        } else if length > 50 && self.sequence.dialect == Dialect::ConfigMgr {
            self.error(
                Code::TooLong,
                name.span(),
                format!("this name has {length} characters; a sequence's has at most 50"),
            );
        }
        self.sequence.name = Some(Spanned::new(text, name.span()));
    }

    /// An item; `given` are the properties before it.
    fn header_item(&mut self, item: Node<'_>, given: &mut Vec<(String, Span)>) {
        match item.kind() {
            SyntaxKind::Property => self.header_property(item, given),
            SyntaxKind::Assignment => {
                if let Some(assigned) = self.assignment(item, true) {
                    self.sequence.global_variables.push(assigned);
                }
            }
            SyntaxKind::XmlNote => {
                let overrides = self.overrides(item, Overridden::Sequence);
                self.sequence.overrides.extend(overrides);
            }
            SyntaxKind::Punctuation | SyntaxKind::Error => {}
            _ => {
                let finding = Finding::new(
                    Code::UnexpectedItem,
                    item.span(),
                    "the header has properties and global variables only",
                )
                .label("neither `name: value` nor `NAME = value`");
                self.report(finding);
            }
        }
    }

    /// Reports properties that mean nothing without another one.
    fn header_needs(&mut self, given: &[(String, Span)]) {
        for (name, span) in given {
            let needs = vocabulary::header()
                .iter()
                .find(|property| property.name == *name)
                .map(|property| &property.requires);
            for other in needs
                .into_iter()
                .flatten()
                .filter(|other| !given.iter().any(|(known, _)| known == *other))
            {
                let finding = Finding::new(
                    Code::RequiresProperty,
                    *span,
                    format!("`{name}` needs `{other}`"),
                );
                self.report(finding.label(format!("without `{other}` it means nothing")));
            }
        }
    }

    /// The dialect, known before anything else because it decides what names mean.
    fn dialect(&mut self, node: Node<'_>) {
        let items = node
            .child(SyntaxKind::Items)
            .into_iter()
            .flat_map(|items| items.children_of(SyntaxKind::Property));
        for item in items {
            let named = item
                .child(SyntaxKind::Name)
                .is_some_and(|name| name.text() == "dialect");
            if named
                && item
                    .children()
                    .last()
                    .is_some_and(|value| value.text() == "mdt")
            {
                self.sequence.dialect = Dialect::Mdt;
            }
        }
    }

    fn header_property(&mut self, item: Node<'_>, given: &mut Vec<(String, Span)>) {
        let Some(name_node) = item.child(SyntaxKind::Name) else {
            return;
        };
        let name = syntax::name_text(name_node.text()).into_owned();
        let table = vocabulary::header();
        let Some(index) = table.iter().position(|property| property.name == name) else {
            let known: Vec<_> = table.iter().collect();
            self.unknown_property(item, "a sequence", &known, None);
            return;
        };
        let earlier = given
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, span)| *span);
        if self.given_twice(&name, name_node.span(), earlier) {
            return;
        }
        given.push((name.clone(), name_node.span()));
        if name == "product" {
            self.sequence.product = self.product(item);
            return;
        }
        let Some(setting) = table
            .get(index)
            .and_then(|property| self.setting(property, index, item))
        else {
            return;
        };
        if let ("external_variables", Value::Text(names)) = (name.as_str(), &setting.value) {
            let span = setting.span;
            self.sequence.external_variables = names
                .split(',')
                .filter(|name| !name.is_empty())
                .map(|name| Spanned::new(name.to_owned(), span))
                .collect();
        }
        self.sequence.properties.push(setting);
    }
}
