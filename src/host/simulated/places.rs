//! Where a described computer has an answer from: the lines of its machine file.

use super::{SimulatedHost, divider};
use crate::{
    computer::FactQuestion,
    machine::{values, wmi},
    vocabulary::described_facts,
};

/// The most keys that follow from each other.
const LONGEST: usize = 8;

impl SimulatedHost {
    pub(super) fn place_of(&self, asked: &FactQuestion<'_>) -> Option<String> {
        let machine = &self.machine;
        match asked {
            FactQuestion::File(path) => self.place_of_path("files", &self.own_path(path)),
            FactQuestion::Folder(path) => self.place_of_path("folders", &self.own_path(path)),
            FactQuestion::RegistryKey(key) => self.place_of_key(key, None),
            FactQuestion::RegistryValue(key, name) => self.place_of_key(key, Some(name)),
            FactQuestion::Product(code) => {
                let code = values::guid(code).unwrap_or_default();
                self.place_of_software(|own| own.product_code.as_deref() == Some(&code))
            }
            FactQuestion::Family(code) => {
                let code = values::guid(code).unwrap_or_default();
                self.place_of_software(|own| own.upgrade_code.as_deref() == Some(&code))
            }
            FactQuestion::Fact(fact) => self.place_of_fact(fact.name()),
            FactQuestion::Wmi {
                namespace,
                class,
                property,
            } => self.place_of_wmi(namespace, class, *property),
            FactQuestion::Variable { name, value } => {
                let mut own = machine.variables.iter();
                let listed = own.any(|(own, held)| own.eq_ignore_ascii_case(name) && held == value);
                let path = format!("variables.{}", name.to_lowercase());
                machine.places.exactly(&path).filter(|_| listed)
            }
            FactQuestion::NoVariable => self.place_of_whole("variables"),
        }
    }

    /// What says that a section holds all there is, if it does.
    fn place_of_whole(&self, section: &str) -> Option<String> {
        let whole = self.machine.complete.has(section);
        whole.then(|| self.machine.completeness(section))?
    }

    /// A path as it is listed itself; else the folder above it, the list of disks, or what says
    /// that all files are listed.
    fn place_of_path(&self, section: &str, path: &str) -> Option<String> {
        let places = &self.machine.places;
        let key = values::path(path);
        let other = if section == "files" {
            "folders"
        } else {
            "files"
        };
        let exact = |section: &str, key: &str| places.exactly(&format!("{section}.{key}"));
        if let Some(own) = exact(section, &key).or_else(|| exact(other, &key)) {
            return Some(own);
        }
        let sign = divider(&key);
        let above = key.match_indices(sign).map(|(at, _)| &key[..at]);
        let gone = |path: &&str| {
            let folder = self.machine.folders.get(*path);
            folder.is_some_and(|folder| folder.facts.is_none())
        };
        if let Some(folder) = above.into_iter().find(gone) {
            return exact("folders", folder);
        }
        if self.without_parent(&key) {
            return places.of("disks");
        }
        self.place_of_whole("files").filter(|_| self.is_whole(&key))
    }

    fn place_of_key(&self, key: &str, name: Option<&str>) -> Option<String> {
        let places = &self.machine.places;
        let path = values::registry_key(key).filter(|_| self.is_listed_system())?;
        let own = |name: &str| places.exactly(&format!("registry.{path}.{}", name.to_lowercase()));
        if let Some(place) = name.and_then(own) {
            return Some(place);
        }
        let above = path.match_indices('\\').map(|(at, _)| &path[..at]);
        let listed = [path.as_str()].into_iter().chain(above).find(|path| {
            let key = self.machine.registry.get(*path);
            key.is_some_and(|key| name.is_none() && *path == key_of(key) || key.values.is_none())
        });
        match listed {
            Some(path) => places.exactly(&format!("registry.{path}")),
            None => self.place_of_whole("registry"),
        }
    }

    fn place_of_software(
        &self,
        is_meant: impl Fn(&crate::machine::Software) -> bool,
    ) -> Option<String> {
        match self.machine.software.iter().position(is_meant) {
            Some(index) => self.machine.places.of(&format!("software[{index}]")),
            None => self.place_of_whole("software"),
        }
    }

    /// A key of the description, or the one that it follows from.
    fn place_of_fact(&self, name: &str) -> Option<String> {
        let places = &self.machine.places;
        let mut name = name;
        for _ in 0..LONGEST {
            let here = match name.strip_prefix("os") {
                Some(rest) if self.winpe => format!("winpe{rest}"),
                _ => name.to_owned(),
            };
            if let Some(place) = places.exactly(&here) {
                return Some(place);
            }
            match described_facts().before(name) {
                Some(before) => name = before,
                None => return places.of(&here),
            }
        }
        None
    }

    fn place_of_wmi(&self, namespace: &str, class: &str, property: Option<&str>) -> Option<String> {
        let (namespace, class) = (wmi::namespace(namespace), class.to_lowercase());
        let places = &self.machine.places;
        let start = match namespace.as_str() {
            "root\\cimv2" => "wmi".to_owned(),
            other => format!("wmi.{other}"),
        };
        let listed = format!("{start}.{class}");
        let own = property.and_then(|property| {
            let name = property.to_lowercase();
            let first = format!("{listed}[0].{name}");
            places
                .exactly(&format!("{listed}.{name}"))
                .or_else(|| places.exactly(&first))
        });
        let described = || {
            let key = described_facts().key_of(&class, property?)?;
            self.place_of_fact(key)
        };
        own.or_else(|| self.place_of_rows(&listed, &namespace, &class))
            .or_else(described)
            .or_else(|| self.place_of_whole("wmi"))
    }

    /// A class of which the file lists all rows.
    fn place_of_rows(&self, path: &str, namespace: &str, class: &str) -> Option<String> {
        let mut listed = self.machine.wmi.iter();
        let whole = listed.any(|own| {
            !own.amends && own.namespace == namespace && own.class.eq_ignore_ascii_case(class)
        });
        self.machine.places.exactly(path).filter(|_| whole)
    }
}

/// The path of a key in the form in which keys are compared.
fn key_of(key: &crate::machine::Key) -> String {
    values::registry_key(&key.path).unwrap_or_default()
}
