//! The real program as a server, and what its lenses start: the command that a test's lens hands
//! out is carried out with the real `tasq test`.

use std::{
    fs,
    io::{BufReader, Write as _},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use lsp_server::{Message, Notification, Request, RequestId};
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_tasq");

const SOURCE: &str = "step \"One\" set_variable < Ring = \"pilot\" >
step \"Two\" set_variable < Wave = \"2\" >
step \"Three\" set_variable < Wave = \"3\" >

test \"the ring is noted\" {
    expect Ring == \"pilot\"
}

test \"the wave is wrong\" {
    expect Wave == \"7\"
}
";

/// A server in a process of its own.
struct Server {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    next: i32,
}

impl Server {
    fn start(folder: &Path) -> Server {
        let mut child = Command::new(PROGRAM)
            .arg("lsp")
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let (input, output) = (
            child.stdin.take().unwrap(),
            BufReader::new(child.stdout.take().unwrap()),
        );
        let mut server = Server {
            child,
            input,
            output,
            next: 0,
        };
        server.request(
            "initialize",
            json!({ "capabilities": {}, "initializationOptions": { "testLenses": true } }),
        );
        server.notify("initialized", json!({}));
        server
    }

    fn notify(&mut self, method: &str, params: Value) {
        let message = Message::Notification(Notification {
            method: method.to_owned(),
            params,
        });
        message.write(&mut self.input).expect("the server reads");
    }

    fn request(&mut self, method: &str, params: Value) -> Value {
        self.next += 1;
        let id = RequestId::from(self.next);
        let message = Message::Request(Request {
            id: id.clone(),
            method: method.to_owned(),
            params,
        });
        message.write(&mut self.input).expect("the server reads");
        loop {
            if let Some(Message::Response(response)) =
                Message::read(&mut self.output).expect("the server writes")
                && response.id == id
            {
                return response.response_result.expect("an answer");
            }
        }
    }

    fn stop(mut self) {
        self.request("shutdown", Value::Null);
        self.notify("exit", Value::Null);
        assert!(self.child.wait().expect("the server ends").success());
    }
}

/// How a server ended that got these bytes: what it answered, its exit code, and what it said
/// beside.
fn fed(bytes: &[u8]) -> (Vec<Value>, Option<i32>, String) {
    let mut child = Command::new(PROGRAM)
        .arg("lsp")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the server starts");
    let mut input = child.stdin.take().unwrap();
    let bytes = bytes.to_vec();
    // It may end before it has read all.
    let writer = std::thread::spawn(move || drop(input.write_all(&bytes)));
    let output = child.wait_with_output().expect("the server ends");
    writer.join().unwrap();
    let mut answers = Vec::new();
    let mut rest = &output.stdout[..];
    while let Some(at) = rest.windows(4).position(|four| four == b"\r\n\r\n") {
        let header = String::from_utf8_lossy(&rest[..at]).into_owned();
        let length: usize = header["Content-Length: ".len()..]
            .parse()
            .expect("a length");
        let body = &rest[at + 4..at + 4 + length];
        answers.push(serde_json::from_slice(body).expect("JSON"));
        rest = &rest[at + 4 + length..];
    }
    assert!(rest.is_empty(), "{}", String::from_utf8_lossy(rest));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (answers, output.status.code(), said)
}

fn framed(body: &str) -> Vec<u8> {
    format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn all_framed(bodies: &[&str]) -> Vec<u8> {
    bodies.iter().flat_map(|body| framed(body)).collect()
}

/// Number of the request and code of the error in an answer.
fn errors(answers: &[Value]) -> Vec<(Value, i64)> {
    let errors = answers.iter().filter_map(|answer| {
        let code = answer["error"]["code"].as_i64()?;
        Some((answer["id"].clone(), code))
    });
    errors.collect()
}

const INITIALIZE: &str =
    r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}"#;
const INITIALIZED: &str = r#"{"jsonrpc":"2.0","method":"initialized","params":{}}"#;
const SHUTDOWN: &str = r#"{"jsonrpc":"2.0","id":2,"method":"shutdown"}"#;
const EXIT: &str = r#"{"jsonrpc":"2.0","method":"exit"}"#;

#[test]
fn lsp_what_is_no_message_is_answered_and_the_next_one_is_read() {
    let bodies = [
        INITIALIZE,
        INITIALIZED,
        "{ no json",
        "[]",
        r#"{"jsonrpc":"2.0","id":7.5,"method":"x"}"#,
        r#"{"jsonrpc":"2.0","id":8}"#,
        r#"{"jsonrpc":"2.0","id":9,"method":"initialize","params":{}}"#,
        SHUTDOWN,
        EXIT,
    ];
    let (answers, code, said) = fed(&all_framed(&bodies));
    assert_eq!(code, Some(0), "{said}");
    let mut found = errors(&answers);
    found.sort_by_key(|(id, code)| (id.to_string(), *code));
    let wanted = [
        (json!(7.5), -32600),
        (json!(8), -32600),
        (json!(9), -32600),
        (Value::Null, -32700),
        (Value::Null, -32600),
    ];
    let mut wanted = wanted.to_vec();
    wanted.sort_by_key(|(id, code)| (id.to_string(), *code));
    assert_eq!(found, wanted, "{answers:?}");
    let mut not_text = framed("\u{fffd}\u{fffd}");
    let at = not_text.len() - 1;
    not_text[at] = 0xFF;
    let bytes = [not_text, all_framed(&[INITIALIZE, SHUTDOWN, EXIT])].concat();
    let (answers, code, _) = fed(&bytes);
    assert_eq!(
        (errors(&answers), code),
        (vec![(Value::Null, -32700)], Some(0))
    );
}

