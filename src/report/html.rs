//! One page that needs nothing else: the tree, a timeline, and the variables at any step.

use std::borrow::Cow;

use serde_json::Value;

use super::{Run, Summary, of_run, summary::counted};
use crate::{deed::Ending, engine::Event, source::shown};

/// The page, with marks for what is put in.
const PAGE: &str = include_str!("page.html");

/// The run as an HTML page.
pub fn html(run: &Run) -> String {
    let title = escape(&format!("{} on {}", run.sequence, run.machine));
    // Taken apart at its marks, so that a text that looks like one is a text.
    let (head, rest) = PAGE.split_once("/*TITLE*/").unwrap_or((PAGE, ""));
    let (body, rest) = rest.split_once("/*RUN*/").unwrap_or((rest, ""));
    let (middle, tail) = rest.split_once("/*COUNTS*/").unwrap_or((rest, ""));
    let mut data = data(run);
    readable(&mut data);
    let (data, counts) = (in_script(&data), in_script(&counts(run)));
    [head, &title, body, &data, middle, &counts, tail].concat()
}

/// JSON as it can stand in a page: a `</script>` in a value would end the script, and `<!--` would
/// hide it.
fn in_script(data: &Value) -> String {
    data.to_string().replace('<', "\\u003C")
}

/// How the run ended in words, and what each of its events counts as.
fn counts(run: &Run) -> Value {
    let counts: Vec<_> = run.events.iter().map(counted).collect();
    serde_json::json!({ "ended": Summary::of(&run.events).ended(), "events": counts })
}

/// The run, with the numbers of the checks among the deeds of each step that passed: the page only
/// counts them.
fn data(run: &Run) -> Value {
    let mut data = of_run(run);
    let events = data.get_mut("events").and_then(Value::as_array_mut);
    for (event, shown) in run.events.iter().zip(events.into_iter().flatten()) {
        let Event::StepRan(ran) = event else { continue };
        let deeds = ran.did.iter().enumerate();
        let passed = deeds.filter(|(_, deed)| deed.ending == Ending::Passed);
        let passed: Vec<usize> = passed.map(|(index, _)| index).collect();
        if !passed.is_empty() {
            shown["passed"] = passed.into();
        }
    }
    data
}

/// Writes out what nobody sees in all texts.
fn readable(data: &mut Value) {
    match data {
        Value::String(text) => {
            if let Cow::Owned(instead) = shown(text) {
                *text = instead;
            }
        }
        Value::Array(list) => list.iter_mut().for_each(readable),
        Value::Object(map) => map.values_mut().for_each(readable),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn escape(text: &str) -> String {
    shown(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
