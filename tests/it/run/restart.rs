//! A computer that really restarts: a PID namespace, whose first process starts the run, and which
//! `reboot(2)` ends.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    process::{Command, Output},
};

use super::{Place, is_root};

const SEQUENCE: &str = "step \"Before\" run_command_line < \"echo before >> ran.txt\", working_directory: \"%Here%\" >\n\
    step \"Keep\" set_variable < Kept = \"yes\" >\n\
    step \"Restart\" restart_computer < message: \"Soon.\", message_timeout: 1s >\n\
    step \"After\" run_command_line < \"echo after %Kept% >> ran.txt\", working_directory: \"%Here%\" >\n\
    step \"Again\" set_variable < SMSTSRebootRequested = \"HD\" >\n\
    step \"End\" run_command_line < \"echo end >> ran.txt\", working_directory: \"%Here%\" >\n";

/// What this computer does when it starts: the run, or what is left of it.
fn boot(place: &Place) -> Output {
    let tasq = place.command(&[]);
    let environment: Vec<_> = tasq
        .get_envs()
        .filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())))
        .collect();
    let mut command = Command::new("unshare");
    command.args(["--pid", "--fork", "--mount-proc", "--", "sh", "./boot.sh"]);
    command
        .current_dir(place.path(""))
        .envs(environment)
        .output()
        .expect("unshare starts")
}

#[test]
fn a_run_goes_on_after_the_computer_restarted() {
    if !is_root("a PID namespace") {
        return;
    }
    let place = Place::new();
    place.write("lab.tasq", SEQUENCE);
    let here = place.path("").display().to_string();
    let script = format!(
        "if [ -e state/run/checkpoint.json ]; then tasq resume --yes > out.txt 2>&1; \
         else tasq run lab.tasq --yes --set Here='{here}' --set SMSTSRebootDelay=0 --set SMSTSRebootDelayNext=0 > out.txt 2>&1; fi\necho $? > code.txt\nsleep 5\n"
    );
    let path = place.write("boot.sh", &script);
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("rights");

    let first = boot(&place);
    if String::from_utf8_lossy(&first.stderr).contains("unshare failed") {
        println!("skipped: no namespaces here");
        return;
    }
    let said = place.read("out.txt");
    // Process 1 was ended by a signal, as the kernel does it for a restart.
    assert!(!first.status.success(), "{said}");
    assert_eq!(place.read("ran.txt"), "before\n", "{said}");
    assert!(said.contains("Soon."), "{said}");

    boot(&place);
    assert_eq!(
        place.read("ran.txt"),
        "before\nafter yes\n",
        "{}",
        place.read("out.txt")
    );

    let third = boot(&place);
    assert!(third.status.success(), "{}", place.read("out.txt"));
    assert_eq!(
        place.read("ran.txt"),
        "before\nafter yes\nend\n",
        "{}",
        place.read("out.txt")
    );
    assert_eq!(place.read("code.txt"), "0\n");
    assert!(
        place.log().contains("Execution engine result code: Reboot"),
        "{}",
        place.log()
    );
}
