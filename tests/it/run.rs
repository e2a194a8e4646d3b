//! Runs on this computer, as processes: everything that `tasq run` promises on Linux, for real.
//!
//! Each test has its own folder for the run's state (`TASQ_STATE`), for units (`TASQ_UNIT_FOLDER`)
//! and for what steps do.

mod begin;
mod content;
mod crash;
mod disk;
mod https;
mod install;
mod log;
mod outlives;
mod powershell;
mod predict;
mod restart;
mod resume;
mod secrets;
mod shell;
mod step;
mod stranger;
mod truth;
mod variables;

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

/// The program.
pub const TASQ: &str = env!("CARGO_BIN_EXE_tasq");

/// A folder for one test.
pub struct Place {
    folder: tempfile::TempDir,
}

/// How the program ended.
pub struct Done {
    /// The exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Done {
    /// Of a process.
    pub fn of(output: &Output) -> Done {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Done {
            code: output.status.code().unwrap_or(-1),
            out: text(&output.stdout),
            err: text(&output.stderr),
        }
    }

    /// Everything it printed.
    pub fn all(&self) -> String {
        format!("{}{}", self.out, self.err)
    }

    /// Fails the test unless the exit code is this one.
    #[track_caller]
    pub fn ends(self, code: i32) -> Done {
        assert_eq!(self.code, code, "{}", self.all());
        self
    }

    /// Fails the test unless something was printed.
    #[track_caller]
    pub fn says(self, text: &str) -> Done {
        assert!(self.all().contains(text), "no {text:?} in:\n{}", self.all());
        self
    }
}

impl Place {
    /// A new folder.
    pub fn new() -> Place {
        Place {
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    /// A path in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder is made");
        fs::write(&path, text).expect("a file is written");
        path
    }

    /// Reads a file; empty when it is not there.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// The program in this folder, with nothing of the system's.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(TASQ);
        let folder = Path::new(TASQ).parent().expect("the program's folder");
        let path = format!(
            "{}:{}",
            folder.display(),
            std::env::var("PATH").unwrap_or_default()
        );
        command
            .args(args)
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .env("PATH", path)
            .env("TASQ_STATE", self.path("state"))
            .env("TASQ_UNIT_FOLDER", self.path("units"))
            .env("NO_COLOR", "1");
        command
    }

    /// Runs the program.
    pub fn tasq(&self, args: &[&str]) -> Done {
        Done::of(&self.command(args).output().expect("tasq starts"))
    }

    /// Runs the program with entries on its standard input.
    pub fn typed(&self, args: &[&str], entries: &str) -> Done {
        Place::type_into(self.command(args), entries)
    }

    /// Starts a command and gives it entries on its standard input.
    pub fn type_into(mut command: Command, entries: &str) -> Done {
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = piped.stderr(Stdio::piped()).spawn().expect("tasq starts");
        let mut input = process.stdin.take().expect("its input");
        input.write_all(entries.as_bytes()).expect("it reads");
        drop(input);
        Done::of(&process.wait_with_output().expect("it ends"))
    }

    /// Runs a sequence, with further arguments.
    pub fn run(&self, sequence: &str, args: &[&str]) -> Done {
        self.write("lab.tasq", sequence);
        let whole: Vec<&str> = ["run", "lab.tasq", "--yes"]
            .iter()
            .chain(args)
            .copied()
            .collect();
        self.tasq(&whole)
    }

    /// The log.
    pub fn log(&self) -> String {
        self.read("state/logs/smsts.log")
    }
}

/// Whether the tests may do what only root may; says so once where they may not.
pub fn is_root(what: &str) -> bool {
    let id = Command::new("id")
        .arg("-u")
        .output()
        .map(|out| String::from_utf8_lossy(&out.stdout).trim() == "0");
    let root = id.unwrap_or(false);
    if !root {
        println!("skipped: {what} needs root");
    }
    root
}

/// Whether a program is here; says so where it is not.
pub fn has(program: &str) -> bool {
    let found = Command::new("sh")
        .args(["-c", &format!("command -v {program}")])
        .output();
    let here = found.is_ok_and(|out| out.status.success());
    if !here {
        println!("skipped: {program} is not on this computer");
    }
    here
}
