//! The parser: one statement at a time through the grammar, with bodies and recovery around it.

use std::{collections::HashSet, sync::Arc};

use super::{
    ParseMemory, SyntaxKind, SyntaxTree,
    grammar::{self, BLANKS, Goal},
    recover, separators,
    skeleton::{self, Boundary, BoundaryMark, StatementKeyword},
    tree::TreeBuilder,
};
use crate::{
    diagnostic::{Code, Finding},
    source::{FileId, Span},
};

/// The largest source, in bytes.
pub const MAX_SOURCE: usize = 10 * 1024 * 1024;

/// How many findings one parse reports at most; the rest would only bury the first ones.
const MAX_FINDINGS: usize = 200;

/// How many faults are looked into, and how many bytes of the pieces they stand in: each may look
/// at all of its piece. Behind them, what does not fit stays as it is.
const MAX_FAULTS: usize = MAX_FINDINGS;
const MAX_LOOKED: usize = 2 * 1024 * 1024;
const LOOKED_AGAIN: usize = 8;

/// A tree and what is wrong with it.
#[derive(Clone, Debug)]
pub struct ParsedSource {
    /// The whole source as a tree.
    pub tree: SyntaxTree,
    /// Syntax findings, in the order of the source.
    pub findings: Vec<Finding>,
}

impl ParsedSource {
    /// Whether the source fits the grammar.
    pub fn is_clean(&self) -> bool {
        self.findings.iter().all(|finding| !finding.is_error())
    }
}

/// Parses a source. Cannot fail: every input gives a tree that holds every byte of it.
pub fn parse(text: impl Into<Arc<str>>, file: FileId) -> ParsedSource {
    whole(text.into(), file, None)
}

/// Parses another version of a text: gives what [`parse`] gives, and is quick about statements that
/// `memory` knows.
pub fn parse_with(
    text: impl Into<Arc<str>>,
    file: FileId,
    memory: &mut ParseMemory,
) -> ParsedSource {
    let text = text.into();
    memory.turn(&text);
    whole(text, file, Some(memory))
}

fn whole(text: Arc<str>, file: FileId, memory: Option<&mut ParseMemory>) -> ParsedSource {
    if text.len() > MAX_SOURCE {
        let finding = Finding::new(
            Code::SourceTooLarge,
            Span::at(file, 0),
            format!(
                "this source has {} bytes; the most is {MAX_SOURCE}",
                text.len()
            ),
        )
        .help("split it into child sequences");
        return unparsed(text, file, vec![finding]);
    }
    let skeleton = skeleton::scan(&text, file);
    if skeleton.too_deep {
        return unparsed(text, file, skeleton.findings);
    }
    let mut parser = SourceParser {
        text: &text,
        file,
        builder: TreeBuilder::with_capacity(text.len() / 3 + 16),
        findings: skeleton.findings,
        broken: skeleton.broken,
        faults: 0,
        left: MAX_LOOKED + LOOKED_AGAIN * text.len(),
        frames: Vec::new(),
        memory,
    };
    parser.builder.open(SyntaxKind::File, 0);
    parser.file(&skeleton.boundaries);
    let mut findings = parser.findings;
    let entries = parser.builder.finish();
    let tree = SyntaxTree::new(file, Arc::clone(&text), entries);
    let in_order = |finding: &Finding| (finding.span().start, finding.code);
    findings.sort_by_key(in_order);
    findings.truncate(MAX_FINDINGS);
    separators::check(&tree, &mut findings);
    findings.sort_by_key(in_order);
    ParsedSource { tree, findings }
}

fn unparsed(text: Arc<str>, file: FileId, findings: Vec<Finding>) -> ParsedSource {
    let mut builder = TreeBuilder::default();
    let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
    builder.open(SyntaxKind::File, 0);
    builder.leaf(SyntaxKind::Error, 0, end);
    builder.close(end);
    ParsedSource {
        tree: SyntaxTree::new(file, text, builder.finish()),
        findings,
    }
}

/// A node that is still open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum OpenNode {
    /// A statement with a head, before its body.
    Head(SyntaxKind),
    /// A body of such a statement.
    Body(SyntaxKind),
    /// An `if` whose body is closed: an `else` may follow.
    AfterIf,
}

