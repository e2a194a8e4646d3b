//! Completion, hover, signatures, colours, hints.

use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionList, CompletionTextEdit, Documentation, Hover,
    HoverContents, InlayHint, InlayHintKind, InlayHintLabel, InsertTextFormat, MarkupContent,
    MarkupKind, ParameterInformation, ParameterLabel, SemanticToken, SemanticTokens, SignatureHelp,
    SignatureInformation, TextEdit,
};
use serde_json::Value;

use super::{RequestResult, TextRequest, lines, value};
use crate::{
    ide::{self, CompletionKind},
    lsp::{capabilities, position::LineTable},
};

/// Most completions of one answer; the client asks again when more is typed.
const MAX_ITEMS: usize = 250;

fn markdown(text: String) -> MarkupContent {
    MarkupContent {
        kind: MarkupKind::Markdown,
        value: text,
    }
}

pub(super) fn completion(about: &mut TextRequest<'_>) -> RequestResult {
    let analysis = about.analysis();
    let lines = lines(&analysis);
    let offset = about.offset(lines)?;
    let blank = about
        .params
        .pointer("/context/triggerCharacter")
        .and_then(Value::as_str)
        == Some(" ");
    if blank && !asks_for_more(analysis.text(), offset) {
        return Ok(Value::Null);
    }
    let files = about.project_files();
    let site = about.site();
    let steps = match about.document.text.contains("test") {
        true => ide::tested_steps(&analysis, offset, &about.files()),
        false => Vec::new(),
    };
    let around = ide::Surroundings {
        files: &files,
        site: site.as_deref().map(|site| &site.file),
        steps: &steps,
    };
    let list = ide::complete_with(&analysis, offset, around);
    let snippets = about.worker.shared.settings.snippets;
    let is_incomplete = list.len() > MAX_ITEMS;
    let items = list.into_iter().take(MAX_ITEMS).enumerate();
    let items = items
        .map(|(index, one)| {
            let from = one.replace.start as usize..offset.max(one.replace.start) as usize;
            let typed = analysis.text().get(from).unwrap_or("");
            CompletionItem {
                sort_text: Some(format!("{index:04}")),
                filter_text: filter_text(one.kind, &one.label, typed),
                ..completion_item(one, lines, snippets)
            }
        })
        .collect();
    value(CompletionList {
        is_incomplete,
        items,
    })
}

/// An offer in the protocol's words.
fn completion_item(one: ide::Completion, lines: LineTable<'_>, snippets: bool) -> CompletionItem {
    let (new_text, format) = match one.snippet {
        Some(snippet) if snippets => (snippet, InsertTextFormat::SNIPPET),
        _ => (one.insert, InsertTextFormat::PLAIN_TEXT),
    };
    let range = lines.range(one.replace);
    let documentation = Some(one.documentation).filter(|text| !text.is_empty());
    CompletionItem {
        kind: Some(kind(one.kind)),
        detail: Some(one.detail).filter(|text| !text.is_empty()),
        documentation: documentation.map(|text| Documentation::MarkupContent(markdown(text))),
        insert_text_format: Some(format),
        text_edit: Some(CompletionTextEdit::Edit(TextEdit { range, new_text })),
        label: one.label,
        ..CompletionItem::default()
    }
}

/// What the client compares with what is typed, where that is not the label: one in quotes is found
/// by what stands in them, and a built-in variable also without the letters of its product,
/// `LastAction` for `_SMSTSLastActionRetCode`.
fn filter_text(kind: CompletionKind, label: &str, typed: &str) -> Option<String> {
    if kind == CompletionKind::Variable {
        let name = label.trim_start_matches('_');
        let product = name
            .bytes()
            .take_while(u8::is_ascii_uppercase)
            .count()
            .saturating_sub(1);
        let rest = name
            .get(product..)
            .filter(|rest| product > 0 && !rest.is_empty())?;
        return Some(format!("{label} {rest}"));
    }
    let starts = label.to_lowercase().starts_with(&typed.to_lowercase());
    (!starts && label.starts_with('"')).then(|| label.trim_matches('"').to_owned())
}

/// Whether something must follow what stands before a blank: then a list may open without being
/// asked for.
fn asks_for_more(text: &str, offset: u32) -> bool {
    let before = text
        .get(..offset as usize)
        .unwrap_or("")
        .trim_end_matches(' ');
    [":", "<", "=", "when", "exists"]
        .iter()
        .any(|end| before.ends_with(end))
}

