//! A first, fast pass over the source: where statements begin, which brackets belong together, what
//! is never closed.
//!
//! It knows the lexical rules (comments, strings, blocks, words, brackets) and nothing else. The
//! parser needs it for three things that a grammar cannot give: depth is counted before anything
//! recurses, an unclosed bracket is reported where it was opened, and a broken statement ends where
//! the next one begins.

use std::collections::HashSet;

use super::{grammar::BLANKS, literal};
use crate::{
    diagnostic::{Code, Finding},
    source::{FileId, Span},
};

/// How deep brackets may be nested.
pub const MAX_DEPTH: usize = 200;

/// How many findings the pass makes; a parse tells fewer.
const MAX_FINDINGS: usize = 1000;

/// What begins or ends at a [`Boundary`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BoundaryMark {
    /// A statement with this keyword.
    Statement(StatementKeyword),
    /// The `{` of a body.
    Open,
    /// The `}` of a body.
    Close,
}

/// The words that begin a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is the keyword")]
pub(super) enum StatementKeyword {
    Sequence,
    Import,
    Param,
    Let,
    Group,
    Step,
    Fragment,
    Use,
    For,
    If,
    Else,
    Test,
    Xml,
    Mock,
    Expect,
}

impl StatementKeyword {
    fn of(word: &str) -> Option<StatementKeyword> {
        Some(match word {
            "sequence" => StatementKeyword::Sequence,
            "import" => StatementKeyword::Import,
            "param" => StatementKeyword::Param,
            "let" => StatementKeyword::Let,
            "group" => StatementKeyword::Group,
            "step" => StatementKeyword::Step,
            "fragment" => StatementKeyword::Fragment,
            "use" => StatementKeyword::Use,
            "for" => StatementKeyword::For,
            "if" => StatementKeyword::If,
            "else" => StatementKeyword::Else,
            "test" => StatementKeyword::Test,
            _ => return None,
        })
    }

    /// Whether a `{` behind it opens a body.
    fn has_body(self) -> bool {
        use StatementKeyword::{Else, For, Fragment, Group, If, Test};
        matches!(self, Group | Fragment | For | If | Else | Test)
    }
}

/// A place where a statement or body begins or ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Boundary {
    pub at: u32,
    pub mark: BoundaryMark,
}

/// What the pass found.
#[derive(Debug, Default)]
pub(super) struct Skeleton {
    pub boundaries: Vec<Boundary>,
    pub findings: Vec<Finding>,
    /// Pieces that hold a lexical fault already reported: further faults in them would only repeat
    /// it.
    pub broken: HashSet<u32>,
    /// Nesting went beyond [`MAX_DEPTH`]; nothing may be parsed.
    pub too_deep: bool,
}

#[derive(Clone, Copy)]
struct Opener {
    bracket: u8,
    at: u32,
    body: bool,
    indent: u32,
}

/// What stood before the current place, as far as brackets need to know.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Start,
    Word,
    Colon,
    Text,
    XmlWord,
    ComputerWord,
    Other,
}

struct SkeletonScanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    file: FileId,
    at: usize,
    stack: Vec<Opener>,
    out: Skeleton,
    before: Before,
    statement: Option<StatementKeyword>,
    in_when: bool,
    after_mock: bool,
    piece: u32,
    /// Where the present line begins: nobody looks back for it.
    line: usize,
    /// The blanks that it begins with, once somebody asked.
    line_indent: Option<u32>,
    /// A `{` whose `}` seems to be missing, by indentation.
    suspect: Option<u32>,
    in_test: usize,
    /// An unclosed string or block of this statement has swallowed brackets: what it hides is not
    /// reported.
    swallowed: bool,
}

/// Scans a whole source.
pub(super) fn scan(text: &str, file: FileId) -> Skeleton {
    let mut scanner = SkeletonScanner {
        text,
        bytes: text.as_bytes(),
        file,
        at: 0,
        stack: Vec::new(),
        out: Skeleton::default(),
        before: Before::Start,
        statement: None,
        in_when: false,
        after_mock: false,
        piece: 0,
        line: 0,
        line_indent: None,
        suspect: None,
        in_test: 0,
        swallowed: false,
    };
    while scanner.at < scanner.bytes.len() && !scanner.out.too_deep {
        scanner.token();
    }
    scanner.finish();
    scanner.out
}

