//! `docs/security.md` names a test for each promise, and the tests are there.

use std::fs;

use super::root;

/// The places of tests in a page: words between backticks with `::` in them.
fn places(text: &str) -> Vec<&str> {
    text.split('`')
        .skip(1)
        .step_by(2)
        .filter(|word| word.contains("::") && !word.contains(' '))
        .collect()
}

#[test]
fn docs_security_names_tests_that_are_there() {
    let page = fs::read_to_string(root().join("docs/security.md")).expect("the page");
    let promises = page
        .split_once("## What is promised")
        .and_then(|(_, rest)| rest.split_once("## What somebody can do"))
        .expect("its middle")
        .0;
    let places = places(promises);
    assert!(places.len() > 30, "{}", places.len());
    for place in places {
        let (modules, test) = place.rsplit_once("::").expect("a path");
        let file = root()
            .join("tests/it")
            .join(modules.replace("::", "/"))
            .with_extension("rs");
        let text = fs::read_to_string(&file).unwrap_or_default();
        let is_there = text.contains(&format!("fn {test}("));
        assert!(is_there, "{place} is not in {}", file.display());
    }
    let rows = promises.lines().filter(|line| {
        line.starts_with("| ") && !line.starts_with("| promise") && !line.starts_with("| ---")
    });
    for row in rows {
        assert!(row.contains("::"), "a promise without a test: {row}");
    }
}
