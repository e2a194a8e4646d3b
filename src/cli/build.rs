//! `tasq build`.

use std::{collections::HashMap, fmt::Write as _, io::IsTerminal as _, path::PathBuf};

use clap::Args;

use super::{
    Failure, Status,
    inputs::{self, InputFile, InputKind},
    output,
    outputs::{OutputKind, Outputs, ResultPlace, result_name},
    tally::Tally,
    values::CompileArgs,
};
use crate::{
    check::check, compile::Compiled, diagnostic::render::Format, elaborate::ParameterValues,
    emit::write_sequence, lint::to_enter, xml::XmlLayout,
};

/// Compile task sequences to XML
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tasq build lab.tasq                        the XML on standard output
  tasq build lab.tasq -o lab.xml --pretty
  tasq build a.tasq b.tasq -o out            out/a.xml and out/b.xml
  tasq build sequences -o out                every .tasq file below the folder, in the same folders below out
  tasq build lab.tasq --param ring=broad

A source with errors costs only itself: the others are written, and the exit code is 1.")]
pub(crate) struct BuildArgs {
    /// Sources, folders, patterns such as `*.tasq`; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// File to write, `-` for standard output; a folder for several sources
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
    /// Indent the XML
    #[arg(long)]
    pub pretty: bool,
    /// Write over a file that is not the XML of a task sequence
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub given: CompileArgs,
}

/// Compiles each source; one with errors costs only itself.
pub(super) fn run(args: &BuildArgs) -> Result<Status, Failure> {
    let given = args.given.given()?;
    let inputs = inputs::expand(&args.files, InputKind::Sources).not_empty()?;
    let output = args.output.as_deref();
    let destination = ResultPlace::of(output, inputs.files.len(), inputs.grouped, "sources")?;
    let mut tally = Tally::of(&inputs);
    let mut targets = Targets {
        destination,
        taken: HashMap::new(),
    };
    let mut ready = Vec::new();
    for file in &inputs.files {
        tally.begin(&file.path.display());
        match one(file, &given) {
            Ok(Some(compiled)) if compiled.is_good() => {
                ready.push((compiled, targets.of(file)?));
            }
            Ok(Some(_)) => tally.faulty(),
            // It was found, and is no sequence.
            Ok(None) => {}
            Err(failure) => tally.cost(failure)?,
        }
    }
    let layout = if args.pretty {
        XmlLayout::Pretty
    } else {
        XmlLayout::OneLine
    };
    let mut outputs = Outputs::new(args.force);
    for (compiled, target) in &ready {
        let xml = xml(compiled, layout)?;
        match target {
            Some(path) => outputs.add(path.clone(), OutputKind::SequenceXml, xml),
            None => print(xml, layout)?,
        }
    }
    outputs.write()?;
    ready.iter().for_each(|(compiled, _)| remind(compiled));
    let counts = [(ready.len(), "written"), (tally.failed, "failed")];
    tally.sum_up(ready.len(), &counts);
    Ok(tally.status())
}

/// A source compiled, its findings told; `None` for one that was found and holds no sequence.
fn one(file: &InputFile, given: &ParameterValues) -> Result<Option<Compiled>, Failure> {
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
    Ok(Some(compiled))
}

/// Where the XML of each source goes.
struct Targets {
    destination: ResultPlace,
    /// The source of each target, whatever the case of its letters.
    taken: HashMap<String, PathBuf>,
}

impl Targets {
    /// The target of a source; `None` is standard output.
    fn of(&mut self, file: &InputFile) -> Result<Option<PathBuf>, Failure> {
        let source = &file.path;
        let target = match &self.destination {
            ResultPlace::Stdout => return Ok(None),
            ResultPlace::File(path) => path.clone(),
            ResultPlace::Folder(folder) => {
                let below = folder.join(&file.inner);
                below.join(result_name(source, ".xml"))
            }
        };
        let key = target.to_string_lossy().to_lowercase();
        match self.taken.insert(key, source.clone()) {
            None => Ok(Some(target)),
            Some(other) => Err(Failure::Usage(format!(
                "two sources would be written to {}: {} and {}; nothing was written",
                target.display(),
                other.display(),
                source.display()
            ))),
        }
    }
}

/// Says what the XML leaves empty: an import with empty passwords fails only when a computer runs
/// it.
fn remind(compiled: &Compiled) {
    let list = to_enter(&compiled.sequence);
    if list.is_empty() {
        return;
    }
    let mut text = String::from("after the import, enter in the console what no XML holds:\n");
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

fn print(mut xml: Vec<u8>, layout: XmlLayout) -> Result<(), Failure> {
    if layout == XmlLayout::Pretty && std::io::stdout().is_terminal() {
        // The prompt begins on a line of its own; a file stays as an export is.
        xml.push(b'\n');
    }
    output::stdout(&xml)
}
