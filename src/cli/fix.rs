//! `tasq fix`.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

use clap::Args;
use similar::TextDiff;

use super::{Failure, Status, check, disk, output, values::CompileArgs};
use crate::{
    compile::read as text_of,
    diagnostic::{Finding, Severity, hide, masked, render::Format},
    elaborate::ParameterValues,
    ide::{Mended, OpenSource, mend_with},
    read,
    source::{FileId, Sources, decode, encode},
    syntax::{secret_values_after, without_secrets},
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
    /// Sources; a folder stands for every .tasq file below it, `-` is standard input to standard
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

/// Mends each source. All new texts are written together, or none; each is stored as it was, with
/// its mark and its encoding.
pub(super) fn run(args: &FixArgs) -> Result<Status, Failure> {
    let mut work = Work::default();
    let given = args.given.given()?;
    for path in once(disk::sources(&args.files)?) {
        work.mend(&path, args, &given)?;
    }
    let files: Vec<(PathBuf, &[u8])> = work
        .changed
        .iter()
        .map(|(path, bytes)| (path.clone(), bytes.as_slice()))
        .collect();
    disk::write_all(&files)?;
    // Only what was done is told.
    output::remark(&work.told);
    output::findings(&work.findings, &work.sources, Format::Text);
    let is_left = |finding: &Finding| finding.severity != Severity::Note;
    let left = work.would_change || work.findings.iter().any(is_left);
    Ok(if left { Status::Findings } else { Status::Fine })
}

/// What came of all sources so far.
#[derive(Default)]
struct Work {
    findings: Vec<Finding>,
    sources: Sources,
    /// New texts, not yet written.
    changed: Vec<(PathBuf, Vec<u8>)>,
    /// What was mended, a line each.
    told: String,
    would_change: bool,
}

impl Work {
    fn mend(
        &mut self,
        path: &Path,
        args: &FixArgs,
        given: &ParameterValues,
    ) -> Result<(), Failure> {
        let input = disk::read(path)?;
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
            return Ok(());
        }
        let source = OpenSource {
            name: input.name.clone(),
            path: input.inner.clone(),
            text: text.clone(),
        };
        let Mended { analysis, done } = mend_with(source, &input.files, given, args.unsafe_too);
        let new = analysis.text();
        if args.diff {
            self.show(&input.name, &text, new)?;
        } else {
            done.iter().for_each(|(code, title)| {
                self.told
                    .push_str(&format!("{}: {code}: {title}\n", input.name));
            });
            match input.path {
                None => output::stdout(&encode(new, encoding))?,
                Some(path) if *new != *text => self.changed.push((path, encode(new, encoding))),
                Some(_) => {}
            }
        }
        let values = secret_values_after(new, &text);
        let new = new.to_owned();
        let mut compiled = analysis.compiled;
        hide(&mut compiled.findings, FileId(0), &new, &values);
        check::collect(
            &mut self.findings,
            &mut self.sources,
            compiled.findings,
            &compiled.sources,
        );
        Ok(())
    }

    /// Shows what would change.
    fn show(&mut self, name: &str, old: &str, new: &str) -> Result<(), Failure> {
        if old == new {
            return Ok(());
        }
        self.would_change = true;
        let hidden = masked(new, secret_values_after(new, old));
        let old = without_secrets(old);
        let diff = TextDiff::from_lines(old.as_ref(), hidden.as_str());
        let shown = diff.unified_diff().header(name, name).to_string();
        output::print(&shown)
    }
}

/// Paths without those that lead to the same file once more.
fn once(paths: Vec<PathBuf>) -> Vec<PathBuf> {
    let mut seen = HashSet::new();
    paths
        .into_iter()
        .filter(|path| seen.insert(fs::canonicalize(path).unwrap_or_else(|_| path.clone())))
        .collect()
}
