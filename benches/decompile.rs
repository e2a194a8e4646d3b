//! How long the way back takes, with its proof: every export of the corpus in one run, and
//! generated ones of growing size. Prints tables; asserts nothing, since a clock on a shared
//! machine proves nothing.
//!
//! `cargo bench --bench decompile`; `TASQ_CORPUS` names the corpus's folder.

#![allow(unsafe_code, reason = "a counting allocator cannot be written without")]
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a bench prints its table and may stop"
)]

use std::{env, fs, path::PathBuf};

use tasq::internals::{
    compile::compile,
    decompile::{DecompileOptions, ProofVerdict, decompile},
    elaborate::ParameterValues,
    emit, read,
    source::NoFiles,
    xml::{Document, XmlLayout},
};

#[path = "support/generate.rs"]
mod generate;
#[path = "support/measure.rs"]
mod measure;

use measure::{median, peak, time};

/// The XML of a generated sequence.
fn export(steps: usize) -> String {
    let source = generate::sequence(steps);
    let compiled = compile(
        "bench.tasq",
        "bench.tasq",
        source.into_bytes(),
        &NoFiles,
        &ParameterValues::default(),
    );
    assert!(
        compiled.is_good(),
        "the generated source must compile: {:?}",
        compiled.findings.first()
    );
    emit::to_string(&compiled.sequence, XmlLayout::OneLine)
}

fn back(name: &str, bytes: Vec<u8>) -> usize {
    let input = read::open(name, bytes);
    let trips = input
        .exports
        .iter()
        .map(|export| decompile(export, DecompileOptions::default()));
    trips
        .filter(|done| done.ledger.verdict != ProofVerdict::NotRepresentable)
        .count()
}

fn corpus() -> Vec<(String, Vec<u8>)> {
    let folder =
        env::var_os("TASQ_CORPUS").map_or_else(|| PathBuf::from("../shared/corpus"), PathBuf::from);
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        for file in fs::read_dir(entry.path()).into_iter().flatten().flatten() {
            let path = file.path();
            if path
                .extension()
                .is_some_and(|ending| ending == "xml" || ending == "zip")
            {
                files.push((
                    path.display().to_string(),
                    fs::read(&path).expect("a file of the corpus"),
                ));
            }
        }
    }
    files
}

fn main() {
    let files = corpus();
    if files.is_empty() {
        println!("corpus absent: its table is skipped");
    } else {
        let bytes: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
        let run = || {
            files
                .iter()
                .map(|(name, bytes)| back(name, bytes.clone()))
                .sum::<usize>()
        };
        let whole = median((0..5).map(|_| time(run)).collect());
        println!(
            "{} files of the corpus, {:.1} MB, with proof: {:.0} ms",
            files.len(),
            bytes as f64 / 1e6,
            whole * 1e3
        );
    }
    println!(
        "{:>7} {:>9} {:>10} {:>10} {:>7} {:>10} {:>8}",
        "steps", "export", "xml", "back", "ratio", "per MB", "memory"
    );
    let mut first = None;
    for steps in [1_000, 5_000, 25_000] {
        let xml = export(steps);
        let runs = if steps == 1_000 { 9 } else { 3 };
        let (mut scan, mut whole) = (Vec::new(), Vec::new());
        for _ in 0..runs {
            scan.push(time(|| Document::parse(&xml).expect("XML").has_prolog()));
            whole.push(time(|| back("bench.xml", xml.clone().into_bytes())));
        }
        let peak = peak(|| back("bench.xml", xml.clone().into_bytes()));
        let (scan, whole) = (median(scan), median(whole));
        let size = xml.len() as f64 / 1e6;
        let base = *first.get_or_insert(whole / size);
        println!(
            "{steps:>7} {size:>7.2}MB {:>8.1}ms {:>8.1}ms {:>7.1} {:>9.2}x {:>7.1}x",
            scan * 1e3,
            whole * 1e3,
            whole / scan,
            whole / size / base,
            peak as f64 / xml.len() as f64,
        );
    }
    println!(
        "xml: reading the XML alone; ratio: the whole way back, proof included, beside that; per MB: time for each MB,"
    );
    println!(
        "beside the first row; memory: most bytes allocated at one time as a multiple of the export"
    );
}
