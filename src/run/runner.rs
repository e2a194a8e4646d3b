//! The loop around the engine: store, do, note; restart; stop where somebody wants it.

use std::{
    collections::HashMap,
    fs,
    sync::PoisonError,
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{
    Checkpoint, FORMAT_VERSION, Folder, Header, InFlight, Journal, JournalEntry, LogLine,
    OnInterrupted, PendingRestart, RunFault, SharedLog, Slot, StepInDoubt, StopSignal, log,
    messages, now, resume, store::Store,
};
use crate::{
    action::repeats,
    computer::Restarts as _,
    engine::{Engine, Event, Location, NodeKind, Program, RunResult, Shown, Target, Variables},
    host::{
        local::{LocalHost, ProgressNote, Watch},
        system::{Launch, ProgramStart as Start, forget},
    },
};

/// Seconds before a restart that nobody gave a time for.
const NOTICE: u64 = 60;

/// What somebody wants before a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pause {
    /// This step, and then a pause again.
    Continue,
    /// All the rest without a pause.
    Run,
    /// Not this one.
    Skip,
    /// The one before again.
    Retry,
    /// A variable gets another value; the pause goes on.
    Set(String, String),
    /// The run is left where it is; it can be resumed.
    Quit,
}

/// Somebody at the console, or nobody.
pub trait Console {
    /// A sentence about the run.
    fn say(&mut self, text: &str);
    /// An instruction begins, so long after the run did.
    fn begins(&mut self, at: &Location, elapsed: Duration);
    /// Something happened.
    fn event(&mut self, event: &Event);
    /// Asks what to do before an instruction.
    fn pause(&mut self, _: &Location, _: &Variables) -> Pause {
        Pause::Continue
    }
    /// Counts down before a restart. It can come back early, and the restart follows all the same.
    fn countdown(&mut self, message: &str, seconds: u64);
}

/// Nobody: restarts do not wait.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quiet;

impl Console for Quiet {
    fn say(&mut self, _: &str) {}
    fn begins(&mut self, _: &Location, _: Duration) {}
    fn event(&mut self, _: &Event) {}
    fn countdown(&mut self, _: &str, _: u64) {}
}

/// Where a run pauses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// It pauses before each instruction.
    pub step: bool,
    /// Whether events are kept for a report.
    pub keep_events: bool,
}

/// How a run came to its end, for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunEnd {
    /// Over, with success.
    Success,
    /// Over, failed.
    Failed,
    /// The step that it was to run until has run; the rest is given up.
    Until,
    /// Left at a pause; it can be resumed.
    Quit,
    /// Somebody cancelled it.
    Cancelled,
    /// The computer restarts; the run goes on after it.
    Restarting,
    /// The computer must restart, and nobody does it; the run goes on after it.
    RestartPending,
}

/// A run that had to stop because it could not be stored. It is as it was last stored.
#[derive(Debug)]
pub struct Stopped {
    /// Why.
    pub fault: RunFault,
    /// What would have been next.
    pub before: String,
}

/// Moves the engine and keeps what happened.
#[allow(missing_debug_implementations, reason = "it holds secrets")]
pub struct Runner<'p> {
    program: &'p Program<'p>,
    engine: Engine<'p>,
    host: LocalHost,
    folder: Folder,
    header: Header,
    journal: Journal,
    store: Store,
    log: SharedLog,
    limits: Limits,
    boot_id: Option<String>,
    pending: Option<PendingRestart>,
    protected: HashMap<String, Option<String>>,
    events: Vec<Event>,
    start: Vec<(String, Shown)>,
    last: Option<u32>,
    began: Instant,
    /// Whether the disk was full before; then nothing more is begun.
    full: Option<RunFault>,
    stop: StopSignal,
}

impl<'p> Runner<'p> {
    /// A run that begins or, with an engine that has a state, goes on.
    pub fn new(
        program: &'p Program<'p>,
        engine: Engine<'p>,
        host: LocalHost,
        folder: Folder,
        header: Header,
        log: SharedLog,
        limits: Limits,
    ) -> Result<Self, RunFault> {
        let journal = Journal::open(&folder.journal())?;
        let boot_id = host.system().boot_id();
        Ok(Runner {
            program,
            engine,
            host,
            store: Store::new(folder.clone(), 0),
            folder,
            header,
            journal,
            log,
            limits,
            boot_id,
            pending: None,
            protected: HashMap::new(),
            events: Vec::new(),
            start: Vec::new(),
            last: None,
            began: Instant::now(),
            full: None,
            stop: StopSignal::default(),
        })
    }

