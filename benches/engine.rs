//! How many steps a second the engine evaluates: a sequence of 300 steps with two conditions each,
//! and 1,000 machines against it. Prints a table; asserts nothing, since a clock on a shared
//! machine proves nothing.
//!
//! `cargo bench --bench engine`

#![allow(unsafe_code, reason = "a counting allocator cannot be written without")]
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a bench prints its table and may stop"
)]

use std::{fmt::Write as _, hint::black_box, sync::Arc, time::Duration};

use tasq::internals::{
    compile::compile,
    computer::{Facts, Host, Outcome, Restarts, SystemError, Work},
    elaborate::ParameterValues as Values,
    engine::{Engine, Event, InitialVariable, NoChildren, Program, RunOptions},
    fact::{Fact as Named, FileFacts, InstalledProduct, Known, RegistryValue},
    machine,
    model::Sequence,
    simulate::simulate,
    source::{NoFiles, Sources},
    wql::{ClassFacts, PropertyValue, Row, Rows},
};

#[path = "support/measure.rs"]
mod measure;

use measure::{median, peak, time};

/// A machine that knows a file and a class and does nothing.
struct Machine {
    rows: Vec<Row>,
}

impl Machine {
    fn new() -> Self {
        Machine {
            rows: vec![
                Row::new()
                    .with("Manufacturer", PropertyValue::Text("Dell Inc.".to_owned()))
                    .complete(),
            ],
        }
    }
}

impl Rows for Machine {
    fn class(&self, _: &str, _: &str) -> ClassFacts {
        ClassFacts::Rows(self.rows.clone())
    }

    fn look(&self, _: &str, _: &str, look: &mut dyn FnMut(Option<&[Row]>)) {
        look(Some(&self.rows));
    }
}

impl Facts for Machine {
    fn file(&self, _: &str) -> Known<FileFacts> {
        Known::Yes(FileFacts::default())
    }
    fn folder(&self, _: &str) -> Known<FileFacts> {
        Known::No
    }
    fn registry_key(&self, _: &str) -> Known<()> {
        Known::No
    }
    fn registry_value(&self, _: &str, _: &str) -> Known<RegistryValue> {
        Known::No
    }
    fn product(&self, _: &str) -> Known<InstalledProduct> {
        Known::No
    }
    fn products(&self, _: &str) -> Known<Vec<InstalledProduct>> {
        Known::No
    }
    fn fact(&self, _: Named) -> Known<String> {
        Known::No
    }
    fn environment(&self, _: &str) -> Known<String> {
        Known::No
    }
    fn variables(&self) -> Vec<(String, String)> {
        vec![("_SMSTSInWinPE".to_owned(), "false".to_owned())]
    }
}

impl Host for Machine {
    fn perform(&mut self, work: &Work<'_>) -> Outcome {
        black_box(work.values.len());
        Outcome::default()
    }
    fn clock(&self) -> u64 {
        0
    }
}

impl Restarts for Machine {
    fn restart(&mut self, _: bool, _: &str) -> Result<(), SystemError> {
        Ok(())
    }
}

fn source(steps: usize, when: &str) -> String {
    let mut out = String::from("sequence \"Bench\" < external_variables: [Ring, Site] >\n");
    for index in 0..steps {
        let _ = writeln!(
            out,
            "step \"Step {index}\" run_command_line < \"setup{index}.exe /quiet\" > when {when}"
        );
    }
    out
}

fn sequence(source: &str) -> Sequence {
    let compiled = compile(
        "bench.tasq",
        "bench.tasq",
        source.as_bytes().to_vec(),
        &NoFiles,
        &Values::default(),
    );
    assert!(compiled.is_good(), "{:?}", compiled.findings.first());
    compiled.sequence
}

fn run(program: &Program<'_>, options: &RunOptions) -> usize {
    let mut steps = 0;
    for event in Engine::new(program, options.clone()).trace(&mut Machine::new()) {
        let event = event.expect("the run ends");
        steps += usize::from(matches!(event, Event::StepRan(_) | Event::Skipped { .. }));
        black_box(&event);
    }
    steps
}

/// The fastest of several runs: those that the system put aside for another program say nothing
/// about this one.
fn fastest(times: Vec<Duration>) -> f64 {
    times.into_iter().min().unwrap_or_default().as_secs_f64()
}

