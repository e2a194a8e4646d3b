//! Processes of Linux: one group and one mark for each, so that all it started can be found and
//! ended.

use std::{
    env,
    ffi::OsString,
    fs,
    io::{self, Read as _, Write as _},
    os::{
        fd::OwnedFd,
        unix::process::{CommandExt as _, ExitStatusExt as _},
    },
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, ExitStatus, Stdio},
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant, SystemTime},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    process::{Pid, PidfdFlags, Signal as Kill, kill_process, kill_process_group, pidfd_open},
};

use super::{
    super::{
        capture::{self, Nothing, Signal, Signals},
        system::{Launch, ProcessResult, ProgramStart, SystemError},
    },
    account::{self, User},
    failed,
    left::ProcessNote,
};

/// A variable that everything a process starts inherits. A process that leaves its group is found
/// by it.
const MARK: &str = "TASQ_PROCESS_TREE";
/// How often the tree is searched again for processes that were started while others were ended.
const ROUNDS: usize = 20;

/// What a process that is tracked begins as. It becomes its program when this program has noted
/// it; when this program was ended before that, it ends as well, and nothing has run.
const GATE: &str = "read -r TASQ_NOTED && unset TASQ_NOTED && exec \"$@\" < /dev/null";

/// How often a process is looked at where the kernel cannot tell of its end.
const LOOK: Duration = Duration::from_millis(10);

/// Starts a process and waits for it.
pub(super) fn run(
    launch: &Launch,
    watch: &mut dyn FnMut(&str) -> bool,
) -> Result<ProcessResult, SystemError> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    // Numbers of processes come again; moments do not.
    let moment = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.as_nanos());
    let mark = format!(
        "{}-{moment}-{}",
        std::process::id(),
        NUMBER.fetch_add(1, Ordering::Relaxed)
    );
    let track = launch.track.as_deref();
    let note = track.map(|path| ProcessNote::before(path, &mark, launch.time_out));
    let user = launch
        .account
        .as_ref()
        .map(account::find)
        .transpose()?
        .flatten();
    let shell = words(launch, user.as_ref());
    // A program that is not one is the shell's to explain.
    let directly = direct(launch, user.as_ref())
        .and_then(|words| start(launch, user.as_ref(), words, &mark).ok());
    let mut source = match directly {
        Some(source) => source,
        None => start(launch, user.as_ref(), shell, &mark)?,
    };
    if let Some((note, path)) = note.zip(track) {
        note.started(path, source.child.id());
    }
    source.open_gate();
    let group = i32::try_from(source.child.id())
        .ok()
        .and_then(Pid::from_raw);
    let mut end = || end_tree(group, &mark);
    Ok(capture::follow(
        source,
        launch.time_out,
        capture::lossy,
        watch,
        &mut end,
    ))
}

fn start(
    launch: &Launch,
    user: Option<&User>,
    words: Vec<OsString>,
    mark: &str,
) -> Result<ProcessEvents, SystemError> {
    let (output, input) = io::pipe().map_err(|error| failed("cannot make a pipe", &error))?;
    let gated = launch.track.is_some() && is_startable(launch, &words);
    let program = words.first().cloned().unwrap_or_default();
    let mut command = command(launch, user, if gated { behind_gate(words) } else { words });
    let second = input
        .try_clone()
        .map_err(|error| failed("cannot make a pipe", &error))?;
    command
        .env(MARK, mark)
        .stdin(if gated { Stdio::piped() } else { Stdio::null() })
        .stdout(input)
        .stderr(second)
        .process_group(0);
    let mut child = command.spawn().map_err(|error| {
        let what = Path::new(&program).display().to_string();
        let folder = launch.folder.as_deref().filter(|folder| !folder.is_dir());
        let which = folder.map_or_else(
            || what.clone(),
            |folder| format!("{what} in the folder {}", folder.display()),
        );
        failed(&format!("cannot start {which}"), &error)
    })?;
    // Dropped with this function, the command leaves the pipe's other end to the process alone: it
    // closes with it.
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let end = pid.and_then(|pid| pidfd_open(pid, PidfdFlags::empty()).ok());
    Ok(ProcessEvents {
        gate: child.stdin.take(),
        child,
        end,
        output: Some(output),
        buffer: vec![0; 8192],
        over: false,
    })
}

