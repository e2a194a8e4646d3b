//! What a site file says about the packages, applications and task sequences that a source names.

mod describe;
mod seek;

use std::sync::Arc;

use super::{Analysis, DefinitionTarget, Hint, Hover};
use crate::{
    children::ChildSources,
    diagnostic::{Finding, Severity, nearest},
    site::{self, EntryKind, EntryPlace, Site},
    source::{FileId, Files, LineIndex, Span},
};

pub use seek::{SiteUse, site_uses};
pub(in crate::ide) use seek::{kind_of_call, kind_of_type, package_around, program_of};

/// Most characters of a name in a hint.
const MAX_HINT: usize = 40;

/// A site file: its text, what it says, and where.
#[derive(Clone, Debug)]
pub struct SiteFile {
    /// Its place, as the project knows it.
    pub path: String,
    /// Its text.
    pub text: Arc<str>,
    /// What it says, as far as it could be understood.
    pub site: Site,
    /// Its entries with their places.
    pub entries: Vec<EntryPlace>,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
}

/// A program's name in a site file, or an entry's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SiteName<'f> {
    /// An entry.
    Entry(&'f EntryPlace),
    /// A program of a package.
    Program(&'f EntryPlace, usize),
}

impl SiteFile {
    /// Reads a site file.
    pub fn new(path: impl Into<String>, text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        let parsed = site::parse(FileId(0), &text);
        let entries = site::places(FileId(0), &text);
        SiteFile {
            path: path.into(),
            text,
            site: parsed.site,
            entries,
            findings: parsed.findings,
        }
    }

    /// The entry that a reference means: by its identifier, else by its name, as a run finds it.
    pub fn find(&self, kind: EntryKind, id: &str, name: &str) -> Option<&EntryPlace> {
        let by = |wanted: &str| self.of(kind).find(|entry| entry.is(wanted));
        by(id).or_else(|| by(name))
    }

    /// The entries of a kind.
    pub fn of(&self, kind: EntryKind) -> impl Iterator<Item = &EntryPlace> {
        self.entries.iter().filter(move |entry| entry.kind == kind)
    }

    /// The identifier of an entry at this site, if it has one, and its name.
    pub fn named(&self, entry: &EntryPlace) -> (Option<&str>, Option<&str>) {
        match entry.kind {
            EntryKind::Package => {
                let own = self.site.packages.get(entry.index);
                (
                    own.map(|own| own.id.as_str()),
                    own.and_then(|own| own.name.as_deref()),
                )
            }
            EntryKind::Application => {
                let own = self.site.applications.get(entry.index);
                (
                    own.and_then(|own| own.id.as_deref()),
                    own.map(|own| own.name.as_str()),
                )
            }
            EntryKind::Sequence => {
                let own = self.site.sequences.get(entry.index);
                (
                    own.map(|own| own.id.as_str()),
                    own.and_then(|own| own.name.as_deref()),
                )
            }
        }
    }

    /// The name at a byte of the site file: of an entry, of what it depends on, or of a program.
    pub fn at(&self, offset: u32) -> Option<(SiteName<'_>, Span)> {
        let here = |(_, span): &&(String, Span)| span.start <= offset && offset <= span.end;
        for entry in &self.entries {
            if let Some((_, span)) = entry.names.iter().find(here) {
                return Some((SiteName::Entry(entry), *span));
            }
            if let Some(index) = entry.programs.iter().position(|one| here(&one)) {
                return Some((SiteName::Program(entry, index), entry.programs[index].1));
            }
            if let Some((name, span)) = entry.uses.iter().find(here) {
                return Some((
                    SiteName::Entry(self.find(EntryKind::Application, name, name)?),
                    *span,
                ));
            }
        }
        None
    }

    /// The places of a name in the site file itself, its own first.
    pub fn places(&self, name: SiteName<'_>) -> Vec<Span> {
        match name {
            SiteName::Program(entry, index) => entry
                .programs
                .get(index)
                .map(|(_, span)| *span)
                .into_iter()
                .collect(),
            SiteName::Entry(entry) => {
                let uses = self.entries.iter().flat_map(|one| &one.uses);
                let means = |written: &str| {
                    self.find(EntryKind::Application, written, written) == Some(entry)
                };
                let uses = uses
                    .filter(|(written, _)| entry.kind == EntryKind::Application && means(written));
                std::iter::once(entry.span())
                    .chain(uses.map(|(_, span)| *span))
                    .collect()
            }
        }
    }

    /// The places of a source that mean a name of the site file.
    pub fn uses_in(&self, name: SiteName<'_>, analysis: &Analysis) -> Vec<Span> {
        let mut out = Vec::new();
        for one in site_uses(analysis, Span::new(FileId(0), 0, u32::MAX)) {
            let Some(entry) = self.find(one.kind, &one.id, &one.name) else {
                continue;
            };
            match name {
                SiteName::Entry(wanted) if wanted == entry => {
                    out.push(one.id_span);
                    out.extend(one.name_span);
                }
                SiteName::Program(wanted, index) if wanted == entry => {
                    let wanted = wanted.programs.get(index).map(|(name, _)| name.as_str());
                    out.extend(
                        one.program
                            .filter(|(name, _)| wanted == Some(name))
                            .map(|(_, span)| span),
                    );
                }
                _ => {}
            }
        }
        out
    }

    /// The line of a place, from 1.
    fn line(&self, span: Span) -> usize {
        LineIndex::new(&self.text).line_of(span.start) + 1
    }

    fn target(&self, span: Span) -> DefinitionTarget {
        DefinitionTarget {
            path: Some(self.path.clone()),
            text: Some(Arc::clone(&self.text)),
            span,
        }
    }
}

/// What a byte of a source means in the site file: the reference, the name there, and the entry or
/// program it stands for.
pub fn site_name<'f>(
    analysis: &Analysis,
    offset: u32,
    file: &'f SiteFile,
) -> Option<(Span, SiteName<'f>)> {
    let one = seek::at(analysis, offset)?;
    let entry = file.find(one.kind, &one.id, &one.name)?;
    let here = |span: Span| span.start <= offset && offset <= span.end;
    if let Some((name, span)) = one.program.filter(|(_, span)| here(*span)) {
        let index = entry.programs.iter().position(|(own, _)| *own == name)?;
        return Some((span, SiteName::Program(entry, index)));
    }
    let span = one
        .name_span
        .filter(|span| here(*span))
        .unwrap_or(one.id_span);
    Some((span, SiteName::Entry(entry)))
}

