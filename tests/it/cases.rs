//! Cases in text files: what the tests of `tests/exact` and `tests/refused` have in common.
//!
//! A file is a list of cases. `=== NAME` begins a case, and the source follows; `--- HEAD` begins a
//! further section of it. Lines before the first case are for readers. Blank lines at the end of a
//! section do not count.

use std::{fs, path::Path};

use tasq::{
    elaborate::{Given, GivenValue},
    source::Files,
};

/// The path of every case's source inside its project.
pub const PATH: &str = "lab/lab.tasq";

/// One case of a file.
pub struct Case {
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
pub struct Section {
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
    pub fn given(&self) -> Given {
        let value = |line: &String| {
            let (name, value) = line
                .split_once('=')
                .unwrap_or_else(|| panic!("{}: no `=` in {line}", self.title()));
            (name.to_owned(), GivenValue::Text(value.to_owned()))
        };
        Given {
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
                head: String::new(),
                lines: Vec::new(),
            };
            cases.push(Case {
                file: file.clone(),
                line: index + 1,
                name: name.to_owned(),
                sections: vec![source],
            });
        } else if let Some(case) = cases.last_mut() {
            if let Some(head) = line.strip_prefix("--- ") {
                case.sections.push(Section {
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
