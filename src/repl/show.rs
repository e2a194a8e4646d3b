//! Looking: variables, reasons, XML, pages, the clock.

use std::{fmt::Write as _, time::Instant};

use super::{Answer, COMMANDS, Session, debug::place};
use crate::{
    diagnostic::{Code, nearest},
    emit,
    engine::{
        Event, Explanation, Location, Shown, SkipReason, StepFailure, StepRan, Then, Verdict,
        WouldRun,
    },
    model::{Node, Sequence},
    report::{self, TreeStyle},
    vocabulary::{self, Dialect, step_type},
    xml::XmlLayout,
};

impl Session {
    /// `:vars`
    pub(super) fn vars(&mut self, wanted: &str) -> Answer {
        let wanted = wanted.to_lowercase();
        let list = self.world.ask(|engine, _| {
            let fits = |name: &str| name.to_lowercase().contains(&wanted);
            let rows: Vec<(String, Shown)> = engine
                .variables()
                .shown()
                .filter(|(name, _)| fits(name))
                .map(|(name, shown)| (name.to_owned(), shown))
                .collect();
            rows
        });
        let list = match list {
            Ok(list) => list,
            Err(message) => return Answer::refused(message),
        };
        if list.is_empty() {
            return Answer::good(match wanted.is_empty() {
                true => "no variables yet".to_owned(),
                false => format!("no variable has {wanted} in its name"),
            });
        }
        let width = list
            .iter()
            .map(|(name, _)| name.chars().count())
            .max()
            .unwrap_or(0)
            .min(40);
        let mut out = String::new();
        for (name, shown) in list {
            let _ = match shown {
                Shown::Unknown(what) => {
                    writeln!(out, "{name:width$}  not known: nobody said {what}")
                }
                shown => writeln!(out, "{name:width$}  {shown}"),
            };
        }
        Answer::good(out)
    }

    /// `:set` alone: what was set by hand.
    pub(super) fn given(&self) -> Answer {
        if self.world.given.is_empty() {
            return Answer::good("nothing was set by hand; write `set NAME = value`");
        }
        let line = |one: &crate::engine::InitialVariable| {
            let value = if one.masked {
                Shown::Masked
            } else {
                Shown::Text(one.value.clone())
            };
            format!("{} = {value}\n", one.name)
        };
        Answer::good(self.world.given.iter().map(line).collect::<String>())
    }

    /// `:why`
    pub(super) fn why(&mut self, wanted: &str) -> Answer {
        if wanted.is_empty() {
            let events = std::sync::Arc::clone(&self.world.events);
            if events.is_empty() {
                return Answer::refused(
                    "nothing ran yet; `:why STEP` says whether a step would run now",
                );
            }
            let style = self.style(true);
            return Answer::good(
                events
                    .iter()
                    .map(|event| reason(event, style))
                    .collect::<String>(),
            );
        }
        let at = match self.find(wanted) {
            Ok(at) => at,
            Err(message) => return Answer::refused(message),
        };
        let would = self
            .world
            .engine(|engine, host| engine.would_run(at.instruction, host));
        match would {
            Ok(would) => Answer::good(would_run(&at, &would, self.style(true))),
            Err(message) => Answer::refused(message),
        }
    }

    /// `:xml`
    pub(super) fn xml(&mut self, wanted: &str) -> Answer {
        let sequence = std::sync::Arc::clone(&self.world.document.sequence);
        if sequence.nodes.is_empty() {
            return Answer::refused("there is no step yet");
        }
        if wanted == "all" {
            return Answer::good(emit::to_string(&sequence, XmlLayout::Pretty).replace('\r', ""));
        }
        let mut nodes: Vec<&Node> = Vec::new();
        sequence.walk(&mut |node, _| nodes.push(node));
        let node = if wanted.is_empty() {
            sequence.nodes.last()
        } else {
            match self.find(wanted) {
                // Groups and steps stand in the same order in both.
                Ok(at) => {
                    let places = self.world.engine(|engine, _| {
                        engine
                            .places()
                            .position(|(own, _)| own.instruction == at.instruction)
                    });
                    places
                        .ok()
                        .flatten()
                        .and_then(|index| nodes.get(index).copied())
                }
                Err(message) => return Answer::refused(message),
            }
        };
        let Some(node) = node else {
            return Answer::refused(
                "this step belongs to another sequence; `:xml all` shows this one",
            );
        };
        let alone = Sequence {
            nodes: vec![node.clone()],
            ..Sequence::clone(&sequence)
        };
        let text = emit::to_string(&alone, XmlLayout::Pretty).replace('\r', "");
        // Without the root element and its indentation.
        let lines: Vec<&str> = text.lines().collect();
        let inner = lines.get(1..lines.len().saturating_sub(1)).unwrap_or(&[]);
        let text: String = inner
            .iter()
            .map(|line| format!("{}\n", line.strip_prefix("  ").unwrap_or(line)))
            .collect();
        Answer::good(text)
    }

