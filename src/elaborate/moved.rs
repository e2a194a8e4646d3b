//! A step at another place of its text: the same step, every place in it moved. Fields are named
//! one by one, so that a new one with a place cannot be forgotten.

use crate::{
    diagnostic::Finding,
    model::{
        Assigned, Common, Condition, Expression, Operand, OsCondition, Override, RawXml, Reference,
        Rule, RuleTest, Setting, Spanned, Step, Value,
    },
    source::Span,
};

/// Moves places inside of a range; others, such as the empty one, stay.
#[derive(Clone, Copy, Debug)]
pub(super) struct Move {
    from: Span,
    to: u32,
}

impl Move {
    /// From a range to where it begins now.
    pub fn new(from: Span, to: u32) -> Self {
        Move { from, to }
    }

    fn span(self, span: &mut Span) {
        let inside = span.file == self.from.file
            && self.from.start <= span.start
            && span.end <= self.from.end;
        if inside {
            let place = |at: u32| at - self.from.start + self.to;
            *span = Span::new(span.file, place(span.start), place(span.end));
        }
    }

    fn spanned<T>(self, spanned: &mut Spanned<T>) {
        self.span(&mut spanned.span);
    }

    fn maybe<T>(self, spanned: &mut Option<Spanned<T>>) {
        if let Some(spanned) = spanned {
            self.spanned(spanned);
        }
    }

    /// A step.
    pub fn step(self, step: &mut Step) {
        let Step {
            common,
            kind: _,
            class: _,
            kind_span,
            run_in,
            product: _,
            settings,
            assignments,
            rules,
            action,
        } = step;
        self.common(common);
        self.span(kind_span);
        self.maybe(run_in);
        self.maybe(action);
        for Setting {
            property: _,
            value,
            span,
        } in settings
        {
            self.value(value);
            self.span(span);
        }
        assignments.iter_mut().for_each(|one| self.assigned(one));
        for Rule {
            test,
            variables,
            span,
        } in rules
        {
            if let Some(test) = test {
                self.rule_test(test);
            }
            variables.iter_mut().for_each(|one| self.assigned(one));
            self.span(span);
        }
    }

    /// A finding about it.
    pub fn finding(self, finding: &mut Finding) {
        finding.spans_mut().for_each(|span| self.span(span));
    }

    fn common(self, common: &mut Common) {
        let Common {
            name,
            description,
            disabled: _,
            continue_on_error: _,
            condition,
            overrides,
            span,
        } = common;
        self.spanned(name);
        self.maybe(description);
        if let Some(condition) = condition {
            self.condition(condition);
        }
        self.overrides(overrides);
        self.span(span);
    }

    fn overrides(self, overrides: &mut [Spanned<Override>]) {
        overrides
            .iter_mut()
            .for_each(|one| self.span(&mut one.span));
    }

    fn assigned(self, assigned: &mut Assigned) {
        let Assigned {
            name,
            value,
            value_span,
            masked: _,
        } = assigned;
        self.spanned(name);
        self.value(value);
        self.span(value_span);
    }

    fn value(self, value: &mut Value) {
        match value {
            Value::References(list) => {
                for Reference {
                    id: _,
                    name: _,
                    kind: _,
                    size: _,
                    span,
                } in list
                {
                    self.span(span);
                }
            }
            Value::Text(_)
            | Value::Absent
            | Value::Unchecked(_)
            | Value::Secret(_)
            | Value::Script(_)
            | Value::Bytes(_) => {}
        }
    }

    fn condition(self, condition: &mut Condition) {
        let Condition { operands, span } = condition;
        self.span(span);
        // An explicit stack: nesting never costs the program's own.
        let mut pending: Vec<&mut Operand> = operands.iter_mut().collect();
        while let Some(operand) = pending.pop() {
            match operand {
                Operand::Operator {
                    junction: _,
                    operands,
                    span,
                } => {
                    self.span(span);
                    pending.extend(operands.iter_mut());
                }
                Operand::Expression(expression) => self.expression(expression),
                Operand::Os(OsCondition { systems: _, span }) => self.span(span),
                Operand::Xml(RawXml { xml: _, span }) => self.span(span),
            }
        }
    }

    fn expression(self, expression: &mut Expression) {
        let Expression {
            kind,
            overrides,
            span,
        } = expression;
        self.span(span);
        self.overrides(overrides);
        for text in kind.texts_mut() {
            self.spanned(text);
        }
    }

    fn rule_test(self, test: &mut RuleTest) {
        match test {
            RuleTest::Expression(expression) => self.expression(expression),
            RuleTest::MakeModel { make, model } => {
                self.spanned(make);
                self.spanned(model);
            }
            RuleTest::Computer {
                asset_tag: _,
                mac_address: _,
                serial_number: _,
                uuid: _,
            } => {}
            RuleTest::Gateway { gateway } => self.spanned(gateway),
        }
    }
}
