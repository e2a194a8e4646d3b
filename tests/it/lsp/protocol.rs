//! What the protocol asks beside answers: order, cancelling, outdated requests, texts that name
//! each other.

use serde_json::{Value, json};

use super::{
    URI,
    client::{Client, Files},
};

const SEQUENCE: &str = "step \"One\" set_variable < A = \"1\" >\n";

fn edit(line: u32, from: u32, to: u32, text: &str) -> Value {
    json!([{ "range": { "start": { "line": line, "character": from }, "end": { "line": line, "character": to } }, "text": text }])
}

#[test]
fn lsp_changes_are_counted_in_utf16_units() {
    let mut client = Client::start(Files::default());
    client.open(
        URI,
        "tasq",
        1,
        "step \"😀é\" set_variable < A = \"𝄞\" >\r\nstep \"b\" x\r\n",
    );
    client.findings(URI, Some(1));
    // Behind the two emoji units; in the middle of the pair of the clef; behind the end of a line;
    // behind the last line.
    client.change(URI, 2, edit(0, 8, 9, "E"));
    client.change(URI, 3, edit(0, 31, 31, "x"));
    client.change(URI, 4, edit(1, 900, 900, "y"));
    client.change(URI, 5, edit(700, 0, 0, "z"));
    client.findings(URI, Some(5));
    let symbols = client
        .request(
            "textDocument/documentSymbol",
            json!({ "textDocument": { "uri": URI } }),
        )
        .unwrap();
    assert_eq!(symbols[0]["name"], "😀E");
    assert_eq!(symbols[1]["detail"], "xy");
    let hover =
        json!({ "textDocument": { "uri": URI }, "position": { "line": 0, "character": 13 } });
    let hover = client.request("textDocument/hover", hover).unwrap();
    assert_eq!(hover["range"]["start"]["character"], 11);
    client.stop();
}

#[test]
fn lsp_outdated_and_cancelled_requests_are_dropped() {
    let mut client = Client::start(Files::default());
    // Long enough that requests wait behind the first one.
    let text = SEQUENCE.repeat(20_000);
    client.open(URI, "tasq", 1, &text);
    let hover =
        json!({ "textDocument": { "uri": URI }, "position": { "line": 0, "character": 12 } });
    let first = client.ask("textDocument/hover", hover.clone());
    let cancelled = client.ask("textDocument/hover", hover.clone());
    client.notify("$/cancelRequest", json!({ "id": 3 }));
    let outdated = client.ask("textDocument/hover", hover);
    client.change(URI, 2, edit(0, 6, 9, "Two"));
    let answers = client.responses(3);
    let of = |id| {
        answers
            .iter()
            .find(|answer| answer.id == id)
            .expect("an answer")
            .response_result
            .as_ref()
    };
    assert_eq!(of(cancelled).unwrap_err().code, -32800);
    assert_eq!(of(outdated).unwrap_err().code, -32801);
    // The first one was being answered when the text changed, or had not begun yet.
    assert!(of(first.clone()).is_ok() || of(first).unwrap_err().code == -32801);
    client.findings(URI, Some(2));
    client.stop();
}

