//! Rules for a step's variables, its action line and the attributes that repeat them.

use std::cmp::Ordering;

use roxmltree::Node;

use super::report::{Export, Report, child, children, is_number, text};
use super::step_types::{self, Need, StepType, Value, Variable};

/// The variables of a step.
pub fn variables<'a, 'i>(step: Node<'a, 'i>) -> impl Iterator<Item = Node<'a, 'i>> {
    child(step, "defaultVarList").into_iter().flat_map(children)
}

/// The value of a step's property, if it is written.
pub fn property<'a>(step: Node<'a, '_>, name: &str) -> Option<&'a str> {
    variables(step)
        .find(|variable| variable.attribute("property") == Some(name))
        .map(text)
}

/// The items of a comma-separated list.
pub fn items(list: &str) -> Vec<&str> {
    list.split(',').filter(|item| !item.is_empty()).collect()
}

/// The steps of the twelve types, each with its type.
fn known_steps<'e, 'i: 'e>(
    export: &'e Export<'i>,
) -> impl Iterator<Item = (Node<'e, 'i>, &'static StepType)> {
    export
        .steps()
        .filter_map(|step| Some((step, step_types::of(step)?)))
}

/// A type that begins like the product's is one of the twelve or another of the product's types.
pub fn product_types_are_known(export: &Export, report: &mut Report) {
    let prefix = "SMS_TaskSequence_";
    for step in export.steps() {
        let class = step.attribute("type").unwrap_or_default();
        let head = class.get(..prefix.len()).unwrap_or_default();
        let known = step_types::of(step).is_some()
            || class
                .strip_prefix(prefix)
                .is_some_and(|class| step_types::OTHER_TYPES.contains(&class));
        if head.eq_ignore_ascii_case(prefix) && !known {
            report.on(step, format!("the product has no type {class}"));
        }
    }
}

/// Variables stand in the order of their properties: by character, upper case first, a number by
/// its value.
pub fn variables_sorted_by_property(export: &Export, report: &mut Report) {
    for list in export
        .named("defaultVarList")
        .chain(export.named("globalVarList"))
    {
        let names: Vec<&str> = children(list)
            .filter_map(|variable| variable.attribute("property"))
            .collect();
        for pair in names.windows(2) {
            if property_order(pair[0], pair[1]) == Ordering::Greater {
                report.on(list, format!("{} stands before {}", pair[0], pair[1]));
            }
        }
    }
}

/// Compares by character, digits inside a name as a number.
fn property_order(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    loop {
        let digits = (leading_digits(a), leading_digits(b));
        let (order, length) = match digits {
            (0, _) | (_, 0) => (a.chars().next().cmp(&b.chars().next()), (1, 1)),
            (m, n) => {
                let (x, y) = (&a[..m], &b[..n]);
                let value = |number: &str| number.trim_start_matches('0').len();
                let by_value = value(x).cmp(&value(y)).then_with(|| x.cmp(y));
                (by_value, (m, n))
            }
        };
        if order != Ordering::Equal || a.is_empty() {
            return order;
        }
        a = a.get(length.0..).unwrap_or_default();
        b = b.get(length.1..).unwrap_or_default();
    }
}

fn leading_digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// No property stands twice in one list.
pub fn no_property_twice(export: &Export, report: &mut Report) {
    for list in export
        .named("defaultVarList")
        .chain(export.named("globalVarList"))
    {
        let mut seen = Vec::new();
        for name in children(list).filter_map(|variable| variable.attribute("property")) {
            if seen.contains(&name) {
                report.on(list, format!("{name} stands twice"));
            }
            seen.push(name);
        }
    }
}

/// The variables of the twelve types are those of the tables.
pub fn known_variables(export: &Export, report: &mut Report) {
    each_variable(export, |variable, kind, known| {
        if known.is_none() {
            report.on(variable, format!("not a property of {}", kind.class));
        }
    });
}

/// A variable of the twelve types has the name that belongs to its property.
pub fn variable_names(export: &Export, report: &mut Report) {
    each_variable(export, |variable, _, known| {
        if let Some((known, number)) = known {
            let name = known.name.replace("<N>", number);
            if variable.attribute("name") != Some(name.as_str()) {
                report.on(variable, format!("the name is not {name}"));
            }
        }
    });
}

/// A variable of the twelve types is hidden where the tables say so.
pub fn hidden_variables(export: &Export, report: &mut Report) {
    each_variable(export, |variable, _, known| {
        if let Some((known, _)) = known
            && variable.has_attribute("hidden") != known.hidden
        {
            let must = if known.hidden { "must" } else { "must not" };
            report.on(variable, format!("{must} be hidden"));
        }
    });
}

