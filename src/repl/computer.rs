//! The computer that a session runs on.

use toml::{Table, Value};

use super::{Answer, Session, local::fact_of, real::RealHost};
use crate::{
    computer::{Facts as _, Host},
    diagnostic::{Finding, nearest},
    engine::Shown,
    fact::Known,
    host::simulated::SimulatedHost,
    machine::{self, Machine, keys},
    source::{FileId, Sources},
    wql::ClassFacts,
};

/// A described computer with what steps did to it.
#[derive(Clone)]
pub(super) struct Computer {
    /// What it is called.
    pub name: String,
    /// Its description.
    pub table: Table,
    pub simulated: SimulatedHost,
    /// The computer itself, after `:host local`.
    pub real: Option<RealHost>,
}

impl Computer {
    /// One of which nothing is known.
    pub fn unknown() -> Computer {
        Computer {
            name: "a machine of which nothing is known".to_owned(),
            table: Table::new(),
            simulated: SimulatedHost::new(Machine::default()),
            real: None,
        }
    }

    /// The host that steps run on: the one place that knows which it is.
    pub fn host(&mut self) -> &mut dyn Host {
        match &mut self.real {
            Some(real) => real,
            None => &mut self.simulated,
        }
    }

    /// How many steps did something to the computer itself.
    pub fn done(&self) -> u64 {
        self.real.as_ref().map_or(0, RealHost::done)
    }

    /// Takes back what steps did to the described computer.
    pub fn reset(&mut self) {
        self.simulated = SimulatedHost::new(self.simulated.description());
    }
}

impl Session {
    /// `:machine`
    pub(super) fn machine(&mut self, path: &str) -> Answer {
        if path.is_empty() && self.is_local() {
            return self.host("");
        }
        if path.is_empty() {
            let place = if self.world.computer.simulated.in_winpe() {
                "Windows PE"
            } else {
                "the installed system"
            };
            let restarts = self.world.computer.simulated.restarts();
            return Answer::good(format!(
                "{}, in {place}, restarts: {restarts}",
                self.world.computer.name
            ));
        }
        let quoted = |quote| {
            path.strip_prefix(quote)
                .and_then(|rest: &str| rest.strip_suffix(quote))
        };
        let path = quoted('"').or_else(|| quoted('\'')).unwrap_or(path);
        self.take_machine(path)
    }

    /// Takes a machine file; the run begins anew on it.
    pub fn take_machine(&mut self, path: &str) -> Answer {
        let opened = match self.disk.open(path) {
            Ok(opened) => opened,
            Err(message) => return Answer::refused(message),
        };
        let text = String::from_utf8_lossy(&opened.bytes).into_owned();
        match self.describe(&opened.name, &text) {
            Ok(shown) => Answer::good(format!(
                "{shown}the run begins anew on {}",
                self.world.computer.name
            )),
            Err(shown) => Answer::refused(shown),
        }
    }

    /// Takes the text of a machine file; what was found in it as text, an error when it is refused.
    fn describe(&mut self, name: &str, text: &str) -> Result<String, String> {
        let mut sources = Sources::new();
        let file = sources.add(name, text);
        let parsed = machine::parse_named(name, file, text);
        let shown = self.render(&parsed.findings, &sources);
        let table = text.parse::<Table>().ok();
        match table.filter(|_| !parsed.findings.iter().any(Finding::is_error)) {
            Some(table) => {
                let simulated = SimulatedHost::new(parsed.machine);
                self.world.computer = Computer {
                    name: name.to_owned(),
                    table,
                    simulated,
                    real: None,
                };
                self.world.restart();
                self.world.changed();
                Ok(shown)
            }
            None => Err(shown),
        }
    }

    /// `:facts`
    pub(super) fn facts(&mut self, words: &str) -> Answer {
        if self.is_local() && is_assignment(words) {
            return Answer::refused(
                "this computer is what it is; `:host machine` goes back to the described machine",
            );
        }
        if self.is_local() && !words.starts_with("wmi ") {
            return self.local_facts(words);
        }
        if words.is_empty() {
            let table = &self.world.computer.table;
            return Answer::good(match table.is_empty() {
                true => {
                    "nothing is known; `:machine FILE` describes it, `:facts KEY = VALUE` says one thing".to_owned()
                }
                false => toml::to_string(table).unwrap_or_default(),
            });
        }
        if let Some(class) = words.strip_prefix("wmi ") {
            return self.rows(class.trim());
        }
        if is_assignment(words) {
            return self.state_fact(words);
        }
        self.fact(words)
    }

