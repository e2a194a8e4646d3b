//! Every step of `steps.txt` three ways: on the described computer, on a real one with the same
//! facts, and on that one with nothing done. They come to the same wherever all facts are known.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use tasq::internals::{
    action::carries_out,
    computer::{Facts, Host, Outcome, Work},
    deed::ResultBasis,
    fact::{Fact, FileFacts, InstalledProduct, Known, RegistryValue},
    host::{
        dry::Dry,
        local::{LocalHost, Setup},
        simulated::SimulatedHost,
        system::{
            Launch, OfferedUpdate, OperatingSystem, ProcessResult, ProgramStart, ResumeEntry,
            Share, Survivor, SystemError, Updated,
        },
    },
    machine::Machine,
    site::{
        self, Content, DeploymentType, DetectionOperator, DetectionSubject, DetectionTest, Site,
    },
    wql::{ClassFacts, Rows},
};

use super::{cases_of, machine, steps::each_step, text_of};

/// Stands among what was done when a process ended with another code than 0: nothing but the
/// process tells that.
const OTHER_CODE: &str = "(another code)";

/// What was done to a twin, by the names of what was installed.
pub(super) type Done = Arc<Mutex<BTreeSet<String>>>;

/// A system with the facts of a description; what is told to it is done.
struct Twin {
    facts: SimulatedHost,
    done: Done,
}

impl Twin {
    fn has(&self, what: &str) -> bool {
        self.done.lock().expect("nobody panicked").contains(what)
    }

    fn add(&self, what: &str) {
        let mut done = self.done.lock().expect("nobody panicked");
        done.insert(what.to_owned());
    }
}

impl Rows for Twin {
    fn class(&self, namespace: &str, class: &str) -> ClassFacts {
        self.facts.class(namespace, class)
    }
}

impl Facts for Twin {
    fn file(&self, path: &str) -> Known<FileFacts> {
        match path.strip_prefix("application ") {
            Some(name) if self.has(name) => Known::Yes(FileFacts::default()),
            Some(_) => Known::No,
            None => self.facts.file(path),
        }
    }
    fn folder(&self, path: &str) -> Known<FileFacts> {
        self.facts.folder(path)
    }
    fn registry_key(&self, key: &str) -> Known<()> {
        self.facts.registry_key(key)
    }
    fn registry_value(&self, key: &str, name: &str) -> Known<RegistryValue> {
        self.facts.registry_value(key, name)
    }
    fn product(&self, product_code: &str) -> Known<InstalledProduct> {
        self.facts.product(product_code)
    }
    fn products(&self, upgrade_code: &str) -> Known<Vec<InstalledProduct>> {
        self.facts.products(upgrade_code)
    }
    fn fact(&self, fact: Fact) -> Known<String> {
        self.facts.fact(fact)
    }
    fn environment(&self, name: &str) -> Known<String> {
        self.facts.environment(name)
    }
    fn variables(&self) -> Vec<(String, String)> {
        self.facts.variables()
    }
    fn tells_all_variables(&self) -> bool {
        self.facts.tells_all_variables()
    }
}

