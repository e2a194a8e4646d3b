//! The commands: their names, their help, and what each calls.

use super::{
    Answer, Session,
    entry::{PromptEntry, classify},
};
use crate::diagnostic::nearest;

/// What a command's argument is, for completion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    Nothing,
    File,
    Step,
    Fact,
    Variable,
    Code,
    Command,
    Words(&'static [&'static str]),
    Entry,
}

/// A command.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Command {
    pub name: &'static str,
    /// As help shows them.
    pub arguments: &'static str,
    /// One line.
    pub help: &'static str,
    /// Further lines; may be empty.
    pub more: &'static str,
    pub(super) takes: Takes,
}

const fn command(
    name: &'static str,
    arguments: &'static str,
    takes: Takes,
    help: &'static str,
    more: &'static str,
) -> Command {
    Command {
        name,
        arguments,
        help,
        more,
        takes,
    }
}

/// All commands, in the order of the help.
pub const COMMANDS: &[Command] = &[
    command(
        "help",
        "[COMMAND | TYPE]",
        Takes::Command,
        "what can be typed",
        "With a step type, its properties.",
    ),
    command(
        "load",
        "FILE [NAME=VALUE …]",
        Takes::File,
        "take a source or an export, and step through it",
        "NAME=VALUE gives a `param` its value. \"NAME\" alone chooses a sequence of an export that holds several.\nWhat was there before is put away; `:undo` brings it back.",
    ),
    command(
        "save",
        "FILE",
        Takes::File,
        "write the steps to a source",
        "The file is formatted and checked first, and written whole or not at all. `:save! FILE` writes over a file.\nVariables that were set by hand are named in a header as `external_variables`, where there is none yet.",
    ),
    command(
        "steps",
        "",
        Takes::Nothing,
        "list the steps; > is next, * is a break point",
        "The numbers are those of smsts.log.",
    ),
    command(
        "run",
        "",
        Takes::Nothing,
        "run on to a break point, a failure or the end",
        "Run. A step that fails is next again: it can be tried once more after a change.",
    ),
    command("next", "[COUNT]", Takes::Nothing, "run one step", "Step."),
    command(
        "goto",
        "STEP",
        Takes::Step,
        "make a step the next one",
        "Set Current. By number, name or path. Nothing between is run, entered or left.",
    ),
    command(
        "break",
        "[STEP | off [STEP]]",
        Takes::Step,
        "stop before a step, list or clear",
        "Set Break. `:break` lists, `:break off STEP` clears one, `:break off` clears all of them.",
    ),
    command(
        "vars",
        "[TEXT]",
        Takes::Variable,
        "show variables",
        "TEXT is a part of the name.",
    ),
    command(
        "set",
        "[masked] NAME = VALUE",
        Takes::Variable,
        "set a variable; nothing behind = deletes it",
        "Also without the colon. `:set` alone lists what was set by hand; a new run begins with it.",
    ),
    command(
        "facts",
        "[KEY [= VALUE] | wmi CLASS]",
        Takes::Fact,
        "what is known of the machine, or one fact more",
        "`:facts make`, `:facts os.version`, `:facts power.ac = false`, `:facts files.'C:\\a.txt' = {}`: keys of a machine file.\n`:facts wmi Win32_Battery` shows the rows of a class.",
    ),
    command(
        "machine",
        "[FILE]",
        Takes::File,
        "which machine, or take another and begin anew",
        "",
    ),
    command(
        "host",
        "[local | machine]",
        Takes::Words(&["local", "machine"]),
        "what steps run on: this computer, or the described machine",
        "`:host local` carries steps out on this computer, after a question. What they do cannot be undone; a restart is\nasked for each time. `:host machine` goes back, and steps only pretend again.",
    ),
    command(
        "xml",
        "[STEP | all]",
        Takes::Step,
        "the XML of the last step, of one, or of all",
        "",
    ),
    command(
        "why",
        "[STEP]",
        Takes::Step,
        "why the last entry ran or skipped what it did",
        "With a step: whether it would run now, with its groups and what is disabled.",
    ),
    command(
        "undo",
        "",
        Takes::Nothing,
        "take back the last entry that changed something",
        "Steps, variables and what steps did to the described machine. What was done on this computer stays done.",
    ),
    command(
        "reset",
        "[all]",
        Takes::Words(&["all"]),
        "begin the run anew; all forgets the steps too",
        "",
    ),
    command(
        "explain",
        "[CODE]",
        Takes::Code,
        "the page about a finding; without a code, the last",
        "",
    ),
    command(
        "time",
        "[ENTRY]",
        Takes::Entry,
        "the machine's clock, or how long an entry takes",
        "",
    ),
    command(
        "quit",
        "",
        Takes::Nothing,
        "end the session",
        "So does Ctrl-D.",
    ),
];

