//! Where a script of PowerShell ends, read from its text.

use super::{KnownEnd, decimal};

/// Words that may end a script before its `exit`, keep it from getting there, or make an error end
/// it. They are looked for everywhere but in comments and strings.
const MAY_END: [&str; 14] = [
    "exit",
    "throw",
    "return",
    "break",
    "continue",
    "trap",
    "while",
    "do",
    "stop",
    "erroractionpreference",
    "psdefaultparametervalues",
    "setshouldexit",
    "restart-computer",
    "stop-computer",
];

/// What cannot be part of a word.
const BETWEEN: &str = " \t\r\n;{}()[]'\"`|&,<>=:.+*/!@";

/// A piece of a script.
enum Piece {
    /// A comment, a blank, a line that goes on.
    Nothing,
    /// The end of a statement.
    End,
    Open,
    Close,
    Word,
    /// A string, or any other sign.
    Other,
}

/// The exit code of a script that comes to an `exit` with a number at its top level, and can end
/// nowhere before it; `None` for any other script.
pub(super) fn end_of(script: &str) -> Option<KnownEnd> {
    let mut rest = script.trim_start_matches('\u{feff}');
    let (mut depth, mut begins, mut silent) = (0_u32, true, true);
    loop {
        let (piece, length) = piece(rest)?;
        let (text, behind) = rest.split_at(length);
        match piece {
            Piece::Nothing => {}
            Piece::End => begins = true,
            Piece::Open => (depth, begins) = (depth + 1, true),
            Piece::Close => (depth, begins) = (depth.checked_sub(1)?, true),
            Piece::Word if begins && depth == 0 && text.eq_ignore_ascii_case("exit") => {
                let exit_code = argument(behind)?;
                return Some(KnownEnd { exit_code, silent });
            }
            Piece::Word if may_end(text) => return None,
            Piece::Word | Piece::Other => (begins, silent) = (false, false),
        }
        rest = behind;
    }
}

fn may_end(word: &str) -> bool {
    let word = word.trim_start_matches('$').to_lowercase();
    MAY_END.contains(&word.as_str())
}

/// The first piece of a text and its length; `None` at the end, and for what is not understood.
fn piece(text: &str) -> Option<(Piece, usize)> {
    let first = text.chars().next()?;
    if let Some(here) = text
        .strip_prefix('@')
        .filter(|here| here.starts_with(['\'', '"']))
    {
        return here_string(here).map(|length| (Piece::Other, length + 1));
    }
    if text.starts_with("<#") {
        return text.find("#>").map(|end| (Piece::Nothing, end + 2));
    }
    Some(match first {
        '#' => (Piece::Nothing, comment(text)?),
        ' ' | '\t' => (Piece::Nothing, 1),
        '`' => (Piece::Nothing, continued(text)),
        ';' | '\r' | '\n' => (Piece::End, 1),
        '{' | '(' | '[' => (Piece::Open, 1),
        '}' | ')' | ']' => (Piece::Close, 1),
        '\'' => (Piece::Other, text[1..].find('\'')? + 2),
        '"' => (Piece::Other, string(text)?),
        other if BETWEEN.contains(other) => (Piece::Other, other.len_utf8()),
        _ => {
            let end = text.find(|c| BETWEEN.contains(c)).unwrap_or(text.len());
            (Piece::Word, end)
        }
    })
}

/// The length of a comment up to the end of its line; `#requires` is none.
fn comment(text: &str) -> Option<usize> {
    let asks = text
        .get(1..9)
        .is_some_and(|word| word.eq_ignore_ascii_case("requires"));
    (!asks).then(|| text.find(['\r', '\n']).unwrap_or(text.len()))
}

/// The length of a sign that is escaped: a line end means nothing then.
fn continued(text: &str) -> usize {
    let escaped = &text[1..];
    if escaped.starts_with("\r\n") {
        return 3;
    }
    1 + escaped.chars().next().map_or(0, char::len_utf8)
}

/// The length of a string in double quotes, in which nothing is worked out.
fn string(text: &str) -> Option<usize> {
    let mut signs = text.char_indices().skip(1);
    while let Some((at, sign)) = signs.next() {
        match sign {
            '"' => return Some(at + 1),
            '`' => _ = signs.next(),
            '$' if text[at..].starts_with("$(") => return None,
            _ => {}
        }
    }
    None
}

/// The length of a string of several lines, from its quote on.
fn here_string(text: &str) -> Option<usize> {
    let quote = text.chars().next()?;
    let end = text.find(&format!("\n{quote}@"))?;
    let whole = &text[..end];
    (!whole.contains("$(") || quote == '\'').then_some(end + 3)
}

/// The number behind `exit`, with which the statement must end.
fn argument(behind: &str) -> Option<u32> {
    let end = behind
        .find(['\r', '\n', ';', '#', '}'])
        .unwrap_or(behind.len());
    let text = behind[..end].trim();
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => decimal(text),
    }
}
