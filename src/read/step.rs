//! Steps.

use super::{
    condition, differ,
    parts::{self, Parts},
    plan::StepForm,
    product, rules,
    secrets::{self, Secret},
    sequence::SequenceReader,
    setting,
};
use crate::{
    diagnostic::{Code, Finding},
    emit::{self, WritingTarget},
    model::{
        Assigned, Common, Override, RawXml, Setting, Spanned, Step, StepKind, Value, line_ends,
    },
    source::Span,
    vocabulary::{self, ProductVersion, StepType},
    write::{WrittenPart, spell},
    xml::Element,
};

/// Longest name a source may give (the provider's limit); a longer one is a fact of the XML.
const MAX_NAME: usize = 100;
/// Longest description.
const MAX_DESCRIPTION: usize = 255;

impl SequenceReader<'_> {
    /// A step, as readable as it can be said; `None` when only the element itself can say it.
    pub(super) fn step(&mut self, element: Element<'_>, number: u32) -> Option<Step> {
        let level = self.plan.level(number);
        if level == StepForm::Xml {
            return None;
        }
        let mut parts = parts::of_step(element, &self.map)?;
        let secrets = secrets::of_step(element, self.dialect);
        self.leave_out(&mut parts, element, &secrets);
        let class = parts.attribute("type").unwrap_or("").to_owned();
        let table = vocabulary::step_type_of_class(&class, self.dialect);
        let table = table
            .filter(|table| level == StepForm::Typed && table.element.name() == element.name());
        if table.is_none() && (element.name() != "step" || class.is_empty()) {
            return None;
        }
        let span = self.map.span(element.range());
        let common = self.common(&parts.attributes, number, element)?;
        let kind = table.map_or(StepKind::Foreign, StepKind::Known);
        let mut step = Step::new(common, kind, class, self.attribute_span(element, "type"));
        if let Some(found) = parts.condition {
            step.common.condition = self.condition(found, number, &mut step.common.overrides)?;
        }
        self.run_in(&mut step, &parts, element);
        match table {
            Some(table) => self.known(&mut step, table, &parts, number, span),
            None => self.foreign(&mut step, &parts),
        }
        self.report_secrets(&step, &secrets);
        self.report_repeated(element, &secrets);
        self.report_open(&step);
        Some(self.spelled(step, &parts, span))
    }

    /// Chooses the product version and says what the XML spells otherwise.
    fn spelled(&mut self, mut step: Step, parts: &Parts<'_>, span: Span) -> Step {
        let mut target = WritingTarget {
            product: self.product,
            dialect: self.dialect,
            line_end: self.line_end,
        };
        if let Some(votes) = &mut self.votes {
            for (product, cost) in votes {
                let target = WritingTarget {
                    product: *product,
                    ..target
                };
                *cost += product::cost(&step, parts, target);
            }
            return step;
        }
        if let Some(product) = self.own_product(&step, parts, target) {
            step.product = Some(product);
            target = target.for_step(&step);
        }
        let shape = emit::shape(&step, target);
        let own = shape.variables.as_deref().unwrap_or_default();
        let there = parts.variables.as_deref().unwrap_or_default();
        let attributes = differ::borrowed(&shape.attributes);
        let mut facts = differ::attributes(&attributes, &differ::borrowed(&parts.attributes), span);
        facts.extend(differ::variables(own, there));
        let before = step.common.overrides.len();
        step.common.overrides.extend(facts);
        self.absent_settings(&mut step, before);
        // The action is made of the variables, so it is compared once those are right.
        let shape = emit::shape(&step, target);
        let mut facts = differ::parts(&shape, parts, span);
        facts.extend(differ::order(
            shape.variables.as_deref().unwrap_or_default(),
            there,
            span,
        ));
        step.common.overrides.extend(facts);
        step
    }

    /// The product version that a step fits clearly better than the sequence's, if there is one.
    fn own_product(
        &self,
        step: &Step,
        parts: &Parts<'_>,
        target: WritingTarget,
    ) -> Option<ProductVersion> {
        let table = step.table()?;
        if table.family.is_some() || table.dialect.is_some() {
            return None;
        }
        let cost_in = |product| product::cost(step, parts, WritingTarget { product, ..target });
        let own = cost_in(target.product);
        if own == 0 {
            return None;
        }
        // The newest has no number that a source could name; the one before it knows the same.
        let named = self
            .candidates
            .iter()
            .copied()
            .filter(|product| *product != ProductVersion::NEWEST);
        let costs = named.map(|product| (cost_in(product), product));
        // Among versions that are as good the newest, which stands first.
        let (cost, product) =
            costs.reduce(|best, other| if other.0 < best.0 { other } else { best })?;
        (cost + 1 < own && !product.is_classic()).then_some(product)
    }

    /// `NAME: absent` among the properties where `xml < … >` would say that a property's variable
    /// is not there.
    fn absent_settings(&self, step: &mut Step, from: usize) {
        let Some(table) = step.table() else { return };
        let mut settings = Vec::new();
        let mut at = from;
        while let Some(fact) = step.common.overrides.get(at) {
            let simple = match &fact.value {
                Override::Variable {
                    property: name,
                    text: None,
                } => table.property.iter().position(|property| {
                    property.property.as_ref() == Some(name)
                        && property.attribute.is_none()
                        && !is_field(table, name)
                }),
                _ => None,
            };
            match simple {
                Some(index)
                    if step
                        .settings
                        .iter()
                        .all(|setting| setting.property != index) =>
                {
                    settings.push(Setting {
                        property: index,
                        value: Value::Absent,
                        span: fact.span,
                    });
                    step.common.overrides.remove(at);
                }
                _ => at += 1,
            }
        }
        step.settings.extend(settings);
    }

    /// Name, description and so on. What a source would refuse is said as a fact of the XML, which
    /// the comparison adds.
    pub(super) fn common(
        &mut self,
        attributes: &[(String, String)],
        number: u32,
        element: Element<'_>,
    ) -> Option<Common> {
        let text = |name: &str| {
            attributes
                .iter()
                .find(|(key, _)| key == name)
                .map(|(_, text)| text.as_str())
        };
        let name = text("name").unwrap_or("");
        let sound = !name.is_empty()
            && name.chars().count() <= MAX_NAME
            && spell::title(name).is_some()
            && !self.plan.is_spelled(number, WrittenPart::Name);
        let name = if sound {
            name.to_owned()
        } else {
            stand_in(name)
        };
        let description = text("description").filter(|text| {
            !text.is_empty()
                && text.chars().count() <= MAX_DESCRIPTION
                && spell::text(text).is_some()
                && !self.plan.is_spelled(number, WrittenPart::Description)
        });
        Some(Common {
            name: Spanned::new(name, self.attribute_span(element, "name")),
            description: description.map(|text| {
                Spanned::new(text.to_owned(), self.attribute_span(element, "description"))
            }),
            disabled: text("disable") == Some("true"),
            continue_on_error: text("continueOnError") == Some("true"),
            condition: None,
            overrides: Vec::new(),
            span: self.map.span(element.range()),
        })
    }

    fn run_in(&self, step: &mut Step, parts: &Parts<'_>, element: Element<'_>) {
        let Some(text) = parts.attribute("runIn") else {
            return;
        };
        let default = step.table().map_or(Some("WinPEandFullOS"), |table| {
            table.attributes.get("runIn").map(String::as_str)
        });
        let known = vocabulary::common().iter().any(|property| {
            property.name == "run_in" && property.member.iter().any(|member| member.xml == text)
        });
        if known && default.is_some_and(|default| default != text) {
            step.run_in = Some(Spanned::new(
                text.to_owned(),
                self.attribute_span(element, "runIn"),
            ));
        }
    }

    fn known(
        &mut self,
        step: &mut Step,
        table: &StepType,
        parts: &Parts<'_>,
        number: u32,
        span: Span,
    ) {
        for (index, property) in table.property.iter().enumerate() {
            if self.plan.is_spelled(number, WrittenPart::Property(index)) {
                continue;
            }
            if let Some(mut setting) = setting::of_property(table, index, property, parts, span) {
                let mut fields = property.field.iter();
                if fields.all(|field| !field.value.contains("{name}")) {
                    self.name_references(&mut setting.value);
                }
                step.settings.push(setting);
            }
        }
        mixed_line_ends(step);
        self.missing(step, table, parts, number);
        let spelled = self.plan.is_spelled(number, WrittenPart::Variables);
        if let Some(spec) = table.assignment.as_ref().filter(|_| !spelled) {
            step.assignments.extend(assignment(spec, parts));
        }
        if let Some(stored) = table.rules.as_ref().filter(|_| !spelled)
            && let Some(variable) = parts.variable(&stored.property)
        {
            self.stored_rules(step, variable);
        }
        for variable in parts.variables.iter().flatten() {
            if let Some((numbered, property)) = table.numbered(&variable.name)
                && property == variable.property
                && numbered.hidden == variable.hidden
                && spell::text(&variable.text).is_some()
            {
                step.assignments
                    .push(assigned(&variable.name, &variable.text, variable.span));
            }
        }
    }

    /// The rules that a variable holds.
    fn stored_rules(&self, step: &mut Step, variable: &parts::StoredVariable) {
        step.rules = rules::read(variable, self.line_end).unwrap_or_default();
        if step.rules.is_empty() {
            // Without a rule only the XML's own spelling says that nothing is missing.
            let fact = Override::Variable {
                property: variable.property.clone(),
                text: Some(variable.text.clone()),
            };
            let fact = Spanned::new(fact, variable.span);
            step.common.overrides.push(fact);
        }
    }

    /// `absent` for a required property that the XML does not have.
    fn missing(&self, step: &mut Step, table: &StepType, parts: &Parts<'_>, number: u32) {
        for (index, property) in table.property.iter().enumerate() {
            let given = |step: &Step, index| {
                step.settings
                    .iter()
                    .any(|setting| setting.property == index)
            };
            let alternative = |name: &String| {
                table
                    .find(name)
                    .is_some_and(|(index, _)| given(step, index))
            };
            let needed = property.required
                || !property.required_unless.is_empty()
                    && !property.required_unless.iter().any(alternative);
            let stored = property
                .property
                .as_deref()
                .is_some_and(|name| parts.variable(name).is_some())
                || property.field.iter().any(|field| {
                    field.value == "{id}" && parts.variable(&field.property).is_some()
                });
            if needed
                && !stored
                && !given(step, index)
                && !self.plan.is_spelled(number, WrittenPart::Property(index))
            {
                let joined = property
                    .array
                    .as_ref()
                    .and_then(|array| array.joined.as_ref());
                let empty = joined.is_some_and(|joined| parts.variable(&joined.property).is_some());
                let value = if empty {
                    Value::References(Vec::new())
                } else {
                    Value::Absent
                };
                step.settings.push(Setting {
                    property: index,
                    value,
                    span: step.kind_span,
                });
            }
        }
    }

    /// Gives references the names that the export has elsewhere, where the step itself holds none.
    fn name_references(&self, value: &mut Value) {
        let Value::References(list) = value else {
            return;
        };
        for reference in list
            .iter_mut()
            .filter(|reference| reference.name.is_empty())
        {
            if let Some(name) = self
                .names
                .get(&reference.id)
                .filter(|name| spell::string(name).is_some())
            {
                reference.name.clone_from(name);
            }
        }
    }

    /// A step type without a table: its variables are items, its attributes properties.
    fn foreign(&mut self, step: &mut Step, parts: &Parts<'_>) {
        step.action = parts
            .action
            .as_ref()
            .filter(|text| !text.is_empty() && spell::text(text).is_some())
            .map(|text| Spanned::new(text.clone(), step.common.span));
        for variable in parts.variables.iter().flatten() {
            let plain = variable.name == variable.property && !variable.hidden;
            if plain && spell::text(&variable.text).is_some() && spell::is_variable(&variable.name)
            {
                step.assignments
                    .push(assigned(&variable.name, &variable.text, variable.span));
            }
        }
    }

    /// Takes the values of secrets out of a step before anything is made of it.
    fn leave_out(&mut self, parts: &mut Parts<'_>, element: Element<'_>, secrets: &[Secret]) {
        for secret in secrets.iter().filter(|secret| secret.is_literal()) {
            let same = |variable: &&mut parts::StoredVariable| variable.property == secret.property;
            if let Some(variable) = parts.variables.iter_mut().flatten().find(same) {
                variable.text.clone_from(&secret.replacement);
            }
        }
        if let Some(text) = parts
            .action
            .as_deref()
            .and_then(|action| secrets::without(action, secrets))
        {
            parts.action = Some(text);
        }
        self.note_secrets(element, secrets);
    }

    /// Remembers the elements that will come back without a secret, so that the proof knows why.
    fn note_secrets(&mut self, element: Element<'_>, secrets: &[Secret]) {
        let actions = element.children().filter(|child| child.name() == "action");
        let actions = actions.filter(|action| secrets::without(&action.text(), secrets).is_some());
        let literal = secrets
            .iter()
            .filter(|secret| secret.is_literal())
            .map(|secret| secret.element);
        self.secrets
            .extend(literal.chain(actions.map(Element::number)));
    }

    /// Says which values were left out, and which must be entered again.
    fn report_secrets(&mut self, step: &Step, secrets: &[Secret]) {
        let used = |secret: &Secret| {
            let is_setting = |setting: &Setting| {
                let property = step
                    .table()
                    .and_then(|table| table.property.get(setting.property));
                matches!(setting.value, Value::Secret(_))
                    && property.is_some_and(|property| {
                        property.property.as_deref() == Some(&secret.property)
                    })
            };
            // A masked value stands in one or two variables of the export; one note is enough.
            let of_assignment = step.table().and_then(|table| table.assignment.as_ref());
            let is_masked = of_assignment
                .is_some_and(|spec| spec.value.property == secret.property)
                && step.assignments.iter().any(|assigned| assigned.masked);
            step.settings.iter().any(is_setting) || is_masked
        };
        for secret in secrets
            .iter()
            .filter(|secret| secret.is_literal() || used(secret))
        {
            self.findings
                .push(secret.finding(self.map.span(secret.range)));
        }
        for assigned in step
            .rules
            .iter()
            .flat_map(|rule| &rule.variables)
            .filter(|assigned| assigned.masked)
        {
            if !secrets.iter().any(Secret::is_literal) {
                let name = &assigned.name.value;
                let message = format!("the export does not hold the value of `{name}`");
                let finding = Finding::new(Code::EnterAgain, assigned.value_span, message);
                self.findings.push(
                    finding.help("the console keeps it; after an import it must be entered again"),
                );
            }
        }
    }

    /// Says which variables are called as secrets and have their values in the open.
    fn report_open(&mut self, step: &Step) {
        let in_rules = step.rules.iter().flat_map(|rule| &rule.variables);
        for assigned in step.assignments.iter().chain(in_rules) {
            if let (false, Value::Text(text)) = (assigned.masked, &assigned.value) {
                let found = secrets::open(&assigned.name.value, text, assigned.value_span);
                self.findings.extend(found);
            }
        }
    }

    /// Says where else the text of a secret stands.
    fn report_repeated(&mut self, element: Element<'_>, secrets: &[Secret]) {
        for (what, range) in secrets::repeated(element, secrets) {
            let span = self.map.span(range);
            self.findings.push(secrets::repeated_finding(&what, span));
        }
    }

    pub(super) fn condition(
        &mut self,
        element: Element<'_>,
        number: u32,
        overrides: &mut Vec<Spanned<Override>>,
    ) -> Option<Option<crate::model::Condition>> {
        if element.attributes().next().is_some() || element.stray_text().is_some() {
            return None;
        }
        let span = self.map.span(element.range());
        let mut reading = condition::ConditionReader {
            map: &self.map,
            plan: self.plan,
            dialect: self.dialect,
            node: number,
            next: 0,
            kept: Vec::new(),
        };
        let found = reading.condition(element)?;
        self.kept
            .extend(reading.kept.into_iter().map(|span| (number, span)));
        if found.operands.is_empty() {
            overrides.push(Spanned::new(Override::EmptyCondition, span));
            return Some(None);
        }
        Some(Some(found))
    }

    /// The secrets of a list of global variables, each told and noted.
    pub(super) fn leave_out_globals(&mut self, list: Element<'_>) -> Vec<Secret> {
        let secrets = secrets::of_globals(list);
        for secret in &secrets {
            self.findings
                .push(secret.finding(self.map.span(secret.range)));
        }
        self.secrets
            .extend(secrets.iter().map(|secret| secret.element));
        secrets
    }

    /// The element in its own words.
    pub(super) fn raw(&mut self, element: Element<'_>, number: u32) -> RawXml {
        let span = self.map.span(element.range());
        self.kept.push((number, span));
        // Steps stand in whatever is kept: in a group, or in an element that nobody knows.
        let mut edits = Vec::new();
        let mut stack = vec![element];
        while let Some(element) = stack.pop() {
            if matches!(element.name(), "step" | "subtasksequence") {
                let secrets = secrets::of_step(element, self.dialect);
                for secret in secrets.iter().filter(|secret| secret.is_literal()) {
                    self.findings
                        .push(secret.finding(self.map.span(secret.range)));
                }
                self.note_secrets(element, &secrets);
                self.report_repeated(element, &secrets);
                edits.extend(secrets::edits(element, &secrets));
            }
            if element.name() == "globalVarList" {
                edits.extend(secrets::edits(element, &self.leave_out_globals(element)));
            }
            stack.extend(element.children());
        }
        RawXml {
            xml: one_line_end(&secrets::edited(element, edits)),
            span,
        }
    }
}

