//! What scripts may do with the variables of their run.

use super::Place;

#[test]
fn a_script_reads_and_sets_variables() {
    let place = Place::new();
    let sequence = "step \"Set\" set_variable < Ring = \"pilot\" >\n\
        step \"Script\" run_command_line < \"test $(tasq variable get ring) = pilot && tasq variable set Ring broad && tasq variable set Gone '' && test $(tasq variable get RING) = broad\" >\n\
        step \"After\" run_command_line < \"test %Ring% = broad\" > when Ring == \"broad\"\n";
    place.run(sequence, &["--set", "Gone=here"]).ends(0);
    let log = place.log();
    assert!(
        log.contains("Set a global environment variable Ring=broad"),
        "{log}"
    );
    assert!(
        log.contains("Successfully completed the action (After)"),
        "{log}"
    );
}

#[test]
fn read_only_names_and_bad_names_are_refused() {
    let place = Place::new();
    let sequence = "step \"Script\" run_command_line < \"tasq variable set _SMSTSType 2; echo first $?; tasq variable set 'no name' x; echo second $?; tasq variable get NotThere; echo third $?\" >";
    let done = place.run(sequence, &[]).ends(0);
    for said in [
        "_SMSTSType is read-only",
        "first 2",
        "is no name of a variable",
        "second 2",
        "third 1",
    ] {
        assert!(done.all().contains(said), "no {said:?} in {}", done.all());
    }
}

#[test]
fn the_channel_belongs_to_the_run() {
    let place = Place::new();
    place
        .tasq(&["variable", "get", "X"])
        .ends(2)
        .says("TASQ_RUN");
    // Another key at the run's own address.
    let sequence = "step \"Script\" run_command_line < \"TASQ_RUN=$(dirname $TASQ_RUN)/00 tasq variable get _SMSTSType; echo code $?; TASQ_RUN=192.0.2.1:1/00 tasq variable list; echo other $?\" >";
    let done = place.run(sequence, &[]).ends(0);
    for said in [
        "not the key of the run",
        "code 2",
        "does not name a run",
        "other 2",
    ] {
        assert!(done.all().contains(said), "no {said:?} in {}", done.all());
    }
}

#[test]
fn the_module_for_powershell_lies_beside_the_run() {
    let place = Place::new();
    let sequence = "step \"Script\" run_command_line < \"grep -c GetVariables $TASQ_MODULE\" >";
    place.run(sequence, &[]).ends(0);
}
