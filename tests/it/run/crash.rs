//! A run that is killed at any moment goes on as if nothing had been, or says which step is in
//! doubt. No step runs twice unless somebody asks for it.

use std::{
    collections::BTreeSet,
    process::{Child, Stdio},
    thread,
    time::Duration,
};

use super::{Done, Place};

/// Thirty steps, each of which leaves its number, in groups, with variables and conditions between
/// them.
fn sequence() -> String {
    let mut out = String::from("step \"Begin\" set_variable < Trail = \"begin\" >\n");
    for group in 0..4 {
        out += &format!("group \"Group {group}\" {{\n");
        for step in 0..5 {
            let number = group * 5 + step;
            out += &format!(
                "  step \"Step {number}\" run_command_line < \"echo {number} >> ran.txt; echo {number}\", \
                 working_directory: \"%Here%\", output_variable: \"Last\" >\n"
            );
            if step == 2 {
                out += &format!(
                    "  step \"Trail {number}\" set_variable < Trail = \"%Trail%-%Last%\" >\n"
                );
            }
        }
        out += "  step \"Never\" run_command_line < \"echo never >> ran.txt\" > when Last == \"none\"\n}\n";
    }
    out += "step \"End\" run_command_line < \"echo '%Trail% %Last%' > end.txt\", working_directory: \"%Here%\" >\n";
    out
}

const END: &str = "begin-2-7-12-17 19\n";

fn all() -> String {
    (0..20).map(|number| format!("{number}\n")).collect()
}

fn start(place: &Place, crash: Option<&str>) -> Child {
    place.write("lab.tasq", &sequence());
    let here = format!("Here={}", place.path("").display());
    let mut command = place.command(&["run", "lab.tasq", "--yes", "--quiet", "--set", &here]);
    if let Some(crash) = crash {
        command.env("TASQ_CRASH_AT", crash);
    }
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("tasq starts")
}

/// What became of a run that was killed, after it was taken up.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// It was over before.
    Over,
    /// It had not begun.
    NotBegun,
    /// It ended as the undisturbed run does.
    Same,
    /// A step was in doubt; nothing ran twice, and asked to, the run ended as the undisturbed one.
    Doubt,
}

fn take_up(place: &Place, what: &str) -> Outcome {
    // What was started last may still be writing.
    thread::sleep(Duration::from_millis(30));
    let mut status = place.tasq(&["status"]);
    // A process that was just being made of the killed one has its lock until it is another
    // program.
    for _ in 0..200 {
        if !status.out.contains(": running") {
            break;
        }
        thread::sleep(Duration::from_millis(50));
        status = place.tasq(&["status"]);
    }
    assert_eq!(status.code, 0, "{what}: {}", status.all());
    if status.out.contains("No run.") {
        let began = place.read("ran.txt");
        assert!(
            began.is_empty() || place.read("end.txt") == END,
            "{what}: {began}"
        );
        return if began.is_empty() {
            Outcome::NotBegun
        } else {
            Outcome::Over
        };
    }
    let doubt = status.out.contains("in doubt");
    let args: &[&str] = if doubt {
        &["resume", "--yes", "--on-interrupted", "retry"]
    } else {
        &["resume", "--yes"]
    };
    let before = place.read("ran.txt");
    let done: Done = place.tasq(args);
    assert_eq!(done.code, 0, "{what}: {}", done.all());
    assert_eq!(place.read("end.txt"), END, "{what}: {}", done.all());
    let ran = place.read("ran.txt");
    if !doubt {
        assert_eq!(ran, all(), "{what}");
        return Outcome::Same;
    }
    assert!(
        done.all().contains("its end was not stored"),
        "{what}: {}",
        done.all()
    );
    // One step may be there twice, because the test asked for it: the one that was in doubt.
    let mut lines: Vec<&str> = ran.lines().collect();
    lines.dedup();
    assert_eq!(lines.join("\n") + "\n", all(), "{what}");
    assert!(ran.lines().count() <= 21, "{what}: {ran}");
    assert!(ran.starts_with(&before), "{what}");
    Outcome::Doubt
}

#[test]
fn killed_at_each_checkpoint() {
    // Each instruction has one write before it, and the end has one.
    let whole = std::env::var_os("TASQ_CRASHES").is_some();
    let stages = ["before", "torn", "written", "stored"];
    let mut seen = BTreeSet::new();
    let mut number = 1;
    loop {
        let mut crashed = false;
        for (index, stage) in stages.iter().enumerate() {
            // A quarter of them in the usual run of the tests; all of them when asked.
            if !whole && (number + index) % 4 != 0 {
                continue;
            }
            let place = Place::new();
            let crash = format!("{number} {stage}");
            let ended = start(&place, Some(&crash)).wait().expect("it ends");
            crashed |= ended.code().is_none();
            if ended.code().is_none() {
                seen.insert(take_up(&place, &crash));
            }
        }
        if !crashed {
            break;
        }
        number += 1;
    }
    assert!(number > 30, "{number} checkpoints");
    assert!(
        seen.contains(&Outcome::Same) && seen.contains(&Outcome::Doubt),
        "{seen:?}"
    );
    println!("{} checkpoints", number - 1);
}

