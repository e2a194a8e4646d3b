//! The sequence that a file and `--sequence` mean, and the children that `--child` and a site file
//! name: one way for every verb that runs one.

use std::{path::PathBuf, sync::Arc};

use clap::Args;

use super::{
    Failure,
    disk::DiskFiles,
    inputs::{self, SourceInput},
    output,
};
use crate::{
    children::{ChildSequences, ChildSources, GivenChild},
    diagnostic::{Finding, nearest, render::Format},
    elaborate::ParameterValues,
    load::{LoadedSequence, load},
    source::Sources,
};

/// Which sequences the steps run.
#[derive(Args, Debug, Clone, Default)]
pub(crate) struct ChildArgs {
    /// A sequence that a step runs, by its identifier or name; without it the export that holds
    /// FILE, and the sources beside it, are looked through
    #[arg(long, value_name = "ID=FILE")]
    pub child: Vec<String>,
}

impl ChildArgs {
    /// The sequences that are named.
    ///
    /// # Errors
    /// An argument, or its file, cannot be used.
    pub(super) fn read(&self) -> Result<Vec<GivenChild>, Failure> {
        let named = self.named()?.into_iter();
        given_children(named.map(|(id, path)| (vec![id], path)))
    }

    /// The arguments taken apart.
    ///
    /// # Errors
    /// One of them has no `=`.
    pub(super) fn named(&self) -> Result<Vec<(String, PathBuf)>, Failure> {
        let named = self.child.iter().map(|child| match child.split_once('=') {
            Some((id, path)) => Ok((id.trim().to_owned(), PathBuf::from(path))),
            None => Err(Failure::Usage(format!(
                "--child {child}: write --child ID=FILE"
            ))),
        });
        named.collect()
    }
}

/// A sequence of a file with what its file has beside it.
pub(super) struct ChosenSequence {
    pub own: LoadedSequence,
    /// The other sequences of the file.
    pub others: Vec<Arc<LoadedSequence>>,
    /// What the file is called.
    pub place: String,
    /// The project's files.
    pub files: DiskFiles,
    /// The texts that its findings point into.
    pub sources: Sources,
}

/// The sequence of a file that is meant; `how` is how people say which.
///
/// # Errors
/// The file has errors, which are told, or it is not said which sequence is meant.
pub(super) fn chosen(
    input: SourceInput,
    given: &ParameterValues,
    wanted: Option<&str>,
    how: &str,
) -> Result<ChosenSequence, Failure> {
    let (mut list, sources) = sequences(&input, given)?;
    let own = choose(&mut list, wanted, how)?;
    Ok(ChosenSequence {
        own,
        others: list.into_iter().map(Arc::new).collect(),
        place: input.name,
        files: input.files,
        sources,
    })
}

/// The sequences of a file.
///
/// # Errors
/// It has errors, which are then told.
fn sequences(
    input: &SourceInput,
    given: &ParameterValues,
) -> Result<(Vec<LoadedSequence>, Sources), Failure> {
    let bytes = input.bytes.clone();
    let contents = load(&input.name, &input.inner, bytes, &input.files, given);
    if contents.findings.iter().any(Finding::is_error) || contents.sequences.is_empty() {
        output::findings(&contents.findings, &contents.sources, Format::Text);
        if contents.findings.is_empty() {
            return Err(Failure::Unusable(format!(
                "{}: no sequence can be read from it",
                input.name
            )));
        }
        return Err(Failure::Findings);
    }
    Ok((contents.sequences, contents.sources))
}

/// Takes the sequence that was meant out of those of a file.
fn choose(
    list: &mut Vec<LoadedSequence>,
    wanted: Option<&str>,
    how: &str,
) -> Result<LoadedSequence, Failure> {
    let fits = |one: &LoadedSequence| match wanted {
        Some(wanted) => one.title == wanted || one.id.as_deref() == Some(wanted),
        None => true,
    };
    let fitting = list.iter().filter(|one| fits(one)).count();
    if fitting == 1
        && let Some(index) = list.iter().position(fits)
    {
        return Ok(list.remove(index));
    }
    let each = list.iter().map(|one| match &one.id {
        Some(id) => format!("{} ({id})", one.title),
        None => one.title.clone(),
    });
    let names = each.collect::<Vec<_>>().join(", ");
    Err(Failure::Usage(match wanted {
        Some(wanted) if fitting > 1 => {
            format!("{wanted} is what several sequences are called: the file holds {names}")
        }
        Some(wanted) => format!("there is no sequence {wanted}; there is: {names}"),
        None => format!("{how}: the file holds {names}"),
    }))
}

/// Reads the files of children, each with the identifiers or names that it goes by. What stands
/// beside one in its file is there, too.
///
/// # Errors
/// A file cannot be read, has errors, or holds several sequences of which none is meant.
pub(super) fn given_children(
    list: impl IntoIterator<Item = (Vec<String>, PathBuf)>,
) -> Result<Vec<GivenChild>, Failure> {
    let mut out = Vec::new();
    for (keys, path) in list {
        let input = inputs::read(&path)?;
        let (mut list, _) = sequences(&input, &ParameterValues::default())?;
        let is_meant = |one: &LoadedSequence| {
            let mut own = one.id.iter().chain([&one.title]);
            own.any(|own| keys.contains(own))
        };
        let how = format!(
            "--child {}=FILE needs a file with one sequence",
            keys.first().map_or("ID", String::as_str)
        );
        let own = match list.iter().position(is_meant) {
            Some(index) => list.remove(index),
            None => choose(&mut list, None, &how)?,
        };
        let place = input.name;
        let others = list
            .into_iter()
            .map(|one| GivenChild::beside(&place, &Arc::new(one)));
        out.extend(others);
        out.push(GivenChild {
            keys,
            loaded: Arc::new(own),
            place,
        });
    }
    Ok(out)
}

/// Finds the children of a sequence.
pub(super) fn children(
    main: &ChosenSequence,
    given: &[GivenChild],
    of_site: &[GivenChild],
) -> ChildSequences {
    ChildSources::new(&main.files)
        .given(given)
        .of_site(of_site)
        .beside(&main.place, &main.others)
        .resolve(&main.own.sequence)
}

/// Says which children are there and cannot be taken, and which were given for nothing.
pub(super) fn tell_unclear(children: &ChildSequences) {
    for key in children.unused() {
        let near = nearest(key, children.said());
        let near = near.map_or(String::new(), |near| format!("; did you mean \"{near}\"?"));
        output::remark(&format!(
            "tasq: --child \"{key}\": no step runs a sequence of this name{near}\n"
        ));
    }
    for (name, why) in children.unclear() {
        let key = name.short();
        output::remark(&format!(
            "tasq: {name} is not run: {why}; --child \"{key}\"=FILE says which is meant\n"
        ));
    }
}
