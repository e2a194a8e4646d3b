//! `docs/step-types.md`, made from the vocabulary.

use std::fmt::Write as _;

use tasq::internals::vocabulary::{Dialect, Family, Property, StepType, Type, Write, step_types};

use crate::cases;

const PAGE: &str = "docs/step-types.md";

const START: &str = "\
# Step types for operating systems and MDT

[The language](language.md) describes the twelve step types of sequences that deploy no operating system, the
[properties of every step](language.md#properties-of-every-step), and what the words in these tables mean. This page has the
others. It is made from the tables in `grammar/steps`, and a test holds it to them.

The labels, menus and cmdlets of these step types are not held against the product. \"Unverified\" means that no export or
file with the property was seen, or that only a list of names is known; see [choices](choices.md). A step with a wrong
or missing variable is still read and written exactly: `xml < … >` says what the table does not.
";

const SECTIONS: [(Family, Option<Dialect>, &str, &str); 3] = [
    (
        Family::Deployment,
        None,
        "Operating system deployment",
        "In task sequences of Configuration Manager, as the console exports them.",
    ),
    (
        Family::Mdt,
        None,
        "MDT in Configuration Manager",
        "What the integration of the Microsoft Deployment Toolkit adds to the console.",
    ),
    (
        Family::Mdt,
        Some(Dialect::Mdt),
        "MDT's own task sequences",
        "For the `ts.xml` of a deployment share. They need `dialect: mdt` in the header; there they stand before a step type of the
same name, and their variables keep the order of the table.",
    ),
];

/// What is said of a step type beside its properties.
fn facts(step: &StepType) -> Vec<String> {
    let mut facts = vec![match step.class.as_str() {
        "" => "A step without a class".to_owned(),
        class => format!("Class `{class}`"),
    }];
    facts.extend(
        step.cmdlet
            .as_ref()
            .map(|cmdlet| format!("cmdlet `{cmdlet}`")),
    );
    facts.extend(step.since.map(|since| format!("from {since}")));
    for (name, word) in [
        ("runIn", "run_in"),
        ("successCodeList", "success codes"),
        ("timeout", "timeout"),
    ] {
        let own = |property: &Property| property.attribute.as_deref() == Some(name);
        if let Some(text) = step
            .attributes
            .get(name)
            .filter(|_| !step.property.iter().any(own))
        {
            let text = if name == "runIn" { run_in(text) } else { text };
            facts.push(format!("{word} `{text}`"));
        }
    }
    facts
}

/// The table of some properties, if there are any.
fn table(out: &mut String, properties: &[Property]) {
    if properties.is_empty() {
        return;
    }
    out.push_str(
        "\n| property | value | when not mentioned | limits |\n| --- | --- | --- | --- |\n",
    );
    for property in properties {
        let name = if property.principal {
            " (principal)"
        } else {
            ""
        };
        let [value, unsaid, limits] = [value(property), unsaid(property), limits(property)];
        let _ = writeln!(
            out,
            "| `{}`{name} | {value} | {unsaid} | {limits} |",
            property.name
        );
    }
}

/// The keyword and the properties of a step type, for headings.
fn section(out: &mut String, step: &StepType) {
    let mdt = if step.dialect == Some(Dialect::Mdt) {
        ", `dialect: mdt`"
    } else {
        ""
    };
    let _ = writeln!(
        out,
        "\n### {}: `{}`{mdt}\n\n{}\n",
        step.label, step.keyword, step.help
    );
    let _ = writeln!(out, "{}.", filled(&facts(step)));
    if let Some(assignment) = &step.assignment {
        let masked = if assignment.masked.is_some() {
            ", or `masked NAME = secret(\"…\")`"
        } else {
            ""
        };
        let _ = writeln!(out, "\nExactly one `NAME = value`{masked}.");
    }
    table(out, &step.property);
    if !step.numbered.is_empty() {
        let names: Vec<String> = step
            .numbered
            .iter()
            .map(|numbered| format!("`{}`", numbered.variable))
            .collect();
        let _ = writeln!(
            out,
            "\nNumbered variables, as items `NAME = value`; `#` is a number:\n{}.",
            filled(&names)
        );
    }
}

/// Texts with commas, in lines of a page's width.
fn filled(names: &[String]) -> String {
    let (mut out, mut width) = (String::new(), 0);
    for name in names {
        if width > 0 {
            let fits = width + name.len() + 3 <= 120;
            out.push_str(if fits { ", " } else { ",\n" });
            width = if fits { width + 2 } else { 0 };
        }
        out.push_str(name);
        width += name.len();
    }
    out
}

/// The word of the source for a `runIn`.
fn run_in(text: &str) -> &str {
    let common = tasq::internals::vocabulary::common();
    let property = common
        .iter()
        .find(|property| property.name == "run_in")
        .expect("there is `run_in`");
    property
        .member
        .iter()
        .find(|member| member.xml == text)
        .map_or(text, |member| &member.name)
}

fn noun(kind: Type) -> &'static str {
    match kind {
        Type::Text => "text",
        Type::Integer => "integer",
        Type::Boolean => "`true`, `false`",
        Type::Duration => "duration",
        Type::Size => "size",
        Type::Frequency => "frequency",
        Type::Member => "choice",
        Type::Variable => "variable",
        Type::Account => "account",
        Type::Secret => "secret",
        Type::Script => "script",
        Type::SuccessCodes => "success codes",
        Type::Version => "version",
        Type::Package => "package",
        Type::Application => "application",
        Type::TaskSequence => "task sequence",
        Type::List => "list",
    }
}

