//! The tree for a terminal: a line a step, with the reason behind it.

use std::fmt::Write as _;

use super::{Run, Summary, summary::code};
use crate::deed::{Deed, Ending};
use crate::engine::{
    Event, Explained, Explanation, GroupOutcome, Location, NodeKind, RestartCause, RuleOutcome,
    Shown, SkipReason, StepFailure, StepRan, Then, UndecidedAnswer, VariableChange, Verdict,
};
use crate::paint::{BAD, BOLD, DIM, GOOD, NOTABLE, UNSURE, paint};

/// How the tree is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TreeStyle {
    /// Use colours.
    pub color: bool,
    /// Use signs beyond ASCII.
    pub unicode: bool,
    /// Show variables, resolved names, and conditions that hold.
    pub verbose: bool,
}

/// What a line is about; decides its sign and colour.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LineMark {
    Group,
    Ran,
    Skipped,
    Undecided,
    Failed,
    Restart,
    Note,
}

impl LineMark {
    fn sign(self, unicode: bool) -> &'static str {
        match (self, unicode) {
            (LineMark::Group, true) => "▸",
            (LineMark::Group, false) => ">",
            (LineMark::Ran, true) => "✓",
            (LineMark::Ran, false) => "+",
            (LineMark::Skipped, true) => "·",
            (LineMark::Skipped, false) => "-",
            (LineMark::Undecided, _) => "?",
            (LineMark::Failed, true) => "✗",
            (LineMark::Failed, false) => "x",
            (LineMark::Restart, true) => "↻",
            (LineMark::Restart, false) => "@",
            (LineMark::Note, _) => " ",
        }
    }

    /// How it is shown in a terminal.
    fn style(self) -> anstyle::Style {
        match self {
            LineMark::Group => BOLD,
            LineMark::Ran => GOOD,
            LineMark::Skipped | LineMark::Note => DIM,
            LineMark::Undecided => UNSURE,
            LineMark::Failed => BAD,
            LineMark::Restart => NOTABLE,
        }
    }
}

struct ReportTree {
    out: String,
    style: TreeStyle,
    /// Where reasons begin.
    column: usize,
    /// Whether a debugger keeps a failed run alive.
    alive: bool,
    /// How many groups around are entered.
    entered: u32,
}

/// The widest column of names; longer ones push their reason to the right.
const MAX_COLUMN: usize = 44;

/// The longest list of variables on one line, in characters.
const MAX_TOGETHER: usize = 90;

/// More variables that nobody knows than these stand on one line.
const MOST_UNKNOWN: usize = 6;

/// Some events as a tree, without a head and an end.
pub fn tree(events: &[Event], style: TreeStyle) -> String {
    let mut tree = ReportTree {
        out: String::new(),
        style,
        column: column(events),
        alive: false,
        entered: 0,
    };
    tree.events(events);
    tree.out
}

/// The same in a debugger, where a failure would end the run and does not.
pub fn debugged(events: &[Event], style: TreeStyle) -> String {
    let mut tree = ReportTree {
        out: String::new(),
        style,
        column: column(events),
        alive: true,
        entered: 0,
    };
    tree.events(events);
    tree.out
}

/// The run as a tree.
pub fn text(run: &Run, style: TreeStyle) -> String {
    let mut tree = ReportTree {
        out: String::new(),
        style,
        column: column(&run.events),
        alive: false,
        entered: 0,
    };
    let _ = writeln!(tree.out, "{} on {}\n", run.sequence, run.machine);
    tree.events(&run.events);
    tree.end(&Summary::of(&run.events), &run.events);
    tree.out
}

/// How wide names are, with their places in the tree; those far too long do not count.
fn column(events: &[Event]) -> usize {
    let width = |event: &Event| match event {
        Event::StepRan(ran) => wide(&ran.at),
        Event::Skipped { at, because } if !matches!(because, SkipReason::Group { .. }) => wide(at),
        Event::Undecided { at, .. }
        | Event::Failed { at, .. }
        | Event::NotReached { at, group: None } => wide(at),
        _ => 0,
    };
    events
        .iter()
        .map(width)
        .filter(|width| *width <= MAX_COLUMN)
        .max()
        .unwrap_or(0)
}

fn wide(at: &Location) -> usize {
    2 * at.depth as usize + 2 + at.name.chars().count()
}

