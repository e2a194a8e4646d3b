//! The host of Linux on this computer: processes, accounts, the unit of systemd, restarts. Packages
//! are in `packages`.

mod packages;

use std::{
    ffi::OsString,
    fs,
    os::unix::{fs::PermissionsExt as _, process::ExitStatusExt as _},
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use tasq::internals::{
    computer::Facts as _,
    fact::{Fact, Known},
    host::{
        linux::{LinuxOptions, LinuxSystem},
        simulated::SimulatedHost,
        system::{
            Account, Launch, OperatingSystem, ProcessResult, ProgramStart, ResumeEntry, Share,
            SystemError,
        },
    },
};

/// A launch of a command line with nothing special about it.
pub fn launch(line: &str) -> Launch {
    Launch {
        program: ProgramStart::CommandLine(line.to_owned()),
        folder: None,
        search: Vec::new(),
        environment: Vec::new(),
        time_out: None,
        account: None,
        native_view: false,
        track: None,
    }
}

fn run(launch: &Launch) -> Result<ProcessResult, SystemError> {
    LinuxSystem::new().run(launch, &mut |_| true)
}

fn ran(line: &str) -> ProcessResult {
    run(&launch(line)).expect("it starts")
}

fn is_root() -> bool {
    LinuxSystem::new().is_elevated()
}

/// Whether a process lives; one that ended and was not waited for does not.
fn lives(pid: &str) -> bool {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
    stat.rsplit_once(") ")
        .is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
}

fn wait_for(what: &str, mut done: impl FnMut() -> bool) {
    let began = Instant::now();
    while !done() {
        assert!(began.elapsed() < Duration::from_secs(20), "{what}");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn exit_codes_are_those_of_shells() {
    for (line, code) in [
        ("true", 0),
        ("exit 42", 42),
        ("exit 255", 255),
        ("kill -9 $$", 137),
        ("no-such-program", 127),
    ] {
        assert_eq!(ran(line).exit_code, code, "{line}");
    }
}

#[test]
fn output_and_errors_come_in_their_order() {
    let mut seen = String::new();
    let line = "for n in 1 2 3; do echo out $n; echo err $n >&2; done; printf 'grün'";
    let ended = LinuxSystem::new()
        .run(&launch(line), &mut |text| {
            seen.push_str(text);
            true
        })
        .expect("it starts");
    assert_eq!(
        ended.output,
        "out 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3\ngrün"
    );
    assert_eq!(seen, ended.output);
    assert!(!ended.timed_out);
}

#[test]
fn the_folder_the_environment_and_the_search_count() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = folder.path().join("own-tool");
    fs::write(
        &program,
        "#!/bin/sh\necho \"$GREETING from $(pwd), $#:$1\"\n",
    )
    .expect("it is written");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("it is made a program");
    let here = fs::canonicalize(folder.path()).expect("it is there");
    let with = |program: ProgramStart| Launch {
        program,
        folder: Some(here.clone()),
        search: vec![here.clone()],
        environment: vec![("GREETING".to_owned(), "hello".into())],
        ..launch("")
    };
    let wanted = format!("hello from {}, 1:a \"b\n", here.display());
    let line = run(&with(ProgramStart::CommandLine(
        "own-tool 'a \"b'".to_owned(),
    )))
    .expect("it starts");
    assert_eq!((line.exit_code, line.output), (0, wanted.clone()));
    let words = run(&with(ProgramStart::Arguments(
        "own-tool".into(),
        vec![OsString::from("a \"b")],
    )))
    .expect("it starts");
    assert_eq!((words.exit_code, words.output), (0, wanted));
}

#[test]
fn what_cannot_be_started_is_said_with_its_code() {
    let error = run(&Launch {
        program: ProgramStart::Arguments("/no/such".into(), Vec::new()),
        ..launch("")
    });
    let error = error.expect_err("it is not there");
    assert_eq!(error.code, 2);
    assert!(error.message.contains("/no/such"), "{error}");
    let error = run(&Launch {
        folder: Some("/no/such/folder".into()),
        ..launch("true")
    })
    .expect_err("no folder");
    assert!(error.message.contains("/no/such/folder"), "{error}");
}

/// Grandchildren too, in the group and out of it.
#[test]
fn a_time_out_ends_the_whole_tree() {
    let folder = tempfile::tempdir().expect("a folder");
    let line = "sleep 300 & echo $! > child; setsid sh -c 'echo $$ > away; exec sleep 300' & \
                (trap '' TERM; sh -c 'echo $$ > deep; sleep 300; true') & echo begun; wait";
    let began = Instant::now();
    let slow = Launch {
        folder: Some(folder.path().to_owned()),
        time_out: Some(Duration::from_millis(1500)),
        ..launch(line)
    };
    let ended = run(&slow).expect("it starts");
    assert!(ended.timed_out, "{ended:?}");
    assert_eq!((ended.exit_code, ended.output.as_str()), (137, "begun\n"));
    assert!(
        began.elapsed() >= Duration::from_millis(1500) && began.elapsed() < Duration::from_secs(60)
    );
    for name in ["child", "away", "deep"] {
        let pid = fs::read_to_string(folder.path().join(name)).expect("it said its number");
        wait_for(name, || !lives(&pid));
    }
}

#[test]
fn a_watcher_can_end_a_process_that_prints_and_one_that_does_not() {
    for line in ["while :; do echo on; sleep 0.05; done", "sleep 300"] {
        let began = Instant::now();
        let ended = LinuxSystem::new().run(&launch(line), &mut |_| {
            began.elapsed() < Duration::from_millis(200)
        });
        let ended = ended.expect("it starts");
        assert_eq!((ended.exit_code, ended.timed_out), (137, false), "{line}");
        assert!(began.elapsed() < Duration::from_secs(30));
    }
}

/// What a step leaves running keeps the pipe open; the step is over all the same.
#[test]
fn a_service_that_is_left_behind_does_not_hold_the_step() {
    let began = Instant::now();
    let ended = ran("sleep 300 & echo $!");
    assert!(began.elapsed() < Duration::from_secs(60) && ended.exit_code == 0);
    assert!(lives(&ended.output), "it goes on");
    let _ = Command::new("kill").arg(ended.output.trim()).status();
}

#[test]
fn only_root_may_be_somebody_else() {
    let with = |name: &str| Launch {
        account: Some(Account {
            name: name.to_owned(),
            password: "hunter2".to_owned(),
        }),
        ..launch("id -un; id -Gn; echo $HOME")
    };
    let error = run(&with("no-such-account")).expect_err("there is none");
    assert!(
        error.code == 2 && error.message.contains("no-such-account"),
        "{error}"
    );
    match run(&with(".\\nobody")) {
        Ok(ended) => {
            assert!(is_root());
            assert_eq!(
                ended.output.lines().collect::<Vec<_>>(),
                ["nobody", "nogroup", "/nonexistent"]
            );
        }
        Err(error) => {
            assert!(!is_root(), "{error}");
            assert!(
                error.code == 1 && error.message.contains("only root"),
                "{error}"
            );
        }
    }
    assert!(!format!("{:?}", with("nobody").account).contains("hunter2"));
}

#[test]
fn the_unit_starts_the_program_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let units = folder.path().join("units");
    let system = LinuxSystem::with(LinuxOptions {
        units: Some(units.clone()),
        ..LinuxOptions::default()
    });
    let entry = |arguments: &[&str]| ResumeEntry {
        program: PathBuf::from("/opt/my tools/tasq"),
        arguments: arguments.iter().map(OsString::from).collect(),
    };
    system.remove_resume_entry().expect("none is fine");
    system
        .add_resume_entry(&entry(&["old"]))
        .expect("it is written");
    system
        .add_resume_entry(&entry(&["resume", "--state", "50%/$x", "say \"hi\""]))
        .expect("it is replaced");
    let file = units.join("tasq-resume.service");
    let text = fs::read_to_string(&file).expect("it is there");
    let line = text
        .lines()
        .find(|line| line.starts_with("ExecStart="))
        .expect("it starts something");
    assert_eq!(
        line,
        "ExecStart=\"/opt/my tools/tasq\" \"resume\" \"--state\" \"50%%/$$x\" \"say \\\"hi\\\"\""
    );
    let link = units.join("multi-user.target.wants/tasq-resume.service");
    assert_eq!(fs::read_link(&link).expect("it is wanted"), file);
    if Command::new("systemd-analyze")
        .arg("--version")
        .output()
        .is_ok()
    {
        let out = Command::new("systemd-analyze")
            .arg("verify")
            .arg(&file)
            .output()
            .expect("it runs");
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        // The program of this test is not there; nothing else is wrong.
        let wrong = said
            .lines()
            .filter(|line| line.contains("tasq-resume.service:"));
        assert!(
            wrong
                .into_iter()
                .all(|line| line.contains("is not executable")),
            "{said}"
        );
    }
    system.remove_resume_entry().expect("it is removed");
    assert!(!file.exists() && !link.is_symlink());
    assert!(system.add_resume_entry(&entry(&["a\nb"])).is_err());
    assert!(!file.exists());
}

#[test]
fn without_systemd_there_is_no_unit() {
    if Path::new("/run/systemd/system").is_dir() {
        println!("systemd runs this computer; nothing is put into it by a test");
        return;
    }
    let entry = ResumeEntry {
        program: "/bin/true".into(),
        arguments: Vec::new(),
    };
    let error = LinuxSystem::with(LinuxOptions::default())
        .add_resume_entry(&entry)
        .expect_err("there is no systemd");
    assert!(error.message.contains("--no-resume-entry"), "{error}");
}

#[test]
fn files_are_made_private() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("state");
    fs::write(&file, "secret").expect("it is written");
    let system = LinuxSystem::new();
    for (path, mode) in [(file.as_path(), 0o600), (folder.path(), 0o700)] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("it is opened");
        system.make_private(path).expect("it is closed");
        assert_eq!(
            fs::metadata(path)
                .expect("it is there")
                .permissions()
                .mode()
                & 0o777,
            mode
        );
    }
    let error = system
        .make_private(Path::new("/no/such"))
        .expect_err("it is not there");
    assert_eq!(error.code, 2);
}

