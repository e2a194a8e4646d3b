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
            let request = Request {
                uri,
                source: &source,
                words: &words,
                case,
            };
            ask(&mut client, &request)
        };
        for line in answer.lines() {
            out.push_str(format!("  {line}").trim_end());
            out.push('\n');
        }
    }
    client.stop();
    out
}

/// What a line of a case asks, and where.
struct Request<'a> {
    uri: &'a str,
    source: &'a Marked,
    words: &'a [&'a str],
    case: &'a Case,
}

impl Request<'_> {
    /// The place of the mark that a word names.
    fn place(&self, index: usize) -> Value {
        let (words, title) = (self.words, self.case.title());
        let name = words
            .get(index)
            .unwrap_or_else(|| panic!("{title}: {words:?} needs a mark"));
        let (line, character) = self
            .source
            .marks
            .get(*name)
            .unwrap_or_else(|| panic!("{title}: no mark {name}"));
        json!({ "line": line, "character": character })
    }

    fn range(&self, from: usize, to: usize) -> Value {
        json!({ "start": self.place(from), "end": self.place(to) })
    }

    /// What the protocol calls it.
    fn method(&self) -> &'static str {
        let part = self.words.len() > 1;
        let known = METHODS.iter().find(|(word, _)| *word == self.words[0]);
        match (self.words[0], known) {
            ("tokens", _) if part => "textDocument/semanticTokens/range",
            ("format", _) if part => "textDocument/rangeFormatting",
            (_, Some((_, method))) => method,
            (other, None) => panic!("{}: nobody knows the request {other}", self.case.title()),
        }
    }

    /// What is sent beside the document.
    fn parameters(&self) -> Value {
        let words = self.words;
        let part = words.len() > 1;
        match words[0] {
            "complete" | "hover" | "definition" | "highlight" | "can-rename" | "signature" => {
                json!({ "position": self.place(1) })
            }
            "references" => json!({
                "position": self.place(1), "context": { "includeDeclaration": true },
            }),
            "rename" => json!({ "position": self.place(1), "newName": words[2..].join(" ") }),
            "select" => json!({ "positions": [self.place(1)] }),
            "tokens" if part => json!({ "range": self.range(1, 2) }),
            "format" if part => json!({ "range": self.range(1, 2), "options": usual_format() }),
            "format" => json!({ "options": usual_format() }),
            "hints" => json!({ "range": {
                "start": { "line": 0, "character": 0 }, "end": { "line": 9999, "character": 0 },
            } }),
            "actions" => json!({ "range": self.range(1, 1), "context": { "diagnostics": [] } }),
            _ => json!({}),
        }
    }

    /// All that is sent.
    fn whole(&self) -> Value {
        match self.words[0] {
            "workspace" => json!({ "query": self.words.get(1).unwrap_or(&"") }),
            "simulate" => {
                let number: u32 = self.words[1].parse().unwrap();
                command("simulateUpTo", json!([self.uri, number]))
            }
            "convert" => command("convertToTasq", json!([self.uri])),
            _ => {
                let mut whole = self.parameters();
                whole["textDocument"] = json!({ "uri": self.uri });
                whole
            }
        }
    }
}

/// A command of the server with its arguments.
fn command(name: &str, arguments: Value) -> Value {
    json!({ "command": format!("tasq.server.{name}"), "arguments": arguments })
}

fn usual_format() -> Value {
    json!({ "tabSize": 4, "insertSpaces": true })
}

/// The requests of the cases, and what the protocol calls them.
const METHODS: &[(&str, &str)] = &[
    ("complete", "textDocument/completion"),
    ("hover", "textDocument/hover"),
    ("definition", "textDocument/definition"),
    ("references", "textDocument/references"),
    ("highlight", "textDocument/documentHighlight"),
    ("can-rename", "textDocument/prepareRename"),
    ("rename", "textDocument/rename"),
    ("symbols", "textDocument/documentSymbol"),
    ("workspace", "workspace/symbol"),
    ("fold", "textDocument/foldingRange"),
    ("select", "textDocument/selectionRange"),
    ("tokens", "textDocument/semanticTokens/full"),
    ("format", "textDocument/formatting"),
    ("hints", "textDocument/inlayHint"),
    ("actions", "textDocument/codeAction"),
    ("lenses", "textDocument/codeLens"),
    ("signature", "textDocument/signatureHelp"),
    ("links", "textDocument/documentLink"),
    ("simulate", "workspace/executeCommand"),
    ("convert", "workspace/executeCommand"),
];

fn ask(client: &mut Client, request: &Request) -> String {
    match client.request(request.method(), request.whole()) {
        Ok(answer) => {
            let mut shown = render::answer(request.words, &answer, &request.source.text);
            for asked in client.asked.drain(..) {
                shown.push_str(&render::edit_of_server(&asked.params));
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