impl ReportTree {
    fn events(&mut self, events: &[Event]) {
        let mut events = events.iter().peekable();
        while let Some(event) = events.next() {
            match event {
                Event::StepRan(ran) => {
                    // One line tells how it ended and what follows.
                    let failed = events.next_if(
                        |next| matches!(next, Event::Failed { at, .. } if at.path == ran.at.path),
                    );
                    let well = failed.is_none() && !events.peek().is_some_and(|next| fails(next));
                    self.ran(ran, well && ran.success, failed);
                }
                Event::NotReached { at, group } => {
                    let inside =
                        |event: &Event| matches!(event, Event::NotReached { group: Some(_), .. });
                    let inner = events.clone().take_while(|event| inside(event));
                    self.not_reached(at, group.is_some(), steps(inner));
                }
                other => self.event(other),
            }
        }
    }

    fn line(&mut self, depth: u32, mark: LineMark, name: &str, reason: &str) {
        let indent = "  ".repeat(depth as usize);
        let sign = mark.sign(self.style.unicode);
        // A name may hold anything; it stays on its line.
        let (name, reason) = (one_line(name), one_line(reason));
        let gap = self
            .column
            .saturating_sub(indent.len() + 2 + name.chars().count())
            + 2;
        let reason = if reason.is_empty() {
            String::new()
        } else {
            format!("{}{reason}", " ".repeat(gap))
        };
        let own = |text: &str| paint(text, mark.style(), self.style.color);
        let dim = |text: &str| paint(text, DIM, self.style.color);
        let shown = match mark {
            LineMark::Skipped => own(&format!("{sign} {name}{reason}")),
            LineMark::Group => format!("{sign} {}{}", own(&name), dim(&reason)),
            _ => format!("{} {name}{}", own(sign), dim(&reason)),
        };
        let _ = writeln!(self.out, "{indent}{shown}");
    }

    /// A line below a step.
    fn note(&mut self, depth: u32, mark: LineMark, text: &str) {
        let indent = "  ".repeat(depth as usize + 1);
        let (sign, text) = (mark.sign(self.style.unicode), one_line(text));
        let shown = paint(&format!("{sign} {text}"), mark.style(), self.style.color);
        let _ = writeln!(self.out, "{indent}{shown}");
    }

    fn event(&mut self, event: &Event) {
        match event {
            Event::GroupEntered { at, condition, .. } => {
                let reason = condition
                    .as_ref()
                    .filter(|_| self.style.verbose)
                    .map_or(String::new(), why);
                self.entered = at.depth + 1;
                self.line(at.depth, LineMark::Group, &at.name, &reason);
            }
            Event::GroupLeft { at, outcome } => {
                self.entered = at.depth;
                let reason = match outcome {
                    GroupOutcome::Completed => return,
                    GroupOutcome::Failed => "the group failed",
                    GroupOutcome::FailureIgnored => {
                        "the group failed, and the run goes on behind it"
                    }
                };
                self.line(at.depth, LineMark::Failed, &at.name, reason);
            }
            Event::StepRan(ran) => self.ran(ran, ran.success, None),
            Event::Skipped { at, because } => self.skipped(at, because),
            Event::NotReached { at, group } => self.not_reached(at, group.is_some(), 0),
            // The step's own lines say what became of its rules.
            Event::Undecided { about, .. } if about.starts_with("rule ") => {}
            Event::Undecided {
                at,
                about,
                taken,
                missing,
                explanation,
                changed,
            } => {
                let (taken, missing) = (taken_as(*taken), list(missing));
                let reason = format!("{about} undecided, {taken}: nobody said {missing}");
                self.line(at.depth, LineMark::Undecided, &at.name, &reason);
                let verbose = self.style.verbose;
                if let Some(explanation) = explanation.as_ref().filter(|_| verbose) {
                    self.remarks(at.depth, &explanation.operands);
                }
                if verbose {
                    self.open_behind(at.depth, changed);
                }
            }
            Event::Failed {
                at,
                exit_code,
                failure,
                then,
                ..
            } => {
                let reason = self.failure(*failure, *exit_code, then);
                self.fails(at, *failure, &reason);
            }
            Event::RestartRequested { .. } => self.restart(event),
            Event::Restarted { changed, .. } => self.restarted(changed),
            Event::Finished { .. } => {}
        }
    }

