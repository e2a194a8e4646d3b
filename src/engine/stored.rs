//! Conditions and rules as their XML says them, however it is laid out: what a source keeps in the
//! XML's own words means the same as what it can say itself.

use std::borrow::Cow;

use super::{
    event::SharedText,
    expand::Template,
    plan::{RulePlan, RuleQuestion, Set, SetValue},
    test::{
        Clause, ClauseKind, MAX_DEPTH, ParsedQuery, PreparedTest, SystemVersion, operator_of, sign,
        test_clause,
    },
};
use crate::{
    model::{Junction, Pair},
    vocabulary::{ConditionKeyword, conditions, lite_touch},
    xml::{Document, Element},
};

/// An operand of a condition; `None` for what is no operand that is known.
pub(super) fn operand(xml: &str) -> Option<Clause> {
    let document = Document::parse(xml).ok()?;
    clause(document.root(), 0)
}

/// The rules of a variable. What cannot be read leaves the variables that it names open.
pub(super) fn rules(text: &str) -> Vec<RulePlan> {
    if text.trim().is_empty() {
        return Vec::new();
    }
    let Ok(document) = Document::parse(text.trim()) else {
        return vec![unread(names(text), true)];
    };
    let root = document.root();
    if !is(root, "Rules") {
        return vec![unread(names(text), true)];
    }
    root.children().map(rule).collect()
}

fn is(element: Element<'_>, name: &str) -> bool {
    element.name().eq_ignore_ascii_case(name)
}

/// An attribute in any case, whatever stands before it.
fn attribute<'d>(element: Element<'d>, name: &str) -> Option<Cow<'d, str>> {
    let mut attributes = element.attributes();
    let own = attributes.find(|own| own.name.eq_ignore_ascii_case(name))?;
    Some(own.text())
}

fn rule(element: Element<'_>) -> RulePlan {
    let mut conditions = Vec::new();
    let mut sets = Vec::new();
    let mut open = false;
    let mut known = is(element, "Rule");
    for part in element.children() {
        if is(part, "condition") {
            conditions.extend(part.children());
        } else if is(part, "Variables") {
            for own in part.children() {
                let read = Some(own).filter(|own| is(*own, "Variable")).and_then(set);
                open |= read.is_none();
                sets.extend(read);
            }
        } else {
            known = false;
        }
    }
    let asks = if known { question(&conditions) } else { None };
    match asks {
        Some(asks) => RulePlan { asks, sets, open },
        // What it is that was not known may set something as well.
        None => unread(sets, open || !known),
    }
}

