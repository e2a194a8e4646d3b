//! What editors are offered is what the checker takes.

use std::collections::BTreeSet;

use tasq::internals::{
    compile::compile,
    diagnostic::{Code, Finding},
    elaborate::ParameterValues,
    ide::{CompletionKind, complete},
    source::NoFiles,
};

use super::analysis;

/// The properties of a test, as the server offers them.
pub(super) fn test_properties() -> Vec<String> {
    let text = "test \"T\" <  > {\n}\n";
    offered(text, "test \"T\" < ".len())
}

/// The names of the properties that are offered in a text.
fn offered(text: &str, offset: usize) -> Vec<String> {
    let offers = complete(&analysis(text), offset as u32, &[]);
    let own = offers
        .into_iter()
        .filter(|offer| offer.kind == CompletionKind::Property);
    own.map(|offer| offer.label).collect()
}

/// `software "…" < operator: … >` was offered, and refused when it was written.
#[test]
fn editors_offer_the_items_that_a_test_takes() {
    let step = "step \"A\" set_dynamic_variables < rule when ";
    for (test, rest) in [
        (
            "software \"{23170F69-40C1-2702-2408-000001000000}\" < ",
            " >\n",
        ),
        ("os \"A\" < ", " >\n"),
        ("computer < ", " > { A = \"1\" } >\n"),
    ] {
        let start = match test {
            "computer < " => step,
            _ => "step \"A\" run_command_line < \"x\" > when ",
        };
        let before = format!("{start}{test}");
        let offered = offered(&format!("{before}{rest}"), before.len());
        let offered: BTreeSet<String> = offered.into_iter().collect();
        let refused = findings(&format!("{before}nonsense: \"x\"{rest}"));
        let help = refused
            .iter()
            .find(|finding| finding.code == Code::UnknownProperty);
        let help = help
            .and_then(|finding| finding.help.as_deref())
            .expect("a help");
        let known = help.strip_prefix("it has ").expect("what it has");
        let known: BTreeSet<String> = known.split(", ").map(str::to_owned).collect();
        assert_eq!(offered, known, "{test}");
    }
}

fn findings(text: &str) -> Vec<Finding> {
    let source = text.as_bytes().to_vec();
    compile(
        "x.tasq",
        "x.tasq",
        source,
        &NoFiles,
        &ParameterValues::default(),
    )
    .findings
}
