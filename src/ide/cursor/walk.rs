//! Follows tokens and keeps what is open.

use super::{CursorPlace, Owner};
use crate::{
    syntax::{self, SyntaxKind, Token},
    vocabulary::conditions,
};

/// The words that begin a statement; they are reserved, so each ends whatever was half typed before
/// it.
const STATEMENTS: [&str; 12] = [
    "sequence", "step", "group", "let", "param", "use", "import", "fragment", "test", "for", "if",
    "else",
];

/// What an item waits for.
#[derive(Clone, Debug)]
enum Wants {
    Item,
    Value(String),
    Assigned(String),
}

/// Something that is open.
#[derive(Debug)]
enum OpenConstruct {
    Statement {
        keyword: String,
        words: Vec<Token>,
        items: bool,
    },
    Body(String),
    Items {
        owner: Owner,
        given: Vec<String>,
        wants: Wants,
        count: usize,
    },
    Condition {
        unit: Vec<Token>,
        rule: bool,
        parentheses: bool,
    },
    Arguments {
        call: String,
        index: usize,
        named: Option<String>,
        at: u32,
        property: OpenProperty,
    },
    List {
        property: OpenProperty,
    },
}

/// The property whose value is open.
type OpenProperty = Option<(Owner, String)>;

pub(super) struct Walk<'t> {
    text: &'t str,
    frames: Vec<OpenConstruct>,
    before: Option<Token>,
}

impl<'t> Walk<'t> {
    pub fn new(text: &'t str) -> Self {
        Walk {
            text,
            frames: Vec::new(),
            before: None,
        }
    }

