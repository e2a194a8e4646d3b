//! The thread that works: answers requests and tells findings, each text analysed once a version.

use std::{
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use lsp_server::{ErrorCode, Message, Notification, Response};
use lsp_types::InitializeParams;
use serde_json::Value;

use super::{
    Project, diagnostics,
    documents::{DocumentKind, Documents, Layered, OpenDocument},
    queue::{Job, Queue, QueuedRequest},
    requests,
    sites::Sites,
};
use crate::{
    compile::CompileMemory,
    ide::{Analysis, OpenSource},
};

/// What both threads know.
pub(super) struct WorkerState {
    pub documents: Documents,
    pub queue: Queue,
    pub project: Arc<dyn Project>,
    /// Sends to the client; one that has gone wants nothing more.
    pub send: Box<dyn Fn(Message) + Send + Sync>,
    /// How often files on the disk may have changed.
    pub disk: AtomicU64,
    /// How often an open TOML file was another one.
    pub toml: AtomicU64,
    pub settings: ClientSettings,
}

/// What the client asked for.
pub(super) struct ClientSettings {
    /// Whether the client runs tests when a lens is clicked.
    pub test_lenses: bool,
    /// Whether results of commands are shown by the client itself.
    pub client_shows: bool,
    /// Whether places to fill in completions are known.
    pub snippets: bool,
    /// Whether the client tells of files on the disk when it is asked to.
    pub watches: bool,
    machine: Mutex<Option<String>>,
    site: Mutex<Option<String>>,
}

impl ClientSettings {
    pub fn new(params: &InitializeParams) -> Self {
        let options = params.initialization_options.clone().unwrap_or(Value::Null);
        let flag = |name: &str| options.get(name).and_then(Value::as_bool).unwrap_or(false);
        let item = params
            .capabilities
            .text_document
            .as_ref()
            .and_then(|text| text.completion.as_ref());
        let snippets = item
            .and_then(|one| one.completion_item.as_ref())
            .and_then(|one| one.snippet_support)
            .unwrap_or(false);
        let watches = params
            .capabilities
            .workspace
            .as_ref()
            .and_then(|one| one.did_change_watched_files.as_ref());
        let settings = ClientSettings {
            watches: watches
                .and_then(|one| one.dynamic_registration)
                .unwrap_or(false),
            test_lenses: flag("testLenses"),
            client_shows: flag("clientShowsResults"),
            snippets,
            machine: Mutex::new(None),
            site: Mutex::new(None),
        };
        settings.change(&options);
        settings
    }

    /// Takes over what may change while the server runs.
    pub fn change(&self, settings: &Value) {
        for (name, place) in [("machine", &self.machine), ("site", &self.site)] {
            if let Some(path) = settings.get(name) {
                let path = path
                    .as_str()
                    .filter(|text| !text.trim().is_empty())
                    .map(str::to_owned);
                *place.lock().unwrap_or_else(PoisonError::into_inner) = path;
            }
        }
    }

    /// The site file, where it is not the nearest `site.toml`.
    pub fn site(&self) -> Option<String> {
        self.site
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The machine file that sequences are simulated on, relative to the project's folder.
    pub fn machine(&self) -> Option<String> {
        self.machine
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// The worker with what it has worked out.
pub(super) struct Worker {
    pub shared: Arc<WorkerState>,
    analyses: HashMap<String, CachedAnalysis>,
    /// What is remembered of each text's statements.
    memories: HashMap<String, CompileMemory>,
    /// The texts whose findings were told last.
    told: HashMap<String, Arc<str>>,
    pub sites: Sites,
}

/// An analysis, and how often the disk had changed then.
struct CachedAnalysis {
    disk: u64,
    analysis: Arc<Analysis>,
}

impl Worker {
    pub fn new(shared: Arc<WorkerState>) -> Self {
        Worker {
            shared,
            analyses: HashMap::new(),
            memories: HashMap::new(),
            told: HashMap::new(),
            sites: Sites::default(),
        }
    }

    pub fn run(&mut self) {
        loop {
            match self.shared.queue.next() {
                Job::Stop => return,
                Job::Tell(uri) => self.tell(&uri),
                Job::Answer(asked) => self.answer(asked),
            }
        }
    }

    /// The analysis of a text at its present version.
    pub fn analysis(&mut self, document: &OpenDocument) -> Arc<Analysis> {
        let disk = self.shared.disk.load(Ordering::Relaxed);
        if let Some(known) = self.analyses.get(&document.uri)
            && known.analysis.source.text == document.text
            && (known.disk == disk || known.analysis.reads.is_empty())
        {
            return Arc::clone(&known.analysis);
        }
        let analysis = Arc::new(self.analyse(document));
        self.analyses.insert(
            document.uri.clone(),
            CachedAnalysis {
                disk,
                analysis: Arc::clone(&analysis),
            },
        );
        analysis
    }

    fn analyse(&mut self, document: &OpenDocument) -> Analysis {
        let memory = self.memories.entry(document.uri.clone()).or_default();
        // What only this thread knows of can be used again.
        if let Some(last) = self.analyses.remove(&document.uri)
            && let Some(last) = Arc::into_inner(last.analysis)
        {
            memory.recycle(last.compiled);
        }
        let files = Layered {
            documents: &self.shared.documents,
            project: &*self.shared.project,
            root: &document.root,
        };
        let source = OpenSource {
            name: document.name().to_owned(),
            path: document.inner.clone(),
            text: Arc::clone(&document.text),
        };
        Analysis::again(source, &files, memory)
    }

    fn tell(&mut self, uri: &str) {
        let document = self.shared.documents.get(uri);
        self.forget_readers(uri, document.as_ref());
        let Some(document) = document else {
            self.analyses.remove(uri);
            self.memories.remove(uri);
            self.publish(uri, None, Vec::new());
            return;
        };
        let found = catch_unwind(AssertUnwindSafe(|| match document.kind() {
            DocumentKind::Source => {
                let analysis = self.analysis(&document);
                let findings = self.findings(&document, &analysis);
                diagnostics::of_source(&analysis, &findings, &document)
            }
            DocumentKind::Export => diagnostics::of_export(&document),
            DocumentKind::Site => diagnostics::of_site(&document),
            DocumentKind::Other if self.is_site(&document) => diagnostics::of_site(&document),
            DocumentKind::Other => Vec::new(),
        }));
        let Ok(found) = found else {
            self.log("a text could not be analysed; this is a fault of tasq itself, please report it with the text");
            return;
        };
        // A newer version is told by itself.
        let newest = self.shared.documents.get(uri).map(|one| one.version);
        let about = document.kind() != DocumentKind::Other
            || document.language == "xml"
            || document.is_toml();
        if newest == Some(document.version) && about {
            self.publish(uri, newest, found);
        }
    }

    /// Sources that read a text which has changed are to be looked at again.
    fn forget_readers(&mut self, uri: &str, document: Option<&OpenDocument>) {
        let before = match document {
            Some(document) => self.told.insert(uri.to_owned(), Arc::clone(&document.text)),
            None => self.told.remove(uri),
        };
        if before.as_ref() == document.map(|document| &document.text) {
            return;
        }
        let site = uri.to_ascii_lowercase().ends_with(".toml");
        for one in self
            .shared
            .documents
            .all()
            .iter()
            .filter(|one| one.uri != uri)
        {
            if site && one.kind() == DocumentKind::Source {
                self.shared.queue.tell(&one.uri);
            }
            let reads = |known: &CachedAnalysis| match document {
                Some(own) => own.root == one.root && known.analysis.reads.contains(&own.inner),
                None => !known.analysis.reads.is_empty(),
            };
            if self.analyses.get(&one.uri).is_some_and(reads) {
                self.analyses.remove(&one.uri);
                self.shared.queue.tell(&one.uri);
            }
        }
    }

    fn publish(&self, uri: &str, version: Option<i32>, diagnostics: Vec<lsp_types::Diagnostic>) {
        let params =
            serde_json::json!({ "uri": uri, "version": version, "diagnostics": diagnostics });
        self.send(
            Notification {
                method: "textDocument/publishDiagnostics".to_owned(),
                params,
            }
            .into(),
        );
    }

    pub fn log(&self, message: &str) {
        let params = serde_json::json!({ "type": 1, "message": format!("tasq: {message}") });
        self.send(
            Notification {
                method: "window/logMessage".to_owned(),
                params,
            }
            .into(),
        );
    }

    pub fn send(&self, message: Message) {
        (self.shared.send)(message);
    }

    fn answer(&mut self, asked: QueuedRequest) {
        let id = asked.request.id.clone();
        let answer = catch_unwind(AssertUnwindSafe(|| requests::answer(self, &asked)));
        let unwanted = self.shared.queue.finished(&id);
        let current = asked.about.as_ref().is_none_or(|(uri, version)| {
            self.shared
                .documents
                .get(uri)
                .is_some_and(|document| document.version == *version)
        });
        let response = match answer {
            _ if unwanted => Response::new_err(
                id,
                ErrorCode::RequestCanceled as i32,
                "cancelled".to_owned(),
            ),
            _ if !current => Response::new_err(
                id,
                ErrorCode::ContentModified as i32,
                "the text has changed since".to_owned(),
            ),
            Ok(Ok(value)) => Response {
                id,
                response_result: Ok(value),
            },
            Ok(Err((code, message))) => Response::new_err(id, code as i32, message),
            Err(_) => {
                self.log(&format!(
                    "{} failed; this is a fault of tasq itself",
                    asked.request.method
                ));
                Response::new_err(
                    id,
                    ErrorCode::InternalError as i32,
                    "a fault of tasq itself".to_owned(),
                )
            }
        };
        self.send(response.into());
    }
}
