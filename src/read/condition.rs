//! Conditions.

use super::{PositionMap, differ, parts, plan::StepBackPlan};
use crate::{
    model::{
        Condition, Expression, ExpressionKind, Junction, Operand, Operator, OsCondition, Override,
        Pair, RawXml, Spanned, VersionTest,
    },
    source::Span,
    vocabulary::{ConditionKeyword, Dialect, Platform, conditions},
    write::{WrittenPart, spell},
    xml::Element,
};

/// Reads one condition.
pub(super) struct ConditionReader<'a> {
    pub map: &'a PositionMap,
    pub plan: &'a StepBackPlan,
    pub dialect: Dialect,
    /// The node it belongs to, and the number of the next operand.
    pub node: u32,
    pub next: usize,
    /// Operands kept in XML's own words.
    pub kept: Vec<Span>,
}

/// The variables of an expression by name.
type ExpressionVariables = [(String, String)];

impl ConditionReader<'_> {
    pub fn condition(&mut self, element: Element<'_>) -> Option<Condition> {
        let operands = element
            .children()
            .map(|child| self.operand(child))
            .collect();
        Some(Condition {
            operands,
            span: self.map.span(element.range()),
        })
    }

    fn operand(&mut self, element: Element<'_>) -> Operand {
        let number = self.next;
        self.next += 1;
        let spelled = self
            .plan
            .is_spelled(self.node, WrittenPart::Operand(number));
        let found = if spelled {
            None
        } else {
            self.readable(element)
        };
        found.unwrap_or_else(|| {
            let span = self.map.span(element.range());
            self.kept.push(span);
            Operand::Xml(RawXml {
                xml: super::step::one_line_end(element.raw()),
                span,
            })
        })
    }

    fn readable(&mut self, element: Element<'_>) -> Option<Operand> {
        if element.stray_text().is_some() {
            return None;
        }
        let span = self.map.span(element.range());
        match element.name() {
            "operator" => {
                let kind = only_attribute(element, "type")?;
                let junction = [Junction::And, Junction::Or, Junction::Not]
                    .into_iter()
                    .find(|own| own.xml() == kind)?;
                let operands = element
                    .children()
                    .map(|child| self.operand(child))
                    .collect();
                Some(Operand::Operator {
                    junction,
                    operands,
                    span,
                })
            }
            "expression" => self
                .expression(element)
                .map(|expression| Operand::Expression(Box::new(expression))),
            "osConditionGroup" => {
                let systems = systems(element)?;
                Some(Operand::Os(OsCondition { systems, span }))
            }
            _ => None,
        }
    }

    /// An expression of a known class; what it spells otherwise is laid over.
    pub fn expression(&self, element: Element<'_>) -> Option<Expression> {
        let span = self.map.span(element.range());
        let variables = parts::named(element)?;
        let class = element.attribute("type")?;
        let keyword = conditions()
            .condition
            .iter()
            .find(|kind| kind.class == class && !kind.rule_only)?;
        let reader = ExpressionReader {
            variables: &variables,
            span,
        };
        let kind = reader.kind(keyword.keyword)?;
        let mut expression = Expression {
            kind,
            overrides: Vec::new(),
            span,
        };
        let sound = variables.iter().all(|(name, text)| {
            name.starts_with(|c: char| c.is_ascii_uppercase()) && spell::text(text).is_some()
        });
        if !sound {
            return None;
        }
        expression.overrides = facts(&expression, element, &variables, self.dialect)?;
        Some(expression)
    }
}

/// The number of the operand of a condition that holds an element, as [`ConditionReader`] counts
/// them.
pub fn operand_of(
    condition: Element<'_>,
    element: u32,
    spelled: &dyn Fn(usize) -> bool,
) -> Option<usize> {
    let mut next = 0;
    let mut found = None;
    let mut stack: Vec<Element<'_>> = condition.children().collect();
    stack.reverse();
    while let Some(operand) = stack.pop() {
        let number = next;
        next += 1;
        if (operand.number()..=operand.last_number()).contains(&element) {
            // The innermost of them comes last.
            found = Some(number);
        }
        if operand.name() == "operator" && !spelled(number) && operand.stray_text().is_none() {
            let mut inner: Vec<_> = operand.children().collect();
            inner.reverse();
            stack.extend(inner);
        }
    }
    found
}

