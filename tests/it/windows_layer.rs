//! The Windows layer: `tests/windows/layer.sh` builds, lints and tests the Windows program under
//! wine. It installs packages and takes long, so it runs only when `TASQ_WINDOWS_LAYER=run` asks
//! for it, as `.ci/run` does; otherwise this test says how to run it.

use std::{
    env,
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// How many lines of the log a failure shows.
const TAIL: usize = 60;

/// With this code the script says that this system has not what it needs.
const CANNOT: i32 = 77;

fn is_debian() -> bool {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    env::consts::ARCH == "x86_64" && release.lines().any(|line| line == "ID=debian")
}

/// Why the layer is left out, if it is.
fn skipped() -> Option<&'static str> {
    if env::var("TASQ_WINDOWS_LAYER").as_deref() != Ok("run") {
        Some("nobody asked for it")
    } else if !is_debian() {
        Some("this is not Debian on x86_64")
    } else {
        None
    }
}

/// Past the test runner, which keeps what a test that passes prints to itself.
fn say(text: &str) {
    let _ = writeln!(io::stderr(), "windows layer: {text}");
}

#[test]
fn the_windows_program_passes_its_tests_under_wine() {
    let how = "`TASQ_WINDOWS_LAYER=run cargo test` on Debian as root runs it, see tests/windows/README.md";
    if let Some(why) = skipped() {
        say(&format!("skipped: {why}; {how}"));
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    // Beside the folders of this build: `target/debug/deps/it-…`.
    let program = env::current_exe().expect("this program is a file");
    let target = program
        .ancestors()
        .nth(3)
        .map_or_else(|| root.join("target"), Path::to_owned);
    let log =
        env::var_os("TASQ_WINDOWS_LOG").map_or_else(|| target.join("windows.log"), PathBuf::from);
    say(&format!(
        "builds and tests the Windows program, the first time for half an hour; {}",
        log.display()
    ));
    let out = File::create(&log).expect("the log can be written");
    // Other tests run at the same time, and some have time limits: they go first.
    let status = Command::new("nice")
        .args(["-n", "19"])
        .arg(root.join("tests/windows/layer.sh"))
        .env("CARGO_TARGET_DIR", &target)
        .stdin(Stdio::null())
        .stderr(out.try_clone().expect("a file has many handles"))
        .stdout(out)
        .status()
        .expect("bash runs the script");
    let text = String::from_utf8_lossy(&fs::read(&log).unwrap_or_default()).into_owned();
    let lines: Vec<&str> = text.lines().collect();
    if status.code() == Some(CANNOT) {
        say(&format!(
            "skipped: {}",
            lines.last().unwrap_or(&"this system has not what it needs")
        ));
        return;
    }
    let tail = lines[lines.len().saturating_sub(TAIL)..].join("\n");
    assert!(
        status.success(),
        "the Windows layer failed; {} holds all of it, the last lines are:\n{tail}",
        log.display()
    );
}
