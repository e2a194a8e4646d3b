//! Time of 1,000 tests over a sequence of 300 steps with two conditions each, in groups of ten,
//! with coverage.
//!
//! `cargo bench --bench test_runner`; prints, asserts nothing but that the tests pass.

#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a bench prints its table and stops with a message"
)]

use std::{collections::BTreeMap, fmt::Write as _, time::Instant};

use tasq::internals::{
    compile::compile,
    elaborate::ParameterValues,
    source::Files,
    test_runner::{self, Coverage, TestVerdict},
};

struct Shelf(BTreeMap<&'static str, String>);

impl Files for Shelf {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        self.0
            .get(path)
            .map(|text| text.clone().into_bytes())
            .ok_or_else(|| "there is no such file".to_owned())
    }
}

const MACHINE: &str =
    "name = \"LAP-1\"\nkind = \"laptop\"\nos = \"Windows 11 24H2\"\nmemory = \"16GB\"\n";

fn source(steps: usize, tests: usize) -> String {
    let mut out = String::from("sequence \"Bench\" < external_variables: [Ring, Site] >\n\n");
    for group in 0..steps / 10 {
        let _ = writeln!(out, "group \"Group {group}\" {{");
        for step in 0..10 {
            let number = group * 10 + step;
            let _ = writeln!(
                out,
                "    step \"Step {number}\" run_command_line < \"tool.exe {number} %Ring%\", success_codes: [0, 3010] >\n        when Ring == \"pilot\", Site like \"HAM*\""
            );
        }
        out.push_str("}\n\n");
    }
    for test in 0..tests {
        let step = test % steps;
        let _ = writeln!(
            out,
            "test \"Test {test}\" < machine: \"laptop.toml\", Ring = \"pilot\", Site = \"HAM{test}\" > {{\n    mock step \"Step {step}\" exits 3010\n    expect step \"Step {step}\" exits 3010\n    expect restarts 1\n    expect success\n}}\n"
        );
    }
    out
}

fn main() {
    println!(
        "{:>6} {:>6} {:>10} {:>10} {:>12} {:>14}",
        "steps", "tests", "check ms", "run ms", "ms a test", "steps a second"
    );
    for (steps, tests) in [(300, 100), (300, 1000), (1000, 1000)] {
        let shelf = Shelf(BTreeMap::from([("laptop.toml", MACHINE.to_owned())]));
        let start = Instant::now();
        let given = ParameterValues::default();
        let mut compiled = compile(
            "bench.tasq",
            "bench.tasq",
            source(steps, tests).into_bytes(),
            &shelf,
            &given,
        );
        let plan = test_runner::plan(&mut compiled, "bench.tasq", &shelf, &given);
        assert!(
            compiled.is_good() && plan.findings.is_empty(),
            "the tests have no findings"
        );
        let checked = start.elapsed();
        let start = Instant::now();
        let mut coverage = Coverage::default();
        let results = test_runner::run(&plan, &|_, _| true, &mut coverage);
        let ran = start.elapsed();
        assert!(
            results
                .iter()
                .all(|test| test.verdict == TestVerdict::Passed),
            "the tests pass"
        );
        println!(
            "{steps:>6} {tests:>6} {:>10.1} {:>10.1} {:>12.3} {:>14.0}",
            checked.as_secs_f64() * 1e3,
            ran.as_secs_f64() * 1e3,
            ran.as_secs_f64() * 1e3 / tests as f64,
            (steps * tests) as f64 / ran.as_secs_f64()
        );
    }
}
