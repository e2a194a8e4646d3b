//! One way through the tree, noting names.

use super::{
    ConstantInfo, FragmentInfo, FragmentParameter, Index, NameSpelling, Occurrence, Role, Symbol,
};
use crate::{
    ide::node::value_of,
    lint::inserted_names,
    source::Span,
    syntax::{self, Node, StringPiece, SyntaxKind, SyntaxTree},
    vocabulary::{self, Dialect, Property, StepType, Type},
};

/// The names of a tree.
pub(super) fn index(tree: &SyntaxTree, dialect: Dialect) -> Index {
    let mut visit = Visit {
        index: Index::default(),
        dialect,
        quiet: false,
    };
    visit.definitions(tree.root());
    visit.children(tree.root(), NodeContext::default());
    visit.index
}

/// What stands around a node.
#[derive(Clone, Copy, Default)]
struct NodeContext {
    table: Option<&'static StepType>,
    quoted: bool,
    header: bool,
    /// Inside of `xml < … >`, whose names are the XML's.
    xml: bool,
    /// At the head of a test.
    test: bool,
}

struct Visit {
    index: Index,
    dialect: Dialect,
    /// `%` is LIKE's in a query.
    quiet: bool,
}

/// The bytes of a part of a token's text.
fn part(token: Node<'_>, part: &str) -> Span {
    let start = (part.as_ptr() as usize).saturating_sub(token.text().as_ptr() as usize) as u32;
    let span = token.span();
    Span::new(
        span.file,
        (span.start + start).min(span.end),
        (span.start + start + part.len() as u32).min(span.end),
    )
}

/// A string's text as it stands between the quotes.
fn inner(node: Node<'_>) -> &str {
    let text = node.text();
    text.get(1..text.len().saturating_sub(1)).unwrap_or("")
}

impl Visit {
    fn note(&mut self, symbol: Symbol, span: Span, role: Role, form: NameSpelling) {
        self.index.occurrences.push(Occurrence {
            symbol,
            span,
            role,
            form,
        });
    }

    /// Compile-time names and fragments, known before their uses.
    fn definitions(&mut self, root: Node<'_>) {
        for node in root.descendants() {
            let end = root.span().end + 1;
            match node.kind() {
                SyntaxKind::Param | SyntaxKind::Binding => self.constant(node, 0..end),
                SyntaxKind::Repeat => {
                    if let Some(head) = node.child(SyntaxKind::RepeatHead) {
                        self.constant(head, node.span().start + 1..node.span().end);
                    }
                }
                SyntaxKind::Fragment => {
                    let Some(head) = node.child(SyntaxKind::FragmentHead) else {
                        continue;
                    };
                    for parameter in head.children_of(SyntaxKind::Parameter) {
                        self.constant(parameter, node.span().start + 1..node.span().end);
                    }
                    self.fragment(head);
                }
                _ => {}
            }
        }
    }

    fn constant(&mut self, node: Node<'_>, scope: std::ops::Range<u32>) {
        let Some(name) = node.child(SyntaxKind::Name) else {
            return;
        };
        let shown = node.text().lines().next().unwrap_or("").trim().to_owned();
        let info = ConstantInfo {
            name: syntax::name_text(name.text()).into_owned(),
            span: name.span(),
            scope,
            shown,
        };
        let symbol = Symbol::Constant(info.name.clone(), info.scope.start);
        self.index.constants.push(info);
        self.note(symbol, name.span(), Role::Definition, NameSpelling::Name);
    }

