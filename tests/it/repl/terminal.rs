//! The prompt at a pseudo terminal: editing, completion, Ctrl-C, the history.

use std::{
    fs::{self, File, OpenOptions},
    io::{Read as _, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use rustix::{
    process::{Pid, Signal, kill_process},
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
    termios::{Winsize, tcsetwinsize},
};
use tempfile::TempDir;

/// How long an answer may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

const UP: &str = "\u{1b}[A";
const LEFT: &str = "\u{1b}[D";
const CTRL_C: &str = "\u{3}";
const CTRL_D: &str = "\u{4}";
const PROMPT: &str = "tasq> ";
/// What is sent to the terminal before a new prompt: pasted text is marked from now on.
const PASTE: &str = "\u{1b}[?2004h";

/// A session in a terminal.
struct Terminal {
    child: Child,
    master: File,
    seen: Arc<Mutex<Vec<u8>>>,
    /// How much of what was seen was looked at.
    read: usize,
}

impl Terminal {
    fn start(folder: &Path, arguments: &[&str]) -> Terminal {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a pseudo terminal");
        grantpt(&master).expect("it is granted");
        unlockpt(&master).expect("it is unlocked");
        let size = Winsize {
            ws_row: 40,
            ws_col: 100,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        tcsetwinsize(&master, size).expect("it has a size");
        let name = ptsname(&master, Vec::new()).expect("it has a name");
        let name = name.to_str().expect("its name is text");
        let slave = || {
            Stdio::from(
                OpenOptions::new()
                    .read(true)
                    .write(true)
                    .open(name)
                    .expect("its other end"),
            )
        };
        let child = Command::new(env!("CARGO_BIN_EXE_tasq"))
            .arg("repl")
            .args(arguments)
            .current_dir(folder)
            .env("TASQ_HISTORY", folder.join("state/history"))
            .env("TERM", "xterm")
            .env("NO_COLOR", "1")
            .stdin(slave())
            .stdout(slave())
            .stderr(slave())
            .spawn()
            .expect("the program can be started");
        let master = File::from(master);
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (mut from, to) = (
            master.try_clone().expect("a second handle"),
            Arc::clone(&seen),
        );
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            // Reading fails when the other end is closed.
            while let Ok(count @ 1..) = from.read(&mut buffer) {
                to.lock()
                    .expect("nobody panics with it")
                    .extend_from_slice(&buffer[..count]);
            }
        });
        let mut terminal = Terminal {
            child,
            master,
            seen,
            read: 0,
        };
        terminal.ready();
        terminal
    }

    fn send(&mut self, keys: &str) {
        self.master
            .write_all(keys.as_bytes())
            .expect("the terminal takes keys");
    }

    /// Types a line, waits for some text behind it, and for the prompt.
    fn enter(&mut self, line: &str, wanted: &str) -> String {
        self.send(line);
        self.send("\r");
        let mut shown = self.expect(wanted);
        shown.push_str(&self.ready());
        shown
    }

    /// Waits for a new prompt: an old one is drawn again with every key.
    fn ready(&mut self) -> String {
        let mut shown = self.expect(PASTE);
        shown.push_str(&self.expect(PROMPT));
        shown
    }

    /// Waits for a text in what is newly shown; gives it all.
    fn expect(&mut self, wanted: &str) -> String {
        let start = Instant::now();
        loop {
            let seen = self.seen.lock().expect("nobody panics with it").clone();
            let fresh = String::from_utf8_lossy(&seen[self.read..]).into_owned();
            if let Some(at) = fresh.find(wanted) {
                self.read += at + wanted.len();
                return fresh[..at + wanted.len()].to_owned();
            }
            assert!(
                start.elapsed() < PATIENCE,
                "waited for {wanted:?}, saw {fresh:?}"
            );
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Everything shown so far.
    fn all(&self) -> String {
        String::from_utf8_lossy(&self.seen.lock().expect("nobody panics with it")).into_owned()
    }

    fn exit_code(mut self) -> i32 {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("the program can be asked") {
                return status.code().expect("an exit code");
            }
            assert!(
                start.elapsed() < PATIENCE,
                "it does not end: {:?}",
                self.all()
            );
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It has ended, unless the test failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn scratch() -> TempDir {
    TempDir::new().expect("a scratch folder can be made")
}

#[test]
fn repl_terminal_edits_a_line() {
    let scratch = scratch();
    let mut terminal = Terminal::start(scratch.path(), &[]);
    terminal.send("set Ring = piot");
    terminal.send(&LEFT.repeat(2));
    terminal.enter("l", "Ring = \"pilot\"");
    terminal.enter("Ring == \"pilot\"", "true");
    terminal.send(CTRL_D);
    assert_eq!(terminal.exit_code(), 0);
}

#[test]
fn repl_terminal_goes_on_while_something_is_open() {
    let scratch = scratch();
    let mut terminal = Terminal::start(scratch.path(), &[]);
    terminal.send("group \"Work\" {\r");
    terminal.send("step \"A\" set_variable < A = \"1\" >\r");
    let before = terminal.enter("}", "✓ A");
    assert!(!before.contains("never closed"), "{before}");
    terminal.enter("A", "\"1\"");
    terminal.send(":quit\r");
    assert_eq!(terminal.exit_code(), 0);
}

#[test]
fn repl_terminal_takes_several_entries_that_are_pasted_at_once() {
    let paste = |text: &str| format!("\u{1b}[200~{}\u{1b}[201~\r", text.replace('\n', "\r"));
    let scratch = scratch();
    let mut terminal = Terminal::start(scratch.path(), &[]);
    terminal.send(&paste(
        "set Ring = pilot\nset Two = 2\nRing == \"pilot\"\n  and Two == \"2\"",
    ));
    let shown = terminal.expect("✓ all");
    assert!(
        shown.contains("Ring = \"pilot\"\r\nTwo = \"2\"\r\ntrue\r\n"),
        "{shown:?}"
    );
    terminal.ready();
    terminal.send(&paste("group \"A\" {\n    step \"B\" set_variable < B = \"1\" >\n}\nstep \"C\" set_variable < C = \"1\" >\n    when B == \"1\"\nnonsense\nset Three = 3"));
    terminal.expect("✓ C");
    terminal.expect("entries that were not taken any more: 1");
    terminal.ready();
    // The last one is still open: what closes it can be typed.
    terminal.send(&paste(
        "set Four = 4\ngroup \"D\" {\n    step \"E\" set_variable < E = \"%Four%\" >",
    ));
    terminal.send("}\r");
    terminal.expect("Four = \"4\"\r\n▸ D\r\n  ✓ E");
    terminal.ready();
    terminal.send(CTRL_D);
    assert_eq!(terminal.exit_code(), 0);
}

#[test]
fn repl_terminal_completes() {
    let scratch = scratch();
    fs::write(scratch.path().join("laptop.toml"), "make = \"LENOVO\"\n")
        .expect("a file can be written");
    let mut terminal = Terminal::start(scratch.path(), &["--set", "RingOfTheLab=pilot"]);
    // A command, a file, a step type, a property, a variable.
    terminal.send(":mach\t lap\t\r");
    terminal.expect("the run begins anew on laptop.toml");
    terminal.ready();
    terminal.send("step \"A\" run_comm\t < \"cmd.exe\", success_c\t");
    terminal.expect("success_codes:");
    terminal.send(CTRL_C);
    terminal.ready();
    terminal.send("RingOfThe\t == \"pilot\"\r");
    terminal.expect("true");
    terminal.ready();
    // Two tabs list what there is, with the present value.
    terminal.send("Ring\t");
    terminal.expect("RingOfTheLab");
    terminal.send(CTRL_C);
    terminal.ready();
    terminal.send(CTRL_D);
    assert_eq!(terminal.exit_code(), 0);
}

#[test]
fn repl_terminal_ctrl_c_drops_the_line_and_keeps_the_session() {
    let scratch = scratch();
    let mut terminal = Terminal::start(scratch.path(), &[]);
    terminal.enter("set Ring = pilot", "Ring = \"pilot\"");
    terminal.send("group \"Never\" {\r");
    terminal.send("step \"half\"");
    terminal.send(CTRL_C);
    terminal.ready();
    terminal.enter("Ring", "\"pilot\"");
    let steps = terminal.enter(":steps", "no steps yet");
    assert!(!steps.contains("Never"), "{steps}");
    terminal.send(CTRL_D);
    assert_eq!(terminal.exit_code(), 0);
}

#[test]
fn repl_terminal_a_long_run_is_interrupted_between_steps() {
    let scratch = scratch();
    let mut source = String::new();
    for number in 0..5_000 {
        source.push_str(&format!(
            "step \"Step {number}\" set_variable < A = \"{number}\" >\n\n"
        ));
    }
    fs::write(scratch.path().join("long.tasq"), source).expect("a file can be written");
    let mut terminal = Terminal::start(scratch.path(), &["long.tasq"]);
    terminal.send(":run\r");
    // The line was taken when its end is echoed; only then does the run go.
    terminal.expect(":run");
    let pid = Pid::from_raw(i32::try_from(terminal.child.id()).expect("a small number"))
        .expect("a process");
    let start = Instant::now();
    // The signal must meet the run and not the prompt, where it is nothing: it is sent until the
    // run has stopped.
    while !terminal.all().contains("interrupted; `:run` goes on") {
        assert!(
            !terminal.all().contains("the sequence is over"),
            "the run was over before it was interrupted"
        );
        assert!(start.elapsed() < PATIENCE, "{}", terminal.all());
        kill_process(pid, Signal::INT).expect("a signal can be sent");
        thread::sleep(Duration::from_millis(2));
    }
    terminal.expect("interrupted; `:run` goes on");
    terminal.ready();
    terminal.enter("_SMSTSInstructionTableSize", "\"5000\"");
    terminal.send(CTRL_D);
    assert_eq!(terminal.exit_code(), 0);
}

#[test]
fn repl_terminal_history_outlives_a_session_without_its_secrets() {
    let scratch = scratch();
    let mut terminal = Terminal::start(scratch.path(), &[]);
    terminal.enter("set Ring = pilot", "Ring = \"pilot\"");
    terminal.enter("set masked Key = hunter22", "Key = ********");
    terminal.enter("\"hunter22\"", "\"********\"");
    terminal.send(CTRL_D);
    assert_eq!(terminal.exit_code(), 0);
    let file = scratch.path().join("state/history");
    let text = fs::read_to_string(&file).expect("the history is there");
    assert!(
        text.contains("set Ring = pilot") && !text.contains("hunter22"),
        "{text}"
    );
    let mode = |path: &Path| {
        fs::metadata(path)
            .expect("it is there")
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!(
        (mode(&file), mode(&scratch.path().join("state"))),
        (0o600, 0o700)
    );

    let mut terminal = Terminal::start(scratch.path(), &[]);
    terminal.send(UP);
    terminal.expect("set Ring = pilot");
    terminal.send("\r");
    terminal.expect("Ring = \"pilot\"");
    terminal.ready();
    terminal.send(CTRL_D);
    assert_eq!(terminal.exit_code(), 0);
}

#[test]
fn repl_terminal_asks_before_anything_is_done_on_this_computer() {
    const LOCAL: &str = "this computer> ";
    let scratch = scratch();
    let state = scratch.path().join("own");
    let mut terminal = Terminal::start(
        scratch.path(),
        &["--state", state.to_str().expect("a path in UTF-8")],
    );
    for answer in ["n\r", "\r", CTRL_C, CTRL_D] {
        terminal.send(":host local\r");
        terminal.expect("Carry out steps on this computer? [y/N] ");
        terminal.send(answer);
        terminal.expect("nothing has changed");
        terminal.ready();
    }
    terminal.enter(
        "step \"Touch\" run_command_line < \"touch marker\" >",
        "would run: touch marker",
    );
    assert!(!scratch.path().join("marker").exists() && !state.exists());
    terminal.send(":host local\r");
    terminal.expect("[y/N] ");
    terminal.send("yes\r");
    terminal.expect(LOCAL);
    terminal.send("step \"Touch\" run_command_line < \"touch marker; echo touched\" >\r");
    terminal.expect("touched\r\n✓ Touch");
    terminal.expect(LOCAL);
    assert!(scratch.path().join("marker").exists());
    terminal.send(":host machine\r");
    terminal.expect("steps only pretend again");
    terminal.ready();
    terminal.send(CTRL_D);
    assert_eq!(terminal.exit_code(), 0);
}

#[test]
fn repl_terminal_ctrl_c_ends_the_step_and_keeps_the_session() {
    const LOCAL: &str = "this computer> ";
    let scratch = scratch();
    let mut terminal = Terminal::start(scratch.path(), &["--state", "own", "--yes"]);
    terminal.send(":host local\r");
    terminal.expect(LOCAL);
    terminal.send("step \"Long\" run_command_line < \"echo begun; sleep 600; touch marker\" >\r");
    terminal.expect("begun\r\n");
    let pid = Pid::from_raw(i32::try_from(terminal.child.id()).expect("a small number"))
        .expect("a process");
    kill_process(pid, Signal::INT).expect("a signal can be sent");
    terminal.expect("interrupted: 0 \"Long\" was ended and is next again");
    terminal.expect(LOCAL);
    terminal.send("_SMSTSLastActionSucceeded\r");
    terminal.expect("\r\n\"false\"\r\n");
    terminal.expect(LOCAL);
    terminal.send(CTRL_D);
    assert_eq!(terminal.exit_code(), 0);
    assert!(!scratch.path().join("marker").exists());
}
