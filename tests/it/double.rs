//! What neither wine nor Linux can prove is the system's half. This is ours: a double stands for
//! the system, and the tests look at what it was asked, and at what becomes of its answers:
//! results, variables, log, restarts.

use std::{
    collections::VecDeque,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use tasq::internals::{
    computer::Facts,
    elaborate::ParameterValues,
    engine::{Engine, Event, NoChildren, Program, RunOptions},
    fact::{Fact, FileFacts, InstalledProduct, Known, RegistryValue},
    host::{
        local::{LocalHost, Setup},
        system::{
            Launch, OfferedUpdate, OperatingSystem, ProcessResult as ProcessEnded, ResumeEntry,
            Share, Survivor, SystemError, Updated,
        },
    },
    model::Sequence,
    run::{
        self, Checkpoint, Folder, Header, Limits, Log, LogLayout, LogWatch, Quiet, RunEnd, Runner,
    },
    site::Site,
    source::NoFiles,
    wql::{ClassFacts, Rows},
};

/// What a double answers, in order, and what it was asked.
#[derive(Default)]
struct Script {
    offered: VecDeque<Result<Vec<OfferedUpdate>, SystemError>>,
    updated: VecDeque<Result<Updated, SystemError>>,
    connected: VecDeque<Result<(), SystemError>>,
    processes: VecDeque<Result<ProcessEnded, SystemError>>,
    asked: Vec<String>,
    boot: u32,
}

#[derive(Clone, Default)]
struct Double(Arc<Mutex<Script>>);

impl Double {
    fn script<T>(&self, with: impl FnOnce(&mut Script) -> T) -> T {
        with(&mut self.0.lock().expect("nobody panicked"))
    }

    fn ask(&self, what: String) {
        self.script(|script| script.asked.push(what));
    }

    fn asked(&self) -> Vec<String> {
        self.script(|script| script.asked.clone())
    }
}

impl Rows for Double {
    fn class(&self, _: &str, _: &str) -> ClassFacts {
        ClassFacts::Unknown
    }

    fn narrowed(&self, _: &str, class: &str, condition: &dyn Fn() -> String) -> Option<ClassFacts> {
        self.ask(format!("rows of {class} where {}", condition()));
        Some(ClassFacts::Rows(Vec::new()))
    }
}

impl Facts for Double {
    fn file(&self, _: &str) -> Known<FileFacts> {
        Known::No
    }
    fn folder(&self, _: &str) -> Known<FileFacts> {
        Known::No
    }
    fn registry_key(&self, _: &str) -> Known<()> {
        Known::No
    }
    fn registry_value(&self, _: &str, _: &str) -> Known<RegistryValue> {
        Known::No
    }
    fn product(&self, _: &str) -> Known<InstalledProduct> {
        Known::No
    }
    fn products(&self, _: &str) -> Known<Vec<InstalledProduct>> {
        Known::No
    }
    fn fact(&self, fact: Fact) -> Known<String> {
        Known::Unknown(fact.name().to_owned())
    }
    fn environment(&self, _: &str) -> Known<String> {
        Known::No
    }
    fn variables(&self) -> Vec<(String, String)> {
        Vec::new()
    }
}

impl OperatingSystem for Double {
    fn family(&self) -> &'static str {
        "windows"
    }
    fn run(
        &self,
        launch: &Launch,
        watch: &mut dyn FnMut(&str) -> bool,
    ) -> Result<ProcessEnded, SystemError> {
        let who = launch.account.as_ref().map_or_else(
            || "the run's own account".to_owned(),
            |account| format!("{} with {}", account.name, account.password),
        );
        self.ask(format!("run as {who}"));
        let ended = self.script(|script| script.processes.pop_front());
        let ended = ended.unwrap_or_else(|| Ok(ProcessEnded::default()))?;
        watch(&ended.output);
        Ok(ended)
    }
    fn survivor(&self, _: &Path) -> Option<Survivor> {
        None
    }
    fn end_survivor(&self, _: &Path) -> Result<(), SystemError> {
        Ok(())
    }
    fn powershell(&self) -> Option<PathBuf> {
        None
    }
    fn is_elevated(&self) -> bool {
        false
    }
    fn connect(&self, share: &Share) -> Result<(), SystemError> {
        let who = share
            .account
            .as_ref()
            .map(|account| format!(" as {} with {}", account.name, account.password));
        let drive = share.drive.as_deref().unwrap_or("no drive");
        self.ask(format!(
            "connect {} to {drive}{}",
            share.path,
            who.unwrap_or_default()
        ));
        self.script(|script| script.connected.pop_front())
            .unwrap_or(Ok(()))
    }
    fn find_updates(&self) -> Result<Vec<OfferedUpdate>, SystemError> {
        self.ask("find updates".to_owned());
        self.script(|script| script.offered.pop_front())
            .unwrap_or_else(|| Ok(Vec::new()))
    }
    fn install_updates(&self, ids: &[String]) -> Result<Updated, SystemError> {
        self.ask(format!("install {}", ids.join(" ")));
        self.script(|script| script.updated.pop_front())
            .unwrap_or_else(|| Ok(Updated::default()))
    }
    fn restart(&self, message: &str) -> Result<(), SystemError> {
        self.ask(format!("restart: {message}"));
        self.script(|script| script.boot += 1);
        Ok(())
    }
    fn add_resume_entry(&self, _: &ResumeEntry) -> Result<(), SystemError> {
        Ok(())
    }
    fn remove_resume_entry(&self) -> Result<(), SystemError> {
        Ok(())
    }
    fn protect(&self, secret: &[u8]) -> Option<Vec<u8>> {
        Some(secret.iter().map(|byte| byte ^ 0x5A).collect())
    }
    fn unprotect(&self, data: &[u8]) -> Option<Vec<u8>> {
        self.protect(data)
    }
    fn make_private(&self, _: &Path) -> Result<(), SystemError> {
        Ok(())
    }
    fn stranger(&self, _: &Path) -> Option<String> {
        None
    }
    fn intruder(&self, _: &Path, _: bool) -> Option<String> {
        None
    }
    fn close(&self, _: &Path) -> Result<(), SystemError> {
        Ok(())
    }
    fn authorities(&self) -> Vec<Vec<u8>> {
        Vec::new()
    }
    fn state_folder(&self) -> PathBuf {
        PathBuf::new()
    }
    fn boot_id(&self) -> Option<String> {
        Some(self.script(|script| script.boot).to_string())
    }
}

