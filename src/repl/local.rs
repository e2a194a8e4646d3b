//! `:host local`: steps are carried out on the computer that the session stands on.
//!
//! What is done there cannot be taken back: `:undo` and `:reset` change the session alone, and say
//! so. Nothing here touches the computer by itself; that is behind [`Outside`].

use toml::{Table, Value};

use super::{Answer, Session, real::RealHost};
use crate::{
    children::GivenChild,
    computer::{Host, SystemError},
    engine::{Event, Target},
    fact::{Fact, FileFacts, Known},
    model::Sequence,
};

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// Whether steps may change this computer from now on.
    Local,
    /// Whether it may be restarted now: this is asked each time.
    Restart,
}

/// This computer, made ready for steps.
#[allow(missing_debug_implementations, reason = "it holds a trait object")]
pub struct Local {
    /// Its name, for people.
    pub name: String,
    /// What carries steps out.
    pub host: Box<dyn Host>,
    /// Sequences that steps can run: those of the site file.
    pub children: Vec<GivenChild>,
    /// What is worth knowing before the first step: rights that are missing, where the log is.
    pub remarks: Vec<String>,
}

/// The way out of a session: the computer under it, and somebody who can be asked.
pub trait Outside {
    /// What is to be told before the question: rights that the account does not have.
    ///
    /// # Errors
    /// There is no such computer here.
    fn warning(&self) -> Result<Vec<String>, String>;

    /// Makes this computer ready.
    ///
    /// # Errors
    /// Why it cannot be used now.
    fn computer(&mut self) -> Result<Local, String>;

    /// No more steps are carried out.
    fn leave(&mut self);

    /// Asks for a yes.
    ///
    /// # Errors
    /// Why nobody can be asked.
    fn confirm(&mut self, about: About, question: &str) -> Result<bool, String>;

    /// The values of the secrets that some sequences use, but for those whose names are known.
    ///
    /// # Errors
    /// The names that nobody has a value for.
    fn secrets(
        &mut self,
        sequences: &[&Sequence],
        known: &[&str],
    ) -> Result<Vec<(String, String)>, String>;

    /// Restarts the computer that steps were carried out on. Does not wait.
    ///
    /// # Errors
    /// The system refuses.
    fn restart(&mut self, computer: &mut dyn Host, message: &str) -> Result<(), SystemError>;

    /// The description of this computer as a machine file.
    ///
    /// # Errors
    /// It cannot be read.
    fn description(&self) -> Result<String, String>;

    /// Shows some text at once, before the answer.
    fn show(&mut self, text: &str);

    /// Gets what happened, for a log; `scrub` takes secrets out of a text.
    fn happened(&mut self, events: &[Event], scrub: &dyn Fn(&str) -> String);
}

/// Nothing outside: sessions in tests and in `tasq eval`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nowhere;

const NOWHERE: &str = "steps cannot be carried out here";

impl Outside for Nowhere {
    fn warning(&self) -> Result<Vec<String>, String> {
        Err(NOWHERE.to_owned())
    }

    fn computer(&mut self) -> Result<Local, String> {
        Err(NOWHERE.to_owned())
    }

    fn leave(&mut self) {}

    fn confirm(&mut self, _: About, _: &str) -> Result<bool, String> {
        Err(NOWHERE.to_owned())
    }

    fn secrets(&mut self, _: &[&Sequence], _: &[&str]) -> Result<Vec<(String, String)>, String> {
        Ok(Vec::new())
    }

    fn restart(&mut self, _: &mut dyn Host, _: &str) -> Result<(), SystemError> {
        Err(SystemError::not_supported(NOWHERE))
    }

    fn description(&self) -> Result<String, String> {
        Err(NOWHERE.to_owned())
    }

    fn show(&mut self, _: &str) {}

    fn happened(&mut self, _: &[Event], _: &dyn Fn(&str) -> String) {}
}

impl Session {
    /// Gives the session a way out of itself.
    #[must_use]
    pub fn with_outside(mut self, outside: Box<dyn Outside>) -> Session {
        self.outside = outside;
        self
    }

    /// Whether steps are carried out on the computer that the session stands on.
    pub fn is_local(&self) -> bool {
        self.world.computer.real.is_some()
    }

    /// `:host`
    pub(super) fn host(&mut self, wanted: &str) -> Answer {
        match wanted {
            "" => Answer::good(self.which_host()),
            "local" => self.go_local(),
            "machine" if !self.is_local() => Answer::good(self.which_host()),
            "machine" => {
                self.world.computer.real = None;
                self.world.restart();
                self.world.changed();
                Answer::good(format!(
                    "steps only pretend again; the run begins anew on {}. What was done on this computer stays done",
                    self.world.computer.name
                ))
            }
            other => Answer::refused(format!(
                "`:host {other}`: write `:host local` or `:host machine`"
            )),
        }
    }

    fn which_host(&self) -> String {
        match &self.world.computer.real {
            Some(real) => {
                let mut text = format!("this computer, {}: steps are carried out on it", real.name);
                for remark in real.remarks.iter() {
                    text.push_str(&format!("\n  {remark}"));
                }
                text.push_str("\n  `:host machine` goes back to the described machine");
                text
            }
            None => {
                let name = &self.world.computer.name;
                format!(
                    "a described machine, {name}: steps only pretend; `:host local` carries them out"
                )
            }
        }
    }

