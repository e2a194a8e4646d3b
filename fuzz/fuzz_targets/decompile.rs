//! Any bytes as an export: opened, read, written as a source, proved; and where the proof holds,
//! built again.
//!
//! `fuzz/run.sh decompile 3600`

#![no_main]

use libfuzzer_sys::fuzz_target;
use tasq::internals::{
    compile::compile,
    decompile::{DecompileOptions, ProofVerdict, decompile, findings_of_export},
    elaborate::ParameterValues,
    emit, format, read,
    source::{FileId, NoFiles},
    xml::{Document, XmlLayout, equal, well_formed},
};

mod shown;

fuzz_target!(|data: &[u8]| {
    let input = read::open("fuzz.xml", data.to_vec());
    shown::show(&input.findings, &input.sources);
    for export in &input.exports {
        let done = decompile(export, DecompileOptions::default());
        let findings = findings_of_export(export);
        shown::show(&findings, &input.sources);
        if done.ledger.verdict == ProofVerdict::NotRepresentable {
            continue;
        }
        let formatted =
            format::format(&done.text, FileId(0)).expect("what was written can be formatted");
        assert_eq!(formatted, done.text, "what was written is formatted");
        let again = compile(
            "fuzz.tasq",
            "fuzz.tasq",
            done.text.clone().into_bytes(),
            &NoFiles,
            &ParameterValues::default(),
        );
        assert!(again.is_good(), "what was written compiles: {}", done.text);
        let xml = emit::to_string(&again.sequence, XmlLayout::OneLine);
        assert!(well_formed(&xml).is_ok(), "what is built is XML: {xml}");
        // A secret left out is the one difference that may be.
        if done.ledger.secrets == 0 {
            let there = Document::parse(&export.text).expect("the export was read");
            let back = Document::parse(&xml).expect("what is built is XML");
            assert!(
                equal(there.root(), back.root()),
                "what is built is the export: {xml}"
            );
        }
    }
});
