//! `tasq fmt`.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{
    Failure, Status, check,
    fix::difference,
    inputs::{self, InputKind},
    output,
    outputs::InPlace,
    tally::Tally,
};
use crate::{
    compile::read as text_of,
    diagnostic::{Finding, render::Format},
    format::format,
    read,
    source::{FileId, Sources, decode, encode},
};

/// Format sources in the one style
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tasq fmt lab.tasq
  tasq fmt . --check                         for a build server: 1 if something is not formatted
  tasq fmt - < lab.tasq                      standard input to standard output")]
pub(crate) struct FmtArgs {
    /// Sources, folders with sources, patterns such as `*.tasq`; `-` is standard input to standard
    /// output
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
    let inputs = inputs::expand(&args.files, InputKind::Sources).not_empty()?;
    let mut tally = Tally::of(&inputs);
    let mut place = InPlace::default();
    let (mut changed, mut same) = (0, 0);
    for path in inputs.each_once() {
        tally.begin(&path.display());
        match one(path, args, &mut place) {
            Ok(FormatOutcome::Same) => same += 1,
            Ok(FormatOutcome::Changed) => {
                changed += 1;
                if args.check || args.diff {
                    tally.end(Status::Findings);
                }
            }
            Ok(FormatOutcome::Faulty) => tally.faulty(),
            Err(failure) => tally.cost(failure)?,
        }
    }
    let done = if args.check || args.diff {
        "would be formatted"
    } else {
        "formatted"
    };
    let counts = [
        (changed, done),
        (tally.failed, "failed"),
        (same, "unchanged"),
    ];
    tally.sum_up(changed + same, &counts);
    Ok(tally.status())
}

enum FormatOutcome {
    Same,
    Changed,
    Faulty,
}

fn one(path: &Path, args: &FmtArgs, place: &mut InPlace) -> Result<FormatOutcome, Failure> {
    let input = inputs::read(path)?;
    if read::is_export(&input.bytes) {
        return Err(Failure::Usage(format!(
            "{} is an export; `tasq decompile` makes a source of it",
            input.name
        )));
    }
    let encoding = decode(input.bytes.clone()).encoding;
    let (text, findings) = text_of(input.bytes.clone(), FileId(0));
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
    let same = *formatted == *text;
    if args.diff {
        if !same {
            output::print(&difference(&input.name, &text, &formatted))?;
        }
    } else if args.check {
        if !same {
            output::print(&format!("{}\n", input.name))?;
        }
    } else if let Some(path) = &input.path {
        place.clear(path);
        if !same {
            let remark = place.replace(path, &input.bytes, &encode(&formatted, encoding))?;
            output::remark(&remark.unwrap_or_default());
        }
    } else {
        output::stdout(&encode(&formatted, encoding))?;
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
