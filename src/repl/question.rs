//! Conditions, values and names: what they come to now, and why.

use serde_json::{Value as Json, json};

use super::{
    Answer, Session,
    document::{INPUT, moved},
    entry::STATEMENTS,
};
use crate::{
    compile::Compiled,
    diagnostic::{Code, Finding, nearest},
    engine::{Expanded, Explanation, Shown, Verdict},
    model::{Condition, Node},
    report,
    source::{FileId, Sources, Span},
    syntax,
    vocabulary::{self, Dialect, built_ins, step_type},
};

/// What was asked, as far as it could be understood.
#[derive(Debug)]
pub enum Asked {
    /// An answer, and warnings ready to be shown.
    Reply(Reply, String),
    /// What is wrong with it, ready to be shown.
    Refused(String),
}

/// An answer to a question.
#[derive(Debug)]
pub enum Reply {
    /// A condition and why it holds or not.
    Condition(Explanation),
    /// A text and what went into it.
    Text(Expanded),
    /// Something else, in words: a definition, the help of a step type.
    Words(String),
}

impl Reply {
    /// The answer to a condition; `None` for anything else.
    pub fn verdict(&self) -> Option<Verdict> {
        match self {
            Reply::Condition(explanation) => Some(explanation.verdict),
            _ => None,
        }
    }

    /// Facts that would have been needed.
    pub fn missing(&self) -> Vec<String> {
        match self {
            Reply::Condition(explanation) => explanation.missing(),
            Reply::Text(expanded) => expanded.missing.clone(),
            Reply::Words(_) => Vec::new(),
        }
    }

    /// The answer for programs.
    pub fn json(&self, expression: &str) -> Json {
        match self {
            Reply::Condition(explanation) => json!({
                "format_version": 1,
                "expression": expression,
                "verdict": explanation.verdict,
                "missing": explanation.missing(),
                "operands": explanation.operands,
            }),
            Reply::Text(expanded) => json!({
                "format_version": 1,
                "expression": expression,
                "value": expanded.text,
                "missing": expanded.missing,
                "resolved": expanded.resolved,
            }),
            Reply::Words(words) => {
                json!({ "format_version": 1, "expression": expression, "value": words.trim_end() })
            }
        }
    }
}

/// What stands around a condition that is asked for: a step of no known type, so that nothing but
/// the condition counts.
pub(super) const CONDITION: &str = "step \"question\" \"question\" < action: \"\" > when ";

/// What stands around a value.
const VALUE: (&str, &str) = ("step \"question\" \"question\" < action: ", " >");

impl Session {
    /// Answers what is no statement and no command.
    pub(super) fn question(&mut self, entry: &str) -> Answer {
        match self.ask(entry) {
            Asked::Reply(reply, warnings) => Answer::good(warnings + &self.words(&reply)),
            Asked::Refused(text) => Answer::refused(text),
        }
    }

    /// An answer for people.
    pub fn words(&self, reply: &Reply) -> String {
        let style = self.style(true);
        match reply {
            Reply::Condition(explanation) => {
                format!(
                    "{}\n{}",
                    explanation.verdict,
                    report::explanation(explanation, style)
                )
            }
            Reply::Text(expanded) => {
                let mut out = format!("{}\n", Shown::Text(expanded.text.clone()));
                for one in &expanded.resolved {
                    let given = match &one.value {
                        Shown::Unknown(what) => format!("stays as it is: nobody said {what}"),
                        Shown::Nothing => "stays as it is: nobody defines it".to_owned(),
                        value => format!("is {value}"),
                    };
                    out.push_str(&self.dim(&format!("  %{}% {given}", one.name)));
                    out.push('\n');
                }
                out
            }
            Reply::Words(words) => words.clone(),
        }
    }

