//! The sequence, its children and its site, from arguments or from a stored run.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    super::{
        Failure,
        inputs::{self, InputKind, is_dash},
        output,
    },
    RunArgs,
};
use crate::{
    diagnostic::{Finding, render::Format},
    elaborate::ParameterValues,
    host::local::certificates,
    lint::values_for_shell,
    load::{Contents, LoadedSequence as One, load as read},
    model::Sequence,
    run::Header,
    site::{self, Site},
    source::{FileId, Sources},
    syntax::hide_secrets,
};

/// What is to be loaded.
#[derive(Clone)]
pub(in super::super) struct RunSource {
    pub file: PathBuf,
    pub sequence: Option<String>,
    pub children: Vec<(String, PathBuf)>,
    pub site: Option<PathBuf>,
    /// Values for the parameters of the file; its children have none.
    pub given: ParameterValues,
    /// Whether the run begins, so that warnings are new.
    pub begins: bool,
}

impl RunSource {
    /// From the arguments. Paths are made whole: the run may go on elsewhere.
    ///
    /// # Errors
    /// An argument cannot be understood.
    pub(super) fn of(args: &RunArgs) -> Result<RunSource, Failure> {
        if is_dash(&args.file) {
            return Err(Failure::Usage(
                "a run needs a file: after a restart, standard input is gone".to_owned(),
            ));
        }
        let mut children = Vec::new();
        for child in &args.child {
            let (id, path) = child
                .split_once('=')
                .ok_or_else(|| Failure::Usage(format!("--child {child}: write --child ID=FILE")))?;
            children.push((id.to_owned(), whole(Path::new(path))));
        }
        Ok(RunSource {
            file: whole(&inputs::one(&args.file, InputKind::Sequences)?),
            sequence: args.sequence.clone(),
            children,
            site: args.site.as_deref().map(whole),
            given: args.parameters.given()?,
            begins: true,
        })
    }

    /// Of a stored run.
    pub(in super::super) fn of_header(header: &Header) -> RunSource {
        RunSource {
            file: header.file.clone(),
            sequence: header.sequence.clone(),
            children: header.children.clone(),
            site: header.site.clone(),
            given: ParameterValues {
                values: header.parameters.clone(),
            },
            begins: false,
        }
    }
}