    fn word(&self, token: Token) -> &'t str {
        token.text(self.text)
    }

    /// The text of the token before, and where it begins.
    fn last(&self, token: Token) -> (&'t str, u32) {
        self.before.map_or(("", token.start), |before| {
            (self.word(before), before.start)
        })
    }

    /// Takes the next token.
    pub fn token(&mut self, token: Token, next: Option<Token>) {
        let text = self.word(token);
        if token.kind == SyntaxKind::Word && self.begins_statement(text, next) {
            self.statement(text);
        } else {
            self.inner(token, text, next);
        }
        self.before = Some(token);
    }

    fn begins_statement(&self, word: &str, next: Option<Token>) -> bool {
        let before = self.before.map_or("", |token| self.word(token));
        let next = next.map_or("", |token| self.word(token));
        match word {
            "step" | "group" if matches!(before, "mock" | "expect") => false,
            "mock" | "expect" => {
                self.bodies().last().is_some_and(|body| body == "test")
                    && !matches!(next, ":" | "=")
            }
            "xml" => matches!(self.frames.last(), None | Some(OpenConstruct::Body(_))),
            _ => STATEMENTS.contains(&word),
        }
    }

    fn statement(&mut self, keyword: &str) {
        while !matches!(self.frames.last(), None | Some(OpenConstruct::Body(_))) {
            self.frames.pop();
        }
        self.frames.push(OpenConstruct::Statement {
            keyword: keyword.to_owned(),
            words: Vec::new(),
            items: false,
        });
        if keyword == "if" {
            self.condition(false, false);
        }
    }

    fn condition(&mut self, rule: bool, parentheses: bool) {
        self.frames.push(OpenConstruct::Condition {
            unit: Vec::new(),
            rule,
            parentheses,
        });
    }

    fn inner(&mut self, token: Token, text: &str, next: Option<Token>) {
        match self.frames.last() {
            None => {}
            Some(OpenConstruct::Body(_)) if text == "}" => self.close_body(),
            Some(OpenConstruct::Body(_)) => {}
            Some(OpenConstruct::Statement { .. }) => self.in_statement(token, text),
            Some(OpenConstruct::Items { .. }) => self.in_items(token, text, next),
            Some(OpenConstruct::Condition { .. }) => self.in_condition(token, text),
            Some(OpenConstruct::Arguments { .. }) => self.in_arguments(token, text, next),
            Some(OpenConstruct::List { .. }) => self.in_list(token, text, next),
        }
    }

    fn close_body(&mut self) {
        while let Some(frame) = self.frames.pop() {
            if matches!(frame, OpenConstruct::Body(_)) {
                self.frames.pop();
                break;
            }
        }
    }

    fn in_statement(&mut self, token: Token, text: &str) {
        let (before, at) = self.last(token);
        let source = self.text;
        let Some(OpenConstruct::Statement {
            keyword,
            words,
            items,
        }) = self.frames.last_mut()
        else {
            return;
        };
        match text {
            "<" if matches!(keyword.as_str(), "step" | "group" | "sequence" | "test") => {
                *items = true;
                let owner = match keyword.as_str() {
                    "step" => owner_of_step(source, words),
                    "group" => Owner::Group,
                    "sequence" => Owner::Header,
                    _ => Owner::Test,
                };
                self.items(owner);
            }
            "when" => self.condition(false, false),
            "{" => {
                let keyword = keyword.clone();
                self.frames.push(OpenConstruct::Body(keyword));
            }
            "}" => self.close_body(),
            "(" => self.arguments(before, at, None),
            "[" => self.frames.push(OpenConstruct::List { property: None }),
            _ => words.push(token),
        }
    }

    fn items(&mut self, owner: Owner) {
        self.frames.push(OpenConstruct::Items {
            owner,
            given: Vec::new(),
            wants: Wants::Item,
            count: 0,
        });
    }

    fn arguments(&mut self, call: &str, at: u32, property: OpenProperty) {
        self.frames.push(OpenConstruct::Arguments {
            call: call.to_owned(),
            index: 0,
            named: None,
            at,
            property,
        });
    }

    fn in_items(&mut self, token: Token, text: &str, next: Option<Token>) {
        let next = next.map_or("", |token| token.text(self.text));
        let (before, at) = self.last(token);
        let Some(OpenConstruct::Items {
            owner,
            given,
            wants,
            count,
        }) = self.frames.last_mut()
        else {
            return;
        };
        let property = match wants {
            Wants::Value(name) => Some((owner.clone(), name.clone())),
            Wants::Item => Some((owner.clone(), String::new())),
            Wants::Assigned(_) => None,
        };
        match text {
            ">" | "}" => {
                self.frames.pop();
                if text == "}" && !matches!(self.frames.last(), Some(OpenConstruct::Items { .. })) {
                    self.close_body();
                }
                self.value_done(token);
            }
            "," => *wants = Wants::Item,
            "<" if before == "xml" => self.items(Owner::Xml),
            "<" => self.items(Owner::Property(
                property.map_or(String::new(), |(_, name)| name),
            )),
            "{" => self.items(Owner::Property("rule".to_owned())),
            "[" | "(" => {
                begin_unnamed(wants, given, count);
                if text == "[" {
                    self.frames.push(OpenConstruct::List { property });
                } else {
                    self.arguments(before, at, property);
                }
            }
            "when" if before == "rule" => self.condition(true, false),
            ":" | "=" | "${" => {}
            _ if next == ":" || next == "=" => {
                let name = syntax::name_text(text).into_owned();
                *count += 1;
                if next == ":" {
                    given.push(name.clone());
                    *wants = Wants::Value(name);
                } else {
                    *wants = Wants::Assigned(name);
                }
            }
            _ if next == "(" || before == "${" => {}
            _ => {
                if token.kind != SyntaxKind::Punctuation {
                    begin_unnamed(wants, given, count);
                }
                *wants = Wants::Item;
            }
        }
    }

    /// A bracket was closed: the value it was part of is whole.
    fn value_done(&mut self, close: Token) {
        match self.frames.last_mut() {
            Some(OpenConstruct::Items { wants, .. }) => *wants = Wants::Item,
            Some(
                OpenConstruct::Statement { words, .. }
                | OpenConstruct::Condition { unit: words, .. },
            ) => {
                words.push(Token {
                    kind: SyntaxKind::Items,
                    ..close
                });
            }
            _ => {}
        }
    }

    fn in_condition(&mut self, token: Token, text: &str) {
        let source = self.text;
        let Some(OpenConstruct::Condition {
            unit,
            rule,
            parentheses,
        }) = self.frames.last_mut()
        else {
            return;
        };
        let back = |count: usize| {
            unit.iter()
                .rev()
                .nth(count - 1)
                .map_or("", |token| token.text(source))
        };
        let rule = *rule;
        match text {
            "(" => self.condition(rule, true),
            ")" if *parentheses => {
                self.frames.pop();
                self.value_done(token);
            }
            "," | "and" | "or" => unit.clear(),
            "{" => {
                self.frames.pop();
                match self.frames.last() {
                    Some(OpenConstruct::Statement { keyword, .. }) => {
                        self.frames.push(OpenConstruct::Body(keyword.clone()));
                    }
                    Some(OpenConstruct::Items { .. }) => {
                        self.items(Owner::Property("rule".to_owned()));
                    }
                    _ => {}
                }
            }
            "}" => self.close_body(),
            "[" => self.frames.push(OpenConstruct::List { property: None }),
            "<" if back(1) == "xml" => self.items(Owner::Xml),
            "<" if back(1) == "computer" => self.items(Owner::Condition("computer".to_owned())),
            "<" if matches!(back(2), "os" | "software") => {
                let owner = Owner::Condition(back(2).to_owned());
                self.items(owner);
            }
            // The end of the items that a rule stands in.
            ">" if rule
                && !matches!(back(1), "version" | "modified")
                && (unit.is_empty() || is_whole(source, unit)) =>
            {
                self.frames.pop();
                self.frames.pop();
                self.value_done(token);
            }
            _ => unit.push(token),
        }
    }

    fn in_arguments(&mut self, token: Token, text: &str, next: Option<Token>) {
        let source = self.text;
        let (before, at) = self.last(token);
        let Some(OpenConstruct::Arguments {
            index,
            named,
            property,
            ..
        }) = self.frames.last_mut()
        else {
            return;
        };
        match text {
            ")" => {
                self.frames.pop();
                self.value_done(token);
            }
            "," => {
                *index += 1;
                *named = None;
            }
            "(" => {
                let property = property.clone();
                self.arguments(before, at, property);
            }
            "[" => {
                let property = property.clone();
                self.frames.push(OpenConstruct::List { property });
            }
            ">" | "}" => {
                self.frames.pop();
                self.inner(token, text, next);
            }
            _ if next.is_some_and(|next| next.text(source) == ":") => {
                *named = Some(syntax::name_text(text).into_owned());
            }
            _ => {}
        }
    }

    fn in_list(&mut self, token: Token, text: &str, next: Option<Token>) {
        let (before, at) = self.last(token);
        let Some(OpenConstruct::List { property }) = self.frames.last() else {
            return;
        };
        let property = property.clone();
        match text {
            "]" => {
                self.frames.pop();
                self.value_done(token);
            }
            "(" => self.arguments(before, at, property),
            "[" => self.frames.push(OpenConstruct::List { property }),
            "<" if self.is_list_of_systems() => self.items(Owner::Condition("os".to_owned())),
            ">" | "}" => {
                self.frames.pop();
                self.inner(token, text, next);
            }
            _ => {}
        }
    }

    /// Whether the open list stands in a condition: only `os` has one.
    fn is_list_of_systems(&self) -> bool {
        matches!(
            self.frames.as_slice(),
            [
                ..,
                OpenConstruct::Condition { .. },
                OpenConstruct::List { .. }
            ]
        )
    }

    /// The keywords of the bodies that are open.
    pub fn bodies(&self) -> Vec<String> {
        let body = |frame: &OpenConstruct| {
            if let OpenConstruct::Body(keyword) = frame {
                Some(keyword.clone())
            } else {
                None
            }
        };
        self.frames.iter().filter_map(body).collect()
    }

    /// The calls that are open, the innermost last.
    pub fn calls(&self) -> Vec<(String, usize, u32)> {
        let call = |frame: &OpenConstruct| match frame {
            OpenConstruct::Arguments {
                call, index, at, ..
            } => Some((call.clone(), *index, *at)),
            _ => None,
        };
        self.frames.iter().filter_map(call).collect()
    }

    /// The type of the step that is open.
    pub fn step_type(&self) -> Option<String> {
        let step = |frame: &OpenConstruct| match frame {
            OpenConstruct::Items {
                owner: Owner::Step(keyword),
                ..
            } => Some(keyword.clone()),
            OpenConstruct::Statement { keyword, words, .. } if keyword == "step" => words
                .get(1)
                .filter(|token| token.kind == SyntaxKind::Word)
                .map(|token| self.word(*token).to_owned()),
            _ => None,
        };
        self.frames.iter().rev().find_map(step)
    }

    /// What may be typed behind the tokens taken so far; `after` are those behind the cursor.
    pub fn place(&self, after: &[Token]) -> CursorPlace {
        match self.frames.last() {
            None | Some(OpenConstruct::Body(_)) => CursorPlace::Statement(self.bodies()),
            Some(OpenConstruct::Statement {
                keyword,
                words,
                items,
            }) => self.statement_place(keyword, words, *items),
            Some(OpenConstruct::Items {
                owner,
                given,
                wants,
                count,
            }) => self.items_place(owner, given, wants, *count, after),
            Some(OpenConstruct::Condition { unit, rule, .. }) => self.condition_place(unit, *rule),
            Some(OpenConstruct::Arguments {
                call, index, named, ..
            }) => self.arguments_place(call, *index, named.as_ref()),
            Some(OpenConstruct::List {
                property: Some((owner, property)),
            }) => CursorPlace::Value {
                owner: owner.clone(),
                property: property.clone(),
            },
            Some(OpenConstruct::List { property: None }) if self.is_list_of_systems() => {
                CursorPlace::Predicate("os".to_owned())
            }
            Some(OpenConstruct::List { property: None }) => CursorPlace::Constant,
        }
    }

    fn arguments_place(&self, call: &str, index: usize, named: Option<&String>) -> CursorPlace {
        let keyword = self.frames.iter().rev().find_map(|frame| match frame {
            OpenConstruct::Statement { keyword, .. } => Some(keyword.as_str()),
            _ => None,
        });
        let in_value = self
            .frames
            .iter()
            .any(|frame| matches!(frame, OpenConstruct::Items { .. }));
        match keyword {
            _ if call == "one_of" => CursorPlace::Unknown,
            Some("fragment") if !in_value => {
                if named.is_some() {
                    CursorPlace::Type
                } else {
                    CursorPlace::Unknown
                }
            }
            Some("param") if call == "list" => CursorPlace::Type,
            _ => CursorPlace::Argument {
                call: call.to_owned(),
                index,
                named: named.cloned(),
            },
        }
    }

    fn statement_place(&self, keyword: &str, words: &[Token], items: bool) -> CursorPlace {
        let word = |index: usize| words.get(index).map_or("", |token| self.word(*token));
        let last = words.last().map_or("", |token| self.word(*token));
        match (keyword, words.len()) {
            ("import", 0) => CursorPlace::Import,
            ("step" | "group" | "sequence" | "test", 0) => CursorPlace::Title(keyword.to_owned()),
            ("step", 1) => CursorPlace::StepType,
            ("step" | "group" | "sequence" | "test", _) => CursorPlace::Tail {
                keyword: keyword.to_owned(),
                items,
            },
            ("use", 0) => CursorPlace::Fragment,
            ("let" | "param", _) if last == "=" => CursorPlace::Constant,
            ("let" | "param", _) if last == ":" => CursorPlace::Type,
            ("for", _) if last == "in" => CursorPlace::Constant,
            ("for", 1) => CursorPlace::Unknown,
            ("for" | "fragment" | "else", 1..) => CursorPlace::Tail {
                keyword: keyword.to_owned(),
                items: true,
            },
            ("mock" | "expect", _) if matches!(last, "step" | "group") => CursorPlace::StepPath,
            ("mock" | "expect", 0) => CursorPlace::Outcome {
                keyword: format!("{keyword} "),
            },
            ("mock" | "expect", _) if matches!(word(0), "step" | "group") => CursorPlace::Outcome {
                keyword: keyword.to_owned(),
            },
            ("let", 0..=2) | ("param", 0..=3) => CursorPlace::Unknown,
            // A whole statement is over: the next one may begin.
            ("let" | "param" | "import" | "use" | "xml", 1..) => {
                CursorPlace::Statement(self.bodies())
            }
            _ => CursorPlace::Unknown,
        }
    }

    fn items_place(
        &self,
        owner: &Owner,
        given: &[String],
        wants: &Wants,
        count: usize,
        after: &[Token],
    ) -> CursorPlace {
        match wants {
            Wants::Value(property) => CursorPlace::Value {
                owner: owner.clone(),
                property: property.clone(),
            },
            Wants::Assigned(variable) => CursorPlace::Assigned {
                variable: variable.clone(),
            },
            Wants::Item => {
                let mut all = given.to_vec();
                let behind = names_behind(self.text, after);
                let next = behind.first().cloned();
                all.extend(behind);
                CursorPlace::Item {
                    owner: owner.clone(),
                    given: all,
                    before: given.last().cloned(),
                    next,
                    first: count == 0,
                }
            }
        }
    }

    fn condition_place(&self, unit: &[Token], rule: bool) -> CursorPlace {
        let text = |index: usize| unit.get(index).map_or("", |token| self.word(*token));
        let negated = text(0) == "not";
        let from = usize::from(negated);
        let word = |index: usize| text(index + from);
        let count = unit.len().saturating_sub(from);
        let after = || CursorPlace::AfterTest {
            predicate: String::new(),
            rule,
        };
        if count == 0 {
            return CursorPlace::Test { rule, negated };
        }
        let second = unit.get(1 + from).map(|token| token.kind);
        let is_text = matches!(second, Some(SyntaxKind::String | SyntaxKind::Block));
        match word(0) {
            "exists" if count == 1 => CursorPlace::Variable,
            word if (count == 1 || is_text) && conditions().before_text(word).is_some() => {
                self.predicate_place(word, unit, count, rule)
            }
            "os_language" if count == 1 => CursorPlace::Unknown,
            "exists" | "all" | "any" | "none" | "os_language" | "computer" => after(),
            _ if unit
                .first()
                .is_some_and(|token| token.kind == SyntaxKind::Items) =>
            {
                after()
            }
            name => match count {
                1 => CursorPlace::Operator {
                    keyword: "variable".to_owned(),
                },
                2 if word(1) == "not" => CursorPlace::Operator {
                    keyword: "variable not".to_owned(),
                },
                2 => CursorPlace::Operand {
                    variable: name.to_owned(),
                },
                3 if word(1) == "not" => CursorPlace::Operand {
                    variable: name.to_owned(),
                },
                _ => after(),
            },
        }
    }

    fn predicate_place(
        &self,
        predicate: &str,
        unit: &[Token],
        count: usize,
        rule: bool,
    ) -> CursorPlace {
        let last = unit.last().map_or("", |token| self.word(*token));
        if count == 1 {
            return CursorPlace::Predicate(predicate.to_owned());
        }
        match last {
            "value" | "in" | "model" => CursorPlace::Predicate(last.to_owned()),
            "as" => CursorPlace::RegistryType,
            "version" | "modified" => CursorPlace::Operator {
                keyword: "file".to_owned(),
            },
            "not" => CursorPlace::Operator {
                keyword: "registry not".to_owned(),
            },
            "==" | "!=" | "<" | ">" | "<=" | ">=" => CursorPlace::Predicate("data".to_owned()),
            _ => CursorPlace::AfterTest {
                predicate: predicate.to_owned(),
                rule,
            },
        }
    }
}

