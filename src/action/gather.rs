//! MDT's Gather: variables from what the computer is. Its rules are in a file that nobody has here.

use super::{Action, process::in_winpe, property::value};
use crate::{
    computer::{Computer, Outcome, Work},
    deed::ResultBasis,
    fact::{Fact, Known},
    machine::values::fits,
    vocabulary::{CountedRows, GatheredVariable, Reading, gathered},
    wql::{ClassFacts, PropertyValue, Row},
};

/// The namespace of most classes.
const USUAL: &str = "root\\cimv2";

/// The script that is known; sequences of others have this step with scripts of their own.
const SCRIPT: &str = "ztigather.wsf";

/// Gather.
pub(super) struct Gather;

impl Action for Gather {
    fn keyword(&self) -> &'static str {
        "gather"
    }

    /// What is told here is what a described computer would come to. Without MDT nothing is done.
    fn is_whole(&self) -> bool {
        false
    }

    fn perform(&self, on: &mut dyn Computer, work: &Work<'_>) -> Outcome {
        let label = work.step.table().map_or("", |table| &table.label);
        let mut outcome = on.not_supported(label);
        if outcome.basis == ResultBasis::Assumed && runs_script(value(work, "action")) {
            let winpe = in_winpe(work);
            for variable in gathered() {
                match variable.name.strip_suffix('#') {
                    Some(base) => list(on, variable, base, &mut outcome),
                    None => one(on, work, variable, winpe, &mut outcome),
                }
            }
        }
        outcome
    }
}

/// Whether an action runs the script, in Configuration Manager behind `smsswd.exe`.
fn runs_script(action: &str) -> bool {
    action.to_ascii_lowercase().contains(SCRIPT)
}

/// A variable that is no list.
fn one(
    on: &dyn Computer,
    work: &Work<'_>,
    variable: &GatheredVariable,
    winpe: bool,
    outcome: &mut Outcome,
) {
    let name = variable.name.clone();
    let here = variable.in_winpe.as_ref().filter(|_| winpe);
    let found = match here {
        Some(text) => Known::Yes(text.clone()),
        None => found(on, variable),
    };
    match found {
        Known::Yes(text) => outcome.variables.push((name, text)),
        Known::No => outcome.variables.push((name, String::new())),
        Known::Unknown(lacks) => {
            let lacks = match lacks.as_str() {
                "" => String::new(),
                lacks => format!(", from {lacks}"),
            };
            let what = format!("variable {name} after {}{lacks}", work.path);
            outcome.unknown.push((name, what));
        }
    }
}

/// What a variable is read from: the first source that is known.
fn found(on: &dyn Computer, variable: &GatheredVariable) -> Known<String> {
    let mut lacks = String::new();
    let mut tried = |found: Option<Known<String>>| match found {
        Some(Known::Unknown(what)) => {
            if lacks.is_empty() {
                lacks = what;
            }
            None
        }
        found => found,
    };
    let facts = (!variable.facts.is_empty()).then(|| of_facts(on, variable));
    let found = tried(facts)
        .or_else(|| tried(of_class(on, variable)))
        .or_else(|| tried(of_file(on, variable)))
        .or_else(|| tried(by_kind(on, variable)));
    found.unwrap_or(Known::Unknown(lacks))
}

fn of_facts(on: &dyn Computer, variable: &GatheredVariable) -> Known<String> {
    let mut texts = Vec::new();
    for fact in &variable.facts {
        match on.fact(*fact) {
            Known::Yes(text) => texts.push(text),
            Known::No => texts.push(String::new()),
            Known::Unknown(what) => return Known::Unknown(what),
        }
    }
    worded(&variable.words, &texts.join("|"))
}

fn by_kind(on: &dyn Computer, variable: &GatheredVariable) -> Option<Known<String>> {
    if variable.by_kind.is_empty() {
        return None;
    }
    match on.fact(Fact::Kind) {
        Known::Yes(kind) => Some(worded(&variable.by_kind, &kind)),
        _ => None,
    }
}

fn of_file(on: &dyn Computer, variable: &GatheredVariable) -> Option<Known<String>> {
    let path = variable.file.as_ref()?;
    let path = match on.environment("WINDIR") {
        Known::Yes(folder) => path.replace("%WINDIR%", &folder),
        _ => path.clone(),
    };
    Some(match on.file(&path) {
        Known::Yes(_) => worded(&variable.words, "there"),
        Known::No => worded(&variable.words, "not there"),
        Known::Unknown(what) => Known::Unknown(what),
    })
}

/// What a variable holds for what was read.
fn worded(words: &[Reading], read: &str) -> Known<String> {
    if words.is_empty() {
        return Known::Yes(read.to_owned());
    }
    match words.iter().find(|(pattern, _)| fits(pattern, read)) {
        Some((_, text)) if text.is_empty() => Known::No,
        Some((_, text)) => Known::Yes(text.clone()),
        None => Known::Unknown(format!("what MDT makes of {read}")),
    }
}

/// The rows of a variable's class; what is missing where they are not known.
fn rows(on: &dyn Computer, variable: &GatheredVariable) -> Option<Result<Vec<Row>, String>> {
    let class = variable.class.as_ref()?;
    let namespace = variable.namespace.as_deref().unwrap_or(USUAL);
    Some(match on.class(namespace, class) {
        ClassFacts::Rows(mut rows) => {
            rows.retain(|row| !is_passed_over(variable, row));
            Ok(rows)
        }
        ClassFacts::Unknown => Err(format!("WMI {class}")),
    })
}

