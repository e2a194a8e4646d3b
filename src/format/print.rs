//! Lays a tree out: statements, items, conditions and what stands between them.

use super::{
    INDENT, WIDTH,
    flat::{flat, is_entry, token},
};
use crate::syntax::{self, Node, SyntaxKind, SyntaxTree};

/// The whole file, with LF line ends and one at the end.
pub(super) fn file(tree: &SyntaxTree) -> String {
    let mut printer = Printer {
        out: String::with_capacity(tree.text().len() + 256),
        depth: 0,
    };
    printer.statements(tree.root());
    printer.out
}

struct Printer {
    out: String,
    depth: usize,
}

/// White space and comments between two things, as far as they matter.
#[derive(Default)]
struct Gap {
    /// Line ends since the last thing or comment.
    lines: usize,
}

impl Gap {
    fn white(&mut self, text: &str) {
        let mut previous = '\0';
        for character in text.chars() {
            if character == '\n' && previous != '\r' || character == '\r' {
                self.lines += 1;
            }
            previous = character;
        }
    }
}

impl Printer {
    fn indent(&mut self) {
        for _ in 0..self.depth * INDENT {
            self.out.push(' ');
        }
    }

    fn newline(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }

    /// The column the next character would stand in.
    fn column(&self) -> usize {
        self.out.rsplit('\n').next().unwrap_or("").chars().count()
    }

    fn blank_line(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") && !self.out.ends_with("{\n") {
            self.out.push('\n');
        }
    }

    /// Statements and comments of a file or body.
    fn statements(&mut self, node: Node<'_>) {
        let mut gap = Gap { lines: 1 };
        let mut first = true;
        for child in node.all_children() {
            match child.kind() {
                SyntaxKind::WhiteSpace => gap.white(child.text()),
                SyntaxKind::Punctuation => {}
                SyntaxKind::Comment => {
                    self.comment(child.text(), gap.lines > 0, gap.lines > 1 && !first);
                    gap.lines = 0;
                    first = false;
                }
                _ => {
                    self.newline();
                    if gap.lines > 1 && !first {
                        self.blank_line();
                    }
                    self.statement(child);
                    gap.lines = 0;
                    first = false;
                }
            }
        }
        self.newline();
    }

    fn comment(&mut self, text: &str, own_line: bool, blank: bool) {
        if own_line {
            self.newline();
            if blank {
                self.blank_line();
            }
            self.indent();
        } else {
            self.out.push_str("  ");
        }
        self.out.push_str(text.trim_end());
        self.out.push('\n');
    }

    fn statement(&mut self, node: Node<'_>) {
        self.indent();
        match node.kind() {
            SyntaxKind::Group
            | SyntaxKind::Fragment
            | SyntaxKind::Repeat
            | SyntaxKind::Branch
            | SyntaxKind::TestCase => self.compound(node),
            _ => self.head(node),
        }
    }

    /// A statement without a body, or the head of one with a body.
    fn head(&mut self, node: Node<'_>) {
        if has_odd_comment(node) {
            self.verbatim(node);
        } else {
            self.pieces(node);
        }
    }

    /// Heads and bodies in turn: `if … { } else { }`.
    fn compound(&mut self, node: Node<'_>) {
        let mut first = true;
        let mut gap = Gap::default();
        for child in node.all_children() {
            match child.kind() {
                SyntaxKind::WhiteSpace => {
                    gap.white(child.text());
                    continue;
                }
                SyntaxKind::Comment => {
                    self.comment(child.text(), gap.lines > 0, false);
                    gap.lines = 0;
                    continue;
                }
                _ => {}
            }
            if child.kind() == SyntaxKind::Body && self.continued() {
                self.out.push('\n');
            }
            if self.out.ends_with('\n') && !first {
                self.indent();
            } else if !first {
                self.out.push(' ');
            }
            if child.kind() == SyntaxKind::Body {
                self.out.push_str("{\n");
                self.depth += 1;
                self.statements(child);
                self.depth -= 1;
                self.indent();
                self.out.push('}');
            } else {
                self.head(child);
            }
            gap.lines = 0;
            first = false;
        }
    }

    /// Whether the last line goes on from the one before it: then a body's brace needs a line of
    /// its own to be seen.
    fn continued(&self) -> bool {
        let line = self.out.rsplit('\n').next().unwrap_or("");
        let blanks = line.len() - line.trim_start_matches(' ').len();
        !line.is_empty() && blanks > self.depth * INDENT
    }

