//! Whether a name is, or was meant to be, that of a secret.

use std::collections::{HashMap, HashSet};

use crate::vocabulary::{
    folded, is_plain_property, names_secret, secret_properties, step_keywords, without_digits,
    words,
};

/// Words for a secret, as one of the words of a name.
const WORDS: &[&str] = &[
    "password",
    "passwort",
    "kennwort",
    "passphrase",
    "passcode",
    "passwd",
    "pass",
    "psw",
    "pwd",
    "pw",
    "pin",
    "secret",
    "token",
    "apikey",
    "accesskey",
    "privatekey",
];

/// The word that names of secrets have in common, and how many slips still let one see it.
const COMMON: &str = "password";
const SLIPS: usize = 2;

/// What a name is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meant {
    /// Nothing that must be hidden.
    Other,
    /// A secret.
    Secret,
    /// Stand-ins for secrets, each with a name of its own.
    Group,
}

/// Judges names, in the order of the text.
#[derive(Default)]
pub(super) struct Likeness<'a> {
    /// What was said of a name before.
    known: HashMap<&'a str, Meant>,
    /// Names that the text itself gives to secrets, in small letters.
    declared: HashSet<String>,
    /// Short names of secret properties of the step that is being read; all of them where its type
    /// is not known.
    short: Vec<&'static str>,
    /// Whether the type of a step may come.
    awaits_type: bool,
}

impl<'a> Likeness<'a> {
    /// Takes notice of a word: it may begin a step, or be its type.
    pub(super) fn pass(&mut self, word: &str, begins: bool) {
        if begins && word == "step" {
            self.short = short_names(|_| true);
            self.awaits_type = true;
        } else if self.awaits_type && step_keywords().any(|own| own == word) {
            self.short = short_names(|keyword| keyword == word);
            self.awaits_type = false;
        }
    }

    /// Adds names of secrets; whether one of them was not known as such.
    pub(super) fn declare(&mut self, names: &[&str]) -> bool {
        let mut new = false;
        for name in names.iter().filter(|name| !says_secret(name)) {
            new |= self.declared.insert(name.to_lowercase());
        }
        if new {
            self.known.clear();
        }
        new
    }

    /// Whether the text itself gives a name to a secret.
    pub(super) fn is_declared(&self, name: &str) -> bool {
        !self.declared.is_empty() && self.declared.contains(&name.to_lowercase())
    }

    /// What a name is about. Short names are told from others by what stands behind them.
    pub(super) fn of(&mut self, name: &'a str, separated: bool) -> Meant {
        let declared = &self.declared;
        let meant = *self.known.entry(name).or_insert_with(|| {
            if !declared.is_empty() && declared.contains(&name.to_lowercase()) {
                return Meant::Secret;
            }
            judge(name)
        });
        let is_short = || {
            let folded = folded(name);
            let near = |own: &&str| slips(&folded, own) <= 1;
            !is_plain_property(name) && self.short.iter().any(near)
        };
        if meant == Meant::Other && separated && name.len() <= 5 && is_short() {
            return Meant::Secret;
        }
        meant
    }

    /// What a name is about that a blank came into.
    pub(super) fn of_two(&self, first: &str, second: &str) -> Meant {
        let folded = folded(first) + &folded(second);
        let is_word = folded.len() > 4 && WORDS.contains(&folded.as_str());
        if is_word || folded.ends_with(COMMON) {
            Meant::Secret
        } else {
            Meant::Other
        }
    }
}

/// Names of secret properties that no word for a secret would tell when they are misspelt.
fn short_names(of: impl Fn(&str) -> bool) -> Vec<&'static str> {
    let of_step = secret_properties()
        .iter()
        .filter(|(keyword, _)| of(keyword));
    let names = of_step.map(|(_, name)| *name);
    let mut names: Vec<&str> = names
        .filter(|name| !is_like_common(&folded(name)))
        .collect();
    names.dedup();
    names
}

fn judge(name: &str) -> Meant {
    if (6..=8).contains(&name.len()) && slips(&folded(name), "secrets") <= 1 {
        return Meant::Group;
    }
    if !is_plain_property(name) && says_secret(name) {
        return Meant::Secret;
    }
    Meant::Other
}

/// Whether a name says by itself that it holds a secret, or may.
pub fn says_secret(name: &str) -> bool {
    let is_word = |word: &str| WORDS.contains(&without_digits(word));
    let has_word = || words(name).any(|word| is_word(&word)) || is_word(&folded(name));
    has_word() || is_like_common(&folded(name)) || names_secret(name)
}

/// Whether a word is `masked`, or was meant to be.
pub(super) fn resembles_masked(word: &str) -> bool {
    (5..=7).contains(&word.len())
        && word.starts_with(['m', 'M', 'a'])
        && slips(&word.to_lowercase(), "masked") <= 1
}

/// Whether a word begins the definition of a compile-time name, or was meant to.
pub(super) fn resembles_definition(word: &str) -> bool {
    matches!(word, "let" | "for" | "const" | "var")
        || word.len() >= 4 && slips(&word.to_lowercase(), "param") <= 1
}

/// How many letters are too many, missing, other or exchanged.
fn slips(one: &str, other: &str) -> usize {
    strsim::osa_distance(one, other)
}

/// Whether [`COMMON`] stands in a name, with a few slips.
fn is_like_common(folded: &str) -> bool {
    if folded.contains(COMMON) {
        return true;
    }
    // A count of letters is much quicker than all that follows, and most names end here.
    let there = "pasword".chars().filter(|letter| folded.contains(*letter));
    if there.count() < "pasword".len() - SLIPS {
        return false;
    }
    // Longer ones are no names, and would take their time.
    let letters: Vec<char> = folded.chars().take(64).collect();
    let shortest = COMMON.len() - SLIPS;
    (shortest..=COMMON.len() + SLIPS).any(|length| {
        letters.windows(length).any(|window| {
            let window: String = window.iter().collect();
            slips(&window, COMMON) <= SLIPS
        })
    })
}
