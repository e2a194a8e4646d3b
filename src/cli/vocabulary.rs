//! `tasq vocabulary`: the tables as text and as JSON.

use std::fmt::Write as _;

use serde_json::json;

use super::{
    Failure, Status,
    args::{TableFormat, VocabularyArgs},
    output,
};
use crate::{
    diagnostic::nearest,
    vocabulary::{self, Dialect, Property, StepType, Type, Write},
};

/// Families of step types beside those of sequences that deploy no operating system.
const FAMILIES: [(&str, &str); 2] =
    [("deployment", "Operating system deployment:"), ("mdt", "Microsoft Deployment Toolkit:")];

const TOPICS: [&str; 5] = ["conditions", "variables", "platforms", "header", "common"];

/// Prints what the vocabulary says about a topic, or lists the step types.
pub(super) fn run(args: &VocabularyArgs) -> Result<Status, Failure> {
    let text = match args.output_format {
        TableFormat::Text => text(args.topic.as_deref())?,
        TableFormat::Json => json(args.topic.as_deref())?,
    };
    output::stdout(text.as_bytes())?;
    Ok(Status::Fine)
}

/// The table of a keyword: the console's, or MDT's where the console has none.
fn step_type(keyword: &str) -> Option<&'static StepType> {
    [Dialect::ConfigMgr, Dialect::Mdt].into_iter().find_map(|dialect| vocabulary::step_type(keyword, dialect))
}

fn unknown(topic: &str) -> Failure {
    let near = nearest(topic, vocabulary::step_keywords().chain(TOPICS));
    let hint = near.map_or(String::new(), |near| format!("; did you mean {near}?"));
    Some(format!(
        "there is no step type or topic {topic}{hint} `tasq vocabulary` lists the step types; topics are {}",
        TOPICS.join(", ")
    ))
}

fn json(topic: Option<&str>) -> Result<String, Failure> {
    let value = match topic {
        None => json!({ "format_version": 1, "step_types": vocabulary::step_types().collect::<Vec<_>>() }),
        Some("conditions") => json!({ "format_version": 1, "conditions": vocabulary::conditions() }),
        Some("variables") => json!({ "format_version": 1, "variables": vocabulary::built_ins() }),
        Some("platforms") => json!({ "format_version": 1, "platforms": vocabulary::platforms() }),
        Some("header") => json!({ "format_version": 1, "header": vocabulary::header() }),
        Some("common") => json!({ "format_version": 1, "common": vocabulary::common() }),
        Some(topic) => {
            let step = step_type(topic).ok_or_else(|| unknown(topic))?;
            json!({ "format_version": 1, "step_type": step })
        }
    };
    let mut text = serde_json::to_string_pretty(&value).map_err(|error| Some(error.to_string()))?;
    text.push('\n');
    Ok(text)
}

fn text(topic: Option<&str>) -> Result<String, Failure> {
    let mut out = String::new();
    match topic {
        None => {
            let one = |out: &mut String, step: &StepType| {
                let _ = writeln!(out, "{:36}{}\n{:36}{}", step.keyword, step.label, "", step.help);
            };
            vocabulary::core_step_types().for_each(|step| one(&mut out, step));
            for (family, title) in FAMILIES {
                let _ = writeln!(out, "\n{title}\n");
                let members = vocabulary::step_types().filter(|step| step.dialect.is_none());
                members.filter(|step| step.family.as_deref() == Some(family)).for_each(|step| one(&mut out, step));
            }
            let _ = writeln!(out, "\nMore: tasq vocabulary STEP, or one of {}", TOPICS.join(", "));
        }
        Some("conditions") => conditions(&mut out),
        Some("variables") => variables(&mut out),
        Some("platforms") => {
            for platform in vocabulary::platforms() {
                let _ = writeln!(
                    out,
                    "{:42}{} {} to {}",
                    platform.name, platform.arch, platform.min_version, platform.max_version
                );
            }
        }
        Some("header") => vocabulary::header().iter().for_each(|property| one(&mut out, property)),
        Some("common") => vocabulary::common().iter().for_each(|property| one(&mut out, property)),
        Some(topic) => step(&mut out, step_type(topic).ok_or_else(|| unknown(topic))?),
    }
    Ok(out)
}

fn step(out: &mut String, step: &StepType) {
    let _ = writeln!(out, "{}: {}", step.keyword, step.label);
    let _ = writeln!(out, "{}\n", step.help);
    let _ = writeln!(out, "  class   {}", step.class);
    if let Some(cmdlet) = &step.cmdlet {
        let _ = writeln!(out, "  cmdlet  {cmdlet}");
    }
    if step.assignment.is_some() {
        let _ = writeln!(out, "\n  NAME = \"value\"\n      The variable to set; `masked` before it hides the value.");
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
    let _ = writeln!(out, "\nAlso: description, continue_on_error, disabled, run_in, product (tasq vocabulary common)");
}

fn one(out: &mut String, property: &Property) {
    let _ = writeln!(out, "\n  {}: {}", property.name, shape(property));
    let _ = writeln!(out, "      {}", property.help);
    let mut facts = Vec::new();
    let mut fact = |name: &str, value: Option<String>| facts.extend(value.map(|value| format!("{name} {value}")));
    fact("console", property.label.as_ref().map(|label| format!("\"{label}\"")));
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
    if let Some(default) =
        property.default.as_ref().filter(|default| property.write == Write::Always && !default.trim().is_empty())
    {
        rules.push(format!("default {default}{}", property.unit.as_deref().unwrap_or("")));
    }
    let list = |names: &[String]| names.join(", ");
    if !property.excludes.is_empty() {
        rules.push(format!("not with {}", list(&property.excludes)));
    }
    if !property.requires.is_empty() {
        rules.push(format!("needs {}", list(&property.requires)));
    }
    if !property.required_unless.is_empty() {
        rules.push(format!("required unless {} is given", list(&property.required_unless)));
    }
    if !rules.is_empty() {
        let _ = writeln!(out, "      {}", rules.join("; "));
    }
}

/// The type with its range.
fn shape(property: &Property) -> String {
    let unit = property.unit.as_deref().unwrap_or("");
    let mut text = match property.kind {
        Type::Member => property.member.iter().map(|member| member.name.clone()).collect::<Vec<_>>().join(" | "),
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

fn conditions(out: &mut String) {
    let table = vocabulary::conditions();
    for condition in &table.condition {
        let _ = writeln!(
            out,
            "{}: {}\n  {}\n  {}\n",
            condition.keyword, condition.label, condition.written, condition.help
        );
    }
    out.push_str("Operators\n");
    for operator in &table.operator {
        let _ = writeln!(
            out,
            "  {:12}{:14}{} ({})",
            operator.written,
            operator.xml,
            operator.label,
            operator.applies.join(", ")
        );
    }
}

fn variables(out: &mut String) {
    for variable in vocabulary::built_ins() {
        let access = match variable.access {
            vocabulary::Access::ReadOnly => "read-only",
            vocabulary::Access::Settable => "settable",
        };
        let _ = writeln!(out, "{} ({access})\n  {}", variable.name, variable.help);
    }
}
