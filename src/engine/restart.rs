//! Restarts that steps ask for: where they go, what they use up, and what runs behind them.

use super::{
    event::{Event, RestartCause, RunResult, StepFailure, Target},
    expand::StepDefault,
    plan::{StepEffect, StepPlan},
    program::{Instruction, InstructionKind},
    run::Engine,
    step::{RESTART, RESTARTING},
};
use crate::{computer::Host, vocabulary::StartedSystem};

/// What `SMSTSRebootRequested` asks for.
#[derive(Clone, Copy)]
enum RestartRequest {
    To(Target),
    /// Another word than the documented ones, in Windows PE.
    Odd,
}

/// A restart that was asked for.
struct PlannedRestart {
    target: Target,
    cause: RestartCause,
    /// Whether a variable asks for it as well.
    requested: bool,
    message: Option<String>,
    delay: Option<u64>,
}

impl Engine<'_> {
    /// Whether the computer restarts now, and what comes after.
    pub(super) fn restart(
        &mut self,
        instruction: &Instruction<'_>,
        plan: &StepPlan<'_>,
        locals: &[StepDefault],
        code: u32,
        host: &dyn Host,
    ) {
        let requested = self.request(plan.mdt);
        let locals = plan.locals_or_plain(locals);
        let restart = if matches!(plan.effect, StepEffect::Restart) {
            Some((own_target(plan, locals), RestartCause::Step))
        } else if let Some(target) = started(plan, locals) {
            Some((target, RestartCause::Step))
        } else if let Some(request) = requested {
            let RestartRequest::To(target) = request else {
                let failure = StepFailure::OddRestartRequest;
                return self.fail_run(instruction, failure, host);
            };
            Some((target, RestartCause::Variable))
        } else {
            self.restarts_by_code(plan, code)
                .then_some((Target::HardDisk, RestartCause::ExitCode))
        };
        self.state.next = instruction.next;
        let Some((target, cause)) = restart else {
            self.state.attempt = 0;
            return;
        };
        let (message, delay) = self.notice(plan, locals);
        let planned = PlannedRestart {
            target: self.next_system(plan.mdt, target),
            cause,
            requested: requested.is_some(),
            message,
            delay,
        };
        self.begin_restart(instruction, planned, code, host);
    }

    /// A step that failed, behind which the run goes on, gets the restart that it asked for: it
    /// comes after the step that asked.
    pub(super) fn restart_after_failure(
        &mut self,
        instruction: &Instruction<'_>,
        code: u32,
        host: &dyn Host,
    ) {
        let InstructionKind::Step(plan) = &instruction.does else {
            return;
        };
        let target = match self.request(plan.mdt) {
            None => {
                self.state.attempt = 0;
                return;
            }
            Some(RestartRequest::Odd) => {
                let failure = StepFailure::OddRestartRequest;
                return self.fail_run(instruction, failure, host);
            }
            Some(RestartRequest::To(target)) => target,
        };
        let (message, delay) = self.requested_notice();
        let planned = PlannedRestart {
            target: self.next_system(plan.mdt, target),
            cause: RestartCause::Variable,
            requested: true,
            message,
            delay,
        };
        self.begin_restart(instruction, planned, code, host);
    }

    /// Restarts; where the step is to run again, it is the next one.
    fn begin_restart(
        &mut self,
        instruction: &Instruction<'_>,
        planned: PlannedRestart,
        code: u32,
        host: &dyn Host,
    ) {
        let retry = self.state.variables.text("SMSTSRetryRequested");
        let again = planned.requested
            && retry.is_some_and(|text| !text.trim().eq_ignore_ascii_case("false"));
        // A restart uses them up; else there would be another one after the next step.
        self.state.variables.delete("SMSTSRebootRequested");
        self.state.variables.delete("SMSTSRetryRequested");
        if again && self.state.attempt >= self.options.retry_limit {
            return self.fail(instruction, code, StepFailure::TooOften, host);
        }
        let can = host.can_restart(planned.target == Target::WinPe);
        let refused = can.err().map(|error| error.message);
        let changed = self.state.variables.changes();
        self.push(Event::RestartRequested {
            at: instruction.at.clone(),
            target: planned.target,
            cause: planned.cause,
            again,
            message: planned.message,
            delay: planned.delay,
            refused: refused.clone(),
            changed,
        });
        if refused.is_some() {
            return self.end_at(&instruction.at, RunResult::Failed, host);
        }
        self.state.restart = Some(planned.target);
        self.state.restarts += 1;
        if again {
            self.state.attempt += 1;
            self.state.next = instruction.at.instruction;
        } else {
            self.state.attempt = 0;
        }
    }

    /// What starts: in MDT whatever a step made the next system, else what is asked for.
    fn next_system(&self, mdt: bool, asked: Target) -> Target {
        match mdt && self.state.boots_winpe {
            true => Target::WinPe,
            false => asked,
        }
    }

    /// What a variable of the sequence asks to be started.
    fn request(&self, mdt: bool) -> Option<RestartRequest> {
        let text = self.state.variables.text("SMSTSRebootRequested")?.trim();
        match text {
            _ if text.eq_ignore_ascii_case("WinPE") => Some(RestartRequest::To(Target::WinPe)),
            _ if text.eq_ignore_ascii_case("HD") => Some(RestartRequest::To(Target::HardDisk)),
            _ if text.eq_ignore_ascii_case("false") => None,
            _ if self.in_winpe() && !mdt => Some(RestartRequest::Odd),
            _ => self
                .options
                .reboot_requested_any
                .then_some(RestartRequest::To(Target::HardDisk)),
        }
    }

    /// Whether the exit code of a step asks for a restart.
    fn restarts_by_code(&self, plan: &StepPlan<'_>, code: u32) -> bool {
        let asks = code == RESTART || (code == RESTARTING && self.options.restart_on_1641);
        let counts =
            plan.success.contains(&code) || !plan.own_codes || self.options.restart_outside_list;
        asks && counts
    }

    /// What is shown before a restart, and for how long: of the step that restarts its own, else
    /// the engine's.
    fn notice(&self, plan: &StepPlan<'_>, locals: &[StepDefault]) -> (Option<String>, Option<u64>) {
        if !matches!(plan.effect, StepEffect::Restart) {
            return self.requested_notice();
        }
        let local = |property: &str| plan.local(property, locals);
        self.shown_notice(local("Message"), local("MessageTimeout"))
    }

    /// The notice of a restart that no step of its own announces.
    fn requested_notice(&self) -> (Option<String>, Option<u64>) {
        let variables = &self.state.variables;
        let next = if self.state.restarts > 0 {
            variables.text("SMSTSRebootDelayNext")
        } else {
            None
        };
        let delay = next.or_else(|| variables.text("SMSTSRebootDelay"));
        self.shown_notice(variables.text("SMSTSRebootMessage"), delay)
    }

    fn shown_notice(
        &self,
        message: Option<&str>,
        delay: Option<&str>,
    ) -> (Option<String>, Option<u64>) {
        let variables = &self.state.variables;
        let message = message
            .filter(|text| !text.is_empty())
            .map(|text| variables.scrub(text.to_owned()));
        (message, delay.and_then(|text| text.trim().parse().ok()))
    }
}

