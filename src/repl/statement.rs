//! Statements: what is declared is kept, what can run runs at once.

use std::ops::Range;

use super::{
    Answer, Session,
    debug::{StopReason, Went},
    document::{Draft, located},
};
use crate::{
    diagnostic::{Code, Finding},
    model::{Assigned, Sequence, Value},
    source::FileId,
    syntax::{self, Node, SyntaxKind},
};

impl Session {
    /// Compiles an entry behind the session's text, keeps it, and runs what is new.
    pub(super) fn statement(&mut self, entry: &str) -> Answer {
        let draft = self.world.document.draft(entry);
        let compiled = self.world.document.compile(&draft.text);
        let (mut findings, sources) = located(&compiled, &draft, &self.world.document.name);
        if !findings.iter().any(Finding::is_error) {
            let state = &self.world.state;
            findings.retain(|finding| {
                // What was set by hand is set.
                finding.code != Code::VariableNeverSet
                    || !names_of(sources.text(finding.span()))
                        .any(|name| state.variables().get(name).is_some())
            });
        }
        let shown = self.render(&findings, &sources);
        if findings.iter().any(Finding::is_error) {
            return Answer::refused(shown);
        }
        self.commit(draft, compiled, shown)
    }

    fn commit(
        &mut self,
        draft: Draft,
        mut compiled: crate::compile::Compiled,
        mut shown: String,
    ) -> Answer {
        let mut text = draft.text.clone();
        if self.hide_masked(&mut text, &compiled.sequence, &draft.entry) {
            // The session's text never holds what must not be shown: `:save` writes it.
            compiled = self.world.document.compile(&text);
            if !compiled.is_good() {
                return Answer::refused(
                    "a masked value is written `masked NAME = secret(\"NAME\")`, or set with `set`",
                );
            }
            if let Some((without, names)) = self.without_secrets(&text) {
                compiled = self.world.document.compile(&without);
                text = without;
                shown.push_str(&format!(
                    "forgotten, because it held a masked value: {}\n",
                    names.join(", ")
                ));
            }
        }
        // What cannot run is not kept.
        if let Err(message) = self.get_secrets(&compiled.sequence) {
            return Answer::refused(message);
        }
        let before = self.world.document.sequence.nodes.len();
        let start = self.world.state.next();
        let old_end = self.world.length;
        let grown = compiled.sequence.nodes.len() > before;
        let renamed = defined_in(&compiled.tree, &draft.entry);
        self.world.document.take(&text, compiled);
        self.world.refresh();
        self.world.changed();
        if !grown {
            if let Err(message) = self.world.engine(|_, _| ()) {
                return Answer::refused(message);
            }
            let said = renamed
                .into_iter()
                .map(|line| format!("{line}\n"))
                .collect::<String>();
            return Answer::good(format!("{shown}{said}"));
        }
        self.run_new(start, old_end, shown)
    }

    /// Puts `secret("NAME")` in the place of every masked value in a part of a text; the run knows
    /// the values. Whether there was one.
    pub(super) fn hide_masked(
        &mut self,
        text: &mut String,
        sequence: &Sequence,
        part: &Range<usize>,
    ) -> bool {
        let mut masked = masked_values(sequence, part);
        for (_, name, value) in &mut masked {
            *name = self.secret_name(name, value);
            self.hidden.add(value);
            self.world.secrets.push((name.clone(), value.clone()));
        }
        for (range, name, _) in masked.iter().rev() {
            text.replace_range(range.clone(), &format!("secret(\"{name}\")"));
        }
        !masked.is_empty()
    }

    /// A name for a secret that no other value has.
    fn secret_name(&self, wanted: &str, value: &str) -> String {
        let free = |name: &String| {
            self.world
                .secrets
                .iter()
                .all(|(own, held)| own != name || held == value)
        };
        let numbered = (2..).map(|number| format!("{wanted}{number}"));
        std::iter::once(wanted.to_owned())
            .chain(numbered)
            .find(free)
            .unwrap_or_default()
    }

    /// A session's text without the definitions that hold a masked value, where it can do without
    /// them.
    fn without_secrets(&self, text: &str) -> Option<(String, Vec<String>)> {
        let parsed = syntax::parse(text, FileId(0));
        let defines =
            |node: &Node<'_>| matches!(node.kind(), SyntaxKind::Param | SyntaxKind::Binding);
        let definitions: Vec<Node<'_>> = parsed.tree.root().children().filter(defines).collect();
        let (mut kept, mut names) = (text.to_owned(), Vec::new());
        for node in definitions
            .iter()
            .rev()
            .filter(|node| self.hidden.are_in(node.text()))
        {
            let mut less = kept.clone();
            less.replace_range(node.span().range(), "");
            if self.world.document.compile(&less).is_good() {
                kept = less;
                names.extend(
                    node.child(SyntaxKind::Name)
                        .map(|name| name.text().to_owned()),
                );
            }
        }
        (!names.is_empty()).then_some((kept, names))
    }

