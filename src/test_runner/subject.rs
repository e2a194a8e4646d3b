//! What a test is about: a sequence of the same file, of one beside it, or of an export.

use std::{cell::RefCell, sync::Arc};

use super::{
    catalogue::Catalogue,
    coverage::{Point, points},
};
use crate::{
    children::{ChildSequences, ChildSources, GivenChild},
    compile::Compiled,
    diagnostic::{Code, Finding, nearest},
    elaborate::{GivenValue, ParameterValues, elaborate},
    engine::Program,
    load::{LoadedSequence, load},
    model::{Sequence, Spanned, TestCase},
    source::{FileId, Files, Span, decode, join_relative},
    syntax,
};

/// The ending of files that test the file beside them.
const ENDING: &str = ".test.tasq";

/// What such a file may test, the first one that is there.
const BESIDE: [&str; 3] = [".tasq", ".xml", ".zip"];

/// A sequence with all that its tests need of it.
#[derive(Debug)]
pub struct TestSubject {
    /// The file it is from, as shown.
    pub name: String,
    /// The sequence's name, where its file has several.
    pub title: Option<String>,
    /// The source that its places point into; of an export, the one it was turned into.
    pub text: Arc<str>,
    /// Whether it is from an export.
    pub exported: bool,
    /// The sequence.
    pub sequence: Sequence,
    /// The sequences that its steps run.
    pub children: ChildSequences,
    /// Its steps and groups.
    pub catalogue: Catalogue,
    /// Those of its own file, as coverage counts them.
    pub(super) points: Vec<Point>,
}

/// Where a test's own file is, and what it holds.
pub(super) struct Home<'a> {
    pub compiled: &'a Compiled,
    /// Its place inside the project's folder.
    pub path: &'a str,
    pub files: &'a dyn Files,
    pub given: &'a ParameterValues,
    /// Files that cannot be tested, with their text; of an export none.
    pub refused: RefCell<Vec<(String, Arc<str>)>>,
}

/// A subject, and the test as it reads with the values of its parameters.
pub(super) struct Aimed {
    pub subject: TestSubject,
    pub test: Option<TestCase>,
}

