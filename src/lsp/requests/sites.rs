//! Questions about names of a site file, asked in it or in a source.

use std::sync::Arc;

use lsp_types::{Hover, HoverContents, Location, MarkupContent, MarkupKind};
use serde_json::Value;

use super::{RequestResult, TextRequest, lines, value};
use crate::{
    ide::{self, Analysis, OpenSource, SiteFile, SiteName},
    lsp::{
        documents::{DocumentKind, Layered},
        position::LineTable,
        sites::Located,
        uri,
    },
    source::{Files as _, LineIndex, Span, decode},
};

/// How many sources of a project are looked through.
const MAX_SOURCES: usize = 500;

/// Answers a request about an open site file.
pub(super) fn answer(about: &mut TextRequest<'_>, method: &str) -> RequestResult {
    let text = Arc::clone(&about.document.text);
    let index = LineIndex::new(&text);
    let lines = LineTable {
        text: &text,
        index: &index,
    };
    let file = SiteFile::new(about.document.inner.clone(), Arc::clone(&text));
    let site = Located {
        root: about.document.root.clone(),
        file,
    };
    let wanted = matches!(
        method,
        "textDocument/hover" | "textDocument/definition" | "textDocument/references"
    );
    let found = match wanted {
        true => site.file.at(about.offset(lines)?),
        false => None,
    };
    let Some((name, span)) = found else {
        return Ok(Value::Null);
    };
    match method {
        "textDocument/hover" => value(Hover {
            contents: HoverContents::Markup(MarkupContent {
                kind: MarkupKind::Markdown,
                value: ide::describe_site_name(&site.file, name),
            }),
            range: Some(lines.range(span)),
        }),
        "textDocument/definition" => {
            let place = site.file.places(name).into_iter().next().unwrap_or(span);
            value(
                site.uri()
                    .map(|uri| vec![Location::new(uri, lines.range(place))])
                    .unwrap_or_default(),
            )
        }
        _ => value(uses(about, &site, name)?),
    }
}

impl TextRequest<'_> {
    /// The places of the name of a site file that stands at a byte of the source; `None` where
    /// there is no such name.
    pub(super) fn site_references(
        &mut self,
        analysis: &Analysis,
        offset: u32,
    ) -> Result<Option<Vec<Location>>, (lsp_server::ErrorCode, String)> {
        let Some(site) = self.site() else {
            return Ok(None);
        };
        match ide::site_name(analysis, offset, &site.file) {
            Some((_, name)) => uses(self, &site, name).map(Some),
            None => Ok(None),
        }
    }

    /// Where the site file describes what stands at a byte of the source.
    pub(super) fn site_definition(&mut self, analysis: &Analysis, offset: u32) -> Option<Location> {
        let site = self.site()?;
        let target = ide::site_definition(analysis, offset, &site.file)?;
        let breaks = LineIndex::new(&site.file.text);
        let there = LineTable {
            text: &site.file.text,
            index: &breaks,
        };
        Some(Location::new(site.uri()?, there.range(target.span)))
    }
}

/// All places of a name: in the site file, unless the request leaves out the definition, and in the
/// project's sources.
fn uses(
    about: &mut TextRequest<'_>,
    site: &Located,
    name: SiteName<'_>,
) -> Result<Vec<Location>, (lsp_server::ErrorCode, String)> {
    let declaration = about
        .params
        .pointer("/context/includeDeclaration")
        .and_then(Value::as_bool)
        .unwrap_or(true);
    let mut out = Vec::new();
    if let Some(uri) = site.uri() {
        let breaks = LineIndex::new(&site.file.text);
        let there = LineTable {
            text: &site.file.text,
            index: &breaks,
        };
        let places = site
            .file
            .places(name)
            .into_iter()
            .skip(usize::from(!declaration));
        out.extend(places.map(|place| Location::new(uri.clone(), there.range(place))));
    }
    let root = about.document.root.clone();
    let paths = about
        .project_files()
        .into_iter()
        .filter(|path| path.ends_with(".tasq"))
        .take(MAX_SOURCES);
    for path in paths.collect::<Vec<_>>() {
        let Some(uri) = uri::of_path(&format!("{}/{path}", root.trim_end_matches(['/', '\\'])))
        else {
            continue;
        };
        let Some(analysis) = analysis(about, &root, &path, name) else {
            continue;
        };
        let lines = lines(&analysis);
        let spans: Vec<Span> = site.file.uses_in(name, &analysis);
        out.extend(
            spans
                .into_iter()
                .map(|span| Location::new(uri.clone(), lines.range(span))),
        );
    }
    Ok(out)
}

/// The analysis of a source of the project, if it may hold the name at all.
fn analysis(
    about: &mut TextRequest<'_>,
    root: &str,
    path: &str,
    name: SiteName<'_>,
) -> Option<Arc<Analysis>> {
    let open = about.worker.shared.documents.all();
    let open = open
        .into_iter()
        .find(|one| one.root == root && one.inner == path && one.kind() == DocumentKind::Source);
    if let Some(document) = open {
        return Some(about.worker.analysis(&document));
    }
    let files = Layered {
        documents: &about.worker.shared.documents,
        project: &*about.worker.shared.project,
        root,
    };
    let text = decode(files.read(path).ok()?).text;
    let (SiteName::Entry(entry) | SiteName::Program(entry, _)) = name;
    let lower = text.to_lowercase();
    if !entry
        .names
        .iter()
        .any(|(name, _)| lower.contains(&name.to_lowercase()))
    {
        return None;
    }
    let source = OpenSource {
        name: path.to_owned(),
        path: path.to_owned(),
        text: text.into(),
    };
    Some(Arc::new(Analysis::new(source, &files)))
}
