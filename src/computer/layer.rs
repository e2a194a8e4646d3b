//! A computer in front of another one: written once for all that stand so.

use super::{FactQuestion, Facts};
use crate::{
    fact::{Fact, FileFacts, InstalledProduct, Known, RegistryValue},
    wql::{ClassFacts, Row, Rows},
};

/// A computer that answers as the one behind it does, but for what it says itself.
pub trait Layer {
    /// The one behind.
    fn behind(&self) -> &dyn Facts;

    /// What this one says of a file; `None` leaves the answer to the one behind.
    fn file_before(&self, path: &str) -> Option<Known<FileFacts>> {
        let _ = path;
        None
    }

    /// The same of a folder.
    fn folder_before(&self, path: &str) -> Option<Known<FileFacts>> {
        let _ = path;
        None
    }

    /// The built-in variables, made of those of the one behind.
    fn with_variables(&self, behind: Vec<(String, String)>) -> Vec<(String, String)> {
        behind
    }
}

impl<L: Layer> Rows for L {
    fn class(&self, namespace: &str, class: &str) -> ClassFacts {
        self.behind().class(namespace, class)
    }

    fn look(&self, namespace: &str, class: &str, look: &mut dyn FnMut(Option<&[Row]>)) {
        self.behind().look(namespace, class, look);
    }

    fn narrowed(
        &self,
        namespace: &str,
        class: &str,
        condition: &dyn Fn() -> String,
    ) -> Option<ClassFacts> {
        self.behind().narrowed(namespace, class, condition)
    }
}

impl<L: Layer> Facts for L {
    fn file(&self, path: &str) -> Known<FileFacts> {
        self.file_before(path)
            .unwrap_or_else(|| self.behind().file(path))
    }

    fn folder(&self, path: &str) -> Known<FileFacts> {
        self.folder_before(path)
            .unwrap_or_else(|| self.behind().folder(path))
    }

    fn registry_key(&self, key: &str) -> Known<()> {
        self.behind().registry_key(key)
    }

    fn registry_value(&self, key: &str, name: &str) -> Known<RegistryValue> {
        self.behind().registry_value(key, name)
    }

    fn small_path(&self, path: &str) -> Option<String> {
        self.behind().small_path(path)
    }

    fn small_registry_key(&self, key: &str) -> Known<()> {
        self.behind().small_registry_key(key)
    }

    fn small_registry_value(&self, key: &str, name: &str) -> Known<RegistryValue> {
        self.behind().small_registry_value(key, name)
    }

    fn product(&self, product_code: &str) -> Known<InstalledProduct> {
        self.behind().product(product_code)
    }

    fn products(&self, upgrade_code: &str) -> Known<Vec<InstalledProduct>> {
        self.behind().products(upgrade_code)
    }

    fn has_upgrade_code(&self, product_code: &str, upgrade_code: &str) -> Known<()> {
        self.behind().has_upgrade_code(product_code, upgrade_code)
    }

    fn fact(&self, fact: Fact) -> Known<String> {
        self.behind().fact(fact)
    }

    fn environment(&self, name: &str) -> Known<String> {
        self.behind().environment(name)
    }

    fn variables(&self) -> Vec<(String, String)> {
        self.with_variables(self.behind().variables())
    }

    fn tells_all_variables(&self) -> bool {
        self.behind().tells_all_variables()
    }

    fn installed_by(&self) -> Option<&str> {
        self.behind().installed_by()
    }

    fn place(&self, asked: &FactQuestion<'_>) -> Option<String> {
        self.behind().place(asked)
    }
}
