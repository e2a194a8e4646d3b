//! What must not be seen: not in an answer, not in the history, not in a saved file.

use std::{cell::RefCell, rc::Rc};

use super::Session;
use crate::{
    diagnostic::render::Look,
    engine::MASK,
    syntax::{says_secret, secret_values},
    vocabulary::is_secret_variable,
};

/// What stands before an entry.
pub const PROMPT: &str = "tasq> ";

/// What stands before an entry while steps are carried out on the computer itself.
pub const LOCAL_PROMPT: &str = "this computer> ";

/// What stands before its further lines in a transcript.
pub const CONTINUED: &str = "    | ";

/// Whether a variable holds a secret by what it is.
pub(super) fn is_secret_name(name: &str) -> bool {
    is_secret_variable(name.trim())
}

/// Whether an entry may be kept in the history: it names no secret variable, has no literal
/// password, masks nothing, and gives no value to what is called as if it were a secret.
pub fn may_be_remembered(entry: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let given = |word: &str| {
        let behind = (word.as_ptr() as usize - entry.as_ptr() as usize) + word.len();
        let rest = entry
            .get(behind..)
            .unwrap_or("")
            .trim_start_matches([' ', '"', '\'', '`']);
        rest.starts_with(['=', ':']) && says_secret(word)
    };
    let mut words = entry.split(|c: char| !is_word(c));
    let hides = |word: &str| word == "masked" || is_secret_name(word) || given(word);
    secret_values(entry).is_empty() && !words.any(hides)
}

/// Values that must not be shown any more, whatever became of them. Copies share them.
#[derive(Clone, Default)]
pub(super) struct Hidden(Rc<RefCell<Vec<String>>>);

impl Hidden {
    /// One more.
    pub fn add(&self, value: &str) {
        let mut values = self.0.borrow_mut();
        if !value.is_empty() && !values.iter().any(|own| own == value) {
            values.push(value.to_owned());
            // A value that holds another one goes first.
            values.sort_by_key(|value| std::cmp::Reverse(value.len()));
        }
    }

    /// A text without any of them.
    pub fn scrub(&self, mut text: String) -> String {
        for value in self.0.borrow().iter() {
            if text.contains(value.as_str()) {
                text = text.replace(value.as_str(), MASK);
            }
        }
        text
    }

    /// Whether a text that is to be written holds one that is long enough to be there for no other
    /// reason.
    pub fn are_in(&self, text: &str) -> bool {
        self.0
            .borrow()
            .iter()
            .any(|value| value.len() > 3 && text.contains(value.as_str()))
    }
}

impl Session {
    /// What stands before an entry now.
    pub fn prompt(&self) -> &'static str {
        if self.is_local() {
            LOCAL_PROMPT
        } else {
            PROMPT
        }
    }

    /// A text without any value that is masked, or ever was.
    pub(super) fn scrub(&self, text: String) -> String {
        self.hidden.scrub(self.world.state.variables().scrub(text))
    }

    /// Whether an entry shows nothing that is masked.
    pub fn shows(&self, entry: &str) -> bool {
        self.scrub(entry.to_owned()) == entry
    }

    /// A text as it may be shown.
    pub fn clean(&self, text: String) -> String {
        self.scrub(text)
    }

    /// The same session with another look.
    #[must_use]
    pub fn with_look(mut self, look: Look) -> Session {
        self.settings.look = look;
        self
    }

    /// An entry as a transcript has it, with the prompt before it and its secrets hidden.
    pub fn echo(&self, entry: &str) -> String {
        let shown = if may_be_remembered(entry) {
            self.scrub(entry.to_owned())
        } else {
            MASK.to_owned()
        };
        let mut out = String::new();
        for (index, line) in shown.lines().enumerate() {
            out.push_str(if index == 0 { self.prompt() } else { CONTINUED });
            out.push_str(line);
            out.push('\n');
        }
        out
    }
}
