//! Rules of Set Dynamic Variables.

use std::collections::HashMap;

use super::{Context, condition::keyword_of};
use crate::{
    diagnostic::{Code, Finding, nearest},
    model::{Assigned, ExpressionKind, Operand, Rule, RuleTest, Spanned},
    source::Span,
    syntax::{Node, SyntaxKind},
    vocabulary::ConditionKeyword,
};

const COMPUTER: [&str; 4] = ["asset_tag", "mac_address", "serial_number", "uuid"];

impl Context<'_> {
    /// A `rule … { … }` item.
    pub(super) fn rule(&mut self, node: Node<'_>) -> Option<Rule> {
        let is_test = |child: &Node<'_>| {
            use SyntaxKind::{ComputerTest, Condition, GatewayTest, MakeTest};
            matches!(
                child.kind(),
                Condition | MakeTest | ComputerTest | GatewayTest
            )
        };
        let tests: Vec<_> = node.children().filter(is_test).collect();
        if let [first, .., last] = tests.as_slice() {
            self.not_in_rule(first.span().to(last.span()));
            return None;
        }
        let test = tests.first().copied();
        let test = match test {
            Some(test) => Some(self.rule_test(test)?),
            None => None,
        };
        let variables: Vec<Assigned> = node
            .children_of(SyntaxKind::Assignment)
            .filter_map(|assignment| self.assignment(assignment, true))
            .collect();
        self.repeated(&variables);
        Some(Rule {
            test,
            variables,
            span: node.span(),
        })
    }

    /// Reports a variable that one rule (or header) sets twice.
    pub(super) fn repeated(&mut self, variables: &[Assigned]) {
        let mut first: HashMap<String, &Assigned> = HashMap::new();
        for variable in variables {
            let earlier = *first
                .entry(variable.name.value.to_ascii_lowercase())
                .or_insert(variable);
            if !std::ptr::eq(earlier, variable) {
                let finding = Finding::new(
                    Code::DuplicateItem,
                    variable.name.span,
                    format!("`{}` is set twice here", variable.name.value),
                )
                .also(earlier.name.span, "set here already");
                self.report(finding);
            }
        }
    }

    fn rule_test(&mut self, node: Node<'_>) -> Option<RuleTest> {
        match keyword_of(node.kind()) {
            Some(ConditionKeyword::MakeModel) => {
                let mut texts = node.children().filter(|child| child.kind().is_value());
                let model_only = node
                    .child(SyntaxKind::Word)
                    .is_some_and(|word| word.text() == "model");
                let mut next = |context: &mut Self| -> Option<Option<Spanned<String>>> {
                    match texts.next() {
                        Some(text) => Some(Some(Spanned::new(context.text(text)?, text.span()))),
                        None => Some(None),
                    }
                };
                let first = next(self)?;
                let second = next(self)?;
                let (make, model) = if model_only {
                    (second, first)
                } else {
                    (first, second)
                };
                Some(RuleTest::MakeModel {
                    make: make.unwrap_or_default(),
                    model: model.unwrap_or_default(),
                })
            }
            Some(ConditionKeyword::Gateway) => {
                let text = node.value()?;
                Some(RuleTest::Gateway {
                    gateway: Spanned::new(self.text(text)?, text.span()),
                })
            }
            Some(ConditionKeyword::Computer) => self.computer(node.child(SyntaxKind::Items)?),
            // What stands in conditions, too, is read as there; of it a rule has one kind.
            _ => self.rule_condition(node),
        }
    }

    /// A test as in a condition: one of a variable.
    fn rule_condition(&mut self, node: Node<'_>) -> Option<RuleTest> {
        match self.chain(node)? {
            Operand::Expression(expression)
                if matches!(expression.kind, ExpressionKind::Variable { .. }) =>
            {
                Some(RuleTest::Expression(*expression))
            }
            _ => {
                self.not_in_rule(node.span());
                None
            }
        }
    }

    fn not_in_rule(&mut self, span: Span) {
        let finding = Finding::new(
            Code::RuleCondition,
            span,
            "a rule asks for one variable, make and model, a computer, or a gateway",
        )
        .help("other conditions belong on the step, or on a step before it that sets a variable");
        self.report(finding);
    }

    fn computer(&mut self, items: Node<'_>) -> Option<RuleTest> {
        let mut found: [String; 4] = Default::default();
        for item in items.children_of(SyntaxKind::Property) {
            let name = item.child(SyntaxKind::Name)?;
            let value = item
                .children()
                .filter(|child| child.kind().is_value())
                .last()?;
            let text = self.text(value)?;
            match COMPUTER.iter().position(|field| *field == name.text()) {
                Some(index) => found[index] = text,
                None => {
                    let mut finding = Finding::new(
                        Code::UnknownProperty,
                        name.span(),
                        format!("a computer has no `{}`", name.text()),
                    )
                    .help(format!("it has {}", COMPUTER.join(", ")));
                    if let Some(near) = nearest(name.text(), COMPUTER) {
                        finding = finding.label(format!("did you mean `{near}`?")).unsafe_fix(
                            format!("write `{near}`"),
                            name.span(),
                            near,
                        );
                    }
                    self.report(finding);
                }
            }
        }
        if found.iter().all(String::is_empty) {
            self.error(
                Code::MissingProperty,
                items.span(),
                "a computer is recognised by at least one fact",
            );
        }
        let [asset_tag, mac_address, serial_number, uuid] = found;
        Some(RuleTest::Computer {
            asset_tag,
            mac_address,
            serial_number,
            uuid,
        })
    }
}
