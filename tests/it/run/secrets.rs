//! Five secrets in all places where a sequence can have one, in success, in failure and in a run
//! that is cut off: none of them is in anything that Tasq writes, prints or shows.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use super::Place;

const SECRETS: [(&str, &str); 5] = [
    ("in-variable", "Zebra-4711-Alpha"),
    ("in-rule", "Quokka\"5 & $x"),
    ("in-command", "Walrus=6;7"),
    ("in-account", "Xenops'88"),
    ("in-share", "Yak-99-%-Omega"),
];

fn sequence(end: &str) -> String {
    format!(
        r#"
step "Variable" set_variable < masked Password = secret("in-variable") >
step "Rules" set_dynamic_variables < masked Token = secret("in-rule") >
step "Third" set_variable < masked Third = secret("in-command") >
step "Command" run_command_line < "printf '%%s' '%Third%' > /dev/null; echo said %Third%; sleep 1", output_variable: "Said" >
step "Copied" set_variable < Copy = "before %Password% after" >
step "Share" connect_network_folder < path: "\\server\share", account: "LAB\svc", password: secret("in-share"), continue_on_error: true >
step "Other account" run_command_line < "true", run_as: "nobody-of-that-name", run_as_password: secret("in-account"), continue_on_error: true >
step "Asked" run_command_line < 'tasq variable list; test "$(tasq variable get Password)" = "$(printf Zebra; printf -- -4711-; printf Alpha)"' >
{end}
"#
    )
}

fn file(place: &Place) -> String {
    let text: String = SECRETS
        .iter()
        .map(|(name, value)| format!("{name} = '''{value}'''\n"))
        .collect();
    let path = place.write("secrets.toml", &text);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("rights");
    path.display().to_string()
}

#[track_caller]
fn clean(text: &str, where_: &str) {
    for (name, value) in SECRETS {
        assert!(!text.contains(value), "{name} is in {where_}");
        // As JSON has it.
        let json = serde_json::to_string(value).expect("JSON");
        assert!(
            !text.contains(json.trim_matches('"')),
            "{name} is in {where_}"
        );
    }
}

#[track_caller]
fn clean_folder(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            clean_folder(&path);
        } else if path.file_name().is_some_and(|name| name != "secrets.toml") {
            let text = String::from_utf8_lossy(&fs::read(&path).unwrap_or_default()).into_owned();
            clean(&text, &path.display().to_string());
        }
    }
}

/// Runs and looks at everything meanwhile.
fn watched(place: &Place, args: &[&str]) -> (i32, String) {
    let child = place
        .command(args)
        .env("TMPDIR", place.path(""))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = child.expect("tasq starts");
    while child.try_wait().expect("it can be asked").is_none() {
        let list = Command::new("ps")
            .args(["axww", "-o", "args"])
            .output()
            .expect("ps");
        clean(
            &String::from_utf8_lossy(&list.stdout),
            "the list of processes",
        );
        clean_folder(place.path("").as_path());
        thread::sleep(Duration::from_millis(50));
    }
    let out = child.wait_with_output().expect("its output");
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&out.stdout),
        String::from_utf8_lossy(&out.stderr)
    );
    (out.status.code().unwrap_or(-1), text)
}

#[test]
fn secrets_are_nowhere_in_success_and_in_failure() {
    for (end, code) in [
        ("", 0),
        (
            "step \"Bad\" run_command_line < \"echo %Password% %Copy% >&2; exit 5\" >",
            1,
        ),
    ] {
        for form in ["text", "json"] {
            let place = Place::new();
            place.write("lab.tasq", &sequence(end));
            let secrets = file(&place);
            let args = [
                "run",
                "lab.tasq",
                "--yes",
                "--secret-file",
                &secrets,
                "--output-format",
                form,
            ];
            let (ended, text) = watched(&place, &args);
            assert_eq!(ended, code, "{text}");
            clean(&text, "the output");
            clean_folder(place.path("").as_path());
            assert!(
                place.log().contains("not logged: it carries a secret"),
                "{}",
                place.log()
            );
            assert!(text.contains("********"), "{text}");
        }
    }
}