/// A run on a double.
struct Lab {
    place: tempfile::TempDir,
    main: Sequence,
    double: Double,
    options: RunOptions,
}

impl Lab {
    fn new(source: &str) -> Lab {
        let text = source.as_bytes().to_vec();
        let compiled = tasq::internals::compile::compile(
            "lab.tasq",
            "lab.tasq",
            text,
            &NoFiles,
            &ParameterValues::default(),
        );
        let errors: Vec<_> = compiled
            .findings
            .iter()
            .filter(|finding| finding.is_error())
            .collect();
        assert!(errors.is_empty(), "{errors:?}");
        let place = tempfile::tempdir().expect("a folder");
        Lab {
            place,
            main: compiled.sequence,
            double: Double::default(),
            options: RunOptions::default(),
        }
    }

    fn folder(&self) -> Folder {
        Folder::new(self.place.path().join("state"))
    }

    fn with<T>(&self, work: impl FnOnce(&mut Runner<'_>) -> T) -> T {
        let program = Program::new(&self.main, &NoChildren).expect("a program");
        let folder = self.folder();
        folder.prepare(&|_| Ok(())).expect("folders");
        let log = Log::open(&folder.logs(), LogLayout::CmTrace)
            .expect("a log")
            .shared();
        let setup = Setup {
            private: folder.run(),
            log: folder.logs(),
            cache: folder.cache(),
            ..Setup::default()
        };
        let follow = LogWatch::new(
            log.clone(),
            folder.clone(),
            Box::new(|_| {}),
            Box::new(|_, _| {}),
        );
        let host = LocalHost::new(Box::new(self.double.clone()), Site::default(), setup)
            .watched(Box::new(follow));
        let stored = Checkpoint::read(&folder).expect("a stored run");
        let engine = match &stored {
            Some(stored) => Engine::resume(&program, self.options.clone(), stored.state.clone()),
            None => Engine::new(&program, self.options.clone()),
        };
        let header = Header {
            id: "lab".to_owned(),
            title: "lab".to_owned(),
            ..Header::default()
        };
        let limits = Limits {
            keep_events: true,
            ..Limits::default()
        };
        let mut runner =
            Runner::new(&program, engine, host, folder, header, log, limits).expect("a runner");
        match &stored {
            Some(stored) => {
                let taken = runner.take_up(stored, None, None).expect("it is stored");
                assert_eq!(taken, None);
            }
            None => runner.begin(None).expect("it is stored"),
        }
        work(&mut runner)
    }

    /// Runs to the end, or a restart: how it ended, and the exit codes of the steps that ran.
    fn run(&self) -> (RunEnd, Vec<u32>) {
        self.with(|runner| {
            let ended = runner.run(&mut Quiet).expect("it can be stored");
            let codes = runner.events().iter().filter_map(|event| match event {
                Event::StepRan(ran) => Some(ran.exit_code),
                _ => None,
            });
            (ended, codes.collect())
        })
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder().logs().join("smsts.log")).expect("the log")
    }

