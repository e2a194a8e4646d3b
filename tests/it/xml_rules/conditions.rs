//! Rules for conditions.

use roxmltree::Node;

use super::report::{Export, Report, children, text};

/// Where an expression stands.
#[derive(Clone, Copy, PartialEq)]
pub enum Place {
    /// In the condition of a step or group.
    Condition,
    /// In a rule of Set Dynamic Variables.
    DynamicRule,
}

/// A type of expression.
struct Expression {
    /// The attribute `type` between the usual beginning and end.
    class: &'static str,
    /// Whether it stands in the conditions of steps and groups.
    in_conditions: bool,
    /// Whether it stands in the rules of Set Dynamic Variables.
    in_rules: bool,
    /// Its variables in the order of writing; `!` marks those that are always written.
    variables: &'static str,
    /// The spellings of its operators in genuine files.
    seen: &'static str,
    /// The spellings that the product's classes name and no genuine file showed.
    named: &'static str,
}

/// The expression types. Software, and versions and times of files and folders, were in no genuine
/// file; their names are those of the product's classes and their order is the rule that names are
/// sorted.
#[rustfmt::skip]
const EXPRESSIONS: &[Expression] = &[
    Expression {
        class: "Variable", in_conditions: true, in_rules: true,
        variables: "Operator! Value Variable!",
        seen: "equals Equals notEquals notequals exists notExists like greaterEqual",
        named: "greater less lessEqual notLike",
    },
    Expression {
        class: "WMI", in_conditions: true, in_rules: false,
        variables: "Namespace! Query!", seen: "", named: "",
    },
    Expression {
        class: "File", in_conditions: true, in_rules: false,
        variables: "DateTime DateTimeOperator Path! Version VersionOperator", seen: "", named: ORDER,
    },
    Expression {
        class: "Folder", in_conditions: true, in_rules: false,
        variables: "DateTime DateTimeOperator Path!", seen: "", named: ORDER,
    },
    Expression {
        class: "Registry", in_conditions: true, in_rules: false,
        variables: "Data KeyPath! Operator! Type! Value",
        seen: "exists notExists equals", named: "notEquals greater greaterEqual less lessEqual",
    },
    Expression {
        class: "Software", in_conditions: true, in_rules: false,
        variables: "Operator! ProductCode! ProductName UpgradeCode Version",
        seen: "", named: "AnyVersion ThisVersion",
    },
    Expression {
        class: "MakeModel", in_conditions: false, in_rules: true,
        variables: "Make! Model!", seen: "", named: "",
    },
    Expression {
        class: "Computer", in_conditions: false, in_rules: true,
        variables: "AssetTag! MACAddress! SerialNumber! UUID!", seen: "", named: "",
    },
];

const ORDER: &str = "equals notEquals greater greaterEqual less lessEqual";

const REGISTRY_TYPES: &[&str] = &[
    "REG_BINARY",
    "REG_DWORD",
    "REG_EXPAND_SZ",
    "REG_MULTI_SZ",
    "REG_NONE",
    "REG_QWORD",
    "REG_SZ",
];

/// An operator is `and`, `or` or `not`.
pub fn operator_types(export: &Export, report: &mut Report) {
    for operator in export.named("operator") {
        let kind = operator.attribute("type").unwrap_or_default();
        if !["and", "or", "not"].contains(&kind) {
            report.on(operator, format!("the operator is {kind:?}"));
        }
    }
}

/// Expressions are of a known type, with their variables sorted by name and operators spelled as
/// known.
pub fn expressions(export: &Export, report: &mut Report) {
    for element in export.named("expression") {
        expression(element, Place::Condition, report);
    }
}

/// Checks one expression.
pub fn expression(element: Node, place: Place, report: &mut Report) {
    let class = element.attribute("type").unwrap_or_default();
    let known = class
        .strip_prefix("SMS_TaskSequence_")
        .and_then(|class| class.strip_suffix("ConditionExpression"))
        .and_then(|class| EXPRESSIONS.iter().find(|known| known.class == class));
    let Some(known) = known else {
        report.on(element, format!("{class:?} is no expression type"));
        return;
    };
    let fits = match place {
        Place::Condition => known.in_conditions,
        Place::DynamicRule => known.in_rules,
    };
    if !fits {
        report.on(element, format!("{class} does not belong here"));
    }
    variable_names(element, known, report);
    operator_spelling(element, known, report);
    operands(element, known, report);
    if place == Place::DynamicRule && known.class == "Variable" && value(element, "Value").is_none()
    {
        report.on(element, "a rule's Value is always written");
    }
}