fn value(property: &Property) -> String {
    match (property.kind, property.of) {
        (Type::Member, _) => property
            .member
            .iter()
            .map(|member| format!("`{}`", member.name))
            .collect::<Vec<_>>()
            .join(", "),
        (Type::List, Some(of)) => format!("list of {}s", noun(of)),
        (kind, _) => noun(kind).to_owned(),
    }
}

fn unsaid(property: &Property) -> String {
    let shown = |text: &str| {
        let member = property.member.iter().find(|member| member.xml == text);
        match (text, member, &property.unit) {
            ("", ..) => "empty".to_owned(),
            (_, Some(member), _) => format!("`{}`", member.name),
            (_, None, Some(unit)) => format!("`{text}{unit}`"),
            (_, None, None) => format!("`{}`", text.replace('|', "\\|")),
        }
    };
    match (&property.default_with, &property.default) {
        (Some(with), _) => format!("{} with `{}`", shown(&with.text), with.property),
        (None, Some(text)) if property.write == Write::Always => shown(text),
        _ if property.required => "none".to_owned(),
        _ => "not written".to_owned(),
    }
}

fn limits(property: &Property) -> String {
    let list = |names: &[String]| {
        names
            .iter()
            .map(|name| format!("`{name}`"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let unit = property.unit_word();
    let mut facts = Vec::new();
    facts.extend(match (property.min, property.max) {
        (Some(min), Some(max)) => Some(format!("{min}{unit} to {max}{unit}")),
        (Some(min), None) => Some(format!("at least {min}{unit}")),
        (None, Some(max)) => Some(format!("at most {max}{unit}")),
        (None, None) => None,
    });
    facts.extend(
        property
            .max_length
            .map(|max| format!("at most {max} characters")),
    );
    if property.required {
        facts.push("required".to_owned());
    }
    let mut names = |word: &str, names: &[String]| {
        if !names.is_empty() {
            facts.push(format!("{word} {}", list(names)));
        }
    };
    names("required without", &property.required_unless);
    names("needs", &property.requires);
    names("not with", &property.excludes);
    facts.extend(
        property
            .only_with
            .as_ref()
            .map(|only| format!("only with `{}: {}`", only.property, only.member)),
    );
    facts.extend(property.since.map(|since| format!("from {since}")));
    let source = property.source.as_deref().unwrap_or("");
    if source.contains("not seen") || source.contains("not checked") {
        facts.push("unverified".to_owned());
    }
    facts.join("; ")
}

/// Where a heading leads to.
fn link(step: &StepType) -> String {
    let mdt = if step.dialect == Some(Dialect::Mdt) {
        ", dialect: mdt"
    } else {
        ""
    };
    super::anchor(&format!("{}: {}{mdt}", step.label, step.keyword))
}

fn page() -> String {
    let mut out = START.to_owned();
    for (family, dialect, title, text) in SECTIONS {
        let members: Vec<&StepType> = step_types()
            .filter(|step| step.family == Some(family) && step.dialect == dialect)
            .collect();
        let links: Vec<String> = members
            .iter()
            .map(|step| format!("[{}](#{})", step.label, link(step)))
            .collect();
        let _ = write!(out, "\n## {title}\n\n{text}\n\n{}.\n", links.join(",\n"));
        members.iter().for_each(|step| section(&mut out, step));
    }
    out
}

#[test]
fn docs_step_types_are_those_of_the_tables() {
    let path = super::root().join(PAGE);
    let page = page();
    let sections = page.lines().filter(|line| line.starts_with("### ")).count();
    assert_eq!(
        sections,
        step_types().filter(|step| step.family.is_some()).count(),
        "every family has a section"
    );
    cases::made_file(&path, &page);
}
