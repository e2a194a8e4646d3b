//! A run for people and for programs, one file a format. Nothing here decides anything: it prints
//! what the engine said.

mod explain;
mod html;
mod machines;
mod own;
mod summary;
mod text;

use serde::Serialize;

use crate::engine::{Event, Shown};

pub use explain::{explained, explanation};
pub use html::html;
pub use machines::machines;
pub use own::is_report;
pub use summary::Summary;
pub(crate) use summary::code;
pub use text::{TreeStyle, debugged, text, tree};
pub(crate) use text::{failed, why, why_not};

/// The version of the JSON form; it changes when a reader would have to.
pub const FORMAT_VERSION: u32 = 1;

/// A run that is over.
#[derive(Clone, Debug, Serialize)]
pub struct Run {
    /// The sequence's name, or its file's.
    pub sequence: String,
    /// The machine's name, or its file's.
    pub machine: String,
    /// The variables at the start: name and value.
    pub variables: Vec<(String, Shown)>,
    /// What happened, in order.
    pub events: Vec<Event>,
}

/// Runs as JSON: of one run the run itself, of several an object that lists them.
pub fn json(runs: &[Run]) -> String {
    let document = match runs {
        [run] => of_run(run),
        runs => serde_json::json!({
            "format_version": FORMAT_VERSION,
            "runs": runs.iter().map(of_run).collect::<Vec<_>>(),
        }),
    };
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

/// What all forms for programs hold.
fn of_run(run: &Run) -> serde_json::Value {
    serde_json::json!({
        "format_version": FORMAT_VERSION,
        "sequence": run.sequence,
        "machine": run.machine,
        "variables": run.variables.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
        "summary": Summary::of(&run.events),
        "events": run.events,
    })
}
