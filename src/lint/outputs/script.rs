//! Scripts of PowerShell that stand in a step or on a command line.

use std::ops::Range;

use super::{StepOutputs, UnseenContent};

/// A name that a script speaks of through the environment's object or MDT's drive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SpokenName {
    /// Where it stands; nowhere if the script makes it up.
    pub name: Option<Range<usize>>,
    /// Whether it gets a value there.
    pub set: bool,
}

/// Endings of files with scripts.
const FILES: [&str; 5] = [".ps1", ".vbs", ".wsf", ".cmd", ".bat"];

/// Words of a line that starts something.
const STARTERS: [&str; 9] = [
    "powershell",
    "pwsh",
    "cscript",
    "wscript",
    "cmd",
    "start-process",
    "invoke-expression",
    "iex",
    "-file",
];

/// Cmdlets that set an item of a drive.
const SETTERS: [&str; 3] = ["set-item", "new-item", "set-content"];

/// Notes what a script sets.
pub(super) fn inline(text: &str, out: &mut StepOutputs) {
    for spoken in spoken_names(text).iter().filter(|spoken| spoken.set) {
        match &spoken.name {
            Some(range) => out.name(&text[range.clone()]),
            None => out.hides(UnseenContent::Script),
        }
    }
    if text.lines().any(runs_file) {
        out.hides(UnseenContent::Script);
    }
}

/// Whether a text speaks of a script's file.
pub(super) fn names_file(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    FILES[..3].iter().any(|ending| lower.contains(ending))
}

/// Whether a line of a script runs another one.
fn runs_file(line: &str) -> bool {
    let lower = line.trim().to_ascii_lowercase();
    if lower.starts_with('#') || !FILES.iter().any(|ending| lower.contains(ending)) {
        return false;
    }
    let first = lower.split_whitespace().next().unwrap_or_default();
    let calls = lower.contains("& ") || lower.starts_with(['&', '.']) || lower.contains("; . ");
    let ends = FILES
        .iter()
        .any(|ending| first.trim_matches(['"', '\'']).ends_with(ending));
    let mut words = lower.split([' ', '\t', '(', '|', ';', '{', '.']);
    calls || ends || words.any(|word| STARTERS.contains(&word))
}

/// The names that a script speaks of, in its order; comments are passed over.
pub(crate) fn spoken_names(text: &str) -> Vec<SpokenName> {
    let mut names = Vec::new();
    let mut start = 0;
    let mut remark = false;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        remark |= trimmed.starts_with("<#");
        if !remark && !trimmed.starts_with('#') {
            values(line, start, &mut names);
            items(line, start, &mut names);
        }
        remark &= !trimmed.contains("#>");
        start += line.len();
    }
    names
}

/// `.Value("Name") = …`, `.Value($name)`.
fn values(line: &str, start: usize, names: &mut Vec<SpokenName>) {
    const CALL: &str = ".value(";
    let lower = line.to_ascii_lowercase();
    let mut at = 0;
    while let Some(found) = lower[at..].find(CALL) {
        at += found + CALL.len();
        let blanks = line[at..].len() - line[at..].trim_start().len();
        let inner = at + blanks;
        let quote = line[inner..].chars().next();
        let quote = quote.filter(|quote| matches!(quote, '"' | '\''));
        let closed = quote.and_then(|quote| {
            let length = line[inner + 1..].find(quote)?;
            Some((quote, inner + 1..inner + 1 + length))
        });
        let behind = closed.as_ref().map_or(inner, |(_, range)| range.end + 1);
        // A name is all there is between the brackets, else it is put together.
        let whole = line[behind..].trim_start().starts_with(')');
        let name = closed.filter(|(quote, range)| {
            whole && (*quote == '\'' || !line[range.clone()].contains('$'))
        });
        let set = line[behind..]
            .find(')')
            .is_some_and(|end| assigns(&line[behind + end + 1..]));
        names.push(SpokenName {
            name: name.map(|(_, range)| range.start + start..range.end + start),
            set,
        });
    }
}

/// `$tsenv:Name = …` and `Set-Item tsenv:Name`, as MDT's drive has it.
fn items(line: &str, start: usize, names: &mut Vec<SpokenName>) {
    const DRIVE: &str = "tsenv:";
    let lower = line.to_ascii_lowercase();
    let by_cmdlet = SETTERS.iter().any(|cmdlet| lower.contains(cmdlet));
    let mut at = 0;
    while let Some(found) = lower[at..].find(DRIVE) {
        at += found + DRIVE.len();
        let inner = at + usize::from(lower[at..].starts_with('\\'));
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        let rest = &line[inner..];
        let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let set = by_cmdlet || assigns(rest[length..].trim_start_matches('}'));
        names.push(SpokenName {
            name: (length > 0).then_some(inner + start..inner + length + start),
            set,
        });
    }
}

/// Whether what is spoken of before this gets a value.
fn assigns(behind: &str) -> bool {
    let behind = behind.trim_start();
    let behind = behind.strip_prefix('+').unwrap_or(behind);
    behind.starts_with('=') && !behind.starts_with("==")
}

/// Notes what a command of PowerShell sets: a script without a file, or one that is started.
pub(super) fn command(text: &str, out: &mut StepOutputs) {
    let text = text.trim_matches(['"', '\'']).trim();
    let lower = text.to_ascii_lowercase();
    // What comes through standard input is not seen either.
    if text == "-" || FILES.iter().any(|ending| lower.ends_with(ending)) {
        out.hides(UnseenContent::Script);
    }
    inline(text, out);
}
