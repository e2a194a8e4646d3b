//! `tasq check`.

use super::{Failure, Status, args::CheckArgs, disk, output};
use crate::{
    compile::compile,
    decompile::findings_of_export,
    diagnostic::{
        Finding, Severity,
        render::{Format, Look, render},
    },
    read,
    source::Sources,
};

/// Checks each source; a file that cannot be read does not keep the others from being checked.
pub(super) fn run(args: CheckArgs, look: Look) -> Result<Status, Failure> {
    let given = disk::given(&args.given.set, &args.given.var_file)?;
    let format = args.output_format.format();
    let machine = matches!(format, Format::Json | Format::Sarif);
    let mut all = Vec::new();
    let mut sources = Sources::new();
    let mut unreadable = None;
    for path in disk::sources(&args.files)? {
        let input = match disk::read(&path) {
            Ok(input) => input,
            Err(failure) => {
                unreadable = unreadable.or(failure);
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
        let compiled = compile(&input.name, &input.inner, input.bytes, &input.files, &given);
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
        output::stdout(render(format, &all, &sources, look).as_bytes())?;
    } else {
        output::findings(&all, &sources, format, look);
    }
    match unreadable {
        Some(message) => Err(Some(message)),
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