#[test]
fn drive_c_is_the_root_as_the_description_says() {
    let system = LinuxSystem::new();
    // Drive C: is the root, as the description of this computer has it; there is no other drive.
    assert!(matches!(system.file("C:\\etc\\passwd"), Known::Yes(_)));
    for folder in ["C:", "c:\\", "C:/etc"] {
        assert!(matches!(system.folder(folder), Known::Yes(_)), "{folder}");
    }
    let described = SimulatedHost::new(tasq::internals::host::linux::machine());
    for path in [
        "C:",
        "C:\\",
        "/",
        "D:\\",
        "D:\\etc\\passwd",
        "C:\\no\\such",
        "/no/such",
        "C:\\etc",
    ] {
        let both = (described.folder(path), system.folder(path));
        let agree = match &both {
            (Known::Unknown(_), _) => true,
            (described, real) => matches!(described, Known::No) == matches!(real, Known::No),
        };
        assert!(agree, "{path}: {both:?}");
    }
}

#[test]
fn facts_are_those_of_this_computer() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a file");
    fs::write(&file, "x").expect("it is written");
    let time = std::time::UNIX_EPOCH + Duration::from_secs(1_706_702_400);
    fs::File::options()
        .write(true)
        .open(&file)
        .and_then(|file| file.set_modified(time))
        .expect("its time is set");
    let system = LinuxSystem::new();
    let path = file.to_str().expect("it is text");
    let Known::Yes(facts) = system.file(path) else {
        panic!("it is there")
    };
    assert_eq!(facts.modified.as_deref(), Some("20240131120000.000000+000"));
    assert_eq!(system.folder(path), Known::No);
    assert!(matches!(
        system.folder(folder.path().to_str().expect("it is text")),
        Known::Yes(_)
    ));
    for path in [
        "/no/such",
        "",
        "C:\\Windows",
        "a\0b",
        &format!("{path}/below"),
    ] {
        assert_eq!(
            (system.file(path), system.folder(path)),
            (Known::No, Known::No),
            "{path:?}"
        );
    }
    assert_eq!(system.registry_key("HKLM\\SOFTWARE"), Known::No);
    let name = fs::read_to_string("/proc/sys/kernel/hostname").expect("the kernel says it");
    assert_eq!(system.fact(Fact::Name), Known::Yes(name.trim().to_owned()));
    let free = system
        .fact(Fact::DisksFree)
        .yes()
        .and_then(|free| free.parse::<u64>().ok());
    assert!(
        free.is_some_and(|free| free > 0),
        "{:?}",
        system.fact(Fact::DisksFree)
    );
    assert!(
        system
            .variables()
            .iter()
            .any(|(name, value)| name == "_SMSTSInWinPE" && value == "false")
    );
    assert!(matches!(system.environment("PATH"), Known::Yes(_)));
    assert_eq!(system.environment("TASQ_NO_SUCH_VARIABLE"), Known::No);
}

