//! Zips: which sequences go into one, under which identifiers, and what is said of that.

use std::{collections::BTreeMap, fmt::Write as _, path::Path};

use super::{
    super::{
        Failure, inputs,
        inputs::Inputs,
        output,
        outputs::{OutputKind, Outputs, ResultPlace},
    },
    BuildArgs, BuildFormat, BuiltSource, Targets, print, remind,
};
use crate::{
    children::{ChildSources, GivenChild},
    console::{
        ConsoleBase, NewArchive, RepackedSequence, SequenceObject, authoring_scope, derived_id,
        fresh_id, with_other_ids,
    },
    diagnostic::{Finding, render::Format},
    elaborate::is_package_id,
    load::LoadedSequence,
    model::{Node, Reference, Sequence, Value},
    read,
    vocabulary::{Dialect, Referenced},
};

/// The header's property for the identifier.
pub(super) const PACKAGE_ID: &str = "package_id";

/// A zip for each source, or one for all of them when the output is one file.
pub(super) fn pack(
    args: &BuildArgs,
    inputs: &Inputs,
    ready: &[BuiltSource],
    outputs: &mut Outputs,
) -> Result<usize, Failure> {
    ready.iter().try_for_each(refuse_mdt)?;
    let together = args.output.as_deref().filter(|path| is_zip_file(path));
    if let Some(path) = together {
        let all: Vec<&BuiltSource> = ready.iter().collect();
        outputs.add(path.to_owned(), OutputKind::ConsoleZip, zip(args, &all)?);
        return Ok(1);
    }
    let mut targets = Targets::of(args, inputs, BuildFormat::Zip.ending())?;
    for source in ready {
        let bytes = zip(args, &[source])?;
        match targets.of_source(source)? {
            Some(path) => outputs.add(path, OutputKind::ConsoleZip, bytes),
            None => print(bytes, BuildFormat::Zip)?,
        }
    }
    Ok(ready.len())
}

/// Whether all sequences go into one zip.
pub(super) fn is_one(args: &BuildArgs, format: BuildFormat) -> bool {
    let zip = format == BuildFormat::Zip;
    zip && (args.base.is_some() || args.output.as_deref().is_some_and(is_zip_file))
}

/// Whether an output is one zip, and no folder.
fn is_zip_file(path: &Path) -> bool {
    let named = path.extension();
    named.is_some_and(|ending| ending.eq_ignore_ascii_case("zip")) && !path.is_dir()
}

/// MDT's sequences are files of a share and no objects of a site.
pub(super) fn refuse_mdt(source: &BuiltSource) -> Result<(), Failure> {
    let place = source.path.display().to_string();
    refuse_mdt_sequence(&place, &source.compiled.sequence)
}

fn refuse_mdt_sequence(place: &str, sequence: &Sequence) -> Result<(), Failure> {
    if sequence.dialect == Dialect::Mdt {
        return Err(Failure::Usage(format!(
            "{place} is a task sequence of MDT, which the console does not import; --format pretty writes its ts.xml"
        )));
    }
    Ok(())
}

/// A zip of these sequences, and of those that they run.
fn zip(args: &BuildArgs, sources: &[&BuiltSource]) -> Result<Vec<u8>, Failure> {
    let project = sources.first().map_or("", |one| one.project.as_str());
    let mut objects = with_children(project, sources)?;
    children_first(&mut objects);
    if args.fresh_id {
        refresh(project, &mut objects)?;
    }
    let mut ids: Vec<&str> = objects.iter().map(|one| one.object.id.as_str()).collect();
    ids.sort_unstable();
    if let Some([id, _]) = ids.windows(2).find(|pair| pair[0] == pair[1]) {
        let own = objects.iter().filter(|one| one.object.id == *id);
        let names: Vec<&str> = own.map(|one| one.object.name.as_str()).collect();
        return Err(Failure::Usage(format!(
            "several sequences of one zip have the identifier {id}: {}",
            names.join(", ")
        )));
    }
    objects.iter().for_each(|one| output::remark(&one.said()));
    tell_missing(&objects);
    for one in &objects {
        // Those of the sources are told with the others.
        let is_own = |source: &&BuiltSource| source.path.display().to_string() == one.place;
        if !sources.iter().any(is_own) {
            remind(&one.object.sequence);
        }
    }
    let objects: Vec<SequenceObject> = objects.into_iter().map(|one| one.object).collect();
    let scope = authoring_scope(project);
    let new = NewArchive {
        scope: &scope,
        comment: args.comment.as_deref().unwrap_or(""),
        objects: &objects,
    };
    Ok(new.bytes())
}

