//! What the actions of steps tell this computer: it is done.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use super::{
    LocalHost,
    content::{ContentFault, safe},
    detect::{self, DetectionVerdict},
};
use crate::{
    action::{NOT_SUPPORTED, deed},
    computer::{
        ApplicationTest, ContentWork, Destination, Doubt, Effects, OfferedUpdate, Outcome, Process,
        ProcessEnd, Restarts, Share, SystemError, Updated, Wanted, Work,
    },
    deed::{Ending, Verb},
    model::Reference,
    site::{Content, DeploymentType, SiteApplication, SiteProgram},
};

/// Why nobody knows what a script of the site file would tell.
const NOT_RUN: &str = "--what-if runs no script of the site file";

impl LocalHost {
    /// What is wanted, as the site file lists it: its identifier and its content.
    fn listed(&self, wanted: Wanted<'_>) -> Result<(String, Content), String> {
        match wanted {
            Wanted::Package(package) => {
                let own = self.site.package(&package.id, &package.name);
                own.map(|own| (own.id.clone(), own.content.clone()))
                    .ok_or_else(|| "the site file has no such package".to_owned())
            }
            Wanted::Application(own, kind) => {
                let id = own.id.as_ref().unwrap_or(&own.name);
                Ok((id.clone(), kind.content.clone()))
            }
        }
    }

    /// The folder that content must go to, if there is one.
    fn target(&self, wanted: Wanted<'_>, to: &Destination) -> Option<PathBuf> {
        let id = match wanted {
            Wanted::Package(package) => &package.id,
            Wanted::Application(own, _) => own.id.as_ref().unwrap_or(&own.name),
        };
        match to {
            Destination::Anywhere => None,
            Destination::Working | Destination::Cache(_) => Some(self.setup.cache.join(safe(id))),
            Destination::Below(folder) => Some(Path::new(folder).join(id)),
        }
    }
}

impl Restarts for LocalHost {
    fn can_restart(&self, winpe: bool) -> Result<(), SystemError> {
        if winpe {
            let why = "Tasq cannot start Windows PE";
            return Err(SystemError::not_supported(why));
        }
        Ok(())
    }

    fn restart(&mut self, winpe: bool, message: &str) -> Result<(), SystemError> {
        self.can_restart(winpe)?;
        self.system.restart(message)
    }
}

impl Effects for LocalHost {
    fn family(&self) -> &'static str {
        self.system.family()
    }

    fn powershell(&self) -> Option<PathBuf> {
        self.system.powershell()
    }

    fn ending(&self) -> Ending {
        Ending::Done
    }

    /// Nobody takes for true what nobody knows.
    fn doubt(&self) -> Doubt {
        Doubt::Refuse
    }

    fn catalogue(&self) -> &'static str {
        "the site file"
    }

    fn take_assumptions(&mut self) -> Vec<String> {
        std::mem::take(&mut self.assumed)
    }

    fn log(&mut self, component: &'static str, severity: u8, text: &str) {
        self.line(component, severity, text);
    }

    fn wait(&mut self, time: Duration) -> bool {
        self.pause(time)
    }

    fn start(
        &mut self,
        work: &Work<'_>,
        process: &Process<'_>,
    ) -> Result<Option<ProcessEnd>, SystemError> {
        self.process(work, process).map(Some)
    }

    fn connect(&mut self, share: &Share) -> Result<(), SystemError> {
        self.system.connect(share)
    }

    fn content(
        &mut self,
        work: &Work<'_>,
        wanted: Wanted<'_>,
        to: &Destination,
        how: ContentWork,
    ) -> Result<PathBuf, String> {
        let (id, content) = self.listed(wanted)?;
        let to = self.target(wanted, to);
        self.first_place(work, &id, &content, &mut |own, place| {
            let target = own.look_at(place, &id, &content, to.as_deref())?;
            match how {
                ContentWork::Find => Ok(target),
                ContentWork::Bring => own.take_from(work, place, &content, target),
            }
        })
        .map_err(|ContentFault(why)| why)
    }

    fn forget_content(&mut self, id: &str) {
        self.forget(id);
    }

    fn program(&self, package: &Reference, name: &str) -> Option<SiteProgram> {
        let package = self.site.package(&package.id, &package.name)?;
        let found = package.programs.iter().find(|own| own.name == name);
        found.cloned()
    }

    fn find_updates(&mut self) -> Result<Option<Vec<OfferedUpdate>>, SystemError> {
        self.system.find_updates().map(Some)
    }

    fn install_updates(&mut self, updates: &[OfferedUpdate]) -> Result<Updated, SystemError> {
        let ids: Vec<String> = updates.iter().map(|update| update.id.clone()).collect();
        self.system.install_updates(&ids)
    }

    /// The site file lists all that can be installed from it: what it does not list is not there.
    fn application(&mut self, id: &str, name: &str) -> Option<SiteApplication> {
        self.site.application(id, name).cloned()
    }

    /// Any way to install it counts.
    fn is_installed(&mut self, work: &Work<'_>, own: &SiteApplication) -> Result<bool, String> {
        let kinds = own.deployment_types.iter();
        let mut withheld = false;
        for kind in kinds.filter(|kind| !kind.detection.is_empty()) {
            match detect::all(self, work, &kind.detection, None)? {
                DetectionVerdict::Holds => return Ok(true),
                DetectionVerdict::Fails => {}
                DetectionVerdict::Withheld => withheld = true,
            }
        }
        if withheld {
            let what = format!("whether application {} is installed", own.name);
            self.assumed.push(format!("{what} ({NOT_RUN})"));
        }
        Ok(false)
    }

    fn passes(
        &mut self,
        work: &Work<'_>,
        own: &SiteApplication,
        kind: &DeploymentType,
        test: ApplicationTest,
    ) -> Result<bool, String> {
        let (tests, what) = match test {
            ApplicationTest::Detection => (&kind.detection, "is installed"),
            ApplicationTest::Requirements => (&kind.requirements, "may run here"),
        };
        let verdict = detect::all(self, work, tests, None)?;
        if matches!(verdict, DetectionVerdict::Withheld) {
            let what = format!("whether application {} {what} ({NOT_RUN})", own.name);
            self.assumed.push(what);
        }
        Ok(!matches!(verdict, DetectionVerdict::Fails))
    }

    fn enforce(
        &mut self,
        work: &Work<'_>,
        _: &SiteApplication,
        process: &Process<'_>,
    ) -> Result<Option<ProcessEnd>, SystemError> {
        self.start(work, process)
    }

    fn not_supported(&mut self, label: &str) -> Outcome {
        let text = format!("Tasq cannot carry out {label}");
        let mut outcome = Outcome::default();
        if self.setup.skip_unknown {
            outcome.did.push(deed(self, Verb::Skip, "", text));
        } else {
            self.line("TSManager", 3, text.clone());
            outcome.exit_code = NOT_SUPPORTED;
            outcome.did.push(deed(self, Verb::Fail, "", text));
        }
        outcome
    }
}
