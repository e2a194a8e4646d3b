//! The machines that a test runs on: machine files, with facts of the test's own laid over them.

use std::{collections::HashMap, sync::Arc};

use super::subject::Home;
use crate::{
    diagnostic::{Code, Finding},
    machine::{self, Machine},
    model::{Spanned, TestCase},
    source::{FileId, Sources, join_relative},
};

/// A machine of a test.
#[derive(Clone, Debug)]
pub struct TestMachine {
    /// Its file as the test names it; `None` where nothing is known of the machine but what the
    /// test says.
    pub name: Option<String>,
    /// The description.
    pub machine: Arc<Machine>,
}

/// A machine file that was read: its text, unless it is broken.
type MachineText = Option<Arc<str>>;

/// Machine files that were read, and descriptions that were made of them.
#[derive(Default)]
pub(super) struct Machines {
    files: HashMap<String, MachineText>,
    made: HashMap<(String, String), Option<Arc<Machine>>>,
}

impl Machines {
    /// The machines of a test. What is wrong is reported, a file's own findings once.
    pub fn of(
        &mut self,
        test: &TestCase,
        home: &Home<'_>,
        sources: &mut Sources,
        findings: &mut Vec<Finding>,
    ) -> Vec<TestMachine> {
        if test.machines.is_empty() {
            let machine = self.made(String::new(), "", test, findings);
            return machine
                .map(|machine| TestMachine {
                    name: None,
                    machine,
                })
                .into_iter()
                .collect();
        }
        let mut out = Vec::new();
        for file in &test.machines {
            let path = match join_relative(home.path, &file.value) {
                Ok(path) => path,
                Err(error) => {
                    findings.push(Finding::new(
                        Code::PathOutside,
                        file.span,
                        error.to_string(),
                    ));
                    continue;
                }
            };
            let text = match self.files.get(&path) {
                Some(known) => known.clone(),
                None => {
                    let text = read(&path, file, home, sources, findings);
                    self.files.insert(path.clone(), text.clone());
                    text
                }
            };
            let Some(text) = text else { continue };
            if let Some(machine) = self.made(path, &text, test, findings) {
                out.push(TestMachine {
                    name: Some(file.value.clone()),
                    machine,
                });
            }
        }
        out
    }

    fn made(
        &mut self,
        path: String,
        text: &str,
        test: &TestCase,
        findings: &mut Vec<Finding>,
    ) -> Option<Arc<Machine>> {
        let facts = test.facts.as_ref().map_or("", |facts| facts.value.as_str());
        let name = path.clone();
        let key = (path, facts.to_owned());
        if let Some(known) = self.made.get(&key) {
            return known.clone();
        }
        let made = match &test.facts {
            None => Some(machine::parse_named(&name, FileId::default(), text).machine),
            Some(facts) => match laid_over(&name, text, &facts.value) {
                Ok(machine) => Some(machine),
                Err(why) => {
                    let finding = Finding::new(
                        Code::BadTestMachine,
                        facts.span,
                        format!("these facts do not fit: {why}"),
                    )
                    .help("facts are written as in a machine file: facts: \"power.ac = false\"");
                    findings.push(finding);
                    None
                }
            },
        };
        let made = made.map(Arc::new);
        self.made.insert(key, made.clone());
        made
    }
}

/// A machine file's text; its findings are reported with those of the test.
fn read(
    path: &str,
    file: &Spanned<String>,
    home: &Home<'_>,
    sources: &mut Sources,
    findings: &mut Vec<Finding>,
) -> MachineText {
    let shown = home.shown(&file.value);
    let bytes = match home.files.read(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            let finding = Finding::new(
                Code::BadTestMachine,
                file.span,
                format!("cannot read {shown}: {error}"),
            )
            .help("the path is relative to the file of the test");
            findings.push(finding);
            return None;
        }
    };
    let Ok(text) = String::from_utf8(bytes) else {
        findings.push(Finding::new(
            Code::BadTestMachine,
            file.span,
            format!("{shown} is not UTF-8 text"),
        ));
        return None;
    };
    let text: Arc<str> = text.strip_prefix('\u{FEFF}').unwrap_or(&text).into();
    let id = sources.add(shown.clone(), Arc::clone(&text));
    let parsed = machine::parse(id, &text);
    let errors = parsed
        .findings
        .iter()
        .filter(|finding| finding.is_error())
        .count();
    if errors == 0 {
        return Some(text);
    }
    let count = if errors == 1 {
        "an error".to_owned()
    } else {
        format!("{errors} errors")
    };
    findings.push(Finding::new(
        Code::BadTestMachine,
        file.span,
        format!("{shown} has {count}"),
    ));
    findings.extend(parsed.findings);
    None
}

/// A description with some of its facts replaced: tables are joined, anything else takes the place
/// of what was there.
fn laid_over(name: &str, text: &str, facts: &str) -> Result<Machine, String> {
    let read = |text: &str| -> Result<toml::Table, String> {
        toml::from_str(text).map_err(|error| format!("this is not TOML: {}", error.message()))
    };
    let mut table = read(text)?;
    let over = read(facts)?;
    let said: Vec<String> = over.keys().cloned().collect();
    let said: Vec<&str> = said.iter().map(String::as_str).collect();
    let under = machine::parse_named(name, FileId::default(), text).machine;
    join(&mut table, over);
    let joined = toml::to_string(&table).map_err(|error| error.to_string())?;
    let parsed = machine::parse(FileId::default(), &joined);
    if let Some(fault) = parsed.findings.into_iter().find(Finding::is_error) {
        return Err(fault.message);
    }
    let mut machine = parsed.machine;
    machine.places = under.places.without(&said);
    Ok(machine)
}

fn join(under: &mut toml::Table, over: toml::Table) {
    let mut pending: Vec<(Vec<String>, toml::Table)> = vec![(Vec::new(), over)];
    while let Some((path, over)) = pending.pop() {
        for (key, value) in over {
            let Some(place) = reach(under, &path) else {
                continue;
            };
            match (place.get(&key), value) {
                (Some(toml::Value::Table(_)), toml::Value::Table(inner)) => {
                    let mut path = path.clone();
                    path.push(key);
                    pending.push((path, inner));
                }
                (_, value) => {
                    place.insert(key, value);
                }
            }
        }
    }
}

fn reach<'t>(table: &'t mut toml::Table, path: &[String]) -> Option<&'t mut toml::Table> {
    let mut place = table;
    for key in path {
        place = place.get_mut(key)?.as_table_mut()?;
    }
    Some(place)
}
