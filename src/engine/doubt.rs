//! What is not run because nobody could decide it: the variables that it would have set are not
//! known from there on.

use super::{
    event::VariableChange,
    expand::{Findings, LookupScope},
    options::NotGiven,
    plan::{Set, SetValue, StepEffect, StepPlan},
    program::{Instruction, InstructionKind},
    run::Engine,
    unseen::after,
    variables::{VariableValue, is_read_only, key},
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
        let mut at = instruction.at.instruction;
        while let Some(member) = program.instructions.get(at as usize)
            && at < instruction.next
        {
            // What is disabled is passed over with all it holds.
            at = if member.disabled { member.next } else { at + 1 };
            if !member.disabled {
                self.doubt_member(member, lacks, host);
            }
        }
        self.state.variables.changes()
    }

    fn doubt_member(&mut self, member: &Instruction<'_>, lacks: &str, host: &dyn Host) {
        match &member.does {
            InstructionKind::Step(plan) => {
                self.doubt_step(plan, lacks, host);
                self.doubt_unseen(plan, &member.at.path, &[], host);
            }
            InstructionKind::NoChild { .. } | InstructionKind::Xml { .. } => {
                self.may_set_anything(&member.at.path, host);
            }
            InstructionKind::Open { child: Some(child) } => {
                for assigned in child.globals {
                    self.unknown(&assigned.name.value, lacks, assigned.masked);
                }
            }
            InstructionKind::Open { child: None } | InstructionKind::Close { .. } => {}
        }
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
            .chain(plan.outputs.scripts.iter().cloned())
            .filter(|name| !is_read_only(name));
        let own = plan
            .outputs
            .documented
            .iter()
            .map(|name| name.spelled.to_string());
        for name in named.chain(own).filter(|name| !name.is_empty()) {
            self.unknown(&name, lacks, false);
        }
    }

    /// What the type of a step sets, and nobody said: it is not known if the outcome rests on an
    /// assumption, or if such a step is not carried out at all.
    pub(super) fn doubt_outputs(
        &mut self,
        plan: &StepPlan<'_>,
        path: &str,
        said: &[String],
        lacks: &str,
    ) {
        for own in plan
            .outputs
            .documented
            .iter()
            .filter(|own| !said.contains(&own.key))
        {
            let given = self.state.variables.unseen.is_given(&own.key);
            let what = match plan.outputs.carried_out {
                true if lacks.is_empty() => continue,
                true => lacks.to_owned(),
                false if given || self.options.script == NotGiven::Unset => continue,
                false => after(&own.spelled, path),
            };
            self.state
                .variables
                .set(&own.spelled, VariableValue::Unknown(what), false);
        }
    }

    /// Notes what a step may have set that has no name yet; of some patterns it says all itself.
    pub(super) fn doubt_unseen(
        &mut self,
        plan: &StepPlan<'_>,
        path: &str,
        whole: &[String],
        host: &dyn Host,
    ) {
        if self.options.script == NotGiven::Unset {
            return;
        }
        for pattern in &plan.outputs.patterns {
            let unseen = &mut self.state.variables.unseen;
            match whole.iter().any(|whole| whole == pattern) {
                true => unseen.told_all(pattern),
                false => unseen.sets(pattern, path),
            }
        }
        if plan.outputs.anything {
            self.may_set_anything(path, host);
        }
    }

    /// Notes that something ran, or may have run, that could set any variable.
    pub(super) fn may_set_anything(&mut self, path: &str, host: &dyn Host) {
        if self.options.script == NotGiven::Unknown && !host.tells_all_variables() {
            self.state.variables.unseen.may_set_anything(path);
        }
    }

    /// Who may have set the first member of a list that is not there, where no step gives any of
    /// its members a value.
    pub(super) fn member_setter(&self, base: &str, member: &str) -> Option<String> {
        let variables = &self.state.variables;
        if self.program.own.has_member(&key(base)) {
            return None;
        }
        variables.setter(&key(member), member)
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
