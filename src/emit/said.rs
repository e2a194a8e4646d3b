//! What an action says of the variables that it is made of: the way back of [`super::action`].

use super::{sequence::Shape, variables::XmlVariable};
use crate::{
    model::{Override, Step},
    vocabulary::StepType,
};

/// What stands before a command line in the action that runs it.
const RUNS: &str = "smsswd.exe /run:";

/// How many ways to read an action are tried.
const MAX_TRIES: usize = 100_000;

/// A piece of the template of an action.
#[derive(Clone, Debug, PartialEq, Eq)]
enum ActionPiece<'t> {
    Text(&'t str),
    /// The text of a variable, by its `property`.
    Hole(&'t str),
    /// Only there with that variable.
    Maybe(Vec<ActionPiece<'t>>),
}

/// Puts what the action says in the place of what the variables say that it is made of: the client
/// starts the action, and those variables are only what the editor shows. Gives the properties of
/// those that said something else.
pub(crate) fn as_action_says(step: &Step, shape: &mut Shape<'_>) -> Vec<String> {
    let mut notes = step.common.overrides.iter().map(|note| &note.value);
    let differs = notes.any(|note| {
        matches!(
            note,
            Override::Action(_) | Override::Variable { .. } | Override::WholeVariable { .. }
        )
    });
    let Some(table) = step.table().filter(|_| differs) else {
        return Vec::new();
    };
    let Some(action) = &shape.action else {
        return Vec::new();
    };
    if table.action.is_empty() || table.action_property().is_some() {
        return Vec::new();
    }
    let mut said = Vec::new();
    let mut tries = MAX_TRIES;
    if !matches(&pieces(&table.action), action, &mut said, &mut tries) {
        if !table.action.starts_with(RUNS) || !table.action.ends_with(" {CommandLine}") {
            return Vec::new();
        }
        // Without the program that runs command lines the action itself is one.
        said = vec![
            ("PackageID", String::new()),
            ("CommandLine", action.clone()),
        ];
    }
    said.retain(|(property, text)| put(table, shape, property, text));
    said.into_iter()
        .map(|(property, _)| property.to_owned())
        .collect()
}

/// Gives the variable of a property another text; whether it had another one. The case of a truth
/// value is none.
fn put(table: &StepType, shape: &mut Shape<'_>, property: &str, text: &str) -> bool {
    let list = shape.variables.get_or_insert_default();
    if let Some(variable) = list.iter_mut().find(|own| own.property == property) {
        let truth = matches!(&*variable.text, "true" | "false");
        let differs =
            *variable.text != *text && !(truth && variable.text.eq_ignore_ascii_case(text));
        if differs {
            variable.text = text.to_owned().into();
        }
        return differs;
    }
    if text.is_empty() {
        return false;
    }
    let name = table.property.iter().find_map(|own| {
        if own.property.as_deref() == Some(property) {
            return own.variable.as_deref();
        }
        let mut fields = own.field.iter();
        let field = fields.find(|field| field.property == property)?;
        Some(field.variable.as_str())
    });
    if let Some(name) = name {
        list.push(XmlVariable {
            name: name.to_owned().into(),
            property: property.to_owned().into(),
            hidden: true,
            text: text.to_owned().into(),
        });
    }
    name.is_some()
}

/// The pieces of a template: `{Property}`, `{Property|title}`, `{?Property:text}` and `{{`.
fn pieces(template: &str) -> Vec<ActionPiece<'_>> {
    let mut out = Vec::new();
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        if at > 0 {
            out.push(ActionPiece::Text(&rest[..at]));
        }
        let inner = &rest[at + 1..];
        if let Some(behind) = inner.strip_prefix('{') {
            out.push(ActionPiece::Text("{"));
            rest = behind;
            continue;
        }
        let mut depth = 1;
        let end = inner.find(|letter| {
            depth += i32::from(letter == '{') - i32::from(letter == '}');
            depth == 0
        });
        let end = end.unwrap_or(inner.len());
        let hole = &inner[..end];
        out.push(
            match hole.strip_prefix('?').and_then(|hole| hole.split_once(':')) {
                Some((_, text)) => ActionPiece::Maybe(pieces(text)),
                None => ActionPiece::Hole(hole.strip_suffix("|title").unwrap_or(hole)),
            },
        );
        rest = inner.get(end + 1..).unwrap_or("");
    }
    if !rest.is_empty() {
        out.push(ActionPiece::Text(rest));
    }
    out
}

/// Whether a text is made of these pieces, and what stands in the holes: as little as fits, and in
/// the last one all that is left.
fn matches<'t>(
    pieces: &[ActionPiece<'t>],
    text: &str,
    said: &mut Vec<(&'t str, String)>,
    tries: &mut usize,
) -> bool {
    let Some((first, rest)) = pieces.split_first() else {
        return text.is_empty();
    };
    if *tries == 0 {
        return false;
    }
    *tries -= 1;
    let known = said.len();
    match first {
        ActionPiece::Text(own) => {
            starts(text, own) && matches(rest, &text[own.len()..], said, tries)
        }
        ActionPiece::Maybe(inner) => {
            let mut with = inner.clone();
            with.extend_from_slice(rest);
            if matches(&with, text, said, tries) {
                return true;
            }
            said.truncate(known);
            matches(rest, text, said, tries)
        }
        ActionPiece::Hole(property) => {
            let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            let mut ends = ends.filter(|at| !rest.is_empty() || *at == text.len());
            ends.any(|end| {
                if let Some(ActionPiece::Text(next)) = rest.first()
                    && !starts(&text[end..], next)
                {
                    return false;
                }
                said.truncate(known);
                said.push((property, text[..end].to_owned()));
                matches(rest, &text[end..], said, tries)
            })
        }
    }
}

fn starts(text: &str, start: &str) -> bool {
    let own = text.get(..start.len());
    own.is_some_and(|own| own.eq_ignore_ascii_case(start))
}