/// Whether a row never counts. The case that nobody described is that of the computer itself.
fn is_passed_over(variable: &GatheredVariable, row: &Row) -> bool {
    let Some(rule) = &variable.passed_over else {
        return false;
    };
    let first = match row.property(&rule.property) {
        PropertyValue::Array(values) => values.first().map_or(Known::No, plain),
        value => plain(&value),
    };
    matches!(first, Known::Yes(text) if rule.values.contains(&text))
}

fn of_class(on: &dyn Computer, variable: &GatheredVariable) -> Option<Known<String>> {
    let rows = match rows(on, variable)? {
        Ok(rows) => rows,
        Err(lacks) => return Some(Known::Unknown(lacks)),
    };
    let each = rows.iter().map(|row| of_row(variable, row));
    Some(match variable.rows {
        CountedRows::First => each.into_iter().next().unwrap_or(Known::No),
        CountedRows::Any => match any_true(each) {
            Ok(any) => Known::Yes(truth(any)),
            Err(lacks) => Known::Unknown(lacks),
        },
        CountedRows::None if rows.is_empty() => Known::Yes(truth(false)),
        CountedRows::None => match any_true(each) {
            Ok(any) => Known::Yes(truth(!any)),
            Err(lacks) => Known::Unknown(lacks),
        },
    })
}

/// Booleans as MDT spells them.
fn truth(value: bool) -> String {
    if value { "True" } else { "False" }.to_owned()
}

/// Whether any is true; what is missing where that is not known.
fn any_true(each: impl Iterator<Item = Known<String>>) -> Result<bool, String> {
    let mut lacks = None;
    for one in each {
        match one {
            Known::Yes(text) if text == "True" => return Ok(true),
            Known::Unknown(what) => lacks = Some(what),
            Known::Yes(_) | Known::No => {}
        }
    }
    lacks.map_or(Ok(false), Err)
}

/// What a row gives a variable; of an array the first value.
fn of_row(variable: &GatheredVariable, row: &Row) -> Known<String> {
    match text_of(variable, row) {
        Known::Yes(text) => match variable.divide_by {
            None => worded(&variable.words, text.trim()),
            Some(by) => match text.parse::<u64>() {
                Ok(number) => Known::Yes((number / by.max(1)).to_string()),
                Err(_) => Known::Unknown(format!("a number in {text}")),
            },
        },
        other => other,
    }
}

fn text_of(variable: &GatheredVariable, row: &Row) -> Known<String> {
    let property = variable.property.as_deref().unwrap_or_default();
    let lacks = || {
        format!(
            "WMI {}.{property}",
            variable.class.as_deref().unwrap_or_default()
        )
    };
    match row.property(property) {
        PropertyValue::Array(values) => values.first().map_or(Known::No, plain),
        PropertyValue::Unknown => Known::Unknown(lacks()),
        value => plain(&value),
    }
}

/// A value as the script host makes a text of it.
fn plain(value: &PropertyValue) -> Known<String> {
    match value {
        PropertyValue::Text(text) | PropertyValue::DateTime(text) => Known::Yes(text.clone()),
        PropertyValue::Integer(number) => Known::Yes(number.to_string()),
        PropertyValue::Boolean(value) => Known::Yes(truth(*value)),
        PropertyValue::Null => Known::No,
        PropertyValue::Real(_) | PropertyValue::Array(_) | PropertyValue::Unknown => {
            Known::Unknown("a value of WMI that is a text".to_owned())
        }
    }
}

/// The members of a list: the values of all rows that count, each once. Behind a row of which
/// nobody knows whether it counts, nobody knows the rest.
fn list(on: &dyn Computer, variable: &GatheredVariable, base: &str, outcome: &mut Outcome) {
    let Some(Ok(rows)) = rows(on, variable) else {
        return;
    };
    let mut members: Vec<String> = Vec::new();
    let mut whole = true;
    for row in &rows {
        let counts = variable.only.as_deref().map(|only| row.property(only));
        match counts {
            Some(PropertyValue::Boolean(false) | PropertyValue::Null) => continue,
            None | Some(PropertyValue::Boolean(true)) => {}
            Some(_) => whole = false,
        }
        whole = whole && add(variable, row, &mut members);
        if !whole {
            break;
        }
    }
    let numbered = members.into_iter().zip(1..);
    let numbered = numbered.map(|(text, number)| (format!("{base}{number:03}"), text));
    outcome.variables.extend(numbered);
    if whole {
        outcome.whole.push(variable.name.clone());
    }
}

/// Adds the values of a row; whether they are known.
fn add(variable: &GatheredVariable, row: &Row, members: &mut Vec<String>) -> bool {
    let values = match row.property(variable.property.as_deref().unwrap_or_default()) {
        PropertyValue::Array(values) => values,
        PropertyValue::Null => Vec::new(),
        PropertyValue::Unknown => return false,
        value => vec![value],
    };
    for value in &values {
        let Known::Yes(text) = plain(value) else {
            return false;
        };
        let left_out = variable.without.iter().any(|pattern| fits(pattern, &text));
        if !left_out && !members.contains(&text) {
            members.push(text);
        }
    }
    true
}
