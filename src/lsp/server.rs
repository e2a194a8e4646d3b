//! The thread that takes messages: it keeps the open texts and hands out the work, and never waits
//! for it.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::{
    CancelParams, DidChangeTextDocumentParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, InitializeParams, NumberOrString,
};
use serde::de::DeserializeOwned;
use serde_json::json;

use super::{
    Project, SessionEnd, capabilities,
    documents::Documents,
    queue::{Queue, QueuedRequest},
    worker::{ClientSettings, Worker, WorkerState},
};

/// Stack for the work, as the command line has it: nesting is limited to what fits.
const STACK: usize = 64 * 1024 * 1024;

pub(super) fn run(
    connection: &Connection,
    project: Arc<dyn Project>,
) -> Result<SessionEnd, String> {
    let Some(params) = initialized(connection) else {
        return Ok(SessionEnd::Abrupt);
    };
    let sender = connection.sender.clone();
    let shared = Arc::new(WorkerState {
        documents: Documents::default(),
        queue: Queue::default(),
        project,
        send: Box::new(move |message| drop(sender.send(message))),
        disk: AtomicU64::new(0),
        toml: AtomicU64::new(0),
        settings: ClientSettings::new(&params),
    });
    let own = Arc::clone(&shared);
    let worker = std::thread::Builder::new()
        .name("tasq-lsp".to_owned())
        .stack_size(STACK)
        .spawn(move || Worker::new(own).run())
        .map_err(|error| format!("cannot start: {error}"))?;
    let ended = messages(connection, &shared);
    shared.queue.stop();
    let _ = worker.join();
    Ok(ended)
}

/// Waits for `initialize` and answers it; nothing when the client leaves before.
fn initialized(connection: &Connection) -> Option<InitializeParams> {
    for message in &connection.receiver {
        match message {
            Message::Request(request) if request.method == "initialize" => {
                let params = serde_json::from_value(request.params).unwrap_or_default();
                let answer = Response::new_ok(request.id, capabilities::answer());
                let _ = connection.sender.send(answer.into());
                return Some(params);
            }
            Message::Request(request) => {
                let what = "the first request must be `initialize`";
                let _ = connection.sender.send(refusal(
                    request.id,
                    ErrorCode::ServerNotInitialized,
                    what,
                ));
            }
            Message::Notification(notification) if notification.method == "exit" => return None,
            Message::Notification(_) | Message::Response(_) => {}
        }
    }
    None
}

fn refusal(id: RequestId, code: ErrorCode, message: &str) -> Message {
    Response::new_err(id, code as i32, message.to_owned()).into()
}

fn messages(connection: &Connection, shared: &WorkerState) -> SessionEnd {
    let mut ended = SessionEnd::Abrupt;
    for message in &connection.receiver {
        let over = ended == SessionEnd::Goodbye;
        match message {
            Message::Request(request) if over => (shared.send)(refusal(
                request.id,
                ErrorCode::InvalidRequest,
                "nothing is answered after `shutdown`",
            )),
            Message::Request(request) if request.method == "shutdown" => {
                ended = SessionEnd::Goodbye;
                let answer = Response::new_ok(request.id, serde_json::Value::Null);
                (shared.send)(answer.into());
            }
            Message::Request(request) if request.method == "initialize" => (shared.send)(refusal(
                request.id,
                ErrorCode::InvalidRequest,
                "`initialize` was answered already",
            )),
            Message::Request(request) => ask(shared, request),
            Message::Notification(notification) if notification.method == "exit" => break,
            Message::Notification(_) if over => {}
            Message::Notification(notification) => notice(shared, notification),
            // Answers to our own requests say only whether an edit was applied.
            Message::Response(_) => {}
        }
    }
    ended
}

fn ask(shared: &WorkerState, request: Request) {
    let uri = request
        .params
        .pointer("/textDocument/uri")
        .and_then(|uri| uri.as_str())
        .map(str::to_owned);
    let about = uri
        .and_then(|uri| shared.documents.get(&uri))
        .map(|document| (document.uri, document.version));
    shared.queue.ask(QueuedRequest { request, about });
}

