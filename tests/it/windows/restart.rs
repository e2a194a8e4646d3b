//! A restart, in two halves: it ends this program. `tests/windows/layer.sh` runs both, one after the other.

use std::{
    fs, thread,
    time::{Duration, Instant},
};

use tasq::host::{
    Known,
    system::{ResumeEntry, System as _},
    windows::WindowsSystem,
};

use super::{plain, service::KEY};

/// Where the first half leaves its number of the start, and where the service makes a folder.
const BEFORE: &str = r"C:\tasq-restart-before.txt";
const REFUSED: &str = r"C:\tasq-restart-refused.txt";
const RESUMED: &str = r"C:\tasq-restart-resumed";

#[test]
#[ignore = "it restarts the computer; tests/windows/layer.sh runs it under wine"]
fn restart_first_half() {
    // Never a computer that is not made for it.
    assert!(std::env::var_os("TASQ_WINDOWS_FIXTURES").is_some(), "only under wine");
    let system = WindowsSystem::new();
    let id = system.boot_id().expect("there is one");
    assert_eq!(system.boot_id().as_ref(), Some(&id), "it stays");
    fs::write(BEFORE, id).expect("it can be written");
    let program = plain(env!("CARGO_BIN_EXE_tasq").as_ref()).into();
    let arguments = ["new", RESUMED].iter().map(Into::into).collect();
    system.add_resume_entry(&ResumeEntry { program, arguments }).expect("it is put in place");
    if let Err(error) = system.restart("a test") {
        fs::write(REFUSED, error.message).expect("it can be written");
        panic!("the restart was refused");
    }
    thread::sleep(Duration::from_secs(10));
    println!("the session is not over yet; the script ends it");
}

#[test]
#[ignore = "it goes on after the first half"]
fn restart_second_half() {
    let before = fs::read_to_string(BEFORE).expect("the first half ran");
    assert!(!fs::exists(REFUSED).unwrap_or(true), "the restart was refused");
    let system = WindowsSystem::new();
    let now = system.boot_id().expect("there is one");
    assert_ne!(now, before, "it was restarted");
    let began = Instant::now();
    while fs::read_dir(RESUMED).is_err() {
        assert!(began.elapsed() < Duration::from_secs(60), "the service did not go on");
        thread::sleep(Duration::from_millis(100));
    }
    system.remove_resume_entry().expect("it is removed");
    assert_eq!(system.registry_key(KEY), Known::No);
}
