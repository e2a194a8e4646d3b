//! `tasq vocabulary`: the tables as text and as JSON.

use std::fmt::Write as _;

use clap::Args;
use serde_json::json;

use super::{Failure, Status, output, shared_args::TableFormat};
use crate::{
    diagnostic::nearest,
    vocabulary::{self, Dialect, Family, StepType},
};

/// Show step types, properties, conditions and variables
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tasq vocabulary                            all step types
  tasq vocabulary restart_computer           its properties
  tasq vocabulary conditions
  tasq vocabulary variables --output-format json")]
pub(crate) struct VocabularyArgs {
    /// A step type, or one of: conditions, variables, platforms, header, common
    #[arg(value_name = "STEP")]
    pub topic: Option<String>,
    /// How to print the tables
    #[arg(long, value_enum, default_value_t = TableFormat::Text)]
    pub output_format: TableFormat,
}

/// Families of step types beside those of sequences that deploy no operating system.
const FAMILIES: [(Family, &str); 2] = [
    (Family::Deployment, "Operating system deployment:"),
    (Family::Mdt, "Microsoft Deployment Toolkit:"),
];

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
    [Dialect::ConfigMgr, Dialect::Mdt]
        .into_iter()
        .find_map(|dialect| vocabulary::step_type(keyword, dialect))
}

fn unknown(topic: &str) -> Failure {
    let near = nearest(topic, vocabulary::step_keywords().chain(TOPICS));
    let hint = near.map_or(String::new(), |near| format!("; did you mean {near}?"));
    Failure::Usage(format!(
        "there is no step type or topic {topic}{hint} `tasq vocabulary` lists the step types; topics are {}",
        TOPICS.join(", ")
    ))
}

fn json(topic: Option<&str>) -> Result<String, Failure> {
    let value = match topic {
        None => {
            json!({ "format_version": 1, "step_types": vocabulary::step_types().collect::<Vec<_>>() })
        }
        Some("conditions") => {
            json!({ "format_version": 1, "conditions": vocabulary::conditions() })
        }
        Some("variables") => json!({ "format_version": 1, "variables": vocabulary::built_ins() }),
        Some("platforms") => json!({ "format_version": 1, "platforms": vocabulary::platforms() }),
        Some("header") => json!({ "format_version": 1, "header": vocabulary::header() }),
        Some("common") => json!({ "format_version": 1, "common": vocabulary::common() }),
        Some(topic) => {
            let step = step_type(topic).ok_or_else(|| unknown(topic))?;
            json!({ "format_version": 1, "step_type": step })
        }
    };
    let mut text = serde_json::to_string_pretty(&value)
        .map_err(|error| Failure::Internal(error.to_string()))?;
    text.push('\n');
    Ok(text)
}

fn text(topic: Option<&str>) -> Result<String, Failure> {
    let mut out = String::new();
    match topic {
        None => {
            let one = |out: &mut String, step: &StepType| {
                let _ = writeln!(
                    out,
                    "{:36}{}\n{:36}{}",
                    step.keyword, step.label, "", step.help
                );
            };
            vocabulary::core_step_types().for_each(|step| one(&mut out, step));
            for (family, title) in FAMILIES {
                let _ = writeln!(out, "\n{title}\n");
                let members = vocabulary::step_types().filter(|step| step.dialect.is_none());
                members
                    .filter(|step| step.family == Some(family))
                    .for_each(|step| one(&mut out, step));
            }
            let _ = writeln!(
                out,
                "\nMore: tasq vocabulary STEP, or one of {}",
                TOPICS.join(", ")
            );
        }
        Some("conditions") => conditions(&mut out),
        Some("variables") => variables(&mut out),
        Some("platforms") => {
            for known in vocabulary::platforms() {
                let platform = &known.platform;
                let line = format!(
                    "{:42}{} {} to {}",
                    platform.name, platform.arch, platform.min_version, platform.max_version
                );
                let newer = if known.is_first() { "" } else { "newer sites" };
                let remarks = [newer, known.remark()];
                let remarks: Vec<&str> =
                    remarks.into_iter().filter(|one| !one.is_empty()).collect();
                let remarks = remarks.join(", ");
                let _ = writeln!(out, "{}", format!("{line:84}{remarks}").trim_end());
            }
        }
        Some("header") => out.extend(vocabulary::header().iter().map(vocabulary::property_text)),
        Some("common") => out.extend(vocabulary::common().iter().map(vocabulary::property_text)),
        Some(topic) => out.push_str(&vocabulary::step_text(
            step_type(topic).ok_or_else(|| unknown(topic))?,
        )),
    }
    Ok(out)
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
        let applies: Vec<&str> = operator.applies.iter().map(|one| one.word()).collect();
        let _ = writeln!(
            out,
            "  {:12}{:14}{} ({})",
            operator.written,
            operator.xml,
            operator.label,
            applies.join(", ")
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
