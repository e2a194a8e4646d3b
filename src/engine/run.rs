//! The loop: order, groups, conditions, failures, restarts.

use std::sync::Arc;

use super::{
    condition::Evaluation,
    event::{
        Event, Explanation, GroupOutcome, Location, RunResult, SkipReason, StepFailure, Target,
        Then, UndecidedAnswer, Verdict,
    },
    expand::{Findings, LookupScope, Template},
    kept::KeptVariable,
    options::{NotGiven, RunOptions},
    program::{Instruction, InstructionKind, Program},
    state::RunState,
    test::PreparedCondition,
    variables::{VariableValue, Variables, is_read_only},
};
use crate::{
    computer::Host,
    model::{Assigned, Condition, Value},
    vocabulary::{Access, Dialect, built_ins},
};

/// The code of a sequence that failed, whatever its steps gave.
pub(super) const FAILED: u32 = 0x8000_4005;

/// A run of a program.
#[derive(Debug)]
pub struct Engine<'p> {
    pub(super) program: &'p Program<'p>,
    pub(super) options: RunOptions,
    pub(super) state: RunState,
}

impl<'p> Engine<'p> {
    /// A run from the start.
    pub fn new(program: &'p Program<'p>, options: RunOptions) -> Self {
        Engine::resume(program, options, RunState::default())
    }

    /// A run that goes on where another one was; the program must be made of the same sequences.
    pub fn resume(program: &'p Program<'p>, options: RunOptions, mut state: RunState) -> Self {
        state.variables.unseen.own = Arc::clone(&program.own);
        Engine {
            program,
            options,
            state,
        }
    }

    /// What the run knows now.
    pub fn state(&self) -> &RunState {
        &self.state
    }

    /// The variables now.
    pub fn variables(&self) -> &Variables {
        &self.state.variables
    }

