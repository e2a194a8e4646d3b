//! One step: its defaults under the variables of the sequence, its work, and what follows from its
//! exit code.

use std::borrow::Cow;

use super::{
    event::{
        Event, Explanation, ListItem, RunResult, SharedText, Shown, SkipReason, StepFailure,
        StepRan,
    },
    expand::{Findings, LookupScope, StepDefault, Template},
    kept::KeptVariable,
    options::{NotGiven, ReadOnly, WrongEnvironment},
    plan::{RunIn, Set, SetValue, Settled, StepEffect, StepPlan},
    program::Instruction,
    run::{Engine, FAILED},
    unseen::after,
    variables::{VariableValue, Variables, is_read_only},
};
use crate::{
    action::ListedProgram,
    computer::{Host, Outcome, Work},
    deed::{Deed, ResultBasis},
    vocabulary::{Dialect, List, Members, lite_touch},
};

/// Restart, then go on.
pub(super) const RESTART: u32 = 3010;
/// A restart was begun already.
pub(super) const RESTARTING: u32 = 1641;
/// A bad argument.
const INVALID: u32 = 0x8007_0057;
/// The longest value that the documentation allows.
const LONGEST: usize = 4000;
/// Most bytes that the variables of a run put into texts, and that its steps set: a few names could
/// fill any memory.
const MAX_MADE: usize = 16 * 1024 * 1024;
/// How much of the output a variable gets.
const TAIL: usize = 1000;
/// How many names a remark lists.
const MOST_NAMES: usize = 5;

/// What the host says about variables: set, set to what nobody knows, and the facts that the
/// outcome lacks.
struct TakenVariables {
    variables: Vec<(String, String)>,
    unknown: Vec<(String, String)>,
    lacks: String,
    /// Whether somebody described how the step ends.
    described: bool,
}

/// What is found out while a step runs.
#[derive(Default)]
pub(super) struct Notes {
    pub findings: Findings,
    pub overridden: Vec<SharedText>,
    pub rules: Vec<super::event::RuleOutcome>,
    pub list: Vec<ListItem>,
    pub remarks: Vec<String>,
    pub assumed: Vec<String>,
    pub did: Vec<Deed>,
    pub seconds: u64,
    /// What its end rests on.
    pub basis: ResultBasis,
    /// Where that is described.
    pub described_at: Option<SharedText>,
    pub failure: Option<StepFailure>,
    /// Whether an undecided rule ends the run.
    pub stop: bool,
}

impl Notes {
    fn drop_repeated_facts(&mut self) {
        let mut seen = std::collections::HashSet::new();
        self.assumed.retain(|fact| seen.insert(fact.clone()));
    }

    /// Keeps out of what is told what stands in a command that is not to be logged.
    fn hide_values(&mut self) {
        let resolved = self.findings.resolved.iter_mut().map(|one| &mut one.value);
        let list = self.list.iter_mut().map(|one| &mut one.value);
        for value in resolved.chain(list) {
            if matches!(value, Shown::Text(_)) {
                *value = Shown::Masked;
            }
        }
    }

    fn scrub_secrets(&mut self, variables: &Variables) {
        for deed in &mut self.did {
            let done = std::mem::replace(deed, Deed::remark(""));
            *deed = done.scrubbed(|text| variables.scrub(text));
        }
        for text in self.assumed.iter_mut().chain(&mut self.remarks) {
            *text = variables.scrub(std::mem::take(text));
        }
        for resolved in &mut self.findings.resolved {
            if let Shown::Text(text) = &mut resolved.value {
                *text = variables.scrub(std::mem::take(text));
            }
        }
    }
}

/// Whether a missing fact is a variable that MDT gives its processes: no outcome rests on it.
fn is_of_process(missing: &str) -> bool {
    let name = missing.strip_prefix("environment.").or_else(|| {
        let variable = missing.strip_prefix("variable ")?;
        variable.split(',').next()
    });
    // Another system was installed; the variables are of the process all the same.
    let name = name.map(|name| name.split(" behind ").next().unwrap_or(name));
    let own = &lite_touch().environment;
    name.is_some_and(|name| own.iter().any(|own| own.eq_ignore_ascii_case(name)))
}