    /// Lets somebody ask to leave the run in the middle.
    #[must_use]
    pub fn stopped_by(mut self, stop: StopSignal) -> Self {
        self.stop = stop;
        self
    }

    /// The events since this process has the run, where they are kept.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The variables when this process had the run, without secrets.
    pub fn variables(&self) -> &[(String, Shown)] {
        &self.start
    }

    fn note_start(&mut self) {
        self.start = self
            .engine
            .variables()
            .shown()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
    }

    /// Notes that the run begins.
    ///
    /// # Errors
    /// It cannot be stored.
    pub fn begin(&mut self, from: Option<u32>) -> Result<(), RunFault> {
        self.journal
            .add(JournalEntry::Started(self.header.title.clone()))?;
        self.line(
            1,
            "Successfully initialized Logging for Task Sequence Manager.",
        );
        self.line(
            1,
            format!(
                "TSManager initialized environment for task sequence: {}",
                self.header.title
            ),
        );
        self.line(
            1,
            format!("This is tasq {}, not the client", env!("CARGO_PKG_VERSION")),
        );
        self.engine.begin(&self.host);
        self.note_start();
        if let Some(from) = from {
            self.engine.jump(from);
        }
        self.store()
    }

    /// Takes a stored run up: says what was cut off, and does what is wanted about it. An end when
    /// it was left or cancelled meanwhile.
    ///
    /// # Errors
    /// It cannot be stored, or what was cut off neither goes on nor ends.
    pub fn take_up(
        &mut self,
        stored: &Checkpoint,
        doubt: Option<&StepInDoubt>,
        choice: Option<OnInterrupted>,
    ) -> Result<Option<RunEnd>, RunFault> {
        self.store.behind(stored.number);
        self.journal.add(JournalEntry::Resumed)?;
        self.note_start();
        self.line(
            1,
            format!("The task sequence {} is taken up again", self.header.title),
        );
        if stored.restart.is_some() {
            let restarted = match (&self.boot_id, &stored.boot_id) {
                (Some(now), Some(then)) => now != then,
                _ => true,
            };
            if restarted {
                self.line(1, "The computer has restarted");
                self.engine.restarted(&self.host);
            } else {
                self.pending.clone_from(&stored.restart);
            }
            return self.store().map(|()| None);
        }
        let done = match (doubt, &stored.in_flight) {
            (Some(doubt), _) => {
                if let Some(ended) = self.settle(doubt, choice.unwrap_or_default())? {
                    return Ok(Some(ended));
                }
                let at = doubt.step.instruction;
                match choice.unwrap_or_default() {
                    OnInterrupted::Retry => {}
                    OnInterrupted::Skip => {
                        self.engine.jump(self.program.behind(at).unwrap_or(at + 1));
                    }
                    // The author's retry count is about restarts that nobody asked for.
                    OnInterrupted::Fail if choice.is_none() && doubt.restarted == Some(true) => {
                        self.engine.interrupted(&self.host);
                    }
                    OnInterrupted::Fail => self.engine.fail_interrupted(&self.host),
                }
                Some((doubt.step.path.clone(), choice.unwrap_or_default().word()))
            }
            (None, Some(step)) => Some((step.path.clone(), "again")),
            (None, None) => None,
        };
        if let Some((path, done)) = done {
            self.line(2, format!("{path} was cut off: {done}"));
            self.journal.add(JournalEntry::Interrupted {
                path,
                done: done.to_owned(),
            })?;
        }
        self.store().map(|()| None)
    }

    /// Logs what is in doubt, and sees to what of it is still running. An end when somebody leaves
    /// or cancels the run meanwhile; it is as it was stored then.
    fn settle(
        &mut self,
        doubt: &StepInDoubt,
        choice: OnInterrupted,
    ) -> Result<Option<RunEnd>, RunFault> {
        for fact in doubt.facts() {
            self.line(2, fact);
        }
        if doubt.left.is_none() {
            return Ok(None);
        }
        self.line(2, choice.of_survivor());
        let (note, cancel) = (self.folder.started(), self.folder.cancel());
        let goes_on = || !self.stop.is_asked() && !cancel.exists();
        if resume::settle(self.host.system(), &note, choice, &goes_on)? {
            return Ok(None);
        }
        if cancel.exists() {
            return Ok(Some(self.given_up("cancelled", RunEnd::Cancelled)));
        }
        self.operator("left the run".to_owned());
        Ok(Some(RunEnd::Quit))
    }

