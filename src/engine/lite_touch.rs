//! What MDT sets before the first step of a sequence, as far as the sequence and the computer tell.
//! The wizard and the rules may have set anything else.

use super::{
    plan::StepPlan,
    program::{Instruction, InstructionKind},
    run::Engine,
    variables::VariableValue,
};
use crate::{
    computer::Host,
    machine::values::fits,
    vocabulary::{Dialect, lite_touch},
};

impl Engine<'_> {
    /// Sets what MDT's own start sets, where nobody gave it.
    pub(super) fn lite_touch(&mut self, host: &dyn Host) {
        if self.program.sequence.dialect != Dialect::Mdt {
            return;
        }
        let table = lite_touch();
        self.may_set_anything(&table.before, host);
        let winpe = self.in_winpe();
        let known = winpe || !self.is_of_others();
        let phase = if winpe {
            &table.phase.winpe
        } else {
            &table.phase.full
        };
        self.start_with(&table.phase.variable, Some(phase).filter(|_| known));
        let kind = self.deployment_kind(winpe);
        self.start_with(&table.kind.variable, kind.filter(|_| known));
    }

    /// Sets a variable that MDT sets, unless it was given; without a value nobody knows it.
    fn start_with(&mut self, name: &str, value: Option<&String>) {
        if self.state.variables.get(name).is_some()
            || self
                .state
                .variables
                .unseen
                .is_given(&super::variables::key(name))
        {
            return;
        }
        let held = match value {
            Some(value) => VariableValue::Text(value.clone()),
            None => VariableValue::Unknown(format!("variable {name} at the start")),
        };
        self.state.variables.set(name, held, false);
    }

    /// The kind of deployment that the sequence is; `None` where it does not tell.
    fn deployment_kind(&self, winpe: bool) -> Option<&'static String> {
        let kind = &lite_touch().kind;
        let installs = |plan: &StepPlan<'_>| {
            let table = plan.step.table();
            table.is_some_and(|table| kind.installing.contains(&table.keyword))
        };
        if self.enabled_steps().any(installs) {
            let upgrade = self.state.variables.text(&kind.upgrade_variable);
            return Some(match upgrade {
                _ if winpe => &kind.winpe,
                Some("1") => &kind.upgrade,
                _ => &kind.full,
            });
        }
        let named = |wanted: &str, group: bool| {
            let mut own = self.program.instructions.iter();
            own.any(|own| &*own.at.name == wanted && is_group(own) == group)
        };
        if named(&kind.restore_group, true) {
            Some(&kind.restore)
        } else if named(&kind.capture_step, false) {
            Some(&kind.capture)
        } else {
            None
        }
    }

    /// Whether the sequence runs scripts of others than MDT.
    fn is_of_others(&self) -> bool {
        let mut steps = self.enabled_steps();
        steps.any(|plan| fits(&lite_touch().others, plan.action.source()))
    }

    /// The steps that are not disabled, and stand in no group that is.
    fn enabled_steps(&self) -> impl Iterator<Item = &StepPlan<'_>> {
        let instructions = &self.program.instructions;
        let mut behind = 0;
        instructions.iter().filter_map(move |own| {
            if own.at.instruction < behind {
                return None;
            }
            if own.disabled {
                behind = own.next;
                return None;
            }
            match &own.does {
                InstructionKind::Step(plan) => Some(&**plan),
                _ => None,
            }
        })
    }
}

fn is_group(instruction: &Instruction<'_>) -> bool {
    matches!(instruction.does, InstructionKind::Open { child: None })
}
