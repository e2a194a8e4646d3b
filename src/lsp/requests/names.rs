//! Definitions, uses, new names, symbols of the project.

use std::{collections::HashMap, str::FromStr as _};

use lsp_server::ErrorCode;
use lsp_types::{
    DocumentHighlight, DocumentHighlightKind, Location, PrepareRenameResponse, SymbolInformation,
    TextEdit, Uri, WorkspaceEdit,
};
use serde_json::Value;

use super::{RequestResult, TextRequest, lines, structure::symbol_kind, value};
use crate::{
    ide::{self, InFile, Outline, Role},
    lsp::{documents::Layered, position::LineTable, uri, worker::Worker},
    source::{FileId, Files as _, LineIndex, Span},
    syntax,
};

/// How many files of a project are looked at.
const MAX_FILES: usize = 500;

impl TextRequest<'_> {
    fn own_uri(&self) -> Result<Uri, (ErrorCode, String)> {
        Uri::from_str(&self.document.uri)
            .map_err(|error| (ErrorCode::InvalidParams, error.to_string()))
    }

    fn location(&self, lines: LineTable<'_>, span: Span) -> Result<Location, (ErrorCode, String)> {
        Ok(Location::new(self.own_uri()?, lines.range(span)))
    }

    /// The places of a name in this file and in those that share it, each with its address.
    fn everywhere(
        &self,
        analysis: &ide::Analysis,
        offset: u32,
    ) -> Result<Vec<(Uri, InFile)>, (ErrorCode, String)> {
        let found =
            ide::references_everywhere(analysis, offset, &self.project_files(), &self.files());
        let mut out = Vec::new();
        for one in found {
            out.extend(self.uri_of(one.path.as_deref())?.map(|uri| (uri, one)));
        }
        Ok(out)
    }

    /// The address of a file of the project as the client calls it; of this one without a path.
    fn uri_of(&self, path: Option<&str>) -> Result<Option<Uri>, (ErrorCode, String)> {
        let Some(path) = path else {
            return self.own_uri().map(Some);
        };
        let documents = self.worker.shared.documents.all();
        let open = documents
            .into_iter()
            .find(|one| one.root == self.document.root && one.inner == path);
        Ok(open
            .and_then(|one| Uri::from_str(&one.uri).ok())
            .or_else(|| self.uri(path)))
    }
}

pub(super) fn definition(about: &mut TextRequest<'_>) -> RequestResult {
    let analysis = about.analysis();
    let lines = lines(&analysis);
    let offset = about.offset(lines)?;
    let targets = ide::definition(&analysis, offset, &about.files());
    let mut out = Vec::new();
    for target in targets {
        match (target.path, target.text) {
            (Some(path), Some(text)) => {
                let breaks = LineIndex::new(&text);
                let there = LineTable {
                    text: &text,
                    index: &breaks,
                };
                out.extend(
                    about
                        .uri(&path)
                        .map(|uri| Location::new(uri, there.range(target.span))),
                );
            }
            _ => out.push(about.location(lines, target.span)?),
        }
    }
    if out.is_empty() {
        // Of a step that a test of another file names, or a variable that another file sets.
        for (uri, found) in about.everywhere(&analysis, offset)? {
            let breaks = LineIndex::new(&found.text);
            let there = LineTable {
                text: &found.text,
                index: &breaks,
            };
            let own = found.places.iter().filter(|(_, role)| *role != Role::Read);
            out.extend(own.map(|(span, _)| Location::new(uri.clone(), there.range(*span))));
        }
    }
    if out.is_empty() {
        out.extend(about.site_definition(&analysis, offset));
    }
    value(out)
}

pub(super) fn references(about: &mut TextRequest<'_>) -> RequestResult {
    let analysis = about.analysis();
    let lines = lines(&analysis);
    let offset = about.offset(lines)?;
    let declaration = about
        .params
        .pointer("/context/includeDeclaration")
        .and_then(Value::as_bool)
        .unwrap_or(true);
    if let Some(found) = about.site_references(&analysis, offset)? {
        return value(found);
    }
    let mut out = Vec::new();
    for (uri, found) in about.everywhere(&analysis, offset)? {
        let breaks = LineIndex::new(&found.text);
        let there = LineTable {
            text: &found.text,
            index: &breaks,
        };
        let wanted = found
            .places
            .iter()
            .filter(|(_, role)| declaration || *role != Role::Definition);
        out.extend(wanted.map(|(span, _)| Location::new(uri.clone(), there.range(*span))));
    }
    value(out)
}

