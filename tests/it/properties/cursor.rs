//! What the editor tells of a cursor, from tokens alone, agrees with the tree wherever there is
//! one.

use tasq::internals::ide::{Cursor, CursorPlace, Owner};

use super::*;
use tasq::internals::syntax::{Node, name_text};

/// A leaf of a tree with the nodes around it, the outermost first.
struct At<'n, 't> {
    path: &'n [Node<'t>],
    leaf: Node<'t>,
}

/// Gives every leaf that means something with the nodes around it.
fn leaves<'t>(node: Node<'t>, path: &mut Vec<Node<'t>>, each: &mut dyn FnMut(At<'_, 't>)) {
    if node.is_leaf() {
        if !node.kind().is_trivia() {
            each(At { path, leaf: node });
        }
        return;
    }
    path.push(node);
    for child in node.all_children() {
        leaves(child, path, each);
    }
    path.pop();
}

/// What of a node's children stands before one of them.
fn before<'t>(node: Node<'t>, child: Node<'t>) -> Vec<Node<'t>> {
    node.children()
        .take_while(|one| one.index() != child.index())
        .collect()
}

fn name(node: Node<'_>) -> String {
    let name = node.child(SyntaxKind::Name).expect("it has a name");
    name_text(name.text()).into_owned()
}

/// In a statement outside of its items and its condition; `nth` nodes stand before.
fn place_in_statement(statement: SyntaxKind, node: Node<'_>, nth: usize) -> Option<CursorPlace> {
    let title = |keyword: &str| (nth == 1).then(|| CursorPlace::Title(keyword.to_owned()));
    match statement {
        SyntaxKind::Step if nth == 2 => Some(CursorPlace::StepType),
        SyntaxKind::Step => title("step"),
        SyntaxKind::GroupHead => title("group"),
        SyntaxKind::Header => title("sequence"),
        SyntaxKind::TestHead => title("test"),
        SyntaxKind::Import => Some(CursorPlace::Import),
        SyntaxKind::Instance if nth == 1 => Some(CursorPlace::Fragment),
        SyntaxKind::Param | SyntaxKind::Binding if node.kind() == SyntaxKind::TypeName => {
            Some(CursorPlace::Type)
        }
        SyntaxKind::Param | SyntaxKind::Binding if node.kind().is_value() && nth > 1 => {
            Some(CursorPlace::Constant)
        }
        _ => None,
    }
}

