//! Processes of Linux: one group and one mark for each, so that all it started can be found and ended.

use std::{
    env,
    ffi::OsString,
    fs, io,
    os::unix::process::{CommandExt as _, ExitStatusExt as _},
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
    sync::{
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    thread,
};

use rustix::process::{Pid, Signal as Kill, kill_process, kill_process_group};

use super::{
    super::{
        capture::{self, Signal},
        system::{Ended, Launch, Program, SystemError},
    },
    account, failed,
};

/// A variable that everything a process starts inherits. A process that leaves its group is found by it.
const MARK: &str = "TASQ_PROCESS_TREE";
/// How often the tree is searched again for processes that were started while others were ended.
const ROUNDS: usize = 20;

/// Starts a process and waits for it.
pub(super) fn run(launch: &Launch, watch: &mut dyn FnMut(&str) -> bool) -> Result<Ended, SystemError> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let mark = format!("{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    let (output, input) = io::pipe().map_err(|error| failed("cannot make a pipe", &error))?;
    let mut command = command(launch)?;
    let second = input.try_clone().map_err(|error| failed("cannot make a pipe", &error))?;
    command.env(MARK, &mark).stdin(Stdio::null()).stdout(input).stderr(second).process_group(0);
    let what = Path::new(command.get_program()).display().to_string();
    let mut child = command.spawn().map_err(|error| {
        let folder = launch.folder.as_deref().filter(|folder| !folder.is_dir());
        let which = folder.map_or_else(|| what.clone(), |folder| format!("{what} in the folder {}", folder.display()));
        failed(&format!("cannot start {which}"), &error)
    })?;
    // It holds the pipe's other end, and the pipe closes only when nobody does.
    drop(command);
    let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let (to, signals) = mpsc::channel();
    let ended = to.clone();
    thread::spawn(move || capture::read(output, &to));
    thread::spawn(move || {
        let code = child.wait().map_or(capture::ERROR_TIMEOUT, exit_code);
        let _ = ended.send(Signal::Ended(code));
    });
    let mut end = || end_tree(group, &mark);
    Ok(capture::follow(&signals, launch.time_out, capture::lossy, watch, &mut end))
}

fn command(launch: &Launch) -> Result<Command, SystemError> {
    let user = launch.account.as_ref().map(account::find).transpose()?.flatten();
    let mut words: Vec<OsString> = user.as_ref().map(account::User::prefix).unwrap_or_default();
    match &launch.program {
        Program::CommandLine(line) => words.extend(["/bin/sh", "-c", line].map(OsString::from)),
        Program::Arguments(program, arguments) => {
            words.push(found(program, &launch.search).into());
            words.extend(arguments.iter().cloned());
        }
    }
    let mut words = words.into_iter();
    let mut command = Command::new(words.next().unwrap_or_default());
    command.args(words);
    if let Some(user) = &user {
        command.envs(user.environment());
    }
    if !launch.search.is_empty() {
        let usual = env::var_os("PATH").unwrap_or_else(|| OsString::from("/usr/local/bin:/usr/bin:/bin"));
        let folders = launch.search.iter().cloned().chain(env::split_paths(&usual));
        // A folder with a colon in its name cannot be in the list.
        if let Ok(path) = env::join_paths(folders) {
            command.env("PATH", path);
        }
    }
    // What the run was given for itself is not its processes'.
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("TASQ_SECRET_")) {
        command.env_remove(name);
    }
    command.envs(launch.environment.iter().map(|(name, value)| (name, value)));
    if let Some(folder) = &launch.folder {
        command.current_dir(folder);
    }
    Ok(command)
}

/// A program by its bare name is looked for in the given folders first.
fn found(program: &Path, search: &[PathBuf]) -> PathBuf {
    let bare = program.components().count() == 1 && !program.is_absolute();
    let at = search.iter().map(|folder| folder.join(program)).find(|file| bare && super::is_program(file));
    at.unwrap_or_else(|| program.to_owned())
}

/// 128 and the number of the signal for what a signal ended, as shells say it.
fn exit_code(status: ExitStatus) -> u32 {
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    u32::try_from(code.unwrap_or(1)).unwrap_or(1)
}

/// Ends a process and all it started: its group, and whatever carries its mark. Each round finds what was started meanwhile.
fn end_tree(group: Option<Pid>, mark: &str) {
    let mark = format!("{MARK}={mark}");
    for _ in 0..ROUNDS {
        if let Some(group) = group {
            let _ = kill_process_group(group, Kill::KILL);
        }
        let marked = marked(&mark);
        if marked.is_empty() {
            return;
        }
        for pid in marked {
            let _ = kill_process(pid, Kill::KILL);
        }
        thread::sleep(std::time::Duration::from_millis(5));
    }
}

/// Processes that inherited the mark; one that ended already has no environment.
fn marked(mark: &str) -> Vec<Pid> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| {
            let pid = entry.file_name().to_str()?.parse().ok().and_then(Pid::from_raw)?;
            let environment = fs::read(entry.path().join("environ")).ok()?;
            environment.split(|byte| *byte == 0).any(|variable| variable == mark.as_bytes()).then_some(pid)
        })
        .collect()
}
