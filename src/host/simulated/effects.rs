//! What the actions of steps tell a described computer: it pretends, as its description and what
//! was mocked say.

use std::{path::PathBuf, sync::Arc, time::Duration};

use super::{Changes, SimulatedHost, divider};
use crate::{
    action::{self, NEEDS_RETRY, STATUS, goes_on, retries, unknown_output},
    computer::{
        ApplicationTest, ContentWork, Destination, Doubt, Effects, Facts as _, OfferedUpdate,
        Outcome, Process, ProcessEnd, ProcessResult, Restarts, Share, SystemError, Updated, Wanted,
        Work,
    },
    deed::{Deed, Ending, ResultBasis, Verb},
    fact::Known,
    machine::{
        self, Mock, Package,
        values::{fits, is_same_path, path as path_of},
    },
    model::Reference,
    site::{DeploymentType, Meaning, SiteApplication, SiteProgram},
};

/// The network name cannot be found.
const BAD_NET_NAME: u32 = 67;

impl SimulatedHost {
    /// What happens: what such a step usually does, and then what is mocked for it.
    pub(super) fn pretend(&mut self, work: &Work<'_>) -> Outcome {
        let mock = self.mocked(work);
        let before = self.changes.clone();
        let mut outcome = action::perform(self, work);
        let lacks = unknown_output(work).filter(|lacks| outcome.assumed.contains(lacks));
        outcome.assumed.retain(|fact| Some(fact) != lacks.as_ref());
        let (mut output, mut fails) = (None, false);
        if let Some(index) = mock
            && let Some(mock) = self.outcomes.get(index).cloned()
        {
            outcome.described_at = index
                .checked_sub(self.mocks)
                .and_then(|own| self.machine.places.of(&format!("outcomes[{own}]")));
            fails = mock
                .exit_code
                .is_some_and(|code| !work.success.contains(&code));
            output = self.end_as_mocked(mock, work, before, &mut outcome);
        }
        if !fails {
            self.take_system(work);
        }
        match output {
            Some(output) => outcome.output = output,
            // The variable would hold something that nobody knows.
            None if !fails => outcome.assumed.extend(lacks),
            None => {}
        }
        outcome
    }

    /// Behind a step that installs a system nobody knows what it is, unless the computer begins in
    /// Windows PE: then the file describes what will be installed.
    fn take_system(&mut self, work: &Work<'_>) {
        let Some(table) = work.step.table() else {
            return;
        };
        let looks = table.installs_unless.as_deref();
        let looks = looks.is_some_and(|name| action::is_true(work, name));
        let installs = table.installs.filter(|_| !looks && !self.machine.in_winpe);
        if let Some(installed) = installs {
            self.machine = Arc::new(self.machine.with_system(installed, work.path));
        }
    }

    /// Ends a step as it is mocked; gives what it prints.
    fn end_as_mocked(
        &mut self,
        mock: Mock,
        work: &Work<'_>,
        before: Changes,
        outcome: &mut Outcome,
    ) -> Option<String> {
        if mock.exit_code.is_some() || mock.output.is_some() || !mock.sets.is_empty() {
            outcome.describe();
        }
        if let Some(code) = mock.exit_code {
            outcome.told = true;
            outcome.exit_code = code;
            outcome.assumed.clear();
            if work.success.contains(&code) {
                settle(outcome);
            } else {
                self.undo(work, before, outcome);
            }
            if let Some(name) = work
                .step
                .table()
                .and_then(|table| table.exit_code_in.clone())
            {
                outcome.variables.push((name, code.to_string()));
            }
        }
        outcome.seconds = mock.seconds;
        for (name, value) in mock.sets {
            let other = |own: &String| !own.eq_ignore_ascii_case(&name);
            outcome.variables.retain(|(own, _)| other(own));
            outcome.unknown.retain(|(own, _)| other(own));
            outcome.variables.push((name, value));
        }
        mock.output
    }

