//! What to do with a statement that does not fit the grammar: keep every part that does, and say
//! what is wrong with each part that does not.

use super::{
    SyntaxKind,
    grammar::{self, BLANKS, Goal, RuleFailure},
    literal,
    parse::SourceParser,
    pasted,
    skeleton::StatementKeyword,
};
use crate::{
    diagnostic::{Code, Finding},
    source::Span,
};

/// Builds the tree of a broken statement in `start..until` and reports its faults unless `quiet`.
pub(super) fn statement(
    parser: &mut SourceParser<'_>,
    goal: Goal,
    keyword: StatementKeyword,
    (start, until): (u32, u32),
    failure: &RuleFailure,
    quiet: bool,
) {
    let before = parser.findings.len();
    let mut recovery = Recovery {
        parser,
        at: start,
        until,
        quiet,
    };
    let (kind, has_type) = match goal {
        _ if !recovery.parser.goes_on() => return recovery.plain(goal),
        Goal::Header => (SyntaxKind::Header, false),
        Goal::GroupHead => (SyntaxKind::GroupHead, false),
        Goal::Step => (SyntaxKind::Step, true),
        _ => {
            recovery.plain(goal);
            if !quiet {
                let finding = expected(recovery.parser, failure, until, keyword);
                recovery.parser.findings.push(finding);
            }
            return;
        }
    };
    recovery.parser.builder.open(kind, start);
    recovery.word();
    recovery.part(Goal::String);
    if has_type && !recovery.part(Goal::Name) {
        recovery.part(Goal::String);
    }
    recovery.items();
    recovery.when();
    let end = recovery.rest();
    recovery.parser.builder.close(end);
    recovery.parser.trivia(end, until);
    if !quiet && parser.findings.len() == before {
        let finding = expected(parser, failure, until, keyword);
        parser.findings.push(finding);
    }
}

/// A finding for text that fits nothing at `at`.
pub(super) fn unexpected(
    parser: &SourceParser<'_>,
    at: u32,
    until: u32,
    wanted: &[&str],
) -> Finding {
    if let Some(finding) = pasted::explain(parser.text, at, until.max(at), parser.file) {
        return finding;
    }
    let (found, length) = found(parser.text, at, until);
    let message = match wanted {
        [] => format!("{found} does not fit here"),
        _ => format!("expected {}, found {found}", join(wanted)),
    };
    let mut span = Span::new(parser.file, at, at + length);
    if length == 0 {
        // Point at the end of what is there rather than at the white space before the next
        // statement.
        let end = parser.text[..at as usize].trim_end_matches(BLANKS).len() as u32;
        span = Span::new(parser.file, end, end);
    }
    let finding = Finding::new(Code::Syntax, span, message);
    let name = found.trim_matches('`');
    let is_name = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if wanted == ["a string", "a block"].as_slice() || wanted == ["a string"].as_slice() && is_name
    {
        return finding.help(format!("a compile-time name is written ${{{name}}} here"));
    }
    finding
}

fn expected(
    parser: &SourceParser<'_>,
    failure: &RuleFailure,
    until: u32,
    keyword: StatementKeyword,
) -> Finding {
    let mut finding = unexpected(parser, failure.offset, until, &failure.expected);
    if finding.help.is_none()
        && let Some(usage) = usage(keyword)
    {
        finding = finding.help(format!("it is written: {usage}"));
    }
    finding
}

/// How a statement is written, for the help line.
fn usage(keyword: StatementKeyword) -> Option<&'static str> {
    Some(match keyword {
        StatementKeyword::Sequence => "sequence \"NAME\" < property: value >",
        StatementKeyword::Import => "import \"FILE.tasq\"",
        StatementKeyword::Param => "param NAME: TYPE = DEFAULT",
        StatementKeyword::Let => "let NAME = VALUE",
        StatementKeyword::Group => "group \"NAME\" < property: value > when CONDITION { … }",
        StatementKeyword::Step => "step \"NAME\" step_type < property: value > when CONDITION",
        StatementKeyword::Fragment => "fragment NAME(PARAMETER: TYPE) { … }",
        StatementKeyword::Use => "use FRAGMENT(ARGUMENT, …)",
        StatementKeyword::For => "for NAME in LIST { … }",
        StatementKeyword::If => "if CONDITION { … } else { … }",
        StatementKeyword::Test => "test \"NAME\" < machine: \"FILE.toml\" > { … }",
        StatementKeyword::Mock => "mock step \"NAME\" exits CODE",
        StatementKeyword::Expect => "expect step \"NAME\" ran",
        StatementKeyword::Else | StatementKeyword::Xml => return None,
    })
}

