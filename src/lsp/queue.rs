//! What is to be done: requests in order, and texts whose findings are to be told.

use std::{
    collections::{HashSet, VecDeque},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
};

use lsp_server::{Request, RequestId};

/// A request and the text it is about, at the version it was asked for.
#[derive(Debug)]
pub(super) struct QueuedRequest {
    pub request: Request,
    pub about: Option<(String, i32)>,
}

/// Something to do.
#[derive(Debug)]
pub(super) enum Job {
    Answer(QueuedRequest),
    Tell(String),
    Stop,
}

#[derive(Default)]
struct QueueState {
    requests: VecDeque<QueuedRequest>,
    dirty: VecDeque<String>,
    cancelled: HashSet<RequestId>,
    running: Option<RequestId>,
    stop: bool,
}

/// The jobs of the worker.
#[derive(Default)]
pub(super) struct Queue {
    inner: Mutex<QueueState>,
    bell: Condvar,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, QueueState> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn ask(&self, asked: QueuedRequest) {
        self.lock().requests.push_back(asked);
        self.bell.notify_one();
    }

    /// A text's findings are to be told; once, however often it changes before that.
    pub fn tell(&self, uri: &str) {
        let mut inner = self.lock();
        if !inner.dirty.iter().any(|one| one == uri) {
            inner.dirty.push_back(uri.to_owned());
        }
        drop(inner);
        self.bell.notify_one();
    }

    /// Takes away the waiting requests about a text that changes.
    pub fn outdated(&self, uri: &str) -> Vec<RequestId> {
        let mut inner = self.lock();
        let about = |one: &QueuedRequest| one.about.as_ref().is_some_and(|(known, _)| known == uri);
        let (gone, stay): (VecDeque<QueuedRequest>, VecDeque<QueuedRequest>) =
            inner.requests.drain(..).partition(about);
        inner.requests = stay;
        gone.into_iter().map(|one| one.request.id).collect()
    }

    /// Takes a waiting request away; one that is being answered is noted. True when it was waiting.
    pub fn cancel(&self, id: &RequestId) -> bool {
        let mut inner = self.lock();
        let before = inner.requests.len();
        inner.requests.retain(|one| one.request.id != *id);
        if inner.requests.len() < before {
            return true;
        }
        if inner.running.as_ref() == Some(id) {
            inner.cancelled.insert(id.clone());
        }
        false
    }

    /// The request that was being answered is done: whether nobody wants the answer any more.
    pub fn finished(&self, id: &RequestId) -> bool {
        let mut inner = self.lock();
        inner.running = None;
        inner.cancelled.remove(id)
    }

    pub fn stop(&self) {
        self.lock().stop = true;
        self.bell.notify_all();
    }

    /// The next job; waits for one.
    pub fn next(&self) -> Job {
        let mut inner = self.lock();
        loop {
            if let Some(asked) = inner.requests.pop_front() {
                inner.running = Some(asked.request.id.clone());
                return Job::Answer(asked);
            }
            if inner.stop {
                return Job::Stop;
            }
            if let Some(uri) = inner.dirty.pop_front() {
                return Job::Tell(uri);
            }
            inner = self
                .bell
                .wait(inner)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}
