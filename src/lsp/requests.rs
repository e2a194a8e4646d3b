//! Answers to requests, one small function each.

mod edits;
mod names;
mod sites;
mod structure;
mod words;

use std::sync::Arc;

use lsp_server::ErrorCode;
use lsp_types::{Position, Range};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{
    commands,
    documents::{DocumentKind, Layered, OpenDocument},
    position::LineTable,
    queue::QueuedRequest,
    worker::Worker,
};
use crate::{
    ide::Analysis,
    source::{FileId, LineIndex},
};

/// What a request leads to.
pub(super) type RequestResult = Result<Value, (ErrorCode, String)>;

/// A request about a text.
struct TextRequest<'w> {
    worker: &'w mut Worker,
    document: OpenDocument,
    params: &'w Value,
}

/// Answers a request.
pub(super) fn answer(worker: &mut Worker, asked: &QueuedRequest) -> RequestResult {
    let request = &asked.request;
    match request.method.as_str() {
        "workspace/symbol" => return names::workspace_symbols(worker, &request.params),
        "workspace/executeCommand" => return commands::execute(worker, &request.params),
        _ => {}
    }
    let known = route(&request.method);
    let Some(function) = known else {
        return Err((
            ErrorCode::MethodNotFound,
            format!("there is no request {}", request.method),
        ));
    };
    let document = asked
        .about
        .as_ref()
        .and_then(|(uri, _)| worker.shared.documents.get(uri));
    let Some(document) = document else {
        return Ok(Value::Null);
    };
    if document.kind() == DocumentKind::Site || document.is_toml() && worker.is_site(&document) {
        return sites::answer(
            &mut TextRequest {
                worker,
                document,
                params: &request.params,
            },
            &request.method,
        );
    }
    let is_source = document.kind() == DocumentKind::Source;
    // Of the requests, only that for actions has something to say about an export.
    let of_export =
        document.kind() == DocumentKind::Export && request.method == "textDocument/codeAction";
    if !(is_source || of_export) {
        return Ok(Value::Null);
    }
    function(&mut TextRequest {
        worker,
        document,
        params: &request.params,
    })
}

fn route(method: &str) -> Option<fn(&mut TextRequest<'_>) -> RequestResult> {
    Some(match method {
        "textDocument/completion" => words::completion,
        "textDocument/hover" => words::hover,
        "textDocument/signatureHelp" => words::signature_help,
        "textDocument/semanticTokens/full" | "textDocument/semanticTokens/range" => {
            words::semantic_tokens
        }
        "textDocument/inlayHint" => words::inlay_hints,
        "textDocument/definition" => names::definition,
        "textDocument/references" => names::references,
        "textDocument/documentHighlight" => names::document_highlight,
        "textDocument/prepareRename" => names::prepare_rename,
        "textDocument/rename" => names::rename,
        "textDocument/documentSymbol" => structure::document_symbols,
        "textDocument/foldingRange" => structure::folding_ranges,
        "textDocument/selectionRange" => structure::selection_ranges,
        "textDocument/documentLink" => structure::document_links,
        "textDocument/codeLens" => structure::code_lenses,
        "textDocument/formatting" | "textDocument/rangeFormatting" => edits::formatting,
        "textDocument/codeAction" => edits::code_actions,
        _ => return None,
    })
}

impl TextRequest<'_> {
    fn analysis(&mut self) -> Arc<Analysis> {
        self.worker.analysis(&self.document)
    }

    fn parameter<T: DeserializeOwned>(&self, pointer: &str) -> Result<T, (ErrorCode, String)> {
        let value = self.params.pointer(pointer).cloned().unwrap_or(Value::Null);
        serde_json::from_value(value)
            .map_err(|error| (ErrorCode::InvalidParams, format!("{pointer}: {error}")))
    }

    /// The byte of the request's position.
    fn offset(&self, lines: LineTable<'_>) -> Result<u32, (ErrorCode, String)> {
        Ok(lines.offset(self.parameter::<Position>("/position")?))
    }

    /// The bytes of the request's range; the whole text when it has none.
    fn range(&self, lines: LineTable<'_>) -> Result<crate::source::Span, (ErrorCode, String)> {
        match self.params.get("range") {
            None => Ok(crate::source::Span::new(
                FileId(0),
                0,
                lines.text.len() as u32,
            )),
            Some(_) => Ok(lines.span(self.parameter::<Range>("/range")?)),
        }
    }

    fn files(&self) -> Layered<'_> {
        Layered {
            documents: &self.worker.shared.documents,
            project: &*self.worker.shared.project,
            root: &self.document.root,
        }
    }

    /// The files of the project, and those that are open and were never saved.
    fn project_files(&self) -> Vec<String> {
        let root = &self.document.root;
        if root.is_empty() {
            return Vec::new();
        }
        let mut out = self.worker.shared.project.list(root);
        for open in self
            .worker
            .shared
            .documents
            .all()
            .into_iter()
            .filter(|one| one.root == *root)
        {
            if !out.contains(&open.inner) {
                out.push(open.inner);
            }
        }
        out
    }

    /// The site file of the text.
    fn site(&mut self) -> Option<Arc<super::sites::Located>> {
        self.worker.site(&self.document)
    }

    /// The address of a file of the project.
    fn uri(&self, inner: &str) -> Option<lsp_types::Uri> {
        super::uri::of_path(&format!(
            "{}/{inner}",
            self.document.root.trim_end_matches(['/', '\\'])
        ))
    }
}

/// The lines of an analysed text.
fn lines(analysis: &Analysis) -> LineTable<'_> {
    static EMPTY: std::sync::OnceLock<LineIndex> = std::sync::OnceLock::new();
    let index = analysis.file().map_or_else(
        || EMPTY.get_or_init(|| LineIndex::new("")),
        |file| file.lines(),
    );
    LineTable {
        text: analysis.text(),
        index,
    }
}

fn value(answer: impl Serialize) -> RequestResult {
    serde_json::to_value(answer).map_err(|error| (ErrorCode::InternalError, error.to_string()))
}
