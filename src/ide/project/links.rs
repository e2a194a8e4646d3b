//! What a source has to do with other files: imports, what its tests are about, scripts.

use super::Dialect;
use crate::{
    ide::{definition::imported_files, node::value_of},
    source::{Files, Span, join_relative},
    syntax::{self, Node, SyntaxKind, SyntaxTree},
};

/// The ending of files that test the file beside them.
const ENDING: &str = ".test.tasq";

/// A test and the sources that it is about: what is tested, then its child sequences.
#[derive(Clone, Debug)]
pub(super) struct TestAbout {
    pub span: Span,
    pub about: Vec<String>,
}

/// The other files of a source.
#[derive(Clone, Debug, Default)]
pub(super) struct Links {
    pub imports: Vec<String>,
    pub tests: Vec<TestAbout>,
    pub scripts: Vec<String>,
}

impl Links {
    pub fn new(tree: &SyntaxTree, path: &str) -> Self {
        let root = tree.root();
        let own = root.children().any(|node| {
            matches!(
                node.kind(),
                SyntaxKind::Step | SyntaxKind::Group | SyntaxKind::Header | SyntaxKind::Instance
            )
        });
        let tests = root
            .children_of(SyntaxKind::TestCase)
            .map(|node| about(node, path, own))
            .collect();
        let calls = tree.nodes().filter(|node| node.kind() == SyntaxKind::Call);
        let scripts = calls
            .filter(|call| {
                call.child(SyntaxKind::Name)
                    .is_some_and(|name| name.text() == "file")
            })
            .filter_map(|call| {
                let argument = call
                    .child(SyntaxKind::Arguments)?
                    .child(SyntaxKind::Argument)?;
                joined(path, argument.child(SyntaxKind::String)?)
            });
        Links {
            imports: imported_files(tree, path),
            tests,
            scripts: scripts.collect(),
        }
    }

    /// Of what a test file may be about by its name, keeps what is there.
    pub fn settle(&mut self, own: &str, files: &dyn Files) {
        let beside = own.strip_suffix(ENDING).map(|stem| format!("{stem}.tasq"));
        let there = beside
            .as_deref()
            .is_some_and(|path| files.read(path).is_ok());
        for test in &mut self.tests {
            test.about
                .retain(|path| Some(path) != beside.as_ref() || there);
        }
    }

    /// The sources that this one leads to.
    pub fn targets(&self) -> impl Iterator<Item = &str> {
        self.imports
            .iter()
            .chain(self.tests.iter().flat_map(|test| &test.about))
            .map(String::as_str)
    }
}

/// The dialect that a header names.
pub(super) fn dialect(tree: &SyntaxTree) -> Dialect {
    let items = tree
        .root()
        .child(SyntaxKind::Header)
        .and_then(|header| header.child(SyntaxKind::Items));
    let own = items
        .and_then(|items| property(items, "dialect"))
        .and_then(value_of);
    own.filter(|value| value.text() == "mdt")
        .map_or(Dialect::default(), |_| Dialect::Mdt)
}

fn property<'t>(items: Node<'t>, name: &str) -> Option<Node<'t>> {
    let own = |node: &Node<'_>| {
        node.child(SyntaxKind::Name)
            .is_some_and(|word| word.text() == name)
    };
    items.children_of(SyntaxKind::Property).find(own)
}

fn joined(from: &str, string: Node<'_>) -> Option<String> {
    join_relative(from, &syntax::unquote(string.text())?).ok()
}

fn about(test: Node<'_>, path: &str, own: bool) -> TestAbout {
    let items = test
        .child(SyntaxKind::TestHead)
        .and_then(|head| head.child(SyntaxKind::Items));
    let of = items
        .and_then(|items| property(items, "of"))
        .and_then(value_of);
    let mut about: Vec<String> = match of {
        Some(string) => joined(path, string).into_iter().collect(),
        None if own => vec![path.to_owned()],
        None => path
            .strip_suffix(ENDING)
            .map(|stem| format!("{stem}.tasq"))
            .into_iter()
            .collect(),
    };
    let children = items.and_then(|items| property(items, "children"));
    let children = children
        .and_then(|node| node.child(SyntaxKind::Items))
        .into_iter();
    let files = children
        .flat_map(|items| items.children_of(SyntaxKind::Property))
        .filter_map(value_of);
    about.extend(files.filter_map(|value| joined(path, value)));
    TestAbout {
        span: test.span(),
        about,
    }
}
