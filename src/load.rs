//! A sequence from whatever holds one: a source, or an export of any kind.

use std::sync::Arc;

use crate::{
    compile::compile,
    decompile::{DecompileOptions, decompile},
    diagnostic::Finding,
    elaborate::ParameterValues,
    model::Sequence,
    read,
    source::{Files, Sources},
    vocabulary::Dialect,
};

/// A sequence, ready to be looked at, with what its file has to say.
#[derive(Clone, Debug)]
pub struct LoadedSequence {
    /// The sequence's name, or its file's.
    pub title: String,
    /// The package's identifier, where an export or a header has one.
    pub id: Option<String>,
    /// The sequence.
    pub sequence: Sequence,
    /// The source that its places point into; of an export, the one it was turned into.
    pub text: Arc<str>,
}

/// All sequences of a file, and what was found.
#[derive(Debug, Default)]
pub struct Contents {
    /// The texts that findings point into.
    pub sources: Sources,
    /// The sequences; none when the file is refused.
    pub sequences: Vec<LoadedSequence>,
    /// What was found.
    pub findings: Vec<Finding>,
}

/// Reads a file. An export is turned into a source first, so that both mean the same; the findings
/// of that source are not told here, `tasq check` tells them.
pub fn load(
    name: &str,
    path: &str,
    bytes: Vec<u8>,
    files: &dyn Files,
    given: &ParameterValues,
) -> Contents {
    if !read::is_export_file(name, &bytes) {
        let compiled = compile(name, path, bytes, files, given);
        let good = compiled.is_good();
        let title = compiled
            .sequence
            .name
            .as_ref()
            .map_or_else(|| name.to_owned(), |name| name.value.clone());
        let text = Arc::from(compiled.tree.text());
        let loaded = LoadedSequence {
            title,
            id: compiled.sequence.property("package_id").map(str::to_owned),
            sequence: compiled.sequence,
            text,
        };
        let sequences = if good { vec![loaded] } else { Vec::new() };
        return Contents {
            sources: compiled.sources,
            sequences,
            findings: compiled.findings,
        };
    }
    let input = read::open(name, bytes);
    let sequences = input.exports.iter().filter_map(of_export).collect();
    Contents {
        sources: input.sources,
        sequences,
        findings: input.findings,
    }
}

/// What an export is called: as its package, else as MDT's XML names it, else as its file.
fn title(export: &read::Export, sequence: &Sequence) -> String {
    let package = export.package.name.as_ref();
    let own = sequence.name.as_ref().map(|name| &name.value);
    let own = own.filter(|_| sequence.dialect == Dialect::Mdt);
    package.or(own).unwrap_or(&export.title).clone()
}

/// The sequence of an export, turned into a source on the way; `None` where that cannot be.
pub fn of_export(export: &read::Export) -> Option<LoadedSequence> {
    let done = decompile(&read::with_even_rules(export), DecompileOptions::default());
    let sequence = done.sequence?;
    Some(LoadedSequence {
        title: title(export, &sequence),
        id: export.package.id.clone(),
        sequence,
        text: done.text.into(),
    })
}