impl OperatingSystem for Twin {
    fn family(&self) -> &'static str {
        "windows"
    }
    /// `install CODE NAME` ends with the code; everything else succeeds.
    fn run(
        &self,
        launch: &Launch,
        _: &mut dyn FnMut(&str) -> bool,
    ) -> Result<ProcessResult, SystemError> {
        let mut ended = ProcessResult::default();
        if let ProgramStart::CommandLine(line) = &launch.program
            && let Some((code, name)) = line
                .strip_prefix("install ")
                .and_then(|rest| rest.split_once(' '))
        {
            ended.exit_code = code.parse().expect("a code");
            if ended.exit_code != 0 {
                self.add(OTHER_CODE);
            }
            if matches!(ended.exit_code, 0 | 1641 | 3010) {
                self.add(name);
            }
        }
        Ok(ended)
    }
    fn survivor(&self, _: &Path) -> Option<Survivor> {
        None
    }
    fn end_survivor(&self, _: &Path) -> Result<(), SystemError> {
        Ok(())
    }
    fn powershell(&self) -> Option<PathBuf> {
        Some(PathBuf::from("powershell.exe"))
    }
    fn is_elevated(&self) -> bool {
        true
    }
    fn connect(&self, share: &Share) -> Result<(), SystemError> {
        match self.facts.folder(&share.path) {
            Known::No => Err(SystemError::new(67, "it is not there")),
            Known::Yes(_) | Known::Unknown(_) => Ok(()),
        }
    }
    fn find_updates(&self) -> Result<Vec<OfferedUpdate>, SystemError> {
        let machine = self.facts.description();
        let all = machine.updates.iter().flatten();
        let offered = all.enumerate().map(|(index, own)| {
            let update = OfferedUpdate {
                id: format!("update {index}"),
                title: String::new(),
                required: own.required,
            };
            (update, own.installed)
        });
        let open = offered.filter(|(update, installed)| !installed && !self.has(&update.id));
        Ok(open.map(|(update, _)| update).collect())
    }
    fn install_updates(&self, ids: &[String]) -> Result<Updated, SystemError> {
        ids.iter().for_each(|id| self.add(id));
        let machine = self.facts.description();
        let all = machine.updates.iter().flatten().enumerate();
        let mut own = all.filter(|(index, _)| ids.contains(&format!("update {index}")));
        Ok(Updated {
            installed: ids.to_vec(),
            failed: Vec::new(),
            restart: own.any(|(_, update)| update.restart),
        })
    }
    fn restart(&self, _: &str) -> Result<(), SystemError> {
        Ok(())
    }
    fn add_resume_entry(&self, _: &ResumeEntry) -> Result<(), SystemError> {
        Ok(())
    }
    fn remove_resume_entry(&self) -> Result<(), SystemError> {
        Ok(())
    }
    fn protect(&self, _: &[u8]) -> Option<Vec<u8>> {
        None
    }
    fn unprotect(&self, _: &[u8]) -> Option<Vec<u8>> {
        None
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
        None
    }
}

/// A site that offers what a description lists; its content lies in a folder.
fn site_of(machine: &Machine, folder: &Path) -> Site {
    let packages = machine.packages.iter().map(|own| {
        let place = folder.join(&own.id);
        if own.available {
            fs::create_dir_all(&place).expect("a folder");
        }
        site::SitePackage {
            id: own.id.clone(),
            content: Content {
                source: Some(place.display().to_string()),
                files: Vec::new(),
            },
            programs: vec![site::SiteProgram {
                name: "Install".to_owned(),
                success_codes: vec![0],
                ..site::SiteProgram::default()
            }],
            ..site::SitePackage::default()
        }
    });
    let applications = machine.applications.iter().map(|own| {
        let name = own.name.clone().unwrap_or_default();
        let never = DetectionTest {
            subject: DetectionSubject::Variable("NeverSet".to_owned()),
            compared: Some((DetectionOperator::Equals, "yes".to_owned())),
        };
        let kind = DeploymentType {
            install: format!("install {} {name}", own.exit_code),
            detection: vec![DetectionTest {
                subject: DetectionSubject::File(format!("application {name}")),
                compared: None,
            }],
            requirements: (!own.requirements_met)
                .then_some(never)
                .into_iter()
                .collect(),
            ..DeploymentType::default()
        };
        site::SiteApplication {
            id: own.id.clone(),
            name,
            deployment_types: vec![kind],
            ..site::SiteApplication::default()
        }
    });
    Site {
        packages: packages.collect(),
        applications: applications.collect(),
        ..Site::default()
    }
}

