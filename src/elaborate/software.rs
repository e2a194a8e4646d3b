//! `software "{CODE}" < … >`: a product that Windows Installer has installed.

use super::{
    Context,
    constant::{Bare, ConstantValue},
    forms,
};
use crate::{
    diagnostic::{Code, Finding},
    model::{ExpressionKind, Spanned},
    syntax::{Node, SyntaxKind},
};

/// What stands in the brackets of a software condition.
#[derive(Default)]
struct SoftwareDetails {
    any_version: bool,
    upgrade_code: Option<Spanned<String>>,
    name: Option<Spanned<String>>,
    version: Option<Spanned<String>>,
}

impl Context<'_> {
    /// A test of an installed product.
    pub(super) fn software(&mut self, node: Node<'_>) -> Option<ExpressionKind> {
        let product_code = self.first_text(node)?;
        self.check_product_code(&product_code);
        let mut details = SoftwareDetails::default();
        let items = node.child(SyntaxKind::Items).into_iter();
        for item in items.flat_map(|items| items.children_of(SyntaxKind::Property)) {
            self.software_detail(&mut details, item)?;
        }
        if details.any_version && details.upgrade_code.is_none() {
            let finding = Finding::new(
                Code::RequiresProperty,
                node.span(),
                "any version of a product is recognised by its upgrade code",
            )
            .help("add `upgrade_code: \"{…}\"`");
            self.report(finding);
        }
        let operator = if details.any_version {
            "AnyVersion"
        } else {
            "ThisVersion"
        };
        Some(ExpressionKind::Software {
            operator: operator.to_owned(),
            product_code,
            upgrade_code: details.upgrade_code,
            name: details.name,
            version: details.version,
        })
    }

    /// A product code is a GUID in braces, unless variables make it one.
    fn check_product_code(&mut self, code: &Spanned<String>) {
        if forms::is_braced_guid(&code.value) || code.value.contains('%') {
            return;
        }
        let mut finding = Finding::new(
            Code::BadConditionValue,
            code.span,
            format!("`{}` is no product code", code.value),
        )
        .label("expected a GUID in braces");
        if forms::is_guid(&code.value) {
            finding = finding.fix(
                "put it in braces",
                code.span,
                format!("\"{{{}}}\"", code.value),
            );
        }
        self.report(finding);
    }

    /// One item of the brackets; `None` when the condition cannot be made.
    fn software_detail(&mut self, details: &mut SoftwareDetails, item: Node<'_>) -> Option<()> {
        let key = item.child(SyntaxKind::Name)?;
        let value = item
            .children()
            .filter(|child| child.kind().is_value())
            .last()?;
        match key.text() {
            "any_version" => match self.constant(value, Bare::Defined)? {
                ConstantValue::Boolean(given) => details.any_version = given,
                other => self.error(
                    Code::WrongType,
                    value.span(),
                    format!(
                        "`any_version` takes `true` or `false`, not {}",
                        other.noun()
                    ),
                ),
            },
            "upgrade_code" => {
                details.upgrade_code = Some(Spanned::new(self.text(value)?, value.span()));
            }
            "name" => details.name = Some(Spanned::new(self.text(value)?, value.span())),
            "version" => details.version = Some(Spanned::new(self.text(value)?, value.span())),
            other => self.unknown_of(
                other,
                key.span(),
                &["any_version", "name", "upgrade_code", "version"],
                "a software condition",
            ),
        }
        Some(())
    }
}