/// A process, its output, and what becomes readable when it ends.
struct ProcessEvents {
    child: Child,
    /// Held while the process may not begin.
    gate: Option<ChildStdin>,
    /// Kernels before 5.3 have none.
    end: Option<OwnedFd>,
    output: Option<io::PipeReader>,
    buffer: Vec<u8>,
    over: bool,
}

impl ProcessEvents {
    fn open_gate(&mut self) {
        if let Some(mut gate) = self.gate.take() {
            // What was ended meanwhile says so itself.
            let _ = gate.write_all(b"\n");
        }
    }

    fn read(&mut self) -> Option<Signal> {
        let read = self.output.as_mut()?.read(&mut self.buffer);
        match read {
            Ok(length) if length > 0 => Some(Signal::Output(self.buffer.get(..length)?.to_vec())),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => None,
            _ => {
                self.output = None;
                Some(Signal::Closed)
            }
        }
    }

    /// The exit code when it has just ended; it is not there any more then.
    fn ended(&mut self) -> Option<Signal> {
        let code = match self.child.try_wait() {
            Ok(None) => return None,
            Ok(Some(status)) => exit_code(status),
            Err(_) => capture::ERROR_TIMEOUT,
        };
        self.over = true;
        Some(Signal::Ended(code))
    }

    /// Waits until there is output, or the end; whether there is.
    fn wait(&self, time: Duration) -> (bool, bool) {
        let time = Timespec {
            tv_sec: time.as_secs().cast_signed(),
            tv_nsec: time.subsec_nanos().into(),
        };
        let end = self.end.as_ref().filter(|_| !self.over);
        let mut waits: Vec<PollFd<'_>> = Vec::with_capacity(2);
        waits.extend(
            self.output
                .as_ref()
                .map(|output| PollFd::new(output, PollFlags::IN)),
        );
        waits.extend(end.map(|end| PollFd::new(end, PollFlags::IN)));
        if poll(&mut waits, Some(&time)).is_err() {
            return (false, false);
        }
        let ready = |one: Option<&PollFd<'_>>| one.is_some_and(|one| !one.revents().is_empty());
        (
            self.output.is_some() && ready(waits.first()),
            end.is_some() && ready(waits.last()),
        )
    }
}

impl Signals for ProcessEvents {
    fn next(&mut self, wait: Duration) -> Result<Signal, Nothing> {
        let until = Instant::now() + wait;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let looks = self.end.is_none() && !self.over;
            let (printed, ended) = self.wait(if looks { left.min(LOOK) } else { left });
            // The end first: what it left behind may print for ever.
            let end = if ended || looks { self.ended() } else { None };
            let signal = end.or_else(|| if printed { self.read() } else { None });
            match signal {
                Some(signal) => return Ok(signal),
                None if Instant::now() >= until => return Err(Nothing::Yet),
                None => {}
            }
        }
    }
}

/// What is started: a program, or the shell with a command line, as an account.
fn words(launch: &Launch, user: Option<&User>) -> Vec<OsString> {
    let mut words: Vec<OsString> = user.map(User::prefix).unwrap_or_default();
    match &launch.program {
        ProgramStart::CommandLine(line) => {
            words.extend(["/bin/sh", "-c", line].map(OsString::from));
        }
        ProgramStart::Arguments(program, arguments) => {
            words.push(found(program, &launch.search).into());
            words.extend(arguments.iter().cloned());
        }
    }
    words
}

fn behind_gate(words: Vec<OsString>) -> Vec<OsString> {
    let mut gated: Vec<OsString> = ["/bin/sh", "-c", GATE, "sh"].map(OsString::from).into();
    gated.extend(words);
    gated
}

/// Whether the first word is a program. What is none is left to the system to refuse: its words
/// for it are better than those of a shell.
fn is_startable(launch: &Launch, words: &[OsString]) -> bool {
    let Some(program) = words.first().map(Path::new) else {
        return false;
    };
    if program.components().count() > 1 {
        let folder = launch.folder.as_deref().unwrap_or(Path::new(""));
        return super::is_program(&folder.join(program));
    }
    let usual = env::var_os("PATH").unwrap_or_default();
    launch
        .search
        .iter()
        .cloned()
        .chain(env::split_paths(&usual))
        .any(|folder| super::is_program(&folder.join(program)))
}

