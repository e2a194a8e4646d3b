//! `tasq fix`.

use std::path::PathBuf;

use similar::TextDiff;

use super::{Failure, Status, args::FixArgs, check, disk, output};
use crate::{
    compile::read as decode,
    diagnostic::{
        Finding, Severity,
        render::{Format, Look},
    },
    ide::{Mended, Source, mend},
    read,
    source::{FileId, Sources},
};

/// Mends each source. All new texts are written together, or none.
pub(super) fn run(args: &FixArgs, look: Look) -> Result<Status, Failure> {
    let mut all = Vec::new();
    let mut sources = Sources::new();
    let mut changed: Vec<(PathBuf, Vec<u8>)> = Vec::new();
    for path in disk::sources(&args.files)? {
        let input = disk::read(&path)?;
        if read::is_export(&input.bytes) {
            return Err(Some(format!("{} is an export; `tasq decompile` makes a source of it", input.name)));
        }
        let (text, about_bytes) = decode(input.bytes.clone(), FileId(0));
        if about_bytes.iter().any(Finding::is_error) {
            let mut own = Sources::new();
            own.add(input.name.clone(), text);
            check::collect(&mut all, &mut sources, about_bytes, &own);
            continue;
        }
        let source = Source { name: input.name.clone(), path: input.inner.clone(), text: text.clone() };
        let Mended { analysis, done } = mend(source, &input.files, args.unsafe_too);
        let new = analysis.text();
        if args.diff {
            if *new != *text {
                let diff = TextDiff::from_lines(text.as_ref(), new);
                output::stdout(diff.unified_diff().header(&input.name, &input.name).to_string().as_bytes())?;
            }
        } else {
            tell(&input.name, &done);
            match input.path {
                None => output::stdout(new.as_bytes())?,
                Some(path) if *new != *text => changed.push((path, new.as_bytes().to_vec())),
                Some(_) => {}
            }
        }
        check::collect(&mut all, &mut sources, analysis.compiled.findings, &analysis.compiled.sources);
    }
    let files: Vec<(PathBuf, &[u8])> = changed.iter().map(|(path, bytes)| (path.clone(), bytes.as_slice())).collect();
    disk::write_all(&files)?;
    output::findings(&all, &sources, Format::Text, look);
    let left = all.iter().any(|finding| finding.severity != Severity::Note);
    Ok(if left { Status::Findings } else { Status::Fine })
}

/// Says what was done, one line each.
fn tell(name: &str, done: &[(String, String)]) {
    for (code, title) in done {
        eprintln!("{name}: {code}: {title}");
    }
}
