//! This computer for `:host local`: the host of `tasq run`, its lock, its log, its secrets, and the
//! questions.

use std::{
    cell::Cell,
    fs,
    io::{self, IsTerminal as _, Write as _},
    path::{Path, PathBuf},
    sync::{
        Arc, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use rustyline::DefaultEditor;

use super::{
    super::{
        Failure, facts, output,
        run::{
            Secrets, WholeSite, equip, load_whole_site, lock, made_state, open_log, permit_site,
        },
    },
    ReplArgs,
};
use crate::{
    computer::{Host, SystemError},
    engine::Event,
    fact::Fact,
    host::{
        local::{LocalHost, ProgressNote, Setup, Watch, create_private_folder},
        system::OperatingSystem,
        this_computer,
    },
    machine,
    model::Sequence,
    repl::{About, Local, Outside},
    run::{Folder, Lock, LogLayout, LogLine, SharedLog, lines_of, names_of},
};

/// This computer, and the person at the terminal.
pub(super) struct ThisComputer {
    site: WholeSite,
    state: Option<PathBuf>,
    secrets: Secrets,
    yes: bool,
    /// Whether what the site file brings may run though others can write it.
    trusted: bool,
    terminal: bool,
    stop: Arc<AtomicBool>,
    begun: Option<Begun>,
}

/// What is held while steps are carried out.
struct Begun {
    _lock: Lock,
    log: SharedLog,
    /// A folder of this session alone.
    private: PathBuf,
}

impl Drop for Begun {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.private);
    }
}

impl ThisComputer {
    /// From the arguments.
    ///
    /// # Errors
    /// A file cannot be read, or the site file has errors, which are then told.
    pub(super) fn new(
        args: &ReplArgs,
        terminal: bool,
        stop: &Arc<AtomicBool>,
    ) -> Result<ThisComputer, Failure> {
        Ok(ThisComputer {
            site: load_whole_site(args.site.as_deref())?,
            state: args.state.clone(),
            secrets: Secrets::new(args.secret_file.as_deref(), terminal)?,
            yes: args.yes,
            trusted: args.trust_site,
            terminal,
            stop: Arc::clone(stop),
            begun: None,
        })
    }

    /// The computer with a lock, a log and a folder of its own.
    fn begin(&mut self) -> Result<Local, Failure> {
        let system = this_computer().map_err(|error| Failure::Unusable(error.to_string()))?;
        self.permit_site(system.as_ref())?;
        let folder = made_state(self.state.as_ref(), system.as_ref())?;
        let lock = lock(&folder)?;
        let private = folder.root().join("session");
        // One that ended badly may have left something behind.
        let _ = fs::remove_dir_all(&private);
        let made = create_private_folder(&private);
        made.map_err(|error| {
            Failure::Unusable(format!(
                "cannot make the folder {}: {error}",
                private.display()
            ))
        })?;
        let log = open_log(&folder.logs(), LogLayout::CmTrace, system.as_ref())?;
        let path = log.path();
        let begun = Begun {
            _lock: lock,
            log: log.shared(),
            private,
        };
        system
            .make_private(&begun.private)
            .map_err(|error| Failure::Unusable(error.to_string()))?;
        let mut setup = self.setup(&folder, &begun.private);
        let channel = equip(&mut setup)?;
        let mut remarks = self.rights()?;
        remarks.push(format!("log: {}", path.display()));
        let name = system.fact(Fact::Name).yes().cloned();
        let name = name.unwrap_or_else(|| "of no known name".to_owned());
        note(
            &begun.log,
            1,
            format!(
                "A session of tasq {} at the prompt begins",
                env!("CARGO_PKG_VERSION")
            ),
        );
        let watch = ConsoleWatch {
            log: Arc::clone(&begun.log),
            stop: Arc::clone(&self.stop),
            open: Cell::new(false),
        };
        self.begun = Some(begun);
        let host =
            LocalHost::new(system, Arc::clone(&self.site.site), setup).watched(Box::new(watch));
        let host = Box::new(host.with_channel(channel));
        Ok(Local {
            name,
            host,
            children: self.site.children.clone(),
            remarks,
        })
    }

    /// Asks whether what the site file brings may run, where others can write it.
    fn permit_site(&mut self, system: &dyn OperatingSystem) -> Result<(), Failure> {
        let (path, site) = (self.site.path.as_deref(), &self.site.site);
        let say = &mut |text: &str| show(&format!("{text}\n"));
        self.trusted = permit_site(path, site, system, self.trusted, say)?;
        Ok(())
    }

    /// How steps are carried out.
    fn setup(&self, folder: &Folder, private: &Path) -> Setup {
        Setup {
            base: self.site.base.clone(),
            cache: match &self.site.site.cache {
                Some(cache) => self.site.base.join(cache),
                None => folder.cache(),
            },
            private: private.to_owned(),
            log: folder.logs(),
            authorities: self.site.authorities.clone(),
            ..Setup::default()
        }
    }