    /// What failed because the file says so changed nothing.
    fn undo(&mut self, work: &Work<'_>, before: Changes, outcome: &mut Outcome) {
        self.changes = before;
        outcome.whole.clear();
        outcome.boots_winpe = false;
        let is_retry = |(name, _): &(String, String)| name == NEEDS_RETRY;
        let tells = outcome
            .variables
            .iter()
            .chain(&outcome.unknown)
            .any(is_retry);
        outcome.unknown.retain(|own| !is_retry(own));
        outcome
            .variables
            .retain(|(name, _)| name.starts_with("_TS"));
        if tells {
            let again = retries(work) > 0 && !goes_on(work);
            let again = (NEEDS_RETRY.to_owned(), again.to_string());
            outcome.variables.push(again);
        }
        let status = outcome.variables.iter_mut();
        for (_, value) in status.filter(|(name, _)| name == STATUS) {
            *value = "Error".to_owned();
        }
        if outcome.unknown.iter().any(|(name, _)| name == STATUS) {
            outcome.unknown.retain(|(name, _)| name != STATUS);
            let failed = (STATUS.to_owned(), "Error".to_owned());
            outcome.variables.push(failed);
        }
    }

    /// The number of the outcome that the file has for this step, now used once more.
    fn mocked(&mut self, work: &Work<'_>) -> Option<usize> {
        let plain = work.path.replace('"', "");
        let name = &work.step.common.name.value;
        for (index, mock) in self.outcomes.iter().enumerate() {
            let meant = match mock.exact {
                true => mock.step == work.path,
                false => {
                    [name, work.path, &plain]
                        .iter()
                        .any(|own| fits(&mock.step, own))
                        || is_same_path(&mock.step, work.path)
                }
            };
            if !meant {
                continue;
            }
            let Some(times) = mock.times else {
                return Some(index);
            };
            let used = self.used.entry((index, work.path.to_owned())).or_insert(0);
            if *used < times {
                *used += 1;
                return Some(index);
            }
        }
        None
    }

    /// Notes that something is taken for true.
    fn assume(&mut self, fact: String) {
        self.assumed.push(fact);
    }

    fn package(&self, id: &str) -> Option<&Package> {
        let mut packages = self.machine.packages.iter();
        packages.find(|package| package.id.eq_ignore_ascii_case(id))
    }

    /// An application of the description by its place in the list.
    fn described(&self, id: &str, name: &str) -> Option<usize> {
        let by = |wanted: &str| {
            let same = |own: &Option<String>| {
                own.as_deref()
                    .is_some_and(|own| !wanted.is_empty() && own.eq_ignore_ascii_case(wanted))
            };
            let mut own = self.machine.applications.iter();
            own.position(|own| same(&own.id) || same(&own.name))
        };
        by(id).or_else(|| by(name))
    }

    fn of(&self, own: &SiteApplication) -> Option<(usize, &machine::Application)> {
        let index = self.described(own.id.as_deref().unwrap_or(""), &own.name)?;
        Some((index, self.machine.applications.get(index)?))
    }

    /// Where content goes that has no place of its own.
    fn destination(&mut self, work: &Work<'_>, id: &str, to: &Destination) -> String {
        match to {
            Destination::Anywhere | Destination::Working => {
                let working = (work.variables)("_SMSTSMDataPath");
                let working =
                    working.unwrap_or_else(|| format!("{}\\_SMSTaskSequence", self.drive()));
                format!("{working}\\Packages\\{id}")
            }
            Destination::Cache(number) => {
                // The folders of the cache have names that nobody can foresee.
                self.assume(format!("path of the package \"{id}\""));
                format!("{}\\Windows\\ccmcache\\{number}", self.drive())
            }
            Destination::Below(folder) => format!("{folder}{}{id}", divider(folder)),
        }
    }
}

