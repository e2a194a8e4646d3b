//! Names of run-time variables.

use super::{
    Context,
    constant::{Bare, ConstantValue},
};
use crate::{
    diagnostic::{Code, Finding},
    model::{Assigned, Spanned, Value},
    source::Span,
    syntax::{self, Node, SyntaxKind},
};

use super::convert::secret_name;

/// Most characters of a variable's value (using-task-sequence-variables.md).
pub(super) const MAX_VALUE: usize = 4000;

impl Context<'_> {
    /// The variable that a `variable` node names: a name as it stands, or a compile-time value in
    /// `${…}`.
    pub(super) fn variable(&mut self, node: Node<'_>) -> Option<Spanned<String>> {
        let inner = node.children().next()?;
        let name = match inner.kind() {
            SyntaxKind::Name => syntax::name_text(inner.text()).into_owned(),
            SyntaxKind::Insertion => self.text(inner)?,
            _ => return None,
        };
        self.writable(&name, node.span())
            .then(|| Spanned::new(name, node.span()))
    }

    /// Reports a name that no variable can have, or (`set`) that only the product may set.
    pub(super) fn check_variable_name(&mut self, name: &str, span: Span, set: bool) {
        let bare = name.trim();
        if bare.contains('%') {
            return;
        }
        let wrong = bare
            .chars()
            .find(|c| !(c.is_ascii_alphanumeric() || "_-".contains(*c)));
        let problem = if bare.is_empty() {
            Some("it is empty".to_owned())
        } else if bare.chars().count() > 256 {
            Some("it has more than 256 characters".to_owned())
        } else if let Some(wrong) = wrong.filter(|_| set) {
            Some(if wrong == ' ' {
                "it holds a blank".to_owned()
            } else {
                format!("it holds `{wrong}`")
            })
        } else if !bare.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && set {
            Some("it does not begin with a letter".to_owned())
        } else {
            None
        };
        if let Some(problem) = problem {
            let finding = Finding::new(
                Code::BadVariableName,
                span,
                format!("`{name}` is no variable's name: {problem}"),
            )
            .help("a name has 1 to 256 letters, digits, `_` and `-`, and begins with a letter");
            self.report(finding);
        } else if set && bare.starts_with('_') {
            let finding = Finding::new(
                Code::ReadOnlyVariable,
                span,
                format!("`{name}` is read-only"),
            )
            .label("names that begin with `_` belong to the product")
            .help(match bare.to_ascii_lowercase().as_str() {
                "_smstsmachinename" => {
                    "the computer's name for later steps is set with OSDComputerName"
                }
                _ => "choose a name that begins with a letter",
            });
            self.report(finding);
        }
    }

    /// An `assignment` node. `checked` asks for a name that a step may set.
    pub(super) fn assignment(&mut self, node: Node<'_>, checked: bool) -> Option<Assigned> {
        let name = self.variable(node.child(SyntaxKind::Variable)?)?;
        let masked = node
            .child(SyntaxKind::Word)
            .is_some_and(|word| word.text() == "masked");
        if checked {
            self.check_variable_name(&name.value, name.span, true);
        }
        let value_node = node.value()?;
        let value = self.assigned_value(value_node, masked)?;
        Some(Assigned {
            name,
            value,
            value_span: value_node.span(),
            masked,
        })
    }

    fn assigned_value(&mut self, node: Node<'_>, masked: bool) -> Option<Value> {
        let span = node.span();
        let constant = self.constant(node, Bare::Defined)?;
        if let Some(secret) = secret_name(&constant) {
            if !masked {
                let finding = Finding::new(
                    Code::WrongType,
                    span,
                    "only a masked variable can hold a secret",
                )
                .help("write `masked` before the variable's name")
                .label("this would be written in clear");
                self.report(finding);
                return None;
            }
            return Some(Value::Secret(secret));
        }
        let text = match constant {
            ConstantValue::Text(text) => text,
            ConstantValue::Integer { digits, .. } => digits,
            ConstantValue::Absent => return Some(Value::Absent),
            ConstantValue::Boolean(value) => {
                let finding = Finding::new(Code::WrongType, span, "a run-time value is text")
                    .label(format!("`{value}` is a compile-time word"))
                    .fix(format!("write \"{value}\""), span, format!("\"{value}\""));
                self.report(finding);
                return None;
            }
            other => {
                let finding = Finding::new(
                    Code::WrongType,
                    span,
                    format!("a run-time value is text, not {}", other.noun()),
                )
                .help("write it in quotes, or as digits");
                self.report(finding);
                return None;
            }
        };
        if masked && !text.is_empty() {
            let finding =
                Finding::new(Code::ValueIgnored, span, "the value of a masked variable is not written to the XML")
                    .label("not shown here")
                    .hides(span)
                    .help(
                        "write secret(\"NAME\"): an export holds no masked values, they are entered after the import",
                    );
            self.report(finding);
        }
        self.check_value(&text, span).then_some(Value::Text(text))
    }

    /// Whether a text can be a variable's value.
    fn check_value(&mut self, text: &str, span: Span) -> bool {
        let length = text.chars().count();
        if length > MAX_VALUE {
            self.error(
                Code::ValueTooLong,
                span,
                format!("this value has {length} characters; a variable holds {MAX_VALUE}"),
            );
            return false;
        }
        true
    }
}
