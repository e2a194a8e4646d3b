//! What stands in `< >`.

use super::{WrittenPart, condition, fragment::Fragment, spell};
use crate::{
    model::{Assigned, Override, Rule, RuleTest, Setting, Spanned, Value},
    source::Span,
    vocabulary::{Property, Type},
};

/// A property's item.
pub(super) fn property(
    property: &Property,
    setting: &Setting,
    part: WrittenPart,
) -> Option<Fragment> {
    let value = spell::value(property, &setting.value)?;
    let bare = property.principal && !matches!(setting.value, Value::Absent);
    let text = if bare {
        value
    } else {
        format!("{}: {value}", property.name)
    };
    Some(Fragment::new(text).marked(part, setting.span))
}

/// Whether a property is one of those that stand last.
pub(super) fn is_late(property: &Property) -> bool {
    matches!(
        property.kind,
        Type::SuccessCodes | Type::Account | Type::Secret
    ) || property.attribute.as_deref() == Some("timeout")
}

/// `NAME = value`.
pub(super) fn assigned(assigned: &Assigned) -> String {
    let value = match &assigned.value {
        Value::Secret(name) => format!(
            "secret({})",
            spell::string(name).unwrap_or_else(|| "\"secret\"".to_owned())
        ),
        Value::Absent => "absent".to_owned(),
        other => spell::text(other.text().unwrap_or("")).unwrap_or_else(|| "\"\"".to_owned()),
    };
    format!(
        "{}{} = {value}",
        if assigned.masked { "masked " } else { "" },
        spell::name(&assigned.name.value)
    )
}

/// A rule of Set Dynamic Variables.
pub(super) fn rule(rule: &Rule) -> String {
    let variables: Vec<String> = rule.variables.iter().map(assigned).collect();
    if let (None, [one]) = (&rule.test, variables.as_slice()) {
        return one.clone();
    }
    let test = rule
        .test
        .as_ref()
        .map_or(String::new(), |test| format!(" when {}", rule_test(test)));
    let width = variables
        .iter()
        .map(|one| one.chars().count() + 2)
        .sum::<usize>()
        + test.chars().count();
    if width > 90 || variables.iter().any(|one| one.contains('\n')) {
        return format!("rule{test} {{\n{}\n}}", variables.join("\n"));
    }
    format!("rule{test} {{ {} }}", variables.join(", "))
}

fn rule_test(test: &RuleTest) -> String {
    let text = |text: &str| spell::text(text).unwrap_or_else(|| "\"\"".to_owned());
    match test {
        RuleTest::Expression(expression) => condition::expression_text(expression).text,
        RuleTest::MakeModel { make, model } => {
            format!("make {} model {}", text(&make.value), text(&model.value))
        }
        RuleTest::Gateway { gateway } => format!("gateway {}", text(&gateway.value)),
        RuleTest::Computer {
            asset_tag,
            mac_address,
            serial_number,
            uuid,
        } => {
            let fields = [
                ("asset_tag", asset_tag),
                ("mac_address", mac_address),
                ("serial_number", serial_number),
                ("uuid", uuid),
            ];
            let given = fields.iter().filter(|(_, value)| !value.is_empty());
            let items: Vec<String> = given
                .map(|(name, value)| format!("{name}: {}", text(value)))
                .collect();
            format!("computer < {} >", items.join(", "))
        }
    }
}

/// `NAME: "text"` for each fact.
pub(super) fn overrides(list: &[Spanned<Override>]) -> Vec<String> {
    list.iter()
        .map(|one| {
            let name = spell::name(&one.value.written_name());
            format!("{name}: {}", override_value(&one.value))
        })
        .collect()
}

fn override_value(one: &Override) -> String {
    let spelled = |text: &str| spell::text(text).unwrap_or_else(|| "\"\"".to_owned());
    let Override::WholeVariable {
        property: _,
        name,
        hidden,
        text,
    } = one
    else {
        return one
            .written_text()
            .map_or_else(|| "absent".to_owned(), |text| spelled(&text));
    };
    let mut items = vec![format!("name: {}", spelled(name))];
    if *hidden {
        items.push("hidden: true".to_owned());
    }
    if !text.is_empty() {
        items.push(format!("text: {}", spelled(text)));
    }
    format!("< {} >", items.join(", "))
}

/// The item `xml < … >` with all facts.
pub(super) fn xml(list: &[Spanned<Override>], span: Span) -> Option<Fragment> {
    if list.is_empty() {
        return None;
    }
    let facts = overrides(list);
    let width = facts
        .iter()
        .map(|fact| fact.chars().count() + 2)
        .sum::<usize>();
    let lines = width > 90 || facts.iter().any(|fact| fact.contains('\n'));
    let text = match lines {
        true => format!("xml <\n{}\n>", facts.join("\n")),
        false => format!("xml < {} >", facts.join(", ")),
    };
    Some(Fragment::new(text).marked(WrittenPart::Whole, span))
}

/// An element in XML's own words.
pub(super) fn raw(xml: &str) -> String {
    format!(
        "xml {}",
        spell::block(&xml.replace("\r\n", "\n").replace('\n', "\r\n"))
            .unwrap_or_else(|| "\"\"".to_owned())
    )
}
