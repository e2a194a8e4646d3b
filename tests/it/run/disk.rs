//! Disks that are full, and folders that cannot be written.

use std::{fs, process::Command};

use super::{Place, is_root};

/// A small file system that goes away with the test.
struct Small(std::path::PathBuf);

impl Small {
    fn mount(place: &Place, size: &str) -> Option<Small> {
        let path = place.path("small");
        fs::create_dir_all(&path).expect("a folder");
        let done = Command::new("mount")
            .args(["-t", "tmpfs", "-o", size, "tmpfs"])
            .arg(&path)
            .output()
            .ok()?;
        if !done.status.success() {
            println!("skipped: no tmpfs can be mounted here");
            return None;
        }
        Some(Small(path))
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).output();
    }
}

#[test]
fn a_full_disk_stops_the_run_and_loses_nothing() {
    if !is_root("a file system of its own") {
        return;
    }
    let place = Place::new();
    let Some(small) = Small::mount(&place, "size=2m") else {
        return;
    };
    let state = small.0.join("state").display().to_string();
    let fill = small.0.join("fill").display().to_string();
    let sequence = format!(
        "step \"One\" run_command_line < \"echo one >> ran.txt\", working_directory: \"%Here%\" >\n\
         step \"Fill\" run_command_line < \"echo fill >> ran.txt; cat /dev/zero > {fill}; true\", working_directory: \"%Here%\" >\n\
         step \"Two\" run_command_line < \"echo two >> ran.txt\", working_directory: \"%Here%\" >\n"
    );
    let here = format!("Here={}", place.path("").display());
    let logs = place.path("logs").display().to_string();
    let done = place
        .run(
            &sequence,
            &["--state", &state, "--log", &logs, "--set", &here],
        )
        .ends(1);
    // What is stored between two instructions has its room: the run stops where it needs more,
    // before `Two` or at the end.
    let said = done.all();
    assert!(
        said.contains("Stopped before ")
            && said.contains("No space left")
            && said.contains("tasq resume"),
        "{said}"
    );
    assert!(
        place.read("ran.txt").starts_with("one\nfill\n"),
        "{}",
        place.read("ran.txt")
    );
    fs::remove_file(&fill).expect("space again");
    place.tasq(&["resume", "--yes", "--state", &state]).ends(0);
    assert_eq!(
        place.read("ran.txt"),
        "one\nfill\ntwo\n",
        "nothing ran twice"
    );
}

#[test]
fn a_disk_that_is_full_from_the_start_starts_nothing() {
    if !is_root("a file system of its own") {
        return;
    }
    let place = Place::new();
    let Some(small) = Small::mount(&place, "size=100k") else {
        return;
    };
    let state = small.0.join("state").display().to_string();
    let logs = place.path("logs").display().to_string();
    let done = place.run(
        "step \"One\" run_command_line < \"touch ran\" >",
        &["--state", &state, "--log", &logs],
    );
    done.ends(2).says("cannot write");
    assert!(!place.path("ran").exists());
}

#[test]
fn a_folder_that_cannot_be_made_starts_nothing() {
    let place = Place::new();
    place.write("file", "no folder");
    let state = place.path("file/state").display().to_string();
    place
        .run(
            "step \"One\" run_command_line < \"touch ran\" >",
            &["--state", &state],
        )
        .ends(2)
        .says("file is no folder");
    let log = place.path("file/logs").display().to_string();
    place
        .run(
            "step \"One\" run_command_line < \"touch ran\" >",
            &["--log", &log],
        )
        .ends(2)
        .says("file is no folder");
    assert!(!place.path("ran").exists());
}
