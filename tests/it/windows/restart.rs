//! Runs over several starts of Windows: an installer that wants a restart, and a power cut in the
//! middle of a step.
//!
//! A restart ends these tests, too. `tests/windows/layer.sh` starts each again until it has come to
//! its end: the first time it begins the run, later it only waits for what the service does, and
//! looks at it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use cmtraceopen_parser::parser;
use tasq::internals::{
    computer::Facts as _,
    engine::Event,
    fact::{InstalledProduct, Known},
    host::{system::OperatingSystem as _, windows::WindowsSystem},
    run::{Journal, JournalEntry},
};

use super::service::KEY;

/// How long a start of Windows and the rest of a run may take on a busy computer.
const LIMIT: Duration = Duration::from_secs(240);

/// The usual folder of the program's state: the service gets no other from these tests.
const STATE: &str = r"C:\ProgramData\Tasq";

/// A test that lives longer than its process.
struct Place {
    folder: PathBuf,
    /// Whether this is where it begins, before any restart.
    first: bool,
}

impl Place {
    /// The folder of a test; nothing on a computer that is not made for it.
    fn new(name: &str) -> Place {
        assert!(
            std::env::var_os("TASQ_WINDOWS_FIXTURES").is_some(),
            "only tests/windows/layer.sh runs this"
        );
        let folder = PathBuf::from(format!(r"C:\tasq-{name}"));
        let first = fs::create_dir(&folder).is_ok();
        let place = Place { folder, first };
        let boot = WindowsSystem::new().boot_id().expect("there is one");
        if first {
            place.write("boot.txt", &boot);
        } else {
            assert_ne!(
                place.read("boot.txt"),
                boot,
                "Windows was started anew; {}",
                place.told()
            );
        }
        place
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.folder.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file is written");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.join(name)).unwrap_or_default()
    }

    /// The marks that steps left, in their order.
    fn marks(&self) -> Vec<String> {
        self.read("marks.txt")
            .lines()
            .map(|line| line.trim().to_owned())
            .collect()
    }

    /// Begins the run; its output goes into a file, because nobody may live to see it.
    fn begin(&self, sequence: &str, args: &[&str]) -> std::process::Child {
        self.write("lab.tasq", sequence);
        let out = fs::File::create(self.folder.join("out.txt")).expect("a file");
        let mut command = Command::new(env!("CARGO_BIN_EXE_tasq"));
        command.args([
            "run",
            "lab.tasq",
            "--yes",
            "--set",
            "SMSTSRebootDelay=0",
            "--set",
            "SMSTSRebootDelayNext=0",
        ]);
        command
            .args(args)
            .current_dir(&self.folder)
            .stdin(Stdio::null());
        command
            .stderr(out.try_clone().expect("two handles"))
            .stdout(out)
            .spawn()
            .expect("tasq starts")
    }

    /// Everything there is to say about a failure.
    fn told(&self) -> String {
        let log = fs::read_to_string(Path::new(STATE).join(r"logs\smsts.log")).unwrap_or_default();
        let tail: Vec<&str> = log.lines().rev().take(40).collect();
        let tail: Vec<&str> = tail.into_iter().rev().collect();
        format!(
            "marks {:?}, the run said:\n{}\nthe log ends with:\n{}",
            self.marks(),
            self.read("out.txt"),
            tail.join("\n")
        )
    }

    /// Waits until something is so.
    #[track_caller]
    fn wait(&self, what: &str, is: &dyn Fn() -> bool) {
        let began = Instant::now();
        while !is() {
            assert!(
                began.elapsed() < LIMIT,
                "not within {} s: {what}; {}",
                LIMIT.as_secs(),
                self.told()
            );
            thread::sleep(Duration::from_millis(100));
        }
    }

    /// Waits until the run is over. If Windows restarts first, this process does not come back from
    /// here.
    #[track_caller]
    fn wait_for_the_end(&self) {
        let checkpoint = Path::new(STATE).join(r"run\checkpoint.json");
        self.wait("the run is over", &|| !checkpoint.exists());
        self.wait("the service is removed", &|| {
            WindowsSystem::new().registry_key(KEY) == Known::No
        });
    }

    /// Says that the test is through, and leaves the computer for the next one.
    fn over(&self) {
        let _ = fs::remove_dir_all(STATE);
        self.write("over", "");
    }
}

fn tasq(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tasq"))
        .args(args)
        .stdin(Stdio::null())
        .output()
        .expect("tasq starts")
}

