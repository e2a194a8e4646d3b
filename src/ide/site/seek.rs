//! The references of a source, told from its tree: what each is to, its identifier, its name, its
//! program.

use super::Analysis;
use crate::{
    ide::{
        hover::{property_around, table_around},
        index::Symbol,
        node::{innermost, path_at, value_of},
    },
    site::EntryKind,
    source::Span,
    syntax::{self, Node, SyntaxKind},
    vocabulary::{Property, Referenced, StepType, Type},
};

/// A reference of a source to something at the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteUse {
    /// What it refers to.
    pub kind: EntryKind,
    /// The identifier.
    pub id: String,
    /// The name written beside it; may be empty.
    pub name: String,
    /// The identifier's text.
    pub id_span: Span,
    /// The name's text.
    pub name_span: Option<Span>,
    /// The whole value: a text in quotes, or a call.
    pub span: Span,
    /// The program that is run of it, and its place.
    pub program: Option<(String, Span)>,
}

/// What a type of the vocabulary refers to.
pub(in crate::ide) fn kind_of_type(kind: Type) -> Option<EntryKind> {
    match kind {
        Type::Package => Some(EntryKind::Package),
        Type::Application => Some(EntryKind::Application),
        Type::TaskSequence => Some(EntryKind::Sequence),
        _ => None,
    }
}

/// What a call's name refers to.
pub(in crate::ide) fn kind_of_call(word: &str) -> Option<EntryKind> {
    match word {
        "package" => Some(EntryKind::Package),
        "application" => Some(EntryKind::Application),
        "task_sequence" => Some(EntryKind::Sequence),
        _ => None,
    }
}

/// The property of a step type that names a program, and the one that names its package.
pub(in crate::ide) fn program_of(
    table: &'static StepType,
) -> Option<(&'static Property, &'static Property)> {
    let package = table
        .property
        .iter()
        .find(|one| one.reference == Some(Referenced::PackageProgram))?;
    let is_it = |one: &&Property| one.kind == Type::Text && package.requires.contains(&one.name);
    Some((table.property.iter().find(is_it)?, package))
}

/// The text of a string and its place without the quotes.
fn text(node: Node<'_>) -> Option<(String, Span)> {
    let span = node.span();
    let closed = node.text().len() >= 2 && node.text().ends_with(['"', '\'']);
    let written =
        syntax::unquote(node.text()).filter(|_| closed && node.kind() == SyntaxKind::String)?;
    Some((
        written.into_owned(),
        Span::new(span.file, span.start + 1, span.end - 1),
    ))
}