    /// `:explain`
    pub(super) fn explain(&mut self, wanted: &str) -> Answer {
        let code = match (wanted, self.last_code) {
            ("", None) => return Answer::refused("write `:explain CODE`; nothing was found yet"),
            ("", Some(last)) => last,
            (wanted, _) => wanted,
        };
        match Code::parse(code) {
            Some(code) => Answer::good(code.page()),
            None => {
                let near = nearest(code, Code::ALL.iter().map(|code| code.id()));
                let near = near.map_or(String::new(), |near| format!("; did you mean {near}?"));
                Answer::refused(format!("there is no code {code}{near}"))
            }
        }
    }

    /// `:time`
    pub(super) fn time(&mut self, entry: &str) -> Answer {
        if entry.is_empty() {
            let seconds = self.world.ask(|_, host| host.clock());
            return match seconds {
                Ok(seconds) => Answer::good(format!(
                    "{seconds} s since the run began, on the machine's clock"
                )),
                Err(message) => Answer::refused(message),
            };
        }
        let start = Instant::now();
        let mut answer = self.dispatch(entry);
        let took = start.elapsed();
        answer
            .text
            .push_str(&self.dim(&format!("took {:.1} ms", took.as_secs_f64() * 1000.0)));
        answer.text.push('\n');
        answer
    }

    /// `:help`
    pub(super) fn help(&mut self, wanted: &str) -> Answer {
        if wanted.is_empty() {
            return Answer::good(self.overview());
        }
        let name = wanted.trim_start_matches(':').trim_end_matches('!');
        if let Some(command) = COMMANDS.iter().find(|command| command.name == name) {
            return Answer::good(format!(
                ":{} {}\n  {}\n{}",
                command.name,
                command.arguments,
                command.help,
                indented(command.more)
            ));
        }
        if let Some(table) = [Dialect::ConfigMgr, Dialect::Mdt]
            .into_iter()
            .find_map(|own| step_type(name, own))
        {
            return Answer::good(vocabulary::step_text(table));
        }
        let names = COMMANDS
            .iter()
            .map(|command| command.name)
            .chain(vocabulary::step_keywords());
        let near =
            nearest(name, names).map_or(String::new(), |near| format!("; did you mean {near}?"));
        Answer::refused(format!("there is no help about {wanted}{near}"))
    }

    fn overview(&self) -> String {
        let mut out = String::from(
            "Type\n  \
             step \"NAME\" TYPE < … >      it runs at once, and is kept\n  \
             group \"NAME\" { … }          the same\n  \
             let NAME = …, param …       a name for what you type later\n  \
             Ring == \"pilot\" and …       a condition: its value, and why\n  \
             \"%Name% …\"                  a text with its variables\n  \
             set NAME = value            sets a variable; set masked NAME = value hides it\n  \
             run_command_line            a step type's properties\n\nCommands\n",
        );
        for command in COMMANDS {
            let name = format!(":{} {}", command.name, command.arguments);
            let _ = match name.chars().count() {
                ..28 => writeln!(out, "  {name:28}{}", command.help),
                _ => writeln!(out, "  {name}\n  {:28}{}", "", command.help),
            };
        }
        out.push_str(
            "\n:help COMMAND says more. An open bracket or block goes on in the next line.\n",
        );
        out
    }
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}\n")).collect()
}

/// Why something happened.
fn reason(event: &Event, style: TreeStyle) -> String {
    match event {
        Event::StepRan(ran) => step(ran, style),
        Event::GroupEntered { at, condition, .. } => {
            format!(
                "group {} was entered\n{}",
                place(at),
                because(condition.as_ref(), style)
            )
        }
        Event::Skipped { at, because } => {
            format!("{} was skipped\n{}", place(at), skipped(because, style))
        }
        Event::NotReached { at, .. } => format!("{} was not reached\n", place(at)),
        Event::Undecided {
            at, about, missing, ..
        } => {
            format!(
                "{}: {about} is undecided: nobody said {}\n",
                place(at),
                missing.join(", ")
            )
        }
        Event::Failed {
            at,
            exit_code,
            failure,
            then,
            ..
        } => failed(&place(at), *exit_code, *failure, then),
        Event::RestartRequested { .. }
        | Event::Restarted { .. }
        | Event::GroupLeft { .. }
        | Event::Finished { .. } => String::new(),
    }
}

