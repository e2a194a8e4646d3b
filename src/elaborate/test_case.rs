//! `test "NAME" < … > { … }`: what a test is run with, and its statements.
//!
//! Names of steps are looked up later, where the sequence is known that is tested.

use std::collections::HashMap;

use super::{
    Context,
    constant::{Bare, ConstantValue},
};
use crate::{
    diagnostic::{Code, Finding},
    model::{Spanned, TestCase, TestVariable},
    source::Span,
    syntax::{self, Node, SyntaxKind},
};

/// The properties of a test.
const PROPERTIES: &[&str] = &[
    "children",
    "facts",
    "machine",
    "machines",
    "of",
    "parameters",
    "secrets",
    "sequence",
    "undecided",
];

/// A name and its text, each with its place.
type NamedText = (Spanned<String>, Spanned<String>);

impl Context<'_> {
    /// The tests of a file.
    pub(super) fn tests(&mut self, root: Node<'_>) -> Vec<TestCase> {
        let tests: Vec<TestCase> = root
            .children_of(SyntaxKind::TestCase)
            .filter_map(|node| self.test_case(node))
            .collect();
        let mut names: HashMap<String, Span> = HashMap::new();
        for test in &tests {
            let earlier = *names
                .entry(test.name.value.to_lowercase())
                .or_insert(test.name.span);
            if earlier != test.name.span {
                let message = format!("there is a test \"{}\" already", test.name.value);
                let finding = Finding::new(Code::DuplicateTest, test.name.span, message)
                    .label("the same name again")
                    .also(earlier, "the first one")
                    .help(
                        "give each test a name of its own, so that a report says which one failed",
                    );
                self.report(finding);
            }
        }
        tests
    }

    fn test_case(&mut self, node: Node<'_>) -> Option<TestCase> {
        let head = node.child(SyntaxKind::TestHead)?;
        let name = head.child(SyntaxKind::String)?;
        let text = self.text(name)?;
        if text.trim().is_empty() {
            self.error(Code::EmptyText, name.span(), "a test needs a name");
        }
        let mut test = TestCase {
            name: Spanned::new(text, name.span()),
            span: node.span(),
            ..TestCase::default()
        };
        if let Some(items) = head.child(SyntaxKind::Items) {
            self.test_items(items, &mut test);
        }
        let body = node.child(SyntaxKind::Body)?;
        for child in body.children() {
            match child.kind() {
                SyntaxKind::Mock => test.mocks.extend(self.mock(child)),
                SyntaxKind::Expect => test.expectations.extend(self.expect(child)),
                SyntaxKind::Punctuation | SyntaxKind::Error => {}
                _ => {
                    let finding = Finding::new(
                        Code::MisplacedStatement,
                        child.span(),
                        "a test holds `mock` and `expect` statements only",
                    )
                    .help("steps and groups stand outside of tests; a test says what is expected of them");
                    self.report(finding);
                }
            }
        }
        if body.child(SyntaxKind::Expect).is_none() && !body.has_error() {
            let finding = Finding::new(Code::EmptyTest, name.span(), "this test expects nothing")
                .label("it passes whatever happens")
                .help("write what must be so: expect step \"NAME\" ran, expect NAME == \"VALUE\", expect success");
            self.report(finding);
        }
        Some(test)
    }

    fn test_items(&mut self, items: Node<'_>, test: &mut TestCase) {
        let mut given: Vec<(String, Span)> = Vec::new();
        for item in items.children() {
            match item.kind() {
                SyntaxKind::Property => {
                    let Some(key) = item.child(SyntaxKind::Name) else {
                        continue;
                    };
                    let name = syntax::name_text(key.text()).into_owned();
                    if !PROPERTIES.contains(&name.as_str()) {
                        self.unknown_of(&name, key.span(), PROPERTIES, "a test");
                        continue;
                    }
                    let earlier = given
                        .iter()
                        .find(|(known, _)| *known == name)
                        .map(|(_, span)| *span);
                    if self.given_twice(&name, key.span(), earlier) {
                        continue;
                    }
                    given.push((name.clone(), key.span()));
                    self.test_property(&name, item, test);
                }
                SyntaxKind::Assignment => {
                    if let Some(variable) = self.test_variable(item) {
                        self.variable_twice(&variable, &test.variables);
                        test.variables.push(variable);
                    }
                }
                SyntaxKind::Punctuation | SyntaxKind::Error => {}
                _ => {
                    let message = "a test has properties and variables only";
                    let finding = Finding::new(Code::UnexpectedItem, item.span(), message)
                        .label("neither `name: value` nor `NAME = value`");
                    self.report(finding);
                }
            }
        }
        let place = |name: &str| {
            given
                .iter()
                .find(|(known, _)| known == name)
                .map(|(_, span)| *span)
        };
        if let (Some(one), Some(many)) = (place("machine"), place("machines")) {
            let finding = Finding::new(
                Code::ExclusiveProperties,
                many,
                "a test has either `machine` or `machines`",
            )
            .also(one, "`machine` is given here");
            self.report(finding);
        }
    }

    fn variable_twice(&mut self, variable: &TestVariable, earlier: &[TestVariable]) {
        if let Some(first) = earlier
            .iter()
            .find(|one| one.name.value.eq_ignore_ascii_case(&variable.name.value))
        {
            let message = format!("`{}` is set twice here", variable.name.value);
            let finding = Finding::new(Code::DuplicateItem, variable.name.span, message)
                .also(first.name.span, "set here already");
            self.report(finding);
        }
    }

    fn test_property(&mut self, name: &str, item: Node<'_>, test: &mut TestCase) {
        match name {
            "of" => test.of = self.test_text(item),
            "sequence" => test.sequence = self.test_text(item),
            "facts" => test.facts = self.test_text(item),
            "machine" => test.machines.extend(self.test_text(item)),
            "machines" => test.machines.extend(self.test_texts(item)),
            "undecided" => self.undecided_word(item, test),
            "children" => test.children = self.test_named(item, name),
            "secrets" => {
                test.secrets = self
                    .test_named(item, name)
                    .into_iter()
                    .map(|(name, text)| (name, text.value))
                    .collect();
            }
            _ => {
                test.parameters = self
                    .test_named(item, name)
                    .into_iter()
                    .map(|(name, text)| (name, text.value))
                    .collect();
            }
        }
    }

    fn undecided_word(&mut self, item: Node<'_>, test: &mut TestCase) {
        let Some(value) = self.test_value(item) else {
            return;
        };
        match value.text() {
            "allow" => test.undecided_allowed = true,
            "fail" => {}
            _ => {
                let finding = Finding::new(Code::UnknownMember, value.span(), "`undecided` is `fail` or `allow`").help(
                    "a test in which a condition could not be decided fails, unless `undecided: allow` says otherwise",
                );
                self.report(finding);
            }
        }
    }

    /// The value of a property that takes no items.
    fn test_value<'n>(&mut self, item: Node<'n>) -> Option<Node<'n>> {
        if let Some(items) = item.child(SyntaxKind::Items) {
            self.error(
                Code::WrongType,
                items.span(),
                "this takes a value, not items",
            );
            return None;
        }
        item.children()
            .filter(|child| child.kind().is_value())
            .last()
    }

    fn test_text(&mut self, item: Node<'_>) -> Option<Spanned<String>> {
        let value = self.test_value(item)?;
        let text = self.text(value)?;
        if text.trim().is_empty() {
            self.error(Code::EmptyText, value.span(), "this must not be empty");
            return None;
        }
        Some(Spanned::new(text, value.span()))
    }

    fn test_texts(&mut self, item: Node<'_>) -> Vec<Spanned<String>> {
        let Some(value) = self.test_value(item) else {
            return Vec::new();
        };
        match self.constant(value, Bare::Defined) {
            Some(ConstantValue::List(list)) => {
                if list.is_empty() {
                    self.error(
                        Code::EmptyText,
                        value.span(),
                        "a test needs at least one machine here",
                    );
                }
                let texts: Vec<_> = list
                    .into_iter()
                    .map(|(one, span)| (one.inserted(), span))
                    .collect();
                texts
                    .into_iter()
                    .filter_map(|(text, span)| Some(Spanned::new(text?, span)))
                    .collect()
            }
            Some(other) => {
                let message = format!("`machines` takes a list of files, not {}", other.noun());
                let finding = Finding::new(Code::WrongType, value.span(), message)
                    .help("machines: [\"laptop.toml\", \"desktop.toml\"]");
                self.report(finding);
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    /// `< name: value, … >`.
    fn test_named(&mut self, item: Node<'_>, owner: &str) -> Vec<NamedText> {
        let Some(items) = item.child(SyntaxKind::Items) else {
            let finding = Finding::new(
                Code::WrongType,
                item.span(),
                format!("`{owner}` takes items"),
            )
            .help(format!("{owner}: < NAME: \"VALUE\" >"));
            self.report(finding);
            return Vec::new();
        };
        let mut out: Vec<NamedText> = Vec::new();
        for item in items.children() {
            match item.kind() {
                SyntaxKind::Property => {
                    let Some(key) = item.child(SyntaxKind::Name) else {
                        continue;
                    };
                    let name = syntax::name_text(key.text()).into_owned();
                    let earlier = out
                        .iter()
                        .find(|(known, _)| known.value == name)
                        .map(|(known, _)| known.span);
                    if self.given_twice(&name, key.span(), earlier) {
                        continue;
                    }
                    let Some(value) = self.test_value(item) else {
                        continue;
                    };
                    if let Some(text) = self.given_text(value) {
                        out.push((
                            Spanned::new(name, key.span()),
                            Spanned::new(text, value.span()),
                        ));
                    }
                }
                SyntaxKind::Punctuation | SyntaxKind::Error => {}
                _ => {
                    let finding = Finding::new(
                        Code::UnexpectedItem,
                        item.span(),
                        format!("`{owner}` holds names and values"),
                    )
                    .label("not `name: value`");
                    self.report(finding);
                }
            }
        }
        out
    }

    /// A value as `--param` takes it.
    fn given_text(&mut self, value: Node<'_>) -> Option<String> {
        let constant = self.constant(value, Bare::Defined)?;
        let text = match &constant {
            ConstantValue::List(list) => {
                let parts: Option<Vec<String>> =
                    list.iter().map(|(one, _)| one.inserted()).collect();
                parts.map(|parts| parts.join(","))
            }
            other => other.inserted(),
        };
        if text.is_none() {
            self.error(
                Code::WrongType,
                value.span(),
                format!("{} cannot be given here", constant.noun()),
            );
        }
        text
    }

    fn test_variable(&mut self, node: Node<'_>) -> Option<TestVariable> {
        let masked = node
            .child(SyntaxKind::Word)
            .is_some_and(|word| word.text() == "masked");
        let (name, value) = self.plain_assignment(node)?;
        Some(TestVariable {
            name,
            value: value.value,
            masked,
        })
    }

    /// `NAME = value` in a test: any variable may be set, and the value is a text or digits.
    pub(super) fn plain_assignment(&mut self, node: Node<'_>) -> Option<NamedText> {
        let name = self.variable(node.child(SyntaxKind::Variable)?)?;
        self.check_variable_name(&name.value, name.span, false);
        let value = node.value()?;
        let span = value.span();
        let text = match self.constant(value, Bare::Defined)? {
            ConstantValue::Text(text) => text,
            ConstantValue::Integer { digits, .. } => digits,
            ConstantValue::Boolean(value) => {
                let finding = Finding::new(Code::WrongType, span, "a run-time value is text")
                    .label(format!("`{value}` is a compile-time word"))
                    .fix(format!("write \"{value}\""), span, format!("\"{value}\""));
                self.report(finding);
                return None;
            }
            other => {
                let message = format!("a run-time value is text, not {}", other.noun());
                self.report(
                    Finding::new(Code::WrongType, span, message)
                        .help("write it in quotes, or as digits"),
                );
                return None;
            }
        };
        Some((name, Spanned::new(text, span)))
    }
}