    /// `:facts KEY = VALUE`: one line of a machine file.
    fn state_fact(&mut self, line: &str) -> Answer {
        let mut sources = Sources::new();
        let file = sources.add("input", line);
        let own = machine::parse(file, line);
        if own.findings.iter().any(Finding::is_error) {
            return Answer::refused(self.render(&own.findings, &sources));
        }
        let Ok(said) = line.parse::<Table>() else {
            return Answer::refused("this is no line of a machine file");
        };
        let echo = toml::to_string(&said).unwrap_or_default();
        let mut table = self.world.computer.table.clone();
        merge(&mut table, said);
        let text = toml::to_string(&table).unwrap_or_default();
        let whole = machine::parse(FileId(0), &text);
        if whole.findings.iter().any(Finding::is_error) {
            let mut sources = Sources::new();
            sources.add(self.world.computer.name.clone(), text);
            let shown = self.render(&whole.findings, &sources);
            return Answer::refused(shown);
        }
        let shown = self.render(&own.findings, &sources);
        let before = self.world.computer.simulated.variables();
        self.world.computer.table = table;
        self.world.computer.simulated.describe_anew(whole.machine);
        let changed: Vec<(String, String)> = self
            .world
            .computer
            .simulated
            .variables()
            .into_iter()
            .filter(|one| !before.contains(one))
            .collect();
        self.world.refresh();
        let set = self.world.ask(|engine, _| {
            for (name, value) in &changed {
                engine.assign(name, value);
            }
        });
        self.world.changed();
        match set {
            Ok(()) => Answer::good(format!("{shown}{echo}")),
            Err(message) => Answer::refused(message),
        }
    }

    /// `:facts KEY`
    fn fact(&mut self, key: &str) -> Answer {
        let found = at(&self.world.computer.table, key);
        if let Some(value) = found {
            return Answer::good(match value {
                Value::Table(table) => toml::to_string(table).unwrap_or_default(),
                other => other.to_string(),
            });
        }
        match fact_of(self.world.computer.host(), key) {
            Known::Yes(text) => return Answer::good(Shown::Text(text).to_string()),
            Known::No => return Answer::good("there is none"),
            Known::Unknown(_) => {}
        }
        let first = key.split(['.', ' ']).next().unwrap_or(key);
        let names = keys::SECTIONS.first().map_or(&[][..], |(_, names)| *names);
        if names.contains(&first) {
            return Answer::good(format!("nobody said {key}; `:facts {key} = …` says it"));
        }
        let near = nearest(first, names.iter().copied())
            .map_or(String::new(), |near| format!("; did you mean {near}?"));
        Answer::refused(format!("a machine has no fact {first}{near}"))
    }

    /// `:facts wmi CLASS`
    fn rows(&mut self, class: &str) -> Answer {
        let (namespace, class) = class.rsplit_once(' ').unwrap_or(("root\\cimv2", class));
        match self.world.computer.host().class(namespace.trim(), class) {
            ClassFacts::Rows(rows) if rows.is_empty() => {
                Answer::good(format!("{class} has no rows"))
            }
            ClassFacts::Rows(rows) => {
                let mut out = String::new();
                for (index, row) in rows.iter().enumerate() {
                    out.push_str(&format!("row {index}\n"));
                    for (name, value) in row.named() {
                        out.push_str(&format!("  {name} = {value}\n"));
                    }
                }
                Answer::good(out)
            }
            _ => Answer::good(format!("nobody said WMI {namespace} {class}")),
        }
    }
}

/// What a description says under a key with points.
pub(super) fn at<'t>(table: &'t Table, key: &str) -> Option<&'t Value> {
    let found = key.split('.').try_fold(None::<&Value>, |found, part| {
        let part = part.trim_matches(['\'', '"']);
        let next = match found {
            None => table.get(part),
            Some(value) => value.get(part),
        };
        next.map(Some)
    });
    found.flatten()
}

/// Whether a line has an equals sign outside of quotes.
fn is_assignment(line: &str) -> bool {
    let mut quote = None;
    for character in line.chars() {
        match (quote, character) {
            (None, '=') => return true,
            (None, '"' | '\'') => quote = Some(character),
            (Some(open), other) if open == other => quote = None,
            _ => {}
        }
    }
    false
}

/// Puts what was said into a description; tables are joined, everything else is replaced.
fn merge(table: &mut Table, said: Table) {
    for (name, value) in said {
        match (table.get_mut(&name), value) {
            (Some(Value::Table(old)), Value::Table(new)) => merge(old, new),
            (_, value) => {
                table.insert(name, value);
            }
        }
    }
}