    /// What failed. Where its groups were not entered it has its path: below the line before, it
    /// would stand in a group that it is not in.
    fn fails(&mut self, at: &Location, failure: StepFailure, reason: &str) {
        if failure == StepFailure::DisabledSequence && at.depth > self.entered {
            self.line(self.entered, LineMark::Failed, &at.path, reason);
        } else {
            self.line(at.depth, LineMark::Failed, &at.name, reason);
        }
    }

    /// What a closer look shows of the variables that a restart changed.
    fn restarted(&mut self, changed: &[VariableChange]) {
        if self.style.verbose {
            self.changes(0, changed);
        }
    }

    /// What is remarked about the tests of a condition, each with the test as it was asked.
    fn remarks(&mut self, depth: u32, operands: &[Explained]) {
        for operand in operands {
            if !operand.remarks.is_empty() {
                let remarks = operand.remarks.join("; ");
                let text = format!("{}: {remarks}", operand.written);
                self.note(depth, LineMark::Note, &text);
            }
            self.remarks(depth, &operand.operands);
        }
    }

    /// Why something failed, and what follows.
    fn failure(&self, failure: StepFailure, exit_code: u32, then: &Then) -> String {
        let (why, then) = (failed(failure, exit_code), then_text(then, self.alive));
        format!("{why}; {then}")
    }

    fn restart(&mut self, event: &Event) {
        let Event::RestartRequested {
            at,
            target,
            cause,
            again,
            message,
            delay,
            refused,
            ..
        } = event
        else {
            return;
        };
        let cause = match cause {
            RestartCause::Step => "",
            RestartCause::ExitCode => ", asked for by the exit code",
            RestartCause::Variable => ", asked for by SMSTSRebootRequested",
        };
        let again = if *again {
            ", then the same step again"
        } else {
            ""
        };
        let text = format!("would restart into {target}{cause}{again}");
        self.note(at.depth, LineMark::Restart, &text);
        if let Some(why) = refused {
            self.note(at.depth, LineMark::Failed, why);
        }
        if !self.style.verbose {
            return;
        }
        let seconds = delay.map(|seconds| format!("shown for {seconds} s before"));
        let message = message.as_ref().map(|text| format!("message {text:?}"));
        let words: Vec<String> = message.into_iter().chain(seconds).collect();
        if !words.is_empty() {
            self.note(at.depth, LineMark::Note, &words.join(", "));
        }
    }

    fn ran(&mut self, ran: &StepRan, well: bool, then: Option<&Event>) {
        let unsure = ran.is_assumed() || undecided_rules(ran).next().is_some();
        let mark = match (well, unsure) {
            (false, _) => LineMark::Failed,
            (true, true) => LineMark::Undecided,
            (true, false) => LineMark::Ran,
        };
        let reasons = self.reasons(ran, then);
        let notes = if self.style.verbose {
            ran.did.iter().map(Deed::to_string).collect()
        } else {
            quiet(ran)
        };
        let depth = ran.at.depth;
        // What a step does alone, or sets, stands beside its name.
        if notes.len() == 1 && reasons.is_empty() {
            self.line(depth, mark, &ran.at.name, &notes.concat());
        } else {
            self.line(depth, mark, &ran.at.name, &reasons.join(", "));
            for line in &notes {
                self.note(depth, LineMark::Note, line);
            }
        }
        self.doubts(ran);
        for line in &ran.remarks {
            self.note(depth, LineMark::Note, line);
        }
        if self.style.verbose {
            self.details(ran);
        }
    }

    /// What stands beside the name of a step: how it ended and what follows.
    fn reasons(&self, ran: &StepRan, then: Option<&Event>) -> Vec<String> {
        let mut reasons = Vec::new();
        match then {
            Some(Event::Failed {
                exit_code,
                failure,
                then,
                ..
            }) => reasons.push(self.failure(*failure, *exit_code, then)),
            _ if ran.exit_code != 0 => reasons.push(format!("exit code {}", code(ran.exit_code))),
            _ => {}
        }
        if ran.attempt > 0 {
            reasons.push(format!("run {}", ran.attempt + 1));
        }
        if self.style.verbose && ran.seconds > 0 {
            reasons.push(format!("{} s", ran.seconds));
        }
        reasons
    }

