//! The site file of a text: the one of the settings, else the nearest `site.toml` in the text's
//! folder or one above it.

use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{Arc, atomic::Ordering},
};

use super::{
    documents::{DocumentKind, Layered, OpenDocument, SITE_FILE},
    uri,
    worker::Worker,
};
use crate::{
    diagnostic::{self, Finding},
    ide::{self, Analysis, SiteFile},
    source::{Files as _, decode, join_relative},
};

/// A site file and the project's folder that its path begins at.
#[derive(Debug)]
pub(super) struct Located {
    pub root: String,
    pub file: SiteFile,
}

impl Located {
    /// Its address.
    pub fn uri(&self) -> Option<lsp_types::Uri> {
        uri::of_path(&format!(
            "{}/{}",
            self.root.trim_end_matches(['/', '\\']),
            self.file.path
        ))
    }
}

/// The site files that were looked for: by project and folder, as long as nothing on the disk or in
/// an open one changes.
#[derive(Default)]
pub(super) struct Sites {
    state: (u64, u64),
    known: HashMap<(String, String), Option<Arc<Located>>>,
}

fn is_absolute(path: &str) -> bool {
    path.starts_with(['/', '\\']) || path.as_bytes().get(1) == Some(&b':')
}

fn folder(inner: &str) -> &str {
    inner.rsplit_once('/').map_or("", |(folder, _)| folder)
}

impl Worker {
    /// The site file of a text, if there is one.
    pub fn site(&mut self, document: &OpenDocument) -> Option<Arc<Located>> {
        let state = (
            self.shared.disk.load(Ordering::Relaxed),
            self.shared.toml.load(Ordering::Relaxed),
        );
        if self.sites.state != state {
            self.sites = Sites {
                state,
                known: HashMap::new(),
            };
        }
        let key = (document.root.clone(), folder(&document.inner).to_owned());
        if let Some(known) = self.sites.known.get(&key) {
            return known.clone();
        }
        let found = self
            .candidates(document)
            .into_iter()
            .find_map(|(root, path)| {
                let files = Layered {
                    documents: &self.shared.documents,
                    project: &*self.shared.project,
                    root: &root,
                };
                let text = decode(files.read(&path).ok()?).text;
                let file = SiteFile::new(path, text);
                Some(Arc::new(Located { root, file }))
            });
        self.sites.known.insert(key, found.clone());
        found
    }

    /// Where the site file of a text may be: the project's folder and the place in it.
    fn candidates(&self, document: &OpenDocument) -> Vec<(String, String)> {
        if let Some(path) = self.shared.settings.site() {
            if is_absolute(&path) {
                return vec![self.shared.project.locate(&path)];
            }
            let inner = join_relative("x", &path)
                .ok()
                .filter(|_| !document.root.is_empty());
            return inner
                .map(|inner| (document.root.clone(), inner))
                .into_iter()
                .collect();
        }
        if document.root.is_empty() {
            return Vec::new();
        }
        let mut out = Vec::new();
        let mut around = folder(&document.inner);
        loop {
            let path = if around.is_empty() {
                SITE_FILE.to_owned()
            } else {
                format!("{around}/{SITE_FILE}")
            };
            out.push((document.root.clone(), path));
            if around.is_empty() {
                return out;
            }
            around = folder(around);
        }
    }

    /// Whether an open text is the site file of the settings.
    pub fn is_site(&self, document: &OpenDocument) -> bool {
        self.shared.settings.site().is_some()
            && self
                .candidates(document)
                .contains(&(document.root.clone(), document.inner.clone()))
    }

    /// The findings of a source, with those that a site file adds.
    pub fn findings<'a>(
        &mut self,
        document: &OpenDocument,
        analysis: &'a Analysis,
    ) -> Cow<'a, [Finding]> {
        let own = &analysis.compiled.findings;
        let found = match self.site(document) {
            Some(site) if document.kind() == DocumentKind::Source => {
                let files = Layered {
                    documents: &self.shared.documents,
                    project: &*self.shared.project,
                    root: &document.root,
                };
                ide::site_findings(analysis, &site.file, &files)
            }
            _ => Vec::new(),
        };
        if found.is_empty() {
            return Cow::Borrowed(own);
        }
        let mut all: Vec<Finding> = own.iter().cloned().chain(found).collect();
        diagnostic::sort(&mut all);
        Cow::Owned(all)
    }
}
