//! What the vocabulary says about something, as Markdown.

use std::fmt::Write as _;

use crate::vocabulary::{
    Access, BuiltIn, ConditionType, Property, StepType, Type, Write, output_of,
};

/// A property: type, range, default, the console's label, the cmdlet's parameter, the variable
/// behind it.
pub fn describe_property(property: &Property) -> String {
    let mut out = format!(
        "**{}**: {}\n\n{}\n",
        property.name,
        shape(property),
        property.help
    );
    list(&mut out, &facts(property));
    let members: Vec<String> = property
        .member
        .iter()
        .map(|member| {
            let said = member.help.as_ref().or(member.label.as_ref());
            said.map_or(format!("`{}`", member.name), |said| {
                format!("`{}`: {said}", member.name)
            })
        })
        .collect();
    list(&mut out, &members);
    out
}

/// What there is to know beside type and help, a line each.
fn facts(property: &Property) -> Vec<String> {
    let named =
        |what: &str, name: &Option<String>| name.as_ref().map(|name| format!("{what}: `{name}`"));
    let label = property.label.as_ref();
    let mut facts: Vec<String> = Vec::new();
    facts.extend(label.map(|label| format!("Console: {label}")));
    facts.extend(named("Cmdlet", &property.cmdlet));
    facts.extend(named("Default", &default(property)));
    facts.extend(named("Variable", &property.variable));
    facts.extend(named("Attribute", &property.attribute));
    facts.extend(property.since.map(|since| format!("Since {since}")));
    if property.required {
        facts.push("Required".to_owned());
    }
    if property.principal {
        facts.push("May stand first, without its name".to_owned());
    }
    for (word, names) in [
        ("Needs", &property.requires),
        ("Not with", &property.excludes),
        ("Required unless given", &property.required_unless),
    ] {
        if !names.is_empty() {
            facts.push(format!("{word}: {}", code_list(names)));
        }
    }
    if let Some(only) = &property.only_with {
        facts.push(format!("Only with `{}: {}`", only.property, only.member));
    }
    facts
}