/// Calls back for each variable of the twelve types, with its entry in the tables and the number in
/// its property.
fn each_variable(
    export: &Export,
    mut check: impl FnMut(Node, &'static StepType, Option<(&'static Variable, &str)>),
) {
    for (step, kind) in known_steps(export) {
        for variable in variables(step) {
            let property = variable.attribute("property").unwrap_or_default();
            let known = kind
                .variables
                .iter()
                .find_map(|known| Some((known, numbered(known.property, property)?)));
            check(variable, kind, known);
        }
    }
}

/// The number that stands in a name where the pattern has `<N>`; empty for a pattern without.
fn numbered<'a>(pattern: &str, name: &'a str) -> Option<&'a str> {
    let Some((before, after)) = pattern.split_once("<N>") else {
        return (pattern == name).then_some("");
    };
    let number = name.strip_prefix(before)?.strip_suffix(after)?;
    (is_number(number) && (number == "0" || !number.starts_with('0'))).then_some(number)
}

/// Variables that a type always writes are there; those that come together do so.
pub fn required_variables(export: &Export, report: &mut Report) {
    for (step, kind) in known_steps(export) {
        let counts = 0..variables(step).count();
        for variable in kind.variables {
            let numbers = if variable.property.contains("<N>") {
                counts.clone()
            } else {
                0..1
            };
            for number in numbers {
                require(step, variable, &number.to_string(), report);
            }
        }
    }
}

fn require(step: Node, variable: &Variable, number: &str, report: &mut Report) {
    let numbered = |pattern: &str| pattern.replace("<N>", number);
    let has = |pattern: &str| property(step, &numbered(pattern)).is_some();
    let name = numbered(variable.property);
    let written = has(variable.property);
    let message = match variable.need {
        Need::Always if !written => format!("{name} is missing"),
        Need::With(other) if written != has(other) => {
            format!("{name} and {} are not written together", numbered(other))
        }
        Need::Without(other) if written == has(other) => {
            format!("not exactly one of {name} and {other} is written")
        }
        Need::Within(other) if written && !has(other) => {
            format!("{name} is written without {other}")
        }
        _ => return,
    };
    report.on(step, message);
}

/// Values are of the kind that the tables say: lower-case flags, digits, known words, blanked
/// secrets.
pub fn variable_values(export: &Export, report: &mut Report) {
    each_variable(export, |variable, _, known| {
        let value = text(variable);
        if let Some((known, _)) = known
            && !fits(&known.value, value)
        {
            report.on(variable, format!("the value is {value:?}"));
        }
    });
}

fn fits(kind: &Value, value: &str) -> bool {
    match *kind {
        Value::Text => true,
        Value::Filled => !value.is_empty(),
        Value::Flag => matches!(value, "true" | "false"),
        Value::Number => is_number(value),
        Value::Codes => value
            .split(' ')
            .all(|code| is_number(code.strip_prefix('-').unwrap_or(code))),
        Value::Secret => value.is_empty(),
        Value::Word(words) => words.contains(&value),
        Value::Version(numbers, mask) => {
            let parts: Vec<&str> = value.split('.').collect();
            value == mask || (parts.len() == numbers && parts.iter().all(|part| is_number(part)))
        }
        // Without a letter the share is connected all the same.
        Value::Drive => {
            value.is_empty()
                || matches!(value.as_bytes(), [letter, b':'] if letter.is_ascii_uppercase())
        }
        Value::Package => is_package(value),
    }
}

/// Whether a text is three letters or digits of a site and five hexadecimal digits.
pub fn is_package(text: &str) -> bool {
    let upper = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    let bytes = text.as_bytes();
    bytes.len() == 8 && bytes.iter().all(upper) && bytes[3..].iter().all(u8::is_ascii_hexdigit)
}

/// A value that is not to be shown is blanked.
pub fn hidden_value_is_blanked(export: &Export, report: &mut Report) {
    for step in export.steps() {
        if property(step, "DoNotShowVariableValue") == Some("true")
            && property(step, "VariableValue").is_some_and(|value| !value.is_empty())
        {
            report.on(step, "the value is written and should not be shown");
        }
    }
}

/// Install Application names a list or a base variable or, as a placeholder, an empty one of them.
pub fn list_or_base_variable(export: &Export, report: &mut Report) {
    for (step, kind) in known_steps(export) {
        if kind.class != "InstallApplicationAction" {
            continue;
        }
        match (
            property(step, "ApplicationName"),
            property(step, "BaseVariableName"),
        ) {
            (None, None) => report.on(step, "neither a list nor a base variable is written"),
            (Some(list), Some(base)) if !list.is_empty() && !base.is_empty() => {
                report.on(step, "both a list and a base variable are written");
            }
            _ => {}
        }
    }
}

/// Content that is downloaded to a folder of one's own has its path.
pub fn custom_destination_has_a_path(export: &Export, report: &mut Report) {
    for step in export.steps() {
        let path = property(step, "DestinationCustomPath").unwrap_or_default();
        if property(step, "DestinationLocationType") == Some("Custom") && path.is_empty() {
            report.on(step, "DestinationCustomPath is empty");
        }
    }
}

