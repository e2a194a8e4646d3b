//! The exit code of a process whose own text says it: `cmd.exe /c exit 5`, a script with `exit 5`.
//!
//! Only what can end in no other way is understood. Whatever asks, loops, throws or does something
//! that is not certain to be passed is left alone: how it ends nobody knows.

mod powershell;

use crate::computer::{Script, Task};

/// How a process is certain to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct KnownEnd {
    /// The exit code.
    pub exit_code: u32,
    /// Whether it prints nothing.
    pub silent: bool,
}

/// What a task is certain to end with on a system of a family; `None` when only running it tells.
pub(super) fn of(task: &Task<'_>, family: &str) -> Option<KnownEnd> {
    let windows = family == "windows";
    let own = match task {
        Task::Script {
            script: Script::Inline(text),
            ..
        } => powershell::end_of(text),
        Task::Script { .. } => None,
        Task::CommandLine(text) if windows => of_command_line(text),
        Task::CommandLine(text) => of_shell(text),
    }?;
    // Other systems keep eight bits.
    let exit_code = if windows {
        own.exit_code
    } else {
        own.exit_code & 0xFF
    };
    Some(KnownEnd { exit_code, ..own })
}

/// A command line of Windows that starts an interpreter with an `exit`.
fn of_command_line(text: &str) -> Option<KnownEnd> {
    let (program, rest) = program_of(text)?;
    let name = program.rsplit(['\\', '/']).next()?.to_lowercase();
    match name.strip_suffix(".exe").unwrap_or(&name) {
        "cmd" | "%comspec%" => of_cmd(rest),
        "powershell" => of_powershell(rest),
        _ => None,
    }
}

/// The program of a command line, and what stands behind it.
fn program_of(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    match text.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"'),
        // `cmd/c exit 5` is understood by Windows, too.
        None => {
            let end = text.find([' ', '\t']).unwrap_or(text.len());
            let switch = text[..end].find("/c").or_else(|| text[..end].find("/C"));
            let end = switch.filter(|at| *at > 0).unwrap_or(end);
            Some(text.split_at(end))
        }
    }
}

/// The switches of `cmd.exe`, and the command behind `/c` (`/r` is the same, `/k` ends as well when
/// the command is `exit`).
fn of_cmd(rest: &str) -> Option<KnownEnd> {
    let mut rest = rest.trim_start();
    loop {
        let switch = rest.strip_prefix('/')?;
        let letter = switch.chars().next()?;
        let behind = &switch[letter.len_utf8()..];
        if matches!(letter.to_ascii_lowercase(), 'c' | 'k' | 'r') {
            return exit_of_cmd(behind);
        }
        let end = behind.find([' ', '\t', '/']).unwrap_or(behind.len());
        rest = behind[end..].trim_start();
    }
}

/// `exit`, `exit 5`, `exit /b 5` and nothing else, with or without quotes around all of it.
fn exit_of_cmd(command: &str) -> Option<KnownEnd> {
    let command = command.trim();
    let bare = command
        .strip_prefix('"')
        .and_then(|inner| inner.strip_suffix('"'))
        .unwrap_or(command);
    let bare = bare.trim().trim_start_matches('@').trim_start();
    let behind = bare.get(4..)?;
    let word = bare[..4].eq_ignore_ascii_case("exit");
    if !word || behind.starts_with(|c: char| c.is_alphanumeric() || "._-\\:".contains(c)) {
        return None;
    }
    let between = [' ', '\t', ',', ';', '='];
    let mut argument = behind.trim_matches(between);
    if argument
        .get(..2)
        .is_some_and(|two| two.eq_ignore_ascii_case("/b"))
    {
        argument = argument[2..].trim_matches(between);
    }
    // Without a number it is that of the command before, and there is none.
    let exit_code = match argument {
        "" => 0,
        argument => decimal(argument)?,
    };
    Some(KnownEnd {
        exit_code,
        silent: true,
    })
}

/// A number in decimal digits as a process ends with it; `None` for what interpreters read in
/// different ways.
fn decimal(text: &str) -> Option<u32> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number: i32 = text.parse().ok().filter(|_| plain)?;
    Some(number as u32)
}

/// The switches of Windows PowerShell up to the command.
fn of_powershell(rest: &str) -> Option<KnownEnd> {
    let mut rest = rest.trim_start();
    loop {
        let Some(switch) = rest.strip_prefix(['-', '/']) else {
            return powershell::end_of(unwrapped(rest));
        };
        let end = switch.find([' ', '\t']).unwrap_or(switch.len());
        let (name, behind) = switch.split_at(end);
        let (name, behind) = (name.to_lowercase(), behind.trim_start());
        let short = |whole: &str, least: usize| name.len() >= least && whole.starts_with(&name);
        let alone = matches!(name.as_str(), "sta" | "mta")
            || short("noprofile", 3)
            || short("noninteractive", 4)
            || short("nologo", 3);
        rest = if short("command", 1) {
            return powershell::end_of(unwrapped(behind));
        } else if alone {
            behind
        } else if name == "ep" || short("executionpolicy", 2) || short("windowstyle", 1) {
            let end = behind.find([' ', '\t']).unwrap_or(behind.len());
            behind[end..].trim_start()
        } else {
            return None;
        };
    }
}

/// A command without the quotes around it, and without `& { … }`.
fn unwrapped(command: &str) -> &str {
    let command = command.trim();
    let bare = command
        .strip_prefix('"')
        .and_then(|inner| inner.strip_suffix('"'))
        .unwrap_or(command)
        .trim();
    let block = bare
        .strip_prefix('&')
        .and_then(|block| block.trim_start().strip_prefix('{'))
        .and_then(|block| block.strip_suffix('}'));
    block.unwrap_or(bare)
}

/// `sh -c "exit 5"`, `exit 5`: command lines of other systems are given to a shell.
fn of_shell(text: &str) -> Option<KnownEnd> {
    let (program, rest) = program_of(text)?;
    let command = match program.rsplit('/').next()? {
        "sh" | "bash" | "dash" => {
            let command = rest.trim_start().strip_prefix("-c")?.trim();
            let quoted = |quote: char| command.strip_prefix(quote)?.strip_suffix(quote);
            quoted('"').or_else(|| quoted('\''))?
        }
        _ => text,
    };
    let argument = command.trim().strip_prefix("exit")?;
    let exit_code = decimal(argument.strip_prefix([' ', '\t'])?.trim())?;
    Some(KnownEnd {
        exit_code,
        silent: true,
    })
}
