//! Outline, folding, selections, links, lenses.

use lsp_types::{
    CodeLens, Command, DocumentLink, DocumentSymbol, FoldingRange, FoldingRangeKind, Position,
    SelectionRange, SymbolKind,
};
use serde_json::json;

use super::{RequestResult, TextRequest, lines, value};
use crate::{
    ide::{self, FoldKind, LensKind, Outline, OutlineKind},
    lsp::{capabilities, position::LineTable, uri},
};

pub(super) fn symbol_kind(kind: OutlineKind) -> SymbolKind {
    match kind {
        OutlineKind::Sequence => SymbolKind::MODULE,
        OutlineKind::Group => SymbolKind::NAMESPACE,
        OutlineKind::Step => SymbolKind::EVENT,
        OutlineKind::Constant => SymbolKind::CONSTANT,
        OutlineKind::Fragment => SymbolKind::FUNCTION,
        OutlineKind::Use => SymbolKind::OBJECT,
        OutlineKind::Block => SymbolKind::OPERATOR,
        OutlineKind::Test => SymbolKind::METHOD,
    }
}

pub(super) fn document_symbols(about: &mut TextRequest<'_>) -> RequestResult {
    let analysis = about.analysis();
    let lines = lines(&analysis);
    value(
        ide::outline(analysis.tree())
            .iter()
            .map(|entry| symbol(entry, lines))
            .collect::<Vec<_>>(),
    )
}

#[allow(
    deprecated,
    reason = "the protocol's type has a field that nobody should fill"
)]
fn symbol(entry: &Outline, lines: LineTable<'_>) -> DocumentSymbol {
    let children: Vec<DocumentSymbol> = entry
        .children
        .iter()
        .map(|child| symbol(child, lines))
        .collect();
    DocumentSymbol {
        name: entry.name.clone(),
        detail: Some(entry.detail.clone()).filter(|text| !text.is_empty()),
        kind: symbol_kind(entry.kind),
        tags: None,
        deprecated: None,
        range: lines.range(entry.span),
        selection_range: lines.range(entry.name_span),
        children: (!children.is_empty()).then_some(children),
    }
}

pub(super) fn folding_ranges(about: &mut TextRequest<'_>) -> RequestResult {
    let folds = ide::folding(&about.analysis());
    let range = |fold: ide::Fold| FoldingRange {
        start_line: fold.start,
        end_line: fold.end,
        kind: Some(match fold.kind {
            FoldKind::Region => FoldingRangeKind::Region,
            FoldKind::Comment => FoldingRangeKind::Comment,
            FoldKind::Imports => FoldingRangeKind::Imports,
        }),
        ..FoldingRange::default()
    };
    value(folds.into_iter().map(range).collect::<Vec<_>>())
}

pub(super) fn selection_ranges(about: &mut TextRequest<'_>) -> RequestResult {
    let analysis = about.analysis();
    let lines = lines(&analysis);
    let positions: Vec<Position> = about.parameter("/positions")?;
    let mut out = Vec::new();
    for position in positions {
        let mut range: Option<Box<SelectionRange>> = None;
        for span in ide::selection(&analysis, lines.offset(position))
            .into_iter()
            .rev()
        {
            range = Some(Box::new(SelectionRange {
                range: lines.range(span),
                parent: range,
            }));
        }
        let at = lsp_types::Range::new(position, position);
        out.push(range.unwrap_or_else(|| {
            Box::new(SelectionRange {
                range: at,
                parent: None,
            })
        }));
    }
    value(out)
}

pub(super) fn document_links(about: &mut TextRequest<'_>) -> RequestResult {
    let analysis = about.analysis();
    let lines = lines(&analysis);
    if about.document.root.is_empty() {
        return value(Vec::<DocumentLink>::new());
    }
    let link = |link: ide::Link| DocumentLink {
        range: lines.range(link.span),
        target: about.uri(&link.path),
        tooltip: Some(link.path),
        data: None,
    };
    value(
        ide::links(&analysis)
            .into_iter()
            .map(link)
            .collect::<Vec<_>>(),
    )
}

pub(super) fn code_lenses(about: &mut TextRequest<'_>) -> RequestResult {
    let analysis = about.analysis();
    let lines = lines(&analysis);
    let address = about.document.uri.clone();
    let tests = about.worker.shared.settings.test_lenses;
    let lens = |lens: ide::Lens| {
        let range = lines.range(lens.span);
        let (title, command, arguments) = match lens.kind {
            // Only a client that says so can run tests.
            LensKind::RunTest(_) if !tests => return None,
            LensKind::RunTest(name) => {
                let line = range.start.line + 1;
                let file =
                    uri::path(&address).map(|path| json!(["test", format!("{path}:{line}")]));
                (
                    "run",
                    capabilities::RUN_TEST,
                    vec![json!(address), json!(name), json!(line), json!(file)],
                )
            }
            LensKind::SimulateUpTo(_, number) => (
                "simulate up to here",
                capabilities::SIMULATE,
                vec![json!(address), json!(number)],
            ),
        };
        let command = Command {
            title: title.to_owned(),
            command: command.to_owned(),
            arguments: Some(arguments),
        };
        Some(CodeLens {
            range,
            command: Some(command),
            data: None,
        })
    };
    value(
        ide::lenses(&analysis)
            .into_iter()
            .filter_map(lens)
            .collect::<Vec<_>>(),
    )
}
