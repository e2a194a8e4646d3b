//! Steps and groups.

use super::{Context, overrides::Overridden};
use crate::{
    diagnostic::{Code, Finding, nearest},
    model::{Assigned, Common, Group, Override, Rule, Setting, Spanned, Step, StepKind, Value},
    source::Span,
    syntax::{self, Node, SyntaxKind},
    vocabulary::{self, Holder, Property, StepType, Unit},
};

/// What the items of a step or group said, before it is checked as a whole.
#[derive(Default)]
pub(super) struct Items {
    pub settings: Vec<Setting>,
    /// The name or value each setting was given by, for messages.
    pub names: Vec<Span>,
    /// Properties that were given, their value faulty: they do not count as missing.
    pub faulty: Vec<(usize, Span)>,
    pub assignments: Vec<Assigned>,
    pub faulty_assignments: usize,
    pub rules: Vec<Rule>,
    common: Vec<(String, Span)>,
    principal: bool,
}

impl Items {
    fn earlier(&self, index: usize) -> Option<Span> {
        self.settings
            .iter()
            .position(|setting| setting.property == index)
            .and_then(|at| self.names.get(at).copied())
    }
}

/// Most characters of a name: the console's limit and the provider's (steps.md of the product's
/// documentation).
const NAME_CONSOLE: usize = 50;
const NAME_MAX: usize = 100;

