//! Compile-time values and how value nodes become them.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::Context;
use crate::{
    diagnostic::{Code, Finding},
    source::Span,
    syntax::{self, MAX_DEPTH, Node, StringPiece, SyntaxKind},
};

/// What an item of a list counts beside its text.
const LIST_ITEM: usize = 64;

/// A compile-time value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum ConstantValue {
    /// Text.
    Text(String),
    /// A whole number, with its digits as written.
    Integer { digits: String, value: i128 },
    /// A number with a unit.
    Quantity { value: i128, unit: String },
    /// `true` or `false`.
    Boolean(bool),
    /// `absent`.
    Absent,
    /// A list.
    List(Vec<(ConstantValue, Span)>),
    /// `name(…)`.
    Call {
        name: String,
        name_span: Span,
        arguments: Vec<Argument>,
    },
    /// A bare name that no compile-time name answers to: a member or a run-time variable.
    Name(String),
    /// Bytes of a script.
    Bytes(Vec<u8>),
}

/// An argument of a call.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Argument {
    pub name: Option<String>,
    pub value: ConstantValue,
    pub span: Span,
}

impl ConstantValue {
    /// What it is called in messages.
    pub fn noun(&self) -> &'static str {
        match self {
            ConstantValue::Text(_) => "a text",
            ConstantValue::Integer { .. } => "a number",
            ConstantValue::Quantity { .. } => "a number with a unit",
            ConstantValue::Boolean(_) => "`true` or `false`",
            ConstantValue::Absent => "`absent`",
            ConstantValue::List(_) => "a list",
            ConstantValue::Call { .. } => "a call",
            ConstantValue::Name(_) => "a bare name",
            ConstantValue::Bytes(_) => "bytes",
        }
    }

    /// The text that `${…}` inserts, if it can be inserted.
    pub fn inserted(&self) -> Option<String> {
        Some(match self {
            ConstantValue::Text(text) | ConstantValue::Name(text) => text.clone(),
            ConstantValue::Integer { digits, .. } => digits.clone(),
            ConstantValue::Quantity { value, unit } => format!("{value}{unit}"),
            ConstantValue::Boolean(value) => value.to_string(),
            ConstantValue::Call { arguments, .. } => {
                match arguments.first().map(|argument| &argument.value) {
                    Some(ConstantValue::Text(text)) => text.clone(),
                    _ => return None,
                }
            }
            ConstantValue::Absent | ConstantValue::List(_) | ConstantValue::Bytes(_) => {
                return None;
            }
        })
    }

    /// The value for a reader: a text in quotes, a list in brackets.
    pub fn shown(&self) -> Option<String> {
        Some(match self {
            ConstantValue::Text(text) => format!("\"{text}\""),
            ConstantValue::Absent => "absent".to_owned(),
            ConstantValue::List(items) => {
                let items: Option<Vec<_>> = items.iter().map(|(item, _)| item.shown()).collect();
                format!("[{}]", items?.join(", "))
            }
            ConstantValue::Call { name, .. } if name == "secret" => return None,
            ConstantValue::Call {
                name, arguments, ..
            } => {
                let arguments: Option<Vec<_>> = arguments
                    .iter()
                    .map(|argument| {
                        let value = argument.value.shown()?;
                        Some(
                            argument
                                .name
                                .as_ref()
                                .map_or(value.clone(), |name| format!("{name}: {value}")),
                        )
                    })
                    .collect();
                format!("{name}({})", arguments?.join(", "))
            }
            ConstantValue::Bytes(bytes) => format!("{} bytes", bytes.len()),
            other => other.inserted()?,
        })
    }

    /// Its bytes, about, and how deep lists and calls are nested in it. What is already too deep is
    /// not followed further.
    fn measure(&self) -> (usize, usize) {
        let of_all = |values: &mut dyn Iterator<Item = &ConstantValue>| {
            let inner = values.map(ConstantValue::measure);
            inner.fold((0, 1), |(bytes, depth), (more, below)| {
                (bytes + more + LIST_ITEM, depth.max(below + 1))
            })
        };
        match self {
            ConstantValue::Text(text) | ConstantValue::Name(text) => (text.len(), 0),
            ConstantValue::Bytes(bytes) => (bytes.len(), 0),
            ConstantValue::List(items) => of_all(&mut items.iter().map(|(item, _)| item)),
            ConstantValue::Call { arguments, .. } => {
                of_all(&mut arguments.iter().map(|argument| &argument.value))
            }
            _ => (0, 0),
        }
    }

    /// The value of a field, such as `app.name`.
    fn field(&self, name: &str) -> Option<ConstantValue> {
        let ConstantValue::Call { arguments, .. } = self else {
            return None;
        };
        let index = ["id", "name"].iter().position(|field| *field == name);
        let named = arguments
            .iter()
            .find(|argument| argument.name.as_deref() == Some(name));
        let by_place = index.and_then(|index| {
            arguments
                .iter()
                .filter(|argument| argument.name.is_none())
                .nth(index)
        });
        named.or(by_place).map(|argument| argument.value.clone())
    }
}

