//! Processes: codes of 32 bits, order of output, what a command line names, time-outs that end a
//! whole tree.

use std::{
    fs,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use tasq::internals::host::{
    system::{Account, Launch, OperatingSystem as _, ProgramStart},
    windows::WindowsSystem,
};

use super::{fixture, launch, plain, run};

/// A folder with the program of the tests.
fn with_probe() -> Option<(tempfile::TempDir, String)> {
    let probe = fixture("probe.exe")?;
    let folder = tempfile::tempdir().expect("a folder");
    fs::copy(probe, folder.path().join("probe.exe")).expect("it can be copied");
    let path = plain(folder.path());
    Some((folder, path))
}

fn at(folder: &str, line: &str) -> Launch {
    Launch {
        search: vec![folder.into()],
        folder: Some(folder.into()),
        ..launch(line)
    }
}

#[test]
fn exit_codes_have_all_32_bits() {
    for code in [
        0_u32,
        1,
        255,
        256,
        1603,
        3010,
        0xFFFD_0000,
        0x8007_0643,
        u32::MAX,
    ] {
        let ended = run(&launch(&format!("cmd /c exit {}", code.cast_signed())));
        assert_eq!(ended.exit_code, code, "{code:#X}");
    }
    // PowerShell's code for a script that is not there.
    assert_eq!(0xFFFD_0000_u32.cast_signed(), -196_608);
}

#[test]
fn output_and_errors_come_in_their_order() {
    let Some((_folder, path)) = with_probe() else {
        return;
    };
    let mut seen = String::new();
    let ended = WindowsSystem::new()
        .run(&at(&path, "probe print"), &mut |text| {
            seen.push_str(text);
            true
        })
        .expect("it starts");
    assert_eq!(
        ended.output.replace('\r', ""),
        "out 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3\n"
    );
    assert_eq!(seen, ended.output);
}

#[test]
fn the_command_line_arrives_as_the_author_wrote_it() {
    let Some((_folder, path)) = with_probe() else {
        return;
    };
    let line = "probe.exe arguments  \"a b\"\\ 'c'  \"\" ^& %PATH:~0,1%";
    assert_eq!(run(&at(&path, line)).output, line);
    let words = ["arguments", "a b", "", "say \"hi\"", r"C:\end\"];
    let program =
        ProgramStart::Arguments("probe.exe".into(), words.iter().map(Into::into).collect());
    let out = run(&Launch {
        program,
        ..at(&path, "")
    })
    .output;
    assert!(
        out.ends_with("arguments \"a b\" \"\" \"say \\\"hi\\\"\" C:\\end\\"),
        "{out}"
    );
}

#[test]
fn programs_are_found_as_the_step_reference_says() {
    let Some((folder, path)) = with_probe() else {
        return;
    };
    let batch = "@echo off\r\necho batch %1 %2\r\nexit /b 5\r\n";
    let file =
        |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("it is written");
    file("both.bat", batch);
    file("two words.bat", batch);
    let copy = |name: &str| {
        fs::copy(folder.path().join("probe.exe"), folder.path().join(name)).expect("it is copied");
    };
    copy("only.com");
    // `.exe` comes before `.bat`.
    file("first.bat", batch);
    copy("first.exe");
    let ran = |line: &str| {
        let ended = run(&at(&path, line));
        (ended.exit_code, ended.output.trim_end().to_owned())
    };
    assert_eq!(ran("both a \"b c\""), (5, "batch a \"b c\"".to_owned()));
    assert_eq!(ran("\"two words\" x"), (5, "batch x".to_owned()));
    assert_eq!(ran("two words.bat x"), (5, "batch x".to_owned()));
    assert_eq!(ran("only exit 7").0, 7);
    assert_eq!(ran("first exit 8").0, 8);
    assert_eq!(ran(".\\first exit 8").0, 8);
    assert_eq!(ran(&format!("{path}\\probe exit 9")).0, 9);
    // In the system's folder, though the working folder is another.
    assert_eq!(ran("cmd.exe /c exit 3").0, 3);
    let error = WindowsSystem::new()
        .run(&at(&path, "no-such-program /x"), &mut |_| true)
        .expect_err("there is none");
    assert_eq!(error.code, 2, "{error}");
    assert!(
        error.message.contains("no-such-program") && !error.message.contains("/x"),
        "{error}"
    );
}

#[test]
fn a_document_is_opened_with_what_its_extension_is_associated_with() {
    let Some((folder, path)) = with_probe() else {
        return;
    };
    let classes = winreg::RegKey::predef(winreg::enums::HKEY_LOCAL_MACHINE);
    let (key, _) = classes
        .create_subkey(r"Software\Classes\.tasqtest")
        .expect("a key can be made");
    key.set_value("", &"TasqTest").expect("it can be set");
    let (key, _) = classes
        .create_subkey(r"Software\Classes\TasqTest\shell\open\command")
        .expect("a key can be made");
    key.set_value("", &format!("\"{path}\\probe.exe\" arguments \"%1\" %*"))
        .expect("it can be set");
    fs::write(folder.path().join("own document.tasqtest"), "x").expect("it is written");
    let ended = run(&at(&path, "\"own document.tasqtest\" a \"b c\""));
    let wanted =
        format!("\"{path}\\probe.exe\" arguments \"{path}\\own document.tasqtest\" a \"b c\"");
    assert_eq!((ended.exit_code, ended.output), (0, wanted));
    fs::write(folder.path().join("nothing.tasqunknown"), "x").expect("it is written");
    let error = WindowsSystem::new()
        .run(&at(&path, "nothing.tasqunknown"), &mut |_| true)
        .expect_err("nothing opens it");
    assert_eq!(error.code, 1155, "{error}");
    classes
        .delete_subkey_all(r"Software\Classes\.tasqtest")
        .expect("it is removed");
    classes
        .delete_subkey_all(r"Software\Classes\TasqTest")
        .expect("it is removed");
}

#[test]
fn the_folder_and_the_environment_count() {
    let Some((_folder, path)) = with_probe() else {
        return;
    };
    let with = Launch {
        environment: vec![("Greeting".to_owned(), "grün".into())],
        ..at(&path, "cmd /c exit 0")
    };
    assert_eq!(run(&with).exit_code, 0);
    let named = |name: &str| {
        run(&Launch {
            ..at(&path, &format!("probe environment {name}"))
        })
        .output
    };
    assert!(
        named("NO_SUCH_NAME").eq_ignore_ascii_case(&format!("nothing in {path}")),
        "{}",
        named("NO_SUCH_NAME")
    );
    let set = Launch {
        environment: vec![("Greeting".to_owned(), "hello".into())],
        ..at(&path, "probe environment GREETING")
    };
    assert!(
        run(&set).output.starts_with("hello in "),
        "{}",
        run(&set).output
    );
    // What is not changed is still there.
    let set = Launch {
        environment: vec![("Greeting".to_owned(), "hello".into())],
        ..at(&path, "probe environment SystemRoot")
    };
    assert!(
        !run(&set).output.starts_with("nothing"),
        "{}",
        run(&set).output
    );
}

/// Whether a process is there, by its number.
pub fn lives(pid: &str) -> bool {
    let query =
        tasq::internals::wql::Rows::class(&WindowsSystem::new(), "root\\cimv2", "Win32_Process");
    let tasq::internals::wql::ClassFacts::Rows(rows) = query else {
        panic!("WMI lists processes")
    };
    let number: i128 = pid.trim().parse().expect("a number");
    rows.iter().any(|row| {
        row.property("ProcessId") == tasq::internals::wql::PropertyValue::Integer(number)
    })
}

#[test]
fn a_time_out_ends_the_whole_tree() {
    let Some((folder, path)) = with_probe() else {
        return;
    };
    let read = |depth: u32| {
        fs::read_to_string(folder.path().join(format!("depth-{depth}"))).unwrap_or_default()
    };
    let mut seen_alive = false;
    let began = Instant::now();
    let slow = Launch {
        time_out: Some(Duration::from_secs(5)),
        ..at(&path, "probe tree 2")
    };
    let ended = WindowsSystem::new()
        .run(&slow, &mut |_| {
            seen_alive = seen_alive || !read(0).is_empty() && lives(&read(0));
            true
        })
        .expect("it starts");
    assert!(ended.timed_out && ended.exit_code == 1460, "{ended:?}");
    assert!(
        began.elapsed() >= Duration::from_secs(5) && began.elapsed() < Duration::from_secs(120)
    );
    assert!(seen_alive, "the grandchild was there");
    for depth in 0..3 {
        let began = Instant::now();
        while lives(&read(depth)) {
            assert!(began.elapsed() < Duration::from_secs(20), "{depth} lives");
            thread::sleep(Duration::from_millis(100));
        }
    }
}

#[test]
fn a_watcher_can_end_a_silent_process() {
    let Some((_folder, path)) = with_probe() else {
        return;
    };
    let began = Instant::now();
    let ended = WindowsSystem::new()
        .run(&at(&path, "probe sleep 300000"), &mut |_| false)
        .expect("it starts");
    assert!(!ended.timed_out && ended.exit_code == 1460, "{ended:?}");
    assert!(began.elapsed() < Duration::from_secs(60));
}

/// What a step leaves running keeps the pipe open; the step is over all the same, and what it left
/// goes on.
#[test]
fn a_process_that_is_left_behind_does_not_hold_the_step() {
    let Some((_folder, path)) = with_probe() else {
        return;
    };
    let ended = run(&at(&path, "probe leave"));
    assert!(
        ended.exit_code == 0 && ended.milliseconds < 15_000,
        "{ended:?}"
    );
    assert!(lives(&ended.output), "it goes on");
    let _ = run(&launch(&format!(
        "taskkill /f /pid {}",
        ended.output.trim()
    )));
}

#[test]
fn an_account_that_is_not_there_is_refused_without_its_password() {
    let account = Account {
        name: r"NOWHERE\nobody".to_owned(),
        password: "hunter2".to_owned(),
    };
    let launch = Launch {
        account: Some(account),
        ..launch("cmd /c exit 0")
    };
    // wine signs anybody in.
    if let Err(error) = WindowsSystem::new().run(&launch, &mut |_| true) {
        assert!(
            error.message.contains("nobody") && !error.message.contains("hunter2"),
            "{error}"
        );
    }
}

/// Launches only: there is no PowerShell in wine, only a stub that does nothing.
#[test]
fn powershell_is_the_one_of_windows() {
    let found = WindowsSystem::new()
        .powershell()
        .expect("every Windows has one, and wine a stub");
    assert!(
        found.ends_with(Path::new(r"WindowsPowerShell\v1.0\powershell.exe")),
        "{}",
        found.display()
    );
}
