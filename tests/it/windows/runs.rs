//! `tasq run` as a program: scripts that ask the run, time-outs, restarts that are left to
//! somebody, an end from outside, and how PowerShell is started. Each run has a state of its own
//! and no start-up entry.

use std::{
    fs,
    process::{Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use super::{fixture, plain};

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Place {
        Place {
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    fn here(&self) -> String {
        plain(self.folder.path())
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).expect("a file is written");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name))
            .unwrap_or_default()
            .replace('\r', "")
    }

    fn log(&self) -> String {
        self.read(r"state\logs\smsts.log")
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tasq"));
        command
            .args(args)
            .args(["--state", "state"])
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        command
    }

    fn running(&self, sequence: &str, args: &[&str]) -> Command {
        self.write("lab.tasq", sequence);
        let here = format!("Here={}", self.here());
        let whole = [
            "run",
            "lab.tasq",
            "--yes",
            "--no-resume-entry",
            "--set",
            &here,
        ];
        self.command(&whole.iter().chain(args).copied().collect::<Vec<_>>())
    }

    fn run(&self, sequence: &str, args: &[&str]) -> (i32, String) {
        told(&self.running(sequence, args).output().expect("tasq starts"))
    }

    fn tasq(&self, args: &[&str]) -> (i32, String) {
        told(&self.command(args).output().expect("tasq starts"))
    }
}

/// The exit code and everything that was printed.
fn told(output: &Output) -> (i32, String) {
    let text = [&output.stdout, &output.stderr]
        .map(|bytes| String::from_utf8_lossy(bytes).replace('\r', ""));
    (
        output.status.code().expect("Windows has no signals"),
        text.concat(),
    )
}

