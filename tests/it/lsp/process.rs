//! The real program as a server, and what its lenses start: the command that a test's lens hands
//! out is carried out with the real `tasq test`.

use std::{
    fs,
    io::BufReader,
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
