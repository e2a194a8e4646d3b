//! This computer, when it runs Linux.
//!
//! What describes it (make, addresses, rows of WMI) is the machine description that `tasq facts`
//! writes, answered exactly as the simulated computer answers; what steps do is done with Debian's
//! own programs.

mod account;
mod facts;
mod left;
mod packages;
mod power;
mod process;
mod resume;
mod stranger;
mod updates;

use std::{
    env, fs,
    io::{self, Read as _},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
    time::SystemTime,
};

use super::{
    local::{certificates, environment_variable},
    simulated::SimulatedHost,
    system::{
        Launch, OfferedUpdate, OperatingSystem, ProcessResult, ResumeEntry, Share, Survivor,
        SystemError, Updated, is_own_variable,
    },
};
use crate::{
    computer::Facts,
    fact::{Fact, FileFacts, InstalledProduct, Known, RegistryValue},
    machine::values,
    wql::{ClassFacts, Row, Rows},
};

pub use facts::machine;

/// What of the system is elsewhere than usual; for a root of its own, and for tests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinuxOptions {
    /// The folder with dpkg's own data, as `DPKG_ADMINDIR`.
    pub dpkg_admin: Option<PathBuf>,
    /// A configuration file of apt, as `APT_CONFIG`.
    pub apt_config: Option<PathBuf>,
    /// Where units of systemd are put, `TASQ_UNIT_FOLDER`. With it, whether systemd runs is not
    /// asked.
    pub units: Option<PathBuf>,
    /// Where the program keeps its state, `TASQ_STATE`.
    pub state: Option<PathBuf>,
}

impl LinuxOptions {
    /// What the environment says. Empty variables count as none.
    pub fn of_environment() -> Self {
        let path = |name: &str| {
            env::var_os(name)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
        };
        LinuxOptions {
            dpkg_admin: path("DPKG_ADMINDIR"),
            apt_config: path("APT_CONFIG"),
            units: path("TASQ_UNIT_FOLDER"),
            state: path("TASQ_STATE"),
        }
    }
}

/// Most bytes of them.
const MAX_BUNDLE: u64 = 16 * 1024 * 1024;

/// Where distributions keep the certificates of the authorities that are trusted: Debian, Fedora,
/// SUSE.
const BUNDLES: &[&str] = &[
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
];

/// This computer.
#[derive(Debug, Default)]
pub struct LinuxSystem {
    options: LinuxOptions,
    described: OnceLock<SimulatedHost>,
}

impl LinuxSystem {
    /// This computer as it is.
    pub fn new() -> Self {
        LinuxSystem::with(LinuxOptions::of_environment())
    }

    /// This computer with some of it elsewhere.
    pub fn with(options: LinuxOptions) -> Self {
        LinuxSystem {
            options,
            described: OnceLock::new(),
        }
    }

    fn described(&self) -> &SimulatedHost {
        self.described.get_or_init(|| SimulatedHost::new(machine()))
    }
}

/// A program of the system.
fn tool(name: &str) -> Command {
    let mut command = Command::new(name);
    without_own(&mut command);
    command
}

/// What the run was given for itself is not its processes'.
fn without_own(command: &mut Command) {
    for (name, _) in env::vars_os().filter(|(name, _)| is_own_variable(&name.to_string_lossy())) {
        command.env_remove(name);
    }
}

/// An error of the system with what was tried.
pub(super) fn failed(what: &str, error: &io::Error) -> SystemError {
    let code = error
        .raw_os_error()
        .and_then(|code| u32::try_from(code).ok())
        .unwrap_or(0);
    SystemError::new(code, format!("{what}: {error}"))
}

/// A fact of a path: its time when it is of the kind that is asked for. `C:` is what the
/// description of this computer calls its root.
fn path_facts(path: &str, folder: bool) -> Known<FileFacts> {
    let section = if folder { "folders" } else { "files" };
    let own = values::below_root(path);
    match fs::metadata(own.as_deref().unwrap_or(path)) {
        Ok(facts) if facts.is_dir() != folder => Known::No,
        Ok(facts) => Known::Yes(FileFacts {
            version: None,
            modified: facts
                .modified()
                .ok()
                .and_then(|time: SystemTime| values::cim_of(time)),
        }),
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            Known::No
        }
        // A name that no file can have.
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::InvalidInput | io::ErrorKind::InvalidFilename
            ) =>
        {
            Known::No
        }
        Err(error) => Known::Unknown(format!("{section}.'{path}' ({error})")),
    }
}

impl Rows for LinuxSystem {
    fn class(&self, namespace: &str, class: &str) -> ClassFacts {
        self.described().class(namespace, class)
    }

    fn look(&self, namespace: &str, class: &str, look: &mut dyn FnMut(Option<&[Row]>)) {
        self.described().look(namespace, class, look);
    }

    fn narrowed(
        &self,
        namespace: &str,
        class: &str,
        condition: &dyn Fn() -> String,
    ) -> Option<ClassFacts> {
        self.described().narrowed(namespace, class, condition)
    }
}

impl Facts for LinuxSystem {
    fn file(&self, path: &str) -> Known<FileFacts> {
        path_facts(path, false)
    }

    fn folder(&self, path: &str) -> Known<FileFacts> {
        path_facts(path, true)
    }

    // Linux has no registry: no key and no value of one is there.
    fn registry_key(&self, _: &str) -> Known<()> {
        Known::No
    }

    fn registry_value(&self, _: &str, _: &str) -> Known<RegistryValue> {
        Known::No
    }

    fn product(&self, product_code: &str) -> Known<InstalledProduct> {
        packages::product(product_code, self.options.dpkg_admin.as_deref())
    }