/// What a rule asks; `None` where nobody can tell.
fn question(operands: &[Element<'_>]) -> Option<RuleQuestion> {
    if let [only] = operands
        && let Some(asked) = rule_question(*only)
    {
        return Some(asked);
    }
    let mut clauses = Vec::new();
    for operand in operands {
        clauses.push(clause(*operand, 0)?);
    }
    Some(match clauses.len() {
        0 => RuleQuestion::Nothing,
        1 => RuleQuestion::Test(clauses.remove(0)),
        _ => RuleQuestion::Test(operator(Junction::And, clauses)),
    })
}

/// A test that stands in rules alone.
fn rule_question(element: Element<'_>) -> Option<RuleQuestion> {
    let kind = kind_of(element)?;
    let pairs = pairs(element);
    let text = |name: &str| {
        let mut pairs = pairs.iter();
        let pair = pairs.find(|(own, _)| own.eq_ignore_ascii_case(name));
        Template::new(pair.map_or("", |(_, text)| text.as_str()))
    };
    Some(match kind.0 {
        ConditionKeyword::MakeModel => RuleQuestion::MakeModel {
            make: text("Make"),
            model: text("Model"),
        },
        ConditionKeyword::Computer => RuleQuestion::Computer {
            asset_tag: text("AssetTag"),
            mac_address: text("MACAddress"),
            serial_number: text("SerialNumber"),
            uuid: text("UUID"),
        },
        ConditionKeyword::Gateway => RuleQuestion::Gateway(text("DefaultGateway")),
        _ => return None,
    })
}

/// The keyword and the class of an expression.
fn kind_of(element: Element<'_>) -> Option<(ConditionKeyword, &'static str)> {
    if !is(element, "expression") {
        return None;
    }
    let class = attribute(element, "type")?;
    let mut known = conditions().condition.iter();
    let kind = known.find(|kind| kind.class.eq_ignore_ascii_case(class.trim()))?;
    Some((kind.keyword, kind.class.as_str()))
}

/// The variables of an expression.
fn pairs(element: Element<'_>) -> Vec<(String, String)> {
    let variables = element.children().filter(|own| is(*own, "variable"));
    let pairs = variables.filter_map(|own| {
        let name = attribute(own, "name")?.trim().to_owned();
        Some((name, own.text().into_owned()))
    });
    pairs.collect()
}

fn set(variable: Element<'_>) -> Option<Set> {
    let name = attribute(variable, "Name")?.trim().to_owned();
    if name.is_empty() {
        return None;
    }
    let masked = attribute(variable, "IsSecret")
        .is_some_and(|text| text.trim().eq_ignore_ascii_case("true") || text.trim() == "1");
    let text = variable.text().into_owned();
    // An export does not hold the value of a secret.
    let value = match masked && text.is_empty() {
        true => SetValue::Secret(name.clone()),
        false => SetValue::Text(Template::new(&text)),
    };
    Some(Set {
        name: Template::new(&name),
        value,
        masked,
    })
}

fn operator(junction: Junction, operands: Vec<Clause>) -> Clause {
    Clause {
        written: junction.word().into(),
        kind: ClauseKind::Operator(junction, operands),
    }
}

fn clause(element: Element<'_>, depth: usize) -> Option<Clause> {
    if depth > MAX_DEPTH {
        return None;
    }
    if is(element, "operator") {
        let kind = attribute(element, "type")?;
        let junction = [Junction::And, Junction::Or, Junction::Not]
            .into_iter()
            .find(|own| own.xml().eq_ignore_ascii_case(kind.trim()))?;
        let operands = element.children().map(|own| clause(own, depth + 1));
        return Some(operator(junction, operands.collect::<Option<_>>()?));
    }
    if is(element, "osConditionGroup") {
        return systems(element);
    }
    let owned = pairs(element);
    if let Some(test) = system_test(element, &owned) {
        return Some(test);
    }
    let (_, class) = kind_of(element)?;
    let pairs: Vec<Pair<'_>> = owned
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    Some(test_clause(class, &pairs))
}

/// MDT's condition by architecture and version, for which the language has no words.
fn system_test(element: Element<'_>, pairs: &[(String, String)]) -> Option<Clause> {
    let table = &lite_touch().system_test;
    let class = attribute(element, "type").filter(|_| is(element, "expression"))?;
    if !class.trim().eq_ignore_ascii_case(&table.class) {
        return None;
    }
    let text = |name: &str| {
        let mut pairs = pairs.iter();
        let pair = pairs.find(|(own, _)| own.eq_ignore_ascii_case(name));
        pair.map_or("", |(_, text)| text.trim())
    };
    let (architecture, word, version) = (text("Architecture"), text("Operator"), text("Version"));
    let mut known = table.architectures.iter();
    let own = known.find(|(own, _)| own.eq_ignore_ascii_case(architecture))?;
    let bound = match operator_of(word) {
        _ if version.is_empty() => None,
        Some(operator) if operator.is_comparison() => Some((operator, version.to_owned())),
        _ => return None,
    };
    let test = SystemVersion {
        architecture: &own.1,
        bound,
    };
    let bound = test
        .bound
        .as_ref()
        .map_or_else(String::new, |(operator, version)| {
            format!(" {} \"{version}\"", sign(*operator))
        });
    Some(Clause {
        written: format!("system {architecture}{bound}")
            .replace("  ", " ")
            .into(),
        kind: ClauseKind::Test(Box::new(PreparedTest::System(test))),
    })
}

/// Any of some operating systems, each with all of its queries.
fn systems(element: Element<'_>) -> Option<Clause> {
    let kind = |element, wanted: &str| {
        let own = attribute(element, "type");
        own.is_none_or(|own| own.trim().eq_ignore_ascii_case(wanted))
    };
    if !kind(element, "or") {
        return None;
    }
    let mut systems = Vec::new();
    let mut names = Vec::new();
    for group in element.children() {
        if !is(group, "osExpressionGroup") || !kind(group, "and") {
            return None;
        }
        let name = attribute(group, "name").unwrap_or_default().into_owned();
        let mut queries = Vec::new();
        for query in group.children().filter(|own| !is(*own, "platformKey")) {
            kind_of(query).filter(|(keyword, _)| *keyword == ConditionKeyword::Wmi)?;
            let pairs = pairs(query);
            let mut pairs = pairs.iter();
            let (_, text) = pairs.find(|(own, _)| own.eq_ignore_ascii_case("Query"))?;
            queries.push(ParsedQuery::new(text));
        }
        names.push(format!("\"{name}\""));
        systems.push((SharedText::from(name.as_str()), queries));
    }
    let written = match names.as_slice() {
        [name] => format!("os {name}"),
        names => format!("os [{}]", names.join(", ")),
    };
    Some(Clause {
        written: written.into(),
        kind: ClauseKind::Test(Box::new(PreparedTest::Os(systems))),
    })
}

/// A rule that nobody can read: whether it sets this is open, and with `open` what else.
fn unread(sets: Vec<Set>, open: bool) -> RulePlan {
    let why = "what a rule in XML's own words comes to".to_owned();
    RulePlan {
        asks: RuleQuestion::Test(Clause {
            written: "xml".into(),
            kind: ClauseKind::Test(Box::new(PreparedTest::Opaque(why))),
        }),
        sets,
        open,
    }
}

/// The variables that a text names which is no XML: what stands behind `Name=`.
fn names(text: &str) -> Vec<Set> {
    let lower = text.to_ascii_lowercase();
    let mut sets = Vec::new();
    for (at, start) in lower.match_indices("<variable ") {
        let tag = &text[at + start.len()..];
        let tag = tag.split('>').next().unwrap_or("");
        let Some(at) = tag.to_ascii_lowercase().find("name=") else {
            continue;
        };
        let rest = &tag[at + "name=".len()..];
        let quote = rest.chars().next().filter(|own| matches!(own, '"' | '\''));
        let name = quote.and_then(|quote| rest[1..].split_once(quote));
        // The variables of a test are spelled the same, and have no such attribute.
        let is_set = tag.to_ascii_lowercase().contains("issecret") || !matches_test(name);
        if let Some((name, _)) = name.filter(|_| is_set) {
            sets.push(Set {
                name: Template::new(name.trim()),
                value: SetValue::Secret(name.trim().to_owned()),
                masked: false,
            });
        }
    }
    sets
}

/// Whether a name is one that tests give their own variables.
fn matches_test(name: Option<(&str, &str)>) -> bool {
    let own = ["Operator", "Value", "Variable", "Make", "Model"];
    name.is_some_and(|(name, _)| own.iter().any(|own| name.eq_ignore_ascii_case(own)))
}