#[test]
fn killed_at_random_moments() {
    let count = crate::cli::crashes();
    // The shortest of three: a moment beyond the end of the run tells little, and one before its
    // beginning nothing.
    let begun = |place: &Place| {
        let mut child = start(place, None);
        while !place.path("state/run/checkpoint.json").exists()
            && child.try_wait().is_ok_and(|ended| ended.is_none())
        {
            thread::sleep(Duration::from_millis(1));
        }
        child
    };
    let once = || {
        let place = Place::new();
        let mut child = begun(&place);
        let began = std::time::Instant::now();
        assert!(child.wait().expect("it ends").success());
        began.elapsed()
    };
    let whole = (0..3).map(|_| once()).min().expect("three runs");
    // Moments from a fixed row: a failure can be had again.
    let mut number: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut tally = std::collections::BTreeMap::new();
    for round in 0..count {
        number = number
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let moment = whole.mul_f64((number >> 11) as f64 / (1_u64 << 53) as f64);
        let place = Place::new();
        let mut child = begun(&place);
        thread::sleep(moment);
        let _ = child.kill();
        let _ = child.wait();
        let outcome = take_up(&place, &format!("round {round} after {moment:?}"));
        *tally.entry(outcome).or_insert(0) += 1;
    }
    println!("{count} random moments: {tally:?}");
}

#[test]
fn without_a_word_a_step_in_doubt_has_failed() {
    let place = Place::new();
    // The third checkpoint stands before the first command.
    assert!(
        start(&place, Some("4 stored"))
            .wait()
            .expect("it ends")
            .code()
            .is_none()
    );
    let done = place.tasq(&["resume", "--yes"]).ends(1);
    let said = done.all();
    assert!(
        said.contains("A step was cut off:") && said.contains("--on-interrupted fail"),
        "{said}"
    );
    assert_eq!(place.read("ran.txt"), "");
    place.tasq(&["status"]).ends(0).says("No run.");
}

#[test]
fn a_step_in_doubt_is_skipped_when_asked() {
    let place = Place::new();
    assert!(
        start(&place, Some("4 stored"))
            .wait()
            .expect("it ends")
            .code()
            .is_none()
    );
    place
        .tasq(&["resume", "--yes", "--on-interrupted", "skip"])
        .ends(0);
    assert_eq!(
        place.read("ran.txt"),
        all().strip_prefix("0\n").expect("the rest")
    );
}

#[test]
fn a_clock_that_jumped_does_not_hide_the_end_of_a_step() {
    let place = Place::new();
    // The first command has ended, and that is not stored.
    assert!(
        start(&place, Some("5 before"))
            .wait()
            .expect("it ends")
            .code()
            .is_none()
    );
    let journal = place.read("state/run/journal.jsonl");
    assert!(journal.contains("\"time\":\"20"), "{journal}");
    place.write(
        "state/run/journal.jsonl",
        &journal.replace("\"time\":\"20", "\"time\":\"19"),
    );
    place
        .tasq(&["status"])
        .ends(0)
        .says("the journal has its end, with exit code 0");
    place
        .tasq(&["resume", "--yes", "--on-interrupted", "skip"])
        .ends(0);
    assert_eq!(place.read("ran.txt"), all(), "what had ended was not lost");
}

#[test]
fn much_to_remember_is_stored_as_well() {
    let value = "x".repeat(4000);
    let mut sequence: String = (10..40)
        .map(|number| format!("step \"Set {number}\" set_variable < V{number} = \"{value}\" >\n"))
        .collect();
    sequence += "step \"Count\" run_command_line < \"echo '%V10%%V39%' | tr -d '[:space:]' | wc -c > count.txt\", working_directory: \"%Here%\" >\n";
    for crash in ["25 torn", "26 stored", "31 torn", "32 written"] {
        let place = Place::new();
        place.write("lab.tasq", &sequence);
        let here = format!("Here={}", place.path("").display());
        let mut command = place.command(&["run", "lab.tasq", "--yes", "--quiet", "--set", &here]);
        command
            .env("TASQ_CRASH_AT", crash)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        assert!(
            command.status().expect("tasq starts").code().is_none(),
            "{crash}"
        );
        let size = std::fs::metadata(place.path("state/run/moments"))
            .expect("the moments")
            .len();
        assert!(size > 128 * 1024, "{crash}: the places have grown: {size}");
        place
            .tasq(&["resume", "--yes", "--on-interrupted", "retry"])
            .ends(0);
        assert_eq!(place.read("count.txt").trim(), "8000", "{crash}");
    }
}

#[test]
fn without_room_for_moments_each_of_them_is_a_checkpoint() {
    let place = Place::new();
    place.write("lab.tasq", &sequence());
    // Nothing can be put where the places would be.
    place.write("state/.tasq-state", "");
    place.write("state/run/moments/hindrance", "");
    let here = format!("Here={}", place.path("").display());
    let mut command = place.command(&["run", "lab.tasq", "--yes", "--quiet", "--set", &here]);
    command
        .env("TASQ_CRASH_AT", "9 stored")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    assert!(command.status().expect("tasq starts").code().is_none());
    assert_eq!(take_up(&place, "no places"), Outcome::Doubt);
}