impl<'t> At<'_, 't> {
    /// The nodes around, each with the one below it.
    fn steps(&self) -> impl Iterator<Item = (usize, Node<'t>, Node<'t>)> {
        let below = |index: usize| self.path.get(index + 1).copied().unwrap_or(self.leaf);
        let nodes = self.path.iter().enumerate();
        nodes.map(move |(index, node)| (index, *node, below(index)))
    }

    /// The keywords of the bodies around it.
    fn bodies(&self) -> Vec<String> {
        let mut out = Vec::new();
        for (index, node, child) in self.steps() {
            let before = before(node, child);
            let opened = before.iter().any(|one| one.text() == "{");
            if node.kind() != SyntaxKind::Body || !opened {
                continue;
            }
            let owner = self.path[index - 1];
            let keyword = match owner.kind() {
                SyntaxKind::Group => "group",
                SyntaxKind::Fragment => "fragment",
                SyntaxKind::Repeat => "for",
                SyntaxKind::TestCase => "test",
                _ => match self::before(owner, node).last().map(|head| head.kind()) {
                    Some(SyntaxKind::ElseHead) => "else",
                    _ => "if",
                },
            };
            out.push(keyword.to_owned());
        }
        out
    }

    /// The calls around it: name, argument, where the name stands.
    fn calls(&self) -> Vec<(String, usize, u32)> {
        let mut out = Vec::new();
        for (index, node, child) in self.steps() {
            let named = match node.kind() {
                SyntaxKind::Arguments => self.path[index - 1],
                SyntaxKind::FragmentHead | SyntaxKind::TypeName => node,
                _ => continue,
            };
            let before = before(node, child);
            if before.iter().any(|one| one.text() == "(") {
                let name = named.child(SyntaxKind::Name).expect("a call has a name");
                let commas = before.iter().filter(|one| one.text() == ",").count();
                out.push((name.text().to_owned(), commas, name.span().start));
            }
        }
        out
    }

    /// The type of the step around it, once that stands before it; nothing to compare outside of
    /// steps, because behind a whole one `when` may still come.
    fn step_type(&self) -> Option<Option<String>> {
        let (_, step, child) = self
            .steps()
            .find(|(_, node, _)| node.kind() == SyntaxKind::Step)?;
        let before = before(step, child);
        let kind = before.get(2).filter(|one| one.kind() == SyntaxKind::Name);
        (!before.is_empty()).then(|| kind.map(|kind| kind.text().to_owned()))
    }

    /// What the items at a place of the path belong to.
    fn owner(&self, items: usize) -> Option<Owner> {
        let node = self.path[items.checked_sub(1)?];
        Some(match node.kind() {
            SyntaxKind::Step if node.child(SyntaxKind::Name).is_none() => Owner::Quoted,
            SyntaxKind::Step => Owner::Step(name(node)),
            SyntaxKind::GroupHead => Owner::Group,
            SyntaxKind::Header => Owner::Header,
            SyntaxKind::TestHead => Owner::Test,
            SyntaxKind::XmlNote | SyntaxKind::TestNote => Owner::Xml,
            SyntaxKind::SoftwareTest => Owner::Condition("software".to_owned()),
            SyntaxKind::OsEntry => Owner::Condition("os".to_owned()),
            SyntaxKind::ComputerTest => Owner::Condition("computer".to_owned()),
            SyntaxKind::Property => Owner::Property(name(node)),
            _ => return None,
        })
    }

    /// What may be typed where it begins, by the tree; `None` where the tree does not tell.
    fn place(&self) -> Option<CursorPlace> {
        let start = self.leaf.span().start;
        // The largest node that begins here, and the one that it stands in.
        let (index, container, node) = self
            .steps()
            .find(|(_, node, child)| node.span().start < start && child.span().start == start)?;
        let before = before(container, node);
        match container.kind() {
            SyntaxKind::Items
            | SyntaxKind::Property
            | SyntaxKind::Assignment
            | SyntaxKind::Argument
            | SyntaxKind::Arguments => self.place_in_items(index, node, &before),
            SyntaxKind::Step
            | SyntaxKind::GroupHead
            | SyntaxKind::Header
            | SyntaxKind::TestHead
            | SyntaxKind::Import
            | SyntaxKind::Instance
            | SyntaxKind::Param
            | SyntaxKind::Binding => place_in_statement(container.kind(), node, before.len()),
            // The conditions of `expect` are followed as words only.
            _ if self.path.iter().any(|one| one.kind() == SyntaxKind::Expect) => None,
            _ => self.place_in_condition(container.kind(), node, &before),
        }
    }

    /// In an item, or in the arguments of a call.
    fn place_in_items(
        &self,
        index: usize,
        node: Node<'t>,
        before: &[Node<'t>],
    ) -> Option<CursorPlace> {
        let container = self.path[index];
        let is_value = node.kind().is_value();
        let around = || {
            self.path[..index]
                .iter()
                .rposition(|one| one.kind() == SyntaxKind::Items)
        };
        match container.kind() {
            SyntaxKind::Items if node.kind() != SyntaxKind::Punctuation => self.item(index, node),
            SyntaxKind::Property if is_value => Some(CursorPlace::Value {
                owner: self.owner(index - 1)?,
                property: name(container),
            }),
            SyntaxKind::Assignment if is_value && around() == Some(index - 1) => {
                let variable = before.iter().rev().nth(1)?;
                let is_name = !variable.text().starts_with('$');
                is_name.then(|| CursorPlace::Assigned {
                    variable: name_text(variable.text()).into_owned(),
                })
            }
            SyntaxKind::Argument if is_value => {
                let (call, index, _) = self.calls().pop()?;
                let named = Some(name(container));
                Some(CursorPlace::Argument { call, index, named })
            }
            SyntaxKind::Arguments if node.kind() == SyntaxKind::Argument => {
                let (call, index, _) = self.calls().pop()?;
                let named = None;
                Some(CursorPlace::Argument { call, index, named })
            }
            _ => None,
        }
    }

    fn place_in_condition(
        &self,
        container: SyntaxKind,
        node: Node<'t>,
        before: &[Node<'t>],
    ) -> Option<CursorPlace> {
        let is_text = matches!(node.kind(), SyntaxKind::String | SyntaxKind::Block);
        let rule = self
            .path
            .iter()
            .any(|one| one.kind() == SyntaxKind::RuleItem);
        let test = Some(CursorPlace::Test {
            rule,
            negated: false,
        });
        match container {
            SyntaxKind::When if node.text() != "," => test,
            SyntaxKind::Condition if node.kind() != SyntaxKind::Word => test,
            SyntaxKind::FileTest
            | SyntaxKind::FolderTest
            | SyntaxKind::WmiTest
            | SyntaxKind::RegistryTest
            | SyntaxKind::SoftwareTest
            | SyntaxKind::MakeTest
                if before.len() == 1 && is_text =>
            {
                Some(CursorPlace::Predicate(before[0].text().to_owned()))
            }
            SyntaxKind::OsTest if node.kind() == SyntaxKind::OsEntry => {
                Some(CursorPlace::Predicate("os".to_owned()))
            }
            _ => None,
        }
    }

    /// The beginning of an item; the names around it are left out.
    fn item(&self, items: usize, item: Node<'t>) -> Option<CursorPlace> {
        let before = before(self.path[items], item);
        Some(CursorPlace::Item {
            owner: self.owner(items)?,
            given: Vec::new(),
            before: None,
            next: None,
            first: before
                .iter()
                .all(|one| one.kind() == SyntaxKind::Punctuation),
        })
    }
}

/// A place as far as the tree is asked about it.
fn compared(place: CursorPlace) -> CursorPlace {
    match place {
        CursorPlace::Item { owner, first, .. } => CursorPlace::Item {
            owner,
            given: Vec::new(),
            before: None,
            next: None,
            first,
        },
        other => other,
    }
}

/// Compares at every token; gives how many places were.
fn agrees(text: &str) -> usize {
    let parsed = syntax::parse(text, FileId(0));
    assert!(parsed.is_clean(), "{:?} in\n{text}", parsed.findings);
    let mut places = 0;
    // A word before the cursor is still being typed.
    let mut last = 0;
    leaves(parsed.tree.root(), &mut Vec::new(), &mut |at| {
        let (span, bare) = (at.leaf.span(), at.leaf.text().starts_with(is_letter));
        let is_word = bare && at.leaf.text().chars().all(is_word);
        let mut offsets = Vec::new();
        if span.start == 0 || last != span.start {
            offsets.push(span.start);
        }
        if is_word {
            offsets.push(span.end);
        }
        last = if at.leaf.text().ends_with(self::is_word) {
            span.end
        } else {
            0
        };
        for offset in offsets {
            let cursor = Cursor::new(text, offset);
            let here = || format!("at {offset}, {:?}, of\n{text}", at.leaf);
            assert_eq!(cursor.bodies, at.bodies(), "bodies {}", here());
            assert_eq!(cursor.calls, at.calls(), "calls {}", here());
            if let Some(step_type) = at.step_type() {
                assert_eq!(cursor.step_type, step_type, "the step's type {}", here());
            }
            if let Some(place) = at.place() {
                assert_eq!(compared(cursor.place), place, "the place {}", here());
                places += 1;
            }
        }
    });
    places
}

fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[test]
fn a_cursor_in_an_example_is_where_the_tree_says() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/genuine");
    let genuine = fs::read_dir(folder).expect("the genuine sources");
    let genuine = genuine.map(|entry| {
        let path = entry.expect("an entry").path();
        fs::read_to_string(path).expect("a source is UTF-8 text")
    });
    let places: usize = examples()
        .into_iter()
        .chain(genuine)
        .map(|text| agrees(&text))
        .sum();
    assert!(places > 1_000, "{places}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, max_shrink_iters: 2000, ..ProptestConfig::default() })]

    #[test]
    fn a_cursor_is_where_the_tree_says(statements in prop::collection::vec(statement(), 0..4)) {
        let text = statements.concat();
        if syntax::parse(text.as_str(), FileId(0)).is_clean() {
            agrees(&text);
        }
    }
}
