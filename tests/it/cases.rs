//! Cases in text files: what the tests of `tests/exact` and `tests/refused` have in common.
//!
//! A file is a list of cases. `=== NAME` begins a case, and the source follows; `--- HEAD` begins a
//! further section of it. Lines before the first case are for readers. Blank lines at the end of a
//! section do not count.

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
};

use tasq::internals::{
    elaborate::{GivenValue, ParameterValues},
    source::Files,
};

/// The path of every case's source inside its project.
pub const PATH: &str = "lab/lab.tasq";

/// One case of a file.
#[derive(Clone)]
pub struct Case {
    /// Where the file is.
    pub path: PathBuf,
    /// The file's name without its ending, such as `restart_computer`.
    pub file: String,
    /// Where the case begins.
    pub line: usize,
    /// What stands behind `===`.
    pub name: String,
    /// The source and what follows it.
    pub sections: Vec<Section>,
}

/// A part of a case.
#[derive(Clone)]
pub struct Section {
    /// How many lines of the file stand before its first one.
    pub start: usize,
    /// What stands behind `---`; empty for the source.
    pub head: String,
    /// Its lines.
    pub lines: Vec<String>,
}

impl Case {
    /// `file:line "name"`, for messages.
    pub fn title(&self) -> String {
        format!("{}.txt:{} \"{}\"", self.file, self.line, self.name)
    }

    /// The lines of the section with this head.
    pub fn section(&self, head: &str) -> Option<&[String]> {
        self.sections
            .iter()
            .find(|section| section.head == head)
            .map(|section| section.lines.as_slice())
    }

    /// The source as written.
    pub fn source(&self) -> &[String] {
        self.section("").unwrap_or_default()
    }

    /// The values given for parameters: the lines `NAME=VALUE` of the section `set`.
    pub fn given(&self) -> ParameterValues {
        let value = |line: &String| {
            let (name, value) = line
                .split_once('=')
                .unwrap_or_else(|| panic!("{}: no `=` in {line}", self.title()));
            (name.to_owned(), GivenValue::Text(value.to_owned()))
        };
        ParameterValues {
            values: self
                .section("set")
                .unwrap_or_default()
                .iter()
                .map(value)
                .collect(),
        }
    }
}

/// All cases of the folder `tests/NAME`, its files in the order of their names.
pub fn all(folder: &str) -> Vec<Case> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(folder);
    let mut files: Vec<_> = fs::read_dir(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        .map(|entry| entry.expect("an entry of the folder").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    files.sort();
    let cases: Vec<Case> = files.iter().flat_map(|path| read(path)).collect();
    assert!(!cases.is_empty(), "no cases in tests/{folder}");
    for (index, case) in cases.iter().enumerate() {
        let twin = cases[..index]
            .iter()
            .find(|twin| twin.file == case.file && twin.name == case.name);
        assert!(twin.is_none(), "{}: the name is taken", case.title());
    }
    cases
}

fn read(path: &Path) -> Vec<Case> {
    let text =
        fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let file = path
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default();
    let mut cases: Vec<Case> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if let Some(name) = line.strip_prefix("=== ") {
            let source = Section {
                start: index + 1,
                head: String::new(),
                lines: Vec::new(),
            };
            cases.push(Case {
                path: path.to_owned(),
                file: file.clone(),
                line: index + 1,
                name: name.to_owned(),
                sections: vec![source],
            });
        } else if let Some(case) = cases.last_mut() {
            if let Some(head) = line.strip_prefix("--- ") {
                case.sections.push(Section {
                    start: index + 1,
                    head: head.to_owned(),
                    lines: Vec::new(),
                });
            } else if let Some(section) = case.sections.last_mut() {
                section.lines.push(line.to_owned());
            }
        }
    }
    for section in cases.iter_mut().flat_map(|case| &mut case.sections) {
        while section
            .lines
            .last()
            .is_some_and(|line| line.trim().is_empty())
        {
            section.lines.pop();
        }
    }
    cases
}

/// Whether `TASQ_UPDATE=1` asks the tests to write down what they find, in place of comparing it.
pub fn updates() -> bool {
    env::var("TASQ_UPDATE").is_ok_and(|value| value == "1")
}

/// Holds a file that is made against its text; writes it where that is asked for.
pub fn made_file(path: &Path, wanted: &str) {
    if updates() {
        fs::write(path, wanted).expect("the file can be written");
    }
    let there = fs::read_to_string(path).unwrap_or_default();
    let name = path.display();
    assert!(
        there.replace("\r\n", "\n") == wanted,
        "{name} is not what it is made from; TASQ_UPDATE=1 writes it anew"
    );
}

