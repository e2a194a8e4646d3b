//! What a step's properties ask of each other: required, excluded, needed, too new.

use super::{Context, step::Items};
use crate::{
    diagnostic::{Code, Finding},
    model::{Step, Value},
    source::Span,
    vocabulary::{ProductVersion, Property, StepType},
};

impl Context<'_> {
    /// Checks a step as a whole, once its items are known.
    pub(super) fn relations(&mut self, step: &Step, items: &Items) {
        let Some(table) = step.table() else { return };
        let at = step.kind_span;
        for (index, property) in table.property.iter().enumerate() {
            if !is_given(items, index) {
                if !is_spelled(step, property) {
                    self.missing(step, table, items, property, at);
                }
                continue;
            }
            let Some(position) = items
                .settings
                .iter()
                .position(|setting| setting.property == index)
            else {
                continue;
            };
            let (Some(setting), Some(span)) = (
                items.settings.get(position),
                items.names.get(position).copied(),
            ) else {
                continue;
            };
            if says_nothing(&setting.value) {
                continue;
            }
            self.excluded(table, items, index, property, span);
            self.property_needs(step, table, items, property, span);
            self.member_needs(table, items, property, &setting.value, span);
            let product = step.product.or(self.sequence.product);
            self.too_new(property, product, span);
        }
        self.assignments(step, table, items, at);
    }

    fn missing(
        &mut self,
        step: &Step,
        table: &StepType,
        items: &Items,
        property: &Property,
        at: Span,
    ) {
        let others: Vec<_> = property
            .required_unless
            .iter()
            .filter_map(|name| table.find(name))
            .collect();
        if property.required {
            let finding = Finding::new(
                Code::MissingProperty,
                at,
                format!("`{}` is missing", property.name),
            )
            .label(format!("a step of this type needs `{}`", property.name))
            .help(property.help.clone());
            self.report(finding);
        } else if !others.is_empty()
            && !others
                .iter()
                .any(|(index, other)| is_given(items, *index) || is_spelled(step, other))
        {
            // Said once, by the first of the alternatives.
            let first = table.property.iter().find(|other| {
                other.name == property.name || property.required_unless.contains(&other.name)
            });
            if first.is_some_and(|first| first.name == property.name) {
                let names: Vec<_> = others
                    .iter()
                    .map(|(_, other)| format!("`{}`", other.name))
                    .collect();
                let finding = Finding::new(
                    Code::MissingProperty,
                    at,
                    format!("`{}` or {} is missing", property.name, names.join(" or ")),
                )
                .label("a step of this type needs one of them");
                self.report(finding);
            }
        }
    }

    /// Reports properties without which this one means nothing.
    fn property_needs(
        &mut self,
        step: &Step,
        table: &StepType,
        items: &Items,
        property: &Property,
        span: Span,
    ) {
        for other in &property.requires {
            let there = |(other, needed)| is_given(items, other) || is_spelled(step, needed);
            if !table.find(other).is_some_and(there) {
                let finding = Finding::new(
                    Code::RequiresProperty,
                    span,
                    format!("`{}` needs `{other}`", property.name),
                )
                .label(format!("without `{other}` it means nothing"))
                .help(match table.find(other) {
                    Some((_, wanted)) => format!("`{other}`: {}", wanted.help),
                    None => format!("give `{other}` too"),
                });
                self.report(finding);
            }
        }
    }

    fn excluded(
        &mut self,
        table: &StepType,
        items: &Items,
        index: usize,
        property: &Property,
        span: Span,
    ) {
        for name in &property.excludes {
            let Some((other, other_property)) = table.find(name) else {
                continue;
            };
            let Some(there) = place(items, other) else {
                continue;
            };
            // Each pair is reported once, at the later of the two; a faulty one does not report for
            // itself.
            let mutual = other_property.excludes.contains(&property.name);
            let both_sound = !items.faulty.iter().any(|(faulty, _)| *faulty == other);
            if mutual
                && both_sound
                && place(items, index).is_some_and(|here| here.start < there.start)
            {
                continue;
            }
            let finding = Finding::new(
                Code::ExclusiveProperties,
                span,
                format!("`{}` and `{name}` exclude each other", property.name),
            )
            .label("give one of the two")
            .also(there, format!("`{name}` is given here"));
            self.report(finding);
        }
    }

    /// What a choice needs, and what stands only beside another property's choice.
    fn member_needs(
        &mut self,
        table: &StepType,
        items: &Items,
        property: &Property,
        value: &Value,
        span: Span,
    ) {
        let chosen = property
            .member
            .iter()
            .find(|member| Some(member.xml.as_str()) == value.text());
        for name in chosen.iter().flat_map(|member| &member.requires) {
            if table
                .find(name)
                .is_none_or(|(other, _)| place(items, other).is_none())
            {
                let word = chosen.map_or("", |member| member.name.as_str());
                let finding = Finding::new(
                    Code::RequiresProperty,
                    span,
                    format!("`{}: {word}` needs `{name}`", property.name),
                );
                self.report(finding.label(format!("give `{name}` too")));
            }
        }
        let Some(only) = &property.only_with else {
            return;
        };
        let Some((other, other_property)) = table.find(&only.property) else {
            return;
        };
        let said = items
            .settings
            .iter()
            .find(|setting| setting.property == other)
            .and_then(|setting| setting.value.text());
        let wanted = other_property
            .member(&only.member)
            .map(|member| member.xml.as_str());
        if said.is_some() && said != wanted {
            let message = format!(
                "`{}` stands only beside `{}: {}`",
                property.name, only.property, only.member
            );
            self.report(
                Finding::new(Code::RequiresProperty, span, message).label("nothing reads it here"),
            );
        }
    }

    fn too_new(&mut self, property: &Property, product: Option<ProductVersion>, span: Span) {
        if let (Some(product), Some(since)) = (product, property.since)
            && since > product
        {
            let finding = Finding::new(
                Code::NeedsNewerProduct,
                span,
                format!("`{}` came with version {since}", property.name),
            )
            .label(format!("this is written for {product}"))
            .help("leave it out, or raise `product:`");
            self.report(finding);
        }
    }

    fn assignments(&mut self, step: &Step, table: &StepType, items: &Items, at: Span) {
        if let Some(spec) = &table.assignment
            && !is_overridden(step, &spec.name.property)
        {
            let count = items.assignments.len() + items.faulty_assignments;
            if count == 0 {
                let finding =
                    Finding::new(Code::MissingAssignment, at, "this step sets no variable")
                        .label("write < NAME = \"value\" >");
                self.report(finding);
            }
            if let Some(second) = items.assignments.get(1) {
                let finding = Finding::new(
                    Code::MissingAssignment,
                    second.name.span,
                    "a step of this type sets one variable",
                )
                .label("a second one")
                .help("write another step, or one set_dynamic_variables step for all of them");
                self.report(finding);
            }
        }
        let spelled = table
            .rules
            .as_ref()
            .is_some_and(|rules| is_overridden(step, &rules.property));
        if table.rules.is_some()
            && !spelled
            && items.rules.is_empty()
            && items.faulty_assignments == 0
        {
            let finding = Finding::new(Code::MissingAssignment, at, "this step has no rule")
                .label("write < rule when … { NAME = \"value\" } >");
            self.report(finding);
        }
    }
}

