//! How a run begins and ends: what it says first, exit codes, parts of a sequence, one at a time.

use std::{fs, process::Stdio, thread, time::Duration};

use super::Place;

const TWO: &str = "step \"One\" run_command_line < \"echo one >> done.txt\", working_directory: \"%Here%\" >\n\
    step \"Two\" run_command_line < \"echo two >> done.txt\", working_directory: \"%Here%\" >\n";

fn here(place: &Place) -> String {
    format!("Here={}", place.path("").display())
}

#[test]
fn the_first_thing_that_is_said_is_where_the_log_is() {
    let place = Place::new();
    let done = place.run(TWO, &["--set", &here(&place)]).ends(0);
    let first = done.out.lines().next().expect("a line");
    assert_eq!(
        first,
        format!("Log: {}", place.path("state/logs/smsts.log").display())
    );
    assert_eq!(place.read("done.txt"), "one\ntwo\n");
    assert!(done.out.contains("[1/2   0% "), "{}", done.out);
    assert!(done.out.contains("[2/2  50% "), "{}", done.out);
    assert!(
        !place.path("state/run").exists(),
        "nothing of the run is left"
    );
    assert_eq!(
        fs::read_dir(place.path("state/history"))
            .expect("the history")
            .count(),
        1
    );
}

#[test]
fn exit_codes_tell_success_failure_and_what_was_not_started() {
    let place = Place::new();
    place
        .run("step \"Good\" run_command_line < \"true\" >", &[])
        .ends(0);
    place
        .run("step \"Bad\" run_command_line < \"exit 5\" >", &[])
        .ends(1)
        .says("failed: \"Bad\" with exit code 5");
    place.run("step \"Bad\" run_command_line <", &[]).ends(2);
    place.tasq(&["run", "gone.tasq", "--yes"]).ends(2);
    // Nobody can be asked here.
    place.write("lab.tasq", TWO);
    place.tasq(&["run", "lab.tasq"]).ends(2).says("--yes");
    assert_eq!(place.read("done.txt"), "");
}

#[test]
fn a_restart_that_nobody_asked_for_has_its_own_code() {
    let place = Place::new();
    let sequence = "step \"Updates\" run_command_line < \"exit 3010\", success_codes: \"0 3010 194\" >\nstep \"After\" run_command_line < \"true\" >";
    // A shell's exit code has a byte: 3010 is 194 here, and the engine does not take it for a
    // restart.
    place.run(sequence, &["--no-restart"]).ends(0);
    let sequence = "step \"Restart\" restart_computer < message_timeout: 0s >\nstep \"After\" run_command_line < \"true\" >";
    place
        .run(sequence, &["--no-restart"])
        .ends(3)
        .says("tasq resume");
    place.tasq(&["status"]).ends(0).says("waits for a restart");
    place.run(TWO, &[]).ends(2).says("tasq resume");
    place.tasq(&["cancel", "--yes"]).ends(0);
    place.tasq(&["status"]).ends(0).says("No run.");
}

#[test]
fn a_part_of_a_sequence_runs_alone() {
    let place = Place::new();
    let sequence = format!(
        "{TWO}step \"Three\" run_command_line < \"echo three >> done.txt\", working_directory: \"%Here%\" >\n"
    );
    let here = here(&place);
    place
        .run(
            &sequence,
            &["--set", &here, "--from", "Two", "--until", "Two"],
        )
        .ends(0)
        .says("Done as far as was wanted");
    assert_eq!(place.read("done.txt"), "two\n");
    place
        .run(&sequence, &["--set", &here, "--from", "Twoo"])
        .ends(2)
        .says("did you mean \"Two\"?");
}