    /// Runs to the end, a restart, or where somebody stops it.
    ///
    /// # Errors
    /// The run could not be stored; nothing that was not stored was begun.
    pub fn run(&mut self, console: &mut dyn Console) -> Result<RunEnd, Stopped> {
        loop {
            let waits = self.engine.state().has_waiting() || self.engine.state().is_finished();
            if !waits && let Some(ended) = self.between(console)? {
                return Ok(ended);
            }
            let Some(event) = self.engine.step(&mut self.host) else {
                break;
            };
            if self.stop.is_cut() {
                // How far the step came is not known: it stays as it was stored, in work.
                self.operator("left the run in the middle of a step".to_owned());
                return Ok(RunEnd::Quit);
            }
            console.event(&event);
            self.record(event);
        }
        Ok(self.over(console))
    }

    /// Between two instructions: restart, stop, pause, store, announce.
    fn between(&mut self, console: &mut dyn Console) -> Result<Option<RunEnd>, Stopped> {
        if self.engine.state().pending_restart().is_some() {
            return self.restart(console).map(Some);
        }
        if let Some(fault) = self.full.take() {
            // The step that filled the disk is done, and that must be known.
            let _ = self.store();
            return Err(self.stopped(fault));
        }
        if self.folder.cancel().exists() {
            return Ok(Some(self.given_up("cancelled", RunEnd::Cancelled)));
        }
        if self.stop.is_asked() {
            self.store().map_err(|fault| self.stopped(fault))?;
            self.operator("left the run".to_owned());
            return Ok(Some(RunEnd::Quit));
        }
        let Some(at) = self.engine.next().cloned() else {
            return match self.store() {
                Ok(()) => Ok(None),
                Err(fault) => Err(self.stopped(fault)),
            };
        };
        if self.is_past_end(at.instruction) {
            return Ok(Some(
                self.given_up("the step that was named has run", RunEnd::Until),
            ));
        }
        let end = self.program.is_end(at.instruction);
        if self.limits.step && !end {
            match self.pause(&at, console) {
                Some(Pause::Quit) => {
                    self.store().map_err(|fault| self.stopped(fault))?;
                    return Ok(Some(RunEnd::Quit));
                }
                // Another instruction is next now.
                Some(_) => return self.between(console),
                None => {}
            }
        }
        let step = self.program.step(at.instruction);
        let in_flight = InFlight {
            instruction: at.instruction,
            path: at.path.to_string(),
            attempt: self.engine.attempt(),
            since: now(),
            repeats: step.is_none_or(repeats),
        };
        forget(&self.folder.started());
        self.store_begun(in_flight)
            .map_err(|fault| self.stopped(fault))?;
        if !end {
            self.announce(&at);
            console.begins(&at, self.began.elapsed());
        }
        Ok(None)
    }

    /// Whether an instruction is behind the one that the run was to end with.
    fn is_past_end(&self, instruction: u32) -> bool {
        let behind = self
            .header
            .until
            .and_then(|until| self.program.behind(until));
        behind.is_some_and(|behind| instruction >= behind)
    }

    /// Logs that an instruction begins.
    fn announce(&mut self, at: &Location) {
        let step = self.program.step(at.instruction);
        let kind = step.map_or_else(|| kind_of(at).to_owned(), |step| step.class.clone());
        let disabled = self.program.is_disabled(at.instruction);
        log::add(&self.log, &messages::begins(at, &kind, disabled));
        self.line(
            1,
            format!(
                "Set a global environment variable _SMSTSCurrentActionName={}",
                at.name
            ),
        );
    }

    /// Asks somebody; nothing when the instruction is to be done.
    fn pause(&mut self, at: &Location, console: &mut dyn Console) -> Option<Pause> {
        loop {
            match console.pause(at, self.engine.variables()) {
                Pause::Continue => return None,
                Pause::Run => {
                    self.limits.step = false;
                    return None;
                }
                Pause::Set(name, value) => {
                    self.engine.set_variable(&name, &value);
                    self.operator(format!("set {name}"));
                }
                Pause::Skip => {
                    self.operator(format!("skipped {}", at.path));
                    self.engine.jump(
                        self.program
                            .behind(at.instruction)
                            .unwrap_or(at.instruction + 1),
                    );
                    return Some(Pause::Skip);
                }
                Pause::Retry => {
                    let Some(last) = self.last else {
                        console.say("there is no step before this one");
                        continue;
                    };
                    self.operator(format!("back to instruction {last}"));
                    self.engine.jump(last);
                    return Some(Pause::Retry);
                }
                Pause::Quit => {
                    self.operator("left the run".to_owned());
                    return Some(Pause::Quit);
                }
            }
        }
    }

