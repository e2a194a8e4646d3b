//! What a site file brings: a dry run starts none of it, and a run asks where it may be somebody
//! else's.

use std::{fs, os::unix::fs::PermissionsExt as _};

use super::Place;

const SEQUENCE: &str = "step \"I\" install_application < [application(\"ScopeId_6F1B8C52-3B7D-4D5E-9D0B-0E6A8C3F1A20/Application_0B1F7A34-52C7-4A0B-8E73-9C55D1C0A222\", \"Editor\")] >\n\
    step \"After\" run_command_line < \"true\" > when _TSAppInstallStatus == \"Success\"\n";

/// A site whose scripts and commands leave files behind.
fn site(place: &Place, more: &str) {
    let text = format!(
        "[[applications]]\nid = \"ScopeId_6F1B8C52-3B7D-4D5E-9D0B-0E6A8C3F1A20/Application_0B1F7A34-52C7-4A0B-8E73-9C55D1C0A222\"\nname = \"Editor\"\n\
         [[applications.deployment_types]]\nname = \"d\"\ninstall = \"touch installed\"\n\
         [[applications.deployment_types.detection]]\nscript = \"touch detected; ls installed\"\nshell = \"command\"\n\
         {more}\
         [[applications.deployment_types.requirements]]\nscript = \"touch required; echo yes\"\nshell = \"command\"\n"
    );
    place.write("site.toml", &text);
    place.write("lab.tasq", SEQUENCE);
}

fn left(place: &Place) -> Vec<&'static str> {
    let names = ["detected", "required", "installed"];
    names
        .into_iter()
        .filter(|name| place.path(name).exists())
        .collect()
}

const WHAT_IF: [&str; 5] = ["run", "lab.tasq", "--what-if", "--site", "site.toml"];

#[test]
fn what_if_starts_no_script_of_a_site_file() {
    let place = Place::new();
    site(&place, "");
    place
        .tasq(&WHAT_IF)
        .says("would install application Editor")
        .says("whether application Editor is installed (--what-if runs no script of the site file)")
        .says("whether application Editor may run here")
        // What rests on it is not known either.
        .says("? After  condition undecided");
    assert_eq!(left(&place), [""; 0]);
    // JSON says the same.
    let json = [&WHAT_IF[..], &["--output-format", "json"]].concat();
    place.tasq(&json).says("--what-if runs no script");
    assert_eq!(left(&place), [""; 0]);
    assert!(!place.path("state").exists());
}

#[test]
fn scripts_run_in_a_dry_run_where_somebody_asks_for_it() {
    let place = Place::new();
    site(&place, "");
    let done = place.tasq(&[&WHAT_IF[..], &["--allow-detection-scripts"]].concat());
    let done = done.ends(0).says("would install application Editor");
    assert!(
        !done.all().contains("--what-if runs no script"),
        "{}",
        done.all()
    );
    assert_eq!(left(&place), ["detected", "required"]);
    place
        .tasq(&["run", "lab.tasq", "--allow-detection-scripts"])
        .ends(2)
        .says("--what-if");
}

#[test]
fn a_test_without_a_script_decides_alone() {
    let place = Place::new();
    site(
        &place,
        "[[applications.deployment_types.detection]]\nfile = \"/nowhere/at/all\"\n",
    );
    let done = place.tasq(&WHAT_IF).says("may run here (--what-if");
    assert!(
        !done.all().contains("is installed (--what-if"),
        "{}",
        done.all()
    );
    assert_eq!(left(&place), [""; 0]);
}

#[test]
fn a_site_file_that_others_can_write_is_asked_about() {
    let place = Place::new();
    site(&place, "");
    let elsewhere = Place::new();
    let state = elsewhere.path("state").display().to_string();
    let site = ["--site", "site.toml", "--state", &state];
    let run = [&["run", "lab.tasq", "--yes"][..], &site].concat();
    let open = |name: &str, mode| {
        let rights = fs::Permissions::from_mode(mode);
        fs::set_permissions(place.path(name), rights).expect("its mode is set");
    };
    for (name, mode, back) in [("site.toml", 0o666, 0o644), ("", 0o777, 0o755)] {
        open(name, mode);
        place
            .tasq(&run)
            .ends(2)
            .says("The site file is not yours alone: ")
            .says("can be written by other accounts")
            .says("Its 2 scripts and 1 command line may be somebody else's")
            .says("--trust-site");
        assert_eq!(left(&place), [""; 0]);
        // Where nothing is started nobody is asked.
        place
            .tasq(&WHAT_IF)
            .says("would install application Editor");
        open(name, back);
    }
    open("site.toml", 0o666);
    place.tasq(&[&run[..], &["--trust-site"]].concat()).ends(0);
    assert_eq!(left(&place), ["detected", "required", "installed"]);
    // The prompt asks as well.
    let entries = ":host local\n";
    let repl = ["repl", "--yes", "--site", "site.toml"];
    place.typed(&repl, entries).says("--trust-site");
    let trusted = [&repl[..], &["--trust-site"]].concat();
    let done = place.typed(&trusted, entries);
    assert!(
        !done.all().contains("nobody can be asked"),
        "{}",
        done.all()
    );
}

#[test]
fn a_site_file_of_ones_own_is_not_asked_about() {
    let place = Place::new();
    site(&place, "");
    place
        .tasq(&["run", "lab.tasq", "--yes", "--site", "site.toml"])
        .ends(0);
    assert_eq!(left(&place), ["detected", "required", "installed"]);
}

#[test]
fn a_file_without_a_hash_does_not_come_over_http() {
    let place = Place::new();
    let port = super::content::free_port();
    let text = |top: &str| {
        format!(
            "{top}sources = [\"http://127.0.0.1:{port}\"]\nretries = 0\n[[packages]]\nid = \"PS100001\"\n[[packages.files]]\npath = \"x\"\n"
        )
    };
    place.write(
        "lab.tasq",
        "step \"U\" run_command_line < \"true\", package: \"PS100001\" >\n",
    );
    let run = ["run", "lab.tasq", "--yes", "--site", "site.toml"];
    let refused = "x has no `sha256`, and over http:// anybody on the way could change it";
    place.write("site.toml", &text(""));
    place.tasq(&run).ends(1).says("TQ1007");
    assert!(place.log().contains(refused), "{}", place.log());
    place.tasq(&WHAT_IF).ends(1).says(refused);
    // Said on purpose, it is asked for; nobody listens there.
    place.write("site.toml", &text("insecure = true\n"));
    fs::remove_dir_all(place.path("state")).expect("it is there");
    place.tasq(&run).ends(1).says("TQ1007");
    assert!(!place.log().contains(refused), "{}", place.log());
    assert!(
        place.log().contains("nothing listens there"),
        "{}",
        place.log()
    );
}

#[test]
fn a_run_that_a_disabled_child_fails_says_so_on_the_console() {
    let place = Place::new();
    place.write(
        "lab.tasq",
        "step \"S\" set_variable < V = \"1\" >\n\
         step \"C\" run_task_sequence < task_sequence: task_sequence(\"PS100002\", \"Child\") >\n",
    );
    place.write(
        "child.tasq",
        "sequence \"Child\" < package_id: \"PS100002\", enabled: false >\n\
         step \"x\" run_command_line < \"true\" >\n",
    );
    let reason = "failed: \"C\": the sequence that it runs is disabled";
    place
        .tasq(&["run", "lab.tasq", "--yes"])
        .ends(1)
        .says(reason);
    place
        .tasq(&["run", "lab.tasq", "--yes", "--quiet"])
        .ends(1)
        .says(reason);
}
