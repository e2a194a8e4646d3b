//! `tasq test`.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

use super::{
    Failure, Status,
    args::{TableFormat, TestArgs},
    check, disk, output,
};
use crate::{
    compile::compile,
    diagnostic::{
        self, Finding,
        render::{Format, Look},
    },
    elaborate::Given,
    machine::values::fits,
    read,
    source::{Sources, Span},
    test_runner::{self, Coverage, FileReport, Report, Style},
};

/// A file that may hold tests.
struct Chosen {
    path: PathBuf,
    /// The line of the test that is wanted, from 1; empty for all.
    lines: Vec<u32>,
    /// Whether the file itself was named, not a folder above it.
    named: bool,
}

/// Runs the tests of all files and prints what came of them.
pub(super) fn run(args: &TestArgs, look: Look) -> Result<Status, Failure> {
    let given = disk::given(&args.given.set, &args.given.var_file)?;
    let mut coverage = Coverage::default();
    let mut report = Report::default();
    let (mut findings, mut sources) = (Vec::new(), Sources::new());
    let mut found = false;
    for chosen in chosen(&args.paths)? {
        let Some((file, any)) = one(&chosen, args, &given, &mut coverage)? else {
            continue;
        };
        found |= any;
        check::collect(
            &mut findings,
            &mut sources,
            file.findings.clone(),
            &file.sources,
        );
        report.files.push(file);
    }
    output::findings(&findings, &sources, Format::Text, look);
    if report.total() == 0 && report.broken() == 0 {
        return Err(Some(nothing(args, found)));
    }
    let wants_coverage =
        args.coverage || args.coverage_source.is_some() || args.fail_under.is_some();
    report.coverage = wants_coverage.then_some(coverage);
    print(args, &report, look)?;
    let covered = report
        .coverage
        .as_ref()
        .map(|coverage| coverage.whole().percent());
    let short = args
        .fail_under
        .zip(covered)
        .filter(|(wanted, covered)| *covered < f64::from(*wanted));
    if let Some((wanted, covered)) = short {
        eprintln!("tasq: {covered:.1}% is covered, less than the {wanted}% that are wanted");
    }
    Ok(if report.is_good() && short.is_none() {
        Status::Fine
    } else {
        Status::Findings
    })
}

/// Why nothing ran.
fn nothing(args: &TestArgs, found: bool) -> String {
    match &args.filter {
        Some(filter) if found => format!("no test has a name like `{filter}`"),
        _ if found => "no test stands on this line".to_owned(),
        _ => format!("there is no test in {}", args.paths.join(", ")),
    }
}

/// The files that arguments name.
///
/// # Errors
/// A message when a folder cannot be read.
fn chosen(paths: &[String]) -> Result<Vec<Chosen>, Failure> {
    let mut out: Vec<Chosen> = Vec::new();
    for text in paths {
        let whole = PathBuf::from(text);
        let (path, line) = match text.rsplit_once(':') {
            // A file of this very name is meant first.
            Some((path, line)) if !whole.exists() => match line.parse::<u32>() {
                Ok(line) => (PathBuf::from(path), Some(line)),
                Err(_) => (whole, None),
            },
            _ => (whole, None),
        };
        let named = !path.is_dir();
        let files = if named {
            vec![path]
        } else {
            disk::sources_below(&path)?
        };
        // Below the present folder, as people write them.
        let files = files
            .into_iter()
            .map(|path| path.strip_prefix(".").map_or(path.clone(), Path::to_owned));
        for path in files {
            match out.iter_mut().find(|one| one.path == path) {
                Some(known) => match line {
                    Some(line) if !known.lines.is_empty() => known.lines.push(line),
                    Some(_) => {}
                    None => known.lines.clear(),
                },
                None => out.push(Chosen {
                    path,
                    lines: line.into_iter().collect(),
                    named,
                }),
            }
        }
    }
    Ok(out)
}

