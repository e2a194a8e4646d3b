//! One page that needs nothing else: the tree, a timeline, and the variables at any step.

use super::{Run, of_run};

/// The page, with marks for what is put in.
const PAGE: &str = include_str!("page.html");

/// The run as an HTML page.
pub fn html(run: &Run) -> String {
    // A `</script>` in a value would end the script, and `<!--` would hide it.
    let data = of_run(run).to_string().replace('<', "\\u003C");
    let title = escape(&format!("{} on {}", run.sequence, run.machine));
    // Taken apart at its marks, so that a text that looks like one is a text.
    let (head, rest) = PAGE.split_once("/*TITLE*/").unwrap_or((PAGE, ""));
    let (body, tail) = rest.split_once("/*RUN*/").unwrap_or((rest, ""));
    [head, &title, body, &data, tail].concat()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
