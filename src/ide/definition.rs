//! From a name to its definition, and to all its uses.

use super::{
    Analysis, Index, Occurrence, Role, Symbol,
    node::{innermost, path_at},
};
use crate::{
    source::{FileId, Files, Span, join_relative},
    syntax::{self, SyntaxKind},
    vocabulary::Dialect,
};

/// How many files an import may lead through.
const MAX_FILES: usize = 64;

/// A place in this file or in another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefinitionTarget {
    /// The other file, as the project knows it; `None` for this one.
    pub path: Option<String>,
    /// The text of the other file, so that lines can be counted.
    pub text: Option<std::sync::Arc<str>>,
    /// The place.
    pub span: Span,
}

impl DefinitionTarget {
    fn here(span: Span) -> Self {
        DefinitionTarget {
            path: None,
            text: None,
            span,
        }
    }
}

/// Where the name at a place is defined. A variable has a definition wherever it is set.
pub fn definition(analysis: &Analysis, offset: u32, files: &dyn Files) -> Vec<DefinitionTarget> {
    if let Some(found) = analysis.index().at(offset) {
        let defines = |one: &&Occurrence| match found.symbol {
            Symbol::Variable(_) => one.role == Role::Write,
            _ => one.role == Role::Definition,
        };
        let own: Vec<DefinitionTarget> = analysis
            .index()
            .of(&found.symbol)
            .filter(defines)
            .map(|one| DefinitionTarget::here(one.span))
            .collect();
        if let (true, Symbol::Fragment(name)) = (own.is_empty(), &found.symbol) {
            return imported(analysis, name, files).into_iter().collect();
        }
        return own;
    }
    let path = path_at(analysis.tree(), offset);
    let string = innermost(&path, SyntaxKind::String);
    let written = string.and_then(|node| syntax::unquote(node.text()));
    let is_file = innermost(&path, SyntaxKind::Import).is_some()
        || innermost(&path, SyntaxKind::Call)
            .and_then(|call| call.child(SyntaxKind::Name))
            .is_some_and(|name| name.text() == "file");
    let joined = written
        .filter(|_| is_file)
        .and_then(|written| join_relative(&analysis.source.path, &written).ok());
    joined
        .and_then(|path| {
            let text = String::from_utf8(files.read(&path).ok()?).ok()?;
            Some(DefinitionTarget {
                path: Some(path),
                text: Some(text.into()),
                span: Span::default(),
            })
        })
        .into_iter()
        .collect()
}

/// A fragment of the files that this one imports, and those import.
fn imported(analysis: &Analysis, name: &str, files: &dyn Files) -> Option<DefinitionTarget> {
    let mut pending = imported_files(analysis.tree(), &analysis.source.path);
    let mut seen = Vec::new();
    while let Some(path) = pending.pop() {
        if seen.contains(&path) || seen.len() >= MAX_FILES {
            continue;
        }
        seen.push(path.clone());
        let Some(text) = files
            .read(&path)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
        else {
            continue;
        };
        let parsed = syntax::parse(text.as_str(), FileId(0));
        let index = Index::new(&parsed.tree, Dialect::default());
        if let Some(found) = index.fragments().iter().find(|one| one.name == name) {
            return Some(DefinitionTarget {
                path: Some(path),
                text: Some(text.into()),
                span: found.span,
            });
        }
        pending.extend(imported_files(&parsed.tree, &path));
    }
    None
}

/// The files that a tree imports; `from` is its own place in the project.
pub fn imported_files(tree: &syntax::SyntaxTree, from: &str) -> Vec<String> {
    let strings = tree
        .root()
        .children_of(SyntaxKind::Import)
        .filter_map(|node| node.child(SyntaxKind::String));
    strings
        .filter_map(|node| join_relative(from, &syntax::unquote(node.text())?).ok())
        .collect()
}

/// All places of the name at a place; `declaration` says whether definitions count.
pub fn references(analysis: &Analysis, offset: u32, declaration: bool) -> Vec<(Span, Role)> {
    let Some(found) = analysis.index().at(offset) else {
        return Vec::new();
    };
    let wanted = |one: &&Occurrence| declaration || one.role != Role::Definition;
    analysis
        .index()
        .of(&found.symbol)
        .filter(wanted)
        .map(|one| (one.span, one.role))
        .collect()
}