fn is_overridden(step: &Step, name: &str) -> bool {
    step.common
        .overrides
        .iter()
        .any(|one| one.value.is_about(name))
}

/// Whether the XML's own spelling stands for a property: then it is not missing.
fn is_spelled(step: &Step, property: &Property) -> bool {
    let fields = property.field.iter().map(|field| field.property.as_str());
    let joined = property
        .array
        .iter()
        .filter_map(|array| Some(array.joined.as_ref()?.property.as_str()));
    let own = property
        .property
        .as_deref()
        .into_iter()
        .chain(property.attribute.as_deref());
    own.chain(fields)
        .chain(joined)
        .any(|name| is_overridden(step, name))
}

fn is_given(items: &Items, index: usize) -> bool {
    items
        .settings
        .iter()
        .any(|setting| setting.property == index)
        || items.faulty.iter().any(|(faulty, _)| *faulty == index)
}

/// Where a property is given that says something.
fn place(items: &Items, index: usize) -> Option<Span> {
    let sound = items
        .settings
        .iter()
        .zip(&items.names)
        .find(|(setting, _)| setting.property == index);
    match sound {
        Some((setting, span)) => (!says_nothing(&setting.value)).then_some(*span),
        None => items
            .faulty
            .iter()
            .find(|(faulty, _)| *faulty == index)
            .map(|(_, span)| *span),
    }
}

/// `absent` and the empty text are about the XML's spelling; they exclude nothing and need nothing.
fn says_nothing(value: &Value) -> bool {
    matches!(value, Value::Absent) || matches!(value, Value::Text(text) if text.is_empty())
}
