//! A computer that is only described: it answers from a machine file and pretends to do what steps
//! ask.

mod effects;
mod facts;
mod places;
mod registry;

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use super::small_view::small_view;
use crate::{
    computer::{Beginning, FactQuestion, Facts, Host, Outcome, Work, overlaid},
    fact::{Fact, FileFacts, InstalledProduct, Known, RegistryValue, is_made_up_by_cmd},
    machine::{Architecture, Listed, Machine, Mock, System, values, wmi},
    wql::{ClassFacts, Row, Rows},
};

/// A described computer during one run.
#[derive(Clone, Debug)]
pub struct SimulatedHost {
    machine: Arc<Machine>,
    winpe: bool,
    clock: u64,
    restarts: u32,
    /// How steps end, what a test says before what the description says.
    outcomes: Vec<Mock>,
    /// How many of them a test says.
    mocks: usize,
    /// How often an outcome was used for a step, by its number and the step's path.
    used: HashMap<(usize, String), u32>,
    changes: Changes,
    /// What the step that works now takes for true.
    assumed: Vec<String>,
}

/// What steps changed.
#[derive(Clone, Debug, Default)]
struct Changes {
    /// Applications that were installed, by their number in the file.
    installed: BTreeSet<usize>,
    /// Updates that were installed, by their number in the file.
    updated: BTreeSet<usize>,
    /// Drives that were connected, and their shares.
    mapped: BTreeMap<String, String>,
    /// Folders with downloaded content, as paths are compared.
    downloaded: BTreeSet<String>,
    /// Whether something ran that may have made disks ready to start from.
    disks: bool,
}

impl SimulatedHost {
    /// A computer at the start of a run.
    pub fn new(machine: impl Into<Arc<Machine>>) -> Self {
        let machine = machine.into();
        SimulatedHost {
            winpe: machine.in_winpe,
            outcomes: machine.outcomes.clone(),
            mocks: 0,
            machine,
            clock: 0,
            restarts: 0,
            used: HashMap::new(),
            changes: Changes::default(),
            assumed: Vec::new(),
        }
    }

    /// The same with outcomes of steps that win over those of the description.
    #[must_use]
    pub fn with_outcomes(mut self, mocks: impl IntoIterator<Item = Mock>) -> Self {
        let own = self.outcomes.len();
        self.outcomes.splice(0..0, mocks);
        self.mocks += self.outcomes.len() - own;
        self
    }

    /// The description, to be shared.
    pub fn description(&self) -> Arc<Machine> {
        Arc::clone(&self.machine)
    }

    /// Takes another description of the same computer; what steps did to it stays done.
    pub fn describe_anew(&mut self, machine: impl Into<Arc<Machine>>) {
        self.machine = machine.into();
    }

    /// Whether it is in Windows PE now.
    pub fn in_winpe(&self) -> bool {
        self.winpe
    }

    /// How often it was restarted.
    pub fn restarts(&self) -> u32 {
        self.restarts
    }

    fn system(&self) -> Option<&System> {
        self.machine.system(self.winpe)
    }

    /// What the file would have to say of the running system, or said of another one.
    fn not_said<T>(&self, name: String) -> Known<T> {
        match &self.machine.installed_by {
            Some(path) => unknown(format!("{name} behind {path}")),
            None => unknown(name),
        }
    }

    /// The drive of the running system.
    fn drive(&self) -> String {
        wmi::drive(self.system(), self.winpe)
    }

    /// A variable of a collection, or of the device.
    fn said(&self, wanted: &str) -> Option<&str> {
        let mut variables = self.machine.variables.iter().rev();
        let found = variables.find(|(name, _)| name.eq_ignore_ascii_case(wanted))?;
        Some(&found.1)
    }

    /// The drive that a collection or the device chose for what the run stores.
    fn data_drive(&self) -> Option<String> {
        let value = self.said("SMSTSLocalDataDrive")?;
        let drive = value.trim().trim_end_matches('\\');
        let is_drive = drive.len() == 2 && drive.ends_with(':');
        is_drive.then(|| drive.to_owned())
    }

