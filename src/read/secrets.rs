//! Secrets in an export: found before anything is read, so that no form of a step can carry one
//! over.

use std::{collections::HashSet, ops::Range};

use super::Export;
use crate::{
    diagnostic::{Code, Finding},
    source::Span,
    vocabulary::{self, Dialect, StepType, is_password, may_be_literal, names_secret},
    xml::{self, Element},
};

/// Lines around a fault in which secrets are looked for: more of them are not shown with it.
const LINES_SHOWN: usize = 3;

/// What may be a secret around a fault in XML that cannot be parsed: all that follows the name of
/// one, until an element is closed. It may stand escaped in another document.
pub(super) fn in_broken(text: &str, fault: usize) -> Vec<Range<usize>> {
    let before = text.get(..fault).unwrap_or(text);
    let start = before.rmatch_indices('\n').nth(LINES_SHOWN);
    let start = start.map_or(0, |(at, _)| at + 1);
    let behind = text.get(fault..).unwrap_or("");
    let end = behind.match_indices('\n').nth(LINES_SHOWN);
    let end = end.map_or(text.len(), |(at, _)| fault + at);
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = Vec::new();
    let mut at = start;
    while at < end {
        let rest = &text[at..end];
        let Some(first) = rest.find(is_word) else {
            break;
        };
        let length = rest[first..].find(|c| !is_word(c));
        let length = length.unwrap_or(rest.len() - first);
        let behind = at + first + length;
        at = behind;
        if names_secret(&rest[first..first + length]) {
            let rest = &text[behind..];
            let closes = |at: usize| {
                ["</", "&lt;/"]
                    .iter()
                    .any(|sign| rest[at..].starts_with(sign))
            };
            let mut signs = rest.match_indices(['<', '&']).map(|(at, _)| at);
            at = signs
                .find(|at| closes(*at))
                .map_or(text.len(), |length| behind + length);
            found.push(behind..at);
        }
    }
    found
}

/// A secret's place in the XML.
#[derive(Clone, Debug)]
pub(super) struct Secret {
    /// The variable's `property`.
    pub property: String,
    /// What it is called in messages.
    pub what: String,
    /// The number of its element, and the bytes of its text.
    pub element: u32,
    pub range: (u32, u32),
    /// The values that must not be shown; none where the export left them out.
    values: Vec<String>,
    /// The text that is carried over.
    pub replacement: String,
    /// Whether it is the value of a masked variable, which the action has, too.
    pub masked: bool,
}

impl Secret {
    /// Whether the export holds the value.
    pub fn is_literal(&self) -> bool {
        !self.values.is_empty()
    }

    /// What is said about it.
    pub fn finding(&self, span: Span) -> Finding {
        if self.is_literal() {
            let message = format!(
                "the export holds the value of `{}`, which is a secret",
                self.what
            );
            Finding::new(Code::LiteralPassword, span, message)
                .label("not shown here, and not carried over")
                .hides(span)
                .help("change it where it is used: everybody who had this file could read it")
        } else {
            Finding::new(
                Code::EnterAgain,
                span,
                format!("the export does not hold the value of `{}`", self.what),
            )
            .help("the console keeps it; after an import it must be entered again")
        }
    }
}

/// Shortest secret that is looked for elsewhere: shorter ones are found in every word.
const TELLING: usize = 4;

/// Hides every other place of an export's file that has the text of one of its secrets: the action
/// line has it, too.
pub fn hide_repeated(findings: &mut [Finding], export: &Export) {
    let mut seen = HashSet::new();
    for finding in findings
        .iter_mut()
        .filter(|finding| finding.code == Code::LiteralPassword)
    {
        let own = export.source.get(finding.span().range()).unwrap_or("");
        if own.len() >= TELLING && seen.insert(own) {
            let places = export.source.match_indices(own);
            finding.sensitive.extend(
                places
                    .map(|(at, text)| Span::new(export.file, at as u32, (at + text.len()) as u32)),
            );
        }
    }
}