fn join(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// What stands at a place, in words, and its length in bytes.
fn found(text: &str, at: u32, until: u32) -> (String, u32) {
    let rest = text.get(at as usize..until as usize).unwrap_or("");
    if rest.trim_matches(BLANKS).is_empty() {
        let next = text
            .get(until as usize..)
            .unwrap_or("")
            .trim_start_matches(BLANKS);
        let word: String = next
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || "_{}".contains(*c))
            .take(20)
            .collect();
        let what = if next.is_empty() {
            "the end of the file".to_owned()
        } else {
            format!("`{word}`")
        };
        return (what, 0);
    }
    let length = match rest.as_bytes()[0] {
        b'"' | b'\'' => literal::string_length(rest).0,
        b'`' => literal::back_quoted_length(rest),
        _ => grammar::gap_token(rest).1,
    };
    let token = &rest[..length];
    let shown: String = token.chars().take(40).collect();
    let dots = if shown.len() < token.len() { "…" } else { "" };
    (format!("`{shown}{dots}`"), length as u32)
}

struct Recovery<'p, 'a> {
    parser: &'p mut SourceParser<'a>,
    at: u32,
    until: u32,
    quiet: bool,
}

impl Recovery<'_, '_> {
    fn rest_text(&self) -> &str {
        &self.parser.text[self.at as usize..self.until as usize]
    }

    fn skip_trivia(&mut self) {
        // Trivia at the very end belongs outside of the node.
        let rest = self.rest_text();
        let mut length = 0;
        while length < rest.len() {
            let (kind, step) = grammar::gap_token(&rest[length..]);
            if !kind.is_trivia() {
                break;
            }
            length += step;
        }
        if length < rest.len() {
            let to = self.at + length as u32;
            self.at = self.parser.trivia(self.at, to);
        }
    }

    /// The keyword the statement begins with.
    fn word(&mut self) {
        let (kind, length) = grammar::gap_token(self.rest_text());
        self.parser
            .builder
            .leaf(kind, self.at, self.at + length as u32);
        self.at += length as u32;
    }

    fn part(&mut self, goal: Goal) -> bool {
        self.skip_trivia();
        let text = self.parser.text;
        let piece = &text[self.at as usize..self.until as usize];
        let mark = self.parser.builder.mark();
        match grammar::parse(goal, piece, self.at, &mut self.parser.builder) {
            Ok(end) => {
                self.at = end;
                true
            }
            Err(_) => {
                self.parser.builder.rewind(mark);
                false
            }
        }
    }

    fn punctuation(&mut self, byte: u8) -> bool {
        let there = self.rest_text().as_bytes().first() == Some(&byte);
        if there {
            self.parser
                .builder
                .leaf(SyntaxKind::Punctuation, self.at, self.at + 1);
            self.at += 1;
        }
        there
    }

    fn items(&mut self) {
        self.skip_trivia();
        if self.rest_text().as_bytes().first() != Some(&b'<') {
            return;
        }
        self.parser.builder.open(SyntaxKind::Items, self.at);
        self.punctuation(b'<');
        loop {
            self.skip_trivia();
            let ends = only_trivia(self.rest_text()) || self.rest_text().starts_with("when ");
            if ends || !self.parser.goes_on() {
                break;
            }
            if self.punctuation(b'>') {
                break;
            }
            let before = self.at;
            self.item();
            if self.at == before {
                // Nothing was taken: whatever it is, the rest is not items.
                break;
            }
        }
        let end = self.at;
        self.parser.builder.close(end);
    }

    fn item(&mut self) {
        let text = self.parser.text;
        let piece = &text[self.at as usize..self.until as usize];
        let mark = self.parser.builder.mark();
        let before = self.at;
        let goal = if is_property(piece) {
            Goal::Property
        } else {
            Goal::Item
        };
        match grammar::parse(goal, piece, self.at, &mut self.parser.builder) {
            Ok(end) if end > before => {
                self.at = end;
                self.skip_trivia();
                self.punctuation(b',');
            }
            outcome => {
                self.parser.builder.rewind(mark);
                self.parser.fault(self.until - self.at);
                if self.valueless(piece) {
                    return;
                }
                if let Err(failure) = outcome {
                    self.report(&failure);
                }
                self.skip_item();
            }
        }
    }

    /// `message:` with the next property, a comma or the end behind it: only the value is missing.
    fn valueless(&mut self, piece: &str) -> bool {
        let Some(colon) = piece.find(':').filter(|_| is_property(piece)) else {
            return false;
        };
        let rest = piece[colon + 1..].trim_start_matches(BLANKS);
        if !(is_property(rest) || rest.is_empty() || rest.starts_with([',', '>'])) {
            return false;
        }
        let name = piece[..colon].trim_end_matches(BLANKS);
        let end = self.at + colon as u32 + 1;
        if !self.quiet {
            let finding = Finding::new(
                Code::Syntax,
                Span::new(self.parser.file, self.at, end),
                format!("`{name}` has no value"),
            );
            self.parser
                .findings
                .push(finding.label("a value belongs behind the colon"));
        }
        self.parser.builder.leaf(SyntaxKind::Error, self.at, end);
        self.at = end;
        self.skip_trivia();
        self.punctuation(b',');
        true
    }