/// Notes an item without a name, where one begins.
fn begin_unnamed(wants: &Wants, given: &mut Vec<String>, count: &mut usize) {
    if matches!(wants, Wants::Item) {
        *count += 1;
        given.push(String::new());
    }
}

fn owner_of_step(text: &str, words: &[Token]) -> Owner {
    match words.get(1) {
        Some(token) if token.kind == SyntaxKind::String => Owner::Quoted,
        Some(token) => Owner::Step(syntax::name_text(token.text(text)).into_owned()),
        None => Owner::Step(String::new()),
    }
}

/// Whether a test has all its parts, so that a `>` behind it cannot compare.
fn is_whole(text: &str, unit: &[Token]) -> bool {
    let compares = |token: &Token| {
        matches!(
            token.text(text),
            "==" | "!=" | "<" | ">" | "<=" | ">=" | "like"
        )
    };
    let exists = unit.iter().any(|token| token.text(text) == "exists") && unit.len() > 1;
    exists
        || unit.iter().rev().skip(1).any(compares)
        || unit
            .last()
            .is_some_and(|token| matches!(token.kind, SyntaxKind::String | SyntaxKind::Items))
}

/// The properties behind the cursor, up to the end of these items.
fn names_behind(text: &str, after: &[Token]) -> Vec<String> {
    let mut depth = 0_usize;
    let mut out = Vec::new();
    for (index, token) in after.iter().enumerate() {
        let word = token.text(text);
        match word {
            "<" | "(" | "[" | "{" => depth += 1,
            ">" | ")" | "]" | "}" if depth == 0 => break,
            ">" | ")" | "]" | "}" => depth -= 1,
            _ if token.kind == SyntaxKind::Word && STATEMENTS.contains(&word) => break,
            _ if depth == 0
                && after
                    .get(index + 1)
                    .is_some_and(|next| next.text(text) == ":") =>
            {
                out.push(syntax::name_text(word).into_owned());
            }
            _ => {}
        }
    }
    out
}
