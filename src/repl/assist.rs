//! Help while typing: colours, completion, hints. What a source may hold at a place, `ide` knows;
//! here are commands, and the variables of the run with what they hold now.

use std::{ops::Range, sync::Arc};

use super::{
    COMMANDS, Session,
    command::{Takes, find},
    entry::STATEMENTS,
    question::CONDITION,
};
use crate::{
    diagnostic::Code,
    engine::Shown,
    ide::{
        Analysis, Completion, CompletionKind, Cursor, CursorPlace, HighlightKind, Inside,
        OpenSource, complete, highlights,
    },
    machine::keys,
    source::{FileId, NoFiles, Span},
    vocabulary::{self, Dialect, built_ins, step_type},
    wql::classes,
};

/// What a piece of typed text is, for its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Tone {
    Keyword,
    Type,
    Property,
    Text,
    Number,
    Variable,
    Comment,
    Command,
}

/// A completion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// What is put in.
    pub text: String,
    /// What the list shows.
    pub shown: String,
}

impl Candidate {
    fn new(text: impl Into<String>, detail: &str) -> Candidate {
        let text = text.into();
        let shown = if detail.is_empty() {
            text.clone()
        } else {
            format!("{text}  {detail}")
        };
        Candidate { shown, text }
    }
}

/// More candidates are listed without what is said about each.
const FEW: usize = 16;

/// Longest text that is coloured; a pasted file is not worth the wait.
const COLORED: usize = 20_000;

/// Whether an entry is a statement, or may become one.
fn is_statement(entry: &str) -> bool {
    let first = entry
        .trim_start()
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .next()
        .unwrap_or("");
    STATEMENTS.contains(&first) || entry.trim_start().starts_with('#')
}

/// Pieces of an entry with their tones, in order.
pub fn tones(entry: &str) -> Vec<(Range<usize>, Tone)> {
    if entry.len() > COLORED {
        return Vec::new();
    }
    let start = entry.len() - entry.trim_start().len();
    if entry[start..].starts_with(':') {
        let end = entry[start..]
            .find(char::is_whitespace)
            .map_or(entry.len(), |length| start + length);
        return vec![(start..end, Tone::Command)];
    }
    if entry[start..].starts_with("set ") {
        return vec![(start..start + 3, Tone::Keyword)];
    }
    let before = if is_statement(entry) { "" } else { CONDITION };
    let analysis = analysis(format!("{before}{entry}"));
    let offset = before.len();
    let range = Span::new(FileId(0), offset as u32, (offset + entry.len()) as u32);
    highlights(&analysis, range)
        .into_iter()
        .filter(|one| one.span.start as usize >= offset)
        .filter_map(|one| {
            let range = one.span.range();
            Some((range.start - offset..range.end - offset, tone(one.kind)?))
        })
        .collect()
}

fn tone(kind: HighlightKind) -> Option<Tone> {
    Some(match kind {
        HighlightKind::Comment => Tone::Comment,
        HighlightKind::Keyword => Tone::Keyword,
        HighlightKind::String => Tone::Text,
        HighlightKind::Number | HighlightKind::Member => Tone::Number,
        HighlightKind::StepType | HighlightKind::Function | HighlightKind::Type => Tone::Type,
        HighlightKind::Property => Tone::Property,
        HighlightKind::Variable | HighlightKind::Constant => Tone::Variable,
        HighlightKind::Operator => return None,
    })
}

fn analysis(text: String) -> Analysis {
    let source = OpenSource {
        name: "input".to_owned(),
        path: "input.tasq".to_owned(),
        text: Arc::from(text),
    };
    Analysis::new(source, &NoFiles)
}

