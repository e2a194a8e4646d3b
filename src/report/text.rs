//! The tree for a terminal: a line a step, with the reason behind it.

use std::fmt::Write as _;

use super::{Run, Summary};
use crate::engine::{
    At, Because, Event, Explained, Explanation, Failure, GroupOutcome, RestartCause, StepRan, Taken, Then, Verdict,
};

/// How the tree is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Use colours.
    pub color: bool,
    /// Use signs beyond ASCII.
    pub unicode: bool,
    /// Show variables, resolved names, and conditions that hold.
    pub verbose: bool,
}

/// What a line is about; decides its sign and colour.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Group,
    Ran,
    Skipped,
    Undecided,
    Failed,
    Restart,
    Note,
}

impl Mark {
    fn sign(self, unicode: bool) -> &'static str {
        match (self, unicode) {
            (Mark::Group, true) => "▸",
            (Mark::Group, false) => ">",
            (Mark::Ran, true) => "✓",
            (Mark::Ran, false) => "+",
            (Mark::Skipped, true) => "·",
            (Mark::Skipped, false) => "-",
            (Mark::Undecided, _) => "?",
            (Mark::Failed, true) => "✗",
            (Mark::Failed, false) => "x",
            (Mark::Restart, true) => "↻",
            (Mark::Restart, false) => "@",
            (Mark::Note, _) => " ",
        }
    }

    /// The colour's number in a terminal.
    fn color(self) -> u8 {
        match self {
            Mark::Group => 1,
            Mark::Ran => 32,
            Mark::Skipped | Mark::Note => 90,
            Mark::Undecided => 33,
            Mark::Failed => 31,
            Mark::Restart => 36,
        }
    }
}

struct Tree {
    out: String,
    style: Style,
}

/// The run as a tree.
pub fn text(run: &Run, style: Style) -> String {
    let mut tree = Tree { out: String::new(), style };
    let _ = writeln!(tree.out, "{} on {}\n", run.sequence, run.machine);
    for event in &run.events {
        tree.event(event);
    }
    tree.end(&Summary::of(&run.events));
    tree.out
}

/// Some events as lines of the tree, without a head and a summary.
pub fn lines(events: &[Event], style: Style) -> String {
    let mut tree = Tree { out: String::new(), style };
    events.iter().for_each(|event| tree.event(event));
    tree.out
}

impl Tree {
    fn line(&mut self, depth: u32, mark: Mark, name: &str, reason: &str) {
        let indent = "  ".repeat(depth as usize);
        let sign = mark.sign(self.style.unicode);
        let reason = if reason.is_empty() { String::new() } else { format!("  {reason}") };
        let quiet = mark == Mark::Skipped || mark == Mark::Note;
        let _ = match (self.style.color, quiet) {
            (false, _) => writeln!(self.out, "{indent}{sign} {name}{reason}"),
            (true, true) => writeln!(self.out, "{indent}\x1b[{}m{sign} {name}{reason}\x1b[0m", mark.color()),
            (true, false) => {
                writeln!(self.out, "{indent}\x1b[{}m{sign}\x1b[0m {name}\x1b[90m{reason}\x1b[0m", mark.color())
            }
        };
    }

    fn note(&mut self, depth: u32, text: &str) {
        self.line(depth + 1, Mark::Note, text, "");
    }

