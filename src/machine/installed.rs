//! What is left of a description behind a step that installs another system: what the file says of
//! the old one is not known of the new one.

use std::sync::OnceLock;

use super::{Machine, System};
use crate::vocabulary::InstalledSystem;

/// What says of which system it is, in the registry, as keys are compared.
const VERSIONS: &str = "hklm\\software\\microsoft\\windows nt\\currentversion";

/// Lists about the installed system.
const OF_SYSTEM: [&str; 6] = [
    "files",
    "registry",
    "software",
    "environment",
    "hotfixes",
    "wmi",
];

/// Lists of which an upgrade leaves most as it is, and nobody knows what.
const OF_UPGRADE: [&str; 4] = ["files", "registry", "hotfixes", "wmi"];

impl Machine {
    /// The same computer behind a step that installed a system; `path` is the step's.
    pub(crate) fn with_system(&self, installed: InstalledSystem, path: &str) -> Machine {
        let mut machine = self.clone();
        machine.derived = OnceLock::new();
        machine.installed_by = Some(path.to_owned());
        match installed {
            InstalledSystem::New => machine.forget_system(),
            InstalledSystem::Upgrade => machine.forget_version(),
        }
        machine
    }

    fn forget_system(&mut self) {
        let system_drive = self.os.as_ref().and_then(|os| os.system_drive.clone());
        self.os = Some(System {
            windows: true,
            system_drive,
            ..System::default()
        });
        (self.name, self.domain, self.workgroup) = (None, None, None);
        (self.users, self.hotfixes) = (None, None);
        self.client.version = None;
        self.environment.clear();
        self.files.clear();
        self.folders.clear();
        self.registry.clear();
        self.software.clear();
        self.wmi.clear();
        for disk in self.disks.iter_mut().flatten() {
            (disk.free, disk.bitlocker, disk.file_system) = (None, None, None);
        }
        self.complete.forget(&OF_SYSTEM);
    }

    fn forget_version(&mut self) {
        if let Some(os) = &mut self.os {
            (os.name, os.release, os.version, os.build) = (None, None, None, None);
            (os.service_pack, os.installed) = (None, None);
        }
        self.hotfixes = None;
        let below = |path: &str| path.contains(":\\windows\\");
        self.files.retain(|path, _| !below(path));
        self.folders.retain(|path, _| !below(path));
        self.registry.retain(|path, _| !path.starts_with(VERSIONS));
        let of_system = ["win32_operatingsystem", "win32_quickfixengineering"];
        let is_of_system =
            |class: &str| of_system.iter().any(|own| class.eq_ignore_ascii_case(own));
        self.wmi.retain(|own| !is_of_system(&own.class));
        self.complete.forget(&OF_UPGRADE);
    }
}
