//! What a debugger or a prompt asks of a run between two instructions.

use super::{
    condition::Evaluation,
    event::{Event, Explanation, Location, Resolved, Shown, StepFailure, Verdict},
    expand::{Findings, LookupScope, Template},
    kept::KeptVariable,
    options::WrongEnvironment,
    program::{Instruction, InstructionKind},
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

/// Whether something would run now, and what that rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WouldRun {
    /// The answer.
    pub verdict: Verdict,
    /// Its groups and it, from the outside in.
    pub lines: Vec<Barrier>,
    /// What fails the run before its first step.
    pub in_vain: Option<Location>,
}

/// What a group or step has that may keep it from running.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Barrier {
    /// Which.
    pub at: Location,
    /// Whether it is disabled by itself.
    pub disabled: bool,
    /// Where it runs, if that is not where the computer is.
    pub elsewhere: Option<String>,
    /// Whether it runs a sequence that is disabled.
    pub disabled_sequence: bool,
    /// Whether the run let it in before, and does not ask again.
    pub let_in: bool,
    /// What its condition comes to; none without one.
    pub condition: Option<Explanation>,
}

impl Barrier {
    /// Whether it lets what it holds run.
    pub fn verdict(&self) -> Verdict {
        if self.elsewhere.is_some() {
            return Verdict::False;
        }
        if self.let_in {
            return Verdict::True;
        }
        if self.disabled || self.disabled_sequence {
            return Verdict::False;
        }
        let condition = self.condition.as_ref();
        condition.map_or(Verdict::True, |own| own.verdict)
    }
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

    /// Whether a group or step would run now, with what the run knows, wherever it stands: what its
    /// groups and it come to, from the outside in. As in the run itself, a group is asked when it
    /// is entered, and a step before its first try.
    pub fn would_run(&self, instruction: u32, host: &dyn Host) -> WouldRun {
        let mut lines = Vec::new();
        let mut at = Some(instruction);
        while let Some(own) = at.and_then(|at| self.program.instructions.get(at as usize)) {
            let scope = LookupScope {
                variables: &self.state.variables,
                locals: &[],
                host,
            };
            let evaluation = Evaluation {
                scope,
                options: &self.options,
            };
            lines.push(Barrier {
                at: own.at.clone(),
                disabled: own.disabled,
                elsewhere: self.runs_only_in(own),
                disabled_sequence: own.is_disabled_child(),
                let_in: self.is_let_in(own, instruction),
                condition: own.condition.as_ref().map(|own| evaluation.explain(own)),
            });
            at = own.parent;
        }
        lines.reverse();
        let in_vain = self.fails_at_once();
        let begins = match &in_vain {
            Some(_) => Verdict::False,
            None => Verdict::True,
        };
        let verdict = lines
            .iter()
            .fold(begins, |whole, own| whole.and(own.verdict()));
        WouldRun {
            verdict,
            lines,
            in_vain,
        }
    }

    /// The disabled sequence that the run fails at as soon as it goes on.
    fn fails_at_once(&self) -> Option<Location> {
        self.state.queue.iter().find_map(|event| match event {
            Event::Failed {
                at,
                failure: StepFailure::DisabledSequence,
                ..
            } => Some(at.clone()),
            _ => None,
        })
    }

    /// Whether the run has asked a group or the step `wanted` before, and stands behind that.
    fn is_let_in(&self, own: &Instruction<'_>, wanted: u32) -> bool {
        let (number, next) = (own.at.instruction, self.state.next);
        if number == wanted {
            return number == next && self.tries_again(own);
        }
        number < next && next < own.next
    }

    /// Where a step runs that is not meant for where the computer is.
    fn runs_only_in(&self, own: &Instruction<'_>) -> Option<String> {
        let InstructionKind::Step(plan) = &own.does else {
            return None;
        };
        let skips = self.options.wrong_environment != WrongEnvironment::Run;
        (skips && !self.fits(plan)).then(|| plan.run_in_text.clone())
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
