//! Properties in `< >`: which one a name means, and what to say when it means none.

use super::{
    Context,
    constant::{Bare, ConstantValue},
};
use crate::{
    diagnostic::{Code, Finding, nearest},
    model::{Setting, Value},
    source::Span,
    syntax::{self, Node, SyntaxKind},
    vocabulary::{ProductVersion, Property, Type},
};

impl Context<'_> {
    /// The value of a property item, checked against its property.
    pub(super) fn setting(
        &mut self,
        property: &Property,
        index: usize,
        item: Node<'_>,
    ) -> Option<Setting> {
        if let Some(items) = item.child(SyntaxKind::Items) {
            let finding = Finding::new(
                Code::WrongType,
                items.span(),
                format!(
                    "`{}` takes {}, not items",
                    property.name,
                    property.kind.noun()
                ),
            );
            self.report(finding);
            return None;
        }
        let node = item
            .children()
            .filter(|child| child.kind().is_value())
            .last()?;
        let (value, span) = self.property_value(property, node)?;
        Some(Setting {
            property: index,
            value,
            span,
        })
    }

    /// A value node for a property.
    pub(super) fn property_value(
        &mut self,
        property: &Property,
        node: Node<'_>,
    ) -> Option<(Value, Span)> {
        let bare = match property.kind {
            Type::Member => Bare::Member(&property.member),
            Type::Variable => Bare::Variable,
            Type::List if property.of == Some(Type::Variable) => Bare::Variable,
            _ => Bare::Defined,
        };
        let constant = self.constant(node, bare)?;
        Some((self.convert(property, constant, node.span())?, node.span()))
    }

    /// Reports a property given twice; true when it was.
    pub(super) fn given_twice(&mut self, name: &str, span: Span, earlier: Option<Span>) -> bool {
        let Some(earlier) = earlier else { return false };
        let finding = Finding::new(
            Code::DuplicateItem,
            span,
            format!("`{name}` is given twice"),
        )
        .label("given again here")
        .also(earlier, "given here first")
        .help("remove one of the two");
        self.report(finding);
        true
    }

    /// Reports a name that is no property of `owner`.
    pub(super) fn unknown_property(
        &mut self,
        item: Node<'_>,
        owner: &str,
        known: &[&Property],
        help: Option<String>,
    ) {
        let Some(name_node) = item.child(SyntaxKind::Name) else {
            return;
        };
        let name = syntax::name_text(name_node.text());
        let span = name_node.span();
        let spoken = |property: &&&Property| {
            let cmdlet = property
                .cmdlet
                .as_deref()
                .unwrap_or("")
                .trim_start_matches('-');
            [
                cmdlet,
                property.label.as_deref().unwrap_or(""),
                property.property.as_deref().unwrap_or(""),
                property.variable.as_deref().unwrap_or(""),
            ]
            .iter()
            .any(|word| !word.is_empty() && plain(word) == plain(&name))
        };
        let near = known
            .iter()
            .find(spoken)
            .map(|property| property.name.as_str())
            .or_else(|| nearest(&name, known.iter().map(|property| property.name.as_str())));
        let mut finding = Finding::new(
            Code::UnknownProperty,
            span,
            format!("{owner} has no property `{name}`"),
        );
        if let Some(near) = near {
            let safe = plain(near) == plain(&name);
            finding = finding.label(format!("did you mean `{near}`?"));
            finding = if safe {
                finding.fix(format!("write `{near}`"), span, near)
            } else {
                finding.unsafe_fix(format!("write `{near}`"), span, near)
            };
        }
        let names: Vec<_> = known
            .iter()
            .map(|property| property.name.as_str())
            .collect();
        finding = finding.help(help.unwrap_or_else(|| format!("it has {}", names.join(", "))));
        self.report(finding);
    }

    /// The boolean of a common property.
    pub(super) fn flag(&mut self, property: &Property, item: Node<'_>) -> bool {
        match self.setting(property, 0, item).map(|setting| setting.value) {
            Some(Value::Text(text)) => text == "true",
            _ => false,
        }
    }

    /// A product version.
    pub(super) fn product(&mut self, item: Node<'_>) -> Option<ProductVersion> {
        let node = item
            .children()
            .filter(|child| child.kind().is_value())
            .last()?;
        let constant = self.constant(node, Bare::Defined)?;
        let text = match &constant {
            ConstantValue::Text(text) => text.clone(),
            ConstantValue::Integer { digits, .. } => digits.clone(),
            _ => String::new(),
        };
        let product = ProductVersion::parse(&text);
        if product.is_none() {
            let finding = Finding::new(Code::BadProduct, node.span(), "this is no product version")
                .label("expected year and month of a release, such as \"2107\"");
            self.report(finding);
        }
        product
    }
}

fn plain(text: &str) -> String {
    text.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}