pub(super) struct SourceParser<'a> {
    pub(super) text: &'a str,
    pub(super) file: FileId,
    pub(super) builder: TreeBuilder,
    pub(super) findings: Vec<Finding>,
    broken: HashSet<u32>,
    faults: usize,
    left: usize,
    frames: Vec<OpenNode>,
    memory: Option<&'a mut ParseMemory>,
}

impl SourceParser<'_> {
    fn file(&mut self, boundaries: &[Boundary]) {
        let end = self.text.len() as u32;
        self.loose(0, boundaries.first().map_or(end, |first| first.at));
        for (index, boundary) in boundaries.iter().enumerate() {
            let next = boundaries.get(index + 1);
            let until = next.map_or(end, |next| next.at);
            match boundary.mark {
                BoundaryMark::Statement(keyword) => {
                    let body = next.is_some_and(|next| next.mark == BoundaryMark::Open);
                    self.statement(keyword, boundary.at, until, body);
                }
                BoundaryMark::Open => {
                    if let Some(OpenNode::Head(kind)) = self.frames.last().copied() {
                        self.frames.pop();
                        self.frames.push(OpenNode::Body(kind));
                    } else {
                        self.frames.push(OpenNode::Body(SyntaxKind::Error));
                    }
                    self.builder.open(SyntaxKind::Body, boundary.at);
                    self.builder
                        .leaf(SyntaxKind::Punctuation, boundary.at, boundary.at + 1);
                    self.loose(boundary.at + 1, until);
                }
                BoundaryMark::Close => self.body_ends(boundary.at, until),
            }
        }
        while let Some(frame) = self.frames.pop() {
            self.builder.close(end);
            if matches!(frame, OpenNode::Body(kind) if kind != SyntaxKind::Error) {
                self.builder.close(end);
            }
        }
        self.builder.close(end);
    }

    fn body_ends(&mut self, at: u32, until: u32) {
        self.end_if(at);
        match self.frames.pop() {
            Some(OpenNode::Body(kind)) => {
                self.builder.leaf(SyntaxKind::Punctuation, at, at + 1);
                self.builder.close(at + 1);
                if kind == SyntaxKind::Branch {
                    self.frames.push(OpenNode::AfterIf);
                } else if kind != SyntaxKind::Error {
                    self.builder.close(at + 1);
                }
            }
            other => {
                self.frames.extend(other);
                self.builder.leaf(SyntaxKind::Error, at, at + 1);
            }
        }
        self.loose(at + 1, until);
    }

    /// Closes an `if` that no `else` follows.
    fn end_if(&mut self, at: u32) {
        if self.frames.last() == Some(&OpenNode::AfterIf) {
            self.frames.pop();
            self.builder.close(at);
        }
    }

    fn statement(&mut self, keyword: StatementKeyword, start: u32, until: u32, body: bool) {
        let (goal, holder) = goal(keyword);
        if keyword == StatementKeyword::Else && self.frames.last() == Some(&OpenNode::AfterIf) {
            self.frames.pop();
            self.frames.push(OpenNode::Head(SyntaxKind::Branch));
        } else {
            self.end_if(start);
            if keyword == StatementKeyword::Else {
                let span = Span::new(self.file, start, start + 4);
                self.tell(
                    Finding::new(
                        Code::MisplacedStatement,
                        span,
                        "this `else` belongs to no `if`",
                    )
                    .label("an `else` stands directly behind the `}` of an `if`"),
                );
            }
            if let Some(kind) = holder {
                self.builder.open(kind, start);
                self.frames.push(OpenNode::Head(kind));
            }
        }
        self.piece(goal, keyword, start, until, holder.is_some() && !body);
        if holder.is_some() && !body {
            if !self.is_broken(start) {
                self.missing_body(keyword, start, until);
            }
            if matches!(self.frames.last(), Some(OpenNode::Head(_))) {
                self.frames.pop();
                self.builder.close(until);
            }
        }
    }

    fn missing_body(&mut self, keyword: StatementKeyword, start: u32, until: u32) {
        let end = start
            + self.text[start as usize..until as usize]
                .trim_end_matches(BLANKS)
                .len() as u32;
        let word = format!("{keyword:?}").to_lowercase();
        self.tell(
            Finding::new(
                Code::Syntax,
                Span::new(self.file, end, end),
                format!("expected `{{` behind this `{word}`"),
            )
            .label("`{ … }` is missing here")
            .also(
                Span::new(self.file, start, start + word.len() as u32),
                "the statement begins here",
            ),
        );
    }

    /// Parses one statement or head; what does not fit is taken apart by the recovery.
    fn piece(
        &mut self,
        goal: Goal,
        keyword: StatementKeyword,
        start: u32,
        until: u32,
        quiet: bool,
    ) {
        let text = self.text;
        let piece = &text[start as usize..until as usize];
        if let Some(memory) = &mut self.memory
            && let Some(end) = memory.replay(goal, start, until, &mut self.builder)
        {
            self.trivia(end, until);
            return;
        }
        let mark = self.builder.mark();
        match grammar::parse(goal, piece, start, &mut self.builder) {
            Ok(end) => {
                if let Some(memory) = &mut self.memory {
                    memory.note(
                        goal,
                        (start, until),
                        self.builder.since(mark, start),
                        end - start,
                    );
                }
                self.trivia(end, until);
            }
            Err(failure) => {
                self.builder.rewind(mark);
                let quiet = !self.fault(until - start) || quiet || self.is_broken(start);
                recover::statement(self, goal, keyword, (start, until), &failure, quiet);
            }
        }
    }

    fn is_broken(&self, start: u32) -> bool {
        self.broken.contains(&start)
    }

    /// Counts a fault in so many bytes; whether it is one of those that are looked into.
    pub(super) fn fault(&mut self, bytes: u32) -> bool {
        let goes_on = self.goes_on();
        self.faults += 1;
        self.left = self.left.saturating_sub(bytes as usize);
        goes_on
    }

    /// Whether faults are still looked into.
    pub(super) fn goes_on(&self) -> bool {
        self.faults < MAX_FAULTS && self.left > 0
    }

    fn tell(&mut self, finding: Finding) {
        if self.fault(0) {
            self.findings.push(finding);
        }
    }

    /// Text between statements: trivia, or something that belongs nowhere.
    fn loose(&mut self, start: u32, until: u32) {
        let rest = self.trivia(start, until);
        if rest < until {
            let junk = &self.text[rest as usize..until as usize];
            let end = rest + junk.trim_end_matches(BLANKS).len() as u32;
            let known = self.is_broken(start.saturating_sub(1)) || self.is_broken(0);
            if !known && self.fault(until - rest) {
                let finding = recover::unexpected(
                    self,
                    rest,
                    end,
                    &["a statement such as `step` or `group`"],
                );
                self.findings.push(finding);
            }
            self.builder.leaf(SyntaxKind::Error, rest, end);
            self.trivia(end, until);
        }
    }

    /// Adds the white space and comments at `start`; returns where they end.
    pub(super) fn trivia(&mut self, start: u32, until: u32) -> u32 {
        let mut at = start;
        while at < until {
            let (kind, length) = grammar::gap_token(&self.text[at as usize..until as usize]);
            if !kind.is_trivia() {
                break;
            }
            self.builder.leaf(kind, at, at + length as u32);
            at += length as u32;
        }
        at
    }
}