    /// Runs the instructions behind `old_end`.
    fn run_new(&mut self, start: u32, old_end: u32, shown: String) -> Answer {
        let went = self.go(Some(old_end), true, false);
        let Went { events, stop } = match went {
            Ok(went) => went,
            Err(message) => return Answer::refused(message),
        };
        let mut text = shown;
        self.log(&events);
        text.push_str(&crate::report::debugged(&events, self.style(false)));
        self.count(&events);
        let failed = matches!(stop, StopReason::Failed(_) | StopReason::Ended(_));
        text.push_str(&self.stopped(&stop));
        self.keep_events(events);
        // A run that was stopped inside of a loaded sequence stays there.
        if start < self.world.loaded && !failed {
            let back = self.world.engine(|engine, _| engine.take_up(start));
            if let Err(message) = back {
                return Answer::refused(message);
            }
        }
        self.settle(text, &stop)
    }

    /// Sets a variable: `NAME = value`, `masked NAME = value`.
    pub fn set(&mut self, words: &str) -> Answer {
        let Some((name, value)) = words.split_once('=') else {
            return Answer::refused(
                "write `set NAME = value`; without a value the variable is deleted",
            );
        };
        let (masked, name) = match name.trim().strip_prefix("masked ") {
            Some(name) => (true, name.trim()),
            None => (false, name.trim()),
        };
        let name = name.trim_matches('`');
        let fits = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.len() <= 256
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "_-(){}.".contains(c));
        if !fits {
            return Answer::refused(format!(
                "`{name}` is no variable's name; write `set NAME = value`"
            ));
        }
        let value = match unquoted(value.trim()) {
            Ok(value) => value,
            Err(message) => return Answer::refused(message),
        };
        let secret = masked || super::secrets::is_secret_name(name);
        if secret && !value.is_empty() {
            self.hidden.add(&value);
        }
        self.world
            .given
            .retain(|given| !given.name.eq_ignore_ascii_case(name));
        if !value.is_empty() {
            let given = crate::engine::InitialVariable {
                name: name.to_owned(),
                value: value.clone(),
                masked: secret,
            };
            self.world.given.push(given);
        }
        let set = self.world.ask(|engine, _| {
            let known = engine.variables().get(name).is_some();
            if secret {
                engine.set_masked(name, &value);
            } else {
                engine.assign(name, &value);
            }
            (known, engine.shown(name))
        });
        self.world.changed();
        match set {
            Ok((_, shown)) if !value.is_empty() => Answer::good(format!("{name} = {shown}")),
            Ok((true, _)) => Answer::good(format!("{name} is deleted")),
            Ok((false, _)) => Answer::good(format!("{name} was not there")),
            Err(message) => Answer::refused(message),
        }
    }
}

/// The variable names that a piece of text may be about.
fn names_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'))
        .filter(|word| !word.is_empty())
}

/// A value with or without quotes.
fn unquoted(value: &str) -> Result<String, String> {
    let Some(quote) = value
        .chars()
        .next()
        .filter(|first| matches!(first, '"' | '\''))
    else {
        return Ok(value.to_owned());
    };
    let inner = value
        .strip_prefix(quote)
        .and_then(|rest| rest.strip_suffix(quote));
    match inner {
        Some(inner) => Ok(inner.replace(&format!("{quote}{quote}"), &quote.to_string())),
        None => Err(format!("this value has no closing {quote}")),
    }
}

/// Values behind `masked NAME =` in a part of a text, however they are written: their places, the
/// names, and the values.
fn masked_values(sequence: &Sequence, part: &Range<usize>) -> Vec<(Range<usize>, String, String)> {
    let mut found = Vec::new();
    let mut look = |assigned: &Assigned| {
        let range = assigned.value_span.range();
        let here = assigned.value_span.file == FileId(0)
            && range.start >= part.start
            && range.end <= part.end;
        if let (true, true, Value::Text(value)) = (assigned.masked, here, &assigned.value)
            && !value.is_empty()
        {
            found.push((range, assigned.name.value.clone(), value.clone()));
        }
    };
    sequence.global_variables.iter().for_each(&mut look);
    sequence.walk(&mut |node, _| {
        if let crate::model::Node::Step(step) = node {
            step.assignments
                .iter()
                .chain(step.rules.iter().flat_map(|rule| &rule.variables))
                .for_each(&mut look);
        }
    });
    found.sort_by_key(|(range, ..)| range.start);
    found
}

/// What an entry defines, for its echo.
fn defined_in(tree: &syntax::SyntaxTree, part: &Range<usize>) -> Vec<String> {
    let here = |node: &Node<'_>| {
        node.span().range().start >= part.start && node.span().range().end <= part.end
    };
    let statements = tree.root().children().filter(here);
    statements
        .filter_map(|node| match node.kind() {
            SyntaxKind::Param | SyntaxKind::Binding => {
                let name = node.child(SyntaxKind::Name)?;
                let value = node
                    .children()
                    .filter(|child| child.kind().is_value())
                    .last()?;
                let line = format!("{} = {}", name.text(), value.text());
                Some(syntax::without_secrets(&line).into_owned())
            }
            _ => None,
        })
        .collect()
}
