//! Genuine exports, written in Tasq by hand: the build of each source in `tests/genuine` gives the
//! export's bytes.
//!
//! The first line of a source names the export in the corpus.

use std::{
    fs,
    path::{Path, PathBuf},
};

use tasq::internals::{
    compile::compile,
    diagnostic::render::{self, Format, Look},
    elaborate::ParameterValues,
    emit,
    source::NoFiles,
    xml::XmlLayout,
};

use crate::corpus;

/// The sources, in order.
fn sources() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/genuine");
    let mut paths: Vec<_> = fs::read_dir(&folder)
        .expect("the folder of the sources")
        .map(|entry| entry.expect("an entry of the folder").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "tasq")
        })
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "no sources in {}", folder.display());
    paths
}

/// What the build of a source does not have in common with its export.
fn difference(name: &str, source: &str, export: &str) -> Option<String> {
    let compiled = compile(
        name,
        name,
        source.as_bytes().to_vec(),
        &NoFiles,
        &ParameterValues::default(),
    );
    if !compiled.is_good() {
        return Some(render::render(
            Format::Short,
            &compiled.findings,
            &compiled.sources,
            Look::PLAIN,
        ));
    }
    let xml = emit::to_string(&compiled.sequence, XmlLayout::OneLine);
    if xml == export {
        return None;
    }
    let same = xml.bytes().zip(export.bytes());
    let at = same.take_while(|(own, genuine)| own == genuine).count();
    let around = |text: &str| {
        String::from_utf8_lossy(&text.as_bytes()[at.min(text.len())..])
            .chars()
            .take(150)
            .collect::<String>()
    };
    Some(format!(
        "{name}, byte {at}:\n  export {:?}\n  build  {:?}",
        around(export),
        around(&xml)
    ))
}

#[test]
fn sources_build_to_their_exports() {
    if corpus::folder().is_none() {
        println!("corpus absent: skipped");
        return;
    }
    let samples = corpus::configmgr();
    let paths = sources();
    let mut failures = Vec::new();
    for path in &paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let source = fs::read_to_string(path).expect("a source");
        let export = source
            .lines()
            .next()
            .and_then(|line| line.strip_prefix("# "))
            .expect("the export's name in a comment");
        let sample = samples.iter().find(|sample| sample.name == export);
        let sample = sample.unwrap_or_else(|| panic!("{name}: the corpus has no {export}"));
        failures.extend(difference(&name, &source, &sample.xml));
    }
    println!(
        "{} of {} sources give the export's bytes",
        paths.len() - failures.len(),
        paths.len()
    );
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
