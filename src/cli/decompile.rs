//! `tasq decompile`.

use std::{
    collections::HashSet,
    fmt::Write as _,
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum};
use serde_json::{Value as Json, json};

use super::{Failure, Status, check, disk, output};
use crate::{
    decompile::{DecompileOptions, Decompiled, Ledger, LedgerPlace, ProofVerdict, decompile},
    diagnostic::{Code, Finding, render::Format},
    read::{self, Export, Input},
    source::{Sources, Span},
    write::Scripts,
};

/// Turn an exported task sequence into a source, and prove it
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tasq decompile export.zip -o sequences/     one source for each sequence in the export
  tasq decompile object.xml -o lab.tasq --scripts files
  tasq decompile exports/ -o sequences/      all exports of a folder
  tasq decompile ts.xml                      the source on standard output

Exit code 0: building the source gives the same XML. 1: it does not, or parts are kept as XML.")]
pub(crate) struct DecompileArgs {
    /// Exports: the console's zip or object.xml, a bare sequence, MDT's ts.xml; a folder stands for
    /// those below it, `-` is standard input
    #[arg(required = true, value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,
    /// File to write, `-` for standard output; a folder, which several sequences need
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
    /// Leave the proof out
    #[arg(long)]
    pub no_verify: bool,
    /// Where inline scripts go: into the source, or into files beside it
    #[arg(long, value_enum, default_value_t = ScriptPlace::Inline)]
    pub scripts: ScriptPlace,
    /// How to print the account: text to standard error, json (with the source) to standard output
    #[arg(long, value_enum, default_value_t = LedgerFormat::Text)]
    pub output_format: LedgerFormat,
    /// Write even what would not come back, and over files that are there
    #[arg(long)]
    pub force: bool,
}

/// Where inline scripts go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ScriptPlace {
    /// Into the source.
    Inline,
    /// Into files beside it.
    Files,
}

/// How the account of a decompilation is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LedgerFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// Turns an export into sources, and says what the proof says. Nothing is written when a sequence
/// would not come back.
pub(super) fn run(args: &DecompileArgs) -> Result<Status, Failure> {
    let input = inputs(&args.inputs)?;
    if !input.findings.is_empty() {
        let stop = input.exports.is_empty() || !args.force;
        if args.output_format == LedgerFormat::Text {
            output::findings(&input.findings, &input.sources, Format::Text);
        } else if stop {
            print(&[], &input)?;
        }
        if stop {
            return Ok(Status::Findings);
        }
    }
    let scripts = match args.scripts {
        ScriptPlace::Inline => Scripts::Inline,
        ScriptPlace::Files => Scripts::Files,
    };
    let options = DecompileOptions {
        scripts,
        unproven: args.no_verify,
    };
    let targets = targets(&input.exports, args.output.as_deref(), scripts)?;
    let done: Vec<Decompiled> = input
        .exports
        .iter()
        .map(|export| decompile(export, options))
        .collect();
    report(args, &input, &done, &targets)?;
    let lost = done
        .iter()
        .any(|one| one.ledger.verdict == ProofVerdict::NotRepresentable);
    if lost && !args.force {
        output::remark("tasq: nothing was written; --force writes what could be said\n");
        return Ok(Status::Findings);
    }
    if !args.force {
        spare(&done, &targets)?;
    }
    write(args, &done, &targets)?;
    let fine = |one: &Decompiled| {
        matches!(
            one.ledger.verdict,
            ProofVerdict::Exact | ProofVerdict::Normalised | ProofVerdict::Unproven
        )
    };
    Ok(if done.iter().all(fine) {
        Status::Fine
    } else {
        Status::Findings
    })
}

/// All sequences of all inputs. A file of a folder that is no export is passed over.
fn inputs(paths: &[PathBuf]) -> Result<Input, Failure> {
    let mut all = Input::default();
    for (path, named) in disk::exports(paths)? {
        let (name, bytes) = disk::read_bytes(&path)?;
        let source = name.to_ascii_lowercase().ends_with(".tasq");
        if !read::is_export(&bytes) && (source || !read::is_blank(&bytes)) {
            if !named {
                continue;
            }
            let hint = if source {
                "; `tasq build` makes XML of a source"
            } else {
                ""
            };
            return Err(Failure::Unusable(format!(
                "{name} is neither XML nor a zip archive{hint}"
            )));
        }
        let one = read::open(&name, bytes);
        let other = |finding: &Finding| finding.code == Code::NotASequence;
        if named || !one.exports.is_empty() || !one.findings.iter().all(other) {
            all.append(one);
        }
    }
    if all.exports.is_empty() && all.findings.is_empty() {
        return Err(Failure::Unusable(
            "there is no exported task sequence in the folder".to_owned(),
        ));
    }
    Ok(all)
}