/// The packages and applications of a list are counted, numbered from 0 and described in its order.
pub fn described_lists(export: &Export, report: &mut Report) {
    for (step, kind) in known_steps(export) {
        let (list, counts, id) = match kind.class {
            "DownloadPackageContentAction" => (
                "DownloadPackages",
                ["NumPackages", "PackageInfo"],
                "PackageInfo<N>PackageId",
            ),
            "InstallApplicationAction" => {
                ("ApplicationName", ["NumApps", "AppInfo"], "AppInfo<N>Name")
            }
            _ => continue,
        };
        let listed = items(property(step, list).unwrap_or_default());
        let described: Vec<&str> = variables(step)
            .filter(|variable| {
                let name = variable.attribute("property").unwrap_or_default();
                numbered(id, name).is_some()
            })
            .map(text)
            .collect();
        if listed != described {
            report.on(step, format!("{list} does not name what {id} describes"));
        }
        let gap = (0..described.len())
            .find(|number| property(step, &id.replace("<N>", &number.to_string())).is_none());
        if let Some(number) = gap {
            report.on(step, format!("{id} leaves out the number {number}"));
        }
        for count in counts {
            if property(step, count).is_some_and(|value| value != listed.len().to_string()) {
                report.on(step, format!("{count} is not the number of {list}"));
            }
        }
        if !listed.is_empty() && counts.iter().any(|count| property(step, count).is_none()) {
            report.on(step, format!("{list} is not counted"));
        }
    }
}

/// The action line is what the type makes of the variables.
pub fn action_text(export: &Export, report: &mut Report) {
    for (step, kind) in known_steps(export) {
        let expected = action(step, kind.action);
        let Some(action) = child(step, "action") else {
            continue;
        };
        if text(action) != expected {
            report.on(action, format!("the action is not {expected:?}"));
        }
    }
}

/// No action line is empty.
pub fn action_is_not_empty(export: &Export, report: &mut Report) {
    for action in export.named("action") {
        if text(action).is_empty() {
            report.on(action, "the action is empty");
        }
    }
}

/// Fills in an action line's pattern.
fn action(step: Node, pattern: &str) -> String {
    let (always, sometimes) = match pattern.strip_suffix(']') {
        Some(pattern) => pattern.split_once('[').unwrap_or((pattern, "")),
        None => (pattern, ""),
    };
    fill(step, always).unwrap_or_else(|line| line) + &fill(step, sometimes).unwrap_or_default()
}

/// Fills in the properties of a pattern; the error is the text with those that are missing left
/// out.
fn fill(step: Node, pattern: &str) -> Result<String, String> {
    let mut line = String::new();
    let mut complete = true;
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        line.push_str(before);
        let value = property(step, name.trim_end_matches('!'));
        complete &= value.is_some();
        match (value.unwrap_or_default(), name.ends_with('!')) {
            (value, false) => line.push_str(value),
            ("true", true) => line.push_str("True"),
            ("false", true) => line.push_str("False"),
            (value, true) => line.push_str(value),
        }
        rest = after;
    }
    line.push_str(rest);
    if complete { Ok(line) } else { Err(line) }
}

/// `successCodeList` is the variable `SuccessCodes`, or 0 for a step without.
pub fn success_codes_repeat_the_variable(export: &Export, report: &mut Report) {
    for (step, _) in known_steps(export) {
        let codes = property(step, "SuccessCodes").unwrap_or("0");
        if step.attribute("successCodeList") != Some(codes) {
            report.on(step, format!("successCodeList is not {codes:?}"));
        }
    }
}

/// `retryCount` is the variable `RetryCount`, or 0 for a step without.
pub fn retry_count_repeats_the_variable(export: &Export, report: &mut Report) {
    for (step, _) in known_steps(export) {
        let count = property(step, "RetryCount").unwrap_or("0");
        if step.attribute("retryCount") != Some(count) {
            report.on(step, format!("retryCount is not {count:?}"));
        }
    }
}

/// The steps that install run in the full operating system only.
pub fn run_in_fits_the_type(export: &Export, report: &mut Report) {
    for (step, kind) in known_steps(export) {
        if let Some(value) = step.attribute("runIn")
            && !kind.runs_in.contains(&value)
        {
            report.on(step, format!("{} does not run in {value}", kind.class));
        }
    }
}

/// Of the twelve types only those that run a command or a script have a time limit.
pub fn timeout_fits_the_type(export: &Export, report: &mut Report) {
    for (step, kind) in known_steps(export) {
        if step.has_attribute("timeout") && !kind.timeout {
            report.on(step, format!("{} has no time limit", kind.class));
        }
    }
}
