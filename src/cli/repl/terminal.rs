//! The terminal: editing, colours, completion, hints and the history, through rustyline.

use std::{
    borrow::Cow,
    cell::RefCell,
    fs,
    path::{Path, PathBuf},
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use anstyle::{AnsiColor, Style};
use rustyline::{
    CompletionType, Config, Context, Editor, Helper,
    completion::{Completer, Pair},
    config::Configurer as _,
    error::ReadlineError,
    highlight::{CmdKind, Highlighter},
    hint::{Hint, Hinter},
    history::{FileHistory, SearchDirection},
    validate::{ValidationContext, ValidationResult, Validator},
};

use super::super::{Failure, Status, output};
use crate::repl::{
    LOCAL_PROMPT, Session, Tone, candidates, entries, hint, is_open, may_be_remembered, tones,
};
use crate::{
    paint::{BAD, BOLD, DIM, painted},
    source::shown_in_line,
};

/// Most entries that the history keeps.
const HISTORY: usize = 2000;

/// The environment variable that says where the history is; empty for none.
const HISTORY_VARIABLE: &str = "TASQ_HISTORY";

const BANNER: &str = "Tasq. Type a step, a condition or :help; Ctrl-D ends.\n";

/// Talks with a person until Ctrl-D or `:quit`.
pub(super) fn run(session: Session, stop: &Arc<AtomicBool>) -> Result<Status, Failure> {
    let session = Rc::new(RefCell::new(session));
    let failed =
        |error: ReadlineError| Failure::Unusable(format!("the terminal cannot be used: {error}"));
    let config = Config::builder()
        .completion_type(CompletionType::List)
        .max_history_size(HISTORY)
        .map_err(failed)?
        .tab_stop(4)
        .build();
    let mut editor: Editor<Assistant, FileHistory> = Editor::with_config(config).map_err(failed)?;
    editor.set_helper(Some(Assistant {
        session: Rc::clone(&session),
        color: output::stdout_look().color,
    }));
    editor.set_auto_add_history(false);
    let file = history_file();
    if let Some(file) = &file {
        // A history that is not there yet, or cannot be read, is an empty one.
        let _ = editor.load_history(file);
    }
    let flag = Arc::clone(stop);
    // Without a handler Ctrl-C ends the program while a sequence runs; everything else works all
    // the same.
    let _ = ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed));
    output::print(BANNER)?;
    loop {
        let prompt = session.borrow().prompt();
        match editor.readline(prompt) {
            Ok(entry) => {
                let entry = entry.trim_end();
                if entry.trim().is_empty() {
                    continue;
                }
                if may_be_remembered(entry) && session.borrow_mut().shows(entry) {
                    keep(&mut editor, file.as_deref(), entry);
                }
                if answer(&session, entry, stop)? {
                    return Ok(Status::Fine);
                }
            }
            // The line is dropped, the session stays.
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => return Ok(Status::Fine),
            Err(error) => return Err(failed(error)),
        }
    }
}

/// Answers what was typed, or pasted as several entries; whether the session is over. What comes
/// behind an entry that was refused or failed was meant for another state of things.
fn answer(session: &RefCell<Session>, typed: &str, stop: &AtomicBool) -> Result<bool, Failure> {
    let list = entries(typed);
    for (index, entry) in list.iter().enumerate() {
        let answer = session.borrow_mut().enter(entry);
        // The terminal shows `^C` where the cursor is.
        let start = if stop.load(Ordering::Relaxed) {
            "\n"
        } else {
            ""
        };
        output::print(&format!("{start}{}", answer.text))?;
        if answer.quit {
            return Ok(true);
        }
        let left = list.len() - index - 1;
        if answer.failed && left > 0 {
            output::print(&format!("entries that were not taken any more: {left}\n"))?;
            break;
        }
    }
    Ok(false)
}

/// Adds an entry to the history at once, so that a session that ends badly leaves it behind.
fn keep(editor: &mut Editor<Assistant, FileHistory>, file: Option<&Path>, entry: &str) {
    let added = editor.add_history_entry(entry).unwrap_or(false);
    let Some(file) = file.filter(|_| added) else {
        return;
    };
    if let Some(folder) = file.parent() {
        let _ = private_folder(folder);
    }
    // A history that cannot be written is no reason to stop.
    let _ = editor.append_history(file);
}

