//! Between two items stands a comma or a line end; the grammar does not ask for it, this pass does.

use super::{Node, SyntaxKind, SyntaxTree};
use crate::{
    diagnostic::{Code, Finding},
    source::Span,
};

/// Most that are reported of one source; mending these shows the next.
const MAX_MISSING: usize = 10_000;

/// Reports items that touch without a separator.
pub(super) fn check(tree: &SyntaxTree, findings: &mut Vec<Finding>) {
    let most = findings.len() + MAX_MISSING;
    for node in tree.nodes() {
        if findings.len() >= most {
            break;
        }
        if matches!(
            node.kind(),
            SyntaxKind::Items | SyntaxKind::List | SyntaxKind::RuleItem | SyntaxKind::OsTest
        ) && !node
            .children()
            .any(|child| child.kind() == SyntaxKind::Error)
        {
            children(node, findings, most);
        }
    }
}

fn children(node: Node<'_>, findings: &mut Vec<Finding>, most: usize) {
    let mut last: Option<Node<'_>> = None;
    let mut separated = true;
    for child in node.all_children() {
        if findings.len() >= most {
            break;
        }
        match child.kind() {
            SyntaxKind::WhiteSpace => separated |= child.text().contains(['\n', '\r']),
            SyntaxKind::Comment => {}
            SyntaxKind::Punctuation | SyntaxKind::Word => {
                // A rule's own words and condition stand before its `{`; what is inside begins
                // anew.
                separated |= child.text() == ",";
                if matches!(child.text(), "{" | "<" | "[") {
                    last = None;
                }
            }
            SyntaxKind::Error => separated = true,
            _ => {
                if let Some(before) =
                    last.filter(|before| !separated && !is_loose_unit(*before, child))
                {
                    let gap = Span::new(tree_file(node), before.span().end, child.span().start);
                    findings.push(
                        Finding::new(
                            Code::MissingSeparator,
                            child.span(),
                            "two items without a separator",
                        )
                        .label("put a comma or a line end before this")
                        .fix("write a comma", gap, ", "),
                    );
                }
                last = (!is_rule_condition(node, child)).then_some(child);
                separated = false;
            }
        }
    }
}

/// `4 GB`: said once, where the quantity is read.
fn is_loose_unit(before: Node<'_>, child: Node<'_>) -> bool {
    loose_unit(before, child).is_some()
}

/// The number and the unit behind it that a blank separates: `memory: 4 GB`.
pub fn loose_unit<'a>(item: Node<'a>, next: Node<'a>) -> Option<(Node<'a>, Node<'a>)> {
    let value = if item.kind() == SyntaxKind::Property {
        item.children().last()?
    } else {
        item
    };
    let number = value.kind() == SyntaxKind::Number
        && value.text().bytes().all(|byte| byte.is_ascii_digit());
    let unit = next.kind() == SyntaxKind::Name
        && [
            "s", "sec", "min", "h", "kb", "mb", "gb", "tb", "mhz", "ghz", "minutes", "seconds",
            "hours",
        ]
        .contains(&next.text().to_lowercase().as_str());
    let gap = next
        .tree()
        .text()
        .get(value.span().end as usize..next.span().start as usize)?;
    (number && unit && !gap.contains(['\n', '\r', ','])).then_some((value, next))
}

fn is_rule_condition(node: Node<'_>, child: Node<'_>) -> bool {
    node.kind() == SyntaxKind::RuleItem && child.kind() != SyntaxKind::Assignment
}

fn tree_file(node: Node<'_>) -> crate::source::FileId {
    node.tree().file()
}