impl Context<'_> {
    /// A `step` statement.
    pub(super) fn step(&mut self, node: Node<'_>) -> Option<Step> {
        let name = node.child(SyntaxKind::String);
        let kind = node
            .children()
            .filter(|child| matches!(child.kind(), SyntaxKind::String | SyntaxKind::Name))
            .nth(1);
        let mut common = Common {
            span: node.span(),
            ..Common::default()
        };
        common.name = self.node_name(name);
        common.condition = node
            .child(SyntaxKind::When)
            .and_then(|when| self.condition(when));
        let kind = kind?;
        let (step_kind, class) = match kind.kind() {
            SyntaxKind::Name => match vocabulary::step_type(kind.text(), self.sequence.dialect) {
                Some(table) => (StepKind::Known(table), table.class.clone()),
                None => {
                    self.unknown_step(kind);
                    return None;
                }
            },
            _ => (StepKind::Foreign, self.text(kind)?),
        };
        let mut step = Step::new(common, step_kind, class, kind.span());
        let broken = is_broken(node);
        let mut items = Items::default();
        if let Some(list) = node.child(SyntaxKind::Items) {
            // A loose value in a broken statement is what the recovery could not place: it was
            // reported already.
            let given: Vec<_> = list
                .children()
                .filter(|item| !(broken && item.kind().is_value()))
                .collect();
            self.step_items(&mut step, &mut items, &given);
        }
        if !broken {
            self.relations(&step, &items);
        }
        items.settings.shrink_to_fit();
        items.assignments.shrink_to_fit();
        step.settings = items.settings;
        step.assignments = items.assignments;
        step.rules = items.rules;
        self.check_overrides(&step);
        Some(step)
    }

    fn step_items(&mut self, step: &mut Step, items: &mut Items, given: &[Node<'_>]) {
        let mut unit = false;
        for (index, item) in given.iter().enumerate() {
            // The unit of `4 GB` was taken with its number.
            if std::mem::take(&mut unit) {
                continue;
            }
            let loose = given
                .get(index + 1)
                .and_then(|next| syntax::loose_unit(*item, *next));
            if let Some((number, name)) = loose {
                unit = true;
                self.loose_unit(step, items, *item, number, name);
            } else {
                self.step_item(step, items, *item);
            }
        }
    }

    /// A group without its members.
    pub(super) fn group(&mut self, node: Node<'_>) -> Option<Group> {
        let head = node.child(SyntaxKind::GroupHead)?;
        let mut common = Common {
            span: node.span(),
            ..Common::default()
        };
        common.name = self.node_name(head.child(SyntaxKind::String));
        common.condition = head
            .child(SyntaxKind::When)
            .and_then(|when| self.condition(when));
        let mut items = Items::default();
        let list: Vec<_> = head
            .child(SyntaxKind::Items)
            .into_iter()
            .flat_map(Node::children)
            .collect();
        for item in list {
            self.group_item(&mut common, &mut items, item);
        }
        Some(Group {
            common,
            nodes: Vec::new(),
        })
    }

    fn group_item(&mut self, common: &mut Common, items: &mut Items, item: Node<'_>) {
        match item.kind() {
            SyntaxKind::Property => {
                let name = item
                    .child(SyntaxKind::Name)
                    .map(|name| syntax::name_text(name.text()).into_owned())
                    .unwrap_or_default();
                if !self.common_property(common, items, &name, item, Holder::Group) {
                    let known: Vec<_> = vocabulary::common()
                        .iter()
                        .filter(|property| property.applies_to(Holder::Group))
                        .collect();
                    self.unknown_property(item, "a group", &known, None);
                }
            }
            SyntaxKind::XmlNote => {
                let overrides = self.overrides(item, Overridden::Group);
                let is_variable = |one: &&Spanned<Override>| one.value.variable().is_some();
                for one in overrides.iter().filter(is_variable) {
                    let finding = Finding::new(
                        Code::UnexpectedItem,
                        one.span,
                        "a group has no variables to spell",
                    )
                    .label("a name with a capital is a variable");
                    self.report(finding);
                }
                common.overrides.extend(overrides);
            }
            SyntaxKind::Punctuation | SyntaxKind::Error => {}
            _ => self.report(
                Finding::new(
                    Code::UnexpectedItem,
                    item.span(),
                    "a group has properties only",
                )
                .label("this is not a property"),
            ),
        }
    }

    fn node_name(&mut self, node: Option<Node<'_>>) -> Spanned<String> {
        let Some(node) = node else {
            return Spanned::default();
        };
        let Some(name) = self.text(node) else {
            return Spanned::new(String::new(), node.span());
        };
        let length = name.chars().count();
        if name.is_empty() {
            self.error(Code::EmptyText, node.span(), "a step or group needs a name");
        } else if length > NAME_MAX {
            self.error(
                Code::TooLong,
                node.span(),
                format!("this name has {length} characters; the most is {NAME_MAX}"),
            );
        } else if length > NAME_CONSOLE {
            let message =
                format!("this name has {length} characters; the console allows {NAME_CONSOLE}");
            self.report(Finding::new(Code::LongForConsole, node.span(), message));
        }
        Spanned::new(name, node.span())
    }

    fn unknown_step(&mut self, kind: Node<'_>) {
        let mut word = syntax::name_text(kind.text()).into_owned();
        let behind = kind
            .tree()
            .text()
            .get(kind.span().end as usize..)
            .unwrap_or("");
        if behind.starts_with('-') {
            // A cmdlet's name, which the grammar ends at its dash.
            word.extend(
                behind
                    .chars()
                    .take_while(|c| c.is_ascii_alphanumeric() || *c == '-'),
            );
        }
        let plain = |text: &str| text.to_lowercase().replace(['_', ' ', '-'], "");
        let wanted = plain(&word);
        let meant = vocabulary::step_types().find(|step| {
            let class = step.class.trim_start_matches("SMS_TaskSequence_");
            [
                step.keyword.as_str(),
                step.label.as_str(),
                step.class.as_str(),
                class,
                class.trim_end_matches("Action"),
            ]
            .iter()
            .any(|name| plain(name) == wanted)
                || step
                    .cmdlet
                    .as_deref()
                    .is_some_and(|cmdlet| plain(cmdlet).trim_start_matches("newcmtsstep") == wanted)
        });
        let near = meant
            .map(|step| step.keyword.as_str())
            .or_else(|| nearest(&word, vocabulary::step_keywords()));
        let mut finding = Finding::new(Code::UnknownStepType, kind.span(), format!("there is no step type `{word}`"))
            .help("`tasq vocabulary` lists the step types; any other class is written in quotes: step \"…\" \"SMS_TaskSequence_…\"");
        if let Some(near) = near {
            finding = finding.label(format!("did you mean `{near}`?"));
            finding = if meant.is_some() {
                finding.fix(format!("write `{near}`"), kind.span(), near)
            } else {
                finding.unsafe_fix(format!("write `{near}`"), kind.span(), near)
            };
        }
        self.report(finding);
    }

    /// `memory: 4 GB`.
    fn loose_unit(
        &mut self,
        step: &Step,
        items: &mut Items,
        item: Node<'_>,
        number: Node<'_>,
        unit: Node<'_>,
    ) {
        let span = number.span().to(unit.span());
        let word = match Unit::meant(unit.text()) {
            Some(meant) => meant.word(),
            None => unit.text(),
        };
        let right = format!("{}{word}", number.text());
        let finding = Finding::new(
            Code::UnknownUnit,
            span,
            "a unit stands directly behind its number",
        )
        .label("a blank separates two items")
        .fix(format!("write `{right}`"), span, right);
        self.report(finding);
        let name = item.child(SyntaxKind::Name);
        if let Some((index, _)) = name.and_then(|name| step.table()?.find(name.text())) {
            items.faulty.push((index, item.span()));
        }
    }

    fn step_item(&mut self, step: &mut Step, items: &mut Items, item: Node<'_>) {
        match item.kind() {
            SyntaxKind::Property => self.step_property(step, items, item),
            SyntaxKind::Assignment => self.step_assignment(step, items, item),
            SyntaxKind::RuleItem => {
                if step.table().is_some_and(|table| table.rules.is_some()) {
                    match self.rule(item) {
                        Some(rule) => items.rules.push(rule),
                        None => items.faulty_assignments += 1,
                    }
                } else {
                    let finding = Finding::new(
                        Code::UnexpectedItem,
                        item.span(),
                        "only set_dynamic_variables has rules",
                    );
                    self.report(finding);
                }
            }
            SyntaxKind::XmlNote => {
                let overrides = self.overrides(item, Overridden::Step(step.table()));
                step.common.overrides.extend(overrides);
            }
            kind if kind.is_value() => self.principal(step, items, item),
            _ => {}
        }
    }

    fn step_property(&mut self, step: &mut Step, items: &mut Items, item: Node<'_>) {
        let Some(name_node) = item.child(SyntaxKind::Name) else {
            return;
        };
        let name = syntax::name_text(name_node.text()).into_owned();
        if let Some(table) = step.table()
            && let Some((index, property)) = table.find(&name)
        {
            self.known_property(items, property, index, name_node.span(), item);
            return;
        }
        if step.table().is_none_or(|table| table.family.is_some())
            && self.foreign_property(step, &name, item)
        {
            return;
        }
        if name == "run_in"
            && step
                .table()
                .is_none_or(|table| table.attributes.contains_key("runIn"))
        {
            self.run_in(step, items, name_node.span(), item);
        } else if name == "product" {
            if !self.given_twice(
                "product",
                name_node.span(),
                earlier(&items.common, "product"),
            ) {
                items.common.push((name, name_node.span()));
                step.product = self.product(item);
            }
        } else if !self.common_property(&mut step.common, items, &name, item, Holder::Step) {
            self.unknown_step_property(step, item);
        }
    }

    fn unknown_step_property(&mut self, step: &Step, item: Node<'_>) {
        let runs = step
            .table()
            .is_none_or(|table| table.attributes.contains_key("runIn"));
        let common = vocabulary::common().iter().filter(|property| {
            property.applies_to(Holder::Step) && (runs || property.name != "run_in")
        });
        let own = step
            .table()
            .map_or(&[] as &[Property], |table| &table.property);
        let known: Vec<_> = own.iter().chain(common).collect();
        let owner = step
            .table()
            .map_or("a step of this type", |table| table.keyword.as_str());
        let owner = if step.table().is_some() {
            format!("`{owner}`")
        } else {
            owner.to_owned()
        };
        let foreign = "a step type in quotes has action, run_in, success_codes, retry_count, timeout and the XML's own variables: NAME = \"value\"";
        let help = step.table().is_none().then(|| foreign.to_owned());
        self.unknown_property(item, &owner, &known, help);
    }

    fn known_property(
        &mut self,
        items: &mut Items,
        property: &Property,
        index: usize,
        name: Span,
        item: Node<'_>,
    ) {
        if self.given_twice(&property.name, name, items.earlier(index)) {
            return;
        }
        match self.setting(property, index, item) {
            Some(setting) => {
                items.settings.push(setting);
                items.names.push(name);
            }
            None => items.faulty.push((index, name)),
        }
    }

    fn run_in(&mut self, step: &mut Step, items: &mut Items, name: Span, item: Node<'_>) {
        if self.given_twice("run_in", name, earlier(&items.common, "run_in")) {
            return;
        }
        items.common.push(("run_in".to_owned(), name));
        if let Some(property) = vocabulary::common()
            .iter()
            .find(|property| property.name == "run_in")
            && let Some(setting) = self.setting(property, 0, item)
            && let Value::Text(text) = setting.value
        {
            step.run_in = Some(Spanned::new(text, setting.span));
        }
    }

    /// Properties of a step type in quotes: they are attributes of the XML, kept as notes, and its
    /// action.
    fn foreign_property(&mut self, step: &mut Step, name: &str, item: Node<'_>) -> bool {
        let Some(property) = vocabulary::quoted()
            .iter()
            .find(|property| property.name == name)
        else {
            return false;
        };
        let Some(setting) = self.setting(property, 0, item) else {
            return true;
        };
        let known = step.table().is_some();
        if let Value::Text(text) = setting.value {
            match &property.attribute {
                Some(attribute) if known || attribute != "action" => {
                    let text = Some(text);
                    let said = match attribute.as_str() {
                        "action" => Override::Action(text),
                        name => Override::Attribute {
                            name: name.to_owned(),
                            text,
                        },
                    };
                    let said = Spanned::new(said, item.span());
                    step.common.overrides.push(said);
                }
                _ => step.action = Some(Spanned::new(text, setting.span)),
            }
        }
        true
    }

    /// `description`, `continue_on_error`, `disabled`; false when the name is none of them.
    fn common_property(
        &mut self,
        common: &mut Common,
        items: &mut Items,
        name: &str,
        item: Node<'_>,
        owner: Holder,
    ) -> bool {
        let Some(property) = vocabulary::common()
            .iter()
            .find(|property| property.name == name && property.applies_to(owner))
        else {
            return false;
        };
        let span = item.child(SyntaxKind::Name).map_or(item.span(), Node::span);
        if self.given_twice(name, span, earlier(&items.common, name)) {
            return true;
        }
        items.common.push((name.to_owned(), span));
        match name {
            "description" => {
                if let Some(setting) = self.setting(property, 0, item) {
                    match setting.value {
                        Value::Text(text) => {
                            common.description = Some(Spanned::new(text, setting.span));
                        }
                        _ => {
                            let absent = Override::Attribute {
                                name: "description".to_owned(),
                                text: None,
                            };
                            common.overrides.push(Spanned::new(absent, span));
                        }
                    }
                }
            }
            "continue_on_error" => common.continue_on_error = self.flag(property, item),
            "disabled" => common.disabled = self.flag(property, item),
            _ => return false,
        }
        true
    }

    fn step_assignment(&mut self, step: &Step, items: &mut Items, item: Node<'_>) {
        let sets = step
            .table()
            .is_none_or(|table| table.assignment.is_some() || table.rules.is_some());
        let name = item
            .child(SyntaxKind::Variable)
            .map(|name| syntax::name_text(name.text()));
        if name.is_some_and(|name| {
            step.table()
                .is_some_and(|table| table.numbered(&name).is_some())
        }) {
            items.assignments.extend(self.assignment(item, false));
            return;
        }
        if !sets {
            self.unexpected_assignment(step, item);
            return;
        }
        let Some(assigned) = self.assignment(item, step.table().is_some()) else {
            items.faulty_assignments += 1;
            return;
        };
        if step.table().is_some_and(|table| table.rules.is_some()) {
            items.rules.push(Rule {
                test: None,
                variables: vec![assigned],
                span: item.span(),
            });
        } else {
            items.assignments.push(assigned);
        }
    }

    /// `timeout = 15min` where a property is meant.
    fn unexpected_assignment(&mut self, step: &Step, item: Node<'_>) {
        let name = item.child(SyntaxKind::Variable);
        let word = name.map_or("", Node::text);
        let equals = item
            .children_of(SyntaxKind::Punctuation)
            .find(|child| child.text() == "=");
        let keyword = step.table().map_or("", |table| table.keyword.as_str());
        let mut finding = Finding::new(Code::UnexpectedItem, item.span(), format!("`{keyword}` sets no variables"))
            .help("a property is written `name: value`; variables are set with set_variable or set_dynamic_variables");
        let known = step.table().is_some_and(|table| table.find(word).is_some())
            || vocabulary::common()
                .iter()
                .any(|property| property.name == word);
        if let (true, Some(name), Some(equals)) = (known, name, equals) {
            let span = Span::new(name.span().file, name.span().end, equals.span().end);
            finding = finding.label("a property is written with a colon").fix(
                format!("write `{word}:`"),
                span,
                ":",
            );
        }
        self.report(finding);
    }

    /// A value without a name.
    fn principal(&mut self, step: &Step, items: &mut Items, item: Node<'_>) {
        let Some(table) = step.table() else {
            self.report(
                Finding::new(
                    Code::UnexpectedValue,
                    item.span(),
                    "a step type in quotes has no principal property",
                )
                .label("which property is this?"),
            );
            return;
        };
        let Some((index, property)) = table.principal() else {
            self.no_principal(table, item);
            return;
        };
        if items.principal {
            self.report(second_principal(property, item.span()));
            return;
        }
        items.principal = true;
        if !items.settings.is_empty() || !items.faulty.is_empty() {
            self.report(late_principal(property, item.span()));
        }
        if self.given_twice(&property.name, item.span(), items.earlier(index)) {
            return;
        }
        match self.property_value(property, item) {
            Some((value, span)) => {
                items.settings.push(Setting {
                    property: index,
                    value,
                    span,
                });
                items.names.push(item.span());
            }
            None => items.faulty.push((index, item.span())),
        }
    }

    fn no_principal(&mut self, table: &StepType, item: Node<'_>) {
        let names: Vec<_> = table
            .property
            .iter()
            .map(|property| property.name.as_str())
            .collect();
        let mut finding = Finding::new(
            Code::UnexpectedValue,
            item.span(),
            format!("a value of `{}` needs its property's name", table.keyword),
        )
        .label("which property is this?");
        finding = if names.is_empty() {
            finding.help("this step sets variables: NAME = \"value\"")
        } else {
            finding.help(format!("its properties are {}", names.join(", ")))
        };
        if let Some(property) = table.property.iter().find(|property| property.required) {
            let at = Span::at(item.span().file, item.span().start);
            finding = finding.unsafe_fix(
                format!("write `{}:`", property.name),
                at,
                format!("{}: ", property.name),
            );
        }
        self.report(finding);
    }
}

