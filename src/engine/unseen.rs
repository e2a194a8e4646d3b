//! Variables that nobody wrote down, and that a step may have set all the same.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use serde::{Deserialize, Serialize};

use super::variables::is_read_only;
use crate::vocabulary::fits;

/// The names that the steps of a sequence and its children give a value themselves.
#[derive(Debug, Default)]
pub(super) struct OwnNames {
    /// As variables are looked up.
    pub keys: HashSet<String>,
    /// Beginnings of numbered ones.
    pub bases: Vec<String>,
}

impl OwnNames {
    /// Whether a name, as variables are looked up, is among them.
    pub fn has(&self, key: &str) -> bool {
        let numbered = |base: &String| key.strip_prefix(base.as_str()).is_some_and(is_number);
        self.keys.contains(key) || self.bases.iter().any(numbered)
    }

    /// Whether a member of a list is among them.
    pub fn has_member(&self, base: &str) -> bool {
        let mut keys = self.keys.iter();
        keys.any(|key| key.strip_prefix(base).is_some_and(is_number))
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Who said last what a variable is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Told {
    /// Whoever began the run, or a debugger.
    Given,
    /// A step deleted it.
    Deleted,
}

/// What may be set without being known.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct UnseenVariables {
    /// Of the program, not of the run.
    #[serde(skip)]
    pub own: Arc<OwnNames>,
    told: BTreeMap<String, Told>,
    /// The path of the first step that may have set anything, and whether there are more.
    anything: Option<(String, bool)>,
    /// Patterns of names that a step has set, and its path.
    patterns: Vec<(String, String)>,
    /// Patterns of names of which a step has set all there are, since when nothing set anything.
    #[serde(default)]
    whole: Vec<String>,
}

impl UnseenVariables {
    /// A variable was given a value, or none, from outside.
    pub fn given(&mut self, key: &str) {
        self.told.insert(key.to_owned(), Told::Given);
    }

    /// A variable was set by the run.
    pub fn set(&mut self, key: &str) {
        if !self.told.is_empty() {
            self.told.remove(key);
        }
    }

    /// A variable was deleted by the run.
    pub fn deleted(&mut self, key: &str) {
        if self.anything.is_some() || !self.patterns.is_empty() {
            self.told.insert(key.to_owned(), Told::Deleted);
        }
    }

    /// Whether a variable is as it was given.
    pub fn is_given(&self, key: &str) -> bool {
        self.told.get(key) == Some(&Told::Given)
    }

    /// A step ran that may have set anything.
    pub fn may_set_anything(&mut self, path: &str) {
        self.whole.clear();
        self.told.retain(|_, told| *told == Told::Given);
        match &mut self.anything {
            Some((first, more)) => *more |= first != path,
            None => self.anything = Some((path.to_owned(), false)),
        }
    }

    /// A step ran that sets what fits a pattern.
    pub fn sets(&mut self, pattern: &str, path: &str) {
        let pattern = pattern.to_lowercase();
        self.whole.retain(|known| *known != pattern);
        self.told
            .retain(|key, told| *told == Told::Given || !fits(&pattern, key));
        self.patterns.retain(|(known, _)| *known != pattern);
        self.patterns.push((pattern, path.to_owned()));
    }

    /// A step ran that said all there is of what fits a pattern.
    pub fn told_all(&mut self, pattern: &str) {
        let pattern = pattern.to_lowercase();
        self.patterns.retain(|(known, _)| *known != pattern);
        if !self.whole.contains(&pattern) {
            self.whole.push(pattern);
        }
    }

    /// Of a variable that is not there: who may have set it.
    pub fn setter(&self, key: &str, name: &str) -> Option<String> {
        if self.anything.is_none() && self.patterns.is_empty() || self.told.contains_key(key) {
            return None;
        }
        if self.whole.iter().any(|pattern| fits(pattern, key)) {
            return None;
        }
        if let Some((_, path)) = self.patterns.iter().find(|(own, _)| fits(own, key)) {
            return Some(after(name, path));
        }
        let (path, more) = self.anything.as_ref()?;
        if is_read_only(key) || self.own.has(key) {
            return None;
        }
        let others = if *more { " or a later step" } else { "" };
        Some(format!("variable {name}, which {path}{others} may set"))
    }
}

/// What is missing of a variable that a step sets.
pub(super) fn after(name: &str, path: &str) -> String {
    format!("variable {name} after {path}")
}
