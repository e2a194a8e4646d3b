//! Where a cursor stands, told from the tokens before it: so it is known in half-typed text too,
//! which no tree describes.

mod walk;

use std::ops::Range;

use crate::syntax::{SyntaxKind, Token, tokens};

/// What the items in `< >` belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// A step of a type, by its keyword.
    Step(String),
    /// A step whose type is in quotes.
    Quoted,
    /// A group.
    Group,
    /// `sequence "…"`.
    Header,
    /// `test "…"`.
    Test,
    /// `xml < … >`.
    Xml,
    /// `software "…" < … >`, `os "…" < … >` or `computer < … >`, by its word.
    Condition(String),
    /// A property's own items.
    Property(String),
}

/// What may be typed at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CursorPlace {
    /// A statement; the keywords of the bodies around it, the innermost last.
    Statement(Vec<String>),
    /// A name in quotes behind `step`, `group` and so on.
    Title(String),
    /// A step type.
    StepType,
    /// Behind the head of a statement: `<`, `when` or `{`.
    Tail {
        /// The statement's keyword.
        keyword: String,
        /// Whether it has its items already.
        items: bool,
    },
    /// The beginning of an item.
    Item {
        /// What the items belong to.
        owner: Owner,
        /// The names of the other items, those before and those behind the cursor; empty for a
        /// value without a name.
        given: Vec<String>,
        /// The name of the item before.
        before: Option<String>,
        /// The name of the property behind.
        next: Option<String>,
        /// Whether it is the first item.
        first: bool,
    },
    /// The value of a property.
    Value {
        /// What the items belong to.
        owner: Owner,
        /// The property's name; empty for a value without a name.
        property: String,
    },
    /// The value of a variable.
    Assigned {
        /// The variable's name.
        variable: String,
    },
    /// An argument of a call.
    Argument {
        /// The call's name.
        call: String,
        /// Which argument, from 0.
        index: usize,
        /// Its name, if it has one.
        named: Option<String>,
    },
    /// A test of a condition.
    Test {
        /// Whether it is that of a rule.
        rule: bool,
        /// Whether a `not` stands before it.
        negated: bool,
    },
    /// A variable's name behind `exists`.
    Variable,
    /// An operator behind a variable or registry value.
    Operator {
        /// What is compared: `variable`, `file`, `folder` or `registry`.
        keyword: String,
    },
    /// What a variable is compared with.
    Operand {
        /// The variable.
        variable: String,
    },
    /// A text of a predicate: `file`, `registry`, `value`, `wmi`, `in`, `software`, `os`, `make`,
    /// `model`, `gateway`.
    Predicate(String),
    /// The type of a registry value.
    RegistryType,
    /// Behind a whole test.
    AfterTest {
        /// The predicate's word, or nothing.
        predicate: String,
        /// Whether it is a rule's.
        rule: bool,
    },
    /// The file of an `import`.
    Import,
    /// The name of a fragment behind `use`.
    Fragment,
    /// A type of a parameter.
    Type,
    /// The value of `let` or `param`, or what `for` goes through.
    Constant,
    /// The name of a step in a test.
    StepPath,
    /// Behind `mock step "…"` or `expect`.
    Outcome {
        /// `mock` or `expect`.
        keyword: String,
    },
    /// A new name, a comment, or anything else that cannot be guessed.
    Unknown,
}

/// What the cursor is inside of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inside {
    /// Code.
    Code,
    /// A comment.
    Comment,
    /// A string or block: the byte its text begins at, and whether `${…}` is read in it.
    Text {
        /// The first byte behind the opening quote.
        start: u32,
        /// Whether `${…}` inserts.
        inserts: bool,
        /// Whether its end is there.
        closed: bool,
    },
}

