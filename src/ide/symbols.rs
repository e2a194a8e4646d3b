//! The outline of a source.

use crate::{
    source::Span,
    syntax::{self, Node, SyntaxKind, SyntaxTree},
};

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum OutlineKind {
    Sequence,
    Group,
    Step,
    Constant,
    Fragment,
    Use,
    Block,
    Test,
}

/// An entry with those inside of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// Its name.
    pub name: String,
    /// A few words: a step's type, whether it is disabled.
    pub detail: String,
    /// What it is.
    pub kind: OutlineKind,
    /// The whole statement.
    pub span: Span,
    /// The name's place.
    pub name_span: Span,
    /// What is inside.
    pub children: Vec<Outline>,
}

/// Groups, steps, names, fragments and tests of a source.
pub fn outline(tree: &SyntaxTree) -> Vec<Outline> {
    members(tree.root())
}

fn members(node: Node<'_>) -> Vec<Outline> {
    node.children().filter_map(entry).collect()
}

/// What an entry is called, and where that stands.
fn name_of(head: Node<'_>, kind: OutlineKind) -> (String, Span) {
    let string = head.child(SyntaxKind::String);
    let (name, span) = match (string, head.child(SyntaxKind::Name)) {
        (Some(string), _) => {
            let text = string.text();
            let name = text.get(1..text.len().saturating_sub(1)).unwrap_or("");
            (name.to_owned(), string.span())
        }
        (None, Some(name)) if kind != OutlineKind::Block => {
            (syntax::name_text(name.text()).into_owned(), name.span())
        }
        _ => {
            let first = head.text().lines().next().unwrap_or("");
            (first.trim().to_owned(), head.span())
        }
    };
    if name.trim().is_empty() {
        return ("(without a name)".to_owned(), span);
    }
    (name, span)
}

fn entry(node: Node<'_>) -> Option<Outline> {
    let (head, kind) = match node.kind() {
        SyntaxKind::Header => (node, OutlineKind::Sequence),
        SyntaxKind::Group => (node.child(SyntaxKind::GroupHead)?, OutlineKind::Group),
        SyntaxKind::Step => (node, OutlineKind::Step),
        SyntaxKind::Param | SyntaxKind::Binding => (node, OutlineKind::Constant),
        SyntaxKind::Fragment => (node.child(SyntaxKind::FragmentHead)?, OutlineKind::Fragment),
        SyntaxKind::Instance => (node, OutlineKind::Use),
        SyntaxKind::Repeat => (node.child(SyntaxKind::RepeatHead)?, OutlineKind::Block),
        SyntaxKind::Branch => (node.children().next()?, OutlineKind::Block),
        SyntaxKind::TestCase => (node.child(SyntaxKind::TestHead)?, OutlineKind::Test),
        _ => return None,
    };
    let (name, name_span) = name_of(head, kind);
    let detail = match kind {
        OutlineKind::Step => node
            .child(SyntaxKind::Name)
            .map_or("", Node::text)
            .to_owned(),
        OutlineKind::Constant => node
            .child(SyntaxKind::TypeName)
            .map_or("let", Node::text)
            .to_owned(),
        _ => String::new(),
    };
    let children = node
        .children_of(SyntaxKind::Body)
        .flat_map(members)
        .collect();
    Some(Outline {
        name,
        detail,
        kind,
        span: node.span(),
        name_span,
        children,
    })
}