fn private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(folder)
}

/// Where the history is kept: in the folder for state that the system has for this user.
fn history_file() -> Option<PathBuf> {
    if let Some(own) = std::env::var_os(HISTORY_VARIABLE) {
        return (!own.is_empty()).then(|| PathBuf::from(own));
    }
    let folder = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let state = if cfg!(windows) {
        folder("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        folder("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        folder("XDG_STATE_HOME").or_else(|| folder("HOME").map(|home| home.join(".local/state")))
    };
    state.map(|state| state.join("tasq").join("history"))
}

/// What rustyline asks while somebody types.
struct Assistant {
    session: Rc<RefCell<Session>>,
    color: bool,
}

impl Helper for Assistant {}

impl Completer for Assistant {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        at: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let (start, found) = candidates(&mut self.session.borrow_mut(), line, at);
        let pairs = found
            .into_iter()
            .map(|one| Pair {
                display: shown_in_line(&one.shown).into_owned(),
                replacement: one.text,
            })
            .collect();
        Ok((start, pairs))
    }
}

/// Grey text behind the cursor.
struct Grey {
    text: String,
    /// Whether the right arrow takes it over.
    taken: bool,
}

impl Hint for Grey {
    fn display(&self) -> &str {
        &self.text
    }

    fn completion(&self) -> Option<&str> {
        self.taken.then_some(self.text.as_str())
    }
}

impl Hinter for Assistant {
    type Hint = Grey;

    fn hint(&self, line: &str, at: usize, context: &Context<'_>) -> Option<Grey> {
        if line.is_empty() || at < line.len() {
            return None;
        }
        if let Some(text) = hint(&mut self.session.borrow_mut(), line) {
            return Some(Grey { text, taken: false });
        }
        // The latest entry that begins so.
        let last = context.history().len().checked_sub(1)?;
        let start = context.history_index().min(last);
        let found = context
            .history()
            .starts_with(line, start, SearchDirection::Reverse);
        let entry = found.ok().flatten()?.entry;
        let rest = entry
            .get(at..)
            .filter(|rest| !rest.is_empty() && !rest.contains('\n'))?;
        Some(Grey {
            text: rest.to_owned(),
            taken: true,
        })
    }
}

impl Highlighter for Assistant {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        if !self.color {
            return Cow::Borrowed(line);
        }
        let mut out = String::with_capacity(line.len() + 64);
        let mut at = 0;
        for (range, tone) in tones(line) {
            if range.start < at {
                continue;
            }
            out.push_str(line.get(at..range.start).unwrap_or(""));
            let text = line.get(range.clone()).unwrap_or("");
            out.push_str(&painted(text, style_of(tone), true));
            at = range.end;
        }
        out.push_str(line.get(at..).unwrap_or(""));
        Cow::Owned(out)
    }

    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _: bool) -> Cow<'b, str> {
        // Where steps change something, it is red.
        let style = if prompt == LOCAL_PROMPT {
            BAD.bold()
        } else {
            BOLD
        };
        Cow::Owned(painted(prompt, style, self.color))
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned(painted(hint, DIM, self.color))
    }

    fn highlight_char(&self, _: &str, _: usize, _: CmdKind) -> bool {
        self.color
    }
}

fn style_of(tone: Tone) -> Style {
    match tone {
        Tone::Keyword => AnsiColor::Magenta.on_default(),
        Tone::Type => AnsiColor::Cyan.on_default(),
        Tone::Property => AnsiColor::Blue.on_default(),
        Tone::Text => AnsiColor::Green.on_default(),
        Tone::Number => AnsiColor::Yellow.on_default(),
        Tone::Variable => AnsiColor::Cyan.on_default().bold(),
        Tone::Comment => DIM,
        Tone::Command => BOLD,
    }
}

impl Validator for Assistant {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let input = context.input();
        // Two empty lines end what is open, so that its fault can be shown.
        let given_up = input.ends_with("\n\n");
        // Of what was pasted at once, the last entry counts.
        let open = !given_up && entries(input).last().is_some_and(|entry| is_open(entry));
        Ok(if open {
            ValidationResult::Incomplete
        } else {
            ValidationResult::Valid(None)
        })
    }
}
