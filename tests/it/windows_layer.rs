//! The Windows layer: `tests/windows/layer.sh` builds, lints and tests the Windows program under wine. It installs some
//! 300 MB and builds a standard library, so it runs when it is asked for, with `TASQ_WINDOWS_LAYER=run` on Debian; else this
//! test says how to run it.

use std::{
    env,
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// How many lines of the log a failure shows.
const TAIL: usize = 60;

fn skipped() -> Option<&'static str> {
    let wish = env::var("TASQ_WINDOWS_LAYER").unwrap_or_default();
    if wish != "run" {
        return Some("TASQ_WINDOWS_LAYER=run asks for it");
    }
    if !Path::new("/etc/debian_version").exists() {
        return Some("this is not Debian");
    }
    (env::consts::ARCH != "x86_64").then_some("it is for x86_64")
}

#[test]
fn the_windows_program_passes_its_tests_under_wine() {
    if let Some(why) = skipped() {
        println!("the Windows layer was skipped: {why}; on Debian, `tests/windows/layer.sh` runs it");
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    // Beside the folders of this build: `target/debug/deps/it-…`.
    let program = env::current_exe().expect("this program is a file");
    let target = program.ancestors().nth(3).map_or_else(|| root.join("target"), Path::to_owned);
    let log = env::var_os("TASQ_WINDOWS_LOG").map_or_else(|| target.join("windows.log"), PathBuf::from);
    let out = File::create(&log).expect("the log can be written");
    let status = Command::new(root.join("tests/windows/layer.sh"))
        .env("CARGO_TARGET_DIR", &target)
        .stdin(Stdio::null())
        .stderr(out.try_clone().expect("a file has many handles"))
        .stdout(out)
        .status()
        .expect("bash runs the script");
    if !status.success() {
        let text = String::from_utf8_lossy(&fs::read(&log).unwrap_or_default()).into_owned();
        let lines: Vec<&str> = text.lines().collect();
        let tail = lines[lines.len().saturating_sub(TAIL)..].join("\n");
        panic!("the Windows layer failed; {} holds all of it, the last lines are:\n{tail}", log.display());
    }
}
