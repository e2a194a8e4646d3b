//! Names that stand in more than one file: in files that import each other, in tests of another
//! file, in scripts beside a source.

mod links;

use std::{collections::HashMap, sync::Arc};

use super::{
    Analysis, Index, Occurrence, RenameRefused, Role, Symbol, index::script_names, rename,
};
use crate::{
    diagnostic::Edit,
    source::{FileId, Files, Span, decode},
    syntax::{self, SyntaxTree},
    vocabulary::Dialect,
};
use links::{Links, TestAbout};

/// How many files are looked at.
const MAX_FILES: usize = 500;

/// The places of a name in one file.
#[derive(Clone, Debug)]
pub struct InFile {
    /// The file, as the project knows it; `None` for the file that was asked about.
    pub path: Option<String>,
    /// Its text.
    pub text: Arc<str>,
    /// The places with what happens there, in order.
    pub places: Vec<(Span, Role)>,
}

/// What a rename does to one file.
#[derive(Clone, Debug)]
pub struct FileEdits {
    /// The file, as the project knows it; `None` for the file that was asked about.
    pub path: Option<String>,
    /// Its text before.
    pub text: Arc<str>,
    /// The edits.
    pub edits: Vec<Edit>,
}

/// A source of the family.
struct ProjectSource {
    path: String,
    text: Arc<str>,
    index: Index,
    links: Links,
}

impl ProjectSource {
    fn new(path: &str, text: Arc<str>, tree: &SyntaxTree, index: Index) -> Self {
        ProjectSource {
            path: path.to_owned(),
            text,
            index,
            links: Links::new(tree, path),
        }
    }

    /// The groups of files that share variables by what this one says.
    fn sharing(&self) -> impl Iterator<Item = Vec<&str>> {
        let tests = self.links.tests.iter();
        let about = tests.map(|test| test.about.iter().map(String::as_str).collect());
        let imports = self.links.imports.iter();
        about.chain(imports.map(|path| vec![self.path.as_str(), path.as_str()]))
    }

    fn has(&self, symbol: &Symbol) -> bool {
        self.index
            .of(symbol)
            .any(|one| one.role == Role::Definition)
    }

    /// The test around a byte.
    fn test_at(&self, offset: u32) -> Option<&TestAbout> {
        self.links
            .tests
            .iter()
            .find(|test| test.span.start <= offset && offset < test.span.end)
    }
}

/// The sources that share names with one of them, which is the first.
struct Family {
    members: Vec<ProjectSource>,
}

impl Family {
    /// `paths` are the files of the project.
    fn new(own: &Analysis, paths: &[String], files: &dyn Files) -> Self {
        let mut first = ProjectSource::new(
            &own.source.path,
            own.text().into(),
            own.tree(),
            own.index().clone(),
        );
        first.links.settle(&own.source.path, files);
        let mut others: HashMap<String, ProjectSource> = HashMap::new();
        let sources = paths
            .iter()
            .filter(|path| path.ends_with(".tasq") && **path != own.source.path);
        for path in sources.take(MAX_FILES) {
            let Some(text) = read(path, files) else {
                continue;
            };
            // What neither imports nor tests leads nowhere by itself.
            if text.contains("import") || text.contains("test") {
                others.insert(path.clone(), member(path, text, files));
            }
        }
        let mut members = vec![first];
        let mut at = 0;
        while at < members.len() && members.len() < MAX_FILES {
            let own = members[at].path.clone();
            let mut next: Vec<String> = members[at].links.targets().map(str::to_owned).collect();
            let mut back: Vec<&String> = others
                .values()
                .filter(|one| one.links.targets().any(|to| to == own))
                .map(|one| &one.path)
                .collect();
            back.sort();
            next.extend(back.into_iter().cloned());
            for path in next {
                if members.iter().any(|one| one.path == path) {
                    continue;
                }
                let found = others
                    .remove(&path)
                    .or_else(|| Some(member(&path, read(&path, files)?, files)));
                members.extend(found);
            }
            at += 1;
        }
        Family { members }
    }