    fn operator(&mut self, what: String) {
        self.line(2, format!("Somebody at the console: {what}"));
        let _ = self.journal.add(JournalEntry::Operator(what));
    }

    fn stopped(&self, fault: RunFault) -> Stopped {
        let before = self
            .engine
            .next()
            .map_or_else(|| "the end".to_owned(), |at| at.path.to_string());
        self.line(3, format!("The run stops before {before}: {fault}"));
        Stopped { fault, before }
    }

    fn record(&mut self, event: Event) {
        for line in messages::of(&event) {
            log::add(&self.log, &line);
        }
        match &event {
            Event::StepRan(ran) => self.last = Some(ran.at.instruction),
            Event::RestartRequested {
                target,
                message,
                delay,
                refused: None,
                ..
            } => {
                self.pending = Some(PendingRestart {
                    target: *target,
                    message: message.clone(),
                    delay: *delay,
                });
            }
            _ => {}
        }
        if let Err(fault) = self
            .journal
            .add(JournalEntry::Event(Box::new(event.clone())))
        {
            // Space that was kept lets the run be stored; then it stops.
            if fault.full && self.folder.free_reserve() {
                let _ = self
                    .journal
                    .add(JournalEntry::Event(Box::new(event.clone())));
            }
            self.full = Some(fault);
        }
        if self.limits.keep_events {
            self.events.push(event);
        }
    }

    /// Stores everything; nothing is being done.
    fn store(&mut self) -> Result<(), RunFault> {
        let checkpoint = self.checkpoint(None);
        self.store.whole(checkpoint)
    }

    /// Stores that an instruction is begun.
    fn store_begun(&mut self, in_flight: InFlight) -> Result<(), RunFault> {
        let checkpoint = self.checkpoint(Some(in_flight));
        let written = self.store.moment(checkpoint);
        if let Err(fault) = &written
            && fault.full
        {
            // What was begun is not: the note must not say so.
            let calm = self.checkpoint(None);
            let _ = self.store.whole(calm);
        }
        written
    }

    fn checkpoint(&mut self, in_flight: Option<InFlight>) -> Checkpoint {
        let (state, secrets) = self.engine.state().sealed();
        let slots = secrets
            .into_iter()
            .map(|(value, variable)| self.slot(&value, variable))
            .collect();
        Checkpoint {
            format_version: FORMAT_VERSION,
            header: self.header.clone(),
            number: 0,
            time: now(),
            boot_id: self.boot_id.clone(),
            in_flight,
            restart: self
                .engine
                .state()
                .pending_restart()
                .and(self.pending.clone()),
            journal: self.journal.length(),
            slots,
            state,
        }
    }

    fn slot(&mut self, value: &str, variable: Option<String>) -> Slot {
        let given = &self.engine.options().secrets;
        let secret = given
            .iter()
            .find(|(_, own)| own == value)
            .map(|(name, _)| name.clone());
        let system = self.host.system();
        let protected = self.protected.entry(value.to_owned()).or_insert_with(|| {
            system
                .protect(value.as_bytes())
                .map(|bytes| STANDARD.encode(bytes))
        });
        Slot {
            secret,
            variable,
            protected: protected.clone(),
        }
    }

    fn restart(&mut self, console: &mut dyn Console) -> Result<RunEnd, Stopped> {
        let pending = self.pending.clone().unwrap_or(PendingRestart {
            target: Target::HardDisk,
            message: None,
            delay: None,
        });
        self.store().map_err(|fault| self.stopped(fault))?;
        if self.header.no_restart {
            console.say("the computer must restart now; then `tasq resume` goes on");
            return Ok(RunEnd::RestartPending);
        }
        let message = pending.message.unwrap_or_else(|| {
            format!(
                "The task sequence {} restarts this computer. Please save your work.",
                self.header.title
            )
        });
        console.countdown(&message, pending.delay.unwrap_or(NOTICE));
        if self.folder.cancel().exists() {
            return Ok(self.given_up("cancelled", RunEnd::Cancelled));
        }
        if self.stop.is_asked() {
            self.operator("left the run before the restart".to_owned());
            return Ok(RunEnd::RestartPending);
        }
        self.line(1, "The computer is restarted");
        let noted = self
            .journal
            .add(JournalEntry::Restarting)
            .and_then(|()| self.journal.sync());
        if let Err(fault) = noted {
            return Err(self.stopped(fault));
        }
        match self.host.restart(pending.target == Target::WinPe, &message) {
            Ok(()) => Ok(RunEnd::Restarting),
            Err(error) => {
                self.line(3, format!("The computer could not be restarted: {error}"));
                console.say(&format!("the computer could not be restarted: {error}"));
                Ok(RunEnd::RestartPending)
            }
        }
    }