#[test]
fn a_stored_run_has_no_secrets_and_gets_them_again() {
    let place = Place::new();
    let end = "step \"Restart\" restart_computer < message_timeout: 0s >\n\
        step \"After\" run_command_line < 'p=\"$(printf Zebra; printf -- -4711-; printf Alpha)\"; test \"%Password%\" = \"$p\" && test \"%Copy%\" = \"before $p after\"' >\n";
    place.write("lab.tasq", &sequence(end));
    let secrets = file(&place);
    let (code, text) = watched(
        &place,
        &[
            "run",
            "lab.tasq",
            "--yes",
            "--no-restart",
            "--secret-file",
            &secrets,
        ],
    );
    assert_eq!(code, 3, "{text}");
    clean_folder(place.path("state").as_path());
    let path = place.path("state/run/checkpoint.json");
    assert_eq!(
        fs::metadata(&path).expect("it").permissions().mode() & 0o077,
        0
    );
    let stored = fs::read_to_string(&path).expect("the checkpoint");
    let mut value: serde_json::Value = serde_json::from_str(&stored).expect("JSON");
    value["boot_id"] = "another".into();
    fs::write(&path, value.to_string()).expect("written");
    // The file is gone, and nobody can be asked.
    fs::rename(place.path("secrets.toml"), place.path("elsewhere.toml")).expect("moved");
    place
        .tasq(&["resume", "--yes"])
        .ends(2)
        .says("TASQ_SECRET_IN_VARIABLE");
    fs::remove_file(place.path("elsewhere.toml")).expect("removed");
    let mut command = place.command(&["resume", "--yes", "--secret-file", "empty.toml"]);
    place.write("empty.toml", "");
    fs::set_permissions(place.path("empty.toml"), fs::Permissions::from_mode(0o600))
        .expect("rights");
    let refused = super::Done::of(&command.output().expect("tasq starts")).ends(2);
    assert!(
        refused.all().contains("TASQ_SECRET_IN_VARIABLE"),
        "{}",
        refused.all()
    );
    // From the environment.
    for (name, value) in SECRETS {
        command.env(tasq::internals::run::variable_of(name), value);
    }
    let done = super::Done::of(&command.output().expect("tasq starts")).ends(0);
    clean(&done.all(), "the output");
    clean_folder(place.path("state").as_path());
}

#[test]
fn secrets_are_asked_for_before_anything_runs() {
    let place = Place::new();
    place.write("lab.tasq", &sequence(""));
    place
        .tasq(&["run", "lab.tasq", "--yes"])
        .ends(2)
        .says("TASQ_SECRET_IN_ACCOUNT");
    let secrets = file(&place);
    fs::set_permissions(&secrets, fs::Permissions::from_mode(0o644)).expect("rights");
    place
        .tasq(&["run", "lab.tasq", "--yes", "--secret-file", &secrets])
        .ends(2)
        .says("others can read");
}

#[test]
fn processes_of_steps_do_not_inherit_the_secrets_of_the_run() {
    let place = Place::new();
    place.write(
        "lab.tasq",
        "step \"Look\" run_command_line < \"! env | grep TASQ_SECRET\" >",
    );
    let done = place
        .command(&["run", "lab.tasq", "--yes"])
        .env("TASQ_SECRET_ANY", "Zebra")
        .output()
        .expect("it starts");
    assert_eq!(
        done.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&done.stdout)
    );
}