/// What may stand at a byte of an entry, and where it begins.
pub fn candidates(session: &mut Session, entry: &str, at: usize) -> (usize, Vec<Candidate>) {
    let at = (0..=at.min(entry.len()))
        .rev()
        .find(|at| entry.is_char_boundary(*at))
        .unwrap_or(0);
    let typed = &entry[..at];
    let blank = typed.len() - typed.trim_start().len();
    let (start, list) = if let Some(command) = typed[blank..].strip_prefix(':') {
        session.in_command(typed, command, blank)
    } else if let Some(name) = typed[blank..]
        .strip_prefix("set ")
        .filter(|rest| !rest.contains('='))
    {
        let name = name.trim_start().trim_start_matches("masked ");
        (at - name.len(), session.variables(name, " = "))
    } else {
        session.in_source(entry, at)
    };
    (start, shortened(list))
}

/// Many candidates without details.
fn shortened(mut list: Vec<Candidate>) -> Vec<Candidate> {
    if list.len() > FEW {
        for one in &mut list {
            one.shown = one.text.trim().to_owned();
        }
    }
    list
}

/// What may follow an entry, for people to read: no text to take over.
pub fn hint(session: &mut Session, entry: &str) -> Option<String> {
    let typed = entry.trim_start();
    if let Some(command) = typed.strip_prefix(':') {
        let (name, rest) = command.split_once(' ').unwrap_or((command, ""));
        let command = COMMANDS
            .iter()
            .find(|own| own.name == name)
            .filter(|_| rest.is_empty())?;
        let blank = if typed.ends_with(' ') { "" } else { " " };
        return (!command.arguments.is_empty()).then(|| format!("{blank}{}", command.arguments));
    }
    let word = typed.rsplit([' ', '\t', '\n']).next().unwrap_or("");
    if typed.starts_with("step ") && typed.contains('"') {
        let table = step_type(word, Dialect::ConfigMgr).filter(|_| !typed.contains('<'))?;
        let required: Vec<&str> = table
            .property
            .iter()
            .filter(|own| own.required)
            .map(|own| own.name.as_str())
            .collect();
        return Some(format!(
            " < {} >",
            if required.is_empty() {
                "…".to_owned()
            } else {
                required.join(", ")
            }
        ));
    }
    if typed != word || word.is_empty() {
        return None;
    }
    if let Some(table) = step_type(word, Dialect::ConfigMgr) {
        return Some(format!("  {}", table.label));
    }
    let found = session
        .world
        .state
        .variables()
        .shown()
        .find(|(name, _)| name.eq_ignore_ascii_case(word));
    let value = found.map(|(_, value)| format!("  = {value}"))?;
    Some(session.scrub(value))
}

impl Session {
    fn in_command(&mut self, typed: &str, command: &str, blank: usize) -> (usize, Vec<Candidate>) {
        let Some((name, rest)) = command.split_once(' ') else {
            let own = COMMANDS.iter().filter(|own| own.name.starts_with(command));
            let list = own
                .map(|own| Candidate::new(format!(":{}", own.name), own.help))
                .collect();
            return (blank, list);
        };
        let rest = rest.trim_start();
        let start = typed.len() - rest.len();
        let Ok(found) = find(name.trim_end_matches('!')) else {
            return (typed.len(), Vec::new());
        };
        let list = match found.takes {
            Takes::Nothing => Vec::new(),
            Takes::File => return self.paths(rest, start),
            Takes::Step => {
                let word = match found.name {
                    "xml" => Some("all"),
                    "break" => Some("off "),
                    _ => None,
                };
                let mut list = self.step_names(rest);
                list.extend(
                    word.filter(|word| starts(word, rest))
                        .map(|word| Candidate::new(word, "")),
                );
                list
            }
            Takes::Fact => return facts(rest, start),
            Takes::Variable if found.name == "set" => self.variables(rest, " = "),
            Takes::Variable => self.variables(rest, ""),
            Takes::Code => {
                let codes = Code::ALL.iter().filter(|code| starts(code.id(), rest));
                codes
                    .map(|code| Candidate::new(code.id(), code.title()))
                    .collect()
            }
            Takes::Command => {
                let own = COMMANDS
                    .iter()
                    .map(|own| own.name)
                    .chain(vocabulary::step_keywords());
                own.filter(|name| starts(name, rest))
                    .map(|name| Candidate::new(name, ""))
                    .collect()
            }
            Takes::Words(words) => words
                .iter()
                .filter(|word| starts(word, rest))
                .map(|word| Candidate::new(*word, ""))
                .collect(),
            Takes::Entry => {
                let (inner, list) = candidates(self, rest, rest.len());
                return (start + inner, list);
            }
        };
        (start, list)
    }