#[test]
fn a_script_reads_and_sets_variables_of_the_run() {
    let place = Place::new();
    // The redirection stands first: a digit before it would be the number of a stream.
    let script = "@echo off\r\n\
        for /f \"delims=\" %%v in ('\"%TASQ_PROGRAM%\" variable get ring') do >>got.txt echo was %%v\r\n\
        \"%TASQ_PROGRAM%\" variable set Ring broad\r\n>>got.txt echo set %errorlevel%\r\n\
        \"%TASQ_PROGRAM%\" variable set _SMSTSType 2\r\n>>got.txt echo refused %errorlevel%\r\n\
        \"%TASQ_PROGRAM%\" variable get Nothing\r\n>>got.txt echo nothing %errorlevel%\r\nexit /b 0\r\n";
    place.write("script.cmd", script);
    let sequence = "step \"Set\" set_variable < Ring = \"pilot\" >\n\
        step \"Script\" run_command_line < 'cmd.exe /c script.cmd', working_directory: \"%Here%\" >\n\
        step \"After\" run_command_line < 'cmd.exe /c \"echo now %Ring%>>got.txt\"', working_directory: \"%Here%\" > when Ring == \"broad\"\n";
    let (code, said) = place.run(sequence, &[]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(
        place.read("got.txt"),
        "was pilot\nset 0\nrefused 2\nnothing 1\nnow broad\n",
        "{said}"
    );
    assert!(
        place
            .log()
            .contains("Set a global environment variable Ring=broad"),
        "{}",
        place.log()
    );
}

#[test]
fn a_step_that_runs_too_long_is_ended_with_all_it_started() {
    let Some(probe) = fixture("probe.exe") else {
        return;
    };
    let place = Place::new();
    fs::copy(probe, place.folder.path().join("probe.exe")).expect("a fixture");
    let sequence = "step \"Slow\" run_command_line < \"probe.exe tree 1\", working_directory: \"%Here%\", timeout: 3s, continue_on_error: true >\n\
        step \"After\" run_command_line < 'cmd.exe /c \"echo after>marks.txt\"', working_directory: \"%Here%\" >\n";
    let (code, said) = place.run(sequence, &[]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(place.read("marks.txt"), "after\n", "{said}");
    assert!(
        place.log().contains("ran longer than its time-out"),
        "{}",
        place.log()
    );
    for depth in 0..2 {
        let pid = place.read(&format!("depth-{depth}"));
        assert!(!pid.is_empty(), "depth {depth} was there: {said}");
        let began = Instant::now();
        while super::processes::lives(&pid) {
            assert!(
                began.elapsed() < Duration::from_secs(20),
                "depth {depth} lives"
            );
            thread::sleep(Duration::from_millis(100));
        }
    }
}

#[test]
fn a_restart_that_is_left_to_somebody_ends_with_3010() {
    let place = Place::new();
    let sequence = "step \"Restart\" restart_computer < message_timeout: 0s >\n\
        step \"After\" run_command_line < \"cmd.exe /c exit 0\" >\n";
    let (code, said) = place.run(sequence, &["--no-restart"]);
    assert!(
        code == 3010 && said.contains("must restart"),
        "{code} {said}"
    );
    let (code, said) = place.tasq(&["status"]);
    assert!(
        code == 0 && said.contains("waits for a restart"),
        "{code} {said}"
    );
    // Nobody restarted, so it still waits.
    let (code, said) = place.tasq(&["resume", "--yes", "--no-restart"]);
    assert!(
        code == 3010 && said.contains("must restart"),
        "{code} {said}"
    );
    assert!(
        !place.log().contains("Instruction name: 'After'"),
        "{}",
        place.log()
    );
    let (code, said) = place.tasq(&["cancel", "--yes"]);
    assert!(code == 0 && said.contains("given up"), "{code} {said}");
}

#[test]
fn a_run_is_cancelled_while_a_silent_step_works() {
    let Some(probe) = fixture("probe.exe") else {
        return;
    };
    let place = Place::new();
    fs::copy(probe, place.folder.path().join("probe.exe")).expect("a fixture");
    let sequence =
        "step \"Long\" run_command_line < \"probe.exe tree 0\", working_directory: \"%Here%\" >\n";
    let mut command = place.running(sequence, &[]);
    let run = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("tasq starts");
    let began = Instant::now();
    while place.read("depth-0").is_empty() {
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "the step did not begin"
        );
        thread::sleep(Duration::from_millis(50));
    }
    let (code, said) = place.tasq(&["run", "lab.tasq", "--yes"]);
    assert!(
        code == 2 && said.contains("another run is on"),
        "one at a time: {code} {said}"
    );
    let (code, said) = place.tasq(&["status"]);
    assert!(
        code == 0 && said.contains("running") && said.contains("in work: \"Long\""),
        "{code} {said}"
    );
    let (code, said) = place.tasq(&["cancel", "--yes"]);
    assert!(
        code == 0 && said.contains("as soon as it can"),
        "{code} {said}"
    );
    let (code, said) = told(&run.wait_with_output().expect("it ends"));
    assert!(code == 1 && said.contains("Cancelled"), "{code} {said}");
    assert!(began.elapsed() < Duration::from_secs(120));
    assert!(
        !super::processes::lives(&place.read("depth-0")),
        "the step's process is ended"
    );
    let (code, said) = place.tasq(&["status"]);
    assert!(code == 0 && said.contains("cancelled"), "{code} {said}");
}

/// Launches only. Under wine a program stands in for PowerShell that tells what it was given; on
/// Windows nothing is replaced.
#[test]
fn an_inline_script_is_launched_with_its_policy_and_parameters() {
    if fixture("probe.exe").is_none() {
        return;
    }
    let place = Place::new();
    let sequence = "step \"Script\" run_powershell_script <\n    \"\"\"\n    Write-Output \"grün\"\n    \"\"\"\n    \
        parameters: \"-Name 'a b'\", execution_policy: bypass, output_variable: \"Said\", success_codes: \"7\"\n>\n\
        step \"After\" run_command_line < 'cmd.exe /c \"echo it %Said%>marks.txt\"', working_directory: \"%Here%\" >\n";
    let mut command = place.running(sequence, &[]);
    command.env("STAND_IN_FOR", format!(r"{}\got", place.here()));
    let (code, said) = told(&command.output().expect("tasq starts"));
    assert_eq!(code, 0, "{said}");
    assert_eq!(place.read("marks.txt"), "it said by a stand-in\n", "{said}");
    let got = place.read("got.txt");
    for part in [
        "-NoProfile",
        "-NonInteractive",
        "-ExecutionPolicy Bypass -Command \"& '",
        ".ps1' -Name 'a b'; exit $LASTEXITCODE\"",
    ] {
        assert!(got.contains(part), "no {part:?} in {got}");
    }
    let script = fs::read(place.folder.path().join("got.ps1")).expect("the script was there");
    let units: Vec<u16> = script
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    assert_eq!(
        String::from_utf16_lossy(&units).trim_end(),
        "\u{FEFF}Write-Output \"grün\"",
        "UTF-16 with its mark"
    );
    assert!(
        !place.folder.path().join(r"state\run").exists(),
        "the script is removed"
    );
}