    /// Answers a condition, a value or a name.
    pub fn ask(&mut self, entry: &str) -> Asked {
        let entry = entry.trim();
        if let Some(name) = single(entry) {
            return self.name(&name, entry);
        }
        let literal = entry.starts_with(['"', '\'', '[', '-'])
            || entry.starts_with(|c: char| c.is_ascii_digit());
        if literal {
            return self.value(entry);
        }
        let (compiled, offset) = self.around((CONDITION, ""), entry);
        if let Some(condition) = condition_of(&compiled) {
            let warnings = self.warnings(&compiled, entry, offset);
            return self.condition(condition, warnings);
        }
        let call = entry.starts_with("${")
            || entry
                .find('(')
                .is_some_and(|at| single(&entry[..at]).is_some());
        let operator = ["all", "any", "none", "not"]
            .iter()
            .any(|word| entry.starts_with(word));
        if call && !operator {
            return self.value(entry);
        }
        if let Some(text) = self.meant_statement(entry) {
            return Asked::Refused(text);
        }
        let sources = one_source(entry);
        let mut findings = shown(&compiled, entry, offset);
        for finding in &mut findings {
            if finding.code == Code::AssignForCompare
                && single(entry.split('=').next().unwrap_or("").trim()).is_some()
            {
                finding.help = Some("`==` compares; `set NAME = value` sets a variable".to_owned());
            }
        }
        Asked::Refused(self.render(&findings, &sources))
    }

    fn condition(&mut self, condition: Condition, warnings: String) -> Asked {
        let dialect = self.world.document.sequence.dialect;
        match self
            .world
            .ask(|engine, host| engine.explain(&condition, dialect, host))
        {
            Ok(explanation) => Asked::Reply(Reply::Condition(explanation), warnings),
            Err(message) => Asked::Refused(format!("{message}\n")),
        }
    }

    fn value(&mut self, entry: &str) -> Asked {
        let (compiled, offset) = self.around(VALUE, entry);
        let found = match compiled.sequence.nodes.as_slice() {
            [Node::Step(step)] if compiled.is_good() => {
                step.action.as_ref().map(|action| action.value.clone())
            }
            _ => None,
        };
        if let Some(text) = found {
            return match self.world.ask(|engine, host| engine.expand(&text, host)) {
                Ok(expanded) => Asked::Reply(Reply::Text(expanded), String::new()),
                Err(message) => Asked::Refused(format!("{message}\n")),
            };
        }
        let sources = one_source(entry);
        let findings = shown(&compiled, entry, offset);
        let wrong = findings
            .iter()
            .all(|finding| finding.code == Code::WrongType);
        if wrong && let Some(words) = self.constant(entry) {
            return Asked::Reply(Reply::Words(words), String::new());
        }
        Asked::Refused(self.render(&findings, &sources))
    }

    /// A value that is no text: it stands for itself, if a name could be given to it.
    fn constant(&self, entry: &str) -> Option<String> {
        let (compiled, _) = self.around(("let question = ", ""), entry);
        compiled.is_good().then(|| format!("{entry}\n"))
    }

    /// What is worth knowing about a condition that is none the less one.
    fn warnings(&mut self, compiled: &Compiled, entry: &str, offset: usize) -> String {
        let end = offset + entry.len();
        let here = |finding: &&Finding| {
            let range = finding.span().range();
            range.start >= offset && range.end <= end && finding.code != Code::VariableNeverSet
        };
        let place = |span: Span| {
            let at = |byte: u32| (byte as usize).clamp(offset, end) - offset;
            Span::new(FileId(0), at(span.start) as u32, at(span.end) as u32)
        };
        let found: Vec<Finding> = compiled
            .findings
            .iter()
            .filter(here)
            .map(|finding| moved(finding, &place))
            .collect();
        self.render(&found, &one_source(entry))
    }

    /// Compiles an entry with something around it, behind the names that are defined. Also gives
    /// where the entry stands.
    fn around(&self, (before, behind): (&str, &str), entry: &str) -> (Compiled, usize) {
        let mut text = self.world.document.prefix();
        text.push_str(before);
        let offset = text.len();
        text.push_str(entry);
        text.push_str(behind);
        text.push('\n');
        (self.world.document.compile(&text), offset)
    }

