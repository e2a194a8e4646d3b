//! `tasq build`.

mod archive;
mod secrets;

use std::{collections::HashMap, fmt::Write as _, io::IsTerminal as _, path::PathBuf, sync::Arc};

use clap::{Args, ValueEnum};

use super::{
    Failure, Status, disk,
    inputs::{self, InputFile, InputKind, Inputs},
    output,
    outputs::{OutputKind, Outputs, ResultPlace, result_name},
    tally::Tally,
    values::CompileArgs,
};
use crate::{
    check::check,
    children::GivenChild,
    compile::Compiled,
    console::{SequenceObject, package_xml},
    diagnostic::render::Format,
    elaborate::ParameterValues,
    emit::write_sequence,
    lint::to_enter,
    load::LoadedSequence,
    model::Sequence,
    vocabulary::Dialect,
    xml::XmlLayout,
};

/// Compile task sequences to XML, or to the zip that the console imports
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tasq build lab.tasq                        the XML on standard output
  tasq build lab.tasq -o lab.xml --pretty
  tasq build a.tasq b.tasq -o out            out/a.xml and out/b.xml
  tasq build sequences -o out                every .tasq file below the folder, in the same folders below out
  tasq build lab.tasq --param ring=broad
  tasq build lab.tasq --format zip -o lab.zip           for the console's Import wizard
  tasq build parent.tasq child.tasq --format zip -o lab.zip
  tasq build lab.tasq --format zip --base export.zip -o lab.zip
  tasq build mdt.tasq --format pretty -o ts.xml --secrets secrets.toml

A source with errors costs only itself: the others are written, and the exit code is 1.")]
pub(crate) struct BuildArgs {
    /// Sources, folders, patterns such as `*.tasq`; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// File to write, `-` for standard output; a folder for several sources
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
    /// What to write
    #[arg(long, value_enum, default_value_t = BuildFormat::Xml)]
    pub format: BuildFormat,
    /// Indent the XML; the same as --format pretty
    #[arg(long, conflicts_with = "format")]
    pub pretty: bool,
    /// Pack the zip from this export of the console: what the sources do not change stays as it is
    #[arg(long, value_name = "EXPORT.ZIP")]
    pub base: Option<PathBuf>,
    /// Give the sequences of the zip other identifiers than they have, so that an import does not
    /// overwrite these; they follow from the old ones and the steps
    #[arg(long)]
    pub fresh_id: bool,
    /// The administrator's comment, which the Import wizard shows
    #[arg(long, value_name = "TEXT")]
    pub comment: Option<String>,
    /// Fill the passwords of an MDT sequence, which its ts.xml holds in clear, from a TOML file
    /// that its owner alone can read; only with --format pretty and -o
    #[arg(long, value_name = "FILE", visible_alias = "secret-file")]
    pub secrets: Option<PathBuf>,
    /// Write over a file that is not what is written here
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub given: CompileArgs,
}

/// What is written for a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum BuildFormat {
    /// The XML of the sequence on one line, as scripts import it
    Xml,
    /// The same, indented
    Pretty,
    /// The zip of the console's Import wizard
    Zip,
    /// The sequence and its properties in one file, <SmsTaskSequencePackage>
    Package,
}

impl BuildFormat {
    /// The ending of its files.
    fn ending(self) -> &'static str {
        match self {
            BuildFormat::Zip => ".zip",
            BuildFormat::Xml | BuildFormat::Pretty | BuildFormat::Package => ".xml",
        }
    }

    fn kind(self) -> OutputKind {
        match self {
            BuildFormat::Xml | BuildFormat::Pretty => OutputKind::SequenceXml,
            BuildFormat::Zip => OutputKind::ConsoleZip,
            BuildFormat::Package => OutputKind::PackageXml,
        }
    }
}

/// A source that was compiled and has no errors.
struct BuiltSource {
    path: PathBuf,
    /// Its folder below the one that was named.
    inner: PathBuf,
    compiled: Compiled,
    /// What it is called where it has no name.
    title: String,
    /// The project that it belongs to, and its files.
    project: String,
    files: disk::DiskFiles,
}

impl BuiltSource {
    fn new(file: &InputFile, compiled: Compiled, files: disk::DiskFiles) -> BuiltSource {
        let path = &file.path;
        BuiltSource {
            path: path.clone(),
            inner: file.inner.clone(),
            title: result_name(path, "").to_string_lossy().into_owned(),
            project: disk::project_name(path),
            files,
            compiled,
        }
    }