    /// The file that defines what a test names: the first of those that the test is about.
    fn home<'a>(
        &'a self,
        member: &'a ProjectSource,
        offset: u32,
        symbol: &Symbol,
    ) -> Option<&'a str> {
        let Some(test) = member.test_at(offset) else {
            return Some(&member.path);
        };
        let about = test
            .about
            .iter()
            .filter_map(|path| self.members.iter().find(|one| one.path == *path));
        about
            .into_iter()
            .find(|one| one.has(symbol))
            .map(|one| one.path.as_str())
    }

    /// The places of a symbol that stands at a byte of the first member: in each member, by its
    /// number.
    fn places<'a>(&'a self, symbol: &'a Symbol, offset: u32) -> Vec<(usize, Vec<&'a Occurrence>)> {
        let Some(own) = self.members.first() else {
            return Vec::new();
        };
        let of_home = match symbol {
            Symbol::Step(_) | Symbol::Constant(_, 0) => true,
            Symbol::Variable(_) => return self.variable(symbol, offset),
            Symbol::Fragment(_) => false,
            // Known in one file, or nowhere defined.
            Symbol::Constant(..) | Symbol::Reference(_) => {
                return vec![(0, own.index.of(symbol).collect())];
            }
        };
        let home = self.home(own, offset, symbol);
        let mut out: Vec<(usize, Vec<&Occurrence>)> = Vec::new();
        for (number, member) in self.members.iter().enumerate() {
            let found = member.index.of(symbol).filter(|one| match home {
                _ if !of_home => true,
                Some(home) => self.home(member, one.span.start, symbol) == Some(home),
                // Named by tests of a file that has no such thing.
                None => number == 0,
            });
            let found: Vec<&Occurrence> = found.collect();
            if !found.is_empty() || number == 0 {
                out.push((number, found));
            }
        }
        out
    }

    /// The places of a variable: in the sources that run together with that of the place, and in
    /// the tests of these.
    fn variable(&self, symbol: &Symbol, offset: u32) -> Vec<(usize, Vec<&Occurrence>)> {
        let together = self.together(offset);
        let mut out = Vec::new();
        for (number, member) in self.members.iter().enumerate() {
            let shares = |one: &&Occurrence| match member.test_at(one.span.start) {
                Some(test) => test
                    .about
                    .iter()
                    .any(|path| together.contains(&path.as_str())),
                None => together.contains(&member.path.as_str()),
            };
            let found: Vec<&Occurrence> = member
                .index
                .occurrences()
                .iter()
                .filter(|one| one.symbol == *symbol)
                .collect();
            let found: Vec<&Occurrence> = found.into_iter().filter(|one| shares(one)).collect();
            if !found.is_empty() || number == 0 {
                out.push((number, found));
            }
        }
        out
    }

    /// The sources that share variables with the place of a byte in the first member: those that
    /// import each other, and a sequence with the children that a test gives it.
    fn together(&self, offset: u32) -> Vec<&str> {
        let Some(own) = self.members.first() else {
            return Vec::new();
        };
        let mut out: Vec<&str> = match own.test_at(offset) {
            Some(test) if !test.about.is_empty() => test.about.iter().map(String::as_str).collect(),
            _ => vec![&own.path],
        };
        loop {
            let before = out.len();
            for group in self.members.iter().flat_map(ProjectSource::sharing) {
                if group.iter().any(|path| out.contains(path)) {
                    let new = group.into_iter().filter(|path| !out.contains(path));
                    let new: Vec<&str> = new.collect();
                    out.extend(new);
                }
            }
            if out.len() == before {
                return out;
            }
        }
    }

    fn path_of(&self, number: usize) -> Option<String> {
        (number > 0).then(|| self.members[number].path.clone())
    }

    /// The scripts beside the sources that name a variable.
    fn scripts(&self, key: &str, offset: u32, files: &dyn Files) -> Vec<InFile> {
        let together = self.together(offset);
        let own = self
            .members
            .iter()
            .filter(|one| together.contains(&one.path.as_str()));
        let mut paths: Vec<&String> = own.flat_map(|one| &one.links.scripts).collect();
        paths.sort();
        paths.dedup();
        let mut out = Vec::new();
        for path in paths {
            let Some(text) = read(path, files) else {
                continue;
            };
            let names = script_names(&text).into_iter().filter(|(range, _)| {
                text.get(range.clone())
                    .is_some_and(|name| name.eq_ignore_ascii_case(key))
            });
            let places: Vec<(Span, Role)> = names
                .map(|(range, sets)| {
                    let span = Span::new(FileId(0), range.start as u32, range.end as u32);
                    (span, if sets { Role::Write } else { Role::Read })
                })
                .collect();
            if !places.is_empty() {
                out.push(InFile {
                    path: Some(path.clone()),
                    text,
                    places,
                });
            }
        }
        out
    }
}

fn read(path: &str, files: &dyn Files) -> Option<Arc<str>> {
    let decoded = decode(files.read(path).ok()?);
    decoded.bad.is_none().then(|| decoded.text.into())
}

