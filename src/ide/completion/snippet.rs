//! Texts with places to fill.

use crate::{
    ide::describe,
    vocabulary::{Pattern, Property, StepType, Type, Unit},
};

/// Text inside of a snippet.
pub(super) fn escape(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('$', "\\$")
        .replace('}', "\\}")
}

/// A snippet's text with each place filled by its proposal.
pub(in crate::ide) fn plain(snippet: &str) -> String {
    let mut out = String::new();
    let mut rest = snippet;
    while let Some(at) = rest.find(['$', '\\']) {
        out.push_str(&rest[..at]);
        let tail = &rest[at + 1..];
        if rest.as_bytes()[at] == b'\\' {
            let next = tail.chars().next().unwrap_or('\\');
            out.push(next);
            rest = tail.get(next.len_utf8()..).unwrap_or("");
        } else if let Some(inner) = tail.strip_prefix('{') {
            let close = closing(inner);
            let body = &inner[..close];
            let body = body.trim_start_matches(|c: char| c.is_ascii_digit());
            if let Some(choices) = body.strip_prefix('|') {
                out.push_str(choices.split([',', '|']).next().unwrap_or(""));
            } else {
                out.push_str(&plain(body.strip_prefix(':').unwrap_or("")));
            }
            rest = inner.get(close + 1..).unwrap_or("");
        } else {
            rest = tail.trim_start_matches(|c: char| c.is_ascii_digit());
        }
    }
    out.push_str(rest);
    out
}

/// The same on one line: editors that know no places to fill often know no line breaks in a
/// completion either.
pub(super) fn one_line(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let opened = out.is_empty() || out.ends_with(['<', '{']) || out.ends_with("\"\"\"");
        let closes = line.starts_with(['>', '}']) || line.starts_with("\"\"\"");
        out.push_str(match (out.is_empty(), opened || closes) {
            (true, _) => "",
            (false, true) => " ",
            (false, false) => ", ",
        });
        out.push_str(line);
    }
    // A place to fill at the end stands apart from the word before it.
    if text.ends_with(' ') { out + " " } else { out }
}

/// Where a `}` without a backslash stands.
fn closing(text: &str) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '}' => return at,
            _ => {}
        }
    }
    text.len()
}

/// Counts the places to fill.
#[derive(Debug)]
pub(super) struct Stops(u32);

impl Stops {
    pub fn new() -> Self {
        Stops(0)
    }

    fn next(&mut self) -> u32 {
        self.0 += 1;
        self.0
    }

    /// A place without a proposal.
    pub fn empty(&mut self) -> String {
        format!("${}", self.next())
    }

    /// A place with a proposal.
    pub fn with(&mut self, text: &str) -> String {
        format!("${{{}:{}}}", self.next(), escape(text))
    }

    /// A place with a proposal, in quotes.
    pub fn quoted(&mut self, text: &str) -> String {
        format!("\"{}\"", self.with(text))
    }

    /// A place with choices.
    pub fn choice(&mut self, words: &[&str]) -> String {
        let words: Vec<String> = words
            .iter()
            .map(|word| {
                word.replace('\\', "\\\\")
                    .replace(',', "\\,")
                    .replace('|', "\\|")
            })
            .collect();
        format!("${{{}|{}|}}", self.next(), words.join(","))
    }
}

/// The value of a property with places to fill.
pub(super) fn value(property: &Property, stops: &mut Stops) -> String {
    of_type(property, property.kind, stops)
}