/// The secrets of a step, literal or left out.
pub(super) fn of_step(element: Element<'_>, dialect: Dialect) -> Vec<Secret> {
    let class = element.attribute("type").unwrap_or_default();
    let table = vocabulary::step_type_of_class(&class, dialect);
    let mut out = Vec::new();
    let lists = element
        .children()
        .filter(|child| child.name() == "defaultVarList");
    let variables: Vec<_> = lists.flat_map(Element::children).collect();
    let property = |variable: &Element<'_>| {
        variable
            .attribute("property")
            .or_else(|| variable.attribute("name"))
            .unwrap_or_default()
            .into_owned()
    };
    let masked = is_masked(table, &variables, &property);
    for variable in &variables {
        let name = property(variable);
        let text = variable.text();
        let (values, replacement) =
            if is_password(table, &name, &text) || masked && holds_value(table, &name) {
                (
                    Some(text.to_string())
                        .filter(|text| !text.is_empty())
                        .into_iter()
                        .collect(),
                    String::new(),
                )
            } else if text.contains("IsSecret") {
                match scrub(&text) {
                    (scrubbed, values) if !values.is_empty() => (values, scrubbed),
                    _ => continue,
                }
            } else {
                continue;
            };
        let what = match (
            masked && holds_value(table, &name),
            assigned_name(table, &variables, &property),
        ) {
            (true, Some(assigned)) => assigned,
            _ => table
                .and_then(|table| table.stored(&name))
                .map_or_else(|| name.clone(), |own| own.name.clone()),
        };
        let masked = masked && holds_value(table, &name);
        let (element, range) = (variable.number(), variable.text_range());
        out.push(Secret {
            property: name,
            what,
            element,
            range,
            values,
            replacement,
            masked,
        });
    }
    out
}

/// What is said of a variable that is called as a secret and has its value in the open.
pub(super) fn open(name: &str, text: &str, span: Span) -> Option<Finding> {
    if text.trim().is_empty() || !names_secret(name) || !may_be_literal(text) {
        return None;
    }
    let message = format!("the value of `{name}` stands in the export for everybody to read");
    let finding = Finding::new(Code::LiteralPassword, span, message)
        .label("carried over as it is: it is not masked")
        .hides(span)
        .help("if it is a secret, change it, and give it as masked NAME = secret(\"…\")");
    Some(finding)
}

/// The secrets of a list of global variables.
pub(super) fn of_globals(list: Element<'_>) -> Vec<Secret> {
    let variables = list.children().filter(|child| child.name() == "variable");
    let secret = |variable: Element<'_>| {
        let name = variable.attribute("name")?.into_owned();
        let text = variable.text();
        let literal = names_secret(&name) && !text.trim().is_empty() && may_be_literal(&text);
        literal.then(|| Secret {
            property: name.clone(),
            what: name,
            element: variable.number(),
            range: variable.text_range(),
            values: vec![text.to_string()],
            replacement: String::new(),
            masked: false,
        })
    };
    variables.filter_map(secret).collect()
}