/// Where the site file describes what a source names at a byte.
pub fn site_definition(
    analysis: &Analysis,
    offset: u32,
    file: &SiteFile,
) -> Option<DefinitionTarget> {
    Some(match site_name(analysis, offset, file)?.1 {
        SiteName::Entry(entry) => file.target(entry.span()),
        SiteName::Program(entry, index) => file.target(entry.programs.get(index)?.1),
    })
}

/// What the site file says about the name at a byte of a source; that it says nothing, too.
pub fn site_hover(analysis: &Analysis, offset: u32, file: &SiteFile) -> Option<Hover> {
    if let Some((span, name)) = site_name(analysis, offset, file) {
        return Some(Hover {
            span,
            text: describe::name(file, name),
        });
    }
    let one = seek::at(analysis, offset)?;
    if let (Some(entry), Some((name, span))) =
        (file.find(one.kind, &one.id, &one.name), &one.program)
    {
        let known: Vec<String> = entry
            .programs
            .iter()
            .map(|(name, _)| format!("`{name}`"))
            .collect();
        let known = if known.is_empty() {
            "none".to_owned()
        } else {
            known.join(", ")
        };
        let text = format!(
            "`{}` has no program `{name}` for this package; it has {known}\n",
            file.path
        );
        return Some(Hover { span: *span, text });
    }
    let shown = if one.id.is_empty() {
        &one.name
    } else {
        &one.id
    };
    let text = format!(
        "The site file `{}` has no {} `{shown}`\n",
        file.path,
        one.kind.noun()
    );
    Some(Hover {
        span: one.id_span,
        text,
    })
}

/// The text about a name of the site file itself.
pub fn describe_site_name(file: &SiteFile, name: SiteName<'_>) -> String {
    describe::name(file, name)
}

/// Behind references: the identifier at this site where the source has another one, else the name
/// where it has none.
pub fn site_hints(analysis: &Analysis, range: Span, file: &SiteFile) -> Vec<Hint> {
    let hint = |one: SiteUse| {
        let (id, name) = file.named(file.find(one.kind, &one.id, &one.name)?);
        let text = match (id, name) {
            (Some(id), _) if !id.is_empty() && !id.eq_ignore_ascii_case(&one.id) => {
                format!("= {}", short(id))
            }
            (_, Some(name)) if one.name.is_empty() && !name.eq_ignore_ascii_case(&one.id) => {
                short(name)
            }
            _ => return None,
        };
        Some(Hint {
            offset: one.span.end,
            text,
        })
    };
    site_uses(analysis, range)
        .into_iter()
        .filter_map(hint)
        .collect()
}

fn short(text: &str) -> String {
    let cut: String = text.chars().take(MAX_HINT).collect();
    if cut.len() < text.len() {
        format!("{cut}…")
    } else {
        cut
    }
}

/// References that the site file does not know. They are warnings: a sequence is compiled without a
/// site file too.
pub fn site_findings(analysis: &Analysis, file: &SiteFile, files: &dyn Files) -> Vec<Finding> {
    // What cannot be read says nothing about what is there.
    if file.findings.iter().any(Finding::is_error) {
        return Vec::new();
    }
    let sequence = &analysis.compiled.sequence;
    let children = ChildSources::new(files).resolve(sequence);
    let findings = site::unknown_references(sequence, &file.site, &|one| children.has(one));
    findings
        .into_iter()
        .map(|finding| {
            with_fix(
                Finding {
                    severity: Severity::Warning,
                    ..finding
                },
                analysis,
                file,
            )
        })
        .collect()
}

/// A finding about a reference with the entry that was probably meant, as a fix.
fn with_fix(finding: Finding, analysis: &Analysis, file: &SiteFile) -> Finding {
    let Some(one) = site_uses(analysis, finding.span()).into_iter().next() else {
        return finding;
    };
    let name = if one.name.is_empty() {
        &one.id
    } else {
        &one.name
    };
    let known = |wanted: &str| {
        let entries: Vec<&EntryPlace> = file.of(one.kind).collect();
        let near = nearest(
            wanted,
            entries
                .iter()
                .flat_map(|entry| &entry.names)
                .map(|(name, _)| name.as_str()),
        )?;
        entries
            .into_iter()
            .find(|entry| entry.is(near))
            .and_then(|entry| file.named(entry).0)
    };
    match known(&one.id)
        .or_else(|| known(name))
        .filter(|id| !id.is_empty())
    {
        Some(id) => finding.unsafe_fix(format!("write `{id}`"), one.id_span, id),
        None => finding,
    }
}
