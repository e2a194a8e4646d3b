//! Any bytes: decoded, parsed, checked, rendered; and where the syntax is right, formatted twice
//! and compiled again.
//!
//! `fuzz/run.sh compile 3600`

#![no_main]

use libfuzzer_sys::fuzz_target;
use tasq::internals::{
    check::check,
    elaborate::ParameterValues,
    emit, format,
    source::{FileId, NoFiles},
    syntax,
    xml::{XmlLayout, well_formed},
};

mod shown;

fuzz_target!(|data: &[u8]| {
    let compiled = check(
        "fuzz.tasq",
        "fuzz.tasq",
        data.to_vec(),
        &NoFiles,
        &ParameterValues::default(),
    );
    let leaves: String = compiled.tree.leaves().map(|leaf| leaf.text()).collect();
    assert_eq!(
        leaves,
        compiled.tree.text(),
        "every byte of the source is in the tree"
    );
    shown::show(&compiled.findings, &compiled.sources);
    // Bytes that are no text are refused; what follows is about text.
    if std::str::from_utf8(data).is_err() {
        return;
    }
    let xml = compiled
        .is_good()
        .then(|| emit::to_string(&compiled.sequence, XmlLayout::OneLine));
    if let Some(xml) = &xml {
        assert!(well_formed(xml).is_ok(), "what is written is XML: {xml}");
    }
    let text = compiled.tree.text();
    if syntax::parse(text, FileId(0)).is_clean() {
        let formatted =
            format::format(text, FileId(0)).expect("a source without syntax errors is formatted");
        let again = format::format(&formatted, FileId(0)).expect("what was formatted is formatted");
        assert_eq!(formatted, again, "formatting is idempotent");
        let other = check(
            "fuzz.tasq",
            "fuzz.tasq",
            formatted.into_bytes(),
            &NoFiles,
            &ParameterValues::default(),
        );
        let other = other
            .is_good()
            .then(|| emit::to_string(&other.sequence, XmlLayout::OneLine));
        assert_eq!(xml, other, "formatting keeps the meaning");
    }
});
