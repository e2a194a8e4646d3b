//! The lossless tree: nodes in one array, parents before children, each knowing where its subtree
//! ends.

use super::SyntaxKind;
use crate::source::{FileId, Span};

/// One node as stored. Sixteen bytes, so that a large source stays small in memory.
#[derive(Clone, Copy, Debug)]
pub(super) struct TreeEntry {
    pub kind: SyntaxKind,
    pub start: u32,
    pub end: u32,
    /// Index one past the last node of this subtree.
    pub next: u32,
}

/// The tree of one source file. The leaves, in order, are the whole text.
#[derive(Clone, Debug)]
pub struct SyntaxTree {
    file: FileId,
    text: std::sync::Arc<str>,
    entries: Vec<TreeEntry>,
}

impl SyntaxTree {
    pub(super) fn new(file: FileId, text: std::sync::Arc<str>, entries: Vec<TreeEntry>) -> Self {
        SyntaxTree {
            file,
            text,
            entries,
        }
    }

    /// The source text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The source text as it is shared.
    pub fn shared_text(&self) -> &std::sync::Arc<str> {
        &self.text
    }

    /// The file it came from.
    pub fn file(&self) -> FileId {
        self.file
    }

    /// The node of the whole file.
    pub fn root(&self) -> Node<'_> {
        Node {
            tree: self,
            index: 0,
        }
    }

    /// The names of its parameters.
    pub fn parameters(&self) -> Vec<String> {
        let parameters = self.root().children_of(SyntaxKind::Param);
        parameters
            .filter_map(|node| node.child(SyntaxKind::Name))
            .map(|name| super::name_text(name.text()).into_owned())
            .collect()
    }

    /// How many nodes there are.
    #[cfg(feature = "internals")]
    pub fn node_count(&self) -> usize {
        self.entries.len()
    }

    /// All nodes, parents before children.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        (0..self.entries.len()).map(|index| Node {
            tree: self,
            index: index as u32,
        })
    }

    /// The nodes without children, in order: every byte of the source exactly once.
    pub fn leaves(&self) -> impl Iterator<Item = Node<'_>> {
        self.nodes()
            .filter(|node| node.entry().next == node.index + 1)
    }
}

/// A node of a [`SyntaxTree`].
#[derive(Clone, Copy)]
pub struct Node<'a> {
    tree: &'a SyntaxTree,
    index: u32,
}

impl<'a> Node<'a> {
    fn entry(self) -> TreeEntry {
        self.tree
            .entries
            .get(self.index as usize)
            .copied()
            .unwrap_or(TreeEntry {
                kind: SyntaxKind::Error,
                start: 0,
                end: 0,
                next: self.index + 1,
            })
    }

    /// What it is.
    pub fn kind(self) -> SyntaxKind {
        self.entry().kind
    }

    /// The bytes it covers.
    pub fn span(self) -> Span {
        let entry = self.entry();
        Span::new(self.tree.file, entry.start, entry.end)
    }

    /// Its text.
    pub fn text(self) -> &'a str {
        self.tree.text.get(self.span().range()).unwrap_or("")
    }

    /// The tree it belongs to.
    pub fn tree(self) -> &'a SyntaxTree {
        self.tree
    }

    /// Its number in the tree, for looking it up again with [`SyntaxTree::nodes`].
    pub fn index(self) -> u32 {
        self.index
    }

    /// Whether it has no children.
    pub fn is_leaf(self) -> bool {
        self.entry().next == self.index + 1
    }

    /// All children, white space and comments included.
    pub fn all_children(self) -> impl Iterator<Item = Node<'a>> + Clone {
        let end = self.entry().next;
        let mut index = self.index + 1;
        let tree = self.tree;
        std::iter::from_fn(move || {
            (index < end).then(|| {
                let node = Node { tree, index };
                index = node.entry().next.max(index + 1);
                node
            })
        })
    }

    /// The children that mean something.
    pub fn children(self) -> impl Iterator<Item = Node<'a>> + Clone {
        self.all_children().filter(|node| !node.kind().is_trivia())
    }

    /// The first child of a kind.
    pub fn child(self, kind: SyntaxKind) -> Option<Node<'a>> {
        self.children().find(|node| node.kind() == kind)
    }

    /// The children of a kind.
    pub fn children_of(self, kind: SyntaxKind) -> impl Iterator<Item = Node<'a>> + Clone {
        self.children().filter(move |node| node.kind() == kind)
    }

    /// The first child that is a value.
    pub fn value(self) -> Option<Node<'a>> {
        self.children().find(|node| node.kind().is_value())
    }

    /// All nodes below it, itself first.
    pub fn descendants(self) -> impl Iterator<Item = Node<'a>> {
        let tree = self.tree;
        (self.index..self.entry().next.max(self.index + 1)).map(move |index| Node { tree, index })
    }

    /// Whether something in it did not fit the grammar.
    pub fn has_error(self) -> bool {
        self.descendants()
            .any(|node| node.kind() == SyntaxKind::Error)
    }
}

impl std::fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {:?}", self.kind(), self.span())
    }
}

/// Builds a tree from the front to the back.
#[derive(Debug, Default)]
pub(super) struct TreeBuilder {
    entries: Vec<TreeEntry>,
    open: Vec<u32>,
}

impl TreeBuilder {
    pub fn with_capacity(entries: usize) -> Self {
        TreeBuilder {
            entries: Vec::with_capacity(entries),
            open: Vec::new(),
        }
    }

    pub fn open(&mut self, kind: SyntaxKind, start: u32) {
        self.open.push(self.entries.len() as u32);
        self.entries.push(TreeEntry {
            kind,
            start,
            end: start,
            next: 0,
        });
    }

    pub fn close(&mut self, end: u32) {
        let next = self.entries.len() as u32;
        if let Some(entry) = self
            .open
            .pop()
            .and_then(|index| self.entries.get_mut(index as usize))
        {
            entry.end = end;
            entry.next = next;
        }
    }

    pub fn leaf(&mut self, kind: SyntaxKind, start: u32, end: u32) {
        if start < end {
            let next = self.entries.len() as u32 + 1;
            self.entries.push(TreeEntry {
                kind,
                start,
                end,
                next,
            });
        }
    }

    /// A mark to return to with [`TreeBuilder::rewind`].
    pub fn mark(&self) -> (usize, usize) {
        (self.entries.len(), self.open.len())
    }

    /// The nodes added since a mark, their places counted from `base` and their indices from the
    /// mark.
    pub fn since(&self, mark: (usize, usize), base: u32) -> Vec<TreeEntry> {
        let first = mark.0 as u32;
        let relative = |entry: &TreeEntry| TreeEntry {
            start: entry.start - base,
            end: entry.end - base,
            next: entry.next - first,
            ..*entry
        };
        self.entries
            .get(mark.0..)
            .unwrap_or(&[])
            .iter()
            .map(relative)
            .collect()
    }

    /// Adds what [`TreeBuilder::since`] gave, at another place.
    pub fn replay(&mut self, entries: &[TreeEntry], base: u32) {
        let first = self.entries.len() as u32;
        let absolute = |entry: &TreeEntry| TreeEntry {
            start: entry.start + base,
            end: entry.end + base,
            next: entry.next + first,
            ..*entry
        };
        self.entries.extend(entries.iter().map(absolute));
    }

    pub fn rewind(&mut self, mark: (usize, usize)) {
        self.entries.truncate(mark.0);
        self.open.truncate(mark.1);
    }

    pub fn finish(self) -> Vec<TreeEntry> {
        self.entries
    }
}