/// The words of a command line in which there is nothing for a shell to do: the full path of a
/// program, and arguments of plain letters. It is started as the shell would start it, at half the
/// price.
fn direct(launch: &Launch, user: Option<&User>) -> Option<Vec<OsString>> {
    let ProgramStart::CommandLine(line) = &launch.program else {
        return None;
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b" _./:,+@%-".contains(&byte);
    let mut words = line.split(' ').filter(|word| !word.is_empty()).peekable();
    let program = Path::new(words.peek()?);
    let fits = line.bytes().all(plain)
        && program.is_absolute()
        && user.is_none()
        && super::is_program(program);
    fits.then(|| words.map(OsString::from).collect())
}

fn command(launch: &Launch, user: Option<&User>, words: Vec<OsString>) -> Command {
    let mut words = words.into_iter();
    let mut command = Command::new(words.next().unwrap_or_default());
    command.args(words);
    if let Some(user) = user {
        command.envs(user.environment());
    }
    if !launch.search.is_empty() {
        let usual =
            env::var_os("PATH").unwrap_or_else(|| OsString::from("/usr/local/bin:/usr/bin:/bin"));
        let folders = launch
            .search
            .iter()
            .cloned()
            .chain(env::split_paths(&usual));
        // A folder with a colon in its name cannot be in the list.
        if let Ok(path) = env::join_paths(folders) {
            command.env("PATH", path);
        }
    }
    super::without_own(&mut command);
    command.envs(launch.environment.iter().map(|(name, value)| (name, value)));
    if let Some(folder) = &launch.folder {
        command.current_dir(folder);
        // As a shell does it.
        if let Ok(folder) = fs::canonicalize(folder) {
            command.env("PWD", folder);
        }
    }
    command
}

/// A program by its bare name is looked for in the given folders first.
fn found(program: &Path, search: &[PathBuf]) -> PathBuf {
    let bare = program.components().count() == 1 && !program.is_absolute();
    let at = search
        .iter()
        .map(|folder| folder.join(program))
        .find(|file| bare && super::is_program(file));
    at.unwrap_or_else(|| program.to_owned())
}

/// 128 and the number of the signal for what a signal ended, as shells say it.
fn exit_code(status: ExitStatus) -> u32 {
    let code = status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal));
    u32::try_from(code.unwrap_or(1)).unwrap_or(1)
}

/// Ends a process and all it started: its group, and whatever carries its mark. Each round finds
/// what was started meanwhile.
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
        thread::sleep(Duration::from_millis(5));
    }
}

/// Processes that inherited the mark; one that ended already has no environment.
fn marked(mark: &str) -> Vec<Pid> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| {
            let pid = entry
                .file_name()
                .to_str()?
                .parse()
                .ok()
                .and_then(Pid::from_raw)?;
            carries(pid.as_raw_nonzero().get().unsigned_abs(), mark).then_some(pid)
        })
        .collect()
}

/// Whether a process inherited a mark.
pub(super) fn has_mark(pid: u32, mark: &str) -> bool {
    carries(pid, &format!("{MARK}={mark}"))
}

fn carries(pid: u32, variable: &str) -> bool {
    fs::read(format!("/proc/{pid}/environ")).is_ok_and(|environment| {
        environment
            .split(|byte| *byte == 0)
            .any(|own| own == variable.as_bytes())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_could_note_does_not_begin() {
        let folder = tempfile::tempdir().expect("a folder");
        let ran = folder.path().join("ran.txt");
        for kind in ["> ran.txt", "exec env -i /bin/sh -c '> ran.txt'"] {
            let launch = Launch {
                program: ProgramStart::CommandLine(kind.to_owned()),
                folder: Some(folder.path().to_owned()),
                search: Vec::new(),
                environment: Vec::new(),
                time_out: None,
                account: None,
                native_view: false,
                track: Some(folder.path().join("process")),
            };
            let words = words(&launch, None);
            let mut ended = start(&launch, None, words.clone(), "mark").expect("it starts");
            drop(ended.gate.take());
            ended.child.wait().expect("it ends");
            assert!(!ran.exists(), "{kind}");

            let mut noted = start(&launch, None, words, "mark").expect("it starts");
            noted.open_gate();
            assert!(noted.child.wait().expect("it ends").success());
            fs::remove_file(&ran).expect("it ran");
        }
    }
}