/// A place in a text, as completion needs it.
#[derive(Clone, Debug)]
pub struct Cursor {
    /// The byte.
    pub offset: u32,
    /// The bytes that a completed word replaces.
    pub word: Range<u32>,
    /// What of the word stands before the cursor.
    pub prefix: String,
    /// Where it is.
    pub inside: Inside,
    /// What may be typed.
    pub place: CursorPlace,
    /// The calls around the place, the innermost last: `(name, argument, start of the name)`.
    pub calls: Vec<(String, usize, u32)>,
    /// The type of the step around the place.
    pub step_type: Option<String>,
    /// The keywords of the bodies around the place, the innermost last.
    pub bodies: Vec<String>,
}

impl Cursor {
    /// Looks at the place `offset` of `text`.
    pub fn new(text: &str, offset: u32) -> Cursor {
        let mut offset = (offset as usize).min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let all = tokens(text);
        let at = offset as u32;
        // The token that the cursor is in, or at the end of.
        let touched = all
            .iter()
            .position(|token| token.start < at && at <= token.end);
        let inside = touched.map_or(Inside::Code, |index| inside(all[index], text, at));
        let (word, until) = match (&inside, touched) {
            (Inside::Code, touched) => word_in_code(&all, touched, at),
            (_, Some(index)) => (word_in_text(text, &inside, at), index),
            _ => (at..at, all.partition_point(|token| token.end <= at)),
        };
        let before: Vec<Token> = all[..until]
            .iter()
            .copied()
            .filter(|token| !token.kind.is_trivia())
            .collect();
        let behind = all.partition_point(|token| token.end <= word.end.max(at));
        let mut walk = walk::Walk::new(text);
        for (index, token) in before.iter().enumerate() {
            walk.token(*token, before.get(index + 1).copied());
        }
        let after: Vec<Token> = all[behind.max(until)..]
            .iter()
            .copied()
            .filter(|token| !token.kind.is_trivia())
            .take(400)
            .collect();
        let place = walk.place(&after);
        let prefix = text
            .get(word.start as usize..offset)
            .unwrap_or("")
            .to_owned();
        Cursor {
            offset: at,
            word,
            prefix,
            inside,
            place,
            calls: walk.calls(),
            step_type: walk.step_type(),
            bodies: walk.bodies(),
        }
    }
}

fn inside(token: Token, text: &str, at: u32) -> Inside {
    match token.kind {
        SyntaxKind::Comment => Inside::Comment,
        SyntaxKind::String if at < token.end || !token.closed => {
            let inserts = token.text(text).starts_with('"');
            Inside::Text {
                start: token.start + 1,
                inserts,
                closed: token.closed,
            }
        }
        SyntaxKind::Block if at < token.end || !token.closed => {
            let line = token.text(text).find(['\n', '\r']).unwrap_or(0) as u32;
            if at < token.start + line {
                Inside::Code
            } else {
                Inside::Text {
                    start: token.start + line,
                    inserts: false,
                    closed: token.closed,
                }
            }
        }
        _ => Inside::Code,
    }
}

/// The word at a place in code, and how many tokens stand before it.
fn word_in_code(all: &[Token], touched: Option<usize>, at: u32) -> (Range<u32>, usize) {
    let is_word = |token: &Token| {
        token.kind == SyntaxKind::Word || token.kind == SyntaxKind::Name && at < token.end
    };
    if let Some(index) = touched
        && let Some(token) = all.get(index).filter(|token| is_word(token))
    {
        return (token.start..token.end, index);
    }
    let until = all.partition_point(|token| token.end <= at);
    let next = all
        .get(until)
        .filter(|token| token.start == at && is_word(token));
    (at..next.map_or(at, |next| next.end), until)
}

/// The letters, digits and underscores around a place in a string.
fn word_in_text(text: &str, inside: &Inside, at: u32) -> Range<u32> {
    let Inside::Text { start, .. } = inside else {
        return at..at;
    };
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let bytes = text.as_bytes();
    let before = bytes[*start as usize..(at as usize).max(*start as usize)]
        .iter()
        .rev()
        .take_while(|byte| is_name(byte))
        .count();
    let behind = bytes[at as usize..]
        .iter()
        .take_while(|byte| is_name(byte))
        .count();
    at - before as u32..at + behind as u32
}
