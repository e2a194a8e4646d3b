//! Files that a source names.

use super::{Analysis, node::value_of};
use crate::{
    source::{Span, join_relative},
    syntax::{self, Node, SyntaxKind},
};

/// A file's name in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The name without its quotes.
    pub span: Span,
    /// The file, relative to the project's folder.
    pub path: String,
}

/// The files that `import`, `file("…")` and a test's `machine` name.
pub fn links(analysis: &Analysis) -> Vec<Link> {
    let mut strings: Vec<Node<'_>> = Vec::new();
    for node in analysis.tree().nodes() {
        match node.kind() {
            SyntaxKind::Import => strings.extend(node.child(SyntaxKind::String)),
            SyntaxKind::Call
                if node
                    .child(SyntaxKind::Name)
                    .is_some_and(|name| name.text() == "file") =>
            {
                let arguments = node.child(SyntaxKind::Arguments);
                let first = arguments
                    .and_then(|list| list.child(SyntaxKind::Argument))
                    .and_then(Node::value);
                strings.extend(first.filter(|value| value.kind() == SyntaxKind::String));
            }
            SyntaxKind::TestHead => {
                let items = node.child(SyntaxKind::Items);
                let machines = items
                    .into_iter()
                    .flat_map(|items| items.children_of(SyntaxKind::Property))
                    .filter(|item| {
                        item.child(SyntaxKind::Name)
                            .is_some_and(|name| matches!(name.text(), "machine" | "machines"))
                    });
                for value in machines.filter_map(value_of) {
                    strings.extend(
                        value
                            .descendants()
                            .filter(|node| node.kind() == SyntaxKind::String),
                    );
                }
            }
            _ => {}
        }
    }
    let link = |node: Node<'_>| {
        let written = syntax::unquote(node.text())?;
        let path = join_relative(&analysis.source.path, &written).ok()?;
        let span = node.span();
        Some(Link {
            span: Span::new(span.file, span.start + 1, span.end.saturating_sub(1)),
            path,
        })
    };
    strings.into_iter().filter_map(link).collect()
}
