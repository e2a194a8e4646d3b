//! TQ0509: values that a Unix shell takes apart, or obeys. It belongs to a run where a shell reads
//! command lines, and to no other: on Windows the value is handed over as it is.

use std::path::Path;

use super::reads::inserted_names;
use crate::{
    diagnostic::{Code, Finding},
    model::{Node, Sequence, Step, Value},
    shell::ShellQuotes,
};

/// What programs of Windows end with; their command lines are not meant for a shell of Unix.
const OF_WINDOWS: [&str; 8] = ["exe", "cmd", "bat", "com", "msi", "vbs", "wsf", "ps1"];

/// The command lines of enabled steps with variables outside of quotes.
pub fn values_for_shell(sequence: &Sequence) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut pending: Vec<&Node> = sequence.nodes.iter().rev().collect();
    while let Some(node) = pending.pop() {
        match node {
            Node::Group(group) if !group.common.disabled => {
                pending.extend(group.nodes.iter().rev());
            }
            Node::Step(step) if !step.common.disabled => findings.extend(of_step(step)),
            _ => {}
        }
    }
    findings
}

fn of_step(step: &Step) -> Option<Finding> {
    let setting = step.setting("command_line")?;
    let Value::Text(line) = &setting.value else {
        return None;
    };
    if is_of_windows(line) {
        return None;
    }
    let names = open_names(line);
    let first = names.first()?;
    let list: Vec<String> = names.iter().map(|name| format!("`%{name}%`")).collect();
    let says = format!(
        "a shell reads what {} holds; in quotes of its own it would be one word",
        list.join(", ")
    );
    Some(
        Finding::new(Code::ValueForShell, setting.span, says)
            .label("on this system the command line goes to /bin/sh")
            .help(format!(
                "in quotes of its own a value is one word, whatever it holds: '%{first}%'"
            )),
    )
}

/// Whether a line starts a program of Windows.
fn is_of_windows(line: &str) -> bool {
    let line = line.trim_start();
    let program = match line.strip_prefix('"') {
        Some(rest) => rest.split('"').next(),
        None => line.split_whitespace().next(),
    };
    let program = program.unwrap_or_default();
    let ending = Path::new(program).extension().unwrap_or_default();
    program.contains('\\')
        || OF_WINDOWS
            .iter()
            .any(|own| ending.eq_ignore_ascii_case(own))
}

/// The names that do not stand in quotes which a shell is sure to close, each once.
fn open_names(line: &str) -> Vec<&str> {
    let mut shell = ShellQuotes::new();
    let mut out: Vec<&str> = Vec::new();
    let mut rest = line;
    for name in inserted_names(line) {
        let Some((before, behind)) = rest.split_once(&format!("%{name}%")) else {
            break;
        };
        shell.read(before);
        if !shell.keeps_one_word() && !out.contains(&name) {
            out.push(name);
        }
        rest = behind;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_outside_of_quotes_are_open_and_programs_of_windows_are_none() {
        for (line, wanted) in [
            ("echo %A% '%B%' \"%C%\" %D%", &["A", "D"][..]),
            ("echo '%A%'", &[]),
            ("echo \"$(echo '%A%')\" %A%", &["A"]),
            ("echo 5% %A%", &["A"]),
        ] {
            assert_eq!(open_names(line), wanted, "{line}");
        }
        for line in [
            "cmd.exe /c echo %A%",
            "\"C:\\a b\\x\" %A%",
            "MSIEXEC.EXE %A%",
        ] {
            assert!(is_of_windows(line), "{line}");
        }
        assert!(!is_of_windows("./install.sh %A%"));
    }
}
