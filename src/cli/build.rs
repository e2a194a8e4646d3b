//! `tasq build`.

use std::{
    io::{IsTerminal as _, Write},
    path::{Path, PathBuf},
};

use clap::Args;

use super::{Failure, Status, disk, output, values::CompileArgs};
use crate::{
    check::check, compile::Compiled, diagnostic::render::Format, emit::write_sequence,
    lint::to_enter, xml::XmlLayout,
};

/// Compile task sequences to XML
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tasq build lab.tasq                        the XML on standard output
  tasq build lab.tasq -o lab.xml --pretty
  tasq build a.tasq b.tasq -o out            out/a.xml and out/b.xml
  tasq build lab.tasq --param ring=broad")]
pub(crate) struct BuildArgs {
    /// Sources; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// File to write, `-` for standard output; a folder for several sources
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
    /// Indent the XML
    #[arg(long)]
    pub pretty: bool,
    #[command(flatten)]
    pub given: CompileArgs,
}

/// Compiles each source; writes nothing at all when one of them has errors.
pub(super) fn run(args: &BuildArgs) -> Result<Status, Failure> {
    let given = args.given.given()?;
    let form = if args.pretty {
        XmlLayout::Pretty
    } else {
        XmlLayout::OneLine
    };
    let outputs = outputs(&args.files, args.output.as_deref())?;
    let mut ready = Vec::new();
    let mut status = Status::Fine;
    for (path, output) in args.files.iter().zip(outputs) {
        let input = disk::read(path)?;
        let compiled = check(&input.name, &input.inner, input.bytes, &input.files, &given);
        output::findings(&compiled.findings, &compiled.sources, Format::Text);
        if compiled.is_good() && compiled.sequence.nodes.is_empty() && !compiled.tests.is_empty() {
            return Err(Failure::Unusable(format!(
                "{} holds tests and no sequence: there is nothing to build",
                input.name
            )));
        }
        if !compiled.is_good() {
            status = Status::Findings;
        }
        ready.push((compiled, output));
    }
    if status == Status::Fine {
        for (compiled, output) in ready {
            write(&compiled, output.as_deref(), form)?;
            remind(&compiled);
        }
    }
    Ok(status)
}

/// Where each source's XML goes; `None` is standard output.
fn outputs(files: &[PathBuf], output: Option<&Path>) -> Result<Vec<Option<PathBuf>>, Failure> {
    let folder = output.filter(|path| path.is_dir() || files.len() > 1 && !disk::is_dash(path));
    match (files.len(), output, folder) {
        (_, _, Some(folder)) => {
            std::fs::create_dir_all(folder).map_err(|error| {
                Failure::Unusable(format!(
                    "cannot make the folder {}: {error}",
                    folder.display()
                ))
            })?;
            let mut out: Vec<Option<PathBuf>> = Vec::new();
            for file in files {
                let stem = file
                    .file_stem()
                    .filter(|_| !disk::is_dash(file))
                    .unwrap_or("stdin".as_ref());
                let target = folder.join(stem).with_extension("xml");
                if out.contains(&Some(target.clone())) {
                    return Err(Failure::Usage(format!(
                        "two sources would be written to {}",
                        target.display()
                    )));
                }
                out.push(Some(target));
            }
            Ok(out)
        }
        (1, Some(path), _) if !disk::is_dash(path) => Ok(vec![Some(path.to_owned())]),
        (1, _, _) => Ok(vec![None]),
        _ => Err(Failure::Usage(
            "several sources need a folder to write to: -o DIR".to_owned(),
        )),
    }
}

/// Says what the XML leaves empty: an import with empty passwords fails only when a computer runs
/// it.
fn remind(compiled: &Compiled) {
    let list = to_enter(&compiled.sequence);
    if list.is_empty() {
        return;
    }
    output::remark("after the import, enter in the console what no XML holds:\n");
    for one in list {
        let secret = one
            .secret
            .map_or(String::new(), |name| format!(" (secret {name})"));
        output::remark(&format!("  step \"{}\": {}{secret}\n", one.step, one.what));
    }
}

fn write(compiled: &Compiled, output: Option<&Path>, form: XmlLayout) -> Result<(), Failure> {
    match output {
        Some(path) => disk::write_whole(path, &mut |out: &mut dyn Write| {
            write_sequence(&compiled.sequence, form, out).map(drop)
        }),
        None => {
            let mut bytes = Vec::new();
            // Memory does not fail; the whole text is there before the first byte is written.
            write_sequence(&compiled.sequence, form, &mut bytes)
                .map_err(|error| Failure::Internal(error.to_string()))?;
            if form == XmlLayout::Pretty && std::io::stdout().is_terminal() {
                // The prompt begins on a line of its own; a file stays as an export is.
                bytes.push(b'\n');
            }
            output::stdout(&bytes)
        }
    }
}