    /// Everything that was written.
    fn written(&self) -> String {
        let mut out = String::new();
        let mut pending = vec![self.place.path().to_path_buf()];
        while let Some(folder) = pending.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
                if entry.path().is_dir() {
                    pending.push(entry.path());
                } else {
                    out += &String::from_utf8_lossy(&std::fs::read(entry.path()).expect("a file"));
                }
            }
        }
        out
    }
}

fn update(id: &str, required: bool) -> OfferedUpdate {
    OfferedUpdate {
        id: id.to_owned(),
        title: format!("Update {id}"),
        required,
    }
}

const UPDATES: &str = "step \"Updates\" install_software_updates < target: mandatory >\n\
    step \"After\" set_variable < Done = \"yes\" >\n";

#[test]
fn required_updates_are_those_that_are_asked_for() {
    let lab = Lab::new(UPDATES);
    lab.double.script(|script| {
        script.offered.push_back(Ok(vec![
            update("a", true),
            update("b", false),
            update("c", true),
        ]));
        let installed = vec!["a".to_owned(), "c".to_owned()];
        script.updated.push_back(Ok(Updated {
            installed,
            ..Updated::default()
        }));
    });
    assert_eq!(lab.run(), (RunEnd::Success, vec![0, 0]));
    assert_eq!(lab.double.asked(), ["find updates", "install a c"]);
    let log = lab.log();
    assert!(
        log.contains("Searching for required updates")
            && log.contains("2 updates were installed, 0 failed"),
        "{log}"
    );
    let all = Lab::new(&UPDATES.replace("mandatory", "all"));
    all.double.script(|script| {
        script
            .offered
            .push_back(Ok(vec![update("a", true), update("b", false)]));
    });
    assert_eq!(all.run(), (RunEnd::Success, vec![0, 0]));
    assert_eq!(all.double.asked(), ["find updates", "install a b"]);
}

#[test]
fn nothing_to_install_is_success() {
    let lab = Lab::new(UPDATES);
    lab.double
        .script(|script| script.offered.push_back(Ok(vec![update("b", false)])));
    assert_eq!(lab.run(), (RunEnd::Success, vec![0, 0]));
    assert_eq!(lab.double.asked(), ["find updates"]);
    assert!(
        lab.log().contains("found no required updates to install"),
        "{}",
        lab.log()
    );
}

#[test]
fn updates_that_need_a_restart_get_it_and_the_run_goes_on_behind_them() {
    let lab = Lab::new(UPDATES);
    lab.double.script(|script| {
        script.offered.push_back(Ok(vec![update("a", true)]));
        script.updated.push_back(Ok(Updated {
            installed: vec!["a".to_owned()],
            restart: true,
            ..Updated::default()
        }));
    });
    assert_eq!(lab.run(), (RunEnd::Restarting, vec![0]));
    assert!(
        lab.double
            .asked()
            .last()
            .is_some_and(|last| last.starts_with("restart: The task sequence lab restarts"))
    );
    assert!(
        lab.log().contains("SMSTSRebootRequested asks for it"),
        "{}",
        lab.log()
    );
    assert_eq!(lab.run(), (RunEnd::Success, vec![0]));
    let asked = lab.double.asked();
    assert_eq!(
        asked.iter().filter(|what| *what == "find updates").count(),
        1,
        "{asked:?}"
    );
}

