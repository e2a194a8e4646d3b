//! Conditions.

use super::{PositionMap, parts, plan::Plan};
use crate::{
    emit,
    model::{
        Condition, Expression, ExpressionKind, Junction, Note, NoteText, Operand, Operator,
        OsCondition, RawXml, Spanned, Version,
    },
    source::Span,
    vocabulary::{Dialect, Platform, conditions},
    write::{Part, spell},
    xml::{Document, Element, equal},
};

/// Reads one condition.
pub(super) struct Reading<'a> {
    pub map: &'a PositionMap,
    pub plan: &'a Plan,
    pub dialect: Dialect,
    /// The node it belongs to, and the number of the next operand.
    pub node: u32,
    pub next: usize,
    /// Operands kept in XML's own words.
    pub kept: Vec<Span>,
}

/// The variables of an expression by name.
type Variables = [(String, String)];

fn get<'v>(variables: &'v Variables, name: &str) -> Option<&'v str> {
    variables
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, text)| text.as_str())
}

impl Reading<'_> {
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
        let spelled = self.plan.is_spelled(self.node, Part::Operand(number));
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
                let operand = Operand::Os(OsCondition {
                    systems: systems(element)?,
                    span,
                });
                let written = emit::operand(&operand, self.dialect);
                let again = Document::parse(&written).ok()?;
                equal(element, again.root()).then_some(operand)
            }
            _ => None,
        }
    }

    /// An expression of a known class; what it spells otherwise becomes notes.
    pub fn expression(&self, element: Element<'_>) -> Option<Expression> {
        let span = self.map.span(element.range());
        let variables = parts::named(element)?;
        let class = element.attribute("type")?;
        let keyword = conditions()
            .condition
            .iter()
            .find(|kind| kind.class == class && !kind.rule_only)?;
        let at = |text: &str| Spanned::new(text.to_owned(), span);
        let kind = kind(&keyword.keyword, &variables, &at)?;
        let mut expression = Expression {
            kind,
            notes: Vec::new(),
            span,
        };
        let sound = variables.iter().all(|(name, text)| {
            name.starts_with(|c: char| c.is_ascii_uppercase()) && spell::text(text).is_some()
        });
        if !sound {
            return None;
        }
        expression.notes = notes(&expression, element, &variables, self.dialect)?;
        Some(expression)
    }
}

/// The number of the operand of a condition that holds an element, as [`Reading`] counts them.
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

/// What an expression says in the terms of the language.
fn kind(
    keyword: &str,
    variables: &Variables,
    at: &dyn Fn(&str) -> Spanned<String>,
) -> Option<ExpressionKind> {
    let text = |name: &str| get(variables, name).map(at);
    let operator = |name: &str| get(variables, name).and_then(operator_of);
    let timed = |operator_name: &str, name: &str| -> Option<Option<Version>> {
        match (get(variables, operator_name), get(variables, name)) {
            (None, None) => Some(None),
            (Some(word), Some(value)) => Some(Some((operator_of(word)?, at(value)))),
            _ => None,
        }
    };
    let modified = || {
        let found = timed("DateTimeOperator", "DateTime")?;
        let sayable = found
            .as_ref()
            .is_none_or(|(_, time)| spell::time(&time.value).is_some());
        sayable.then_some(found)
    };
    Some(match keyword {
        "variable" => {
            let operator = operator("Operator")?;
            let exists = matches!(operator, Operator::Exists | Operator::NotExists);
            let value = if exists {
                None
            } else {
                Some(text("Value").unwrap_or_else(|| at("")))
            };
            let variable = text("Variable").filter(|name| spell::is_variable(&name.value))?;
            ExpressionKind::Variable {
                variable,
                operator,
                value,
            }
        }
        "file" => ExpressionKind::File {
            path: text("Path")?,
            version: timed("VersionOperator", "Version")?,
            modified: modified()?,
        },
        "folder" => ExpressionKind::Folder {
            path: text("Path")?,
            modified: modified()?,
        },
        "registry" => {
            let kind = get(variables, "Type").unwrap_or("REG_SZ");
            let known = conditions()
                .registry_type
                .iter()
                .find(|known| known.xml.eq_ignore_ascii_case(kind))?;
            let operator = operator("Operator")?;
            let exists = matches!(operator, Operator::Exists | Operator::NotExists);
            let data = if exists {
                None
            } else {
                Some(text("Data").unwrap_or_else(|| at("")))
            };
            ExpressionKind::Registry {
                key: text("KeyPath")?,
                value: text("Value"),
                kind: known.xml.clone(),
                operator,
                data,
            }
        }
        "wmi" => ExpressionKind::Wmi {
            namespace: text("Namespace").unwrap_or_else(|| at("root\\cimv2")),
            query: text("Query")?,
        },
        "software" => ExpressionKind::Software {
            operator: get(variables, "Operator")
                .filter(|word| matches!(*word, "AnyVersion" | "ThisVersion"))?
                .to_owned(),
            product_code: text("ProductCode")?,
            upgrade_code: text("UpgradeCode"),
            name: text("ProductName"),
            version: text("Version"),
        },
        _ => return None,
    })
}