impl Engine<'_> {
    pub(super) fn run_step(
        &mut self,
        instruction: &Instruction<'_>,
        plan: &StepPlan<'_>,
        condition: Option<Explanation>,
        host: &mut dyn Host,
    ) {
        if !self.fits(plan) && !self.runs_elsewhere(instruction, plan, host) {
            return;
        }
        self.keep(KeptVariable::CurrentActionName, &instruction.at.name);
        self.state.variables.forget_changes();
        let mut notes = Notes::default();
        let (outcome, locals) = self.perform(instruction, plan, &mut notes, host);
        let code = self.take_outcome(instruction, plan, &locals, outcome, &mut notes, host);
        self.state.made = self.state.made.saturating_add(notes.findings.made);
        let is_flooded = self.state.made > MAX_MADE;
        if is_flooded {
            let what = format!("the run's variables made more than {MAX_MADE} bytes of text");
            notes.remarks.push(what);
        }
        let success = !is_flooded && notes.failure.is_none() && self.succeeds(plan, code);
        self.note_action(&instruction.at, code, success);
        self.state.ran += 1;
        let changed = self.state.variables.changes();
        notes.drop_repeated_facts();
        notes.scrub_secrets(&self.state.variables);
        self.push(Event::StepRan(Box::new(StepRan {
            at: instruction.at.clone(),
            attempt: self.state.attempt,
            exit_code: code,
            success,
            basis: notes.basis,
            described_at: notes.described_at,
            seconds: notes.seconds,
            condition: condition.filter(|_| self.options.explain),
            changed,
            resolved: notes.findings.resolved,
            overridden: notes.overridden,
            rules: notes.rules,
            list: notes.list,
            did: notes.did,
            assumed: notes.assumed,
            remarks: notes.remarks,
        })));
        if notes.stop {
            return self.end_at(&instruction.at, RunResult::Stopped, host);
        }
        if is_flooded {
            return self.fail_run(instruction, StepFailure::ValueTooLong, host);
        }
        if !success {
            let failure = notes.failure.unwrap_or(StepFailure::ExitCode);
            return self.fail(instruction, code, failure, host);
        }
        self.restart(instruction, plan, &locals, code, host);
    }

    /// Whether the step may run where the computer is now; nothing said is the full system.
    pub(super) fn fits(&self, plan: &StepPlan<'_>) -> bool {
        if plan.run_in == RunIn::Both {
            return true;
        }
        self.in_winpe() == (plan.run_in == RunIn::WinPe)
    }

    /// Whether the computer is in Windows PE; it is not where nobody says it.
    pub(super) fn in_winpe(&self) -> bool {
        let text = self.state.variables.text("_SMSTSInWinPE");
        text.is_some_and(|text| text.eq_ignore_ascii_case("true"))
    }

    /// Whether the step runs although it is meant for elsewhere; else it is skipped or fails.
    fn runs_elsewhere(
        &mut self,
        instruction: &Instruction<'_>,
        plan: &StepPlan<'_>,
        host: &dyn Host,
    ) -> bool {
        match self.options.wrong_environment {
            WrongEnvironment::Run => return true,
            WrongEnvironment::Skip => {
                let run_in = plan.run_in_text.clone();
                self.skip(instruction, SkipReason::Environment { run_in });
            }
            WrongEnvironment::Fail => {
                self.note_action(&instruction.at, FAILED, false);
                self.fail(instruction, FAILED, StepFailure::Environment, host);
            }
        }
        false
    }

    /// Whether a code is one of success. Where the author cannot change the codes, those of a
    /// restart are.
    fn succeeds(&self, plan: &StepPlan<'_>, code: u32) -> bool {
        plan.success.contains(&code) || self.restart_codes(plan).contains(&code)
    }

    /// All codes of success, the author's own first.
    fn success_codes<'p>(&self, plan: &'p StepPlan<'_>) -> Cow<'p, [u32]> {
        let restarts = self.restart_codes(plan);
        match restarts.is_empty() {
            true => Cow::Borrowed(&plan.success),
            false => Cow::Owned([&plan.success, restarts].concat()),
        }
    }

    /// Codes of a restart that are codes of success without being listed.
    fn restart_codes(&self, plan: &StepPlan<'_>) -> &'static [u32] {
        if !plan.own_codes {
            &[RESTART, RESTARTING]
        } else if self.options.restart_outside_list {
            &[RESTART]
        } else {
            &[]
        }
    }

    /// The outcome of the step's work, and its defaults unless they are always the same.
    fn perform(
        &mut self,
        instruction: &Instruction<'_>,
        plan: &StepPlan<'_>,
        notes: &mut Notes,
        host: &mut dyn Host,
    ) -> (Outcome, Vec<StepDefault>) {
        let wins = plan
            .defaults
            .iter()
            .any(|default| self.wins(default).is_some());
        let settled = plan.plain.as_ref().filter(|_| !wins);
        let expanded = match settled {
            Some(_) => Settled::default(),
            None => self.expand_defaults(plan, notes, host),
        };
        let (locals, values) = settled.unwrap_or(&expanded);
        let missing = &mut notes.findings.missing;
        if plan.mdt {
            missing.retain(|what| !is_of_process(what));
        }
        notes.assumed.append(missing);
        let mut with_members = Vec::new();
        let mut missing = None;
        if let StepEffect::List { base, list } = &plan.effect {
            let base = locals.get(*base).map_or("", |local| local.value.as_str());
            let goes_on = plan
                .local("ContinueOnInstallError", locals)
                .is_some_and(|text| text.eq_ignore_ascii_case("true"));
            let (members, lacks) = self.list(base, *list, goes_on, notes);
            missing = lacks;
            with_members.clone_from(values);
            with_members.extend(members);
        }
        let values = if with_members.is_empty() {
            values
        } else {
            &with_members
        };
        let mut outcome = self.perform_on_host(instruction, plan, locals, values, host);
        if !outcome.told {
            // What is done rests on what the list lacks.
            outcome.assumed.extend(missing);
        }
        (outcome, expanded.0)
    }

    /// The defaults as they are now, and what the host gets of them.
    fn expand_defaults(
        &mut self,
        plan: &StepPlan<'_>,
        notes: &mut Notes,
        host: &dyn Host,
    ) -> Settled {
        let locals = self.locals(plan, notes, host);
        let scope = LookupScope {
            variables: &self.state.variables,
            locals: &locals,
            host,
        };
        let action = scope.expand(&plan.action, &mut notes.findings);
        let values = plan.given(&locals, &action);
        (locals, values)
    }

    /// Has the host do what the step does, with these values.
    fn perform_on_host(
        &self,
        instruction: &Instruction<'_>,
        plan: &StepPlan<'_>,
        locals: &[StepDefault],
        values: &[(String, String)],
        host: &mut dyn Host,
    ) -> Outcome {
        let variables = &self.state.variables;
        let look = |name: &str| match variables.get(name) {
            Some(VariableValue::Text(text)) => Some(text.clone()),
            Some(VariableValue::Unknown(_)) => None,
            None => {
                let key = super::variables::key(name);
                locals
                    .iter()
                    .find(|local| local.key == key && !local.value.is_empty())
                    .map(|local| local.value.clone())
            }
        };
        host.perform(&Work {
            step: plan.step,
            path: &instruction.at.path,
            values,
            success: &self.success_codes(plan),
            variables: &look,
            scrub: &|text| variables.scrub(text.to_owned()),
            all: &|| variables.all(),
        })
    }

    /// Takes over the variables and the output of what was done, and does the engine's own part;
    /// gives the exit code.
    fn take_outcome(
        &mut self,
        instruction: &Instruction<'_>,
        plan: &StepPlan<'_>,
        locals: &[StepDefault],
        outcome: Outcome,
        notes: &mut Notes,
        host: &dyn Host,
    ) -> u32 {
        let lacks = outcome.assumed.join(", ");
        let taken = TakenVariables {
            variables: outcome.variables,
            unknown: outcome.unknown,
            lacks: lacks.clone(),
            described: outcome.basis == ResultBasis::Given,
        };
        if outcome.told {
            // Whoever says how it ends decides over its list as well.
            notes.failure = None;
        }
        if outcome.quiet {
            notes.hide_values();
        }
        notes.did = outcome.did;
        notes.basis = outcome.basis;
        notes.described_at = outcome.described_at.map(SharedText::from);
        notes.seconds = outcome.seconds;
        notes.assumed.extend(outcome.assumed);
        self.state.boots_winpe |= outcome.boots_winpe;
        // What it says itself is known, whatever else it may have set.
        self.doubt_unseen(plan, &instruction.at.path, &outcome.whole, host);
        self.take_variables(plan, instruction, taken, notes);
        let mut code = outcome.exit_code;
        if plan.time_out.is_some_and(|limit| outcome.seconds > limit) {
            code = self.options.time_out_code;
            notes.failure = Some(StepFailure::TimeOut);
        }
        self.take_output(plan, locals, &outcome.output, &lacks, notes);
        if notes.failure.is_none() && self.succeeds(plan, code) {
            code = self.effect(instruction, plan, locals, code, notes, host);
        } else if notes.failure == Some(StepFailure::MalformedList) {
            code = INVALID;
        }
        code
    }

    /// The value that wins over a default of the step.
    fn wins(&self, default: &super::plan::PropertyDefault) -> Option<&VariableValue> {
        if let Some(twin) = &default.twin {
            let held = self.state.variables.by_key(&twin.key);
            return held.filter(
                |held| matches!(held, VariableValue::Text(text) if text.eq_ignore_ascii_case("true")),
            );
        }
        if !default.overridable {
            return None;
        }
        self.state.variables.by_key(&default.name.key)
    }

    /// The defaults of a step: first those that stand in the environment, then those that are baked
    /// into its action, which see the former.
    fn locals(
        &mut self,
        plan: &StepPlan<'_>,
        notes: &mut Notes,
        host: &dyn Host,
    ) -> Vec<StepDefault> {
        let mut locals: Vec<StepDefault> = Vec::with_capacity(plan.defaults.len());
        for default in &plan.defaults {
            locals.push(StepDefault {
                key: default.name.key.clone(),
                value: String::new(),
                masked: default.masked,
            });
        }
        for baked in [false, true] {
            for (index, default) in plan
                .defaults
                .iter()
                .enumerate()
                .filter(|(_, one)| one.overridable != baked)
            {
                let (value, masked) =
                    self.default_value(default, if baked { &locals } else { &[] }, notes, host);
                if masked {
                    self.state.variables.hide(&value);
                }
                if let Some(local) = locals.get_mut(index) {
                    (local.value, local.masked) = (value, masked);
                }
            }
        }
        locals
    }

    fn default_value(
        &self,
        default: &super::plan::PropertyDefault,
        locals: &[StepDefault],
        notes: &mut Notes,
        host: &dyn Host,
    ) -> (String, bool) {
        let variables = &self.state.variables;
        let scope = LookupScope {
            variables,
            locals,
            host,
        };
        match self.wins(default) {
            Some(VariableValue::Text(text)) => {
                let winner = default.twin.as_ref().unwrap_or(&default.name);
                notes.overridden.push(winner.spelled.clone());
                let masked = variables.show(&winner.key) == Shown::Masked;
                return (text.clone(), default.masked || masked);
            }
            Some(VariableValue::Unknown(what)) => notes.assumed.push(what.clone()),
            None => match default.secret.as_ref().map(|secret| self.secret(secret)) {
                Some(VariableValue::Text(text)) => return (text, true),
                Some(VariableValue::Unknown(what)) => {
                    notes.assumed.push(what);
                    return (String::new(), true);
                }
                None => {}
            },
        }
        let value = match default.is_command {
            true => scope.expand_command(&default.value, &mut notes.findings),
            false => scope.expand(&default.value, &mut notes.findings),
        };
        (value.into_owned(), default.masked)
    }

    /// The members of a list that are good, up to the first number that is not there; and what
    /// nobody knows of it.
    fn list(
        &self,
        base: &str,
        list: List,
        goes_on: bool,
        notes: &mut Notes,
    ) -> (Vec<(String, String)>, Option<String>) {
        let mut good = Vec::new();
        let digits = list.digits;
        let most = 10_usize.pow(digits as u32);
        let mut lacks = None;
        for number in 1..most {
            let variable = format!("{base}{number:0digits$}");
            let value = match self.state.variables.get(&variable) {
                Some(VariableValue::Text(text)) => text.clone(),
                Some(VariableValue::Unknown(what)) => {
                    lacks = Some(what.clone());
                    break;
                }
                None => {
                    lacks = self.member_setter(base, &variable).filter(|_| number == 1);
                    if lacks.is_none() {
                        self.never_reached(base, digits, number, notes);
                    }
                    break;
                }
            };
            let fault = match list.of {
                Members::Applications => None,
                Members::Programs => ListedProgram::of(&value).err().map(str::to_owned),
            };
            let shown = self.state.variables.show(&super::variables::key(&variable));
            let faulty = fault.is_some();
            notes.list.push(ListItem {
                variable: variable.clone(),
                value: shown,
                fault,
            });
            if !faulty {
                good.push((variable, value));
            } else if !goes_on {
                notes.failure = Some(StepFailure::MalformedList);
                break;
            }
        }
        (good, lacks)
    }

    /// Says where a list ends that has more variables than members: at a number that is not there.
    fn never_reached(&self, base: &str, digits: usize, end: usize, notes: &mut Notes) {
        let gap = format!("{base}{end:0digits$}");
        let remarks = &mut notes.remarks;
        if end == 1 {
            remarks.push(format!("{gap} is not there: nothing is installed"));
        }
        let (behind, odd): (Vec<_>, Vec<_>) = self
            .state
            .variables
            .numbered(base)
            .into_iter()
            .filter(|(_, number)| {
                let behind = |number: usize| number > end;
                number.len() != digits || number.parse().is_ok_and(behind)
            })
            .partition(|(_, number)| number.len() == digits);
        let names = |list: &[(&str, &str)]| {
            let names = list.iter().take(MOST_NAMES).map(|(name, _)| *name);
            let more = if list.len() > MOST_NAMES { " …" } else { "" };
            names.collect::<Vec<_>>().join(", ") + more
        };
        if !behind.is_empty() {
            let names = names(&behind);
            remarks.push(format!(
                "never reached, because {gap} is not there: {names}"
            ));
        }
        if !odd.is_empty() {
            let names = names(&odd);
            remarks.push(format!(
                "never reached, because numbers have {digits} digits: {names}"
            ));
        }
    }

    /// What the step set by itself. A script may not set what is read-only; the product's own steps
    /// may.
    fn take_variables(
        &mut self,
        plan: &StepPlan<'_>,
        instruction: &Instruction<'_>,
        taken: TakenVariables,
        notes: &mut Notes,
    ) {
        let TakenVariables {
            variables: mut list,
            mut unknown,
            lacks,
            described,
        } = taken;
        if !described && !plan.outputs.carried_out {
            // Whoever gives what such a step would find out answers for it.
            let variables = &self.state.variables;
            let given = |name: &str| variables.unseen.is_given(&super::variables::key(name));
            list.retain(|(name, _)| !given(name));
            unknown.retain(|(name, _)| !given(name));
        }
        let foreign = plan.own_codes && !plan.mdt;
        let said = list.iter().chain(&unknown);
        let said: Vec<String> = said.map(|(name, _)| super::variables::key(name)).collect();
        self.doubt_outputs(plan, &instruction.at.path, &said, &lacks);
        for (name, what) in unknown {
            self.state
                .variables
                .set(&name, VariableValue::Unknown(what), false);
        }
        for (name, value) in &list {
            if foreign && is_read_only(name) {
                notes
                    .remarks
                    .push(format!("{name} is read-only and was not set"));
            } else {
                let masked = self.is_secret(name);
                self.set(name, VariableValue::Text(value.clone()), masked, notes);
            }
        }
        if self.options.script == NotGiven::Unset {
            return;
        }
        let closed = |name: &String| !plan.mdt && is_read_only(name);
        let scripts = plan.outputs.scripts.iter();
        for name in scripts.filter(|name| !closed(name)) {
            if !list.iter().any(|(set, _)| set.eq_ignore_ascii_case(name)) {
                let what = after(name, &instruction.at.path);
                self.state
                    .variables
                    .set(name, VariableValue::Unknown(what), false);
            }
        }
    }

    pub(super) fn set(&mut self, name: &str, held: VariableValue, masked: bool, notes: &mut Notes) {
        if let VariableValue::Text(text) = &held
            && text.chars().count() > LONGEST
        {
            notes
                .remarks
                .push(format!("{name} gets more than {LONGEST} characters"));
        }
        if let VariableValue::Text(text) = &held {
            notes.findings.made = notes.findings.made.saturating_add(text.len());
        }
        self.state.variables.set(name, held, masked);
    }

    fn take_output(
        &mut self,
        plan: &StepPlan<'_>,
        locals: &[StepDefault],
        output: &str,
        lacks: &str,
        notes: &mut Notes,
    ) {
        let Some(index) = plan.output else { return };
        let name = plan
            .locals_or_plain(locals)
            .get(index)
            .map_or("", |local| local.value.trim())
            .to_owned();
        if name.is_empty() {
            return;
        }
        if is_read_only(&name) && !plan.mdt {
            notes
                .remarks
                .push(format!("{name} is read-only and gets no output"));
            return;
        }
        let text = output.trim_end_matches(['\r', '\n']);
        if text.is_empty() && !lacks.is_empty() {
            self.state
                .variables
                .set(&name, VariableValue::Unknown(lacks.to_owned()), false);
            return;
        }
        let skip = text.chars().count().saturating_sub(TAIL);
        let tail: String = text.chars().skip(skip).collect();
        if skip > 0 {
            notes.remarks.push(format!(
                "{name} gets the last {TAIL} of {} characters",
                skip + TAIL
            ));
        }
        self.state
            .variables
            .set(&name, VariableValue::Text(tail), false);
    }

    /// What the engine itself does; gives the exit code, which may be another after it.
    fn effect(
        &mut self,
        instruction: &Instruction<'_>,
        plan: &StepPlan<'_>,
        locals: &[StepDefault],
        code: u32,
        notes: &mut Notes,
        host: &dyn Host,
    ) -> u32 {
        match &plan.effect {
            StepEffect::Host | StepEffect::Restart | StepEffect::List { .. } => code,
            StepEffect::Set(sets) => {
                self.sets(&instruction.at.path, sets, locals, code, notes, host)
            }
            StepEffect::Rules(rules) => self.rules(instruction, rules, code, notes, host),
        }
    }

    /// Sets variables in order.
    pub(super) fn sets(
        &mut self,
        path: &str,
        sets: &[Set],
        locals: &[StepDefault],
        mut code: u32,
        notes: &mut Notes,
        host: &dyn Host,
    ) -> u32 {
        for set in sets {
            let scope = LookupScope {
                variables: &self.state.variables,
                locals,
                host,
            };
            let before = std::mem::take(&mut notes.findings.missing);
            let name = scope.expand(&set.name, &mut notes.findings).into_owned();
            let open = !notes.findings.missing.is_empty();
            notes.findings.missing.splice(0..0, before);
            let value = match &set.value {
                SetValue::Secret(secret) => Some(self.secret(secret)),
                SetValue::Text(template) => made(scope, template, &mut notes.findings),
            };
            let Some(held) = value.filter(|held| !is_long(held)) else {
                let what = format!("{name} would get more than {LONGEST} characters");
                notes.remarks.push(what);
                notes.failure = Some(StepFailure::ValueTooLong);
                code = FAILED;
                break;
            };
            if open {
                // Which variable that is nobody knows.
                self.may_set_anything(path, host);
                continue;
            }
            // MDT sets its own.
            if is_read_only(&name) && self.program.sequence.dialect != Dialect::Mdt {
                match self.options.read_only {
                    ReadOnly::Fail => {
                        notes.remarks.push(format!("{name} is read-only"));
                        notes.failure = Some(StepFailure::ReadOnly);
                        code = FAILED;
                        break;
                    }
                    ReadOnly::Ignore => {
                        notes
                            .remarks
                            .push(format!("{name} is read-only and was not set"));
                        continue;
                    }
                }
            }
            let masked =
                set.masked || matches!(set.value, SetValue::Secret(_)) || self.is_secret(&name);
            self.set(&name, held, masked, notes);
        }
        code
    }
}

/// What a text comes to with the values in it; nothing where that is longer than any value.
fn made(
    scope: LookupScope<'_>,
    template: &Template,
    findings: &mut Findings,
) -> Option<VariableValue> {
    let before = std::mem::take(&mut findings.missing);
    findings.too_long = false;
    let text = scope.expand(template, findings).into_owned();
    let missing = std::mem::replace(&mut findings.missing, before);
    (!findings.too_long).then(|| match missing.into_iter().next() {
        Some(what) => VariableValue::Unknown(what),
        None => VariableValue::Text(text),
    })
}

/// Whether a value is longer than the documentation allows.
fn is_long(held: &VariableValue) -> bool {
    matches!(held, VariableValue::Text(text) if text.chars().count() > LONGEST)
}
