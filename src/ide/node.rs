//! Finding one's way in the tree.

use crate::syntax::{Node, SyntaxKind, SyntaxTree};

/// The nodes that hold a byte, the whole file first. At the border of two tokens, the one that
/// means more.
pub(super) fn path_at(tree: &SyntaxTree, offset: u32) -> Vec<Node<'_>> {
    let mut out = vec![tree.root()];
    while let Some(node) = out.last().copied() {
        let holds = |child: &Node<'_>| child.span().start <= offset && offset <= child.span().end;
        let mut best: Option<Node<'_>> = None;
        for child in node
            .all_children()
            .skip_while(|child| child.span().end < offset)
            .take_while(|child| child.span().start <= offset)
            .filter(holds)
        {
            if best.is_none_or(|best| weight(child) >= weight(best)) {
                best = Some(child);
            }
        }
        match best {
            Some(child) => out.push(child),
            None => break,
        }
    }
    out
}

fn weight(node: Node<'_>) -> u8 {
    match node.kind() {
        kind if kind.is_trivia() => 0,
        SyntaxKind::Punctuation => 1,
        SyntaxKind::Word | SyntaxKind::Operator => 2,
        _ => 3,
    }
}

/// The innermost node of a kind in a path.
pub(super) fn innermost<'a>(path: &[Node<'a>], kind: SyntaxKind) -> Option<Node<'a>> {
    path.iter().rev().copied().find(|node| node.kind() == kind)
}

/// The step type's word of a `step` node, if it is one of the tables.
pub(super) fn type_of(step: Node<'_>) -> Option<Node<'_>> {
    step.child(SyntaxKind::Name)
}

/// The value of a property, assignment or binding: the last one, because a name may stand before
/// it.
pub(super) fn value_of(node: Node<'_>) -> Option<Node<'_>> {
    let mut values = node.children().filter(|child| child.kind().is_value());
    match node.kind() {
        SyntaxKind::Property | SyntaxKind::Param | SyntaxKind::Binding | SyntaxKind::Parameter => {
            values.nth(1)
        }
        _ => values.last(),
    }
}