/// Where an identifier is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum IdOrigin {
    /// The header says it.
    Header,
    /// A sequence that runs this one calls it so.
    Parent,
    /// It was worked out from names.
    Derived,
    /// It is new.
    Fresh,
}

/// A sequence with the identifier that it gets.
struct IdentifiedObject {
    object: SequenceObject,
    origin: IdOrigin,
    /// Where it is from, for people.
    place: String,
}

impl IdentifiedObject {
    /// A sequence; `called` are the identifiers by which others run it.
    fn new(project: &str, place: &str, own: &LoadedSequence, called: &[&str]) -> Self {
        let mut object = SequenceObject::new("", &own.title, own.sequence.clone());
        let said = own.id.as_deref();
        let parent = called.iter().find(|id| is_package_id(id) && **id != NO_ID);
        let (id, origin) = match (said, parent) {
            (Some(id), _) => (id.to_owned(), IdOrigin::Header),
            (None, Some(id)) => ((*id).to_owned(), IdOrigin::Parent),
            (None, None) => (derived_id(project, &object.name), IdOrigin::Derived),
        };
        object.id = id;
        IdentifiedObject {
            object,
            origin,
            place: place.to_owned(),
        }
    }

    /// What an import does with it.
    fn said(&self) -> String {
        let (name, id) = (&self.object.name, &self.object.id);
        let overwrites = "an import overwrites the task sequence that was imported with it; --fresh-id gives another one";
        match self.origin {
            IdOrigin::Header => format!("\"{name}\" keeps the identifier {id}: {overwrites}\n"),
            IdOrigin::Parent => format!(
                "\"{name}\" has no package_id and gets {id}, as the sequence that runs it says: {overwrites}\n"
            ),
            IdOrigin::Derived => format!(
                "\"{name}\" has no package_id and gets {id}, which follows from the names of project and sequence: {overwrites}\n"
            ),
            IdOrigin::Fresh => format!("\"{name}\" gets the new identifier {id}\n"),
        }
    }
}

/// An identifier that stands for none.
const NO_ID: &str = "00000000";

/// The sources, and the sequences that they run, as far as the project has them.
fn with_children(
    project: &str,
    sources: &[&BuiltSource],
) -> Result<Vec<IdentifiedObject>, Failure> {
    let given: Vec<GivenChild> = sources.iter().map(|one| one.as_child()).collect();
    // Each sequence by its place, with the identifiers by which others call it.
    let mut called: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut found: Vec<(String, LoadedSequence)> = given
        .iter()
        .map(|one| (one.place.clone(), (*one.loaded).clone()))
        .collect();
    for source in sources {
        let children = ChildSources::new(&source.files)
            .given(&given)
            .resolve(&source.compiled.sequence);
        for (name, why) in children.unclear() {
            output::remark(&format!(
                "tasq: {name} is not in the zip: {why}; name its source beside the others\n"
            ));
        }
        for (name, sequence) in children.named() {
            let is_it = |(_, own): &(&str, &LoadedSequence)| std::ptr::eq(&own.sequence, sequence);
            let Some((place, own)) = children.with_places().find(is_it) else {
                continue;
            };
            called
                .entry(place.to_owned())
                .or_default()
                .push(name.id.clone());
            if !found.iter().any(|(known, _)| known == place) {
                found.push((place.to_owned(), own.clone()));
            }
        }
    }
    let mut out = Vec::new();
    for (place, own) in &found {
        refuse_mdt_sequence(place, &own.sequence)?;
        let ids = called.get(place).map_or(&[][..], Vec::as_slice);
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        out.push(IdentifiedObject::new(project, place, own, &ids));
    }
    Ok(out)
}

/// Says which sequences are run and are not in the zip.
fn tell_missing(objects: &[IdentifiedObject]) {
    for one in objects {
        let mut missing: Vec<String> = children(&one.object.sequence)
            .into_iter()
            .map(|child| child.id)
            .filter(|id| !objects.iter().any(|other| other.object.id == *id))
            .collect();
        missing.sort();
        missing.dedup();
        if !missing.is_empty() {
            output::remark(&format!(
                "{} runs {}, which the zip does not hold: the site must have it\n",
                one.place,
                missing.join(", ")
            ));
        }
    }
}

/// The sequences that a sequence runs.
fn children(sequence: &Sequence) -> Vec<Reference> {
    let mut out = Vec::new();
    sequence.walk(&mut |node, _| {
        let Node::Step(step) = node else { return };
        let rows = step.table().map_or(&[][..], |table| &table.property);
        for setting in &step.settings {
            let row = rows.get(setting.property);
            if let (Value::References(list), Some(Referenced::TaskSequence)) =
                (&setting.value, row.and_then(|row| row.reference))
            {
                out.extend(list.iter().cloned());
            }
        }
    });
    out
}

