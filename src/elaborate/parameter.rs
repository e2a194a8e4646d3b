//! `param` and `let`.

use super::{
    Context,
    constant::{Bare, ConstantValue},
};
use crate::{
    diagnostic::{Code, Finding, nearest},
    model::{GivenValue, ParameterValues},
    source::Span,
    syntax::{self, Node, SyntaxKind},
    vocabulary::{Type, Unit},
};

/// The type of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
enum ParameterType {
    Text,
    Integer,
    Boolean,
    Duration,
    Size,
    Variable,
    Package,
    Application,
    TaskSequence,
    List(Box<ParameterType>),
    OneOf(Vec<String>),
}

const TYPES: [&str; 11] = [
    "text",
    "integer",
    "boolean",
    "duration",
    "size",
    "variable",
    "package",
    "application",
    "task_sequence",
    "list",
    "one_of",
];

impl ParameterType {
    /// The type of this name, if it is one that takes nothing in parentheses.
    fn of_word(word: &str) -> Option<Self> {
        Some(match word {
            "text" => ParameterType::Text,
            "integer" => ParameterType::Integer,
            "boolean" => ParameterType::Boolean,
            "duration" => ParameterType::Duration,
            "size" => ParameterType::Size,
            "variable" => ParameterType::Variable,
            "package" => ParameterType::Package,
            "application" => ParameterType::Application,
            "task_sequence" => ParameterType::TaskSequence,
            _ => return None,
        })
    }

    fn noun(&self) -> String {
        match self {
            ParameterType::Text => "a text".to_owned(),
            ParameterType::Integer => "an integer".to_owned(),
            ParameterType::Boolean => "`true` or `false`".to_owned(),
            ParameterType::Duration => Type::Duration.noun().to_owned(),
            ParameterType::Size => Type::Size.noun().to_owned(),
            ParameterType::Variable => "a variable's name".to_owned(),
            ParameterType::Package => "a package".to_owned(),
            ParameterType::Application => "an application".to_owned(),
            ParameterType::TaskSequence => "a task sequence".to_owned(),
            ParameterType::List(of) => format!("a list, each {}", of.noun()),
            ParameterType::OneOf(words) => {
                let words: Vec<_> = words.iter().map(|word| format!("\"{word}\"")).collect();
                format!("one of {}", words.join(", "))
            }
        }
    }

    fn accepts(&self, value: &ConstantValue) -> bool {
        let unit_of = |kind: Type, unit: &str| {
            Unit::parse(unit).is_some_and(|unit| Unit::of(kind).contains(&unit))
        };
        match (self, value) {
            (ParameterType::Text, ConstantValue::Text(_))
            | (ParameterType::Integer, ConstantValue::Integer { .. })
            | (ParameterType::Boolean, ConstantValue::Boolean(_))
            | (ParameterType::Variable, ConstantValue::Name(_) | ConstantValue::Text(_))
            | (
                ParameterType::Package | ParameterType::Application | ParameterType::TaskSequence,
                ConstantValue::Text(_),
            ) => true,
            (ParameterType::Duration, ConstantValue::Quantity { unit, .. }) => {
                unit_of(Type::Duration, unit)
            }
            (ParameterType::Size, ConstantValue::Quantity { unit, .. }) => {
                unit_of(Type::Size, unit)
            }
            (ParameterType::Package, ConstantValue::Call { name, .. }) => name == "package",
            (ParameterType::Application, ConstantValue::Call { name, .. }) => name == "application",
            (ParameterType::TaskSequence, ConstantValue::Call { name, .. }) => {
                name == "task_sequence"
            }
            (ParameterType::List(of), ConstantValue::List(items)) => {
                items.iter().all(|(item, _)| of.accepts(item))
            }
            (ParameterType::OneOf(words), ConstantValue::Text(text)) => words.contains(text),
            _ => false,
        }
    }

