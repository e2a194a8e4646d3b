//! The service that goes on with a run, secrets, private files, drives and updates.

use std::{
    fs,
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

use tasq::internals::{
    computer::Facts as _,
    fact::Known,
    host::{
        system::{OperatingSystem as _, ResumeEntry, Share},
        windows::WindowsSystem,
    },
};

use super::{alone, launch, plain, run};

pub const KEY: &str = r"HKLM\SYSTEM\CurrentControlSet\Services\TasqResume";

fn program() -> PathBuf {
    plain(env!("CARGO_BIN_EXE_tasq").as_ref()).into()
}

fn entry(arguments: &[&str]) -> ResumeEntry {
    ResumeEntry {
        program: program(),
        arguments: arguments.iter().map(Into::into).collect(),
    }
}

#[test]
fn the_service_starts_the_program_again() {
    let _alone = alone();
    let folder = tempfile::tempdir().expect("a folder");
    let made = format!("{}\\made by the service", plain(folder.path()));
    let system = WindowsSystem::new();
    system.remove_resume_entry().expect("none is fine");
    assert_eq!(system.registry_key(KEY), Known::No);
    system
        .add_resume_entry(&entry(&["new", "old"]))
        .expect("it is put in place");
    system
        .add_resume_entry(&entry(&["new", &made]))
        .expect("it is replaced");
    let path = system.registry_value(KEY, "ImagePath");
    let wanted = format!("{} service new \"{made}\"", program().display());
    assert_eq!(
        path.yes().map(|value| value.data.replace('"', "")),
        Some(wanted.replace('"', ""))
    );
    assert_eq!(
        system
            .registry_value(KEY, "Start")
            .yes()
            .map(|value| value.data.as_str()),
        Some("2"),
        "automatic"
    );

    // As the start of Windows does it.
    assert_eq!(run(&launch("sc start TasqResume")).exit_code, 0);
    let began = Instant::now();
    while !fs::exists(format!("{made}\\lab.tasq")).unwrap_or(false) && fs::read_dir(&made).is_err()
    {
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "the service did not start the program"
        );
        thread::sleep(Duration::from_millis(100));
    }
    system.remove_resume_entry().expect("it is removed");
    let began = Instant::now();
    while system.registry_key(KEY) != Known::No {
        assert!(
            began.elapsed() < Duration::from_secs(30),
            "the service is still there"
        );
        thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn only_the_service_manager_starts_the_service() {
    let out = std::process::Command::new(program())
        .args(["service", "check", "x"])
        .output()
        .expect("it starts");
    assert_eq!(out.status.code(), Some(2));
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(said.contains("only the service manager"), "{said}");
}

#[test]
fn secrets_are_protected_for_this_machine() {
    let system = WindowsSystem::new();
    let secret = "geheim:p@ss wörd";
    let data = system.protect(secret.as_bytes()).expect("DPAPI is there");
    assert!(
        !String::from_utf8_lossy(&data).contains("geheim"),
        "it is not in clear"
    );
    assert_ne!(
        system.protect(secret.as_bytes()).expect("DPAPI is there"),
        data,
        "each time another salt"
    );
    assert_eq!(system.unprotect(&data).as_deref(), Some(secret.as_bytes()));
    assert_eq!(system.unprotect(b"no such thing"), None);
    let empty = system.protect(b"").expect("nothing can be protected, too");
    assert_eq!(system.unprotect(&empty).unwrap_or_default(), b"");
}

/// That nobody else may read it, wine cannot show: it keeps the permissions of Linux.
#[test]
fn private_files_can_still_be_used_by_the_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("state.json");
    fs::write(&file, "{}").expect("it is written");
    let system = WindowsSystem::new();
    system.make_private(&file).expect("the rules are accepted");
    system
        .make_private(folder.path())
        .expect("the rules are accepted");
    fs::write(&file, "{ }").expect("it can be written");
    assert_eq!(fs::read_to_string(&file).expect("it can be read"), "{ }");
    assert!(system.make_private(&folder.path().join("none")).is_err());
}

/// wine has no network provider and Windows no such server: an error with its code, and without the
/// password.
#[test]
fn a_share_that_is_not_there_is_an_error() {
    let account = tasq::internals::host::system::Account {
        name: r"CORP\svc".to_owned(),
        password: "hunter2".to_owned(),
    };
    let path = r"\\no-such-server.invalid\share".to_owned();
    let share = Share {
        path,
        drive: Some("Y:".to_owned()),
        account: Some(account),
    };
    let error = WindowsSystem::new()
        .connect(&share)
        .expect_err("there is none");
    assert!(
        error.code != 0
            && error.message.contains("no-such-server")
            && !error.message.contains("hunter2"),
        "{error}"
    );
}

/// wine has the session of the Windows Update Agent and no searcher; Windows has both. Either is an
/// answer.
#[test]
fn the_search_for_updates_answers() {
    match WindowsSystem::new().find_updates(true) {
        Ok(updates) => assert!(updates.iter().all(|update| !update.id.is_empty())),
        Err(error) => assert!(
            error.code != 0 && error.message.contains("update"),
            "{error}"
        ),
    }
    let none = WindowsSystem::new()
        .install_updates(&[])
        .expect("nothing to do");
    assert!(none.installed.is_empty() && !none.restart);
}