    /// The list that a step went through, and what nobody could decide in it.
    fn doubts(&mut self, ran: &StepRan) {
        let depth = ran.at.depth;
        for item in &ran.list {
            let fault = item.fault.as_ref();
            let fault = fault.map_or(String::new(), |fault| format!(": {fault}"));
            let text = format!("{} = {}{fault}", item.variable, item.value);
            self.note(depth, LineMark::Note, &text);
        }
        for rule in undecided_rules(ran) {
            let taken = if rule.applied {
                "taken as true"
            } else {
                "not applied"
            };
            let (number, missing) = (rule.number, list(&rule.test.missing));
            let text = format!("rule {number} undecided, {taken}: nobody said {missing}");
            self.note(depth, LineMark::Undecided, &text);
        }
        if !ran.assumed.is_empty() {
            let text = format!("on an assumption: nobody said {}", list(&ran.assumed));
            self.note(depth, LineMark::Undecided, &text);
        }
    }

    /// What only a closer look needs.
    fn details(&mut self, ran: &StepRan) {
        let depth = ran.at.depth;
        if let Some(condition) = &ran.condition {
            self.note(
                depth,
                LineMark::Note,
                &format!("because {}", why(condition)),
            );
        }
        if let Some(place) = &ran.described_at {
            self.note(depth, LineMark::Note, &format!("as {place} describes it"));
        }
        for name in &ran.overridden {
            self.note(
                depth,
                LineMark::Note,
                &format!("the variable {name} counts, whatever the step says"),
            );
        }
        for resolved in &ran.resolved {
            self.note(
                depth,
                LineMark::Note,
                &format!("%{}% is {}", resolved.name, resolved.value),
            );
        }
        for rule in ran
            .rules
            .iter()
            .filter(|rule| rule.test.verdict != Verdict::Undecided)
        {
            let applied = if rule.applied {
                "applies"
            } else {
                "does not apply"
            };
            self.note(
                depth,
                LineMark::Note,
                &format!(
                    "rule {} {applied}: {}",
                    rule.number,
                    explained(&rule.test, true)
                ),
            );
        }
        self.changes(depth, &ran.changed);
    }

    /// What became of variables; many that nobody knows stand together.
    fn changes(&mut self, depth: u32, changed: &[VariableChange]) {
        let is_open = |change: &&VariableChange| matches!(change.after, Shown::Unknown(_));
        let (open, rest): (Vec<_>, Vec<_>) = changed.iter().partition(is_open);
        let many = open.len() > MOST_UNKNOWN;
        let told = if many { rest } else { changed.iter().collect() };
        for change in told {
            let text = format!("{} = {} (was {})", change.name, change.after, change.before);
            self.note(depth, LineMark::Note, &text);
        }
        if many {
            self.not_known(depth, &open);
        }
    }

    /// Variables that are not known behind what nobody could decide.
    fn open_behind(&mut self, depth: u32, changed: &[VariableChange]) {
        if changed.len() > MOST_UNKNOWN {
            return self.not_known(depth, &changed.iter().collect::<Vec<_>>());
        }
        for change in changed {
            let text = format!("{} is {} from here on", change.name, change.after);
            self.note(depth, LineMark::Note, &text);
        }
    }

    /// Many variables that nobody knows, on one line.
    fn not_known(&mut self, depth: u32, changed: &[&VariableChange]) {
        let names: Vec<&str> = changed.iter().map(|own| &*own.name).collect();
        let text = format!("not known from here on: {}", names.join(", "));
        self.note(depth, LineMark::Note, &text);
    }

    fn skipped(&mut self, at: &Location, because: &SkipReason) {
        let reason = match because {
            SkipReason::Disabled => "disabled".to_owned(),
            // The line before said it: nobody could decide.
            SkipReason::Condition { explanation } if explanation.verdict == Verdict::Undecided => {
                return;
            }
            SkipReason::Condition { explanation } => not_because(explanation, self.style.verbose),
            // The group's own line said it.
            SkipReason::Group { .. } if !self.style.verbose => return,
            SkipReason::Group { .. } => "its group is skipped".to_owned(),
            SkipReason::Environment { run_in } => format!("runs in {run_in} only"),
            // The line before said it.
            SkipReason::NotKnown { .. } => return,
        };
        self.line(at.depth, LineMark::Skipped, &at.name, &reason);
        if let SkipReason::Condition { explanation } = because
            && self.style.verbose
        {
            self.remarks(at.depth, &explanation.operands);
        }
    }