/// The rule of a statement, and the node it stands in when it has a body.
fn goal(keyword: StatementKeyword) -> (Goal, Option<SyntaxKind>) {
    match keyword {
        StatementKeyword::Sequence => (Goal::Header, None),
        StatementKeyword::Import => (Goal::Import, None),
        StatementKeyword::Param => (Goal::Param, None),
        StatementKeyword::Let => (Goal::Binding, None),
        StatementKeyword::Step => (Goal::Step, None),
        StatementKeyword::Use => (Goal::Instance, None),
        StatementKeyword::Xml => (Goal::RawXml, None),
        StatementKeyword::Mock => (Goal::Mock, None),
        StatementKeyword::Expect => (Goal::Expect, None),
        StatementKeyword::Group => (Goal::GroupHead, Some(SyntaxKind::Group)),
        StatementKeyword::Fragment => (Goal::FragmentHead, Some(SyntaxKind::Fragment)),
        StatementKeyword::For => (Goal::RepeatHead, Some(SyntaxKind::Repeat)),
        StatementKeyword::If => (Goal::BranchHead, Some(SyntaxKind::Branch)),
        StatementKeyword::Else => (Goal::ElseHead, Some(SyntaxKind::Branch)),
        StatementKeyword::Test => (Goal::TestHead, Some(SyntaxKind::TestCase)),
    }
}
