//! The registry of a described computer, whose keys have several names.

use super::SimulatedHost;
use crate::{fact::RegistryValue, machine::values};

impl SimulatedHost {
    /// Whether the lists say that a key is there, or that it is not, by any of its names.
    pub(super) fn said_of_key(&self, path: &str) -> Option<bool> {
        let names = values::names_of_key(path);
        let said: Vec<Option<bool>> = names.iter().map(|name| self.listed_key(name)).collect();
        if said.contains(&Some(true)) {
            return Some(true);
        }
        // What one of the two that `HKCR` shows does not have may be in the other.
        let own = if is_merged(path) { &said[..1] } else { &said };
        own.contains(&Some(false)).then_some(false)
    }

    /// What they say of a key under one name.
    pub(super) fn listed_key(&self, path: &str) -> Option<bool> {
        let registry = &self.machine.registry;
        if let Some(listed) = registry.get(path) {
            return Some(listed.values.is_some());
        }
        if self.absent_above(path).is_some() {
            return Some(false);
        }
        let is_there = self.listed_below(path).is_some() || !path.contains('\\');
        is_there.then_some(true)
    }

    /// The key above another one that is not there.
    pub(super) fn absent_above<'p>(&self, path: &'p str) -> Option<&'p str> {
        let mut above = path.match_indices('\\').map(|(at, _)| &path[..at]);
        above.find(|own| {
            let listed = self.machine.registry.get(*own);
            listed.is_some_and(|own| own.values.is_none())
        })
    }

    /// A key below another one that is there.
    pub(super) fn listed_below(&self, path: &str) -> Option<&str> {
        let start = format!("{path}\\");
        let below = self.machine.registry.range(start.clone()..);
        let mut below = below.take_while(|(own, _)| own.starts_with(&start));
        let found = below.find(|(_, own)| own.values.is_some())?;
        Some(found.0)
    }

    /// What the lists say of a value, and the name of the key that they say it of.
    pub(super) fn listed_value(
        &self,
        path: &str,
        name: &str,
    ) -> Option<(String, Option<&RegistryValue>)> {
        let name = name.to_lowercase();
        let names = values::names_of_key(path).into_iter();
        let mut listed = names.filter_map(|key| {
            let values = self.machine.registry.get(&key)?.values.as_ref()?;
            let value = values.get(&name)?.as_ref();
            Some((key, value)).filter(|(key, _)| value.is_some() || key == path || !is_merged(path))
        });
        let first = listed.next()?;
        match first.1 {
            Some(_) => Some(first),
            None => Some(listed.find(|(_, value)| value.is_some()).unwrap_or(first)),
        }
    }

    /// Whether the file lists all there is of a key: not where one is there that may be the same.
    pub(super) fn is_whole_registry(&self, path: &str) -> bool {
        let kin = values::kin_of_key(path);
        let is_there =
            |own: &String| own != path && own.contains('\\') && self.listed_key(own) == Some(true);
        self.machine.complete.has("registry") && !kin.iter().any(is_there)
    }

    /// The key that 32-bit programs see in the place of another one, if the file says anything of
    /// that. What it says of a key alone counts in both views.
    pub(super) fn small_key(&self, key: &str) -> Option<String> {
        let path = values::registry_key(key).filter(|_| self.has_small_view())?;
        let inner = path.strip_prefix("hklm\\software\\")?;
        let small = format!("hklm\\software\\wow6432node\\{inner}");
        let registry = &self.machine.registry;
        let above = small.match_indices('\\').map(|(at, _)| &small[..at]);
        let gone = |own: &str| registry.get(own).is_some_and(|own| own.values.is_none());
        let start = format!("{small}\\");
        let mut below = registry.range(start.clone()..);
        let said = registry.contains_key(&small)
            || above.into_iter().any(gone)
            || below.next().is_some_and(|(own, _)| own.starts_with(&start));
        let spelled = key.trim().replace('/', "\\");
        let parts = spelled.split('\\').filter(|part| !part.is_empty());
        let below = parts.skip(2).collect::<Vec<_>>().join("\\");
        let is_native = !inner.starts_with("wow6432node");
        (said && is_native).then(|| format!("HKLM\\SOFTWARE\\WOW6432Node\\{below}"))
    }
}

/// Whether a key shows what two others have.
fn is_merged(path: &str) -> bool {
    path.starts_with("hkcr")
}