    /// `:host local`: the question first.
    fn go_local(&mut self) -> Answer {
        if self.is_local() {
            return Answer::good(self.which_host());
        }
        let warning = match self.outside.warning() {
            Ok(warning) => warning,
            Err(message) => return Answer::refused(message),
        };
        let mut text = String::from(
            "From now on steps are carried out on this computer: each one that you type, `:next` and `:run`.\n\
             What they do cannot be undone. The computer is not restarted without another question.\n",
        );
        warning
            .iter()
            .for_each(|line| text.push_str(&format!("{line}\n")));
        self.outside.show(&text);
        match self
            .outside
            .confirm(About::Local, "Carry out steps on this computer?")
        {
            Ok(true) => {}
            Ok(false) => return Answer::refused("nothing has changed: steps only pretend"),
            Err(message) => return Answer::refused(message),
        }
        match self.outside.computer() {
            Ok(local) => {
                let host = RealHost::new(local, self.hidden.clone());
                self.world.computer.real = Some(host);
                self.world.restart();
                self.world.changed();
                Answer::good(format!("the run begins anew on {}", self.which_host()))
            }
            Err(message) => Answer::refused(message),
        }
    }

    /// Gets the secrets of what is to run on this computer: there nothing begins without them.
    ///
    /// # Errors
    /// Those that nobody has a value for.
    pub(super) fn get_secrets(&mut self, sequence: &Sequence) -> Result<(), String> {
        if self.world.computer.real.is_none() {
            return Ok(());
        }
        let children = self.world.children_of(sequence);
        let mut sequences = vec![sequence];
        sequences.extend(children.sequences());
        let known: Vec<&str> = self
            .world
            .secrets
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        let found = self.outside.secrets(&sequences, &known)?;
        for (_, value) in &found {
            self.hidden.add(value);
        }
        self.world.secrets.extend(found);
        Ok(())
    }

    /// What to do about a restart that a step wants: it is asked for each time. `before` is shown
    /// first.
    pub(super) fn ask_restart(
        &mut self,
        target: Target,
        message: Option<&str>,
        before: String,
    ) -> Answer {
        let on = "it was not restarted; `:next` or `:run` goes on as if it had been";
        if target == Target::WinPe {
            let text = format!(
                "{before}the step wants a restart into Windows PE, which Tasq cannot start: {on}\n"
            );
            return Answer {
                text,
                ..Answer::default()
            };
        }
        let shown = self.scrub(before);
        self.outside.show(&shown);
        let question = "The step wants a restart. The session ends with it and does not go on afterwards. Restart this \
                        computer now?";
        let text = match self.outside.confirm(About::Restart, question) {
            Ok(true) => {
                let message = self.scrub(
                    message
                        .unwrap_or("A step restarts this computer.")
                        .to_owned(),
                );
                let real = self.world.computer.real.as_ref();
                let outside = self.outside.as_mut();
                match real.map_or(Ok(()), |real| real.restart_now(outside, &message)) {
                    Ok(()) => {
                        return Answer {
                            text: "the computer restarts\n".to_owned(),
                            quit: true,
                            failed: false,
                        };
                    }
                    Err(error) => format!("the computer could not be restarted: {error}; {on}\n"),
                }
            }
            Ok(false) => format!("{on}\n"),
            Err(why) => format!("{why}: {on}\n"),
        };
        Answer {
            text,
            ..Answer::default()
        }
    }

    /// `:facts` on this computer.
    pub(super) fn local_facts(&mut self, words: &str) -> Answer {
        if words.is_empty() {
            return match self.outside.description() {
                Ok(text) => Answer::good(text),
                Err(message) => Answer::refused(message),
            };
        }
        let host = self.world.computer.host();
        let listed = words
            .split_once('.')
            .map(|(list, name)| (list, name.trim_matches(['\'', '"'])));
        let known = match listed {
            Some(("files", path)) => seen(host.file(path)),
            Some(("folders", path)) => seen(host.folder(path)),
            Some(("environment", name)) => host.environment(name),
            _ => fact_of(host, words),
        };
        match known {
            Known::Yes(text) => Answer::good(crate::engine::Shown::Text(text).to_string()),
            Known::No => Answer::good("there is none"),
            Known::Unknown(what) => match self.described(words) {
                Some(text) => Answer::good(text),
                None => Answer::refused(format!("not known: {what}")),
            },
        }
    }

    /// A fact of the description.
    fn described(&self, key: &str) -> Option<String> {
        let table: Table = self.outside.description().ok()?.parse().ok()?;
        super::computer::at(&table, key).map(|value| match value {
            Value::Table(table) => toml::to_string(table).unwrap_or_default(),
            other => other.to_string(),
        })
    }
}

/// A fact by its name.
pub(super) fn fact_of(host: &dyn Host, name: &str) -> Known<String> {
    match Fact::of_name(name) {
        Some(fact) => host.fact(fact),
        None => Known::Unknown(name.to_owned()),
    }
}

/// Facts of a file in one line.
fn seen(facts: Known<FileFacts>) -> Known<String> {
    match facts {
        Known::Yes(facts) => {
            let part =
                |name: &str, value: Option<String>| value.map(|value| format!("{name} {value}"));
            let parts = [
                part("version", facts.version),
                part("modified", facts.modified),
            ];
            let parts: Vec<String> = parts.into_iter().flatten().collect();
            Known::Yes(if parts.is_empty() {
                "it is there".to_owned()
            } else {
                parts.join(", ")
            })
        }
        Known::No => Known::No,
        Known::Unknown(what) => Known::Unknown(what),
    }
}