/// The value of an element's only attribute.
fn only_attribute<'d>(element: Element<'d>, name: &str) -> Option<std::borrow::Cow<'d, str>> {
    let mut attributes = element.attributes();
    let first = attributes
        .next()
        .filter(|attribute| attribute.name == name)?;
    attributes.next().is_none().then(|| first.text())
}

/// Reads the variables of an expression as what they say in the terms of the language.
struct ExpressionReader<'a> {
    variables: &'a ExpressionVariables,
    /// The place of the expression, which its texts are given.
    span: Span,
}

impl<'a> ExpressionReader<'a> {
    fn get(&self, name: &str) -> Option<&'a str> {
        self.variables
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, text)| text.as_str())
    }

    fn at(&self, text: &str) -> Spanned<String> {
        Spanned::new(text.to_owned(), self.span)
    }

    fn text(&self, name: &str) -> Option<Spanned<String>> {
        self.get(name).map(|text| self.at(text))
    }

    /// What an operator compares with: nothing where it asks whether something is there.
    fn operand(&self, operator: Operator, name: &str) -> Option<Spanned<String>> {
        let exists = matches!(operator, Operator::Exists | Operator::NotExists);
        (!exists).then(|| self.text(name).unwrap_or_else(|| self.at("")))
    }

    /// A test that may be left out; `None` where half of it is.
    fn bound(&self, operator_name: &str, name: &str) -> Option<Option<VersionTest>> {
        match (self.get(operator_name), self.get(name)) {
            (None, None) => Some(None),
            (Some(word), Some(value)) => Some(Some((operator_of(word)?, self.at(value)))),
            _ => None,
        }
    }

    /// The test of a time, if words can say that time.
    fn modified(&self) -> Option<Option<VersionTest>> {
        let found = self.bound("DateTimeOperator", "DateTime")?;
        let sayable = found
            .as_ref()
            .is_none_or(|(_, time)| spell::time(&time.value).is_some());
        sayable.then_some(found)
    }

    /// What an expression with this keyword says; `None` where words cannot say it.
    fn kind(&self, keyword: ConditionKeyword) -> Option<ExpressionKind> {
        match keyword {
            ConditionKeyword::Variable => self.variable(),
            ConditionKeyword::File => Some(ExpressionKind::File {
                path: self.text("Path")?,
                version: self.bound("VersionOperator", "Version")?,
                modified: self.modified()?,
            }),
            ConditionKeyword::Folder => Some(ExpressionKind::Folder {
                path: self.text("Path")?,
                modified: self.modified()?,
            }),
            ConditionKeyword::Registry => self.registry(),
            ConditionKeyword::Wmi => Some(ExpressionKind::Wmi {
                namespace: self
                    .text("Namespace")
                    .unwrap_or_else(|| self.at("root\\cimv2")),
                query: self.text("Query")?,
            }),
            ConditionKeyword::Software => Some(ExpressionKind::Software {
                operator: ["AnyVersion", "ThisVersion"]
                    .into_iter()
                    .find(|own| {
                        self.get("Operator")
                            .is_some_and(|word| word.eq_ignore_ascii_case(own))
                    })?
                    .to_owned(),
                product_code: self.text("ProductCode")?,
                upgrade_code: self.text("UpgradeCode"),
                name: self.text("ProductName"),
                version: self.text("Version"),
            }),
            // An element of its own, the class of another type, and those of rules.
            ConditionKeyword::Os
            | ConditionKeyword::OsLanguage
            | ConditionKeyword::MakeModel
            | ConditionKeyword::Computer
            | ConditionKeyword::Gateway => None,
        }
    }

    fn variable(&self) -> Option<ExpressionKind> {
        let operator = self.get("Operator").and_then(operator_of)?;
        let variable = self.text("Variable");
        Some(ExpressionKind::Variable {
            variable: variable.filter(|name| spell::is_variable(&name.value))?,
            operator,
            value: self.operand(operator, "Value"),
        })
    }

    fn registry(&self) -> Option<ExpressionKind> {
        let kind = self.get("Type").unwrap_or("REG_SZ");
        let known = conditions()
            .registry_type
            .iter()
            .find(|known| known.xml.eq_ignore_ascii_case(kind))?;
        let operator = self.get("Operator").and_then(operator_of)?;
        Some(ExpressionKind::Registry {
            key: self.text("KeyPath")?,
            value: self.text("Value"),
            kind: known.xml.clone(),
            operator,
            data: self.operand(operator, "Data"),
        })
    }
}