    /// Reads a value given from outside.
    fn read(&self, value: &GivenValue, span: Span) -> Option<ConstantValue> {
        match (self, value) {
            (ParameterType::List(of), GivenValue::List(items)) => items
                .iter()
                .map(|item| Some((of.read(&GivenValue::Text(item.clone()), span)?, span)))
                .collect::<Option<Vec<_>>>()
                .map(ConstantValue::List),
            (ParameterType::List(_), GivenValue::Text(text)) => {
                let items = text
                    .split(',')
                    .map(|item| item.trim().to_owned())
                    .filter(|item| !item.is_empty())
                    .collect();
                self.read(&GivenValue::List(items), span)
            }
            (ParameterType::Boolean, GivenValue::Boolean(value)) => {
                Some(ConstantValue::Boolean(*value))
            }
            (ParameterType::Boolean, GivenValue::Text(text)) => match text.as_str() {
                "true" => Some(ConstantValue::Boolean(true)),
                "false" => Some(ConstantValue::Boolean(false)),
                _ => None,
            },
            (ParameterType::Integer, GivenValue::Integer(value)) => Some(ConstantValue::Integer {
                digits: value.to_string(),
                value: i128::from(*value),
            }),
            (
                ParameterType::Integer | ParameterType::Duration | ParameterType::Size,
                GivenValue::Text(text),
            ) => {
                let number = syntax::number(text);
                let value = number.value()?;
                let constant = if number.unit.is_empty() {
                    ConstantValue::Integer {
                        digits: number.digits.to_owned(),
                        value,
                    }
                } else {
                    ConstantValue::Quantity {
                        value,
                        unit: number.unit.to_owned(),
                    }
                };
                self.accepts(&constant).then_some(constant)
            }
            (ParameterType::Variable, GivenValue::Text(text)) => {
                Some(ConstantValue::Name(text.clone()))
            }
            (_, GivenValue::Text(text)) => {
                let constant = ConstantValue::Text(text.clone());
                self.accepts(&constant).then_some(constant)
            }
            _ => None,
        }
    }
}

/// A parameter as its statement declares it.
struct DeclaredParameter<'a> {
    name: &'a str,
    kind: &'a ParameterType,
    name_span: Span,
    type_span: Span,
}

impl DeclaredParameter<'_> {
    /// Neither a default nor a value from outside.
    fn without_value(&self) -> Finding {
        let name = self.name;
        Finding::new(
            Code::BadParameter,
            self.name_span,
            format!("`{name}` has no value"),
        )
        .label("no default, and none was given")
        .help(format!(
            "give one with --param {name}=VALUE or in a --param-file, or write a default: param {name}: … = …"
        ))
    }
}