    /// A name alone: a step type, a compile-time name, a variable.
    fn name(&mut self, name: &str, entry: &str) -> Asked {
        let words = |text: String| Asked::Reply(Reply::Words(text), String::new());
        let table = [Dialect::ConfigMgr, Dialect::Mdt]
            .into_iter()
            .find_map(|dialect| step_type(name, dialect));
        if let Some(table) = table {
            return words(vocabulary::step_text(table));
        }
        let declarations = &self.world.document.declarations;
        if let Some(own) = declarations.iter().find(|own| own.name == name) {
            let text = format!("{}\n", own.text);
            return match self.value(entry) {
                Asked::Refused(_) | Asked::Reply(Reply::Words(_), _) => words(text),
                reply => reply,
            };
        }
        let held = match self.world.ask(|engine, _| engine.shown(name)) {
            Ok(held) => held,
            Err(message) => return Asked::Refused(format!("{message}\n")),
        };
        match held {
            Shown::Unknown(what) => return words(format!("not known: nobody said {what}\n")),
            Shown::Nothing => {}
            value => return words(format!("{value}\n")),
        }
        if let Some(own) = built_ins()
            .iter()
            .find(|own| own.name.eq_ignore_ascii_case(name))
        {
            return words(format!("{} is not set\n  {}\n", own.name, own.help));
        }
        if let Some(own) = vocabulary::conditions()
            .condition
            .iter()
            .find(|own| own.keyword.word() == name)
        {
            return words(format!(
                "{}: {}\n  {}\n  {}\n",
                own.keyword, own.label, own.written, own.help
            ));
        }
        Asked::Refused(self.unknown_name(name))
    }

    /// What to say of a name that nothing has.
    fn unknown_name(&self, name: &str) -> String {
        let state = &self.world.state;
        let declarations = self.world.document.declarations.iter();
        let mut known: Vec<&str> = vocabulary::step_keywords().collect();
        known.extend(declarations.map(|own| own.name.as_str()));
        known.extend(state.variables().shown().map(|(name, _)| name));
        known.extend(STATEMENTS);
        let near =
            nearest(name, known).map_or(String::new(), |near| format!("; did you mean {near}?"));
        format!("there is no step type, name or variable {name}{near}\n")
    }

    /// What to say to an entry that was to be a statement.
    fn meant_statement(&mut self, entry: &str) -> Option<String> {
        let first = entry
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .next()?;
        let rest = entry[first.len()..].trim_start();
        if rest.starts_with('<') && step_type(first, Dialect::ConfigMgr).is_some() {
            return Some(format!("a step has a name: step \"NAME\" {first} < … >\n"));
        }
        let tests = vocabulary::conditions()
            .condition
            .iter()
            .map(|own| own.keyword.word());
        let near = nearest(first, STATEMENTS.iter().copied().chain(tests))?;
        let said = near != first && rest.starts_with(['"', '\'']);
        said.then(|| format!("there is no statement or test {first}; did you mean {near}?\n"))
    }
}

/// A name, when an entry is nothing else.
fn single(entry: &str) -> Option<String> {
    let plain = entry.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && entry.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let inner = entry
        .strip_prefix('`')
        .and_then(|rest| rest.strip_suffix('`'));
    let quoted =
        inner.is_some_and(|inner| !inner.is_empty() && !inner.replace("``", "").contains('`'));
    let constant = matches!(entry, "true" | "false" | "absent");
    ((plain && !constant) || quoted).then(|| syntax::name_text(entry).into_owned())
}

fn condition_of(compiled: &Compiled) -> Option<Condition> {
    match compiled.sequence.nodes.as_slice() {
        [Node::Step(step)] if compiled.is_good() => step.common.condition.clone(),
        _ => None,
    }
}

fn one_source(entry: &str) -> Sources {
    let mut sources = Sources::new();
    sources.add(INPUT, entry);
    sources
}

/// Errors at places of the entry; what is about anything around it points to the whole entry.
fn shown(compiled: &Compiled, entry: &str, offset: usize) -> Vec<Finding> {
    let end = offset + entry.len();
    let place = |span: Span| {
        let range = span.range();
        if range.start >= end {
            return Span::at(FileId(0), entry.len() as u32);
        }
        if range.start < offset || span.file != FileId(0) {
            return Span::new(FileId(0), 0, entry.len() as u32);
        }
        Span::new(
            FileId(0),
            (range.start - offset) as u32,
            (range.end.min(end) - offset) as u32,
        )
    };
    let errors = compiled
        .findings
        .iter()
        .filter(|finding| finding.is_error());
    let mut found: Vec<Finding> = errors
        .map(|finding| {
            let mut finding = moved(finding, &place);
            // A place around the entry is nothing that was typed.
            let mut first = true;
            finding
                .labels
                .retain(|label| std::mem::replace(&mut first, false) || !label.span.is_empty());
            finding
        })
        .collect();
    if found.is_empty() {
        let span = Span::new(FileId(0), 0, entry.len() as u32);
        found.push(Finding::new(
            Code::Syntax,
            span,
            "this is no condition, value, statement or command",
        ));
    }
    found
}
