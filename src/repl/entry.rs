//! What an entry is, and where it ends.

use super::question::CONDITION;
use crate::{
    diagnostic::Code,
    source::FileId,
    syntax::{self, SyntaxKind},
};

/// Words behind which something must follow.
const CONNECTING: [&str; 4] = ["when", "and", "or", "not"];

/// What was entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PromptEntry<'a> {
    /// Blanks and comments.
    Nothing,
    /// `:name rest`; `!` behind the name is its own part.
    Command {
        name: &'a str,
        force: bool,
        rest: &'a str,
    },
    /// `set …`
    Set(&'a str),
    /// A statement or several.
    Statement,
    /// Anything else: a condition, a value, a name.
    Question,
}

/// Says what an entry is.
pub(super) fn classify(entry: &str) -> PromptEntry<'_> {
    let text = entry.trim();
    if text
        .lines()
        .all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
    {
        return PromptEntry::Nothing;
    }
    if let Some(command) = text.strip_prefix(':') {
        let end = command
            .find(|c: char| c.is_whitespace() || c == '!')
            .unwrap_or(command.len());
        let (name, rest) = command.split_at(end);
        let force = rest.starts_with('!');
        return PromptEntry::Command {
            name,
            force,
            rest: rest.trim_start_matches('!').trim(),
        };
    }
    match text {
        "help" | "?" => {
            return PromptEntry::Command {
                name: "help",
                force: false,
                rest: "",
            };
        }
        "quit" | "exit" => {
            return PromptEntry::Command {
                name: "quit",
                force: false,
                rest: "",
            };
        }
        _ => {}
    }
    if let Some(rest) = text
        .strip_prefix("set")
        .filter(|rest| rest.starts_with([' ', '\t']) && rest.contains('='))
    {
        return PromptEntry::Set(rest.trim());
    }
    let parsed = syntax::parse(text, FileId(0));
    let statement = |kind: SyntaxKind| !kind.is_trivia() && kind != SyntaxKind::Error;
    let mut kinds = parsed.tree.root().children().map(syntax::Node::kind);
    let first = text
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .next()
        .unwrap_or("");
    if kinds.any(statement) || is_keyword(first) {
        PromptEntry::Statement
    } else {
        PromptEntry::Question
    }
}

/// Words that begin a statement.
pub(super) const STATEMENTS: [&str; 12] = [
    "step", "group", "let", "param", "sequence", "import", "fragment", "use", "for", "if", "test",
    "xml",
];

fn is_keyword(word: &str) -> bool {
    STATEMENTS.contains(&word)
}

/// Whether an entry is not finished: a bracket, block or group is open at its end, or its last word
/// wants more.
pub fn is_open(entry: &str) -> bool {
    let text = entry.trim_start();
    // A command ends with its line, except for the entry that one of them holds.
    let text = match text.strip_prefix(':') {
        Some(command) => match command.split_once(char::is_whitespace) {
            Some(("time", rest)) => rest,
            _ => return false,
        },
        // So does what is set by hand.
        None if matches!(classify(text), PromptEntry::Set(_)) => return false,
        None => text,
    };
    // In a condition `<` compares.
    let begun = matches!(classify(text), PromptEntry::Question);
    let parsed = syntax::parse(
        format!("{}{text}", if begun { CONDITION } else { "" }),
        FileId(0),
    );
    // A second place says that something else came before the end of the text.
    let open = parsed.findings.iter().any(|finding| match finding.code {
        Code::UnclosedBlock => true,
        Code::UnclosedBracket => finding.labels.len() == 1,
        _ => false,
    });
    open || wants_more(&parsed.tree)
}

/// Whether the last token must be followed by another.
fn wants_more(tree: &syntax::SyntaxTree) -> bool {
    let tokens = tree.leaves().flat_map(|leaf| match leaf.kind() {
        kind if kind.is_trivia() => Vec::new(),
        SyntaxKind::String | SyntaxKind::Block => vec!["\""],
        _ => leaf.text().split_whitespace().collect(),
    });
    let Some(last) = tokens.last() else {
        return false;
    };
    CONNECTING.contains(&last) || last.ends_with([',', '=', ':'])
}

/// Whether a line goes on with the entry before it: it is indented and begins with a word that
/// needs one.
fn goes_on(line: &str) -> bool {
    let word = line.trim_start();
    line.starts_with([' ', '\t'])
        && ["when", "and", "or"].iter().any(|own| {
            word.strip_prefix(own)
                .is_some_and(|rest| rest.starts_with([' ', '\t']))
        })
}

/// Puts lines together to entries: an open statement takes what follows, a step the condition below
/// it.
#[derive(Debug)]
pub struct Entries<I> {
    lines: I,
    put_back: Option<String>,
    /// Whether looking at the next line costs no waiting.
    at_hand: bool,
}

/// The entries of a text that was typed or pasted as one.
pub fn entries(text: &str) -> Vec<String> {
    let lines = text
        .lines()
        .map(|line| Ok::<_, std::convert::Infallible>(line.to_owned()));
    let entries = Entries {
        lines,
        put_back: None,
        at_hand: true,
    };
    entries
        .filter_map(Result::ok)
        .filter(|entry| !entry.trim().is_empty())
        .collect()
}

impl<E, I: Iterator<Item = Result<String, E>>> Entries<I> {
    /// The entries of some lines, which have no ends.
    pub fn new(lines: I) -> Self {
        Entries {
            lines,
            put_back: None,
            at_hand: false,
        }
    }

    fn line(&mut self) -> Result<Option<String>, E> {
        match self.put_back.take() {
            Some(line) => Ok(Some(line)),
            None => self.lines.next().transpose(),
        }
    }

    /// Takes lines until nothing is open.
    fn close(&mut self, entry: &mut String) -> Result<(), E> {
        while is_open(entry) {
            let Some(line) = self.line()? else { break };
            entry.push('\n');
            entry.push_str(&line);
        }
        Ok(())
    }

    fn entry(&mut self) -> Result<Option<String>, E> {
        let Some(mut entry) = self.line()? else {
            return Ok(None);
        };
        self.close(&mut entry)?;
        // Only behind a step is it worth waiting for the next line.
        while self.at_hand || entry.trim_start().starts_with("step") {
            match self.line()? {
                Some(line) if goes_on(&line) => {
                    entry.push('\n');
                    entry.push_str(&line);
                    self.close(&mut entry)?;
                }
                other => {
                    self.put_back = other;
                    break;
                }
            }
        }
        Ok(Some(entry))
    }
}

impl<E, I: Iterator<Item = Result<String, E>>> Iterator for Entries<I> {
    type Item = Result<String, E>;

    fn next(&mut self) -> Option<Self::Item> {
        self.entry().transpose()
    }
}