    /// A group that was not reached says how many steps it holds; a closer look shows them.
    fn not_reached(&mut self, at: &Location, inside: bool, steps: usize) {
        let reason = match (at.kind, steps) {
            (NodeKind::Step | NodeKind::Xml, _) | (_, 0) => "not reached".to_owned(),
            (_, 1) => "not reached, with 1 step".to_owned(),
            (_, steps) => format!("not reached, with {steps} steps"),
        };
        if self.style.verbose || !inside {
            self.line(at.depth, LineMark::Skipped, &at.name, &reason);
        }
    }

    fn end(&mut self, summary: &Summary, events: &[Event]) {
        let _ = writeln!(self.out, "\n{}", summary.sentence());
        if let Some(Event::Finished {
            post_action: Some(command),
            ..
        }) = events.last()
        {
            let _ = writeln!(
                self.out,
                "At the very end it would run: {}",
                one_line(command)
            );
        }
        if summary.undecided.is_empty() {
            return;
        }
        let _ = writeln!(self.out, "\nNobody could decide:");
        let mut told: Vec<&(String, Vec<String>)> = Vec::new();
        for one in &summary.undecided {
            if !told.contains(&one) {
                told.push(one);
                let _ = writeln!(self.out, "  {}: {}", one_line(&one.0), list(&one.1));
            }
        }
    }
}

/// How many steps there are among things that were not reached.
fn steps<'e>(events: impl Iterator<Item = &'e Event>) -> usize {
    let is_step = |event: &&Event| match event {
        Event::NotReached { at, .. } => matches!(at.kind, NodeKind::Step | NodeKind::Xml),
        _ => false,
    };
    events.filter(is_step).count()
}

/// What a step does, for a quick look: checks that passed are only counted, and a step that does
/// nothing else tells which variables it sets.
fn quiet(ran: &StepRan) -> Vec<String> {
    let passed = ran
        .did
        .iter()
        .filter(|deed| deed.ending == Ending::Passed)
        .count();
    let mut lines: Vec<String> = ran
        .did
        .iter()
        .filter(|deed| deed.ending != Ending::Passed)
        .map(Deed::to_string)
        .collect();
    if passed > 0 {
        lines.push(format!(
            "{passed} {} passed",
            if passed == 1 { "check" } else { "checks" }
        ));
    }
    if lines.is_empty() {
        let own = ran
            .changed
            .iter()
            .filter(|change| !change.name.starts_with('_'));
        let changes: Vec<String> = own
            .map(|change| format!("{} = {}", change.name, change.after))
            .collect();
        let together = changes.join(", ");
        let fits = !together.is_empty() && together.chars().count() <= MAX_TOGETHER;
        lines = if fits { vec![together] } else { changes };
    }
    lines
}

/// A text without line ends and other signs that would move a terminal's cursor.
fn one_line(text: &str) -> String {
    if !text.contains(char::is_control) {
        return text.to_owned();
    }
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

fn taken_as(taken: UndecidedAnswer) -> &'static str {
    match taken {
        UndecidedAnswer::False => "taken as false",
        UndecidedAnswer::True => "taken as true",
        UndecidedAnswer::Stop => "the run stops",
    }
}

fn list(missing: &[String]) -> String {
    if missing.is_empty() {
        "what is needed".to_owned()
    } else {
        missing.join(", ")
    }
}

/// Whether what follows a step makes it a failed one, whatever it ended with.
fn fails(next: &Event) -> bool {
    let Event::RestartRequested { refused, .. } = next else {
        return false;
    };
    refused.is_some()
}

pub(crate) fn failed(failure: StepFailure, exit_code: u32) -> String {
    match failure {
        StepFailure::ExitCode => format!("exit code {} is none of success", code(exit_code)),
        StepFailure::TimeOut => "it took longer than its time-out".to_owned(),
        StepFailure::TooOften => "it asked to run again too often".to_owned(),
        StepFailure::ReadOnly => "it sets a read-only variable".to_owned(),
        StepFailure::ValueTooLong => "it sets a value that is too long".to_owned(),
        StepFailure::MalformedList => "a member of its list is malformed".to_owned(),
        StepFailure::Environment => "it may not run in this environment".to_owned(),
        StepFailure::DisabledSequence => "the sequence that it runs is disabled".to_owned(),
        StepFailure::Interrupted => "the computer restarted while it ran".to_owned(),
        StepFailure::OddRestartRequest => {
            "in Windows PE the run goes on only behind a restart to HD or WinPE".to_owned()
        }
    }
}

