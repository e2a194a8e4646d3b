//! The sequence, its children and its site, from arguments or from a stored run.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::super::{Failure, args::RunArgs, disk, output};
use crate::{
    diagnostic::{
        Finding,
        render::{Format, Look},
    },
    elaborate::Given,
    host::local::certificates,
    load::{Contents, load as read},
    model::Sequence,
    run::Header,
    site::{self, Site},
    source::{FileId, Sources},
    syntax::hide_secrets,
};

/// What is to be loaded.
#[derive(Clone)]
pub(in super::super) struct Source {
    pub file: PathBuf,
    pub sequence: Option<String>,
    pub children: Vec<(String, PathBuf)>,
    pub site: Option<PathBuf>,
}

impl Source {
    /// From the arguments. Paths are made whole: the run may go on elsewhere.
    ///
    /// # Errors
    /// An argument cannot be understood.
    pub(super) fn of(args: &RunArgs) -> Result<Source, Failure> {
        if disk::is_dash(&args.file) {
            return Err(Some(
                "a run needs a file: after a restart, standard input is gone".to_owned(),
            ));
        }
        let mut children = Vec::new();
        for child in &args.child {
            let (id, path) = child
                .split_once('=')
                .ok_or_else(|| Some(format!("--child {child}: write --child ID=FILE")))?;
            children.push((id.to_owned(), whole(Path::new(path))));
        }
        Ok(Source {
            file: whole(&args.file),
            sequence: args.sequence.clone(),
            children,
            site: args.site.as_deref().map(whole),
        })
    }

    /// Of a stored run.
    pub(in super::super) fn of_header(header: &Header) -> Source {
        Source {
            file: header.file.clone(),
            sequence: header.sequence.clone(),
            children: header.children.clone(),
            site: header.site.clone(),
        }
    }
}

