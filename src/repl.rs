//! A session at the prompt, as plain data: a line goes in, an answer comes out. Scripts, tests and
//! the terminal share it.
//!
//! Nothing here reads a terminal or a disk; files come through [`SessionDisk`]. One file a family
//! of commands.

mod assist;
mod command;
mod computer;
mod debug;
mod document;
mod entry;
mod files;
mod history;
mod local;
mod question;
mod real;
mod secrets;
mod show;
mod statement;
mod world;

use std::{
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::{
    children::GivenChild,
    diagnostic::{
        Finding,
        render::{Format, Look, render},
    },
    paint::{DIM, paint},
    report::TreeStyle,
    source::{Files, Sources},
    syntax::hide_secrets,
};

pub use assist::{Tone, candidates, hint, tones};
pub use command::COMMANDS;
pub use entry::{Entries, entries, is_open};
pub use local::{About, Local, Nowhere, Outside};
pub use question::{Asked, Reply};
#[cfg(feature = "internals")]
pub use secrets::{CONTINUED, PROMPT};
pub use secrets::{LOCAL_PROMPT, may_be_remembered};

use history::Past;
use secrets::Hidden;
use world::World;

/// A file as read.
#[allow(missing_debug_implementations, reason = "it holds a trait object")]
pub struct OpenedFile {
    /// As shown in findings.
    pub name: String,
    /// Its place inside the project's folder.
    pub inner: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The project's other files.
    pub files: Rc<dyn Files>,
}

/// Where a session's files are.
pub trait SessionDisk {
    /// Reads a file.
    ///
    /// # Errors
    /// A message for people, with the name.
    fn open(&self, path: &str) -> Result<OpenedFile, String>;

    /// Whether something is at a path.
    fn exists(&self, path: &str) -> bool;

    /// Writes a file, whole or not at all.
    ///
    /// # Errors
    /// A message for people, with the name.
    fn write(&mut self, path: &str, text: &str) -> Result<(), String>;

    /// The names in a folder, and whether each is a folder; empty when it cannot be listed.
    fn list(&self, folder: &str) -> Vec<(String, bool)>;

    /// The files that typed text may name in `file("…")`.
    fn here(&self) -> Rc<dyn Files>;
}

/// How a session begins, and how it looks.
#[derive(Clone, Debug)]
pub struct SessionSettings {
    /// How findings are drawn, and answers with them.
    pub look: Look,
    /// Set from outside to stop a run between two steps.
    pub stop: Arc<AtomicBool>,
}

impl Default for SessionSettings {
    fn default() -> Self {
        SessionSettings {
            look: Look::PLAIN,
            stop: Arc::new(AtomicBool::new(false)),
        }
    }
}

/// What a session says to an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The answer; empty, or with a line end behind its last line.
    pub text: String,
    /// Whether the entry was refused, or what it did failed.
    pub failed: bool,
    /// Whether the session is over.
    pub quit: bool,
}

impl Answer {
    fn good(text: impl Into<String>) -> Answer {
        Answer {
            text: lined(text.into()),
            ..Answer::default()
        }
    }

    fn refused(text: impl Into<String>) -> Answer {
        Answer {
            text: lined(text.into()),
            failed: true,
            quit: false,
        }
    }
}

/// A text that ends with a line end, unless it is empty.
fn lined(mut text: String) -> String {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// A session.
#[allow(missing_debug_implementations, reason = "it holds trait objects")]
pub struct Session {
    settings: SessionSettings,
    disk: Box<dyn SessionDisk>,
    outside: Box<dyn Outside>,
    world: World,
    /// What was there before each entry that changed something.
    past: Vec<Past>,
    /// Values that never reach an answer, whatever was undone since.
    hidden: Hidden,
    /// The code of the last finding shown.
    last_code: Option<&'static str>,
}

impl Session {
    /// A session on a machine of which nothing is known.
    pub fn new(settings: SessionSettings, disk: Box<dyn SessionDisk>) -> Session {
        let world = World::new(disk.here());
        let outside = Box::new(Nowhere);
        Session {
            settings,
            disk,
            outside,
            world,
            past: Vec::new(),
            hidden: Hidden::default(),
            last_code: None,
        }
    }

    /// Names sequences that steps run; they come before those that are found.
    #[must_use]
    pub fn with_children(mut self, named: Vec<GivenChild>) -> Session {
        self.world.named = Rc::new(named);
        self
    }

    /// Answers one entry: a line, or the lines of a statement.
    pub fn enter(&mut self, entry: &str) -> Answer {
        self.settings.stop.store(false, Ordering::Relaxed);
        let before = self.world.clone();
        let done = self.world.computer.done();
        let mut answer = self.dispatch(entry);
        let changed = self.world.version != before.version;
        let left = before.computer.real.is_some() && !self.is_local();
        if left {
            self.outside.leave();
        }
        if left && changed {
            // No way leads back to the real computer but the question.
            self.past.clear();
        } else if changed {
            let real = self.world.computer.done() != done;
            self.remember(entry, before, real);
        }
        if !self.world.state.has_started() {
            // What a machine file masks is known from the beginning of the run on.
            let _ = self.world.engine(|_, _| ());
        }
        answer.text = self.scrub(answer.text);
        answer
    }

    fn style(&self, verbose: bool) -> TreeStyle {
        TreeStyle {
            color: self.settings.look.color,
            unicode: self.settings.look.unicode,
            verbose,
        }
    }

    /// Findings as text; remembers the last one's code for `:explain`.
    fn render(&mut self, findings: &[Finding], sources: &Sources) -> String {
        if let Some(finding) = findings.iter().rev().max_by_key(|finding| finding.severity) {
            self.last_code = Some(finding.code.id());
        }
        let mut findings = findings.to_vec();
        for (id, file) in sources.iter() {
            hide_secrets(&mut findings, id, &file.text);
        }
        render(Format::Text, &findings, sources, self.settings.look)
    }

    /// Prose in the colour of what matters less.
    fn dim(&self, text: &str) -> String {
        paint(text, DIM, self.settings.look.color)
    }
}