/// The only journal there is: that of the run that ended.
fn journal() -> Vec<JournalEntry> {
    let files: Vec<PathBuf> = fs::read_dir(Path::new(STATE).join("history"))
        .expect("there is a history")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    assert_eq!(files.len(), 1, "{files:?}");
    Journal::read(&files[0])
        .expect("it is a journal")
        .into_iter()
        .map(|(_, entry)| entry)
        .collect()
}

/// The steps that ran and those that were passed over, by name.
fn steps(journal: &[JournalEntry]) -> (Vec<String>, Vec<String>) {
    let (mut ran, mut skipped) = (Vec::new(), Vec::new());
    for entry in journal {
        let JournalEntry::Event(event) = entry else {
            continue;
        };
        match event.as_ref() {
            Event::StepRan(step) => ran.push(step.at.name.to_string()),
            Event::Skipped { at, .. } => skipped.push(at.name.to_string()),
            _ => {}
        }
    }
    (ran, skipped)
}

/// The log as other people's parser reads it: all its messages.
fn log() -> Vec<String> {
    let path = Path::new(STATE).join(r"logs\smsts.log");
    let text = fs::read_to_string(&path).expect("the log");
    let (parsed, _) = parser::parse_content(&text, "smsts.log", text.len() as u64);
    assert_eq!(parsed.parse_errors, 0, "{text}");
    parsed
        .entries
        .into_iter()
        .map(|entry| entry.message)
        .collect()
}

#[track_caller]
fn says(log: &[String], text: &str) {
    assert!(
        log.iter().any(|line| line.contains(text)),
        "no {text:?} in:\n{}",
        log.join("\n")
    );
}

/// A mark of its own for each step: a step that ran twice leaves two.
fn mark(name: &str, when: &str) -> String {
    let when = if when.is_empty() {
        String::new()
    } else {
        format!(" when {when}")
    };
    format!(
        "step \"{name}\" run_command_line < 'cmd.exe /c \"echo {name}>>marks.txt\"', working_directory: \"%Here%\" >{when}\n"
    )
}

const SAMPLE: &str = "{11111111-2222-4333-8444-000000000001}";
const RESTART: &str = "{11111111-2222-4333-8444-000000000002}";
const APPLICATION: &str =
    "ScopeId_11111111-1111-1111-1111-111111111111/Application_22222222-2222-2222-2222-22222222222";

/// Known to the first start alone; later the system itself gives them back.
const SECRETS: [(&str, &str); 2] = [("kept", "Zebra-4711-Alpha"), ("later", "Walrus-88-Omega")];

/// A site whose applications are installers that wixl made, found by their product codes.
fn site() -> String {
    let one = |number: u32, name: &str, code: &str| {
        format!(
            "[[applications]]\nid = \"{APPLICATION}{number}\"\nname = \"{name}\"\n[[applications.deployment_types]]\n\
             source = \"content\"\ninstall = 'msiexec.exe /i {name}.msi /qn /norestart'\n\
             uninstall = 'msiexec.exe /x {code} /qn /norestart'\n\
             [[applications.deployment_types.detection]]\nproduct_code = \"{code}\"\nat_least = \"1.2\"\n"
        )
    };
    let failing = "{11111111-2222-4333-8444-000000000003}";
    [
        one(1, "sample", SAMPLE),
        one(2, "restart", RESTART),
        one(3, "failing", failing),
    ]
    .concat()
}

fn install(step: &str, number: u32, name: &str, more: &str) -> String {
    format!(
        "step \"{step}\" install_application < [application(\"{APPLICATION}{number}\", \"{name}\")]{more} >\n"
    )
}

