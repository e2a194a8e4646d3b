//! The tables as text for people.

use std::fmt::Write as _;

use super::{Property, StepType, Type, Write};

/// A step type and its properties as text.
pub fn step_text(step: &StepType) -> String {
    let mut text = String::new();
    let out = &mut text;
    let _ = writeln!(out, "{}: {}", step.keyword, step.label);
    let _ = writeln!(out, "{}\n", step.help);
    let _ = writeln!(out, "  class   {}", step.class);
    if let Some(cmdlet) = &step.cmdlet {
        let _ = writeln!(out, "  cmdlet  {cmdlet}");
    }
    let outputs: Vec<&str> = step.outputs().collect();
    if !outputs.is_empty() {
        let _ = writeln!(out, "  sets    {}", outputs.join(", "));
    }
    if step.assignment.is_some() {
        let _ = writeln!(
            out,
            "\n  NAME = \"value\"\n      The variable to set; `masked` before it hides the value."
        );
    }
    if step.rules.is_some() {
        let _ = writeln!(
            out,
            "\n  rule when CONDITION {{ NAME = \"value\" }}\n      A rule; without `when` it always applies. NAME = \"value\" alone is such a rule."
        );
    }
    for property in &step.property {
        one(out, property);
    }
    let _ = writeln!(
        out,
        "\nAlso: description, continue_on_error, disabled, run_in, product (tasq vocabulary common)"
    );
    text
}

/// A property as text, with an empty line before it.
pub fn property_text(property: &Property) -> String {
    let mut text = String::new();
    one(&mut text, property);
    text
}

fn one(out: &mut String, property: &Property) {
    let _ = writeln!(out, "\n  {}: {}", property.name, shape(property));
    let _ = writeln!(out, "      {}", property.help);
    let mut facts = Vec::new();
    let mut fact = |name: &str, value: Option<String>| {
        facts.extend(value.map(|value| format!("{name} {value}")));
    };
    fact(
        "console",
        property.label.as_ref().map(|label| format!("\"{label}\"")),
    );
    fact("cmdlet", property.cmdlet.clone());
    fact("variable", property.variable.clone());
    fact("since", property.since.map(|since| since.to_string()));
    if !facts.is_empty() {
        let _ = writeln!(out, "      {}", facts.join(", "));
    }
    let mut rules = Vec::new();
    if property.required {
        rules.push("required".to_owned());
    }
    if property.principal {
        rules.push("may stand first without its name".to_owned());
    }
    if let Some(default) = property
        .default
        .as_ref()
        .filter(|default| property.write == Write::Always && !default.trim().is_empty())
    {
        rules.push(format!("default {default}{}", property.unit_word()));
    }
    let list = |names: &[String]| names.join(", ");
    if !property.excludes.is_empty() {
        rules.push(format!("not with {}", list(&property.excludes)));
    }
    if !property.requires.is_empty() {
        rules.push(format!("needs {}", list(&property.requires)));
    }
    if !property.required_unless.is_empty() {
        rules.push(format!(
            "required unless {} is given",
            list(&property.required_unless)
        ));
    }
    if !rules.is_empty() {
        let _ = writeln!(out, "      {}", rules.join("; "));
    }
}

/// The type with its range.
fn shape(property: &Property) -> String {
    let unit = property.unit_word();
    let mut text = match property.kind {
        Type::Member => property
            .member
            .iter()
            .map(|member| member.name.clone())
            .collect::<Vec<_>>()
            .join(" | "),
        Type::List => format!("a list, each {}", property.of.map_or("a text", Type::noun)),
        kind => kind.noun().to_owned(),
    };
    match (property.min, property.max) {
        (Some(min), Some(max)) => {
            let _ = write!(text, ", {min}{unit} to {max}{unit}");
        }
        (Some(min), None) => {
            let _ = write!(text, ", at least {min}{unit}");
        }
        _ => {}
    }
    if let Some(max) = property.max_length {
        let _ = write!(text, ", at most {max} characters");
    }
    text
}
