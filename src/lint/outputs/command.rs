//! Command lines: which program they start, and what it is known to set.

use super::{StepOutputs, UnseenContent, script};
use crate::vocabulary::{KnownScript, first_word, known_programs, script_of};

/// Folders of Windows' own programs, in small letters.
const WINDOWS: [&str; 4] = [
    "%windir%\\",
    "%systemroot%\\",
    "c:\\windows\\",
    "x:\\windows\\",
];

/// Options of PowerShell with a word behind them.
const WITH_WORD: [&str; 10] = [
    "executionpolicy",
    "ep",
    "windowstyle",
    "version",
    "inputformat",
    "outputformat",
    "psconsolefile",
    "configurationname",
    "workingdirectory",
    "settingsfile",
];

/// Commands in commands that are looked into.
const DEEPEST: usize = 50;

/// A part of a command line, and whether the command interpreter reads it.
type Part<'t> = (&'t str, bool);

/// Notes what a command line sets.
pub(super) fn line(text: &str, out: &mut StepOutputs) {
    let mut pending: Vec<(Part<'_>, usize)> = vec![((text, false), 0)];
    while let Some(((part, interpreted), depth)) = pending.pop() {
        if depth > DEEPEST {
            return out.hides(UnseenContent::Program);
        }
        let commands = if interpreted {
            commands(part)
        } else {
            vec![part]
        };
        for command in commands {
            if let Some(inner) = one(command, interpreted, out) {
                pending.push((inner, depth + 1));
            }
        }
    }
}

/// Notes what one command sets; gives the command line that it runs.
fn one<'t>(command: &'t str, interpreted: bool, out: &mut StepOutputs) -> Option<Part<'t>> {
    let command = command.trim().trim_start_matches('@');
    if command.is_empty() || interpreted && command.starts_with(':') {
        return None;
    }
    if interpreted && let Some(inner) = of_interpreter(command) {
        return Some((inner, true));
    }
    if is_interpreters_own(command) {
        return None;
    }
    let (program, rest) = first_word(command);
    match name_of(program).as_deref() {
        Some("cmd") => return interpreter(rest),
        Some("powershell" | "pwsh") => powershell(rest, out),
        Some("cscript" | "wscript" | "mshta") => script_host(rest, out),
        Some("tsenv") => {
            let text = rest.trim().trim_matches('"');
            let name = text.split_once('=').map_or(text, |(name, _)| name);
            out.name(name);
        }
        // What runs a command for a step: its own words stand before that.
        Some("smsswd") => return Some((behind_switches(rest), false)),
        Some(name) if known_programs().quiet.iter().any(|quiet| quiet == name) => {}
        _ if script::names_file(command) => out.hides(UnseenContent::Script),
        _ => out.hides(UnseenContent::Program),
    }
    None
}

/// What is run where a command of the interpreter only says when or how.
fn of_interpreter(command: &str) -> Option<&str> {
    let (word, rest) = first_word(command);
    match word.to_ascii_lowercase().as_str() {
        "call" | "else" => Some(rest),
        "start" => {
            let rest = rest.trim_start();
            let title = rest.starts_with('"').then(|| first_word(rest).1);
            Some(behind_switches(title.unwrap_or(rest)))
        }
        "for" => {
            let at = rest.to_ascii_lowercase().find(" do ")?;
            Some(&rest[at + " do ".len()..])
        }
        "if" => Some(behind_test(rest)),
        _ => None,
    }
}

/// What stands behind the test of an `if`.
fn behind_test(mut rest: &str) -> &str {
    loop {
        let (word, behind) = first_word(rest);
        match word.to_ascii_lowercase().as_str() {
            "/i" | "not" => rest = behind,
            "exist" | "defined" | "errorlevel" | "cmdextversion" => return first_word(behind).1,
            _ => return behind_comparison(word, behind),
        }
    }
}

/// What stands behind `A==B`, `A == B` or `A EQU B`.
fn behind_comparison<'t>(left: &str, rest: &'t str) -> &'t str {
    if left.contains("==") && !left.ends_with("==") {
        return rest;
    }
    if left.ends_with("==") {
        return first_word(rest).1;
    }
    let (operator, behind) = first_word(rest);
    if operator.len() > "==".len() && operator.starts_with("==") {
        return behind;
    }
    first_word(behind).1
}