/// An operator's word, in any case; another case than the usual one becomes a note.
fn operator_of(word: &str) -> Option<Operator> {
    Operator::of_xml(word).or_else(|| {
        Operator::ALL
            .into_iter()
            .find(|own| own.xml().eq_ignore_ascii_case(word))
    })
}

/// Notes that make the expression's XML the element's; `None` when none can.
fn notes(
    expression: &Expression,
    element: Element<'_>,
    there: &Variables,
    dialect: Dialect,
) -> Option<Vec<Note>> {
    let span = expression.span;
    let note = |name: &str, text: NoteText| Note {
        name: name.to_owned(),
        text,
        span,
    };
    let written = emit::operand(&Operand::Expression(Box::new(expression.clone())), dialect);
    let document = Document::parse(&written).ok()?;
    let own = parts::named(document.root())?;
    let mut notes = Vec::new();
    let attributes = parts::attributes(element)?;
    let plain = parts::attributes(document.root())?;
    notes.extend(super::differ::attributes(&plain, &attributes, span));
    let (known, written) = (super::differ::by_name(there), super::differ::by_name(&own));
    for (name, _) in own
        .iter()
        .filter(|(name, _)| !known.contains_key(name.as_str()))
    {
        notes.push(note(name, NoteText::Absent));
    }
    for (name, text) in there {
        if written.get(name.as_str()) != Some(&text.as_str()) {
            notes.push(note(name, NoteText::Text(text.clone())));
        }
    }
    let mut names: Vec<&str> = own
        .iter()
        .map(|(name, _)| name.as_str())
        .filter(|name| known.contains_key(name))
        .collect();
    names.extend(
        there
            .iter()
            .map(|(name, _)| name.as_str())
            .filter(|name| !written.contains_key(name)),
    );
    let order: Vec<&str> = there.iter().map(|(name, _)| name.as_str()).collect();
    if names != order {
        notes.push(note("variables", NoteText::Text(order.join(" "))));
    }
    Some(notes)
}

/// The operating systems of an `osConditionGroup`.
fn systems(element: Element<'_>) -> Option<Vec<Platform>> {
    element
        .children()
        .map(|group| {
            let key = group.child("platformKey")?;
            let text = |name: &str| key.attribute(name).map(std::borrow::Cow::into_owned);
            let queries = group
                .children()
                .filter(|child| child.name() == "expression");
            let query = |expression: Element<'_>| {
                Some(get(&parts::named(expression)?, "Query")?.to_owned())
            };
            Some(Platform {
                name: group.attribute("name")?.into_owned(),
                arch: text("arch")?,
                min_version: text("minVer")?,
                max_version: text("maxVer")?,
                kind: text("type")?,
                queries: queries.map(query).collect::<Option<_>>()?,
            })
        })
        .collect()
}
