//! How long a build takes beside what pest alone needs, how time grows, and how much memory it
//! takes. Prints a table; asserts nothing, since a clock on a shared machine proves nothing.
//!
//! `cargo bench --bench compile`

#![allow(unsafe_code, reason = "a counting allocator cannot be written without")]
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a bench prints its table and may stop"
)]

use std::{hint::black_box, io::sink};

use tasq::internals::{
    compile::compile, elaborate::ParameterValues, emit::write_sequence, source::NoFiles,
    xml::XmlLayout,
};

#[path = "support/generate.rs"]
mod generate;
#[path = "support/measure.rs"]
mod measure;

use measure::{median, peak, time};

fn build(source: &str) -> usize {
    let compiled = compile(
        "bench.tasq",
        "bench.tasq",
        source.as_bytes().to_vec(),
        &NoFiles,
        &ParameterValues::default(),
    );
    assert!(
        compiled.is_good(),
        "the generated source must compile: {:?}",
        compiled.findings.first()
    );
    black_box(write_sequence(&compiled.sequence, XmlLayout::OneLine, sink()).is_ok());
    compiled.tree.node_count()
}

fn main() {
    println!(
        "{:>7} {:>9} {:>10} {:>10} {:>7} {:>10} {:>8}",
        "steps", "source", "pest", "build", "ratio", "per step", "memory"
    );
    let mut first = None;
    for steps in [1_000, 10_000, 50_000] {
        let source = generate::sequence(steps);
        let runs = if steps == 1_000 { 21 } else { 7 };
        let (mut pest, mut whole) = (Vec::new(), Vec::new());
        for _ in 0..runs {
            pest.push(time(|| {
                tasq::internals::syntax::recognise(&source)
                    .expect("the generated source fits the grammar")
            }));
            whole.push(time(|| build(&source)));
        }
        let peak = peak(|| build(&source)) + source.len();
        let (pest, whole) = (median(pest), median(whole));
        let each = whole / steps as f64;
        let base = *first.get_or_insert(each);
        println!(
            "{steps:>7} {:>7.2}MB {:>8.1}ms {:>8.1}ms {:>7.2} {:>5.2}us {:>4.2}x {:>6.1}x",
            source.len() as f64 / 1e6,
            pest * 1e3,
            whole * 1e3,
            whole / pest,
            each * 1e6,
            each / base,
            peak as f64 / source.len() as f64,
        );
    }
    println!(
        "ratio: build / pest recognising the same text; per step: time and its ratio to the first row;"
    );
    println!(
        "memory: most bytes allocated at one time, the source included, as a multiple of the source"
    );
}
