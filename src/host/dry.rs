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
    fact::{FileFacts, Known},
    machine::values,
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
    /// Folders that content would be brought to, as paths are compared.
    brought: BTreeSet<String>,
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
            brought: BTreeSet::new(),
            acted: false,
            assumed: Vec::new(),
        }
    }

    /// A path as it is compared here, with the sign that divides it.
    fn path(&self, path: &str) -> (String, char) {
        let sign = if self.inner.family() == "windows" {
            '\\'
        } else {
            '/'
        };
        (values::path(path), sign)
    }

    /// Whether a path leads into content that would be there.
    fn is_brought(&self, path: &str) -> bool {
        let (path, sign) = self.path(path);
        let below = |folder: &String| {
            let inner = path.strip_prefix(folder.as_str());
            inner.is_some_and(|inner| inner.starts_with(sign))
        };
        self.brought.iter().any(below)
    }
}

impl<C: Computer> Layer for Dry<C> {
    fn behind(&self) -> &dyn Facts {
        &self.inner
    }

    /// What content holds is not known: only what is there already is there for sure, and it may be
    /// another one then.
    fn file_before(&self, path: &str) -> Option<Known<FileFacts>> {
        self.is_brought(path).then(|| match self.inner.file(path) {
            Known::Yes(_) => Known::Yes(FileFacts::default()),
            _ => Known::Unknown(format!("files.'{path}'")),
        })
    }

    /// The root of a drive that would be connected; a folder of content, and those above and in it.
    fn folder_before(&self, path: &str) -> Option<Known<FileFacts>> {
        let drive = path.trim_end_matches('\\');
        let mut connected = self.connected.iter();
        if connected.any(|own| own.eq_ignore_ascii_case(drive)) {
            return Some(Known::Yes(FileFacts::default()));
        }
        let known = || matches!(self.inner.folder(path), Known::Yes(_));
        if self.is_brought(path) && !known() {
            return Some(Known::Unknown(format!("folders.'{path}'")));
        }
        let (own, sign) = self.path(path);
        let start = format!("{}{sign}", own.trim_end_matches(sign));
        let mut brought = self.brought.iter();
        let added = brought.any(|folder| *folder == own || folder.starts_with(&start));
        (added && !known()).then(|| Known::Yes(FileFacts::default()))
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
        how: ContentWork,
    ) -> Result<PathBuf, String> {
        self.acted = true;
        let folder = self.inner.content(work, wanted, to, ContentWork::Find)?;
        let shown = folder.display().to_string();
        let stays = *to == Destination::Anywhere;
        // Content that may stay where it is goes to the cache, or is there.
        if how == ContentWork::Bring && (!stays || !matches!(self.folder(&shown), Known::Yes(_))) {
            self.brought.insert(values::path(&shown));
        }
        Ok(folder)
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

    fn has_shell(&self) -> bool {
        self.inner.family() != "windows"
    }
}
