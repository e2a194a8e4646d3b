//! `tasq check`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Failure, Status, disk, output, values::CompileArgs};
use crate::{
    check::check,
    decompile::findings_of_export,
    diagnostic::{
        Finding, Severity,
        render::{Format, render},
    },
    read,
    source::Sources,
};

/// Check task sequences without writing anything
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tasq check lab.tasq
  tasq check .                               every .tasq file below this folder
  tasq check . --output-format sarif > tasq.sarif")]
pub(crate) struct CheckArgs {
    /// Sources or exports, or folders with sources; `-` is standard input
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

/// Checks each source; a file that cannot be read does not keep the others from being checked.
pub(super) fn run(args: &CheckArgs) -> Result<Status, Failure> {
    let given = args.given.given()?;
    let format = args.output_format.format();
    let machine = matches!(format, Format::Json | Format::Sarif);
    let mut all = Vec::new();
    let mut sources = Sources::new();
    let mut unreadable = None;
    for path in disk::sources(&args.files)? {
        let input = match disk::read(&path) {
            Ok(input) => input,
            Err(failure) => {
                unreadable = unreadable.or(Some(failure));
                continue;
            }
        };
        if read::is_export_file(&input.name, &input.bytes) {
            let export = read::open(&input.name, input.bytes);
            let mut findings = export.findings;
            findings.extend(export.exports.iter().flat_map(findings_of_export));
            collect(&mut all, &mut sources, findings, &export.sources);
            continue;
        }
        let compiled = check(&input.name, &input.inner, input.bytes, &input.files, &given);
        collect(&mut all, &mut sources, compiled.findings, &compiled.sources);
    }
    if args.warnings_as_errors {
        for finding in all
            .iter_mut()
            .filter(|finding| finding.severity == Severity::Warning)
        {
            finding.severity = Severity::Error;
        }
    }
    if machine {
        output::stdout(render(format, &all, &sources, output::look()).as_bytes())?;
    } else {
        output::findings(&all, &sources, format);
    }
    match unreadable {
        Some(failure) => Err(failure),
        None if all.iter().any(Finding::is_error) => Ok(Status::Findings),
        None => Ok(Status::Fine),
    }
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
