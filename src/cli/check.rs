//! `tasq check`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::{
    Failure, Status,
    inputs::{self, InputFile, InputKind},
    output,
    tally::Tally,
    values::CompileArgs,
};
use crate::{
    check::check,
    decompile::findings_of_export,
    diagnostic::{
        Code, Finding, Severity,
        render::{Format, render},
    },
    elaborate::ParameterValues,
    read,
    source::Sources,
};

/// Check task sequences without writing anything
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tasq check lab.tasq
  tasq check .                               every source and export below this folder
  tasq check . --output-format sarif > tasq.sarif")]
pub(crate) struct CheckArgs {
    /// Sources or exports, folders with them, patterns such as `*.zip`; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// How to print findings: text, plain and short to standard error, json and sarif to standard
    /// output
    #[arg(long, value_enum, default_value_t = OutputFormat::Text)]
    pub output_format: OutputFormat,
    /// Let warnings fail too
    #[arg(long)]
    pub warnings_as_errors: bool,
    #[command(flatten)]
    pub given: CompileArgs,
}

/// How findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    /// With the source, for a terminal
    Text,
    /// Sentences without drawing, for screen readers and logs
    Plain,
    /// One line each
    Short,
    /// JSON
    Json,
    /// SARIF 2.1.0
    Sarif,
}

impl OutputFormat {
    pub(crate) fn format(self) -> Format {
        match self {
            OutputFormat::Text => Format::Text,
            OutputFormat::Plain => Format::Plain,
            OutputFormat::Short => Format::Short,
            OutputFormat::Json => Format::Json,
            OutputFormat::Sarif => Format::Sarif,
        }
    }
}

/// Checks each file; one that cannot be read does not keep the others from being checked.
pub(super) fn run(args: &CheckArgs) -> Result<Status, Failure> {
    let given = args.given.given()?;
    let format = args.output_format.format();
    let inputs = inputs::expand(&args.files, InputKind::Sequences).not_empty()?;
    let mut tally = Tally::of(&inputs);
    let (mut all, mut sources) = (Vec::new(), Sources::new());
    let mut checked = 0;
    for file in &inputs.files {
        tally.begin(&file.path.display());
        match one(file, &given, args.warnings_as_errors) {
            Ok(Some((findings, own))) => {
                checked += 1;
                if findings.iter().any(Finding::is_error) {
                    tally.faulty();
                }
                collect(&mut all, &mut sources, findings, &own);
            }
            Ok(None) => {}
            Err(failure) => tally.cost(failure)?,
        }
    }
    if matches!(format, Format::Json | Format::Sarif) {
        output::stdout(render(format, &all, &sources, output::look()).as_bytes())?;
    } else {
        output::findings(&all, &sources, format);
    }
    // In the other forms every line is a finding, or programs read along.
    if matches!(format, Format::Text | Format::Plain) {
        tally.sum_up(checked, &[(checked, "checked"), (tally.failed, "failed")]);
    }
    Ok(tally.status())
}

/// What is found in a file; `None` for one that came up in a folder and is no sequence.
fn one(
    file: &InputFile,
    given: &ParameterValues,
    strict: bool,
) -> Result<Option<(Vec<Finding>, Sources)>, Failure> {
    let input = inputs::read(&file.path)?;
    let (mut findings, sources) = if read::is_export_file(&input.name, &input.bytes) {
        let export = read::open(&input.name, input.bytes);
        let other = |finding: &Finding| finding.code == Code::NotASequence;
        if !file.named && export.exports.is_empty() && export.findings.iter().all(other) {
            return Ok(None);
        }
        let mut findings = export.findings;
        findings.extend(export.exports.iter().flat_map(findings_of_export));
        (findings, export.sources)
    } else if file.named || is_source(&file.path) {
        let compiled = check(&input.name, &input.inner, input.bytes, &input.files, given);
        (compiled.findings, compiled.sources)
    } else {
        return Ok(None);
    };
    let warnings = findings.iter_mut();
    for finding in warnings.filter(|one| strict && one.severity == Severity::Warning) {
        finding.severity = Severity::Error;
    }
    Ok(Some((findings, sources)))
}

fn is_source(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("tasq"))
}

/// Adds one compilation's findings to those of all files.
pub(super) fn collect(
    all: &mut Vec<Finding>,
    sources: &mut Sources,
    findings: Vec<Finding>,
    own: &Sources,
) {
    let mut ids = Vec::new();
    for (_, file) in own.iter() {
        ids.push(sources.add(file.name.clone(), file.text.clone()));
    }
    all.extend(findings.into_iter().map(|mut finding| {
        for span in finding.spans_mut() {
            span.file = ids.get(span.file.0 as usize).copied().unwrap_or(span.file);
        }
        finding
    }));
}