/// Holds the snapshots of a family, the files of `folder` whose names begin with `lead`, against
/// the names that its test gave: none is left of what is gone.
pub fn snapshots_are(folder: &str, lead: &str, names: impl IntoIterator<Item = String>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let wanted: BTreeSet<String> = names
        .into_iter()
        .map(|name| format!("{lead}{name}.snap"))
        .collect();
    let there: BTreeSet<String> = fs::read_dir(&folder)
        .expect("the snapshots can be listed")
        .map(|entry| entry.expect("an entry can be read").file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .filter(|name| name.starts_with(lead) && name.ends_with(".snap"))
        .collect();
    let stale: Vec<&String> = there.difference(&wanted).collect();
    if updates() {
        for name in stale {
            fs::remove_file(folder.join(name)).expect("a snapshot can be removed");
        }
    } else {
        assert!(stale.is_empty(), "snapshots that no case makes: {stale:?}");
    }
}

/// Other lines for parts of case files, which are written together.
#[derive(Default)]
pub struct Rewrites(Vec<Rewrite>);

struct Rewrite {
    path: PathBuf,
    at: usize,
    count: usize,
    lines: Vec<String>,
}

impl Rewrites {
    /// Puts lines in the place of `count` others, before which `at` stand in the file.
    pub fn lines(&mut self, path: &Path, at: usize, count: usize, lines: Vec<String>) {
        self.0.push(Rewrite {
            path: path.to_owned(),
            at,
            count,
            lines,
        });
    }

    /// Gives a section other lines; one that is not there is added.
    pub fn section(&mut self, case: &Case, head: &str, lines: Vec<String>) {
        let section = case.sections.iter().find(|section| section.head == head);
        match section {
            Some(section) => self.lines(&case.path, section.start, section.lines.len(), lines),
            None => {
                let last = case.sections.last().expect("a case has a source");
                let at = last.start + last.lines.len();
                let head = std::iter::once(format!("--- {head}"));
                self.lines(&case.path, at, 0, head.chain(lines).collect());
            }
        }
    }

    /// Gives a section another head.
    pub fn head(&mut self, case: &Case, old: &str, new: &str) {
        let section = case.sections.iter().find(|section| section.head == old);
        let section = section.expect("the section is there");
        let line = format!("--- {new}");
        self.lines(&case.path, section.start - 1, 1, vec![line]);
    }

    /// Writes the files.
    pub fn write(mut self) {
        // From the end, so that places stay where they are.
        self.0.sort_by(|a, b| (&a.path, b.at).cmp(&(&b.path, a.at)));
        for same in self.0.chunk_by(|a, b| a.path == b.path) {
            let path = &same[0].path;
            let text = fs::read_to_string(path).expect("a file of cases");
            let mut lines: Vec<&str> = text.lines().collect();
            for rewrite in same {
                let new = rewrite.lines.iter().map(String::as_str);
                lines.splice(rewrite.at..rewrite.at + rewrite.count, new);
            }
            fs::write(path, lines.join("\n") + "\n").expect("a file of cases can be written");
        }
    }
}

/// The files that a case's source can name.
pub struct Shelf;

/// Path inside the project, and bytes.
const SHELF: &[(&str, &[u8])] = &[
    ("lab/scripts/one-line.ps1", b"Get-Date"),
    ("lab/scripts/lf.ps1", b"Get-Date\nexit 0\n"),
    ("lab/scripts/cr-lf.ps1", b"Get-Date\r\nexit 0\r\n"),
    ("lab/scripts/mark.ps1", b"\xEF\xBB\xBF'\xC3\xA9'"),
    ("lab/scripts/utf16.ps1", b"\xFF\xFE'\0\xE9\0'\0"),
    ("lab/scripts/bytes.ps1", b"\x80\x81"),
    ("shared/common.ps1", b"exit 0"),
    ("lab/laptop.toml", b"kind = \"laptop\"\nmemory = \"16GB\"\n"),
    ("lab/other.tasq", b"step \"Other\" restart_computer\n"),
    ("lab/wrong.tasq", b"step \"Other\" restart\n"),
];

impl Files for Shelf {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        let found = SHELF.iter().find(|(name, _)| *name == path);
        found
            .map(|(_, bytes)| bytes.to_vec())
            .ok_or_else(|| "there is no such file".to_owned())
    }
}

/// Writes `{{TEXT*COUNT}}` as so many times the text: long values stay readable in a case.
pub fn repeated(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once("{{") {
        let (inner, after) = tail.split_once("}}").expect("`}}` behind `{{`");
        let (unit, count) = inner.rsplit_once('*').expect("`{{TEXT*COUNT}}`");
        out.push_str(before);
        out.push_str(&unit.repeat(count.parse().expect("a count behind `*`")));
        rest = after;
    }
    out.push_str(rest);
    out
}