pub(super) fn document_highlight(about: &mut TextRequest<'_>) -> RequestResult {
    let analysis = about.analysis();
    let lines = lines(&analysis);
    let found = ide::references(&analysis, about.offset(lines)?, true);
    let highlight = |(span, role): (Span, Role)| DocumentHighlight {
        range: lines.range(span),
        kind: Some(if role == Role::Read {
            DocumentHighlightKind::READ
        } else {
            DocumentHighlightKind::WRITE
        }),
    };
    value(found.into_iter().map(highlight).collect::<Vec<_>>())
}

pub(super) fn prepare_rename(about: &mut TextRequest<'_>) -> RequestResult {
    let analysis = about.analysis();
    let lines = lines(&analysis);
    match ide::prepare_rename(&analysis, about.offset(lines)?) {
        Ok((span, placeholder)) => value(PrepareRenameResponse::RangeWithPlaceholder {
            range: lines.range(span),
            placeholder,
        }),
        Err(refused) => Err((ErrorCode::RequestFailed, refused.to_string())),
    }
}

#[allow(
    clippy::mutable_key_type,
    reason = "the protocol's own type for an edit of several files"
)]
pub(super) fn rename(about: &mut TextRequest<'_>) -> RequestResult {
    let analysis = about.analysis();
    let lines = lines(&analysis);
    let offset = about.offset(lines)?;
    let new: String = about.parameter("/newName")?;
    let renamed = ide::rename_everywhere(
        &analysis,
        offset,
        &new,
        &about.project_files(),
        &about.files(),
    )
    .map_err(|refused| (ErrorCode::RequestFailed, refused.to_string()))?;
    let mut changes: HashMap<Uri, Vec<TextEdit>> = HashMap::new();
    for file in renamed {
        let Some(uri) = about.uri_of(file.path.as_deref())? else {
            continue;
        };
        let breaks = LineIndex::new(&file.text);
        let there = LineTable {
            text: &file.text,
            index: &breaks,
        };
        let edits = file
            .edits
            .into_iter()
            .map(|edit| TextEdit::new(there.range(edit.span), edit.new));
        changes.insert(uri, edits.collect());
    }
    value(WorkspaceEdit {
        changes: Some(changes),
        ..WorkspaceEdit::default()
    })
}

/// The groups, steps, names and fragments of the projects that are open, whose names hold what was
/// typed.
pub(super) fn workspace_symbols(worker: &mut Worker, params: &Value) -> RequestResult {
    let wanted = params
        .get("query")
        .and_then(Value::as_str)
        .unwrap_or("")
        .to_lowercase();
    let mut roots: Vec<String> = worker
        .shared
        .documents
        .all()
        .into_iter()
        .map(|one| one.root)
        .collect();
    roots.sort();
    roots.dedup();
    let mut out: Vec<SymbolInformation> = Vec::new();
    for root in roots.iter().filter(|root| !root.is_empty()) {
        let files = Layered {
            documents: &worker.shared.documents,
            project: &*worker.shared.project,
            root,
        };
        let paths = worker.shared.project.list(root);
        let sources = paths.iter().filter(|path| path.ends_with(".tasq"));
        for path in sources.take(MAX_FILES) {
            let place = format!("{}/{path}", root.trim_end_matches(['/', '\\']));
            let bytes = files.read(path).ok();
            let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
            if let (Some(uri), Some(text)) = (uri::of_path(&place), text) {
                symbols_in(&text, &uri, &wanted, &mut out);
            }
        }
    }
    value(out)
}

/// The symbols of a source whose names hold what is wanted.
fn symbols_in(text: &str, uri: &Uri, wanted: &str, out: &mut Vec<SymbolInformation>) {
    let parsed = syntax::parse(text, FileId(0));
    let breaks = LineIndex::new(text);
    let lines = LineTable {
        text,
        index: &breaks,
    };
    flat(
        &ide::outline(&parsed.tree),
        None,
        &mut |entry, container| {
            if !entry.name.to_lowercase().contains(wanted) {
                return;
            }
            #[allow(
                deprecated,
                reason = "the protocol's type has a field that nobody should fill"
            )]
            out.push(SymbolInformation {
                name: entry.name.clone(),
                kind: symbol_kind(entry.kind),
                tags: None,
                deprecated: None,
                location: Location::new(uri.clone(), lines.range(entry.name_span)),
                container_name: container.map(str::to_owned),
            });
        },
    );
}

fn flat<'o>(
    list: &'o [Outline],
    container: Option<&'o str>,
    each: &mut dyn FnMut(&'o Outline, Option<&'o str>),
) {
    for entry in list {
        each(entry, container);
        flat(&entry.children, Some(&entry.name), each);
    }
}
