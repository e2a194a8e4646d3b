//! What a run costs: 200 steps of `true` beside a shell script that does the same 200 commands.
//!
//! The state is once on the disk, where each instruction is synced, and once in memory (`/dev/shm`), where that costs nothing.
//! Linux only; it prints both times and asserts nothing.

#![allow(clippy::print_stdout, reason = "a bench prints")]

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

const STEPS: usize = 200;
const ROUNDS: usize = 3;

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
    let sequence: String =
        (0..STEPS).map(|number| format!("step \"{number}\" run_command_line < \"/bin/true\" >\n")).collect();
    // As a step does it: a shell for each command.
    let script = "sh -c /bin/true\n".repeat(STEPS);
    let written = fs::write(folder.join("lab.tasq"), sequence).and_then(|()| fs::write(folder.join("lab.sh"), script));
    if let Err(error) = written {
        println!("cannot write: {error}");
        return;
    }
    let shell = best(|| timed(Command::new("sh").arg("lab.sh").current_dir(folder)));
    println!("{STEPS} commands by a shell script     {:>8.1} ms", ms(shell));
    let memory = Path::new("/dev/shm").join(format!("tasq-bench-{}", std::process::id()));
    for (name, state) in [("state in memory", memory.clone()), ("state on the disk", folder.join("state"))] {
        let time = best(|| {
            timed(
                Command::new(env!("CARGO_BIN_EXE_tasq"))
                    .args(["run", "lab.tasq", "--yes", "--quiet", "--no-resume-entry", "--state"])
                    .arg(&state)
                    .current_dir(folder),
            )
        });
        println!(
            "{STEPS} steps of a run, {name:<17}{:>8.1} ms   {:.2} times the script",
            ms(time),
            ms(time) / ms(shell)
        );
    }
    let _ = fs::remove_dir_all(memory);
    println!("{} syncs as a checkpoint does them      {:>8.1} ms", STEPS + 1, ms(syncs(folder)));
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn best(mut once: impl FnMut() -> Duration) -> Duration {
    (0..ROUNDS).map(|_| once()).min().unwrap_or_default()
}

fn timed(command: &mut Command) -> Duration {
    let began = Instant::now();
    let ended = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let time = began.elapsed();
    match ended {
        Ok(status) if status.success() => time,
        other => {
            println!("it did not end well: {other:?}");
            time
        }
    }
}

/// What the disk alone takes for as many writes, renames and syncs.
fn syncs(folder: &Path) -> Duration {
    let began = Instant::now();
    let (part, whole) = (folder.join("x.tmp"), folder.join("x"));
    for _ in 0..=STEPS {
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
