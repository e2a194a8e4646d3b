//! `tasq test`.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

use clap::Args;

use super::{
    Failure, Status, check,
    inputs::{self, InputKind, Inputs, SourceInput, is_dash},
    output,
    outputs::{OutputKind, Outputs},
    shared_args::TableFormat,
    tally::Tally,
    values::{ParameterArgs, StartArgs},
};
use crate::{
    check::compile_tests,
    compile::Compiled,
    diagnostic::{self, Finding, render::Format},
    elaborate::ParameterValues,
    machine::values::fits,
    model::{Spanned, TestVariable},
    read,
    source::{FileId, SourceFile, Sources, Span},
    syntax::SyntaxKind,
    test_runner::{self, Coverage, FileReport, ResultStyle, TestPlan, TestResults},
};

/// Run the tests of sequences on simulated machines
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tasq test                                  every test below this folder
  tasq test lab.test.tasq:12                 the test that stands on this line
  tasq test . --filter 'laptop*' --verbose
  tasq test . --coverage --fail-under 90 --junit results.xml

Exit code 0: all tests passed. 1: some failed, or a file has errors, or too little is covered. 2: there was no test.")]
pub(crate) struct TestArgs {
    /// Sources with tests, folders, patterns, or FILE:LINE for the test on a line
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<String>,
    /// Only tests whose name holds this text; `*` and `?` make it a pattern of whole names
    #[arg(long, value_name = "PATTERN")]
    pub filter: Option<String>,
    /// Tell which steps ran, and which conditions held and did not
    #[arg(long)]
    pub coverage: bool,
    /// Write each tested source with marks of what ran into this folder, `-` for standard output
    #[arg(long, value_name = "DIR")]
    pub coverage_source: Option<PathBuf>,
    /// Fail when less than so many percent of steps and condition sides are covered
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub fail_under: Option<u8>,
    /// Fail tests in which the outcome of a step rests on what nobody gave
    #[arg(long)]
    pub fail_on_assumption: bool,
    /// Write the results as JUnit's XML, `-` for standard output
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Write over files that are no JUnit report, or no marked source
    #[arg(long)]
    pub force: bool,
    /// How to print the results
    #[arg(long, value_enum, default_value_t = TableFormat::Text)]
    pub output_format: TableFormat,
    /// Show the whole run of a test that failed, with variables, and every place that is not
    /// covered
    #[arg(short, long)]
    pub verbose: bool,
    #[command(flatten)]
    pub parameters: ParameterArgs,
    #[command(flatten)]
    pub start: StartArgs,
}

/// A file that may hold tests.
struct Chosen {
    path: PathBuf,
    /// The line of the test that is wanted, from 1; empty for all.
    lines: Vec<u32>,
    /// Whether the file itself was named, not a folder above it.
    named: bool,
}

impl Chosen {
    /// Another line of the file is wanted as well, or all of it.
    fn also(&mut self, line: Option<u32>) {
        match line {
            // All of it is wanted already.
            Some(_) if self.lines.is_empty() => {}
            Some(line) => self.lines.push(line),
            None => self.lines.clear(),
        }
    }

    /// Whether the test at a place is wanted.
    fn holds(&self, text: Option<&SourceFile>, span: Span) -> bool {
        let Some(text) = text else {
            return self.lines.is_empty();
        };
        let test = text.position(span.start).line..=text.position(span.end).line;
        self.lines.is_empty() || self.lines.iter().any(|line| test.contains(line))
    }
}

