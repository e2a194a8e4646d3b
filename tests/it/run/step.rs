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
    let line = format!("{TASQ} run lab.tasq --set Here={} {args}", place.path("").display());
    let mut command = Command::new("script");
    command.args(["-qec", &line, "/dev/null"]).current_dir(place.path(""));
    for (name, value) in environment.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("script starts");
    let mut input = child.stdin.take().expect("its input");
    for answer in answers.split_inclusive('\n') {
        std::thread::sleep(std::time::Duration::from_millis(700));
        let _ = input.write_all(answer.as_bytes()).and_then(|()| input.flush());
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
    typed(&place, "", "n\n").ends(2).says("Run it on this computer?").says("3 Run Command Line");
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
    typed(&place, "--yes --step", "c\nr\nc\ns\nset X=1\nv\nq\n").ends(1).says("X = \"1\"").says("tasq resume");
    assert_eq!(place.read("done.txt"), "one\none\n");
    place.tasq(&["resume", "--yes"]).ends(0);
    assert_eq!(place.read("done.txt"), "one\none\nthree 1\n");
}