fn installing() -> String {
    // Conditions ask the 32-bit view. Where Wine has no 32-bit programs, `reg.exe` must be told.
    let wave = r#"registry "HKEY_LOCAL_MACHINE\SOFTWARE\Tasq tests" value "Wave" as reg_dword"#;
    let software = |code: &str| format!("software \"{code}\"");
    [
        "sequence \"Install and restart\"\n",
        "step \"Keep\" set_variable < masked Kept = secret(\"kept\") >\n",
        "step \"Note\" run_command_line < 'reg.exe add \"HKLM\\SOFTWARE\\Tasq tests\" /v Wave /t REG_DWORD /d 7 /f /reg:32' >\n",
        "group \"Conditions\" {\n",
        &mark("registry-yes", &format!("{wave} == 7")),
        &mark("registry-no", &format!("{wave} > 7")),
        &mark("wmi-yes", "wmi \"select * from Win32_OperatingSystem where Version like '10.%'\""),
        &mark("wmi-no", "wmi \"select * from Win32_OperatingSystem where Version like '5.%'\""),
        &mark("file-yes", "file \"%Here%\\content\\probe.exe\" version >= \"1.2.3.4\""),
        &mark("file-no", "file \"%Here%\\content\\probe.exe\" version > \"1.2.3.4\""),
        &mark("folder-yes", r#"folder "%ProgramFiles%""#),
        &mark("folder-no", r#"folder "%ProgramFiles%\Tasq sample""#),
        &mark("product-no", &software(SAMPLE)),
        "}\n",
        &install("Sample", 1, "sample", ""),
        &mark("product-yes", &software(SAMPLE)),
        &mark("installed-folder", r#"folder "%ProgramFiles%\Tasq sample""#),
        &install("Failing", 3, "failing", ", continue_on_error: true"),
        &mark("before", ""),
        &install("Restart by code", 2, "restart", ""),
        &mark("between", &software(RESTART)),
        &install("Sample again", 1, "sample", ""),
        "step \"Later\" set_variable < masked Later = secret(\"later\") >\n",
        "step \"Restart by step\" restart_computer < message: \"Again.\", message_timeout: 1s >\n",
        "step \"Proof\" run_command_line < 'cmd.exe /c \"echo %Kept%+%Later%>proof.txt\"', working_directory: \"%Here%\" >\n",
        &mark("end", ""),
    ]
    .concat()
}

/// That no secret is in any file of the program's state.
#[track_caller]
fn no_secret_is_stored(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            no_secret_is_stored(&path);
            continue;
        }
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap_or_default()).into_owned();
        for (name, value) in SECRETS {
            assert!(!text.contains(value), "{name} is in {}", path.display());
        }
    }
}

/// The steps that run and leave a mark.
const MARKS: [&str; 9] = [
    "registry-yes",
    "wmi-yes",
    "file-yes",
    "folder-yes",
    "product-yes",
    "installed-folder",
    "before",
    "between",
    "end",
];

/// The steps whose condition does not hold.
const PASSED_OVER: [&str; 5] = [
    "registry-no",
    "wmi-no",
    "file-no",
    "folder-no",
    "product-no",
];

/// The installers that the scripts of these tests made.
fn fixtures() -> PathBuf {
    PathBuf::from(std::env::var_os("TASQ_WINDOWS_FIXTURES").expect("the script says it"))
}

/// Install Application restarts the computer because its installer asks for it; the run goes on by
/// itself, restarts the computer out of the service once more, and comes to its end.
#[test]
#[ignore = "it restarts the computer; tests/windows/layer.sh runs it under wine"]
fn an_installer_restarts_and_the_run_goes_on_by_itself() {
    let place = Place::new("install");
    if place.first {
        install_until_windows_restarts(&place);
    }
    no_secret_is_stored(Path::new(STATE));
    place.wait_for_the_end();

    assert_eq!(place.marks(), MARKS, "{}", place.told());
    let [kept, later] = SECRETS.map(|(_, value)| value);
    assert_eq!(
        place.read("proof.txt").trim(),
        format!("{kept}+{later}"),
        "{}",
        place.told()
    );
    no_secret_is_stored(Path::new(STATE));

    let system = WindowsSystem::new();
    for (code, name) in [(SAMPLE, "Tasq sample"), (RESTART, "Tasq restart")] {
        let product = InstalledProduct {
            product_code: Some(code.to_owned()),
            name: Some(name.to_owned()),
            version: Some("1.2.3".to_owned()),
        };
        assert_eq!(system.product(code), Known::Yes(product));
    }
    journal_has_two_restarts(&place);
    log_and_status_tell_of_it();
    place.over();
}

/// The first start: begins the run and waits for the end of Windows.
fn install_until_windows_restarts(place: &Place) -> ! {
    for name in ["sample.msi", "restart.msi", "failing.msi", "probe.exe"] {
        fs::create_dir_all(place.folder.join("content")).expect("a folder");
        fs::copy(
            fixtures().join(name),
            place.folder.join("content").join(name),
        )
        .expect("a fixture");
    }
    place.write("site.toml", &site());
    place.write(
        "secrets.toml",
        &SECRETS
            .map(|(name, value)| format!("{name} = \"{value}\"\n"))
            .concat(),
    );
    let here = format!("Here={}", place.folder.display());
    let args = [
        "--site",
        "site.toml",
        "--set",
        &here,
        "--secret-file",
        "secrets.toml",
    ];
    let mut run = place.begin(&installing(), &args);
    let checkpoint = Path::new(STATE).join(r"run\checkpoint.json");
    place.wait("the run has begun", &|| checkpoint.exists());
    // From now on nobody is there who knows them.
    fs::remove_file(place.folder.join("secrets.toml")).expect("it is removed");
    let began = Instant::now();
    // Windows ends this program at once or a moment after the other one.
    while began.elapsed() < LIMIT {
        no_secret_is_stored(Path::new(STATE));
        thread::sleep(Duration::from_millis(500));
    }
    let _ = run.kill();
    panic!(
        "Windows did not restart; the run ended with {:?}; {}",
        run.wait(),
        place.told()
    );
}

