//! `:load` and `:save`.

use std::{collections::BTreeSet, rc::Rc, sync::Arc};

use super::{
    Answer, OpenedFile, Session,
    document::{INPUT, SessionDocument},
};
use crate::{
    decompile::{DecompileOptions, decompile},
    diagnostic::{Code, Finding, Severity},
    elaborate::{GivenValue, ParameterValues},
    format,
    lint::variable_uses,
    load::of_export,
    read,
    source::{FileId, Sources},
    syntax::{self, SyntaxKind},
};

impl Session {
    /// `:load FILE [NAME=VALUE …]`
    pub(super) fn load(&mut self, words: &str) -> Answer {
        let words = split(words);
        let Some((path, rest)) = words.split_first() else {
            return Answer::refused("write `:load FILE`");
        };
        let mut given = ParameterValues::default();
        let mut wanted = None;
        for word in rest {
            match word.split_once('=') {
                Some((name, value)) => given
                    .values
                    .push((name.to_owned(), GivenValue::Text(value.to_owned()))),
                None => wanted = Some(word.as_str()),
            }
        }
        self.load_file(path, given, wanted)
    }

    /// Loads a source or an export in the place of what is there. `wanted` says which sequence of
    /// several is meant.
    pub fn load_file(
        &mut self,
        path: &str,
        given: ParameterValues,
        wanted: Option<&str>,
    ) -> Answer {
        let opened = match self.disk.open(path) {
            Ok(opened) => opened,
            Err(message) => return Answer::refused(message),
        };
        if read::is_export(&opened.bytes) {
            self.load_export(opened, wanted)
        } else {
            self.load_source(path, opened, given)
        }
    }

    fn load_source(&mut self, path: &str, opened: OpenedFile, given: ParameterValues) -> Answer {
        let document = SessionDocument {
            name: opened.name,
            inner: opened.inner,
            given,
            ..SessionDocument::new(Rc::clone(&opened.files))
        };
        let (text, _) = crate::compile::read(opened.bytes.clone(), FileId(0));
        let compiled = crate::check::check(
            &document.name,
            &document.inner,
            opened.bytes,
            &*document.files,
            &document.given,
        );
        let findings: Vec<Finding> = compiled
            .findings
            .iter()
            .cloned()
            .map(|finding| of_load(finding, path))
            .collect();
        let shown = self.render(&findings, &compiled.sources);
        if !compiled.is_good() {
            return Answer::refused(shown);
        }
        let mut document = document;
        let mut hidden = text.to_string();
        let whole = 0..hidden.len();
        if self.hide_masked(&mut hidden, &compiled.sequence, &whole) {
            let without = document.compile(&hidden);
            if without.is_good() {
                document.take(&hidden, without);
                return self.loaded(document, shown);
            }
        }
        document.take(&text, compiled);
        self.loaded(document, shown)
    }

    fn load_export(&mut self, opened: OpenedFile, wanted: Option<&str>) -> Answer {
        let input = read::open(&opened.name, opened.bytes.clone());
        let name = |export: &read::Export| {
            export
                .package
                .name
                .clone()
                .unwrap_or_else(|| export.title.clone())
        };
        let names: Vec<String> = input.exports.iter().map(name).collect();
        let shown = self.render(&input.findings, &input.sources);
        let chosen = input
            .exports
            .iter()
            .enumerate()
            .find(|(index, export)| match wanted {
                Some(wanted) => {
                    names[*index] == wanted || export.package.id.as_deref() == Some(wanted)
                }
                None => input.exports.len() == 1,
            });
        let Some((index, export)) = chosen else {
            let which = format!(
                "{}: which sequence? `:load FILE \"NAME\"` with one of these: {}",
                opened.name,
                names.join(", ")
            );
            return Answer::refused(if input.exports.is_empty() {
                shown
            } else {
                which
            });
        };
        let done = decompile(&read::with_even_rules(export), DecompileOptions::default());
        let mut document = SessionDocument::new(self.disk.here());
        document.around = opened.files;
        document.name = format!("{}.tasq", names[index]);
        let Some(sequence) = done.sequence else {
            let compiled = document.compile(&done.text);
            let text = self.render(&compiled.findings, &compiled.sources);
            return Answer::refused(format!("{shown}{text}"));
        };
        let tree = syntax::parse(done.text.as_str(), FileId(0)).tree;
        document.take_parts(&done.text, &tree, sequence);
        let others = input.exports.iter().enumerate();
        let others = others.filter(|(other, _)| *other != index);
        let others = others.filter_map(|(_, other)| of_export(other).map(Arc::new));
        document.beside = (opened.name, others.collect());
        self.loaded(document, shown)
    }

    fn loaded(&mut self, document: SessionDocument, shown: String) -> Answer {
        let before = self.world.clone();
        self.world.document = document;
        self.world.breaks.clear();
        self.world.restart();
        let length = match self.world.engine(|engine, _| engine.length()) {
            Ok(length) => length,
            Err(message) => {
                self.world = before;
                return Answer::refused(message);
            }
        };
        self.world.loaded = length;
        self.world.changed();
        let title = self
            .world
            .document
            .sequence
            .name
            .as_ref()
            .map(|name| name.value.clone());
        let title = title.unwrap_or_else(|| self.world.document.name.clone());
        let steps = self.world.document.sequence.step_count();
        Answer::good(format!(
            "{shown}{title}: steps: {steps}; `:run` runs them, `:next` one, `:steps` lists them"
        ))
    }