fn code_list(names: &[String]) -> String {
    names
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

fn list(out: &mut String, lines: &[String]) {
    if !lines.is_empty() {
        out.push('\n');
    }
    for line in lines {
        let _ = writeln!(out, "- {line}");
    }
}

/// What holds when nothing is said, as a source writes it.
pub(super) fn default(property: &Property) -> Option<String> {
    let stored = property
        .default
        .as_ref()
        .filter(|_| property.write == Write::Always)
        .or(property.implied_default.as_ref())?;
    if stored.trim().is_empty() {
        return None;
    }
    let member = property
        .member
        .iter()
        .find(|member| member.xml.eq_ignore_ascii_case(stored))
        .map(|member| member.name.clone());
    let unit = property.unit_word();
    Some(member.unwrap_or_else(|| {
        if property.kind == Type::Boolean {
            stored.to_lowercase()
        } else {
            format!("{stored}{unit}")
        }
    }))
}

/// The type with its range, in a few words.
pub(super) fn shape(property: &Property) -> String {
    let unit = property.unit_word();
    let mut text = match property.kind {
        Type::Member => "one of its choices".to_owned(),
        Type::List => format!("a list, each {}", property.of.map_or("a text", Type::noun)),
        kind => kind.noun().to_owned(),
    };
    let (min, max) = (
        property.min,
        property.max.filter(|max| *max < i64::from(u32::MAX)),
    );
    match (min, max) {
        (Some(min), Some(max)) => {
            let _ = write!(text, ", {min}{unit} to {max}{unit}");
        }
        (Some(min), None) if min > 0 => {
            let _ = write!(text, ", at least {min}{unit}");
        }
        (None, Some(max)) => {
            let _ = write!(text, ", at most {max}{unit}");
        }
        _ => {}
    }
    if let Some(max) = property.max_length {
        let _ = write!(text, ", at most {max} characters");
    }
    text
}

/// A step type with its properties.
pub fn describe_step_type(table: &StepType) -> String {
    let mut out = format!("**{}**: {}\n\n{}\n", table.keyword, table.label, table.help);
    let mut facts = vec![format!("Class: `{}`", table.class)];
    facts.extend(
        table
            .cmdlet
            .as_ref()
            .map(|cmdlet| format!("Cmdlet: `{cmdlet}`")),
    );
    facts.extend(
        table
            .menu
            .as_ref()
            .map(|menu| format!("Console menu: {menu}")),
    );
    facts.extend(table.since.map(|since| format!("Since {since}")));
    let names: Vec<String> = table
        .property
        .iter()
        .map(|property| {
            if property.required {
                format!("`{}` (required)", property.name)
            } else {
                format!("`{}`", property.name)
            }
        })
        .collect();
    if !names.is_empty() {
        facts.push(format!("Properties: {}", names.join(", ")));
    }
    if table.assignment.is_some() {
        facts.push("Sets one variable: `NAME = \"value\"`".to_owned());
    }
    if table.rules.is_some() {
        facts.push("Holds rules: `rule when CONDITION { NAME = \"value\" }`".to_owned());
    }
    list(&mut out, &facts);
    out
}

/// A variable of the product.
pub fn describe_built_in(variable: &BuiltIn) -> String {
    let access = match variable.access {
        Access::ReadOnly => "read-only",
        Access::Settable => "settable",
    };
    let mut out = format!(
        "**{}**: built-in variable, {}, {access}\n\n{}\n",
        variable.name, variable.kind, variable.help
    );
    let mut facts = Vec::new();
    if !variable.values.is_empty() {
        facts.push(format!("Values: {}", code_list(&variable.values)));
    }
    facts.extend(
        variable
            .default
            .as_ref()
            .map(|default| format!("Default: `{default}`")),
    );
    let own = variable.own_value_of.as_deref();
    facts.extend(own.map(|step| format!("A value of: `{step}`")));
    facts.extend(output_of(&variable.name).map(|step| format!("Set by: `{step}`")));
    if variable.secret {
        facts.push("Holds a secret".to_owned());
    }
    list(&mut out, &facts);
    out
}

/// A condition.
pub(super) fn describe_condition(condition: &ConditionType) -> String {
    let mut out = format!(
        "**{}**: {}\n\n{}\n\n```tasq\n{}\n```\n",
        condition.keyword, condition.label, condition.help, condition.written
    );
    let mut facts = Vec::new();
    facts.extend(
        condition
            .cmdlet
            .as_ref()
            .map(|cmdlet| format!("Cmdlet: `{cmdlet}`")),
    );
    facts.push(format!("Class: `{}`", condition.class));
    list(&mut out, &facts);
    out
}

/// What a keyword does.
pub(super) fn describe_keyword(word: &str) -> Option<&'static str> {
    Some(match word {
        "sequence" => {
            "`sequence \"NAME\" < property: value >`\n\nThe header: name and properties of the whole sequence, at the top of the file."
        }
        "step" => "`step \"NAME\" step_type < property: value > when CONDITION`\n\nOne step.",
        "group" => {
            "`group \"NAME\" < property: value > when CONDITION { … }`\n\nSteps that belong together."
        }
        "when" => {
            "The condition of a step, group or rule. A comma between two tests: all of them must hold."
        }
        "let" => "`let NAME = VALUE`\n\nA compile-time name.",
        "param" => {
            "`param NAME: TYPE = DEFAULT`\n\nA value given when the sequence is built, with `--param NAME=VALUE`."
        }
        "import" => "`import \"FILE.tasq\"`\n\nMakes the fragments of another file known.",
        "fragment" => "`fragment NAME(PARAMETER: TYPE) { … }`\n\nSteps to be used several times.",
        "use" => "`use FRAGMENT(ARGUMENT, …)`\n\nThe steps of a fragment, here.",
        "for" => "`for NAME in LIST { … }`\n\nThe steps once for each value, while compiling.",
        "if" => {
            "`if CONDITION { … } else { … }`\n\nDecided while compiling; at run time it is `when`."
        }
        "test" => {
            "`test \"NAME\" < machine: \"FILE.toml\" > { … }`\n\nWhat the sequence is expected to do on a machine."
        }
        "mock" => "`mock step \"NAME\" exits CODE`\n\nHow a step ends in this test.",
        "expect" => "`expect step \"NAME\" ran`\n\nWhat must have happened in this test.",
        "xml" => "`xml < NAME: \"text\" >`\n\nThe XML's own spelling of single facts.",
        "rule" => "`rule when CONDITION { NAME = \"value\" }`\n\nA rule of Set Dynamic Variables.",
        "masked" => "The console's \"Do not display this value\".",
        "all" => "Every one of its tests holds.",
        "any" => "At least one of its tests holds.",
        "none" => "Not one of its tests holds.",
        "exists" => "`exists NAME`\n\nThe variable has a value.",
        "and" => "Both sides hold; not mixed with `or` without parentheses.",
        "or" => "One of the sides holds; not mixed with `and` without parentheses.",
        "not" => "`not (…)`, `not exists`, `not like`.",
        "like" => "Compares with `*` and `?` in the pattern.",
        "absent" => "The attribute or variable is not written at all.",
        _ => return None,
    })
}