    /// The end of the sequence.
    fn over(&mut self, console: &mut dyn Console) -> RunEnd {
        if self.folder.cancel().exists() {
            return self.given_up("cancelled", RunEnd::Cancelled);
        }
        let success = self.engine.state().result() == Some(RunResult::Success);
        let action = self.engine.post_action_in_clear(&self.host);
        self.retire(console, if success { "success" } else { "failed" });
        if let Some(command) = action {
            self.post_action(&command);
        }
        if success {
            RunEnd::Success
        } else {
            RunEnd::Failed
        }
    }

    /// Runs what the sequence wants at its end. The client does not wait for it; Tasq does.
    fn post_action(&self, command: &str) {
        let launch = Launch {
            program: Start::CommandLine(command.to_owned()),
            folder: None,
            search: Vec::new(),
            environment: Vec::new(),
            time_out: None,
            account: None,
            native_view: true,
            track: None,
        };
        match self.host.system().run(&launch, &mut |_| true) {
            Ok(ended) => self.line(1, format!("The post action ended with {}", ended.exit_code)),
            Err(error) => {
                let text = self
                    .engine
                    .variables()
                    .scrub(format!("The post action could not be started: {error}"));
                self.line(3, text);
            }
        }
    }

    fn given_up(&mut self, why: &str, ended: RunEnd) -> RunEnd {
        self.line(2, format!("The run ends: {why}"));
        self.retire(&mut Quiet, why);
        ended
    }

    fn retire(&mut self, console: &mut dyn Console, how: &str) {
        let _ = self
            .journal
            .add(JournalEntry::Ended(how.to_owned()))
            .and_then(|()| self.journal.sync());
        if self.header.entry
            && let Err(error) = self.host.system().remove_resume_entry()
        {
            console.say(&format!("the start-up entry could not be removed: {error}"));
        }
        self.store.close();
        self.folder.retire(&self.header.id);
        self.line(1, "Successfully unregistered Task Sequencing Environment");
    }

    fn line(&self, severity: u8, text: impl Into<String>) {
        log::add(&self.log, &LogLine::new(severity, text));
    }
}

fn kind_of(at: &Location) -> &'static str {
    match at.kind {
        NodeKind::Group => "SMS_TaskSequence_Group",
        NodeKind::Child => "SMS_TaskSequence_SubTasksequence",
        NodeKind::Step | NodeKind::Xml => "",
    }
}

/// Passes a host's notes on to the log, and ends its processes when the run is cancelled.
#[allow(missing_debug_implementations, reason = "it holds a function")]
pub struct LogWatch {
    log: SharedLog,
    folder: Option<Folder>,
    output: Box<dyn FnMut(&str)>,
    progress: Box<dyn FnMut(u64, Option<u64>)>,
    asked: Instant,
    cancelled: bool,
    stop: StopSignal,
}

impl LogWatch {
    /// Follows a run; `output` gets what processes print, `progress` how far a download is.
    pub fn new(
        log: SharedLog,
        folder: Folder,
        output: Box<dyn FnMut(&str)>,
        progress: Box<dyn FnMut(u64, Option<u64>)>,
    ) -> Self {
        LogWatch {
            log,
            folder: Some(folder),
            output,
            progress,
            asked: Instant::now(),
            cancelled: false,
            stop: StopSignal::default(),
        }
    }

    /// Lets somebody ask to leave the run in the middle.
    #[must_use]
    pub fn stopped_by(mut self, stop: StopSignal) -> Self {
        self.stop = stop;
        self
    }
}

impl Watch for LogWatch {
    fn note(&mut self, note: ProgressNote) {
        match note {
            ProgressNote::Line {
                component,
                severity,
                text,
            } => {
                let line = LogLine {
                    component: component.to_owned(),
                    severity,
                    instruction: None,
                    message: text,
                };
                self.log
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .add(&line);
            }
            ProgressNote::Output(text) => (self.output)(&text),
            ProgressNote::Download(done, whole) => (self.progress)(done, whole),
        }
    }

    fn goes_on(&mut self) -> bool {
        if !self.cancelled && self.asked.elapsed() > Duration::from_millis(250) {
            self.asked = Instant::now();
            self.cancelled = self
                .folder
                .as_ref()
                .is_some_and(|folder| fs::exists(folder.cancel()).unwrap_or(false));
        }
        if self.stop.is_asked() {
            self.stop.cut();
            return false;
        }
        !self.cancelled
    }
}
