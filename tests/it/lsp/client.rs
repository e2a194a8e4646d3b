//! A client in the same process: it sends what an editor sends and keeps what the server tells.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    thread::JoinHandle,
    time::Duration,
};

use lsp_server::{Connection, Message, Notification, Request, RequestId, Response};
use serde_json::{Value, json};
use tasq::internals::lsp::{Project, SessionEnd, serve};

/// Longer than any answer takes, on a loaded machine too.
const PATIENCE: Duration = Duration::from_secs(120);

/// Files of a project in memory, below `/lab`.
#[derive(Clone, Default)]
pub struct Files(pub Arc<Mutex<BTreeMap<String, String>>>);

impl Project for Files {
    fn locate(&self, path: &str) -> (String, String) {
        match path.strip_prefix("/lab/") {
            Some(inner) => ("/lab".to_owned(), inner.to_owned()),
            None => (
                path.rsplit_once('/')
                    .map_or("", |(folder, _)| folder)
                    .to_owned(),
                path.rsplit('/').next().unwrap_or("").to_owned(),
            ),
        }
    }

    fn read(&self, _root: &str, path: &str) -> Result<Vec<u8>, String> {
        self.0
            .lock()
            .unwrap()
            .get(path)
            .map(|text| text.clone().into_bytes())
            .ok_or_else(|| "there is no such file".to_owned())
    }

    fn list(&self, _root: &str) -> Vec<String> {
        self.0.lock().unwrap().keys().cloned().collect()
    }
}

/// An editor.
pub struct Client {
    connection: Connection,
    server: Option<JoinHandle<Result<SessionEnd, String>>>,
    next: i32,
    /// What the server said of its own accord and nobody asked for yet.
    pub told: Vec<Notification>,
    /// What the server asked for.
    pub asked: Vec<Request>,
}

impl Client {
    pub fn start(files: Files) -> Client {
        Client::with_options(files, json!({ "testLenses": true }))
    }

    pub fn with_options(files: Files, options: Value) -> Client {
        Client::of(Arc::new(files), options)
    }

    pub fn of(project: Arc<dyn Project>, options: Value) -> Client {
        let (server, connection) = Connection::memory();
        let server = std::thread::spawn(move || serve(&server, project));
        let mut client = Client {
            connection,
            server: Some(server),
            next: 0,
            told: Vec::new(),
            asked: Vec::new(),
        };
        let capabilities = json!({ "textDocument": { "completion": { "completionItem": { "snippetSupport": true } } } });
        client
            .request(
                "initialize",
                json!({ "capabilities": capabilities, "initializationOptions": options }),
            )
            .unwrap();
        client.notify("initialized", json!({}));
        client
    }

    pub fn notify(&self, method: &str, params: Value) {
        let message = Notification {
            method: method.to_owned(),
            params,
        };
        self.connection
            .sender
            .send(message.into())
            .expect("the server listens");
    }

    pub fn open(&self, uri: &str, language: &str, version: i32, text: &str) {
        let document =
            json!({ "uri": uri, "languageId": language, "version": version, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    pub fn change(&self, uri: &str, version: i32, changes: Value) {
        self.notify(
            "textDocument/didChange",
            json!({ "textDocument": { "uri": uri, "version": version }, "contentChanges": changes }),
        );
    }

    /// Sends a request and does not wait.
    pub fn ask(&mut self, method: &str, params: Value) -> RequestId {
        self.next += 1;
        let id = RequestId::from(self.next);
        let request = Request {
            id: id.clone(),
            method: method.to_owned(),
            params,
        };
        self.connection
            .sender
            .send(request.into())
            .expect("the server listens");
        id
    }

    /// Waits for an answer; `Err` holds the error's code and message.
    pub fn answer(&mut self, id: &RequestId) -> Result<Value, (i32, String)> {
        loop {
            match self
                .connection
                .receiver
                .recv_timeout(PATIENCE)
                .expect("an answer")
            {
                Message::Response(Response {
                    id: found,
                    response_result,
                }) => {
                    assert_eq!(found, *id, "answers come in the order of their requests");
                    return response_result.map_err(|error| (error.code, error.message));
                }
                Message::Notification(one) => self.told.push(one),
                Message::Request(one) => self.asked.push(one),
            }
        }
    }

    pub fn request(&mut self, method: &str, params: Value) -> Result<Value, (i32, String)> {
        let id = self.ask(method, params);
        self.answer(&id)
    }

    /// The next answers, whatever they belong to.
    pub fn responses(&mut self, count: usize) -> Vec<Response> {
        let mut out = Vec::new();
        while out.len() < count {
            match self
                .connection
                .receiver
                .recv_timeout(PATIENCE)
                .expect("an answer")
            {
                Message::Response(response) => out.push(response),
                Message::Notification(one) => self.told.push(one),
                Message::Request(one) => self.asked.push(one),
            }
        }
        out
    }

    /// Waits for the findings of a text at a version (any, for `None`).
    pub fn findings(&mut self, uri: &str, version: Option<i32>) -> Vec<Value> {
        let fits = |one: &Notification| {
            one.method == "textDocument/publishDiagnostics"
                && one.params["uri"] == uri
                && version.is_none_or(|version| one.params["version"] == version)
        };
        loop {
            if let Some(at) = self.told.iter().position(fits) {
                let found = self.told.remove(at);
                return found.params["diagnostics"]
                    .as_array()
                    .cloned()
                    .unwrap_or_default();
            }
            match self
                .connection
                .receiver
                .recv_timeout(PATIENCE)
                .expect("findings")
            {
                Message::Notification(one) => self.told.push(one),
                Message::Request(one) => self.asked.push(one),
                Message::Response(one) => panic!("an answer that nobody waits for: {one:?}"),
            }
        }
    }

    /// Says goodbye; the server must end well.
    pub fn stop(mut self) {
        self.request("shutdown", Value::Null).unwrap();
        self.notify("exit", Value::Null);
        let ended = self.server.take().unwrap().join();
        let ended = ended.expect("the server ends").expect("without complaint");
        assert_eq!(ended, SessionEnd::Goodbye);
    }
}
