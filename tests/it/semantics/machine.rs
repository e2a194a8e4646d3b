//! A machine of a few lines for the semantics suite.

use std::collections::HashMap;

use tasq::internals::{
    computer::{Facts, Host, Outcome, Restarts, SystemError, Work},
    deed::Deed,
    fact::{Fact as FactName, FileFacts, InstalledProduct, Known, RegistryValue},
    wql::{ClassFacts, Row, Rows},
};

#[derive(Clone, Default)]
pub struct Machine {
    pub built_in: Vec<(String, String)>,
    pub environment: HashMap<String, String>,
    pub facts: HashMap<String, Option<String>>,
    pub files: HashMap<String, Option<FileFacts>>,
    pub folders: HashMap<String, Option<FileFacts>>,
    pub keys: HashMap<String, bool>,
    pub values: HashMap<(String, String), Option<RegistryValue>>,
    pub products: HashMap<String, Vec<InstalledProduct>>,
    pub classes: HashMap<String, Vec<Row>>,
    pub steps: HashMap<String, Mock>,
    pub watch: Vec<String>,
    pub restarts: Vec<bool>,
    pub winpe: bool,
}

#[derive(Clone, Default)]
pub struct Mock {
    /// One for each attempt; the last one stays.
    pub codes: Vec<u32>,
    pub sets: Vec<(usize, String, String)>,
    pub prints: String,
    pub seconds: u64,
    pub assumes: Vec<String>,
    pub runs: usize,
}

fn known<T: Clone>(found: Option<&Option<T>>, what: String) -> Known<T> {
    match found {
        Some(Some(facts)) => Known::Yes(facts.clone()),
        Some(None) => Known::No,
        None => Known::Unknown(what),
    }
}

impl Rows for Machine {
    fn class(&self, namespace: &str, class: &str) -> ClassFacts {
        let key = format!("{namespace}:{class}").to_lowercase();
        let key = key.strip_prefix("root\\cimv2:").unwrap_or(&key);
        self.classes
            .get(key)
            .map_or(ClassFacts::Unknown, |rows| ClassFacts::Rows(rows.clone()))
    }
}

impl Facts for Machine {
    fn file(&self, path: &str) -> Known<FileFacts> {
        known(self.files.get(&path.to_lowercase()), format!("file {path}"))
    }

    fn folder(&self, path: &str) -> Known<FileFacts> {
        known(
            self.folders.get(&path.to_lowercase()),
            format!("folder {path}"),
        )
    }

    fn registry_key(&self, key: &str) -> Known<()> {
        match self.keys.get(&key.to_lowercase()) {
            Some(true) => Known::Yes(()),
            Some(false) => Known::No,
            None => Known::Unknown(format!("key {key}")),
        }
    }

    fn registry_value(&self, key: &str, name: &str) -> Known<RegistryValue> {
        let place = (key.to_lowercase(), name.to_lowercase());
        known(self.values.get(&place), format!("value {key} {name}"))
    }

    fn product(&self, code: &str) -> Known<InstalledProduct> {
        match self.products.get(code) {
            Some(list) => list
                .first()
                .map_or(Known::No, |product| Known::Yes(product.clone())),
            None => Known::Unknown(format!("product {code}")),
        }
    }

    fn products(&self, code: &str) -> Known<Vec<InstalledProduct>> {
        match self.products.get(code) {
            Some(list) if list.is_empty() => Known::No,
            Some(list) => Known::Yes(list.clone()),
            None => Known::Unknown(format!("products {code}")),
        }
    }

    fn fact(&self, fact: FactName) -> Known<String> {
        known(self.facts.get(fact.name()), fact.name().to_owned())
    }

    fn environment(&self, name: &str) -> Known<String> {
        self.environment
            .get(&name.to_lowercase())
            .map_or(Known::No, |value| Known::Yes(value.clone()))
    }

    fn variables(&self) -> Vec<(String, String)> {
        let mut list = vec![("_SMSTSInWinPE".to_owned(), self.winpe.to_string())];
        list.extend(self.built_in.iter().cloned());
        list
    }
}

impl Host for Machine {
    fn perform(&mut self, work: &Work<'_>) -> Outcome {
        let did = work
            .values
            .iter()
            .filter(|(name, _)| self.watch.iter().any(|watched| watched == name))
            .map(|(name, value)| Deed::remark(format!("{name} = {value}")))
            .collect();
        let mut outcome = Outcome {
            did,
            ..Outcome::default()
        };
        let name = &work.step.common.name.value;
        if let Some(mock) = self.steps.get_mut(name) {
            outcome.exit_code = mock
                .codes
                .get(mock.runs)
                .or(mock.codes.last())
                .copied()
                .unwrap_or(0);
            let sets = mock
                .sets
                .iter()
                .filter(|(run, _, _)| *run == usize::MAX || *run == mock.runs);
            outcome.variables = sets
                .map(|(_, name, value)| (name.clone(), value.clone()))
                .collect();
            outcome.output.clone_from(&mock.prints);
            outcome.seconds = mock.seconds;
            outcome.assumed.clone_from(&mock.assumes);
            mock.runs += 1;
        }
        outcome
    }

    fn clock(&self) -> u64 {
        0
    }
}

impl Restarts for Machine {
    fn restart(&mut self, winpe: bool, _: &str) -> Result<(), SystemError> {
        self.restarts.push(winpe);
        self.winpe = winpe;
        Ok(())
    }
}
