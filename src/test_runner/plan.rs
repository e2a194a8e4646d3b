//! Tests made ready to run: what each is about, its machines, and the steps it names.

use std::{cell::RefCell, collections::HashMap, sync::Arc};

use super::{
    catalogue::{Catalogue, CatalogueEntry, PathMatches},
    doubt,
    machines::{Machines, TestMachine},
    subject::{Aimed, Home, TestSubject},
};
use crate::{
    compile::Compiled,
    diagnostic::{Code, Finding, nearest},
    elaborate::ParameterValues,
    engine::NodeKind,
    machine::Mock,
    model::{
        Condition, ExpectationKind, Expected, RunOutcome, StepOutcome, StepPath, TestCase, TestMock,
    },
    source::{FileId, Files, Sources, Span},
    syntax::hide_secrets,
};

/// Most paths that a finding lists.
const MAX_PATHS: usize = 6;

const STEPS: &[NodeKind] = &[NodeKind::Step, NodeKind::Child, NodeKind::Xml];
const GROUPS: &[NodeKind] = &[NodeKind::Group];
const ALL: &[NodeKind] = &[
    NodeKind::Step,
    NodeKind::Child,
    NodeKind::Xml,
    NodeKind::Group,
];

/// The tests of a file, ready to run.
#[derive(Debug, Default)]
pub struct TestPlan {
    /// What they are about.
    pub subjects: Vec<TestSubject>,
    /// The tests, in the order of the file. Those with errors are not among them.
    pub tests: Vec<Planned>,
    /// What is wrong with them.
    pub findings: Vec<Finding>,
    /// Files that cannot be tested, with their text; of an export none.
    pub refused: Vec<(String, Arc<str>)>,
    /// Whether a test fails in which the outcome of a step rests on what nobody gave.
    pub fail_on_assumption: bool,
}

/// A test that can run.
#[derive(Debug)]
pub struct Planned {
    /// The test.
    pub test: TestCase,
    /// What it is about, by its number in the plan.
    pub subject: usize,
    /// The machines that it runs on, once on each.
    pub machines: Vec<TestMachine>,
    /// How steps end.
    pub mocks: Vec<Mock>,
    /// What is expected.
    pub checks: Vec<Assertion>,
}

/// A single thing that is expected.
#[derive(Clone, Debug)]
pub struct Assertion {
    /// Whether it must not be so.
    pub not: bool,
    /// What.
    pub kind: CheckKind,
    /// Its place.
    pub span: Span,
}

/// A step or group that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepPlace {
    /// Its path.
    pub path: String,
    /// The number of its instruction.
    pub instruction: u32,
    /// Whether it is a group.
    pub group: bool,
}

/// What is expected.
#[derive(Clone, Debug)]
pub enum CheckKind {
    /// Of a step or group; the second place is the one that an order is about.
    Step(StepPlace, StepOutcome, Option<StepPlace>),
    /// When the run is over.
    Condition(Condition),
    /// Of the run, and the step that is to have made it fail.
    Run(RunOutcome, Option<StepPlace>),
}

/// Makes the tests of a source ready: finds what they are about, their machines and steps. Machine
/// files with faults are added to the sources of `compiled`.
pub fn plan(
    compiled: &mut Compiled,
    path: &str,
    files: &dyn Files,
    given: &ParameterValues,
) -> TestPlan {
    let mut plan = TestPlan::default();
    // Machine files are put behind the file itself when everything else has been looked up.
    let mut sources: Sources = compiled.sources.clone();
    let home = Home {
        compiled,
        path,
        files,
        given,
        refused: RefCell::default(),
    };
    let mut planner = Planner {
        home: &home,
        machines: Machines::default(),
        subjects: HashMap::new(),
    };
    for (index, test) in compiled.tests.iter().enumerate() {
        planner.test(index, test, &mut plan, &mut sources);
    }
    plan.refused = home.refused.take();
    compiled.sources = sources;
    hide_secrets(&mut plan.findings, FileId(0), compiled.tree.text());
    plan
}