#[test]
fn an_update_that_fails_fails_the_step_with_its_code() {
    let lab = Lab::new(UPDATES);
    lab.double.script(|script| {
        script
            .offered
            .push_back(Ok(vec![update("a", true), update("b", true)]));
        let (installed, failed) = (vec!["a".to_owned()], vec![("b".to_owned(), 0x8024_200B)]);
        script.updated.push_back(Ok(Updated {
            installed,
            failed,
            restart: true,
        }));
    });
    assert_eq!(lab.run(), (RunEnd::Failed, vec![0x8024_200B]));
    let log = lab.log();
    assert!(log.contains("The update b failed with 0x8024200B"), "{log}");
    assert!(log.contains("Failed to run the action: Updates."), "{log}");
    assert!(
        log.contains("_SMSTSLastActionRetCode") || log.contains("Error: 8024200B"),
        "{log}"
    );
    assert!(
        !lab.double
            .asked()
            .iter()
            .any(|what| what.starts_with("restart")),
        "a failed step restarts nothing"
    );
}

#[test]
fn a_search_that_fails_fails_the_step_and_a_code_of_success_is_none() {
    for (code, wanted) in [
        (0x8024_402C, 0x8024_402C),
        (3010, 0x8000_4005),
        (0, 0x8000_4005),
    ] {
        let lab = Lab::new(UPDATES);
        let error = SystemError::new(code, "the search for updates failed: no server answers");
        lab.double
            .script(|script| script.offered.push_back(Err(error)));
        assert_eq!(lab.run(), (RunEnd::Failed, vec![wanted]));
        assert!(
            lab.log()
                .contains("Failed to search for updates: the search for updates failed"),
            "{}",
            lab.log()
        );
    }
    let lab = Lab::new(UPDATES);
    lab.double.script(|script| {
        script.offered.push_back(Ok(vec![update("a", true)]));
        script.updated.push_back(Err(SystemError::new(
            0x8024_0016,
            "the installation of updates failed",
        )));
    });
    assert_eq!(lab.run(), (RunEnd::Failed, vec![0x8024_0016]));
}

const SHARE: &str = "step \"Share\" connect_network_folder < path: \"\\\\server\\tools\", drive: \"T:\", account: \"LAB\\svc\", \
    password: secret(\"share\") >\n\
    step \"After\" set_variable < Done = \"yes\" > when none(folder \"T:\\tools\")\n";

#[test]
fn a_share_is_connected_with_the_drive_and_the_account_of_the_step() {
    let mut lab = Lab::new(SHARE);
    lab.options.secrets = vec![("share".to_owned(), "Yak-99".to_owned())];
    assert_eq!(lab.run().0, RunEnd::Success);
    assert_eq!(
        lab.double.asked(),
        [r"connect \\server\tools to T: as LAB\svc with Yak-99"]
    );
    assert!(
        lab.log()
            .contains(r"Successfully connected to \\server\tools"),
        "{}",
        lab.log()
    );
    assert!(!lab.written().contains("Yak-99"));
}

#[test]
fn a_share_that_cannot_be_connected_fails_the_step_with_the_code_of_the_system() {
    // Network path not found, wrong password, the drive is in use, other credentials are in use.
    for code in [53, 1326, 85, 1219] {
        let mut lab = Lab::new(SHARE);
        lab.options.secrets = vec![("share".to_owned(), "Yak-99".to_owned())];
        let error = SystemError::new(code, "the system said Yak-99 is wrong");
        lab.double
            .script(|script| script.connected.push_back(Err(error)));
        assert_eq!(lab.run(), (RunEnd::Failed, vec![code]));
        assert!(lab.log().contains("Failed to connect to"), "{}", lab.log());
        assert!(
            !lab.written().contains("Yak-99"),
            "not even when the system repeats it"
        );
    }
}

