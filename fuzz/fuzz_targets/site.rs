//! Any text as a site file, beside a sequence that refers to what it may describe.
//!
//! `fuzz/run.sh site 3600`

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tasq::internals::{
    compile::{Compiled, compile},
    elaborate::ParameterValues,
    site::{parse, places, unknown_references},
    source::{NoFiles, Sources},
};

mod shown;

const REFERS: &str = r#"
step "Apps" install_application < 
    applications: [application("ScopeId_00000000-0000-0000-0000-000000000001/Application_00000000-0000-0000-0000-000000000002", "A")]
 >
step "Package" install_package < package: package("PS100001"), program: "P" >
step "Child" run_task_sequence < task_sequence: task_sequence("PS100002", "C") >
"#;

static SEQUENCE: LazyLock<Compiled> = LazyLock::new(|| {
    let compiled = compile(
        "fuzz.tasq",
        "fuzz.tasq",
        REFERS.as_bytes().to_vec(),
        &NoFiles,
        &ParameterValues::default(),
    );
    assert!(compiled.is_good(), "{:?}", compiled.findings);
    compiled
});

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let mut sources = Sources::new();
    let file = sources.add("site.toml", text);
    let parsed = parse(file, text);
    shown::show(&parsed.findings, &sources);
    for place in places(file, text) {
        assert!(
            text.get(place.span().range()).is_some(),
            "a place is in the file"
        );
    }
    let site = parsed.site;
    site.brings();
    for key in ["A", "B", "PS100001", "PS100002"] {
        site.package(key, "P");
        site.application(key, "P");
        site.sequence(key, "P");
    }
    unknown_references(&SEQUENCE.sequence, &site, &|_| false);
});
