//! A program of a step outlives a run that is killed. The run that is taken up finds it: no program
//! is there twice, and none is lost.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant},
};

use super::{Done, Place};

/// Notes when it begins and ends, and whether another one is at work.
const PROGRAM: &str = r#"#!/bin/sh
exec 9> lock
flock -n 9 || echo "twice $1" >> faults.txt
echo "begins $1" >> ran.txt
sleep "$2"
echo "ends $1" >> ran.txt
"#;

fn begin(place: &Place, sequence: &str) -> Child {
    let program = place.write("work.sh", PROGRAM);
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("a program");
    place.write("lab.tasq", sequence);
    let here = format!("Here={}", place.path("").display());
    place
        .command(&["run", "lab.tasq", "--yes", "--quiet", "--set", &here])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("tasq starts")
}

fn kill(mut child: Child) {
    let _ = child.kill();
    child.wait().expect("it ends");
}

/// Kills a run whose first step is at work.
fn killed_at_work(sequence: &str) -> Place {
    let place = Place::new();
    let mut child = begin(&place, sequence);
    while !place.read("ran.txt").contains("begins") {
        assert!(child.try_wait().expect("its state").is_none(), "it is over");
        thread::sleep(Duration::from_millis(5));
    }
    kill(child);
    place
}

fn resume(place: &Place, what: &str) -> Done {
    place.tasq(&["resume", "--yes", "--on-interrupted", what])
}

fn one(line: &str) -> String {
    format!(
        "step \"One\" run_command_line < \"{line}\", working_directory: \"%Here%\", continue_on_error: true >\n\
         step \"Two\" run_command_line < \"./work.sh two 0\", working_directory: \"%Here%\" >\n"
    )
}

/// A shell, a program, and one that throws its environment away.
const LINES: &[&str] = &[
    "./work.sh N T",
    "true && ./work.sh N T; true",
    "env -i PATH=/usr/bin:/bin ./work.sh N T",
];

fn line(kind: usize, number: usize, time: &str) -> String {
    LINES[kind % LINES.len()]
        .replace('N', &number.to_string())
        .replace('T', time)
}

#[test]
fn a_program_that_outlived_its_run_is_waited_for() {
    let place = killed_at_work(&one("./work.sh one 2"));
    place
        .tasq(&["status"])
        .ends(0)
        .says("its program is still running (process ");
    place
        .tasq(&["resume", "--yes"])
        .ends(0)
        .says("the program is waited for");
    assert_eq!(
        place.read("ran.txt"),
        "begins one\nends one\nbegins two\nends two\n"
    );
    assert_eq!(place.read("faults.txt"), "");
    let log = place.read("state/logs/smsts.log");
    assert!(log.contains("its program is still running"), "{log}");
}

#[test]
fn a_program_that_outlived_its_run_is_ended_before_it_runs_again() {
    for kind in 0..LINES.len() {
        let place = killed_at_work(&one(&line(kind, 1, "2")));
        resume(&place, "retry")
            .ends(0)
            .says("what is still running is ended before it runs again");
        let ran = place.read("ran.txt");
        let begun = ran.matches("begins 1").count();
        assert_eq!(
            (begun, ran.matches("ends 1").count()),
            (2, 1),
            "{kind}: {ran}"
        );
        assert_eq!(place.read("faults.txt"), "", "{kind}");
    }
}

#[test]
fn a_program_that_outlived_its_run_goes_on_beside_it_when_its_step_is_skipped() {
    let place = killed_at_work(&one("./work.sh one 2"));
    resume(&place, "skip")
        .ends(0)
        .says("its program is still running (process ")
        .says("is left alone, and the run goes on beside it");
    assert_eq!(place.read("faults.txt"), "twice two\n");
    let until = Instant::now() + Duration::from_secs(60);
    while !place.read("ran.txt").contains("ends one") {
        assert!(Instant::now() < until, "it goes on");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn what_outlived_a_run_that_is_given_up_is_named() {
    let place = killed_at_work(&one("./work.sh one 1"));
    place
        .tasq(&["cancel", "--yes"])
        .ends(0)
        .says("The step that was cut off is left alone: its program is still running");
}

#[test]
fn a_program_that_outlived_its_run_has_no_longer_than_its_step() {
    let sequence = one("./work.sh one 600").replacen(
        "working_directory",
        "timeout: 1min, working_directory",
        1,
    );
    let place = killed_at_work(&sequence);
    // As if it had been at work for long.
    let note = place.read("state/run/process");
    assert!(note.contains("\"time_out\":60"), "{note}");
    let shorter = note.replacen("\"time_out\":60", "\"time_out\":0 ", 1);
    fs::write(place.path("state/run/process"), shorter).expect("written");
    place.tasq(&["resume", "--yes"]).ends(0);
    assert_eq!(place.read("ran.txt"), "begins one\nbegins two\nends two\n");
}

#[test]
fn what_the_step_before_left_running_is_not_the_one_that_was_cut_off() {
    let sequence = "step \"Service\" run_command_line < \"(sleep 3; echo served >> served.txt) > /dev/null 2>&1 &\", working_directory: \"%Here%\" >\n".to_owned()
        + &one("./work.sh one 1");
    let place = killed_at_work(&sequence);
    resume(&place, "retry").ends(0);
    let until = Instant::now() + Duration::from_secs(60);
    while place.read("served.txt").is_empty() {
        assert!(Instant::now() < until, "the service was ended");
        thread::sleep(Duration::from_millis(20));
    }
}

/// `TASQ_CRASHES` says how often.
#[test]
fn killed_at_random_moments_no_program_runs_twice_at_once() {
    let count = crate::cli::crashes();
    let sequence: String = (0..6)
        .map(|number| {
            let line = line(number, number, "0.05");
            format!("step \"Step {number}\" run_command_line < \"{line}\", working_directory: \"%Here%\" >\n")
        })
        .collect();
    let begun = Instant::now();
    assert!(
        begin(&Place::new(), &sequence)
            .wait()
            .expect("it ends")
            .success()
    );
    let whole = begun.elapsed();
    // Moments from a fixed row: a failure can be had again.
    let mut number: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut at_work = 0;
    for round in 0..count {
        number = number
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let moment = whole.mul_f64((number >> 11) as f64 / (1_u64 << 53) as f64);
        let place = Place::new();
        let child = begin(&place, &sequence);
        thread::sleep(moment);
        kill(child);
        let status = place.tasq(&["status"]);
        at_work += u32::from(status.out.contains("still running"));
        if status.out.contains("No run.") {
            let ran = place.read("ran.txt");
            assert!(ran.is_empty() || ran.contains("ends 5"), "{round}: {ran}");
            continue;
        }
        resume(&place, "retry").ends(0);
        assert_eq!(
            place.read("faults.txt"),
            "",
            "round {round} after {moment:?}"
        );
        let ran = place.read("ran.txt");
        for step in 0..6 {
            assert!(ran.contains(&format!("ends {step}\n")), "{round}: {ran}");
        }
    }
    println!("{count} random moments, in {at_work} a program was at work");
    assert!(at_work > 0, "no program was at work");
}