    /// Files and folders; a path with blanks stands in quotes.
    fn paths(&self, typed: &str, start: usize) -> (usize, Vec<Candidate>) {
        let quote = typed
            .chars()
            .next()
            .filter(|first| matches!(first, '"' | '\''));
        let bare = quote.map_or(typed, |quote| typed.strip_prefix(quote).unwrap_or(typed));
        let (folder, name) = bare.split_at(bare.rfind(['/', '\\']).map_or(0, |at| at + 1));
        let listed = self
            .disk
            .list(folder)
            .into_iter()
            .filter(|(own, _)| own.starts_with(name));
        let shown = listed.filter(|(own, _)| !own.starts_with('.') || name.starts_with('.'));
        let list = shown.map(|(own, is_folder)| {
            let own = format!("{own}{}", if is_folder { "/" } else { "" });
            let path = format!("{folder}{own}");
            let needed = path.contains(|c: char| c.is_whitespace() || matches!(c, '"' | '\''));
            let text = match quote.or(needed.then_some(if path.contains('"') { '\'' } else { '"' }))
            {
                // A folder is gone into: what closes it comes with the file.
                Some(quote) if is_folder => format!("{quote}{path}"),
                Some(quote) => format!("{quote}{path}{quote}"),
                None => path,
            };
            Candidate { text, shown: own }
        });
        (start, list.collect())
    }

    fn step_names(&mut self, typed: &str) -> Vec<Candidate> {
        let bare = typed.trim_start_matches('"');
        let names = self.world.engine(|engine, _| {
            let named = engine.places().filter(|(at, _)| starts(&at.name, bare));
            named
                .map(|(at, _)| {
                    Candidate::new(format!("\"{}\"", at.name), &at.instruction.to_string())
                })
                .collect()
        });
        names.unwrap_or_default()
    }

    /// Variables with what they hold now, then those of the product.
    fn variables(&mut self, typed: &str, behind: &str) -> Vec<Candidate> {
        let known: Vec<(String, Shown)> = self
            .world
            .ask(|engine, _| {
                engine
                    .variables()
                    .shown()
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect()
            })
            .unwrap_or_default();
        let mut list: Vec<Candidate> = Vec::new();
        for (name, value) in &known {
            if starts(name, typed) {
                let shown = self.scrub(format!("{name} = {value}"));
                list.push(Candidate {
                    text: format!("{name}{behind}"),
                    shown,
                });
            }
        }
        if !typed.is_empty() {
            let own = |name: &str| {
                known
                    .iter()
                    .any(|(known, _)| known.eq_ignore_ascii_case(name))
            };
            let names = built_ins().iter().map(|one| one.name.as_str());
            let names = names.filter(|name| starts(name, typed) && !own(name));
            list.extend(names.map(|name| Candidate {
                text: format!("{name}{behind}"),
                shown: name.to_owned(),
            }));
        }
        list
    }