/// The command that is meant: by its name, or by a beginning that no other has.
pub(super) fn find(name: &str) -> Result<&'static Command, String> {
    if name.is_empty() {
        return Err("write a command behind the colon; `:help` lists them".to_owned());
    }
    if let Some(command) = COMMANDS.iter().find(|command| command.name == name) {
        return Ok(command);
    }
    let begun: Vec<&'static Command> = COMMANDS
        .iter()
        .filter(|command| command.name.starts_with(name))
        .collect();
    match begun.as_slice() {
        [one] => Ok(one),
        [_, ..] => {
            let names: Vec<String> = begun
                .iter()
                .map(|command| format!(":{}", command.name))
                .collect();
            Err(format!(":{name} may be {}", names.join(" or ")))
        }
        _ => {
            let near = nearest(name, COMMANDS.iter().map(|command| command.name));
            let near = near.map_or(String::new(), |near| format!("did you mean :{near}? "));
            Err(format!(
                "there is no command :{name}; {near}`:help` lists them"
            ))
        }
    }
}

impl Session {
    /// Answers an entry, whatever it is.
    pub(super) fn dispatch(&mut self, entry: &str) -> Answer {
        match classify(entry) {
            PromptEntry::Nothing => Answer::default(),
            PromptEntry::Set(words) => self.set(words),
            PromptEntry::Statement => self.statement(entry),
            PromptEntry::Question => self.question(entry),
            PromptEntry::Command { name, force, rest } => match find(name) {
                Ok(command) => self.command(command.name, force, rest),
                Err(message) => Answer::refused(message),
            },
        }
    }

    fn command(&mut self, name: &str, force: bool, rest: &str) -> Answer {
        let bare = |name: &str| {
            Answer::refused(format!(
                ":{name} takes nothing behind it, but \"{rest}\" stands there"
            ))
        };
        if force && name != "save" {
            return Answer::refused(format!("there is no :{name}! `!` belongs to :save"));
        }
        match name {
            "steps" | "run" | "undo" | "quit" if !rest.is_empty() => bare(name),
            "help" => self.help(rest),
            "load" => self.load(rest),
            "save" => self.save(rest, force),
            "steps" => self.steps(rest),
            "run" => self.run(rest),
            "next" => self.next(rest),
            "goto" => self.goto(rest),
            "break" => self.break_at(rest),
            "vars" => self.vars(rest),
            "set" if rest.is_empty() => self.given(),
            "set" => self.set(rest),
            "facts" => self.facts(rest),
            "machine" => self.machine(rest),
            "host" => self.host(rest),
            "xml" => self.xml(rest),
            "why" => self.why(rest),
            "undo" => self.undo(rest),
            "reset" => self.reset(rest),
            "explain" => self.explain(rest),
            "time" => self.time(rest),
            "quit" => Answer {
                quit: true,
                ..Answer::default()
            },
            other => Answer::refused(format!("there is no command :{other}")),
        }
    }
}