    /// `:save FILE`
    pub(super) fn save(&mut self, words: &str, force: bool) -> Answer {
        let words = split(words);
        let [path] = words.as_slice() else {
            return Answer::refused("write `:save FILE`, or `:save! FILE` over a file");
        };
        let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
        let path = if file.contains('.') {
            path.clone()
        } else {
            format!("{path}.tasq")
        };
        if self.world.document.text.trim().is_empty() {
            return Answer::refused("there is nothing to save yet");
        }
        if self.disk.exists(&path) && !force {
            return Answer::refused(format!(
                "{path} is there already; `:save! {path}` writes over it"
            ));
        }
        let stem = file
            .split('.')
            .next()
            .filter(|stem| !stem.is_empty())
            .unwrap_or("session");
        let text = self.with_external(stem);
        let text = match format::format(&text, FileId(0)) {
            Ok(text) => text,
            Err(findings) => {
                let mut sources = Sources::new();
                sources.add(INPUT, text);
                return Answer::refused(self.render(&findings, &sources));
            }
        };
        let compiled = self.world.document.compile(&text);
        let sources = renamed(&compiled.sources, &path);
        let shown = self.render(&compiled.findings, &sources);
        if !compiled.is_good() {
            return Answer::refused(format!("{shown}{path} was not written"));
        }
        if self.hidden.are_in(&text) {
            let why = "a value that is masked stands in the steps in clear; `:undo` the entry that has it";
            return Answer::refused(format!("{path} was not written: {why}"));
        }
        if let Err(message) = self.disk.write(&path, &text) {
            return Answer::refused(message);
        }
        let clean = !compiled
            .findings
            .iter()
            .any(|finding: &Finding| finding.severity > Severity::Note);
        let state = if clean {
            "; it is formatted and has no findings"
        } else {
            "; it is formatted, and has the findings above"
        };
        Answer::good(format!("{shown}wrote {path}{state}"))
    }

    /// The text, with a header that names what was set by hand, where it would be missed.
    fn with_external(&self, stem: &str) -> String {
        let text = self.world.document.text.to_string();
        let compiled = self.world.document.compile(&text);
        let missed = compiled
            .findings
            .iter()
            .any(|finding| finding.code == Code::VariableNeverSet);
        let has_header = compiled.tree.root().child(SyntaxKind::Header).is_some();
        if !missed || has_header {
            return text;
        }
        let uses = variable_uses(&compiled.sequence);
        let read = |name: &str, sets: bool| {
            uses.iter()
                .any(|one| one.sets == sets && one.name.eq_ignore_ascii_case(name))
        };
        let names: BTreeSet<String> = self
            .world
            .given
            .iter()
            .filter(|given| read(&given.name, false) && !read(&given.name, true))
            .map(|given| spelled(&given.name))
            .collect();
        if names.is_empty() {
            return text;
        }
        let title = syntax::quoted(stem).unwrap_or_else(|| "\"session\"".to_owned());
        let names: Vec<String> = names.into_iter().collect();
        format!(
            "sequence {title} < external_variables: [{}] >\n\n{text}",
            names.join(", ")
        )
    }
}

/// The same files, the first of them under another name.
fn renamed(sources: &Sources, name: &str) -> Sources {
    let mut out = Sources::new();
    for (id, source) in sources.iter() {
        let shown = if id == FileId(0) { name } else { &source.name };
        out.add(shown, Arc::clone(&source.text));
    }
    out
}

/// A finding of a file that is loaded. A parameter gets its value in another way than from
/// `tasq build`.
fn of_load(mut finding: Finding, path: &str) -> Finding {
    let name = finding
        .help
        .as_deref()
        .and_then(|help| help.strip_prefix("give one with --param ")?.split_once('='));
    if let (Code::BadParameter, Some((name, _))) = (finding.code, name) {
        let path = if path.contains(char::is_whitespace) {
            format!("\"{path}\"")
        } else {
            path.to_owned()
        };
        finding.help = Some(format!(
            "`:load {path} {name}=VALUE` gives one, or `tasq repl {path} --param {name}=VALUE`"
        ));
    }
    finding
}

/// A variable's name as a source has it.
fn spelled(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain {
        name.to_owned()
    } else {
        format!("`{name}`")
    }
}

/// The words of a command; quotes hold blanks together.
fn split(words: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut quote = None;
    let mut fresh = true;
    for character in words.chars() {
        match (quote, character) {
            (Some(open), other) if open == other => quote = None,
            (None, '"' | '\'') => {
                quote = Some(character);
                if fresh {
                    out.push(String::new());
                    fresh = false;
                }
            }
            (None, other) if other.is_whitespace() => fresh = true,
            (_, other) => {
                if fresh {
                    out.push(String::new());
                    fresh = false;
                }
                if let Some(last) = out.last_mut() {
                    last.push(other);
                }
            }
        }
    }
    out
}