/// An operator's word, in any case; the class page of the registry prints `nonExists`. Another
/// spelling than the usual one is laid over.
fn operator_of(word: &str) -> Option<Operator> {
    let spelled = |own: &Operator| own.xml().eq_ignore_ascii_case(word);
    let other = word.eq_ignore_ascii_case("nonExists");
    Operator::of_xml(word)
        .or_else(|| Operator::ALL.into_iter().find(spelled))
        .or_else(|| other.then_some(Operator::NotExists))
}

/// What makes the expression's XML the element's; `None` when nothing can.
fn facts(
    expression: &Expression,
    element: Element<'_>,
    there: &ExpressionVariables,
    dialect: Dialect,
) -> Option<Vec<Spanned<Override>>> {
    let span = expression.span;
    let fact = |name: &str, text: Option<&str>| {
        let fact = Override::Variable {
            property: name.to_owned(),
            text: text.map(str::to_owned),
        };
        Spanned::new(fact, span)
    };
    let stored = expression.stored(dialect);
    let attributes = parts::attributes(element)?;
    let there = differ::borrowed(there);
    let mut facts = differ::attributes(&stored.attributes, &differ::borrowed(&attributes), span);
    let (known, written) = (differ::by_name(&there), differ::by_name(&stored.variables));
    let is_gone = |(name, _): &&Pair<'_>| !known.contains_key(name);
    let gone = stored.variables.iter().filter(is_gone);
    facts.extend(gone.map(|(name, _)| fact(name, None)));
    let is_other = |(name, text): &&Pair<'_>| written.get(name) != Some(text);
    let other = there.iter().filter(is_other);
    facts.extend(other.map(|(name, text)| fact(name, Some(text))));
    let kept = stored.variables.iter().filter(|pair| !is_gone(pair));
    let added = there.iter().filter(|(name, _)| !written.contains_key(name));
    let names = kept.chain(added).map(|(name, _)| *name);
    if !names.eq(there.iter().map(|(name, _)| *name)) {
        let order = there.iter().map(|(name, _)| (*name).to_owned()).collect();
        facts.push(Spanned::new(Override::VariableOrder(order), span));
    }
    Some(facts)
}

/// The operating systems of an `osConditionGroup`; `None` where it holds anything that a source
/// does not say.
fn systems(element: Element<'_>) -> Option<Vec<Platform>> {
    let plain = only_attribute(element, "type")? == "or";
    let systems: Option<Vec<Platform>> = element.children().map(system).collect();
    systems.filter(|systems| plain && !systems.is_empty())
}

fn system(group: Element<'_>) -> Option<Platform> {
    if group.name() != "osExpressionGroup" || group.stray_text().is_some() {
        return None;
    }
    let [kind, name] = attributes_of(group, ["type", "name"])?;
    let mut children = group.children();
    let key = children.next().filter(|key| {
        key.name() == "platformKey" && key.children().next().is_none() && is_blank(*key)
    })?;
    let [arch, platform, min_version, max_version] =
        attributes_of(key, ["arch", "type", "minVer", "maxVer"])?;
    let queries: Vec<String> = children.map(query).collect::<Option<_>>()?;
    (kind == "and").then_some(Platform {
        name,
        arch,
        min_version,
        max_version,
        kind: platform,
        queries,
    })
}

/// The query of a system, which is asked in the usual namespace and may fail.
fn query(expression: Element<'_>) -> Option<String> {
    let [class, ignored] = attributes_of(expression, ["type", "ignoreQueryFailure"])?;
    let variables = parts::named(expression)?;
    let [(namespace, at), (query, text)] = variables.as_slice() else {
        return None;
    };
    let usual = expression.name() == "expression"
        && class == conditions().class(ConditionKeyword::Wmi)
        && ignored == "true"
        && (namespace.as_str(), at.as_str()) == ("Namespace", "root\\cimv2")
        && query == "Query";
    usual.then(|| text.clone())
}

/// The texts of these attributes, if the element has them and no others.
fn attributes_of<const N: usize>(element: Element<'_>, names: [&str; N]) -> Option<[String; N]> {
    if element.attributes().count() != N {
        return None;
    }
    let texts: Option<Vec<String>> = names
        .into_iter()
        .map(|name| element.attribute(name).map(std::borrow::Cow::into_owned))
        .collect();
    texts?.try_into().ok()
}

fn is_blank(element: Element<'_>) -> bool {
    element.text().trim().is_empty()
}
