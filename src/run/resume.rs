//! Taking a stored run up again: what is in doubt, and what is done about it.

use std::{path::Path, thread, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{Checkpoint, Folder, InFlight, Journal, JournalEntry, Provider, RunFault};
use crate::{
    engine::Event,
    host::system::{OperatingSystem, Survivor},
};

/// How often a program that is waited for is looked at.
const LOOK: Duration = Duration::from_millis(200);

/// What is done with a step that was cut off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnInterrupted {
    /// It runs again.
    Retry,
    /// The run goes on behind it.
    Skip,
    /// It has failed, and the rules for failures say what follows.
    #[default]
    Fail,
}

impl OnInterrupted {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            OnInterrupted::Retry => "retry",
            OnInterrupted::Skip => "skip",
            OnInterrupted::Fail => "fail",
        }
    }

    /// What becomes of a program that is still running.
    pub fn of_survivor(self) -> &'static str {
        match self {
            OnInterrupted::Retry => "what is still running is ended before it runs again",
            OnInterrupted::Skip => {
                "what is still running is left alone, and the run goes on beside it"
            }
            OnInterrupted::Fail => {
                "the program is waited for; how it ends cannot be known any more"
            }
        }
    }
}

/// A step of which nobody knows how far it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepInDoubt {
    /// What was begun.
    pub step: InFlight,
    /// Whether the computer was started anew since.
    pub restarted: Option<bool>,
    /// The exit code, when the journal still saw the step's end.
    pub ended: Option<u32>,
    /// What of it is still running.
    pub left: Option<Survivor>,
}

impl StepInDoubt {
    /// The facts, one sentence each.
    pub fn facts(&self) -> Vec<String> {
        let mut out = vec![format!(
            "{} was begun at {} and its end was not stored",
            self.step.path, self.step.since
        )];
        out.push(match self.restarted {
            Some(true) => "the computer was started anew since".to_owned(),
            Some(false) => {
                "the computer was not started anew since: tasq itself was ended".to_owned()
            }
            None => "whether the computer was started anew since is not known".to_owned(),
        });
        out.push(match self.ended {
            Some(code) => {
                format!("the journal has its end, with exit code {code}; what it set is lost")
            }
            None => "the journal has no end of it: it may have done everything, a part, or nothing"
                .to_owned(),
        });
        out.extend(self.left.as_ref().map(Survivor::words));
        if self.step.attempt > 0 {
            out.push(format!("it was tried {} times before", self.step.attempt));
        }
        out
    }
}

/// What is in doubt, if anything: a step was begun that cannot be done twice without harm.
///
/// # Errors
/// The journal cannot be read.
pub fn doubt(
    checkpoint: &Checkpoint,
    folder: &Folder,
    system: &dyn OperatingSystem,
) -> Result<Option<StepInDoubt>, RunFault> {
    let Some(step) = checkpoint.in_flight.clone().filter(|step| !step.repeats) else {
        return Ok(None);
    };
    let restarted = system
        .boot_id()
        .as_deref()
        .zip(checkpoint.boot_id.as_deref())
        .map(|(now, then)| now != then);
    // Lines since the last one that the checkpoint knows of, whatever a clock said meanwhile.
    let lines = Journal::read_behind(&folder.journal(), checkpoint.journal)?;
    let ended = lines.iter().rev().find_map(|(_, entry)| match entry {
        JournalEntry::Event(event) => match event.as_ref() {
            Event::StepRan(ran) if ran.at.instruction == step.instruction => Some(ran.exit_code),
            _ => None,
        },
        _ => None,
    });
    Ok(Some(StepInDoubt {
        step,
        restarted,
        ended,
        left: system.survivor(&folder.started()),
    }))
}

/// Sees to what outlived the step that was cut off, so that no program is there twice; `false` when
/// somebody would not wait any longer.
///
/// # Errors
/// Something does not end, and the step must not run beside it.
pub(super) fn settle(
    system: &dyn OperatingSystem,
    note: &Path,
    choice: OnInterrupted,
    goes_on: &dyn Fn() -> bool,
) -> Result<bool, RunFault> {
    let end = || {
        system.end_survivor(note).map_err(|error| {
            RunFault::new(format!(
                "what the step that was cut off started is still running: {error}; end it, and resume then"
            ))
        })
    };
    match choice {
        OnInterrupted::Skip => {}
        OnInterrupted::Retry => end()?,
        // As in a run, what a program leaves running is not waited for.
        OnInterrupted::Fail => {
            while let Some(left) = system.survivor(note).filter(|left| left.program.is_some()) {
                if left.overdue {
                    end()?;
                }
                if !goes_on() {
                    return Ok(false);
                }
                thread::sleep(LOOK);
            }
        }
    }
    Ok(true)
}

/// A stored run with its secrets.
#[derive(Clone, Debug)]
pub struct Resumed {
    /// The run; its state holds the secrets again: never write it as it is.
    pub checkpoint: Checkpoint,
}

impl Resumed {
    /// Puts the secrets back: what the system protected, and what the provider knows.
    ///
    /// # Errors
    /// A secret is nowhere: its name, and how it can be given.
    pub fn new(
        mut checkpoint: Checkpoint,
        system: &dyn OperatingSystem,
        provider: &mut dyn Provider,
    ) -> Result<Self, RunFault> {
        let mut values = Vec::new();
        let mut missing = Vec::new();
        let of_system = |text: &String| {
            let bytes = STANDARD
                .decode(text)
                .ok()
                .and_then(|bytes| system.unprotect(&bytes))?;
            String::from_utf8(bytes).ok()
        };
        for slot in &checkpoint.slots {
            let own = slot.protected.as_ref().and_then(of_system);
            let name = slot.secret.as_deref().or(slot.variable.as_deref());
            let value = own.or_else(|| name.and_then(|name| provider.secret(name)));
            match (value, name) {
                (Some(value), _) => values.push(value),
                (None, Some(name)) => missing.push(name.to_owned()),
                // Nothing but a part of other texts, and nobody can say which.
                (None, None) => missing.push("a value without a name".to_owned()),
            }
        }
        let header = &mut checkpoint.header;
        for name in &header.secrets {
            let own = header.protected.get(name).and_then(of_system);
            match own.or_else(|| provider.secret(name)) {
                Some(value) => header.options.secrets.push((name.clone(), value)),
                None => missing.push(name.clone()),
            }
        }
        missing.sort();
        missing.dedup();
        if !missing.is_empty() {
            return Err(RunFault::new(format!(
                "the run needs values that are not stored: {}; give them in a secret file or as {}",
                missing.join(", "),
                missing
                    .iter()
                    .map(|name| super::variable_of(name))
                    .collect::<Vec<_>>()
                    .join(", "),
            )));
        }
        checkpoint.state.unseal(&values);
        Ok(Resumed { checkpoint })
    }
}