/// A folder loses the blank at the end of a secret in it, and the log shows what is left.
#[test]
fn a_secret_with_a_blank_at_its_end_is_hidden_where_it_is_cut() {
    for value in ["Zebra-4711 ", " Zebra-4711", "Zebra-4711/", "Zebra-4711/ "] {
        for form in ["text", "json"] {
            let place = Place::new();
            let base = place.path("in").display().to_string();
            fs::create_dir_all(place.path("in/Zebra-4711")).expect("a folder");
            place.write(
                "lab.tasq",
                &format!(
                    "step \"A\" set_variable < masked M = secret(\"S\") >\n\
                     step \"B\" run_command_line < \"pwd\", working_directory: \"{base}/%M%\", output_variable: Out, continue_on_error: true >\n\
                     step \"C\" restart_computer < message_timeout: 0s >\n\
                     step \"D\" run_command_line < \"true\", working_directory: \"{base}/%M%\", continue_on_error: true >\n"
                ),
            );
            let command = |args: &[&str]| {
                let mut command = place.command(args);
                command.env("TASQ_SECRET_S", value);
                super::Done::of(&command.output().expect("tasq starts"))
            };
            let done = command(&[
                "run",
                "lab.tasq",
                "--yes",
                "--no-restart",
                "--output-format",
                form,
            ]);
            assert_eq!(done.code, 3, "{}", done.all());
            assert!(
                !done.all().contains("Zebra"),
                "{value:?} {form}: {}",
                done.all()
            );
            let stored = place.read("state/run/checkpoint.json");
            let mut stored: serde_json::Value = serde_json::from_str(&stored).expect("JSON");
            stored["boot_id"] = "another".into();
            place.write("state/run/checkpoint.json", &stored.to_string());
            let resumed = command(&["resume", "--yes"]).ends(0);
            assert!(
                !resumed.all().contains("Zebra"),
                "{value:?}: {}",
                resumed.all()
            );
            for (path, text) in texts(&place.path("state")) {
                assert!(!text.contains("Zebra"), "{value:?} in {path}: {text}");
            }
            assert!(
                place.log().contains("Working directory is"),
                "{}",
                place.log()
            );
        }
    }
}

/// All files of a folder, with their text.
fn texts(folder: &Path) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            out.extend(texts(&path));
        } else {
            let text = String::from_utf8_lossy(&fs::read(&path).unwrap_or_default()).into_owned();
            out.push((path.display().to_string(), text));
        }
    }
    out
}

#[test]
fn what_is_the_programs_own_is_no_environment() {
    let place = Place::new();
    let sequence = r#"step "K" set_variable < masked Key = secret("USED") >
step "A" run_command_line < "echo 'other=%TASQ_SECRET_OTHER% state=%TASQ_STATE% home=%HOME%' $(env | grep -ci '^tasq_secret\|^tasq_state\|^tasq_unit')", output_variable: "Said" >
step "B" run_command_line < "echo 'said: %Said%'" >
"#;
    place.write("lab.tasq", sequence);
    let run = |args: &[&str]| {
        let mut command = place.command(&[&["run", "lab.tasq"], args].concat());
        command
            .env("TASQ_SECRET_USED", "Zebra-4711")
            .env("TASQ_SECRET_OTHER", "Walrus-0815")
            .env("HOME", "/home-of-the-run");
        super::Done::of(&command.output().expect("tasq starts"))
    };
    let state = place.path("state").display().to_string();
    for args in [
        &["--what-if"][..],
        &["--yes"],
        &["--what-if", "--output-format", "json"],
    ] {
        let done = run(args).ends(0);
        for secret in ["Walrus-0815", "Zebra-4711", &format!("state={state}")] {
            assert!(!done.all().contains(secret), "{secret}: {}", done.all());
            assert!(!place.log().contains(secret), "{secret}: {}", place.log());
        }
    }
    assert!(
        place.log().contains("home=/home-of-the-run"),
        "{}",
        place.log()
    );
    let said = "said: other=%TASQ_SECRET_OTHER% state=%TASQ_STATE% home=/home-of-the-run 0";
    assert!(place.log().contains(said), "{}", place.log());
    let entries = ":host local\n\"%TASQ_SECRET_OTHER%|%HOME%\"\n";
    let mut command = place.command(&["repl", "--yes"]);
    command.env("TASQ_SECRET_OTHER", "Walrus-0815");
    let done = Place::type_into(command, entries);
    assert!(!done.all().contains("Walrus-0815"), "{}", done.all());
}