    /// The parts of a statement or head: a line if it fits, else its items and conditions over
    /// several.
    fn pieces(&mut self, node: Node<'_>) {
        if let Some(line) = flat(node)
            && self.column() + line.chars().count() <= WIDTH
            && !node.descendants().any(is_spread)
        {
            self.out.push_str(&line);
            return;
        }
        let mut first = true;
        for child in node.children() {
            match child.kind() {
                SyntaxKind::Items => self.items(child),
                SyntaxKind::When => self.when(child),
                _ => {
                    let glue = child.kind() == SyntaxKind::Arguments || child.text() == ":";
                    if !first && !glue {
                        self.out.push(' ');
                    }
                    self.inline(child);
                }
            }
            first = false;
        }
    }

    /// Anything inside of a line; blocks, lists and calls may still take several.
    fn inline(&mut self, node: Node<'_>) {
        if node.kind() == SyntaxKind::Block {
            self.block(node);
        } else if let Some(line) = flat(node).filter(|line| {
            !node.descendants().any(is_spread)
                && (node.is_leaf() || self.column() + line.chars().count() <= WIDTH)
        }) {
            self.out.push_str(&line);
        } else if node.is_leaf() {
            self.out.push_str(&token(node));
        } else {
            self.spread(node);
        }
    }

    fn spread(&mut self, node: Node<'_>) {
        match node.kind() {
            SyntaxKind::Items => {
                self.out.truncate(self.out.trim_end_matches(' ').len());
                self.items(node);
            }
            SyntaxKind::List | SyntaxKind::OsTest => self.entries(node, ""),
            SyntaxKind::Arguments | SyntaxKind::Quantifier => self.entries(node, ","),
            SyntaxKind::RuleItem => self.entries(node, ""),
            _ => self.parts(node),
        }
    }

    /// The children of a node, each inline, with the style's blanks.
    fn parts(&mut self, node: Node<'_>) {
        let mut first = true;
        for child in node.children() {
            let text = child.text();
            let glue = match child.kind() {
                SyntaxKind::Punctuation => matches!(text, ":" | ")" | "]" | ","),
                SyntaxKind::Arguments => true,
                _ => self.out.ends_with('(') || self.out.ends_with('['),
            };
            if !first && !glue {
                self.out.push(' ');
            }
            self.inline(child);
            first = false;
        }
    }

    /// `< … >`: on the line when it fits and the author had it so, else one item a line.
    fn items(&mut self, node: Node<'_>) {
        self.out.push(' ');
        let line = flat(node).filter(|line| {
            self.column() + line.chars().count() <= WIDTH && !node.descendants().any(is_spread)
        });
        if let Some(line) = line {
            self.out.push_str(&line);
        } else {
            self.entries(node, "");
        }
    }

    /// Opening bracket, one entry a line with `separator` behind each, closing bracket.
    fn entries(&mut self, node: Node<'_>, separator: &str) {
        let mut gap = Gap::default();
        let mut inside = false;
        let mut first = true;
        for child in node.all_children() {
            let text = child.text();
            let bracket = child.kind() == SyntaxKind::Punctuation;
            if child.kind() == SyntaxKind::WhiteSpace {
                gap.white(text);
            } else if child.kind() == SyntaxKind::Comment {
                self.comment(text, gap.lines > 0, gap.lines > 1 && !first);
                gap.lines = 0;
                first = false;
            } else if bracket && !inside && matches!(text, "<" | "[" | "(" | "{") {
                if text == "{" || text == "[" && node.kind() == SyntaxKind::OsTest {
                    self.out.push(' ');
                }
                self.out.push_str(text);
                self.depth += 1;
                inside = true;
                gap.lines = 0;
            } else if bracket && matches!(text, ">" | "]" | ")" | "}") {
                self.newline();
                self.depth -= 1;
                self.indent();
                self.out.push_str(text);
                inside = false;
            } else if bracket && text == "," {
                if !inside {
                    self.out.push(',');
                }
            } else if inside && is_entry(node, child) {
                self.newline();
                if gap.lines > 1 && !first {
                    self.out.push('\n');
                }
                self.indent();
                self.inline(child);
                self.out.push_str(separator);
                gap.lines = 0;
                first = false;
            } else {
                if !self.out.ends_with([' ', '\n', '(']) {
                    self.out.push(' ');
                }
                self.inline(child);
            }
        }
    }

