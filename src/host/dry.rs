//! A computer that is asked, and to which nothing is done: every effect is noted, and what it would
//! change is answered as if it had been.

use std::{collections::BTreeSet, path::PathBuf, time::Duration};

use super::foresee::obstacle;
use crate::{
    action,
    computer::{
        ApplicationTest, Computer, ContentWork, Destination, Doubt, Effects, Facts, Host, Layer,
        OfferedUpdate, Outcome, Process, ProcessEnd, Restarts, Share, SystemError, Updated, Wanted,
        Work,
    },
    deed::Ending,
    model::Reference,
    site::{DeploymentType, SiteApplication, SiteProgram},
};

/// A computer to which nothing is done.
#[derive(Clone, Debug)]
pub struct Dry<C> {
    inner: C,
    /// Applications that would be installed, by their name.
    installed: BTreeSet<String>,
    /// Updates that would be installed, by their identifier.
    updated: BTreeSet<String>,
    /// Drives that would be connected.
    connected: BTreeSet<String>,
    /// Whether something would have been done that may bring files.
    acted: bool,
    assumed: Vec<String>,
}

impl<C: Computer> Dry<C> {
    /// The same computer, to be left as it is.
    pub fn new(inner: C) -> Self {
        Dry {
            inner,
            installed: BTreeSet::new(),
            updated: BTreeSet::new(),
            connected: BTreeSet::new(),
            acted: false,
            assumed: Vec::new(),
        }
    }
}

impl<C: Computer> Layer for Dry<C> {
    fn behind(&self) -> &dyn Facts {
        &self.inner
    }

    /// The root of a drive that would be connected.
    fn adds_folder(&self, path: &str) -> bool {
        let drive = path.trim_end_matches('\\');
        let mut connected = self.connected.iter();
        connected.any(|own| own.eq_ignore_ascii_case(drive))
    }
}

impl<C: Computer> Restarts for Dry<C> {
    fn can_restart(&self, winpe: bool) -> Result<(), SystemError> {
        self.inner.can_restart(winpe)
    }

    /// Connections of a session do not outlive it.
    fn restart(&mut self, _: bool, _: &str) -> Result<(), SystemError> {
        self.connected.clear();
        Ok(())
    }
}

impl<C: Computer> Effects for Dry<C> {
    fn family(&self) -> &'static str {
        self.inner.family()
    }

    fn powershell(&self) -> Option<PathBuf> {
        self.inner.powershell()
    }

    fn ending(&self) -> Ending {
        Ending::Would
    }

    fn doubt(&self) -> Doubt {
        self.inner.doubt()
    }

    fn catalogue(&self) -> &'static str {
        self.inner.catalogue()
    }

    fn take_assumptions(&mut self) -> Vec<String> {
        let mut all = self.inner.take_assumptions();
        all.append(&mut self.assumed);
        all
    }

    fn log(&mut self, component: &'static str, severity: u8, text: &str) {
        self.inner.log(component, severity, text);
    }

    /// Another try would come to the same.
    fn wait(&mut self, _: Duration) -> bool {
        false
    }

    /// What cannot start is told; what a step before it may bring is not known.
    fn start(
        &mut self,
        _: &Work<'_>,
        process: &Process<'_>,
    ) -> Result<Option<ProcessEnd>, SystemError> {
        match obstacle(process) {
            Some(found) if !self.acted => return Err(found.error),
            Some(found) => {
                let fact = format!("whether there is a {} by then", found.missing);
                self.assumed.push(fact);
            }
            None => {}
        }
        self.acted = true;
        Ok(None)
    }

    /// Only Windows connects: elsewhere whether the share is mounted is no more than a question.
    fn connect(&mut self, share: &Share) -> Result<(), SystemError> {
        if self.inner.family() != "windows" {
            return self.inner.connect(share);
        }
        self.assumed
            .push(format!("whether {} can be connected", share.path));
        self.acted = true;
        self.connected.extend(share.drive.clone());
        Ok(())
    }

    fn content(
        &mut self,
        work: &Work<'_>,
        wanted: Wanted<'_>,
        to: &Destination,
        _: ContentWork,
    ) -> Result<PathBuf, String> {
        self.acted = true;
        self.inner.content(work, wanted, to, ContentWork::Find)
    }

    fn forget_content(&mut self, _: &str) {}

    fn program(&self, package: &Reference, name: &str) -> Option<SiteProgram> {
        self.inner.program(package, name)
    }

    fn find_updates(&mut self) -> Result<Option<Vec<OfferedUpdate>>, SystemError> {
        let mut found = self.inner.find_updates()?;
        if let Some(list) = &mut found {
            list.retain(|update| !self.updated.contains(&update.id));
        }
        Ok(found)
    }

    fn install_updates(&mut self, updates: &[OfferedUpdate]) -> Result<Updated, SystemError> {
        self.assumed
            .push("whether the updates install, and whether they need a restart".to_owned());
        let installed: Vec<String> = updates.iter().map(|update| update.id.clone()).collect();
        self.acted = true;
        self.updated.extend(installed.iter().cloned());
        Ok(Updated {
            installed,
            ..Updated::default()
        })
    }

    fn application(&mut self, id: &str, name: &str) -> Option<SiteApplication> {
        self.inner.application(id, name)
    }

    fn is_installed(&mut self, work: &Work<'_>, own: &SiteApplication) -> Result<bool, String> {
        if self.installed.contains(&own.name) {
            return Ok(true);
        }
        self.inner.is_installed(work, own)
    }

    fn passes(
        &mut self,
        work: &Work<'_>,
        own: &SiteApplication,
        kind: &DeploymentType,
        test: ApplicationTest,
    ) -> Result<bool, String> {
        self.inner.passes(work, own, kind, test)
    }

    fn enforce(
        &mut self,
        _: &Work<'_>,
        own: &SiteApplication,
        _: &Process<'_>,
    ) -> Result<Option<ProcessEnd>, SystemError> {
        self.acted = true;
        self.installed.insert(own.name.clone());
        Ok(None)
    }

    fn not_supported(&mut self, label: &str) -> Outcome {
        self.acted = true;
        let mut outcome = self.inner.not_supported(label);
        for deed in &mut outcome.did {
            deed.ending = Ending::Would;
        }
        outcome
    }
}

impl<C: Computer> Host for Dry<C> {
    fn perform(&mut self, work: &Work<'_>) -> Outcome {
        action::perform(self, work)
    }

    fn clock(&self) -> u64 {
        0
    }
}