    /// The folder of the log in Windows PE. Of a run that began in Windows the data are on a disk;
    /// where else nobody knows when a disk is ready for the log.
    fn log_in_winpe(&self) -> Option<String> {
        let machine = &*self.machine;
        let first = machine.os.as_ref().filter(|_| !machine.in_winpe);
        let first = first.filter(|system| self.winpe && system.windows)?;
        let drive = (self.data_drive()).unwrap_or_else(|| wmi::drive(Some(first), false));
        Some(format!("{drive}\\_SMSTaskSequence\\Logs\\Smstslog"))
    }

    /// Whether there is a disk to start the installed system from: Windows PE itself runs from
    /// memory. What ran since may have made one.
    fn has_bootable_disk(&self) -> Known<()> {
        let Some(disks) = self.machine.disks.as_ref().filter(|_| self.winpe) else {
            return Known::Yes(());
        };
        let own = self.drive();
        let mut local = disks.iter().filter(|disk| disk.kind == 3);
        if local.any(|disk| !disk.letter.eq_ignore_ascii_case(&own)) {
            Known::Yes(())
        } else if self.changes.disks {
            unknown("disks")
        } else {
            Known::No
        }
    }

    /// Whether the lists of the file are about the running system: registry, products and
    /// environment of Windows PE and of the installed Windows have nothing to do with each other.
    fn is_listed_system(&self) -> bool {
        self.winpe == self.machine.in_winpe
    }

    /// A path that no list has: `No` when its drive or a folder above it is not there.
    fn without_parent(&self, path: &str) -> bool {
        let gone = |listed: Option<&Listed>| listed.is_some_and(|listed| listed.facts.is_none());
        let sign = divider(path);
        let above = path.match_indices(sign).map(|(at, _)| &path[..at]);
        let mut above =
            above.filter(|parent| sign == '/' && !parent.is_empty() || parent.len() > 2);
        if above.any(|parent| gone(self.machine.folders.get(parent))) {
            return true;
        }
        let Some(letter) = path
            .get(..2)
            .filter(|start| start.ends_with(':'))
            .map(str::to_uppercase)
        else {
            return false;
        };
        let here =
            |disks: &Vec<crate::machine::Disk>| disks.iter().any(|disk| disk.letter == letter);
        let mapped = self.changes.mapped.contains_key(&letter) || letter == self.drive();
        self.machine
            .disks
            .as_ref()
            .is_some_and(|disks| !here(disks))
            && !mapped
    }

    /// A path as the running system has it: on a Unix `C:` is the root.
    fn own_path<'p>(&self, path: &'p str) -> Cow<'p, str> {
        let unix = self.system().is_some_and(|system| !system.windows);
        let listed = || {
            let key = values::path(path);
            self.machine.files.contains_key(&key) || self.machine.folders.contains_key(&key)
        };
        let own = values::below_root(path).filter(|_| unix && !listed());
        own.map_or(Cow::Borrowed(path), Cow::Owned)
    }

    /// Whether a path leads to what no list of the computer's own files can hold: a share, a
    /// connected drive, downloaded content.
    fn is_elsewhere(&self, path: &str) -> bool {
        let drive = path.get(..2).map(str::to_uppercase).unwrap_or_default();
        let below = |folder: &String| {
            path.strip_prefix(folder.as_str())
                .is_some_and(|rest| rest.starts_with(divider(path)))
        };
        drive == "\\\\"
            || self.changes.mapped.contains_key(&drive)
            || self.changes.downloaded.iter().any(below)
    }

    /// Whether the file lists all files that could be at this path.
    fn is_whole(&self, path: &str) -> bool {
        let is_there = !self.is_elsewhere(path) && !values::is_veiled(path);
        self.machine.complete.has("files") && is_there
    }

    /// Whether something that is there lies in a folder.
    fn holds_something(&self, path: &str) -> bool {
        let sign = divider(path);
        let start = format!("{}{sign}", path.trim_end_matches(sign));
        let downloaded = &self.changes.downloaded;
        if downloaded.contains(path)
            || downloaded
                .range(start.clone()..)
                .next()
                .is_some_and(|own| own.starts_with(&start))
        {
            return true;
        }
        let inside = |list: &BTreeMap<String, Listed>| {
            let below = list
                .range(start.clone()..)
                .take_while(|(path, _)| path.starts_with(&start));
            below.into_iter().any(|(_, listed)| listed.facts.is_some())
        };
        inside(&self.machine.files) || inside(&self.machine.folders)
    }

    /// Whether 32-bit programs have a view of their own: in a Windows of 64 bits, and not in
    /// Windows PE.
    fn has_small_view(&self) -> bool {
        let small =
            |system: &System| system.windows && system.architecture != Some(Architecture::X86);
        !self.winpe && self.system().is_none_or(small)
    }

    /// Folders that every Windows or Linux has, and the roots of their drives.
    fn is_usual_folder(&self, path: &str) -> bool {
        const OF_LINUX: [&str; 6] = ["/dev", "/etc", "/tmp", "/usr", "/usr/bin", "/var"];
        // The root of a Unix.
        if path == "/" {
            return true;
        }
        let drive = self.drive().to_lowercase();
        let known = self
            .machine
            .disks
            .iter()
            .flatten()
            .any(|disk| disk.letter.eq_ignore_ascii_case(path));
        let runs = self.system().is_some_and(|system| system.windows);
        if known || runs && path == drive {
            return true;
        }
        if self.system().is_some_and(|system| !system.windows) {
            return OF_LINUX.contains(&path);
        }
        let usual = ["windows", "windows\\system32", "windows\\temp"];
        let full = ["program files", "programdata", "users", "users\\public"];
        let inner = path.strip_prefix(&format!("{drive}\\")).unwrap_or_default();
        runs && (usual.contains(&inner) || !self.winpe && full.contains(&inner))
    }
}

