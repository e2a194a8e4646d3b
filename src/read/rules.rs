//! Rules of Set Dynamic Variables: XML inside of a variable.

use super::{
    PositionMap,
    condition::ConditionReader,
    parts::{self, StoredVariable},
    plan::StepBackPlan,
    setting::label,
};
use crate::{
    emit,
    model::{Assigned, ExpressionKind, Rule, RuleTest, Spanned, Value},
    source::Span,
    vocabulary::{ConditionKeyword, Dialect, conditions},
    write::spell,
    xml::{Document, Element, LineEnd},
};

/// The rules in a variable's text; `None` when writing them would give another text.
pub(super) fn read(variable: &StoredVariable, line_end: LineEnd) -> Option<Vec<Rule>> {
    let document = Document::parse(&variable.text).ok()?;
    let root = document.root();
    if root.name() != "Rules" || root.attributes().next().is_some() {
        return None;
    }
    let rules: Vec<Rule> = root
        .children()
        .map(|rule| self::rule(rule, variable.span))
        .collect::<Option<_>>()?;
    let written = emit::rules(&rules, line_end);
    // A line end may have been changed by what carried the file.
    let same = written.replace("\r\n", "\n") == variable.text.replace("\r\n", "\n");
    (!rules.is_empty() && same).then_some(rules)
}

fn rule(element: Element<'_>, span: Span) -> Option<Rule> {
    if element.name() != "Rule" || element.attributes().next().is_some() {
        return None;
    }
    let (mut test, mut variables) = (None, None);
    for child in element.children() {
        match child.name() {
            "condition" if test.is_none() => {
                let mut members = child.children();
                test = Some(self::test(members.next()?, span)?);
                if members.next().is_some() {
                    return None;
                }
            }
            "Variables" if variables.is_none() => {
                variables = Some(
                    child
                        .children()
                        .map(|one| assigned(one, span))
                        .collect::<Option<Vec<_>>>()?,
                );
            }
            _ => return None,
        }
    }
    Some(Rule {
        test,
        variables: variables?,
        span,
    })
}

fn assigned(element: Element<'_>, span: Span) -> Option<Assigned> {
    let name = element.attribute("Name")?.into_owned();
    let masked = match element.attribute("IsSecret")?.as_ref() {
        "true" => true,
        "false" => false,
        _ => return None,
    };
    let text = element.text().into_owned();
    if !spell::is_variable(&name) || spell::text(&text).is_none() {
        return None;
    }
    let value = if masked {
        Value::Secret(label(&name))
    } else {
        Value::Text(text)
    };
    Some(Assigned {
        name: Spanned::new(name, span),
        value,
        value_span: span,
        masked,
    })
}

fn test(element: Element<'_>, span: Span) -> Option<RuleTest> {
    let class = element.attribute("type")?;
    let keyword = conditions()
        .condition
        .iter()
        .find(|kind| kind.class == class)?;
    let variables = parts::named(element)?;
    let text = |name: &str| {
        variables
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, text)| text.clone())
    };
    let at = |text: String| Spanned::new(text, span);
    match keyword.keyword {
        ConditionKeyword::Variable => {
            let map = PositionMap::whole(span);
            let plan = StepBackPlan::default();
            let reading = ConditionReader {
                map: &map,
                plan: &plan,
                dialect: Dialect::ConfigMgr,
                node: 0,
                next: 0,
                kept: Vec::new(),
            };
            let expression = reading.expression(element)?;
            let plain = expression.overrides.is_empty()
                && matches!(expression.kind, ExpressionKind::Variable { .. });
            plain.then_some(RuleTest::Expression(expression))
        }
        ConditionKeyword::MakeModel => Some(RuleTest::MakeModel {
            make: at(text("Make")?),
            model: at(text("Model")?),
        }),
        ConditionKeyword::Computer => Some(RuleTest::Computer {
            asset_tag: text("AssetTag")?,
            mac_address: text("MACAddress")?,
            serial_number: text("SerialNumber")?,
            uuid: text("UUID")?,
        }),
        ConditionKeyword::Gateway => Some(RuleTest::Gateway {
            gateway: at(text("DefaultGateway")?),
        }),
        // A rule has no other test.
        _ => None,
    }
}