    fn event(&mut self, event: &Event) {
        match event {
            Event::GroupEntered { at, condition } => {
                let reason = condition.as_ref().filter(|_| self.style.verbose).map_or(String::new(), why);
                self.line(at.depth, Mark::Group, &at.name, &reason);
            }
            Event::GroupLeft { at, outcome } => match outcome {
                GroupOutcome::Completed => {}
                GroupOutcome::Failed => self.line(at.depth, Mark::Failed, &at.name, "the group failed"),
                GroupOutcome::FailureIgnored => {
                    self.line(at.depth, Mark::Failed, &at.name, "the group failed, and the run goes on behind it");
                }
            },
            Event::StepRan(ran) => self.ran(ran),
            Event::Skipped { at, because } => self.skipped(at, because),
            Event::Undecided { at, about, taken, missing, .. } => {
                let taken = match taken {
                    Taken::False => "taken as false",
                    Taken::True => "taken as true",
                    Taken::Stop => "the run stops",
                };
                let reason = format!("{about} undecided, {taken}: nobody said {}", list(missing));
                self.line(at.depth, Mark::Undecided, &at.name, &reason);
            }
            Event::Failed { at, exit_code, failure, then } => {
                let reason = format!("{}; {}", failed(*failure, *exit_code), then_text(then));
                self.line(at.depth, Mark::Failed, &at.name, &reason);
            }
            Event::RestartRequested { at, target, cause, again, .. } => {
                let cause = match cause {
                    RestartCause::Step => "",
                    RestartCause::ExitCode => ", asked for by the exit code",
                    RestartCause::Variable => ", asked for by SMSTSRebootRequested",
                };
                let again = if *again { ", then the same step again" } else { "" };
                self.line(at.depth, Mark::Restart, &at.name, &format!("would restart into {target}{cause}{again}"));
            }
            Event::Finished { .. } => {}
        }
    }

    fn ran(&mut self, ran: &StepRan) {
        let depth = ran.at.depth;
        let mut reason = String::new();
        if ran.exit_code != 0 {
            reason = format!("exit code {}", code(ran.exit_code));
        }
        let mark = if ran.success { Mark::Ran } else { Mark::Failed };
        self.line(depth, mark, &ran.at.name, &reason);
        for line in &ran.did {
            self.note(depth, line);
        }
        for item in &ran.list {
            let fault = item.fault.as_ref().map_or(String::new(), |fault| format!(": {fault}"));
            self.note(depth, &format!("{} = {}{fault}", item.variable, item.value));
        }
        for line in &ran.assumed {
            self.note(depth, &format!("assumed; nobody said {line}"));
        }
        for line in &ran.remarks {
            self.note(depth, line);
        }
        for change in &ran.changed {
            let before = if self.style.verbose { format!(" (was {})", change.before) } else { String::new() };
            self.note(depth, &format!("{} = {}{before}", change.name, change.after));
        }
        if !self.style.verbose {
            return;
        }
        if let Some(condition) = &ran.condition {
            self.note(depth, &format!("because {}", why(condition)));
        }
        for resolved in &ran.resolved {
            self.note(depth, &format!("%{}% is {}", resolved.name, resolved.value));
        }
        for rule in ran.rules.iter().filter(|rule| rule.test.verdict != Verdict::Undecided) {
            let applied = if rule.applied { "applies" } else { "does not apply" };
            self.note(depth, &format!("rule {} {applied}: {}", rule.number, explained(&rule.test)));
        }
    }

    fn skipped(&mut self, at: &At, because: &Because) {
        let reason = match because {
            Because::Disabled => "disabled".to_owned(),
            // The line before said it: nobody could decide.
            Because::Condition { explanation } if explanation.verdict == Verdict::Undecided => return,
            Because::Condition { explanation } => why_not(explanation),
            // The group's own line said it.
            Because::Group { .. } if !self.style.verbose => return,
            Because::Group { .. } => "its group is skipped".to_owned(),
            Because::Environment { run_in } => format!("runs in {run_in} only"),
            Because::NotKnown { missing } => format!("not known: {missing}"),
        };
        self.line(at.depth, Mark::Skipped, &at.name, &reason);
    }

    fn end(&mut self, summary: &Summary) {
        let count = |number: usize, word: &str| format!("{number} {word}");
        let parts = [
            count(summary.ran, "ran"),
            count(summary.skipped, "skipped"),
            count(summary.failed, "failed"),
            count(summary.undecided.len(), "undecided"),
            format!("{} {}", summary.restarts, if summary.restarts == 1 { "restart" } else { "restarts" }),
        ];
        let result = match (summary.result.as_str(), &summary.cause) {
            ("success", _) => "Success".to_owned(),
            ("failed", Some(cause)) => format!("Failed at {cause} with {}", code(summary.code)),
            ("failed", None) => format!("Failed with {}", code(summary.code)),
            ("stopped", _) => "Stopped at what nobody could decide".to_owned(),
            _ => "Not finished".to_owned(),
        };
        let _ = writeln!(self.out, "\n{result}: {}.", parts.join(", "));
        if !summary.undecided.is_empty() {
            let _ = writeln!(self.out, "\nNobody could decide:");
            for (path, missing) in &summary.undecided {
                let _ = writeln!(self.out, "  {path}: {}", list(missing));
            }
        }
    }
}