    // Upgrade codes are of Windows Installer only.
    fn products(&self, _: &str) -> Known<Vec<InstalledProduct>> {
        Known::No
    }

    fn fact(&self, fact: Fact) -> Known<String> {
        // The kernel answers in no time, and free space, power and network change.
        SimulatedHost::new(machine()).fact(fact)
    }

    fn environment(&self, name: &str) -> Known<String> {
        environment_variable(name)
    }

    fn variables(&self) -> Vec<(String, String)> {
        self.described().variables()
    }
}

impl OperatingSystem for LinuxSystem {
    fn family(&self) -> &'static str {
        "linux"
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
        let path = env::var_os("PATH").unwrap_or_default();
        let folders = env::split_paths(&path).chain([PathBuf::from("/opt/microsoft/powershell/7")]);
        folders
            .map(|folder| folder.join("pwsh"))
            .find(|file| is_program(file))
    }

    fn is_elevated(&self) -> bool {
        rustix::process::geteuid().is_root()
    }

    fn connect(&self, share: &Share) -> Result<(), SystemError> {
        let mounts = fs::read_to_string("/proc/self/mounts").unwrap_or_default();
        if is_mounted(&share.path, &mounts) {
            return Ok(());
        }
        Err(SystemError::not_supported(format!(
            "Linux has no drives to connect {} to; mount it at a folder before the run, and the step has nothing to do",
            share.path
        )))
    }

    fn find_updates(&self) -> Result<Vec<OfferedUpdate>, SystemError> {
        updates::find(self.options.apt_config.as_deref(), self.is_elevated())
    }

    fn install_updates(&self, ids: &[String]) -> Result<Updated, SystemError> {
        updates::install(ids, &self.options)
    }

    fn restart(&self, message: &str) -> Result<(), SystemError> {
        power::restart(message)
    }

    fn add_resume_entry(&self, entry: &ResumeEntry) -> Result<(), SystemError> {
        resume::add(entry, self.options.units.as_deref())
    }

    fn remove_resume_entry(&self) -> Result<(), SystemError> {
        resume::remove(self.options.units.as_deref())
    }

    // Linux has nothing that encrypts for a machine without more to set up.
    fn protect(&self, _: &[u8]) -> Option<Vec<u8>> {
        None
    }

    fn unprotect(&self, _: &[u8]) -> Option<Vec<u8>> {
        None
    }

    fn make_private(&self, path: &Path) -> Result<(), SystemError> {
        let whose =
            |error: io::Error| failed(&format!("cannot make {} private", path.display()), &error);
        let mode = if fs::metadata(path).map_err(whose)?.is_dir() {
            0o700
        } else {
            0o600
        };
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).map_err(whose)
    }

    fn stranger(&self, path: &Path) -> Option<String> {
        stranger::of(path)
    }

    // Folders further up count: who may rename one of them puts another one in its place.
    fn intruder(&self, folder: &Path, around: bool) -> Option<String> {
        stranger::of_folder(folder, around)
    }

    // The mode with which it was made does that.
    fn close(&self, _: &Path) -> Result<(), SystemError> {
        Ok(())
    }

    // One file, as OpenSSL's own programs find it.
    fn authorities(&self) -> Vec<Vec<u8>> {
        let own = env::var_os("SSL_CERT_FILE")
            .filter(|value| !value.is_empty())
            .map(PathBuf::from);
        let usual = BUNDLES.iter().map(PathBuf::from);
        let text = own.into_iter().chain(usual).find_map(|path| bundle(&path));
        text.map(|text| certificates(&text)).unwrap_or_default()
    }

    fn state_folder(&self) -> PathBuf {
        if let Some(folder) = &self.options.state {
            return folder.clone();
        }
        let home = || env::var_os("HOME").map(|home| Path::new(&home).join(".local/state"));
        let own = || {
            env::var_os("XDG_STATE_HOME")
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
                .or_else(home)
        };
        match own() {
            Some(folder) if !self.is_elevated() => folder.join("tasq"),
            _ => PathBuf::from("/var/lib/tasq"),
        }
    }

    fn boot_id(&self) -> Option<String> {
        power::boot_id()
    }
}

/// Certificates of a system; nothing where that is no file.
fn bundle(path: &Path) -> Option<Vec<u8>> {
    let is_file = fs::metadata(path).is_ok_and(|facts| facts.is_file());
    let file = is_file.then(|| fs::File::open(path).ok())??;
    let mut bytes = Vec::new();
    file.take(MAX_BUNDLE).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// Whether a file is there that somebody may execute.
fn is_program(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|facts| facts.is_file() && facts.permissions().mode() & 0o111 != 0)
}

/// Whether a share, or a folder above it, is mounted.
fn is_mounted(share: &str, mounts: &str) -> bool {
    let spelled = |text: &str| text.replace('\\', "/").trim_end_matches('/').to_lowercase();
    let wanted = spelled(share);
    let sources = mounts
        .lines()
        .filter_map(|line| line.split(' ').next())
        .filter(|source| source.starts_with("//"));
    sources
        .map(|source| spelled(&source.replace("\\040", " ")))
        .any(|source| {
            wanted
                .strip_prefix(&source)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
}

#[cfg(test)]
mod tests {
    use super::is_mounted;

    #[test]
    fn a_share_below_a_mounted_one_is_there() {
        let mounts = "proc /proc proc rw 0 0\n//Server/My\\040Share /mnt/x cifs rw 0 0\n";
        for share in [
            r"\\server\my share",
            r"\\SERVER\My Share\sub\",
            "//server/my share",
        ] {
            assert!(is_mounted(share, mounts), "{share}");
        }
        for share in [r"\\server\my share2", r"\\server", r"\\other\my share"] {
            assert!(!is_mounted(share, mounts), "{share}");
        }
    }
}