    fn in_source(&mut self, entry: &str, at: usize) -> (usize, Vec<Candidate>) {
        let typed = entry[..at].trim_start();
        let first = !typed.contains(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        if !first {
            return self.offers(if is_statement(entry) { "" } else { CONDITION }, entry, at);
        }
        // The first word may be anything.
        let begun = STATEMENTS.iter().filter(|word| starts(word, typed));
        let mut list: Vec<Candidate> = begun
            .map(|word| Candidate::new(format!("{word} "), ""))
            .collect();
        let (start, tests) = self.offers(CONDITION, entry, at);
        list.extend(tests);
        if !typed.is_empty() {
            let types = vocabulary::step_keywords().filter(|keyword| starts(keyword, typed));
            list.extend(types.map(|keyword| Candidate::new(keyword, "")));
        }
        (start, list)
    }

    /// What `ide` offers for an entry behind the names that are defined, and the variables of the
    /// run.
    fn offers(&mut self, before: &str, entry: &str, at: usize) -> (usize, Vec<Candidate>) {
        let mut text = self.world.document.prefix();
        text.push_str(before);
        let offset = text.len();
        text.push_str(entry);
        let analysis = analysis(text);
        let place = (offset + at) as u32;
        let cursor = Cursor::new(analysis.text(), place);
        let files: Vec<String> = self
            .disk
            .list("")
            .into_iter()
            .filter(|(_, is_folder)| !is_folder)
            .map(|(name, _)| name)
            .collect();
        let mut found = complete(&analysis, place, &files);
        found
            .retain(|one| one.kind != CompletionKind::Step && one.replace.start as usize >= offset);
        let (empty, block) = (cursor.prefix.is_empty(), entry[..at].contains('{'));
        found.retain(|one| match one.kind {
            // Before a letter is typed, those of the run are enough.
            CompletionKind::Variable => !empty,
            // Only in a block does another statement follow.
            CompletionKind::Keyword => block || !STATEMENTS.contains(&one.label.as_str()),
            _ => true,
        });
        let start = found.first().map_or_else(
            || cursor.word.start as usize,
            |one| one.replace.start as usize,
        );
        let start = start.clamp(offset, offset + at) - offset;
        found.retain(|one| one.replace.start as usize == start + offset);
        let prefix = entry.get(start..at).unwrap_or("");
        found.retain(|one| starts(&one.label, prefix));
        let mut list: Vec<Candidate> = Vec::new();
        if let Some(behind) = names_variable(&cursor, entry, at) {
            let word = entry.get(start..at).unwrap_or("");
            list.extend(self.variables(word, behind));
        }
        for one in found.into_iter().map(candidate) {
            let text = one.text.trim_end();
            if !list.iter().any(|own| own.text.trim_end() == text) {
                list.push(one);
            }
        }
        (start, list)
    }
}

/// What `ide` offers, on one line.
fn candidate(one: Completion) -> Candidate {
    let text = match one.kind {
        CompletionKind::Keyword => format!("{} ", one.label),
        CompletionKind::StepType => one.label.clone(),
        _ => {
            let line = one.insert.lines().next().unwrap_or("");
            line.trim_end().to_owned()
        }
    };
    let shown = if one.detail.is_empty() {
        one.label
    } else {
        format!("{}  {}", one.label, one.detail)
    };
    Candidate { text, shown }
}

/// Keys of a machine file, and classes behind `wmi`.
fn facts(typed: &str, start: usize) -> (usize, Vec<Candidate>) {
    if let Some(class) = typed.strip_prefix("wmi ") {
        let list = classes::USUAL.iter().filter(|name| starts(name, class));
        return (
            start + typed.len() - class.len(),
            list.map(|name| Candidate::new(*name, "")).collect(),
        );
    }
    let (section, key) = typed.rsplit_once('.').unwrap_or(("", typed));
    let keys = keys::SECTIONS
        .iter()
        .find(|(name, _)| *name == section)
        .map_or(&[][..], |(_, keys)| *keys);
    let list = keys.iter().filter(|name| starts(name, key));
    (
        start + typed.len() - key.len(),
        list.map(|name| Candidate::new(*name, "")).collect(),
    )
}

/// Whether a variable of the run may stand at a place, and what closes its name there.
fn names_variable(cursor: &Cursor, entry: &str, at: usize) -> Option<&'static str> {
    match (&cursor.inside, &cursor.place) {
        (Inside::Code, CursorPlace::Test { .. } | CursorPlace::Variable) => Some(""),
        (Inside::Text { .. }, _) => {
            let line = entry[..at].rsplit('\n').next().unwrap_or("");
            let closed = entry[at..]
                .trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_')
                .starts_with('%');
            (line.matches('%').count() % 2 == 1).then_some(if closed { "" } else { "%" })
        }
        _ => None,
    }
}

/// Whether a name begins with what is typed; case does not count.
fn starts(name: &str, typed: &str) -> bool {
    name.get(..typed.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(typed))
}