fn member(path: &str, text: Arc<str>, files: &dyn Files) -> ProjectSource {
    let parsed = syntax::parse(Arc::clone(&text), FileId(0));
    let mut out = ProjectSource::new(
        path,
        text,
        &parsed.tree,
        Index::new(&parsed.tree, links::dialect(&parsed.tree)),
    );
    out.links.settle(path, files);
    out
}

/// All places of the name at a byte, in this file (the first entry) and in every other one that
/// shares it. `paths` are the files of the project.
pub fn references_everywhere(
    analysis: &Analysis,
    offset: u32,
    paths: &[String],
    files: &dyn Files,
) -> Vec<InFile> {
    let Some(found) = analysis.index().at(offset) else {
        return Vec::new();
    };
    let family = Family::new(analysis, paths, files);
    let mut out: Vec<InFile> = Vec::new();
    for (number, list) in family.places(&found.symbol, offset) {
        out.push(InFile {
            path: family.path_of(number),
            text: Arc::clone(&family.members[number].text),
            places: list.into_iter().map(|one| (one.span, one.role)).collect(),
        });
    }
    if let Symbol::Variable(key) = &found.symbol {
        out.extend(family.scripts(key, offset, files));
    }
    out
}

/// The steps and groups of the other files that the test around a byte is about.
pub fn tested_steps(analysis: &Analysis, offset: u32, files: &dyn Files) -> Vec<String> {
    let mut links = Links::new(analysis.tree(), &analysis.source.path);
    links.settle(&analysis.source.path, files);
    let around = links
        .tests
        .into_iter()
        .find(|test| test.span.start <= offset && offset <= test.span.end);
    let mut out: Vec<String> = Vec::new();
    for path in around
        .into_iter()
        .flat_map(|test| test.about)
        .filter(|path| *path != analysis.source.path)
    {
        let Some(text) = read(&path, files) else {
            continue;
        };
        for one in member(&path, text, files).index.occurrences() {
            if let (Symbol::Step(name), Role::Definition) = (&one.symbol, one.role)
                && !out.contains(name)
            {
                out.push(name.clone());
            }
        }
    }
    out
}

/// The edits that give the name at a byte another one, in this file and in every other one that
/// shares it.
///
/// # Errors
/// [`RenameRefused`] says why not; nothing may be changed then.
pub fn rename_everywhere(
    analysis: &Analysis,
    offset: u32,
    new: &str,
    paths: &[String],
    files: &dyn Files,
) -> Result<Vec<FileEdits>, RenameRefused> {
    // Says whether the name may be given at all.
    rename::rename(analysis, offset, new)?;
    let new = new.trim();
    let symbol = analysis
        .index()
        .at(offset)
        .map(|one| one.symbol.clone())
        .ok_or(RenameRefused::NoName)?;
    let family = Family::new(analysis, paths, files);
    let renamed = match &symbol {
        Symbol::Variable(_) => Some(Symbol::Variable(new.to_lowercase())),
        Symbol::Fragment(_) => Some(Symbol::Fragment(new.to_owned())),
        _ => None,
    };
    let taken = renamed.as_ref().filter(|renamed| **renamed != symbol);
    let mut out = Vec::new();
    for (number, list) in family.places(&symbol, offset) {
        let member = &family.members[number];
        if let Some(one) = list.iter().find(|one| one.is_fixed()) {
            let spelled = member.text.get(one.span.range()).unwrap_or("").to_owned();
            return Err(RenameRefused::Fixed(spelled));
        }
        let path = family.path_of(number);
        if taken.is_some_and(|taken| member.index.of(taken).next().is_some()) {
            return Err(match path {
                Some(path) => RenameRefused::TakenIn(new.to_owned(), path),
                None => RenameRefused::Taken(new.to_owned()),
            });
        }
        let edits = list
            .into_iter()
            .map(|one| rename::edit(&member.text, one, new))
            .collect();
        out.push(FileEdits {
            path,
            text: Arc::clone(&member.text),
            edits,
        });
    }
    if let Symbol::Variable(key) = &symbol {
        let scripts = family.scripts(key, offset, files);
        out.extend(scripts.into_iter().map(|script| script_edits(script, new)));
    }
    Ok(out)
}

/// The edits that give a variable another name in a script.
fn script_edits(script: InFile, new: &str) -> FileEdits {
    let edit = |(span, _): &(Span, Role)| Edit {
        span: *span,
        new: new.to_owned(),
    };
    FileEdits {
        edits: script.places.iter().map(edit).collect(),
        path: script.path,
        text: script.text,
    }
}