    /// What the account may not do.
    fn rights(&self) -> Result<Vec<String>, Failure> {
        let system = this_computer().map_err(|error| Failure::Unusable(error.to_string()))?;
        if system.is_elevated() {
            return Ok(Vec::new());
        }
        let who = if system.family() == "windows" {
            "an administrator"
        } else {
            "root"
        };
        Ok(vec![format!(
            "This account is not {who}: steps that change the system may fail."
        )])
    }
}

/// Prints what a session shows.
fn show(text: &str) {
    let text = output::readable(text);
    // Nobody can be told that the reader is gone.
    let mut out = io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// A failure in words.
fn words(failure: Failure) -> String {
    failure.message().unwrap_or("it cannot be used").to_owned()
}

fn note(log: &SharedLog, severity: u8, text: String) {
    log.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .add(&LogLine::new(severity, text));
}

impl Outside for ThisComputer {
    fn warning(&self) -> Result<Vec<String>, String> {
        self.rights().map_err(words)
    }

    fn computer(&mut self) -> Result<Local, String> {
        // What an earlier one held is given back first.
        self.leave();
        self.begin().map_err(words)
    }

    fn leave(&mut self) {
        if let Some(begun) = self.begun.take() {
            note(
                &begun.log,
                1,
                "The session at the prompt leaves this computer".to_owned(),
            );
        }
    }

    fn confirm(&mut self, about: About, question: &str) -> Result<bool, String> {
        if about == About::Local && self.yes {
            return Ok(true);
        }
        if !self.terminal {
            return Err(match about {
                About::Local => "nobody can be asked here; `tasq repl --yes` needs no answer",
                About::Restart => "the step wants a restart, and nobody can be asked here",
            }
            .to_owned());
        }
        // An editor of its own: the prompt's belongs to the session, and Ctrl-C must mean no.
        let mut editor = DefaultEditor::new()
            .map_err(|error| format!("the terminal cannot be used: {error}"))?;
        let answer = editor
            .readline(&format!("{question} [y/N] "))
            .unwrap_or_default();
        Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
    }

    fn secrets(
        &mut self,
        sequences: &[&Sequence],
        known: &[&str],
    ) -> Result<Vec<(String, String)>, String> {
        let mut names = names_of(sequences.iter().copied());
        names.retain(|name| !known.contains(&name.as_str()));
        self.secrets.all(&names).map_err(words)
    }

    fn restart(&mut self, computer: &mut dyn Host, message: &str) -> Result<(), SystemError> {
        if let Some(begun) = &self.begun {
            note(&begun.log, 1, "The computer is restarted".to_owned());
        }
        computer.restart(false, message)
    }

    fn description(&self) -> Result<String, String> {
        facts::this_computer()
            .map(|(machine, _)| machine::write(&machine))
            .map_err(words)
    }

    fn show(&mut self, text: &str) {
        show(text);
    }

    fn happened(&mut self, events: &[Event], scrub: &dyn Fn(&str) -> String) {
        let Some(begun) = &self.begun else { return };
        let mut log = begun.log.lock().unwrap_or_else(PoisonError::into_inner);
        for line in events.iter().flat_map(lines_of) {
            log.add(&LogLine {
                message: scrub(&line.message),
                ..line
            });
        }
    }
}

/// Shows what processes print, logs the rest, and ends them on Ctrl-C.
struct ConsoleWatch {
    log: SharedLog,
    stop: Arc<AtomicBool>,
    /// Whether what a process printed has no line end yet.
    open: Cell<bool>,
}

impl ConsoleWatch {
    fn print(&self, text: &str) {
        show(text);
    }
}

impl Watch for ConsoleWatch {
    fn note(&mut self, note: ProgressNote) {
        match note {
            ProgressNote::Line {
                component,
                severity,
                text,
            } => {
                if self.open.replace(false) {
                    self.print("\n");
                }
                let line = LogLine {
                    component: component.to_owned(),
                    severity,
                    instruction: None,
                    message: text,
                };
                self.log
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .add(&line);
            }
            ProgressNote::Output(text) => {
                let text = output::of_process(&text);
                self.print(&text);
                self.open.set(!text.ends_with('\n'));
            }
            ProgressNote::Download(done, Some(whole))
                if done >= whole && io::stdout().is_terminal() =>
            {
                self.print(&format!("downloaded {} MB\n", whole >> 20));
            }
            ProgressNote::Download(..) => {}
        }
    }

    fn goes_on(&mut self) -> bool {
        !self.stop.load(Ordering::Relaxed)
    }
}