/// A project as Windows names it: the addresses that the server makes are those that an editor
/// opens.
struct OnWindows(&'static str);

impl tasq::internals::lsp::Project for OnWindows {
    fn locate(&self, path: &str) -> (String, String) {
        (
            self.0.to_owned(),
            path.rsplit('/').next().unwrap_or("").to_owned(),
        )
    }

    fn read(&self, _root: &str, path: &str) -> Result<Vec<u8>, String> {
        let known = path == "my lab.test.tasq";
        known
            .then(|| b"\xEF\xBB\xBFtest \"t\" < Ring = \"x\" > { expect success }\r\n".to_vec())
            .ok_or("no such file".to_owned())
    }

    fn list(&self, _root: &str) -> Vec<String> {
        vec!["my lab.tasq".to_owned(), "my lab.test.tasq".to_owned()]
    }
}

#[test]
fn lsp_addresses_of_windows_are_made_as_they_are_read() {
    for (root, own, other) in [
        (
            r"\\?\C:\lab",
            "file:///c%3A/lab/my%20lab.tasq",
            "file:///C%3A/lab/my%20lab.test.tasq",
        ),
        (
            r"\\?\UNC\srv\share",
            "file://srv/share/my%20lab.tasq",
            "file://srv/share/my%20lab.test.tasq",
        ),
    ] {
        let mut client = Client::of(std::sync::Arc::new(OnWindows(root)), json!({}));
        client.open(
            own,
            "tasq",
            1,
            "\u{FEFF}step \"a\" set_variable < Ring = \"pilot\" >\r\n",
        );
        let at = json!({ "textDocument": { "uri": own }, "position": { "line": 0, "character": 26 }, "newName": "Wave" });
        let edit = client.request("textDocument/rename", at).unwrap();
        let changes = edit["changes"].as_object().unwrap();
        assert_eq!(
            changes.keys().collect::<Vec<_>>(),
            if root.contains("UNC") {
                [own, other]
            } else {
                [other, own]
            }
        );
        assert_eq!(
            changes[other][0]["range"]["start"],
            json!({ "line": 0, "character": 11 })
        );
        client.stop();
    }
}

#[test]
fn lsp_site_files_are_looked_at_as_they_are_typed() {
    let files = Files::default();
    files.0.lock().unwrap().insert(
        "site.toml".to_owned(),
        "[[packages]]\nid = \"PS100123\"\nname = \"Tools\"\n".to_owned(),
    );
    let mut client = Client::start(files.clone());
    client.open(
        URI,
        "tasq",
        1,
        "step \"a\" run_command_line < \"x\", package: \"PS100124\" >\n",
    );
    let found = client.findings(URI, Some(1));
    assert_eq!(
        (found.len(), &found[0]["code"], &found[0]["severity"]),
        (1, &json!("TQ1006"), &json!(2))
    );
    // In an open site file that is not saved.
    let site = "file:///lab/site.toml";
    client.open(site, "toml", 1, "[[packages]]\nid = \"PS100124\"\n");
    assert!(client.findings(site, Some(1)).is_empty());
    assert!(client.findings(URI, Some(1)).is_empty());
    client.change(site, 2, json!([{ "text": "[[packages]]\nid = 7\n" }]));
    assert_eq!(client.findings(site, Some(2))[0]["code"], "TQ1003");
    let at = json!({ "textDocument": { "uri": URI }, "position": { "line": 0, "character": 46 }, "context": { "includeDeclaration": true } });
    client.change(
        site,
        3,
        json!([{ "text": "[[packages]]\nid = \"PS100124\"\n" }]),
    );
    client.findings(site, Some(3));
    let places = client.request("textDocument/references", at).unwrap();
    assert_eq!(places.as_array().unwrap().len(), 2, "{places}");
    // Closed, it is the one of the disk again, which is another one meanwhile.
    client.notify(
        "textDocument/didClose",
        json!({ "textDocument": { "uri": site } }),
    );
    client.told.clear();
    files.0.lock().unwrap().insert(
        "site.toml".to_owned(),
        "[[packages]]\nid = \"PS100999\"\n".to_owned(),
    );
    client.notify(
        "workspace/didChangeWatchedFiles",
        json!({ "changes": [{ "uri": site, "type": 2 }] }),
    );
    client.change(URI, 2, edit(0, 0, 0, " "));
    assert_eq!(client.findings(URI, Some(2))[0]["code"], "TQ1006");
    client.stop();
}

#[test]
fn lsp_every_keystroke_is_told_at_last() {
    let mut client = Client::start(Files::default());
    client.open(URI, "tasq", 1, &SEQUENCE.repeat(2000));
    for version in 2..60 {
        client.change(URI, version, edit(0, 6, 6, "a"));
    }
    client.findings(URI, Some(59));
    // Versions that were overtaken are not told one by one.
    let told = client
        .told
        .iter()
        .filter(|one| one.method == "textDocument/publishDiagnostics")
        .count();
    assert!(told < 58, "{told} of 59 versions were told");
    client.stop();
}

#[test]
fn lsp_scripts_in_other_open_texts_count() {
    let mut client = Client::start(Files::default());
    let source = "step \"Run\" run_powershell_script < file(\"scripts/a.ps1\") >\n";
    client.open(URI, "tasq", 1, source);
    let missing = client.findings(URI, Some(1));
    assert_eq!(missing[0]["code"], "TQ0005");
    // Not on any disk: only open.
    client.open("file:///lab/scripts/a.ps1", "powershell", 1, "Get-Date\n");
    assert!(
        client.findings(URI, Some(1)).is_empty(),
        "the open script is there"
    );
    client.notify(
        "textDocument/didClose",
        json!({ "textDocument": { "uri": "file:///lab/scripts/a.ps1" } }),
    );
    assert_eq!(client.findings(URI, Some(1))[0]["code"], "TQ0005");
    client.stop();
}

#[test]
fn lsp_saved_files_count() {
    let files = Files::default();
    let mut client = Client::start(files.clone());
    client.open(
        URI,
        "tasq",
        1,
        "step \"Run\" run_powershell_script < file(\"a.ps1\") >\n",
    );
    assert_eq!(client.findings(URI, Some(1)).len(), 1);
    files
        .0
        .lock()
        .unwrap()
        .insert("a.ps1".to_owned(), "Get-Date".to_owned());
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": [] }));
    assert!(client.findings(URI, Some(1)).is_empty());
    client.stop();
}

#[test]
fn lsp_unknown_requests_and_texts_are_no_fault() {
    let mut client = Client::start(Files::default());
    let unknown = client.request(
        "textDocument/moniker",
        json!({ "textDocument": { "uri": URI } }),
    );
    assert_eq!(unknown.unwrap_err().0, -32601);
    assert_eq!(
        client.request(
            "textDocument/documentSymbol",
            json!({ "textDocument": { "uri": URI } })
        ),
        Ok(Value::Null)
    );
    let bad = json!({ "textDocument": { "uri": URI }, "position": "here" });
    client.open(URI, "tasq", 1, SEQUENCE);
    assert_eq!(
        client.request("textDocument/hover", bad).unwrap_err().0,
        -32602
    );
    // A text that was never saved, a plain XML file and a binary one.
    for (uri, language, text) in [
        ("untitled:Untitled-1", "tasq", SEQUENCE),
        ("file:///lab/a.xml", "xml", "<a/>"),
        ("file:///lab/b.xml", "xml", "PK\u{3}\u{4}"),
    ] {
        client.open(uri, language, 1, text);
        client.findings(uri, Some(1));
        client.request("textDocument/codeAction", json!({ "textDocument": { "uri": uri }, "range": { "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } }, "context": { "diagnostics": [] } })).unwrap();
    }
    client.notify(
        "textDocument/didClose",
        json!({ "textDocument": { "uri": "file:///lab/a.xml" } }),
    );
    assert!(client.findings("file:///lab/a.xml", None).is_empty());
    client.stop();
}

#[test]
fn lsp_simulates_on_the_machine_of_the_settings() {
    let files = Files::default();
    let machine = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/examples/machines/hyper-v.toml"
    ))
    .unwrap();
    files
        .0
        .lock()
        .unwrap()
        .insert("machines/m.toml".to_owned(), machine);
    let mut client = Client::with_options(
        files,
        json!({ "machine": "machines/m.toml", "clientShowsResults": true }),
    );
    client.open(URI, "tasq", 1, &SEQUENCE.repeat(3));
    client.findings(URI, Some(1));
    let simulate =
        |number: u32| json!({ "command": "tasq.server.simulateUpTo", "arguments": [URI, number] });
    let text = client
        .request("workspace/executeCommand", simulate(1))
        .unwrap();
    let text = text["text"].as_str().unwrap();
    assert!(text.contains("machines/m.toml"), "{text}");
    assert_eq!(
        text.matches("One").count(),
        2,
        "two of three steps:\n{text}"
    );
    client.notify(
        "workspace/didChangeConfiguration",
        json!({ "settings": { "tasq": { "machine": "machines/none.toml" } } }),
    );
    let error = client
        .request("workspace/executeCommand", simulate(1))
        .unwrap_err();
    assert!(error.1.contains("machines/none.toml"), "{error:?}");
    assert!(
        client
            .request("workspace/executeCommand", simulate(7))
            .is_err()
    );
    client.stop();
}