fn of_type(property: &Property, kind: Type, stops: &mut Stops) -> String {
    let default = describe::default(property);
    let quantity = |stops: &mut Stops, usual: &str| stops.with(default.as_deref().unwrap_or(usual));
    match kind {
        Type::Boolean if default.as_deref() == Some("true") => stops.choice(&["false", "true"]),
        Type::Boolean => stops.choice(&["true", "false"]),
        Type::Member => stops.choice(
            &property
                .member
                .iter()
                .map(|member| member.name.as_str())
                .collect::<Vec<_>>(),
        ),
        Type::Integer => {
            let least = property.min.or(property.warn_min).unwrap_or(1).max(0);
            quantity(stops, &least.to_string())
        }
        Type::Duration if property.unit == Some(Unit::Second) => quantity(stops, "60s"),
        Type::Duration => quantity(stops, "15min"),
        Type::Size => quantity(stops, "1GB"),
        Type::Frequency => quantity(stops, "1GHz"),
        Type::Variable => stops.with("Name"),
        Type::Secret => format!("secret(\"{}\")", stops.with("NAME")),
        Type::Script => format!("\"\"\"\n    {}\n    \"\"\"", stops.empty()),
        Type::SuccessCodes => stops.quoted("0 3010"),
        Type::Version => stops.quoted("10.0.19045"),
        Type::Package => stops.quoted("PS100123"),
        Type::TaskSequence => stops.quoted("PS100237"),
        Type::Application => {
            format!(
                "application(\"{}\", \"{}\")",
                stops.with("ScopeId_GUID/Application_GUID"),
                stops.with("Name")
            )
        }
        Type::List => format!(
            "[{}]",
            of_type(property, property.of.unwrap_or(Type::Text), stops)
        ),
        Type::Text | Type::Account => match property.pattern {
            Some(Pattern::Drive) => stops.quoted("P:"),
            Some(Pattern::Unc) => stops.quoted("\\\\server\\share"),
            _ => format!("\"{}\"", stops.empty()),
        },
    }
}

/// `name: value` with places to fill.
pub(super) fn property(one: &Property, stops: &mut Stops) -> String {
    format!("{}: {}", one.name, value(one, stops))
}

/// What must be given for a step to be whole: the required properties, the first of those of which
/// one is required.
pub(super) fn required(table: &StepType) -> Vec<&Property> {
    let mut out: Vec<&Property> = Vec::new();
    for property in &table.property {
        let one_of = !property.required_unless.is_empty()
            && !property
                .required_unless
                .iter()
                .any(|other| out.iter().any(|one| one.name == *other));
        if property.required || one_of {
            out.push(property);
        }
    }
    let needed: Vec<&Property> = out
        .iter()
        .flat_map(|one| &one.requires)
        .filter_map(|name| table.find(name).map(|(_, property)| property))
        .filter(|one| !out.iter().any(|known| known.name == one.name))
        .collect();
    out.extend(needed);
    out.sort_by_key(|one| !one.principal);
    out
}

/// The type with its items: the required properties first, and a place for more.
pub(super) fn step(table: &StepType, stops: &mut Stops) -> String {
    let mut items: Vec<String> = Vec::new();
    for one in required(table) {
        items.push(if one.principal {
            value(one, stops)
        } else {
            property(one, stops)
        });
    }
    if table.assignment.is_some() {
        items.push(format!(
            "{} = \"{}\"",
            stops.with("Name"),
            stops.with("value")
        ));
    } else if table.rules.is_some() {
        items.push(format!(
            "rule when {} == \"{}\" {{ {} = \"{}\" \\}}",
            stops.with("Model"),
            stops.with("value"),
            stops.with("Name"),
            stops.with("value")
        ));
    }
    if items.is_empty() {
        // A step that needs nothing still has something worth saying, if it has properties at all.
        return match table.property.is_empty() {
            true => table.keyword.clone(),
            false => format!("{} < {} >", table.keyword, stops.empty()),
        };
    }
    let long = items.len() > 2
        || items
            .iter()
            .any(|item| item.contains('\n') || item.len() > 60);
    // A last place inside: most steps get a property more.
    let more = stops.empty();
    if long {
        let lines: Vec<String> = items
            .iter()
            .map(|item| {
                format!(
                    "    {}",
                    item.replace('\n', "\n    ").replace("\n        ", "\n    ")
                )
            })
            .collect();
        format!("{} <\n{}{more}\n>", table.keyword, lines.join("\n"))
    } else {
        format!("{} < {}{more} >", table.keyword, items.join(", "))
    }
}