pub(super) fn real(machine: &Machine, folder: &Path) -> (LocalHost, Done) {
    let installed = machine.applications.iter().filter(|own| own.installed);
    let names = installed.filter_map(|own| own.name.clone());
    let done: Done = Arc::new(Mutex::new(names.collect()));
    let twin = Twin {
        facts: SimulatedHost::new(machine.clone()),
        done: Arc::clone(&done),
    };
    let setup = Setup {
        private: folder.join("private"),
        cache: folder.join("cache"),
        ..Setup::default()
    };
    let host = LocalHost::new(Box::new(twin), site_of(machine, folder), setup);
    (host, done)
}

/// What must be the same: the code, and the variables but for paths, of which each computer has its
/// own.
fn essence(outcome: &Outcome) -> (u32, Vec<(String, String)>) {
    let is_path = |value: &str| value.contains(['/', '\\']);
    let variables = outcome.variables.iter().map(|(name, value)| {
        let value = if is_path(value) { "a path" } else { value };
        (name.clone(), value.to_owned())
    });
    (outcome.exit_code, variables.collect())
}

/// The values of a step on a real computer: what is a path of a drive lies below the test's folder,
/// so that nothing is written elsewhere.
fn moved(values: &[(String, String)], folder: &Path) -> Vec<(String, String)> {
    let values = values.iter().map(|(name, value)| {
        let value = match value.split_at_checked(3) {
            Some((drive, rest)) if drive.ends_with(":\\") => {
                let inner = rest.replace('\\', "/");
                folder.join("drive").join(inner).display().to_string()
            }
            _ => value.clone(),
        };
        (name.clone(), value)
    });
    values.collect()
}

/// What lies in the project's folder under the name of a drive.
fn drives() -> BTreeSet<String> {
    let entries = fs::read_dir(env!("CARGO_MANIFEST_DIR")).expect("the project's folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    let names = names.map(|name| name.to_string_lossy().into_owned());
    names.filter(|name| name.contains(':')).collect()
}

fn starts_text(work: &Work<'_>) -> bool {
    let keyword = work.step.table().map(|table| table.keyword.as_str());
    matches!(keyword, Some("run_command_line" | "run_powershell_script"))
}

#[test]
fn a_step_comes_to_the_same_described_dry_and_done() {
    let (mut compared, mut all) = (0, 0);
    let before = drives();
    for case in cases_of("steps") {
        let mut machine = machine(&case.title(), &text_of(&case));
        // How a step ends is known to the description alone.
        machine.outcomes.clear();
        let place = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(place.path().join("private")).expect("a folder");
        let mut described = SimulatedHost::new(machine.clone());
        let mut dry = Dry::new(real(&machine, place.path()).0);
        let (mut done, marks) = real(&machine, place.path());
        each_step(&case, &mut |work| {
            // A step that nothing carries out is only named by a description, and fails a run.
            if !carries_out(work.step) {
                return;
            }
            let said = described.perform(work);
            let values = moved(work.values, place.path());
            let real_work = Work {
                values: &values,
                ..work.clone()
            };
            let would = dry.perform(&real_work);
            let did = done.perform(&real_work);
            let at = format!("{}, {}", case.title(), work.path);
            // What a text says of its own end the twin, which starts nothing, does not read.
            if would.basis == ResultBasis::Given && starts_text(work) {
                return;
            }
            all += 2;
            let mut marks = marks.lock().expect("nobody panicked");
            if !marks.remove(OTHER_CODE) && would.assumed.is_empty() && would.unknown.is_empty() {
                compared += 1;
                assert_eq!(essence(&would), essence(&did), "{at}: dry, and done");
            }
            if said.assumed.is_empty() && said.unknown.is_empty() {
                compared += 1;
                assert_eq!(essence(&said), essence(&did), "{at}: described, and done");
            }
        });
    }
    assert_eq!(drives(), before, "written into the project");
    assert!(compared > 30, "{compared} of {all} compared");
}
