//! The text of a session: what was loaded, and behind it what was typed.

use std::{ops::Range, rc::Rc, sync::Arc};

use crate::{
    check::check,
    compile::Compiled,
    diagnostic::{Code, Finding},
    elaborate::ParameterValues,
    load::LoadedSequence,
    model::Sequence,
    source::{FileId, Files, Sources, Span},
    syntax::{self, Node, SyntaxKind, SyntaxTree},
};

/// What a session's text is called in findings, and where `file("…")` in it begins.
const NAME: &str = "session.tasq";

/// What an entry is called in findings.
pub(super) const INPUT: &str = "input";

/// A text that compiles, and what it says.
#[derive(Clone)]
pub(super) struct SessionDocument {
    pub text: Arc<str>,
    /// As shown in findings.
    pub name: String,
    /// Its place inside the project's folder.
    pub inner: String,
    pub files: Rc<dyn Files>,
    /// Values for parameters.
    pub given: ParameterValues,
    pub sequence: Arc<Sequence>,
    /// The project around what was loaded, in whose sources children are looked for.
    pub around: Rc<dyn Files>,
    /// The export that the sequence is from, and its other sequences.
    pub beside: (String, Vec<Arc<LoadedSequence>>),
    /// `param` and `let` alone: what a condition may refer to.
    pub declarations: Vec<Declaration>,
}

/// A compile-time name, or an import of such.
#[derive(Clone, Debug)]
pub(super) struct Declaration {
    pub name: String,
    pub text: String,
    /// Its place in the session's text.
    pub range: Range<usize>,
}

/// A text with an entry in it, as it would be.
pub(super) struct Draft {
    pub text: String,
    /// Where the entry stands.
    pub entry: Range<usize>,
}

impl SessionDocument {
    pub fn new(files: Rc<dyn Files>) -> SessionDocument {
        SessionDocument {
            text: Arc::from(""),
            name: "session".to_owned(),
            inner: NAME.to_owned(),
            around: Rc::clone(&files),
            files,
            given: ParameterValues::default(),
            sequence: Arc::default(),
            beside: Default::default(),
            declarations: Vec::new(),
        }
    }

    /// Compiles a text in the place of this one, and judges its tests.
    pub fn compile(&self, text: &str) -> Compiled {
        check(
            &self.name,
            &self.inner,
            text.as_bytes().to_vec(),
            &*self.files,
            &self.given,
        )
    }

    /// Takes a text that compiled.
    pub fn take(&mut self, text: &str, compiled: Compiled) {
        self.take_parts(text, &compiled.tree, compiled.sequence);
    }

    /// Takes a text with its tree and the sequence that it compiled to.
    pub fn take_parts(&mut self, text: &str, tree: &SyntaxTree, sequence: Sequence) {
        self.declarations = declarations(tree);
        self.text = Arc::from(text);
        self.sequence = Arc::new(sequence);
    }

    /// The text with an entry: behind everything, but a header goes to the front, and a name that
    /// is defined again takes the place of the old one.
    pub fn draft(&self, entry: &str) -> Draft {
        let parsed = syntax::parse(entry, FileId(0));
        let mut statements = parsed.tree.root().children();
        if let (Some(only), None) = (statements.next(), statements.next()) {
            if only.kind() == SyntaxKind::Header {
                return match header(&self.text) {
                    Some(old) => self.put(old, entry),
                    None => self.put(0..0, &format!("{}\n\n", entry.trim_end())),
                };
            }
            let old = defined(only)
                .and_then(|name| self.declarations.iter().find(|own| own.name == name));
            if let Some(old) = old {
                return self.put(old.range.clone(), entry.trim_end());
            }
        }
        let mut before = self.text.trim_end().to_owned();
        if !before.is_empty() {
            before.push_str("\n\n");
        }
        let start = before.len();
        Draft {
            text: format!("{before}{}\n", entry.trim_end()),
            entry: start..start + entry.trim_end().len(),
        }
    }

    fn put(&self, place: Range<usize>, entry: &str) -> Draft {
        let mut text = self.text.to_string();
        let start = place.start;
        text.replace_range(place, entry);
        Draft {
            text,
            entry: start..start + entry.len(),
        }
    }

    /// The names that a condition may refer to, as text before it.
    pub fn prefix(&self) -> String {
        self.declarations
            .iter()
            .map(|own| format!("{}\n", own.text))
            .collect()
    }
}

/// Where a text has its header.
fn header(text: &str) -> Option<Range<usize>> {
    let parsed = syntax::parse(text, FileId(0));
    parsed
        .tree
        .root()
        .child(SyntaxKind::Header)
        .map(|node| node.span().range())
}

/// The name that a statement defines at compile time.
fn defined(node: Node<'_>) -> Option<String> {
    let defines = matches!(node.kind(), SyntaxKind::Param | SyntaxKind::Binding);
    let name = node.child(SyntaxKind::Name).filter(|_| defines)?;
    Some(syntax::name_text(name.text()).into_owned())
}

fn declarations(tree: &SyntaxTree) -> Vec<Declaration> {
    // What an import brings has no name here.
    let name = |node: Node<'_>| {
        if node.kind() == SyntaxKind::Import {
            Some(String::new())
        } else {
            defined(node)
        }
    };
    let named = tree
        .root()
        .children()
        .filter_map(|node| Some((name(node)?, node)));
    named
        .map(|(name, node)| Declaration {
            name,
            text: node.text().to_owned(),
            range: node.span().range(),
        })
        .collect()
}

/// Findings of a draft at places of what was typed. What is about the rest of the text keeps its
/// place there; a warning about that is left out, because it was said before.
pub(super) fn located(compiled: &Compiled, draft: &Draft, name: &str) -> (Vec<Finding>, Sources) {
    let mut sources = Sources::new();
    let typed = draft.text.get(draft.entry.clone()).unwrap_or("");
    sources.add(INPUT, typed);
    for (id, file) in compiled.sources.iter() {
        sources.add(
            if id == FileId(0) { name } else { &file.name },
            Arc::clone(&file.text),
        );
    }
    let within = |span: Span| {
        let range = span.range();
        span.file == FileId(0) && range.start >= draft.entry.start && range.end <= draft.entry.end
    };
    let place = |span: Span| {
        if within(span) {
            let start = draft.entry.start as u32;
            return Span::new(FileId(0), span.start - start, span.end - start);
        }
        Span::new(FileId(span.file.0 + 1), span.start, span.end)
    };
    let wanted = compiled
        .findings
        .iter()
        .filter(|finding| finding.is_error() || within(finding.span()));
    // An entry is not yet a whole sequence.
    let wanted = wanted.filter(|finding| !matches!(finding.code, Code::EmptySequence));
    let findings = wanted
        .map(|finding| typed_parameter(moved(finding, &place)))
        .collect();
    (findings, sources)
}

/// What is typed gets no values from a command line.
fn typed_parameter(mut finding: Finding) -> Finding {
    let help = finding
        .help
        .as_deref()
        .and_then(|help| help.split_once("write a default: "));
    if let (Code::BadParameter, Some((_, example))) = (finding.code, help) {
        finding.help = Some(format!("what is typed needs a default: {example}"));
    }
    finding
}

/// A finding with all of its places moved.
pub(super) fn moved(finding: &Finding, place: &dyn Fn(Span) -> Span) -> Finding {
    let mut finding = finding.clone();
    for span in finding.spans_mut() {
        *span = place(*span);
    }
    finding
}
