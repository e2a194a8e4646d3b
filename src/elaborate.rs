//! Tree to model: names, types, compile-time evaluation.
//!
//! A faulty part is left out of the model and reported; the rest is elaborated all the same, so
//! that a wrong program gives all of its findings at once.

mod condition;
mod constant;
mod convert;
mod datetime;
mod forms;
mod header;
mod item;
mod kept;
mod moved;
mod outcome;
mod overrides;
mod parameter;
mod reference;
mod relation;
mod rule;
mod scope;
mod software;
mod statement;
mod step;
mod test_case;
mod units;
mod variable;

use crate::{
    diagnostic::{Code, Edit, Finding, Safety},
    model::{Sequence, TestCase},
    source::{Files, Span},
    syntax::SyntaxTree,
};

pub use crate::model::{GivenValue, ParameterValues};
pub use forms::is_package_id;
pub use kept::Kept;

/// A sequence and what is wrong with its source.
#[derive(Clone, Debug)]
pub struct Elaborated {
    /// What could be understood.
    pub sequence: Sequence,
    /// Its tests, in order.
    pub tests: Vec<TestCase>,
    /// Findings, in the order they were met.
    pub findings: Vec<Finding>,
    /// The compile-time names of the file with their values, in the order of their definitions.
    pub names: Vec<NamedValue>,
    /// Parameters that have no default and were not given; each is a finding, too.
    pub without_value: Vec<String>,
}

/// A compile-time name and its value, for a reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedValue {
    /// The name.
    pub name: String,
    /// Its value as it may be shown; `None` for a secret.
    pub value: Option<String>,
    /// The place of its definition.
    pub span: Span,
}

/// Elaborates a tree. `path` is the source's path inside the project's folder, for `file("…")`;
/// `given` are values for its parameters.
pub fn elaborate(
    tree: &SyntaxTree,
    path: &str,
    files: &dyn Files,
    given: &ParameterValues,
) -> Elaborated {
    whole(tree, path, files, given, None)
}

/// Another version of a source: gives what [`elaborate`] gives, and is quick about steps that have
/// not changed.
pub fn elaborate_again(
    tree: &SyntaxTree,
    path: &str,
    files: &dyn Files,
    given: &ParameterValues,
    kept: &mut Kept,
) -> Elaborated {
    kept.turn(tree.root(), tree.shared_text(), path, given);
    whole(tree, path, files, given, Some(kept))
}

fn whole(
    tree: &SyntaxTree,
    path: &str,
    files: &dyn Files,
    given: &ParameterValues,
    kept: Option<&mut Kept>,
) -> Elaborated {
    let mut context = Context {
        findings: Vec::new(),
        has_error: false,
        compared: 0,
        made: 0,
        scope: scope::NameScope::default(),
        files,
        path: path.to_owned(),
        sequence: Sequence::default(),
        kept,
        without_value: Vec::new(),
    };
    let nodes = context.file(tree.root(), given);
    context.sequence.nodes = nodes;
    let tests = context.tests(tree.root());
    for fix in context
        .findings
        .iter_mut()
        .flat_map(|finding| &mut finding.fixes)
    {
        // A text put in the place of a name or an insertion cuts the value off from its definition.
        let replaces = |edit: &Edit| {
            let old = tree.text().get(edit.span.range()).unwrap_or("");
            edit.new.starts_with('"') && !old.is_empty() && (old.contains("${") || is_bare(old))
        };
        if fix.edits.iter().any(replaces) {
            fix.safety = Safety::Unsafe;
        }
    }
    let names = context
        .scope
        .values()
        .map(|(name, value, span)| NamedValue {
            name: name.to_owned(),
            value,
            span,
        })
        .collect();
    Elaborated {
        sequence: context.sequence,
        tests,
        findings: context.findings,
        names,
        without_value: context.without_value,
    }
}

/// A name, not `true`, a number or a string.
fn is_bare(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || "_`".contains(c))
        && !matches!(text, "true" | "false" | "absent")
}

/// Most findings of one source: nobody reads more, and each takes memory.
const MAX_FINDINGS: usize = 10_000;

/// Most comparisons of names to find the one that was meant.
const MAX_COMPARED: usize = 200_000;

/// Most bytes that compile-time values and files may put into a source together.
const MAX_MADE: usize = 10 * 1024 * 1024;

/// What every part of the elaboration needs.
struct Context<'a> {
    findings: Vec<Finding>,
    has_error: bool,
    /// How many names were compared to find the one that was meant.
    compared: usize,
    /// Bytes of the values that were put together so far.
    made: usize,
    scope: scope::NameScope,
    files: &'a dyn Files,
    path: String,
    sequence: Sequence,
    kept: Option<&'a mut Kept>,
    without_value: Vec<String>,
}

impl Context<'_> {
    /// Adds a finding. Behind very many only an error still counts, and only the first.
    fn report(&mut self, finding: Finding) {
        if self.findings.len() < MAX_FINDINGS {
            self.has_error |= finding.is_error();
            self.findings.push(finding);
        } else if finding.is_error() && !std::mem::replace(&mut self.has_error, true) {
            self.findings.push(finding);
        }
    }

    /// Whether so many bytes may still be put together; the first that may not are an error.
    fn makes(&mut self, bytes: usize, span: Span) -> bool {
        let before = self.made;
        self.made = self.made.saturating_add(bytes);
        if self.made > MAX_MADE && before <= MAX_MADE {
            let message =
                format!("the compile-time values make more than {MAX_MADE} bytes together");
            self.report(
                Finding::new(Code::ValuesTooLarge, span, message)
                    .label("the limit is crossed here")
                    .help("a value that is put into others many times grows quickly; nothing more is put together"),
            );
        }
        self.made <= MAX_MADE
    }

    /// The compile-time name that was meant; looked for as long as that costs little.
    fn nearest_name(&mut self, name: &str) -> Option<String> {
        let all = self.scope.names().count();
        self.compared = self.compared.saturating_add(all);
        if self.compared > MAX_COMPARED {
            return None;
        }
        crate::diagnostic::nearest(name, self.scope.names()).map(str::to_owned)
    }

    fn error(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.report(Finding::new(code, span, message));
    }
}
