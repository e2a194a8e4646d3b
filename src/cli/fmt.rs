//! `tasq fmt`.

use std::{io::Write, path::PathBuf};

use clap::Args;
use similar::TextDiff;

use super::{Failure, Status, check, disk, output};
use crate::{
    compile::read as decode,
    diagnostic::{Finding, render::Format},
    format::format,
    source::{FileId, Sources},
    syntax::without_secrets,
};

/// Format sources in the one style
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tasq fmt lab.tasq
  tasq fmt . --check                         for a build server: 1 if something is not formatted
  tasq fmt - < lab.tasq                      standard input to standard output")]
pub(crate) struct FmtArgs {
    /// Sources, or folders with sources; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Write nothing; name the files that are not formatted and exit with 1 if there are any
    #[arg(long)]
    pub check: bool,
    /// Write nothing; show what would change and exit with 1 if something would
    #[arg(long)]
    pub diff: bool,
}

/// Formats each source; one with errors is left as it is and does not keep the others from being
/// formatted.
pub(super) fn run(args: &FmtArgs) -> Result<Status, Failure> {
    let mut status = Status::Fine;
    let mut failed = None;
    let mut changed = 0;
    let mut total = 0;
    for path in disk::sources(&args.files)? {
        total += 1;
        match one(&path, args) {
            Ok(FormatOutcome::Same) => {}
            Ok(FormatOutcome::Changed) => {
                changed += 1;
                if args.check || args.diff {
                    status = status.max(Status::Findings);
                }
            }
            Ok(FormatOutcome::Faulty) => status = status.max(Status::Findings),
            Err(failure) => failed = failed.or(Some(failure)),
        }
    }
    if args.check && total > 1 {
        output::remark(&format!("{changed} of {total} files would be formatted\n"));
    }
    match failed {
        Some(failure) => Err(failure),
        None => Ok(status),
    }
}

enum FormatOutcome {
    Same,
    Changed,
    Faulty,
}

fn one(path: &std::path::Path, args: &FmtArgs) -> Result<FormatOutcome, Failure> {
    let input = disk::read(path)?;
    let bytes = input.bytes.clone();
    let (text, findings) = decode(input.bytes, FileId(0));
    let mut sources = Sources::new();
    sources.add(input.name.clone(), text.clone());
    if findings.iter().any(Finding::is_error) {
        report(findings, &sources);
        return Ok(FormatOutcome::Faulty);
    }
    let formatted = match format(&text, FileId(0)) {
        Ok(formatted) => formatted,
        Err(findings) => {
            report(findings, &sources);
            return Ok(FormatOutcome::Faulty);
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
            output::print(&shown)?;
        }
    } else if args.check {
        if !same {
            output::print(&format!("{}\n", input.name))?;
        }
    } else if let Some(path) = &input.path {
        if !same {
            disk::write_whole(path, &mut |out: &mut dyn Write| {
                out.write_all(formatted.as_bytes())
            })?;
        }
    } else {
        output::result(&formatted)?;
    }
    Ok(if same {
        FormatOutcome::Same
    } else {
        FormatOutcome::Changed
    })
}

fn report(findings: Vec<Finding>, own: &Sources) {
    let mut all = Vec::new();
    let mut sources = Sources::new();
    check::collect(&mut all, &mut sources, findings, own);
    output::findings(&all, &sources, Format::Text);
}