impl SkeletonScanner<'_> {
    fn token(&mut self) {
        let start = self.at;
        match self.bytes[start] {
            b'\r' | b'\n' => {
                self.at += 1;
                self.begin_line(self.at);
            }
            b' ' | b'\t' => self.at += 1,
            b'#' => self.at += self.line_rest(start),
            b'"' | b'\'' => self.text_token(start),
            b'`' => self.back_quote(start),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.word(start),
            b'0'..=b'9' => {
                self.at += self.run(start);
                self.before = Before::Other;
            }
            b'<' => self.angle(start),
            b'>' => self.close_angle(),
            open @ (b'(' | b'[' | b'{') => self.open(open, start),
            close @ (b')' | b']' | b'}') => self.close(close, start),
            byte => {
                self.at += 1;
                self.before = if byte == b':' {
                    Before::Colon
                } else {
                    Before::Other
                };
            }
        }
    }

    fn run(&self, start: usize) -> usize {
        self.bytes[start..]
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
            .count()
    }

    fn line_rest(&self, start: usize) -> usize {
        self.bytes[start..]
            .iter()
            .take_while(|byte| !matches!(byte, b'\n' | b'\r'))
            .count()
    }

    fn text_token(&mut self, start: usize) {
        let rest = &self.text[start..];
        if let Some(fence) = literal::fence(rest) {
            match literal::block_length(rest, fence) {
                Some(length) => {
                    self.at += length;
                    self.begin_line(literal::last_line(self.text, self.at));
                }
                None => self.unclosed_block(start, fence),
            }
        } else {
            let (length, closed) = literal::string_length(rest);
            if !closed {
                self.unclosed_string(start, length);
            }
            self.at += length;
        }
        self.before = Before::Text;
    }

    fn unclosed_string(&mut self, start: usize, length: usize) {
        let span = self.span(start, start + length);
        self.swallowed |= self.text[start..start + length].contains(['>', ')', ']', '}']);
        let quote = if self.bytes[start] == b'"' { "\"" } else { "'" };
        let finding = Finding::new(Code::UnclosedString, span, "this string has no closing quote on its line")
            .label(format!("opened here with {quote}"))
            .help("a string ends on the line it begins on; write a longer text as a block between \"\"\" lines");
        self.report(finding);
    }

    fn unclosed_block(&mut self, start: usize, fence: usize) {
        let quotes = "\"".repeat(fence.min(8));
        let finding = Finding::new(
            Code::UnclosedBlock,
            self.span(start, start + fence),
            "this block is never closed",
        )
        .label("opened here")
        .help(format!("a line that begins with {quotes} closes it"));
        self.report(finding);
        self.swallowed = true;
        self.at = self.bytes.len();
    }

    fn back_quote(&mut self, start: usize) {
        let length = literal::back_quoted_length(&self.text[start..]);
        self.at += length;
        self.before = Before::Word;
    }

    fn word(&mut self, start: usize) {
        let length = self.run(start);
        self.at += length;
        let word = &self.text[start..start + length];
        if matches!(word, "lf" | "fold") && literal::fence(&self.text[self.at..]).is_some() {
            return;
        }
        let was_mock = std::mem::replace(&mut self.after_mock, false);
        let keyword = match (word, StatementKeyword::of(word)) {
            ("mock" | "expect", _) if self.at_test_statement() => {
                self.after_mock = true;
                Some(if word == "mock" {
                    StatementKeyword::Mock
                } else {
                    StatementKeyword::Expect
                })
            }
            ("xml", _) if self.may_begin_statement() => Some(StatementKeyword::Xml),
            // `expect step "…"` and `else if` do not begin a statement of their own.
            (_, Some(StatementKeyword::Step | StatementKeyword::Group)) if was_mock => None,
            (_, Some(StatementKeyword::If))
                if self.statement == Some(StatementKeyword::Else)
                    && self.before == Before::Start =>
            {
                None
            }
            (_, None) if self.is_shouted(start, word) => StatementKeyword::of(&word.to_lowercase()),
            (_, found) => found,
        };
        if let Some(keyword) = keyword.filter(|_| !self.names_something(start)) {
            self.statement_begins(keyword, start);
            return;
        }
        self.in_when |= word == "when";
        self.before = match word {
            "xml" => Before::XmlWord,
            "computer" => Before::ComputerWord,
            _ => Before::Word,
        };
    }

    /// Whether a keyword here is the inside of `${ }`: a mistake in a name, not the start of a
    /// statement.
    fn names_something(&self, start: usize) -> bool {
        self.text[..start]
            .trim_end_matches([' ', '\t'])
            .ends_with("${")
    }

    /// `Step "…"` at the start of a line: a statement whose keyword is in the wrong case.
    fn is_shouted(&self, start: usize, word: &str) -> bool {
        word.len() <= 8
            && word.starts_with(|c: char| c.is_ascii_uppercase())
            && (start == 0 || self.first_on_line(start))
            && self.text[self.at..]
                .trim_start_matches([' ', '\t'])
                .starts_with('"')
    }

    fn at_test_statement(&self) -> bool {
        self.in_test > 0
            && self.stack.last().is_some_and(|opener| opener.body)
            && self.stack.len() == self.in_test
    }

    /// `xml` with a text behind it begins a statement where no statement could go on; with items it
    /// is a note.
    fn may_begin_statement(&self) -> bool {
        let open = self.stack.last().is_none_or(|opener| opener.body);
        let text = self.text[self.at..]
            .trim_start_matches(BLANKS)
            .starts_with(['"', '\'', 'l', 'f']);
        // Behind `when`, `and`, `(` or a comma it is a part of the condition.
        let needed = self.text[..self.at - 3].trim_end_matches(BLANKS);
        let operand = needed.ends_with([',', '('])
            || ["when", "and", "or", "not"]
                .iter()
                .any(|word| needed.ends_with(word));
        open && text && !operand
    }

    fn statement_begins(&mut self, keyword: StatementKeyword, start: usize) {
        self.close_items(start);
        self.swallowed = false;
        self.statement = Some(keyword);
        // Behind `expect` stands a condition.
        self.in_when = keyword == StatementKeyword::Expect;
        self.before = Before::Start;
        self.boundary(start, BoundaryMark::Statement(keyword));
    }

    fn boundary(&mut self, at: usize, mark: BoundaryMark) {
        self.piece = at as u32;
        self.out.boundaries.push(Boundary {
            at: at as u32,
            mark,
        });
    }

    /// Everything but bodies must be closed where a statement begins or a body ends; what is not
    /// was forgotten.
    fn close_items(&mut self, at: usize) {
        while let Some(opener) = self.stack.last().copied().filter(|opener| !opener.body) {
            self.stack.pop();
            self.unclosed(opener, at);
        }
    }

    fn unclosed(&mut self, opener: Opener, at: usize) {
        if self.swallowed {
            return;
        }
        let open = char::from(opener.bracket);
        let close = char::from(closing(opener.bracket));
        let mut finding = Finding::new(
            Code::UnclosedBracket,
            self.span(opener.at as usize, opener.at as usize + 1),
            format!("this `{open}` is never closed"),
        )
        .label("opened here")
        .help(format!("write `{close}` where it ends"));
        if at < self.bytes.len() {
            let end = at + self.run(at).max(1);
            finding = finding.also(
                self.span(at, end),
                format!("`{close}` is missing before this"),
            );
        }
        self.report(finding);
    }

    fn angle(&mut self, start: usize) {
        self.at += 1;
        let operator = matches!(self.bytes.get(self.at), Some(b'=' | b'>'));
        let opens = match self.before {
            Before::Colon | Before::XmlWord | Before::ComputerWord => true,
            // Behind a name in a condition it compares; behind a string it opens the string's
            // items, unless a value follows that can only be compared with.
            Before::Text => !self.in_when || self.items_follow(),
            Before::Word => !self.in_when,
            Before::Start | Before::Other => false,
        };
        if opens && !(operator && self.bytes.get(self.at) == Some(&b'=')) {
            self.push(Opener {
                bracket: b'<',
                at: start as u32,
                body: false,
                indent: 0,
            });
        }
        self.before = Before::Other;
    }

    fn items_follow(&self) -> bool {
        let rest = self.text[self.at..].trim_start_matches(BLANKS);
        rest.starts_with(|c: char| {
            c.is_ascii_alphabetic() || c == '_' || c == '>' || c == '`' || c == '#'
        })
    }

    fn close_angle(&mut self) {
        self.at += 1;
        let items = self.stack.iter().rposition(|opener| opener.bracket == b'<');
        let body = self.stack.iter().rposition(|opener| opener.body);
        // In a condition `>` compares; elsewhere it ends the items, whatever was forgotten inside
        // of them.
        let ends = items.filter(|items| body.is_none_or(|body| *items > body));
        if let Some(index) = ends.filter(|index| *index + 1 == self.stack.len() || !self.in_when) {
            while self.stack.len() > index + 1 {
                if let Some(opener) = self.stack.pop() {
                    self.unclosed(opener, self.at - 1);
                }
            }
            self.stack.pop();
            self.before = Before::Other;
        }
    }

    fn open(&mut self, bracket: u8, start: usize) {
        self.at += 1;
        let free = self.stack.last().is_none_or(|opener| opener.body);
        let insertion = start > 0 && self.bytes[start - 1] == b'$';
        let body = bracket == b'{'
            && free
            && !insertion
            && self.statement.is_some_and(StatementKeyword::has_body);
        if body {
            self.boundary(start, BoundaryMark::Open);
            self.in_when = false;
        }
        let indent = self.indent();
        self.push(Opener {
            bracket,
            at: start as u32,
            body,
            indent,
        });
        if body && self.statement == Some(StatementKeyword::Test) && self.in_test == 0 {
            self.in_test = self.stack.len();
        }
        self.before = if body { Before::Start } else { Before::Other };
        if body {
            self.statement = None;
        }
    }

    fn close(&mut self, bracket: u8, start: usize) {
        self.at += 1;
        let wanted = opening(bracket);
        let known = self
            .stack
            .iter()
            .rposition(|opener| opener.bracket == wanted);
        // A `)` or `]` never closes anything outside of the body it stands in.
        let body = self.stack.iter().rposition(|opener| opener.body);
        match known {
            Some(index) if wanted == b'{' || body.is_none_or(|body| index > body) => {
                while self.stack.len() > index + 1 {
                    if let Some(opener) = self.stack.pop() {
                        self.unclosed(opener, start);
                    }
                }
                self.close_known(start);
            }
            _ => {
                let open = char::from(wanted);
                let close = char::from(bracket);
                let finding = Finding::new(
                    Code::StrayBracket,
                    self.span(start, start + 1),
                    format!("this `{close}` closes nothing"),
                )
                .label(format!("no `{open}` is open here"))
                .unsafe_fix(
                    format!("remove the `{close}`"),
                    self.span(start, start + 1),
                    "",
                );
                self.report(finding);
                if bracket == b'}' {
                    self.boundary(start, BoundaryMark::Close);
                    self.statement = None;
                }
            }
        }
        self.before = if bracket == b'}' {
            Before::Start
        } else {
            Before::Other
        };
    }

    fn close_known(&mut self, start: usize) {
        let Some(opener) = self.stack.pop() else {
            return;
        };
        if self.in_test > self.stack.len() {
            self.in_test = 0;
        }
        if opener.body {
            if self.first_on_line(start) && self.indent() < opener.indent && self.suspect.is_none()
            {
                self.suspect = Some(opener.at);
            }
            self.boundary(start, BoundaryMark::Close);
            self.statement = None;
            self.in_when = false;
        }
    }

    fn push(&mut self, opener: Opener) {
        self.stack.push(opener);
        if self.stack.len() > MAX_DEPTH {
            let at = opener.at as usize;
            let finding = Finding::new(
                Code::NestedTooDeep,
                self.span(at, at + 1),
                format!("brackets are nested more than {MAX_DEPTH} deep"),
            )
            .label("here it is one too many");
            self.out.findings.push(finding);
            self.out.too_deep = true;
        }
    }

    fn finish(&mut self) {
        if self.out.too_deep {
            return;
        }
        let end = self.bytes.len();
        self.close_items(end);
        let open: Vec<Opener> = std::mem::take(&mut self.stack);
        if let Some(opener) = open.last() {
            // Where indentation shows which `}` is missing, say that one; the others are only
            // pushed along.
            let at = self
                .suspect
                .filter(|_| open.len() == 1)
                .unwrap_or(opener.at);
            self.unclosed(Opener { at, ..*opener }, end);
        }
    }

    fn first_on_line(&self, at: usize) -> bool {
        self.text[..at]
            .trim_end_matches([' ', '\t'])
            .ends_with(['\n', '\r'])
    }

    fn begin_line(&mut self, at: usize) {
        self.line = at;
        self.line_indent = None;
    }

    /// The blanks before the first token of the line.
    fn indent(&mut self) -> u32 {
        let blanks = || {
            let line = self.bytes.get(self.line..).unwrap_or(&[]).iter();
            line.take_while(|byte| matches!(byte, b' ' | b'\t')).count()
        };
        let indent = self.line_indent.unwrap_or_else(|| blanks() as u32);
        self.line_indent = Some(indent);
        indent
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start as u32, end.min(self.bytes.len()) as u32)
    }

    fn report(&mut self, finding: Finding) {
        self.out.broken.insert(self.piece);
        let opened = finding.span().start;
        // The statement that holds the fault may have begun before the present one.
        if let Some(holder) = self
            .out
            .boundaries
            .iter()
            .rev()
            .find(|boundary| boundary.at <= opened)
        {
            self.out.broken.insert(holder.at);
        }
        if self.out.findings.len() < MAX_FINDINGS {
            self.out.findings.push(finding);
        }
    }
}

fn closing(open: u8) -> u8 {
    match open {
        b'(' => b')',
        b'[' => b']',
        b'{' => b'}',
        _ => b'>',
    }
}

fn opening(close: u8) -> u8 {
    match close {
        b')' => b'(',
        b']' => b'[',
        b'}' => b'{',
        _ => b'<',
    }
}