/// Whether a step would run now, and what that rests on: of its groups only what may keep it back.
fn would_run(at: &Location, would: &WouldRun, style: TreeStyle) -> String {
    let place = place(at);
    let mut out = match would.verdict {
        Verdict::True => format!("{place} would run now\n"),
        Verdict::False => format!("{place} would not run now\n"),
        Verdict::Undecided => format!("nobody can tell whether {place} would run now\n"),
    };
    if let Some(child) = &would.in_vain {
        let _ = writeln!(
            out,
            "the run fails before its first step, at {}",
            self::place(child)
        );
    }
    for own in &would.lines {
        let name = self::place(&own.at);
        if own.disabled {
            let _ = writeln!(out, "{name} is disabled");
        }
        if own.disabled_sequence {
            let _ = writeln!(out, "the sequence that {name} runs is disabled");
        }
        if let Some(run_in) = &own.elsewhere {
            let _ = writeln!(out, "{name} runs in {run_in} only");
        }
        if own.let_in && (own.disabled || own.condition.is_some()) {
            let _ = writeln!(out, "{name} was let in before, and is not asked again");
            continue;
        }
        match &own.condition {
            Some(condition) => {
                let verdict = condition.verdict;
                let _ = writeln!(out, "the condition of {name} is {verdict} now");
                out.push_str(&report::explanation(condition, style));
            }
            None if own.at == *at => {
                let _ = writeln!(out, "{name} has no condition");
            }
            None => {}
        }
    }
    out
}

fn because(condition: Option<&Explanation>, style: TreeStyle) -> String {
    match condition {
        None => "  it has no condition\n".to_owned(),
        Some(explanation) => {
            format!(
                "  its condition is {}\n{}",
                explanation.verdict,
                report::explanation(explanation, style)
            )
        }
    }
}

fn skipped(because: &SkipReason, style: TreeStyle) -> String {
    match because {
        SkipReason::Disabled => "  it is disabled\n".to_owned(),
        SkipReason::Condition { explanation } => self::because(Some(explanation), style),
        SkipReason::Group { path } => format!("  its group was skipped: {path}\n"),
        SkipReason::Environment { run_in } => format!("  it runs in {run_in} only\n"),
        SkipReason::NotKnown { missing } => format!("  not known: {missing}\n"),
    }
}

fn failed(place: &str, exit_code: u32, failure: StepFailure, then: &Then) -> String {
    let why = match failure {
        StepFailure::ExitCode => {
            format!("exit code {exit_code} (0x{exit_code:08X}) is none of its success codes")
        }
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
    };
    let then = match then {
        Then::NextStep => "it continues on error".to_owned(),
        Then::BehindGroup { path } => {
            format!("{path} continues on error, and the run goes on behind it")
        }
        Then::End => "nothing around it continues on error".to_owned(),
    };
    format!("{place} failed: {why}\n  {then}\n")
}

fn step(ran: &StepRan, style: TreeStyle) -> String {
    let mut out = format!(
        "{} ran\n{}",
        place(&ran.at),
        because(ran.condition.as_ref(), style)
    );
    let mut note = |text: String| out.push_str(&format!("  {text}\n"));
    for resolved in &ran.resolved {
        note(format!("%{}% was {}", resolved.name, resolved.value));
    }
    for name in &ran.overridden {
        note(format!("{name} counted, whatever the step says"));
    }
    for rule in &ran.rules {
        let applied = if rule.applied {
            "applied"
        } else {
            "did not apply"
        };
        note(format!("rule {} {applied}", rule.number));
        if rule.test.verdict != Verdict::True || !rule.test.facts.is_empty() {
            report::explained(&rule.test, style)
                .lines()
                .for_each(|line| note(line.to_owned()));
        }
    }
    for change in &ran.changed {
        note(format!(
            "{} was {} and is {}",
            change.name, change.before, change.after
        ));
    }
    if let Some(place) = &ran.described_at {
        note(format!("it ended as {place} describes it"));
    }
    if ran.has_assumed_end() {
        note("nobody said how it ends; it was assumed to succeed".to_owned());
    }
    for assumed in &ran.assumed {
        note(format!("nobody said {assumed}; it was assumed to be well"));
    }
    ran.remarks.iter().for_each(|remark| note(remark.clone()));
    out
}