impl Context<'_> {
    /// A `param` statement.
    pub(super) fn param(
        &mut self,
        node: Node<'_>,
        given: &ParameterValues,
        used: &mut Vec<String>,
    ) {
        let (Some(name_node), Some(type_node)) = (
            node.child(SyntaxKind::Name),
            node.child(SyntaxKind::TypeName),
        ) else {
            return;
        };
        let name = syntax::name_text(name_node.text()).into_owned();
        used.push(name.clone());
        self.scope.spoil(&name);
        let kind = self.parameter_type(type_node);
        let bare = bare_names(kind.as_ref());
        let default = node
            .children()
            .filter(|child| child.kind().is_value())
            .nth(1)
            .map(|node| (self.constant(node, bare), node.span()));
        let Some(kind) = kind else { return };
        if let Some((Some(value), span)) = &default
            && !self.is_of_type(&format!("the default of `{name}`"), &kind, value, *span)
        {
            return;
        }
        let parameter = DeclaredParameter {
            name: &name,
            kind: &kind,
            name_span: name_node.span(),
            type_span: type_node.span(),
        };
        let outside = given
            .values
            .iter()
            .rev()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value);
        let value = match (outside, default) {
            (Some(outside), _) => self.given_value(&parameter, outside),
            (None, Some((value, _))) => value,
            (None, None) => {
                self.report(parameter.without_value());
                self.without_value.push(name.clone());
                None
            }
        };
        if let Some(value) = value {
            self.define(&name, value, parameter.name_span);
        }
    }

    /// The value of a parameter that is given from outside; `None` after a finding.
    fn given_value(
        &mut self,
        parameter: &DeclaredParameter<'_>,
        outside: &GivenValue,
    ) -> Option<ConstantValue> {
        let texts: &[String] = match outside {
            GivenValue::Text(text) => std::slice::from_ref(text),
            GivenValue::List(texts) => texts,
            _ => &[],
        };
        if !texts
            .iter()
            .all(|text| self.writable(text, parameter.name_span))
        {
            return None;
        }
        let value = parameter.kind.read(outside, parameter.name_span);
        if value.is_none() {
            let finding = Finding::new(
                Code::BadParameter,
                parameter.type_span,
                format!("the value given for `{}` does not fit", parameter.name),
            )
            .label(format!("expected {}", parameter.kind.noun()));
            self.report(finding);
        }
        value
    }

    /// A `let` statement.
    pub(super) fn binding(&mut self, node: Node<'_>) {
        let Some(name_node) = node.child(SyntaxKind::Name) else {
            return;
        };
        let name = syntax::name_text(name_node.text()).into_owned();
        self.scope.spoil(&name);
        let kind = node
            .child(SyntaxKind::TypeName)
            .and_then(|kind| self.parameter_type(kind));
        let Some(value_node) = node
            .children()
            .filter(|child| child.kind().is_value())
            .nth(1)
        else {
            return;
        };
        let Some(value) = self.constant(value_node, bare_names(kind.as_ref())) else {
            return;
        };
        if let Some(kind) = kind
            && !self.is_of_type(&format!("`{name}`"), &kind, &value, value_node.span())
        {
            return;
        }
        self.define(&name, value, name_node.span());
    }

    /// Whether a value is of a type; reports it when not. `what` is the value in the message.
    fn is_of_type(
        &mut self,
        what: &str,
        kind: &ParameterType,
        value: &ConstantValue,
        span: Span,
    ) -> bool {
        let fits = kind.accepts(value);
        if !fits {
            let finding = Finding::new(
                Code::BadParameter,
                span,
                format!("{what} must be {}", kind.noun()),
            );
            self.report(finding.label(format!("this is {}", value.noun())));
        }
        fits
    }

    fn define(&mut self, name: &str, value: ConstantValue, span: Span) {
        if let Some(earlier) = self.scope.define(name, value, span) {
            let finding = Finding::new(
                Code::DuplicateName,
                span,
                format!("`{name}` is defined twice"),
            )
            .also(earlier, "defined here first")
            .help("give one of them another name");
            self.report(finding);
        }
    }

    fn parameter_type(&mut self, node: Node<'_>) -> Option<ParameterType> {
        let name = node.child(SyntaxKind::Name)?;
        match name.text() {
            "list" => self.list_type(node),
            "one_of" => self.one_of_type(node),
            word => {
                let kind = ParameterType::of_word(word);
                if kind.is_none() {
                    self.report(unknown_type(word, name.span()));
                }
                kind
            }
        }
    }

    /// `list(TYPE)`.
    fn list_type(&mut self, node: Node<'_>) -> Option<ParameterType> {
        let Some(of) = node.child(SyntaxKind::TypeName) else {
            self.error(
                Code::BadParameter,
                node.span(),
                "a list says what it holds, such as list(text)",
            );
            return None;
        };
        Some(ParameterType::List(Box::new(self.parameter_type(of)?)))
    }

    /// `one_of("TEXT", …)`.
    fn one_of_type(&mut self, node: Node<'_>) -> Option<ParameterType> {
        let strings: Vec<_> = node.children_of(SyntaxKind::String).collect();
        let words: Vec<String> = strings
            .into_iter()
            .filter_map(|string| self.text(string))
            .collect();
        if words.is_empty() {
            self.error(
                Code::BadParameter,
                node.span(),
                "`one_of` lists its choices, such as one_of(\"pilot\", \"broad\")",
            );
            return None;
        }
        Some(ParameterType::OneOf(words))
    }
}

/// What a bare name means in the value of a parameter or name of this type.
fn bare_names(kind: Option<&ParameterType>) -> Bare<'static> {
    match kind {
        Some(ParameterType::Variable) => Bare::Variable,
        _ => Bare::Defined,
    }
}

fn unknown_type(word: &str, span: Span) -> Finding {
    let meant = match word.to_lowercase().as_str() {
        "string" | "str" => Some("text"),
        "int" | "number" => Some("integer"),
        "bool" => Some("boolean"),
        "app" => Some("application"),
        _ => nearest(word, TYPES),
    };
    let finding = Finding::new(
        Code::BadParameter,
        span,
        format!("there is no type `{word}`"),
    )
    .help(format!("the types are {}", TYPES.join(", ")));
    match meant {
        Some(meant) => finding
            .label(format!("did you mean `{meant}`?"))
            .unsafe_fix(format!("write `{meant}`"), span, meant),
        None => finding,
    }
}
