//! The whole way from a source to a checked sequence, in one call.

use std::sync::Arc;

use crate::{
    diagnostic::{self, Code, Finding},
    elaborate::{Kept, NamedValue, ParameterValues, elaborate, elaborate_again},
    lint,
    model::{Sequence, TestCase},
    source::{Encoding, FileId, Files, Sources, Span, decode},
    syntax::{self, SyntaxTree},
};

/// A compiled source.
#[derive(Debug)]
pub struct Compiled {
    /// The files that findings point into.
    pub sources: Sources,
    /// The syntax tree of the main file.
    pub tree: SyntaxTree,
    /// What could be understood of it.
    pub sequence: Sequence,
    /// Its tests.
    pub tests: Vec<TestCase>,
    /// Everything found, in the order of the source.
    pub findings: Vec<Finding>,
    /// The compile-time names of the main file with their values.
    pub names: Vec<NamedValue>,
    /// Parameters that have no default and were not given; each is a finding, too.
    pub without_value: Vec<String>,
}

impl Compiled {
    /// Whether nothing forbids writing the sequence.
    pub fn is_good(&self) -> bool {
        !self.findings.iter().any(Finding::is_error)
    }

    /// Whether nothing is wrong but that parameters have no value, which tests may give.
    pub fn lacks_only_values(&self) -> bool {
        let errors = self.findings.iter().filter(|finding| finding.is_error());
        !self.without_value.is_empty() && errors.count() == self.without_value.len()
    }
}

/// What the last version of a source gave.
#[derive(Debug, Default)]
pub struct CompileMemory {
    statements: syntax::ParseMemory,
    steps: Kept,
}

impl CompileMemory {
    /// Takes back what the last version gave and nobody needs any more: then its steps need not be
    /// made again.
    pub fn recycle(&mut self, last: Compiled) {
        self.steps.recycle(last.sequence);
    }
}

/// Compiles a source given as bytes. `name` is shown in findings, `path` is its place inside the
/// project's folder. What its tests are about is not looked up: the room `check` stands above and
/// does that.
pub fn compile(
    name: &str,
    path: &str,
    bytes: Vec<u8>,
    files: &dyn Files,
    given: &ParameterValues,
) -> Compiled {
    whole((name, path), bytes, files, given, None)
}

/// Compiles another version of a source: gives what [`compile`] gives, and is quick about what
/// `memory` knows.
pub fn compile_with(
    (name, path): (&str, &str),
    bytes: Vec<u8>,
    files: &dyn Files,
    given: &ParameterValues,
    memory: &mut CompileMemory,
) -> Compiled {
    whole((name, path), bytes, files, given, Some(memory))
}

fn whole(
    (name, path): (&str, &str),
    bytes: Vec<u8>,
    files: &dyn Files,
    given: &ParameterValues,
    mut memory: Option<&mut CompileMemory>,
) -> Compiled {
    let (text, mut findings) = read(bytes, FileId(0));
    let mut sources = Sources::new();
    let id = sources.add(name, Arc::clone(&text));
    let parsed = match &mut memory {
        Some(memory) => syntax::parse_with(text, id, &mut memory.statements),
        None => syntax::parse(text, id),
    };
    // Bytes that are no text make no statements: one finding says it all.
    if !findings.iter().any(|finding| is_hopeless(finding.code)) {
        findings.extend(parsed.findings);
    }
    let readable = !findings.iter().any(|finding| is_hopeless(finding.code));
    let mut sequence = Sequence::default();
    let mut tests = Vec::new();
    let mut names = Vec::new();
    let mut without_value = Vec::new();
    if readable {
        let elaborated = match memory {
            Some(memory) => elaborate_again(&parsed.tree, path, files, given, &mut memory.steps),
            None => elaborate(&parsed.tree, path, files, given),
        };
        sequence = elaborated.sequence;
        tests = elaborated.tests;
        names = elaborated.names;
        without_value = elaborated.without_value;
        findings.extend(elaborated.findings);
        // What a broken statement would have set or read is not known: whole-sequence rules wait
        // until it is mended. A file of tests alone is no sequence.
        let tests_only = sequence.nodes.is_empty() && sequence.name.is_none() && !tests.is_empty();
        if !findings.iter().any(Finding::is_error) && !tests_only {
            findings.extend(lint::check(&sequence, &sources));
        }
    }
    if readable {
        findings.extend(syntax::unseen_in(id, parsed.tree.text()));
    }
    diagnostic::sort(&mut findings);
    syntax::hide_secrets(&mut findings, id, parsed.tree.text());
    Compiled {
        sources,
        tree: parsed.tree,
        sequence,
        tests,
        findings,
        names,
        without_value,
    }
}

/// Decodes a source and says what is unusual about its bytes.
pub fn read(bytes: Vec<u8>, file: FileId) -> (Arc<str>, Vec<Finding>) {
    let decoded = decode(bytes);
    let mut findings = Vec::new();
    if let Some(bad) = decoded.bad {
        let end = bad + char::REPLACEMENT_CHARACTER.len_utf8() as u32;
        let message = match decoded.encoding {
            Encoding::Utf8 | Encoding::Utf8Mark => "these bytes are not UTF-8",
            Encoding::Utf16Le | Encoding::Utf16Be => "this is not UTF-16",
        };
        findings.push(
            Finding::new(Code::NotText, Span::new(file, bad, end), message).help(
                "save the file as UTF-8; Windows-1252 (\"ANSI\") is not read, because nothing tells it from others",
            ),
        );
    } else if matches!(decoded.encoding, Encoding::Utf16Le | Encoding::Utf16Be) {
        findings.push(
            Finding::new(
                Code::Utf16Source,
                Span::at(file, 0),
                "this source is stored as UTF-16",
            )
            .help("it is read all the same; git shows no diff of UTF-16, so save it as UTF-8"),
        );
    }
    (decoded.text.into(), findings)
}

/// After these nothing else is worth saying about a file.
fn is_hopeless(code: Code) -> bool {
    matches!(
        code,
        Code::NotText | Code::SourceTooLarge | Code::NestedTooDeep
    )
}