impl Home<'_> {
    /// The name of the test's own file, as shown.
    fn name(&self) -> &str {
        self.compiled
            .sources
            .iter()
            .next()
            .map_or("", |(_, file)| file.name.as_str())
    }

    /// A path of this file as it is shown: beside the name of the file.
    pub fn shown(&self, written: &str) -> String {
        let written = written.replace('\\', "/");
        match self.name().rfind(['/', '\\']) {
            Some(at) => format!("{}{written}", &self.name()[..=at]),
            None => written,
        }
    }

    /// What must be the same for two tests to be about the same thing.
    pub fn key(&self, test: &TestCase) -> String {
        let plain = |list: &[(Spanned<String>, String)]| -> Vec<(String, String)> {
            list.iter()
                .map(|(name, text)| (name.value.clone(), text.clone()))
                .collect()
        };
        let children: Vec<(&str, &str)> = test
            .children
            .iter()
            .map(|(id, path)| (id.value.as_str(), path.value.as_str()))
            .collect();
        let of = test.of.as_ref().map(|of| &of.value);
        let sequence = test.sequence.as_ref().map(|name| &name.value);
        format!("{:?}", (of, sequence, plain(&test.parameters), children))
    }

    /// Finds what a test is about.
    ///
    /// # Errors
    /// Findings at the test's own places.
    pub fn aim(&self, index: usize, test: &TestCase) -> Result<Aimed, Vec<Finding>> {
        let own = test.of.is_none()
            && (!self.compiled.sequence.nodes.is_empty() || self.compiled.sequence.name.is_some());
        let children = self.children(test)?;
        if own {
            self.aim_at_own(index, test, &children)
        } else {
            self.aim_at_file(test, &children)
        }
    }

    fn aim_at_own(
        &self,
        index: usize,
        test: &TestCase,
        given: &[GivenChild],
    ) -> Result<Aimed, Vec<Finding>> {
        let (sequence, again) = self.own(index, test)?;
        let children = ChildSources::new(self.files).given(given);
        let children = children.resolve(&sequence);
        let text = Arc::from(self.compiled.tree.text());
        let name = self.name().to_owned();
        let subject = subject(name, None, text, false, sequence, children, test)?;
        Ok(Aimed {
            subject,
            test: again,
        })
    }

    fn aim_at_file(&self, test: &TestCase, named: &[GivenChild]) -> Result<Aimed, Vec<Finding>> {
        let (path, shown, bytes, place) = self.file(test)?;
        let exported = crate::read::is_export_file(&shown, &bytes);
        let text: Arc<str> = match exported {
            true => Arc::default(),
            false => decode(bytes.clone()).text.into(),
        };
        let given = with_parameters(&self.given_to(&text), test);
        let contents = load(&shown, &path, bytes, self.files, &given);
        let error = contents.findings.iter().find(|finding| finding.is_error());
        if error.is_some() || contents.sequences.is_empty() {
            let why = error.map_or("it holds no sequence", |error| error.message.as_str());
            self.refused.borrow_mut().push((shown.clone(), text));
            let message = format!("{shown} cannot be tested: {why}");
            let finding = Finding::new(Code::NoTestedSequence, place, message)
                .help(format!("tasq check {shown} tells everything about it"));
            return Err(vec![finding]);
        }
        let several = contents.sequences.len() > 1;
        let (main, others) = choose(contents.sequences, test, &shown, place)?;
        let others: Vec<Arc<LoadedSequence>> = others.into_iter().map(Arc::new).collect();
        let children = ChildSources::new(self.files)
            .given(named)
            .beside(&shown, &others)
            .resolve(&main.sequence);
        let title = several.then_some(main.title);
        let (text, sequence) = (main.text, main.sequence);
        let subject = subject(shown, title, text, exported, sequence, children, test)?;
        Ok(Aimed {
            subject,
            test: None,
        })
    }

    /// What of the values from outside goes to another file: not what only the test's own file
    /// declares.
    fn given_to(&self, text: &Arc<str>) -> ParameterValues {
        let mut given = self.given.clone();
        let own = self.compiled.tree.parameters();
        if !given.values.is_empty() && !own.is_empty() {
            let other = syntax::parse(Arc::clone(text), FileId(0)).tree.parameters();
            given
                .values
                .retain(|(name, _)| !own.contains(name) || other.contains(name));
        }
        given
    }

    /// The sequence of the test's own file, with the values that the test gives for parameters.
    fn own(
        &self,
        index: usize,
        test: &TestCase,
    ) -> Result<(Sequence, Option<TestCase>), Vec<Finding>> {
        if test.parameters.is_empty() && self.compiled.without_value.is_empty() {
            return Ok((self.compiled.sequence.clone(), None));
        }
        let given = with_parameters(self.given, test);
        let mut elaborated = elaborate(&self.compiled.tree, self.path, self.files, &given);
        if let Some(name) = elaborated.without_value.first() {
            let message = format!("the parameter `{name}` has no value in this test");
            let finding = Finding::new(Code::BadParameter, test.name.span, message)
                .label("no default, and none was given")
                .help(format!(
                    "give one with parameters: < {name}: … >, or to all tests with --param {name}=VALUE"
                ));
            return Err(vec![finding]);
        }
        if let Some(fault) = elaborated.findings.into_iter().find(Finding::is_error) {
            let place = test
                .parameters
                .first()
                .map_or(test.name.span, |(name, _)| name.span);
            let mut finding = Finding::new(
                Code::BadParameter,
                place,
                format!(
                    "with these parameters the sequence has errors: {}",
                    fault.message
                ),
            );
            finding.help = fault.help;
            return Err(vec![finding]);
        }
        let again = (index < elaborated.tests.len()).then(|| elaborated.tests.swap_remove(index));
        Ok((elaborated.sequence, again))
    }

    /// The file that a test is about: its path, its name as shown, its bytes, and the place to
    /// blame it at.
    fn file(&self, test: &TestCase) -> Result<(String, String, Vec<u8>, Span), Vec<Finding>> {
        let refuse = |place: Span, message: String, help: &str| {
            vec![Finding::new(Code::NoTestedSequence, place, message).help(help)]
        };
        if let Some(of) = &test.of {
            let path = join_relative(self.path, &of.value).map_err(|error| {
                vec![Finding::new(Code::PathOutside, of.span, error.to_string())]
            })?;
            let shown = self.shown(&of.value);
            let bytes = self.files.read(&path).map_err(|error| {
                let help = "the path is relative to the file of the test";
                refuse(of.span, format!("cannot read {shown}: {error}"), help)
            })?;
            return Ok((path, shown, bytes, of.span));
        }
        let place = test.name.span;
        let Some(stem) = self.path.strip_suffix(ENDING) else {
            let message = "this file has no steps to test".to_owned();
            let help = "write of: \"FILE\", or name this file after the one it tests: lab.test.tasq tests lab.tasq";
            return Err(refuse(place, message, help));
        };
        let shown = self.name().strip_suffix(ENDING).unwrap_or(stem).to_owned();
        for ending in BESIDE {
            let path = format!("{stem}{ending}");
            match self.files.read(&path) {
                Ok(bytes) => return Ok((path, format!("{shown}{ending}"), bytes, place)),
                Err(_) => continue,
            }
        }
        let message = format!("there is no {shown}.tasq, {shown}.xml or {shown}.zip to test");
        Err(refuse(
            place,
            message,
            "write of: \"FILE\" to test another file",
        ))
    }

    /// The child sequences that a test gives.
    fn children(&self, test: &TestCase) -> Result<Vec<GivenChild>, Vec<Finding>> {
        let mut out = Vec::new();
        let mut findings = Vec::new();
        for (id, file) in &test.children {
            match self.child(&id.value, file) {
                Ok(child) => out.extend(child),
                Err(found) => findings.extend(found),
            }
        }
        if findings.is_empty() {
            Ok(out)
        } else {
            Err(findings)
        }
    }

    /// A child, with what stands beside it in its file.
    fn child(&self, id: &str, file: &Spanned<String>) -> Result<Vec<GivenChild>, Vec<Finding>> {
        let refuse = |code: Code, message: String| vec![Finding::new(code, file.span, message)];
        let refuse_sequence = |message: String| refuse(Code::NoTestedSequence, message);
        let path = join_relative(self.path, &file.value)
            .map_err(|error| refuse(Code::PathOutside, error.to_string()))?;
        let shown = self.shown(&file.value);
        let bytes = self
            .files
            .read(&path)
            .map_err(|error| refuse_sequence(format!("cannot read {shown}: {error}")))?;
        let contents = load(
            &shown,
            &path,
            bytes,
            self.files,
            &ParameterValues::default(),
        );
        if let Some(fault) = contents.findings.iter().find(|finding| finding.is_error()) {
            return Err(refuse_sequence(format!(
                "{shown} cannot be run: {}",
                fault.message
            )));
        }
        let list: Vec<Arc<LoadedSequence>> = contents.sequences.into_iter().map(Arc::new).collect();
        let is_meant =
            |one: &&Arc<LoadedSequence>| one.id.as_deref() == Some(id) || one.title == id;
        let own = match (list.iter().find(is_meant), list.as_slice()) {
            (Some(own), _) | (None, [own]) => Arc::clone(own),
            (None, []) => return Err(refuse_sequence(format!("{shown} holds no sequence"))),
            (None, several) => {
                let count = several.len();
                return Err(refuse_sequence(format!(
                    "{shown} has {count} sequences, and none of them is {id}"
                )));
            }
        };
        let others = list.iter().filter(|one| !Arc::ptr_eq(one, &own));
        let mut out: Vec<GivenChild> = others.map(|one| GivenChild::beside(&shown, one)).collect();
        out.push(GivenChild {
            keys: vec![id.to_owned()],
            place: shown,
            loaded: own,
        });
        Ok(out)
    }
}

