//! `tasq fix`.

use std::{collections::HashSet, fs, path::PathBuf};

use similar::TextDiff;

use clap::Args;

use super::{Failure, Status, check, disk, output, shared_args::GivenArgs};
use crate::{
    compile::read as text_of,
    diagnostic::{Finding, Severity, render::Format},
    ide::{Mended, Source, mend_with},
    read,
    source::{FileId, Sources, decode, encode},
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
    pub given: GivenArgs,
}

/// Mends each source. All new texts are written together, or none; each is stored as it was, with
/// its mark and its encoding.
pub(super) fn run(args: &FixArgs) -> Result<Status, Failure> {
    let given = disk::given(&args.given.set, &args.given.var_file)?;
    let mut all = Vec::new();
    let mut sources = Sources::new();
    let mut changed: Vec<(PathBuf, Vec<u8>)> = Vec::new();
    let mut told = String::new();
    let mut would_change = false;
    for path in once(disk::sources(&args.files)?) {
        let input = disk::read(&path)?;
        if read::is_export(&input.bytes) {
            return Err(Failure::Usage(format!(
                "{} is an export; `tasq decompile` makes a source of it",
                input.name
            )));
        }
        let encoding = decode(input.bytes.clone()).encoding;
        let (text, about_bytes) = text_of(input.bytes.clone(), FileId(0));
        if !about_bytes.is_empty() {
            let hopeless = about_bytes.iter().any(Finding::is_error);
            let mut own = Sources::new();
            own.add(input.name.clone(), text.clone());
            check::collect(&mut all, &mut sources, about_bytes, &own);
            if hopeless {
                continue;
            }
        }
        let source = Source {
            name: input.name.clone(),
            path: input.inner.clone(),
            text: text.clone(),
        };
        let Mended { analysis, done } = mend_with(source, &input.files, &given, args.unsafe_too);
        let new = analysis.text();
        let is_new = *new != *text;
        if args.diff {
            if is_new {
                let diff = TextDiff::from_lines(text.as_ref(), new);
                output::stdout(
                    diff.unified_diff()
                        .header(&input.name, &input.name)
                        .to_string()
                        .as_bytes(),
                )?;
                would_change = true;
            }
        } else {
            done.iter().for_each(|(code, title)| {
                told.push_str(&format!("{}: {code}: {title}\n", input.name));
            });
            match input.path {
                None => output::stdout(&encode(new, encoding))?,
                Some(path) if is_new => changed.push((path, encode(new, encoding))),
                Some(_) => {}
            }
        }
        check::collect(
            &mut all,
            &mut sources,
            analysis.compiled.findings,
            &analysis.compiled.sources,
        );
    }
    let files: Vec<(PathBuf, &[u8])> = changed
        .iter()
        .map(|(path, bytes)| (path.clone(), bytes.as_slice()))
        .collect();
    disk::write_all(&files)?;
    // Only what was done is told.
    output::remark(&told);
    output::findings(&all, &sources, Format::Text);
    let left = would_change || all.iter().any(|finding| finding.severity != Severity::Note);
    Ok(if left { Status::Findings } else { Status::Fine })
}

/// Paths without those that lead to the same file once more.
fn once(paths: Vec<PathBuf>) -> Vec<PathBuf> {
    let mut seen = HashSet::new();
    paths
        .into_iter()
        .filter(|path| seen.insert(fs::canonicalize(path).unwrap_or_else(|_| path.clone())))
        .collect()
}
