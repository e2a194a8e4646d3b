//! How long a build takes beside what pest alone needs, how time grows, and how much memory it takes. Prints a table;
//! asserts nothing, since a clock on a shared machine proves nothing.
//!
//! `cargo bench --bench compile`

#![allow(unsafe_code, reason = "a counting allocator cannot be written without")]
#![allow(clippy::print_stdout, clippy::expect_used, reason = "a bench prints its table and may stop")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    hint::black_box,
    io::sink,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use tasq::{compile::compile, elaborate::Given, emit::write_sequence, source::NoFiles, xml::Form};

#[path = "support/generate.rs"]
mod generate;

/// Counts what is allocated, and the most at any time.
struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes to the system's allocator unchanged; only numbers are kept beside it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = NOW.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        PEAK.fetch_max(now, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times.get(times.len() / 2).map_or(0.0, Duration::as_secs_f64)
}

fn time<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    black_box(work());
    start.elapsed()
}

fn build(source: &str) -> usize {
    let compiled = compile("bench.tasq", "bench.tasq", source.as_bytes().to_vec(), &NoFiles, &Given::default());
    assert!(compiled.is_good(), "the generated source must compile: {:?}", compiled.findings.first());
    black_box(write_sequence(&compiled.sequence, Form::OneLine, sink()).is_ok());
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
            pest.push(time(|| tasq::syntax::recognise(&source).expect("the generated source fits the grammar")));
            whole.push(time(|| build(&source)));
        }
        let before = NOW.load(Ordering::Relaxed);
        PEAK.store(before, Ordering::Relaxed);
        build(&source);
        let peak = PEAK.load(Ordering::Relaxed) - before + source.len();
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
    println!("ratio: build / pest recognising the same text; per step: time and its ratio to the first row;");
    println!("memory: most bytes allocated at one time, the source included, as a multiple of the source");
}
