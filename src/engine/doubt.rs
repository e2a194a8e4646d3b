//! What is not run because nobody could decide it: the variables that it would have set are not
//! known from there on.

use super::{
    event::VariableChange,
    expand::{Findings, LookupScope},
    plan::{Set, SetValue, StepEffect, StepPlan},
    program::{Instruction, InstructionKind},
    run::Engine,
    variables::{VariableValue, is_read_only},
};
use crate::computer::Host;

/// The longest list of facts, in bytes, that another one is added to.
const LONGEST: usize = 200;

impl Engine<'_> {
    /// Says of the variables that these would set that they are not known, unless they hold the
    /// same already.
    pub(super) fn doubt(&mut self, sets: &[Set], lacks: &str, host: &dyn Host) {
        for set in sets {
            let scope = LookupScope {
                variables: &self.state.variables,
                locals: &[],
                host,
            };
            let name = scope
                .expand(&set.name, &mut Findings::default())
                .into_owned();
            let same = match &set.value {
                SetValue::Text(template) => {
                    let mut findings = Findings::default();
                    let text = scope.expand(template, &mut findings);
                    let now = self.state.variables.get(&name);
                    findings.missing.is_empty()
                        && match now {
                            Some(VariableValue::Text(now)) => *now == text,
                            Some(VariableValue::Unknown(_)) => true,
                            None => text.is_empty(),
                        }
                }
                SetValue::Secret(_) => false,
            };
            if !same && !is_read_only(&name) {
                self.unknown(
                    &name,
                    lacks,
                    set.masked || matches!(set.value, SetValue::Secret(_)),
                );
            }
        }
    }

    /// The same for a step, or for all steps of a group. Gives what changed.
    pub(super) fn doubt_members(
        &mut self,
        instruction: &Instruction<'_>,
        lacks: &str,
        host: &dyn Host,
    ) -> Vec<VariableChange> {
        let program = self.program;
        self.state.variables.forget_changes();
        let own = instruction.at.instruction as usize..instruction.next as usize;
        for member in program
            .instructions
            .get(own)
            .unwrap_or(&[])
            .iter()
            .filter(|member| !member.disabled)
        {
            match &member.does {
                // Steps of disabled groups have no place among those that are counted.
                InstructionKind::Step(plan) if member.at.step > 0 => {
                    self.doubt_step(plan, lacks, host);
                }
                InstructionKind::Open { child: Some(child) } => {
                    for assigned in child.globals {
                        self.unknown(&assigned.name.value, lacks, assigned.masked);
                    }
                }
                _ => {}
            }
        }
        self.state.variables.changes()
    }

    fn doubt_step(&mut self, plan: &StepPlan<'_>, lacks: &str, host: &dyn Host) {
        match &plan.effect {
            StepEffect::Set(sets) => self.doubt(sets, lacks, host),
            StepEffect::Rules(rules) => {
                for rule in rules {
                    self.doubt(&rule.sets, lacks, host);
                }
            }
            StepEffect::Host | StepEffect::Restart | StepEffect::List { .. } => {}
        }
        let output = plan
            .output
            .and_then(|index| plan.defaults.get(index))
            .map(|default| &default.value);
        let output = output
            .filter(|name| name.is_plain())
            .map(|name| name.source().trim().to_owned());
        let named = output
            .into_iter()
            .chain(plan.script_sets.iter().cloned())
            .filter(|name| !is_read_only(name));
        let own = plan.sets.iter().map(|name| name.spelled.to_string());
        for name in named.chain(own).filter(|name| !name.is_empty()) {
            self.unknown(&name, lacks, false);
        }
    }

    fn unknown(&mut self, name: &str, lacks: &str, masked: bool) {
        let masked = masked || self.is_secret(name);
        // It may rest on several facts; a list without end would tell nobody anything.
        let what = match self.state.variables.get(name) {
            Some(VariableValue::Unknown(what)) if what.contains(lacks) || what.len() > LONGEST => {
                what.clone()
            }
            Some(VariableValue::Unknown(what)) => format!("{what}, {lacks}"),
            _ => lacks.to_owned(),
        };
        self.state
            .variables
            .set(name, VariableValue::Unknown(what), masked);
    }
}