/// Reports unknown, missing, repeated and misplaced variables of an expression.
fn variable_names(element: Node, known: &Expression, report: &mut Report) {
    let order: Vec<&str> = known
        .variables
        .split(' ')
        .map(|name| name.trim_end_matches('!'))
        .collect();
    let mut last = None;
    for variable in children(element) {
        let name = variable.attribute("name").unwrap_or_default();
        let place = order.iter().position(|known| *known == name);
        if place.is_none() {
            report.on(variable, format!("not a variable of {}", known.class));
        } else if place <= last {
            report.on(variable, format!("the order is not {}", order.join(" ")));
        }
        last = place.or(last);
    }
    for name in known.variables.split(' ') {
        if let Some(name) = name.strip_suffix('!')
            && value(element, name).is_none()
        {
            report.on(element, format!("{name} is missing"));
        }
    }
}

/// Reports operators that are spelled in a way no genuine file or class has.
fn operator_spelling(element: Node, known: &Expression, report: &mut Report) {
    for name in ["Operator", "DateTimeOperator", "VersionOperator"] {
        let mut spellings = known.seen.split(' ').chain(known.named.split(' '));
        if let Some(operator) = value(element, name)
            && (operator.is_empty() || spellings.all(|spelling| spelling != operator))
        {
            report.on(element, format!("{name} {operator:?} is not known"));
        }
    }
}

/// Reports operands that do not go with the operator, and values that are never empty.
fn operands(element: Node, known: &Expression, report: &mut Report) {
    let has = |name: &str| value(element, name).is_some();
    let exists = value(element, "Operator")
        .is_some_and(|operator| matches!(operator, "exists" | "notExists"));
    match known.class {
        "Variable" if exists && value(element, "Value").is_some_and(|value| !value.is_empty()) => {
            report.on(element, "Value is not empty beside exists");
        }
        "Variable" if !exists && !has("Value") => report.on(element, "Value is missing"),
        "Registry" if exists == has("Data") => {
            report.on(element, "Data belongs to a comparison, and to nothing else");
        }
        _ => {}
    }
    for (one, other) in [
        ("DateTime", "DateTimeOperator"),
        ("Version", "VersionOperator"),
    ] {
        if known.variables.contains(other) && has(one) != has(other) {
            report.on(
                element,
                format!("{one} and {other} are not written together"),
            );
        }
    }
    for name in [
        "KeyPath",
        "Namespace",
        "Path",
        "ProductCode",
        "Query",
        "Variable",
    ] {
        if value(element, name) == Some("") {
            report.on(element, format!("{name} is empty"));
        }
    }
    let namespace = value(element, "Namespace").unwrap_or("root\\");
    if !namespace.to_lowercase().starts_with("root\\") {
        report.on(element, format!("{namespace:?} is no namespace"));
    }
    if let Some(kind) = value(element, "Type")
        && !REGISTRY_TYPES.contains(&kind)
    {
        report.on(element, format!("{kind:?} is no registry type"));
    }
}

/// The value of an expression's variable.
fn value<'a>(expression: Node<'a, '_>, name: &str) -> Option<&'a str> {
    children(expression)
        .find(|variable| variable.attribute("name") == Some(name))
        .map(text)
}

/// An operating system condition is `or` over `and` over WMI queries that ignore a failure.
pub fn operating_system_conditions(export: &Export, report: &mut Report) {
    for (name, kind) in [("osConditionGroup", "or"), ("osExpressionGroup", "and")] {
        for group in export.named(name) {
            if group.attribute("type") != Some(kind) {
                report.on(group, format!("the type is not {kind}"));
            }
        }
    }
    for group in export.named("osExpressionGroup") {
        for expression in children(group).filter(|inner| inner.has_tag_name("expression")) {
            if expression.attribute("type") != Some("SMS_TaskSequence_WMIConditionExpression") {
                report.on(expression, "not a WMI query");
            }
            if expression.attribute("ignoreQueryFailure") != Some("true") {
                report.on(expression, "ignoreQueryFailure is not true");
            }
        }
    }
}

/// A platform has an architecture, a type and two versions of four numbers.
pub fn platforms(export: &Export, report: &mut Report) {
    for platform in export.named("platformKey") {
        if platform.attribute("type") != Some("Win_NT") {
            report.on(platform, "the type is not Win_NT");
        }
        if !matches!(platform.attribute("arch"), Some("x64" | "X86")) {
            report.on(platform, "the architecture is not known");
        }
        for name in ["minVer", "maxVer"] {
            let version = platform.attribute(name).unwrap_or_default();
            let parts: Vec<&str> = version.split('.').collect();
            if parts.len() != 4 || !parts.iter().all(|part| super::report::is_number(part)) {
                report.on(platform, format!("{name} is {version:?}"));
            }
        }
    }
}
