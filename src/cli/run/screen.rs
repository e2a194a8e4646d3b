//! The part of a terminal that moves: the step that works, how long it does, and what it prints
//! when somebody wants to see it.
//!
//! The run, a clock and the keyboard share it. Where nothing moves it passes on what it gets.

use std::{
    io::{self, BufRead as _, IsTerminal as _, Write as _},
    sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc},
    thread,
    time::{Duration, Instant},
};

use super::super::output;

/// How much of a step's output is kept for somebody who asks, in bytes.
const KEPT: usize = 64 * 1024;
/// How many lines of it are shown when the step fails.
const LAST: usize = 20;

/// What is on the screen.
#[derive(Clone)]
pub(super) struct Screen(Arc<Mutex<ScreenState>>);

struct ScreenState {
    /// Whether there is a line that moves.
    moves: bool,
    /// Whether that line, or one without an end, stands there.
    open: bool,
    /// Whether the output of steps is not for anybody.
    silent: bool,
    /// What the moving line says, and since when the step works.
    bar: Option<(String, Instant)>,
    /// Whether output is shown as it comes.
    shows: bool,
    /// The end of what the step printed.
    tail: String,
    /// Somebody who waits for the Enter key.
    waits: Option<mpsc::Sender<()>>,
    /// Whether the clock and the keyboard are watched.
    watched: bool,
}

impl Screen {
    pub(super) fn new(moves: bool, silent: bool) -> Screen {
        let state = ScreenState {
            moves,
            open: false,
            silent,
            bar: None,
            shows: !moves,
            tail: String::new(),
            waits: None,
            watched: false,
        };
        Screen(Arc::new(Mutex::new(state)))
    }

    fn state(&self) -> MutexGuard<'_, ScreenState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether there is a line that moves.
    pub(super) fn moves(&self) -> bool {
        self.state().moves
    }

    /// Takes away the line that moves, until it is drawn again.
    pub(super) fn clear(&self) {
        self.state().clear();
    }

    /// Nothing moves any more.
    pub(super) fn done(&self) {
        let mut state = self.state();
        state.bar = None;
        state.clear();
    }

    /// A step begins.
    pub(super) fn begins(&self, text: String) {
        let mut state = self.state();
        state.tail.clear();
        state.bar = Some((text, Instant::now()));
        state.draw();
        if state.moves && !std::mem::replace(&mut state.watched, true) {
            self.watch();
        }
    }

    /// Another text in the place of the moving line.
    pub(super) fn moving(&self, text: &str) {
        let mut state = self.state();
        state.bar = None;
        state.put(text);
    }

    /// A step printed something.
    pub(super) fn output(&self, text: &str) {
        let mut state = self.state();
        state.tail.push_str(text);
        if state.tail.len() > KEPT {
            let mut from = state.tail.len() - KEPT / 2;
            while !state.tail.is_char_boundary(from) {
                from += 1;
            }
            state.tail.drain(..from);
        }
        if state.shows && !state.silent {
            state.show(text);
        }
    }

    /// The last lines that the step printed, when nobody has seen them.
    pub(super) fn unseen(&self) -> Vec<String> {
        let state = self.state();
        if state.shows {
            return Vec::new();
        }
        let lines: Vec<&str> = state.tail.lines().collect();
        lines
            .iter()
            .skip(lines.len().saturating_sub(LAST))
            .map(|line| (*line).to_owned())
            .collect()
    }

    /// What hears of the Enter key; nothing where nobody types.
    pub(super) fn enter(&self) -> mpsc::Receiver<()> {
        let (to, hears) = mpsc::channel();
        let mut state = self.state();
        if !io::stdin().is_terminal() || !is_in_front() {
            return hears;
        }
        state.waits = Some(to);
        if !state.watched {
            state.watched = true;
            self.watch();
        }
        hears
    }

    /// Follows the clock, and the keyboard where somebody types.
    fn watch(&self) {
        let clock = self.clone();
        thread::spawn(move || {
            loop {
                thread::sleep(Duration::from_secs(1));
                clock.state().draw();
            }
        });
        if !io::stdin().is_terminal() || !is_in_front() {
            return;
        }
        let keys = self.clone();
        thread::spawn(move || {
            let mut line = String::new();
            while io::stdin()
                .lock()
                .read_line(&mut line)
                .is_ok_and(|count| count > 0)
            {
                line.clear();
                keys.state().key();
            }
        });
    }
}

impl ScreenState {
    fn write(text: &str) {
        let mut err = io::stderr().lock();
        let _ = err.write_all(text.as_bytes()).and_then(|()| err.flush());
    }

    fn clear(&mut self) {
        if self.open {
            ScreenState::write(output::CLEAR_LINE);
            self.open = false;
        }
    }

    fn put(&mut self, text: &str) {
        self.clear();
        ScreenState::write(&output::readable(text));
        self.open = true;
    }

    /// Draws the moving line, unless output stands in its place.
    fn draw(&mut self) {
        let busy = self.shows && !self.tail.is_empty();
        if let (true, false, Some((text, began))) = (self.moves, busy, &self.bar) {
            let seconds = began.elapsed().as_secs();
            let text = if seconds > 0 {
                format!("{text} ({seconds} s)")
            } else {
                text.clone()
            };
            self.put(&text);
        }
    }

    fn show(&mut self, text: &str) {
        self.clear();
        let mut out = io::stdout().lock();
        let text = output::of_process(text);
        // Nobody can be told that the reader is gone, and the run must not end for it.
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }

    /// Enter: somebody waits for it, or wants to see what the step prints, or does not any more.
    fn key(&mut self) {
        if let Some(waits) = self.waits.take() {
            let _ = waits.send(());
            return;
        }
        self.shows = !self.shows;
        if self.shows {
            let text = if self.tail.is_empty() {
                "(nothing printed so far)\n".to_owned()
            } else {
                self.tail.clone()
            };
            self.show(&text);
        } else {
            self.draw();
        }
    }
}

/// Whether the terminal's keyboard is this program's: one in the background would be stopped by
/// asking for it.
fn is_in_front() -> bool {
    #[cfg(target_os = "linux")]
    return rustix::termios::tcgetpgrp(io::stdin())
        .is_ok_and(|front| front == rustix::process::getpgrp());
    #[cfg(not(target_os = "linux"))]
    true
}