fn read<P: DeserializeOwned>(notification: Notification) -> Option<P> {
    serde_json::from_value(notification.params).ok()
}

/// Answers requests that nobody will work on.
fn refuse(shared: &WorkerState, ids: Vec<RequestId>, code: ErrorCode, message: &str) {
    for id in ids {
        (shared.send)(refusal(id, code, message));
    }
}

/// Asks the client to tell when files change that sources may name: other sources, machine and site
/// files, scripts.
fn watch(shared: &WorkerState) {
    let watchers = [json!({ "globPattern": "**/*.{tasq,toml,ps1,psm1,txt,cmd,bat,vbs}" })];
    let params = json!({ "registrations": [{
        "id": "tasq-files",
        "method": "workspace/didChangeWatchedFiles",
        "registerOptions": { "watchers": watchers },
    }] });
    let id = RequestId::from("tasq-watch".to_owned());
    (shared.send)(
        Request {
            id,
            method: "client/registerCapability".to_owned(),
            params,
        }
        .into(),
    );
}

fn notice(shared: &WorkerState, notification: Notification) {
    let uri = notification
        .params
        .pointer("/textDocument/uri")
        .and_then(|uri| uri.as_str());
    if uri.is_some_and(|uri| uri.to_ascii_lowercase().ends_with(".toml")) {
        shared.toml.fetch_add(1, Ordering::Relaxed);
    }
    match notification.method.as_str() {
        "initialized" if shared.settings.watches => watch(shared),
        "textDocument/didOpen" => open(shared, notification),
        "textDocument/didChange" => change(shared, notification),
        "textDocument/didClose" => close(shared, notification),
        // What is on the disk may be another now.
        "textDocument/didSave" | "workspace/didChangeWatchedFiles" => look_again(shared),
        "workspace/didChangeConfiguration" => {
            if let Some(settings) = notification.params.pointer("/settings/tasq") {
                shared.settings.change(settings);
                look_again(shared);
            }
        }
        "$/cancelRequest" => cancel(shared, notification),
        _ => {}
    }
}

fn open(shared: &WorkerState, notification: Notification) {
    let Some(params) = read::<DidOpenTextDocumentParams>(notification) else {
        return;
    };
    let document = params.text_document;
    let uri = document.uri.as_str();
    shared.documents.open(
        uri,
        document.language_id,
        document.version,
        document.text,
        &*shared.project,
    );
    shared.queue.tell(uri);
}

fn change(shared: &WorkerState, notification: Notification) {
    let Some(params) = read::<DidChangeTextDocumentParams>(notification) else {
        return;
    };
    let uri = params.text_document.uri.as_str();
    refuse(
        shared,
        shared.queue.outdated(uri),
        ErrorCode::ContentModified,
        "the text has changed since",
    );
    shared
        .documents
        .change(uri, params.text_document.version, params.content_changes);
    shared.queue.tell(uri);
}

fn close(shared: &WorkerState, notification: Notification) {
    let Some(params) = read::<DidCloseTextDocumentParams>(notification) else {
        return;
    };
    let uri = params.text_document.uri.as_str();
    refuse(
        shared,
        shared.queue.outdated(uri),
        ErrorCode::ContentModified,
        "the text was closed",
    );
    shared.documents.close(uri);
    shared.queue.tell(uri);
}

/// Has everything that is open looked at again.
fn look_again(shared: &WorkerState) {
    shared.disk.fetch_add(1, Ordering::Relaxed);
    for document in shared.documents.all() {
        shared.queue.tell(&document.uri);
    }
}

fn cancel(shared: &WorkerState, notification: Notification) {
    let Some(params) = read::<CancelParams>(notification) else {
        return;
    };
    let id = match params.id {
        NumberOrString::Number(number) => RequestId::from(number),
        NumberOrString::String(text) => RequestId::from(text),
    };
    if shared.queue.cancel(&id) {
        refuse(shared, vec![id], ErrorCode::RequestCanceled, "cancelled");
    }
}