    fn fragment(&mut self, head: Node<'_>) {
        let Some(name) = head.child(SyntaxKind::Name) else {
            return;
        };
        let parameter = |node: Node<'_>| {
            Some(FragmentParameter {
                name: syntax::name_text(node.child(SyntaxKind::Name)?.text()).into_owned(),
                kind: node.child(SyntaxKind::TypeName)?.text().to_owned(),
                default: value_of(node).map(|value| value.text().to_owned()),
            })
        };
        let text = syntax::name_text(name.text()).into_owned();
        self.note(
            Symbol::Fragment(text.clone()),
            name.span(),
            Role::Definition,
            NameSpelling::Name,
        );
        let parameters = head
            .children_of(SyntaxKind::Parameter)
            .filter_map(parameter)
            .collect();
        self.index.fragments.push(FragmentInfo {
            name: text,
            span: name.span(),
            parameters,
        });
    }

    fn children(&mut self, node: Node<'_>, around: NodeContext) {
        for child in node.children() {
            self.node(child, around);
        }
    }

    fn node(&mut self, node: Node<'_>, around: NodeContext) {
        match node.kind() {
            SyntaxKind::Step => self.step(node),
            SyntaxKind::Header => self.children(
                node,
                NodeContext {
                    header: true,
                    ..NodeContext::default()
                },
            ),
            SyntaxKind::TestHead => self.children(
                node,
                NodeContext {
                    test: true,
                    ..NodeContext::default()
                },
            ),
            SyntaxKind::GroupHead => {
                self.title(node);
                self.children(node, NodeContext::default());
            }
            SyntaxKind::Items => self.items(node, around),
            SyntaxKind::Property => self.property(node, around),
            SyntaxKind::Assignment => self.assignment(node, around),
            SyntaxKind::XmlNote | SyntaxKind::TestNote => self.children(
                node,
                NodeContext {
                    xml: true,
                    ..around
                },
            ),
            SyntaxKind::Variable => self.variable(node, Role::Read, NameSpelling::Name),
            SyntaxKind::Insertion => self.insertion(node),
            SyntaxKind::String | SyntaxKind::Block => self.text(node),
            SyntaxKind::Param | SyntaxKind::Binding | SyntaxKind::Parameter => self.bound(node),
            SyntaxKind::Call => self.call(node, None),
            SyntaxKind::Instance => self.instance(node),
            SyntaxKind::RepeatHead => self.repeat_head(node, around),
            SyntaxKind::StepPath => self.step_path(node),
            SyntaxKind::WmiTest => {
                self.quiet = true;
                self.children(node, around);
                self.quiet = false;
            }
            SyntaxKind::TypeName | SyntaxKind::RawXml | SyntaxKind::Name => {}
            _ => self.children(node, around),
        }
    }

    /// What stands behind `for NAME in`; the name itself is bound by the whole loop.
    fn repeat_head(&mut self, node: Node<'_>, around: NodeContext) {
        node.children()
            .skip(1)
            .filter(|child| child.kind() == SyntaxKind::Name)
            .skip(1)
            .for_each(|name| self.used(name));
        node.children()
            .filter(|child| child.kind() != SyntaxKind::Name)
            .for_each(|child| self.node(child, around));
    }

    fn step_path(&mut self, node: Node<'_>) {
        for string in node.children_of(SyntaxKind::String) {
            let name = inner(string);
            self.note(
                Symbol::Step(name.to_owned()),
                part(string, name),
                Role::Read,
                NameSpelling::Text,
            );
        }
    }

    fn title(&mut self, node: Node<'_>) {
        if let Some(string) = node.child(SyntaxKind::String) {
            let name = inner(string);
            if !name.is_empty() && !name.contains("${") {
                self.note(
                    Symbol::Step(name.to_owned()),
                    part(string, name),
                    Role::Definition,
                    NameSpelling::Text,
                );
            }
        }
    }

    fn step(&mut self, node: Node<'_>) {
        self.title(node);
        let keyword = node.child(SyntaxKind::Name);
        let table = keyword
            .and_then(|name| vocabulary::step_type(&syntax::name_text(name.text()), self.dialect));
        let quoted = keyword.is_none();
        for (index, child) in node.children().enumerate() {
            // Keyword, name and type are no values.
            if index == 1 || index > 2 || child.kind() == SyntaxKind::Items {
                self.node(
                    child,
                    NodeContext {
                        table,
                        quoted,
                        ..NodeContext::default()
                    },
                );
            }
        }
    }

    fn items(&mut self, node: Node<'_>, around: NodeContext) {
        let principal = around
            .table
            .and_then(StepType::principal)
            .map(|(_, property)| property);
        for child in node.children() {
            if child.kind().is_value() && !around.xml {
                self.value(child, principal);
            } else {
                self.node(child, around);
            }
        }
    }

    fn property(&mut self, node: Node<'_>, around: NodeContext) {
        let Some(name) = node.child(SyntaxKind::Name) else {
            return;
        };
        let name = syntax::name_text(name.text());
        let table: Option<&Property> = match around {
            NodeContext { xml: true, .. } => None,
            NodeContext { header: true, .. } => {
                vocabulary::header().iter().find(|one| one.name == *name)
            }
            NodeContext {
                table: Some(table), ..
            } => table.find(&name).map(|(_, property)| property),
            _ => None,
        };
        match value_of(node) {
            Some(value) => self.value(value, table),
            None => {
                for items in node.children_of(SyntaxKind::Items) {
                    if around.test && name == "parameters" {
                        self.parameters(items);
                    }
                    self.children(items, NodeContext::default());
                }
            }
        }
    }

    /// The parameters that a test gives values for: names of the file that it is about.
    fn parameters(&mut self, items: Node<'_>) {
        for name in items
            .children_of(SyntaxKind::Property)
            .filter_map(|item| item.child(SyntaxKind::Name))
        {
            let symbol = Symbol::Constant(syntax::name_text(name.text()).into_owned(), 0);
            self.note(symbol, name.span(), Role::Read, NameSpelling::Name);
        }
    }

    fn assignment(&mut self, node: Node<'_>, around: NodeContext) {
        if let Some(variable) = node.child(SyntaxKind::Variable) {
            let numbered = around
                .table
                .is_some_and(|table| table.numbered(variable.text()).is_some());
            let form = if around.quoted || numbered {
                NameSpelling::Fixed
            } else {
                NameSpelling::Name
            };
            self.variable(variable, Role::Write, form);
        }
        if let Some(value) = node.value() {
            self.value(value, None);
        }
    }

    fn variable(&mut self, node: Node<'_>, role: Role, form: NameSpelling) {
        match node.children().next() {
            Some(name) if name.kind() == SyntaxKind::Name => self.run_time(name, role, form),
            Some(insertion) => self.insertion(insertion),
            None => {}
        }
    }

    fn run_time(&mut self, name: Node<'_>, role: Role, form: NameSpelling) {
        let text = syntax::name_text(name.text());
        let key = text.trim().to_lowercase();
        if !key.is_empty() && !key.contains('%') {
            self.note(Symbol::Variable(key), name.span(), role, form);
        }
    }

    fn insertion(&mut self, node: Node<'_>) {
        if let Some(name) = node.child(SyntaxKind::Name) {
            self.used(name);
        }
    }

    /// The use of a compile-time name, if there is one of this name.
    fn used(&mut self, name: Node<'_>) {
        self.used_as(&syntax::name_text(name.text()), name.span());
    }

    fn used_as(&mut self, name: &str, span: Span) {
        let known = |one: &&ConstantInfo| {
            one.name == name && (one.scope.start == 0 || one.scope.contains(&span.start))
        };
        // The innermost scope wins.
        let found = self
            .index
            .constants
            .iter()
            .filter(known)
            .max_by_key(|one| one.scope.start);
        if let Some(found) = found {
            let symbol = Symbol::Constant(name.to_owned(), found.scope.start);
            self.note(symbol, span, Role::Read, NameSpelling::Name);
        }
    }

    fn bound(&mut self, node: Node<'_>) {
        let is_variable = node
            .child(SyntaxKind::TypeName)
            .is_some_and(|kind| kind.text() == "variable");
        match value_of(node) {
            Some(name) if is_variable && name.kind() == SyntaxKind::Name => {
                self.run_time(name, Role::Read, NameSpelling::Name);
            }
            Some(value) => self.value(value, None),
            None => {}
        }
    }

    fn value(&mut self, node: Node<'_>, property: Option<&Property>) {
        let kind = property.map(|property| property.of.unwrap_or(property.kind));
        let role = if property.is_some_and(|property| property.sets_variable) {
            Role::Write
        } else {
            Role::Read
        };
        let form = |form| {
            if property.is_some_and(|property| property.base) {
                NameSpelling::Fixed
            } else {
                form
            }
        };
        match (node.kind(), kind) {
            (SyntaxKind::Name, Some(Type::Variable)) => {
                self.run_time(node, role, form(NameSpelling::Name));
            }
            (SyntaxKind::Name, Some(Type::Member))
                if property.is_some_and(|one| one.member(node.text()).is_some()) => {}
            (SyntaxKind::Name, _) => self.used(node),
            (SyntaxKind::String, Some(Type::Variable)) if !node.text().contains("${") => {
                let name = inner(node);
                if !name.is_empty() && !name.contains('%') {
                    let symbol = Symbol::Variable(name.to_lowercase());
                    self.note(symbol, part(node, name), role, form(NameSpelling::Text));
                }
            }
            (SyntaxKind::String, Some(Type::Package | Type::Application | Type::TaskSequence)) => {
                self.reference(node);
            }
            (SyntaxKind::Block, Some(Type::Script)) => self.script(node),
            (SyntaxKind::List, _) => {
                node.children()
                    .filter(|child| child.kind().is_value())
                    .for_each(|child| self.value(child, property));
            }
            (SyntaxKind::Call, _) => self.call(node, property),
            _ => self.node(node, NodeContext::default()),
        }
    }

    fn reference(&mut self, node: Node<'_>) {
        let id = inner(node);
        if id.contains("${") || id.contains('%') {
            self.text(node);
        } else if !id.is_empty() {
            self.note(
                Symbol::Reference(id.to_owned()),
                part(node, id),
                Role::Read,
                NameSpelling::Text,
            );
        }
    }

    fn call(&mut self, node: Node<'_>, property: Option<&Property>) {
        let name = node.child(SyntaxKind::Name).map_or("", Node::text);
        let Some(arguments) = node.child(SyntaxKind::Arguments) else {
            return;
        };
        for (index, argument) in arguments.children_of(SyntaxKind::Argument).enumerate() {
            let Some(value) = argument
                .children()
                .filter(|child| child.kind().is_value())
                .last()
            else {
                continue;
            };
            match (name, value.kind()) {
                ("package" | "application" | "task_sequence", SyntaxKind::String) if index == 0 => {
                    self.reference(value);
                }
                ("secret" | "file", SyntaxKind::String) => {}
                ("unchecked", _) => self.value(value, property),
                (_, SyntaxKind::Name) => self.used(value),
                _ => self.value(value, None),
            }
        }
    }

    fn instance(&mut self, node: Node<'_>) {
        let Some(name) = node.child(SyntaxKind::Name) else {
            return;
        };
        let text = syntax::name_text(name.text()).into_owned();
        let parameters = self
            .index
            .fragments
            .iter()
            .find(|one| one.name == text)
            .map(|one| one.parameters.clone())
            .unwrap_or_default();
        self.note(
            Symbol::Fragment(text),
            name.span(),
            Role::Read,
            NameSpelling::Name,
        );
        let arguments = node
            .child(SyntaxKind::Arguments)
            .into_iter()
            .flat_map(|list| list.children_of(SyntaxKind::Argument));
        for (index, argument) in arguments.enumerate() {
            let Some(value) = argument
                .children()
                .filter(|child| child.kind().is_value())
                .last()
            else {
                continue;
            };
            let is_variable = parameters
                .get(index)
                .is_some_and(|one| one.kind == "variable");
            match value.kind() {
                SyntaxKind::Name if is_variable => {
                    self.run_time(value, Role::Read, NameSpelling::Name);
                }
                SyntaxKind::Name => self.used(value),
                _ => self.value(value, None),
            }
        }
    }

    /// `%Name%` and `${name}` in a text.
    fn text(&mut self, node: Node<'_>) {
        let raw = node.text();
        if raw.contains('%') && !self.quiet {
            for name in inserted_names(raw) {
                self.note(
                    Symbol::Variable(name.to_lowercase()),
                    part(node, name),
                    Role::Read,
                    NameSpelling::Text,
                );
            }
        }
        if node.kind() == SyntaxKind::String && raw.contains("${") {
            for piece in syntax::pieces(raw) {
                if let StringPiece::Insert { path, .. } = piece
                    && let Some(first) = path.first()
                {
                    self.used_as(&syntax::name_text(first), part(node, first));
                }
            }
        }
    }

    /// `.Value("Name")` of a script.
    fn script(&mut self, node: Node<'_>) {
        let raw = node.text();
        for (range, sets) in script_names(raw) {
            let Some(name) = raw.get(range) else { continue };
            let role = if sets { Role::Write } else { Role::Read };
            self.note(
                Symbol::Variable(name.to_lowercase()),
                part(node, name),
                role,
                NameSpelling::Text,
            );
        }
    }
}

/// The variables that a script names through the task sequence environment, `.Value("Name")`: the
/// bytes of each name, and whether it is set.
pub(in crate::ide) fn script_names(raw: &str) -> Vec<(std::ops::Range<usize>, bool)> {
    let lower = raw.to_ascii_lowercase();
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(found) = lower.get(at..).and_then(|rest| rest.find(".value(")) {
        at += found + ".value(".len();
        let behind = raw.get(at..).unwrap_or("");
        let rest = behind.trim_start();
        let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
            continue;
        };
        let name = rest[1..].split(quote).next().unwrap_or("");
        if !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
        {
            let start = at + behind.len() - rest.len() + 1;
            let after = rest
                .get(name.len() + 2..)
                .unwrap_or("")
                .trim_start()
                .strip_prefix(')')
                .unwrap_or("")
                .trim_start();
            out.push((
                start..start + name.len(),
                after.starts_with('=') && !after.starts_with("=="),
            ));
        }
    }
    out
}