struct Planner<'a> {
    home: &'a Home<'a>,
    machines: Machines,
    /// What was looked up, and the number it has if it was found.
    subjects: HashMap<String, Option<usize>>,
}

impl Planner<'_> {
    fn test(&mut self, index: usize, test: &TestCase, plan: &mut TestPlan, sources: &mut Sources) {
        let before = plan.findings.len();
        let machines = self
            .machines
            .of(test, self.home, sources, &mut plan.findings);
        let Some((subject, test)) = self.subject(index, test, plan) else {
            return;
        };
        let Some(about) = plan.subjects.get(subject) else {
            return;
        };
        let mut resolver = Resolver {
            catalogue: &about.catalogue,
            findings: Vec::new(),
        };
        let mocks = resolver.mocks(&test.mocks);
        let checks = resolver.checks(&test);
        let mut findings = resolver.findings;
        doubt::contradictions(&checks, &mut findings);
        doubt::variables(&test, about, &machines, &mut findings);
        plan.findings.extend(findings);
        let good = !plan.findings.iter().skip(before).any(Finding::is_error);
        if good && !machines.is_empty() {
            plan.tests.push(Planned {
                test,
                subject,
                machines,
                mocks,
                checks,
            });
        }
    }

    /// What a test is about, and the test as it reads with its parameters.
    fn subject(
        &mut self,
        index: usize,
        test: &TestCase,
        plan: &mut TestPlan,
    ) -> Option<(usize, TestCase)> {
        let key = self.home.key(test);
        // With parameters the text of a test may be another one, even if the sequence is known.
        if test.parameters.is_empty()
            && let Some(known) = self.subjects.get(&key)
        {
            return known.map(|known| (known, test.clone()));
        }
        match self.home.aim(index, test) {
            Ok(Aimed {
                subject,
                test: again,
            }) => {
                let number = match self.subjects.get(&key) {
                    Some(Some(known)) => *known,
                    _ => {
                        plan.subjects.push(subject);
                        plan.subjects.len() - 1
                    }
                };
                self.subjects.insert(key, Some(number));
                Some((number, again.unwrap_or_else(|| test.clone())))
            }
            Err(findings) => {
                plan.findings.extend(findings);
                self.subjects.insert(key, None);
                None
            }
        }
    }
}

/// The mocks of a test. A name wins over a pattern, wherever the two stand.
#[derive(Default)]
struct StepMocks {
    named: Vec<Mock>,
    fitting: Vec<Mock>,
    /// The steps that need no more mocks, by their numbers in the catalogue and whether a pattern
    /// said so, with the places of these mocks.
    whole: HashMap<(usize, bool), Span>,
}

/// Looks up the steps that a test names.
struct Resolver<'a> {
    catalogue: &'a Catalogue,
    findings: Vec<Finding>,
}

