//! The open texts, and the files behind them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use lsp_types::TextDocumentContentChangeEvent;

use super::{Project, position::LineTable, uri};
use crate::{
    read,
    source::{Files, LineIndex},
};

/// The name of a site file that need not be set.
pub(super) const SITE_FILE: &str = "site.toml";

/// What an open text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DocumentKind {
    /// A source.
    Source,
    /// An exported sequence.
    Export,
    /// A site file.
    Site,
    /// A script or machine file that a source may name.
    Other,
}

/// An open text at one version.
#[derive(Clone, Debug)]
pub(super) struct OpenDocument {
    pub uri: String,
    pub version: i32,
    pub text: Arc<str>,
    pub language: String,
    /// The project's folder.
    pub root: String,
    /// The place in it.
    pub inner: String,
}

impl OpenDocument {
    pub fn kind(&self) -> DocumentKind {
        let ends = |ending: &str| self.inner.to_ascii_lowercase().ends_with(ending);
        if self.language == "tasq" || ends(".tasq") {
            DocumentKind::Source
        } else if (ends(".xml") || self.language == "xml") && read::is_export(self.text.as_bytes())
        {
            DocumentKind::Export
        } else if self.name().eq_ignore_ascii_case(SITE_FILE) {
            DocumentKind::Site
        } else {
            DocumentKind::Other
        }
    }

    /// Whether it is a file of settings, as machine and site files are.
    pub fn is_toml(&self) -> bool {
        self.inner.to_ascii_lowercase().ends_with(".toml")
    }

    /// The name shown in findings.
    pub fn name(&self) -> &str {
        self.inner.rsplit('/').next().unwrap_or(&self.inner)
    }
}

/// A text without a byte-order mark.
fn unmarked(text: String) -> String {
    text.strip_prefix('\u{FEFF}')
        .map(str::to_owned)
        .unwrap_or(text)
}

/// All open texts, by address.
#[derive(Default)]
pub(super) struct Documents {
    open: Mutex<HashMap<String, OpenDocument>>,
}

impl Documents {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, OpenDocument>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn open(
        &self,
        uri: &str,
        language: String,
        version: i32,
        text: String,
        project: &dyn Project,
    ) {
        let (root, inner) = match uri::path(uri) {
            Some(path) => project.locate(&path),
            // A text that was never saved stands alone.
            None => (String::new(), "untitled.tasq".to_owned()),
        };
        let text = unmarked(text);
        let document = OpenDocument {
            uri: uri.to_owned(),
            version,
            text: text.into(),
            language,
            root,
            inner,
        };
        self.lock().insert(uri.to_owned(), document);
    }

    pub fn change(&self, uri: &str, version: i32, changes: Vec<TextDocumentContentChangeEvent>) {
        let mut open = self.lock();
        let Some(document) = open.get_mut(uri) else {
            return;
        };
        let mut text = document.text.to_string();
        for change in changes {
            match change.range {
                None => text = unmarked(change.text),
                Some(range) => {
                    let index = LineIndex::new(&text);
                    let lines = LineTable {
                        text: &text,
                        index: &index,
                    };
                    let (start, end) = (lines.offset(range.start), lines.offset(range.end));
                    text.replace_range(start as usize..end.max(start) as usize, &change.text);
                }
            }
        }
        document.text = text.into();
        document.version = version;
    }

    pub fn close(&self, uri: &str) {
        self.lock().remove(uri);
    }

    pub fn get(&self, uri: &str) -> Option<OpenDocument> {
        self.lock().get(uri).cloned()
    }

    pub fn all(&self) -> Vec<OpenDocument> {
        let mut list: Vec<OpenDocument> = self.lock().values().cloned().collect();
        list.sort_by(|a, b| a.uri.cmp(&b.uri));
        list
    }

    fn text_of(&self, root: &str, inner: &str) -> Option<Arc<str>> {
        self.lock()
            .values()
            .find(|one| one.root == root && one.inner == inner)
            .map(|one| Arc::clone(&one.text))
    }
}

/// The files of a project: open texts before those on the disk.
pub(super) struct Layered<'a> {
    pub documents: &'a Documents,
    pub project: &'a dyn Project,
    pub root: &'a str,
}

impl Files for Layered<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        match self.documents.text_of(self.root, path) {
            Some(text) => Ok(text.as_bytes().to_vec()),
            None if self.root.is_empty() => {
                Err("save the file first: nobody knows yet where it lies".to_owned())
            }
            None => self.project.read(self.root, path),
        }
    }

    fn sources(&self) -> Vec<String> {
        if self.root.is_empty() {
            return Vec::new();
        }
        let mut list = self.project.list(self.root);
        list.retain(|path| path.ends_with(".tasq"));
        list
    }
}