/// Where each source goes; `None` is standard output.
fn targets(
    exports: &[Export],
    output: Option<&Path>,
    scripts: Scripts,
) -> Result<Vec<Option<PathBuf>>, Failure> {
    let shown = |path: &Path| path.to_string_lossy().ends_with(['/', '\\']);
    let folder = output
        .filter(|path| !disk::is_dash(path) && (path.is_dir() || shown(path) || exports.len() > 1));
    if let Some(folder) = folder {
        let mut used = HashSet::new();
        let target = |export: &Export| {
            let name = free_name(&file_stem(export), &mut used);
            Some(folder.join(name))
        };
        return Ok(exports.iter().map(target).collect());
    }
    match output.filter(|path| !disk::is_dash(path)) {
        Some(path) => Ok(vec![Some(path.to_owned())]),
        None if exports.len() > 1 => Err(Failure::Usage(format!(
            "{} sequences need a folder to write to: -o DIR",
            exports.len()
        ))),
        None if scripts == Scripts::Files => Err(Failure::Usage(
            "scripts in files need a place: -o FILE or -o DIR".to_owned(),
        )),
        None => Ok(vec![None]),
    }
}

/// A name that no source has yet, with a number behind it if need be.
fn free_name(stem: &str, used: &mut HashSet<String>) -> String {
    let mut name = format!("{stem}.tasq");
    for number in 2.. {
        if used.insert(name.to_lowercase()) {
            break;
        }
        name = format!("{stem}-{number}.tasq");
    }
    name
}

/// A file's name for a sequence: its own name where it has one.
fn file_stem(export: &Export) -> String {
    let name = export.package.name.as_deref().unwrap_or(&export.title);
    crate::write::file_name(name)
}

/// Refuses to write over a source that holds something else: it could be somebody's work.
fn spare(done: &[Decompiled], targets: &[Option<PathBuf>]) -> Result<(), Failure> {
    for (one, target) in done.iter().zip(targets) {
        if let Some(path) = target
            && disk::differs(path, one.text.as_bytes())
        {
            let path = path.display();
            return Err(Failure::Unusable(format!(
                "{path} is there and holds something else; --force writes over it"
            )));
        }
    }
    Ok(())
}

fn write(
    args: &DecompileArgs,
    done: &[Decompiled],
    targets: &[Option<PathBuf>],
) -> Result<(), Failure> {
    let mut files: Vec<(PathBuf, &[u8])> = Vec::new();
    for (one, target) in done.iter().zip(targets) {
        let Some(target) = target else {
            if args.output_format == LedgerFormat::Text {
                output::result(&one.text)?;
            }
            continue;
        };
        files.push((target.clone(), one.text.as_bytes()));
        let folder = target.parent().unwrap_or(Path::new(""));
        for (path, text) in &one.files {
            let full = path
                .split('/')
                .fold(folder.to_owned(), |folder, part| folder.join(part));
            files.push((full, text.as_bytes()));
        }
    }
    disk::write_all(&files)
}

/// The document for programs: an account of each sequence, and why something could not be read.
fn print(sequences: &[Json], input: &Input) -> Result<(), Failure> {
    let findings: Vec<Json> = input
        .findings
        .iter()
        .map(|finding| as_finding(finding, &input.sources))
        .collect();
    let document = json!({ "format_version": 1, "sequences": sequences, "findings": findings });
    let mut text = serde_json::to_string_pretty(&document)
        .map_err(|error| Failure::Internal(error.to_string()))?;
    text.push('\n');
    output::stdout(text.as_bytes())
}

fn report(
    args: &DecompileArgs,
    input: &Input,
    done: &[Decompiled],
    targets: &[Option<PathBuf>],
) -> Result<(), Failure> {
    let (exports, sources) = (&input.exports, &input.sources);
    if args.output_format == LedgerFormat::Json {
        let list: Vec<Json> = exports
            .iter()
            .zip(done)
            .zip(targets)
            .map(|((export, one), target)| as_json(export, one, target.as_deref(), sources))
            .collect();
        return print(&list, input);
    }
    let mut all: Vec<Finding> = Vec::new();
    let mut shown = Sources::new();
    for one in done {
        check::collect(&mut all, &mut shown, one.findings.clone(), sources);
    }
    output::findings(&all, &shown, Format::Text);
    for (export, one) in exports.iter().zip(done) {
        output::remark(&as_text(export, &one.ledger, sources));
    }
    Ok(())
}

/// `line 3, column 5`.
fn place(sources: &Sources, span: Span) -> String {
    sources.get(span.file).map_or(String::new(), |file| {
        let position = file.position(span.start);
        format!("line {}, column {}", position.line, position.column)
    })
}