#[test]
fn steps_that_tasq_cannot_carry_out_stop_the_plan() {
    let place = Place::new();
    let sequence = "step \"Disk\" format_and_partition_disk < partitions: [] >\nstep \"One\" run_command_line < \"true\" >";
    let text = if place.tasq(&["vocabulary", "join_domain_or_workgroup"]).code == 0 {
        "step \"Join\" join_domain_or_workgroup < workgroup: \"LAB\" >\nstep \"One\" run_command_line < \"true\" >"
    } else {
        sequence
    };
    place.run(text, &[]).ends(2).says("Tasq cannot carry out");
    place
        .run(text, &["--skip-unknown"])
        .ends(0)
        .says("passed over");
}

#[test]
fn one_run_at_a_time() {
    let place = Place::new();
    place.write("lab.tasq", "step \"Wait\" run_command_line < \"sleep 3\" >");
    let mut first = place
        .command(&["run", "lab.tasq", "--yes", "--quiet"])
        .stdout(Stdio::null())
        .spawn()
        .expect("tasq starts");
    thread::sleep(Duration::from_millis(1200));
    place
        .tasq(&["run", "lab.tasq", "--yes"])
        .ends(2)
        .says("another run is on");
    place
        .tasq(&["status"])
        .ends(0)
        .says("running")
        .says("in work: \"Wait\"");
    assert!(first.wait().expect("it ends").success());
    place.tasq(&["run", "lab.tasq", "--what-if"]).ends(0);
}

#[test]
fn a_run_is_cancelled_while_a_silent_step_works() {
    let place = Place::new();
    place.write(
        "lab.tasq",
        "step \"Wait\" run_command_line < \"sleep 60\" >\nstep \"Never\" run_command_line < \"touch never\" >",
    );
    let first = place
        .command(&["run", "lab.tasq", "--yes"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("tasq starts");
    thread::sleep(Duration::from_millis(1200));
    let began = std::time::Instant::now();
    place
        .tasq(&["cancel", "--yes"])
        .ends(0)
        .says("ends as soon as it can");
    let ended = first.wait_with_output().expect("it ends");
    assert_eq!(ended.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&ended.stdout).contains("Cancelled"));
    assert!(
        began.elapsed() < Duration::from_secs(20),
        "{:?}",
        began.elapsed()
    );
    assert!(!place.path("never").exists());
    place.tasq(&["status"]).ends(0).says("No run.");
}

#[test]
fn the_start_up_entry_is_there_while_the_run_is_and_not_after() {
    let place = Place::new();
    let sequence = format!(
        "step \"Look\" run_command_line < \"ls {}/*.service > seen.txt; true\", working_directory: \"%Here%\" >",
        place.path("units").display()
    );
    let here = here(&place);
    place.run(&sequence, &["--set", &here]).ends(0);
    assert!(
        place.read("seen.txt").contains(".service"),
        "{}",
        place.read("seen.txt")
    );
    let left = fs::read_dir(place.path("units")).map_or(0, |list| {
        list.flatten()
            .filter(|entry| entry.path().is_file())
            .count()
    });
    assert_eq!(left, 0);
    place
        .run(&sequence, &["--set", &here, "--no-resume-entry"])
        .ends(0);
    assert_eq!(place.read("seen.txt"), "");
}

#[test]
fn a_time_out_ends_the_whole_tree() {
    let place = Place::new();
    let sequence = "step \"Slow\" run_command_line < \"sh -c 'sleep 30; touch late' & sleep 30\", timeout: 1s >";
    place.run(sequence, &[]).ends(1);
    assert!(
        place.log().contains("longer than its time-out"),
        "{}",
        place.log()
    );
}

/// What Ctrl-C sends.
fn interrupt(child: &std::process::Child) {
    send(child, rustix::process::Signal::INT);
}

fn send(child: &std::process::Child, signal: rustix::process::Signal) {
    let pid = i32::try_from(child.id())
        .ok()
        .and_then(rustix::process::Pid::from_raw)
        .expect("a process");
    rustix::process::kill_process(pid, signal).expect("it is there");
}

#[test]
fn ctrl_c_ends_the_step_and_leaves_the_run_where_it_is() {
    let place = Place::new();
    let sequence = "step \"Begin\" set_variable < X = \"1\" >\n\
        step \"Slow\" run_command_line < \"sleep 12; touch late\", working_directory: \"%Here%\" >\n\
        step \"End\" run_command_line < \"touch end%X%\", working_directory: \"%Here%\" >\n";
    place.write("lab.tasq", sequence);
    let here = here(&place);
    let mut command = place.command(&["run", "lab.tasq", "--yes", "--set", &here]);
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("tasq starts");
    let began = std::time::Instant::now();
    while !place.tasq(&["status"]).out.contains("in work: \"Slow\"") {
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "it does not begin"
        );
    }
    interrupt(&child);
    let done = super::Done::of(&child.wait_with_output().expect("it ends")).ends(1);
    assert!(
        done.all().contains("tasq resume") && done.all().contains("the run is left"),
        "{}",
        done.all()
    );
    place
        .tasq(&["status"])
        .ends(0)
        .says("in doubt")
        .says("\"Slow\" was begun at");
    thread::sleep(Duration::from_secs(13));
    assert!(
        !place.path("late").exists(),
        "the step's processes have ended"
    );
    place
        .tasq(&["resume", "--yes", "--on-interrupted", "skip"])
        .ends(0);
    assert!(place.path("end1").exists() && !place.path("late").exists());
}

