//! A sequence's XML with its parsed tree, and the list of what is wrong with it.

use std::fmt::Display;

use roxmltree::{Document, Node};

/// A sequence's XML as text and as tree.
pub struct Export<'a> {
    /// The text as written.
    pub text: &'a str,
    /// The tree of the text.
    pub document: Document<'a>,
}

impl<'a> Export<'a> {
    /// Parses a text; the error is the parser's message.
    pub fn parse(text: &'a str) -> Result<Self, String> {
        match Document::parse(text) {
            Ok(document) => Ok(Export { text, document }),
            Err(error) => Err(error.to_string()),
        }
    }

    /// All elements, in document order.
    pub fn elements(&self) -> impl Iterator<Item = Node<'_, 'a>> {
        self.document.descendants().filter(Node::is_element)
    }

    /// All elements of a name, in document order.
    pub fn named(&self, name: &'static str) -> impl Iterator<Item = Node<'_, 'a>> {
        self.elements()
            .filter(move |element| element.has_tag_name(name))
    }

    /// All steps, Run Task Sequence included, in document order.
    pub fn steps(&self) -> impl Iterator<Item = Node<'_, 'a>> {
        self.elements()
            .filter(|element| matches!(element.tag_name().name(), "step" | "subtasksequence"))
    }

    /// Whether the text is the indented form: the root's start tag is followed by a line end, or an
    /// empty root is written with a blank before its slash.
    pub fn is_indented(&self) -> bool {
        let root = self.document.root_element();
        match root.first_child() {
            Some(child) => child.is_text() && self.text[child.range()].starts_with(['\r', '\n']),
            None => self.text[root.range()].ends_with(" />"),
        }
    }
}

/// The messages of the rule that is being checked.
pub struct Report {
    rule: &'static str,
    messages: Vec<String>,
}

impl Report {
    /// An empty report for one rule.
    pub fn new(rule: &'static str) -> Self {
        Report {
            rule,
            messages: Vec::new(),
        }
    }

    /// What was reported, in the order of reporting.
    pub fn into_messages(self) -> Vec<String> {
        self.messages
    }

    /// Reports a message about an element.
    pub fn on(&mut self, element: Node, message: impl Display) {
        let line = element.document().text_pos_at(element.range().start).row;
        self.place(line, &path(element), message);
    }

    /// Reports a message about a place in the text; the path is that of the innermost element
    /// there.
    pub fn at(&mut self, export: &Export, offset: usize, message: impl Display) {
        let line = export.document.text_pos_at(offset).row;
        let innermost = export
            .elements()
            .filter(|element| element.range().contains(&offset))
            .last()
            .unwrap_or_else(|| export.document.root_element());
        self.place(line, &path(innermost), message);
    }

    /// Reports what a rule says about XML that stands as text inside an element.
    pub fn inside(&mut self, element: Node, inner: &Export, rule: impl Fn(&Export, &mut Report)) {
        let mut report = Report::new("inner text");
        rule(inner, &mut report);
        for message in report.messages {
            self.on(element, message);
        }
    }

    fn place(&mut self, line: u32, path: &str, message: impl Display) {
        self.messages
            .push(format!("{}: line {line}, {path}: {message}", self.rule));
    }
}

/// The names of an element and those around it, `sequence/group "Install"/step "Restart"/action`.
pub fn path(element: Node) -> String {
    let mut labels: Vec<String> = element
        .ancestors()
        .filter(Node::is_element)
        .map(label)
        .collect();
    labels.reverse();
    labels.join("/")
}

fn label(element: Node) -> String {
    let tag = element.tag_name().name();
    match element.attribute("property").or(element.attribute("name")) {
        Some(name) => format!("{tag} \"{name}\""),
        None => tag.to_owned(),
    }
}

/// An element's text, empty where it has none.
pub fn text<'a>(element: Node<'a, '_>) -> &'a str {
    element.text().unwrap_or_default()
}

/// The elements directly inside an element.
pub fn children<'a, 'i>(element: Node<'a, 'i>) -> impl Iterator<Item = Node<'a, 'i>> {
    element.children().filter(Node::is_element)
}

/// The first element of a name directly inside an element.
pub fn child<'a, 'i>(element: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    element.children().find(|child| child.has_tag_name(name))
}

/// Whether a text is digits only.
pub fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