fn is_masked(
    table: Option<&StepType>,
    variables: &[Element<'_>],
    name: &dyn Fn(&Element<'_>) -> String,
) -> bool {
    let flag = table.and_then(|table| table.assignment.as_ref()?.masked.as_ref());
    flag.is_some_and(|flag| {
        variables
            .iter()
            .any(|variable| name(variable) == flag.property && is_true(&variable.text()))
    })
}

/// How the product and people write that a flag is set.
pub(super) fn is_true(text: &str) -> bool {
    text.trim().eq_ignore_ascii_case("true") || text.trim() == "1"
}

/// Whether a property holds the value of the step's variable, shown or masked.
fn holds_value(table: Option<&StepType>, property: &str) -> bool {
    table
        .and_then(|table| table.assignment.as_ref())
        .is_some_and(|spec| {
            spec.value.property == property
                || spec
                    .hidden_value
                    .as_ref()
                    .is_some_and(|stored| stored.property == property)
        })
}

fn assigned_name(
    table: Option<&StepType>,
    variables: &[Element<'_>],
    name: &dyn Fn(&Element<'_>) -> String,
) -> Option<String> {
    let spec = table?.assignment.as_ref()?;
    variables
        .iter()
        .find(|variable| name(variable) == spec.name.property)
        .map(|variable| variable.text().into_owned())
}

/// Rules without the values of their secrets, and those values.
fn scrub(text: &str) -> (String, Vec<String>) {
    let (mut out, mut values) = (String::with_capacity(text.len()), Vec::new());
    let mut rest = text;
    while let Some(at) = rest.find("IsSecret") {
        let (before, tag) = rest.split_at(at);
        out.push_str(before);
        let flag = tag["IsSecret".len()..]
            .trim_start()
            .strip_prefix('=')
            .map_or("", str::trim_start);
        let value = flag
            .get(1..)
            .and_then(|inner| inner.split(['"', '\'']).next())
            .unwrap_or("");
        let start = tag.find('>').map_or(tag.len(), |end| end + 1);
        let end = start + tag[start..].find('<').unwrap_or(tag.len() - start);
        out.push_str(&tag[..start]);
        if is_true(value) && !tag[..start].ends_with("/>") {
            if !tag[start..end].trim().is_empty() {
                values.push(tag[start..end].to_owned());
            }
        } else {
            out.push_str(&tag[start..end]);
        }
        rest = &tag[end..];
    }
    out.push_str(rest);
    (out, values)
}

/// An action without the value of a masked variable, in which it ends; `None` when it holds none.
/// No other action is changed: letters of a password can stand in it by chance, and a command that
/// lacks some is another command.
pub(super) fn without(action: &str, secrets: &[Secret]) -> Option<String> {
    let mut out = action.to_owned();
    let masked = secrets.iter().filter(|secret| secret.masked);
    for value in masked.flat_map(|secret| &secret.values) {
        out = out.replace(&format!("={value}\""), "=\"");
    }
    (out != action).then_some(out)
}

/// Shortest secret, in characters, of which it is said that it stands somewhere else, too.
const SEEN: usize = 3;

/// What of a step holds the value of one of its secrets beside the place that is for it: its action
/// and other variables.
pub(super) fn repeated(step: Element<'_>, secrets: &[Secret]) -> Vec<(String, (u32, u32))> {
    let own: Vec<u32> = secrets.iter().map(|secret| secret.element).collect();
    let lists = step
        .children()
        .filter(|child| child.name() == "defaultVarList");
    let variables = lists.flat_map(Element::children);
    let action = step.children().filter(|child| child.name() == "action");
    let action: Vec<_> = action
        .filter(|action| without(&action.text(), secrets).is_none())
        .collect();
    let others = variables.filter(|variable| !own.contains(&variable.number()));
    let mut out = Vec::new();
    for place in action.into_iter().chain(others) {
        let text = place.text();
        let holds = |secret: &&Secret| {
            let mut values = secret.values.iter();
            values.any(|value| value.chars().count() >= SEEN && text.contains(value.as_str()))
        };
        if let Some(secret) = secrets.iter().find(holds) {
            out.push((secret.what.clone(), place.text_range()));
        }
    }
    out
}

/// What is said of such a place.
pub(super) fn repeated_finding(what: &str, span: Span) -> Finding {
    let message = format!("the value of `{what}`, which is a secret, stands here, too");
    Finding::new(Code::LiteralPassword, span, message)
        .label("carried over as it is")
        .hides(span)
        .help("if it is the password and no other word, take it out in the console")
}

/// A range of an element's XML, and the text that takes its place.
pub(super) type XmlEdit = ((u32, u32), String);

/// What takes the values of its secrets out of a step's XML.
pub(super) fn edits(step: Element<'_>, secrets: &[Secret]) -> Vec<XmlEdit> {
    let literal = secrets.iter().filter(|secret| secret.is_literal());
    let mut edits: Vec<XmlEdit> = literal
        .map(|secret| (secret.range, secret.replacement.clone()))
        .collect();
    for action in step.children().filter(|child| child.name() == "action") {
        edits.extend(without(&action.text(), secrets).map(|text| (action.text_range(), text)));
    }
    edits
}

/// An element's XML with edits made.
pub(super) fn edited(element: Element<'_>, mut edits: Vec<XmlEdit>) -> String {
    let base = element.range().0;
    edits.sort_by_key(|(range, _)| *range);
    let raw = element.raw();
    let mut out = String::with_capacity(raw.len());
    let mut at = 0;
    for ((start, end), text) in edits {
        let (start, end) = ((start - base) as usize, (end - base) as usize);
        out.push_str(raw.get(at..start).unwrap_or(""));
        out.push_str(&xml::text(&text));
        at = end;
    }
    out.push_str(raw.get(at..).unwrap_or(""));
    out
}
