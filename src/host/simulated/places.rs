//! Where a described computer has an answer from: the lines of its machine file.

use std::collections::BTreeMap;

use super::{SimulatedHost, divider};
use crate::{
    computer::{FactQuestion, Facts},
    fact::Known,
    machine::{Listed, values, wmi},
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
            FactQuestion::SmallRegistryKey(key) => {
                self.place_of_key(self.small_key(key).as_deref().unwrap_or(key), None)
            }
            FactQuestion::SmallRegistryValue(key, name) => {
                self.place_of_key(self.small_key(key).as_deref().unwrap_or(key), Some(name))
            }
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

    /// A path as it is listed itself, else what it follows from: of one that is not there the
    /// folder above it, the list of disks, or what says that all files are listed.
    fn place_of_path(&self, section: &str, path: &str) -> Option<String> {
        let machine = &self.machine;
        let key = values::path(path);
        let exact = |section: &str| machine.places.exactly(&format!("{section}.{key}"));
        let is_there = |list: &BTreeMap<String, Listed>| {
            let listed = list.get(&key);
            listed.is_some_and(|own| own.facts.is_some())
        };
        let (other, other_there) = match section {
            "files" => ("folders", is_there(&machine.folders)),
            _ => ("files", is_there(&machine.files)),
        };
        if self.is_from_step(&key) {
            return None;
        }
        let own = exact(section).or_else(|| exact(other).filter(|_| other_there));
        if own.is_some() {
            return own;
        }
        let known = match section {
            "files" => self.file(path),
            _ => self.folder(path),
        };
        match known {
            Known::Yes(_) => self.place_of_folder(&key),
            Known::No if self.without_parent(&key) => self.place_without_parent(&key),
            Known::No => self.place_of_whole("files"),
            Known::Unknown(_) => None,
        }
    }

    /// Whether a step made it: no line of the file says so.
    fn is_from_step(&self, key: &str) -> bool {
        let mut drives = self.changes.mapped.keys();
        self.changes.downloaded.contains(key) || drives.any(|own| own.eq_ignore_ascii_case(key))
    }

    /// What says that a folder is there which is not listed: something in it, its disk, the system.
    fn place_of_folder(&self, key: &str) -> Option<String> {
        let machine = &self.machine;
        let sign = divider(key);
        let start = format!("{}{sign}", key.trim_end_matches(sign));
        let inside = |section: &str, list: &BTreeMap<String, Listed>| {
            let below = list.range(start.clone()..);
            let mut below = below.take_while(|(path, _)| path.starts_with(&start));
            let (path, _) = below.find(|(_, own)| own.facts.is_some())?;
            machine.places.exactly(&format!("{section}.{path}"))
        };
        let listed =
            inside("files", &machine.files).or_else(|| inside("folders", &machine.folders));
        if listed.is_some() || self.holds_something(key) {
            return listed;
        }
        let mut disks = machine.disks.iter().flatten();
        match disks.position(|disk| disk.letter.eq_ignore_ascii_case(key)) {
            Some(index) => machine.places.of(&format!("disks[{index}]")),
            None => self.place_of_fact("os.system_drive"),
        }
    }

    /// What says that a folder above a path is not there, or its drive.
    fn place_without_parent(&self, key: &str) -> Option<String> {
        let mut above = key.match_indices(divider(key)).map(|(at, _)| &key[..at]);
        let gone = above.find(|path| {
            let folder = self.machine.folders.get(*path);
            folder.is_some_and(|folder| folder.facts.is_none())
        });
        match gone {
            Some(folder) => self.machine.places.exactly(&format!("folders.{folder}")),
            None => self.machine.places.of("disks"),
        }
    }

    fn place_of_key(&self, key: &str, name: Option<&str>) -> Option<String> {
        let path = values::registry_key(key).filter(|_| self.is_listed_system())?;
        if let Some(name) = name {
            return self.place_of_value(&path, name);
        }
        let names = values::names_of_key(&path);
        let is = self.said_of_key(&path);
        let mut saying = names
            .iter()
            .filter(|name| is.is_some() && self.listed_key(name) == is);
        match is {
            Some(_) => saying.find_map(|name| self.place_of_listed_key(name)),
            None if self.is_whole_registry(&path) => self.place_of_whole("registry"),
            None => None,
        }
    }

    fn place_of_value(&self, path: &str, name: &str) -> Option<String> {
        let places = &self.machine.places;
        if let Some((key, _)) = self.listed_value(path, name) {
            return places.exactly(&format!("registry.{key}.{}", name.to_lowercase()));
        }
        if self.said_of_key(path) == Some(false) {
            let names = values::names_of_key(path);
            return names.iter().find_map(|own| match self.listed_key(own) {
                Some(false) => self.place_of_listed_key(own),
                _ => None,
            });
        }
        let whole = self.is_whole_registry(path);
        whole.then(|| self.place_of_whole("registry"))?
    }

    /// The entry of a key, of the one above it that is not there, or of one below it.
    fn place_of_listed_key(&self, path: &str) -> Option<String> {
        let places = &self.machine.places;
        let own = places.exactly(&format!("registry.{path}"));
        own.or_else(|| {
            let other = self.absent_above(path).or_else(|| self.listed_below(path));
            places.exactly(&format!("registry.{}", other?))
        })
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
