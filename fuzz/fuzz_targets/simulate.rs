//! Any text as a machine file and, behind a line `%%`, a sequence that runs on it: checked, written
//! again, simulated, reported in every form. Without such a line a sequence that asks for a bit of
//! everything runs.
//!
//! `fuzz/run.sh simulate 3600`

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tasq::internals::{
    compile::{Compiled, compile},
    elaborate::ParameterValues,
    engine::{NoChildren, Program, RunOptions},
    machine,
    report::{Run, TreeStyle, html, json, machines, text},
    simulate::simulate,
    source::{NoFiles, Sources},
};

mod shown;

/// Asks for a bit of everything that a machine file can say.
const EVERYTHING: &str = r#"
group "Facts" when any(
    wmi "select * from Win32_ComputerSystem where Model like '%7%'",
    file "C:\a.txt" version >= "1.2",
    folder "C:\Users",
    registry "HKEY_LOCAL_MACHINE\SOFTWARE\Lab" value "Name" as reg_sz == "x",
    _SMSTSInWinPE == "true"
) {
    step "Ready" check_readiness < memory: 2GB >
    step "Line" run_command_line < "cmd.exe /c exit 3" > when Make != "Dell"
    step "Restart" restart_computer <>
}
"#;

fn compiled(source: &str) -> Compiled {
    compile(
        "fuzz.tasq",
        "fuzz.tasq",
        source.as_bytes().to_vec(),
        &NoFiles,
        &ParameterValues::default(),
    )
}

static USUAL: LazyLock<Compiled> = LazyLock::new(|| {
    let compiled = compiled(EVERYTHING);
    assert!(compiled.is_good(), "{:?}", compiled.findings);
    compiled
});

fuzz_target!(|data: &[u8]| {
    let Ok(data) = std::str::from_utf8(data) else {
        return;
    };
    let (description, source) = match data.split_once("\n%%\n") {
        Some((description, source)) => (description, Some(source)),
        None => (data, None),
    };
    let mut sources = Sources::new();
    let file = sources.add("machine.toml", description);
    let parsed = machine::parse(file, description);
    shown::show(&parsed.findings, &sources);
    machine::write(&parsed.machine);

    let own = source.map(compiled);
    let compiled = own.as_ref().unwrap_or(&USUAL);
    if !compiled.is_good() {
        return;
    }
    let Ok(program) = Program::new(&compiled.sequence, &NoChildren) else {
        return;
    };
    let options = RunOptions {
        explain: true,
        ..RunOptions::default()
    };
    if let Ok(run) = simulate(&program, "fuzz", "machine", parsed.machine, options) {
        report(&run);
    }
});

fn report(run: &Run) {
    for verbose in [false, true] {
        let style = TreeStyle {
            color: verbose,
            unicode: verbose,
            verbose,
        };
        text(run, style);
    }
    html(run);
    let runs = std::slice::from_ref(run);
    machines(runs);
    let text = json(runs);
    serde_json::from_str::<serde_json::Value>(&text).expect("a report in JSON is JSON");
}
