//! The language server, in process: sources with marks, requests, and answers as snapshots.
//!
//! The cases are in `tests/lsp` (see `cases.rs` for their form). `§1` marks a place and is not part
//! of the source. The section `ask` has one request a line, such as `hover 1` or `rename 2 Ring`; a
//! section `file PATH` is another file of the project. Lines and columns in answers count from 1,
//! columns in UTF-16 units.

mod client;
mod process;
mod protocol;
mod quality;
mod render;
mod session;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::cases::{self, Case};
pub use client::{Client, Files};

const URI: &str = "file:///lab/lab.tasq";

/// A source without its marks, and the places of these: line and UTF-16 column, from 0.
pub struct Marked {
    pub text: String,
    pub marks: BTreeMap<String, (u32, u32)>,
}

pub fn marked(lines: &[String]) -> Marked {
    let mut text = String::new();
    let mut marks = BTreeMap::new();
    for (number, line) in lines.iter().enumerate() {
        let mut rest = line.as_str();
        let mut column = 0;
        while let Some(at) = rest.find('§') {
            let name: String = rest[at + '§'.len_utf8()..]
                .chars()
                .take_while(char::is_ascii_digit)
                .collect();
            column += rest[..at].encode_utf16().count() as u32;
            text.push_str(&rest[..at]);
            rest = &rest[at + '§'.len_utf8() + name.len()..];
            marks.insert(name, (number as u32, column));
        }
        text.push_str(rest);
        text.push('\n');
    }
    Marked { text, marks }
}

/// Everything asked in a case, with its answers.
fn answers(case: &Case) -> String {
    let source = marked(case.source());
    let files = Files::default();
    for section in &case.sections {
        if let Some(path) = section.head.strip_prefix("file ") {
            files
                .0
                .lock()
                .unwrap()
                .insert(path.to_owned(), section.lines.join("\n") + "\n");
        }
    }
    files
        .0
        .lock()
        .unwrap()
        .insert("lab.tasq".to_owned(), source.text.clone());
    let is_export = source.text.starts_with("<sequence");
    let uri = if is_export {
        "file:///lab/lab.xml"
    } else {
        URI
    };
    let mut client = Client::start(files);
    client.open(uri, if is_export { "xml" } else { "tasq" }, 1, &source.text);
    let findings = client.findings(uri, Some(1));
    let mut out = String::new();
    let asks = case
        .section("ask")
        .unwrap_or_else(|| panic!("{}: nothing is asked", case.title()));
    for line in asks.iter().filter(|line| !line.trim().is_empty()) {
        out.push_str(&format!("> {line}\n"));
        let words: Vec<&str> = line.split_whitespace().collect();
        let answer = if words[0] == "diagnostics" {
            render::diagnostics(&findings)
        } else {
            ask(&mut client, uri, &source, &words, case)
        };
        for line in answer.lines() {
            out.push_str(format!("  {line}").trim_end());
            out.push('\n');
        }
    }
    client.stop();
    out
}