    /// The sequence as others may run it.
    fn as_child(&self) -> GivenChild {
        let sequence = self.compiled.sequence.clone();
        let name = sequence.name.as_ref().map(|name| name.value.clone());
        let title = name.unwrap_or_else(|| self.title.clone());
        let id = sequence.property(archive::PACKAGE_ID).map(str::to_owned);
        GivenChild {
            keys: vec![id.clone().unwrap_or_else(|| title.clone())],
            place: self.path.display().to_string(),
            loaded: Arc::new(LoadedSequence {
                title,
                id,
                sequence,
                text: Arc::from(self.compiled.tree.text()),
            }),
        }
    }
}

/// Compiles each source; one with errors costs only itself.
pub(super) fn run(args: &BuildArgs) -> Result<Status, Failure> {
    let format = if args.pretty {
        BuildFormat::Pretty
    } else {
        args.format
    };
    of_zips_only(args, format)?;
    let given = args.given.given()?;
    let inputs = inputs::expand(&args.files, InputKind::Sources).not_empty()?;
    let mut tally = Tally::of(&inputs);
    let mut ready = Vec::new();
    for file in &inputs.files {
        tally.begin(&file.path.display());
        match one(file, &given) {
            Ok(Some((compiled, files))) if compiled.is_good() => {
                ready.push(BuiltSource::new(file, compiled, files));
            }
            Ok(Some(_)) => tally.faulty(),
            // It was found, and is no sequence.
            Ok(None) => {}
            Err(failure) => tally.cost(failure)?,
        }
    }
    secrets::fill(args, format, &mut ready)?;
    let mut outputs = Outputs::new(args.force);
    let written = match &args.base {
        _ if ready.is_empty() => 0,
        _ if tally.failed > 0 && archive::is_one(args, format) => {
            output::remark("the zip is not written: it would lack a sequence\n");
            0
        }
        Some(base) => archive::repack(args, base, &ready, &mut outputs)?,
        None if format == BuildFormat::Zip => archive::pack(args, &inputs, &ready, &mut outputs)?,
        None => each(args, format, &inputs, &ready, &mut outputs)?,
    };
    outputs.write()?;
    ready
        .iter()
        .for_each(|source| remind(&source.compiled.sequence));
    let counts = [(written, "written"), (tally.failed, "failed")];
    tally.sum_up(written, &counts);
    Ok(tally.status())
}

/// Refuses what means something for zips only.
fn of_zips_only(args: &BuildArgs, format: BuildFormat) -> Result<(), Failure> {
    let zip = format == BuildFormat::Zip;
    let given = [
        ("--base", args.base.is_some()),
        ("--fresh-id", args.fresh_id),
        ("--comment", args.comment.is_some()),
    ];
    let wrong = given.iter().find(|(_, given)| *given && !zip);
    if let Some((option, _)) = wrong {
        return Err(Failure::Usage(format!(
            "{option} is about zips: add --format zip"
        )));
    }
    if args.base.is_some() && (args.fresh_id || args.comment.is_some()) {
        return Err(Failure::Usage(
            "--base keeps the export's identifiers and its comment; leave out --base for new ones"
                .to_owned(),
        ));
    }
    Ok(())
}

/// A file for each source.
fn each(
    args: &BuildArgs,
    format: BuildFormat,
    inputs: &Inputs,
    ready: &[BuiltSource],
    outputs: &mut Outputs,
) -> Result<usize, Failure> {
    let mut targets = Targets::of(args, inputs, format.ending())?;
    let mut all = Vec::new();
    for source in ready {
        let (bytes, target) = (bytes(format, source)?, targets.of_source(source)?);
        all.push((bytes, target));
    }
    for (bytes, target) in all {
        match target {
            Some(path) => outputs.add(path, format.kind(), bytes),
            None => print(bytes, format)?,
        }
    }
    Ok(ready.len())
}