/// Make, model and rows of WMI are the same as `tasq simulate` has them for the machine file of
/// this computer.
#[test]
fn the_real_computer_answers_as_its_machine_file_does() {
    use tasq::internals::wql::Rows as _;
    let system = LinuxSystem::new();
    let described = SimulatedHost::new(tasq::internals::host::linux::machine());
    for fact in [
        Fact::Make,
        Fact::Model,
        Fact::SerialNumber,
        Fact::AssetTag,
        Fact::Uuid,
        Fact::MacAddresses,
        Fact::IpAddresses,
        Fact::OsName,
    ] {
        assert_eq!(system.fact(fact), described.fact(fact), "{fact:?}");
    }
    for class in [
        "Win32_OperatingSystem",
        "Win32_ComputerSystem",
        "Win32_BIOS",
        "Win32_Processor",
        "No_Such",
    ] {
        assert_eq!(
            system.class("root\\cimv2", class),
            described.class("root\\cimv2", class),
            "{class}"
        );
    }
    assert_eq!(system.variables(), described.variables());
}

#[test]
fn shares_are_not_connected() {
    let share = Share {
        path: r"\\no-such-server\share".to_owned(),
        drive: Some("Z:".to_owned()),
        account: None,
    };
    let error = LinuxSystem::new()
        .connect(&share)
        .expect_err("Linux has no drives");
    assert!(
        error.code == 50 && error.message.contains("mount it"),
        "{error}"
    );
}

