//! The sequence, its children and its site, from arguments or from a stored run.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    super::{
        Failure,
        inputs::{self, InputKind, is_dash},
        output,
        sequences::{children, chosen, given_children},
    },
    RunArgs,
};
use crate::{
    children::{ChildSequences, GivenChild},
    diagnostic::{Finding, render::Format},
    elaborate::ParameterValues,
    host::local::certificates,
    lint::values_for_shell,
    load::LoadedSequence,
    model::{Reference, Sequence},
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
        let named = args.children.named()?.into_iter();
        let children = named.map(|(id, path)| (id, whole(&path))).collect();
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
    pub children: ChildSequences,
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
    let input = inputs::read(&source.file)?;
    let wanted = source.sequence.as_deref();
    let main = chosen(input, &source.given, wanted, "--sequence NAME").map_err(refused)?;
    let given = source.children.iter();
    let given = given.map(|(id, path)| (vec![id.clone()], path.clone()));
    let given = given_children(given).map_err(refused)?;
    let of_site = of_site(&site, &base)?;
    let children = children(&main, &given, &of_site);
    if source.site.is_some() {
        let found = |one: &Reference| children.has(one);
        refuse_unknown(&main.own, &main.sources, &site, &found)?;
        for (place, child) in children.with_places() {
            refuse_unknown(child, &texts(place, child), &site, &found)?;
        }
    }
    if source.begins {
        warn_of_shell(&main.own, &main.sources);
        for (place, child) in children.with_places() {
            warn_of_shell(child, &texts(place, child));
        }
    }
    Ok(LoadedRun {
        title: title_of(&main.own.title, &source.file),
        id: main.own.id,
        main: main.own.sequence,
        children,
        site: Arc::new(site),
        base,
        authorities,
    })
}

/// Warns of values that a shell would take apart; only Windows hands command lines over as they
/// are.
fn warn_of_shell(one: &LoadedSequence, sources: &Sources) {
    if cfg!(windows) {
        return;
    }
    let mut findings = values_for_shell(&one.sequence);
    hide_secrets(&mut findings, FileId(0), &one.text);
    // Without the line itself, which may be one that is not to be told.
    output::findings(&findings, sources, Format::Short);
}

/// A run that cannot begin ends with another code than a check that found something.
fn refused(failure: Failure) -> Failure {
    match failure {
        Failure::Findings => Failure::Refused,
        other => other,
    }
}

/// Refuses a sequence with references that the site file does not know.
fn refuse_unknown(
    own: &LoadedSequence,
    sources: &Sources,
    site: &Site,
    has_child: &dyn Fn(&Reference) -> bool,
) -> Result<(), Failure> {
    let mut findings = site::unknown_references(&own.sequence, site, has_child);
    hide_secrets(&mut findings, FileId(0), &own.text);
    if findings.is_empty() {
        return Ok(());
    }
    output::findings(&findings, sources, Format::Text);
    Err(Failure::Refused)
}

/// The text that the places of a child point into.
fn texts(place: &str, child: &LoadedSequence) -> Sources {
    let mut sources = Sources::new();
    sources.add(place, Arc::clone(&child.text));
    sources
}

/// The sequences of a site file.
fn of_site(site: &Site, base: &Path) -> Result<Vec<GivenChild>, Failure> {
    let named = site.sequences.iter().map(|own| {
        let keys = [&own.id].into_iter().chain(&own.also).chain(&own.name);
        (keys.cloned().collect::<Vec<_>>(), base.join(&own.file))
    });
    given_children(named).map_err(refused)
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
    let children = of_site(&site, &base)?;
    for child in &children {
        let sources = texts(&child.place, &child.loaded);
        refuse_unknown(&child.loaded, &sources, &site, &|_| false)?;
    }
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
    /// Its sequences.
    pub children: Vec<GivenChild>,
    /// The certificates that it names, as DER.
    pub authorities: Vec<Vec<u8>>,
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