/// What is written for a source.
fn bytes(format: BuildFormat, source: &BuiltSource) -> Result<Vec<u8>, Failure> {
    let sequence = &source.compiled.sequence;
    match format {
        BuildFormat::Pretty => {
            let mut out = declaration(sequence.dialect).as_bytes().to_vec();
            out.extend(xml(&source.compiled, XmlLayout::Pretty)?);
            Ok(out)
        }
        BuildFormat::Xml | BuildFormat::Zip => xml(&source.compiled, XmlLayout::OneLine),
        BuildFormat::Package => {
            archive::refuse_mdt(source)?;
            let id = sequence.property(archive::PACKAGE_ID).unwrap_or("");
            let object = SequenceObject::new(id, &source.title, sequence.clone());
            Ok(package_xml(&object).into_bytes())
        }
    }
}

/// A source compiled, its findings told; `None` for one that was found and holds no sequence.
fn one(
    file: &InputFile,
    given: &ParameterValues,
) -> Result<Option<(Compiled, disk::DiskFiles)>, Failure> {
    let input = inputs::read(&file.path)?;
    let name = input.name;
    let compiled = check(&name, &input.inner, input.bytes, &input.files, given);
    let tests_alone = compiled.sequence.nodes.is_empty() && !compiled.tests.is_empty();
    if compiled.is_good() && tests_alone {
        if file.named {
            return Err(Failure::Unusable(format!(
                "{name} holds tests and no sequence: there is nothing to build"
            )));
        }
        return Ok(None);
    }
    output::findings(&compiled.findings, &compiled.sources, Format::Text);
    Ok(Some((compiled, input.files)))
}

/// What stands before an indented sequence: MDT's own files have a declaration.
fn declaration(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Mdt => "<?xml version=\"1.0\"?>\r\n",
        Dialect::ConfigMgr => "",
    }
}

/// Where the XML of each source goes.
struct Targets {
    destination: ResultPlace,
    /// The source of each target, whatever the case of its letters.
    taken: HashMap<String, PathBuf>,
    /// The ending of the files.
    ending: &'static str,
}

impl Targets {
    /// The targets of all sources.
    fn of(args: &BuildArgs, inputs: &Inputs, ending: &'static str) -> Result<Targets, Failure> {
        let (output, count) = (args.output.as_deref(), inputs.files.len());
        Ok(Targets {
            destination: ResultPlace::of(output, count, inputs.grouped, "sources")?,
            taken: HashMap::new(),
            ending,
        })
    }

    /// The target of a source; `None` is standard output.
    fn of_source(&mut self, source: &BuiltSource) -> Result<Option<PathBuf>, Failure> {
        let target = match &self.destination {
            ResultPlace::Stdout => return Ok(None),
            ResultPlace::File(path) => path.clone(),
            ResultPlace::Folder(folder) => {
                let below = folder.join(&source.inner);
                below.join(result_name(&source.path, self.ending))
            }
        };
        let key = target.to_string_lossy().to_lowercase();
        match self.taken.insert(key, source.path.clone()) {
            None => Ok(Some(target)),
            Some(other) => Err(Failure::Usage(format!(
                "two sources would be written to {}: {} and {}; nothing was written",
                target.display(),
                other.display(),
                source.path.display()
            ))),
        }
    }
}

/// Says what the XML leaves empty: an import with empty passwords fails only when a computer runs
/// it.
fn remind(sequence: &Sequence) {
    let list = to_enter(sequence);
    if list.is_empty() {
        return;
    }
    let mut text = match sequence.dialect {
        Dialect::ConfigMgr => "after the import, enter in the console what no XML holds:\n",
        Dialect::Mdt => "enter in the Deployment Workbench what the XML leaves empty:\n",
    }
    .to_owned();
    for one in list {
        let secret = one
            .secret
            .map_or(String::new(), |name| format!(" (secret {name})"));
        let _ = writeln!(text, "  step \"{}\": {}{secret}", one.step, one.what);
    }
    output::remark(&text);
}

fn xml(compiled: &Compiled, layout: XmlLayout) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    // Memory does not fail; the whole text is there before the first byte is written.
    write_sequence(&compiled.sequence, layout, &mut bytes)
        .map_err(|error| Failure::Internal(error.to_string()))?;
    Ok(bytes)
}

fn print(mut xml: Vec<u8>, format: BuildFormat) -> Result<(), Failure> {
    let terminal = std::io::stdout().is_terminal();
    if format == BuildFormat::Zip && terminal {
        return Err(Failure::Usage("a zip needs a file: -o FILE".to_owned()));
    }
    if format == BuildFormat::Pretty && terminal {
        // The prompt begins on a line of its own; a file stays as an export is.
        xml.push(b'\n');
    }
    output::stdout(&xml)
}