/// Whether a command is one of the interpreter's own, as in `echo.` and `cd\`.
fn is_interpreters_own(command: &str) -> bool {
    let length = command
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(command.len());
    let (word, rest) = command.split_at(length);
    let lower = word.to_ascii_lowercase();
    let ends = rest.is_empty() || rest.starts_with([' ', '\t', '.', ':', '/', '\\', '=', ',', ';']);
    let is_file = [".exe", ".com", ".cmd", ".bat"]
        .iter()
        .any(|ending| rest.to_ascii_lowercase().starts_with(ending));
    ends && !is_file && known_programs().interpreter.contains(&lower)
}

/// What `cmd` runs: what stands behind `/c`, `/k` or `/r`.
fn interpreter(rest: &str) -> Option<Part<'_>> {
    let lower = rest.to_ascii_lowercase();
    let at = ["/c", "/k", "/r"]
        .into_iter()
        .filter_map(|switch| lower.find(switch));
    let inner = rest[at.min()? + "/c".len()..].trim();
    // The outer quotes of a whole command line are no part of it.
    let whole = inner
        .strip_prefix('"')
        .and_then(|inner| inner.strip_suffix('"'));
    Some((whole.unwrap_or(inner), true))
}

/// What PowerShell is given: a file may do anything, a command is read.
fn powershell(mut rest: &str, out: &mut StepOutputs) {
    loop {
        let (word, behind) = first_word(rest);
        let Some(option) = word.strip_prefix(['-', '/']) else {
            return script::command(rest.trim(), out);
        };
        let option = option.to_ascii_lowercase();
        if option.starts_with('e') && !option.starts_with("ex") && option != "ep" {
            return out.hides(UnseenContent::Script);
        }
        if "file".starts_with(&option) {
            return file(script_of(behind), out);
        }
        if "command".starts_with(&option) {
            return script::command(behind.trim(), out);
        }
        let has_word = WITH_WORD.iter().any(|long| long.starts_with(&option));
        rest = if has_word {
            first_word(behind).1
        } else {
            behind
        };
    }
}

/// A script of the script host: one that is known by its name, or anything.
fn script_host(rest: &str, out: &mut StepOutputs) {
    file(script_of(rest), out);
}

/// A script in a file, with what it is known by.
fn file(known: Option<(&KnownScript, &str)>, out: &mut StepOutputs) {
    match known {
        Some((known, _)) => {
            known.sets.iter().for_each(|name| out.name(name));
            if known.sets_anything {
                out.hides(UnseenContent::Script);
            }
        }
        None => out.hides(UnseenContent::Script),
    }
}

/// The name of a program without ending, in small letters; none of one that is not Windows' own.
fn name_of(program: &str) -> Option<String> {
    let lower = program.to_ascii_lowercase();
    if lower == "%comspec%" {
        return Some("cmd".to_owned());
    }
    let file = lower.rsplit('\\').next().unwrap_or_default();
    let folder = &lower[..lower.len() - file.len()];
    if !folder.is_empty() && !WINDOWS.iter().any(|own| folder.starts_with(own)) {
        return None;
    }
    let name = file
        .strip_suffix(".exe")
        .or_else(|| file.strip_suffix(".com"));
    Some(name.unwrap_or(file).to_owned())
}

/// What stands behind the words that begin with a slash.
fn behind_switches(mut text: &str) -> &str {
    while text.trim_start().starts_with('/') {
        text = first_word(text).1;
    }
    text
}

/// The commands of a line of the interpreter: between `&`, `|`, line ends and brackets that stand
/// alone.
fn commands(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let (mut start, mut quoted, mut before) = (0, false, ' ');
    for (at, c) in text.char_indices() {
        let blank_before = matches!(before, ' ' | '\t' | '&' | '|');
        let behind = text[at + c.len_utf8()..].chars().next().unwrap_or(' ');
        let ends = match c {
            '&' => before != '>',
            '|' | '\n' | '\r' => true,
            '(' => blank_before,
            ')' => matches!(behind, ' ' | '\t' | '&' | '|'),
            _ => false,
        };
        if c == '"' {
            quoted = !quoted;
        } else if ends && !quoted && before != '^' {
            out.push(&text[start..at]);
            start = at + c.len_utf8();
        }
        before = c;
    }
    out.push(&text[start..]);
    out
}