fn kind(kind: CompletionKind) -> CompletionItemKind {
    match kind {
        CompletionKind::Keyword => CompletionItemKind::KEYWORD,
        // Not SNIPPET: a person who switches off an editor's own snippets still wants these.
        CompletionKind::Step | CompletionKind::StepType => CompletionItemKind::CLASS,
        CompletionKind::Snippet => CompletionItemKind::STRUCT,
        CompletionKind::Property => CompletionItemKind::PROPERTY,
        CompletionKind::Member => CompletionItemKind::ENUM_MEMBER,
        CompletionKind::Value => CompletionItemKind::VALUE,
        CompletionKind::Variable => CompletionItemKind::VARIABLE,
        CompletionKind::Constant => CompletionItemKind::CONSTANT,
        CompletionKind::Fragment | CompletionKind::Function => CompletionItemKind::FUNCTION,
        CompletionKind::Operator => CompletionItemKind::OPERATOR,
        CompletionKind::Unit => CompletionItemKind::UNIT,
        CompletionKind::File => CompletionItemKind::FILE,
        CompletionKind::Type => CompletionItemKind::TYPE_PARAMETER,
    }
}

pub(super) fn hover(about: &mut TextRequest<'_>) -> RequestResult {
    let analysis = about.analysis();
    let lines = lines(&analysis);
    let offset = about.offset(lines)?;
    let at_site = about
        .site()
        .and_then(|site| ide::site_hover(&analysis, offset, &site.file));
    let found = at_site.or_else(|| ide::hover(&analysis, offset));
    value(found.map(|found| Hover {
        contents: HoverContents::Markup(markdown(found.text)),
        range: Some(lines.range(found.span)),
    }))
}

pub(super) fn signature_help(about: &mut TextRequest<'_>) -> RequestResult {
    let analysis = about.analysis();
    let found = ide::signature(&analysis, about.offset(lines(&analysis))?);
    value(found.map(|found| {
        let active = found.active as u32;
        let parameters = found
            .parameters
            .into_iter()
            .map(|text| ParameterInformation {
                label: ParameterLabel::Simple(text),
                documentation: None,
            });
        SignatureHelp {
            signatures: vec![SignatureInformation {
                label: found.label,
                documentation: Some(Documentation::MarkupContent(markdown(found.documentation))),
                parameters: Some(parameters.collect()),
                active_parameter: Some(active),
            }],
            active_signature: Some(0),
            active_parameter: Some(active),
        }
    }))
}

pub(super) fn semantic_tokens(about: &mut TextRequest<'_>) -> RequestResult {
    let analysis = about.analysis();
    let lines = lines(&analysis);
    let range = about.range(lines)?;
    let mut data = Vec::new();
    let (mut line, mut column) = (0, 0);
    for word in ide::highlights(&analysis, range) {
        let start = lines.position(word.span.start);
        let length = analysis.slice(word.span).encode_utf16().count() as u32;
        let delta_line = start.line.saturating_sub(line);
        let delta_start = if delta_line == 0 {
            start.character.saturating_sub(column)
        } else {
            start.character
        };
        (line, column) = (start.line, start.character);
        data.push(SemanticToken {
            delta_line,
            delta_start,
            length,
            token_type: capabilities::token_type(word.kind),
            token_modifiers_bitset: u32::from(word.declares),
        });
    }
    value(SemanticTokens {
        result_id: None,
        data,
    })
}

pub(super) fn inlay_hints(about: &mut TextRequest<'_>) -> RequestResult {
    let analysis = about.analysis();
    let lines = lines(&analysis);
    let range = about.range(lines)?;
    let mut hints = ide::hints(&analysis, range);
    if let Some(site) = about.site() {
        hints.extend(ide::site_hints(&analysis, range, &site.file));
        hints.sort_by_key(|hint| hint.offset);
    }
    let hints: Vec<InlayHint> = hints
        .into_iter()
        .map(|hint| InlayHint {
            position: lines.position(hint.offset),
            label: InlayHintLabel::String(hint.text),
            kind: Some(InlayHintKind::TYPE),
            text_edits: None,
            tooltip: None,
            padding_left: Some(true),
            padding_right: None,
            data: None::<Value>,
        })
        .collect();
    value(hints)
}