#[test]
fn lsp_a_header_that_cannot_be_right_ends_the_server_with_a_word() {
    let after = |header: &str| [all_framed(&[INITIALIZE]), header.as_bytes().to_vec()].concat();
    for header in [
        "Content-Length: 18446744073709551615\r\n\r\n{}",
        "Content-Length: 99999999999999999999999\r\n\r\n{}",
        "Content-Length: 9000000000000\r\n\r\n{}",
        "Content-Length: -5\r\n\r\n{}",
        "Content-Length: many\r\n\r\n{}",
        "Content-Length: 1000000\r\n\r\n{\"hunter22\":",
        "Content-Type: x\r\n\r\n{}",
        "hunter22\r\n\r\n{}",
        "Content-Length: 2",
        &"x".repeat(100_000),
        &"a: b\r\n".repeat(100_000),
    ] {
        let (answers, code, said) = fed(&after(header));
        let shown: String = header.chars().take(60).collect();
        assert_eq!(code, Some(2), "{shown}: {said}");
        assert_eq!(errors(&answers), [(Value::Null, -32700)], "{shown}");
        assert!(
            said.starts_with("tasq: ") && said.lines().count() == 1,
            "{said}"
        );
        assert!(!said.contains("hunter22"), "{said}");
    }
}

#[test]
fn lsp_the_way_a_client_leaves_is_the_exit_code() {
    let open = r#"{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"file:///x.tasq","languageId":"tasq","version":1,"text":"hunter22"}}}"#;
    let late = r#"{"jsonrpc":"2.0","id":3,"method":"textDocument/hover","params":{}}"#;
    for (bodies, wanted, refused) in [
        (&[INITIALIZE, INITIALIZED, SHUTDOWN, EXIT][..], 0, vec![]),
        (&[INITIALIZE, SHUTDOWN][..], 0, vec![]),
        (
            &[INITIALIZE, SHUTDOWN, late, open, EXIT],
            0,
            vec![(json!(3), -32600)],
        ),
        (&[INITIALIZE, INITIALIZED, EXIT], 1, vec![]),
        (&[INITIALIZE, open], 1, vec![]),
        (&[late, EXIT], 1, vec![(json!(3), -32002)]),
        // What should be `initialized` is a text, and is not told to anybody.
        (&[INITIALIZE, open, SHUTDOWN, EXIT], 0, vec![]),
        (&[open, EXIT], 1, vec![]),
        (&[], 1, vec![]),
    ] {
        let (answers, code, said) = fed(&all_framed(bodies));
        assert_eq!(code, Some(wanted), "{bodies:?}: {said}");
        assert_eq!(errors(&answers), refused, "{bodies:?}");
        assert_eq!(said, "", "{bodies:?}");
    }
}

/// The address of a file; the names here need no more than this.
fn address(path: &Path) -> String {
    let path = path
        .to_string_lossy()
        .replace('\\', "/")
        .replace('%', "%25")
        .replace(' ', "%20")
        .replace('ü', "%C3%BC");
    if path.starts_with('/') {
        format!("file://{path}")
    } else {
        format!("file:///{path}")
    }
}

/// Starts what a lens says, which is a test that passes or fails.
fn runs_one_test(command: &Value, good: bool) {
    let given: Vec<String> = serde_json::from_value(command["arguments"][3].clone()).unwrap();
    // From anywhere: the file is named whole.
    let output = Command::new(PROGRAM)
        .args(&given)
        .current_dir(std::env::temp_dir())
        .output()
        .expect("tasq runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(
        output.status.code(),
        Some(i32::from(!good)),
        "{given:?}\n{text}"
    );
    assert!(
        text.contains(command["arguments"][1].as_str().unwrap()),
        "{text}"
    );
    let other = if good {
        "the wave is wrong"
    } else {
        "the ring is noted"
    };
    assert!(!text.contains(other), "one test runs:\n{text}");
}

#[test]
fn lsp_lenses_start_what_the_program_understands() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path().join("für das Lab");
    fs::create_dir(&folder).unwrap();
    let folder = folder.canonicalize().unwrap();
    let path = folder.join("lab.tasq");
    fs::write(&path, SOURCE).unwrap();
    let uri = address(&path);
    let mut server = Server::start(&folder);
    let document = json!({ "uri": uri, "languageId": "tasq", "version": 1, "text": SOURCE });
    server.notify("textDocument/didOpen", json!({ "textDocument": document }));
    let lenses = server.request(
        "textDocument/codeLens",
        json!({ "textDocument": { "uri": uri } }),
    );
    let lenses: Vec<&Value> = lenses
        .as_array()
        .unwrap()
        .iter()
        .map(|lens| &lens["command"])
        .collect();

    let runs: Vec<&&Value> = lenses
        .iter()
        .filter(|command| command["command"] == "tasq.runTest")
        .collect();
    assert_eq!(runs.len(), 2);
    for (command, good) in runs.iter().zip([true, false]) {
        runs_one_test(command, good);
    }

    let second = lenses
        .iter()
        .filter(|command| command["command"] == "tasq.server.simulateUpTo")
        .nth(1)
        .unwrap();
    let params = json!({ "command": second["command"], "arguments": second["arguments"] });
    let report = server.request("workspace/executeCommand", params);
    let report = report["text"].as_str().unwrap();
    assert!(
        report.contains("One") && report.contains("Two") && !report.contains("Three"),
        "{report}"
    );
    server.stop();
}
