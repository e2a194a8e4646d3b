//! `tasq fix`.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use clap::Args;
use similar::TextDiff;

use super::{
    Failure, Status, check,
    inputs::{self, InputKind, SourceInput},
    output,
    outputs::InPlace,
    tally::Tally,
    values::CompileArgs,
};
use crate::{
    compile::read as text_of,
    diagnostic::{Finding, Severity, hide, masked, render::Format},
    elaborate::ParameterValues,
    ide::{Mended, OpenSource, mend_with},
    read,
    source::{FileId, Sources, decode, encode},
    syntax::secret_values_in_both,
};

/// Mend what can be mended beyond doubt
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tasq fix lab.tasq
  tasq fix . --diff                          show what would change, write nothing
  tasq fix lab.tasq --unsafe                 also what a person should look at

Exit code 0: nothing is left. 1: findings are left, which are printed, or --diff shows a change.")]
pub(crate) struct FixArgs {
    /// Sources, folders with sources, patterns such as `*.tasq`; `-` is standard input to standard
    /// output
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Carry out also those fixes that a person should look at
    #[arg(long = "unsafe")]
    pub unsafe_too: bool,
    /// Show what would change and write nothing
    #[arg(long)]
    pub diff: bool,
    #[command(flatten)]
    pub given: CompileArgs,
}

/// Mends each source, and stores it as it was, with its mark and its encoding; one that cannot be
/// written costs only itself.
pub(super) fn run(args: &FixArgs) -> Result<Status, Failure> {
    let given = args.given.given()?;
    let inputs = inputs::expand(&args.files, InputKind::Sources).not_empty()?;
    let mut tally = Tally::of(&inputs);
    let mut work = Work::default();
    let (mut changed, mut same) = (0, 0);
    for path in inputs.each_once() {
        tally.begin(&path.display());
        match work.mend(path, args, &given) {
            Ok(FixOutcome::Same) => same += 1,
            Ok(FixOutcome::Changed) => changed += 1,
            Ok(FixOutcome::Faulty) => tally.faulty(),
            Err(failure) => tally.cost(failure)?,
        }
    }
    output::remark(&work.told);
    output::findings(&work.findings, &work.sources, Format::Text);
    let is_left = |finding: &Finding| finding.severity != Severity::Note;
    if args.diff && changed > 0 || work.findings.iter().any(is_left) {
        tally.end(Status::Findings);
    }
    let done = if args.diff { "would change" } else { "mended" };
    let counts = [
        (changed, done),
        (tally.failed, "failed"),
        (same, "unchanged"),
    ];
    tally.sum_up(changed + same, &counts);
    Ok(tally.status())
}

enum FixOutcome {
    Same,
    Changed,
    /// It is no text, or has errors that nobody but a person can mend.
    Faulty,
}

/// What came of all sources so far.
#[derive(Default)]
struct Work {
    findings: Vec<Finding>,
    sources: Sources,
    /// What was mended, a line each: only what was done is told.
    told: String,
    place: InPlace,
}

impl Work {
    fn mend(
        &mut self,
        path: &Path,
        args: &FixArgs,
        given: &ParameterValues,
    ) -> Result<FixOutcome, Failure> {
        let input = inputs::read(path)?;
        if read::is_export(&input.bytes) {
            return Err(Failure::Usage(format!(
                "{} is an export; `tasq decompile` makes a source of it",
                input.name
            )));
        }
        let encoding = decode(input.bytes.clone()).encoding;
        let (text, about_bytes) = text_of(input.bytes.clone(), FileId(0));
        let hopeless = about_bytes.iter().any(Finding::is_error);
        if !about_bytes.is_empty() {
            let mut own = Sources::new();
            own.add(input.name.clone(), text.clone());
            check::collect(&mut self.findings, &mut self.sources, about_bytes, &own);
        }
        if hopeless {
            return Ok(FixOutcome::Faulty);
        }
        let source = OpenSource {
            name: input.name.clone(),
            path: input.inner.clone(),
            text: text.clone(),
        };
        let Mended { analysis, done } = mend_with(source, &input.files, given, args.unsafe_too);
        let new = analysis.text();
        let same = *new == *text;
        if args.diff {
            if !same {
                output::print(&difference(&input.name, &text, new))?;
            }
        } else {
            self.store(&input, (!same).then(|| encode(new, encoding)))?;
            for (code, title) in &done {
                let _ = writeln!(self.told, "{}: {code}: {title}", input.name);
            }
        }
        let values = secret_values_in_both(new, &text);
        let new = new.to_owned();
        let mut compiled = analysis.compiled;
        let errors_left = !compiled.is_good();
        hide(&mut compiled.findings, FileId(0), &new, &values);
        check::collect(
            &mut self.findings,
            &mut self.sources,
            compiled.findings,
            &compiled.sources,
        );
        Ok(match (same, errors_left) {
            (false, _) => FixOutcome::Changed,
            (true, true) => FixOutcome::Faulty,
            (true, false) => FixOutcome::Same,
        })
    }

    /// Stores a new text, if there is one.
    fn store(&mut self, input: &SourceInput, new: Option<Vec<u8>>) -> Result<(), Failure> {
        let Some(path) = &input.path else {
            return output::stdout(new.as_ref().unwrap_or(&input.bytes));
        };
        self.place.clear(path);
        if let Some(new) = new {
            let remark = self.place.replace(path, &input.bytes, &new)?;
            self.told.push_str(&remark.unwrap_or_default());
        }
        Ok(())
    }
}

/// The difference of two versions of a text, without secrets.
pub(super) fn difference(name: &str, old: &str, new: &str) -> String {
    let shown_old = masked(old, secret_values_in_both(old, new));
    let shown_new = masked(new, secret_values_in_both(new, old));
    let diff = TextDiff::from_lines(&shown_old, &shown_new);
    diff.unified_diff().header(name, name).to_string()
}