/// That each step ran once or was passed over, in a run that was taken up again twice.
fn journal_has_two_restarts(place: &Place) {
    let journal = journal();
    let (ran, skipped) = steps(&journal);
    assert_eq!(skipped, PASSED_OVER, "{}", place.told());
    let mut once = ran.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), ran.len(), "each step once: {ran:?}");
    assert_eq!(ran.len(), MARKS.len() + 9, "{ran:?}");
    let count = |wanted: &dyn Fn(&JournalEntry) -> bool| {
        journal.iter().filter(|entry| wanted(entry)).count()
    };
    assert_eq!(count(&|entry| *entry == JournalEntry::Resumed), 2);
    assert_eq!(count(&|entry| *entry == JournalEntry::Restarting), 2);
    assert_eq!(
        count(&|entry| matches!(entry, JournalEntry::Interrupted { .. })),
        0
    );
    assert_eq!(
        journal.last(),
        Some(&JournalEntry::Ended("success".to_owned()))
    );
}

fn log_and_status_tell_of_it() {
    let log = log();
    says(&log, "installed application sample");
    says(&log, "Process completed with exit code 1603");
    says(&log, "Exit code 3010 means");
    says(&log, "found application sample installed already");
    says(
        &log,
        "The task sequence Install and restart is taken up again",
    );
    says(&log, "Execution engine result code: Success");
    let said = tasq(&["status"]);
    assert_eq!(said.status.code(), Some(0));
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(
        said.contains("Install and restart") && said.contains("success"),
        "{said}"
    );
}

/// A run whose computer loses its power in the middle of a step.
fn power_cut(name: &str, args: &[&str]) -> Place {
    let place = Place::new(name);
    if place.first {
        fs::copy(fixtures().join("probe.exe"), place.folder.join("probe.exe")).expect("a fixture");
        // The second time it comes to its end.
        let step = "step \"Long\" run_command_line <\n\
            'cmd.exe /c \"echo long>>marks.txt& if not exist depth-0 probe.exe tree 0\"'\n\
            working_directory: \"%Here%\"\n>\n";
        let sequence = [&mark("one", ""), step, &mark("three", "")].concat();
        let here = format!("Here={}", place.folder.display());
        let args: Vec<&str> = ["--set", &here].iter().chain(args).copied().collect();
        let mut run = place.begin(&sequence, &args);
        let depth = place.folder.join("depth-0");
        place.wait("the step works", &|| depth.exists());
        assert_ne!(
            WindowsSystem::new().registry_key(KEY),
            Known::No,
            "the service is in place"
        );
        // The script sees this and cuts the power.
        place.write("cut", "");
        thread::sleep(LIMIT);
        let _ = run.kill();
        panic!(
            "nobody cut the power; the run ended with {:?}; {}",
            run.wait(),
            place.told()
        );
    }
    place.wait_for_the_end();
    place
}

#[track_caller]
fn interrupted(done: &str) {
    let journal = journal();
    let found = journal.iter().find_map(|entry| match entry {
        JournalEntry::Interrupted { path, done } => Some((path.replace('"', ""), done.clone())),
        _ => None,
    });
    assert_eq!(
        found,
        Some(("Long".to_owned(), done.to_owned())),
        "{journal:?}"
    );
    let log = log();
    says(&log, "its end was not stored");
    says(&log, "the computer was started anew since");
}

#[test]
#[ignore = "tests/windows/layer.sh cuts the power of its computer"]
fn after_a_power_cut_the_step_fails_by_default() {
    let place = power_cut("cut-fail", &[]);
    assert_eq!(place.marks(), ["one", "long"], "{}", place.told());
    interrupted("fail");
    assert_eq!(
        journal().last(),
        Some(&JournalEntry::Ended("failed".to_owned()))
    );
    place.over();
}

#[test]
#[ignore = "tests/windows/layer.sh cuts the power of its computer"]
fn after_a_power_cut_the_step_is_retried_when_that_is_wanted() {
    let place = power_cut("cut-retry", &["--on-interrupted", "retry"]);
    assert_eq!(
        place.marks(),
        ["one", "long", "long", "three"],
        "{}",
        place.told()
    );
    interrupted("retry");
    assert_eq!(
        journal().last(),
        Some(&JournalEntry::Ended("success".to_owned()))
    );
    place.over();
}
