//! Facts about the parts of an element: each has a small language of its own.

use super::{Context, Overridden};
use crate::{
    diagnostic::{Code, Finding},
    model::{
        GlobalsPlace, Override, Place, Spanned, Step, Value,
        line_ends::{self, LineNumbers},
    },
    source::Span,
    vocabulary::{PartOrder, Type},
};

impl Context<'_> {
    /// A fact with one of the names of parts.
    pub(super) fn part(
        &mut self,
        name: &str,
        text: Option<String>,
        span: Span,
        of: Overridden<'_>,
    ) -> Option<Override> {
        let Some(takes) = takes(name, of) else {
            let finding = Finding::new(
                Code::BadXmlFact,
                span,
                format!("`{name}` says nothing about {}", of.noun()),
            );
            self.report(finding.help(format!(
                "an attribute of this name is written `@{name}` in back quotes"
            )));
            return None;
        };
        let found = read(name, text, of);
        if found.is_none() {
            let finding = Finding::new(
                Code::BadXmlFact,
                span,
                format!("this is nothing that `{name}` can say about {}", of.noun()),
            );
            self.report(finding.label(format!("expected {takes}")));
        }
        found
    }

    /// Reports line ends of lines that the step's script does not have.
    pub(in crate::elaborate) fn check_line_ends(&mut self, step: &Step) {
        let script = step
            .settings
            .iter()
            .find_map(|setting| match &setting.value {
                Value::Script(text) => Some(text),
                _ => None,
            });
        let Some(count) = script.map(|text| line_ends::count(text)) else {
            return;
        };
        for Spanned { value, span } in &step.common.overrides {
            if let Override::LineEnds(lines) = value
                && lines.last() > count
            {
                let message = format!(
                    "the script has {count} line ends, and no line {}",
                    lines.last()
                );
                self.error(Code::BadXmlFact, *span, message);
            }
        }
    }
}

/// What a name takes; `None` where it says nothing about such an element.
fn takes(name: &str, of: Overridden<'_>) -> Option<&'static str> {
    let script = |of: Overridden<'_>| {
        let table = of.table();
        table.is_some_and(|table| table.property.iter().any(|one| one.kind == Type::Script))
    };
    Some(match (of, name) {
        (Overridden::Step(_), "action") => "a text or `absent`",
        (Overridden::Group, "action") => "a text",
        (Overridden::Step(_), "order") => "\"action defaultVarList\" or \"defaultVarList action\"",
        (Overridden::Group, "order") => "\"members action\" or \"action after 2\"",
        (Overridden::Step(_) | Overridden::Test(_), "variables") => {
            "names with a blank between two"
        }
        (Overridden::Step(_), "defaultVarList") | (Overridden::Sequence, "referenceList") => {
            "`absent`"
        }
        (Overridden::Step(_) | Overridden::Group, "condition") => "the empty text",
        (Overridden::Step(_), "line_ends") if script(of) => "numbers of lines, such as \"3 7-9\"",
        (Overridden::Sequence, "globalVarList") => "\"first\", \"last\" or \"after 2\"",
        (Overridden::Sequence, "carriage_returns") => "\"references\"",
        _ => return None,
    })
}

fn read(name: &str, text: Option<String>, of: Overridden<'_>) -> Option<Override> {
    let Some(text) = text else {
        return match (name, of) {
            ("action", Overridden::Step(_)) => Some(Override::Action(None)),
            ("defaultVarList", _) => Some(Override::NoVariableList),
            ("referenceList", _) => Some(Override::NoReferenceList),
            _ => None,
        };
    };
    match name {
        "action" => Some(Override::Action(Some(text))),
        "order" if of.is_step() => PartOrder::ALL
            .into_iter()
            .find(|order| order.xml() == text)
            .map(Override::PartOrder),
        "order" => {
            let last = (text == "members action").then_some(Place::Last);
            last.or_else(|| behind(text.strip_prefix("action after ")?))
                .map(Override::ActionPlace)
        }
        "variables" => {
            let names = text.split(' ').map(str::to_owned).collect();
            Some(Override::VariableOrder(names))
        }
        "condition" => text.is_empty().then_some(Override::EmptyCondition),
        "line_ends" => LineNumbers::parse(&text).map(Override::LineEnds),
        "globalVarList" => match text.as_str() {
            "first" => Some(GlobalsPlace::BeforeReferences),
            "last" => Some(GlobalsPlace::Among(Place::Last)),
            text => text
                .strip_prefix("after ")
                .and_then(behind)
                .map(GlobalsPlace::Among),
        }
        .map(Override::GlobalsPlace),
        "carriage_returns" => (text == "references").then_some(Override::ReferencedReturns),
        _ => None,
    }
}

fn behind(count: &str) -> Option<Place> {
    let digits = count.bytes().all(|byte| byte.is_ascii_digit());
    count.parse().ok().filter(|_| digits).map(Place::Behind)
}
