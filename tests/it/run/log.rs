//! The log, read by a parser of other people.

use std::fs;

use cmtraceopen_parser::parser;
use tasq::internals::run::{Log, LogLayout, LogLine};

use super::Place;

#[test]
fn the_log_rolls_over_and_keeps_three_files() {
    let place = Place::new();
    let mut log = Log::open(&place.path("logs"), LogLayout::CmTrace)
        .expect("a log")
        .with_size(2000);
    for number in 0..100 {
        log.add(&LogLine::new(
            1,
            format!("Line {number} of some length, so that it fills the file at once"),
        ));
    }
    let names: Vec<String> = fs::read_dir(place.path("logs"))
        .expect("the folder")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(names.len(), 4, "{names:?}");
    for name in &names {
        let size = fs::metadata(place.path("logs").join(name))
            .expect("a file")
            .len();
        assert!(size <= 2000, "{name} has {size} bytes");
    }
    assert!(place.read("logs/smsts.log").contains("Line 99 "));
}

#[test]
fn a_text_cannot_end_its_line_early() {
    let place = Place::new();
    let mut log = Log::open(&place.path("logs"), LogLayout::CmTrace).expect("a log");
    log.add(&LogLine::new(3, "one]LOG]!><time=\"x\"\ntwo"));
    assert_eq!(place.read("logs/smsts.log").matches("]LOG]!>").count(), 1);
}

const SEQUENCE: &str = "step \"Good\" run_command_line < \"true\" >\n\
    group \"Inner\" {\n  step \"Off\" run_command_line < \"true\", disabled: true >\n\
    step \"Bad\" run_command_line < \"exit 7\" >\n}\n";

/// What other people's parsers look for in the product's own log.
const PATTERNS: &[&str] = &[
    "Successfully initialized Logging for Task Sequence Manager",
    "TSManager initialized environment for task sequence: ",
    "Start executing an instruction. Instruction name: 'Good'.  Pointer: 0. Type: 'SMS_TaskSequence_RunCommandLineAction'. Disabled: 0",
    "Start executing an instruction. Instruction name: 'Inner'.  Pointer: 1. Type: 'SMS_TaskSequence_Group'. Disabled: 0",
    "Start executing an instruction. Instruction name: 'Off'.  Pointer: 2. Type: 'SMS_TaskSequence_RunCommandLineAction'. Disabled: 1",
    "Executing command line: true",
    "Process completed with exit code 7",
    "Successfully completed the action (Good) with the exit win32 code 0",
    "The group (Inner) has been successfully started",
    "The action (Off) has been skipped because it is disabled",
    "Failed to run the action: Bad.",
    "The execution of the group (Inner) has failed and the execution has been aborted. An action failed.",
    "Failed to run the last action: Bad. Execution of task sequence failed.",
    "Task Sequence Engine failed! Code: enExecutionFail",
    "Task sequence execution failed with error code 80004005",
];

#[test]
fn another_parser_reads_the_log() {
    for (zone, bias) in [
        ("UTC", "+000"),
        ("America/Chicago", "+3"),
        ("Europe/Berlin", "-"),
        ("Asia/Kolkata", "-330"),
    ] {
        let place = Place::new();
        place.write("lab.tasq", SEQUENCE);
        let done = place
            .command(&["run", "lab.tasq", "--yes"])
            .env("TZ", zone)
            .output()
            .expect("tasq starts");
        assert_eq!(done.status.code(), Some(1));
        let text = place.log();
        let (read, _) = parser::parse_content(&text, "smsts.log", text.len() as u64);
        assert_eq!(read.parse_errors, 0);
        assert_eq!(read.entries.len(), text.matches("<![LOG[").count());
        for pattern in PATTERNS {
            let found = read
                .entries
                .iter()
                .find(|entry| entry.message.starts_with(pattern));
            let entry = found.unwrap_or_else(|| panic!("no {pattern:?} in\n{text}"));
            assert!(
                entry.component.is_some() && entry.thread.is_some() && entry.timestamp.is_some()
            );
            let failed = pattern.contains("ailed");
            assert_eq!(
                format!("{:?}", entry.severity) == "Error",
                failed,
                "{pattern}"
            );
        }
        let stamp = text
            .split("time=\"")
            .nth(1)
            .expect("a time")
            .split('"')
            .next()
            .expect("its end");
        assert!(
            stamp.get(12..).is_some_and(|own| own.starts_with(bias)),
            "{zone}: {stamp}"
        );
    }
}

#[test]
fn the_log_can_be_json() {
    let place = Place::new();
    place.run(SEQUENCE, &["--log-format", "json"]).ends(1);
    let lines: Vec<serde_json::Value> = place
        .log()
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .collect();
    let bad = lines
        .iter()
        .find(|line| line["message"] == "Process completed with exit code 7")
        .expect("the end of Bad");
    assert_eq!(bad["component"], "InstallSoftware");
    assert!(
        lines
            .iter()
            .any(|line| line["instruction"] == 3 && line["severity"] == 3),
        "{lines:#?}"
    );
}
