//! A described computer of which more is known: everything that its file leaves open is answered
//! one way.

use tasq::internals::{
    computer::{Facts, Host, Outcome, Restarts, SystemError, Work},
    fact::{Fact as Named, FileFacts, InstalledProduct, Known, RegistryValue},
    host::simulated::SimulatedHost,
    wql::{ClassFacts, PropertyValue, Row, Rows},
};

use super::unseen::{Reach, reach};

/// A computer on which what nobody said is there, or is not.
pub struct World {
    pub own: SimulatedHost,
    pub there: bool,
    /// What its scripts and programs set.
    pub names: Vec<String>,
}

impl World {
    fn settle<T>(&self, known: Known<T>, facts: impl FnOnce() -> T) -> Known<T> {
        match known {
            Known::Unknown(_) if self.there => Known::Yes(facts()),
            Known::Unknown(_) => Known::No,
            known => known,
        }
    }
}

impl Rows for World {
    fn class(&self, namespace: &str, class: &str) -> ClassFacts {
        let settled = |row: &Row, name: &str| match row.property(name) {
            PropertyValue::Unknown if self.there => PropertyValue::Text("Contoso 9".to_owned()),
            PropertyValue::Unknown => PropertyValue::Null,
            fact => fact,
        };
        match self.own.class(namespace, class) {
            ClassFacts::Unknown if self.there => ClassFacts::Rows(vec![Row::new().complete()]),
            ClassFacts::Unknown => ClassFacts::Rows(Vec::new()),
            // The properties that genuine queries ask for.
            ClassFacts::Rows(rows) => ClassFacts::Rows(
                rows.iter()
                    .map(|row| {
                        let names = [
                            "Manufacturer",
                            "Model",
                            "Version",
                            "OSArchitecture",
                            "OSType",
                            "ProductType",
                            "PCSystemType",
                            "BatteryStatus",
                            "HypervisorPresent",
                            "BuildNumber",
                            "Caption",
                        ];
                        let start = row.clone();
                        names
                            .into_iter()
                            .fold(start, |all, name| all.with(name, settled(row, name)))
                    })
                    .collect(),
            ),
        }
    }
}

impl Facts for World {
    fn file(&self, path: &str) -> Known<FileFacts> {
        let facts = || FileFacts {
            version: Some("10.0.0.1".to_owned()),
            modified: Some("20240131120000.000000+000".to_owned()),
        };
        self.settle(self.own.file(path), facts)
    }
    fn folder(&self, path: &str) -> Known<FileFacts> {
        self.settle(self.own.folder(path), FileFacts::default)
    }
    fn registry_key(&self, key: &str) -> Known<()> {
        self.settle(self.own.registry_key(key), || ())
    }
    fn registry_value(&self, key: &str, name: &str) -> Known<RegistryValue> {
        let value = || RegistryValue {
            kind: "REG_SZ".to_owned(),
            data: "1".to_owned(),
        };
        self.settle(self.own.registry_value(key, name), value)
    }
    fn product(&self, product_code: &str) -> Known<InstalledProduct> {
        self.settle(self.own.product(product_code), InstalledProduct::default)
    }
    fn products(&self, upgrade_code: &str) -> Known<Vec<InstalledProduct>> {
        self.settle(self.own.products(upgrade_code), || {
            vec![InstalledProduct::default()]
        })
    }
    fn fact(&self, fact: Named) -> Known<String> {
        self.settle(self.own.fact(fact), || "Contoso 9".to_owned())
    }
    fn environment(&self, name: &str) -> Known<String> {
        self.settle(self.own.environment(name), || "Contoso".to_owned())
    }
    fn variables(&self) -> Vec<(String, String)> {
        self.own.variables()
    }
}

impl Host for World {
    fn perform(&mut self, work: &Work<'_>) -> Outcome {
        let mut outcome = self.own.perform(work);
        let said = if self.there { "1" } else { "" };
        outcome.variables.extend(
            outcome
                .unknown
                .drain(..)
                .map(|(name, _)| (name, said.to_owned())),
        );
        if !outcome.assumed.is_empty() && outcome.output.is_empty() {
            outcome.output = said.to_owned();
        }
        outcome.assumed.clear();
        if self.there {
            let set = |name: &str| (name.to_owned(), "Contoso 9".to_owned());
            let fresh: Vec<(String, String)> = match reach(work.step) {
                Reach::Nothing => Vec::new(),
                Reach::Names(names) => names.iter().map(|name| set(name)).collect(),
                Reach::Anything => self.names.iter().map(|name| set(name)).collect(),
            };
            // What a step is known to set it sets.
            let said: Vec<String> = outcome
                .variables
                .iter()
                .map(|(name, _)| name.to_lowercase())
                .collect();
            let other = fresh
                .into_iter()
                .filter(|(name, _)| !said.contains(&name.to_lowercase()));
            outcome.variables.extend(other);
        }
        outcome
    }
    fn clock(&self) -> u64 {
        self.own.clock()
    }
}

impl Restarts for World {
    fn restart(&mut self, winpe: bool, message: &str) -> Result<(), SystemError> {
        self.own.restart(winpe, message)
    }
}
