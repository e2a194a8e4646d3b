//! One page that needs nothing else: the tree, a timeline, and the variables at any step.

use super::{Run, Summary};

/// The page; the run's data is put in the place of `/*RUN*/`.
const PAGE: &str = include_str!("page.html");

/// The run as an HTML page.
pub fn html(run: &Run) -> String {
    let data = serde_json::json!({
        "sequence": run.sequence,
        "machine": run.machine,
        "variables": run.variables,
        "summary": Summary::of(&run.events),
        "events": run.events,
    });
    // A `</script>` in a value would end the script, and `<!--` would hide it.
    let data = data.to_string().replace('<', "\\u003C");
    PAGE.replace("/*TITLE*/", &escape(&format!("{} on {}", run.sequence, run.machine))).replace("/*RUN*/", &data)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
