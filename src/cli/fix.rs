//! `tasq fix`.

use std::{collections::HashSet, fs, io::Write as _, path::PathBuf};

use similar::TextDiff;

use super::{Failure, Status, args::FixArgs, check, disk, output};
use crate::{
    compile::read as text_of,
    diagnostic::{
        Finding, Severity,
        render::{Format, Look},
    },
    ide::{Mended, Source, mend_with},
    read,
    source::{FileId, Sources, decode, encode},
    syntax::without_secrets,
};

/// Mends each source. All new texts are written together, or none; each is stored as it was, with
/// its mark and its encoding.
pub(super) fn run(args: &FixArgs, look: Look) -> Result<Status, Failure> {
    let given = disk::given(&args.given.set, &args.given.var_file)?;
    let mut all = Vec::new();
    let mut sources = Sources::new();
    let mut changed: Vec<(PathBuf, Vec<u8>)> = Vec::new();
    let mut told = String::new();
    let mut would_change = false;
    for path in once(disk::sources(&args.files)?) {
        let input = disk::read(&path)?;
        if read::is_export(&input.bytes) {
            return Err(Some(format!(
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
                let (old, new) = (without_secrets(&text), without_secrets(new));
                let diff = TextDiff::from_lines(old.as_ref(), new.as_ref());
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
    let _ = std::io::stderr().write_all(told.as_bytes());
    output::findings(&all, &sources, Format::Text, look);
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
