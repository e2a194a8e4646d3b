//! What the documentation says of steps, on this computer; `tests/truth` has what a report says.

use super::{Done, Place, is_root};

/// Everything that a run writes down: the log, the journal and what was printed.
fn told(place: &Place, done: &Done) -> String {
    let mut all = done.all();
    let mut folders = vec![place.path("state")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                all += &String::from_utf8_lossy(&std::fs::read(path).expect("a file of the run"));
            }
        }
    }
    all
}

/// Documented (task-sequence-variables.md): with SMSTSRunCommandLineAsUser all later steps run as
/// the user of SMSTSRunCommandLineUserName, without an account in the step.
#[test]
fn an_account_by_variables_needs_none_in_the_step() {
    if !is_root("another account") {
        return;
    }
    let sequence = "step \"s1\" set_variable < SMSTSRunCommandLineAsUser = \"true\" >\n\
        step \"s2\" set_variable < SMSTSRunCommandLineUserName = \"nobody\" >\n\
        step \"a\" run_command_line < \"id -un\" >\n";
    Place::new().run(sequence, &[]).ends(0).says("nobody");
}

/// Documented (using-task-sequence-variables.md): WorkingDirectory overrides the start folder of
/// every later Run Command Line.
#[test]
fn a_start_folder_by_a_variable_holds_for_every_step() {
    let place = Place::new();
    place.write("here/note.txt", "");
    let here = place.path("here");
    let sequence = format!(
        "step \"w\" set_variable < WorkingDirectory = \"{}\" >\n\
         step \"a\" run_command_line < \"ls note.txt\" >\n\
         step \"b\" run_command_line < \"ls note.txt\", working_directory: \"/\" >\n",
        here.display()
    );
    place.run(&sequence, &[]).ends(0);
}

/// Documented (task-sequence-variables.md, OSDDoNotLogCommand): the command line, and the name of a
/// program of a package, stand in no log.
#[test]
fn a_command_that_is_not_to_be_logged_is_told_nowhere() {
    let sequence = "step \"t\" set_variable < masked Token = secret(\"TOKEN\") >\n\
        step \"n\" set_variable < OSDDoNotLogCommand = \"TRUE\" >\n\
        step \"a\" run_command_line < \"true HIDDENWORD %Ring%\" >\n\
        step \"f\" run_command_line < \"false HIDDENFAIL\", continue_on_error: true >\n\
        step \"m\" run_command_line < \"/no/such/HIDDENPATH\", continue_on_error: true >\n\
        step \"i\" install_package < package: package(\"CEN00054\", \"P\"), program: \"HIDDENPROG\", continue_on_error: true >\n\
        step \"v\" set_variable < OSDDoNotLogCommand = \"\" >\n\
        step \"b\" run_command_line < \"true SHOWNWORD\" >\n";
    for args in [
        &["--set", "Ring=HIDDENRING"][..],
        &["--set", "Ring=HIDDENRING", "--what-if"],
    ] {
        let place = Place::new();
        place.write("lab.tasq", sequence);
        let words = [&["run", "lab.tasq", "--yes"], args].concat();
        let done = place
            .command(&words)
            .env("TASQ_SECRET_TOKEN", "xyzzy-1")
            .output();
        let done = Done::of(&done.expect("tasq starts"));
        // The shell itself says which file it does not find: that is the output of the process.
        let all = told(&place, &done).replace("/no/such/HIDDENPATH: not found", "");
        for word in ["HIDDENWORD", "HIDDENFAIL", "HIDDENPROG"] {
            assert!(!all.contains(word), "{word} in {all}");
        }
        assert!(
            all.contains("not logged: OSDDoNotLogCommand is TRUE"),
            "{all}"
        );
        assert!(all.contains("SHOWNWORD"), "{all}");
    }
}