/// Whether a variable is written for a reference, so that leaving out another property does not
/// leave it out.
fn is_field(table: &StepType, property: &str) -> bool {
    table
        .property
        .iter()
        .flat_map(|own| &own.field)
        .any(|field| field.property == property)
}

/// Says which lines of a script end otherwise than the rest.
fn mixed_line_ends(step: &mut Step) {
    let mut numbers = None;
    for setting in &mut step.settings {
        if let Value::Script(text) = &mut setting.value
            && let Some((even, odd)) = line_ends::split(text)
        {
            *text = even;
            numbers = Some((odd, setting.span));
        }
    }
    if let Some((odd, span)) = numbers {
        let fact = Override::LineEnds(odd);
        step.common.overrides.push(Spanned::new(fact, span));
    }
}

/// A block of the source has one kind of line end.
pub(super) fn one_line_end(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

fn assignment(spec: &vocabulary::Assignment, parts: &Parts<'_>) -> Option<Assigned> {
    let name = parts.variable(&spec.name.property)?;
    let masked = spec
        .masked
        .as_ref()
        .and_then(|stored| parts.variable(&stored.property))
        .is_some_and(|variable| secrets::is_true(&variable.text));
    if !spell::is_variable(&name.text) {
        return None;
    }
    let mut out = match parts.variable(&spec.value.property) {
        Some(value) if masked => assigned(&name.text, "", value.span),
        Some(value) if spell::text(&value.text).is_some() => {
            assigned(&name.text, &value.text, value.span)
        }
        Some(_) => return None,
        None => Assigned {
            value: Value::Absent,
            ..assigned(&name.text, "", name.span)
        },
    };
    out.name.span = name.span;
    out.masked = masked;
    if masked && out.value != Value::Absent {
        out.value = Value::Secret(setting::label(&name.text));
    }
    Some(out)
}

pub(super) fn assigned(name: &str, text: &str, span: Span) -> Assigned {
    Assigned {
        name: Spanned::new(name.to_owned(), span),
        value: Value::Text(text.to_owned()),
        value_span: span,
        masked: false,
    }
}

/// A name that a source takes, for one that it would not.
fn stand_in(name: &str) -> String {
    let short: String = name
        .chars()
        .filter(|c| !c.is_control() && *c != '"')
        .take(50)
        .collect();
    if short.trim().is_empty() {
        "(no name)".to_owned()
    } else {
        short
    }
}