/// Runs the tests of all files and prints what came of them.
pub(super) fn run(args: &TestArgs) -> Result<Status, Failure> {
    let given = args.parameters.given()?;
    let mut coverage = Coverage::default();
    let mut report = TestResults::default();
    let (mut findings, mut sources) = (Vec::new(), Sources::new());
    let mut found = false;
    let (inputs, list) = chosen(&args.paths)?;
    let mut tally = Tally::of(&inputs);
    tally.expect(list.len());
    for chosen in list {
        tally.begin(&chosen.path.display());
        let (file, any) = match one(&chosen, args, &given, &mut coverage) {
            Ok(Some(one)) => one,
            Ok(None) => continue,
            Err(failure) => {
                tally.cost(failure)?;
                continue;
            }
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
    output::findings(&findings, &sources, Format::Text);
    if report.total() == 0 && report.broken() == 0 {
        return match tally.failed {
            0 => Err(Failure::Usage(nothing(args, found))),
            _ => Err(Failure::Refused),
        };
    }
    let wants_coverage =
        args.coverage || args.coverage_source.is_some() || args.fail_under.is_some();
    report.coverage = wants_coverage.then_some(coverage);
    print(args, &report)?;
    let enough = is_covered(args, &report);
    if !report.is_good() || !enough {
        tally.end(Status::Findings);
    }
    if tally.failed > 0 {
        let files = report.files.len();
        tally.sum_up(files, &[(files, "tested"), (tally.failed, "failed")]);
    }
    Ok(tally.status())
}

/// Whether as much is covered as was wanted; if not, that is said.
fn is_covered(args: &TestArgs, report: &TestResults) -> bool {
    let covered = report
        .coverage
        .as_ref()
        .map(|coverage| coverage.whole().percent());
    let short = args
        .fail_under
        .zip(covered)
        .filter(|(wanted, covered)| *covered < f64::from(*wanted));
    if let Some((wanted, covered)) = short {
        output::remark(&format!(
            "tasq: {covered:.1}% is covered, less than the {wanted}% that are wanted\n"
        ));
    }
    short.is_none()
}

/// Why nothing ran.
fn nothing(args: &TestArgs, found: bool) -> String {
    match &args.filter {
        Some(filter) if found => format!("no test has a name like `{filter}`"),
        _ if found => "no test stands on this line".to_owned(),
        _ => format!("there is no test in {}", args.paths.join(", ")),
    }
}

/// The files that arguments name, and what stands for none.
///
/// # Errors
/// The only argument stands for nothing.
fn chosen(paths: &[String]) -> Result<(Inputs, Vec<Chosen>), Failure> {
    let mut all = Inputs::default();
    let mut out: Vec<Chosen> = Vec::new();
    for text in paths {
        let (path, line) = path_and_line(text);
        let inputs = inputs::expand(&[path], InputKind::Sources);
        for file in &inputs.files {
            // Below the present folder, as people write them.
            let path = file.path.strip_prefix(".").unwrap_or(&file.path).to_owned();
            match out.iter_mut().find(|one| one.path == path) {
                Some(known) => known.also(line),
                None => out.push(Chosen {
                    path,
                    lines: line.into_iter().collect(),
                    named: file.named,
                }),
            }
        }
        all.files.extend(inputs.files);
        all.troubles.extend(inputs.troubles);
        all.grouped |= inputs.grouped;
    }
    if out.is_empty() {
        all = all.not_empty()?;
    }
    Ok((all, out))
}

/// `FILE` or `FILE:LINE`; a file of this very name is meant first.
fn path_and_line(text: &str) -> (PathBuf, Option<u32>) {
    let whole = PathBuf::from(text);
    let parts = text.rsplit_once(':').filter(|_| !whole.exists());
    let line = parts.and_then(|(path, line)| Some((path, line.parse().ok()?)));
    line.map_or((whole, None), |(path, line)| {
        (PathBuf::from(path), Some(line))
    })
}

/// The tests of a file and what came of them, and whether it holds any; `None` where there are
/// none.
///
/// # Errors
/// A message when a file that was named cannot be read.
fn one(
    chosen: &Chosen,
    args: &TestArgs,
    given: &ParameterValues,
    coverage: &mut Coverage,
) -> Result<Option<(FileReport, bool)>, Failure> {
    let input = inputs::read(&chosen.path)?;
    if read::is_export_file(&input.name, &input.bytes) {
        let stem = chosen
            .path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy();
        return Err(Failure::Usage(format!(
            "{} is an export; its tests stand beside it, in {stem}.test.tasq",
            input.name
        )));
    }
    // What cannot hold a test need not be compiled: a folder may have many sources.
    if !chosen.named && !input.bytes.windows(4).any(|word| word == b"test") {
        return Ok(None);
    }
    let mut compiled = compiled(&input, given);
    let root = compiled.tree.root();
    let holds = root.children_of(SyntaxKind::TestCase).next().is_some();
    let mut file = FileReport {
        name: input.name.clone(),
        ..FileReport::default()
    };
    if !holds {
        return Ok(chosen.named.then_some((file, false)));
    }
    args.start.warn_of_file(&input);
    if compiled.lacks_only_values() && !compiled.tests.is_empty() {
        // Each test may give them.
        compiled.findings.retain(|finding| !finding.is_error());
    }
    if compiled.is_good() {
        let mut plan = test_runner::plan(&mut compiled, &input.inner, &input.files, given);
        plan.fail_on_assumption = args.fail_on_assumption;
        begin_with(&file.name, &mut plan, &args.start)?;
        file.findings.extend(
            plan.findings
                .iter()
                .filter(|finding| !is_known(finding, &compiled.findings))
                .cloned(),
        );
        file.sources = compiled.sources.clone();
        let text = compiled.sources.get(compiled.tree.file());
        let wanted = |name: &str, span: Span| {
            let filter = args.filter.as_deref();
            chosen.holds(text, span) && filter.is_none_or(|filter| is_like(name, filter))
        };
        file.tests = test_runner::run(&plan, &wanted, coverage);
    }
    file.sources = compiled.sources;
    file.findings.extend(compiled.findings);
    diagnostic::sort(&mut file.findings);
    Ok(Some((file, true)))
}

fn compiled(input: &SourceInput, given: &ParameterValues) -> Compiled {
    let bytes = input.bytes.clone();
    compile_tests(&input.name, &input.inner, bytes, &input.files, given)
}

/// Gives all tests of a file further variables at the start; those of a test itself win.
fn begin_with(name: &str, plan: &mut TestPlan, start: &StartArgs) -> Result<(), Failure> {
    let own = plan.subjects.iter().filter(|subject| !subject.exported);
    let own = own.map(|subject| (&subject.name, &subject.text));
    let refused = plan.refused.iter().map(|(name, text)| (name, text));
    let mut told = vec![name];
    for (name, text) in own.chain(refused) {
        if !told.contains(&name.as_str()) {
            told.push(name);
            start.warn_of_parameters(name, text);
        }
    }
    let given: Vec<TestVariable> = start
        .variables()?
        .into_iter()
        .map(|one| TestVariable {
            name: Spanned::new(one.name, Span::at(FileId(0), 0)),
            value: one.value,
            masked: one.masked,
        })
        .collect();
    for planned in &mut plan.tests {
        planned.test.variables.splice(0..0, given.iter().cloned());
    }
    Ok(())
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

fn print(args: &TestArgs, report: &TestResults) -> Result<(), Failure> {
    let text = match args.output_format {
        TableFormat::Text => test_runner::text(
            report,
            ResultStyle {
                look: output::stdout_look(),
                verbose: args.verbose,
            },
        ),
        TableFormat::Json => test_runner::json(report),
    };
    match args.output_format {
        TableFormat::Text => output::print(&text)?,
        TableFormat::Json => output::stdout(text.as_bytes())?,
    }
    let mut outputs = Outputs::new(args.force);
    if let Some(path) = &args.junit {
        let xml = test_runner::junit(report);
        if is_dash(path) {
            output::stdout(xml.as_bytes())?;
        } else {
            outputs.add(path.clone(), OutputKind::Junit, xml.into_bytes());
        }
    }
    if let (Some(folder), Some(coverage)) = (&args.coverage_source, &report.coverage) {
        marked(folder, coverage, &mut outputs)?;
    }
    outputs.write()
}

/// Hands over the marked sources, one file a sequence.
fn marked(folder: &Path, coverage: &Coverage, outputs: &mut Outputs) -> Result<(), Failure> {
    let mut used = HashSet::new();
    for file in coverage.files() {
        let text = test_runner::marked(file);
        if is_dash(folder) {
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
        outputs.add(
            folder.join(name),
            OutputKind::MarkedSource,
            text.into_bytes(),
        );
    }
    Ok(())
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