    fn report(&mut self, failure: &RuleFailure) {
        if !self.quiet {
            let finding = unexpected(self.parser, failure.offset, self.until, &failure.expected);
            self.parser.findings.push(finding);
        }
    }

    /// Leaves out text up to the end of the line, a comma, or the `>` that ends the items.
    fn skip_item(&mut self) {
        let rest = self.rest_text();
        let bytes = rest.as_bytes();
        let mut length = 0;
        let mut depth = 0_usize;
        while length < bytes.len() {
            match bytes[length] {
                b'"' | b'\'' => {
                    let tail = &rest[length..];
                    let block =
                        literal::fence(tail).and_then(|fence| literal::block_length(tail, fence));
                    length += block
                        .unwrap_or_else(|| literal::string_length(tail).0)
                        .max(1);
                    continue;
                }
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => depth = depth.saturating_sub(1),
                b',' | b'\n' | b'\r' | b'>' if depth == 0 => break,
                _ => {}
            }
            length += rest[length..].chars().next().map_or(1, char::len_utf8);
        }
        let end = self.at + rest[..length].trim_end_matches(BLANKS).len() as u32;
        let comma = bytes.get(length) == Some(&b',');
        self.parser.builder.leaf(SyntaxKind::Error, self.at, end);
        self.at = end;
        self.skip_trivia();
        if comma {
            self.punctuation(b',');
        }
    }

    fn when(&mut self) {
        self.skip_trivia();
        let rest = self.rest_text();
        let is_when = rest
            .strip_prefix("when")
            .is_some_and(|tail| tail.starts_with(|c: char| !c.is_ascii_alphanumeric() && c != '_'));
        if !is_when {
            return;
        }
        let text = self.parser.text;
        let piece = &text[self.at as usize..self.until as usize];
        let mark = self.parser.builder.mark();
        match grammar::parse(Goal::When, piece, self.at, &mut self.parser.builder) {
            Ok(end) => self.at = end,
            Err(failure) => {
                self.parser.builder.rewind(mark);
                self.parser.fault(self.until - self.at);
                self.report(&failure);
                self.error_rest();
            }
        }
    }

    /// Text behind everything that fits; returns where the statement ends.
    fn rest(&mut self) -> u32 {
        self.skip_trivia();
        if !only_trivia(self.rest_text()) {
            self.error_rest();
        }
        self.at
    }

    fn error_rest(&mut self) {
        let end = self.at + self.rest_text().trim_end_matches(BLANKS).len() as u32;
        self.parser.builder.leaf(SyntaxKind::Error, self.at, end);
        self.at = end;
    }

    /// A statement without parts worth keeping: its keyword and the rest.
    fn plain(&mut self, goal: Goal) {
        let kind = match goal {
            Goal::Import => SyntaxKind::Import,
            Goal::Param => SyntaxKind::Param,
            Goal::Binding => SyntaxKind::Binding,
            Goal::RawXml => SyntaxKind::RawXml,
            Goal::FragmentHead => SyntaxKind::FragmentHead,
            Goal::Instance => SyntaxKind::Instance,
            Goal::RepeatHead => SyntaxKind::RepeatHead,
            Goal::BranchHead => SyntaxKind::BranchHead,
            Goal::ElseHead => SyntaxKind::ElseHead,
            Goal::TestHead => SyntaxKind::TestHead,
            Goal::Mock => SyntaxKind::Mock,
            Goal::Expect => SyntaxKind::Expect,
            _ => SyntaxKind::Error,
        };
        self.parser.builder.open(kind, self.at);
        self.word();
        let end = self.rest();
        self.parser.builder.close(end);
        self.parser.trivia(end, self.until);
    }
}

/// Whether a name and a colon stand here: then the failure to read a value is the one to report.
fn is_property(piece: &str) -> bool {
    let length = match piece.as_bytes().first() {
        Some(b'`') => literal::back_quoted_length(piece),
        _ => piece
            .bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
            .count(),
    };
    length > 0
        && piece[length..]
            .trim_start_matches([' ', '\t'])
            .starts_with(':')
}

fn only_trivia(mut text: &str) -> bool {
    while !text.is_empty() {
        let (kind, length) = grammar::gap_token(text);
        if !kind.is_trivia() {
            return false;
        }
        text = &text[length..];
    }
    true
}
