//! This computer, when it runs Windows.
//!
//! Conditions ask the registry, WMI, the file system and Windows Installer as they are. What the
//! dynamic variables need is the machine description that `tasq facts` writes, answered as the
//! simulated computer answers.

mod account;
mod file;
mod installer;
mod left;
mod network;
mod power;
mod process;
mod protect;
mod registry;
pub mod service;
mod stranger;
mod text;
mod updates;
mod wmi;

use std::{
    env,
    path::{Path, PathBuf},
    sync::OnceLock,
};

pub use file::{file_identity, file_names, replace_file};

use registry::RegistryView;

use super::{
    local::environment_variable,
    lookup,
    simulated::SimulatedHost,
    system::{
        Launch, OfferedUpdate, OperatingSystem, ProcessResult, ResumeEntry, Share, Survivor,
        SystemError, Updated,
    },
};
use crate::{
    computer::Facts,
    fact::{Fact, FileFacts, InstalledProduct, Known, RegistryValue},
    machine::{Machine, machine_of_windows},
    wql::{ClassFacts, Rows},
};

/// This computer.
#[derive(Debug, Default)]
pub struct WindowsSystem {
    state: Option<PathBuf>,
    described: OnceLock<SimulatedHost>,
}

impl WindowsSystem {
    /// This computer. `TASQ_STATE` says where the program keeps its state.
    pub fn new() -> Self {
        let state = env::var_os("TASQ_STATE")
            .filter(|value| !value.is_empty())
            .map(PathBuf::from);
        WindowsSystem {
            state,
            ..WindowsSystem::default()
        }
    }

    fn described(&self) -> &SimulatedHost {
        self.described.get_or_init(|| SimulatedHost::new(machine()))
    }
}

/// The description of this computer; what Windows does not tell is left out.
pub fn machine() -> Machine {
    machine_of_windows(
        &|namespace, class| wmi::class(namespace, class),
        &registry::text,
    )
}

impl Rows for WindowsSystem {
    fn class(&self, namespace: &str, class: &str) -> ClassFacts {
        wmi::class(namespace, class)
    }

    fn narrowed(
        &self,
        namespace: &str,
        class: &str,
        condition: &dyn Fn() -> String,
    ) -> Option<ClassFacts> {
        wmi::narrowed(namespace, class, condition)
    }
}

impl Facts for WindowsSystem {
    fn file(&self, path: &str) -> Known<FileFacts> {
        file::facts(path, false)
    }

    fn folder(&self, path: &str) -> Known<FileFacts> {
        file::facts(path, true)
    }

    fn registry_key(&self, key: &str) -> Known<()> {
        registry::key(key, RegistryView::Native)
    }

    fn registry_value(&self, key: &str, name: &str) -> Known<RegistryValue> {
        registry::value(key, name, RegistryView::Native)
    }

    fn small_path(&self, path: &str) -> Option<String> {
        let windows = process::windows_folder();
        if !Path::new(&windows).join("SysWOW64").is_dir() {
            return None;
        }
        let small = lookup::small_view(path, &windows);
        (small != path).then_some(small)
    }

    fn small_registry_key(&self, key: &str) -> Known<()> {
        registry::key(key, RegistryView::Small)
    }

    fn small_registry_value(&self, key: &str, name: &str) -> Known<RegistryValue> {
        registry::value(key, name, RegistryView::Small)
    }

    fn product(&self, product_code: &str) -> Known<InstalledProduct> {
        installer::product(product_code)
    }

    fn products(&self, upgrade_code: &str) -> Known<Vec<InstalledProduct>> {
        installer::products(upgrade_code)
    }

    fn fact(&self, fact: Fact) -> Known<String> {
        let changes = matches!(
            fact,
            Fact::DisksFree
                | Fact::PowerAc
                | Fact::NetworkConnected
                | Fact::NetworkWired
                | Fact::IpAddresses
                | Fact::Gateways
                | Fact::MacAddresses
        );
        if changes {
            return SimulatedHost::new(machine()).fact(fact);
        }
        self.described().fact(fact)
    }

    fn environment(&self, name: &str) -> Known<String> {
        environment_variable(name)
    }

    fn variables(&self) -> Vec<(String, String)> {
        self.described().variables()
    }
}

impl OperatingSystem for WindowsSystem {
    fn family(&self) -> &'static str {
        "windows"
    }

    fn run(
        &self,
        launch: &Launch,
        watch: &mut dyn FnMut(&str) -> bool,
    ) -> Result<ProcessResult, SystemError> {
        process::run(launch, watch)
    }

    fn survivor(&self, note: &Path) -> Option<Survivor> {
        left::find(note)
    }

    fn end_survivor(&self, note: &Path) -> Result<(), SystemError> {
        left::end(note)
    }

    fn powershell(&self) -> Option<PathBuf> {
        let windows =
            env::var_os("SystemRoot").map_or_else(|| PathBuf::from("C:\\Windows"), PathBuf::from);
        let own = windows.join("System32\\WindowsPowerShell\\v1.0\\powershell.exe");
        let program = env::var_os("ProgramFiles")
            .map(|folder| Path::new(&folder).join("PowerShell\\7\\pwsh.exe"));
        Some(own)
            .filter(|file| file.is_file())
            .or_else(|| process::in_path("powershell.exe"))
            .or_else(|| process::in_path("pwsh.exe"))
            .or_else(|| program.filter(|file| file.is_file()))
    }

    fn is_elevated(&self) -> bool {
        account::is_elevated()
    }

    fn connect(&self, share: &Share) -> Result<(), SystemError> {
        network::connect(share)
    }

    fn find_updates(&self) -> Result<Vec<OfferedUpdate>, SystemError> {
        updates::find()
    }

    fn install_updates(&self, ids: &[String]) -> Result<Updated, SystemError> {
        updates::install(ids)
    }

    fn restart(&self, message: &str) -> Result<(), SystemError> {
        power::restart(message)
    }

    fn add_resume_entry(&self, entry: &ResumeEntry) -> Result<(), SystemError> {
        service::add(entry)
    }

    fn remove_resume_entry(&self) -> Result<(), SystemError> {
        service::remove()
    }

    fn protect(&self, secret: &[u8]) -> Option<Vec<u8>> {
        protect::protect(secret)
    }

    fn unprotect(&self, data: &[u8]) -> Option<Vec<u8>> {
        protect::unprotect(data)
    }

    fn make_private(&self, path: &Path) -> Result<(), SystemError> {
        protect::make_private(path)
    }

    fn stranger(&self, path: &Path) -> Option<String> {
        stranger::of(path)
    }

    // Everybody may make folders in some of Windows, and nobody takes away what is another's there.
    fn intruder(&self, folder: &Path, around: bool) -> Option<String> {
        (!around).then(|| stranger::in_folder(folder)).flatten()
    }

    fn close(&self, folder: &Path) -> Result<(), SystemError> {
        protect::close(folder)
    }

    fn authorities(&self) -> Vec<Vec<u8>> {
        protect::authorities()
    }

    fn state_folder(&self) -> PathBuf {
        let data = || {
            env::var_os("ProgramData")
                .map_or_else(|| PathBuf::from("C:\\ProgramData"), PathBuf::from)
        };
        self.state.clone().unwrap_or_else(|| data().join("Tasq"))
    }

    fn boot_id(&self) -> Option<String> {
        power::boot_id()
    }
}
