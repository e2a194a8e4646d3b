//! A computer that is asked, and to which nothing is done: every effect is noted, and what it would
//! change is answered as if it had been.

use std::{collections::BTreeSet, path::PathBuf, time::Duration};

use crate::{
    action,
    computer::{
        Computer, Destination, Doubt, Effects, Facts, Host, OfferedUpdate, Outcome, Process,
        ProcessEnd, Share, SystemError, Updated, Wanted, Work,
    },
    deed::Ending,
    fact::{Fact, FileFacts, InstalledProduct, Known, RegistryValue},
    model::Reference,
    site::{DeploymentType, SiteApplication, SiteProgram},
    wql::{ClassFacts, Row, Rows},
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
            assumed: Vec::new(),
        }
    }
}

impl<C: Computer> Rows for Dry<C> {
    fn class(&self, namespace: &str, class: &str) -> ClassFacts {
        self.inner.class(namespace, class)
    }

    fn look(&self, namespace: &str, class: &str, look: &mut dyn FnMut(Option<&[Row]>)) {
        self.inner.look(namespace, class, look);
    }

    fn narrowed(
        &self,
        namespace: &str,
        class: &str,
        condition: &dyn Fn() -> String,
    ) -> Option<ClassFacts> {
        self.inner.narrowed(namespace, class, condition)
    }
}

impl<C: Computer> Facts for Dry<C> {
    fn file(&self, path: &str) -> Known<FileFacts> {
        self.inner.file(path)
    }

    fn folder(&self, path: &str) -> Known<FileFacts> {
        let drive = path.trim_end_matches('\\');
        let mut connected = self.connected.iter();
        if connected.any(|own| own.eq_ignore_ascii_case(drive)) {
            return Known::Yes(FileFacts::default());
        }
        self.inner.folder(path)
    }

    fn registry_key(&self, key: &str) -> Known<()> {
        self.inner.registry_key(key)
    }

    fn registry_value(&self, key: &str, name: &str) -> Known<RegistryValue> {
        self.inner.registry_value(key, name)
    }

    fn product(&self, product_code: &str) -> Known<InstalledProduct> {
        self.inner.product(product_code)
    }

    fn products(&self, upgrade_code: &str) -> Known<Vec<InstalledProduct>> {
        self.inner.products(upgrade_code)
    }

    fn fact(&self, fact: Fact) -> Known<String> {
        self.inner.fact(fact)
    }

    fn environment(&self, name: &str) -> Known<String> {
        self.inner.environment(name)
    }

    fn variables(&self) -> Vec<(String, String)> {
        self.inner.variables()
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

    fn start(&mut self, _: &Work<'_>, _: &Process<'_>) -> Result<Option<ProcessEnd>, SystemError> {
        Ok(None)
    }

    /// Only Windows connects: elsewhere whether the share is mounted is no more than a question.
    fn connect(&mut self, share: &Share) -> Result<(), SystemError> {
        if self.inner.family() != "windows" {
            return self.inner.connect(share);
        }
        self.assumed
            .push(format!("whether {} can be connected", share.path));
        self.connected.extend(share.drive.clone());
        Ok(())
    }

    fn find_content(
        &mut self,
        work: &Work<'_>,
        wanted: Wanted<'_>,
        to: &Destination,
    ) -> Result<PathBuf, String> {
        self.inner.find_content(work, wanted, to)
    }

    fn bring_content(
        &mut self,
        work: &Work<'_>,
        wanted: Wanted<'_>,
        to: &Destination,
    ) -> Result<PathBuf, String> {
        self.inner.find_content(work, wanted, to)
    }

    fn forget_content(&mut self, _: &str) {}

    fn program(&self, package: &Reference, name: &str) -> Option<SiteProgram> {
        self.inner.program(package, name)
    }

    fn find_updates(&mut self) -> Result<Vec<OfferedUpdate>, SystemError> {
        let mut found = self.inner.find_updates()?;
        found.retain(|update| !self.updated.contains(&update.id));
        Ok(found)
    }

    fn install_updates(&mut self, updates: &[OfferedUpdate]) -> Result<Updated, SystemError> {
        self.assumed
            .push("whether the updates need a restart".to_owned());
        let installed: Vec<String> = updates.iter().map(|update| update.id.clone()).collect();
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

    fn is_detected(
        &mut self,
        work: &Work<'_>,
        own: &SiteApplication,
        kind: &DeploymentType,
    ) -> Result<bool, String> {
        self.inner.is_detected(work, own, kind)
    }

    fn may_install(
        &mut self,
        work: &Work<'_>,
        own: &SiteApplication,
        kind: &DeploymentType,
    ) -> Result<bool, String> {
        self.inner.may_install(work, own, kind)
    }

    fn enforce(
        &mut self,
        _: &Work<'_>,
        own: &SiteApplication,
        _: &Process<'_>,
    ) -> Result<Option<ProcessEnd>, SystemError> {
        self.installed.insert(own.name.clone());
        Ok(None)
    }

    fn not_supported(&mut self, label: &str) -> Outcome {
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

    /// Connections of a session do not outlive it.
    fn restart(&mut self, _: bool) {
        self.connected.clear();
    }
}