fn whole(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// A sequence with all that belongs to it.
pub(in super::super) struct LoadedRun {
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

/// Loads all.
///
/// # Errors
/// A file cannot be read, or has errors, which are then told.
pub(in super::super) fn load(source: &RunSource) -> Result<LoadedRun, Failure> {
    let (site, base) = load_site(source.site.as_deref())?;
    let authorities = authorities(&site, &base)?;
    let contents = contents(&source.file, &source.given)?;
    let unknown = |sequence: &Sequence| match source.site {
        Some(_) => site::unknown_references(sequence, &site),
        None => Vec::new(),
    };
    let mut list = contents.sequences;
    let main = choose(&mut list, source.sequence.as_deref())?;
    let mut findings = unknown(&main.sequence);
    hide_secrets(&mut findings, FileId(0), &main.text);
    if !findings.is_empty() {
        output::findings(&findings, &contents.sources, Format::Text);
        return Err(Failure::Refused);
    }
    if source.begins {
        warn_of_shell(&main, &contents.sources);
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
    children.extend(self::children(own.chain(given), &unknown, source.begins)?);
    Ok(LoadedRun {
        title: title_of(&main.title, &source.file),
        id: main.id,
        main: main.sequence,
        children,
        site: Arc::new(site),
        base,
        authorities,
    })
}

/// Warns of values that a shell would take apart; only Windows hands command lines over as they
/// are.
fn warn_of_shell(one: &One, sources: &Sources) {
    if cfg!(windows) {
        return;
    }
    let mut findings = values_for_shell(&one.sequence);
    hide_secrets(&mut findings, FileId(0), &one.text);
    // Without the line itself, which may be one that is not to be told.
    output::findings(&findings, sources, Format::Short);
}

/// Takes the sequence that was meant out of those of a file.
fn choose(list: &mut Vec<One>, wanted: Option<&str>) -> Result<One, Failure> {
    let index = match wanted {
        Some(wanted) => list
            .iter()
            .position(|one| one.title == wanted || one.id.as_deref() == Some(wanted)),
        None if list.len() == 1 => Some(0),
        None => None,
    };
    if let Some(index) = index {
        return Ok(list.remove(index));
    }
    let names: Vec<&str> = list.iter().map(|one| one.title.as_str()).collect();
    Err(Failure::Usage(format!(
        "--sequence NAME says which of these is meant: {}",
        names.join(", ")
    )))
}

/// A sequence's name; a source without one of its own goes by its file's.
fn title_of(title: &str, file: &Path) -> String {
    let stem = file.file_stem().map(|stem| stem.to_string_lossy());
    match stem {
        Some(stem) if title == file.display().to_string() => stem.into_owned(),
        _ => title.to_owned(),
    }
}

/// A site file with its folder and its sequences.
///
/// # Errors
/// A file cannot be read, or has errors, which are then told.
pub(in super::super) fn load_whole_site(path: Option<&Path>) -> Result<WholeSite, Failure> {
    let (site, base) = load_site(path)?;
    let own = site
        .sequences
        .iter()
        .map(|own| (own.id.clone(), own.also.clone(), base.join(&own.file)));
    let unknown = |sequence: &Sequence| site::unknown_references(sequence, &site);
    let children = children(own, &unknown, false)?;
    let authorities = authorities(&site, &base)?;
    Ok(WholeSite {
        path: path.map(Path::to_path_buf),
        site: Arc::new(site),
        base,
        children,
        authorities,
    })
}

/// A site file with what it names.
pub(in super::super) struct WholeSite {
    pub path: Option<PathBuf>,
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
    warns: bool,
) -> Result<BTreeMap<String, Sequence>, Failure> {
    let mut children = BTreeMap::new();
    for (id, also, path) in list {
        let contents = contents(&path, &ParameterValues::default())?;
        let Some(first) = contents.sequences.into_iter().next() else {
            continue;
        };
        let mut findings = unknown(&first.sequence);
        hide_secrets(&mut findings, FileId(0), &first.text);
        if !findings.is_empty() {
            output::findings(&findings, &contents.sources, Format::Text);
            return Err(Failure::Refused);
        }
        if warns {
            warn_of_shell(&first, &contents.sources);
        }
        for other in also {
            children.insert(other, first.sequence.clone());
        }
        children.insert(id, first.sequence);
    }
    Ok(children)
}

/// The certificates of the site file's own authorities.
fn authorities(site: &Site, base: &Path) -> Result<Vec<Vec<u8>>, Failure> {
    let Some(ca) = &site.ca else {
        return Ok(Vec::new());
    };
    let path = base.join(ca);
    let text = inputs::limited(&path).map_err(|error| {
        Failure::Unusable(format!(
            "cannot read {}, the `ca` of the site file: {error}",
            path.display()
        ))
    })?;
    let list = certificates(&text);
    if list.is_empty() {
        return Err(Failure::Unusable(format!(
            "{}, the `ca` of the site file, holds no certificate in PEM",
            path.display()
        )));
    }
    Ok(list)
}

/// The sequences of a file, unless it has errors.
fn contents(path: &Path, given: &ParameterValues) -> Result<Contents, Failure> {
    let input = inputs::read(path)?;
    let contents = read(&input.name, &input.inner, input.bytes, &input.files, given);
    if contents.findings.iter().any(Finding::is_error) || contents.sequences.is_empty() {
        output::findings(&contents.findings, &contents.sources, Format::Text);
        return Err(Failure::Refused);
    }
    Ok(contents)
}

fn load_site(path: Option<&Path>) -> Result<(Site, PathBuf), Failure> {
    let Some(path) = path else {
        return Ok((Site::default(), PathBuf::new()));
    };
    let name = path.display().to_string();
    let text = inputs::read_text(path)?;
    let mut sources = Sources::new();
    let file = sources.add(name, text.as_str());
    let parsed = site::parse(file, &text);
    output::findings(&parsed.findings, &sources, Format::Text);
    if parsed.findings.iter().any(Finding::is_error) {
        return Err(Failure::Refused);
    }
    let base = path.parent().map(Path::to_path_buf).unwrap_or_default();
    Ok((parsed.site, base))
}
