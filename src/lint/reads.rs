//! Which variables a sequence reads and sets, and where.

use super::outputs::spoken_names;
use crate::{
    model::{
        Assigned, Condition, Expression, ExpressionKind, Node, Operand, RuleTest, Sequence,
        Spanned, Step, Value,
    },
    source::Span,
    vocabulary::Type,
};

/// One use of a run-time variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariableUse<'a> {
    /// The name as spelled there.
    pub name: &'a str,
    /// The place: the name itself where the source has it alone, else the text around it.
    pub span: Span,
    /// Whether the variable is set, else read.
    pub sets: bool,
    /// Whether only the beginning is known: the step makes numbered variables from it.
    pub base: bool,
}

/// All uses of run-time variables, in the order of the sequence.
pub fn variable_uses(sequence: &Sequence) -> Vec<VariableUse<'_>> {
    let mut uses = Uses::default();
    for variable in &sequence.global_variables {
        uses.assigned(variable);
    }
    for external in &sequence.external_variables {
        uses.set(&external.value, external.span);
    }
    sequence.walk(&mut |node, _| uses.node(node));
    uses.list
}

/// The names between percent signs in a text. Two names cannot share a sign: `%A%B%` reads `A`
/// only.
pub fn inserted_names(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('%') {
        rest = &rest[open + 1..];
        let Some(close) = rest.find('%') else { break };
        let name = &rest[..close];
        if is_name(name) {
            names.push(name);
            rest = &rest[close + 1..];
        }
    }
    names
}

/// A name as it may stand between percent signs; `%errorlevel` of a batch argument or `50 %` of a
/// text is none.
fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 256
        && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_-(){}.".contains(c))
}

#[derive(Default)]
struct Uses<'a> {
    list: Vec<VariableUse<'a>>,
}

impl<'a> Uses<'a> {
    fn push(&mut self, name: &'a str, span: Span, sets: bool, base: bool) {
        let name = name.trim();
        if !name.is_empty() && !name.contains('%') {
            self.list.push(VariableUse {
                name,
                span,
                sets,
                base,
            });
        }
    }

    fn set(&mut self, name: &'a str, span: Span) {
        self.push(name, span, true, false);
    }

    fn read(&mut self, name: &'a str, span: Span) {
        self.push(name, span, false, false);
    }

    fn text(&mut self, text: &'a Spanned<String>) {
        self.inserted(&text.value, text.span);
    }

    fn inserted(&mut self, text: &'a str, span: Span) {
        if text.contains('%') {
            for name in inserted_names(text) {
                self.read(name, span);
            }
        }
    }

    fn assigned(&mut self, assigned: &'a Assigned) {
        if let Some(text) = assigned.value.text() {
            self.inserted(text, assigned.value_span);
        }
        self.set(&assigned.name.value, assigned.name.span);
    }

    fn node(&mut self, node: &'a Node) {
        let Some(common) = node.common() else { return };
        self.text(&common.name);
        if let Some(condition) = &common.condition {
            self.condition(condition);
        }
        if let Node::Step(step) = node {
            self.step(step);
        }
    }

    fn step(&mut self, step: &'a Step) {
        if let Some(action) = &step.action {
            self.text(action);
        }
        for setting in &step.settings {
            let Some(property) = step
                .table()
                .and_then(|table| table.property.get(setting.property))
            else {
                continue;
            };
            match (&setting.value, property.kind) {
                (Value::Text(text), Type::Variable) => {
                    self.push(text, setting.span, property.sets_variable, property.base);
                }
                (Value::Text(text) | Value::Unchecked(text), _) => {
                    self.inserted(text, setting.span);
                }
                (Value::Script(text), _) => self.script(text, setting.span),
                (Value::Absent | Value::References(_) | Value::Secret(_) | Value::Bytes(_), _) => {}
            }
        }
        for rule in &step.rules {
            if let Some(RuleTest::Expression(expression)) = &rule.test {
                self.expression(expression);
            }
            for variable in &rule.variables {
                self.assigned(variable);
            }
        }
        for assigned in &step.assignments {
            self.assigned(assigned);
        }
    }

    /// A script speaks of variables through the task sequence environment.
    fn script(&mut self, text: &'a str, span: Span) {
        for spoken in spoken_names(text) {
            if let Some(range) = spoken.name {
                self.push(&text[range], span, spoken.set, false);
            }
        }
    }

    fn condition(&mut self, condition: &'a Condition) {
        // An explicit stack: a condition read from XML may be nested to any depth.
        let mut stack: Vec<&'a Operand> = condition.operands.iter().rev().collect();
        while let Some(operand) = stack.pop() {
            match operand {
                Operand::Operator { operands, .. } => stack.extend(operands.iter().rev()),
                Operand::Expression(expression) => self.expression(expression),
                Operand::Os(_) | Operand::Xml(_) => {}
            }
        }
    }

    fn expression(&mut self, expression: &'a Expression) {
        if let ExpressionKind::Variable { variable, .. } = &expression.kind {
            self.read(&variable.value, variable.span);
        }
        for text in expression.kind.expanded() {
            self.text(text);
        }
    }
}