/// The tests of a file and what came of them, and whether it holds any; `None` where there are
/// none.
///
/// # Errors
/// A message when a file that was named cannot be read.
fn one(
    chosen: &Chosen,
    args: &TestArgs,
    given: &Given,
    coverage: &mut Coverage,
) -> Result<Option<(FileReport, bool)>, Failure> {
    let input = disk::read(&chosen.path)?;
    if read::is_export_file(&input.name, &input.bytes) {
        let stem = chosen
            .path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy();
        return Err(Some(format!(
            "{} is an export; its tests stand beside it, in {stem}.test.tasq",
            input.name
        )));
    }
    // What cannot hold a test need not be compiled: a folder may have many sources.
    if !chosen.named && !input.bytes.windows(4).any(|word| word == b"test") {
        return Ok(None);
    }
    let mut compiled = compile(&input.name, &input.inner, input.bytes, &input.files, given);
    let holds = compiled
        .tree
        .root()
        .children_of(crate::syntax::SyntaxKind::TestCase)
        .next()
        .is_some();
    if !holds {
        return Ok(chosen.named.then(|| {
            let file = FileReport {
                name: input.name,
                ..FileReport::default()
            };
            (file, false)
        }));
    }
    let mut file = FileReport {
        name: input.name,
        ..FileReport::default()
    };
    if compiled.is_good() {
        let plan = test_runner::plan(&mut compiled, &input.inner, &input.files, given);
        file.findings.extend(
            plan.findings
                .iter()
                .filter(|finding| !is_known(finding, &compiled.findings))
                .cloned(),
        );
        file.sources = compiled.sources.clone();
        let text = compiled.sources.get(compiled.tree.file());
        let wanted = |name: &str, span: Span| {
            let lines =
                text.map(|text| (text.position(span.start).line, text.position(span.end).line));
            let here = lines.is_some_and(|(first, last)| {
                chosen
                    .lines
                    .iter()
                    .any(|line| (first..=last).contains(line))
            });
            (chosen.lines.is_empty() || here)
                && args
                    .filter
                    .as_ref()
                    .is_none_or(|filter| is_like(name, filter))
        };
        file.tests = test_runner::run(&plan, &wanted, coverage);
    }
    file.sources = compiled.sources;
    file.findings.extend(compiled.findings);
    diagnostic::sort(&mut file.findings);
    Ok(Some((file, true)))
}

fn is_known(finding: &Finding, known: &[Finding]) -> bool {
    known.contains(finding)
}

/// Whether a name holds a text, or is like a pattern; case does not count.
fn is_like(name: &str, filter: &str) -> bool {
    if filter.contains(['*', '?']) {
        return fits(filter, name);
    }
    name.to_lowercase().contains(&filter.to_lowercase())
}

fn print(args: &TestArgs, report: &Report, look: Look) -> Result<(), Failure> {
    let text = match args.output_format {
        TableFormat::Text => {
            let color = look.color && std::io::IsTerminal::is_terminal(&std::io::stdout());
            test_runner::text(
                report,
                Style {
                    look: Look { color, ..look },
                    verbose: args.verbose,
                },
            )
        }
        TableFormat::Json => test_runner::json(report),
    };
    output::stdout(text.as_bytes())?;
    if let Some(path) = &args.junit {
        let xml = test_runner::junit(report);
        if disk::is_dash(path) {
            output::stdout(xml.as_bytes())?;
        } else {
            disk::write_all(&[(path.clone(), xml.as_bytes())])?;
        }
    }
    match (&args.coverage_source, &report.coverage) {
        (Some(folder), Some(coverage)) => marked(folder, coverage),
        _ => Ok(()),
    }
}

/// Writes the marked sources, one file a sequence.
fn marked(folder: &Path, coverage: &Coverage) -> Result<(), Failure> {
    let mut used = HashSet::new();
    let mut files: Vec<(PathBuf, String)> = Vec::new();
    for file in coverage.files() {
        let text = test_runner::marked(file);
        if disk::is_dash(folder) {
            output::stdout(format!("{text}\n").as_bytes())?;
            continue;
        }
        let stem = Path::new(&file.name)
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let stem = match &file.title {
            Some(title) => format!("{stem}.{}", plain(title)),
            None => stem,
        };
        let mut name = format!("{stem}.txt");
        let mut number = 1;
        while !used.insert(name.to_lowercase()) {
            number += 1;
            name = format!("{stem}-{number}.txt");
        }
        files.push((folder.join(name), text));
    }
    let list: Vec<(PathBuf, &[u8])> = files
        .iter()
        .map(|(path, text)| (path.clone(), text.as_bytes()))
        .collect();
    disk::write_all(&list)
}

/// A name as part of a file's name.
fn plain(name: &str) -> String {
    name.chars()
        .map(|c| {
            if c.is_alphanumeric() || "-_.".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect()
}