    /// Where the next instruction is; `None` at the end. Events of the one before may still wait.
    pub fn next(&self) -> Option<&'p Location> {
        if self.state.finished {
            return None;
        }
        self.program
            .instructions
            .get(self.state.next as usize)
            .map(|instruction| &instruction.at)
    }

    /// What a condition comes to with what the run knows now: for tests and debuggers.
    pub fn evaluate(&self, condition: &Condition, host: &dyn Host) -> Explanation {
        let ready = super::test::condition(condition, self.program.sequence.dialect);
        let options = RunOptions {
            explain: true,
            ..self.options.clone()
        };
        let scope = LookupScope {
            variables: &self.state.variables,
            locals: &[],
            host,
        };
        Evaluation {
            scope,
            options: &options,
        }
        .explain(&ready)
    }

    /// Goes on elsewhere, as a debugger's "Set Current" does: nothing between is run, entered or
    /// left.
    pub fn jump(&mut self, instruction: u32) {
        self.state.next = instruction.min(self.program.instructions.len() as u32);
        self.state.attempt = 0;
    }

    /// Sets a variable between two instructions, as a debugger may.
    pub fn set_variable(&mut self, name: &str, value: &str) {
        self.state.variables.give(name, value, false);
    }

    /// Says that the computer has restarted: the host is then not told to do it.
    pub fn restarted(&mut self, host: &dyn Host) {
        if let Some(target) = self.state.restart.take() {
            self.after_restart(target, host);
        }
    }

    /// Says that the computer restarted by itself while the next step ran: the step is run again as
    /// often as its retry count allows, and fails then.
    pub fn interrupted(&mut self, host: &dyn Host) {
        let program = self.program;
        let Some(instruction) = program.instructions.get(self.state.next as usize) else {
            return;
        };
        let InstructionKind::Step(plan) = &instruction.does else {
            return;
        };
        self.state.restarts += 1;
        if self.state.attempt < plan.retry_count {
            self.state.attempt += 1;
        } else {
            self.note_action(&instruction.at, FAILED, false);
            self.fail(instruction, FAILED, StepFailure::Interrupted, host);
        }
    }

    /// Says that the next step was cut off and counts as failed, whatever its retry count.
    pub fn fail_interrupted(&mut self, host: &dyn Host) {
        let program = self.program;
        let Some(instruction) = program.instructions.get(self.state.next as usize) else {
            return;
        };
        self.note_action(&instruction.at, FAILED, false);
        self.fail(instruction, FAILED, StepFailure::Interrupted, host);
    }

    /// How often the next step was tried before.
    pub fn attempt(&self) -> u32 {
        self.state.attempt
    }

    /// The switches and what the run began with.
    pub fn options(&self) -> &RunOptions {
        &self.options
    }

    /// What is started at the end of the run, with its secrets: for whoever starts it, and for no
    /// output.
    pub fn post_action_in_clear(&self, host: &dyn Host) -> Option<String> {
        let command = self.state.variables.text("SMSTSPostAction")?;
        let scope = LookupScope {
            variables: &self.state.variables,
            locals: &[],
            host,
        };
        Some(
            scope
                .expand_command(&Template::new(command), &mut Findings::default())
                .into_owned(),
        )
    }

    /// Sets the variables that the run begins with, so that they can be looked at before the first
    /// instruction.
    pub fn begin(&mut self, host: &dyn Host) {
        if !self.state.started {
            self.start(host);
        }
    }

    /// Carries out the next instruction, or hands out what else the last one led to. `None` when
    /// the run has ended.
    pub fn step(&mut self, host: &mut dyn Host) -> Option<Event> {
        loop {
            if let Some(event) = self.state.queue.pop_front() {
                return Some(event);
            }
            if self.state.finished {
                return None;
            }
            if let Some(target) = self.state.restart.take() {
                // Whoever keeps runs has restarted before, and said so.
                if host.restart(target == Target::WinPe, "").is_err() {
                    self.leave_out(self.state.next, self.program.length());
                    self.finish(RunResult::Failed, FAILED, None, host);
                    continue;
                }
                self.after_restart(target, host);
            }
            self.begin(host);
            if !self.state.finished {
                self.advance(host);
            }
        }
    }

    pub(super) fn start(&mut self, host: &dyn Host) {
        self.state.started = true;
        for (name, value) in host.variables() {
            let masked = self.is_secret(&name);
            self.state.variables.give(&name, &value, masked);
        }
        self.globals(&self.program.sequence.global_variables, host);
        for given in &self.options.variables {
            let masked = given.masked || self.is_secret(&given.name);
            self.state.variables.give(&given.name, &given.value, masked);
        }
        for (_, secret) in &self.options.secrets {
            self.state.variables.hide(secret);
        }
        if self.options.external == NotGiven::Unknown {
            for name in &self.program.external {
                // An empty value says that it is not there.
                let given = self
                    .options
                    .variables
                    .iter()
                    .any(|one| super::variables::key(&one.name) == name.key);
                if !given && self.state.variables.by_key(&name.key).is_none() {
                    let what = format!("variable {}", name.spelled);
                    self.state
                        .variables
                        .set(&name.spelled, VariableValue::Unknown(what), false);
                }
            }
        }
        self.lite_touch(host);
        self.keep(
            KeptVariable::InstructionTableSize,
            &self.program.instructions.len().to_string(),
        );
        self.defaults();
        self.own_identity();
        self.follow_data_drive();
        self.state.variables.forget_changes();
        // A disabled child fails the deployment, wherever it stands in it.
        let mut children = self.program.instructions.iter();
        if let Some(disabled) = children.find(|own| own.is_disabled_child()) {
            self.leave_out_before(disabled);
            self.fail_run(disabled, StepFailure::DisabledSequence, host);
        }
    }

    /// What the product's variables hold when nobody else says it.
    fn defaults(&mut self) {
        let documented = built_ins().iter().filter_map(|own| {
            let default = own.default.as_deref()?;
            (own.access == Access::ReadOnly).then_some((&own.name, default))
        });
        for (name, default) in documented {
            if self.state.variables.get(name).is_none() {
                let held = VariableValue::Text(default.to_owned());
                self.state.variables.set(name, held, false);
            }
        }
    }

    /// What the sequence itself says of the run: its name, its identifier, and that it deploys no
    /// operating system. MDT has variables of its own for that.
    fn own_identity(&mut self) {
        let sequence = self.program.sequence;
        if sequence.dialect == Dialect::Mdt {
            return;
        }
        let name = sequence.name.as_ref().map(|name| name.value.as_str());
        let generic = sequence.property("boot_image").is_none() && self.program.is_generic();
        let own = [
            ("_SMSTSPackageID", sequence.property("package_id")),
            ("_SMSTSPackageName", name),
            ("_SMSTSType", generic.then_some("1")),
        ];
        for (name, value) in own {
            let key = super::variables::key(name);
            let known = &self.state.variables;
            if let Some(value) = value.filter(|_| !known.is_given(&key)) {
                let held = VariableValue::Text(value.to_owned());
                self.state.variables.set(name, held, false);
            }
        }
    }

    /// What the run stores lies on the drive that was chosen before it began.
    fn follow_data_drive(&mut self) {
        let given = |name: &str| {
            let own = self.options.variables.iter().rev();
            own.clone()
                .find(|own| super::variables::key(&own.name) == name)
        };
        let Some(drive) = given("smstslocaldatadrive") else {
            return;
        };
        let drive = drive.value.trim().trim_end_matches('\\').to_owned();
        if drive.len() != 2 || !drive.ends_with(':') {
            return;
        }
        let (data, log) = ("_SMSTaskSequence", "_SMSTaskSequence\\Logs\\Smstslog");
        for (name, folder) in [("_SMSTSMDataPath", data), ("_SMSTSLogPath", log)] {
            let own = self.state.variables.text(name);
            let lies_there = match own {
                Some(path) => path.get(1..3) == Some(":\\") && path.get(3..) == Some(folder),
                None => folder == data,
            };
            if lies_there && given(&super::variables::key(name)).is_none() {
                let path = VariableValue::Text(format!("{drive}\\{folder}"));
                self.state.variables.set(name, path, false);
            }
        }
    }

    /// Sets the global variables of a sequence.
    fn globals(&mut self, list: &[Assigned], host: &dyn Host) {
        for assigned in list {
            let name = &assigned.name.value;
            let held = match &assigned.value {
                Value::Secret(secret) => self.secret(secret),
                other => {
                    let template = Template::new(other.text().unwrap_or(""));
                    let scope = LookupScope {
                        variables: &self.state.variables,
                        locals: &[],
                        host,
                    };
                    let text = scope
                        .expand(&template, &mut Findings::default())
                        .into_owned();
                    VariableValue::Text(text)
                }
            };
            let masked = assigned.masked
                || matches!(assigned.value, Value::Secret(_))
                || self.is_secret(name);
            self.state.variables.set(name, held, masked);
        }
    }

    /// The value of a secret, if it was given.
    pub(super) fn secret(&self, name: &str) -> VariableValue {
        let given = self
            .options
            .secrets
            .iter()
            .rev()
            .find(|(known, _)| known == name);
        match given {
            Some((_, value)) => VariableValue::Text(value.clone()),
            None => VariableValue::Unknown(format!("secret {name}")),
        }
    }

    /// Whether a variable holds a secret by what it is.
    pub(super) fn is_secret(&self, name: &str) -> bool {
        let key = super::variables::key(name);
        self.program.secret_names.contains(&key)
    }

    /// Sets one of the engine's own variables.
    pub(super) fn keep(&mut self, kept: KeptVariable, text: &str) {
        let (key, name) = kept.names();
        self.state.variables.keep(key, name, text);
    }

    /// The variables about an action that ran.
    pub(super) fn note_action(&mut self, at: &Location, code: u32, success: bool) {
        self.keep(KeptVariable::LastActionRetCode, &(code as i32).to_string());
        let succeeded = if success { "true" } else { "false" };
        self.keep(KeptVariable::LastActionSucceeded, succeeded);
        self.keep(KeptVariable::LastActionName, &at.name);
    }

    fn after_restart(&mut self, target: Target, host: &dyn Host) {
        self.state.variables.forget_changes();
        let text = if target == Target::WinPe {
            "true"
        } else {
            "false"
        };
        self.state.boots_winpe = false;
        self.state
            .variables
            .set("_SMSTSInWinPE", VariableValue::Text(text.to_owned()), false);
        // The host knows better where it is.
        for (name, value) in host
            .variables()
            .into_iter()
            .filter(|(name, _)| is_read_only(name))
        {
            let masked = self.is_secret(&name);
            self.state.variables.give(&name, &value, masked);
        }
        self.forget_log_path(host);
        self.follow_data_drive();
        let changed = self.state.variables.changes();
        self.push(Event::Restarted { target, changed });
    }

    /// The log moves with every restart to another system: where to is not known where the host
    /// does not say it.
    fn forget_log_path(&mut self, host: &dyn Host) {
        let name = "_SMSTSLogPath";
        let said = |own: &str| own.eq_ignore_ascii_case(name);
        let by_host = host.variables().iter().any(|(own, _)| said(own));
        let by_hand = self.options.variables.iter().any(|own| said(&own.name));
        if !by_host && !by_hand && self.state.variables.get(name).is_some() {
            let what = VariableValue::Unknown(format!("variable {name} behind the restart"));
            self.state.variables.set(name, what, false);
        }
    }

    fn advance(&mut self, host: &mut dyn Host) {
        let program = self.program;
        let Some(instruction) = program.instructions.get(self.state.next as usize) else {
            return self.finish(RunResult::Success, 0, None, host);
        };
        let mut number = [0; 10];
        let pointer = decimal(instruction.at.instruction, &mut number);
        self.keep(KeptVariable::NextInstructionPointer, pointer);
        if let InstructionKind::Close { open } = &instruction.does {
            let at = program
                .instructions
                .get(*open as usize)
                .map_or(&instruction.at, |group| &group.at);
            self.push(Event::GroupLeft {
                at: at.clone(),
                outcome: GroupOutcome::Completed,
            });
            self.state.next = instruction.next;
            return;
        }
        if instruction.disabled {
            return self.skip(instruction, SkipReason::Disabled);
        }
        if instruction.is_disabled_child() {
            return self.fail_run(instruction, StepFailure::DisabledSequence, host);
        }
        let admitted = if self.tries_again(instruction) {
            Some(None)
        } else {
            self.admit(instruction, host)
        };
        let Some(explanation) = admitted else {
            return;
        };
        match &instruction.does {
            InstructionKind::Open { child } => {
                let globals = child.as_ref().map_or(&[][..], |child| child.globals);
                self.enter(instruction, globals, explanation, host);
            }
            InstructionKind::Step(plan) => self.run_step(instruction, plan, explanation, host),
            InstructionKind::NoChild { missing } => {
                self.not_known(instruction, "sequence", missing.clone(), host);
            }
            InstructionKind::Xml { element } => {
                let what = format!(
                    "what the XML element <{element}> {} does",
                    instruction.at.path
                );
                self.not_known(instruction, "element", what, host);
            }
            InstructionKind::Close { .. } => {}
        }
    }

    /// Whether a step that is next runs again: it is the same one, and was let in before.
    pub(super) fn tries_again(&self, instruction: &Instruction<'_>) -> bool {
        self.state.attempt > 0 && matches!(instruction.does, InstructionKind::Step(_))
    }

    /// Enters a group or a child sequence, which sets its global variables.
    fn enter(
        &mut self,
        instruction: &Instruction<'_>,
        globals: &[Assigned],
        condition: Option<Explanation>,
        host: &dyn Host,
    ) {
        self.state.variables.forget_changes();
        self.globals(globals, host);
        let changed = self.state.variables.changes();
        self.push(Event::GroupEntered {
            at: instruction.at.clone(),
            condition,
            changed,
        });
        self.state.next += 1;
    }

    /// Asks the condition of an instruction. Gives its explanation if the instruction is to be
    /// carried out; `None` when it was skipped, or the run stopped.
    fn admit(
        &mut self,
        instruction: &Instruction<'_>,
        host: &dyn Host,
    ) -> Option<Option<Explanation>> {
        let Some(ready) = &instruction.condition else {
            return Some(None);
        };
        let (verdict, explained) = self.ask(ready, host);
        if verdict == Verdict::Undecided {
            self.leave_undecided(instruction, explained.clone(), host);
        }
        let taken = match (verdict, self.options.undecided) {
            (Verdict::True, _) | (Verdict::Undecided, UndecidedAnswer::True) => true,
            (Verdict::False, _) | (Verdict::Undecided, UndecidedAnswer::False) => false,
            (Verdict::Undecided, UndecidedAnswer::Stop) => {
                self.end_at(&instruction.at, RunResult::Stopped, host);
                return None;
            }
        };
        if taken {
            return Some(explained);
        }
        let explanation = explained.unwrap_or(Explanation {
            verdict,
            operands: Vec::new(),
        });
        self.skip(instruction, SkipReason::Condition { explanation });
        None
    }

    /// Says that nobody could decide a condition; what its instruction and members would set is not
    /// known from here on if they are left out.
    fn leave_undecided(
        &mut self,
        instruction: &Instruction<'_>,
        explanation: Option<Explanation>,
        host: &dyn Host,
    ) {
        let missing = explanation
            .as_ref()
            .map(Explanation::missing)
            .unwrap_or_default();
        let changed = match self.options.undecided {
            UndecidedAnswer::False => self.doubt_members(instruction, &missing.join(", "), host),
            UndecidedAnswer::True | UndecidedAnswer::Stop => Vec::new(),
        };
        self.push(Event::Undecided {
            at: instruction.at.clone(),
            about: "condition".to_owned(),
            taken: self.options.undecided,
            missing,
            explanation,
            changed,
        });
    }

    /// A condition's answer; an explanation where one is wanted, or it does not hold.
    fn ask(&self, ready: &PreparedCondition, host: &dyn Host) -> (Verdict, Option<Explanation>) {
        let scope = LookupScope {
            variables: &self.state.variables,
            locals: &[],
            host,
        };
        let evaluation = Evaluation {
            scope,
            options: &self.options,
        };
        if !self.options.explain && evaluation.verdict(ready) == Verdict::True {
            return (Verdict::True, None);
        }
        let explanation = evaluation.explain(ready);
        (explanation.verdict, Some(explanation))
    }

    pub(super) fn skip(&mut self, instruction: &Instruction<'_>, because: SkipReason) {
        self.push(Event::Skipped {
            at: instruction.at.clone(),
            because,
        });
        let program = self.program;
        let members = (instruction.at.instruction + 1) as usize..instruction.next as usize;
        for member in program.instructions.get(members).unwrap_or(&[]) {
            if !matches!(member.does, InstructionKind::Close { .. }) {
                let because = SkipReason::Group {
                    path: instruction.at.path.clone(),
                };
                self.push(Event::Skipped {
                    at: member.at.clone(),
                    because,
                });
            }
        }
        self.state.next = instruction.next;
        self.state.attempt = 0;
    }

    fn not_known(
        &mut self,
        instruction: &Instruction<'_>,
        about: &str,
        missing: String,
        host: &dyn Host,
    ) {
        self.may_set_anything(&instruction.at.path, host);
        let taken = self.options.undecided;
        self.push(Event::Undecided {
            at: instruction.at.clone(),
            about: about.to_owned(),
            taken,
            missing: vec![missing.clone()],
            explanation: None,
            changed: Vec::new(),
        });
        if taken == UndecidedAnswer::Stop {
            return self.end_at(&instruction.at, RunResult::Stopped, host);
        }
        self.skip(instruction, SkipReason::NotKnown { missing });
    }

    /// Fails the whole run, whatever continues on error.
    pub(super) fn fail_run(
        &mut self,
        instruction: &Instruction<'_>,
        failure: StepFailure,
        host: &dyn Host,
    ) {
        let at = &instruction.at;
        let changed = self.state.variables.changes();
        self.push(Event::Failed {
            at: at.clone(),
            exit_code: FAILED,
            failure,
            then: Then::End,
            changed,
        });
        let rest = self.leave_groups(instruction, None);
        self.leave_out(rest, self.program.length());
        self.finish(RunResult::Failed, FAILED, Some(at), host);
    }

    /// A failed step: the flag of the step decides, else that of the group around it, and so on
    /// outwards.
    pub(super) fn fail(
        &mut self,
        instruction: &Instruction<'_>,
        exit_code: u32,
        failure: StepFailure,
        host: &dyn Host,
    ) {
        let program = self.program;
        let failed = |then, changed| Event::Failed {
            at: instruction.at.clone(),
            exit_code,
            failure,
            then,
            changed,
        };
        if instruction.continue_on_error {
            self.state.ignored += 1;
            self.state.next = instruction.next;
            let changed = self.state.variables.changes();
            self.push(failed(Then::NextStep, changed));
            return self.restart_after_failure(instruction, exit_code, host);
        }
        let Some(group) = program.catches(instruction) else {
            self.state.attempt = 0;
            let changed = self.state.variables.changes();
            self.push(failed(Then::End, changed));
            let rest = self.leave_groups(instruction, None);
            self.leave_out(rest, program.length());
            return self.finish(RunResult::Failed, FAILED, Some(&instruction.at), host);
        };
        self.state.ignored += 1;
        // Its group is left, and what stands behind it there is not reached.
        self.state.variables.delete("SMSTSRetryRequested");
        let path = group.at.path.clone();
        let changed = self.state.variables.changes();
        self.push(failed(Then::BehindGroup { path }, changed));
        self.state.next = self.leave_groups(instruction, Some(group.at.instruction));
        self.restart_after_failure(instruction, exit_code, host);
    }

    /// Ends the run at an instruction, within its groups: at what nobody could decide, or at a
    /// restart that cannot be.
    pub(super) fn end_at(&mut self, at: &Location, result: RunResult, host: &dyn Host) {
        self.leave_out(at.instruction + 1, self.program.length());
        self.finish(result, FAILED, Some(at), host);
    }

    /// Leaves the groups around what failed, up to the one that continues on error if there is one,
    /// and says which of their members are not reached any more. Gives the instruction behind them.
    fn leave_groups(&mut self, instruction: &Instruction<'_>, caught: Option<u32>) -> u32 {
        let program = self.program;
        let mut rest = instruction.at.instruction + 1;
        let mut parent = instruction.parent;
        while let Some(group) = parent.and_then(|parent| program.instructions.get(parent as usize))
        {
            self.leave_out(rest, group.next);
            rest = group.next;
            let last = caught.is_some() && caught == parent;
            let outcome = if last {
                GroupOutcome::FailureIgnored
            } else {
                GroupOutcome::Failed
            };
            self.push(Event::GroupLeft {
                at: group.at.clone(),
                outcome,
            });
            if last {
                break;
            }
            parent = group.parent;
        }
        rest
    }

    /// Says of what stands before an instruction, except the groups around it, that it is not
    /// reached.
    fn leave_out_before(&mut self, instruction: &Instruction<'_>) {
        let mut stops = vec![instruction.at.instruction];
        let mut parent = instruction.parent;
        while let Some(group) = parent {
            stops.push(group);
            let around = self.program.instructions.get(group as usize);
            parent = around.and_then(|around| around.parent);
        }
        let mut from = 0;
        for stop in stops.into_iter().rev() {
            self.leave_out(from, stop);
            from = stop + 1;
        }
    }

    /// Says of the instructions from one up to another that they are not reached.
    fn leave_out(&mut self, from: u32, end: u32) {
        let program = self.program;
        let range = from as usize..end as usize;
        for instruction in program.instructions.get(range).unwrap_or(&[]) {
            if matches!(instruction.does, InstructionKind::Close { .. }) {
                continue;
            }
            let around = instruction.parent.filter(|parent| *parent >= from);
            let around = around.and_then(|parent| program.instructions.get(parent as usize));
            self.push(Event::NotReached {
                at: instruction.at.clone(),
                group: around.map(|group| group.at.path.clone()),
            });
        }
    }

    pub(super) fn finish(
        &mut self,
        result: RunResult,
        code: u32,
        failed: Option<&Location>,
        host: &dyn Host,
    ) {
        let post_action = self.post_action(host);
        let RunState {
            ran,
            ignored,
            restarts,
            ..
        } = self.state;
        self.state.result = Some(result);
        self.push(Event::Finished {
            result,
            code,
            failed: failed.cloned(),
            ran,
            ignored,
            restarts,
            post_action,
        });
        self.state.finished = true;
    }

    fn post_action(&self, host: &dyn Host) -> Option<String> {
        self.post_action_in_clear(host)
            .map(|text| self.state.variables.scrub(text))
    }

    pub(super) fn push(&mut self, event: Event) {
        self.state.queue.push_back(event);
    }
}

/// A number in digits, without asking for memory.
fn decimal(mut number: u32, digits: &mut [u8; 10]) -> &str {
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 || at == 0 {
            break;
        }
    }
    std::str::from_utf8(&digits[at..]).unwrap_or("")
}