fn ask(client: &mut Client, uri: &str, source: &Marked, words: &[&str], case: &Case) -> String {
    let place = |index: usize| {
        let name = words
            .get(index)
            .unwrap_or_else(|| panic!("{}: {words:?} needs a mark", case.title()));
        let (line, character) = source
            .marks
            .get(*name)
            .unwrap_or_else(|| panic!("{}: no mark {name}", case.title()));
        json!({ "line": line, "character": character })
    };
    let document = json!({ "uri": uri });
    let at = |index: usize| json!({ "textDocument": document, "position": place(index) });
    let range = |from: usize, to: usize| json!({ "start": place(from), "end": place(to) });
    let whole =
        json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 9999, "character": 0 } });
    let (method, params) = match words[0] {
        "complete" => ("textDocument/completion", at(1)),
        "hover" => ("textDocument/hover", at(1)),
        "definition" => ("textDocument/definition", at(1)),
        "references" => (
            "textDocument/references",
            json!({ "textDocument": document, "position": place(1), "context": { "includeDeclaration": true } }),
        ),
        "highlight" => ("textDocument/documentHighlight", at(1)),
        "can-rename" => ("textDocument/prepareRename", at(1)),
        "rename" => (
            "textDocument/rename",
            json!({ "textDocument": document, "position": place(1), "newName": words[2..].join(" ") }),
        ),
        "symbols" => (
            "textDocument/documentSymbol",
            json!({ "textDocument": document }),
        ),
        "workspace" => (
            "workspace/symbol",
            json!({ "query": words.get(1).unwrap_or(&"") }),
        ),
        "fold" => (
            "textDocument/foldingRange",
            json!({ "textDocument": document }),
        ),
        "select" => (
            "textDocument/selectionRange",
            json!({ "textDocument": document, "positions": [place(1)] }),
        ),
        "tokens" if words.len() > 1 => (
            "textDocument/semanticTokens/range",
            json!({ "textDocument": document, "range": range(1, 2) }),
        ),
        "tokens" => (
            "textDocument/semanticTokens/full",
            json!({ "textDocument": document }),
        ),
        "format" if words.len() > 1 => (
            "textDocument/rangeFormatting",
            json!({ "textDocument": document, "range": range(1, 2), "options": { "tabSize": 4, "insertSpaces": true } }),
        ),
        "format" => (
            "textDocument/formatting",
            json!({ "textDocument": document, "options": { "tabSize": 4, "insertSpaces": true } }),
        ),
        "hints" => (
            "textDocument/inlayHint",
            json!({ "textDocument": document, "range": whole }),
        ),
        "actions" => (
            "textDocument/codeAction",
            json!({ "textDocument": document, "range": range(1, 1), "context": { "diagnostics": [] } }),
        ),
        "lenses" => ("textDocument/codeLens", json!({ "textDocument": document })),
        "signature" => ("textDocument/signatureHelp", at(1)),
        "links" => (
            "textDocument/documentLink",
            json!({ "textDocument": document }),
        ),
        "simulate" => (
            "workspace/executeCommand",
            json!({ "command": "tasq.server.simulateUpTo", "arguments": [uri, words[1].parse::<u32>().unwrap()] }),
        ),
        "convert" => (
            "workspace/executeCommand",
            json!({ "command": "tasq.server.convertToTasq", "arguments": [uri] }),
        ),
        other => panic!("{}: nobody knows the request {other}", case.title()),
    };
    match client.request(method, params) {
        Ok(answer) => {
            let mut shown = render::answer(words, &answer, &source.text);
            for request in client.asked.drain(..) {
                shown.push_str(&render::edit_of_server(&request.params));
            }
            shown
        }
        Err((code, message)) => format!("error {code}: {message}\n"),
    }
}

#[test]
fn lsp_answers_are_those_of_the_snapshots() {
    let cases = cases::all("lsp");
    let mut files: BTreeMap<&str, String> = BTreeMap::new();
    for case in &cases {
        let text = files.entry(&case.file).or_default();
        text.push_str(&format!("=== {}\n{}\n", case.name, answers(case)));
    }
    for (file, text) in &files {
        insta::assert_snapshot!(format!("lsp-{file}"), text);
    }
    let names = files.keys().map(|file| (*file).to_owned());
    cases::snapshots_are("tests/it/snapshots", "it__lsp__lsp-", names);
}

/// Values are the protocol's; this keeps a test from passing because both sides misread them in the
/// same way.
#[test]
fn lsp_marks_count_utf16_units() {
    let source = marked(&["a 😀§1 b".to_owned(), "§2x".to_owned()]);
    assert_eq!(source.text, "a 😀 b\nx\n");
    assert_eq!(source.marks["1"], (0, 4));
    assert_eq!(source.marks["2"], (1, 0));
    assert_eq!(Value::from(source.marks["1"].1), json!(4));
}
