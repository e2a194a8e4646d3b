//! Somebody at a terminal: the question before a run, and the pauses of `--step`.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use super::{Done, Place, TASQ, has};

const THREE: &str = "step \"One\" run_command_line < \"echo one >> done.txt\", working_directory: \"%Here%\" >\n\
    step \"Two\" run_command_line < \"echo two >> done.txt\", working_directory: \"%Here%\" >\n\
    step \"Three\" run_command_line < \"echo three %X% >> done.txt\", working_directory: \"%Here%\" >\n";

/// The program on a terminal, with these answers.
fn typed(place: &Place, args: &str, answers: &str) -> Done {
    let environment = place.command(&[]);
    let line = format!(
        "{TASQ} run lab.tasq --set Here={} {args}",
        place.path("").display()
    );
    let mut command = Command::new("script");
    command
        .args(["-qec", &line, "/dev/null"])
        .current_dir(place.path(""));
    for (name, value) in environment.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("script starts");
    let mut input = child.stdin.take().expect("its input");
    for answer in answers.split_inclusive('\n') {
        std::thread::sleep(std::time::Duration::from_millis(700));
        let _ = input
            .write_all(answer.as_bytes())
            .and_then(|()| input.flush());
    }
    let output = child.wait_with_output();
    Done::of(&output.expect("it ends"))
}

#[test]
fn somebody_is_asked_first() {
    if !has("script") {
        return;
    }
    let place = Place::new();
    place.write("lab.tasq", THREE);
    typed(&place, "", "n\n")
        .ends(2)
        .says("Run it on this computer?")
        .says("3 Run Command Line");
    assert_eq!(place.read("done.txt"), "");
    typed(&place, "", "y\n").ends(0);
    assert_eq!(place.read("done.txt"), "one\ntwo\nthree %X%\n");
}

#[test]
fn pauses_let_somebody_skip_set_repeat_and_leave() {
    if !has("script") {
        return;
    }
    let place = Place::new();
    place.write("lab.tasq", THREE);
    // One, one again, not two, X for three, and away before it.
    typed(&place, "--yes --step", "c\nr\nc\ns\nset X=1\nv\nq\n")
        .ends(1)
        .says("X = \"1\"")
        .says("tasq resume");
    assert_eq!(place.read("done.txt"), "one\none\n");
    place.tasq(&["resume", "--yes"]).ends(0);
    assert_eq!(place.read("done.txt"), "one\none\nthree 1\n");
}

/// Prints in pieces with time between, and fails at the end.
const TALKS: &str =
    "step \"Talks\" run_command_line < \"echo first; sleep 3; echo second; exit 5\" >\n";

#[test]
fn the_output_of_a_step_is_shown_on_demand() {
    if !has("script") {
        return;
    }
    let place = Place::new();
    place.write("lab.tasq", TALKS);
    // The bar counts seconds; nothing of the output is there before the step has failed.
    let silent = typed(&place, "--yes", "").ends(1);
    let (before, after) = silent
        .out
        .split_once("failed: \"Talks\" with exit code 5")
        .expect("it fails");
    assert!(
        before.contains("[1/1   0% 00:00] Talks") && before.contains("(1 s)"),
        "{before}"
    );
    assert!(!before.contains("first"), "{before}");
    assert!(
        after.contains("  | first") && after.contains("  | second"),
        "{after}"
    );
    // Enter shows it as it comes.
    let shown = typed(&place, "--yes", "\n").ends(1);
    let (before, after) = shown
        .out
        .split_once("failed: \"Talks\" with exit code 5")
        .expect("it fails");
    assert!(
        before.contains("first") && before.contains("second"),
        "{before}"
    );
    assert!(!after.contains("  | "), "{after}");
}

#[test]
fn a_countdown_is_shortened_and_not_lost() {
    if !has("script") {
        return;
    }
    let place = Place::new();
    place.write(
        "lab.tasq",
        "step \"Restart\" restart_computer < message: \"Save your work\", message_timeout: 60s >\nstep \"After\" run_command_line < \"true\" >\n",
    );
    // It is ended in the middle of the countdown: the restart is still waited for.
    let mut command = place.command(&["run", "lab.tasq", "--yes"]);
    let mut child = command.stdout(Stdio::piped()).spawn().expect("tasq starts");
    std::thread::sleep(std::time::Duration::from_secs(2));
    child.kill().expect("it is ended");
    let said = child.wait_with_output().expect("its output");
    let said = String::from_utf8_lossy(&said.stdout);
    assert!(
        said.contains("Save your work") && said.contains("restart in 60 seconds"),
        "{said}"
    );
    place.tasq(&["status"]).ends(0).says("waits for a restart");
    place
        .tasq(&["resume", "--yes", "--no-restart"])
        .ends(3)
        .says("must restart");
    place.tasq(&["cancel", "--yes"]).ends(0);
}