/// The sign that divides a path.
fn divider(path: &str) -> char {
    if values::is_unix_path(path) {
        '/'
    } else {
        '\\'
    }
}

/// What a machine file would have to say.
fn unknown<T>(name: impl Into<String>) -> Known<T> {
    Known::Unknown(name.into())
}

impl Rows for SimulatedHost {
    fn class(&self, namespace: &str, class: &str) -> ClassFacts {
        let key = (wmi::namespace(namespace), class.to_lowercase());
        match self.machine.classes(self.winpe).get(&key) {
            Some(rows) => ClassFacts::Rows(rows.clone()),
            None if self.machine.complete.has("wmi") => ClassFacts::Rows(Vec::new()),
            None => ClassFacts::Unknown,
        }
    }

    fn look(&self, namespace: &str, class: &str, look: &mut dyn FnMut(Option<&[Row]>)) {
        let key = (wmi::namespace(namespace), class.to_lowercase());
        match self.machine.classes(self.winpe).get(&key) {
            Some(rows) => look(Some(rows)),
            None if self.machine.complete.has("wmi") => look(Some(&[])),
            None => look(None),
        }
    }
}

impl Facts for SimulatedHost {
    fn file(&self, path: &str) -> Known<FileFacts> {
        let path = &*self.own_path(path);
        let key = values::path(path);
        match self.machine.files.get(&key) {
            Some(listed) => return listed.facts.clone().map_or(Known::No, Known::Yes),
            None if self
                .machine
                .folders
                .get(&key)
                .is_some_and(|folder| folder.facts.is_some()) =>
            {
                return Known::No;
            }
            None => {}
        }
        if self.changes.downloaded.contains(&key)
            || self.without_parent(&key)
            || self.is_whole(&key)
        {
            return Known::No;
        }
        self.not_said(format!("files.'{path}'"))
    }

    fn folder(&self, path: &str) -> Known<FileFacts> {
        let path = &*self.own_path(path);
        let key = values::path(path);
        let connected = self
            .changes
            .mapped
            .keys()
            .any(|letter| letter.eq_ignore_ascii_case(&key));
        if connected || self.changes.downloaded.contains(&key) {
            return Known::Yes(FileFacts::default());
        }
        if let Some(listed) = self.machine.folders.get(&key) {
            return listed.facts.clone().map_or(Known::No, Known::Yes);
        }
        if self
            .machine
            .files
            .get(&key)
            .is_some_and(|file| file.facts.is_some())
            || self.without_parent(&key)
        {
            return Known::No;
        }
        if self.holds_something(&key) || self.is_usual_folder(&key) {
            return Known::Yes(FileFacts::default());
        }
        if self.is_whole(&key) {
            return Known::No;
        }
        self.not_said(format!("folders.'{path}'"))
    }

