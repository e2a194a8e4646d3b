//! Where each name of a source stands: variables (inside of strings and scripts too), compile-time
//! names, fragments, names of steps, identifiers of packages and applications.

mod visit;

pub(super) use visit::script_names;

use std::{collections::BTreeMap, ops::Range};

use crate::{source::Span, syntax::SyntaxTree, vocabulary::Dialect};

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Symbol {
    /// A run-time variable, in lower case.
    Variable(String),
    /// A compile-time name, and the byte its scope begins at (0 for the whole file).
    Constant(String, u32),
    /// A fragment.
    Fragment(String),
    /// A step or group, by its name.
    Step(String),
    /// A package, application or sequence, by its identifier.
    Reference(String),
}

/// What happens to it at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It is defined there.
    Definition,
    /// It is set there.
    Write,
    /// It is used there.
    Read,
}

/// How a name is spelled at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NameSpelling {
    /// A name token.
    Name,
    /// In a string or block.
    Text,
    /// The beginning of numbered variables, or a name the product gives: never renamed.
    Fixed,
}

/// A name at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// What it stands for.
    pub symbol: Symbol,
    /// The name alone, without quotes or percent signs.
    pub span: Span,
    /// What happens there.
    pub role: Role,
    pub(super) form: NameSpelling,
}

impl Occurrence {
    /// Whether it is never renamed.
    pub(super) fn is_fixed(&self) -> bool {
        self.form == NameSpelling::Fixed
    }
}

/// A parameter of a fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FragmentParameter {
    /// Its name.
    pub name: String,
    /// Its type as written.
    pub kind: String,
    /// Its default as written.
    pub default: Option<String>,
}

/// A fragment of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FragmentInfo {
    /// Its name.
    pub name: String,
    /// The name's place.
    pub span: Span,
    /// Its parameters.
    pub parameters: Vec<FragmentParameter>,
}

impl FragmentInfo {
    /// `name(parameter: type, …)`.
    pub fn label(&self) -> String {
        let parameters: Vec<String> = self
            .parameters
            .iter()
            .map(FragmentParameter::label)
            .collect();
        format!("{}({})", self.name, parameters.join(", "))
    }
}

impl FragmentParameter {
    /// `name: type = default`.
    pub fn label(&self) -> String {
        let default = self
            .default
            .as_ref()
            .map_or(String::new(), |default| format!(" = {default}"));
        format!("{}: {}{default}", self.name, self.kind)
    }
}

/// A compile-time name with the bytes in which it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConstantInfo {
    /// Its name.
    pub name: String,
    /// The name's place.
    pub span: Span,
    /// Where it is known.
    pub scope: Range<u32>,
    /// `param ring: text`, `let share` and so on, as written.
    pub shown: String,
}

/// Where each name stands.
#[derive(Clone, Debug, Default)]
pub struct Index {
    occurrences: Vec<Occurrence>,
    constants: Vec<ConstantInfo>,
    fragments: Vec<FragmentInfo>,
    spellings: BTreeMap<String, String>,
}

impl Index {
    /// Goes through a tree once.
    pub fn new(tree: &SyntaxTree, dialect: Dialect) -> Self {
        let mut index = visit::index(tree, dialect);
        index
            .occurrences
            .sort_by_key(|one| (one.span.start, one.span.end));
        for one in &index.occurrences {
            if let Symbol::Variable(key) = &one.symbol {
                let spelled = tree.text().get(one.span.range()).unwrap_or("");
                let spelled = crate::syntax::name_text(spelled);
                if one.role == Role::Write || !index.spellings.contains_key(key) {
                    index.spellings.insert(key.clone(), spelled.into_owned());
                }
            }
        }
        index
    }

    /// All of them, in the order of the source.
    pub fn occurrences(&self) -> &[Occurrence] {
        &self.occurrences
    }

    /// The name at a byte, or just before it.
    pub fn at(&self, offset: u32) -> Option<&Occurrence> {
        let end = self
            .occurrences
            .partition_point(|one| one.span.start <= offset);
        self.occurrences[..end]
            .iter()
            .rev()
            .take(8)
            .find(|one| offset <= one.span.end)
    }

    /// All places of a symbol.
    pub fn of<'a>(&'a self, symbol: &'a Symbol) -> impl Iterator<Item = &'a Occurrence> {
        self.occurrences
            .iter()
            .filter(move |one| one.symbol == *symbol)
    }

    /// The run-time variables of the file as they are spelled where they are set.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.spellings.values().map(String::as_str)
    }

    /// The compile-time names known at a byte.
    pub fn constants_at(&self, offset: u32) -> impl Iterator<Item = &ConstantInfo> {
        self.constants
            .iter()
            .filter(move |one| one.scope.contains(&offset) || one.scope.start == 0)
    }

    /// The compile-time name that a symbol stands for.
    pub fn constant(&self, symbol: &Symbol) -> Option<&ConstantInfo> {
        let Symbol::Constant(name, scope) = symbol else {
            return None;
        };
        self.constants
            .iter()
            .find(|one| one.name == *name && one.scope.start == *scope)
    }

    /// The fragments of the file.
    pub fn fragments(&self) -> &[FragmentInfo] {
        &self.fragments
    }

    /// The identifiers of a kind of call, such as `package`, that the file names already.
    pub fn references(&self) -> impl Iterator<Item = &str> {
        let id = |one: &'_ Occurrence| {
            if let Symbol::Reference(_) = one.symbol {
                Some(())
            } else {
                None
            }
        };
        let mut seen = std::collections::HashSet::new();
        self.occurrences
            .iter()
            .filter(move |one| id(one).is_some())
            .filter_map(move |one| match &one.symbol {
                Symbol::Reference(text) if seen.insert(text.clone()) => Some(text.as_str()),
                _ => None,
            })
    }
}