fn list(missing: &[String]) -> String {
    if missing.is_empty() { "what is needed".to_owned() } else { missing.join(", ") }
}

/// A code as people look for it: small ones in decimal, others in hexadecimal beside it.
fn code(code: u32) -> String {
    if code < 0x1_0000 { code.to_string() } else { format!("{code} (0x{code:08X})") }
}

fn failed(failure: Failure, exit_code: u32) -> String {
    match failure {
        Failure::ExitCode => format!("exit code {} is none of success", code(exit_code)),
        Failure::TimeOut => "it took longer than its time-out".to_owned(),
        Failure::TooOften => "it asked to run again too often".to_owned(),
        Failure::ReadOnly => "it sets a read-only variable".to_owned(),
        Failure::MalformedList => "a member of its list is malformed".to_owned(),
        Failure::Environment => "it may not run in this environment".to_owned(),
        Failure::DisabledSequence => "the sequence that it runs is disabled".to_owned(),
        Failure::Interrupted => "the computer restarted while it ran".to_owned(),
    }
}

fn then_text(then: &Then) -> String {
    match then {
        Then::NextStep => "it continues on error".to_owned(),
        Then::BehindGroup { path } => format!("the run goes on behind {path}"),
        Then::End => "the sequence fails".to_owned(),
    }
}

/// Why a condition holds.
fn why(explanation: &Explanation) -> String {
    let parts: Vec<String> = explanation.operands.iter().map(explained).collect();
    parts.join("; ")
}

/// What made a condition false: only the operands that decided it.
fn why_not(explanation: &Explanation) -> String {
    let mut decided = Vec::new();
    for operand in explanation.operands.iter().filter(|operand| operand.verdict != Verdict::True) {
        deciding(operand, operand.verdict, &mut decided);
    }
    if decided.is_empty() { "its condition does not hold".to_owned() } else { decided.join("; ") }
}

/// Most parts of a reason that are shown; more would hide the first.
const MAX_PARTS: usize = 4;

fn deciding(operand: &Explained, verdict: Verdict, out: &mut Vec<String>) {
    if out.len() >= MAX_PARTS {
        return;
    }
    if operand.operands.is_empty() {
        out.push(explained(operand));
        return;
    }
    // Under `none` the members that hold decide, under the others those with the operator's own verdict.
    let wanted = match (&*operand.written, verdict) {
        ("none", Verdict::False) => Verdict::True,
        ("none", Verdict::True) => Verdict::False,
        _ => verdict,
    };
    for member in operand.operands.iter().filter(|member| member.verdict == wanted) {
        deciding(member, wanted, out);
    }
}

fn explained(operand: &Explained) -> String {
    if !operand.operands.is_empty() {
        let parts: Vec<String> = operand.operands.iter().map(explained).collect();
        return format!("{}({})", operand.written, parts.join("; "));
    }
    let mut facts: Vec<String> = operand.facts.iter().map(|fact| format!("{} is {}", fact.what, fact.value)).collect();
    if operand.verdict == Verdict::Undecided && !operand.missing.is_empty() {
        facts.push(format!("nobody said {}", operand.missing.join(", ")));
    }
    let facts = if facts.is_empty() { String::new() } else { format!(" ({})", facts.join(", ")) };
    let verdict = match operand.verdict {
        Verdict::True => "holds",
        Verdict::False => "does not hold",
        Verdict::Undecided => "is undecided",
    };
    format!("{} {verdict}{facts}", operand.written)
}