const AS_USER: &str = "step \"Other\" run_command_line < \"setup.exe /quiet\", run_as: \"LAB\\svc\", \
    run_as_password: secret(\"svc\"), success_codes: \"0 3010\" >\nstep \"After\" run_command_line < \"after.exe\" >\n";

#[test]
fn a_command_runs_as_the_account_of_its_step() {
    let mut lab = Lab::new(AS_USER);
    lab.options.secrets = vec![("svc".to_owned(), "Quokka-5".to_owned())];
    assert_eq!(lab.run(), (RunEnd::Success, vec![0, 0]));
    assert_eq!(
        lab.double.asked(),
        [
            r"run as LAB\svc with Quokka-5",
            "run as the run's own account"
        ]
    );
    assert!(
        lab.log().contains(r"The command line runs as LAB\svc"),
        "{}",
        lab.log()
    );
    assert!(!lab.written().contains("Quokka-5"));
}

#[test]
fn an_account_that_the_system_refuses_fails_the_step_with_its_code() {
    // Wrong password, no right to sign in like this, the account is locked.
    for code in [1326, 1385, 1909] {
        let mut lab = Lab::new(AS_USER);
        lab.options.secrets = vec![("svc".to_owned(), "Quokka-5".to_owned())];
        let error = SystemError::new(code, "cannot sign in as LAB\\svc");
        lab.double
            .script(|script| script.processes.push_back(Err(error)));
        assert_eq!(lab.run(), (RunEnd::Failed, vec![code]));
        assert!(
            lab.log()
                .contains("Failed to start the process: cannot sign in as LAB\\svc"),
            "{}",
            lab.log()
        );
    }
}

#[test]
fn a_program_that_wants_a_restart_gets_it_with_the_message_and_time_of_the_variables() {
    let mut lab = Lab::new(AS_USER);
    lab.options.secrets = vec![("svc".to_owned(), "Quokka-5".to_owned())];
    lab.options.variables = vec![tasq::internals::engine::InitialVariable {
        name: "SMSTSRebootMessage".to_owned(),
        value: "Back in a minute".to_owned(),
        masked: false,
    }];
    let restarts = ProcessEnded {
        exit_code: 3010,
        ..ProcessEnded::default()
    };
    lab.double
        .script(|script| script.processes.push_back(Ok(restarts)));
    assert_eq!(lab.run(), (RunEnd::Restarting, vec![3010]));
    assert_eq!(
        lab.double.asked().last().map(String::as_str),
        Some("restart: Back in a minute")
    );
    // Secrets come back through the system: DPAPI on Windows.
    let stored = Checkpoint::read(&lab.folder())
        .expect("read")
        .expect("a run");
    assert!(stored.slots.iter().all(|slot| slot.protected.is_some()) && !stored.slots.is_empty());
    let mut nobody = std::collections::BTreeMap::from([("svc".to_owned(), "Quokka-5".to_owned())]);
    let resumed = run::Resumed::new(stored, &lab.double, &mut nobody).expect("secrets");
    assert!(
        resumed
            .checkpoint
            .state
            .variables()
            .secrets()
            .any(|secret| secret == "Quokka-5")
    );
}

#[test]
fn rows_that_were_asked_for_narrowly_come_from_the_system_itself() {
    let lab = Lab::new(
        "step \"One\" set_variable < X = \"1\" > when wmi \"SELECT * FROM CIM_DataFile WHERE Name = 'C:\\\\\\\\x.txt'\"\n",
    );
    assert_eq!(lab.run(), (RunEnd::Success, vec![]));
    let asked = lab.double.asked();
    assert!(
        asked
            .iter()
            .any(|what| what.starts_with("rows of CIM_DataFile where")),
        "{asked:?}"
    );
}

#[test]
fn what_needs_an_administrator_is_known_before_the_first_step() {
    let lab = Lab::new(&format!(
        "{UPDATES}group \"Off\" < disabled: true > {{\n  {UPDATES}}}\n"
    ));
    let program = Program::new(&lab.main, &NoChildren).expect("a program");
    let overview = run::overview(&program);
    assert_eq!(overview.elevated, ["\"Updates\""]);
}
