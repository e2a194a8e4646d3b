//! The file: header, groups and steps.

use super::{
    SourceMark, Written, WrittenPart, condition,
    fragment::Fragment,
    items,
    scripts::{self, Names, Scripts},
};
use crate::{
    model::{Common, Group, Node, Override, Sequence, Spanned, Step, Value, is_attribute_name},
    syntax::MAX_DEPTH,
    vocabulary::{self, Property, StepType},
    write::spell,
};

/// The node that stands for the header in marks.
pub const HEADER: u32 = u32::MAX;

/// Deepest group that a source says. It can be nested [`MAX_DEPTH`] brackets, some of which the
/// innermost step needs.
pub const MAX_GROUPS: usize = MAX_DEPTH - 10;

/// Items that fit into this many characters, and are not many, stay on one line.
const ONE_LINE: usize = 100;
const FEW: usize = 3;

/// The source of a sequence, roughly laid out.
pub fn write_source(sequence: &Sequence, scripts: Scripts) -> Written {
    let mut writer = SourceWriter {
        out: Written::default(),
        scripts,
        names: Names::default(),
    };
    writer.header(sequence);
    writer.nodes(sequence);
    writer.out
}

struct SourceWriter<'a> {
    out: Written,
    scripts: Scripts<'a>,
    names: Names,
}

impl SourceWriter<'_> {
    fn push(&mut self, node: u32, fragment: Fragment) {
        let offset = self.out.text.len();
        self.out.text.push_str(&fragment.text);
        let marks = fragment.marks.into_iter();
        self.out
            .marks
            .extend(marks.map(|(start, end, part, span)| SourceMark {
                start: start + offset,
                end: end + offset,
                node,
                part,
                span,
            }));
    }

    fn header(&mut self, sequence: &Sequence) {
        let Some(name) = &sequence.name else { return };
        let mut list = Vec::new();
        for (index, property) in vocabulary::header().iter().enumerate() {
            if let Some(setting) = sequence
                .properties
                .iter()
                .find(|setting| setting.property == index)
            {
                list.extend(items::property(
                    property,
                    setting,
                    WrittenPart::Property(index),
                ));
            }
        }
        if let Some(product) = sequence.product {
            list.push(Fragment::new(format!("product: \"{product}\"")));
        }
        list.extend(sequence.global_variables.iter().map(|one| {
            Fragment::new(items::assigned(one)).marked(WrittenPart::Variables, one.value_span)
        }));
        list.extend(items::xml(&sequence.overrides, name.span));
        let text = spell::string(&name.value).unwrap_or_else(|| "\"\"".to_owned());
        let mut fragment = Fragment::new("sequence ");
        fragment.append(Fragment::new(text).marked(WrittenPart::Name, name.span));
        fragment.append(bracketed(list, fragment.width()));
        let fragment = fragment.marked(WrittenPart::Whole, name.span);
        self.push(HEADER, fragment);
        self.out.text.push_str("\n\n");
    }

    /// All nodes, with a stack of our own.
    fn nodes(&mut self, sequence: &Sequence) {
        let mut stack: Vec<(std::slice::Iter<'_, Node>, bool)> =
            vec![(sequence.nodes.iter(), true)];
        while let Some((nodes, first)) = stack.last_mut() {
            let Some(node) = nodes.next() else {
                stack.pop();
                if !stack.is_empty() {
                    self.out.text.push_str("}\n");
                }
                continue;
            };
            let apart = !std::mem::replace(first, false);
            if apart && (stack.len() == 1 || !matches!(node, Node::Xml(_))) {
                self.out.text.push('\n');
            }
            match node {
                Node::Step(step) => self.step(step),
                Node::Xml(raw) => {
                    let node = if raw.xml.starts_with("<referenceList") {
                        HEADER
                    } else {
                        raw.span.start
                    };
                    self.push(
                        node,
                        Fragment::new(items::raw(&raw.xml)).marked(WrittenPart::Whole, raw.span),
                    );
                    self.out.text.push('\n');
                }
                Node::Group(group) => {
                    self.group(group);
                    stack.push((group.nodes.iter(), true));
                }
            }
        }
    }

    fn group(&mut self, group: &Group) {
        let mut fragment = Fragment::new("group ");
        fragment.append(name(&group.common));
        let list = common_items(&group.common);
        fragment.append(bracketed(list, fragment.width()));
        fragment.append(when(&group.common));
        let fragment = fragment.marked(WrittenPart::Whole, group.common.span);
        self.push(group.common.span.start, fragment);
        self.out.text.push_str(" {\n");
    }

    fn step(&mut self, step: &Step) {
        let mut fragment = Fragment::new("step ");
        fragment.append(name(&step.common));
        let class = || spell::string(&step.class).unwrap_or_else(|| "\"\"".to_owned());
        fragment.push(&format!(
            " {}",
            step.table()
                .map_or_else(class, |table| table.keyword.clone())
        ));
        let list = self.items(step);
        fragment.append(bracketed(list, fragment.width()));
        fragment.append(when(&step.common));
        let fragment = fragment.marked(WrittenPart::Whole, step.common.span);
        self.push(step.common.span.start, fragment);
        self.out.text.push('\n');
    }

    fn items(&mut self, step: &Step) -> Vec<Fragment> {
        let mut list = match (step.table(), &step.action) {
            (Some(table), _) => self.properties(step, table),
            (None, Some(action)) => {
                let text = spell::text(&action.value).unwrap_or_else(|| "\"\"".to_owned());
                let item = Fragment::new(format!("action: {text}"));
                vec![item.marked(WrittenPart::Whole, action.span)]
            }
            (None, None) => Vec::new(),
        };
        for assigned in &step.assignments {
            list.push(
                Fragment::new(items::assigned(assigned))
                    .marked(WrittenPart::Variables, assigned.value_span),
            );
        }
        for rule in &step.rules {
            list.push(Fragment::new(items::rule(rule)).marked(WrittenPart::Variables, rule.span));
        }
        list.extend(run_in(step));
        let (attributes, overrides) = quoted_attributes(step);
        list.extend(attributes);
        let rest = Common {
            overrides: overrides.clone(),
            ..step.common.clone()
        };
        let mut common = common_items(&rest);
        let spelled = if overrides.is_empty() {
            None
        } else {
            common.pop()
        };
        list.extend(common);
        if let Some(product) = step.product {
            list.push(Fragment::new(format!("product: \"{product}\"")));
        }
        list.extend(spelled);
        list
    }

    /// The properties of the step's type: the principal one first, those that stand late last.
    fn properties(&mut self, step: &Step, table: &StepType) -> Vec<Fragment> {
        let (late, early): (Vec<_>, Vec<_>) = table
            .property
            .iter()
            .enumerate()
            .partition(|(_, property)| items::is_late(property));
        let mut ordered: Vec<(usize, &Property)> = early.into_iter().chain(late).collect();
        ordered.sort_by_key(|(_, property)| !property.principal);
        let mut list = Vec::new();
        for (index, property) in ordered {
            let Some(setting) = step
                .settings
                .iter()
                .find(|setting| setting.property == index)
            else {
                continue;
            };
            let part = WrittenPart::Property(index);
            match self.script_file(step, property, &setting.value) {
                Some(text) => list.push(Fragment::new(text).marked(part, setting.span)),
                None => list.extend(items::property(property, setting, part)),
            }
        }
        list
    }

    /// `file("…")` for a script that goes into a file of its own.
    fn script_file(&mut self, step: &Step, property: &Property, value: &Value) -> Option<String> {
        let Value::Script(text) = value else {
            return None;
        };
        let Scripts::Files(folder) = self.scripts else {
            return None;
        };
        if !scripts::fits(text) {
            return None;
        }
        let path = self.names.path(folder, &step.common.name.value);
        self.out.files.push((path.clone(), text.clone()));
        let name = if property.principal {
            String::new()
        } else {
            format!("{}: ", property.name)
        };
        Some(format!("{name}file(\"{path}\")"))
    }
}