/// Puts each sequence behind those that it runs. One that runs itself, in a circle, stays.
fn children_first(objects: &mut Vec<IdentifiedObject>) {
    let mut left = std::mem::take(objects);
    while !left.is_empty() {
        let waits = |one: &IdentifiedObject| {
            children(&one.object.sequence).iter().any(|child| {
                left.iter()
                    .any(|other| other.object.id == child.id && other.object.id != one.object.id)
            })
        };
        let next = left.iter().position(|one| !waits(one)).unwrap_or(0);
        let next = left.remove(next);
        objects.push(next);
    }
}

/// Gives all sequences new identifiers, also where one names another.
fn refresh(project: &str, objects: &mut [IdentifiedObject]) -> Result<(), Failure> {
    let ids: Vec<(String, String)> = objects
        .iter()
        .map(|one| {
            let old = one.object.id.clone();
            let new = fresh_id(project, &old, &one.object.xml);
            (old, new)
        })
        .collect();
    for (one, (_, new)) in objects.iter_mut().zip(&ids) {
        let mut sequence = one.object.sequence.clone();
        with_other_ids(&mut sequence, &ids);
        let title = one.object.name.clone();
        one.object = SequenceObject::new(new, &title, sequence);
        one.origin = IdOrigin::Fresh;
        let left = ids.iter().find(|(old, _)| one.object.xml.contains(old));
        if let Some((old, _)) = left {
            return Err(Failure::Usage(format!(
                "\"{title}\" names {old} elsewhere than in a reference, so it cannot get another identifier; its package_id can be changed by hand"
            )));
        }
    }
    Ok(())
}

/// Packs the sources into an export of the console.
pub(super) fn repack(
    args: &BuildArgs,
    base: &Path,
    ready: &[BuiltSource],
    outputs: &mut Outputs,
) -> Result<usize, Failure> {
    ready.iter().try_for_each(refuse_mdt)?;
    let (name, bytes) = inputs::read_bytes(base)?;
    let there = read::open(&name, bytes.clone());
    if there.findings.iter().any(Finding::is_error) {
        output::findings(&there.findings, &there.sources, Format::Text);
        return Err(Failure::Unusable(format!("{name} cannot be packed again")));
    }
    let refused = |source: &str, error: crate::console::BaseError| {
        Failure::Unusable(format!(
            "{source} cannot be packed into {name}: {}",
            error.0
        ))
    };
    let mut export = ConsoleBase::open(&bytes).map_err(|error| {
        Failure::Unusable(format!("{name} cannot be packed again: {}", error.0))
    })?;
    let mut chosen: Vec<(usize, &Sequence)> = Vec::new();
    for source in ready {
        let sequence = &source.compiled.sequence;
        let shown = source.path.display().to_string();
        let own = sequence.name.as_ref().map(|name| name.value.as_str());
        let index = export
            .find(sequence.property(PACKAGE_ID), own)
            .map_err(|error| refused(&shown, error))?;
        if chosen.iter().any(|(known, _)| *known == index) {
            return Err(Failure::Usage(format!(
                "two sources are the sequence {} of {name}",
                export.id(index)
            )));
        }
        chosen.push((index, sequence));
    }
    let (packed, done) = export
        .repack(&chosen)
        .map_err(|error| refused("what was built", error))?;
    for ((index, _), result) in chosen.iter().zip(&done) {
        output::remark(&account(&name, export.id(*index), result));
    }
    match ResultPlace::of(args.output.as_deref(), 1, false, "zips")? {
        ResultPlace::Stdout => print(packed, BuildFormat::Zip)?,
        ResultPlace::File(path) => outputs.add(path, OutputKind::ConsoleZip, packed),
        ResultPlace::Folder(folder) => {
            let own = base.file_name().unwrap_or_default();
            outputs.add(folder.join(own), OutputKind::ConsoleZip, packed);
        }
    }
    Ok(1)
}

/// What became of a sequence of the export.
fn account(base: &str, id: &str, result: &RepackedSequence) -> String {
    let mut out = if result.changed.is_empty() {
        format!("{id} is as in {base}\n")
    } else {
        let changed = result.changed.join(", ");
        format!(
            "{id} differs from {base} in {changed}; an import overwrites the task sequence that was imported with this identifier\n"
        )
    };
    if !result.kept.is_empty() {
        let kept = result.kept.join(", ");
        let _ = writeln!(
            out,
            "  kept from {base}, which the source does not say: {kept}"
        );
    }
    if !result.absent.is_empty() {
        let absent = result.absent.join(", ");
        let _ = writeln!(
            out,
            "  not written, because the object in {base} has no such property: {absent}"
        );
    }
    out
}