/// How a bare name is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bare<'a> {
    /// A compile-time name.
    Defined,
    /// One of these members first, else a compile-time name.
    Member(&'a [crate::vocabulary::Member]),
    /// A run-time variable.
    Variable,
}

impl PartialEq for crate::vocabulary::Member {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.xml == other.xml
    }
}

impl Eq for crate::vocabulary::Member {}

impl Context<'_> {
    /// The value of a value node; `None` after a finding.
    pub(super) fn constant(&mut self, node: Node<'_>, bare: Bare<'_>) -> Option<ConstantValue> {
        match node.kind() {
            SyntaxKind::String => self
                .string(node)
                .filter(|text| self.writable(text, node.span()))
                .map(ConstantValue::Text),
            SyntaxKind::Block => Some(self.block(node))
                .filter(|text| self.writable(text, node.span()))
                .map(ConstantValue::Text),
            SyntaxKind::Number => self.number(node),
            SyntaxKind::Literal => Some(match node.text() {
                "true" => ConstantValue::Boolean(true),
                "false" => ConstantValue::Boolean(false),
                _ => ConstantValue::Absent,
            }),
            SyntaxKind::List => {
                let values: Vec<_> = node
                    .children()
                    .filter(|child| child.kind().is_value())
                    .map(|child| (self.constant(child, bare), child.span()))
                    .collect();
                values
                    .into_iter()
                    .map(|(value, span)| Some((value?, span)))
                    .collect::<Option<Vec<_>>>()
                    .map(ConstantValue::List)
            }
            SyntaxKind::Call => self.call(node),
            SyntaxKind::Insertion => self.insertion(node),
            SyntaxKind::Name => self.bare_name(node, bare),
            SyntaxKind::Encoded => self.encoded(node),
            _ => None,
        }
    }

    /// Whether XML can hold a text; reports it when not. Every text of a source comes through here.
    pub(super) fn writable(&mut self, text: &str, span: Span) -> bool {
        let Some(bad) = super::forms::unwritable(text) else {
            return true;
        };
        self.error(
            Code::UnwritableCharacter,
            span,
            format!("the character U+{:04X} cannot stand in XML", u32::from(bad)),
        );
        false
    }

    /// The text of a string, block or insertion node.
    pub(super) fn text(&mut self, node: Node<'_>) -> Option<String> {
        let value = self.constant(node, Bare::Defined)?;
        match value.inserted() {
            Some(text) if !matches!(value, ConstantValue::Absent) => Some(text),
            _ => {
                self.error(
                    Code::WrongType,
                    node.span(),
                    format!("expected a text, found {}", value.noun()),
                );
                None
            }
        }
    }

    fn string(&mut self, node: Node<'_>) -> Option<String> {
        let raw = node.text();
        let mut out = String::new();
        let mut good = true;
        for piece in syntax::pieces(raw) {
            match piece {
                StringPiece::Text(text) => out.push_str(&text),
                StringPiece::Insert { path, start, end } => {
                    let span = inner(node.span(), start, end);
                    match self
                        .lookup(&path, span)
                        .map(|value| (value.inserted(), value.noun()))
                    {
                        Some((Some(text), _)) => out.push_str(&text),
                        Some((None, noun)) => {
                            self.error(
                                Code::WrongType,
                                span,
                                format!("{noun} cannot be inserted into a text"),
                            );
                            good = false;
                        }
                        None => good = false,
                    }
                }
                StringPiece::Bad { start, end } => {
                    self.bad_insertion(node, start, end);
                    good = false;
                }
            }
        }
        good.then_some(out)
    }

    fn bad_insertion(&mut self, node: Node<'_>, start: usize, end: usize) {
        let span = inner(node.span(), start, end.max(start + 2));
        let finding = Finding::new(Code::BadInsertion, span, "this `${` inserts nothing")
            .label("`${name}` inserts a compile-time value")
            .help("write `$${` for the characters `${`, or write the string in '…', where nothing is inserted")
            .fix("write `$${`", Span::new(span.file, span.start, span.start + 2), "$${");
        self.report(finding);
    }

    fn block(&mut self, node: Node<'_>) -> String {
        let block = syntax::block(node.text());
        if let Some((start, end)) = block.misfits.first() {
            let finding = Finding::new(
                Code::BlockIndent,
                inner(node.span(), *start, *end),
                "this line is indented less than the closing quotes",
            )
            .label("the blanks before the closing quotes are taken off every line")
            .help("indent the line at least as far as the closing quotes, with the same blanks or tabs");
            self.report(finding);
        }
        block.text
    }

    fn number(&mut self, node: Node<'_>) -> Option<ConstantValue> {
        let number = syntax::number(node.text());
        let Some(value) = number.value() else {
            if number.digits.ends_with('x') || number.digits == "0" || number.unit.starts_with('x')
            {
                self.error(
                    Code::MalformedValue,
                    node.span(),
                    "this is no number: hexadecimal digits follow `0x`",
                );
                return None;
            }
            self.error(Code::OutOfRange, node.span(), "this number is too large");
            return None;
        };
        Some(if number.unit.is_empty() {
            ConstantValue::Integer {
                digits: number.digits.to_owned(),
                value,
            }
        } else {
            ConstantValue::Quantity {
                value,
                unit: number.unit.to_owned(),
            }
        })
    }

    fn call(&mut self, node: Node<'_>) -> Option<ConstantValue> {
        let name = node.child(SyntaxKind::Name)?;
        let arguments = node.child(SyntaxKind::Arguments)?;
        let mut out = Vec::new();
        for argument in arguments.children_of(SyntaxKind::Argument) {
            let value = argument
                .children()
                .filter(|child| child.kind().is_value())
                .last()?;
            let named = argument
                .child(SyntaxKind::Name)
                .filter(|name| name.index() != value.index());
            let constant = self.constant(value, Bare::Variable)?;
            out.push(Argument {
                name: named.map(|name| syntax::name_text(name.text()).into_owned()),
                value: self.resolve_bare(constant, value.span())?,
                span: value.span(),
            });
        }
        let text = syntax::name_text(name.text()).into_owned();
        Some(ConstantValue::Call {
            name: text,
            name_span: name.span(),
            arguments: out,
        })
    }

    /// In a call's arguments a bare name is a compile-time name if there is one, else a word such
    /// as a package's kind.
    fn resolve_bare(&mut self, value: ConstantValue, span: Span) -> Option<ConstantValue> {
        match &value {
            ConstantValue::Name(name) if self.scope.get(name).is_some() => self.copied(name, span),
            _ => Some(value),
        }
    }

    fn insertion(&mut self, node: Node<'_>) -> Option<ConstantValue> {
        let names: Vec<_> = node.children_of(SyntaxKind::Name).collect();
        let path: Vec<&str> = names.iter().map(|name| name.text()).collect();
        self.lookup(&path, node.span())
    }

    /// A copy of what a name stands for; `None` after the error that says that copies have become
    /// too large, or when there is no such name.
    fn copied(&mut self, name: &str, span: Span) -> Option<ConstantValue> {
        let found = &self.scope.get(name)?.value;
        let (bytes, depth) = found.measure();
        if depth >= MAX_DEPTH {
            let message = format!("`{name}` holds more than {MAX_DEPTH} lists in lists");
            self.error(Code::NestedTooDeep, span, message);
            return None;
        }
        if !self.makes(bytes, span) {
            return None;
        }
        self.scope.get(name).map(|found| found.value.clone())
    }

    fn lookup(&mut self, path: &[&str], span: Span) -> Option<ConstantValue> {
        let (first, fields) = path.split_first()?;
        let first = syntax::name_text(first);
        if self.scope.get(&first).is_none() {
            if !self.scope.is_faulty(&first) {
                self.unknown_name(&first, span);
            }
            return None;
        }
        let mut value = self.copied(&first, span)?;
        for field in fields {
            match value.field(field) {
                Some(found) => value = found,
                None => {
                    let message = format!("`{first}` has no field `{field}`");
                    self.report(
                        Finding::new(Code::UnknownName, span, message)
                            .help("applications and packages have `.id` and `.name`"),
                    );
                    return None;
                }
            }
        }
        Some(value)
    }

    fn unknown_name(&mut self, name: &str, span: Span) {
        let near = self.nearest_name(name);
        let finding = Finding::new(
            Code::UnknownName,
            span,
            format!("there is no compile-time name `{name}`"),
        );
        let finding = match near {
            Some(near) => finding.label(format!("did you mean `{near}`?")),
            None => finding
                .help("define it with `param` or `let`; a run-time variable is inserted when the step runs, as %Name%"),
        };
        self.report(finding);
    }

    fn bare_name(&mut self, node: Node<'_>, bare: Bare<'_>) -> Option<ConstantValue> {
        let name = syntax::name_text(node.text());
        let defined = self.scope.get(&name).map(|found| found.span);
        match bare {
            Bare::Variable => Some(ConstantValue::Name(name.into_owned())),
            Bare::Member(members) if members.iter().any(|member| member.name == *name) => {
                if let Some(span) = defined {
                    let finding = Finding::new(
                        Code::NameLikeMember,
                        span,
                        format!("`{name}` is also a choice of a property: written bare, the choice is meant there"),
                    )
                    .also(node.span(), "here the choice is meant")
                    .help(format!("write `${{{name}}}` for the compile-time value, or give it another name"));
                    self.report(finding);
                }
                Some(ConstantValue::Name(name.into_owned()))
            }
            Bare::Member(_) if defined.is_none() => Some(ConstantValue::Name(name.into_owned())),
            Bare::Member(_) => self.copied(&name, node.span()),
            Bare::Defined => match defined {
                Some(_) => self.copied(&name, node.span()),
                None => {
                    if !self.scope.is_faulty(&name) {
                        self.unknown_bare(&name, node.span());
                    }
                    None
                }
            },
        }
    }

    fn unknown_bare(&mut self, name: &str, span: Span) {
        let lower = name.to_lowercase();
        if matches!(lower.as_str(), "true" | "false" | "absent") {
            let finding = Finding::new(
                Code::KeywordCase,
                span,
                format!("`{name}` is written `{lower}`"),
            )
            .label("keywords are lower case")
            .fix(format!("write `{lower}`"), span, lower);
            self.report(finding);
            return;
        }
        let near = self.nearest_name(name);
        let finding = Finding::new(
            Code::UnknownName,
            span,
            format!("there is no compile-time name `{name}`"),
        );
        let finding = match near {
            Some(near) => finding.label(format!("did you mean `{near}`?")).unsafe_fix(format!("write `{near}`"), span, near),
            None => finding
                .label("a text is written in quotes")
                .help("write \"…\" for a text, %Name% inside of it for a run-time variable, or define the name with `param` or `let`")
                .unsafe_fix("write it in quotes", span, format!("\"{name}\"")),
        };
        self.report(finding);
    }

    fn encoded(&mut self, node: Node<'_>) -> Option<ConstantValue> {
        let inner = node
            .children()
            .find(|child| matches!(child.kind(), SyntaxKind::String | SyntaxKind::Block))?;
        let text: String = self.text(inner)?.split_whitespace().collect();
        match STANDARD.decode(text) {
            Ok(bytes) => Some(ConstantValue::Bytes(bytes)),
            Err(error) => {
                self.error(
                    Code::BadScript,
                    inner.span(),
                    format!("this is not base64: {error}"),
                );
                None
            }
        }
    }
}

/// The span of bytes `start..end` of a token.
pub(super) fn inner(token: Span, start: usize, end: usize) -> Span {
    let from = (token.start + start as u32).min(token.end);
    Span::new(token.file, from, (token.start + end as u32).min(token.end))
}
