//! The action line, which is wholly made of the step's variables.

use super::variables::XmlVariable;
use crate::model::Step;

/// The action of a step with these variables.
pub(super) fn of_step(step: &Step, variables: &[XmlVariable<'_>]) -> String {
    match step.table() {
        Some(table) => match table.action_property() {
            // The command is the action itself: so MDT has it.
            Some((index, property)) => {
                let setting = step
                    .settings
                    .iter()
                    .find(|setting| setting.property == index);
                let text = setting
                    .and_then(|setting| setting.value.text())
                    .or(property.default.as_deref());
                text.unwrap_or("").to_owned()
            }
            None => expand(&table.action, variables),
        },
        None => step
            .action
            .as_ref()
            .map(|action| action.value.clone())
            .unwrap_or_default(),
    }
}

/// Fills a template: `{Property}`, `{Property|title}`, `{?Property:text}` and `{{`.
fn expand(template: &str, variables: &[XmlVariable<'_>]) -> String {
    let text_of = |property: &str| {
        variables
            .iter()
            .find(|variable| variable.property == property)
            .map(|variable| variable.text.as_ref())
    };
    let mut out = String::with_capacity(template.len() + 64);
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('{') {
            out.push('{');
            rest = after;
            continue;
        }
        let end = closing(rest);
        let hole = &rest[..end];
        rest = rest.get(end + 1..).unwrap_or("");
        if let Some((property, text)) = hole.strip_prefix('?').and_then(|hole| hole.split_once(':'))
        {
            if text_of(property).is_some() {
                out.push_str(&expand(text, variables));
            }
        } else if let Some(property) = hole.strip_suffix("|title") {
            match text_of(property).unwrap_or("") {
                "true" => out.push_str("True"),
                "false" => out.push_str("False"),
                other => out.push_str(other),
            }
        } else {
            out.push_str(text_of(hole).unwrap_or(""));
        }
    }
    out.push_str(rest);
    out
}

/// Where the brace that was just opened closes.
fn closing(text: &str) -> usize {
    let mut depth = 1;
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return index;
        }
    }
    text.len()
}