impl Resolver<'_> {
    fn mocks(&mut self, mocks: &[TestMock]) -> Vec<Mock> {
        let mut step_mocks = StepMocks::default();
        for mock in mocks {
            self.mock(mock, &mut step_mocks);
        }
        let StepMocks { named, fitting, .. } = step_mocks;
        named.into_iter().chain(fitting).collect()
    }

    fn mock(&mut self, mock: &TestMock, mocks: &mut StepMocks) {
        let found = self.found(&mock.step, STEPS, true);
        let pattern = found.len() > 1;
        for index in found {
            let Some(entry) = self.catalogue.get(index) else {
                continue;
            };
            if entry.kind != NodeKind::Step {
                if !pattern {
                    self.not_mockable(entry, mock.step.span);
                }
                continue;
            }
            if let Some(first) = mocks.whole.get(&(index, pattern)) {
                self.mocked_twice(entry, mock.step.span, *first);
                break;
            }
            if mock.times.is_none() {
                mocks.whole.insert((index, pattern), mock.step.span);
            }
            let list = if pattern {
                &mut mocks.fitting
            } else {
                &mut mocks.named
            };
            list.push(Mock {
                step: entry.path.clone(),
                exit_code: mock.exits,
                output: mock.prints.clone(),
                seconds: mock.takes.unwrap_or(0),
                sets: mock.sets.clone(),
                times: mock.times,
                exact: true,
            });
        }
    }

    fn mocked_twice(&mut self, entry: &CatalogueEntry, span: Span, first: Span) {
        let message = format!("{} is mocked twice", entry.path);
        let finding = Finding::new(Code::MockedTwice, span, message)
            .label("this one is never used")
            .also(first, "mocked here already")
            .help(
                "remove one of the two, or write `times 1` behind the first: \
                 then the second holds for later runs",
            );
        self.findings.push(finding);
    }

    fn not_mockable(&mut self, entry: &CatalogueEntry, span: Span) {
        let (why, help) = match entry.kind {
            NodeKind::Child => (
                "runs another sequence",
                "give the sequence itself: children: < ID: \"FILE\" >; its steps can be mocked then",
            ),
            _ => (
                "is kept in XML's own words",
                "what such an element does cannot be said in a test",
            ),
        };
        let finding = Finding::new(
            Code::BadOutcome,
            span,
            format!("{} {why} and cannot be mocked", entry.path),
        );
        self.findings.push(finding.help(help));
    }

    fn checks(&mut self, test: &TestCase) -> Vec<Assertion> {
        let mut out = Vec::new();
        for expectation in &test.expectations {
            match &expectation.kind {
                ExpectationKind::Condition(condition) => out.push(Assertion {
                    not: false,
                    kind: CheckKind::Condition(condition.clone()),
                    span: expectation.span,
                }),
                ExpectationKind::Run(outcomes) => {
                    out.extend(outcomes.iter().filter_map(|wanted| self.run_check(wanted)));
                }
                ExpectationKind::Step {
                    group,
                    step,
                    outcomes,
                } => {
                    let found = self.found(step, if *group { GROUPS } else { STEPS }, true);
                    let entries = found.into_iter().filter_map(|at| self.catalogue.get(at));
                    let places: Vec<StepPlace> = entries.map(place).collect();
                    for wanted in outcomes {
                        out.extend(self.step_checks(&places, wanted));
                    }
                }
            }
        }
        out
    }

    fn run_check(&mut self, wanted: &Expected<RunOutcome>) -> Option<Assertion> {
        let place = match &wanted.what {
            RunOutcome::At(path) => Some(self.one(path, STEPS)?),
            _ => None,
        };
        Some(Assertion {
            not: wanted.not,
            kind: CheckKind::Run(wanted.what.clone(), place),
            span: wanted.span,
        })
    }

    fn step_checks(
        &mut self,
        places: &[StepPlace],
        wanted: &Expected<StepOutcome>,
    ) -> Vec<Assertion> {
        let mut other = None;
        if let StepOutcome::Before(path) | StepOutcome::After(path) = &wanted.what {
            other = self.one(path, ALL);
            if other.is_none() {
                return Vec::new();
            }
        }
        let of_steps = matches!(wanted.what, StepOutcome::Exits(_) | StepOutcome::Sets(_));
        let known = places.iter().take_while(|own| !(own.group && of_steps));
        let checks: Vec<Assertion> = known
            .map(|own| Assertion {
                not: wanted.not,
                kind: CheckKind::Step(own.clone(), wanted.what.clone(), other.clone()),
                span: wanted.span,
            })
            .collect();
        if checks.len() < places.len() {
            let message = "a group has no exit code and sets no variables";
            self.findings
                .push(Finding::new(Code::BadOutcome, wanted.span, message));
        }
        checks
    }

    /// The one step that a path means.
    fn one(&mut self, path: &StepPath, kinds: &[NodeKind]) -> Option<StepPlace> {
        let index = self.found(path, kinds, false).into_iter().next()?;
        self.catalogue.get(index).map(place)
    }

    /// The steps that a path means; none after a finding.
    fn found(&mut self, path: &StepPath, kinds: &[NodeKind], pattern: bool) -> Vec<usize> {
        match self.catalogue.find(path, kinds, pattern) {
            PathMatches::These(list) => return list,
            PathMatches::Nothing => self.unknown(path, kinds),
            PathMatches::OneOf(list) => self.ambiguous(path, &list),
        }
        Vec::new()
    }

    fn unknown(&mut self, path: &StepPath, kinds: &[NodeKind]) {
        let what = if kinds == GROUPS { "group" } else { "step" };
        let written = path.written();
        let mut finding = Finding::new(
            Code::UnknownTestStep,
            path.span,
            format!("the sequence has no {what} {written}"),
        );
        if self.catalogue.find(path, ALL, false) != PathMatches::Nothing {
            let other = if kinds == GROUPS { "step" } else { "group" };
            self.findings.push(
                finding
                    .label(format!("this is a {other}"))
                    .help(format!("write `{other} {written}`")),
            );
            return;
        }
        let last = path.parts.last().map_or("", |(name, _)| name.as_str());
        let names = self.catalogue.names(kinds);
        let near = nearest(last, names.iter().copied());
        finding = match near {
            Some(near) if near == last => finding
                .label("there is one elsewhere")
                .help(self.paths_of(near, kinds)),
            Some(near) if path.parts.len() == 1 => {
                let quoted = format!("\"{}\"", near.replace('"', "\"\""));
                finding.label(format!("did you mean {quoted}?")).unsafe_fix(
                    format!("write {quoted}"),
                    path.span,
                    quoted,
                )
            }
            Some(near) => finding.label(format!("did you mean \"{near}\"?")),
            None if names.is_empty() => finding.help(format!("it has no {what}s at all")),
            None => {
                let list: Vec<String> = names
                    .iter()
                    .take(MAX_PATHS)
                    .map(|name| format!("\"{name}\""))
                    .collect();
                let more = if names.len() > MAX_PATHS { " …" } else { "" };
                finding.help(format!("it has {}{more}", list.join(", ")))
            }
        };
        self.findings.push(finding);
    }

    fn paths_of(&self, name: &str, kinds: &[NodeKind]) -> String {
        let entries = self.catalogue.entries().iter();
        let own = entries.filter(|entry| kinds.contains(&entry.kind) && entry.name() == name);
        let list: Vec<String> = own.take(MAX_PATHS).map(CatalogueEntry::written).collect();
        format!("its path is {}", list.join(", or "))
    }

    fn ambiguous(&mut self, path: &StepPath, list: &[usize]) {
        let entries: Vec<&CatalogueEntry> = list
            .iter()
            .filter_map(|index| self.catalogue.get(*index))
            .collect();
        let paths: Vec<String> = entries
            .iter()
            .take(MAX_PATHS)
            .map(|entry| entry.written())
            .collect();
        let more = if entries.len() > MAX_PATHS {
            " …"
        } else {
            ""
        };
        let mut finding = Finding::new(
            Code::AmbiguousTestStep,
            path.span,
            format!("{} fits {} steps", path.written(), entries.len()),
        )
        .label("which one?")
        .help(format!(
            "write the path of one: {}{more}",
            paths.join(", or ")
        ));
        for path_of in paths.iter().take(3) {
            // The first of several is written with its number, too.
            let numbered = format!("{path_of}[");
            let full = if entries
                .iter()
                .any(|entry| entry.written().starts_with(&numbered))
            {
                format!("{path_of}[1]")
            } else {
                path_of.clone()
            };
            finding = finding.unsafe_fix(format!("write {full}"), path.span, full);
        }
        self.findings.push(finding);
    }
}

fn place(entry: &CatalogueEntry) -> StepPlace {
    StepPlace {
        path: entry.path.clone(),
        instruction: entry.instruction,
        group: entry.kind == NodeKind::Group,
    }
}