/// Two values without a name.
fn second_principal(property: &Property, span: Span) -> Finding {
    Finding::new(
        Code::UnexpectedValue,
        span,
        "a second value without a property's name",
    )
    .help(format!(
        "only `{}` may be written without its name, once",
        property.name
    ))
}

/// A value without a name behind other properties.
fn late_principal(property: &Property, span: Span) -> Finding {
    let name = &property.name;
    Finding::new(
        Code::UnexpectedValue,
        span,
        format!("the value of `{name}` without its name must come first"),
    )
    .help(format!(
        "move it to the front, or write `{name}:` before it"
    ))
    .unsafe_fix(
        format!("write `{name}:`"),
        Span::at(span.file, span.start),
        format!("{name}: "),
    )
}

/// Whether the grammar did not fit: then what is missing or too much is not known.
fn is_broken(node: Node<'_>) -> bool {
    let open = |items: Node<'_>| {
        items
            .children()
            .last()
            .is_none_or(|last| last.text() != ">")
    };
    node.children().any(|child| {
        child.kind() == SyntaxKind::Error
            || child.kind() == SyntaxKind::Items
                && (open(child)
                    || child
                        .children()
                        .any(|item| item.kind() == SyntaxKind::Error))
    })
}

fn earlier(common: &[(String, Span)], name: &str) -> Option<Span> {
    common
        .iter()
        .find(|(given, _)| given == name)
        .map(|(_, span)| *span)
}