/// What a step starts that leads into another system by itself.
fn started(plan: &StepPlan<'_>, locals: &[StepDefault]) -> Option<Target> {
    let table = plan.step.table()?;
    let system = table.restarts_into?;
    let unless = table.restarts_unless.as_deref();
    let unless = unless.and_then(|name| table.find(name)?.1.property.as_deref());
    let off = unless.and_then(|property| plan.local(property, locals));
    if off.is_some_and(|text| text.trim().eq_ignore_ascii_case("true")) {
        return None;
    }
    Some(match system {
        StartedSystem::Installed => Target::HardDisk,
        StartedSystem::WinPe => Target::WinPe,
    })
}

/// What the step that restarts starts. MDT's says Windows PE in every file and means whatever is
/// next.
fn own_target(plan: &StepPlan<'_>, locals: &[StepDefault]) -> Target {
    let text = match plan.local("Target", locals).map(str::trim) {
        Some(text) if !text.is_empty() => text,
        _ if plan.mdt => return Target::HardDisk,
        _ => plan
            .action
            .source()
            .rsplit("/target:")
            .next()
            .unwrap_or("")
            .trim(),
    };
    if text.eq_ignore_ascii_case("WinPE") {
        Target::WinPe
    } else {
        Target::HardDisk
    }
}
