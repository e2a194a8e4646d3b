//! What a run costs: 200 steps of `/bin/true` beside a shell script that does the same 200
//! commands.
//!
//! The state is once on the disk, where each instruction is synced, and once in memory
//! (`/dev/shm`), where that costs nothing. Everything is measured in turn, round by round, so that
//! what else the computer does falls on all of them; the best round and the median of the ratios
//! within a round are printed. Linux only; it asserts nothing.

#![allow(clippy::print_stdout, reason = "a bench prints")]

use std::{
    fs,
    io::{Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

const STEPS: usize = 200;
const ROUNDS: usize = 9;

/// What is measured: its name, and how.
type Measured<'a> = (&'static str, Box<dyn Fn() -> Duration + 'a>);

fn main() {
    if !cfg!(target_os = "linux") {
        println!("this bench runs on Linux only");
        return;
    }
    let Ok(place) = tempfile::tempdir() else {
        println!("no temporary folder");
        return;
    };
    let folder = place.path();
    if let Err(error) = prepare(folder) {
        println!("cannot write: {error}");
        return;
    }
    let memory = Path::new("/dev/shm").join(format!("tasq-bench-{}", std::process::id()));
    let disk = folder.join("state");
    let shell =
        |script: &'static str| move || timed(Command::new("sh").arg(script).current_dir(folder));
    let run = |sequence: &'static str, state: &PathBuf| {
        let state = state.clone();
        move || {
            let mut command = Command::new(env!("CARGO_BIN_EXE_tasq"));
            command.args([
                "run",
                sequence,
                "--yes",
                "--quiet",
                "--no-resume-entry",
                "--state",
            ]);
            timed(command.arg(&state).current_dir(folder))
        }
    };
    let all: Vec<Measured<'_>> = vec![
        ("a shell script: /bin/true", Box::new(shell("plain.sh"))),
        (
            "  the same run, state in memory",
            Box::new(run("plain.tasq", &memory)),
        ),
        (
            "  the same run, state on the disk",
            Box::new(run("plain.tasq", &disk)),
        ),
        (
            "a shell script: sh -c 'exit 0 && true'",
            Box::new(shell("shell.sh")),
        ),
        (
            "  the same run, state in memory",
            Box::new(run("shell.tasq", &memory)),
        ),
        (
            "  the same run, state on the disk",
            Box::new(run("shell.tasq", &disk)),
        ),
        (
            "the same commands, a sync before each",
            Box::new(|| floor(folder)),
        ),
        (
            "syncs of a file with its blocks",
            Box::new(|| syncs(folder, || ())),
        ),
        (
            "files replaced: sync, rename, sync",
            Box::new(|| replaced(folder)),
        ),
    ];
    let rounds: Vec<Vec<Duration>> = (0..ROUNDS)
        .map(|_| all.iter().map(|(_, once)| once()).collect())
        .collect();
    println!(
        "{STEPS} times, the best of {ROUNDS} rounds; behind it the median of the ratios to the script above"
    );
    let mut script = 0;
    for (index, (name, _)) in all.iter().enumerate() {
        let best = rounds
            .iter()
            .map(|round| round[index])
            .min()
            .unwrap_or_default();
        if name.starts_with(' ') {
            let first = rounds
                .iter()
                .map(|round| round[script])
                .min()
                .unwrap_or_default();
            let mut ratios: Vec<f64> = rounds
                .iter()
                .map(|round| ms(round[index]) / ms(round[script]))
                .collect();
            ratios.sort_by(f64::total_cmp);
            let median = ratios[ratios.len() / 2];
            println!(
                "{name:<40}{:>9.1} ms {:>6.2} times {median:>6.2}",
                ms(best),
                ms(best) / ms(first)
            );
        } else {
            script = index;
            println!("{name:<40}{:>9.1} ms", ms(best));
        }
    }
    let _ = fs::remove_dir_all(memory);
}

/// Sequences and scripts that do the same, once where nothing needs a shell, once where each
/// command needs one.
fn prepare(folder: &Path) -> std::io::Result<()> {
    for (name, in_sequence, in_script) in [
        ("plain", "/bin/true", "/bin/true\n"),
        ("shell", "exit 0 && true", "sh -c 'exit 0 && true'\n"),
    ] {
        let steps = (0..STEPS)
            .map(|number| format!("step \"{number}\" run_command_line < \"{in_sequence}\" >\n"));
        fs::write(
            folder.join(format!("{name}.tasq")),
            steps.collect::<String>(),
        )?;
        fs::write(folder.join(format!("{name}.sh")), in_script.repeat(STEPS))?;
    }
    Ok(())
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn timed(command: &mut Command) -> Duration {
    let began = Instant::now();
    let ended = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    let time = began.elapsed();
    match ended {
        Ok(status) if status.success() => time,
        other => {
            println!("it did not end well: {other:?}");
            time
        }
    }
}

/// What no run can be quicker than: each command, and before it a record that is on the disk.
fn floor(folder: &Path) -> Duration {
    syncs(folder, || {
        timed(&mut Command::new("/bin/true"));
    })
}

/// What the disk alone takes for as many records as a run writes between its instructions.
fn syncs(folder: &Path, between: impl Fn()) -> Duration {
    let once = || -> std::io::Result<Duration> {
        let mut file = fs::File::create(folder.join("places"))?;
        file.write_all(&[b' '; 128 * 1024])?;
        file.sync_all()?;
        let began = Instant::now();
        for number in 0..STEPS {
            file.seek(SeekFrom::Start(64 * 1024 * (number as u64 % 2)))?;
            file.write_all(&[b'x'; 4000])?;
            file.sync_data()?;
            between();
        }
        Ok(began.elapsed())
    };
    once().unwrap_or_default()
}

/// What the disk alone takes to replace a whole file as often.
fn replaced(folder: &Path) -> Duration {
    let (part, whole) = (folder.join("x.tmp"), folder.join("x"));
    let began = Instant::now();
    for _ in 0..STEPS {
        let done = fs::write(&part, [b'x'; 4000])
            .and_then(|()| fs::File::open(&part)?.sync_all())
            .and_then(|()| fs::rename(&part, &whole))
            .and_then(|()| fs::File::open(folder)?.sync_all());
        if let Err(error) = done {
            println!("cannot sync: {error}");
        }
    }
    began.elapsed()
}