fn with_parameters(given: &ParameterValues, test: &TestCase) -> ParameterValues {
    let mut given = given.clone();
    for (name, text) in &test.parameters {
        given
            .values
            .push((name.value.clone(), GivenValue::Text(text.clone())));
    }
    given
}

/// The sequence of a file that a test means, and the others.
fn choose(
    mut list: Vec<LoadedSequence>,
    test: &TestCase,
    shown: &str,
    place: Span,
) -> Result<(LoadedSequence, Vec<LoadedSequence>), Vec<Finding>> {
    let titles: Vec<String> = list.iter().map(|one| one.title.clone()).collect();
    let index = match &test.sequence {
        Some(wanted) => list
            .iter()
            .position(|one| one.title == wanted.value || one.id.as_deref() == Some(&wanted.value)),
        None => (list.len() == 1).then_some(0),
    };
    if let Some(index) = index {
        let main = list.remove(index);
        return Ok((main, list));
    }
    let names = titles
        .iter()
        .map(|title| format!("\"{title}\""))
        .collect::<Vec<_>>()
        .join(", ");
    Err(vec![match &test.sequence {
        Some(wanted) => {
            let message = format!("{shown} has no sequence \"{}\"", wanted.value);
            let finding = Finding::new(Code::NoTestedSequence, wanted.span, message)
                .help(format!("it has {names}"));
            match nearest(&wanted.value, titles.iter().map(String::as_str)) {
                Some(near) => finding
                    .label(format!("did you mean \"{near}\"?"))
                    .unsafe_fix(
                        format!("write \"{near}\""),
                        wanted.span,
                        format!("\"{near}\""),
                    ),
                None => finding,
            }
        }
        None => Finding::new(
            Code::NoTestedSequence,
            place,
            format!("{shown} has {} sequences", titles.len()),
        )
        .help(format!("write sequence: and one of {names}")),
    }])
}

fn subject(
    name: String,
    title: Option<String>,
    text: Arc<str>,
    exported: bool,
    sequence: Sequence,
    children: ChildSequences,
    test: &TestCase,
) -> Result<TestSubject, Vec<Finding>> {
    let catalogue = match Program::new(&sequence, &children) {
        Ok(program) => Catalogue::of(&program),
        Err(refused) => {
            let message = format!("the sequence cannot be run: {refused}");
            return Err(vec![Finding::new(
                Code::NoTestedSequence,
                test.name.span,
                message,
            )]);
        }
    };
    let points = points(&sequence, &catalogue);
    Ok(TestSubject {
        name,
        title,
        text,
        exported,
        sequence,
        children,
        catalogue,
        points,
    })
}
