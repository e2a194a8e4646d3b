//! What a debugger or a prompt asks of a run between two instructions.

use super::{
    condition::Evaluation,
    event::{Explanation, Location, Resolved, Shown},
    expand::{Findings, LookupScope, Template},
    kept::KeptVariable,
    program::InstructionKind,
    run::Engine,
    test,
};
use crate::{computer::Host, model::Condition, vocabulary::Dialect};

/// A text with its `%Name%` resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expanded {
    /// The text as it may be shown.
    pub text: String,
    /// What each name became.
    pub resolved: Vec<Resolved>,
    /// Facts that would have been needed.
    pub missing: Vec<String>,
}

impl Engine<'_> {
    /// Notes how many instructions there are now: a session's sequence grows while it runs.
    pub fn lengthen(&mut self) {
        let size = self.program.instruction_count().to_string();
        self.keep(KeptVariable::InstructionTableSize, &size);
    }

    /// Goes on at an instruction, even when the run has ended: a debugger keeps a failed run alive,
    /// so that a step can be tried again. A restart that was asked for is done all the same.
    pub fn take_up(&mut self, instruction: u32) {
        self.state.finished = false;
        self.state.queue.clear();
        self.jump(instruction);
    }

    /// Sets a variable between two instructions and keeps its value out of every text.
    pub fn set_masked(&mut self, name: &str, value: &str) {
        self.state.variables.give(name, value, true);
    }

    /// Sets a variable between two instructions; what holds a secret by its name is masked.
    pub fn assign(&mut self, name: &str, value: &str) {
        let masked = self.is_secret(name);
        self.state.variables.give(name, value, masked);
    }

    /// A value as it may be shown.
    pub fn shown(&self, name: &str) -> Shown {
        let key = super::variables::key(name);
        self.state.variables.show_named(&key, name)
    }

    /// What a condition comes to now, and why.
    pub fn explain(&self, condition: &Condition, dialect: Dialect, host: &dyn Host) -> Explanation {
        let scope = LookupScope {
            variables: &self.state.variables,
            locals: &[],
            host,
        };
        Evaluation {
            scope,
            options: &self.options,
        }
        .explain(&test::condition(condition, dialect))
    }

    /// What the condition of an instruction comes to now; `None` without one.
    pub fn explain_instruction(&self, instruction: u32, host: &dyn Host) -> Option<Explanation> {
        let own = self.program.instructions.get(instruction as usize)?;
        let scope = LookupScope {
            variables: &self.state.variables,
            locals: &[],
            host,
        };
        own.condition.as_ref().map(|ready| {
            Evaluation {
                scope,
                options: &self.options,
            }
            .explain(ready)
        })
    }

    /// What a text becomes now.
    pub fn expand(&self, text: &str, host: &dyn Host) -> Expanded {
        let scope = LookupScope {
            variables: &self.state.variables,
            locals: &[],
            host,
        };
        let mut findings = Findings::default();
        let text = scope
            .expand(&Template::new(text), &mut findings)
            .into_owned();
        let text = self.state.variables.scrub(text);
        let mut resolved = findings.resolved;
        for one in &mut resolved {
            if let Shown::Text(value) = &mut one.value {
                *value = self.state.variables.scrub(std::mem::take(value));
            }
        }
        Expanded {
            text,
            resolved,
            missing: findings.missing,
        }
    }

    /// How many instructions the program has.
    pub fn length(&self) -> u32 {
        u32::try_from(self.program.instruction_count()).unwrap_or(u32::MAX)
    }

    /// The groups and steps in order, and whether each is disabled by itself.
    pub fn places(&self) -> impl Iterator<Item = (&Location, bool)> {
        let begins = self
            .program
            .instructions
            .iter()
            .filter(|own| !matches!(own.does, InstructionKind::Close { .. }));
        begins.map(|own| (&own.at, own.disabled))
    }
}
