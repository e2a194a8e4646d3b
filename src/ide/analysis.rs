//! Everything known about one version of one source.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, OnceLock},
};

use super::index::{ConstantInfo, Index};
use crate::{
    check::check_with,
    compile::{CompileMemory, Compiled},
    diagnostic::STARS,
    elaborate::ParameterValues,
    source::{FileId, Files, Position, SourceFile, Span},
    syntax::{SyntaxTree, secret_names},
    vocabulary::Dialect,
};

/// What an editor or prompt has open.
#[derive(Clone, Debug)]
pub struct OpenSource {
    /// The name shown in findings.
    pub name: String,
    /// Its place inside the project's folder.
    pub path: String,
    /// The text.
    pub text: Arc<str>,
}

/// A source with its tree, its findings and (at the first question) the index of its names.
#[derive(Debug)]
pub struct Analysis {
    /// What was analysed.
    pub source: OpenSource,
    /// Tree, sequence and findings.
    pub compiled: Compiled,
    /// The other files that were read, as the project knows them.
    pub reads: Vec<String>,
    index: OnceLock<Index>,
    /// Compile-time names whose values must not be shown.
    secrets: OnceLock<BTreeSet<String>>,
}

/// Notes which files are asked for.
struct Noting<'f> {
    files: &'f dyn Files,
    asked: Mutex<Vec<String>>,
}

impl Files for Noting<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        if let Ok(mut asked) = self.asked.lock() {
            asked.push(path.to_owned());
        }
        self.files.read(path)
    }

    fn sources(&self) -> Vec<String> {
        self.files.sources()
    }
}

impl Analysis {
    /// Compiles a source; no values are given for its parameters.
    pub fn new(source: OpenSource, files: &dyn Files) -> Self {
        Analysis::again(source, files, &mut CompileMemory::default())
    }

    /// Compiles a source with values for its parameters.
    pub fn with(source: OpenSource, files: &dyn Files, given: &ParameterValues) -> Self {
        Analysis::compiled(source, files, given, &mut CompileMemory::default())
    }

    /// Compiles another version of a source that `memory` knows.
    pub fn again(source: OpenSource, files: &dyn Files, memory: &mut CompileMemory) -> Self {
        Analysis::compiled(source, files, &ParameterValues::default(), memory)
    }

    fn compiled(
        source: OpenSource,
        files: &dyn Files,
        given: &ParameterValues,
        memory: &mut CompileMemory,
    ) -> Self {
        let noting = Noting {
            files,
            asked: Mutex::new(Vec::new()),
        };
        let bytes = source.text.as_bytes().to_vec();
        let compiled = check_with((&source.name, &source.path), bytes, &noting, given, memory);
        let reads = noting.asked.into_inner().unwrap_or_default();
        Analysis {
            source,
            compiled,
            reads,
            index: OnceLock::new(),
            secrets: OnceLock::new(),
        }
    }

    /// The tree.
    pub fn tree(&self) -> &SyntaxTree {
        &self.compiled.tree
    }

    /// The text that spans point into.
    pub fn text(&self) -> &str {
        self.compiled.tree.text()
    }

    /// The file with its lines.
    pub fn file(&self) -> Option<&SourceFile> {
        self.compiled.sources.get(FileId(0))
    }

    /// Line and columns of a byte.
    pub fn position(&self, offset: u32) -> Position {
        self.file().map_or(
            Position {
                line: 1,
                column: 1,
                byte: 0,
                utf16: 0,
            },
            |file| file.position(offset),
        )
    }

    /// The text of a span of this source.
    pub fn slice(&self, span: Span) -> &str {
        self.text().get(span.range()).unwrap_or("")
    }

    /// Where each name stands.
    pub fn index(&self) -> &Index {
        self.index
            .get_or_init(|| Index::new(self.tree(), self.dialect()))
    }

    /// The dialect that the header names.
    pub fn dialect(&self) -> Dialect {
        self.compiled.sequence.dialect
    }

    /// The value of a compile-time name of the file, as it may be shown: what is called or used as
    /// a secret has none.
    pub fn value(&self, name: &str) -> Option<&str> {
        let known = self.compiled.names.iter().find(|known| known.name == name);
        let value = known?.value.as_deref()?;
        (!self.is_secret(name)).then_some(value)
    }

    /// The statement of a compile-time name as it may be shown.
    pub fn shown_constant(&self, constant: &ConstantInfo) -> String {
        match constant.shown.split_once('=') {
            // `secret("NAME")` says where it is kept.
            Some((head, value))
                if self.is_secret(&constant.name) && !value.trim_start().starts_with("secret(") =>
            {
                format!("{head}= {STARS}")
            }
            _ => constant.shown.clone(),
        }
    }

    /// Whether a compile-time name is called or used as a secret.
    pub fn is_secret(&self, name: &str) -> bool {
        let names = || {
            secret_names(self.text())
                .into_iter()
                .map(str::to_owned)
                .collect()
        };
        self.secrets.get_or_init(names).contains(name)
    }
}
