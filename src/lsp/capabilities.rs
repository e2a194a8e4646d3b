//! What the server can do.

use lsp_types::{SemanticTokenModifier, SemanticTokenType};
use serde_json::{Value, json};

use crate::ide::HighlightKind;

/// Simulates a sequence up to a step: address and number of the step.
pub(super) const SIMULATE: &str = "tasq.server.simulateUpTo";
/// Turns an export into sources: address.
pub(super) const CONVERT: &str = "tasq.server.convertToTasq";
/// Runs a test; the client does it: address, name and line, and the arguments for the program
/// (nothing for a text that was never saved).
pub(super) const RUN_TEST: &str = "tasq.runTest";

/// The token types, in the order of their numbers.
const TYPES: [SemanticTokenType; 12] = [
    SemanticTokenType::COMMENT,
    SemanticTokenType::KEYWORD,
    SemanticTokenType::STRING,
    SemanticTokenType::NUMBER,
    SemanticTokenType::OPERATOR,
    SemanticTokenType::CLASS,
    SemanticTokenType::PROPERTY,
    SemanticTokenType::ENUM_MEMBER,
    SemanticTokenType::VARIABLE,
    SemanticTokenType::PARAMETER,
    SemanticTokenType::FUNCTION,
    SemanticTokenType::TYPE,
];

/// The number of a kind of word in the legend.
pub(super) fn token_type(kind: HighlightKind) -> u32 {
    let wanted = match kind {
        HighlightKind::Comment => SemanticTokenType::COMMENT,
        HighlightKind::Keyword => SemanticTokenType::KEYWORD,
        HighlightKind::String => SemanticTokenType::STRING,
        HighlightKind::Number => SemanticTokenType::NUMBER,
        HighlightKind::Operator => SemanticTokenType::OPERATOR,
        HighlightKind::StepType => SemanticTokenType::CLASS,
        HighlightKind::Property => SemanticTokenType::PROPERTY,
        HighlightKind::Member => SemanticTokenType::ENUM_MEMBER,
        HighlightKind::Variable => SemanticTokenType::VARIABLE,
        HighlightKind::Constant => SemanticTokenType::PARAMETER,
        HighlightKind::Function => SemanticTokenType::FUNCTION,
        HighlightKind::Type => SemanticTokenType::TYPE,
    };
    TYPES.iter().position(|known| *known == wanted).unwrap_or(0) as u32
}

/// The answer to `initialize`.
pub(super) fn answer() -> Value {
    let legend =
        json!({ "tokenTypes": TYPES, "tokenModifiers": [SemanticTokenModifier::DECLARATION] });
    json!({
        "serverInfo": { "name": "tasq", "version": env!("CARGO_PKG_VERSION") },
        "capabilities": {
            "positionEncoding": "utf-16",
            "textDocumentSync": { "openClose": true, "change": 2, "save": { "includeText": false } },
            "completionProvider": { "triggerCharacters": ["\"", "%", "{", "<", ":", " ", "/", "\\"] },
            "hoverProvider": true,
            "definitionProvider": true,
            "referencesProvider": true,
            "documentHighlightProvider": true,
            "renameProvider": { "prepareProvider": true },
            "documentSymbolProvider": true,
            "workspaceSymbolProvider": true,
            "foldingRangeProvider": true,
            "selectionRangeProvider": true,
            "semanticTokensProvider": { "legend": legend, "full": true, "range": true },
            "documentFormattingProvider": true,
            "documentRangeFormattingProvider": true,
            "inlayHintProvider": true,
            "codeActionProvider": { "codeActionKinds": ["quickfix", "source.fixAll", "refactor"] },
            "codeLensProvider": { "resolveProvider": false },
            "signatureHelpProvider": { "triggerCharacters": ["(", ","] },
            "documentLinkProvider": { "resolveProvider": false },
            "executeCommandProvider": { "commands": [SIMULATE, CONVERT] },
        },
    })
}
