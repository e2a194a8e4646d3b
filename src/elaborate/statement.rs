//! Statements in order: the header, names, groups and steps.

use super::{Context, ParameterValues};
use crate::{
    diagnostic::{Code, Finding, nearest},
    model::{Group, Node as ModelNode},
    source::Span,
    syntax::{Node, SyntaxKind},
};

/// A body whose members are being read.
struct OpenBody<'n> {
    /// What is left to be read, the next one last.
    pending: Vec<Node<'n>>,
    /// The group it belongs to, with the members read so far; of a whole file only these count.
    group: Group,
}

impl Context<'_> {
    /// A whole file; gives the groups and steps at its top.
    pub(super) fn file(&mut self, root: Node<'_>, given: &ParameterValues) -> Vec<ModelNode> {
        let mut used = Vec::new();
        for child in root.children() {
            match child.kind() {
                SyntaxKind::Param => self.param(child, given, &mut used),
                SyntaxKind::Binding => self.binding(child),
                _ => {}
            }
        }
        self.unused_values(given, &used, root);
        self.headers(root);
        self.members(root)
    }

    /// The header stands first and once.
    fn headers(&mut self, root: Node<'_>) {
        let mut headers = root.children_of(SyntaxKind::Header);
        let Some(header) = headers.next() else { return };
        let before = root
            .children()
            .take_while(|child| child.index() < header.index())
            .last();
        if let Some(before) = before {
            let finding = Finding::new(
                Code::MisplacedStatement,
                keyword(header),
                "the header stands at the top of the file",
            )
            .label("move it to the top")
            .also(keyword(before), "this stands before it");
            self.report(finding);
        }
        for second in headers {
            let finding = Finding::new(
                Code::MisplacedStatement,
                keyword(second),
                "a file has one header",
            )
            .label("a second one")
            .also(keyword(header), "the first one");
            self.report(finding);
        }
        self.header(header);
    }

    /// Values given from outside for parameters that are not there.
    fn unused_values(&mut self, given: &ParameterValues, used: &[String], root: Node<'_>) {
        for (name, _) in &given.values {
            if !used.contains(name) {
                let at = Span::at(root.span().file, 0);
                let finding = Finding::new(
                    Code::BadParameter,
                    at,
                    format!("a value is given for `{name}`, and there is no such parameter"),
                );
                let variable = format!(
                    "--set {name}=VALUE gives a task sequence variable, when a sequence is simulated or run"
                );
                let finding = finding.help(match nearest(name, used.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None if used.is_empty() => variable,
                    None => format!("the parameters are {}; {variable}", used.join(", ")),
                });
                self.report(finding);
            }
        }
    }

    /// The members of a file or body. Bodies are walked with a stack of their own, so that depth
    /// costs nothing.
    fn members(&mut self, root: Node<'_>) -> Vec<ModelNode> {
        let mut around: Vec<OpenBody<'_>> = Vec::new();
        let mut open = OpenBody {
            pending: reversed(root),
            group: Group::default(),
        };
        loop {
            match open.pending.pop() {
                Some(child) if child.kind() == SyntaxKind::Group => {
                    let inner = self.open_group(child);
                    around.push(std::mem::replace(&mut open, inner));
                }
                Some(child) => {
                    let member = self.member(child, around.is_empty());
                    open.group.nodes.extend(member);
                }
                None => {
                    let Some(outer) = around.pop() else {
                        return open.group.nodes;
                    };
                    let closed = std::mem::replace(&mut open, outer);
                    let group = Box::new(closed.group);
                    open.group.nodes.push(ModelNode::Group(group));
                }
            }
        }
    }

    fn open_group<'n>(&mut self, node: Node<'n>) -> OpenBody<'n> {
        let group = self.group(node).unwrap_or_default();
        let body = node.child(SyntaxKind::Body);
        OpenBody {
            pending: body.map(reversed).unwrap_or_default(),
            group,
        }
    }

    fn member(&mut self, node: Node<'_>, top: bool) -> Option<ModelNode> {
        match node.kind() {
            SyntaxKind::Step => return self.known_step(node).map(ModelNode::Step),
            SyntaxKind::RawXml => return self.raw_xml(node).map(ModelNode::Xml),
            SyntaxKind::Import => self.not_yet(node, "`import`"),
            SyntaxKind::Fragment => self.not_yet(node, "`fragment`"),
            SyntaxKind::Instance => self.not_yet(node, "`use`"),
            SyntaxKind::Repeat => self.not_yet(node, "`for`"),
            // An `else` alone was reported by the parser.
            SyntaxKind::Branch if node.child(SyntaxKind::BranchHead).is_some() => {
                self.not_yet(node, "`if`");
            }
            SyntaxKind::Header | SyntaxKind::Param | SyntaxKind::Binding | SyntaxKind::TestCase
                if !top =>
            {
                let word = node.children().next().map_or("", Node::text);
                let finding = Finding::new(
                    Code::MisplacedStatement,
                    keyword(node),
                    format!("`{word}` stands at the top of a file, not in a group"),
                );
                self.report(finding);
            }
            _ => {}
        }
        None
    }

    fn not_yet(&mut self, node: Node<'_>, what: &str) {
        let finding = Finding::new(
            Code::NotYetSupported,
            keyword(node),
            format!("{what} is not supported yet"),
        )
        .label("this version reads it and cannot expand it")
        .help("write the steps out for now");
        self.report(finding);
    }
}

fn reversed(node: Node<'_>) -> Vec<Node<'_>> {
    let mut children: Vec<_> = node.children().collect();
    children.reverse();
    children
}

/// The keyword a statement begins with.
fn keyword(node: Node<'_>) -> Span {
    node.descendants()
        .find(|inner| inner.kind() == SyntaxKind::Word)
        .map_or(node.span(), Node::span)
}