/// A step that is said to succeed has passed its checks and installed its applications. What else
/// it sets follows from that no more than before.
fn settle(outcome: &mut Outcome) {
    for (name, lacks) in std::mem::take(&mut outcome.unknown) {
        let value = match name.as_str() {
            STATUS => "Success",
            NEEDS_RETRY => "false",
            name if name.starts_with("_TS_CR") => "1",
            _ => {
                outcome.unknown.push((name, lacks));
                continue;
            }
        };
        outcome.variables.push((name, value.to_owned()));
    }
}

impl Restarts for SimulatedHost {
    fn can_restart(&self, winpe: bool) -> Result<(), SystemError> {
        if !winpe && matches!(self.has_bootable_disk(), Known::No) {
            let why = "there is no formatted disk with a system to start";
            return Err(SystemError::not_supported(why));
        }
        Ok(())
    }

    fn restart(&mut self, winpe: bool, _: &str) -> Result<(), SystemError> {
        self.winpe = winpe;
        self.restarts += 1;
        // Connections of a session do not outlive it.
        self.changes.mapped.clear();
        Ok(())
    }
}

impl Effects for SimulatedHost {
    fn family(&self) -> &'static str {
        "windows"
    }

    /// Every Windows has it.
    fn powershell(&self) -> Option<PathBuf> {
        Some(PathBuf::from("powershell.exe"))
    }

    fn ending(&self) -> Ending {
        Ending::Would
    }

    /// The step goes on and says on what it rests: a file need not tell what does not matter.
    fn doubt(&self) -> Doubt {
        Doubt::Assume
    }

    fn catalogue(&self) -> &'static str {
        "the machine file"
    }

    fn take_assumptions(&mut self) -> Vec<String> {
        std::mem::take(&mut self.assumed)
    }

    fn log(&mut self, _: &'static str, _: u8, _: &str) {}

    /// Another try would come to the same.
    fn wait(&mut self, _: Duration) -> bool {
        false
    }

    fn start(&mut self, _: &Work<'_>, _: &Process<'_>) -> Result<Option<ProcessEnd>, SystemError> {
        self.changes.disks = true;
        Ok(None)
    }

    /// A share is there if the file lists it among the folders, and is taken to be there, and said,
    /// if the file does not.
    fn connect(&mut self, share: &Share) -> Result<(), SystemError> {
        match self.folder(&share.path) {
            Known::Yes(_) => {}
            Known::Unknown(fact) => self.assume(fact),
            Known::No => {
                let why = format!("the machine file says that {} is not there", share.path);
                return Err(SystemError::new(BAD_NET_NAME, why));
            }
        }
        if let Some(drive) = &share.drive {
            let path = share.path.clone();
            self.changes.mapped.insert(drive.clone(), path);
        }
        Ok(())
    }

    /// What the file does not list is taken to be there, and said.
    fn content(
        &mut self,
        work: &Work<'_>,
        wanted: Wanted<'_>,
        to: &Destination,
        how: ContentWork,
    ) -> Result<PathBuf, String> {
        let Wanted::Package(package) = wanted else {
            return Ok(PathBuf::new());
        };
        let id = &package.id;
        let own = match self.package(id) {
            Some(own) if own.available => own.path.clone(),
            Some(_) => return Err(String::new()),
            None if self.machine.complete.has("packages") => return Err(String::new()),
            None => {
                self.assume(format!("packages with id \"{id}\""));
                None
            }
        };
        let path = own.unwrap_or_else(|| self.destination(work, id, to));
        if how == ContentWork::Bring && *to != Destination::Anywhere {
            self.changes.downloaded.insert(path_of(&path));
        }
        Ok(PathBuf::from(path))
    }

    fn forget_content(&mut self, _: &str) {}

    /// A description says nothing of programs: each package has the one that is asked for.
    fn program(&self, _: &Reference, name: &str) -> Option<SiteProgram> {
        Some(SiteProgram {
            name: name.to_owned(),
            ..SiteProgram::default()
        })
    }

    fn find_updates(&mut self) -> Result<Option<Vec<OfferedUpdate>>, SystemError> {
        if self.machine.updates.is_none() && !self.machine.complete.has("updates") {
            self.assume("updates".to_owned());
            return Ok(None);
        }
        let all = self.machine.updates.iter().flatten().enumerate();
        let offered = all
            .filter(|(index, update)| !update.installed && !self.changes.updated.contains(index));
        let found = offered.map(|(index, update)| {
            let words = [update.id.as_deref(), update.name.as_deref()];
            let words: Vec<&str> = words.into_iter().flatten().collect();
            OfferedUpdate {
                id: index.to_string(),
                title: words.join(" "),
                required: update.required,
            }
        });
        Ok(Some(found.collect()))
    }

    fn install_updates(&mut self, updates: &[OfferedUpdate]) -> Result<Updated, SystemError> {
        let mut done = Updated::default();
        for update in updates {
            let index = update.id.parse().unwrap_or(usize::MAX);
            let own = self.machine.updates.iter().flatten().nth(index);
            done.restart |= own.is_some_and(|own| own.restart);
            done.installed.push(update.id.clone());
            self.changes.updated.insert(index);
        }
        Ok(done)
    }

    /// One that the file does not list is taken to be installed without trouble, and said, unless
    /// the file lists them all.
    fn application(&mut self, id: &str, name: &str) -> Option<SiteApplication> {
        let own = self
            .described(id, name)
            .and_then(|index| self.machine.applications.get(index));
        let (id, name) = match own {
            Some(own) => (own.id.clone(), own.name.clone().unwrap_or_default()),
            None if self.machine.complete.has("applications") => return None,
            None => {
                let shown = if name.is_empty() { id } else { name };
                self.assume(format!("applications with name \"{shown}\""));
                (Some(id.to_owned()), name.to_owned())
            }
        };
        Some(SiteApplication {
            id,
            name,
            deployment_types: vec![DeploymentType::default()],
            ..SiteApplication::default()
        })
    }

    fn application_name(&self, id: &str) -> Option<String> {
        let own = self.machine.applications.get(self.described(id, "")?)?;
        own.name.clone()
    }

    fn is_installed(&mut self, _: &Work<'_>, own: &SiteApplication) -> Result<bool, String> {
        let found = self.of(own);
        Ok(found
            .is_some_and(|(index, own)| own.installed || self.changes.installed.contains(&index)))
    }

    /// What was installed without a code of failure is there.
    fn passes(
        &mut self,
        _: &Work<'_>,
        own: &SiteApplication,
        _: &DeploymentType,
        test: ApplicationTest,
    ) -> Result<bool, String> {
        Ok(match test {
            ApplicationTest::Detection => true,
            ApplicationTest::Requirements => {
                self.of(own).is_none_or(|(_, own)| own.requirements_met)
            }
        })
    }

    fn enforce(
        &mut self,
        _: &Work<'_>,
        own: &SiteApplication,
        _: &Process<'_>,
    ) -> Result<Option<ProcessEnd>, SystemError> {
        let Some((index, exit_code)) = self.of(own).map(|(index, own)| (index, own.exit_code))
        else {
            return Ok(None);
        };
        let meaning = DeploymentType::default().meaning(exit_code);
        if !matches!(meaning, Meaning::Failure | Meaning::FastRetry) {
            self.changes.installed.insert(index);
        }
        let ended = ProcessResult {
            exit_code,
            ..ProcessResult::default()
        };
        Ok(Some(ProcessEnd {
            ended,
            variables: Vec::new(),
        }))
    }

    /// Such a step is only named: what it would come to nobody knows.
    fn not_supported(&mut self, label: &str) -> Outcome {
        self.changes.disks = true;
        let named = Deed {
            verb: Verb::Do,
            object: String::new(),
            detail: label.to_owned(),
            ending: Ending::Assumed,
        };
        Outcome {
            did: vec![named],
            basis: ResultBasis::Assumed,
            ..Outcome::default()
        }
    }
}