    /// A plain list of tests, one a line.
    fn tests(&mut self, node: Node<'_>) {
        self.depth += 1;
        let mut begun = false;
        for child in node.children() {
            match child.text() {
                "," => {
                    self.out.push_str(",\n");
                    self.indent();
                    begun = false;
                }
                _ => {
                    if begun {
                        self.out.push(' ');
                    }
                    self.inline(child);
                    begun = true;
                }
            }
        }
        self.depth -= 1;
    }

    /// A condition: behind the rest when it fits, else on a line of its own.
    fn when(&mut self, node: Node<'_>) {
        let line = flat(node).filter(|_| !node.descendants().any(is_spread));
        let fits = |column: usize| {
            line.as_ref()
                .is_some_and(|line| column + line.chars().count() <= WIDTH)
        };
        if fits(self.column() + 1) {
            self.out.push(' ');
            self.out.push_str(line.as_deref().unwrap_or(""));
            return;
        }
        let items_end = self.out.ends_with('>') && self.column() == self.depth * INDENT + 1;
        if items_end {
            self.out.push(' ');
        } else {
            self.out.push('\n');
            self.depth += 1;
            self.indent();
        }
        if fits(self.column()) {
            self.out.push_str(line.as_deref().unwrap_or(""));
        } else if node.children().any(|child| child.text() == ",") {
            self.tests(node);
        } else {
            self.parts(node);
        }
        if !items_end {
            self.depth -= 1;
        }
    }

    /// A block with its lines moved to the present depth.
    fn block(&mut self, node: Node<'_>) {
        let raw = node.text();
        if !syntax::block(raw).misfits.is_empty() {
            // Moving its lines would hide which of them is wrong: that is reported elsewhere.
            self.out
                .push_str(&raw.replace("\r\n", "\n").replace('\r', "\n"));
            return;
        }
        let lines = syntax::block_lines(raw);
        let fence = raw.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        let quotes = fence.bytes().take_while(|byte| *byte == b'"').count();
        let prefix = &raw[..raw.len() - fence.len()];
        self.out.push_str(prefix);
        self.out.push_str(&"\"".repeat(quotes));
        self.out.push('\n');
        for line in lines {
            if !line.is_empty() {
                self.indent();
                self.out.push_str(line);
            }
            self.out.push('\n');
        }
        self.indent();
        self.out.push_str(&"\"".repeat(quotes));
    }

    /// A statement with a comment where the style has no place for one: as it stands.
    fn verbatim(&mut self, node: Node<'_>) {
        let text = node.text().replace("\r\n", "\n").replace('\r', "\n");
        self.out.push_str(text.trim_end());
    }
}

/// Items, lists and arguments that the author began on a new line stay one a line.
fn is_spread(node: Node<'_>) -> bool {
    if !matches!(
        node.kind(),
        SyntaxKind::Items
            | SyntaxKind::List
            | SyntaxKind::Arguments
            | SyntaxKind::Quantifier
            | SyntaxKind::RuleItem
            | SyntaxKind::OsTest
    ) {
        return false;
    }
    let mut open = false;
    for child in node.all_children() {
        match child.kind() {
            SyntaxKind::Punctuation if matches!(child.text(), "<" | "[" | "(" | "{") => open = true,
            SyntaxKind::WhiteSpace if open => return child.text().contains(['\n', '\r']),
            _ if open => return false,
            _ => {}
        }
    }
    false
}

/// Whether a comment stands where only `verbatim` can keep it: not between statements, items or
/// other entries.
fn has_odd_comment(node: Node<'_>) -> bool {
    let mut inside = matches!(node.kind(), SyntaxKind::File | SyntaxKind::Body);
    node.all_children().any(|child| match child.kind() {
        SyntaxKind::Comment => !(inside && holds_comments(node.kind())),
        SyntaxKind::Body => false,
        SyntaxKind::Punctuation => {
            inside |= matches!(child.text(), "<" | "[" | "(" | "{");
            false
        }
        _ if child.is_leaf() => false,
        _ => has_odd_comment(child),
    })
}

fn holds_comments(kind: SyntaxKind) -> bool {
    use SyntaxKind::{Arguments, Body, File, Items, List, OsTest, Quantifier, RuleItem};
    matches!(
        kind,
        Body | File | Items | List | Arguments | Quantifier | RuleItem | OsTest
    )
}
