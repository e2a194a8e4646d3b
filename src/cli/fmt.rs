//! `tasq fmt`.

use std::io::Write;

use similar::TextDiff;

use super::{Failure, Status, args::FmtArgs, check, disk, output};
use crate::{
    compile::read as decode,
    diagnostic::{
        Finding,
        render::{Format, Look},
    },
    format::format,
    source::{FileId, Sources},
    syntax::without_secrets,
};

/// Formats each source; one with errors is left as it is and does not keep the others from being
/// formatted.
pub(super) fn run(args: FmtArgs, look: Look) -> Result<Status, Failure> {
    let mut status = Status::Fine;
    let mut failed = None;
    let mut changed = 0;
    let mut total = 0;
    for path in disk::sources(&args.files)? {
        total += 1;
        match one(&path, &args, look) {
            Ok(Outcome::Same) => {}
            Ok(Outcome::Changed) => {
                changed += 1;
                if args.check || args.diff {
                    status = status.max(Status::Findings);
                }
            }
            Ok(Outcome::Faulty) => status = status.max(Status::Findings),
            Err(failure) => failed = failed.or(Some(failure)),
        }
    }
    if args.check && total > 1 {
        eprintln!("{changed} of {total} files would be formatted");
    }
    match failed {
        Some(failure) => Err(failure),
        None => Ok(status),
    }
}

enum Outcome {
    Same,
    Changed,
    Faulty,
}

fn one(path: &std::path::Path, args: &FmtArgs, look: Look) -> Result<Outcome, Failure> {
    let input = disk::read(path)?;
    let bytes = input.bytes.clone();
    let (text, findings) = decode(input.bytes, FileId(0));
    let mut sources = Sources::new();
    sources.add(input.name.clone(), text.clone());
    if findings.iter().any(Finding::is_error) {
        report(findings, &sources, look);
        return Ok(Outcome::Faulty);
    }
    let formatted = match format(&text, FileId(0)) {
        Ok(formatted) => formatted,
        Err(findings) => {
            report(findings, &sources, look);
            return Ok(Outcome::Faulty);
        }
    };
    let same = formatted.as_bytes() == bytes;
    if args.diff {
        if !same {
            let (old, new) = (without_secrets(&text), without_secrets(&formatted));
            let diff = TextDiff::from_lines(old.as_ref(), new.as_ref());
            let shown = diff
                .unified_diff()
                .header(&input.name, &input.name)
                .to_string();
            output::stdout(shown.as_bytes())?;
        }
    } else if args.check {
        if !same {
            output::stdout(format!("{}\n", input.name).as_bytes())?;
        }
    } else if let Some(path) = &input.path {
        if !same {
            disk::write_whole(path, &mut |out: &mut dyn Write| {
                out.write_all(formatted.as_bytes())
            })?;
        }
    } else {
        output::stdout(formatted.as_bytes())?;
    }
    Ok(if same {
        Outcome::Same
    } else {
        Outcome::Changed
    })
}

fn report(findings: Vec<Finding>, own: &Sources, look: Look) {
    let mut all = Vec::new();
    let mut sources = Sources::new();
    check::collect(&mut all, &mut sources, findings, own);
    output::findings(&all, &sources, Format::Text, look);
}