/// Machine files, each another model, against 300 steps with a query and a file each; all events
/// are kept.
fn described(options: &RunOptions) {
    let machine = |index: usize| {
        let text = format!(
            "os = \"Windows 11 24H2\"\nmake = \"Dell Inc.\"\nmodel = \"Latitude {index}\"\n[files]\n'C:\\Lab\\a.txt' = true\n"
        );
        let file = Sources::new().add("machine.toml", text.as_str());
        Arc::new(machine::parse(file, &text).machine)
    };
    let when = "wmi \"select * from Win32_ComputerSystem where Manufacturer like 'Dell%'\", file \"C:\\Lab\\a.txt\"";
    let sequence = sequence(&source(300, when));
    let program = Program::new(&sequence, &NoChildren).expect("a program");
    println!(
        "\n{:<44} {:>9} {:>12} {:>12}",
        "described machines, query and file", "s", "machines/s", "steps/s"
    );
    for count in [100, 1_000] {
        let machines: Vec<_> = (0..count).map(machine).collect();
        let all = || {
            let run = |machine: &Arc<_>| {
                simulate(
                    &program,
                    "Bench",
                    "machine",
                    Arc::clone(machine),
                    options.clone(),
                )
            };
            machines
                .iter()
                .filter_map(|machine| run(machine).ok())
                .map(|run| run.events.len())
                .sum::<usize>()
        };
        assert_eq!(all(), count * 301);
        let seconds = fastest((0..5).map(|_| time(all)).collect());
        let each = count as f64 / seconds;
        println!(
            "{count:<44} {seconds:>9.3} {each:>12.0} {:>12.0}",
            each * 300.0
        );
    }
}

fn main() {
    let given = |name: &str, value: &str| InitialVariable {
        name: name.to_owned(),
        value: value.to_owned(),
        masked: false,
    };
    let variables = vec![given("Ring", "pilot"), given("Site", "Graz")];
    println!(
        "{:<44} {:>7} {:>9} {:>12} {:>8}",
        "two conditions for each step", "steps", "explained", "steps/s", "memory"
    );
    for (title, when) in [
        (
            "variables, both true",
            "Ring == \"pilot\", Site != \"Linz\"",
        ),
        (
            "variables, the second false",
            "Ring == \"pilot\", Site == \"Linz\"",
        ),
        (
            "a variable and a file",
            "Ring == \"pilot\", file \"C:\\\\Lab\\\\a.txt\"",
        ),
        (
            "a variable and a query",
            "Ring == \"pilot\", wmi \"select * from Win32_ComputerSystem where Manufacturer like 'Dell%'\"",
        ),
    ] {
        for (count, explain) in [(300, true), (300, false), (3_000, true), (30_000, true)] {
            let sequence = sequence(&source(count, when));
            let program = Program::new(&sequence, &NoChildren).expect("a program");
            let options = RunOptions {
                explain,
                variables: variables.clone(),
                ..RunOptions::default()
            };
            assert_eq!(run(&program, &options), count);
            let times = (0..31).map(|_| time(|| run(&program, &options))).collect();
            let memory = peak(|| run(&program, &options));
            let each = count as f64 / fastest(times);
            println!(
                "{title:<44} {count:>7} {explain:>9} {each:>12.0} {:>6} KB",
                memory / 1024
            );
        }
    }
    let sequence = sequence(&source(300, "Ring == \"pilot\", Site != \"Linz\""));
    println!(
        "\n{:<44} {:>9} {:>12}",
        "machines against 300 steps", "s", "machines/s"
    );
    let program = Program::new(&sequence, &NoChildren).expect("a program");
    let options = RunOptions {
        variables,
        ..RunOptions::default()
    };
    for machines in [100, 1_000] {
        let times = (0..5)
            .map(|_| {
                time(|| {
                    (0..machines)
                        .map(|_| run(&program, &options))
                        .sum::<usize>()
                })
            })
            .collect();
        let seconds = fastest(times);
        println!(
            "{machines:<44} {seconds:>9.3} {:>12.0}",
            f64::from(machines) / seconds
        );
    }
    described(&options);
    let times = (0..31)
        .map(|_| time(|| Program::new(&sequence, &NoChildren).is_ok()))
        .collect();
    println!("making 300 steps ready: {:.2} ms", median(times) * 1e3);
}