/// The variable with which this program is started a second time, as process 1 of a container.
const INSIDE: &str = "TASQ_TEST_INSIDE_CONTAINER";

/// reboot(2) in a PID namespace ends all of its processes, as a restart does.
#[test]
fn a_container_is_restarted() {
    let system = LinuxSystem::new();
    if std::env::var_os(INSIDE).is_some() {
        // Never the computer that runs the tests.
        assert_eq!(std::process::id(), 1, "this is for a container only");
        println!("boot id {}", system.boot_id().expect("there is one"));
        let refused = system
            .restart("test")
            .expect_err("a restart does not come back");
        panic!("{refused}");
    }
    assert_eq!(system.boot_id(), LinuxSystem::new().boot_id());
    let inside = || {
        let mut command = Command::new("unshare");
        command
            .args(["--pid", "--fork", "--mount-proc", "--"])
            .arg(std::env::current_exe().expect("it is a file"));
        command.args([
            "--exact",
            "linux_host::a_container_is_restarted",
            "--nocapture",
            "--test-threads=1",
        ]);
        command.env(INSIDE, "1").output()
    };
    let may = Command::new("unshare")
        .args(["--pid", "--fork", "--mount-proc", "--", "true"])
        .output();
    if !is_root()
        || Path::new("/run/systemd/system").is_dir()
        || !may.is_ok_and(|out| out.status.success())
    {
        println!("this needs root, `unshare` and no systemd; skipped");
        return;
    }
    let ids: Vec<String> = (0..2)
        .map(|_| {
            let out = inside().expect("unshare runs");
            let said = String::from_utf8_lossy(&out.stdout).into_owned();
            // The kernel says "restart" with SIGHUP.
            assert!(
                out.status.signal() == Some(1) || out.status.code() == Some(129),
                "{:?} {said}",
                out.status
            );
            // Clock ticks are a hundredth of a second.
            thread::sleep(Duration::from_millis(30));
            said.lines()
                .find_map(|line| line.split_once("boot id "))
                .expect("it said its id")
                .1
                .to_owned()
        })
        .collect();
    assert_ne!(ids[0], ids[1], "each start has its own");
    assert_ne!(Some(&ids[0]), system.boot_id().as_ref());
}
