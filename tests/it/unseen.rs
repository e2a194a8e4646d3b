//! Variables that a step may have set although nobody can see it, at the command line: what makes
//! them known, and what a test says of them.

use serde_json::Value;

use crate::cli::Scratch;

/// Scripts of packages set variables that later conditions ask for.
const DETECT: &str = r#"step "Detect" run_powershell_script < package: package("PS100241", "Detect"), script_name: "Detect.ps1", execution_policy: bypass >
step "Apply" run_command_line < "x.exe" > when DriverSet == "latitude"
step "Not set" run_command_line < "y.exe" > when not exists DriverSet
"#;

/// Windows Setup's exit code is stored by Upgrade Operating System, as a number without a sign.
const SCAN: &str = r#"step "Scan" upgrade_operating_system < upgrade_package: "PS100300", scan_only: true, continue_on_error: true >
step "last signed" run_command_line < "d.exe" > when _SMSTSLastActionRetCode == "-1047526896"
step "unsigned" run_command_line < "c.exe" > when _SMSTSOSUpgradeActionReturnCode == 3247440400
step "hex" run_command_line < "c.exe" > when _SMSTSOSUpgradeActionReturnCode == "0xC1900210"
test "no issues" {
    mock step "Scan" exits 0xC1900210
    expect step "unsigned" ran
    expect step "hex" skipped
    expect step "last signed" ran
}
test "no issues, given" {
    mock step "Scan" exits 0xC1900210 sets _SMSTSOSUpgradeActionReturnCode = "3247440400"
    expect step "unsigned" ran
}
"#;

/// The events of a simulation, each with its step's name.
fn events(scratch: &Scratch, args: &[&str]) -> Vec<(String, String)> {
    let mut all = vec!["simulate", "--output-format", "json"];
    all.extend(args);
    let out = scratch.run(&all).out;
    let document: Value =
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"));
    let events = document["events"].as_array().expect("events");
    let named = events.iter().filter_map(|event| {
        let name = event["at"]["name"].as_str()?;
        Some((event["event"].as_str()?.to_owned(), name.to_owned()))
    });
    named.collect()
}

fn has(events: &[(String, String)], event: &str, name: &str) -> bool {
    events.iter().any(|own| own.0 == event && own.1 == name)
}

#[test]
fn what_a_script_may_set_is_known_where_somebody_says_it() {
    let scratch = Scratch::new(&[
        ("detect.tasq", DETECT.as_bytes()),
        ("none.toml", b"name = \"PC\"\n"),
        (
            "all.toml",
            b"assume = \"complete\"\npackages = [{ id = \"PS100241\" }]\n",
        ),
        ("list.toml", b"complete = [\"variables\"]\n"),
        ("given.toml", b"[variables]\nDriverSet = \"latitude\"\n"),
        (
            "said.toml",
            b"[[outcomes]]\nstep = \"Detect\"\nsets = { DriverSet = \"latitude\" }\n",
        ),
    ]);
    let unknown = scratch.run(&["simulate", "detect.tasq", "--machine", "none.toml"]);
    assert!(
        unknown
            .out
            .contains("nobody said variable DriverSet, which \"Detect\" may set"),
        "{}",
        unknown.out
    );
    let runs = |args: &[&str]| {
        let mut all = vec!["detect.tasq"];
        all.extend(args);
        let events = events(&scratch, &all);
        let ran = |name| has(&events, "step_ran", name);
        let open = |name| has(&events, "undecided", name);
        (
            ran("Apply"),
            ran("Not set"),
            open("Apply") || open("Not set"),
        )
    };
    assert_eq!(runs(&["-m", "none.toml"]), (false, false, true));
    assert_eq!(runs(&["-m", "all.toml"]), (false, true, false));
    assert_eq!(runs(&["-m", "list.toml"]), (false, true, false));
    assert_eq!(runs(&["-m", "given.toml"]), (true, false, false));
    assert_eq!(runs(&["-m", "said.toml"]), (true, false, false));
    assert_eq!(runs(&["--set", "DriverSet=latitude"]), (true, false, false));
    assert_eq!(runs(&["--set", "DriverSet="]), (false, true, false));
}

#[test]
fn what_a_test_gives_or_mocks_is_known() {
    let tests = "
test \"given\" < DriverSet = \"latitude\" > {
    expect step \"Apply\" ran
    expect step \"Not set\" skipped
}
test \"mocked\" {
    mock step \"Detect\" sets DriverSet = \"dell\"
    expect step \"Apply\" skipped
    expect step \"Not set\" skipped
    expect DriverSet == \"dell\"
}
";
    let open = "
test \"open\" {
    expect step \"Not set\" ran
}
";
    let with = |tests: &str| format!("{DETECT}{tests}").into_bytes();
    let scratch = Scratch::new(&[("good.tasq", &with(tests)), ("open.tasq", &with(open))]);
    scratch.run(&["test", "good.tasq"]).succeeds();
    let failed = scratch.run(&["test", "open.tasq"]);
    assert_eq!(failed.code, Some(1));
    assert!(
        failed
            .out
            .contains("variable DriverSet, which \"Detect\" may set"),
        "{}",
        failed.out
    );
}

#[test]
fn the_exit_code_of_an_upgrade_reaches_its_variable() {
    let scratch = Scratch::new(&[
        ("scan.tasq", SCAN.as_bytes()),
        (
            "code.toml",
            b"[[outcomes]]\nstep = \"Scan\"\nexit_code = \"0xC1900210\"\n",
        ),
    ]);
    scratch.run(&["test", "scan.tasq"]).succeeds();
    let known = events(&scratch, &["scan.tasq", "-m", "code.toml"]);
    assert!(has(&known, "step_ran", "unsigned"), "{known:?}");
    assert!(has(&known, "step_ran", "last signed"), "{known:?}");
    let open = events(&scratch, &["scan.tasq"]);
    assert!(has(&open, "undecided", "unsigned"), "{open:?}");
}