fn whole(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// A sequence with all that belongs to it.
pub(in super::super) struct Loaded {
    pub title: String,
    pub id: Option<String>,
    pub main: Sequence,
    pub children: BTreeMap<String, Sequence>,
    pub site: Arc<Site>,
    /// The folder of the site file.
    pub base: PathBuf,
    /// The certificates that the site file names, as DER.
    pub authorities: Vec<Vec<u8>>,
}

/// Loads all; `None` when there are errors, which are then told.
///
/// # Errors
/// A file cannot be read.
pub(in super::super) fn load(source: &Source, look: Look) -> Result<Option<Loaded>, Failure> {
    let Some((site, base)) = load_site(source.site.as_deref(), look)? else {
        return Ok(None);
    };
    let authorities = authorities(&site, &base)?;
    let Some(contents) = contents(&source.file, look)? else {
        return Ok(None);
    };
    let unknown = |sequence: &Sequence| match source.site {
        Some(_) => site::unknown_references(sequence, &site),
        None => Vec::new(),
    };
    let mut list = contents.sequences;
    let names = || {
        list.iter()
            .map(|one| one.title.clone())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let index = match &source.sequence {
        Some(wanted) => list
            .iter()
            .position(|one| one.title == *wanted || one.id.as_ref() == Some(wanted)),
        None if list.len() == 1 => Some(0),
        None => None,
    };
    let Some(index) = index else {
        return Err(Some(format!(
            "--sequence NAME says which of these is meant: {}",
            names()
        )));
    };
    let main = list.remove(index);
    let mut findings = unknown(&main.sequence);
    hide_secrets(&mut findings, FileId(0), &main.text);
    if !findings.is_empty() {
        output::findings(&findings, &contents.sources, Format::Text, look);
        return Ok(None);
    }
    let mut children = BTreeMap::new();
    for one in list {
        children.extend(one.id.map(|id| (id, one.sequence)));
    }
    let own = site
        .sequences
        .iter()
        .map(|own| (own.id.clone(), own.also.clone(), base.join(&own.file)));
    let given = source
        .children
        .iter()
        .map(|(id, path)| (id.clone(), Vec::new(), path.clone()));
    let Some(more) = self::children(own.chain(given), &unknown, look)? else {
        return Ok(None);
    };
    children.extend(more);
    // A source without a name of its own goes by its file's.
    let named = main.title == source.file.display().to_string();
    let stem = source
        .file
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned());
    let title = if named {
        stem.unwrap_or(main.title)
    } else {
        main.title
    };
    Ok(Some(Loaded {
        title,
        id: main.id,
        main: main.sequence,
        children,
        site: Arc::new(site),
        base,
        authorities,
    }))
}

/// A site file with its folder and its sequences; `None` when one of them has errors, which are
/// then told.
///
/// # Errors
/// A file cannot be read.
pub(in super::super) fn load_whole_site(
    path: Option<&Path>,
    look: Look,
) -> Result<Option<WholeSite>, Failure> {
    let Some((site, base)) = load_site(path, look)? else {
        return Ok(None);
    };
    let own = site
        .sequences
        .iter()
        .map(|own| (own.id.clone(), own.also.clone(), base.join(&own.file)));
    let unknown = |sequence: &Sequence| site::unknown_references(sequence, &site);
    let Some(children) = children(own, &unknown, look)? else {
        return Ok(None);
    };
    let authorities = authorities(&site, &base)?;
    Ok(Some(WholeSite {
        site: Arc::new(site),
        base,
        children,
        authorities,
    }))
}

/// A site file with what it names.
pub(in super::super) struct WholeSite {
    pub site: Arc<Site>,
    /// Its folder.
    pub base: PathBuf,
    /// Its sequences, by identifier.
    pub children: BTreeMap<String, Sequence>,
    /// The certificates that it names, as DER.
    pub authorities: Vec<Vec<u8>>,
}

/// Child sequences from files: their identifier, further ones, and the file of each.
fn children(
    list: impl Iterator<Item = (String, Vec<String>, PathBuf)>,
    unknown: &dyn Fn(&Sequence) -> Vec<Finding>,
    look: Look,
) -> Result<Option<BTreeMap<String, Sequence>>, Failure> {
    let mut children = BTreeMap::new();
    for (id, also, path) in list {
        let Some(contents) = contents(&path, look)? else {
            return Ok(None);
        };
        let Some(first) = contents.sequences.into_iter().next() else {
            continue;
        };
        let mut findings = unknown(&first.sequence);
        hide_secrets(&mut findings, FileId(0), &first.text);
        if !findings.is_empty() {
            output::findings(&findings, &contents.sources, Format::Text, look);
            return Ok(None);
        }
        for other in also {
            children.insert(other, first.sequence.clone());
        }
        children.insert(id, first.sequence);
    }
    Ok(Some(children))
}

/// The certificates of the site file's own authorities.
fn authorities(site: &Site, base: &Path) -> Result<Vec<Vec<u8>>, Failure> {
    let Some(ca) = &site.ca else {
        return Ok(Vec::new());
    };
    let path = base.join(ca);
    let text = fs::read(&path).map_err(|error| {
        Some(format!(
            "cannot read {}, the `ca` of the site file: {error}",
            path.display()
        ))
    })?;
    let list = certificates(&text);
    if list.is_empty() {
        return Err(Some(format!(
            "{}, the `ca` of the site file, holds no certificate in PEM",
            path.display()
        )));
    }
    Ok(list)
}

/// The sequences of a file, unless it has errors.
fn contents(path: &Path, look: Look) -> Result<Option<Contents>, Failure> {
    let input = disk::read(path)?;
    let contents = read(
        &input.name,
        &input.inner,
        input.bytes,
        &input.files,
        &Given::default(),
    );
    if contents.findings.iter().any(Finding::is_error) || contents.sequences.is_empty() {
        output::findings(&contents.findings, &contents.sources, Format::Text, look);
        return Ok(None);
    }
    Ok(Some(contents))
}

fn load_site(path: Option<&Path>, look: Look) -> Result<Option<(Site, PathBuf)>, Failure> {
    let Some(path) = path else {
        return Ok(Some((Site::default(), PathBuf::new())));
    };
    let name = path.display().to_string();
    let text =
        fs::read_to_string(path).map_err(|error| Some(format!("cannot read {name}: {error}")))?;
    let mut sources = Sources::new();
    let file = sources.add(name, text.as_str());
    let parsed = site::parse(file, &text);
    output::findings(&parsed.findings, &sources, Format::Text, look);
    if parsed.findings.iter().any(Finding::is_error) {
        return Ok(None);
    }
    let base = path.parent().map(Path::to_path_buf).unwrap_or_default();
    Ok(Some((parsed.site, base)))
}