    fn registry_key(&self, key: &str) -> Known<()> {
        let Some(path) = values::registry_key(key).filter(|_| self.is_listed_system()) else {
            return self.not_said(format!("registry.'{key}'"));
        };
        match self.said_of_key(&path) {
            Some(true) => Known::Yes(()),
            Some(false) => Known::No,
            None if self.is_whole_registry(&path) => Known::No,
            None => self.not_said(format!("registry.'{key}'")),
        }
    }

    fn registry_value(&self, key: &str, name: &str) -> Known<RegistryValue> {
        let not_said = || self.not_said(format!("registry.'{key}'.'{name}'"));
        let Some(path) = values::registry_key(key).filter(|_| self.is_listed_system()) else {
            return not_said();
        };
        match self.listed_value(&path, name) {
            Some((_, Some(value))) => Known::Yes(value.clone()),
            Some((_, None)) => Known::No,
            None if self.said_of_key(&path) == Some(false) => Known::No,
            None if self.is_whole_registry(&path) => Known::No,
            None => not_said(),
        }
    }

    fn small_path(&self, path: &str) -> Option<String> {
        if !self.has_small_view() {
            return None;
        }
        let path = &*values::without_dots(path);
        let small = small_view(path, &format!("{}\\Windows", self.drive()));
        let key = values::path(&small);
        let listed = self.machine.files.contains_key(&key)
            || self.machine.folders.contains_key(&key)
            || self.without_parent(&key);
        // `Sysnative` is there for 32-bit programs alone.
        let native = path.to_ascii_lowercase().contains("\\sysnative");
        (small != path && (listed || native)).then_some(small)
    }

    fn small_registry_key(&self, key: &str) -> Known<()> {
        self.registry_key(&self.small_key(key).unwrap_or_else(|| key.to_owned()))
    }

    fn small_registry_value(&self, key: &str, name: &str) -> Known<RegistryValue> {
        let small = self.small_key(key);
        self.registry_value(&small.unwrap_or_else(|| key.to_owned()), name)
    }

    fn product(&self, product_code: &str) -> Known<InstalledProduct> {
        let wanted = values::guid(product_code).unwrap_or_default();
        if !self.is_listed_system() {
            return self.not_said(format!("software with product_code \"{product_code}\""));
        }
        let found = self
            .machine
            .software
            .iter()
            .find(|software| software.product_code.as_deref() == Some(&wanted));
        match found {
            Some(software) => Known::Yes(InstalledProduct {
                product_code: software.product_code.clone(),
                name: software.name.clone(),
                version: software.version.clone(),
            }),
            None if self.machine.complete.has("software") => Known::No,
            None => self.not_said(format!("software with product_code \"{product_code}\"")),
        }
    }

    fn products(&self, upgrade_code: &str) -> Known<Vec<InstalledProduct>> {
        let wanted = values::guid(upgrade_code).unwrap_or_default();
        if !self.is_listed_system() {
            return self.not_said(format!("software with upgrade_code \"{upgrade_code}\""));
        }
        let family = self
            .machine
            .software
            .iter()
            .filter(|own| own.upgrade_code.as_deref() == Some(&wanted));
        let found: Vec<InstalledProduct> = family
            .map(|own| InstalledProduct {
                product_code: own.product_code.clone(),
                name: own.name.clone(),
                version: own.version.clone(),
            })
            .collect();
        match found.is_empty() {
            false => Known::Yes(found),
            true if self.machine.complete.has("software") => Known::No,
            true => self.not_said(format!("software with upgrade_code \"{upgrade_code}\"")),
        }
    }

    fn has_upgrade_code(&self, product_code: &str, upgrade_code: &str) -> Known<()> {
        let code = values::guid(product_code).unwrap_or_default();
        let mut own = self.machine.software.iter();
        let own = own.find(|own| own.product_code.as_deref() == Some(&code));
        match own.and_then(|own| own.upgrade_code.clone()) {
            Some(own) if values::guid(upgrade_code) == Some(own.clone()) => Known::Yes(()),
            Some(_) => Known::No,
            None => unknown(format!(
                "upgrade_code of the software with product_code \"{product_code}\""
            )),
        }
    }

    fn fact(&self, fact: Fact) -> Known<String> {
        let known = facts::of(&self.machine, self.system(), &self.drive(), fact);
        match known {
            Known::Unknown(what) if what.starts_with("os.") => self.not_said(what),
            known => known,
        }
    }