/// Documented (task-sequence-variables.md, OSDLogPowerShellParameters): parameters are logged only
/// with it.
#[test]
#[cfg(unix)]
fn parameters_of_a_script_are_not_logged() {
    use std::os::unix::fs::PermissionsExt as _;
    let sequence = "step \"a\" run_powershell_script < \"exit 0\", execution_policy: bypass, parameters: \"-Token HIDDENPARAM\" >\n\
        step \"s\" set_variable < OSDLogPowerShellParameters = \"TRUE\" >\n\
        step \"b\" run_powershell_script < \"exit 0\", execution_policy: bypass, parameters: \"-Token SHOWNPARAM\" >\n";
    let place = Place::new();
    place.write("lab.tasq", sequence);
    let stand_in = place.write("bin/pwsh", "#!/bin/sh\nexit 0\n");
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&stand_in, mode).expect("a program");
    let path = std::env::var("PATH").unwrap_or_default();
    let path = format!("{}:{path}", place.path("bin").display());
    let done = place
        .command(&["run", "lab.tasq", "--yes"])
        .env("PATH", path)
        .output();
    let done = Done::of(&done.expect("tasq starts")).ends(0);
    let all = told(&place, &done);
    assert!(!all.contains("HIDDENPARAM"), "{all}");
    assert!(all.contains("parameters that are not logged"), "{all}");
    assert!(all.contains("SHOWNPARAM"), "{all}");
}

/// Observed in exports that tools changed: the action is what is started.
#[test]
fn the_action_of_an_export_runs() {
    let xml = r#"<sequence version="3.10"><step type="SMS_TaskSequence_RunCommandLineAction" name="Two truths" description="" runIn="WinPEandFullOS" successCodeList="0 3010" retryCount="0" runFromNet="false"><action>smsswd.exe /run: touch ./from-action</action><defaultVarList><variable name="CommandLine" property="CommandLine" hidden="true">touch ./from-variable</variable></defaultVarList></step></sequence>"#;
    let place = Place::new();
    place.write("two.xml", xml);
    place.tasq(&["run", "two.xml", "--yes"]).ends(0);
    assert!(place.path("from-action").exists());
    assert!(!place.path("from-variable").exists());
}

/// What a run would come to at once is told before it.
#[test]
fn what_if_notices_what_is_not_there() {
    let step = |command: &str| format!("step \"a\" run_command_line < {command} >\n");
    let cases = [
        (
            r#""true", working_directory: "/no/such/folder""#,
            "there is no folder /no/such/folder",
        ),
        (
            r#""/no/such/program --quiet""#,
            "there is no program /no/such/program",
        ),
        (
            r#"'"/no/such/program" --quiet'"#,
            "there is no program /no/such/program",
        ),
    ];
    for (command, words) in cases {
        let place = Place::new();
        place
            .run(&step(command), &["--what-if"])
            .ends(1)
            .says(words);
        // The run itself comes to the same.
        let told = place.run(&step(command), &["--what-if"]).all();
        let code = |text: &str| {
            let at = text
                .find("exit code ")
                .map(|at| &text[at + "exit code ".len()..]);
            at.map(|rest| rest.split_whitespace().next().unwrap_or("").to_owned())
        };
        let ran = place.run(&step(command), &[]).ends(1).all();
        assert_eq!(code(&told), code(&ran), "{told}\n{ran}");
        assert!(code(&told).is_some(), "{told}");
    }
}

/// A step before it may bring what is not there yet: nobody knows.
#[test]
fn what_if_does_not_know_what_an_earlier_step_brings() {
    let place = Place::new();
    let sequence = "step \"a\" run_command_line < \"make-it\" >\n\
        step \"b\" run_command_line < \"/no/such/program\" >\n\
        step \"c\" run_command_line < \"true\", working_directory: \"/no/such/folder\" >\n";
    place
        .run(sequence, &["--what-if"])
        .ends(0)
        .says("whether there is a program /no/such/program by then")
        .says("whether there is a folder /no/such/folder by then");
}

/// What only a shell can read is left to it.
#[test]
fn what_if_leaves_shell_lines_alone() {
    let sequence = "step \"a\" run_command_line < \"/no/such/program || true\" >\n\
        step \"b\" run_command_line < \"./relative\" >\n";
    Place::new().run(sequence, &["--what-if"]).ends(0);
}