#[test]
fn ctrl_c_in_a_countdown_keeps_the_restart() {
    let place = Place::new();
    place.write(
        "lab.tasq",
        "step \"Restart\" restart_computer < message_timeout: 60s >\nstep \"After\" run_command_line < \"true\" >\n",
    );
    let child = place
        .command(&["run", "lab.tasq", "--yes"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("tasq starts");
    let began = std::time::Instant::now();
    while !place.tasq(&["status"]).out.contains("restarting") {
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "it does not begin"
        );
    }
    thread::sleep(Duration::from_millis(500));
    interrupt(&child);
    super::Done::of(&child.wait_with_output().expect("it ends")).ends(3);
    place.tasq(&["status"]).ends(0).says("waits for a restart");
    place.tasq(&["cancel", "--yes"]).ends(0);
}

#[test]
fn sigterm_and_sighup_end_the_step_as_ctrl_c_does() {
    for signal in [rustix::process::Signal::TERM, rustix::process::Signal::HUP] {
        let place = Place::new();
        let line = "echo $$ > began; sh -c 'sleep 60; touch late' & sleep 60; touch late";
        let step = format!(
            "step \"Slow\" run_command_line < \"{line}\", working_directory: \"%Here%\" >\n"
        );
        place.write("lab.tasq", &step);
        let here = here(&place);
        let mut command = place.command(&["run", "lab.tasq", "--yes", "--set", &here]);
        let child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("tasq starts");
        let began = std::time::Instant::now();
        while !place.read("began").ends_with('\n') {
            thread::sleep(Duration::from_millis(20));
            assert!(
                began.elapsed() < Duration::from_secs(20),
                "it does not begin"
            );
        }
        send(&child, signal);
        // It holds the pipes until the last of the step's processes has ended.
        let done = super::Done::of(&child.wait_with_output().expect("it ends")).ends(1);
        assert!(done.all().contains("the run is left"), "{}", done.all());
        let process = format!("/proc/{}", place.read("began").trim());
        assert!(!std::path::Path::new(&process).exists(), "the step goes on");
        place.tasq(&["status"]).ends(0).says("in doubt");
    }
}

#[test]
fn a_folder_that_others_can_write_or_that_is_a_link_is_refused() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let place = Place::new();
    place.write("lab.tasq", TWO);
    let open = place.path("open");
    fs::create_dir(&open).expect("a folder");
    fs::set_permissions(&open, fs::Permissions::from_mode(0o777)).expect("a mode");
    fs::create_dir(place.path("own")).expect("a folder");
    symlink("own", place.path("link")).expect("a link");
    symlink("../own", place.path("open/link")).expect("a link");
    let here = here(&place);
    for (folder, why) in [
        ("open", "can be written by other accounts"),
        ("open/below", "can be written by other accounts"),
        ("link", "it is a link"),
        ("link/", "it is a link"),
        ("link/.", "it is a link"),
        ("lab.tasq", "it is there, and no folder"),
        ("lab.tasq/below", "lab.tasq is no folder"),
        ("open/link/below", "can be written by other accounts"),
    ] {
        for option in ["--state", "--log"] {
            let args = ["run", "lab.tasq", "--yes", "--set", &here, option, folder];
            place.tasq(&args).ends(2).says(why);
        }
        for verb in ["status", "resume", "cancel"] {
            place.tasq(&[verb, "--state", folder]).ends(2).says(why);
        }
    }
    assert_eq!(place.read("done.txt"), "");
    let left = fs::read_dir(&open).expect("a folder").count();
    assert_eq!(left, 1, "nothing is written there but the link");
}