    fn environment(&self, name: &str) -> Known<String> {
        let key = name.to_lowercase();
        let listed = self
            .machine
            .environment
            .get(&key)
            .filter(|_| self.is_listed_system());
        if let Some(value) = listed {
            return value.clone().map_or(Known::No, Known::Yes);
        }
        if is_made_up_by_cmd(&key) {
            return Known::No;
        }
        let drive = self.drive();
        let windows = self.system().is_some_and(|system| system.windows);
        let architecture = self.system().and_then(|system| system.architecture);
        let usual = match key.as_str() {
            "computername" if !self.winpe => {
                self.machine.name.as_ref().map(|name| name.to_uppercase())
            }
            "systemdrive" if windows => Some(drive),
            "systemroot" | "windir" if windows => Some(format!("{drive}\\Windows")),
            "temp" | "tmp" if windows => Some(format!("{drive}\\Windows\\TEMP")),
            "os" if windows => Some("Windows_NT".to_owned()),
            "comspec" if windows => Some(format!("{drive}\\Windows\\system32\\cmd.exe")),
            "programfiles" if windows && !self.winpe => Some(format!("{drive}\\Program Files")),
            "programfiles(x86)"
                if windows && !self.winpe && architecture == Some(Architecture::X64) =>
            {
                Some(format!("{drive}\\Program Files (x86)"))
            }
            "programdata" | "allusersprofile" if windows && !self.winpe => {
                Some(format!("{drive}\\ProgramData"))
            }
            "public" if windows && !self.winpe => Some(format!("{drive}\\Users\\Public")),
            "processor_architecture" => architecture.map(|architecture| {
                match architecture {
                    Architecture::X86 => "x86",
                    Architecture::X64 => "AMD64",
                    Architecture::Arm64 => "ARM64",
                }
                .to_owned()
            }),
            _ => None,
        };
        match usual {
            Some(value) => Known::Yes(value),
            None if self.machine.complete.has("environment") && self.is_listed_system() => {
                Known::No
            }
            None => self.not_said(format!("environment.{name}")),
        }
    }

    fn tells_all_variables(&self) -> bool {
        self.machine.complete.has("variables")
    }

    fn installed_by(&self) -> Option<&str> {
        self.machine.installed_by.as_deref()
    }

    fn place(&self, asked: &FactQuestion<'_>) -> Option<String> {
        self.place_of(asked)
    }

    fn variables(&self) -> Vec<(String, String)> {
        let machine = &*self.machine;
        let windows = !self.winpe && self.system().is_some_and(|system| system.windows);
        let own = || windows.then(|| self.drive());
        // The client starts what begins in Windows, and Tasq itself what begins elsewhere. The file
        // may know better; then it says what media there are.
        let given = self.said("_SMSTSLaunchMode").map(str::to_owned);
        let first = machine.os.as_ref().filter(|_| !machine.in_winpe);
        let begins_in = |windows| first.is_some_and(|system| system.windows == windows);
        let by_itself = given.is_none() && begins_in(false);
        let by_client = || begins_in(true).then(|| "SMS".to_owned());
        let launch_mode = given.or_else(by_client);
        let beginning = Beginning {
            winpe: self.winpe,
            name: machine.name.clone().filter(|_| !self.winpe),
            uefi: machine.firmware.uefi,
            secure_boot: machine.firmware.secure_boot,
            by_itself,
            launch_mode,
            site_code: machine.client.site_code.clone(),
            log_path: match own() {
                Some(drive) => Some(format!("{drive}\\Windows\\CCM\\Logs\\SMSTSLog")),
                None => self.log_in_winpe(),
            },
            data_path: (self.data_drive().or_else(own))
                .map(|drive| format!("{drive}\\_SMSTaskSequence")),
        };
        // The file says where the run begins; where a restart led is known here.
        let in_file = machine
            .variables
            .iter()
            .filter(|(name, _)| self.restarts == 0 || !name.eq_ignore_ascii_case("_SMSTSInWinPE"));
        overlaid(beginning.variables(), in_file.cloned())
    }
}

impl Host for SimulatedHost {
    fn perform(&mut self, work: &Work<'_>) -> Outcome {
        let outcome = self.pretend(work);
        self.clock = self.clock.saturating_add(outcome.seconds);
        outcome
    }

    fn clock(&self) -> u64 {
        self.clock
    }
}