/// `run_in`, if the table has a word for it.
fn run_in(step: &Step) -> Option<Fragment> {
    let run_in = step.run_in.as_ref()?;
    let property = vocabulary::common()
        .iter()
        .find(|property| property.name == "run_in")?;
    let member = property
        .member
        .iter()
        .find(|member| member.xml == run_in.value)?;
    Some(Fragment::new(format!("run_in: {}", member.name)))
}

/// Attributes that a step type without properties of its own for them has words for, and the facts
/// that are left.
fn quoted_attributes(step: &Step) -> (Vec<Fragment>, Vec<Spanned<Override>>) {
    let overrides = step.common.overrides.clone();
    if step.table().is_some_and(|table| table.family.is_none()) {
        return (Vec::new(), overrides);
    }
    let mut list = Vec::new();
    let mut left = Vec::new();
    for one in overrides {
        match quoted_attribute(step, &one.value) {
            Some(text) => list.push(Fragment::new(text).marked(WrittenPart::Whole, one.span)),
            None => left.push(one),
        }
    }
    (list, left)
}

fn quoted_attribute(step: &Step, said: &Override) -> Option<String> {
    let (attribute, text) = match said {
        Override::Attribute {
            name,
            text: Some(text),
        } if is_attribute_name(name) => (name.as_str(), text),
        Override::Action(Some(text)) => ("action", text),
        _ => return None,
    };
    let own = |name: &str| step.table().is_some_and(|table| table.find(name).is_some());
    let property = vocabulary::quoted().iter().find(|property| {
        property.attribute.as_deref() == Some(attribute) && !own(&property.name)
    })?;
    let value = spell::value(property, &Value::Text(text.clone()))?;
    Some(format!("{}: {value}", property.name))
}

fn name(common: &Common) -> Fragment {
    let text = spell::title(&common.name.value).unwrap_or_else(|| "\"\"".to_owned());
    Fragment::new(text).marked(WrittenPart::Name, common.name.span)
}

fn common_items(common: &Common) -> Vec<Fragment> {
    let mut list = Vec::new();
    if common.continue_on_error {
        list.push(Fragment::new("continue_on_error: true"));
    }
    if common.disabled {
        list.push(Fragment::new("disabled: true"));
    }
    if let Some(description) = &common.description
        && let Some(text) = spell::text(&description.value)
    {
        list.push(
            Fragment::new(format!("description: {text}"))
                .marked(WrittenPart::Description, description.span),
        );
    }
    list.extend(items::xml(&common.overrides, common.span));
    list
}

fn when(common: &Common) -> Fragment {
    let Some(found) = &common.condition else {
        return Fragment::default();
    };
    let mut out = Fragment::new(" when ");
    out.append(condition::condition(found));
    out
}

/// Items in `< >`, on one line if they are few and short.
fn bracketed(list: Vec<Fragment>, before: usize) -> Fragment {
    if list.is_empty() {
        return Fragment::default();
    }
    let width = list
        .iter()
        .map(|item| item.width().saturating_add(2))
        .fold(before, usize::saturating_add);
    let one_line = width <= ONE_LINE && list.len() <= FEW;
    let mut out = Fragment::new(if one_line { " < " } else { " <\n" });
    out.append(Fragment::join(list, if one_line { ", " } else { "\n" }));
    out.push(if one_line { " >" } else { "\n>" });
    out
}