#[test]
fn a_folder_that_holds_what_no_run_made_is_not_emptied() {
    let place = Place::new();
    place.write("lab.tasq", TWO);
    for file in ["other/run/mine", "other/history/1.jsonl"] {
        place.write(file, "mine");
    }
    let here = here(&place);
    let args = ["run", "lab.tasq", "--yes", "--set", &here, "--state"];
    let run = |folder| [&args[..], &[folder]].concat();
    place
        .tasq(&run("other"))
        .ends(2)
        .says("it holds other things");
    for verb in ["status", "resume", "cancel"] {
        let done = place.tasq(&[verb, "--state", "other"]);
        done.ends(2).says("it holds other things");
    }
    for file in ["other/run/mine", "other/history/1.jsonl"] {
        assert_eq!(place.read(file), "mine", "{file}");
    }
    place.tasq(&run("own")).ends(0);
    std::os::unix::fs::symlink("../other/run", place.path("own/run")).expect("a link");
    place.tasq(&run("own")).ends(2).says("run in it is a link");
    assert_eq!(place.read("other/run/mine"), "mine");
}

#[test]
fn a_link_or_a_pipe_in_the_place_of_a_file_of_the_run_is_not_opened() {
    let place = Place::new();
    place.write("lab.tasq", TWO);
    place.write("other.txt", "other");
    let here = here(&place);
    let args = ["run", "lab.tasq", "--yes", "--set", &here];
    place.tasq(&args).ends(0);
    for file in ["state/lock", "state/logs/smsts.log"] {
        let path = place.path(file);
        fs::remove_file(&path).expect("it was there");
        std::os::unix::fs::symlink(place.path("other.txt"), &path).expect("a link");
        place.tasq(&args).ends(2).says("it is a link");
        fs::remove_file(&path).expect("a link");
        let made = std::process::Command::new("mkfifo").arg(&path).status();
        assert!(made.is_ok_and(|made| made.success()));
        place.tasq(&args).ends(2).says("cannot write");
        fs::remove_file(&path).expect("a pipe");
    }
    assert_eq!(place.read("other.txt"), "other");
    place.tasq(&args).ends(0);
}

#[test]
fn a_run_with_nohup_outlives_its_session() {
    let place = Place::new();
    let step = "step \"Slow\" run_command_line < \"echo > began; sleep 2\", working_directory: \"%Here%\" >\n";
    place.write("lab.tasq", step);
    let here = here(&place);
    let run = place.command(&["run", "lab.tasq", "--yes", "--set", &here]);
    let mut command = std::process::Command::new("nohup");
    command.arg(run.get_program()).args(run.get_args());
    command.current_dir(place.path(""));
    for (name, value) in run.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("nohup starts");
    let began = std::time::Instant::now();
    while !place.path("began").exists() {
        thread::sleep(Duration::from_millis(20));
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "it does not begin"
        );
    }
    send(&child, rustix::process::Signal::HUP);
    super::Done::of(&child.wait_with_output().expect("it ends")).ends(0);
}