fn count(number: usize, word: &str) -> String {
    format!("{number} {word}{}", if number == 1 { "" } else { "s" })
}

/// Most places of one kind that the account for people names.
const MAX_PLACES: usize = 100;

/// What the proof says, in a line.
fn verdict(ledger: &Ledger) -> String {
    let steps = count(
        ledger.exact + ledger.normalised + ledger.kept + ledger.lost,
        "step",
    );
    let groups = count(ledger.groups, "group");
    match ledger.verdict {
        ProofVerdict::Unproven => "not verified".to_owned(),
        ProofVerdict::NotRepresentable => {
            "NOT REPRESENTABLE: building the source would give another XML".to_owned()
        }
        _ if ledger.same_bytes => format!("{steps} and {groups}, the same to the byte"),
        _ => format!(
            "{steps} ({} exact, {} normalised, {} kept as XML) and {groups}, the same XML",
            ledger.exact, ledger.normalised, ledger.kept
        ),
    }
}

/// The account for people.
fn as_text(export: &Export, ledger: &Ledger, sources: &Sources) -> String {
    let name = sources
        .get(export.file)
        .map_or("", |file| file.name.as_str());
    let mut out = format!("{name}: {}\n", verdict(ledger));
    for (rule, (number, first)) in &ledger.rules {
        let _ = writeln!(
            out,
            "  normalised: {}, {}, first at {}",
            rule.title(),
            count(*number, "place"),
            place(sources, *first)
        );
    }
    if ledger.secrets > 0 {
        let _ = writeln!(
            out,
            "  normalised: {} not carried over",
            count(ledger.secrets, "secret value")
        );
    }
    for kept in ledger.kept_places.iter().take(MAX_PLACES) {
        let _ = writeln!(out, "  kept as XML: {}", place(sources, kept.span));
    }
    if let Some(more) = ledger
        .kept_places
        .len()
        .checked_sub(MAX_PLACES)
        .filter(|more| *more > 0)
    {
        let _ = writeln!(
            out,
            "  kept as XML: {} more; --output-format json has all",
            count(more, "place")
        );
    }
    for one in &ledger.to_enter {
        let _ = writeln!(
            out,
            "  enter again after an import: {} of \"{}\"",
            one.what, one.step
        );
    }
    out
}

/// `{ "line": 3, "column": 5 }`.
fn as_place(span: Span, sources: &Sources) -> Json {
    let position = sources.get(span.file).map(|file| file.position(span.start));
    position.map_or(
        json!({}),
        |position| json!({ "line": position.line, "column": position.column }),
    )
}

fn as_finding(finding: &Finding, sources: &Sources) -> Json {
    json!({
        "code": finding.code.id(),
        "severity": finding.severity.name(),
        "message": finding.message,
        "file": sources.get(finding.span().file).map(|file| file.name.clone()),
        "start": as_place(finding.span(), sources),
    })
}

/// The account for programs, with the source.
fn as_json(export: &Export, one: &Decompiled, target: Option<&Path>, sources: &Sources) -> Json {
    let ledger = &one.ledger;
    let at = |span: Span| as_place(span, sources);
    let places = |list: &[LedgerPlace]| -> Vec<Json> {
        list.iter()
            .map(|place| json!({ "message": place.message, "start": at(place.span) }))
            .collect()
    };
    let rules: Vec<Json> = ledger
        .rules
        .iter()
        .map(|(rule, (count, first))| json!({ "rule": rule.name(), "count": count, "first": at(*first) }))
        .collect();
    let to_enter: Vec<Json> = ledger
        .to_enter
        .iter()
        .map(|one| json!({ "step": one.step, "what": one.what, "secret": one.secret }))
        .collect();
    let findings: Vec<Json> = one
        .findings
        .iter()
        .map(|finding| as_finding(finding, sources))
        .collect();
    json!({
        "input": sources.get(export.file).map(|file| file.name.clone()),
        "output": target.map(|path| path.display().to_string()),
        "verdict": ledger.verdict.name(),
        "same_bytes": ledger.same_bytes,
        "steps": {
            "exact": ledger.exact,
            "normalised": ledger.normalised,
            "kept": ledger.kept,
            "not_representable": ledger.lost,
        },
        "groups": ledger.groups,
        "normalised": rules,
        "secrets_left_out": ledger.secrets,
        "kept": places(&ledger.kept_places),
        "differences": places(&ledger.differences),
        "enter_again": to_enter,
        "characters": { "xml": ledger.size.0, "source": ledger.size.1, "lines": ledger.size.2 },
        "findings": findings,
        "source": one.text,
        "scripts": one.files.iter().map(|(path, _)| path.clone()).collect::<Vec<_>>(),
    })
}
