//! `tasq decompile`.

use std::{
    collections::HashSet,
    fmt::Write as _,
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum};
use serde_json::{Value as Json, json};

use super::{
    Failure, Status, check,
    inputs::{self, InputFile, InputKind, Inputs},
    output,
    outputs::{OutputKind, Outputs, ResultPlace, result_name},
    tally::Tally,
};
use crate::{
    decompile::{DecompileOptions, Decompiled, Ledger, LedgerPlace, ProofVerdict, decompile},
    diagnostic::{Code, Finding, Severity, render::Format},
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
  tasq decompile 'exports/*.zip' -o sequences/
  tasq decompile ts.xml                      the source on standard output

Exit code 0: building the source gives the same XML. 1: it does not, or parts are kept as XML, or an export
is broken; the others are written.")]
pub(crate) struct DecompileArgs {
    /// Exports: the console's zip or object.xml, a bare sequence, MDT's ts.xml; a folder stands for
    /// those below it, a pattern such as `*.zip` for what fits it, `-` is standard input
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
    /// Write also a source that would not give the same XML
    #[arg(long)]
    pub keep_unproven: bool,
    /// Write over sources and scripts that are there and hold something else
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

/// Turns exports into sources, and says what the proof says. What would not come back is not
/// written; a broken export costs only itself.
pub(super) fn run(args: &DecompileArgs) -> Result<Status, Failure> {
    let inputs = inputs::expand(&args.inputs, InputKind::Exports).not_empty()?;
    let mut tally = Tally::of(&inputs);
    let input = read_all(&inputs, &mut tally)?;
    if input.exports.is_empty() && input.findings.is_empty() {
        return if tally.failed > 0 {
            Ok(tally.status())
        } else {
            Err(Failure::Unusable(nothing(&args.inputs)))
        };
    }
    let results = results(args, inputs.grouped, &input, &mut tally)?;
    report(args, &input, &results)?;
    write(args, &results)?;
    for one in &results {
        match one.done.ledger.verdict {
            ProofVerdict::NotRepresentable if one.place == SourceTarget::Nowhere => tally.faulty(),
            ProofVerdict::NotRepresentable | ProofVerdict::Kept => tally.end(Status::Findings),
            _ => {}
        }
    }
    let written = results
        .iter()
        .filter(|one| one.place != SourceTarget::Nowhere);
    let kept = written
        .clone()
        .filter(|one| one.done.ledger.kept > 0)
        .count();
    let counts = [
        (written.count(), "written"),
        (tally.failed, "failed"),
        (kept, "kept as XML"),
    ];
    if args.output_format == LedgerFormat::Text {
        tally.sum_up(results.len(), &counts);
    }
    Ok(tally.status())
}

/// A sequence as a source, and where it goes.
struct SourceResult<'a> {
    export: &'a Export,
    done: Decompiled,
    place: SourceTarget,
}

/// Where a source goes.
#[derive(Clone, Debug, PartialEq, Eq)]
enum SourceTarget {
    Stdout,
    File(PathBuf),
    /// It is not written: building it would give another XML.
    Nowhere,
}

fn nothing(paths: &[PathBuf]) -> String {
    let shown = paths.iter().map(|path| path.display().to_string());
    let shown = shown.collect::<Vec<_>>().join(", ");
    format!("there is no exported task sequence in {shown}")
}

/// All sequences of all inputs. A file that was found, and is no export, is passed over.
fn read_all(inputs: &Inputs, tally: &mut Tally) -> Result<Input, Failure> {
    let mut all = Input::default();
    for file in &inputs.files {
        match read_one(file) {
            Ok(Some(one)) => {
                if one.findings.iter().any(Finding::is_error) {
                    tally.faulty();
                } else if one.findings.iter().any(|one| one.severity > Severity::Note) {
                    tally.end(Status::Findings);
                }
                all.append(one);
            }
            Ok(None) => {}
            Err(failure) => tally.cost(failure)?,
        }
    }
    Ok(all)
}

fn read_one(file: &InputFile) -> Result<Option<Input>, Failure> {
    let (name, bytes) = inputs::read_bytes(&file.path)?;
    let source = name.to_ascii_lowercase().ends_with(".tasq");
    if !read::is_export(&bytes) && (source || !read::is_blank(&bytes)) {
        if !file.named {
            return Ok(None);
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
    let is_other = one.exports.is_empty() && one.findings.iter().all(other);
    Ok((file.named || !is_other).then_some(one))
}

/// Every sequence as a source, with its place.
fn results<'a>(
    args: &DecompileArgs,
    grouped: bool,
    input: &'a Input,
    tally: &mut Tally,
) -> Result<Vec<SourceResult<'a>>, Failure> {
    let exports = &input.exports;
    let output = args.output.as_deref();
    let destination = ResultPlace::of(output, exports.len(), grouped, "sequences")?;
    let in_files = args.scripts == ScriptPlace::Files;
    if in_files && destination == ResultPlace::Stdout {
        return Err(Failure::Usage(
            "scripts in files need a place: -o FILE or -o DIR".to_owned(),
        ));
    }
    tally.expect(exports.len());
    let mut used = HashSet::new();
    let mut results = Vec::new();
    for export in exports {
        tally.begin(&export.title);
        let place = match &destination {
            ResultPlace::Stdout => SourceTarget::Stdout,
            ResultPlace::File(path) => SourceTarget::File(path.clone()),
            ResultPlace::Folder(folder) => {
                SourceTarget::File(folder.join(free_name(&file_stem(export), &mut used)))
            }
        };
        let folder = scripts_folder(&place);
        let options = DecompileOptions {
            scripts: if in_files {
                Scripts::Files(&folder)
            } else {
                Scripts::Inline
            },
            unproven: args.no_verify,
        };
        let done = decompile(export, options);
        let lost = done.ledger.verdict == ProofVerdict::NotRepresentable;
        let place = if lost && !args.keep_unproven {
            SourceTarget::Nowhere
        } else {
            place
        };
        results.push(SourceResult {
            export,
            done,
            place,
        });
    }
    Ok(results)
}

/// The folder of a source's scripts, below `scripts`: no two sources of a folder share one.
fn scripts_folder(place: &SourceTarget) -> String {
    match place {
        SourceTarget::File(path) => {
            let stem = result_name(path, "");
            crate::write::file_name(&stem.to_string_lossy())
        }
        SourceTarget::Stdout | SourceTarget::Nowhere => String::new(),
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

/// Writes all sources, each with its scripts.
fn write(args: &DecompileArgs, results: &[SourceResult]) -> Result<(), Failure> {
    let mut outputs = Outputs::new(args.force);
    for one in results {
        let text = one.done.text.as_bytes();
        let path = match &one.place {
            SourceTarget::Nowhere => continue,
            SourceTarget::Stdout if args.output_format == LedgerFormat::Text => {
                output::result(&one.done.text)?;
                continue;
            }
            SourceTarget::Stdout => continue,
            SourceTarget::File(path) => path,
        };
        outputs.add(path.clone(), OutputKind::Text, text.to_vec());
        let folder = path.parent().unwrap_or(Path::new(""));
        for (inner, text) in &one.done.files {
            let full = inner
                .split('/')
                .fold(folder.to_owned(), |folder, part| folder.join(part));
            outputs.add(full, OutputKind::Text, text.clone().into_bytes());
        }
    }
    outputs.write()
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

/// Tells the findings and the account of every sequence.
fn report(args: &DecompileArgs, input: &Input, results: &[SourceResult]) -> Result<(), Failure> {
    let sources = &input.sources;
    if args.output_format == LedgerFormat::Json {
        let list: Vec<Json> = results.iter().map(|one| as_json(one, sources)).collect();
        return print(&list, input);
    }
    output::findings(&input.findings, sources, Format::Text);
    let mut all: Vec<Finding> = Vec::new();
    let mut shown = Sources::new();
    for one in results {
        check::collect(&mut all, &mut shown, one.done.findings.clone(), sources);
    }
    output::findings(&all, &shown, Format::Text);
    let accounts = results.iter().map(|one| as_text(one, sources));
    output::remark(&accounts.collect::<String>());
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
fn as_text(result: &SourceResult, sources: &Sources) -> String {
    let ledger = &result.done.ledger;
    let name = sources
        .get(result.export.file)
        .map_or("", |file| file.name.as_str());
    let mut out = format!("{name}: {}\n", verdict(ledger));
    if result.place == SourceTarget::Nowhere {
        out.push_str("  not written; --keep-unproven writes what could be said\n");
    }
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
fn as_json(result: &SourceResult, sources: &Sources) -> Json {
    let SourceResult {
        export,
        done: one,
        place,
    } = result;
    let target = match place {
        SourceTarget::File(path) => Some(path),
        SourceTarget::Stdout | SourceTarget::Nowhere => None,
    };
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
        "package_id": one.sequence.as_ref().and_then(|own| own.property("package_id")),
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