/// The rules of a step that nobody could decide.
fn undecided_rules(ran: &StepRan) -> impl Iterator<Item = &RuleOutcome> {
    let rules = ran.rules.iter();
    rules.filter(|rule| rule.test.verdict == Verdict::Undecided)
}

fn then_text(then: &Then, alive: bool) -> String {
    match then {
        Then::NextStep => "it continues on error".to_owned(),
        Then::BehindGroup { path } => format!("the run goes on behind {path}"),
        Then::End if alive => "the sequence would end here".to_owned(),
        Then::End => "the sequence fails".to_owned(),
    }
}

/// Why a condition holds, with the lines of the machine file that say so.
pub(crate) fn why(explanation: &Explanation) -> String {
    parts(explanation.operands.iter(), true)
}

/// What made a condition false: only the operands that decided it.
pub(crate) fn why_not(explanation: &Explanation) -> String {
    not_because(explanation, true)
}

/// The same; the lines of the machine file only for a closer look.
fn not_because(explanation: &Explanation, places: bool) -> String {
    let decided = deciding_parts(explanation);
    if decided.is_empty() {
        return "its condition does not hold".to_owned();
    }
    parts(decided.into_iter(), places)
}

/// Operands of a condition in words.
fn parts<'e>(operands: impl Iterator<Item = &'e Explained>, places: bool) -> String {
    let parts = operands.map(|one| explained(one, places));
    parts.collect::<Vec<_>>().join("; ")
}

/// The operands that made a condition false.
fn deciding_parts(explanation: &Explanation) -> Vec<&Explained> {
    let mut decided = Vec::new();
    let operands = explanation.operands.iter();
    for operand in operands.filter(|operand| operand.verdict != Verdict::True) {
        deciding(operand, operand.verdict, &mut decided);
    }
    decided
}

/// Most parts of a reason that are shown; more would hide the first.
const MAX_PARTS: usize = 4;

/// Most facts of one test that are shown: a class may have hundreds of rows.
const MAX_FACTS: usize = 4;

fn deciding<'e>(operand: &'e Explained, verdict: Verdict, out: &mut Vec<&'e Explained>) {
    if out.len() >= MAX_PARTS {
        return;
    }
    if operand.operands.is_empty() {
        out.push(operand);
        return;
    }
    // Under `none` the members that hold decide, under the others those with the operator's own
    // verdict.
    let wanted = match (&*operand.written, verdict) {
        ("none", Verdict::False) => Verdict::True,
        ("none", Verdict::True) => Verdict::False,
        _ => verdict,
    };
    for member in operand
        .operands
        .iter()
        .filter(|member| member.verdict == wanted)
    {
        deciding(member, wanted, out);
    }
}

fn explained(operand: &Explained, places: bool) -> String {
    if !operand.operands.is_empty() {
        let parts = operand.operands.iter().map(|one| explained(one, places));
        let parts: Vec<String> = parts.collect();
        return format!("{}({})", operand.written, parts.join("; "));
    }
    let shown = operand.facts.iter().take(MAX_FACTS).map(|fact| {
        match fact.place.as_ref().filter(|_| places) {
            Some(place) => format!("{} is {} [{place}]", fact.what, fact.value),
            None => format!("{} is {}", fact.what, fact.value),
        }
    });
    let mut facts: Vec<String> = shown.collect();
    if operand.facts.len() > MAX_FACTS {
        facts.push(format!("and {} more", operand.facts.len() - MAX_FACTS));
    }
    if operand.verdict == Verdict::Undecided && !operand.missing.is_empty() {
        facts.push(format!("nobody said {}", operand.missing.join(", ")));
    }
    let facts = if facts.is_empty() {
        String::new()
    } else {
        format!(" ({})", facts.join(", "))
    };
    let verdict = match operand.verdict {
        Verdict::True => "holds",
        Verdict::False => "does not hold",
        Verdict::Undecided => "is undecided",
    };
    format!("{} {verdict}{facts}", operand.written)
}
