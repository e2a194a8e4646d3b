//! What a stored run is taken up with: the same sequence, a version that is known, secrets again.

use super::Place;

/// A run that waits: it was to restart, and was told not to.
const WAITS: &str = "step \"Before\" set_variable < X = \"1\" >\nstep \"Restart\" restart_computer < message_timeout: 0s >\nstep \"After\" run_command_line < \"echo after %X%\" >\n";

fn waiting(place: &Place) {
    place.run(WAITS, &["--no-restart"]).ends(3);
}

/// As if the computer had restarted since.
fn restarted(place: &Place) {
    let path = place.path("state/run/checkpoint.json");
    let text = std::fs::read_to_string(&path).expect("the checkpoint");
    let mut value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    value["boot_id"] = "another".into();
    std::fs::write(&path, value.to_string()).expect("it is written");
}

#[test]
fn a_run_goes_on_after_a_restart_and_not_before() {
    let place = Place::new();
    waiting(&place);
    place
        .tasq(&["resume", "--yes"])
        .ends(3)
        .says("must restart");
    restarted(&place);
    place.tasq(&["resume", "--yes"]).ends(0).says("after 1");
    place
        .tasq(&["resume", "--yes"])
        .ends(2)
        .says("no run waits");
}

#[test]
fn another_sequence_is_refused() {
    let place = Place::new();
    waiting(&place);
    restarted(&place);
    place.write(
        "lab.tasq",
        &format!("{WAITS}step \"More\" run_command_line < \"true\" >\n"),
    );
    place
        .tasq(&["resume", "--yes"])
        .ends(2)
        .says("is not the sequence that the run began with");
    // A comment is no other sequence.
    place.write("lab.tasq", &format!("# The same.\n{WAITS}"));
    place.tasq(&["resume", "--yes"]).ends(0);
}

#[test]
fn a_checkpoint_of_another_version_or_a_damaged_one_is_refused() {
    let place = Place::new();
    waiting(&place);
    let path = place.path("state/run/checkpoint.json");
    let text = std::fs::read_to_string(&path).expect("the checkpoint");
    std::fs::write(
        &path,
        text.replacen("\"format_version\":2", "\"format_version\":3", 1),
    )
    .expect("written");
    place.tasq(&["resume", "--yes"]).ends(2).says("version 3");
    std::fs::write(&path, &text[..text.len() / 2]).expect("written");
    place.tasq(&["resume", "--yes"]).ends(2).says("is damaged");
    place.tasq(&["cancel", "--yes"]).ends(0).says("given up");
}

#[test]
fn status_can_be_json() {
    let place = Place::new();
    place
        .tasq(&["status", "--output-format", "json"])
        .ends(0)
        .says("\"none\"");
    waiting(&place);
    let done = place.tasq(&["status", "--output-format", "json"]).ends(0);
    let value: serde_json::Value = serde_json::from_str(&done.out).expect("JSON");
    assert_eq!(value["state"], "waits for a restart");
    assert_eq!(value["title"], "lab");
}