/// The value of an argument; one with a name has that before its value.
fn unnamed(argument: Node<'_>) -> Option<Node<'_>> {
    let mut values = argument.children().filter(|child| child.kind().is_value());
    let first = values.next()?;
    values.next().is_none().then_some(first)
}

/// A `package(…)`, `application(…)` or `task_sequence(…)`.
fn of_call(call: Node<'_>) -> Option<SiteUse> {
    let kind = kind_of_call(call.child(SyntaxKind::Name)?.text())?;
    let arguments = call.child(SyntaxKind::Arguments)?;
    let mut texts = arguments
        .children_of(SyntaxKind::Argument)
        .filter_map(unnamed);
    let (id, id_span) = text(texts.next()?)?;
    let name = texts.next().and_then(text);
    let (name, name_span) = name.map_or((String::new(), None), |(name, span)| (name, Some(span)));
    Some(SiteUse {
        kind,
        id,
        name,
        id_span,
        name_span,
        span: call.span(),
        program: None,
    })
}

/// The reference around a node that is one, or a part of one.
fn of_path(analysis: &Analysis, path: &[Node<'_>]) -> Option<SiteUse> {
    let string = innermost(path, SyntaxKind::String)?;
    if let Some(found) = innermost(path, SyntaxKind::Call).and_then(of_call) {
        return Some(found);
    }
    let owner = innermost(path, SyntaxKind::Property).and_then(|node| node.child(SyntaxKind::Name));
    let property = match owner {
        Some(name) => property_around(analysis, path, &syntax::name_text(name.text()))?,
        None => innermost(path, SyntaxKind::Items)
            .and_then(|_| table_around(analysis, path))
            .and_then(StepType::principal)
            .map(|(_, property)| property)?,
    };
    let kind = kind_of_type(property.of.unwrap_or(property.kind))?;
    let (id, id_span) = text(string)?;
    (!id.is_empty() && !id.contains("${") && !id.contains('%')).then(|| SiteUse {
        kind,
        id,
        name: String::new(),
        id_span,
        name_span: None,
        span: string.span(),
        program: None,
    })
}

/// The items of the step around a path, with the properties for a package and its program.
fn program_around<'t>(
    analysis: &Analysis,
    path: &[Node<'t>],
) -> Option<(Node<'t>, &'static Property, &'static Property)> {
    let (program, package) = program_of(table_around(analysis, path)?)?;
    Some((
        innermost(path, SyntaxKind::Step)?.child(SyntaxKind::Items)?,
        program,
        package,
    ))
}

/// The value of an item by its name.
fn item<'t>(items: Node<'t>, property: &Property) -> Option<Node<'t>> {
    let own = |node: &Node<'_>| {
        node.child(SyntaxKind::Name)
            .is_some_and(|name| syntax::name_text(name.text()) == property.name)
    };
    items
        .children_of(SyntaxKind::Property)
        .find(own)
        .and_then(value_of)
}

/// The program that a step runs of a package.
fn program(analysis: &Analysis, path: &[Node<'_>]) -> Option<(String, Span)> {
    let (items, program, _) = program_around(analysis, path)?;
    text(item(items, program)?)
}

/// The package that the step around a place names beside its program.
fn package(analysis: &Analysis, path: &[Node<'_>]) -> Option<SiteUse> {
    let (items, _, package) = program_around(analysis, path)?;
    let value = item(items, package)?;
    if let Some(found) = of_call(value) {
        return Some(found);
    }
    let (id, id_span) = text(value)?;
    let (name, name_span, span) = (String::new(), None, value.span());
    Some(SiteUse {
        kind: EntryKind::Package,
        id,
        name,
        id_span,
        name_span,
        span,
        program: None,
    })
}

/// The package of the step around a byte, for its programs.
pub(in crate::ide) fn package_around(analysis: &Analysis, offset: u32) -> Option<SiteUse> {
    package(analysis, &path_at(analysis.tree(), offset))
}

/// The reference at a byte; at the name of a program, the package it belongs to.
pub(super) fn at(analysis: &Analysis, offset: u32) -> Option<SiteUse> {
    let path = path_at(analysis.tree(), offset);
    if let Some(found) = of_path(analysis, &path) {
        return Some(found);
    }
    let own =
        program(analysis, &path).filter(|(_, span)| span.start <= offset && offset <= span.end)?;
    Some(SiteUse {
        program: Some(own),
        ..package(analysis, &path)?
    })
}

/// The references of a part of a source, in its order. Those whose identifier is made at compile
/// time are not among them.
pub fn site_uses(analysis: &Analysis, range: Span) -> Vec<SiteUse> {
    let occurrences = analysis.index().occurrences();
    let from = occurrences.partition_point(|one| one.span.start < range.start);
    let own = occurrences[from..]
        .iter()
        .take_while(|one| one.span.start <= range.end);
    let own = own.filter(|one| matches!(one.symbol, Symbol::Reference(_)));
    own.filter_map(|one| {
        let path = path_at(analysis.tree(), one.span.start);
        let mut found = of_path(analysis, &path)?;
        if found.kind == EntryKind::Package {
            found.program = package(analysis, &path)
                .filter(|package| package.id_span == found.id_span)
                .and_then(|_| program(analysis, &path));
        }
        Some(found)
    })
    .collect()
}
